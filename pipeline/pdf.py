"""PDF to text by PDFium; tables by pdfplumber, only when asked.

Line breaks are those of the page: nothing tells a wrapped line from a new paragraph for certain.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator

import pdfplumber
import pypdfium2
from pypdfium2 import PdfiumError
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from pipeline.model import Extract
from pipeline.read.body import join_lines

MAX_BYTES = 100_000_000
MAX_PAGES = 5_000
MAX_TEXT = 20_000_000  # characters
_THIN = 8  # characters a page; a scan has none, or a stamp's

Lines = list[str | list[list[str]]]

_NOTHING = re.compile("[\x00-\x08\x0b-\x1f\u200b-\u200f\ufeff\ufffe\uffff]")
_BLANKS = re.compile(r"[ \t\u00a0\u2002\u2003]+")
_PAGE = re.compile(r"[-—–~·\s]*(?:第\s*)?(\d{1,4})\s*(?:页)?\s*(?:(?:[/／]|[,，]?\s*共)\s*(\d{1,4})\s*页?)?[-—–~·\s]*")
_PLAUSIBLE = re.compile(r"-?\d{1,3}(?:,\d{3})*(?:\.\d+)?%?|-?\d+(?:\.\d+)?%?")
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
    note = None
    pages: list[Lines] = []
    length = pictures = 0
    found = _tables(data) if tables else iter(())
    for number in range(len(document)):
        page = document[number]
        text_page = page.get_textpage()
        try:
            here = next(found, None)
        except Exception as error:  # noqa: BLE001  pdfminer fails in its own ways; the text is still good
            here, found = None, iter(())
            note = f"tables of page {number + 1} and later were not read: {type(error).__name__}"
        lines = _page_lines(page, text_page, here or [])
        text_page.close()
        if sum(map(len, lines)) < _THIN:
            pictures += any(True for _ in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=2))
        page.close()
        pages.append(lines)
        length += sum(len(line) for line in lines if isinstance(line, str))
        if length > MAX_TEXT:
            return Extract(media="pdf", outcome="too_big", detail=f"more than {MAX_TEXT} characters")
    _drop_page_numbers(pages)
    text, spans = join_lines([line for lines in pages for line in lines])
    letters = len(re.sub(r"\s", "", text))
    if letters < _THIN * max(len(pages), 1) and pictures * 2 >= len(pages):
        return Extract(media="pdf", outcome="scanned", detail=f"{letters} characters on {len(pages)} pages")
    if not letters:
        return Extract(media="pdf", outcome="unreadable", detail=f"{len(pages)} empty pages")
    odd = len(_UNUSABLE.findall(text))
    if odd * 3 > letters:
        return Extract(media="pdf", outcome="unreadable", detail=f"{odd} of {letters} characters have no meaning")
    return Extract(media="pdf", outcome="read", text=text, tables=spans, detail=note)


# ---------------------------------------------------------------- text


def _text_lines(raw: str) -> list[str]:
    text = _NOTHING.sub("", raw.replace("\r\n", "\n").replace("\r", "\n"))
    return [line for part in text.split("\n") if (line := _BLANKS.sub(" ", part).strip())]


def _page_lines(page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage, tables: list[Found]) -> Lines:
    """The page from top to bottom: text, and each table in its place."""
    if not tables:
        return list(_text_lines(text.get_text_range()))
    width, height = page.get_size()
    lines: Lines = []
    top = height
    for above, below, rows in tables:
        if above < top:
            lines += _text_lines(text.get_text_bounded(0, above, width, top))
        lines.append(rows)
        top = min(top, below)
    return lines + _text_lines(text.get_text_bounded(0, 0, width, top))


def _drop_page_numbers(pages: list[Lines]) -> None:
    """Removes the first or last line of a page where it is certainly its number: it states the
    number of pages, or it counts with the pages through the file."""
    marks: list[tuple[int, int, int]] = []  # page, place in the page, number printed
    certain: set[tuple[int, int]] = set()
    for number, lines in enumerate(pages):
        for place in {0, len(lines) - 1} if lines else ():
            line = lines[place]
            found = _PAGE.fullmatch(line) if isinstance(line, str) else None
            if not found:
                continue
            marks.append((number, place, int(found[1])))
            if found[2] and int(found[2]) >= int(found[1]) and ("页" in str(line) or int(found[2]) == len(pages)):
                certain.add((number, place))
    steps = Counter((place == 0, printed - number) for number, place, printed in marks)
    for number, place, printed in marks:
        if steps[(place == 0, printed - number)] >= 2:
            certain.add((number, place))
    for number, place in sorted(certain, reverse=True):
        del pages[number][place]


# ---------------------------------------------------------------- tables

Found = tuple[float, float, list[list[str]]]  # upper and lower edge from the page's foot, rows


def _tables(data: bytes) -> Iterator[list[Found]]:
    """The ruled tables of each page, from top to bottom."""
    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            found: list[Found] = []
            clean = page.dedupe_chars()  # bold type is often printed twice
            for table in sorted(clean.find_tables(), key=lambda t: (t.bbox[1], t.bbox[0])):
                rows = [[_cell(cell) for cell in row] for row in table.extract()]
                rows = [row for row in rows if any(row)]
                if rows and max(map(len, rows)) > 1:
                    _, top, _, bottom = table.bbox
                    found.append((float(page.height - top), float(page.height - bottom), rows))
            page.close()
            yield found


def _cell(text: str | None) -> str:
    """A cell on one line. A figure that was wrapped is joined; two figures one above the other are not."""
    parts = [part.strip() for part in (text or "").split("\n") if part.strip()]
    joined = ""
    for part in parts:
        both_words = joined[-1:].isascii() and joined[-1:].isalpha() and part[:1].isascii() and part[:1].isalpha()
        both_figures = bool(_PLAUSIBLE.fullmatch(joined.rpartition(" ")[2])) and bool(_PLAUSIBLE.fullmatch(part))
        joined += f" {part}" if joined and (both_words or both_figures) else part
    return _BLANKS.sub(" ", _NOTHING.sub("", joined)).replace("\t", " ")
