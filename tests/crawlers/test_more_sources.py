"""The other ministries and the exchanges' own interfaces; what changes, what vanishes, what did not change."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from crawlers.sources import load_sources
from pipeline.model import SHANGHAI
from tests.crawlers import exchange_sites as exchanges
from tests.crawlers import more_sites as more
from tests.crawlers import sites
from tests.crawlers.conftest import Desk
from tests.crawlers.internet import Answer
from tests.crawlers.published import Item, filings, items
from tests.crawlers.sites import whole

NOON = datetime(2024, 2, 19, 12, 0, tzinfo=SHANGHAI)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

MINISTRIES = {
    "ndrc": (more.Ndrc, "notices"),
    "most": (more.Most, "disclosure"),
    "csrc": (more.Csrc, "news"),
    "nfra": (more.Nfra, "disclosure"),
    "govcn": (more.Govcn, "policy"),
    "nda": (more.Nda, "policy"),
}
EXCHANGES = {
    "sse": (exchanges.Sse, "600000"),
    "szse": (exchanges.Szse, "000001"),
    "bse": (exchanges.Bse, "830799"),
    "eastmoney": (exchanges.Eastmoney, "300001"),
}


def coded(published: list[Item], code: str) -> list[Item]:
    return [replace(item, code=code, company="某某科技") for item in published]


def test_every_source_is_simulated() -> None:
    assert {*MINISTRIES, *EXCHANGES, "sasac", "nbs", "miit", "cac", "cninfo", "companies"} == set(
        load_sources()
    )


@pytest.mark.parametrize("source", MINISTRIES)
def test_a_ministry_is_crawled_page_by_page(desk: Desk, source: str) -> None:
    kind, column = MINISTRIES[source]
    published = items(60, last=NOON - HOUR, every=HOUR)
    columns = len(desk.internet.add(whole(source, kind, **{column: published})).columns)
    run = desk.crawl(source)
    assert (run["state"], run["reason"]) == ("ok", None)
    by_title = {d.title: d for d in desk.documents(source)}
    assert len(by_title) == 60 + columns - 1
    for item in published:
        assert item.text.split("\n")[1] in by_title[item.title].body
        assert by_title[item.title].published.date() == item.shown.date()
    desk.internet.asked.clear()
    desk.internet.now += HOUR
    again = desk.crawl(source)
    assert (again["state"], again["mode"]) == ("ok", "incremental")
    assert set(again["outcomes"]) <= {"robots_txt", "list", "shell", "not_modified"}
    assert len(desk.internet.asked) <= 1 + 2 * columns


@pytest.mark.parametrize("source", EXCHANGES)
def test_an_exchange_is_crawled_by_day(desk: Desk, source: str) -> None:
    kind, code = EXCHANGES[source]
    today, tomorrow = coded(filings(60, NOON), code), coded(filings(70, NOON + DAY, start=500), code)
    site = desk.internet.add(kind(today + tomorrow))
    desk.internet.now = NOON + 9 * HOUR
    run = desk.crawl(source)
    assert (run["state"], run["reason"]) == ("ok", None)
    news = 2 if source == "bse" else 0
    assert run["outcomes"]["stored"] == 130 + news
    found = {d.title: d for d in desk.documents(source)}
    document = found["关于第500次临时股东大会决议的公告"]
    assert (document.code, document.company) == (code, "某某科技")
    assert document.published.date() == datetime(2024, 2, 20).date()  # noqa: DTZ001
    assert "第500次股东大会以现场投票方式召开" in document.body
    desk.internet.now += HOUR
    site.items += coded(filings(1, NOON + DAY, start=900), code)
    run = desk.crawl(source)
    assert (run["mode"], run["outcomes"]["stored"]) == ("incremental", 1)
    desk.internet.now += HOUR
    assert "stored" not in desk.crawl(source)["outcomes"]


def test_the_news_of_an_exchange_is_crawled_beside_its_filings(desk: Desk) -> None:
    published = items(45, last=NOON - timedelta(minutes=50), every=HOUR)
    site = exchanges.Bse(
        coded(filings(3, NOON), "830799"), pinned=items(1, last=NOON - 900 * DAY, start=7000)[0]
    )
    site.news["1289"] = published
    desk.internet.add(site)
    run = desk.crawl("bse", since="2024-02-10", until="2024-02-19")
    assert (run["state"], run["reason"]) == ("ok", None)
    found = {d.title: d for d in desk.documents("bse") if d.column == "bse.news"}
    assert found.keys() == {item.title for item in published}, "the pinned row is of another year"
    for item in published:
        document = found[item.title]
        assert (document.published, document.precision, document.kinds) == (item.shown, "minute", ("news",))
        assert document.body == item.text.replace("\n", "") and document.code is None
    site.news["1289"] += items(1, last=NOON, start=500)
    first = desk.crawl("bse")
    assert (first["mode"], first["outcomes"]["stored"]) == ("sweep", 2), "the new one and the pinned one"
    desk.internet.now += HOUR
    desk.internet.asked.clear()
    site.news["2676"] += items(1, last=NOON + HOUR, start=600)
    run = desk.crawl("bse")
    assert (run["mode"], run["outcomes"]["stored"]) == ("incremental", 1)
    assert len(desk.internet.urls("listse")) == 2, "one page of each column"


def test_an_article_of_an_exchange_without_a_known_body_is_named(desk: Desk) -> None:
    desk.internet.add(exchanges.Bse())
    desk.internet.harm(
        "important_news",
        Answer(
            "<html><title>标题</title><body><div class='other'>新的版面，正文在别处。</div></body></html>"
        ),
    )
    run = desk.crawl("bse")
    assert (run["state"], run["outcomes"]["no_body"]) == ("trouble", 1)
    assert [d.column for d in desk.documents("bse")] == ["bse.notice"]
    desk.internet.heal()
    desk.internet.now += HOUR
    assert desk.crawl("bse")["outcomes"]["stored"] == 1


# ---------------------------------------------------------------- what did not change, changed, vanished


def test_a_list_that_did_not_change_is_not_sent_again(desk: Desk) -> None:
    site = desk.internet.add(whole("govcn", more.Govcn, policy=items(30, last=NOON, every=HOUR)))
    desk.crawl("govcn")
    desk.internet.now += HOUR
    run = desk.crawl("govcn")
    assert run["outcomes"] == {"robots_txt": 1, "not_modified": 1}
    assert run["state"] == "ok"
    site.columns[0].items += items(2, last=desk.internet.now, every=timedelta(minutes=1), start=100)
    run = desk.crawl("govcn")
    assert (run["outcomes"]["list"], run["outcomes"]["stored"]) == (1, 2)


def test_a_list_whose_items_were_not_all_stored_is_asked_for_in_full(desk: Desk) -> None:
    desk.internet.add(whole("govcn", more.Govcn, policy=items(5, last=NOON, every=HOUR)))
    desk.internet.harm("content_6900003", Answer("", 503))
    assert desk.crawl("govcn")["state"] == "trouble"
    desk.internet.heal()
    desk.internet.now += HOUR
    assert desk.crawl("govcn")["outcomes"]["stored"] == 1


@pytest.mark.parametrize("source", ["govcn", "sasac"])
def test_a_page_that_changed_becomes_a_new_version(desk: Desk, source: str) -> None:
    kind, column = {"govcn": (more.Govcn, "policy"), "sasac": (sites.Sasac, "news")}[source]
    published = items(6, last=NOON - HOUR, every=3 * HOUR)
    published[2].changed = ((NOON + HOUR, "更正后的正文：以本页为准，原文作废，请各单位周知。"),)
    desk.internet.add(whole(source, kind, **{column: published}))
    desk.crawl(source)
    desk.internet.now = NOON + DAY
    run = desk.crawl(source)
    assert run["mode"] == "sweep"
    assert run["outcomes"]["updated"] == 1
    assert "stored" not in run["outcomes"]
    changed = next(d for d in desk.documents(source) if d.title == published[2].title)
    assert changed.body.startswith("更正后的正文")
    with desk.store() as store:
        assert [v.number for v in store.versions(changed.id)] == [1, 2]
        assert "方案印发之日起施行" in store.get(changed.id, 1).body


def test_what_is_neither_listed_nor_there_is_marked_withdrawn_and_kept(desk: Desk) -> None:
    published = items(6, last=NOON - HOUR, every=3 * HOUR)
    published[2].gone = NOON + 2 * HOUR
    site = desk.internet.add(whole("sasac", sites.Sasac, news=published))
    desk.crawl("sasac")
    desk.internet.now = NOON + DAY
    run = desk.crawl("sasac")
    assert (run["state"], run["outcomes"]["withdrawn"]) == ("ok", 1)
    gone = next(d for d in desk.documents("sasac") if d.title == published[2].title)
    assert gone.withdrawn == desk.internet.now
    assert "请认真贯彻执行" in gone.body
    assert len(desk.documents("sasac")) == 6 + 12
    desk.internet.now += DAY
    assert "withdrawn" not in desk.crawl("sasac")["outcomes"], "said once"
    site.columns[2].items[2].gone = None
    desk.internet.now += timedelta(hours=21)
    desk.crawl("sasac")
    assert next(d for d in desk.documents("sasac") if d.id == gone.id).withdrawn is None, "it is back"


def test_a_withdrawn_filing_is_marked(desk: Desk) -> None:
    sent = filings(40, NOON)
    sent[7].gone = NOON + HOUR
    desk.internet.add(exchanges.Cninfo(sent))
    desk.crawl("cninfo")
    desk.internet.now = NOON + DAY
    run = desk.crawl("cninfo")
    assert (run["state"], run["outcomes"]["withdrawn"]) == ("ok", 1)
    assert [d.id for d in desk.documents() if d.withdrawn] == ["cninfo:1219000007"]
