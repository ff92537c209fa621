from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawlers.health import SourceHealth, health
from crawlers.ledger import FINE
from crawlers.sources import load_sources
from crawlers.words import WORDS
from pipeline.model import SHANGHAI
from tests.crawlers.conftest import Desk
from tests.crawlers.exchange_sites import Cninfo
from tests.crawlers.internet import CHALLENGE, Answer, Asked
from tests.crawlers.published import filings, items
from tests.crawlers.sites import Jpaas, Sasac, whole
from tests.test_cli import zhoubao

NOON = datetime(2024, 2, 19, 12, 0, tzinfo=SHANGHAI)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def of(desk: Desk, source: str) -> SourceHealth:
    with desk.store() as store:
        (found,) = health(store, {source: load_sources()[source]}, desk.internet.now)
        return found


def test_a_source_that_never_ran_says_so_and_is_no_trouble(desk: Desk) -> None:
    found = of(desk, "sasac")
    assert (found.sentence, found.trouble, found.last_success, found.outcomes) == (
        "尚未运行",
        False,
        None,
        {},
    )


def test_a_healthy_source(desk: Desk) -> None:
    desk.internet.add(whole("sasac", Sasac, news=items(50, last=NOON, every=6 * HOUR)))
    desk.crawl("sasac")
    desk.internet.now += HOUR
    found = of(desk, "sasac")
    assert (found.sentence, found.trouble, found.state) == ("正常", False, "ok")
    assert found.last_success == "2024-02-19 12:00"
    assert "stored=" in found.outcomes_text
    news = next(c for c in found.columns if c.column == "sasac.news")
    assert (news.failing, news.usual_gap_hours) == (None, 24.0), "SASAC prints days only"
    assert news.last_success == NOON


def test_a_shell_without_its_script_is_told_with_place_and_time(desk: Desk) -> None:
    desk.internet.add(whole("miit", Jpaas, notice=items(5, last=NOON)))
    desk.crawl("miit")
    desk.internet.harm(
        "/zwgk/zcwj/wjfb/tz/index.html", Answer("<html><body><h1>通知</h1><p>更多内容</p></body></html>")
    )
    for _ in range(3):
        desk.internet.now += HOUR
        run = desk.crawl("miit")
        assert run["state"] == "trouble"
    found = of(desk, "miit")
    assert found.trouble
    assert found.sentence.startswith("miit.notice（通知）：列表自 2024-02-19 13:00 起 3 次运行返回空壳页面")
    assert "the page shell has no build/unit script" in found.sentence
    assert "；存档 miit-20240219-150000" in found.sentence
    desk.internet.heal()
    desk.internet.now += HOUR
    desk.crawl("miit")
    assert of(desk, "miit").sentence == "正常"


def test_a_replay_neither_heals_a_column_nor_harms_it(desk: Desk) -> None:
    """A replay is how a person looks into a fault: the site itself has not answered."""
    page = "/zwgk/zcwj/wjfb/tz/index.html"
    desk.internet.add(whole("miit", Jpaas, notice=items(5, last=NOON)))
    good = desk.crawl("miit")
    desk.internet.harm(page, CHALLENGE)
    desk.internet.now += HOUR
    bad = desk.crawl("miit")
    before = of(desk, "miit")
    assert before.trouble
    assert "miit.notice（通知）：列表自 2024-02-19 13:00 起 1 次运行网站返回防火墙验证页" in before.sentence
    assert desk.crawl("miit", replay=good["archive"], port=None)["state"] == "ok"
    after = of(desk, "miit")
    assert (after.sentence, after.columns) == (before.sentence, before.columns)
    desk.internet.heal()
    desk.internet.now += HOUR
    desk.crawl("miit")
    assert desk.crawl("miit", replay=bad["archive"], port=None)["state"] == "trouble"
    assert (of(desk, "miit").sentence, of(desk, "miit").trouble) == ("正常", False)


def test_the_command_ends_with_1_when_something_needs_a_person(desk: Desk, tmp_path: Path) -> None:
    assert zhoubao(tmp_path, "health").returncode == 0
    desk.internet.harm("query.sse.com.cn", CHALLENGE)
    desk.crawl("sse")
    done = zhoubao(tmp_path, "health", "--json")
    assert done.returncode == 1
    (sse,) = (source for source in json.loads(done.stdout)["sources"] if source["source"] == "sse")
    assert (sse["trouble"], sse["state"], sse["last_success"]) == (True, "failed", None)
    assert [column["outcome"] for column in sse["columns"]] == ["challenge", "challenge"]
    assert "sse.main（主板公告）、sse.star（科创板公告）：列表自" in zhoubao(tmp_path, "health").stdout


def test_a_blocked_source_names_its_fallback(desk: Desk) -> None:
    desk.internet.harm("query.sse.com.cn", CHALLENGE)
    run = desk.crawl("sse")
    assert run["state"] == "failed"
    found = of(desk, "sse")
    assert found.trouble
    told = "sse.main（主板公告）、sse.star（科创板公告）：列表自 2024-02-19 12:00 起 1 次运行网站返回防火墙验证页（不予破解）"
    assert found.sentence.startswith(told)
    assert found.sentence.endswith("其间以 cninfo 为准")


@pytest.mark.parametrize(
    ("answer", "told"),
    [(Answer("busy", 503), "网站返回错误状态〔http_error："), (CHALLENGE, "网站返回防火墙验证页")],
)
def test_a_host_that_is_down_is_one_trouble_of_so_many_runs(desk: Desk, answer: Answer, told: str) -> None:
    """Its columns are tried three times in a run each; after three challenges the others are left."""
    desk.internet.add(whole("sasac", Sasac))
    desk.internet.harm(r"\.html", answer)
    for _ in range(2):
        desk.internet.now += HOUR
        assert desk.crawl("sasac")["state"] == "failed"
    found = of(desk, "sasac")
    n = len(found.columns)
    assert re.match(
        rf"sasac\.\w+（\w+）、sasac\.\w+（\w+）等 {n} 个栏目：列表自 2024-02-19 13:00 起 2 次运行{told}",
        found.sentence,
    )
    assert found.sentence.count("列表自") == 1
    assert [column.failures for column in found.columns] == [2] * n


def test_a_single_page_in_trouble_needs_nobody(desk: Desk) -> None:
    desk.internet.add(Cninfo(filings(5, NOON)))
    desk.internet.harm("1219000002.PDF", Answer("<html><body>系统繁忙，请稍后再试。</body></html>"))
    desk.crawl("cninfo")
    found = of(desk, "cninfo")
    assert (found.state, found.trouble) == ("trouble", False)
    # The fall-back was asked too, and is not there.
    told = "个别网页未取到，下次运行会再取〔http_error 1 页（网站返回错误状态）；not_pdf 1 页（PDF 的位置返回了网页）〕；近 7 天有 1 份文件未取到"
    assert found.sentence == told


def test_files_that_all_fail_need_somebody(desk: Desk) -> None:
    desk.internet.add(Cninfo(filings(5, NOON)))
    desk.internet.harm(r"\.PDF", Answer("<html><body>系统繁忙，请稍后再试。</body></html>"))
    desk.crawl("cninfo")
    found = of(desk, "cninfo")
    assert found.trouble
    assert "cninfo.filings（公告）：附件自 2024-02-19 12:00 起 1 次运行PDF 的位置返回了网页" in found.sentence


def test_what_is_odd_on_most_pages_is_told_and_on_one_is_not(desk: Desk) -> None:
    desk.internet.add(whole("sasac", Sasac, news=items(20, last=NOON)))

    def two_places(asked: Asked, honest: Answer) -> Answer:
        return Answer(
            honest.data.decode().replace("</body>", '<div class="zsy_comain">另一处正文</div></body>')
        )

    desk.internet.harm("c30000001/content", two_places)
    desk.crawl("sasac")
    found = of(desk, "sasac")
    assert found.remarks == {"body: .zsy_comain gives 2 places; the first is taken": 1}
    assert (found.sentence, [run.mode for run in found.runs]) == ("正常", ["sweep"])
    desk.internet.now += DAY
    desk.internet.harm("content.html", two_places)
    desk.crawl("sasac")
    found = of(desk, "sasac")
    assert re.match(
        r"上次读到的 \d+ 页中有 \d+ 页有同一疑点〔body: .zsy_comain gives 2 places", found.sentence
    )
    assert not found.trouble
    assert [run.state for run in found.runs] == ["ok", "ok"]


def test_a_column_that_falls_silent_is_noticed(desk: Desk) -> None:
    desk.internet.add(whole("sasac", Sasac, news=items(30, last=NOON, every=20 * HOUR)))
    desk.crawl("sasac")
    desk.internet.now += 5 * DAY
    desk.crawl("sasac")
    assert not any(c.column == "sasac.news" and c.sentence for c in of(desk, "sasac").columns)
    desk.internet.now += 6 * DAY
    desk.crawl("sasac")
    news = next(c for c in of(desk, "sasac").columns if c.column == "sasac.news")
    assert news.sentence is not None
    assert "已 11 天没有新内容（通常隔 24 小时），最近一条发布于 2024-02-19 00:00" in news.sentence


@pytest.mark.parametrize("source", load_sources())
def test_every_source_has_a_health(desk: Desk, source: str) -> None:
    assert of(desk, source).columns


def test_every_outcome_that_needs_a_person_has_words() -> None:
    root = Path(__file__).parents[2]
    named = set()
    for folder in ("crawlers", "pipeline/read"):
        for file in (root / folder).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            named |= set(re.findall(r"(?:ReadError|Refused|_end)\((?:response, )?\"(\w+)\"", text))
    assert named, "outcomes are written as literals"
    assert named - FINE - set(WORDS) == set()
