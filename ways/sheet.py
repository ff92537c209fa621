"""An Excel file that grows as it is sent: rows in, bytes out, memory flat however many rows there are.

openpyxl and XlsxWriter write the archive at the end, so that nothing could be sent before the last row is
found. Here the sheet goes first into a zip stream and what describes it last. Every text is an inline
string, which no spreadsheet takes for a formula.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from xml.sax.saxutils import escape

Cell = str | datetime | date

MOST_ROWS = 1_048_575  # of a sheet, beside its head; the rest goes into a further sheet
MOST_CHARACTERS = 32_767  # of a cell
_CHUNK = 64_000  # bytes, about
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 (Excel knows no zones)

# What XML cannot hold, and what Excel would read as an escape of its own (_x0041_).
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STYLES = f"""{_HEAD}<styleSheet xmlns="{_MAIN}">
<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/>
<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/></numFmts>
<fonts count="2"><font/><font><b/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>
<cellXfs count="4"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="164" applyNumberFormat="1"/>
<xf numFmtId="165" applyNumberFormat="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""


def printable(text: str) -> str:
    """Without what XML cannot hold."""
    return _FORBIDDEN.sub("\ufffd", text)


class _Sink(io.RawIOBase):
    """Where the zip is written to, which cannot seek: what came since it was last taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        if data:  # most rows fit into what the compressor still holds
            self._parts.append(bytes(data))
        self.size += len(data)
        return len(data)

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts, self.size = [], 0
        return taken


def stream(
    head: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[Cell]], most: int = MOST_ROWS
) -> Iterator[bytes]:
    sink = _Sink()
    rest = iter(rows)
    row = next(rest, None)
    sheets = 0
    with zipfile.ZipFile(sink, "w") as package:
        while row is not None or sheets == 0:
            sheets += 1
            with package.open(_entry(f"xl/worksheets/sheet{sheets}.xml"), "w", force_zip64=True) as sheet:
                sheet.write(_opening(head, widths).encode())
                yield sink.take()
                number = 0
                while row is not None and number < most:
                    sheet.write(_row(row).encode())
                    number += 1
                    row = next(rest, None)
                    if sink.size > _CHUNK:
                        yield sink.take()
                sheet.write(b"</sheetData></worksheet>")
        for name, text in _descriptions(sheets).items():
            package.writestr(_entry(name), text)
    yield sink.take()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)  # its fixed date: the same rows give the same bytes
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _opening(head: Sequence[str], widths: Sequence[int]) -> str:
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(widths, 1)
    )
    titles = "".join(f'<c t="inlineStr" s="1"><is><t>{escape(name)}</t></is></c>' for name in head)
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData><row>{titles}</row>"
    )


def _row(cells: Sequence[Cell]) -> str:
    return f"<row>{''.join(map(_cell, cells))}</row>"


def _cell(value: Cell) -> str:
    if isinstance(value, datetime):
        return f'<c s="2"><v>{(value.replace(tzinfo=None) - _DAY_ZERO).total_seconds() / 86400!r}</v></c>'
    if isinstance(value, date):
        return f'<c s="3"><v>{(datetime.combine(value, time()) - _DAY_ZERO).days}</v></c>'
    if not value:
        return "<c/>"
    text = escape(_ESCAPE.sub("_x005F_", printable(value[:MOST_CHARACTERS])))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _descriptions(sheets: int) -> dict[str, str]:
    numbers = range(1, sheets + 1)
    each: Callable[[str], str] = lambda form: "".join(form.format(n=n) for n in numbers)  # noqa: E731
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return {
        "xl/styles.xml": _STYLES,
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
        + each('<sheet name="结果{n}" sheetId="{n}" r:id="rId{n}"/>')
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        + each(
            f'<Relationship Id="rId{{n}}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{{n}}.xml"/>'
        )
        + f'<Relationship Id="rIdS" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>'
        + each(f'<Override PartName="/xl/worksheets/sheet{{n}}.xml" ContentType="{kind}.worksheet+xml"/>')
        + "</Types>",
    }
