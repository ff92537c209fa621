"""The lists of companies stand on sites that are crawled every hour: one run at a time asks a host."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from search.ledger import on_machine, this_process
from tests.crawlers import exchange_sites as exchanges
from tests.crawlers.company_tables import MORNING, table
from tests.crawlers.conftest import Crawler, Desk
from tests.crawlers.internet import Answer, Asked, Site
from tests.crawlers.lists_of_companies import Market, Share
from tests.crawlers.published import filings

ELSEWHERE = "another-machine:1:2"


class SseOfBoth(exchanges.Sse):
    """SSE's filings and its list of companies, on one host."""

    market: Site

    def answer(self, asked: Asked) -> Answer:
        return self.market.answer(asked) if "commonQuery" in asked.path else super().answer(asked)


def test_two_processes_never_ask_one_host_at_a_time(desk: Desk, market: Market) -> None:
    sent = filings(20, MORNING)
    for item in sent:
        item.code = "600111"
    site = SseOfBoth(sent)
    site.market = market
    desk.internet.add(site)
    begun, go, listed = threading.Event(), threading.Event(), threading.Event()

    def held_up(asked: Asked, honest: Answer) -> Answer:
        begun.set()
        assert go.wait(60)
        return honest

    def asked_for_companies(asked: Asked, honest: Answer) -> Answer:
        listed.set()
        return honest

    desk.internet.harm("queryCompanyBulletinNew", held_up, times=1)
    desk.internet.harm("commonQuery", asked_for_companies)
    other = Desk(desk.data, Crawler(), desk.internet, session={"patience": 30})
    runs: dict[str, dict[str, Any]] = {}

    def crawl(by: Desk, source: str) -> None:
        runs[source] = by.crawl(source)

    crawls = [threading.Thread(target=crawl, args=pair) for pair in ((desk, "sse"), (other, "companies"))]
    try:
        crawls[0].start()
        assert begun.wait(60)
        crawls[1].start()
        with desk.store() as store:
            waiting = on_machine("companies", this_process())
            while store.owner(waiting) is None and crawls[1].is_alive():
                time.sleep(0.01)  # another process says when
        assert not listed.wait(3), "the list of companies was asked for beside a run of its host's source"
    finally:
        go.set()
        for thread in crawls:
            thread.join(120)
        other.crawler.close()
    assert [(runs[name]["state"], runs[name]["reason"]) for name in ("sse", "companies")] == [
        ("ok", None)
    ] * 2
    asked = [url for url in desk.internet.urls("query.sse.com.cn") if "robots" not in url]
    of_companies = ["commonQuery" in url for url in asked]
    assert of_companies == sorted(of_companies) and {*of_companies} == {False, True}
    assert desk.internet.at_once["query.sse.com.cn"] == 1
    with desk.store() as store:
        assert [store.owner(name) for name in ("sse", "szse", "bse", "cninfo")] == [None] * 4


@pytest.mark.parametrize(
    ("source", "host", "refused"),
    [("cninfo", "www.cninfo", 1), ("sse", "query.sse", 3), ("bse", "www.bse", 2)],
)
def test_a_host_that_stays_busy_is_named_and_read_by_the_next_run(
    desk: Desk, market: Market, source: str, host: str, refused: int
) -> None:
    market.shares.append(Share("300222", "癸丑生物", board="创业板"))
    with desk.store() as store:
        store.lease(source, ELSEWHERE, 3e9)
    desk.session["patience"] = 0
    run = desk.crawl("companies")
    assert (run["state"], run["outcomes"]["host_busy"]) == ("trouble", refused)
    assert f"host_busy {refused} 页（同一网站正由另一次抓取访问）" in run["reason"]
    assert desk.internet.urls(host) == []
    assert "300222" in table(desk).companies, "what the other hosts say is used"
    with desk.store() as store:
        owners = {name: store.owner(name) for name in ("sse", "szse", "bse", "cninfo")}
        assert {name for name, owner in owners.items() if owner} == {source}, "the others are given back"
        store.release(source, ELSEWHERE)
    assert desk.crawl("companies")["state"] == "ok"


def test_a_source_is_not_crawled_while_the_lists_of_companies_are_read(desk: Desk, market: Market) -> None:
    owners: list[str | None] = []

    def looked_at(asked: Asked, honest: Answer) -> Answer:
        with desk.store() as store:
            owners.extend(store.owner(name) for name in ("sse", "szse", "bse", "cninfo", "nbs"))
        return honest

    desk.internet.harm("szse_stock.json", looked_at, times=1)
    assert desk.crawl("companies")["state"] == "ok"
    assert [owner is not None for owner in owners] == [True, True, True, True, False]
