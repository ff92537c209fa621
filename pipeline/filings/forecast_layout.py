"""Where a forecast's text says what figures are of: the forecast before it, side by side or in a paragraph of its own,
and tables whose unit stands above them."""

from __future__ import annotations

import re
from operator import attrgetter

from pipeline.filings.earnings_rows import UNIT_LINE, table_unit
from pipeline.filings.numbers import figures, with_unit
from pipeline.filings.record import Filing
from pipeline.model import Number

# In a sentence: of the forecast before, of this one, and what leads from one to the other.
OLD = re.compile(r"此前|原(?:先)?(?:预计|预告)|前次|修正前|更正前|原业绩预告|已披露的")
NEW = re.compile(r"(?:修正|更正|调整|更新)[后为]|[下上]调[至为]|(?:现|最新|目前|本次)(?:业绩)?预[计告]")
REVISED = re.compile(r"[，,]?(?:现|本次)?(?:修正|更正|调整|[上下]调)(?:[为至到]|后为?)(?:约)?")

_OLD = r"(?:原(?:先)?(?:业绩)?(?:预计|预告|披露)|前次(?:业绩)?(?:预计|预告|披露)?|(?:修正|更正|调整)前(?!后)|此前(?:业绩)?(?:预计|预告))"
_NEW = r"(?:(?:修正|更正|调整|更新)后|最新(?:业绩)?(?:预计|预告)|现(?:业绩)?预计|本次(?:业绩)?(?:预计|预告|修正|更正)|目前预计)"
# What stands around these words in the cells of a head: 本报告期（修正前）, 原预计净利润（万元）, bars and line ends.
_AROUND = r"(?:[\s|():]|业绩|预计|预告|数据?|情况|区间|金额|本报告期|本期|的|万元|净利润|\d{4}年度?)*"
_HEAD = re.compile(
    rf"(?=[原前修更调此最现本目])(?:(?P<old>{_OLD}){_AROUND}{_NEW}|{_NEW}{_AROUND}{_OLD}){_AROUND}"
)
_FIGURE = re.compile(r"[-+]?\d")
_EMPTY = re.compile(r"(?<=[\s|])(?:-+|/|不适用)(?=[\s|亏盈])")
_NUMBER = re.compile(
    r"(?:^|\n)\s*(?:(?P<a>[一二三四五六七八九十]+、)|(?P<b>\([一二三四五六七八九十]+\))|(?P<c>\d+[、.](?!\d))|(?P<d>\(\d+\)))"
)
_WITHDRAWN = re.compile(rf"(?:(?!{_NEW})[^。\n:，\d由较比与]){{0,14}}?{_OLD}(?!.{{0,12}}{_NEW})")


def columns(text: str, start: int, end: int) -> list[tuple[int, str]]:
    """Heads of tables in which both forecasts stand side by side: where each ends, and "ON" (old, new) or "NO"."""
    found = []
    for m in _HEAD.finditer(text, start, end):
        # 由原预计…修正后为 A至B is a sentence: a row's name stands between a head and its figures.
        if not _FIGURE.match(text, m.end()) and text[m.end() - 1] != ":":
            found.append((m.end(), "ON" if m["old"] else "NO"))
    return found


def empty_cells(gap: str) -> int:
    """How many cells of the words between two figures say that there is none."""
    return len(_EMPTY.findall(gap))


def withdrawn(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The numbered paragraphs that tell of the forecast before: 2、前次业绩预告情况."""
    found: list[tuple[int, int]] = []
    begun: tuple[int, str] | None = None
    for m in _NUMBER.finditer(text, start, end):
        level = str(m.lastgroup)
        if begun is not None and level <= begun[1]:
            found.append((begun[0], m.start()))
            begun = None
        if begun is None and _WITHDRAWN.match(text, m.end()):
            begun = m.end(), level
    if begun is not None:
        found.append((begun[0], end))
    return found


_SECTION = re.compile(r"\n\s*[一二三四五六七八九十]+、")
_TABLE = 1_500  # characters
_LABEL = re.compile(r"每股(?:收益|盈利)|净利润|收入|归属于|扣除非")
_NO_CELL = re.compile(r"[年月日号季个项、.)]")
_start = attrgetter("start")


def figures_of(filing: Filing, start: int, end: int) -> list[Number]:
    """The figures of a stretch; those of a table under 单位：万元, which print none, with that unit (元/股 of earnings)."""
    text, found = filing.text, filing.figures_in(start, end)
    for line in UNIT_LINE.finditer(text, start, end):
        unit = table_unit(line["u"] or line["v"], line["c"], line["d"], line["kind"])
        after = _SECTION.search(text, line.end(), end)
        stop = min(line.end() + _TABLE, after.start() if after else end)
        told = {number.start for number in found}
        labels = list(_LABEL.finditer(text, line.end(), stop))
        for number in figures(text, line.end(), stop, bare=True):
            if number.unit is not None or number.start in told or _NO_CELL.match(text, number.end):
                continue
            label = next((m[0] for m in reversed(labels) if m.start() < number.start), "")
            if label:
                found.append(with_unit(number, "元/股" if label.startswith("每股") else unit))
    found.sort(key=_start)
    return found
