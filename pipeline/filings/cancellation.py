"""Shares taken back from a grant or as a compensation, which are no programme: facts of their own kinds.

Fields: shares, ratio (tuples where only the tranches' are told, not their sum), price (a tuple where tranches have prices
of their own), amount, as_of (the day on which they were cancelled). The filing's own cancellation comes first; earlier ones that it tells of, with a price or a day, follow. Where
it carries out several decisions at once, each of them is a fact and their sum is none, so that no share counts twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.filings.checks import Fields, field_of
from pipeline.filings.record import Filing
from pipeline.model import Day, Fact, Number

SENTENCES = 300

_TAKEN = re.compile(r"回购|注销")
# Words that only say which shares of a grant are meant: 已获授但尚未解锁的, 持有的尚未解除限售的.
GRANTED = re.compile(
    r"(?:所?持有的?)?(?:全部|部分)?(?:已|获|授予|授权|授出|授|予|登记|持有)*(?:但|且|，|,)*(?:尚|仍)?未(?:能)?(?:达到)?(?:解锁|解除限售|解售|归属|上市流通|行权)(?:条件|标准)?的?"
)
_NOT_TAKEN = re.compile(
    r"总股本|股本|(?<!注销)股份总数|变更为|减少[至为]|剩余|占|授予|登记|持有|(?<!注销股份)总数(?!量)|由(?:原来的?)?$|[至为]$(?<!数量为)(?<!合计为)(?<!共计为)(?<!总数为)(?<!调整为)"
)
_GOES = re.compile(
    r"(?:已授予|已获授|尚未|限制性|限售|股权激励|股票|股份|的|全部|将|由公司|按照|相应|相关|规定|公司|进行|予以|应当|办理|价格|\([^)]{0,20}\))*(?:回购|注销)(?![前后])"
)
_HELD_BY = re.compile(
    r"(?:回购|注销)(?:[^，,。;；\d]|\d+(?=[名人位])){0,40}持有的?(?:公司|本公司)?(?:股份|股票)?(?:总?数量?)?$"
)
# Which grant the shares are of: 回购注销首次授予的限制性股票
_OF_GRANT = re.compile(
    r"(?:回购|注销)(?:了|其|的|全部|部分|激励对象|首次|预留|授予|和|及|与|、|限制性股票|股票|股份|数量为?|共计|合计|[：:])*$"
)
_NEXT = re.compile(r"^(?:以及|和|及|、|与)$|回购|注销|涉及")
_PART = re.compile(r"其中|包括")
_BUYS = re.compile(r"[^，,。;；\d]{0,8}(?:回购|予以注销)")
_AGAIN = re.compile(r"\((?:约|即)?")
_SUM = re.compile(r"(?:合计|共计|总计|总数|共)(?:为|约)?[^，,。;；\d]{0,12}$")
_CANCELLED = re.compile(
    r"(?:完成|办理完[毕成]|办理了)[^。]{0,30}(?:注销|过户)|注销(?:手续|事宜|登记)[^。]{0,12}(?:办理)?完[毕成]|予以注销|完成注销|办结[^。]{0,24}注销|注销[^。]{0,24}完[毕成]"
)
_BEFORE = re.compile(r"回购过")  # 从回购历史来看，…仅回购过1次，回购数量为N股
_EXPECTED = re.compile(r"预计|议案|申请")
_AMOUNT = re.compile(r"(?:总?金额|资金总额|总价款?|价款|回购款|支付|资金)[^，,。;；]{0,16}$")
_IN_ALL = re.compile(r"的?总(?:价|金额)")
_NOT_PRICE = re.compile(
    r"授予价|股价|市价|收盘|均价|面值|派|股息|红利|每10股|成本|净资产|[=＝+×÷(（]$|\d\)?[×*+]$"
)
_NEW = re.compile(r"(?:调整|变更|修改|下调)[为至到](?:人民币)?$")
_ASGRANTED = re.compile(
    r"回购(?:注销)?价格?[^，,。;；\d]{0,10}授予价格?[)为]*$"
)  # 回购价格为授予价格2.13元/股
_OLD = re.compile(r"(?:由|从)(?:原来的?|人民币)*$")


@dataclass
class _Told:
    """One statement of a cancellation: a sentence with its count and what stands beside it."""

    sentence: tuple[int, int]
    shares: Number | None = None
    parts: list[Number] = field(default_factory=list)  # counts of tranches without their sum
    prices: list[Number] = field(default_factory=list)
    old: list[Number] = field(default_factory=list)  # prices that another has replaced
    amount: Number | None = None
    ratios: list[Number] = field(default_factory=list)

    @property
    def count(self) -> Decimal | None:
        if self.parts:
            return sum((n.base or Decimal(0) for n in self.parts), Decimal(0))
        return self.shares.base if self.shares is not None else None


def cancellation(filing: Filing) -> list[Fact]:
    return _facts(filing, "incentive_cancellation")


def opinion(filing: Filing) -> list[Fact]:
    """What a third party's paper tells of a cancellation, apart from the company's own telling."""
    return _facts(filing, "cancellation_opinion")


def compensation(filing: Filing) -> list[Fact]:
    return _facts(filing, "compensation_cancellation")


def _facts(filing: Filing, kind: str) -> list[Fact]:
    every = list(_told(filing))
    body = [t for t in every if not filing.reprints(t.sentence[0])]
    own = _own(body) or _own(every)
    main = _main(filing, body or every, own)
    others = _others(filing, body, own)
    decided = _decided(filing, body, own, others)
    made = ([] if decided else [main]) + [fields for _, fields in others]
    return [Fact(kind=kind, company=filing.company, fields=fields) for fields in made if fields]


def _told(filing: Filing) -> Iterator[_Told]:
    text = filing.text
    for start, end in _periods(filing):
        if not _TAKEN.search(text, start, end):
            continue
        told = _Told((start, end))
        inside = [n for n in filing.figures_in(start, end) if n.base is not None]
        taken: list[tuple[Number, str]] = []  # counts, each with the words since the figure before it
        for i, number in enumerate(inside):
            lead = text[inside[i - 1].end if i else start : number.start]
            if number.base_unit == "股":
                if _is_taken(text, start, number, lead):
                    taken.append((number, lead))
                    if told.shares is None or _SUM.search(lead):
                        told.shares = number
            elif number.base_unit == "元/股" or (number.base_unit == "元" and "回购价格" in lead):
                if _OLD.search(lead):
                    told.old.append(number)
                elif ("回购" in text[start : number.start] or _BUYS.match(text, number.end)) and (
                    _NEW.search(lead) or _ASGRANTED.search(lead) or not _NOT_PRICE.search(lead[-12:])
                ):
                    told.prices.append(number)
            elif number.base_unit == "元":
                if (
                    told.amount is None
                    and (_AMOUNT.search(lead) or _IN_ALL.match(text, number.end))
                    and "注册资本" not in lead
                ):
                    told.amount = number
            elif (
                number.base_unit == "%"
                and told.shares is not None
                and re.search(r"总股本|股本总额|股份总数", text[max(start, number.start - 30) : number.start])
            ):
                told.ratios.append(number)
        told.parts = _tranches(filing, taken)
        yield told


def _tranches(filing: Filing, taken: list[tuple[Number, str]]) -> list[Number]:
    """Counts told side by side, each with its own deed and none their sum; [] of one count, or of a sum and its parts."""
    if len({n.base for n, _ in taken}) < max(2, len(taken)):
        return []
    if any(_SUM.search(lead) for _, lead in taken):
        return []
    if not all(_NEXT.search(lead) and not _PART.search(lead) for _, lead in taken[1:]):
        return []
    if filing.days_in(taken[0][0].end, taken[-1][0].start):  # deeds of several days are several deeds
        return []
    return [n for n, _ in taken]


def _periods(filing: Filing) -> Iterator[tuple[int, int]]:
    """Sentences, those that a semicolon joins as one: the parts of a sum stand so."""
    begin: int | None = None
    for start, end in filing.sentences[:SENTENCES]:
        begin = start if begin is None else begin
        if filing.text[end - 1] not in "；;":
            yield begin, end
            begin = None
    if begin is not None:
        yield begin, filing.sentences[:SENTENCES][-1][1]


def _is_taken(text: str, start: int, number: Number, lead: str) -> bool:
    clause = GRANTED.sub("", lead[-48:])
    if _HELD_BY.search(clause) or _OF_GRANT.search(clause):
        return True
    if _AGAIN.fullmatch(lead):  # 2,042,970,972股(约20.43亿股)
        return False
    if _NOT_TAKEN.search(clause[-10:]) and not _GOES.match(text, number.end, number.end + 40):
        return False
    return not _OLD.search(lead) and "基数" not in text[number.end : number.end + 4]


def _own(told: list[_Told]) -> _Told | None:
    """The filing's own cancellation: the count that it states most often, of several the largest."""
    counts = Counter(t.count for t in told if t.count is not None)
    if not counts:
        return None
    best = max(counts, key=lambda count: (counts[count], count))
    same = [t for t in told if t.count == best]
    return next((t for t in same if not t.parts), same[0])


def _main(filing: Filing, told: list[_Told], own: _Told | None) -> Fields:
    fields = Fields()
    mine = [t for t in told if own is not None and t.count == own.count]
    if own is not None and own.parts:
        fields["shares"] = tuple(filing.number(n) for n in own.parts)
    elif own is not None and own.shares is not None:
        fields["shares"] = filing.number(own.shares)
    replaced = {n.base for t in told for n in t.old}
    prices = _distinct(n for t in mine for n in t.prices if n.base not in replaced)
    if not prices:
        prices = _distinct(n for t in told for n in t.prices if n.base not in replaced)
        if not replaced:  # of prices without the count, those told together
            first = next((t for t in told if t.prices), None)
            prices = _distinct(iter(first.prices)) if first is not None else []
    if prices:
        fields["price"] = field_of([filing.number(n) for n in prices[:6]])
    if amount := next((t.amount for t in told if t.amount is not None), None):
        fields["amount"] = filing.number(amount)
    if ratios := next((t.ratios for t in mine if t.ratios), None):
        each = own is not None and len(own.parts) == len(ratios)
        fields["ratio"] = tuple(filing.number(n) for n in ratios) if each else filing.number(ratios[0])
    if (day := _cancelled(filing, told, own)) is not None:
        fields["as_of"] = filing.day(day)
    return fields


def _others(filing: Filing, told: list[_Told], own: _Told | None) -> list[tuple[_Told, Fields]]:
    """What else was cancelled or decided: a count of its own in a sentence with its day."""
    seen = {own.count if own is not None else None}
    found: list[tuple[_Told, Fields]] = []
    for one in told:
        if one.shares is None or one.parts or one.count in seen:
            continue
        if _BEFORE.search(filing.text, one.sentence[0], one.shares.start):
            seen.add(one.count)
            found.append((one, Fields(shares=filing.number(one.shares))))
            continue
        days = filing.days_in(*one.sentence)
        done = _CANCELLED.search(filing.text, *one.sentence)
        if not days or not (one.prices or done) or "本次" in filing.text[one.sentence[0] : one.shares.start]:
            continue
        seen.add(one.count)
        fields = Fields(shares=filing.number(one.shares))
        if one.prices:
            fields["price"] = filing.number(one.prices[-1])
        if done:
            fields["as_of"] = filing.day(days[-1])
        found.append((one, fields))
    return found


def _decided(
    filing: Filing, told: list[_Told], own: _Told | None, others: list[tuple[_Told, Fields]]
) -> bool:
    """Whether the others are decisions of several days of which the filing's own count is the sum; they take its day."""
    whole = own.count if own is not None else None
    if len(others) < 2 or sum(one.count or 0 for one, _ in others) != whole:
        return False
    decided_on = [days[0].value for one, _ in others if (days := filing.days_in(*one.sentence))]
    if len(set(decided_on)) < len(others):
        return False
    if (day := _cancelled(filing, told, own)) is not None:
        for _, fields in others:
            fields.setdefault("as_of", filing.day(day))
    return True


def _cancelled(filing: Filing, told: list[_Told], own: _Told | None) -> Day | None:
    """The day on which the filing's own shares were cancelled: of sentences that name a count, only its own."""
    text = filing.text
    for one in told:
        start, end = one.sentence
        if not _CANCELLED.search(text, start, end) or _EXPECTED.search(text, start, end):
            continue
        if one.shares is not None and own is not None and own.count != one.count:
            continue
        days = filing.days_in(start, end)
        if days and "召开" not in text[days[-1].end : days[-1].end + 8]:
            return days[-1]
    return None


def _distinct(numbers: Iterator[Number]) -> list[Number]:
    return list({n.base: n for n in reversed(list(numbers))}.values())[::-1]
