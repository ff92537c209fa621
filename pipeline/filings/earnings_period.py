"""The period that an earnings text speaks of: 2023年度, 2012年半年度, 二〇二二年上半年, 2020年1-9月, 08年."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import NamedTuple

from pipeline.filings.numbers import chinese_number, month_end

# part → first and last month. 9M is the year to date of a third-quarter report, Q3 the quarter alone.
_MONTHS = {
    "FY": (1, 12),
    "H1": (1, 6),
    "H2": (7, 12),
    "9M": (1, 9),
    "Q1": (1, 3),
    "Q2": (4, 6),
    "Q3": (7, 9),
    "Q4": (10, 12),
}
_OF_MONTHS = {months: part for part, months in _MONTHS.items()}
# A flash of nine months is named as the third quarter's, like its report.
_CODE = {"9M": "Q3"}

_TO = "月?[-~至到]"  # 1-9月, 1月-9月, 1至9月
_PART = (
    rf"(?P<H1>上半年度?|半年度?报?告?|中期|中报|1{_TO}6月份?|H1)"
    rf"|(?P<nine>前三季度?|前3季度|三季报|第三季度报告|三季度报告|1{_TO}9月份?)"
    rf"|(?P<Q1>第?[一1]季度?报?|1{_TO}3月份?|Q1)|(?P<Q2>第?[二2]季度|4{_TO}6月份?|Q2)|(?P<Q3>第?[三3]季度|7{_TO}9月份?|Q3)"
    rf"|(?P<Q4>第?[四4]季度|10{_TO}12月份?|Q4)|(?P<H2>下半年)"
    rf"|(?P<FY>年?度报告|年?年度|年报|全年|度|1{_TO}12月份?|年末)"
)
PERIOD = re.compile(
    r"(?=[\d二一今本当去上前第全中三四半下Q])(?:(?<!\d)(?P<dy>20\d\d)年(?P<dm>1|4|7|10)月1日起?[-~至到](?:(?P=dy)年)?(?P<dt>3|6|9|12)月3[01]日"
    r"|(?:(?<!\d)(?P<y>(?:19[89]|20[0-4])\d)|(?<![\d.])(?P<sy>[0-2]\d)(?=年)|(?P<cy>[二一][〇零○0九oO][〇零○0一二三四五六七八九]{2})(?=年)"
    r"|(?P<now>今年|本年度?|当年)|(?P<ago>去年|上年度?|上一年度?))"
    rf"(?P<n>年)?(?:度)?(?:{_PART})?(?!\d*月\d*日)"
    r"|(?<![\dA-Za-z])(?P<hq>[1-4])(?P<hk>[HQ])(?P<hy>[0-3]\d)(?!\d)"
    r"|(?<![\d年])(?P<part>上半年|半年度|前三季度|三季报|第[一二三四]季度|一季度|[二三四]季度|下半年|全年|中期|(?P<from>1|4|7|10)月?[-~至到](?P<to>3|6|9|12)月|Q[1-4]))"
)
# 业绩预告期间：2023年1月1日至2023年9月30日
_PRINTED = re.compile(r"期间\)?[:：为是]?\s*(?=20\d\d年)")
_BARE = {
    "上半年": "H1",
    "半年度": "H1",
    "中期": "H1",
    "前三季度": "9M",
    "三季报": "9M",
    "下半年": "H2",
    "全年": "FY",
}


_HEAD = 1500  # characters of a text that tell its period
_NOTICE = re.compile(r"预[增减亏盈告]|业绩|财年|扭亏")  # 发布2021预亏公告


class Period(NamedTuple):
    """`year` is None where the text does not say it and nothing else does."""

    year: int | None
    part: str
    start: int
    end: int

    @property
    def code(self) -> str:
        """2023FY, 2016H1, 2012Q1."""
        return f"{self.year}{_CODE.get(self.part, self.part)}"

    @property
    def days(self) -> str:
        """2018-01-01/2018-12-31."""
        first, last = _MONTHS[self.part]
        year = self.year or 0
        return f"{date(year, first, 1)}/{month_end(year, last)}"

    def same(self, other: Period) -> bool:
        years = {self.year, other.year} - {None}
        return len(years) < 2 and self.part == other.part


_YEAR_TO = {"FY": 12, "Q3": 9, "H1": 6, "Q1": 3}


def days_of(code: str) -> str | None:
    """The days that a flash or report of this name covers: 2023FY → 2023-01-01/2023-12-31. None for a single quarter's."""
    year, last = code[:4], _YEAR_TO.get(code[4:])
    return f"{year}-01-01/{month_end(int(year), last)}" if last is not None and year.isdigit() else None


def periods(text: str, start: int, end: int, published: date | None) -> Iterator[Period]:
    """Every period of `text[start:end]`. A year alone is the whole year."""
    for m in PERIOD.finditer(text, start, end):
        if m["dy"] or m["from"]:
            months = int(m["dm"] or m["from"]), int(m["dt"] or m["to"])
            if months in _OF_MONTHS:
                yield Period(int(m["dy"]) if m["dy"] else None, _OF_MONTHS[months], *m.span())
            continue
        if m["hq"]:
            yield Period(2000 + int(m["hy"]), m["hk"] + m["hq"], *m.span())
            continue
        if m["part"]:
            part = _BARE.get(m["part"]) or "Q" + str(
                "一二三四".find(m["part"].lstrip("第Q")[0]) + 1 or m["part"][-1]
            )
            yield Period(None, part, *m.span())
            continue
        part = next((k for k in ("H1", "Q1", "Q2", "Q3", "Q4", "H2") if m[k]), "9M" if m["nine"] else "FY")
        if (
            part == "FY"
            and not (m["n"] or m["FY"] or m["now"] or m["ago"])
            and not _NOTICE.match(text, m.end())
        ):
            continue  # four digits that are no year
        yield Period(_year(m, published), part, *m.span())


def _year(m: re.Match[str], published: date | None) -> int | None:
    if m["y"]:
        return int(m["y"])
    if m["sy"]:
        return 2000 + int(m["sy"])
    if m["cy"]:
        value = chinese_number(m["cy"].translate(str.maketrans("0oO", "零零零")))
        return int(value) if value is not None else None
    if published is None:
        return None
    return published.year - (1 if m["ago"] else 0)


def main_period(text: str, title_end: int, published: date | None) -> Period | None:
    """The period that the text reports on: that printed as such, the title's, else the first that has a year.

    A year that only the publication tells is taken: an annual figure published in spring is last year's.
    """
    end = min(len(text), title_end + _HEAD)
    if (said := _PRINTED.search(text, title_end, end)) and (
        printed := next(periods(text, said.end(), said.end() + 30, published), None)
    ):
        return printed
    found: list[Period] = []
    first = None
    for period in chain(
        periods(text, 0, title_end, published),
        periods(text, title_end, end, published),
    ):
        found.append(period)
        named = period.year is not None and not text.startswith(("去年", "上年", "上一年"), period.start)
        if first is None and named:
            first = period
        if first is not None and period.end > title_end:
            break  # what follows tells nothing more
    if first is not None:
        if first.end > title_end:
            return first
        if first.part == "Q3" and "季" in text[first.start : first.end]:
            # 三季度 of a title is the quarter or the year to its end: 7-9月, 1-9月, 前三季度 tell
            for told in periods(text, title_end, end, published):
                if told.part == "9M" or (told.part == "Q3" and text[told.end - 1] == "月"):
                    return first._replace(part=told.part)
            return first
        # 2016年 … 半年度: a title may name the part elsewhere
        part = next((p.part for p in found if p.year is None and p.end <= title_end), None)
        return first._replace(part=part) if first.part == "FY" and part else first
    if found and published is not None:
        first = found[0]
        if first.year is None:
            late = _MONTHS[first.part][1] > published.month
            return first._replace(year=published.year - 1 if late else published.year)
    return None
