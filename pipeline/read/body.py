"""The body of an article: paragraphs joined by a newline, tables as rows joined by tabs.

Whatever a browser would show on a line of its own is a paragraph. Words that an editor split
over many `<span>` are joined without a blank.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from bs4 import BeautifulSoup, NavigableString, Tag
from lxml import etree

from pipeline.model import Table
from pipeline.read.html import Element, tidy, whole_text, words

_SILENT = words(
    "script style noscript template iframe object embed head title select option button input "
    "textarea canvas svg audio video map form"
)
_BLOCKS = words(
    "address article aside blockquote body br caption center dd details dir div dl dt fieldset "
    "figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table "
    "tbody td tfoot th thead tr ul"
)
_styled = etree.XPath("descendant::*/@style[contains(., 'none')]/..")
_HIDDEN = re.compile(r"display\s*:\s*none")
_NOISE = re.compile(
    r"扫一扫.{0,4}手机.{0,6}(?:当前页|本页|查看)面?|[\[【(（]?\s*(?:打印|关闭|关闭窗口|打印本页|关闭本页|返回顶部|纠错|我要纠错)\s*[\]】)）]?"
    r"|[\[【(（]?\s*责任编辑\s*[:：].{0,20}|分享到\s*[:：]?|相关文章|相关链接\s*[:：]?"
)
_LINES_IN_CELLS = words("br p div li")
_NOISE_LENGTH = 40
_LONG_CELL = 800  # characters; longer cells belong to a page laid out with a table
_WIDE = 60  # columns; wider spans are a mistake or an attack


def read_body(node: Element, drop: Collection[Element] = ()) -> tuple[str, tuple[Table, ...]]:
    """Text and tables below a node, without the elements of `drop`."""
    lines: list[str | list[list[str]]] = []
    pieces: list[str] = []

    def flush() -> None:
        if not pieces:
            return
        text = "".join(pieces)
        pieces.clear()
        line = "" if text.isspace() else tidy(text)  # mostly the indentation between two tags
        if line and not (len(line) < _NOISE_LENGTH and _NOISE.fullmatch(line)):
            lines.append(line)

    leave = {*drop, *(e for e in _styled(node) if _HIDDEN.search(e.get("style")))}
    walk = etree.iterwalk(node, events=("start", "end"))
    skipped: set[Element] = set()
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if tag in _SILENT or element in leave:
                skipped.add(element)
                walk.skip_subtree()
                continue
            if tag in _BLOCKS:
                flush()
            if tag == "table" and _is_data(element):
                rows = table_rows(element)
                if rows:
                    lines.append(rows)
                skipped.add(element)
                walk.skip_subtree()
            elif element.text:
                pieces.append(element.text)
            continue
        if tag in _BLOCKS and element not in skipped:
            flush()
        if element.tail and element is not node:
            pieces.append(element.tail)
    flush()
    return join_lines(lines)


def join_lines(lines: list[str | list[list[str]]]) -> tuple[str, tuple[Table, ...]]:
    """Paragraphs and tables (as rows of cells) to one text, and where its tables stand."""
    texts: list[str] = []
    tables: list[Table] = []
    at = 0
    for line in lines:
        text = line if isinstance(line, str) else "\n".join("\t".join(row) for row in line)
        if not isinstance(line, str):
            tables.append(Table(start=at, end=at + len(text)))
        texts.append(text)
        at += len(text) + 1
    return "\n".join(texts), tuple(tables)


def _is_data(table: Element) -> bool:
    """False for a table that only lays out the page: one column, nested tables, or whole essays in cells."""
    widest = 0
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        widest = max(widest, len(cells))
    if widest < 2 or next(table.iterdescendants("table"), None) is not None:
        return False
    return all(len(whole_text(cell)) <= _LONG_CELL for cell in table.iter("td", "th"))


def table_rows(table: Element) -> list[list[str]]:
    """A table as a full grid: a cell that spans is followed by empty ones, so columns stay in line."""
    soup = BeautifulSoup(etree.tostring(table, encoding="unicode", method="html", with_tail=False), "lxml")
    rows: list[list[str]] = []
    hanging: dict[int, int] = {}  # column: rows that a cell from above still covers
    for row in [tag for tag in soup.descendants if isinstance(tag, Tag) and tag.name == "tr"]:
        cells: list[str] = []

        def fill(cells: list[str] = cells) -> None:
            while hanging.get(len(cells), 0) > 0:
                hanging[len(cells)] -= 1
                cells.append("")

        for cell in row.children:
            if not isinstance(cell, Tag) or cell.name not in ("td", "th"):
                continue
            fill()
            width, height = _span(cell, "colspan"), _span(cell, "rowspan")
            for column in range(len(cells), len(cells) + width):
                hanging[column] = height - 1
            cells += [cell_text(cell), *[""] * (width - 1)]
        fill()
        if any(cells):
            rows.append(cells)
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _span(cell: Tag, name: str) -> int:
    written = re.match(r"\d{1,4}", str(cell.get(name, "1")).strip())
    return min(max(int(written[0]), 1), _WIDE if name == "colspan" else 5000) if written else 1


def cell_text(cell: Tag) -> str:
    """One line: the paragraphs of a cell, with a blank where two words or figures would merge."""
    pieces = [  # find_all for each of these would take longer than the parsing
        part if type(part) is NavigableString else "\n"
        for part in cell.descendants
        if type(part) is NavigableString or (isinstance(part, Tag) and part.name in _LINES_IN_CELLS)
    ]
    joined = ""
    for text in filter(None, map(tidy, "".join(pieces).split("\n"))):
        apart = joined[-1:].isalnum() and joined[-1:].isascii() and text[:1].isalnum() and text[:1].isascii()
        joined += f" {text}" if apart else text
    return joined
