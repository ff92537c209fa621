"""What a refresh from the lists of companies brings to the table."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from pipeline.companies import Matcher
from pipeline.companies_refresh import Reading, changes, renewed, write_rows
from pipeline.companies_table import Company, Other, load_companies
from pipeline.model import Issuer
from tests.crawlers.company_tables import (
    BEFORE,
    MORNING,
    SHARES,
    companies,
    former,
    replaced,
    table,
)
from tests.crawlers.conftest import Desk
from tests.crawlers.internet import Answer
from tests.crawlers.lists_of_companies import Market, Share


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
