"""The same filing on the exchange's site, on CNINFO and on Eastmoney: one document with all its origins."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawlers.health import health
from crawlers.sources import load_sources
from pipeline.model import SHANGHAI
from tests.crawlers import exchange_sites as exchanges
from tests.crawlers.conftest import Desk
from tests.crawlers.exchange_sites import Cninfo
from tests.crawlers.internet import CHALLENGE
from tests.crawlers.published import Item

NOON = datetime(2024, 2, 19, 12, 0, tzinfo=SHANGHAI)
DAY = NOON.replace(hour=0)
HOUR = timedelta(hours=1)
TEXT = "本公司董事会及全体董事保证本公告内容不存在任何虚假记载。第{}项议案以现场投票方式审议通过。"
TITLES = [
    "关于召开第二次临时股东大会的通知",
    "关于召开第三次临时股东大会的通知",
    "2023年年度报告",
    "2023年年度报告摘要",
    "2023年年度报告（更正后）",
    "关于回购股份的进展公告",
    "关于2023年年度报告的更正公告",
]


def filed(code: str) -> list[Item]:
    return [
        Item(n, title, DAY - 3 * HOUR, TEXT.format(n), shown=DAY, code=code, company="某某科技")
        for n, title in enumerate(TITLES)
    ]


def twins(code: str) -> list[Item]:
    """Two filings of one title and day, as every independent director's statement is."""
    return [
        Item(
            80 + n,
            "独立董事声明",
            DAY - 3 * HOUR,
            TEXT.format(f"{n}号"),
            shown=DAY,
            code=code,
            company="某某科技",
        )
        for n in range(2)
    ]


def named(items: list[Item]) -> list[Item]:
    """As the exchange prints titles: the company before them."""
    return [replace(item, title=f"{item.company}{item.title}") for item in items]


def stood(desk: Desk) -> dict[str, list[str]]:
    """Title of each document that stands alone, with the ids of its origins."""
    with desk.store() as store:
        return {
            f"{document.title} {document.id}": [origin.id for origin in store.origins(document.id)]
            for document in store.documents()
            if document.code
        }


@pytest.mark.parametrize(("exchange", "code"), [("sse", "600000"), ("szse", "000001"), ("bse", "830799")])
def test_one_document_with_all_its_origins_in_any_order(
    desk: Desk, tmp_path: Path, exchange: str, code: str
) -> None:
    items = filed(code)
    kinds = {"sse": exchanges.Sse, "szse": exchanges.Szse, "bse": exchanges.Bse}
    desk.internet.add(kinds[exchange]([*named(items), *twins(code)]))
    desk.internet.add(Cninfo([*items, *twins(code)]))
    desk.internet.add(exchanges.Eastmoney([replace(item, text=item.text + "（网页版）") for item in items]))
    results = []
    orders = [*itertools.permutations((exchange, "cninfo", "eastmoney"))]
    for n, order in enumerate(orders if exchange == "sse" else orders[::5]):
        other = Desk(tmp_path / str(n), desk.crawler, desk.internet)
        for source in order:
            run = other.crawl(source)
            assert (run["state"], run["reason"]) == ("ok", None)
        results.append(stood(other))
    assert all(found == results[0] for found in results)
    assert len(results[0]) == len(items) + 2, "look-alikes stay apart"
    for name, origins in results[0].items():
        sites = [id.partition(":")[0] for id in origins]
        if "独立董事声明" in name and exchange != "szse":
            assert sites == [exchange, "cninfo"], "told by their text"
        elif "独立董事声明" in name:
            assert sites == ["szse", "cninfo"], "told by CNINFO's number"
        else:
            assert sites == [exchange, "cninfo", "eastmoney"]


# ---------------------------------------------------------------- a file that the exchange would not give


def blocked(desk: Desk) -> tuple[list[Item], exchanges.Sse]:
    """The exchange lists five filings and answers a challenge for each file; CNINFO has them, and others'."""
    items = filed("600000")[:5]
    others = [replace(item, number=item.number + 50, code="600001", company="别的科技") for item in items]
    site = exchanges.Sse(named(items))
    desk.internet.add(site)
    desk.internet.add(Cninfo([*items, *others]))
    desk.internet.harm("static.sse.com.cn", CHALLENGE)
    return items, site


def test_a_file_that_is_blocked_is_taken_from_the_source_that_is_named_for_it(desk: Desk) -> None:
    items, _ = blocked(desk)
    run = desk.crawl("sse")
    assert run["state"] == "trouble"
    assert run["outcomes"]["challenge"] + run["outcomes"].get("backed_off", 0) == len(items)
    assert (run["outcomes"]["search"], run["outcomes"]["stored"]) == (5, 5)
    assert len(desk.internet.urls("static.cninfo")) == 5 + 1, "the copies and no others, and robots.txt"
    found = stood(desk)
    assert len(found) == len(items)
    for origins in found.values():
        assert [id.partition(":")[0] for id in origins] == ["sse", "cninfo"]
    with desk.store() as store:
        assert all(document.source == "cninfo" and document.body for document in store.documents())
        (told,) = health(store, {"sse": load_sources()["sse"]}, desk.internet.now)
        assert store.owner("cninfo") is None
    assert "近 7 天有 5 份文件未取到，其中 5 份以 cninfo 的副本为准" in told.sentence
    desk.internet.asked.clear()
    desk.internet.now += HOUR
    desk.crawl("sse")
    assert desk.internet.urls("cninfo") == [], "the copies are here"
    run = desk.crawl("cninfo")
    assert run["outcomes"]["stored"] == 5, "those of the other company"
    desk.internet.heal()
    desk.internet.now += HOUR
    assert desk.crawl("sse")["outcomes"]["updated"] == 5
    with desk.store() as store:
        assert {document.source for document in store.documents() if document.code == "600000"} == {"sse"}
        (told,) = health(store, {"sse": load_sources()["sse"]}, desk.internet.now)
    assert told.sentence == "正常"


def test_a_source_that_is_being_crawled_is_not_asked_for_copies(desk: Desk) -> None:
    blocked(desk)
    with desk.store() as store:
        store.lease("cninfo", "another-machine:1:2", 3e9)
    desk.crawl("sse")
    assert desk.internet.urls("cninfo") == []


def test_what_cninfo_would_not_give_is_taken_from_eastmoney(desk: Desk) -> None:
    items = filed("300001")
    desk.internet.add(Cninfo(items))
    desk.internet.add(exchanges.Eastmoney(items))
    desk.internet.harm("1219000002.PDF", CHALLENGE)
    run = desk.crawl("cninfo")
    assert (run["outcomes"]["search"], run["outcomes"]["stored"]) == (1, len(items))
    assert stood(desk)["2023年年度报告 eastmoney:AN202402191600000002"] == [
        "cninfo:1219000002",
        "eastmoney:AN202402191600000002",
    ]


def test_a_copy_that_is_found_is_replayed(desk: Desk, tmp_path: Path) -> None:
    blocked(desk)
    run = desk.crawl("sse")
    desk.internet.asked.clear()
    again, other = desk.replay(run, tmp_path / "other")
    assert desk.internet.asked == []
    assert again["outcomes"]["search"] == 5
    assert other.documents() == desk.documents()
