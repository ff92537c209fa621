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

from pipeline.filings.checks import Fields, slack
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
_TITLED = re.compile(
    r"(?:【[^】]*】|公告解读:|[^:\n]{0,12}\|)?\s*(?P<n>\*?[A-Z]{0,3}[\u4e00-\u9fff·]{2,9}?[A-Z]?)(?=\d{4}年|上半年|前三|中期|半年|[一三]季|公布|发布|预计|[:(]|股东应占|年度|净)"
)
_DISCLOSED = re.compile(
    r"(?P<d>近日|昨天|今日(?:晚间)?|(?<!\d)\d{1,2} ?月 ?\d{1,2}日(?:晚间|晚)?(?!至|止)|(?<![\d月])\d{1,2}日)"
)
_SAID = re.compile(r"发布|公布|公告|披露|消息|讯|\|")
_REPORT = (
    re.compile(r"\d{4}年年度报告"),
    re.compile(
        r"\d{4}年三季报|\d{4}年(?:度)?(?:半年度|第[一三]季度|[一三]季度?|前三季度|中期)(?=报告|业绩|报|财报)|\d{4}年半年(?=报)|\d{4}年(?=报告)"
    ),
    re.compile(r"截止?至\d{4}年\d+月\d+日(?:止年度|止\d+个月|上半年)"),
    re.compile(
        r"\d{4}年(?:度)?(?:上半年|半年度|前三季度|第[一二三四]季度|[一二三四]季度)|\d{4}财年第[一二三四]季度"
    ),
    re.compile(r"前三季度?"),
    re.compile(r"半年度|上半年|第[一二三四]季度|[一三]季度|\d{4}年度?"),
)
_REPRINT = re.compile(
    r"原标题[^\n]{0,60}?(?:来源:?[^\s，。]{2,4}(?:网|社|财经|股|经|汇|F|p)?|\n|$)"
)  # a headline printed again, with rounded figures
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


def facts(filing: Filing) -> list[Fact]:
    text = filing.text
    end = min(len(text), filing.view.title_end + LOSSES_READ)
    said = _report(text, filing.view.title_end, end)
    report = next(periods(text, *said, filing.published), None) if said else None
    found = list(_losses(filing, filing.view.title_end, end, report))
    found = found or list(_losses(filing, 0, filing.view.title_end, report))
    if not found:
        return []
    shared: Fields = {}
    if name := _CODED.search(text, filing.view.title_end, end) or _TITLED.match(text):
        shared["holder"] = filing.name(*name.span("n"))
    elif place := Names(text[:LOSSES_READ]).issuer_place():
        shared["holder"] = filing.name(*place)
    if day := _disclosed(text, filing.view.title_end, end):
        shared["disclosed"] = filing.name(*day)
    made = []
    for loss in found:
        fields = dict(shared)
        period = loss.period or said
        if period is not None:
            fields["period"] = filing.name(*period)
        numbers = [loss.low] if loss.high is None else [loss.low, loss.high]
        shown = tuple(filing.number(number) for number in numbers)
        fields["net_loss"] = shown[0] if len(shown) == 1 else shown
        if loss.change is not None:
            fields["change"] = filing.name(*loss.change)
        made.append(Fact(kind="loss", company=filing.company, fields=fields))
    return made


def _losses(filing: Filing, start: int, end: int, report: Period | None) -> Iterator[_Loss]:
    text = filing.text
    seen: list[Number] = []
    for a, b in filing.sentences:
        if b <= start or a >= end:
            continue
        if reprint := _REPRINT.search(text, a, b):
            a = reprint.end()
        for loss in _of_sentence(filing, words_of(filing, max(a, start), min(b, end)), report):
            if any(_same(loss.low, other) for other in seen):
                continue
            if loss.period is None and seen and not any(w in text[a:b] for w in ("其中", "同期")):
                continue  # a second mention of the report's loss in other words
            seen.append(loss.low)
            yield loss


def _of_sentence(filing: Filing, tokens: list[Token], report: Period | None) -> Iterator[_Loss]:
    text = filing.text
    name, loss, last, direction = "", False, False, -1
    other: tuple[int, int] | None = None  # a period that is not the report's
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        kind = token.kind
        if kind == "name":
            name = token.name if token.name in _OURS else ""
            loss = "亏" in text[token.start : token.end]
            direction = -1
            last = last and "，" not in token.gap
        elif kind in ("other", "figure", "subject"):
            name, loss = "", False
        elif kind == "loss":
            each = text.endswith("每股", 0, token.start)
            loss = not each
            name = "" if each else name or "net_profit"
        elif kind == "gain":
            loss = False
        elif kind == "last":
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
            usable = (
                name in _OURS
                and negative
                and not token.parted
                and not (number.base_unit or "").endswith("/股")
            )
            difference = direction >= 0 and not set("至到") & set(text[direction : token.start])
            direction = -1
            if not usable or difference:
                continue
            low = _bare(number)
            high = None
            if at < len(tokens) and tokens[at].kind == "money" and tokens[at].gap in ("-", "~", "至", "到"):
                upper = tokens[at].number
                high = _bare(upper) if upper is not None else None
                at += 1
            made = _Loss(low, high, other)
            if not last:
                clause = text[number.end : min(number.end + 60, len(text))].split("。")[0].split("；")[0]
                if m := _CHANGE.search(clause):
                    group = m.lastgroup or "c"
                    made.change = (number.end + m.start(group), number.end + m.end(group))
            yield made
            last = False


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
            rest = re.compile(r"近日").search(text, m.end(), m.end() + 24)
            return rest.span() if rest else m.span("d")
    return None


def _report(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The period of the report as printed: of the years named in a report's title or a sentence the first."""
    named = [m.span() for pattern in _REPORT[:4] if (m := pattern.search(text, start, end))]
    if named:
        return min(named)
    return next((m.span() for pattern in _REPORT[4:] if (m := pattern.search(text, start, end))), None)
