"""Losses told in the news. All companies and figures are made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.filings.losses import facts
from pipeline.filings.record import Filing


def read(title: str, text: str) -> list[dict[str, str]]:
    made = []
    for fact in facts(Filing(title, text)):
        shown = {}
        for name, value in fact.fields.items():
            parts = value if isinstance(value, tuple) else (value,)
            for part in parts:
                where = title if part.field == "title" else text
                assert where[part.start : part.end] == part.text
            shown[name] = " / ".join(part.text for part in parts)
        made.append(shown)
    return made


def test_loss_after_a_profit() -> None:
    assert read(
        "青禾智能2020年上半年亏损464万由盈转亏",
        "某网 9月7日，青禾智能（870000）近日发布2020年半年度报告，2020年上半年公司实现营业收入17,796.91元，同比下滑10.51%；"
        "实现归属于挂牌公司股东的净利润-4,640,191.79元，较上年同期由盈转亏。",
    ) == [
        {
            "holder": "青禾智能",
            "disclosed": "近日",
            "period": "2020年半年度",
            "net_loss": "4,640,191.79元",
            "change": "由盈转亏",
        }
    ]


def test_last_years_loss_is_a_loss_of_its_own() -> None:
    found = read(
        "白石股份：预计2020年前三季度净利润亏损4350万元~5000万元",
        "快讯，白石股份（SZ 000000，收盘价：9.38元）10月14日晚间发布业绩预告，预计2020年前三季度归属于上市公司股东的净利润"
        "亏损4350万元~5000万元，上年同期亏损931万元。基本每股收益亏损约0.12元。",
    )
    assert [(loss["period"], loss["net_loss"]) for loss in found] == [
        ("2020年前三季度", "4350万元 / 5000万元"),
        ("上年同期", "931万元"),
    ]
    assert {loss["disclosed"] for loss in found} == {"10月14日晚间"}


def test_loss_that_narrows() -> None:
    found = read(
        "远山控股(01000)中期股东应占亏损同比收窄28.29%至889.5万元",
        "远山控股(01000)发布2020年中期业绩，期内收入约3042.4万元，股东应占亏损889.5万元，同比收窄28.29%，每股亏损0.01元。",
    )
    assert [(loss["net_loss"], loss["change"]) for loss in found] == [("889.5万元", "同比收窄28.29%")]


@pytest.mark.parametrize(
    "text",
    [
        "青禾智能（870000）近日发布2020年半年度报告，归属于挂牌公司股东的净利润4,640,191.79元，同比增长5%。",
        "青禾智能（870000）公告，每股亏损0.11元。",
        "青禾智能（870000）公告，公司计提减值准备3.00亿元。",
        "",
    ],
)
def test_no_loss_no_fact(text: str) -> None:
    assert read("青禾智能公告", text) == []


@given(
    st.text(
        alphabet="青禾股份亏损净利润归母同比收窄由盈转亏上年同期2020年半度报告发布，。()0123456789.万亿元%-~",
        max_size=200,
    )
)
def test_any_words_give_verbatim_evidence_or_nothing(text: str) -> None:
    read("", text)
