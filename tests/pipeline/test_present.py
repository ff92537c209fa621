"""Tags and facts in words for an analyst."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable

import pytest

from pipeline.kinds import field_name, value_name
from pipeline.model import UserError
from pipeline.present import Given, article_of, explain, parse_line
from pipeline.tagger import document, load_lexicon
from tests.pipeline.build import article

LEXICON = load_lexicon()


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("net_profit_parent", "归母净利润"),
        ("net_profit_parent_last", "归母净利润上年同期"),
        ("roe_last_restated", "净资产收益率上年同期（调整后）"),
        ("net_profit_max_before_correction", "净利润上限（更正前）"),
        ("price_cap", "价格上限"),
        ("unheard_of", "unheard_of"),
    ],
)
def test_fields_have_names_for_people(field: str, name: str) -> None:
    assert field_name(field) == name


def test_values_that_are_words_of_ours_are_said_in_chinese() -> None:
    assert value_name("stage", "progress") == "进展"
    assert value_name("stage", "草案") == "草案"


def _sources(folder: Traversable) -> Iterator[str]:
    for one in folder.iterdir():
        if one.name.endswith(".py"):
            yield one.read_text(encoding="utf-8")


def test_every_field_that_a_reader_sets_has_a_name() -> None:
    filings = resources.files("pipeline").joinpath("filings")
    set_ = {name for text in _sources(filings) for name in re.findall(r'fields\["([a-z_]+)"\] =', text)}
    assert len(set_) > 30
    assert {name for name in set_ if field_name(name) == name} == set()


def test_an_explanation_reads_as_notes_in_chinese() -> None:
    made = document(
        article(
            title="新炬网络：关于以集中竞价交易方式回购股份方案的公告",
            body="拟回购股份的价格不超过人民币34.58元/股（含）。",
            code="605398",
        ),
        (),
        LEXICON,
    )
    told = explain(made)
    assert "公司：新炬网络（605398） 主体，依据简称" in told
    assert "事实：股份回购（buyback） 新炬网络（605398）" in told
    assert "    价格上限：34.58元/股  ← “34.58元/股”" in told
    assert "    阶段：方案  ← " in told


@pytest.mark.parametrize("code", ["30028", "３００２８８", "SZ300288"])
def test_a_code_that_is_none_is_one_clear_line(code: str) -> None:
    with pytest.raises(UserError, match=f"code '{code}' 不是证券代码；写作六位数字"):
        article_of(Given(id="1", title="", body="", code=code))


def test_a_byte_order_mark_before_the_first_line_does_no_harm() -> None:
    assert parse_line(b'\xef\xbb\xbf{"id": "1", "title": "t", "body": ""}')[0].id == "1"
