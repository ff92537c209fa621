"""A whole result as a file: exactly what a search shows, row for row, streamed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Literal

import msgspec

from pipeline.model import SHANGHAI, UserError
from search.client import AnswerHit, Client
from search.engine import Sort
from search.synonyms import load_synonyms
from ways import sheet

Form = Literal["csv", "jsonl", "xlsx", "docx"]
MEDIA: dict[Form, str] = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
MOST_IN_WORD = 500  # entries of a reading list: some fifty pages
_COLUMNS = {
    "编号": 24,
    "时间": 17,
    "标题": 60,
    "来源": 10,
    "类型": 14,
    "公司": 30,
    "主题": 20,
    "摘录": 80,
    "链接": 50,
}
_CHUNK = 32_000  # characters, about

# What makes a spreadsheet take the cell of a CSV file for a formula; some skip blanks before it.
_FORMULA = re.compile(r"[\t\r]|\s*[=+\-@＝＋－＠]")


def export(
    client: Client,
    text: str,
    form: Form,
    sort: Sort = "time",
    watched: Callable[[Iterator[AnswerHit], int], Iterator[AnswerHit]] = lambda hits, total: hits,
) -> tuple[int, Iterator[bytes]]:
    """How many rows there will be, and the bytes of the file. `watched` sees the rows go by, and how many will.

    Raises QueryError, and UserError where Word cannot hold that many, before there is any byte.
    """
    query, total, hits = client.whole(text, sort)
    if form == "docx":
        if total > MOST_IN_WORD:
            raise UserError(f"共 {total} 份，Word 阅读清单最多 {MOST_IN_WORD} 份：请缩小查询，或导出 xlsx")
        return total, iter((_word(query, list(watched(hits, total))),))
    hits = watched(hits, total)
    match form:
        case "jsonl":
            return total, _chunked(as_jsonl(hits))
        case "csv":
            return total, _chunked(as_csv(hits))
    return total, sheet.stream(tuple(_COLUMNS), tuple(_COLUMNS.values()), map(_row, hits))


def _row(hit: AnswerHit) -> Sequence[sheet.Cell]:
    label = load_synonyms().label  # a table is read by people; programs take jsonl
    return (
        hit.id,
        _day(hit) if hit.precision == "day" else hit.published.astimezone(SHANGHAI),
        hit.title,
        label("source", hit.source),
        " ".join(label("kind", kind) for kind in hit.kinds),
        "；".join(f"{name} {code}" if code else name for code, name in hit.companies),
        "；".join(hit.themes),
        " ".join(hit.passage.text.split()) if hit.passage else "",
        hit.url,
    )


def _day(hit: AnswerHit) -> date:
    return hit.published.astimezone(SHANGHAI).date()


def as_jsonl(hits: Iterable[AnswerHit]) -> Iterator[bytes]:
    for hit in hits:
        yield msgspec.json.encode(hit) + b"\n"


def as_csv(hits: Iterable[AnswerHit]) -> Iterator[bytes]:
    line = io.StringIO()
    write = csv.writer(line).writerow
    yield b"\xef\xbb\xbf"  # Excel takes a file without it for GBK
    for row in chain([tuple(_COLUMNS)], map(_row, hits)):
        write([_plain(cell) for cell in row])
        yield line.getvalue().encode("utf-8", "replace")
        line.seek(0)
        line.truncate()


def _plain(cell: sheet.Cell) -> str:
    if isinstance(cell, str):
        return _inert(cell)
    return f"{cell:%Y-%m-%d %H:%M}" if isinstance(cell, datetime) else f"{cell:%Y-%m-%d}"


def _inert(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _chunked(parts: Iterable[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    size = 0
    for part in parts:
        held.append(part)
        size += len(part)
        if size > _CHUNK:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


def _word(query: str, hits: Sequence[AnswerHit]) -> bytes:
    """A reading list: title, time, source and number, the passage, the address."""
    from docx import Document  # slow to import
    from docx.shared import Pt

    file = Document()
    file.styles["Normal"].font.size = Pt(10.5)
    file.add_heading(sheet.printable(f"阅读清单：{query or '全部'}"), 1)
    for number, hit in enumerate(hits, 1):
        head = file.add_paragraph()
        head.add_run(sheet.printable(f"{number}. {hit.title}")).bold = True
        names = "、".join(name for _, name in hit.companies[:5])
        source = load_synonyms().label("source", hit.source)
        about = " ".join(filter(None, (f"{_day(hit)}", source, names)))
        file.add_paragraph(sheet.printable(f"{about}  [{hit.id}]"))
        if hit.passage:
            file.add_paragraph(sheet.printable(" ".join(hit.passage.text.split())))
        file.add_paragraph(sheet.printable(hit.url))
    if not hits:
        file.add_paragraph("没有找到文件。")
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()
