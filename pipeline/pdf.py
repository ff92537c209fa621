"""PDF to text by PDFium; tables by pdfplumber, only when asked."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pdfplumber
import pypdfium2
from pdfplumber.page import Page
from pdfplumber.table import Table
from pypdfium2 import PdfiumError
from pypdfium2.raw import (
    FPDF_PAGEOBJ_IMAGE,
    FPDF_PAGEOBJ_TEXT,
    FPDFFont_GetIsEmbedded,
    FPDFTextObj_GetFont,
)

from pipeline.model import Extract
from pipeline.pdf_lines import Lines, drop_page_numbers, paragraphs
from pipeline.read.body import join_lines

MAX_BYTES = 100_000_000
MAX_PAGES = 5_000
MAX_TEXT = 20_000_000  # characters
_THIN = 8  # letters a page; a scan has none, or a stamp's
_MINER_PAGES = 150  # pdfminer takes 0.15 s a page, PDFium 0.002
_TABLE_PAGES = 100  # with tables 0.3 s; no filing whose figures stand in tables has more
_NOTHING = re.compile("[\x00-\x08\x0b-\x1f\u200b-\u200f\ufeff\ufffe\uffff]")
_HYPHEN = re.compile("(?P<word>(?<=[A-Za-z])\ufffe(?=[a-z]))|\ufffe")
_BLANKS = re.compile(r"[ \t\u00a0\u2002\u2003]+")
_PLAUSIBLE = re.compile(r"-?\d{1,3}(?:,\d{3})*(?:\.\d+)?%?|-?\d+(?:\.\d+)?%?")
# An amount whose second decimal stands on the next line: 1,234,567.8 above 9.
_CENTS, _CENT = re.compile(r"[-(]?\d{1,3}(?:,\d{3})+\.\d"), re.compile(r"\d\)?")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_UNUSABLE = re.compile("[\ue000-\uf8ff\ufffd\x00-\x08\x0e-\x1f]")


def read_pdf(data: bytes, *, tables: bool) -> Extract:
    if len(data) > MAX_BYTES:
        return Extract(media="pdf", outcome="too_big", detail=f"{len(data)} bytes")
    start = data.find(b"%PDF-")
    data = data[start:]  # some servers put a line before it; offsets count from the mark
    cut = _is_cut(data)
    try:
        document = pypdfium2.PdfDocument(data)
    except PdfiumError as error:
        outcome = "encrypted" if "password" in str(error).lower() else "truncated" if cut else "unreadable"
        return Extract(media="pdf", outcome=outcome, detail=str(error))
    try:
        if len(document) > MAX_PAGES:
            return Extract(media="pdf", outcome="too_big", detail=f"{len(document)} pages")
        if cut:
            return Extract(media="pdf", outcome="truncated", detail=f"no end mark in {len(data)} bytes")
        return _read(document, data, tables)
    except PdfiumError as error:
        return Extract(media="pdf", outcome="unreadable", detail=str(error))
    finally:
        document.close()


def _is_cut(data: bytes) -> bool:
    """The last object must be followed by a trailer; a linearized file states its length too."""
    linear = re.search(rb"/Linearized\b.{0,200}?/L\s+(\d+)", data[:2048], re.S)
    if linear and len(data) < int(linear[1]):
        return True
    last = max(data.rfind(b"endobj"), data.rfind(b"endstream"))
    return max(data.rfind(b"%%EOF"), data.rfind(b"startxref")) < last


def _read(document: pypdfium2.PdfDocument, data: bytes, tables: bool) -> Extract:
    errs = _pdfium_errs(document, data)
    count = len(document)
    texts = errs and count <= _MINER_PAGES
    tabled = min(count, _TABLE_PAGES) if tables else 0
    note = "letters of fonts that are not in the file may be missing" if errs and not texts else None
    if tables and tabled < count:
        note = "; ".join(filter(None, (note, f"tables of the first {tabled} of {count} pages")))
    pages: list[Lines] = []
    length = 0
    mined = _mined(data, texts, tabled) if texts or tabled else iter(())
    for number in range(count):
        try:
            found, text = next(mined, ([], None))
        except Exception as error:  # noqa: BLE001  pdfminer fails in its own ways; PDFium's text is still good
            found, text, mined = [], None, iter(())
            note = f"from page {number + 1} without tables: {type(error).__name__}"
        page = document[number]
        lines: Lines = _page_lines(page, found) if found or text is None else [*_text_lines(text)]
        page.close()
        pages.append(lines)
        length += sum(len(line) for line in lines if isinstance(line, str))
        if length > MAX_TEXT:
            return Extract(media="pdf", outcome="too_big", detail=f"more than {MAX_TEXT} characters")
    drop_page_numbers(pages)
    text, spans = join_lines(paragraphs(pages))
    refused = _refused(document, text)
    return refused or Extract(media="pdf", outcome="read", text=text, tables=spans, detail=note)


def _refused(document: pypdfium2.PdfDocument, text: str) -> Extract | None:
    """Why the text that was found is not the document's."""
    letters = len(re.sub(r"\s", "", text))
    odd = len(_UNUSABLE.findall(text))
    if odd * 3 > letters:
        return Extract(
            media="pdf", outcome="unreadable", detail=f"{odd} of {letters} letters have no meaning"
        )
    chinese = len(_CHINESE.findall(text))
    if chinese * 10 > letters and letters > _THIN * len(document):
        return None
    pictures = sum(map(_has_picture, document))
    if pictures * 2 >= len(document) and chinese * 10 <= letters:
        return Extract(
            media="pdf", outcome="scanned", detail=f"{chinese} Chinese letters, {pictures} pages of pictures"
        )
    return (
        None if letters else Extract(media="pdf", outcome="unreadable", detail=f"{len(document)} empty pages")
    )


def _has_picture(page: pypdfium2.PdfPage) -> bool:
    """One that covers half of the page: a scan, not a logo."""
    width, height = page.get_size()
    for picture in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=2):
        left, bottom, right, top = picture.get_bounds()
        if (right - left) * (top - bottom) * 2 > width * height:
            return True
    return False


# ---------------------------------------------------------------- text


def _pdfium_errs(document: pypdfium2.PdfDocument, data: bytes) -> bool:
    """Whether PDFium drops or doubles letters. It takes those of fonts that are not embedded for
    doubles of each other (filings of 2003 and 2004 lose every second 年 and 月), and misses real
    doubles, printed to look bold. Four pages tell."""
    count = len(document)
    sample = sorted({0, count // 3, 2 * count // 3, count - 1}) if count else []
    outside = total = 0
    for number in sample:
        for item in document[number].get_objects(filter=[FPDF_PAGEOBJ_TEXT], max_depth=2):
            total += 1
            outside += not FPDFFont_GetIsEmbedded(FPDFTextObj_GetFont(item.raw))
    if outside * 10 < max(total, 1):
        return False
    ours = theirs = 0
    try:
        with pdfplumber.open(io.BytesIO(data), pages=[number + 1 for number in sample]) as mined:
            for number, page in zip(sample, mined.pages, strict=False):
                theirs += sum(
                    not c["text"].isspace() for c in page.dedupe_chars(tolerance=1, extra_attrs=()).chars
                )
                ours += len(re.sub(r"\s", "", document[number].get_textpage().get_text_range()))
    except Exception:  # noqa: BLE001  then there is nothing to compare with
        return False
    return abs(ours - theirs) > theirs * 0.003


def _text_lines(raw: str) -> list[str]:
    # PDFium takes a hyphen at a line's end for a word's division; between figures it is a range.
    raw = _HYPHEN.sub(lambda found: "" if found["word"] is not None else "-", raw)
    text = _NOTHING.sub("", raw.replace("\r\n", "\n").replace("\r", "\n"))
    return [line for part in text.split("\n") if (line := _BLANKS.sub(" ", part).strip())]


def _page_lines(page: pypdfium2.PdfPage, tables: list[Found]) -> Lines:
    """The page from top to bottom: text, and each table in its place."""
    text = page.get_textpage()
    if not tables:
        return [*_text_lines(text.get_text_range())]
    width, height = page.get_size()
    lines: Lines = []
    top = height
    for above, below, rows in tables:
        if above < top:
            lines += _text_lines(text.get_text_bounded(0, above, width, top))
        lines.append(rows)
        top = min(top, below)
    return lines + _text_lines(text.get_text_bounded(0, 0, width, top))


# ---------------------------------------------------------------- tables

Found = tuple[float, float, list[list[str]]]  # upper and lower edge from the page's foot, rows


def _mined(data: bytes, texts: bool, tabled: int) -> Iterator[tuple[list[Found], str | None]]:
    """For each page its text where PDFium's has gaps, and of the first `tabled` the ruled tables from top to bottom."""
    wanted = None if texts else list(range(1, tabled + 1))
    with pdfplumber.open(io.BytesIO(data), pages=wanted) as document:
        for number, page in enumerate(document.pages):
            clean = page.dedupe_chars(tolerance=1, extra_attrs=())  # bold type is often printed twice
            yield (_found(clean) if number < tabled else []), (clean.extract_text() if texts else None)
            page.close()


def _found(page: Page) -> list[Found]:
    found: list[Found] = []
    for table in sorted(page.find_tables(), key=lambda t: (t.bbox[1], t.bbox[0])):
        rows = [row for row in _rows(table) if any(row)]
        if rows and max(map(len, rows)) > 1:
            _, top, _, bottom = table.bbox
            found.append((float(page.height - top), float(page.height - bottom), rows))
    return found


def _rows(table: Table) -> list[list[str]]:
    """The cells of each row. A label whose lines are cells of their own, beside figures that span them, is one."""
    rows: list[list[str | None]] = []
    deep = 0.0  # how far down the cells beside the last row's first reach
    for row, texts in zip(table.rows, table.extract(), strict=True):
        own = [cell for cell in row.cells if cell]
        if rows and own == row.cells[:1] and own[0][3] <= deep + 1:
            rows[-1][0] = f"{rows[-1][0] or ''}\n{texts[0] or ''}"
            continue
        rows.append(texts)
        deep = min((cell[3] for cell in row.cells[1:] if cell), default=0.0)
    return [[_cell(cell) for cell in row] for row in rows]


def _cell(text: str | None) -> str:
    """A cell on one line. A figure that was wrapped is joined; two figures one above the other are not."""
    parts = [part.strip() for part in (text or "").split("\n") if part.strip()]
    joined = ""
    for part in parts:
        both_words = (
            joined[-1:].isascii() and joined[-1:].isalpha() and part[:1].isascii() and part[:1].isalpha()
        )
        last = joined.rpartition(" ")[2]
        both_figures = bool(_PLAUSIBLE.fullmatch(last) and _PLAUSIBLE.fullmatch(part)) and not (
            _CENTS.fullmatch(last) and _CENT.fullmatch(part)
        )
        joined += f" {part}" if joined and (both_words or both_figures) else part
    return _BLANKS.sub(" ", _NOTHING.sub("", joined)).replace("\t", " ")
