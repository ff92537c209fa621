from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from config import Settings
from pipeline.model import Document, UserError
from pipeline.tagger import Lexicon
from tests.weekly.documents import FLASH, PLAN, WEEK, Shelf, at, filing, news
from weekly.edits import Edits, load_edits
from weekly.issue import build, why
from weekly.model import Issue
from weekly.render import write


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.model_validate({"watch": {"codes": ["603019", "300002"]}, "weekly": {"out": tmp_path}})


@pytest.fixture(scope="module")
def week(lexicon: Lexicon) -> list[Document]:
    return [
        news(
            lexicon,
            "a",
            "国家数据局印发公共数据开放行动方案",
            "国家数据局印发《公共数据开放行动方案》，建设数据要素市场。",
            "nda",
            at(22),
        ),
        news(
            lexicon,
            "b",
            "国资委召开人工智能推进会",
            "国务院国资委召开人工智能推进会，要求开放人工智能场景。",
            "sasac",
            at(20),
        ),
        news(
            lexicon,
            "c",
            "工业和信息化部启动算力揭榜行动",
            "工业和信息化部启动算力揭榜行动，发展智能算力。",
            "miit",
            at(26),
        ),
        news(
            lexicon,
            "d",
            "1月居民消费价格同比上涨",
            "国家统计局发布，1月居民消费价格同比上涨0.3%。",
            "nbs",
            at(20),
        ),
        filing("buyback", PLAN, "603019", "中科曙光", "1", at(24)),
        filing("earnings_flash", FLASH, "603019", "中科曙光", "2", at(24)),
        filing("earnings_flash", FLASH, "300002", "神 州 泰岳", "3", at(24)),
        filing("earnings_flash", FLASH, "300002", "神州泰岳", "4", at(18)),
    ]


def ids(issue: Issue) -> list[str]:
    return [paragraph.document for paragraph in (*issue.news, *issue.filings)]


def test_the_week_is_monday_to_sunday_and_in_order_of_date(
    week: list[Document], settings: Settings, lexicon: Lexicon
) -> None:
    issue = build(Shelf(week), WEEK, settings, lexicon)
    assert (issue.week, issue.monday, issue.sunday) == ("2024-W08", date(2024, 2, 19), date(2024, 2, 25))
    assert ids(issue) == ["sasac:b", "nda:a", "cninfo:3", "cninfo:1", "cninfo:2"]
    assert issue.filings[0].text.startswith("【神州泰岳】2024年2月24日，")


def test_a_mark_of_the_trading_day_is_no_part_of_a_name(settings: Settings, lexicon: Lexicon) -> None:
    shelf = Shelf([filing("buyback", PLAN, "603019", "XD中科曙", "1", at(24))])
    (paragraph,) = build(shelf, WEEK, settings, lexicon).filings
    assert paragraph.text.startswith("【中科曙光】")


def test_the_order_of_reading_changes_nothing(
    week: list[Document], settings: Settings, lexicon: Lexicon, tmp_path: Path
) -> None:
    first = build(Shelf(week), WEEK, settings, lexicon)
    files = {
        path.suffix: path.read_bytes()
        for path in write(first, ("md", "html", "docx", "json"), tmp_path / "one")
    }
    for seed in range(3):
        shuffled = random.Random(seed).sample(week, len(week))
        again = build(Shelf(shuffled), WEEK, settings, lexicon)
        assert again == first
        for path in write(again, ("md", "html", "docx", "json"), tmp_path / "two"):
            assert path.read_bytes() == files[path.suffix], path


def test_an_empty_week_is_an_issue_all_the_same(settings: Settings, lexicon: Lexicon, tmp_path: Path) -> None:
    issue = build(Shelf([]), WEEK, settings, lexicon)
    assert ids(issue) == []
    (path,) = write(issue, ("md",), tmp_path)
    assert path.read_text("utf-8").count("本周没有入选的条目。") == 2


def test_why_lists_all_that_was_weighed(week: list[Document], settings: Settings, lexicon: Lexicon) -> None:
    told = why(build(Shelf(week), WEEK, settings, lexicon))
    assert "行业要闻：3 条候选" in told
    assert "重点公司公告：3 条候选" in told
    line = next(line for line in told.splitlines() if "nbs:d" in line)
    assert "低于分数线" in line
    assert "扣分-0.80（统计数据：居民消费价格）" in told


def test_the_editors_file_has_the_last_word(
    week: list[Document], settings: Settings, lexicon: Lexicon, tmp_path: Path
) -> None:
    (tmp_path / "2024-W08.edits.yaml").write_text(
        "news:\n  pin: [nbs:d, miit:c]\n  exclude: [nda:a]\n  order: [nbs:d]\n"
        "filings:\n  pin: [cninfo:4]\n  exclude: [cninfo:1]\n  order: [cninfo:2, cninfo:4]\n",
        "utf-8",
    )
    issue = build(Shelf(week), WEEK, settings, lexicon)
    assert ids(issue) == ["nbs:d", "sasac:b", "miit:c", "cninfo:2", "cninfo:4"]
    outcome = {candidate.document: candidate.outcome for candidate in issue.considered}
    assert (outcome["nbs:d"], outcome["nda:a"], outcome["cninfo:3"]) == ("pinned", "excluded", "repeated")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("news: {pins: [a:b]}", "news.pins：没有这个键"),
        ("news: {pin: [没有冒号]}", "应是文档编号"),
        ("news: {pin: [a:b], exclude: [a:b]}", "既在 pin 又在 exclude"),
        ("news: {pin: a}", "应是文档编号的列表"),
        ("- a", "应是"),
        ("news: [", "第 1 行：不是合法的 YAML"),
        ("news: {pin: [a:b]}\nnews: {exclude: [a:c]}", "第 2 行：不是合法的 YAML（news 写了两次）"),
    ],
)
def test_a_wrong_editors_file_is_one_line_that_names_it(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "2024-W08.edits.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(UserError) as error:
        load_edits(tmp_path, WEEK)
    assert str(path) in str(error.value)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_an_id_that_is_nowhere_or_in_the_wrong_section_is_told(
    week: list[Document], settings: Settings, lexicon: Lexicon
) -> None:
    with pytest.raises(UserError, match="sasac:zzz 不在库里"):
        build(
            Shelf(week), WEEK, settings, lexicon, Edits.model_validate({"news": {"exclude": ["sasac:zzz"]}})
        )
    with pytest.raises(UserError, match="cninfo:1 不是机构要闻"):
        build(Shelf(week), WEEK, settings, lexicon, Edits.model_validate({"news": {"pin": ["cninfo:1"]}}))
