"""Files to text: PDF, DOCX, XLS and XLSX. The type is what the bytes say, never what a name says.

`extract` never raises for bad bytes; why a file gives no text is its `outcome`:
read, not_pdf (HTML in its place), encrypted, scanned (pictures without a text layer), truncated,
too_big, unreadable, unsupported. Limits of memory and time are the caller's: a hostile file is
parsed in a worker process that can be killed.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

from pipeline.model import Extract
from pipeline.pdf import read_pdf
from pipeline.read.body import join_lines
from pipeline.sheets import Lines, read_docx, read_sheets

MAX_UNPACKED = 300_000_000  # bytes of all parts of a ZIP; a filing's is below 30 MB
MAX_RATIO = 200  # of one part above a megabyte; real documents stay below 60
_ZIP_PARTS = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"), ("OFD.xml", "ofd"))


def sniff(data: bytes) -> str:
    """pdf, docx, xlsx, xls, doc, ole (WPS and others), pptx, ofd, zip, rar, 7z, gzip, image, html,
    json, text, empty or unknown."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        return "empty"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _zip_kind(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_kind(data)
    for magic, media in (
        (b"Rar!", "rar"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"\x1f\x8b", "gzip"),
        (b"\x89PNG", "image"),
        (b"\xff\xd8\xff", "image"),
        (b"GIF8", "image"),
    ):
        if data.startswith(magic):
            return media
    if head[:1] == b"<":
        return "html"
    if head[:1] in (b"{", b"["):
        return "json"
    return "text" if b"\x00" not in data[:4096] else "unknown"


def _zip_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        # The directory stands at the end; a cut file still shows its first names.
        names = [
            m.decode("utf-8", "replace")
            for m in re.findall(rb"PK\x03\x04.{26}([\w\[\]/.-]{3,60})", data, re.S)
        ]
    for prefix, media in _ZIP_PARTS:
        if any(name.startswith(prefix) for name in names):
            return media
    return "zip"


def _ole_kind(data: bytes) -> str:
    # Names of streams stand in UTF-16 in the directory of the compound file.
    for name, media in (("Workbook", "xls"), ("WordDocument", "doc"), ("EncryptedPackage", "ole")):
        if name.encode("utf-16-le") in data:
            return media
    return "ole"


def extract(data: bytes, *, tables: bool = False) -> Extract:
    """The text of a file. With `tables`, tables of a PDF stand in the text as rows joined by tabs
    (slow: every line of a page is looked at); those of DOCX and sheets always do."""
    media = sniff(data)
    if media == "html":
        return Extract(media=media, outcome="not_pdf", detail="HTML came in place of the file")
    if media == "pdf":
        return read_pdf(data, tables=tables)
    if media in ("docx", "xlsx"):
        refused = _packed(data)
        if refused:
            return Extract(media=media, outcome=refused[0], detail=refused[1])
        return _lines(media, read_docx if media == "docx" else read_sheets, data)
    if media == "xls":
        return _lines(media, read_sheets, data)
    if media == "ole" and "EncryptedPackage".encode("utf-16-le") in data:
        return Extract(media=media, outcome="encrypted", detail="a password is asked for")
    if media in ("empty", "unknown", "text", "json"):
        return Extract(media=media, outcome="unreadable", detail=f"{len(data)} bytes of no known type")
    return Extract(media=media, outcome="unsupported", detail=f"{media} is kept, not read")


def _packed(data: bytes) -> tuple[str, str] | None:
    """Why a ZIP must not be opened: sizes are checked before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        return "truncated", f"the directory of the file is missing or damaged ({error})"
    if any(part.flag_bits & 1 for part in parts):
        return "encrypted", "a password is asked for"
    total = sum(part.file_size for part in parts)
    if total > MAX_UNPACKED:
        return "too_big", f"{total} bytes unpacked"
    for part in parts:
        if part.file_size > 1_000_000 and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            return "too_big", f"{part.filename} unpacks {part.file_size // max(part.compress_size, 1)}-fold"
    return None


def _lines(media: str, reader: Callable[[bytes], Lines], data: bytes) -> Extract:
    try:
        lines = reader(data)
    except Exception as error:  # noqa: BLE001  parsers of other people's formats fail in their own ways
        return Extract(media=media, outcome="unreadable", detail=f"{type(error).__name__}: {error}"[:300])
    text, found = join_lines(lines)
    if not text:
        return Extract(media=media, outcome="unreadable", detail="there is no text in it")
    return Extract(media=media, outcome="read", text=text, tables=found)
