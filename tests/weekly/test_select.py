from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from config import Settings, Watch
from pipeline.model import Document, Fact, UserError
from pipeline.tagger import Lexicon
from tests.weekly.documents import FLASH, PLAN, at, filing, news
from weekly.desk import Desk
from weekly.edits import Section
from weekly.select import Weighed, check_watch, filings, weigh_news
from weekly.select import news as select_news

NONE = Section()
GOOD = "近日，国家数据局印发《公共数据开放行动方案》，要求加快公共数据资源开发利用，建设数据要素市场。"


def watching(*codes: str, sectors: tuple[str, ...] = (), **weekly: object) -> Settings:
    return Settings.model_validate({"watch": Watch(codes=codes, sectors=sectors), "weekly": weekly})


def outcomes(weighed: list[Weighed]) -> dict[str, str]:
    return {item.document.id: item.outcome for item in weighed}


RELEVANT = [
    ("国家数据局印发公共数据开放行动方案", GOOD),
    (
        "工业和信息化部启动算力揭榜行动",
        "工业和信息化部日前启动算力揭榜行动，突破一批算力加速技术，发展智能算力。",
    ),
    (
        "一季度软件业务收入同比增长一成",
        "工业和信息化部数据显示，一季度软件业务收入同比增长一成，利润同步增长。",
    ),
    ("国资委召开人工智能推进会", "国务院国资委召开中央企业人工智能推进会，要求开放人工智能应用场景。"),
]
IRRELEVANT = [
    ("1月居民消费价格同比上涨", "国家统计局发布数据显示，1月居民消费价格同比上涨0.3%。"),
    ("工业和信息化部关于两名同志任免职的公告", "经研究，任命两名同志为副司长。"),
    ("网信部门约谈三家平台", "国家网信办依法约谈三家平台，责令整改人工智能生成的违法信息。"),
    ("春节期间走访慰问困难职工", "工业和信息化部负责同志走访慰问困难职工，送去节日问候。"),
    ("英国国家统计局发布人工智能产业数据", "英国国家统计局公布的数据显示，人工智能产业增长一成。"),
    ("国资委召开党建工作会议", "国务院国资委召开党建工作会议，学习贯彻有关精神。"),
    ("水利部门完成泉水调查", "水利部完成首次泉水调查，应用了人工智能、北斗、遥感等技术。"),
]


@pytest.mark.parametrize(("title", "body"), RELEVANT)
@pytest.mark.parametrize(("other", "text"), IRRELEVANT)
def test_what_matters_stands_before_what_does_not(
    lexicon: Lexicon, desk: Desk, title: str, body: str, other: str, text: str
) -> None:
    good = weigh_news(news(lexicon, "a", title, body), desk).score.total
    bad = weigh_news(news(lexicon, "b", other, text), desk).score.total
    assert good >= 1.0 > bad, (good, bad)


def test_parts_add_up_and_name_their_cause(lexicon: Lexicon, desk: Desk) -> None:
    score = weigh_news(news(lexicon, "a", *RELEVANT[0], source="nda"), desk).score
    assert score.total == round(sum(part.value for part in score.parts), 3)
    causes = {part.name: part.why for part in score.parts}
    assert causes["主题"] == "数据要素"
    assert causes["行为"] == "印发"
    assert causes["机构"] == "国家数据局"


def test_limit_and_line(lexicon: Lexicon, desk: Desk) -> None:
    items = [
        news(lexicon, f"a{n}", title, body) for n, (title, body) in enumerate([*RELEVANT, IRRELEVANT[0]])
    ]
    weighed = select_news(items, watching(news={"limit": 2}), desk, NONE)
    assert [item.outcome for item in weighed] == ["chosen", "chosen", "limit", "limit", "min_score"]
    assert [item.score.total for item in weighed] == sorted((i.score.total for i in weighed), reverse=True)


def test_a_story_is_told_once_and_a_draft_is_another_story(lexicon: Lexicon, desk: Desk) -> None:
    title = "国家数据局印发《公共数据开放行动方案》"
    first = news(lexicon, "a", title, GOOD, "nda", at(21))
    again = news(lexicon, "b", "《公共数据开放行动方案》发布", GOOD + "记者对此作了报道。", "miit", at(22))
    draft = news(
        lexicon,
        "c",
        "《公共数据开放行动方案（征求意见稿）》公开征求意见",
        "国家数据局起草了《公共数据开放行动方案（征求意见稿）》，现公开征求意见，推动公共数据开发利用。",
        "nda",
    )
    weighed = select_news([again, draft, first], watching(news={"limit": 9}), desk, NONE)
    assert outcomes(weighed) == {"nda:a": "chosen", "miit:b": "repeated", "nda:c": "chosen"}
    assert next(w.same_as for w in weighed if w.outcome == "repeated") == "nda:a"


def test_what_the_site_took_away_is_not_printed(lexicon: Lexicon, desk: Desk) -> None:
    item = news(lexicon, "a", *RELEVANT[0])
    gone = msgspec.structs.replace(item, withdrawn=datetime(2024, 2, 22, tzinfo=UTC))
    assert outcomes(select_news([gone], watching(), desk, NONE)) == {"miit:a": "withdrawn"}


def test_the_editor_pins_and_excludes(lexicon: Lexicon, desk: Desk) -> None:
    items = [
        news(lexicon, f"a{n}", title, body)
        for n, (title, body) in enumerate([RELEVANT[0], RELEVANT[1], IRRELEVANT[0]])
    ]
    edits = Section(pin=("miit:a2",), exclude=("miit:a0",))
    weighed = select_news(items, watching(news={"limit": 2}), desk, edits)
    assert outcomes(weighed) == {"miit:a0": "excluded", "miit:a1": "chosen", "miit:a2": "pinned"}


# ------------------------------------------------------------------ filings


def chosen(documents: list[Document], settings: Settings, lexicon: Lexicon, desk: Desk) -> dict[str, str]:
    return outcomes(filings(documents, settings, lexicon.companies.table, desk, NONE))


def test_only_watched_companies_and_wanted_kinds(lexicon: Lexicon, desk: Desk) -> None:
    documents = [
        filing("buyback", PLAN, "603019", name="1"),
        filing("buyback", PLAN, "600519", name="2"),
        filing("pledge", {"shares": ("100", "股")}, "603019", name="3"),
        filing("buyback", {"stage": "plan"}, "300002", name="4"),
    ]
    assert chosen(documents, watching("603019", "300002"), lexicon, desk) == {
        "cninfo:1": "chosen",
        "cninfo:4": "no_fact",
    }
    assert set(chosen(documents, watching(), lexicon, desk)) == {"cninfo:1", "cninfo:2", "cninfo:4"}


def test_a_sector_is_watched_as_a_whole_and_ranks_after_a_code(lexicon: Lexicon, desk: Desk) -> None:
    sector = lexicon.companies.table.sector("603019")
    assert sector
    documents = [filing("buyback", PLAN, "603019", name="1"), filing("buyback", PLAN, "000001", name="2")]
    by_sector = filings(documents, watching(sectors=(sector,)), lexicon.companies.table, desk, NONE)
    by_code = filings(documents, watching("603019"), lexicon.companies.table, desk, NONE)
    assert outcomes(by_sector) == outcomes(by_code) == {"cninfo:1": "chosen"}
    assert by_code[0].score.total > by_sector[0].score.total


def test_a_former_code_is_watched_under_the_one_in_use(lexicon: Lexicon, desk: Desk) -> None:
    table = lexicon.companies.table
    documents = [filing("buyback", PLAN, "920047", name="1")]
    assert outcomes(filings(documents, watching("430047"), table, desk, NONE)) == {"cninfo:1": "chosen"}


def test_what_the_watch_list_names_and_the_table_does_not_know_is_told(lexicon: Lexicon) -> None:
    table = lexicon.companies.table
    watch = Watch(codes=("603019", "430047", "300000"), sectors=("软件",))
    assert check_watch(watch, table) == ["watch.codes：公司表里没有 300000；写错了请改，新上市的照常关注"]
    with pytest.raises(UserError, match="没有公司属于“软件和信息服务业”；相近的有 软件和信息技术服务业"):
        check_watch(Watch(sectors=("软件", "软件和信息服务业")), table)


def test_one_paragraph_a_company_and_kind(lexicon: Lexicon, desk: Desk) -> None:
    documents = [
        filing("buyback", PLAN | {"stage": "progress"}, name="1"),
        filing("buyback", PLAN, name="2", published=at(23)),
        filing("earnings_flash", FLASH, name="3"),
    ]
    assert chosen(documents, watching("603019"), lexicon, desk) == {
        "cninfo:1": "repeated",
        "cninfo:2": "chosen",
        "cninfo:3": "chosen",
    }


def test_rows_of_a_notice_belong_to_their_companies_and_yield_to_the_companys_own_filing(
    lexicon: Lexicon, desk: Desk
) -> None:
    own = filing("algorithm_registration", {"batch": "第四批", "name": "甲算法"}, "603019", name="1")
    row = own.facts[0]
    notice = msgspec.structs.replace(
        news(lexicon, "n", "第四批深度合成服务算法备案信息", own.body, "cac"),
        facts=(
            row,
            msgspec.structs.replace(row, company="300002"),
            Fact(kind=row.kind, company=None, fields=row.fields),
        ),
    )
    weighed = filings([notice, own], watching("603019", "300002"), lexicon.companies.table, desk, NONE)
    assert [(w.document.id, w.code, w.outcome) for w in weighed] == [
        ("cninfo:1", "603019", "chosen"),
        ("cac:n", "300002", "chosen"),
        ("cac:n", "603019", "repeated"),
    ]


def test_the_limit_keeps_the_best(lexicon: Lexicon, desk: Desk) -> None:
    documents = [
        filing("buyback", PLAN | {"stage": "progress"}, "603019", name="1"),
        filing("buyback", PLAN, "300002", name="2"),
        filing("earnings_flash", FLASH, "000977", name="3"),
    ]
    settings = watching("603019", "300002", "000977", filings={"limit": 2})
    assert chosen(documents, settings, lexicon, desk) == {
        "cninfo:2": "chosen",
        "cninfo:3": "chosen",
        "cninfo:1": "limit",
    }
