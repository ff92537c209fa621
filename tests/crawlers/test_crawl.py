"""Whole crawls through real Scrapy, against the simulated internet."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from time import monotonic

import pytest

from pipeline.model import SHANGHAI
from search.ledger import on_machine, this_process
from tests.crawlers.conftest import Desk
from tests.crawlers.exchange_sites import Cninfo
from tests.crawlers.internet import Answer, Asked
from tests.crawlers.published import Item, docx, filings, items
from tests.crawlers.sites import Cac, Jpaas, Pages, Sasac, Trs, whole

NOON = datetime(2024, 2, 19, 12, 0, tzinfo=SHANGHAI)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SITES: dict[str, tuple[type[Pages], str]] = {
    "sasac": (Sasac, "news"),
    "nbs": (Trs, "release"),
    "miit": (Jpaas, "notice"),
    "cac": (Cac, "news"),
}


def site(desk: Desk, source: str, published: list[Item]) -> Pages:
    kind, column = SITES[source]
    return desk.internet.add(whole(source, kind, **{column: published}))


def ids(desk: Desk) -> set[str]:
    return {document.id for document in desk.documents()}


# ---------------------------------------------------------------- the five sources


@pytest.mark.parametrize("source", SITES)
def test_every_page_is_found_read_and_stored(desk: Desk, source: str) -> None:
    published = items(70, last=NOON - HOUR, every=HOUR)
    columns = len(site(desk, source, published).columns)
    run = desk.crawl(source)
    assert (run["state"], run["reason"]) == ("ok", None)
    assert run["outcomes"]["stored"] == 70 + columns - 1
    by_title = {document.title: document for document in desk.documents(source)}
    for item in published:
        document = by_title[item.title]
        assert item.text.split("\n")[1] in document.body
        assert document.published.date() == item.shown.date()
        assert document.kinds == ("news",)


def test_the_next_run_asks_for_the_first_pages_only(desk: Desk) -> None:
    columns = len(site(desk, "sasac", items(70, last=NOON, every=6 * HOUR)).columns)
    desk.crawl("sasac")
    desk.internet.asked.clear()
    desk.internet.now += HOUR
    run = desk.crawl("sasac")
    assert run["mode"] == "incremental"
    assert run["outcomes"] == {"robots_txt": 1, "list": columns}


def test_what_appears_between_runs_is_found_across_pages_and_nothing_else_is_fetched(desk: Desk) -> None:
    old = items(40, last=NOON, every=6 * HOUR)
    fresh = items(65, last=NOON + HOUR, every=timedelta(seconds=30), start=100)
    site(desk, "sasac", old + fresh)
    desk.internet.now = NOON
    desk.crawl("sasac")
    desk.internet.now = NOON + 2 * HOUR
    run = desk.crawl("sasac")
    assert run["outcomes"]["stored"] == 65
    assert len(desk.documents()) == 40 + 65 + 12


def test_filings_of_today_and_tomorrow_are_asked_for(desk: Desk) -> None:
    today, tomorrow = filings(40, NOON, start=0), filings(70, NOON + DAY, start=1000)
    site = desk.internet.add(Cninfo(today + tomorrow))
    desk.internet.now = NOON + 9 * HOUR
    run = desk.crawl("cninfo")
    assert run["state"] == "ok"
    assert run["outcomes"]["stored"] == 110
    found = {d.id: d for d in desk.documents()}
    document = found["cninfo:1219001000"]
    assert document.code == "300010"
    assert document.published == datetime(2024, 2, 20, tzinfo=SHANGHAI)
    assert "以现场投票方式召开" in document.body
    assert document.attachments[0].media == "pdf"
    desk.internet.asked.clear()
    desk.internet.now += HOUR
    site.items += filings(1, NOON + DAY, start=5000)
    run = desk.crawl("cninfo")
    forms = [one.form for one in desk.internet.asked if one.method == "POST"]
    # The new one stands below 70 that are known: pages are read until the promised total is held
    # and a page has nothing new.
    assert [(form["seDate"], form["pageNum"]) for form in forms] == [
        ("2024-02-19~2024-02-20", n) for n in "1234"
    ]
    assert run["outcomes"] == {"robots_txt": 2, "list": 4, "stored": 1}
    desk.internet.asked.clear()
    desk.internet.now += HOUR
    assert desk.crawl("cninfo")["outcomes"] == {"robots_txt": 1, "list": 1}


def test_on_a_friday_the_filings_up_to_monday_are_asked_for(desk: Desk) -> None:
    desk.internet.now = datetime(2024, 2, 23, 20, 0, tzinfo=SHANGHAI)
    desk.internet.add(
        Cninfo(
            filings(3, datetime(2024, 2, 24, tzinfo=SHANGHAI))
            + filings(2, datetime(2024, 2, 26, tzinfo=SHANGHAI), start=50)
        )
    )
    run = desk.crawl("cninfo")
    assert run["outcomes"]["stored"] == 3, "Monday's are not sent in yet"
    assert "2024-02-26~2024-02-26" in {
        one.form["seDate"] for one in desk.internet.asked if one.method == "POST"
    }
    desk.internet.now += HOUR
    desk.crawl("cninfo")
    assert desk.internet.asked[-1].form["seDate"] == "2024-02-23~2024-02-26"


def test_a_back_fill_takes_the_days_asked_for_and_no_others(desk: Desk) -> None:
    desk.internet.add(Cninfo([f for d in range(10) for f in filings(35, NOON - d * DAY, start=1000 * d)]))
    run = desk.crawl("cninfo", since="2024-02-14", until="2024-02-16")
    assert run["mode"] == "backfill"
    assert run["outcomes"]["stored"] == 105
    assert {d.published.day for d in desk.documents()} == {14, 15, 16}
    site(desk, "sasac", items(200, last=NOON, every=6 * HOUR))
    run = desk.crawl("sasac", since="2024-02-14", until="2024-02-16")
    assert run["outcomes"]["stored"] == 12
    assert {d.published.day for d in desk.documents("sasac")} == {14, 15, 16}


def test_a_day_that_cninfo_does_not_page_to_its_end_is_read_by_exchange_too(desk: Desk) -> None:
    both = [replace(f, code="600000" if f.number % 2 else f.code) for f in filings(100, NOON)]
    site = desk.internet.add(Cninfo(both, most=2, promised=3001))
    run = desk.crawl("cninfo", since="2024-02-19", until="2024-02-19")
    assert (run["state"], run["outcomes"]["stored"]) == ("ok", 100)
    asked = [(one.form["plate"], one.form["pageNum"]) for one in desk.internet.asked if one.method == "POST"]
    assert sorted(asked) == [(plate, n) for plate in ("", "sh", "sz") for n in "12"]
    desk.internet.now += HOUR
    assert desk.crawl("cninfo")["outcomes"].get("unlisted") is None, (
        "nothing is missed before all parts are read"
    )
    site.items = [f for f in site.items if f.number != 7]
    desk.internet.now += DAY
    assert desk.crawl("cninfo")["outcomes"]["withdrawn"] == 1


# ---------------------------------------------------------------- manners


def test_requests_say_who_asks_and_come_from_the_page_that_led_there(desk: Desk) -> None:
    desk.settings["contact"] = "https://example.org/desk"
    site(
        desk,
        "cac",
        [replace(items(1, last=NOON)[0], files=(("清单", docx([["序号", "算法名称"], ["1", "甲"]])),))],
    )
    run = desk.crawl("cac")
    assert run["outcomes"]["attachment"] == 1
    asked = {one.path: one for one in desk.internet.asked}
    detail = next(one for path, one in asked.items() if "/c_1700000000000000" in path)
    assert detail.headers["user-agent"].startswith("Mozilla/5.0 (compatible; zhoubao/")
    assert "+https://example.org/desk" in detail.headers["user-agent"]
    assert detail.headers["accept-language"].startswith("zh-CN")
    assert detail.headers["referer"] == "https://www.cac.gov.cn/wxzw/wxfb/A093702index_1.htm"
    download = asked["/cms/pub/interact/downloadfile.jsp"]
    assert download.headers["referer"] == detail.url
    document = next(d for d in desk.documents() if d.attachments)
    assert [(a.media, a.outcome) for a in document.attachments] == [("docx", "read")]
    assert document.tables[0].rows(document.body) == [["序号", "算法名称"], ["1", "甲"]]


def test_the_statistics_bureau_is_warmed_up_for_its_cookie(desk: Desk) -> None:
    site(desk, "nbs", items(3, last=NOON))
    run = desk.crawl("nbs")
    assert run["outcomes"]["warm_up"] == 1
    pages = [one for one in desk.internet.asked if one.path not in ("/", "/robots.txt")]
    assert all("wzws_sessionid=abc" in one.cookies for one in pages)


def test_robots_txt_is_obeyed_and_told(desk: Desk) -> None:
    desk.internet.robots["www.sasac.gov.cn"] = "User-agent: *\nDisallow: /n2588025/n2588119\n"
    site(desk, "sasac", items(3, last=NOON))
    run = desk.crawl("sasac")
    assert run["outcomes"]["robots"] == 1
    assert run["state"] == "trouble"
    assert not desk.internet.urls("/n2588025/n2588119/")


@pytest.mark.parametrize("delay", [0, 0.02])
def test_a_host_that_is_slow_is_asked_for_one_thing_at_a_time(desk: Desk, delay: float) -> None:
    desk.settings["delay"] = delay
    desk.overrides["DOWNLOAD_DELAY"] = delay
    site(desk, "sasac", items(20, last=NOON - HOUR, every=HOUR))
    desk.internet.harm("content", lambda asked, answer: replace(answer, wait=0.05))
    assert desk.crawl("sasac")["state"] == "ok"
    assert desk.internet.at_once == {"www.sasac.gov.cn": 1}


def test_one_request_at_a_time_goes_to_a_host_with_the_delay(desk: Desk) -> None:
    desk.settings["delay"] = 0.2
    desk.overrides["DOWNLOAD_DELAY"] = 0.2
    site(desk, "sasac", items(2, last=NOON))
    moments: list[datetime] = []
    plain = desk.internet.answer
    desk.internet.answer = lambda asked: (moments.append(datetime.now()), plain(asked))[1]  # type: ignore[method-assign]  # noqa: DTZ005
    desk.crawl("sasac")
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert min(gaps) > timedelta(seconds=0.2 * 0.6)


def test_a_host_that_is_busy_is_given_more_time_with_each_try(desk: Desk) -> None:
    desk.settings["delay"] = 0.1
    desk.overrides["DOWNLOAD_DELAY"] = 0.1
    site(desk, "sasac", items(1, last=NOON))
    busy = iter([Answer("busy", 503), Answer("busy", 429, headers=(("Retry-After", "1"),))])
    moments: list[float] = []

    def answer(asked: Asked, honest: Answer) -> Answer:
        moments.append(monotonic())
        return next(busy, honest)

    desk.internet.harm("c30000000/content", answer)
    run = desk.crawl("sasac")
    assert (run["outcomes"]["http_error"], run["outcomes"]["stored"]) == (2, 13)
    first, second = (later - earlier for earlier, later in pairwise(moments))
    assert first > 0.2 * 0.7, "twice the delay, but for its jitter"
    assert second > 1.0 * 0.7, "what it asked for"


# ---------------------------------------------------------------- replay


@pytest.mark.parametrize("source", [*SITES, "cninfo"])
def test_what_a_crawl_archives_a_replay_gives_again_without_a_network(
    desk: Desk, source: str, tmp_path: Path
) -> None:
    if source == "cninfo":
        desk.internet.add(Cninfo(filings(65, NOON)))
    else:
        site(desk, source, items(50, last=NOON))
    run = desk.crawl(source)
    desk.internet.asked.clear()
    again, other = desk.replay(run, tmp_path / "other")
    assert desk.internet.asked == []
    assert (again["mode"], again["state"]) == ("replay", "ok")
    same = set(run["outcomes"]) - {"robots_txt", "warm_up"}
    assert {k: again["outcomes"][k] for k in same} == {k: run["outcomes"][k] for k in same}
    assert other.documents() == desk.documents()
    assert len(other.documents()) > 40


def test_the_replay_of_an_hourly_run_stops_where_the_run_stopped(desk: Desk, tmp_path: Path) -> None:
    site(desk, "sasac", items(70, last=NOON + HOUR, every=HOUR / 2))
    desk.crawl("sasac")
    desk.internet.now += 2 * HOUR
    run = desk.crawl("sasac")
    assert run["mode"] == "incremental"
    again, _ = desk.replay(run, tmp_path / "other")
    assert again["state"] == "trouble"
    # Items that the run knew already are listed, but their pages are in an earlier archive.
    assert again["outcomes"]["stored"] == run["outcomes"]["stored"]
    assert set(again["outcomes"]) == {"stored", "list", "robots_txt", "not_archived"}


def test_a_replay_twice_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    site(desk, "nbs", items(5, last=NOON))
    run = desk.crawl("nbs")
    desk.replay(run, tmp_path / "other")
    again, other = desk.replay(run, tmp_path / "other")
    assert "stored" not in again["outcomes"]
    with other.store() as store:
        assert [v.number for v in store.versions(other.documents()[0].id)] == [1]


def test_files_that_cannot_be_replayed_are_one_clear_line(desk: Desk, tmp_path: Path) -> None:
    site(desk, "nbs", items(2, last=NOON))
    run = desk.crawl("nbs")
    whole_file = Path(run["archive"]).read_bytes()
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(whole_file[: len(whole_file) // 2])
    foreign = tmp_path / "foreign.warc.gz"
    foreign.write_bytes(b"not a WARC at all")
    for source, path, words in (
        ("nbs", cut, "文件不完整"),
        ("nbs", foreign, "不是 WARC"),
        ("nbs", tmp_path / "none.warc.gz", "无法打开"),
        ("sasac", Path(run["archive"]), "没有来源 sasac 的网页"),
    ):
        told = desk.crawler.run(
            Desk(tmp_path / "other", desk.crawler, desk.internet).order(source, replay=str(path))
        )
        assert told["type"] == "ReplayError"
        assert words in told["error"]
        assert "\n" not in told["error"]
    assert not (tmp_path / "other").exists(), "nothing was begun"


# ---------------------------------------------------------------- one process a source


def test_a_source_that_is_being_crawled_is_left_alone_and_given_back_at_the_end(desk: Desk) -> None:
    site(desk, "nbs", items(2, last=NOON))
    with desk.store() as store:
        store.lease("nbs", "another-machine:1:2", 3e9)
    told = desk.crawl("nbs")
    assert told == {
        "type": "Busy",
        "error": "来源 nbs 正由机器 another-machine 的进程 1 抓取；请等它结束后再试",
    }
    assert desk.internet.asked == []
    with desk.store() as store:
        assert store.last_runs("nbs", 1) == []
        store.release("nbs", "another-machine:1:2")
    assert desk.crawl("nbs")["state"] == "ok"
    with desk.store() as store:
        assert store.owner("nbs") is None


def test_every_machine_reads_the_company_table_for_itself(desk: Desk) -> None:
    with desk.store() as store:
        store.lease("companies@another-machine", "another-machine:1:2", 3e9)
    assert desk.crawl("companies")["state"] == "failed", "it ran; there is no site to answer"
    with desk.store() as store:
        store.lease(on_machine("companies", this_process()), this_process(), 3e9)
    assert desk.crawl("companies")["type"] == "Busy"


def test_a_run_that_has_lost_its_source_stops(desk: Desk) -> None:
    desk.session["renew"] = 0.02
    desk.settings["delay"] = 0.1
    desk.overrides["DOWNLOAD_DELAY"] = 0.1
    site(desk, "nbs", items(20, last=NOON))

    def taken(asked: Asked, honest: Answer) -> Answer:
        with desk.store() as store, store.writing() as connection:
            connection.exec_driver_sql("UPDATE leases SET owner = 'another-machine:1:2', until = 3e9")
        return honest

    desk.internet.harm("t2024", taken, times=1)
    run = desk.crawl("nbs")
    assert run["state"] == "trouble"
    assert "另一个进程接手了这个来源；中途停下（lease）" in run["reason"]
    assert len(desk.internet.urls("/t2024")) < 20
    with desk.store() as store:
        assert store.owner("nbs") == "another-machine:1:2"
