"""Figures, dates and the clean view, held to what is printed."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.filings.numbers import chinese_number, days, figures
from pipeline.filings.record import Filing
from pipeline.filings.view import View


@pytest.mark.parametrize(
    ("printed", "base", "unit"),
    [
        ("5,000.00万元", "50000000", "元"),
        ("495,600 股", "495600", "股"),
        ("20，824，351股", "20824351", "股"),
        ("1.17亿股", "117000000", "股"),
        ("34.58元/股", "34.58", "元/股"),
        ("每股43元", "43", "元/股"),
        ("2.32港元／股", "2.32", "港元/股"),
        ("0.069%%", "0.069", "%"),
        ("１２．５％", "12.5", "%"),
        ("-150万元", "-1500000", "元"),
        ("人民币壹亿元", "100000000", "元"),
        ("12,00万元", "12000000", "元"),
    ],
)
def test_one_figure(printed: str, base: str, unit: str) -> None:
    (number,) = figures(View("", printed).text)
    assert (number.base, number.base_unit) == (Decimal(base), unit)


def test_a_range_shares_its_unit() -> None:
    low, high = figures("拟以0.5-1亿元回购")
    assert (low.base, high.base) == (Decimal(50_000_000), Decimal(100_000_000))
    low, high = figures("8000万至1亿元")
    assert (low.base, low.unit, high.base) == (Decimal(80_000_000), "万元", Decimal(100_000_000))


@pytest.mark.parametrize(
    ("printed", "units", "base_units"),
    [
        ("不低于港币5,000万元且不超过港币1亿元", ["万港元", "亿港元"], ["港元", "港元"]),
        ("港币1,000-2,000万元", ["万港元", "万港元"], ["港元", "港元"]),
        ("每股港币5.10元", ["港元"], ["港元/股"]),
        ("不超过港币5.00元/股", ["港元/股"], ["港元/股"]),
        ("美元300万元", ["万美元"], ["美元"]),
        ("人民币5,000万元", ["万元"], ["元"]),
    ],
)
def test_a_currency_before_its_figure_is_in_the_unit(
    printed: str, units: list[str], base_units: list[str]
) -> None:
    """What is shown is the value with its unit, so the currency must be in it."""
    found = figures(printed)
    assert [n.unit for n in found] == units
    assert [n.base_unit for n in found] == base_units
    assert [printed[n.start : n.end] for n in found] == [n.text for n in found]


def test_inclusive_is_what_the_bracket_says() -> None:
    text = View("", "不低于5,000万元（含），不超过1亿元（不含）").text
    assert [n.inclusive for n in figures(text)] == [True, False]


def test_a_misprint_of_two_points_is_no_figure() -> None:
    assert figures("金额为51,080.000.00元") == []


def test_a_share_code_is_no_count() -> None:
    assert figures("股票代码：600196股票简称") == []


def test_days() -> None:
    found = days("2024年2月19日、二○二○年九月十日、2019年8月月底、2024-02-19")
    assert [d.value for d in found] == [
        date(2024, 2, 19),
        date(2020, 9, 10),
        date(2019, 8, 31),
        date(2024, 2, 19),
    ]


def test_a_day_without_a_year_needs_the_filing_s_day() -> None:
    assert days("5月7日") == []
    assert days("12月30日", published=date(2024, 1, 3))[0].value == date(2023, 12, 30)


def test_chinese_numbers() -> None:
    assert chinese_number("壹亿贰仟万") == 120_000_000
    assert chinese_number("二〇二二") == 2022
    assert chinese_number("东") is None


def test_a_quote_and_a_page_number_are_left_out() -> None:
    body = "示例海洋(16.450,-0.13,-0.78%)公司已累计回购1,193,226,0\n62股\n3/8\n占总股本2%"
    view = View("", body)
    assert "16.450" not in view.text
    assert figures(view.text)[0].base == 1_193_226_062


@given(st.text(alphabet="回购12,，.（）() \n\t股元%万亿年月日-~购A至", max_size=120))
def test_every_span_is_the_printed_text(body: str) -> None:
    view = View("标题", body)
    for number in figures(view.text):
        place = view.span(number.start, number.end)
        source = "标题" if place.field == "title" else body
        assert source[place.start : place.end] == place.text


def test_a_day_that_begins_a_line_begins_a_paragraph() -> None:
    assert View("", "来源：格外网\n8月13日晚间，公司公告").text == "\n来源:格外网\n8月13日晚间，公司公告"
    assert (
        View("", "于2025年11\n月27日办理，共1,193,226,06\n2.36元").text
        == "\n于2025年11月27日办理，共1,193,226,062.36元"
    )
    assert View("", "142,500,00\n0\n29.08%").text == "\n142,500,000\n29.08%"


def test_a_half_width_comma_beside_words_parts_them() -> None:
    assert View("", "截至公告日,甲公司持有1,234,567股(2.1%),占50%,其中“乙”,丙").text == (
        "\n截至公告日，甲公司持有1,234,567股(2.1%)，占50%，其中“乙”，丙"
    )
    assert View("", "Haishan Co.,Ltd. 2,345元").text == "\nHaishan Co.,Ltd.2,345元"


def test_a_stretch_has_the_figures_and_days_that_begin_in_it() -> None:
    filing = Filing("", "2024年2月1日回购100股，2024年3月1日回购200股。")
    first, second = filing.figures
    assert filing.figures_in(first.start, second.start) == [first]
    assert filing.figures_in(first.start + 1, second.start + 1) == [second]
    assert [d.value.month for d in filing.days_in(0, len(filing.text))] == [2, 3]
    assert filing.days_in(filing.days[0].start + 1, filing.days[1].start) == []
