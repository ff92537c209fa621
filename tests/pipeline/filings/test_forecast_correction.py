"""Corrected forecasts: the new range and the old one, side by side or in paragraphs. All figures are made up."""

from __future__ import annotations

import pytest

from tests.pipeline.filings.forecasts import YEAR, read


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
