"""The commands that renew the company table and show it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from config import Settings
from pipeline.companies_refresh import write_rows
from pipeline.lexicon_changes import snapshot
from pipeline.tagger import document, load_lexicon
from search.store import Store
from tests.crawlers.company_tables import (
    SHARES,
    companies,
    replaced,
)
from tests.crawlers.conftest import Desk
from tests.crawlers.internet import CHALLENGE, Answer
from tests.crawlers.lists_of_companies import Market, Share
from tests.pipeline.build import article
from tests.test_cli import zhoubao


@pytest.fixture
def other(desk: Desk, market: Market, tmp_path: Path) -> Path:
    """A folder for the command: the small table, and an archived refresh with news to replay."""
    replaced(market, "600111", name="壬子科技")
    market.shares.append(Share("688222", "癸丑生物", listed=date(2026, 11, 25)))
    run = desk.crawl("companies")
    folder = tmp_path / "desk"
    write_rows(folder / "data" / "companies", companies(SHARES), [])
    Path(run["archive"]).rename(folder / "lists.warc.gz")
    return folder


def test_the_command_tells_what_changed(other: Path) -> None:
    done = zhoubao(other, "companies", "refresh", "--replay", "lists.warc.gz")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "新增 1 家：688222 癸丑生物",
        "改名 1 家：600111 甲辰股份 → 壬子科技",
        "公司表：9 家在上市，另有 0 家已不上市（2026-11-26 的名单）",
        "zhoubao retag 会重打提到这些名称的文件",
    ]
    shown = zhoubao(other, "companies", "show", "甲辰股份").stdout
    assert shown.startswith("600111 壬子科技\n")
    assert ["甲辰股份", "曾用名", "2026-11-26"] in [line.split() for line in shown.splitlines()]
    assert "9900000000" in shown
    assert "公司表：9 家在上市，另有 0 家已不上市（2026-11-26 的名单）" in zhoubao(other, "health").stdout
    found = zhoubao(other, "companies", "find", "癸丑").stdout
    assert "688222" in found and "癸丑生物股份有限公司" in found


def test_the_commands_say_where_it_is_not_known_whether_a_share_is_listed(tmp_path: Path) -> None:
    known = [msgspec.structs.replace(c, gone=None if c.board == "B股" else c.gone) for c in companies(SHARES)]
    write_rows(tmp_path / "data" / "companies", known, [])
    told = zhoubao(tmp_path, "companies").stdout.splitlines()
    assert told[0].split() == ["交易所", "板块", "在上市", "其中有全称", "已不上市", "未知", "名单日期"]
    assert ["深交所", "B股", "0", "0", "0", "1", "2026-10-22"] in [line.split() for line in told]
    assert told[-1] == "公司表：6 家在上市，另有 0 家已不上市，2 家是否在上市未知（2026-10-22 的名单）"
    assert zhoubao(tmp_path, "companies", "show", "200111").stdout.startswith(
        "200111 戊申B（是否在上市未知）\n"
    )


def test_a_refresh_that_could_not_use_a_list_says_so_and_ends_with_1(
    desk: Desk, market: Market, tmp_path: Path
) -> None:
    desk.internet.harm("STOCK_TYPE=8", CHALLENGE)
    run = desk.crawl("companies")
    write_rows(tmp_path / "desk" / "data" / "companies", companies(SHARES), [])
    done = zhoubao(tmp_path / "desk", "companies", "refresh", "--replay", run["archive"])
    assert done.returncode == 1
    assert done.stderr.startswith("没有用上：companies.sse_star（科创板名单）：列表自 ")
    assert len(done.stderr.splitlines()) == 1 and "防火墙验证页" in done.stderr
    assert "公司表：8 家在上市" in done.stdout


def test_lists_of_one_host_that_fail_alike_are_told_in_one_line(
    desk: Desk, market: Market, tmp_path: Path
) -> None:
    desk.internet.harm("sseQuery", Answer(status=500))
    run = desk.crawl("companies")
    write_rows(tmp_path / "desk" / "data" / "companies", companies(SHARES), [])
    done = zhoubao(tmp_path / "desk", "companies", "refresh", "--replay", run["archive"])
    (line,) = done.stderr.splitlines()
    assert line.startswith(
        "没有用上：companies.sse_main（上证主板名单）、companies.sse_star（科创板名单）等 3 个栏目：列表自 "
    )
    assert "网站返回错误状态〔http_error：" in line
    assert "Spider closed" in (tmp_path / "desk" / "data" / "logs" / "zhoubao.log").read_text("utf-8")


def test_retag_redoes_what_the_new_table_can_change_and_nothing_else(other: Path) -> None:
    settings = Settings(data=other / "data")
    old = load_lexicon(None, None, settings.company_table)
    texts = {
        "new": "壬子科技公告，拟回购股份。",
        "old": "甲辰股份公告，拟回购股份。",
        "code": "新股（688222）今日上市。",
        "other": "戊申科技公告，拟回购股份。",
    }
    with Store(settings.store_url) as store:
        store.remember_lexicon(old.version, snapshot(old))
        for name, body in texts.items():
            store.put(document(article(id=f"nbs:{name}", body=body), (), old), run=None, page_url=None)
    zhoubao(other, "companies", "refresh", "--replay", "lists.warc.gz")
    done = zhoubao(other, "retag")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[:-1]] == ["nbs:code", "+688222", "nbs:new", "+600111"]
    assert lines[-1] == "重打 3 份，其中 2 份标签有变；1 份不受影响"
    with Store(settings.store_url) as store:
        kept = {d.id: d for d in store.documents()}
    assert kept["nbs:other"].lexicon == old.version != kept["nbs:old"].lexicon
    assert [tag.name for tag in kept["nbs:old"].companies] == ["壬子科技"]
    assert zhoubao(other, "retag").stdout == "没有文件要重打；1 份不受影响\n"
