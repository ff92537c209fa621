"""Harm done by the simulated internet: each ends in its named outcome, and the rest of the crawl goes on."""

from __future__ import annotations

import gzip
from datetime import datetime, timedelta

import pytest

from crawlers.health import health
from crawlers.sources import load_sources
from crawlers.words import brief
from pipeline.model import SHANGHAI
from tests.crawlers.conftest import Desk
from tests.crawlers.exchange_sites import Cninfo
from tests.crawlers.internet import CHALLENGE, Answer
from tests.crawlers.published import filings, items, pdf
from tests.crawlers.sites import Sasac, Trs, whole

NOON = datetime(2024, 2, 19, 12, 0, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)
HTML = Answer("<html><body><p>您访问的文件不存在，请稍后再试，或返回网站首页继续浏览。</p></body></html>")
TARGET = "c30000001/content.html"  # one page of five
SMALL = {"max_bytes": 3_000_000, "timeout": 2}


def five(desk: Desk) -> None:
    desk.internet.add(whole("sasac", Sasac, news=items(5, last=NOON)))


def sentence(desk: Desk, source: str) -> str:
    with desk.store() as store:
        (found,) = health(store, {source: load_sources()[source]}, desk.internet.now)
        return found.sentence


FAULTS: dict[str, tuple[Answer, str]] = {
    "status 403": (Answer("<html>403 Forbidden</html>", 403), "http_error"),
    "status 404": (Answer("<html>404</html>", 404), "http_error"),
    "status 503": (Answer("busy", 503), "http_error"),
    "status 429": (Answer("slow down", 429), "http_error"),
    "status 521, a challenge": (Answer("<html><script>__jsl</script></html>", 521), "challenge"),
    "a challenge with status 200": (CHALLENGE, "challenge"),
    "an empty body": (Answer(b""), "empty_shell"),
    "a shell": (Answer("<html><head></head><body></body></html>"), "empty_shell"),
    "a page of something else": (HTML, "no_title"),
    "a slow answer": (Answer("late", wait=4), "timeout"),
    "a broken connection": (Answer(reset=True), "no_answer"),
    "a cut answer": (Answer("<html><body>half", missing=900), "cut"),
    "a body too big by its own word": (Answer(bytes(4_000_000)), "too_big"),
    "a body without end": (Answer(chunks=6), "too_big"),
    "a body that unpacks without end": (
        Answer(gzip.compress(bytes(200_000_000), 1), headers=(("Content-Encoding", "gzip"),)),
        "too_big",
    ),
    "a redirect elsewhere": (
        Answer(status=302, headers=(("Location", "http://evil.example/x"),)),
        "off_site",
    ),
    "a redirect inside": (Answer(status=302, headers=(("Location", "http://10.0.0.1/admin"),)), "off_site"),
    "a redirect to a port": (
        Answer(status=302, headers=(("Location", "http://www.sasac.gov.cn:22/"),)),
        "off_site",
    ),
    "a redirect to a file": (Answer(status=302, headers=(("Location", "file:///etc/passwd"),)), "http_error"),
    "an endless redirect": (
        Answer(status=302, headers=(("Location", "/n2588025/n2588119/c30000001/content.html?again"),)),
        "redirect_loop",
    ),
    "HTML nested without end": (Answer("<html><body>" + "<div>" * 300_000), "no_title"),
    "binary rubbish": (Answer(bytes(range(256)) * 40), "wrong_charset"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_page_in_trouble_is_named_and_the_others_are_stored(desk: Desk, fault: str) -> None:
    answer, outcome = FAULTS[fault]
    desk.settings.update(SMALL)
    five(desk)
    desk.internet.harm(TARGET, answer)
    run = desk.crawl("sasac")
    assert run["outcomes"].get(outcome, 0) >= 1, run
    assert run["outcomes"]["stored"] == 4 + 12
    assert (run["state"], brief(outcome) in run["reason"]) == ("trouble", True)
    assert brief(outcome) in sentence(desk, "sasac")
    desk.internet.heal()
    desk.internet.now += HOUR
    run = desk.crawl("sasac")
    assert (run["state"], run["outcomes"]["stored"]) == ("ok", 1), (
        "fetched again, because it was never stored"
    )


@pytest.mark.parametrize("fault", ["status 403", "a challenge with status 200", "a shell", "a slow answer"])
def test_a_list_in_trouble_is_named_and_the_other_columns_go_on(desk: Desk, fault: str) -> None:
    answer, outcome = FAULTS[fault]
    desk.settings.update(SMALL)
    five(desk)
    desk.internet.harm("n2588119/index.html", answer)
    run = desk.crawl("sasac")
    assert run["outcomes"].get(outcome, 0) >= 1
    assert run["outcomes"]["stored"] == 12
    assert run["state"] == "trouble"
    assert sentence(desk, "sasac").startswith("sasac.news（国资要闻）：列表自 2024-02-19 12:00 起 1 次运行")
    assert f"〔{outcome}：" in sentence(desk, "sasac")


@pytest.mark.parametrize(
    ("mistake", "outcome", "told"),
    [
        ("Raises", "internal_error", "程序出错，请把存档交给维护者〔internal_error：KeyError: 'title'〕"),
        ("Forgets", "lost", "网页没有得到任何结局，请把存档交给维护者〔lost："),
    ],
)
def test_a_mistake_of_ours_is_told_and_the_other_columns_go_on(
    desk: Desk, mistake: str, outcome: str, told: str
) -> None:
    five(desk)
    desk.overrides["SPIDER_MIDDLEWARES"] = {f"tests.crawlers.mistakes.{mistake}": 900}
    run = desk.crawl("sasac")
    assert (run["state"], run["outcomes"][outcome], run["outcomes"]["stored"]) == ("trouble", 1, 12)
    assert told in sentence(desk, "sasac")


def test_a_source_that_gives_no_list_at_all_failed(desk: Desk) -> None:
    five(desk)
    desk.internet.harm("gov.cn", CHALLENGE)
    run = desk.crawl("sasac")
    assert run["state"] == "failed"
    asked = len(desk.internet.urls("index.html"))
    assert 3 <= asked <= 3 + 7, (
        "after three challenges in a row the host is left alone but for what is under way"
    )
    assert run["outcomes"] == {"robots_txt": 1, "challenge": asked, "backed_off": 13 - asked}


def test_a_list_without_rows_is_no_quiet_day(desk: Desk) -> None:
    five(desk)
    shown = (
        "<html><body><div class='zsy_conlist'><ul></ul></div>" + "<p>国务院国有资产监督管理委员会</p>" * 20
    )
    desk.internet.harm("n2588119/index.html", Answer(shown))
    run = desk.crawl("sasac")
    assert (run["state"], run["outcomes"]["no_rows"]) == ("trouble", 1)
    assert "页面正常但读不出任何条目" in sentence(desk, "sasac")


def test_a_list_that_goes_on_without_end_is_left(desk: Desk) -> None:
    site = whole("sasac", Sasac, news=items(65, last=NOON, every=HOUR))
    desk.internet.add(site)
    again = site.answer
    # Whatever page is asked for, the newest rows come: a site that ignores its paging.
    desk.internet.harm(
        r"index_2603340_\d+",
        lambda asked, honest: Answer(site.rows(site.columns[2], site.columns[2].visible(site.now)[:30])),
    )
    run = desk.crawl("sasac", since="2024-01-01")
    assert again
    assert run["outcomes"]["repeated_list"] == 1
    assert run["outcomes"]["stored"] == 30 + 12


def test_an_address_inside_is_refused_though_its_name_is_right(desk: Desk) -> None:
    five(desk)
    desk.addresses["www.sasac.gov.cn"] = "192.168.1.10"
    run = desk.crawl("sasac")
    assert run["state"] == "failed"
    assert run["outcomes"]["private_address"] == 13
    assert "等 13 个栏目：列表自 2024-02-19 12:00 起 1 次运行域名指向内网地址" in sentence(desk, "sasac")
    assert desk.internet.asked == []


def test_a_name_that_does_not_resolve_is_named(desk: Desk) -> None:
    five(desk)
    desk.addresses["www.sasac.gov.cn"] = ""
    run = desk.crawl("sasac")
    assert run["state"] == "failed"
    assert run["outcomes"]["no_host"] == 13 * 3, "each try is told"


def test_a_row_that_is_listed_twice_is_fetched_once(desk: Desk) -> None:
    desk.internet.add(whole("nbs", Trs, release=items(25, last=NOON), release_notes=items(25, last=NOON)))
    run = desk.crawl("nbs")
    assert (run["state"], run["reason"]) == ("ok", None)
    fetched = [url for url in desk.internet.urls("/t2024") if "/zxfb/" in url]
    assert len(fetched) == len(set(fetched)) == 25


def test_a_link_to_another_publisher_is_named_and_left_alone(desk: Desk) -> None:
    five(desk)
    desk.internet.harm(
        "n2588119/index.html",
        lambda asked, honest: Answer(
            honest.data.decode().replace("../../../n2588025/n2588119/c30000001", "http://news.cn/x")
        ),
    )
    run = desk.crawl("sasac")
    assert (run["state"], run["outcomes"]["elsewhere"], run["outcomes"]["stored"]) == ("ok", 1, 16)
    assert desk.internet.urls("news.cn") == []


# ---------------------------------------------------------------- files


FILE_FAULTS: dict[str, tuple[Answer, str, bool]] = {
    # what comes in place of the PDF, outcome, whether the next run asks again
    "HTML with status 200": (HTML, "not_pdf", True),
    "a challenge": (CHALLENGE, "challenge", True),
    "status 403": (Answer("no", 403), "http_error", True),
    "status 503": (Answer("no", 503), "http_error", True),
    "a slow answer": (Answer("late", wait=4), "timeout", True),
    "a PDF cut in the middle": (Answer(pdf("决议的公告")[:-400]), "truncated", True),
    "rubbish": (Answer(b"\x00\x01\x02" * 500), "unreadable", False),
}


@pytest.mark.parametrize("fault", FILE_FAULTS)
def test_a_filing_without_its_pdf_is_stored_with_its_list_facts(desk: Desk, fault: str) -> None:
    answer, outcome, again = FILE_FAULTS[fault]
    desk.settings.update(SMALL)
    desk.internet.add(Cninfo(filings(4, NOON)))
    desk.internet.harm("1219000002.PDF", answer)
    run = desk.crawl("cninfo")
    assert run["outcomes"].get(outcome, 0) >= 1, run
    assert run["outcomes"]["stored"] == 3
    document = {d.id: d for d in desk.documents()}["cninfo:1219000002"]
    assert (document.title, document.code, document.body) == ("关于第2次临时股东大会决议的公告", "300002", "")
    assert [a.outcome for a in document.attachments] == [outcome]
    assert document.complete is not again
    assert brief(outcome) in sentence(desk, "cninfo")
    desk.internet.heal()
    desk.internet.now += HOUR
    run = desk.crawl("cninfo")
    assert run["outcomes"].get("updated", 0) == (1 if again else 0)
    document = {d.id: d for d in desk.documents()}["cninfo:1219000002"]
    assert ("第2次股东大会" in document.body) is again


def test_a_file_too_big_by_the_list_is_not_fetched(desk: Desk) -> None:
    site = Cninfo(filings(3, NOON))
    row = site.row
    site.row = lambda item: {**row(item), "adjunctSize": 90_000 if item.number == 1 else 100}  # type: ignore[method-assign]
    desk.internet.add(site)
    run = desk.crawl("cninfo")
    assert (run["outcomes"]["too_big"], run["outcomes"]["stored"], run["state"]) == (1, 2, "ok")
    assert desk.internet.urls("1219000001.PDF") == []
    assert len(desk.documents()) == 3
    desk.internet.now += HOUR
    assert "too_big" not in desk.crawl("cninfo")["outcomes"], "known, so not taken up again"


@pytest.mark.parametrize(
    ("file", "outcome", "seconds"),
    # Only the first is about time: a loaded machine may need more than 6 s to hand out a gigabyte.
    [(b"spin", "timeout_parse", 6), (b"eat", "killed", 90), (b"crash", "killed", 90)],
)
def test_a_hostile_file_costs_itself_only(desk: Desk, file: bytes, outcome: str, seconds: int) -> None:
    desk.settings.update({"parse_seconds": seconds, "parse_bytes": 1_000_000_000})
    desk.session["parser"] = "tests.crawlers.parsers:extract"
    desk.internet.add(Cninfo(filings(6, NOON)))
    desk.internet.harm("1219000002.PDF", Answer(file))
    run = desk.crawl("cninfo")
    assert run["outcomes"] == {"robots_txt": 2, "list": run["outcomes"]["list"], outcome: 1, "stored": 5}
    assert run["state"] == "trouble"
