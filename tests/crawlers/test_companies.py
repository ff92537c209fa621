"""The company table is renewed from the lists of companies, and from whole ones only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from config import Settings
from crawlers.health import health
from crawlers.run import in_replay
from crawlers.sources import load_sources
from pipeline.companies import Matcher
from pipeline.companies_refresh import Reading, changes, place_of, renewed, write_rows
from pipeline.companies_table import Company, CompanyTable, Other, load_companies, read_rows, read_table
from pipeline.lexicon_changes import snapshot
from pipeline.model import SHANGHAI, Issuer
from pipeline.tagger import document, load_lexicon
from search.store import Store
from tests.crawlers.conftest import Desk
from tests.crawlers.internet import CHALLENGE, Answer
from tests.crawlers.lists_of_companies import Market, Share
from tests.pipeline.build import article
from tests.test_cli import zhoubao

MORNING = datetime(2026, 11, 26, 6, 40, tzinfo=SHANGHAI)
BEFORE = date(2026, 10, 22)
SHARES = [
    Share("600111", "甲辰股份"),
    Share("600112", "乙巳重工"),
    Share("688111", "丁未芯片"),
    Share("900911", "甲辰B股"),
    Share("000111", "戊申科技"),
    Share("300111", "己酉智能", board="创业板"),
    Share("200111", "戊申B"),
    Share("920111", "庚戌软件"),
]


def companies(shares: Sequence[Share], as_of: date = BEFORE) -> list[Company]:
    made = []
    for share in shares:
        place = place_of(share.code)
        assert place is not None
        made.append(
            Company(code=share.code, exchange=place[0], board=place[1], short=share.name, as_of=as_of)
        )
    return made


def table(desk: Desk) -> CompanyTable:
    return read_table(desk.data / "companies")


def former(desk: Desk) -> list[tuple[str, str, str, date | None]]:
    return [(o.code, o.text, o.kind, o.until) for o in read_rows(desk.data / "companies")[1]]


def sentence(desk: Desk, column: str) -> str | None:
    with desk.store() as store:
        (found,) = health(store, {"companies": load_sources()["companies"]}, desk.internet.now)
    return next(c.sentence for c in found.columns if c.column == f"companies.{column}")


@pytest.fixture
def market(desk: Desk) -> Market:
    desk.internet.now = MORNING
    write_rows(desk.data / "companies", companies(SHARES), [])
    market = Market(shares=[replace(share) for share in SHARES])
    desk.internet.add(market)
    return market


def replaced(market: Market, code: str, **new: Any) -> None:
    (old,) = (share for share in market.shares if share.code == code)
    new = {"name": old.name, "listed": old.listed, "board": old.board} | new
    market.shares[market.shares.index(old)] = Share(code, **new)


# ---------------------------------------------------------------- what a refresh brings


def test_a_refresh_reads_every_list_and_learns_full_names_numbers_and_days(
    desk: Desk, market: Market
) -> None:
    run = desk.crawl("companies")
    assert (run["state"], run["reason"]) == ("ok", None)
    assert run["outcomes"] == {"list": 9, "warm_up": 1, "robots_txt": 4}
    found = table(desk).companies
    assert found.keys() == {share.code for share in SHARES}
    assert found["600111"] == Company(
        code="600111",
        exchange="SSE",
        board="主板",
        short="甲辰股份",
        full="甲辰股份股份有限公司",
        industry="制造业",
        listed=date(2010, 5, 6),
        org_id="9900000000",
        as_of=MORNING.date(),
    )
    assert found["920111"].listed == date(2010, 5, 6)
    assert found["200111"].full == "戊申B股份有限公司"
    assert desk.documents() == []
    asked = {one.path: one for one in desk.internet.asked}
    assert asked["/sseQuery/commonQuery.do"].headers["referer"] == "https://www.sse.com.cn/"
    assert (
        asked["/nqxxController/nqxxCnzq.do"].headers["referer"] == "https://www.bse.cn/nq/listedcompany.html"
    )


def test_a_new_company_a_new_name_and_one_that_is_listed_no_more(desk: Desk, market: Market) -> None:
    replaced(market, "600111", name="壬子科技", full="壬子科技股份有限公司")
    replaced(market, "000111", name="戊申科技", only_cninfo=True)
    market.shares.append(Share("688222", "癸丑生物", listed=date(2026, 11, 25)))
    desk.crawl("companies")
    found = table(desk)
    assert found.name("600111") == "壬子科技"
    assert found.name("688222") == "癸丑生物"
    assert [c.code for c in found.companies.values() if c.gone] == ["000111"]
    assert former(desk) == [("600111", "甲辰股份", "former_short", MORNING.date())]
    matcher = Matcher(found)
    for text in ("甲辰股份公告", "壬子科技公告", "壬子科技股份有限公司公告"):
        assert [tag.code for tag in matcher.tag("", text)] == ["600111"], text


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("600111", "XD甲辰股"),
        ("600111", "XR甲辰股"),
        ("600111", "DR甲辰股"),
        ("600112", "*ST乙巳"),
        ("600112", "ST乙重"),
        ("688111", "丁未芯片-U"),
        ("688111", "丁未芯片-UW"),
        ("000111", "*ST戊申"),
        ("000111", "戊申退"),
        ("300111", "*ST己酉"),
    ],
)
def test_a_mark_never_becomes_a_name(desk: Desk, market: Market, code: str, printed: str) -> None:
    name = table(desk).name(code)
    (share,) = (share for share in market.shares if share.code == code)
    share.printed = printed
    assert desk.crawl("companies")["state"] == "ok"
    found = table(desk)
    assert found.name(code) == name
    assert former(desk) == []
    marked = found.companies[code].marked
    assert marked == (None if printed[:2] in ("XD", "XR", "DR") else printed)
    # What is printed is recognised all the same; the day's mark tells nothing of the name behind it.
    assert [n.text for n in found.names if n.how == "marked" and not n.derived] == (
        [marked] if marked else []
    )


@pytest.mark.parametrize("printed", ["N癸丑生物", "C癸丑生"])
def test_the_first_days_of_a_share_give_it_no_name(desk: Desk, market: Market, printed: str) -> None:
    market.shares.append(Share("688222", "癸丑生物", printed=printed, listed=date(2026, 11, 25)))
    desk.internet.harm("szse_stock.json", Answer(status=500))  # whose list would give the name
    desk.crawl("companies")
    new = table(desk).companies["688222"]
    assert (new.short, new.marked, new.full) == ("", None, "癸丑生物股份有限公司")
    desk.internet.heal()
    desk.crawl("companies")
    assert table(desk).companies["688222"].short == "癸丑生物"
    assert former(desk) == []


def test_a_name_that_a_mark_left_alone_names_nobody(desk: Desk, market: Market) -> None:
    """Nothing but *ST子丑 is known: 子丑 is too little to find a company by; the full name says more."""
    market.shares.append(Share("600222", "子丑", printed="*ST子丑", full="吉林子丑实业股份有限公司"))
    desk.crawl("companies")
    found = table(desk)
    assert found.name("600222") == "*ST子丑"
    assert {n.text for n in found.names if n.code == "600222"} == {
        "*ST子丑", "ST子丑", "吉林子丑实业股份有限公司", "吉林子丑实业", "子丑实业"
    }  # fmt: skip
    replaced(market, "600222", name="子丑实业")
    desk.crawl("companies")
    assert table(desk).name("600222") == "子丑实业"
    assert former(desk) == [("600222", "*ST子丑", "marked", MORNING.date()),
                            ("600222", "吉林子丑实业股份有限公司", "former_full", MORNING.date())]  # fmt: skip


def test_the_exchanges_word_on_renamings_gives_the_days(desk: Desk, market: Market) -> None:
    market.renamed = [
        ("2024-03-08", "000111", "戊申科技", "ST戊申", "戊申科技"),
        ("2023-05-05", "000111", "戊申科技", "戊申实业", "ST戊申"),
        ("2019-01-02", "000111", "戊申科技", "XD戊申实", "戊申实业"),
        ("2020-01-02", "000999", "没有这家", "甲", "乙"),
    ]
    market.renamed_full = [
        ("2024-03-01", "000111", "戊申科技", "戊申实业股份有限公司", "戊申科技股份有限公司")
    ]
    desk.crawl("companies")
    assert former(desk) == [
        ("000111", "ST戊申", "marked", date(2024, 3, 7)),
        ("000111", "戊申实业", "former_short", date(2023, 5, 4)),
        ("000111", "戊申实业股份有限公司", "former_full", date(2024, 2, 29)),
    ]


def test_what_stands_under_a_mark_is_the_name_that_the_exchange_says_was_changed(
    desk: Desk, market: Market
) -> None:
    """A table that knew the share only as ST戊申 learns from the list of renamings what it is called."""
    write_rows(
        desk.data / "companies",
        [c for c in companies(SHARES) if c.code != "000111"]
        + [Company(code="000111", exchange="SZSE", board="主板", short="ST戊申", as_of=BEFORE)],
        [],
    )
    replaced(market, "000111", name="戊申", printed="ST戊申")
    market.renamed = [("2023-05-05", "000111", "ST戊申", "戊申科技", "ST戊申")]
    desk.crawl("companies")
    assert (table(desk).name("000111"), table(desk).companies["000111"].marked) == ("戊申科技", "ST戊申")
    assert former(desk) == []


def test_what_was_not_known_of_a_share_is_learnt_and_is_no_news(desk: Desk, market: Market) -> None:
    known = {c.code: c for c in companies([*SHARES, Share("200112", "己巳B")])}
    for code in ("200111", "200112"):
        known[code] = msgspec.structs.replace(known[code], gone=None)
    write_rows(desk.data / "companies", list(known.values()), [])
    desk.crawl("companies")
    found = table(desk).companies
    assert {code: found[code].gone for code in ("200111", "200112")} == {"200111": False, "200112": True}
    assert changes(known.values(), found.values()).gone == ()


def test_a_list_that_holds_delisted_shares_too_does_not_say_which_are_listed() -> None:
    reading = Reading(
        issuers=(Issuer(code="000222", short="丙子机械"),), boards=("SZSE 主板",), delisted=True
    )
    (company,), _ = renewed([], [], [reading], BEFORE)
    assert company.gone is None


def test_an_old_beijing_code_is_taken_for_its_new_one(desk: Desk, market: Market) -> None:
    write_rows(
        desk.data / "companies",
        companies(SHARES),
        [Other(code="920111", text="830111", kind="old_code")],
    )
    desk.crawl("companies")
    assert table(desk).current("830111") == "920111"


def test_a_refresh_without_news_leaves_the_lexicon_as_it_was(desk: Desk, market: Market) -> None:
    desk.crawl("companies")
    version = table(desk).version
    desk.internet.now = MORNING.replace(day=27)
    desk.crawl("companies")
    assert table(desk).version == version
    assert table(desk).as_of == date(2026, 11, 27)


def test_the_bundled_table_is_what_a_first_refresh_starts_from(desk: Desk) -> None:
    desk.internet.now = MORNING
    known = load_companies()
    market = Market(
        shares=[
            Share(c.code, c.short, printed=c.marked or c.short, full=f"全称{c.code}股份有限公司")
            for c in known.companies.values()
            if not c.gone and c.short
        ]
    )
    desk.internet.add(market)
    replaced(market, "300288", name="朗玛信息", full="贵阳朗玛信息技术股份有限公司")
    desk.crawl("companies")
    found = table(desk)
    assert len(found.companies) == len(known.companies)
    assert found.name("601398") == "工商银行"
    assert {c.code for c in found.companies.values() if c.gone} == {
        c.code for c in known.companies.values() if c.gone or not c.short
    }
    assert [tag.code for tag in Matcher(found).tag("", "贵阳朗玛信息技术股份有限公司发布")] == ["300288"]
    assert found.current("430047") == "920047"
    assert found.sector("002439") == "软件和信息技术服务业"


# ---------------------------------------------------------------- what changes nothing


MANY = [Share(f"60{n:04d}", f"甲{chr(0x4E00 + n)}股份") for n in range(200)]


def cut(asked: object, answer: Answer) -> Answer:
    return Answer(answer.data[: len(answer.data) // 2], type=answer.type)


def half(asked: object, answer: Answer) -> Answer:
    """A list of half the companies that says it is the whole."""
    import json

    rows = json.loads(answer.data)["result"]
    rows = rows[: len(rows) // 2]
    return Answer(
        json.dumps({"result": rows, "pageHelp": {"pageNo": 1, "pageCount": 1, "total": len(rows)}}),
        type=answer.type,
    )


def promised(asked: object, answer: Answer) -> Answer:
    """The first half of a list that promises more, and no further page."""
    import json

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


# ---------------------------------------------------------------- the commands


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
