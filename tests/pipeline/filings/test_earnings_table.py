"""The tables of earnings: every figure of a made-up flash is read back, however the table is laid out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.filings.earnings import flash, table_fields
from pipeline.filings.earnings_columns import Head
from pipeline.filings.earnings_table import read_blocks
from pipeline.filings.record import Filing
from pipeline.model import Number
from tests.pipeline.filings.flash_layouts import (
    CORRECTED,
    LABELS,
    LAYOUTS,
    Line,
    beside_correction,
    corrected,
    flashes,
    restated,
    three_years,
    two_tables,
)

TITLE = "某某科技：2023年度业绩快报"


def read(text: str) -> dict[str, object]:
    facts = flash(Filing(TITLE, text))
    return dict(facts[0].fields) if facts else {}


def value(fields: dict[str, object], name: str) -> Decimal | None:
    found = fields.get(name)
    return found.value if isinstance(found, Number) else None


def expect(fields: dict[str, object], text: str, line: Line, name: str, wanted: Decimal) -> None:
    found = fields.get(name)
    assert isinstance(found, Number), f"{name} was not read"
    assert found.value == wanted
    assert text[found.start : found.end] == found.text
    if not name.endswith("_change"):
        unit = {"eps": "元", "roe": "%"}.get(line.row, "万元")
        assert found.unit == unit
        assert found.base == wanted * (10_000 if line.money else 1)


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=40)
@given(lines=flashes())
def test_every_figure_of_every_layout_is_read_back(layout: str, lines: tuple[Line, ...]) -> None:
    text = LAYOUTS[layout](lines)
    fields = read(text)
    for line in lines:
        expect(fields, text, line, line.row, line.this)
        expect(fields, text, line, f"{line.row}_last", line.last)
        expect(fields, text, line, f"{line.row}_change", line.change(line.last))


@settings(max_examples=60)
@given(lines=flashes())
def test_restated_column_is_kept_apart(lines: tuple[Line, ...]) -> None:
    text = restated(lines)
    fields = read(text)
    for line in lines:
        if line.money:
            expect(fields, text, line, line.row, line.this)
            expect(fields, text, line, f"{line.row}_last", line.last)
            expect(fields, text, line, f"{line.row}_last_restated", line.restated)
            expect(fields, text, line, f"{line.row}_change", line.change(line.restated))


@settings(max_examples=60)
@given(lines=flashes())
def test_correction_tells_the_old_figure_from_the_new(lines: tuple[Line, ...]) -> None:
    text = corrected(lines)
    fields = read(text)
    for line in lines:
        if line.money:
            expect(fields, text, line, line.row, line.this)
            expect(fields, text, line, f"{line.row}_before_correction", line.before)
            expect(fields, text, line, f"{line.row}_last", line.last)


@settings(max_examples=60)
@given(lines=flashes())
def test_third_year_is_not_last_year(lines: tuple[Line, ...]) -> None:
    text = three_years(lines)
    fields = table_fields(text, read_blocks(text))
    for line in lines:
        if line.money:
            assert value(fields, line.row) == line.this
            assert value(fields, f"{line.row}_last") == line.last
            assert value(fields, f"{line.row}_before_last") == line.before
            assert value(fields, f"{line.row}_change") == line.change(line.last)


RESTATED_YEARS = {
    "old_first": ("TLRCMN", "2023年 2022年 本年比上年增减 2021年\n调整前 调整后 调整后 调整前 调整后"),
    "new_first": ("TRLCNM", "2023年 2022年 本期比上年同期增减(%) 2021年\n调整后 调整前 调整后 调整前"),
    "one_year": ("TLRCM", "2023年 2022年 本年比上年增减 2021年\n调整前 调整后 调整后"),
    "no_change": ("TRLNM", "项目 2023年 2022年 2021年\n调整后 调整前 调整后 调整前"),
}


@pytest.mark.parametrize("order", RESTATED_YEARS)
@settings(max_examples=40)
@given(lines=flashes())
def test_restated_years_of_a_periodic_report(order: str, lines: tuple[Line, ...]) -> None:
    roles, head = RESTATED_YEARS[order]
    text = f"主要会计数据\n单位：元\n{head}\n"
    for line in lines:
        if line.money:
            cells = {
                "T": line.this,
                "L": line.last,
                "R": line.restated,
                "C": line.change(line.restated),
                "M": line.before,
                "N": line.before + 1,
            }
            text += " ".join([LABELS[line.row], *(f"{cells[role]:,}" for role in roles)]) + "\n"
    fields = table_fields(text, read_blocks(text))
    names = {"T": "", "L": "_last", "R": "_last_restated", "C": "_change", "M": "_before_last"}
    for line in lines:
        if line.money:
            wanted = {"T": line.this, "L": line.last, "R": line.restated, "M": line.before}
            for role, figure in wanted.items():
                assert value(fields, line.row + names[role]) == figure
            if "C" in roles:
                assert value(fields, f"{line.row}_change") == line.change(line.restated)


def test_tables_before_and_after_a_correction() -> None:
    text = (
        "更正前：\n一、2023年度主要财务数据和指标\n单位：万元\n项目 本报告期 上年同期 增减变动幅度（%）\n"
        "营业总收入 200.00 100.00 100.00\n营业利润 30.00 20.00 50.00\n"
        "更正后：\n一、2023年度主要财务数据和指标\n单位：万元\n项目 本报告期 上年同期 增减变动幅度（%）\n"
        "营业总收入 150.00 100.00 50.00\n营业利润 25.00 20.00 25.00\n"
    )
    fields = read(text)
    assert value(fields, "revenue") == 150
    assert value(fields, "revenue_before_correction") == 200
    assert value(fields, "revenue_change") == 50
    assert value(fields, "operating_profit_before_correction") == 30


def test_of_two_changes_the_one_against_the_restated_base_counts() -> None:
    text = (
        "单位：万元\n项目 本报告期 上年同期 增减变动幅度（%）\n调整前 调整后 调整前 调整后\n"
        "营业总收入 300.00 100.00 150.00 200.00 100.00\n营业利润 30.00 10.00 20.00 200.00 50.00\n"
    )
    fields = read(text)
    assert (value(fields, "revenue_last"), value(fields, "revenue_last_restated")) == (100, 150)
    assert value(fields, "revenue_change") == 100
    assert value(fields, "operating_profit_change") == 50


def test_difference_column_of_a_correction_is_not_last_year() -> None:
    text = (
        "单位：万元\n项目 修正前 修正后 修正额\n营业总收入 300.00 310.00 10.00\n营业利润 30.00 20.00 -10.00\n"
    )
    fields = read(text)
    assert value(fields, "revenue") == 310
    assert value(fields, "revenue_before_correction") == 300
    assert "revenue_last" not in fields


def test_orders_of_a_corrections_columns_are_tried_only_where_a_table_can_have_them() -> None:
    words = [("corr_old", 0), ("corr_new", 0), ("last", 0), *[("difference", 0)] * 6]
    assert Head.of(words[:5]).layouts(5) == ["BTLDD", "BTDLD", "BTDDL"]
    assert Head.of(words).layouts(9) == []
    assert Head.of([*words, *[("difference", 0)] * 40]).layouts(5) == []


def test_first_column_may_be_not_applicable() -> None:
    text = (
        "单位：万元\n项目 本报告期 上年同期 修正后的增减变动幅度（%）\n修正前 修正后\n"
        "营业总收入 300.00 310.00 155.00 100.00\n营业利润 不适用 20.00 10.00 100.00\n"
    )
    fields = read(text)
    assert value(fields, "operating_profit") == 20
    assert value(fields, "operating_profit_last") == 10


def test_wide_commas_and_wide_minus() -> None:
    text = "单位：元\n项目 本报告期 上年同期 增减（％）\n营业收入 １，２３４．５０ 1，000.00 23.45\n营业利润 －100.00 200.00 -150.00\n"
    fields = read(text)
    assert value(fields, "revenue") == Decimal("1234.50")
    assert value(fields, "revenue_last") == 1000
    assert value(fields, "operating_profit") == -100


def test_row_that_lost_its_figures_takes_none_of_the_next() -> None:
    text = (
        "单位：万元\n项目 本报告期 上年同期 增减变动幅度（%）\n营业总收入 200.00 100.00 100.00\n"
        "归属于母公司所有\n者的净利润\n归属于母公司所有\n者的扣除非经常性 -5.00 10.00 -150.00\n损益的净利润\n"
    )
    fields = read(text)
    assert "net_profit_parent" not in fields
    assert value(fields, "net_profit_parent_ex_nonrecurring") == Decimal("-5.00")


def test_not_applicable_on_another_line_is_the_change() -> None:
    text = (
        "单位：万元\n项目 本报告期 上年同期 增减变动幅度（%）\n营业总收入 200.00 100.00 100.00\n"
        "归属于母公司所有者的 不适用\n净利润 14.00 -25.00\n"
    )
    fields = read(text)
    assert value(fields, "net_profit_parent") == Decimal("14.00")
    assert value(fields, "net_profit_parent_last") == Decimal("-25.00")
    assert fields["net_profit_parent_change"].value == "不适用"


def test_row_without_a_change_keeps_its_two_figures() -> None:
    text = "单位：元\n项目 本报告期 上年同期 增减变动幅度（%）\n营业收入 20.00 10.00 100.00\n营业利润 3.00 2.00\n"
    fields = read(text)
    assert (value(fields, "operating_profit"), value(fields, "operating_profit_last")) == (3, 2)
    assert "operating_profit_change" not in fields


def test_number_torn_over_two_lines_is_one_figure() -> None:
    text = "单位：元\n项目 2004年 2003年\n主营业务收入 106,747,751.8\n6 119,534,953.77\n净利润 4,062,669.63 3,861,496.73\n"
    fields = read(text)
    assert value(fields, "revenue") == Decimal("106747751.86")
    assert fields["revenue"].text == "106,747,751.8\n6"
    assert value(fields, "revenue_last") == Decimal("119534953.77")


def test_quarters_side_by_side_are_no_periods_of_the_report() -> None:
    text = "单位：元\n项目 第一季度 第二季度 第三季度 第四季度\n营业收入 1.00 2.00 3.00 4.00\n营业利润 1.00 2.00 3.00 4.00\n"
    assert read(text) == {}


def test_year_to_date_beside_the_quarter_is_not_last_year() -> None:
    text = (
        "本报告期 本报告期比上年同期增减 年初至报告期末 年初至报告期末比上年同期增减\n"
        "营业收入（元） 106.20 58.64% 237.60 35.08%\n营业利润（元） 46.00 -14.22% 143.00 31.59%\n"
    )
    assert read(text) == {}


def test_oldest_year_first_is_turned_round() -> None:
    text = (
        "单位：元\n项目 2022年 2023年 增减（%）\n营业收入 100.00 200.00 100.00\n营业利润 10.00 15.00 50.00\n"
    )
    fields = read(text)
    assert value(fields, "revenue") == 200
    assert value(fields, "revenue_last") == 100


def test_percentage_in_a_money_column_means_the_row_was_not_understood() -> None:
    text = "单位：元\n项目 本报告期 上年同期 增减\n营业收入 20.00 10.00 100.00%\n营业利润 30.00% 2.00 5.00\n"
    fields = read(text)
    assert value(fields, "revenue") == 20
    assert "operating_profit" not in fields


def test_unit_that_all_labels_print_serves_a_row_without_one() -> None:
    text = (
        "项目 2012年1-3月 2011年1-3月 增减幅度(%)\n营业收入（万元） 212.13 137.34 54.46\n"
        "利润总额（万元） 17.04 19.27 -11.57\n项目 报告期末 报告期初 增减幅度(%)\n总资产 666.16 663.69 0.37\n"
    )
    assert read(text)["total_assets"].unit == "万元"


def test_amount_without_any_unit_keeps_none() -> None:
    text = "项目 本报告期 上年同期 增减（%）\n营业收入 212.13 137.34 54.46\n利润总额 17.04 19.27 -11.57\n"
    found = read(text)["revenue"]
    assert (found.unit, found.base) == (None, None)


def test_check_shows_both_figures_when_the_printed_change_is_wrong() -> None:
    text = "单位：元\n项目 本报告期 上年同期 增减（%）\n营业收入 200.00 100.00 100.00\n营业利润 30.00 20.00 5.00\n"
    facts = flash(Filing(TITLE, text))
    checks = {check.name: check for check in facts[0].checks}
    assert checks["revenue_change"].ok is True
    assert checks["operating_profit_change"].ok is False
    assert "50.00%" in checks["operating_profit_change"].detail
    assert "5.00%" in checks["operating_profit_change"].detail


@settings(max_examples=300)
@given(
    st.text(
        alphabet="营业总收入净利润归属于上市公司股东的项目本报告期上年同期增减%（）()-|,.0123456789 \n\t元万",
        max_size=400,
    )
)
def test_garbage_never_raises_and_evidence_is_verbatim(text: str) -> None:
    for fact in flash(Filing("", text)):
        for found in fact.fields.values():
            if isinstance(found, Number) and found.field == "body":
                assert text[found.start : found.end] == found.text


@given(st.text(max_size=300))
def test_other_text_has_no_facts(text: str) -> None:
    assert flash(Filing("", text)) == []


_NAMES = {"B": "_before_correction", "T": "", "L": "_last", "R": "_last_restated", "C": "_change"}


@pytest.mark.parametrize("name", CORRECTED)
@settings(max_examples=40)
@given(lines=flashes())
def test_columns_beside_a_correction_are_read_for_what_they_are_or_not(
    name: str, lines: tuple[Line, ...]
) -> None:
    fields, columns = read(beside_correction(name, lines)), CORRECTED[name][2]
    for line in filter(lambda line: line.money, lines):
        base = line.restated if "R" in columns else line.last
        wanted = dict(
            zip("BTLRC", (line.before, line.this, line.last, line.restated, line.change(base)), strict=True)
        )
        for letter, suffix in _NAMES.items():
            assert value(fields, line.row + suffix) == (wanted[letter] if letter in columns else None)


@pytest.mark.parametrize(
    "above",
    [
        ("更正前：", "更正后："),
        ("（一）更正前的主要财务数据", "（二）更正后的主要财务数据"),
        ("1、修正前：\n一、2023年度主要财务数据", "2、修正后：\n一、2023年度主要财务数据"),
    ],
)
@settings(max_examples=20)
@given(lines=flashes())
def test_a_whole_table_of_before_the_correction_stands_above_or_below(
    above: tuple[str, str], lines: tuple[Line, ...]
) -> None:
    fields = read(two_tables(above, lines))
    for line in filter(lambda line: line.money, lines):
        assert value(fields, line.row) == line.this
        assert value(fields, f"{line.row}_last") == line.last
        assert value(fields, f"{line.row}_before_correction") == line.before


@pytest.mark.parametrize(
    ("printed", "unit", "base", "money"),
    [
        ("单位：港币千元", "千港元", 1_000, "港元"),
        ("单位：千港元", "千港元", 1_000, "港元"),
        ("单位：百万美元", "百万美元", 1_000_000, "美元"),
        ("单位：万元 币种：港币", "万港元", 10_000, "港元"),
        ("单位:元 币种:人民币", "元", 1, "元"),
        ("（港币百万元）", "百万港元", 1_000_000, "港元"),
        ("货币单位：人民币百万元", "百万元", 1_000_000, "元"),
    ],
)
def test_a_table_in_any_currency(printed: str, unit: str, base: int, money: str) -> None:
    fields = read(
        f"2023年度业绩快报\n{printed}\n项目 本报告期 上年同期 增减变动幅度（%）\n"
        "营业总收入 480.50 450.00 6.78\n营业利润 49.00 45.00 8.89\n基本每股收益 0.20 0.18 11.11\n"
    )
    revenue, eps = fields["revenue"], fields["eps"]
    assert isinstance(revenue, Number) and isinstance(eps, Number)
    assert (revenue.unit, revenue.base, revenue.base_unit) == (unit, Decimal("480.50") * base, money)
    assert (eps.base, eps.base_unit) == (Decimal("0.20"), f"{money}/股")


def test_a_currency_in_a_label() -> None:
    fields = read(
        "2023年度业绩快报\n项目 本报告期 上年同期 增减变动幅度（%）\n"
        "营业总收入（港币千元） 480.50 450.00 6.78\n营业利润（人民币万元） 49.00 45.00 8.89\n"
    )
    revenue, profit = fields["revenue"], fields["operating_profit"]
    assert isinstance(revenue, Number) and isinstance(profit, Number)
    assert (revenue.base, revenue.base_unit) == (Decimal(480_500), "港元")
    assert (profit.base, profit.base_unit) == (Decimal(490_000), "元")
