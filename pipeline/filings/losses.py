"""Losses in the news: who lost how much in which period, and how that compares.

One fact a loss: the period's own, last year's where it was one too, and those of other periods told beside.
Fields: `holder` (the company's name), `disclosed`, `period`, `net_loss` (a positive figure, two for a range),
`change` (由盈转亏, 增加, 同比收窄28.29%), each as printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from pipeline.filings.checks import Fields, field_of, slack
from pipeline.filings.earnings_period import Period, periods
from pipeline.filings.earnings_words import Token, negated, words_of
from pipeline.filings.names import Names
from pipeline.filings.record import Filing
from pipeline.model import Fact, Number

LOSSES_READ = 4_000  # characters; what follows in a news page is other stories

_CODED = re.compile(
    r"(?:^|[\s，。；|讯:：、)】「息网社])(?P<n>(?![\u4e00-\u9fff]{0,6}(?:消息|公告|发布))\*?[A-Z]{0,3}[\u4e00-\u9fff·]{2,9}[A-Z]?)(?:股份有限公司)?\((?:[A-Z]{2}[ .]?)?\d{4,6}(?:[.-][A-Z]{2})?[)，,]",
    re.M,
)
_LED = re.compile(r"(?<!\d)(?P<n>[\u4e00-\u9fff]{3,14})\((?:[A-Z]{2}[ .]?)?\d{4,6}(?:[.-][A-Z]{2})?[)，,]")
_PUBLISHES = re.compile(
    r"(?:[，:日讯丨] ?|^)(?P<n>(?!本?公司)\*?[A-Z]{0,2}[\u4e00-\u9fff]{2,6}?)(?:\([^()]*\))?(?:发布|披露)(?=[^，。]{0,12}(?:报|业绩|预告|公告))"
)
_TITLED = re.compile(
    r"(?:【[^】]*】|公告解读:|[^:\n]{0,12}\|)?\s*(?P<n>(?!事件|点评|核心|业绩|公司)\*?[A-Z]{0,3}[\u4e00-\u9fff·]{2,9}?[A-Z]?)(?=\d{4}年|上半年|前三|中期|半年|[一三]季|公布|发布|预计|[:(]|股东应占|年度|净)"
)
_DISCLOSED = re.compile(
    r"(?P<d>近日|昨天|今日(?:晚间)?|(?<!\d)\d{1,2} ?月 ?\d{1,2}日(?:晚间|晚)?(?!至|止)|(?<![\d月])\d{1,2}日)"
)
_LATELY = re.compile(r"近日(?=发布|公布|公告|披露)")
_SAID = re.compile(r"发布|公布|公告|披露|消息|讯|\|")
# The period of a report, with its year: of its title, of its announcement, of a sentence.
_NAMED = (
    re.compile(r"\d{4}年年度报告"),
    re.compile(
        r"\d{4}年三季报|\d{4}年(?:度)?(?:半年度|第[一三]季度|[一三]季度?|前三季度|中期)(?=报告|业绩|报|财报)|\d{4}年半年(?=报)|\d{4}年(?=报告)"
    ),
    re.compile(
        r"\d{4}年(?:度)?(?:上半年|半年度|前三季度|第[一二三四]季度|[一二三四]季度)|\d{4}财年第[一二三四]季度"
    ),
)
_UNTIL = re.compile(
    r"(?:截[至止]至?)?(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日)?止(?:年度|[\d一二三四五六七八九十]+个月)(?:中期)?|截止?至\d{4}年\d+月\d+日上半年"
)  # a period of Hong Kong, told by its last day
_YEARLESS = (
    re.compile(r"前三季度?"),
    re.compile(r"半年度|上半年|第[一二三四]季度|[一三]季度|\d{4}年度?"),
)
_REPRINT = re.compile(
    r"原标题[^\n]{0,60}?(?:来源:?[^\s，。]{2,4}(?:网|社|财经|股|经|汇|F|p)?|\n|$)"
)  # a headline printed again, with rounded figures
_NOT_NET = re.compile(
    r"(?:减值|EBITDA|人均|户均|浮|股票|公[平允](?:价)?值|汇兑|信贷|信用|处置|出售|投资|重估|商誉|经营|营业|毛|税前|每股|累计|弥补|未弥补)(?:之|的)?$"
)
_WHOSE = re.compile(
    r"的?(?:营业收入|营收|净利|净亏|亏损|实现|(?:今|去|上|\d{4})年|上半年|前三季度|第?[一二三四]季度|全年)"
)
_CLAUSE_END = re.compile(r"[。；】]|收入|营收|利润|净利")  # what changes after it is something else
_ANALYST = re.compile(r"我们(?:预计|预测|预期|估计)|该行|分析师|研究员")
_CHANGE = re.compile(
    r"(?P<c>由?盈转亏|转盈为亏)"
    r"|亏损(?:程度|额度?|幅度|金额)?(?:有所|有较大幅度的?|大幅|较上年同期)?(?P<w>增加|减少|增大|扩大|收窄|下降)(?![\d约])"
    r"|(?:亏损)?(?P<p>同比(?:扩大|下降|增长|减少|收窄|增加)\d+(?:\.\d+)?(?:%|倍))"
)
_OURS = ("net_profit", "net_profit_parent")


@dataclass
class _Loss:
    low: Number
    high: Number | None
    period: tuple[int, int] | None  # None: the report's own
    change: tuple[int, int] | None = None
    holder: tuple[int, int] | None = None  # None: the company that the text is about


def facts(filing: Filing) -> list[Fact]:
    text = filing.text
    body = filing.view.title_end
    end = min(filing.own_end, body + LOSSES_READ)
    names = Names(text[:LOSSES_READ])
    said = _report(text, body, end)
    report = next(periods(text, *said, filing.published), None) if said else None
    found = list(_losses(filing, names, body, end, said, report))
    found = found or list(_losses(filing, names, 0, body, said, report))
    if not found:
        return []
    shared: Fields = {}
    spans = [(a, b) for a, b in filing.sentences if a >= body and not filing.reprints(a)]
    if place := _holder(text, names, body, end, spans):
        shared["holder"] = filing.name(*place)
    if day := _disclosed(text, body, end):
        shared["disclosed"] = filing.name(*day)
    made = []
    for loss in found:
        fields = dict(shared)
        if loss.holder is not None:
            fields["holder"] = filing.name(*loss.holder)
        period = loss.period or said
        if period is not None:
            fields["period"] = filing.name(*period)
        numbers = [loss.low] if loss.high is None else [loss.low, loss.high]
        fields["net_loss"] = field_of([filing.number(number) for number in numbers])
        if loss.change is not None:
            fields["change"] = filing.name(*loss.change)
        made.append(Fact(kind="loss", company=filing.company, fields=fields))
    return made


def _holder(
    text: str, names: Names, body: int, end: int, spans: list[tuple[int, int]]
) -> tuple[int, int] | None:
    """The company that the text is about: before its code, where it announces, at the head of the headline."""
    if name := _CODED.search(text, body, end):
        return name.span("n")
    if (name := _LED.search(text, body, end)) and (size := _recurring(text, name["n"], body, end)):
        return name.end("n") - size, name.end("n")
    if place := names.issuer_place():
        return place
    for start, stop in spans[:6]:
        if name := _PUBLISHES.search(text, start, stop):
            return name.span("n")
        who = names.subject(start, stop)
        if who is not None and text.count(names.word(who)) > 2 and names.word(who) in text[:body]:
            return who.full
    if (name := _TITLED.match(text)) and name["n"] in text[body:end].replace(text[:body].strip(), ""):
        return name.span("n")
    return None


def _recurring(text: str, run: str, body: int, end: int) -> int:
    """How many letters at the end of a run are a name: the most that the text repeats (电商远山网(…): 远山网)."""
    return next((n for n in range(min(8, len(run)), 2, -1) if text.count(run[-n:], body, end) > 1), 0)


def _losses(
    filing: Filing, names: Names, start: int, end: int, said: tuple[int, int] | None, report: Period | None
) -> Iterator[_Loss]:
    text = filing.text
    own = text[slice(*said)] if said else ""
    seen: list[Number] = []
    reported = False  # whether the report's own loss has been told
    told: tuple[int, int] | None = None  # the period that a sentence before told, of another report
    for a, b in filing.sentences:
        if b <= start or a >= end:
            continue
        if reprint := _REPRINT.search(text, a, b):
            a = reprint.end()
        if text[b - 1] in "！!？?" or _ANALYST.search(text, a, b):
            continue  # rhetoric in round figures, or what others expect
        untils = [m.span() for m in _UNTIL.finditer(text, max(a, start), min(b, end))]
        for loss in _of_sentence(filing, words_of(filing, max(a, start), min(b, end)), report):
            if any(_same(loss.low, other) for other in seen):
                continue
            if last := [place for place in untils if place[0] < loss.low.start]:
                loss.period = last[-1] if text[slice(*last[-1])] != own else None
            elif loss.period is None and told is not None:
                loss.period = told
            if (
                loss.period is None
                and reported
                and not last
                and not any(w in text[a:b] for w in ("其中", "同期"))
            ):
                continue  # a second mention of the report's loss in other words
            seen += [loss.low] if loss.high is None else [loss.low, loss.high]
            reported = reported or loss.period is None
            loss.holder = _whose(text, names, max(a, start), loss.low.start)
            yield loss
        told = untils[-1] if untils and text[slice(*untils[-1])] != own else told


def _whose(text: str, names: Names, start: int, at: int) -> tuple[int, int] | None:
    """Another company whose figures the sentence tells (远山网络2018年…净亏损…)."""
    named = [n for n in names.between(start, at) if _WHOSE.match(text, n.end) and not names.is_issuer(n)]
    return named[-1].full if named else None


def _of_sentence(filing: Filing, tokens: list[Token], report: Period | None) -> Iterator[_Loss]:
    text = filing.text
    name, loss, last, direction = "", False, False, -1
    other_profit = False
    before: tuple[int, int] | None = None  # the period told before last year's
    other: tuple[int, int] | None = None  # a period that is not the report's
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        kind = token.kind
        if kind == "name":
            name = token.name if token.name in _OURS else ""
            other_profit = not name  # 扣非净利亏损 is no net loss
            loss = "亏" in text[token.start : token.end]
            direction = -1
            if last and "，" in token.gap:
                last, other = False, before
        elif kind in ("other", "figure", "subject"):
            name, loss, other_profit = "", False, False
        elif kind == "loss":
            loss = _NOT_NET.search(text, max(0, token.start - 6), token.start) is None
            loss = loss and not (other_profit and not token.parted and "，" not in token.gap)
            name = (name or "net_profit") if loss else ""
        elif kind == "gain":
            loss = False
        elif kind == "respective":
            shared = list(_shared_out(text, tokens, at - 1, report))
            yield from shared
            if shared:
                return
        elif kind == "last" and _compared(text, token, tokens[at : at + 1]):
            last = False
        elif kind == "last":
            before = other
            last, other = True, (token.start, token.end - text.endswith("的", 0, token.end))
        elif kind in ("up", "down"):
            direction = token.start
        elif kind == "period" and token.period is not None:
            last = False
            same = report is None or token.period.same(report)
            other = None if same else (token.start, token.end)
        elif kind == "percent":
            last = False
        elif kind == "money" and token.number is not None:
            number = token.number
            negative = number.value < 0 or loss
            after = tokens[at] if at < len(tokens) else None
            behind = (
                after is not None
                and after.kind in ("name", "loss")
                and after.gap in ("", "的", "之")
                and (after.kind == "loss" or after.name in _OURS)
                and "亏" in text[after.start : after.end]
            )  # 取得不少于1亿元的股东应占亏损
            if behind:
                name, negative = "net_profit", True
            usable = (
                name in _OURS
                and negative
                and (behind or not token.parted)
                and not (number.base_unit or "").endswith("/股")
            )
            difference = direction >= 0 and not set("至到") & set(text[direction : token.start])
            direction = -1
            if not usable or difference:
                continue
            low = _bare(number)
            high = None
            if at < len(tokens) and tokens[at].kind == "money" and _to(text, tokens[at]):
                upper = tokens[at].number
                high = _bare(upper) if upper is not None else None
                at += 1
            made = _Loss(low, high, other)
            if not last:
                clause = _CLAUSE_END.split(text[number.end : min(number.end + 60, len(text))])[0]
                if m := _CHANGE.search(clause):
                    group = m.lastgroup or "c"
                    made.change = (number.end + m.start(group), number.end + m.end(group))
            yield made
            last = False


def _to(text: str, token: Token) -> bool:
    """Whether the figure is the other end of a range; its dash may have been read as a minus."""
    return token.gap in ("-", "~", "至", "到") or (not token.gap and text[token.start] in "-~")


def _compared(text: str, token: Token, following: list[Token]) -> bool:
    """与上年同期相比, 比去年同期减少: what follows is not of that period."""
    if not following or text[token.start - 1 : token.start] not in ("与", "同", "较", "比", "和"):
        return False
    after = following[0]
    return (
        "相比" in after.gap or "，" in after.gap or after.kind in ("up", "down", "change", "percent", "turn")
    )


def _shared_out(text: str, tokens: list[Token], at: int, report: Period | None) -> Iterator[_Loss]:
    """2012年度、2013年度分别亏损甲和乙: each period its own loss."""
    first = at
    while (
        first > 0
        and tokens[first - 1].kind == "period"
        and (first == at or tokens[first].gap in ("、", "和", "及", "与"))
    ):
        first -= 1
    told = tokens[first:at]
    begin = at + 1
    while begin < len(tokens) and (tokens[begin].kind == "loss" or tokens[begin].name in _OURS):
        begin += 1
    losing = any("亏" in text[t.start : t.end] for t in tokens[at + 1 : begin])
    sums = tokens[begin : begin + len(told)]
    if len(told) < 2 or len(sums) < len(told) or any(t.number is None or t.kind != "money" for t in sums):
        return
    for when, token in zip(told, sums, strict=True):
        if token.number is not None and (losing or token.number.value < 0):
            same = report is not None and when.period is not None and when.period.same(report)
            yield _Loss(_bare(token.number), None, None if same else (when.start, when.end))


def _bare(number: Number) -> Number:
    """The amount of a loss without its minus sign."""
    if number.value >= 0:
        return number
    cut = 1 if number.text.startswith("-") else 0
    return replace(negated(number), text=number.text[cut:], start=number.start + cut)


def _same(one: Number, other: Number) -> bool:
    if one.base is None or other.base is None or one.base_unit != other.base_unit:
        return False
    return abs(one.base - other.base) <= 2 * max(slack(one), slack(other))


def _disclosed(text: str, start: int, end: int) -> tuple[int, int] | None:
    for m in _DISCLOSED.finditer(text, start, min(end, start + 400)):
        if m["d"] in ("近日", "昨天") or _SAID.search(text, m.end(), m.end() + 24):
            rest = _LATELY.search(text, m.end(), m.end() + 24)
            return rest.span() if rest else m.span("d")
    return None


def _report(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The period of the report as printed: of the years named in a report's title or a sentence the first."""
    if reprint := _REPRINT.search(text, start, end):
        start = reprint.end()
    untils = [m.span() for m in _UNTIL.finditer(text, start, end)]
    days = [_day(text[slice(*place)]) for place in untils]
    latest = None
    if untils:  # the latest, unless the first tells no year
        latest = untils[0] if len(days[0]) < 3 and days[0][0] < 13 else untils[days.index(max(days))]
    named = [m.span() for pattern in _NAMED if (m := pattern.search(text, start, end))]
    if latest is not None and (not named or untils[0] < min(named)):
        return latest
    if named:
        return min(named)
    return next((m.span() for pattern in _YEARLESS if (m := pattern.search(text, start, end))), None)


def _day(until: str) -> tuple[int, ...]:
    """年、月、日 of the last day of a period, to tell which is later."""
    return tuple(int(n) for n in re.findall(r"\d+(?=[年月日])", until))
