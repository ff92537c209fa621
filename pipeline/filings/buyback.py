"""Share buybacks: a programme's bounds, what has been bought, its stage and dates, with the arithmetic.

Fields (each absent when not stated): stage, method, purpose, funding, amount_min/max, price_cap,
shares_min/max, ratio_min/max (bounds of the plan), ratio_of_class_max (a mandate's, of H shares alone), shares_estimated_min/max and ratio_estimated_min/max
(worked out by the filing from amount and cap; amount_estimated_min/max from shares and cap), shares_repurchased, ratio_repurchased, share_capital (told beside the ratio), price_high, price_low,
price (where one price is stated), price_avg, amount_paid, fees, total_period (本年内至今, where the total is of that), period_shares, period_amount, period_ratio, period_price_high/low (of the month alone),
as_of, decided_on, period (of the programme, as printed); buyer (in news of several companies: whose programme it is).

What was bought in a day or a month, told beside the total, is a `buyback_purchase` each: shares, ratio, price_high/low,
price, price_avg, amount, as_of or period (2024年2月). Shares taken back from a grant or as a compensation are facts of their own kinds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.filings.buyback_figures import READ, read
from pipeline.filings.buyback_reading import Bought, Reading
from pipeline.filings.buyback_stage import nothing_yet, stage_of
from pipeline.filings.buyback_words import THIS_YEAR
from pipeline.filings.checks import Fields, ordered, paid_within, quotient, same_capital, share_of, within_cap
from pipeline.filings.record import Filing
from pipeline.model import Check, Day, Fact, Number

_METHOD = re.compile(r"集中竞价(?:交易)?(?:的?方式)?|要约(?:回购)?方式|大宗交易方式|协议转让方式")
_AIM = (
    r"(?:(?:实施|后续|未来|公司|开展|拟|全部|将|继续|适宜时机|在|的|于|依法)*(?:(?:第?[一二三四五六七八九十\d]+[期年]度?)?员工持股(?:计划)?|(?:\d{4}年)?(?:股票期权与|第[一二三]期)?(?:限制性股票|股权|股票期权|股票)?激励(?:计划)?|事业合伙人计划"
    r"|限制性股票(?:激励计划)?|股权激励|(?:予以|依法)?注销(?:并|以|及|,|，|、)?(?:相应)?减少(?:公司)?注册资本|减少(?:公司)?注册资本|(?:为)?维护公司价值(?:及|和)股东权益(?:所必[须需])?"
    r"|(?:转换|可转换)(?:本?公司|上市公司)?发行的?可转换为股票的?公司债券|可转换公司债券|转换(?:为)?(?:本?公司|上市公司)?可转债|注销))"
)
_PURPOSE = re.compile(
    rf"(?:用于|用途为?[:：]?|用作|作为|为)(?P<p>{_AIM}(?:(?:计划)?(?:及/或|和/或|或者|或|和|及|与|、|/){_AIM})*)"
)
# What the shares are now for, where that was changed: 由“用于员工持股计划”变更为“用于注销并减少注册资本”
_CHANGED = re.compile(
    rf"变更(?:为|后[^，,。;；\n]{{0,8}}:)[“\"]?(?:拟|全部|用于|用作)*(?P<p>{_AIM}(?:(?:计划)?(?:及/或|和/或|或者|或|和|及|与|、|/){_AIM})*)"
)
# The options of a form: √减少注册资本 □用于员工持股计划或股权激励; several may be ticked.
_BOX = re.compile(rf"[√☑■✓✔](?P<p>(?:用于|为)?{_AIM}(?:(?:或者|或|及|、){_AIM})*)")
_FUNDING = re.compile(
    r"资金来源(?:为|是|:)?(?:公司)?(?P<f>(?:自有|自筹|超募|专项贷款|股票回购专项贷款|回购专项贷款)(?:资金)?(?:(?:及|和|或|、|与)(?:自有|自筹|超募|金融机构|股票|回购|专项|贷款|借款)+(?:资金)?)*)"
)
# What a board or the shareholders did, not what was put before them: 向董事会提议
_BOARD = re.compile(
    r"(?<!向)(?<!向公司)(?<!向本公司)(?:董事[会局]|股东大会|股东会)[^。;；]{0,40}?(?:审议|通过|批准|决议|同意|会议)|审议"
)
# A later decision that changes the programme's terms or ends it: 审议通过了《关于调整回购股份方案的议案》
_AMENDS = re.compile(r"(?:通过|审议)[^。;；《]{0,6}《(?:关于)?[^》]{0,10}?(?:调整|变更|延长|增加|提高|终止)")
_NOTICE = re.compile(r"[^。;；\d]{0,12}(?:发布|披露|公告|刊登|公布|接到|收到)")
_RUNNING = re.compile(r"[，,]?[^。;；\d]{0,40}累计(?:已)?回购")
_MEETING = re.compile(r"[^。;；，,\d]{0,6}(?:举行|召开)")
_FROM = re.compile(r"起|开始")
_CUT = re.compile(r"截[至止]")
_CAPITAL_OF = re.compile(r"(?:股本|股份总数)\((?:以|按)?(?:公司)?(?:截[至止])?$")
_SAME_DAY = re.compile(r"[\s，,]*(?:同日|当日)")
_TODAY = re.compile(r"截[至止](?:本)?(?:公告(?:披露)?[之]?日|目前|本公告)")
_FEES = re.compile(
    r"[(（](?P<no>不)?(?:包?含)[^)）]{0,20}(?:费|佣金|税)[^)）]{0,12}[)）]|(?P<no2>不含)交易费"
)

_STRETCH = re.compile(r"(?:\d{4}年)?\d{1,2}月(?:份)?(?![\d日底末初])|本月|当月|上月|报告期内")
_TERM = re.compile(
    r"(?:回购|实施)[^，,。;；\n]{0,10}期[限间]?[^，,。;；\n]{0,6}?(?:为|从|是|:|(?=自))"
    r"(?P<p>自?[^，,。;；\n:]{2,40}之日起(?:计算)?,?(?:不超过)?\d{1,2}个月(?:之?内)?"
    r"|\d{4}年\d+月\d+日(?:起|\([^)]{0,6}\))?(?:至|到|-)\d{4}年\d+月\d+日)"
    r"|(?:拟|计划)[自于在从]?(?P<q>\d{4}年\d+月\d+日(?:至|到|-)\d{4}年\d+月\d+日)(?:期间|内|止|，|,)[^。;；\n]{0,40}回购"
    # a row of the table that opens a Shanghai filing
    r"|实施期限[\s|:]*(?P<r>\d{4}年\d{1,2}月\d{1,2}日[~至到-]\d{4}年\d{1,2}月\d{1,2}日"
    r"|[^\n|，,。;；\d]{2,24}(?:之日起|后)(?:不超过)?\d{1,2}个月(?:之?内)?)"
)
_BUYER = re.compile(
    r"(?:(?<![\u4e00-\u9fff*A-Z\d])|(?<=据)|截[至止]\d{1,2}月\d{1,2}日)(?!公司|公告|截)(?P<n>\*?[A-Z]{0,3}[\u4e00-\u9fff]{2,8}?[A-Z]?)(?:\([^)]{0,14}\))?(?:拟|最新公告|公告|披露|宣布|发布|计划|截[至止]|通过|已累计)"
)


_BOUNDS = (
    "amount_min", "amount_max", "price_cap", "shares_min", "shares_max", "ratio_min", "ratio_max", "ratio_of_class_max",
    "amount_estimated_min", "amount_estimated_max", "shares_estimated_min", "shares_estimated_max",
    "ratio_estimated_min", "ratio_estimated_max",
)  # fmt: skip


def facts(filing: Filing) -> list[Fact]:
    """The programme, in news also those of other companies, and the purchases told beside its total; [] when the text states nothing of one."""
    reading = read(filing)
    formal = _formal(filing)
    if not formal and (companies := reading.companies()):
        return [_of_company(filing, record) for record in companies]
    fields: Fields = {}
    for name in _BOUNDS:
        if (number := reading.bound(name)) is not None:
            fields[name] = filing.number(number)
    total = reading.total()
    if total is not None:
        for name, number in total.fields.items():
            fields[name] = filing.number(number)
        if "ratio_repurchased" in fields and (capital := reading.capital(total.sentence)) is not None:
            fields["share_capital"] = filing.number(capital)
        _month(filing, reading, total, fields)
    nothing = nothing_yet(filing)
    if nothing is not None:
        _zero(filing, nothing, total, fields)
    purchases = reading.purchases(total)
    told = total if total is not None and total.fields else purchases[-1] if purchases else None
    stage = stage_of(filing, fields, told, nothing is not None and (told is None or not told.shares))
    if stage is not None:
        fields["stage"] = stage
    again = reading.again(total) if total is not None else []
    _words(filing, fields)
    if total is not None:
        _fees(filing, (total, *again), fields)
    _dates(filing, total, again, nothing, fields)
    if not any(isinstance(value, Number) for value in fields.values()) and stage is None:
        return []
    programme = Fact(kind="buyback", company=filing.company, fields=fields, checks=_checks(fields))
    further = [] if formal else [_plan(filing, plan) for plan in reading.further_plans()]
    return [programme, *further, *(_purchase(filing, record) for record in purchases)]


def _formal(filing: Filing) -> bool:
    """A company's own filing, which tells of one programme; news may tell of several companies'."""
    return (
        filing.company is not None
        or filing.title.rstrip().endswith(("公告", "报告书"))
        or "本公司" in filing.text[:400]
    )


def _plan(filing: Filing, plan: dict[str, Number]) -> Fact:
    fields: Fields = {name: filing.number(number) for name, number in plan.items()}
    first = min(number.start for number in plan.values())
    start, _ = filing.sentence_at(first)
    _name_buyer(filing, start, first, fields)
    return Fact(kind="buyback", company=filing.company, fields=fields, checks=_checks(fields))


def _of_company(filing: Filing, record: Bought) -> Fact:
    """One of several companies' totals in one piece of news."""
    fields: Fields = {name: filing.number(number) for name, number in record.fields.items()}
    fields["stage"] = filing.term("progress", *record.lead)
    if (day := _as_of(filing, record.lead, record.sentence)) is not None:
        fields["as_of"] = filing.day(day)
    _name_buyer(filing, *record.lead, fields)
    return Fact(kind="buyback", company=filing.company, fields=fields, checks=_checks(fields))


def _name_buyer(filing: Filing, start: int, end: int, fields: Fields) -> None:
    if named := list(_BUYER.finditer(filing.text, start, end)):
        fields["buyer"] = filing.name(*named[-1].span("n"))


_PURCHASE = {
    "shares_repurchased": "shares",
    "ratio_repurchased": "ratio",
    "amount_paid": "amount",
    "price_high": "price_high",
    "price_low": "price_low",
    "price": "price",
    "price_avg": "price_avg",
}


def _purchase(filing: Filing, record: Bought) -> Fact:
    fields: Fields = {
        name: filing.number(record.fields[role]) for role, name in _PURCHASE.items() if role in record.fields
    }
    if record.month and (said := _STRETCH.search(filing.text, *record.lead)):
        fields["period"] = filing.name(*said.span())
    elif (day := _as_of(filing, record.lead, record.sentence)) is not None:
        fields["as_of"] = filing.day(day)
    return Fact(kind="buyback_purchase", company=filing.company, fields=fields)


def _month(filing: Filing, reading: Reading, total: Bought, fields: Fields) -> None:
    month = reading.month()
    if month is None:
        return
    names = {
        "shares_repurchased": "period_shares",
        "amount_paid": "period_amount",
        "ratio_repurchased": "period_ratio",
    }
    names |= {"price_high": "period_price_high", "price_low": "period_price_low"}
    for role, name in names.items():
        if role in month.fields and (month is not total or role == "shares_repurchased"):
            fields[name] = filing.number(month.fields[role])


def _zero(filing: Filing, words: tuple[int, int], total: Bought | None, fields: Fields) -> None:
    zero, money = filing.nought(*words, "股"), filing.nought(*words, "元")
    if total is None or not total.shares:
        fields["shares_repurchased"], fields["amount_paid"] = zero, money
        return
    lead = filing.text[max(0, words[0] - 16) : words[0]]
    if (
        re.search(r"\d月(?:份|期间|,|，|公司)?[^\d日]{0,8}$|本月|当月", lead)
        and "period_shares" not in fields
    ):
        fields["period_shares"], fields["period_amount"] = zero, money


def _words(filing: Filing, fields: Fields) -> None:
    text = filing.text
    if found := _METHOD.search(text, 0, READ):
        fields["method"] = filing.name(found.start(), found.end())
    boxes = list(_BOX.finditer(text, 0, READ))
    if boxes:
        ticked = tuple({m["p"]: filing.name(*m.span("p")) for m in boxes}.values())
        fields["purpose"] = ticked if len(ticked) > 1 else ticked[0]
    elif found := _CHANGED.search(text, 0, READ):
        fields["purpose"] = filing.name(*found.span("p"))
    else:
        for found in _PURPOSE.finditer(text, 0, READ):
            if text[found.start() - 1] == "□":
                continue  # an option that is not ticked
            if "回购" in text[max(0, found.start() - 120) : found.end() + 20]:
                fields["purpose"] = filing.name(found.start("p"), found.end("p"))
                break
    if found := _TERM.search(text, 0, READ):
        fields["period"] = filing.name(*found.span(found.lastgroup or 0))
    if found := _FUNDING.search(text, 0, READ):
        fields["funding"] = filing.name(found.start("f"), found.end("f"))


def _fees(filing: Filing, told: Iterable[Bought], fields: Fields) -> None:
    """Whether the sum includes them, as the brackets after it say, wherever it is told."""
    for record in told:
        paid = record.fields.get("amount_paid")
        if paid is not None and paid.value and (said := _FEES.search(filing.text, paid.end, paid.end + 30)):
            without = said["no"] or said["no2"]
            fields["fees"] = filing.term("不含" if without else "含", *said.span())
            return


def _dates(
    filing: Filing,
    total: Bought | None,
    again: Sequence[Bought],
    nothing: tuple[int, int] | None,
    fields: Fields,
) -> None:
    if total is not None and (said := THIS_YEAR.search(filing.text, *total.lead)):
        fields["total_period"] = filing.name(*said.span())
        day = None
    elif total is not None and total.fields:
        told = (_as_of(filing, record.lead, record.sentence) for record in (total, *again))
        day = next((day for day in told if day is not None), None)
    elif total is None and nothing is None:
        day = next((d for d in filing.days if _RUNNING.match(filing.text, d.end)), None)
    elif nothing is not None:
        start, _ = filing.sentence_at(nothing[0])
        day = _as_of(filing, (start, nothing[0]), (start, nothing[1]))
    else:
        day = None
    if day is not None:
        fields["as_of"] = filing.day(day)
    for start, end in filing.sentences:
        if start > READ:
            break
        sentence = filing.text[start:end]
        board = _BOARD.search(sentence)
        if not board or "回购" not in sentence or ("限制性股票" in sentence and "激励计划" not in sentence):
            continue
        if _AMENDS.search(sentence):
            continue
        inside = [
            d
            for d in filing.days_in(start, end)
            if not _CUT.search(filing.text, max(start, d.start - 4), d.start)
            and not _NOTICE.match(filing.text, d.end)
        ]
        at = start + board.start()
        inside = [d for d in inside if d.end <= at < d.end + 60 or at < d.start < at + 10]
        if inside and inside[0].start - start < 140:
            fields["decided_on"] = filing.day(inside[0])
            break


def _as_of(filing: Filing, lead: tuple[int, int], sentence: tuple[int, int]) -> Day | None:
    """The day that the total speaks of: after 截至, else the last day before the figures."""
    text = filing.text
    if _SAME_DAY.match(text, *lead):
        last = next((s for s in reversed(filing.sentences) if s[1] <= lead[0]), None)
        if last is not None and (told := filing.days_in(*last)):
            return told[0]
    days = [d for d in filing.days_in(lead[0], sentence[1]) if not _of_capital(text, d)]
    for day in days:
        if _CUT.search(text, max(0, day.start - 6), day.start):
            return day
    before = [
        d
        for d in days
        if d.start < lead[1]
        and not _NOTICE.match(text, d.end, lead[1])
        and not _FROM.match(text, d.end)
        and not _MEETING.match(text, d.end)
    ]
    if before:
        return before[-1]
    told = [d for d in days if d.end < lead[1] and "当日" in text[d.end : lead[1]]]
    if told:
        return told[-1]  # 于1月8日发布报表，披露当日回购
    if found := _TODAY.search(text, lead[0], sentence[1]):
        return _signed(filing, found.end())
    back = [s for s in filing.sentences if s[1] <= lead[0]][-3:]
    for start, end in reversed(back):
        for day in reversed(filing.days_in(start, end)):
            if _CUT.search(text, max(0, day.start - 6), day.start) or (
                re.search(r"完成|首次|实施|(?<!终)止", text[day.end : end]) and not _FROM.match(text, day.end)
            ):
                return day
    return days[0] if days and re.search(r"(?<!终)止|期间", text[lead[0] : sentence[1]]) else None


def _of_capital(text: str, day: Day) -> bool:
    """占公司总股本（截至2月18日总股本500,000,000股）: the day of the capital is not that of the purchase."""
    return _CAPITAL_OF.search(text, max(0, day.start - 12), day.start) is not None


def _signed(filing: Filing, after: int) -> Day | None:
    """The day of the signature, which 截至本公告日 means."""
    rest = [d for d in filing.days if d.start > after]
    return rest[-1] if rest and len(filing.text) - rest[-1].end < 80 else None


def _checks(fields: Fields) -> tuple[Check, ...]:
    low, high = (
        ("shares_min", "shares_max")
        if "shares_max" in fields
        else ("shares_estimated_min", "shares_estimated_max")
    )
    share, top = (
        ("ratio_min", "ratio_max")
        if "ratio_max" in fields
        else ("ratio_estimated_min", "ratio_estimated_max")
    )
    found = [
        same_capital(fields, (low, high), (share, top)),
        ordered(fields, "amount_min", "amount_max"),
        ordered(fields, "price_low", "price_high"),
        share_of(fields, "shares_repurchased", "share_capital", "ratio_repurchased"),
        paid_within(fields),
        within_cap(fields),
    ]
    if low.startswith("shares_estimated"):  # bounds by number are decided, not worked out
        found = [
            quotient(fields, "amount_min", "price_cap", low),
            quotient(fields, "amount_max", "price_cap", high),
            *found,
        ]
    return tuple(check for check in found if check is not None)
