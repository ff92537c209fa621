"""Exports: row for row what the search shows, inert in a spreadsheet, streamed."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import Settings
from pipeline.model import SHANGHAI, UserError
from search.client import AnswerHit, Client
from search.feeder import feed
from search.query import QueryError
from tests.search.documents import MONDAY, document
from ways import sheet
from ways.export import MOST_IN_WORD, as_csv, export

NASTY = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2",
    "@SUM(A1)",
    "\tx",
    "＝1",
    "a\x01b\ud800",
    "_x0041_",
    "<b>&",
    "长" * 40_000,
    " =1+1",
    '\n=HYPERLINK("http://x")',
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with Client(Settings(data=tmp_path_factory.mktemp("export"))) as client:
        client.store.put_many(
            document(
                f"sasac:c{n}",
                f"{NASTY[n] if n < len(NASTY) else ''}标题{n}".replace("\ud800", ""),
                f"{NASTY[n % len(NASTY)]}正文".replace("\ud800", ""),
                days=n % 50,
                about=[("603019", "中科曙光")],
                precision="minute",
            )
            for n in range(600)
        )
        feed(client.store, client.engine)
        yield client


def whole(client: Client, query: str, form: str, sort: str = "time") -> bytes:
    _, parts = export(client, query, form, sort)  # type: ignore[arg-type]
    return b"".join(parts)


def shown(client: Client, query: str, sort: str) -> list[AnswerHit]:
    """All pages of the search."""
    hits: list[AnswerHit] = []
    after = None
    while True:
        answer = client.search(query, limit=70, sort=sort, after=after)  # type: ignore[arg-type]
        hits += answer.hits
        after = answer.next
        if after is None:
            return hits


@pytest.mark.parametrize("sort", ["time", "relevance"])
@pytest.mark.parametrize("query", ["标题", "from:2024-03-01", "没有这样的词"])
def test_every_form_holds_what_the_search_shows(client: Client, query: str, sort: str) -> None:
    hits = shown(client, query, sort)
    lines = [json.loads(line) for line in whole(client, query, "jsonl", sort).splitlines()]
    assert [line["id"] for line in lines] == [hit.id for hit in hits]
    assert [line["title"] for line in lines] == [hit.title for hit in hits]
    book = openpyxl.load_workbook(io.BytesIO(whole(client, query, "xlsx", sort)), read_only=True)
    head, *rows = book.active.iter_rows(values_only=True)
    assert [row[0] for row in rows] == [hit.id for hit in hits]
    assert [row[1] for row in rows] == [
        hit.published.astimezone(SHANGHAI).replace(tzinfo=None) for hit in hits
    ]
    assert {row[3:6] for row in rows} <= {("国务院国资委", "要闻", "中科曙光 603019")}
    table = list(csv.reader(io.StringIO(whole(client, query, "csv", sort).decode("utf-8-sig"))))
    assert table[0] == list(head)
    assert [row[0] for row in table[1:]] == [hit.id for hit in hits]


@pytest.mark.parametrize(("precision", "told"), [("day", "2024-02-24"), ("minute", "2024-02-24 00:00")])
def test_what_is_known_by_day_is_shown_by_day(tmp_path: Path, precision: str, told: str) -> None:
    with Client(Settings(data=tmp_path)) as client:
        saturday = datetime(2024, 2, 24, tzinfo=SHANGHAI)
        client.store.put_many([document("cninfo:1", published=saturday, precision=precision)])
        feed(client.store, client.engine)
        assert client.search("").hits[0].precision == precision
        (row,) = csv.DictReader(io.StringIO(whole(client, "", "csv").decode("utf-8-sig")))
        assert row["时间"] == told
        cell = openpyxl.load_workbook(io.BytesIO(whole(client, "", "xlsx"))).active["B2"]
    assert cell.value == saturday.replace(tzinfo=None)
    assert ("hh:mm" in cell.number_format) == (precision == "minute")


def test_no_cell_is_a_formula(client: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(whole(client, "", "xlsx")))
    for row in book.active.iter_rows(min_row=2):
        assert {cell.data_type for cell in row} <= {"s", "inlineStr", "d", "n"}
        assert all(cell.data_type != "f" for cell in row)
    titles = {row[0].value: row[2].value for row in book.active.iter_rows(min_row=2)}
    assert titles["sasac:c0"] == "=cmd|' /C calc'!A0标题0"
    assert len(titles["sasac:c9"]) == sheet.MOST_CHARACTERS
    for cells in csv.reader(io.StringIO(whole(client, "", "csv").decode("utf-8-sig"))):
        assert not any(cell.startswith("\t") for cell in cells)
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "＝")) for cell in cells)


def test_a_page_of_the_search_as_csv_is_the_same_table(client: Client) -> None:
    hits = shown(client, "标题", "time")
    assert b"".join(as_csv(hits)) == whole(client, "标题", "csv")


def test_word_takes_what_it_can_hold_and_no_more(client: Client) -> None:
    read = docx.Document(io.BytesIO(whole(client, "from:2024-04-01", "docx")))
    text = "\n".join(paragraph.text for paragraph in read.paragraphs)
    hits = shown(client, "from:2024-04-01", "time")
    assert hits and all(f"[{hit.id}]" in text and hit.url in text for hit in hits)
    with pytest.raises(UserError, match=f"共 600 份，Word 阅读清单最多 {MOST_IN_WORD} 份"):
        export(client, "", "docx")


def test_a_wrong_query_is_told_before_any_byte(client: Client) -> None:
    with pytest.raises(QueryError):
        export(client, "nosuch:1", "xlsx")


@pytest.mark.parametrize("form", ["xlsx", "docx"])
def test_who_watches_an_export_sees_how_far_it_is(client: Client, tmp_path: Path, form: str) -> None:
    (tmp_path / "config.yaml").write_text(f"data: {client.settings.data}\n")
    query, out = "from:2024-04-01", tmp_path / f"a.{form}"
    total = len(shown(client, query, "time"))
    command = [sys.executable, "-m", "cli", "--config", str(tmp_path / "config.yaml"), "export", query]
    screen, theirs = os.openpty()
    os.set_blocking(screen, False)
    with os.fdopen(screen, "rb", 0) as seen, os.fdopen(theirs, "wb", 0) as terminal:
        done = subprocess.run([*command, "-o", str(out)], stdout=subprocess.PIPE, stderr=terminal, check=True)
        told = b"".join(iter(lambda: seen.read(4096) or b"", b""))
    assert f"{total}/{total}".encode() in told
    assert done.stdout.decode() == f"{out}：{total} 份\n"
    quiet = subprocess.run([*command, "-o", str(out)], capture_output=True, check=True)
    assert quiet.stderr == b""


def test_beyond_what_a_sheet_holds_there_is_another() -> None:
    rows = [[f"r{n}"] for n in range(25)]
    book = openpyxl.load_workbook(io.BytesIO(b"".join(sheet.stream(["h"], [9], rows, most=10))))
    assert [[row[0] for row in one.iter_rows(values_only=True)] for one in book] == [
        ["h", *(f"r{n}" for n in range(start, min(start + 10, 25)))] for start in (0, 10, 20)
    ]


@given(
    st.text(max_size=50),
    st.datetimes(MONDAY.replace(tzinfo=None, year=1990), MONDAY.replace(tzinfo=None, year=2200)),
)
@settings(max_examples=100)
def test_any_text_and_time_is_read_back(text: str, moment: datetime) -> None:
    data = b"".join(sheet.stream(["h", "t"], [9, 9], [[text, moment.replace(microsecond=0)]]))
    (_, row) = openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
    expected = sheet.printable(text).replace("\r\n", "\n").replace("\r", "\n")
    assert (row[0] or "") == expected or "_x" in text
    assert abs((row[1] - moment).total_seconds()) <= 1


def test_memory_does_not_grow_with_the_rows() -> None:
    """Ten times the rows, the same memory; and the first bytes before the second row is asked for."""
    peaks = []
    for n in (3_000, 30_000):
        tracemalloc.start()
        for part in sheet.stream(["h"], [9], ([f"标题{i}"] for i in range(n))):
            assert len(part) < 400_000
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5
    asked = []
    parts = sheet.stream(["h"], [9], ([str(asked.append(i))] for i in range(100)))
    assert next(parts) and len(asked) == 1


def test_the_file_of_a_wrong_folder_is_one_line(client: Client, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from cli import app

    run = CliRunner().invoke(app, ["export", "标题", "-o", str(tmp_path / "none" / "a.csv")])
    assert isinstance(run.exception, UserError) and "写不了" in str(run.exception)
