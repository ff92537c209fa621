"""Every measurement runs and prints what it measured. Its ratios are not judged here: the sizes are tiny."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import search_report
from benchmarks.__main__ import main, names

SMALL = {
    "crawl": ["--pages", "20", "--wait", "0", "--rounds", "1"],
    "filings": ["--filings", "50"],
    "reading": ["--seconds", "0.05"],
    "search": ["--documents", "200", "--engines", "embedded,fts5"],
    "tagging": [],
    "ways": ["--documents", "200", "--clients", "2", "--seconds", "1"],
}
SAID = {
    "crawl": [r"bare +[\d.]+ pages/s", r"zhoubao +[\d.]+ pages/s", r"ratio +[\d.]+"],
    "filings": [r"[\d,]+/s of \d+ characters, \d+ facts"],
    "reading": [
        r"sasac +sasac +\d+ pages of +[\d.]+ kB: +\d+ pages/s, trafilatura +\d+, ratio +[\d.]+",
        r"least ratio [\d.]+",
    ],
    "search": [
        r'"engine": "embedded", "documents": 200.*"p99_ms": [\d.]+',
        r'"engine": "fts5".*"p99_ms": [\d.]+',
    ],
    "tagging": [r"tagging +[\d.]+ MB/s", r"tables and automata take \d+ MB"],
    "ways": [
        r"row for row what the search shows: True",
        r"2 callers and a writer: [1-9]\d* answers.* errors 0,",
    ],
}


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Texts as a folder of labelled sets has them."""
    words = ("数据资源开发利用", "公司回购股份进展", "营业收入同比增长", "人工智能产业发展")
    rows = [
        {
            "title": f"关于{words[n % 4]}的第{n}号公告",
            "text": "\n".join(f"{word}，第{n}项，本期金额为{n}亿元。" for word in words) * 4,
        }
        for n in range(20)
    ]
    tmp_path.joinpath("set.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


@pytest.mark.parametrize("name", names())
def test_a_measurement_runs_and_says_what_it_measured(
    name: str, labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = SMALL[name] + (["--eval", str(labelled)] if name in ("search", "tagging") else [])
    assert importlib.import_module(f"benchmarks.bench_{name}").main(arguments) in (0, 1)  # 1: below its floor
    said = capsys.readouterr().out
    for pattern in SAID[name]:
        assert re.search(pattern, said), said


def test_the_runner_gives_each_its_own_arguments(labelled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["filings", "tagging", "--eval", str(labelled)]) in (0, 1)
    said = capsys.readouterr().out
    assert "== filings" in said and "== tagging\n20 texts" in said


def test_search_is_left_out_by_name_where_there_are_no_texts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search"]) == 0
    assert "--eval DIR" in capsys.readouterr().out


def test_an_unknown_measurement_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["serach"])
    assert (
        "no measurement serach; there are crawl, filings, reading, search, tagging, ways"
        in capsys.readouterr().err
    )


def test_the_page_on_performance_has_every_row_and_a_picture(tmp_path: Path) -> None:
    growth = [
        {
            "engine": "embedded",
            "documents": n,
            "index_per_s": 900.0,
            "hits_cpu_p50_ms": 1.0,
            "hits_cpu_p99_ms": n / 1e4,
            "hits_p99_ms": n / 1e3,
            "count_cpu_p99_ms": n / 2e4,
        }
        for n in (50_000, 100_000, 200_000)
    ]
    side = [
        {"store": "sqlite", "documents": 9, "put_per_s": 1.0},
        {"engine": "elasticsearch", "p99_ms": 7.25, "cpu_p99_ms": 3.0, "ours_to_bare_bulk": 0.95},
        {"engine": "fts5", "p99_ms": 8.0, "cpu_p99_ms": 6.0},
    ]
    for name, rows in (("growth", growth), ("side", side)):
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    given = [str(tmp_path / name) for name in ("side", "growth")]
    assert search_report.main([*given, str(tmp_path), "--note", "idle"]) == 0
    page = (tmp_path / "performance.md").read_text("utf-8")
    for line in (
        "| documents | 50,000 | 100,000 | 200,000 |",
        "| first twenty p99, ms of work | 5.0 | 10.0 | 20.0 |",
        "| counting alone p99, ms of work | 2.5 | 5.0 | 10.0 |",
        "| page p99, ms of work | – | 6.0 |",
        "| our bulk ÷ bare parallel_bulk | 0.95 | – |",
    ):
        assert line in page.splitlines()
    assert "the work for the first twenty keeps it up to 100,000, the clock at none." in page
    picture = ElementTree.parse(tmp_path / "performance.svg")
    lines = [line.get("points", "").split() for line in picture.iter("{http://www.w3.org/2000/svg}polyline")]
    assert [len(points) for points in lines] == [3, 3]
