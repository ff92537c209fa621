from __future__ import annotations

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import segment

CHINESE = [
    "国务院国资委召开中央企业人工智能专题推进会，要求加快建设一批智能算力中心",
    "公司拟以集中竞价交易方式回购股份，资金总额不低于五千万元且不超过一亿元",
    "四部门联合开展全国数据资源调查，摸清生产存储、流通交易和开发利用的底数",
    "格林美分别净卖出，国际医学院成立，农业银行行长辞职",
]


@pytest.mark.parametrize("text", CHINESE)
def test_equal_to_jieba_on_chinese_text(text: str) -> None:
    assert [word for word, _, _ in segment.cut(text)] == jieba.lcut(text)


@given(st.text(max_size=200))
def test_tokens_are_the_text(text: str) -> None:
    tokens = segment.cut(text)
    assert "".join(word for word, _, _ in tokens) == text
    assert all(text[start:end] == word for word, start, end in tokens)


def test_words_for_the_index_are_lower_case_without_punctuation() -> None:
    assert segment.words("《AI+行动》，2024年 5G") == ["ai", "行动", "2024", "年", "5g"]


@pytest.mark.parametrize(
    ("text", "name", "alone"),
    [
        ("贵州茅台、格林美分别净卖出", "格林美", True),
        ("传农业银行行长被带走", "农业银行", True),
        ("西安国际医学院成立", "国际医学", False),
        ("四方达信披违规", "四方达", False),
        ("控股股东滇中集团将其持有", "中集", False),
        ("增强计算力和记忆力", "算力", False),
        ("和科达拟收购", "和科达", True),
    ],
)
def test_a_name_stands_alone_or_is_a_part_of_another_word(text: str, name: str, alone: bool) -> None:
    start = text.index(name)
    assert segment.stands_alone(text, start, start + len(name)) is alone


def test_no_word_reaches_over_a_blank_that_was_left_out() -> None:
    text = "四方达信披违规"  # 达信 is a word
    assert not segment.stands_alone(text, 0, 3)
    assert segment.stands_alone(text, 0, 3, cuts={3})


def test_commonness_parts_words_from_names() -> None:
    assert segment.commonness("太平洋") > 100
    assert segment.commonness("信息发展") >= 10
    assert segment.commonness("贵州茅台") < 3
