"""What leaves the company table as it is: lists that are not whole, old archives."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config import Settings
from crawlers.run import in_replay
from crawlers.sources import load_sources
from pipeline.companies_refresh import write_rows
from pipeline.companies_table import load_companies
from tests.crawlers.company_tables import (
    BEFORE,
    MORNING,
    SHARES,
    companies,
    replaced,
    sentence,
    table,
)
from tests.crawlers.conftest import Desk
from tests.crawlers.internet import CHALLENGE, Answer
from tests.crawlers.lists_of_companies import Market, Share

MANY = [Share(f"60{n:04d}", f"甲{chr(0x4E00 + n)}股份") for n in range(200)]


def cut(asked: object, answer: Answer) -> Answer:
    return Answer(answer.data[: len(answer.data) // 2], type=answer.type)


def half(asked: object, answer: Answer) -> Answer:
    """A list of half the companies that says it is the whole."""
    rows = json.loads(answer.data)["result"]
    rows = rows[: len(rows) // 2]
    return Answer(
        json.dumps({"result": rows, "pageHelp": {"pageNo": 1, "pageCount": 1, "total": len(rows)}}),
        type=answer.type,
    )


def promised(asked: object, answer: Answer) -> Answer:
    """The first half of a list that promises more, and no further page."""
    told = json.loads(answer.data)
    rows = told["result"][: len(told["result"]) // 2]
    return Answer(json.dumps({"result": rows, "pageHelp": told["pageHelp"]}), type=answer.type)


BROKEN: dict[str, tuple[Any, str]] = {
    "a challenge in place of a list of companies": (CHALLENGE, "challenge"),
    "a list of companies cut in the middle": (cut, "not_json"),
    "a list of half the companies": (half, "short_list"),
    "a list of companies that breaks off before the end it promised": (promised, "short_list"),
    "a list of no companies": (
        Answer(
            '{"result": [], "pageHelp": {"pageNo": 1, "pageCount": 1, "total": 0}}', type="application/json"
        ),
        "empty_list",
    ),
    "a list of companies whose columns have changed": (
        lambda asked, answer: Answer(answer.data.decode().replace("股份", "制造"), type=answer.type),
        "bad_shape",
    ),
    "a list of companies that is forbidden": (Answer("<html>Access denied</html>", 403), "http_error"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_list_that_is_not_whole_changes_nothing_and_the_others_count(
    desk: Desk, market: Market, fault: str
) -> None:
    harm, outcome = BROKEN[fault]
    market.shares = [replace(share) for share in MANY] + [*[s for s in SHARES if not s.code.startswith("60")]]
    write_rows(desk.data / "companies", companies(market.shares), [])
    replaced(market, "600000", name="癸亥股份")
    replaced(market, "300111", name="甲子机器")
    desk.internet.harm("STOCK_TYPE=1", harm)
    desk.internet.harm("szse_stock.json", CHALLENGE)
    run = desk.crawl("companies")
    assert run["state"] == "trouble"
    assert run["outcomes"][outcome] == (2 if outcome == "challenge" else 1)
    found = table(desk)
    assert len(found.companies) == 206
    assert not any(c.gone for c in found.companies.values())
    assert (found.name("600000"), found.companies["600000"].as_of) == ("甲一股份", BEFORE)
    assert (found.name("300111"), found.companies["300111"].as_of) == ("甲子机器", MORNING.date())
    told = sentence(desk, "sse_main")
    assert told is not None and "\n" not in told
    assert told.startswith("companies.sse_main（上证主板名单）：列表自 2026-11-26 06:40 起 1 次")
    assert f"〔{outcome}" in told
    assert sentence(desk, "sse_star") is None


def test_when_no_list_can_be_read_the_table_stays(desk: Desk, market: Market) -> None:
    before = [path.read_bytes() for path in sorted((desk.data / "companies").iterdir())]
    desk.internet.harm("https", CHALLENGE)
    run = desk.crawl("companies")
    assert run["state"] == "failed"
    assert [path.read_bytes() for path in sorted((desk.data / "companies").iterdir())] == before


def test_lists_that_nobody_reads_any_more_are_noticed(desk: Desk, market: Market) -> None:
    desk.crawl("companies")
    desk.internet.now += timedelta(days=8)
    assert sentence(desk, "cninfo") is None
    desk.internet.now += timedelta(days=1)
    assert sentence(desk, "cninfo") == (
        "companies.cninfo（巨潮证券名单）：已 9 天没有读过，公司表可能过时；请运行 zhoubao companies refresh"
    )


def test_a_workbook_that_is_none_is_named(desk: Desk, market: Market) -> None:
    desk.internet.harm("CATALOGID=1110&TABKEY=tab1", Answer(b"PK\x03\x04 rubbish", type="application/zip"))
    desk.internet.harm(
        "CATALOGID=1110&TABKEY=tab2", Answer("<html><body>系统维护中，请稍后再来访问本页面</body></html>")
    )
    run = desk.crawl("companies")
    assert run["outcomes"]["bad_shape"] == 2
    assert sentence(desk, "szse_a") is not None and sentence(desk, "szse_b") is not None
    assert table(desk).companies["000111"].as_of == MORNING.date(), "CNINFO's list names it"
    assert table(desk).companies["200111"].full is None


def test_a_list_whose_pages_repeat_is_not_whole(desk: Desk, market: Market) -> None:
    market.shares = [Share(f"920{n:03d}", f"丙{chr(0x4E00 + n)}股份") for n in range(50)]
    write_rows(desk.data / "companies", companies(market.shares[:30]), [])
    ordered = market.bse
    first: list[Answer] = []

    def always_the_first(asked: Any) -> Answer:
        first.append(ordered(asked))
        return first[0]

    market.bse = always_the_first  # type: ignore[method-assign]
    run = desk.crawl("companies")
    assert run["outcomes"]["repeated_list"] == 1
    assert len(table(desk).companies) == 30


def test_a_table_that_cannot_be_written_fails_the_run(desk: Desk, market: Market) -> None:
    before = (desk.data / "companies" / "companies.tsv").read_bytes()
    (desk.data / "companies" / "aliases.tsv.new").mkdir()  # where the new file would be written first
    run = desk.crawl("companies")
    assert run["state"] == "failed"
    assert "aliases.tsv.new" in run["reason"]
    assert (desk.data / "companies" / "companies.tsv").read_bytes() == before


def test_a_site_that_sends_on_to_itself_with_a_cookie_is_followed(desk: Desk, market: Market) -> None:
    """So the Beijing exchange is told to answer who comes without one."""
    desk.internet.harm(
        "POST .*nqxxCnzq",
        Answer(
            status=307,
            headers=(
                ("Location", "https://www.bse.cn/nqxxController/nqxxCnzq.do"),
                ("Set-Cookie", "C3VK=again; Path=/"),
            ),
        ),
        times=1,
    )
    run = desk.crawl("companies")
    assert (run["state"], run["outcomes"]["redirect"]) == ("ok", 1)
    assert table(desk).companies["920111"].as_of == MORNING.date()


# ---------------------------------------------------------------- replay, settings


def test_a_replay_renews_the_table_of_another_folder(desk: Desk, market: Market, tmp_path: Path) -> None:
    replaced(market, "600111", name="壬子科技")
    run = desk.crawl("companies")
    desk.internet.asked.clear()
    (tmp_path / "other").mkdir()
    write_rows(tmp_path / "other" / "companies", companies(SHARES), [])
    again, other = desk.replay(run, tmp_path / "other")
    assert desk.internet.asked == []
    assert again["state"] == "ok"
    for name in ("companies.tsv", "aliases.tsv"):
        assert (other.data / "companies" / name).read_bytes() == (desk.data / "companies" / name).read_bytes()


def test_the_replay_of_an_older_archive_does_not_bring_old_names_back(
    desk: Desk, market: Market, tmp_path: Path
) -> None:
    old = desk.crawl("companies")
    desk.internet.now = MORNING.replace(day=28)
    replaced(market, "600111", name="壬子科技")
    desk.crawl("companies")
    again = desk.crawler.run(desk.order("companies", replay=old["archive"], port=None))
    assert again["state"] == "trouble"
    assert "名单是 2026-11-26 的，公司表已是 2026-11-28 的，未改动" in again["reason"]
    assert table(desk).name("600111") == "壬子科技"


def test_the_lists_are_replayed_from_their_own_archive_only(desk: Desk, market: Market) -> None:
    run = desk.crawl("companies")
    every = list(load_sources())
    assert in_replay(Path(run["archive"]), every) == ["companies"]
    week = Path(__file__).parents[2] / "demo" / "week.warc.gz"  # it has filings of CNINFO, but no lists
    assert in_replay(week, every) == ["cac", "cninfo", "miit", "nbs", "sasac"]


def test_the_settings_know_the_table_of_the_data_folder(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    assert settings.company_table is None
    write_rows(tmp_path / "companies", companies(SHARES), [])
    assert settings.company_table == tmp_path / "companies"
    assert load_companies(None, settings.company_table).name("600111") == "甲辰股份"
