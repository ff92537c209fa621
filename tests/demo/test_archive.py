"""The committed archive is what the data says, and holds what the demo promises."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawlers.archive import Exchange, Replay
from crawlers.sources import load_sources
from demo.build import WEEK, build
from demo.filed import Filing, filings, read
from demo.files import algorithm_rows
from demo.run import SOURCES
from pipeline.attachments import extract
from pipeline.filings import facts_of, kinds_of

MODEL_WEEK = {"300288", "605398", "688049", "300002", "002439", "603019"}


@pytest.fixture(scope="module")
def archived() -> list[Exchange]:
    replay = Replay(WEEK)
    replay.close()
    return list(replay.exchanges())


@pytest.fixture(scope="module")
def filed() -> list[Filing]:
    return filings()


def _same(one: Replay, other: Replay) -> Iterator[tuple[Exchange, Exchange]]:
    yield from zip(one.exchanges(), other.exchanges(), strict=True)


def test_building_it_again_gives_the_same(tmp_path: Path) -> None:
    again = Replay(build(tmp_path / "week.warc.gz"))
    committed = Replay(WEEK)
    assert again.facts == committed.facts
    for new, old in _same(again, committed):
        assert new == old, f"{old.url} differs: run `python -m demo.build`"
    again.close()
    committed.close()


def test_it_says_that_it_is_synthetic() -> None:
    replay = Replay(WEEK)
    assert replay.facts["origin"] == "synthetic"
    assert (replay.facts["first_day"], replay.facts["last_day"]) == ("2024-02-16", "2024-02-25")
    replay.close()
    assert WEEK.stat().st_size < 3_000_000


def test_there_is_enough_to_choose_from(filed: list[Filing]) -> None:
    items = [item for name in ("sasac", "nbs", "miit", "cac") for item in read(f"{name}.yaml")]
    assert len(items) >= 40
    assert all(date(2024, 2, 16) <= item["day"] <= date(2024, 2, 25) for item in items)
    assert len(filed) >= 300
    assert len({filing.code for filing in filed}) >= 120
    assert {filing.code for filing in filed} >= MODEL_WEEK
    assert len({filing.number for filing in filed}) == len(filed)


def test_every_page_is_of_a_host_of_its_source(archived: list[Exchange]) -> None:
    known = load_sources()
    hosts = {host for name in SOURCES for host in known[name].hosts}
    assert {urlsplit(exchange.url).hostname for exchange in archived} <= hosts
    asked = {exchange.url for exchange in archived}
    for host in {urlsplit(url).netloc for url in asked}:
        assert any(url.endswith(f"{host}/robots.txt") for url in asked), f"{host} has no robots.txt"


def test_lists_of_filings_promise_what_they_hold(archived: list[Exchange], filed: list[Filing]) -> None:
    rows: list[tuple[str, str]] = []
    promised = 0
    for exchange in archived:
        if exchange.url.endswith("/hisAnnouncement/query"):
            answer = json.loads(exchange.body)
            page = answer["announcements"] or []
            assert len(page) <= 30
            rows += [(row["announcementId"], row["secCode"]) for row in page]
            promised += 0 if answer["hasMore"] else answer["totalAnnouncement"]
    assert promised == len(filed)
    twice = [row for row, times in Counter(rows).items() if times > 1]
    assert len(twice) == 1, "one row stands on two pages"
    assert {row[0] for row in rows} == {str(filing.number) for filing in filed}


def test_every_file_can_be_read_but_the_one_that_is_none(
    archived: list[Exchange], filed: list[Filing]
) -> None:
    by_number = {str(filing.number): filing for filing in filed}
    refused = []
    for exchange in archived:
        if not exchange.url.endswith(".PDF"):
            continue
        filing = by_number[exchange.url.rpartition("/")[2].removesuffix(".PDF")]
        read_back = extract(exchange.body)
        if read_back.outcome != "read":
            refused.append((filing.code, read_back.outcome))
            continue
        text = "".join(read_back.text.split())
        assert filing.full in text
        assert f"公告编号：{filing.bulletin}" in text
    assert refused == [("300674", "not_pdf")]


def test_the_list_of_algorithms_is_read_whole(archived: list[Exchange]) -> None:
    (exchange,) = [exchange for exchange in archived if "downloadfile.jsp" in exchange.url]
    read_back = extract(exchange.body, tables=True)
    facts = facts_of(
        "关于发布第四批深度合成服务算法备案信息的公告", read_back.text, read_back.tables,
        ("algorithm_registration",), date(2024, 2, 18),
    )  # fmt: skip
    assert len(facts) == len(algorithm_rows()) == 266
    (ours,) = [fact for fact in facts if fact.fields["name"].value == "39健康医疗内容生成算法"]  # type: ignore[union-attr]
    assert ours.fields["legal_person"].value == "贵阳朗玛信息技术股份有限公司"  # type: ignore[union-attr]


def test_each_trap_is_told_apart_by_its_title() -> None:
    told = {(trap["code"], str(trap["day"])): kinds_of(trap["title"], "") for trap in read("traps.yaml")}
    assert told["300624", "2024-02-20"] == ("incentive_cancellation",)
    assert "buyback" not in told["605398", "2024-02-22"]
    assert "buyback" not in told["601318", "2024-02-20"]
    assert "buyback" not in told["300253", "2024-02-22"]
    assert told["300688", "2024-02-23"] == ("earnings_forecast",)
    assert "correction" in told["688568", "2024-02-21"]
    assert told["600728", "2024-02-20"] == ("buyback",)
