"""The lines of a PDF's pages: page numbers go, and what the page's margin broke is one paragraph again.

Without that a phrase that runs over the end of a line is not found, and a sentence is quoted in halves.
A line is taken for broken only where everything says so; a paragraph left in two costs less than two joined.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from statistics import median_low

Lines = list[str | list[list[str]]]  # text, or the rows of a table in its place

_EDGE = 3  # lines at the head and foot of a page among which its number stands
_FULL = (
    52  # half-width columns: no column of text that filings print is narrower (26 characters, as in a form)
)
_SLACK = 8  # columns a broken line may fall short: an indent, a mark that may not begin a line, narrow Latin letters
_PAGE = re.compile(
    r"[-—–~·\s]*(?:第\s*)?(?:\d{1,2}-){0,3}(\d{1,4})\s*(?:页)?\s*(?:(?:[/／]|[,，]?\s*共)\s*(\d{1,4})\s*页?)?[-—–~·\s]*"
)
_HAN = re.compile("[\u4e00-\u9fff\uff00-\uff0f\uff1a-\uff1f\u3001\u3002\u201c\u201d\u300a\u300b（）]")
_FIGURES = re.compile(
    r"(?:^|\s)[-+(（]?\d[\d,.]*[%％)）]?(?=\s+[-+(（]?\d[\d,.]*[%％)）]?(?:\s|$))"
)  # two side by side
_LEADER = re.compile(r"[.．·…—_-]{4,}")  # a line of a table of contents
_HEAD = re.compile(r"(?:证券|股票)(?:代码|简称)|编号[:：]")  # the line of codes above a filing's title
_ENDS = tuple("。！？；：!?;:")
_BEGINS = re.compile(
    r"第[一二三四五六七八九十百\d]+[章节条款项部]|[一二三四五六七八九十]{1,3}[、．.]|[（(][一二三四五六七八九十\d]{1,3}[)）]"
    r"|\d{1,2}(?:\.\d{1,2})*[、．)）]|\d{1,2}(?:\.\d{1,2}){0,3}\s*\.?\s+[\u4e00-\u9fff]{2}.{0,30}$|[①-⑳●•◆■□√▪]|特此(?:公告|说明|报告)|(?:证券|股票|公告|附件|备注|注|单位|序号|项目)[\s\u4e00-\u9fff]{0,2}[:：]"
)


def drop_page_numbers(pages: list[Lines]) -> None:
    """Removes a line at the head or foot of a page where it is certainly the page's number: it
    states the number of pages, or it counts with the pages at the same place through the file."""
    marks: list[tuple[int, int, int, int]] = []  # page, index, place from head or foot, number minus page
    certain: set[tuple[int, int]] = set()
    for number, lines in enumerate(pages):
        edges = [*range(min(_EDGE, len(lines))), *range(max(_EDGE, len(lines) - _EDGE), len(lines))]
        for index in edges:
            line = lines[index]
            found = _PAGE.fullmatch(line) if isinstance(line, str) else None
            if not found:
                continue
            places = [index] * (index < _EDGE) + [index - len(lines)] * (index >= len(lines) - _EDGE)
            marks += [(number, index, place, int(found[1]) - number) for place in places]
            total = int(found[2] or 0)
            if total >= int(found[1]) and ("页" in str(line) or total == len(pages)):
                certain.add((number, index))
        if len(lines) > 1 and lines[0] == str(number + 1) == "1":
            certain.add((number, 0))  # no filing begins with a bare figure: a foot that was drawn first
    steps = Counter((place, offset) for _, _, place, offset in marks)
    for number, index, place, offset in marks:
        # Figures of a table may stand there too, but do not count one up from page to page.
        if steps[(place, offset)] >= (2 if place in (0, -1) else 3):
            certain.add((number, index))
    for number, index in sorted(certain, reverse=True):
        del pages[number][index]


def paragraphs(pages: list[Lines]) -> Lines:
    """The lines of all pages in order, the broken ones joined."""
    heads = Counter(line for lines in pages for line in lines[:_EDGE] if isinstance(line, str))
    found: Lines = []
    open_end = False  # whether the last line of `found` was broken by the margin
    margins = [_margin(lines) for lines in pages]
    usual = median_low([margin for margin in margins if margin] or [0])  # a page of few lines shows no margin
    for lines, margin in zip(pages, margins, strict=True):
        for place, line in enumerate(lines):
            if not isinstance(line, str):
                found.append(line)
                open_end = False
                continue
            last = found[-1] if found else None
            running = place < _EDGE and heads[line] > 1
            if open_end and isinstance(last, str) and not running and _goes_on(line):
                found[-1] = _join(last, line)
            else:
                found.append(line)
            open_end = _is_broken(line, max(margin, usual))
    return found


def _margin(lines: Lines) -> int:
    """Columns of the page's full lines; the longest alone may be a figure's caption or a table's row."""
    widths = sorted((_width(line) for line in _prose(lines)), reverse=True)
    return widths[min(2, len(widths) - 1)] if widths else 0


def _prose(lines: Lines) -> Iterator[str]:
    return (line for line in lines if isinstance(line, str) and _is_prose(line))


def _is_prose(line: str) -> bool:
    letters = len(line) - line.count(" ")
    return len(_HAN.findall(line)) * 2 > letters and not _FIGURES.search(line) and not _LEADER.search(line)


def _width(line: str) -> int:
    """Half-width columns."""
    return sum(2 if char > "\u2e7f" or char in "“”‘’…—" else 1 for char in line)


def _is_broken(line: str, margin: int) -> bool:
    width = _width(line)
    whole = line.endswith(_ENDS) or _HEAD.search(line) is not None
    return width >= max(_FULL, margin - _SLACK) and not whole and _is_prose(line)


def _goes_on(line: str) -> bool:
    """Whether a line can be the rest of the one before: no new item, and no row of a table."""
    return not _BEGINS.match(line) and not _FIGURES.search(line) and not _LEADER.search(line)


def _join(first: str, rest: str) -> str:
    """Latin words side by side keep a blank. Two figures never stand so in a sentence: it is one, cut."""
    last, begin = first[-1], rest[0]
    apart = last.isascii() and begin.isascii() and last.isalnum() and begin.isalnum()
    return f"{first} {rest}" if apart and not (last.isdigit() and begin.isdigit()) else first + rest
