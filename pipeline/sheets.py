"""Word and Excel files to paragraphs and tables, in the order in which they stand."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from lxml.etree import _Element
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from pipeline.read.html import tidy

Lines = list[str | list[list[str]]]

_P, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_TEXT, _TAB, _BREAK, _RETURN = qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr")
_SPAN, _MERGE, _VALUE = qn("w:gridSpan"), qn("w:vMerge"), qn("w:val")
# A drawing's text stands twice, for new and for old programs; deleted text is kept beside its correction.
_TWICE = {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback", qn("w:del"), qn("w:pPr")}


def read_docx(data: bytes) -> Lines:
    """Raises whatever python-docx and lxml raise on a damaged file."""
    lines: Lines = []
    for block in _blocks(Document(io.BytesIO(data)).element.body):
        if block.tag == _P:
            lines += [line for part in _text(block).split("\n") if (line := tidy(part))]
            continue
        rows = _rows(block)
        before = lines[-1] if lines else None
        if rows and isinstance(before, list) and len(before[0]) == len(rows[0]):
            before += _without_header(rows, before[0])  # one table, cut by the end of a page
        elif rows:
            lines.append([rows[0], *_without_header(rows[1:], rows[0])])
    return lines


def _blocks(parent: _Element) -> Iterator[_Element]:
    """Paragraphs and tables, also those inside content controls."""
    for child in parent.iterchildren():
        if child.tag in (_P, _TABLE):
            yield child
        elif child.tag not in (_ROW, _CELL, qn("w:sectPr")):
            yield from _blocks(child)


def _text(node: _Element) -> str:
    pieces: list[str] = []
    skipped: list[_Element] = []
    for element in node.iter():
        if skipped and any(above in skipped for above in element.iterancestors()):
            continue
        if element.tag in _TWICE:
            skipped.append(element)
        elif element.tag == _TEXT:
            pieces.append(element.text or "")
        elif element.tag in (_BREAK, _RETURN) or (element.tag == _P and element is not node):
            pieces.append("\n")
        elif element.tag == _TAB:
            pieces.append(" ")
    return "".join(pieces)


def _rows(table: _Element) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in _inside(table, _ROW):
        cells: list[str] = []
        for cell in _inside(row, _CELL):
            span = next(cell.iter(_SPAN), None)
            merge = next(cell.iter(_MERGE), None)
            goes_on = merge is not None and merge.get(_VALUE, "continue") == "continue"
            width = int(span.get(_VALUE, "1")) if span is not None else 1
            cells += ["" if goes_on else tidy(_text(cell)), *[""] * (min(width, 60) - 1)]
        if any(cells):
            rows.append(cells)
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _inside(parent: _Element, tag: str) -> Iterator[_Element]:
    """Rows of a table or cells of a row, also those inside content controls; not of nested tables."""
    for child in parent.iterchildren():
        if child.tag == tag:
            yield child
        elif child.tag not in (_ROW, _CELL, _P, _TABLE):
            yield from _inside(child, tag)


def _without_header(rows: list[list[str]], header: list[str]) -> list[list[str]]:
    return [row for row in rows if row != header]


# ---------------------------------------------------------------- Excel


def read_sheets(data: bytes) -> Lines:
    """Every visible sheet: its name, when there are several, and its cells as one table."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    shown = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    lines: Lines = []
    for name in shown:
        rows = [[_value(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()]
        rows = [row for row in rows if any(row)]
        if not rows:
            continue
        if len(shown) > 1:
            lines.append(name)
        used = max(max(i for i, cell in enumerate(row) if cell) for row in rows) + 1
        lines.append([row[:used] for row in rows])
    return lines


def _value(cell: Any) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime) and (cell.hour, cell.minute, cell.second) == (0, 0, 0):
        return cell.date().isoformat()
    if isinstance(cell, (datetime.datetime, datetime.date, datetime.time)):
        return cell.isoformat(" ") if isinstance(cell, datetime.datetime) else cell.isoformat()
    return tidy(str(cell))
