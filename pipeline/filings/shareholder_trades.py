"""One trade or plan of a holder as it is told: its days, and when two tellings are one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypeVar

from pipeline.filings.checks import Fields, slack
from pipeline.filings.names import Name
from pipeline.filings.record import Filing
from pipeline.filings.shareholder_words import (
    AFTER_DAY,
    BEFORE_DAY,
    CAPITAL,
    EVER_SINCE,
    SHORT_END,
    SINCE,
    SPAN,
)
from pipeline.model import Check, Day, Number


@dataclass
class Trade:
    planned: bool
    at: int
    holders: tuple[Name, ...] = ()
    shares: list[Number] = field(default_factory=list)  # a plan's bounds, low before high
    ratio: list[Number] = field(default_factory=list)
    amount: list[Number] = field(default_factory=list)
    low: Number | None = None
    high: Number | None = None
    mean: Number | None = None
    of_holding: Number | None = None  # the part of what the holder had
    begin: Day | None = None
    end: Day | None = None
    total: bool = False  # 累计: what several trades add up to
    window: tuple[int, int] | None = None  # a plan's time as printed
    until: tuple[int, int] | None = None  # 截至本公告日: what has been done by the day of the filing

    def price(self, word: str, n: Number) -> None:
        """Takes money told of it: `low`, `high` or `mean` of its prices, its `amount`; a plan has no prices yet."""
        if self.planned and word != "amount":
            return
        if word == "amount":
            if not self.amount or (self.planned and len(self.amount) < 2):
                self.amount.append(n)
        elif word == "mean":
            self.mean = self.mean or n
        elif word == "high":
            self.high = n
        elif self.low is None:
            self.low = self.high = n


def shared_out(filing: Filing, trades: list[Trade], start: int, end: int) -> None:
    """`甲、乙于A日、B日分别减持N股、M股，占C%和D%`: holders, days and ratios go to the counts in their order."""
    text = filing.text
    for group in _runs(text, [t for t in trades if t.shares], lambda t: (t.at, t.shares[-1].end)):
        size = len(group)
        if size < 2 or "分别" not in text[start:end]:
            continue
        holders = max((t.holders for t in group), key=len)
        days = _run_of(text, filing.days_in(start, group[0].at), size)
        after = group[-1].shares[-1].end
        ratios = [n for n in filing.figures_in(after, end) if n.base_unit == "%"]
        ratios = _run_of(text, ratios, size)
        for i, trade in enumerate(group):
            if len(holders) == size:
                trade.holders = (holders[i],)
            if days:
                trade.begin = trade.end = days[i]
            if ratios:
                trade.ratio = [ratios[i]]


def each(text: str, trades: list[Trade], start: int) -> list[Trade]:
    """`甲和乙各增持500股`: as many trades as holders."""
    made: list[Trade] = []
    for t in trades:
        if len(t.holders) > 1 and t.shares and _EACH.search(text, max(start, t.at - 24), t.at):
            made += [replace(t, holders=(holder,)) for holder in t.holders]
        else:
            made.append(t)
    return made


_EACH = re.compile(r"各(?:自|[增减]持|买入|卖出)[^，。；]{0,20}$")
_T = TypeVar("_T")
_P = TypeVar("_P", Day, Number)


def _runs(text: str, items: list[_T], span: Callable[[_T], tuple[int, int]]) -> Iterator[list[_T]]:
    """Stretches of items with nothing between them but 、 or 和."""
    run = items[:1]
    for a, b in pairwise(items):
        if re.fullmatch(r"(?:\([^()]*\))?[、，和及与]", text[span(a)[1] : span(b)[0]]):
            run.append(b)
        else:
            yield run
            run = [b]
    yield run


def _run_of(text: str, items: list[_P], size: int) -> list[_P]:
    return next((r for r in _runs(text, items, lambda x: (x.start, x.end)) if len(r) == size), [])


def dates(filing: Filing, trade: Trade, start: int, end: int, n: Number) -> None:
    """The days of a trade (one, several, a span), or the day that a plan begins."""
    text = filing.text
    days = filing.days_in(start, end)
    usable = []
    for d in days:
        before, after = text[max(start, d.start - 10) : d.start], text[d.end : min(end, d.end + 60)]
        if BEFORE_DAY.search(before) or AFTER_DAY.match(after):
            continue
        if re.search(r"上市流通|解除限售|为基数|公司于$", before + after[:20]) and not trade.planned:
            continue
        if d.start > n.end and "(含" in text[n.end : d.start]:
            continue  # what the count includes
        if d.end < n.start and not trade.planned and SINCE.search(text, d.end, n.start):
            continue
        usable.append(d)
    before_count = [d for d in usable if d.start < n.start]
    if len(before_count) == 1 and _up_to(text, before_count[0], start):
        later_days = [d for d in usable if d.start > n.start]
        if len(later_days) > 1 and SPAN.fullmatch(text, later_days[0].end, later_days[1].start):
            trade.begin, trade.end = later_days[:2]  # 截至…累计减持N股(减持时间为A日至B日)
            return
    chosen = before_count or usable
    if trade.planned:
        for day, end_day in pairwise(chosen):
            if SPAN.fullmatch(text, day.end, end_day.start):
                trade.begin, trade.end = day, end_day
                return
        for d in chosen:
            if re.match(r"[^，。；]{0,3}起|之日起", text[d.end : d.end + 6]) or (
                text[max(0, d.start - 1) : d.start] == "自" and not SPAN.match(text, d.end)
            ):
                trade.begin = d
                return
        return
    summed = bool(before_count) and _up_to(text, chosen[-1], start)
    for i, d in reversed(list(enumerate([] if summed else chosen))):
        nxt = chosen[i + 1] if i + 1 < len(chosen) else None
        if nxt is not None and SPAN.fullmatch(text, d.end, nxt.start):
            trade.begin, trade.end = d, nxt
            return
        if (short := SHORT_END.match(text, d.end)) and (last := later(d, short)) is not None:
            trade.begin, trade.end = d, last
            return
    if not chosen:
        return
    run = [chosen[-1]] if before_count else [chosen[0]]
    for d in reversed(chosen[:-1]):
        if before_count and re.fullmatch(r"[、，和及]", text[d.end : run[0].start]):
            run.insert(0, d)
    trade.begin = None if _up_to(text, run[0], start) else run[0]
    trade.end = None if EVER_SINCE.match(text, run[-1].end) else run[-1]


def _up_to(text: str, day: Day, start: int) -> bool:
    """Whether a day only ends what is told: 截至A日."""
    return re.search(r"截[至止]$", text[max(start, day.start - 3) : day.start]) is not None


def last_clause(left: str) -> str:
    return re.split(r"[，。；;]", re.sub(r"\([^()]*\)", "", left))[-1]


def is_capital(clause: str) -> bool:
    """Whether a count is that of all shares, not of those that somebody holds (持有公司股份总数为)."""
    return CAPITAL.search(clause) is not None and not re.search(r"持有?(?:本?公司)?的?股份总[数额]", clause)


def same_plan(left: str) -> bool:
    """Two bounds of one plan: 不低于A且不超过B, A至B."""
    return (
        re.search(r"且|不超过|不高于|不低于|不少于|-|~|至|到|上限|、", left) is not None
        and "其中" not in left
        and "任意" not in left
    )


def joined(between: str) -> bool:
    between = re.sub(r"\([^()]*\)", "", between)
    return (
        len(between) < 26
        and not between.startswith("的")  # 甲的一致行动人乙 is 乙
        and re.fullmatch(
            r"(?:先生|女士)?(?:\([^()]*\))?(?:、|及|和|与|以及|及其|其|之|的|兼|一致行动人|控股股东|实际控制人|公司|股东|副?总经理|副?董事长|董事|监事|高级管理人员|财务总监|董事会秘书|先生|女士|配偶|现任|时任|原|会?主席)+",
            between,
        )
        is not None
    )


def later(day: Day, m: re.Match[str]) -> Day | None:
    """The end of `2021年1月30日至5月31日`, `9月9日至12日`: in the year and month of its beginning."""
    try:
        value = day.value.replace(
            year=int(m["y"]) if m["y"] else day.value.year,
            month=int(m["m"]) if m["m"] else day.value.month,
            day=int(m["d"]),
        )
    except ValueError:
        return None
    first = m.start("y") if m["y"] else m.start("m") if m["m"] else m.start("d")
    return Day(value=value, text=m[0], start=first, end=m.end())


def merged(trades: list[Trade]) -> list[Trade]:
    """A trade told twice is one."""
    kept: list[Trade] = []
    for t in trades:
        same = next((k for k in kept if alike(k, t)), None)
        if same is None:
            kept.append(t)
            continue
        same.holders = same.holders or t.holders
        same.ratio, same.amount = same.ratio or t.ratio, same.amount or t.amount
        same.shares, same.of_holding = same.shares or t.shares, same.of_holding or t.of_holding
        same.low, same.high, same.mean = same.low or t.low, same.high or t.high, same.mean or t.mean
        if same.begin is None and same.end is None:
            same.begin, same.end = t.begin, t.end
        elif (
            same.begin is None
            and t.end is not None
            and same.end is not None
            and t.end.value == same.end.value
        ):
            same.begin = t.begin
        same.total = same.total and t.total
        same.window, same.until = same.window or t.window, same.until or t.until
    return kept


def alike(a: Trade, b: Trade) -> bool:
    if a.holders and b.holders and not {n.full for n in a.holders} & {n.full for n in b.holders}:
        return False
    if a.planned and a.ratio and b.ratio and len(a.holders) != len(b.holders):  # a sum of several plans
        return bool(a.shares) == bool(b.shares) and a.ratio[-1].base == b.ratio[-1].base
    if a.shares and b.shares:
        return [n.base for n in a.shares] == [n.base for n in b.shares] or (
            a.planned and abs(a.at - b.at) > 0
        )
    return a.planned or (not a.shares and not b.shares and a.ratio[:1] == b.ratio[:1])


def price_check(fields: Fields) -> Check | None:
    """shares × mean price = amount, within the rounding of the printed digits."""
    shares, price, amount = (
        fields.get("shares"),
        fields.get("price_avg", fields.get("price_low")),
        fields.get("amount"),
    )
    if not (isinstance(shares, Number) and isinstance(price, Number) and isinstance(amount, Number)):
        return None
    if (
        not shares.base
        or not price.base
        or not amount.base
        or fields.get("price_low") != fields.get("price_high")
    ):
        return None
    low = (shares.base - slack(shares)) * (price.base - slack(price)) - slack(amount)
    high = (shares.base + slack(shares)) * (price.base + slack(price)) + slack(amount)
    ok = low <= amount.base <= high
    detail = f"{shares.text} × {price.text} = {shares.base * price.base:,.2f} 元，公告为 {amount.text}"
    return Check(name="shares*price=amount", ok=ok, detail=detail, fields=("shares", "price_avg", "amount"))
