"""Earnings forecasts in tables and sentences. All companies and figures are made up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.filings.forecast import facts
from pipeline.filings.record import Filing
from pipeline.model import Number, Term

TITLE = "某某股份2022年度业绩预告"


def read(text: str, title: str = TITLE) -> dict[str, str]:
    found: dict[str, str] = {}
    for fact in facts(Filing(title, text)):
        for name, value in fact.fields.items():
            assert isinstance(value, Number | Term)
            where = title if value.field == "title" else text
            assert where[value.start : value.end] == value.text
            found[name] = f"{value.value}{value.unit or ''}"
    return found


YEAR = {"period": "2022-01-01/2022-12-31"}


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


ROWS = "项目 本报告期 上年同期\n"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "1、业绩预告期间：2022年1月1日至2022年12月31日\n2、预计的业绩：□扭亏为盈 √同向上升 □同向下降\n"
            + ROWS
            + "归属于上市公司股东的净利润 盈利：10,000万元–12,000万元 盈利：8,000万元\n比上年同期增长：25.00% - 50.00%\n"
            "扣除非经常性损益后的净利润 盈利：9,000万元–11,000万元 盈利：7,000万元\n"
            "基本每股收益 盈利：0.50元/股–0.60元/股 盈利：0.40元/股\n",
            {
                "type": "略增",
                "net_profit_min": "10000万元",
                "net_profit_max": "12000万元",
                "last_year_net_profit": "8000万元",
                "change_min": "25.00%",
                "change_max": "50.00%",
                "ex_nonrecurring_min": "9000万元",
                "ex_nonrecurring_max": "11000万元",
                "last_year_ex_nonrecurring": "7000万元",
                "eps_min": "0.50元/股",
                "eps_max": "0.60元/股",
            },
        ),
        (  # label, change, last year's figure and range torn over three lines
            "亏损扭亏为盈 ☑同向上升同向下降其他\n"
            + ROWS
            + "归属于上市公司 比上年同期增长：-20%-10%\n盈利：3,800.00万元\n股东的净利润 盈利：3,040.00万元–4,180.00万元\n",
            {
                "net_profit_min": "3040.00万元",
                "net_profit_max": "4180.00万元",
                "last_year_net_profit": "3800.00万元",
                "change_min": "-20%",
                "change_max": "10%",
            },
        ),
        (  # the change stands above the row, last year's figure before the range
            "预计的业绩： 亏损 扭亏为盈 √同向上升 同向下降\n"
            + ROWS
            + "比上年同期增长幅度：0—10%\n归属于上市公司股东的净利润 1500万元\n盈利：1500万元—1650万元\n",
            {
                "type": "略增",
                "net_profit_min": "1500万元",
                "net_profit_max": "1650万元",
                "last_year_net_profit": "1500万元",
                "change_min": "0%",
                "change_max": "10%",
            },
        ),
        (  # both losses, the larger first, and a profit without non-recurring items
            ROWS
            + "归属于上市公司股东的净利润 亏损：50,000.00万元–35,000.00万元 亏损：96,000.00万元\n比上年同期减亏：48.04%-63.63%\n"
            "扣除非经常性损益后的净利润 盈利：14,000.00万元–20,000.00万元 亏损：10,000.00万元\n",
            {
                "type": "续亏",
                "net_profit_min": "-50000.00万元",
                "net_profit_max": "-35000.00万元",
                "last_year_net_profit": "-96000.00万元",
                "ex_nonrecurring_min": "14000.00万元",
                "ex_nonrecurring_max": "20000.00万元",
                "last_year_ex_nonrecurring": "-10000.00万元",
            },
        ),
        (  # the section of last year's results
            "一、本期业绩预告情况\n预计归属于上市公司股东的净利润为1,100万元到1,800万元。\n二、上年同期业绩情况\n"
            "（一）归属于上市公司股东的净利润：5,436万元。\n（二）每股收益：0.5元。\n",
            {
                "net_profit_min": "1100万元",
                "net_profit_max": "1800万元",
                "last_year_net_profit": "5436万元",
            },
        ),
    ],
)
def test_tables(text: str, wanted: dict[str, str]) -> None:
    assert read(text) == {**YEAR, **wanted}


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


def test_correction_keeps_the_old_range_apart() -> None:
    found = read(
        "公司修正业绩预告，预计亏损0万元至150万元，此前预计盈利35.33万元至103.63万元。",
        "某某股份业绩预告修正公告",
    )
    assert (found["net_profit_min"], found["net_profit_max"]) == ("-150万元", "0万元")


BOTH = {
    **YEAR,
    "type": "首亏",
    "net_profit_min_before_correction": "1000万元",
    "net_profit_max_before_correction": "1500万元",
    "net_profit_min": "-4500万元",
    "net_profit_max": "-3000万元",
    "last_year_net_profit": "2000万元",
}


@pytest.mark.parametrize(
    ("head", "row"),
    [
        (
            "项目 原预计 修正后 上年同期",
            "盈利：1,000万元–1,500万元 亏损：3,000万元–4,500万元 盈利：2,000万元",
        ),
        (
            "项目 | 原预计 | 最新预计 | 上年同期",
            " | 盈利：1,000万元–1,500万元 | 亏损：3,000万元–4,500万元 | 盈利：2,000万元",
        ),
        (
            "项目 本报告期 上年同期\n修正前 修正后",
            "盈利：1,000万元–1,500万元\n亏损：3,000万元–4,500万元\n盈利：2,000万元",
        ),
        (
            "项目 本报告期（修正前） 本报告期（修正后） 上年同期",
            "1,000万元至1,500万元 -4,500万元至-3,000万元 2,000万元",
        ),
        (
            "项目 | 本次修正 | 前次预告 | 上年同期",
            " | 亏损：3,000万元–4,500万元 | 盈利：1,000万元–1,500万元 | 盈利：2,000万元",
        ),
    ],
)
def test_both_forecasts_side_by_side(head: str, row: str) -> None:
    text = f"一、本期业绩预计情况\n1、业绩预告期间：2022年1月1日至2022年12月31日\n{head}\n归属于上市公司股东的净利润 {row}\n二、原因\n"
    assert read(text) == BOTH


@pytest.mark.parametrize(
    "table",
    [
        "项目 | 原预计 | 最新预计 | 上年同期\n归属于上市公司股东的净利润 | 1,000 ～ 1,500 | -4,500 ～ -3,000 | 2,000\n",
        "项目 原预计 最新预计 上年同期\n归属于上市公司 1,000 ～ 1,500 -4,500 ～ -3,000\n股东的净利润 2,000\n",
    ],
)
def test_both_forecasts_under_a_unit_line(table: str) -> None:
    assert read(f"一、业绩预告期间：2022年1月1日至2022年12月31日\n单位：万元\n{table}二、原因\n") == BOTH


def test_changes_side_by_side_and_cells_without_a_figure() -> None:
    text = (
        "项目 | 修正前 | 修正后 | 上年同期\n"
        "归属于上市公司股东的净利润 | 盈利：1,000万元–1,500万元 | 盈利：3,000万元–4,000万元 | 盈利：2,000万元\n"
        "| 比上年同期下降：25%–50% | 比上年同期增长：50%–100% |\n"
        "扣除非经常性损益后的净利润 | - | 盈利：2,000万元–2,500万元 | 盈利：1,900万元\n"
    )
    assert read(text) == {
        **YEAR,
        "type": "预增",
        "net_profit_min_before_correction": "1000万元",
        "net_profit_max_before_correction": "1500万元",
        "net_profit_min": "3000万元",
        "net_profit_max": "4000万元",
        "last_year_net_profit": "2000万元",
        "change_min": "50%",
        "change_max": "100%",
        "ex_nonrecurring_min": "2000万元",
        "ex_nonrecurring_max": "2500万元",
        "last_year_ex_nonrecurring": "1900万元",
    }


@pytest.mark.parametrize(
    "told",
    [
        "2、前次业绩预告情况：公司于2022年10月30日披露了公告。预计2022年度归属于上市公司股东的净利润盈利1,000万元至1,500万元，上年同期盈利2,000万元。具体内容见该公告。\n3、修正后的业绩：归属于上市公司股东的净利润亏损3,000万元至4,500万元。\n",
        "（二）前次业绩预告情况\n项目 本报告期 上年同期\n归属于上市公司股东的净利润 盈利：1,000万元–1,500万元 盈利：2,000万元\n（三）业绩预告修正情况\n项目 本报告期 上年同期\n归属于上市公司股东的净利润 亏损：3,000万元–4,500万元 盈利：2,000万元\n",
        "2、公司前期披露半年度报告，（前次）预计2022年归属于上市公司股东的净利润盈利1,000万元至1,500万元。\n3、修正后：亏损\n归属于上市公司股东的净利润 亏损：3,000万元–4,500万元 盈利：2,000万元\n",
        "2、归属于上市公司股东的净利润由原预计的盈利1,000万元至1,500万元修正为亏损3,000万元至4,500万元，上年同期盈利2,000万元。\n",
    ],
)
def test_a_paragraph_or_words_about_the_earlier_forecast(told: str) -> None:
    text = f"一、本期业绩预计情况\n1、业绩预告期间：2022年1月1日至2022年12月31日\n{told}二、原因\n"
    assert read(text) == BOTH


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
    ("row", "wanted"),
    [
        (
            "归属于上市公司股东的净利润 盈利：约1,000万元 盈利：2,000万元\n扣除非经常性损益后的净利润 | 亏损：300万元 | 100万元\n",
            {
                "net_profit_min": "1000万元",
                "net_profit_max": "1000万元",
                "last_year_net_profit": "2000万元",
                "ex_nonrecurring_min": "-300万元",
                "ex_nonrecurring_max": "-300万元",
                "last_year_ex_nonrecurring": "100万元",
            },
        ),
        (
            "归属于上市公司股东的净利润 亏损：500万元至1200万元 441.9万元\n",
            {
                "type": "首亏",
                "net_profit_min": "-1200万元",
                "net_profit_max": "-500万元",
                "last_year_net_profit": "441.9万元",
            },
        ),
        (
            "净亏损 500万元至1200万元 441.9万元\n",
            {
                "type": "续亏",
                "net_profit_min": "-1200万元",
                "net_profit_max": "-500万元",
                "last_year_net_profit": "-441.9万元",
            },
        ),
    ],
)
def test_cells_of_one_figure_and_a_loss_that_is_of_its_cell(row: str, wanted: dict[str, str]) -> None:
    head = "一、业绩预告期间：2022年1月1日至2022年12月31日\n项目 本报告期 上年同期\n"
    assert read(head + row) == {**YEAR, **wanted}


@pytest.mark.parametrize(
    "rows",
    [
        "归属于上市公司            26,400            ～    39,000\n\n股东的净利润    比上年同期增长  275.53%    ～    359.30%      -15,040.25\n\n"
        "扣除非经常性损            3,200            ～      4,800\n\n益后的净利润    比上年同期增长  118.99%    ～    128.49%      -16,850.75\n\n"
        "基本每股收益\n\n            0.2303            ～    0.3402        -0.1315\n\n（元/股）\n",
        "归属于上市公司股东的净利润\t26,400\t～\t39,000\t-15,040.25\n\t比上年同期增长\t275.53%\t～\t359.30%\t\n"
        "扣除非经常性损益后的净利润\t3,200\t～\t4,800\t-16,850.75\n\t比上年同期增长\t118.99%\t～\t128.49%\t\n"
        "基本每股收益（元/股）\t0.2303\t～\t0.3402\t-0.1315\n",
        "归属于上市公司股东的净利润 | 26,400 | ～ | 39,000 | -15,040.25 |\n | 比上年同期增长 275.53% | ～ | 359.30% | |\n"
        "扣除非经常性损益后的净利润 | 3,200 | ～ | 4,800 | -16,850.75 |\n | 比上年同期增长 118.99% | ～ | 128.49% | |\n"
        "基本每股收益（元/股） | 0.2303 | ～ | 0.3402 | -0.1315 |\n",
    ],
)
def test_a_table_whose_unit_stands_above_it(rows: str) -> None:
    """The form of the Shenzhen exchange with 单位：万元 above figures that print no unit."""
    head = "一、本期业绩预计情况\n1、业绩预告期间：2022年1月1日至2022年12月31日。\n2、业绩预告情况：预计净利润为正值且属于扭亏为盈情形\n"
    text = f"{head}（1）以区间数进行业绩预告的\n单位：万元\n项 目 本报告期 上年同期\n{rows}二、与会计师事务所沟通情况\n共3次。\n"
    assert read(text) == {
        **YEAR,
        "type": "扭亏",
        "net_profit_min": "26400万元",
        "net_profit_max": "39000万元",
        "last_year_net_profit": "-15040.25万元",
        "change_min": "275.53%",
        "change_max": "359.30%",
        "ex_nonrecurring_min": "3200万元",
        "ex_nonrecurring_max": "4800万元",
        "last_year_ex_nonrecurring": "-16850.75万元",
        "ex_nonrecurring_change_min": "118.99%",
        "ex_nonrecurring_change_max": "128.49%",
        "eps_min": "0.2303元/股",
        "eps_max": "0.3402元/股",
    }


def test_exact_figures_under_a_unit_line() -> None:
    text = (
        "一、业绩预告期间：2022年1月1日至2022年12月31日\n（2）以具体数进行业绩预告的\n单位：万元\n项目 本报告期 上年同期\n"
        "归属于上市公司股东的净利润 26,400 -15,040.25\n二、其他\n"
    )
    assert read(text) == {
        **YEAR,
        "type": "扭亏",
        "net_profit_min": "26400万元",
        "net_profit_max": "26400万元",
        "last_year_net_profit": "-15040.25万元",
    }


TORN = {
    **YEAR,
    "type": "略增",
    "net_profit_min": "5100万元",
    "net_profit_max": "7100万元",
    "last_year_net_profit": "4400.50万元",
    "change_min": "15.90%",
    "change_max": "61.34%",
    "ex_nonrecurring_min": "-5300万元",
    "ex_nonrecurring_max": "-3300万元",
    "last_year_ex_nonrecurring": "3700.25万元",
    "ex_nonrecurring_change_min": "-243.23%",
    "ex_nonrecurring_change_max": "-189.18%",
}


@pytest.mark.parametrize(
    "rows",
    [
        "归属于上市公司 盈利：5100 万元至 7100 万元\n股东的净利润 盈利：4400.50 万元\n比上年同期增长：15.90%至 61.34%\n"
        "扣除非经常性损 盈利：-5300 万元至-3300 万元\n益后的净利润 比 上 年 同 期 下 降 ： -243.23% 至 盈利 3700.25 万元\n-189.18%\n",
        "归属于上市公司股 盈利：5100 万元至 7100 万元\n盈利：4400.50 万元\n东的净利润 比上年同期增长：15.90% - 61.34%\n"
        "扣除非经常性损益 亏损：3300 万元–5300 万元\n盈利：3700.25 万元\n后的净利润 比上年同期下降：189.18% - 243.23%\n",
        "归属于上市公司股东的 盈利：5100 万元至 7100 万元\n净利润 盈利：4400.50 万元\n比上年同期增长：15.90%至 61.34%\n"
        "扣除非经常 盈利/亏损：-5300 万元 至 -3300 万元\n性损益后的净利润 盈利：3700.25 万元\n比上年同期变化：-243.23% 至 -189.18%\n",
    ],
)
def test_labels_torn_over_lines_with_their_figures(rows: str) -> None:
    assert (
        read(
            "业绩预告期间：2022年1月1日至2022年12月31日\n项 目 本报告期（2022年度） 上年同期（2021年度）\n"
            + rows
        )
        == TORN
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


def test_check_compares_forecast_and_last_year_with_the_printed_change() -> None:
    text = (
        ROWS
        + "归属于上市公司股东的净利润 盈利：10,000万元–12,000万元 盈利：8,000万元\n比上年同期增长：25.00% - 90.00%\n"
    )
    checks = {check.name: check.ok for check in facts(Filing(TITLE, text))[0].checks}
    assert checks == {"change_min": True, "change_max": False}


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
