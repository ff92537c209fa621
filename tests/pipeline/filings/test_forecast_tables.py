"""Tables of earnings forecasts: rows in the exchanges' forms, cells, units above them, torn labels. All figures are made up."""

from __future__ import annotations

import pytest

from pipeline.filings.forecast import facts
from pipeline.filings.record import Filing
from tests.pipeline.filings.forecasts import TITLE, YEAR, read

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


def test_check_compares_forecast_and_last_year_with_the_printed_change() -> None:
    text = (
        ROWS
        + "归属于上市公司股东的净利润 盈利：10,000万元–12,000万元 盈利：8,000万元\n比上年同期增长：25.00% - 90.00%\n"
    )
    checks = {check.name: check.ok for check in facts(Filing(TITLE, text))[0].checks}
    assert checks == {"change_min": True, "change_max": False}
