from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.duplicates import fingerprint
from pipeline.model import SHANGHAI

DAY = datetime(2024, 2, 19, 9, 30, tzinfo=SHANGHAI)
STORY = (
    "国家统计局2月19日发布数据，1月份全国发电量8,120.5亿千瓦时，同比增长6.3%，火电占71.2%，"
    "水电下降12.4%，核电增长5.15%。"
)


def filing(title: str, body: str, code: str = "300288") -> str:
    return fingerprint("cninfo", code, title, DAY, body)


def story(body: str, title: str = "题", source: str = "nbs", published: datetime | None = DAY) -> str:
    return fingerprint(source, None, title, published, body)


def test_a_filing_listed_twice_is_one() -> None:
    assert filing("关于回购的公告", "正文 一。") == filing("关于回购的公告 ", "正文一。")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("关于第二次回购的公告", "关于第三次回购的公告"),
        ("2023年年度报告", "2023年年度报告摘要"),
        ("关于回购的公告", "关于回购的公告（更正后）"),
    ],
)
def test_look_alike_titles_stay_apart(a: str, b: str) -> None:
    assert filing(a, "同样的正文。") != filing(b, "同样的正文。")


def test_filings_of_two_companies_stay_apart() -> None:
    assert filing("公告", "正文。", "300288") != filing("公告", "正文。", "300289")


@pytest.mark.parametrize(
    "told",
    [
        STORY.replace("8,120.5", "8120.5"),
        "央视网消息：" + STORY,
        "【1月发电量出炉】" + STORY,
        STORY.replace("国家统计局2月19日发布数据，", "记者从国家统计局获悉，") + "（记者 某某）",
        STORY.replace("%", "％"),
    ],
)
def test_a_story_reposted_is_one(told: str) -> None:
    assert story(told, title="又一个题", source="miit") == story(STORY)


@pytest.mark.parametrize(
    "other",
    [
        STORY.replace("6.3%", "6.4%"),
        STORY.replace("1月份", "2月份"),
        STORY + "截至3月底另有说明。",
        STORY + "现公布第五批名单。",
        STORY + "现公开征求意见。",
    ],
)
def test_look_alike_stories_stay_apart(other: str) -> None:
    assert story(other) != story(STORY)


def test_a_story_with_few_figures_is_one_only_to_the_letter() -> None:
    text = "两部门印发通知，要求各地把老旧小区的加装电梯放在前面办，先易后难，一件一件办好。"
    assert story(text) == story("央视网消息：" + text)
    assert story(text) != story(text.replace("电梯", "充电桩"))


def test_without_a_text_the_title_and_the_day_are_all_there_is() -> None:
    assert story("") == story(" ", published=DAY + timedelta(hours=1))
    assert story("") != story("", published=DAY + timedelta(days=1))
    assert story("", published=None) != story("")


@given(st.text(max_size=80), st.text(max_size=200))
def test_any_text_gives_one_answer(title: str, body: str) -> None:
    assert story(body, title) == story(body, title)
    assert len(filing(title, body)) == 16
