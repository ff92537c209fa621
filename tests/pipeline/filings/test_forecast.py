"""Earnings forecasts in sentences, their periods, and what is none. All companies and figures are made up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pipeline.filings.forecasts import YEAR, read


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "预计2022年度实现归属于上市公司股东的净利润为1.35亿元至1.55亿元，与上年同期相比增加4830.50万元至6830.50万元，同比增长55.72%至78.79%。",
            {
                **YEAR,
                "type": "预增",
                "net_profit_min": "1.35亿元",
                "net_profit_max": "1.55亿元",
                "increase_min": "4830.50万元",
                "increase_max": "6830.50万元",
                "change_min": "55.72%",
                "change_max": "78.79%",
            },
        ),
        (
            "预计2022年净亏损19亿元-27亿元，去年同期亏损19.4亿元。",
            {
                **YEAR,
                "type": "续亏",
                "net_profit_min": "-27亿元",
                "net_profit_max": "-19亿元",
                "last_year_net_profit": "-19.4亿元",
            },
        ),
        (
            "预计2022年度归属于上市公司股东的净利润亏损5343万元~6353万元，上年同期盈利46.77万元，由盈转亏；基本每股收益亏损0.09元~0.11元。",
            {
                **YEAR,
                "type": "首亏",
                "net_profit_min": "-6353万元",
                "net_profit_max": "-5343万元",
                "last_year_net_profit": "46.77万元",
                "eps_min": "-0.11元",
                "eps_max": "-0.09元",
            },
        ),
        (
            "预计2022年归母净利润-1500.00万至-1100.00万，同比变动-138.31%至-74.76%，行业平均净利润增长率为-25.95%。",
            {
                **YEAR,
                "net_profit_min": "-1500.00万",
                "net_profit_max": "-1100.00万",
                "change_min": "-138.31%",
                "change_max": "-74.76%",
            },
        ),
        (
            "预计2022年度净利润盈利1.65亿元–1.85亿元，比上年同期下降39.83%–46.33%；扣除非经常性损益后的净利润盈利1.75亿元–1.95亿元。",
            {
                **YEAR,
                "type": "略减",
                "net_profit_min": "1.65亿元",
                "net_profit_max": "1.85亿元",
                "change_min": "-46.33%",
                "change_max": "-39.83%",
                "ex_nonrecurring_min": "1.75亿元",
                "ex_nonrecurring_max": "1.95亿元",
            },
        ),
        (
            "预计2022年度归属于上市公司股东的净利润与上年同期（法定披露数据）相比将增加126.84亿元人民币～158.55亿元人民币，同比增加80%～100%。",
            {
                **YEAR,
                "type": "预增",
                "increase_min": "126.84亿元人民币",
                "increase_max": "158.55亿元人民币",
                "change_min": "80%",
                "change_max": "100%",
            },
        ),
        (
            "预计2022年净利润为3150.00万元~3650.00万元，去年同期净利润为2910.40万元，扣非后净利润变动342.03%~412.19%",
            {
                **YEAR,
                "net_profit_min": "3150.00万元",
                "net_profit_max": "3650.00万元",
                "last_year_net_profit": "2910.40万元",
                "ex_nonrecurring_change_min": "342.03%",
                "ex_nonrecurring_change_max": "412.19%",
            },
        ),
        (
            "预计2022年度归属于上市公司股东的净利润不低于5,000万元。",
            {**YEAR, "net_profit_min": "5000万元"},
        ),
        (
            "预计2022年度归属于上市公司股东的净利润为2.62亿元，同比增长约62%。",
            {
                **YEAR,
                "type": "预增",
                "net_profit_min": "2.62亿元",
                "net_profit_max": "2.62亿元",
                "change_min": "62%",
                "change_max": "62%",
            },
        ),
    ],
)
def test_sentences(text: str, wanted: dict[str, str]) -> None:
    assert read(text) == wanted


def test_last_years_section_on_a_line_without_breaks() -> None:
    text = (
        "一、本期业绩预计情况 1.业绩预告期间:2022年1月1日至2022年12月31日。 2.预计归属于上市公司股东的净利润比上年同期下降幅度为0%-30%。 "
        "二、上年同期（2021年1月1日至2021年12月31日）业绩: 1、归属于上市公司股东的净利润为人民币115,966,282.95元。 2、基本每股收益:0.97元。"
    )
    assert read(text)["last_year_net_profit"] == "115966282.95元"


def test_quarter_alone_is_left_out() -> None:
    found = read(
        "预计2022年前三季度归属于上市公司股东的净利润亏损5343万元~6353万元。预计2022年第三季度归属于上市公司股东的净利润2090万元~3100万元，同比变化-13.28%~28.63%。",
        "某某股份：2022年前三季度业绩预告",
    )
    assert found["period"] == "2022-01-01/2022-09-30"
    assert (found["net_profit_min"], found["net_profit_max"]) == ("-6353万元", "-5343万元")
    assert "change_min" not in found


@pytest.mark.parametrize(
    ("title", "text", "period"),
    [
        (
            "2013年三季度业绩预告修正公告",
            "业绩预告期间：2013年1月1日至2013年9月30日\n",
            "2013-01-01/2013-09-30",
        ),
        ("2013年三季度业绩预告", "业绩预告期间：2013年7月1日-9月30日\n", "2013-07-01/2013-09-30"),
        ("2013年第三季度业绩预告", "项目 本报告期（2013年1月-9月） 上年同期\n", "2013-01-01/2013-09-30"),
        ("2013年第三季度业绩预告", "项目 2013年7-9月 上年同期\n", "2013-07-01/2013-09-30"),
        ("2013年半年度业绩预告", "业绩预告期间为2013年1月1日至6月30日。\n", "2013-01-01/2013-06-30"),
    ],
)
def test_the_printed_period_stands_over_that_of_the_title(title: str, text: str, period: str) -> None:
    row = "归属于上市公司股东的净利润 亏损：100万元–200万元 盈利：50万元\n"
    found = read(text + row, title)
    assert (found["period"], found["net_profit_min"], found["net_profit_max"]) == (
        period,
        "-200万元",
        "-100万元",
    )


@pytest.mark.parametrize(
    "text",
    [
        "公司报告期内摊销股份支付费用约1,079万元。",
        "非经常性损益对净利润的影响额约为540万元。",
        "子公司预计2022年净利润3.00亿元至4.00亿元。",
    ],
)
def test_what_is_no_forecast_of_the_company(text: str) -> None:
    assert read(text) == {}


@settings(max_examples=60)
@given(
    low=st.integers(1, 10**7),
    more=st.integers(1, 10**6),
    unit=st.sampled_from(["万元", "亿元"]),
    link=st.sampled_from(["至", "-", "~", "–", "—", "到", "－", " - "]),
    loss=st.booleans(),
    once=st.booleans(),
    form=st.sampled_from(
        [
            "预计2022年度归属于上市公司股东的净利润{side}{r}。",
            "公司预计2022年归母净利润为{r}。",
            "归属于上市公司股东的净利润 {side}：{r}\n",
            "预计2022年{side}{r}，",
        ]
    ),
)
def test_ranges_in_every_form(
    low: int, more: int, unit: str, link: str, loss: bool, once: bool, form: str
) -> None:
    first, second = Decimal(low).scaleb(-2), Decimal(low + more).scaleb(-2)
    if "{side}" not in form:
        loss = False
    printed = f"{first:,}{'' if once else unit}{link}{second:,}{unit}"
    found = read(form.format(side="亏损" if loss else "盈利", r=printed))
    ends = (-second, -first) if loss else (first, second)
    assert found["net_profit_min"] == f"{ends[0]}{unit}"
    assert found["net_profit_max"] == f"{ends[1]}{unit}"


@settings(max_examples=200)
@given(
    st.text(
        alphabet="预计净利润盈利亏损归母上年同期增长下降扭为至-~（）()：，。\n%亿万元0123456789.",
        max_size=200,
    )
)
def test_any_words_give_verbatim_evidence_or_nothing(text: str) -> None:
    read(text, "")
