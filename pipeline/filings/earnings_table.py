"""Tables of earnings figures as they come out of PDFs, pages and spreadsheets: lines, cells, torn labels.

The reader never looks at where a column stands on the page. It takes all figures out of the text, puts
the words between them together without blanks, and finds the known row labels in that string: a group of
figures belongs to the label inside which, or at the end of which, it was taken out. So labels torn over
lines with their figures on any of these lines, one cell a line, pipes, tabs, aligned columns and a table
on a single line are all the same case. What each column is follows from the words of the head and the
number of figures in a row; where the head leaves a choice, the printed changes decide by arithmetic.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from pipeline.filings.earnings_columns import Head, choose
from pipeline.filings.earnings_rows import HEAD, ROW, ROW_UNIT, UNIT_LINE, table_unit
from pipeline.filings.numbers import to_decimal
from pipeline.filings.view import flat


class Cell(NamedTuple):
    """One figure. `form` is number, points (a change in 百分点), word (不适用) or dash (nothing)."""

    form: str
    value: Decimal | None
    unit: str | None  # printed in the cell: %, 个百分点, 万元
    start: int
    end: int
    line: int


@dataclass
class Row:
    """`unit` is that of the label; `at` the offset of its first figure."""

    name: str
    unit: str | None
    cells: list[Cell]
    above: list[Cell] = field(default_factory=list)  # figures of no row, just above


@dataclass
class Block:
    """Rows under one head. `unit` is that of the unit line above; `roles` one letter a column."""

    head: Head
    unit: str | None
    rows: list[Row] = field(default_factory=list)
    roles: str = ""
    width: int = 0


_TEAR = r"[ \t]*\r?\n[ \t]*"
_RUN = (
    r"\d+(?:,[ ]?\d{3}(?!\d)|,\d+|\.\d+)*"
    rf"(?:(?<=,\d\d){_TEAR}\d(?:\.\d+)?(?![\d,])|(?<=,\d){_TEAR}\d\d(?:\.\d+)?(?![\d,])|(?<=,\d{{3}}\.\d){_TEAR}\d(?![\d,.%]))?"
)
_UP = "增加|增长|上升|提高|上涨|提升"
_DOWN = "减少|下降|降低|下滑|下跌"
_TOKEN = re.compile(
    r"(?=[\s\d(注第表A-Za-z增减上下提降+\-不扭由/])(?:(?P<page>^[ \t]*(?:-[ ]?)?\d{1,3}(?:[ ]?-|[ ]?/[ ]?\d{1,3})?[ \t]*$)"
    r"|(?P<date>(?:19|20)\d\d\s*年(?:\s*(?:度|末)|\s*\d{1,2}\s*(?:-\s*\d{1,2}\s*)?月(?:\s*\d{1,2}\s*日)?)?"
    r"|(?:19|20)\d\d(?P<ds>[-/.])\d{1,2}(?P=ds)\d{1,2}|\d{1,2}\s*月\s*\d{1,2}\s*日|\d{1,2}-\d{1,2}\s*月"
    r"|(?<![\d.,])(?:19|20)\d\d(?![\d.,%]))"
    r"|(?P<mark>\(\d{1,2}\)(?=[^\s|\d(-])|(?:注|第|表|注 )\d+|^[ \t]*\d{1,2}[、.](?!\d)|[A-Za-z]\d+)"
    rf"|(?P<points>(?:(?P<pv>{_UP}|{_DOWN})了?\s*)?(?P<pn>[-+]?[ ]?\d+(?:\.\d+)?)[ \t]*(?:\r?\n[ \t]*)?(?:个\s*百\s*分\s*点|个\s*百\s*分(?!\s*点)|个\s*百(?!\s*分)|百分点|pct))"
    rf"|(?P<verb>{_UP}|{_DOWN})了?\s*(?P<vn>\d+(?:,\d{{3}})*(?:\.\d+)?)\s*%"
    r"|(?P<paren>(?:(?<=[\s|])|^)\([ ]?(?P<pa>\d[\d,]*(?:\.\d+)?)[ ]?(?P<pp>%?)[ ]?\)%?)"
    rf"|(?P<number>(?P<sign>[-+][ ]?)?(?P<run>{_RUN})(?P<unit>[ ]?(?:%|(?:百万|千万|亿|万|千)?元(?:/股)?(?![\u4e00-\u9fff])))?)"
    r"|(?P<word>不适用|扭亏为盈|由亏转盈|由盈转亏|扭亏|N/A)"
    r"|(?P<dash>(?:(?<=[\s|])|^|(?<=\d))(?:-{1,2}|/)(?=[\s|]|$)))",
    re.M,
)
_PIECE = re.compile(r"[^\s|]+")
_TAIL = re.compile(r"^(?:分点|个?百分点|点)")
_SENTENCE = re.compile(r",(?!\d)|[，。；;]")
_MARKED = re.compile(r"[,，。；;、(]")  # what a heading or a sentence has
_HEADING = re.compile(r"^(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\))")
_WHOLE = re.compile(r"(?:修正|更正|修订)[前后](?!的?[前后与和及对比差])")
_YEAR_BEHIND = re.compile(r"\.\d{2}(?=(?:19|20)\d\d$)")  # a running head's year after the last figure
# Cells that lost the blank between them end after the same number of decimals: 2, rarely another.
_GLUED = tuple(re.compile(rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+)\.\d{{{places}}}") for places in (2, 4, 3, 1))


_PINYIN = re.compile(r"\([a-z]*[\u00e0-\u01dc][a-zü]*\)")  # that a converter put after a word

_WIDE_COMMA = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")


def read_blocks(text: str, start: int = 0, end: int | None = None) -> list[Block]:
    """All tables of figures in `text[start:end]` whose columns are understood, in order."""
    plain = _WIDE_COMMA.sub(",", _PINYIN.sub(lambda found: " " * len(found[0]), flat(text[start:end])))
    blocks = list(_blocks(plain))
    for block in blocks:
        _settle(block)
        if start:
            for row in block.rows:
                row.cells = [c._replace(start=c.start + start, end=c.end + start) for c in row.cells]
    return [block for block in blocks if block.roles]


# ---------------------------------------------------------------- words and figures taken apart


@dataclass
class _Taken:
    """The words of a stretch as one string, and the groups of figures by their place in it."""

    words: str
    edges: set[int]  # where in `words` a line, a cell or a blank-parted word begins
    groups: list[tuple[int, list[Cell]]]
    heads: list[tuple[int, str, int]]  # (place in words, kind, year) of each head word


def _take(plain: str) -> _Taken:
    parts: list[str] = []
    size = line = 0
    edges: set[int] = set()
    groups: list[tuple[int, list[Cell]]] = []
    open_group = False
    at = 0
    torn = False  # the last figure is a change in points whose last words were not printed with it

    def words(gap: str) -> None:
        nonlocal size, open_group, torn
        marked = _MARKED.search(gap) is not None
        for piece in _PIECE.findall(gap):
            if torn:
                torn = False
                piece = _TAIL.sub("", piece)
                if not piece:
                    continue
            if not marked:
                pass
            elif _HEADING.match(piece):
                said = _WHOLE.search(piece)  # （一）更正前： stands above a table
                piece = f"§{said[0]}:" if said else "§"
            elif _SENTENCE.search(piece):
                piece = "¶"
            edges.add(size)
            parts.append(piece)
            size += len(piece)
            open_group = False

    for m in _TOKEN.finditer(plain):
        gap = plain[at : m.start()]
        if gap:
            words(gap)
            line += gap.count("\n")
        at = m.end()
        kind = m.lastgroup or ""
        if kind == "page":
            continue
        if kind in ("date", "mark"):
            words("".join(m[0].split()))
            continue
        cells = _cells(m, kind, line)
        line += m[0].count("\n")
        torn = kind == "points" and not m[0].endswith(("点", "pct"))
        if open_group:
            groups[-1][1].extend(cells)
        else:
            groups.append((size, cells))
            edges.add(size)
            open_group = True
    words(plain[at:])
    joined = "".join(parts)
    return _Taken(joined, edges, groups, list(_head_words(joined, edges)))


_COLUMN = {"old_column": "corr_old", "new_column": "corr_new"}


def _head_words(words: str, edges: set[int]) -> Iterator[tuple[int, str, int]]:
    at = 0
    while m := HEAD.search(words, at):
        kind, at = m.lastgroup or "", m.end()
        if kind in ("old_change", "new_change") and m.start() + 3 in edges:  # 修正后 and 增减 are two cells
            kind, at = kind.replace("change", "column"), m.start() + 3
        yield m.start(), _COLUMN.get(kind, kind), int(m["year"] or 0)
        if m["year"] and "季度" in m[0]:
            yield m.start(), "quarter", 0


def _cells(m: re.Match[str], kind: str, line: int) -> list[Cell]:
    """The figures of a match; `kind` is its alternative, told by the last group that closed."""
    start, end = m.span()
    if kind == "points":
        value = to_decimal(m["pn"])
        if m["pv"] and m["pv"] in _DOWN and value is not None and value > 0:
            value = -value
        return [Cell("points", value, "个百分点", start, end, line)]
    if kind == "vn":
        value = to_decimal(m["vn"])
        return [
            Cell(
                "number", -value if value is not None and m["verb"] in _DOWN else value, "%", start, end, line
            )
        ]
    if kind == "paren":
        value = to_decimal(m["pa"])
        return [Cell("number", None if value is None else -value, m["pp"] or None, start, end, line)]
    if kind in ("word", "dash"):
        return [Cell(kind, None, None, start, end, line)]
    printed, run, unit = m.group("sign", "run", "unit")
    sign = -1 if printed and printed[0] == "-" else 1
    unit = unit.strip() if unit else None
    spans = _split(run)
    if len(spans) == 1 and spans[0][1] == len(run):
        value = to_decimal("".join(run.split()))
        return [Cell("number", -value if value is not None and sign < 0 else value, unit, start, end, line)]
    first = m.start("run")
    cells = []
    for i, (low, high) in enumerate(spans):
        value = to_decimal("".join(run[low:high].split()))
        last = i == len(spans) - 1
        begin = start if i == 0 else first + low
        stop = end if last and unit else first + high
        if value is not None and i == 0 and sign < 0:
            value = -value
        cells.append(Cell("number", value, unit if last else None, begin, stop, line))
    return cells


def _split(run: str) -> list[tuple[int, int]]:
    """Where the figures of a run stand: cells that lost the blank between them are told by their decimals."""
    if run.count(".") < 2:
        tail = _YEAR_BEHIND.search(run)
        return [(0, tail.end())] if tail else [(0, len(run))]
    for pattern in _GLUED:
        spans = [m.span() for m in pattern.finditer(run)]
        if (
            spans
            and spans[0][0] == 0
            and spans[-1][1] == len(run)
            and all(a[1] == b[0] for a, b in pairwise(spans))
        ):
            return spans
    return [(0, len(run))]


# ---------------------------------------------------------------- rows under heads


_NO_HEAD = Head()


def _blocks(plain: str) -> Iterator[Block]:
    taken = _take(plain)
    units = [
        (m.start(), table_unit(m["u"] or m["v"], m["c"], m["d"], m["kind"]))
        for m in UNIT_LINE.finditer(plain)
    ]
    labels = [m for m in ROW.finditer(taken.words) if _begins(taken, m.start())]
    block: Block | None = None
    pending: list[tuple[str, int]] = []  # head words that no row has used yet
    last: re.Match[str] | None = None  # the label of the last row
    index = h = used = 0
    before = 0  # the place of the group before
    stray: list[Cell] = []  # figures that no label claims, until the next row
    for place, cells in taken.groups:
        while index < len(labels) and labels[index].end() < place:
            index += 1
        label = labels[index] if index < len(labels) and labels[index].start() < place else None
        while h < len(taken.heads) and taken.heads[h][0] < (label.start() if label else place):
            at, kind, year = taken.heads[h]
            if kind == "section":  # 更正前： and 更正后： stand above a heading and hold for the table below
                pending = [word for word in pending if word[0].startswith(("corr", "before", "after"))]
            elif kind == "sentence":  # years in a sentence head no column
                pending = [word for word in pending if word[0] != "year"]
            elif at >= used:
                pending.append((kind, year))
            h += 1
        name = (label.lastgroup or "") if label else _overprinted(taken.words[max(used, before) : place])
        before = place
        if not name:
            stray = cells
            continue
        if label is not None and label is last and block is not None:
            block.rows[-1].cells += cells  # one row, its figures on two lines of its label
            continue
        head = Head.of(pending) if pending else _NO_HEAD
        if block is None or (pending and head.tells):
            if block is not None and block.rows:
                yield block
            block = Block(head, _unit_before(units, cells[0].start))
        pending = []
        unit = None
        if label is not None:
            used = label.end()
            said = ROW_UNIT.search(label[0])
            unit = table_unit(said["u"] or "%") if said else None
        last = label
        block.rows.append(Row(name, unit, list(cells), stray))
        stray = []
    if block is not None and block.rows:
        yield block


def _begins(taken: _Taken, at: int) -> bool:
    """Whether a label may begin here: at a line, a cell, a word, or after a mark (其中：营业收入)."""
    return at in taken.edges or (at > 0 and taken.words[at - 1] in ")):、¶")


_OVERPRINTS = (("基本每股收益", "eps"), ("加权平均净资产收益率", "roe"))
_LABEL_TAILS = (
    "归属于上市公司股东的净利润",
    "归属于上市公司股东的扣除非经常性损益的净利润",
    "归属于母公司所有者的净利润",
)


def _overprinted(words: str) -> str:
    """The row of a label printed over the tail of another (基股本每东的股净收益利润), or ""."""
    for label, name in _OVERPRINTS:
        if not len(label) < len(words) <= len(label) + 12:
            continue
        rest, at = [], 0
        for char in words:
            if at < len(label) and char == label[at]:
                at += 1
            else:
                rest.append(char)
        if at == len(label) and any(tail.endswith("".join(rest)) for tail in _LABEL_TAILS):
            return name
    return ""


def _unit_before(units: list[tuple[int, str]], offset: int) -> str | None:
    """The unit line that stands above a table: the last one, unless a whole section lies between."""
    near = [unit for at, unit in units if offset - 4000 < at < offset]
    return near[-1] if near else None


def _settle(block: Block) -> None:
    """Finds the columns: the usual width of the rows, then what each column is."""
    counts = Counter(len(row.cells) for row in block.rows)
    block.width = max(counts, key=lambda n: (counts[n], n))
    _straighten(block)
    amounts = [
        [cell.value for cell in row.cells]
        for row in block.rows
        if len(row.cells) == block.width and not row.name.startswith(("roe", "_"))
    ]
    block.roles = choose(block.head, block.width, amounts)


def _straighten(block: Block) -> None:
    """Cells that stand on another line than their row: back to where they belong."""
    width = block.width
    for i, row in enumerate(block.rows):
        cells = row.cells
        if len(cells) > width:
            extra = cells[width:]
            after = block.rows[i + 1] if i + 1 < len(block.rows) else None
            if extra[0].line == cells[width - 1].line and not _page_number(extra, cells[0]):
                continue  # too many figures on one line: this is no row of the table
            row.cells = cells[:width]
            if after is not None and len(after.cells) + len(extra) <= width and extra[0].form == "points":
                after.cells = [*extra, *after.cells]
            elif after is not None:
                after.above = extra
        _mend(row)
        cells = row.cells
        # A change that was printed above its row, or 不适用 on another line than the figures.
        if len(cells) > 1 and cells[0].form in ("points", "word") and cells[0].line != cells[1].line:
            row.cells = [*cells[1:], cells[0]]


def _mend(row: Row) -> None:
    """Figures whose last digit was printed on the line below them: 106,747,751.8 above, 6 in the row.

    The evidence is the part with the leading digits.
    """
    heads = [cell for cell in row.above if cell.value is not None and _digits(cell.value) == 1]
    tails = [
        i
        for i, cell in enumerate(row.cells)
        if cell.value is not None and cell.end - cell.start == 1 and cell.form == "number"
    ]
    if not heads or len(heads) != len(tails):
        return
    for i, head in zip(tails, heads, strict=True):
        value, tail = head.value, row.cells[i].value
        if value is not None and tail is not None:
            row.cells[i] = head._replace(value=value + (tail / 100).copy_sign(value))


def _page_number(extra: list[Cell], first: Cell) -> bool:
    """Whether a figure too many is the page number, printed behind the last row of a page."""
    if len(extra) > 1 or extra[0].value is None or extra[0].unit or first.value is None:
        return False
    return _digits(extra[0].value) == 0 < _digits(first.value) and 0 < extra[0].value < 1000


def _digits(value: Decimal) -> int:
    """How many decimals are printed."""
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
