"""Letters of exchanges. All companies and numbers are made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.filings.inquiry import facts
from pipeline.filings.record import Filing
from tests.pipeline.filings.told import GARBAGE, told


def test_delay_of_a_reply() -> None:
    assert told(
        facts,
        "青禾智能股份有限公司（以下简称“公司”）于2026年4月21日收到深圳证券交易所上市公司管理一部下发的《关于对青禾智能股份有限公司的关注函》"
        "（公司部关注函〔2026〕第 6 号），要求公司在2026年4月28日前报送有关说明材料。公司申请延期回复。",
        "关于延期回复深圳证券交易所关注函的公告",
    ) == [
        {
            "from": "深圳证券交易所上市公司管理一部",
            "subject": "《关于对青禾智能股份有限公司的关注函》",
            "letter_no": "公司部关注函〔2026〕第6号".replace("〔", "〔"),
            "received_on": "2026-04-21",
            "reply_by": "2026-04-28",
            "stage": "delay",
        }
    ]


def test_what_the_news_says() -> None:
    (letter,) = told(facts, "上交所对远山股份下发问询函。要求说明股份质押、减持情况。")
    assert letter == {"from": "上交所", "stage": "issued"}


@pytest.mark.parametrize(
    ("text", "sender"),
    [
        (
            "公司收到中国证券监督管理委员会江苏监管局出具的《监管关注函》。",
            "中国证券监督管理委员会江苏监管局",
        ),
        ("公司于近日收到内蒙古证监局下发的监管问询函。", "内蒙古证监局"),
        (
            "公司收到中国证监会深圳监管局上市公司监管处下发的监管关注函。",
            "中国证监会深圳监管局上市公司监管处",
        ),
        ("公司收到中国证监会出具的反馈意见函。", "中国证监会"),
    ],
)
def test_a_bureau_of_the_regulator_is_the_sender(text: str, sender: str) -> None:
    (letter,) = told(facts, text)
    assert letter["from"] == sender


def test_reply_without_a_sender() -> None:
    assert told(facts, "远山股份回复关注函，公司目前供应声学模组。") == [{"stage": "reply"}]


@given(st.text(alphabet=GARBAGE, max_size=200))
def test_garbage_raises_nothing_and_shows_its_words(text: str) -> None:
    told(facts, text)


@given(st.text(max_size=120))
def test_no_fact_of_other_text(text: str) -> None:
    assert facts(Filing("", text)) == []
