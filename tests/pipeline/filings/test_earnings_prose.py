"""Earnings figures in sentences. All companies and figures are made up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.filings.earnings import flash
from pipeline.filings.earnings_period import main_period, periods
from pipeline.filings.record import Filing
from pipeline.model import Number, Term

TITLE = "某某股份2023年度业绩快报"


def read(text: str, title: str = TITLE) -> dict[str, str]:
    """Field → value and unit as printed."""
    facts = flash(Filing(title, text))
    if not facts:
        return {}
    found = {}
    for name, value in facts[0].fields.items():
        if isinstance(value, Number):
            where = title if value.field == "title" else text
            assert where[value.start : value.end] == value.text
            found[name] = f"{value.value}{value.unit}"
    return found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "报告期内，公司实现营业总收入12,345.60万元，同比增长14.72%，营业利润2,100.50万元，较上年同期下降3.5%。",
            {
                "revenue": "12345.60万元",
                "revenue_change": "14.72%",
                "operating_profit": "2100.50万元",
                "operating_profit_change": "-3.5%",
            },
        ),
        (
            "公司实现利润总额和归属于上市公司股东的净利润分别为8,136.50万元和7,097.55万元，相比上年同期分别增长9.05%和7.35%。",
            {
                "total_profit": "8136.50万元",
                "total_profit_change": "9.05%",
                "net_profit_parent": "7097.55万元",
                "net_profit_parent_change": "7.35%",
            },
        ),
        (
            "实现营业利润1.50亿元、利润总额1.70亿元、归母净利润0.70亿元，分别较2022年同期下降30.59%、20.78%和32.07%。",
            {
                "operating_profit": "1.50亿元",
                "operating_profit_change": "-30.59%",
                "total_profit": "1.70亿元",
                "total_profit_change": "-20.78%",
                "net_profit_parent": "0.70亿元",
                "net_profit_parent_change": "-32.07%",
            },
        ),
        (
            "公司净利润同比下跌51.9%至28.6亿元，营业额同比上涨0.9%至182.41亿元。",
            {
                "net_profit": "28.6亿元",
                "net_profit_change": "-51.9%",
                "revenue": "182.41亿元",
                "revenue_change": "0.9%",
            },
        ),
        (
            "归属于母公司所有者的净利润亏损57.14亿元，上年同期净利润3.84亿元；基本每股收益-5.73元。",
            {"net_profit_parent": "-57.14亿元", "net_profit_parent_last": "3.84亿元", "eps": "-5.73元"},
        ),
        (
            "营业收入由10.00亿元增长至12.00亿元，归母净利润较上年同期2.00亿元增长50%，达到3.00亿元。",
            {"revenue_last": "10.00亿元", "revenue": "12.00亿元", "net_profit_parent_last": "2.00亿元"},
        ),
        (
            "加权平均净资产收益率为10.91%，较上年同期减少2.81个百分点；基本每股收益0.61元，相比上年同期降低3.84%。",
            {"roe": "10.91%", "roe_change": "-2.81个百分点", "eps": "0.61元", "eps_change": "-3.84%"},
        ),
        (
            "报告期末，公司总资产为343,671.81万元，较期初增长34.55%；归属于母公司的所有者权益为324,305.26万元，较期初增长41.21%。",
            {
                "total_assets": "343671.81万元",
                "total_assets_change": "34.55%",
                "equity_parent": "324305.26万元",
                "equity_parent_change": "41.21%",
            },
        ),
        (
            "营收9.69亿元(1.93%)，归母净利润1139.31万元(-82.28%)，扣非归母净利润1604.74万元(-68.72%)。",
            {
                "revenue": "9.69亿元",
                "revenue_change": "1.93%",
                "net_profit_parent": "1139.31万元",
                "net_profit_parent_change": "-82.28%",
                "net_profit_parent_ex_nonrecurring": "1604.74万元",
                "net_profit_parent_ex_nonrecurring_change": "-68.72%",
            },
        ),
        (
            "公司净利润3,817.07万元，其中归属于上市公司股东的净利润-13,474.94万元，较上年同期下降1214.58%。",
            {
                "net_profit": "3817.07万元",
                "net_profit_parent": "-13474.94万元",
                "net_profit_parent_change": "-1214.58%",
            },
        ),
        (
            "實現營業收入2,431.02萬元，較上年同期下降了23.09%；歸屬上市公司股東凈利潤214.13萬元，較上年同期下降了46.18%。",
            {
                "revenue": "2431.02万元",
                "revenue_change": "-23.09%",
                "net_profit_parent": "214.13万元",
                "net_profit_parent_change": "-46.18%",
            },
        ),
    ],
)
def test_sentences(text: str, wanted: dict[str, str]) -> None:
    assert wanted.items() <= read(text).items()


def test_change_stands_before_the_amount_in_hong_kong_wording() -> None:
    found = read("全年收入按年跌19.5%至544.6億元，淨利潤按年跌48%至50.2億元，每股盈利2.5249元。")
    assert found["revenue"] == "544.6亿元"
    assert found["revenue_change"] == "-19.5%"
    assert found["net_profit"] == "50.2亿元"
    assert found["net_profit_change"] == "-48%"


def test_more_exact_mention_of_the_same_figure_counts() -> None:
    assert read("公司每股收益0.25元，营业收入1.2亿元。按新股本计算，每股收益0.2532元。")["eps"] == "0.2532元"


@pytest.mark.parametrize(
    "text",
    [
        "第四季度实现营业收入19.1亿元，同比增长57%。",  # another period
        "子公司实现营业收入3.00亿元，同比增长20%。",
        "智能硬件业务实现营业收入3.00亿元。",
        "公司预计2024年营业收入30亿元。",
        "剔除股份支付费用后，公司净利润为5.00亿元。",
        "公司营业成本3.00亿元，毛利率25.5%，研发费用0.50亿元。",
        "二季度营业收入环比增长12.5%。",
        "营业收入的增长主要来自新签合同3.00亿元。",
        "公司已披露年报个股的行业平均营业收入增长率为34.55%。",
    ],
)
def test_what_is_not_the_companys_figure(text: str) -> None:
    assert read(text) == {}


def test_fewer_losses_are_neither_a_rise_nor_a_fall() -> None:
    found = read("实现归属于母公司所有者的净利润-27,804.05万元，较上年同期减少亏损10.68%。")
    assert found == {"net_profit_parent": "-27804.05万元"}


def test_difference_is_not_the_amount() -> None:
    assert read("营业收入同比增加3.00亿元，增幅15%。").get("revenue") is None


def test_headline_figure_yields_to_the_exact_one() -> None:
    found = read(
        "某某股份公告，公司实现归属于上市公司股东的净利润为16.86亿元，同比下降11.34%。",
        "某某股份业绩快报：2021年净利降11%至16.86亿元",
    )
    assert found == {"net_profit_parent": "16.86亿元", "net_profit_parent_change": "-11.34%"}


def test_table_and_prose_that_disagree_are_shown() -> None:
    text = (
        "单位：万元\n项目 本报告期 上年同期 增减（%）\n营业收入 52,009.94 41,472.22 25.41\n营业利润 300.00 200.00 50.00\n"
        "报告期内，公司实现营业收入5.20亿元，营业利润290.00万元。\n"
    )
    checks = {check.name: check for check in flash(Filing(TITLE, text))[0].checks}
    assert checks["revenue_prose"].ok is True  # 5.20 亿元 is 52,009.94 万元 rounded
    assert checks["operating_profit_prose"].ok is False
    assert "290.00万元" in checks["operating_profit_prose"].detail


def test_reasons_are_sentences() -> None:
    fields = flash(Filing(TITLE, "公司实现营业收入5.20亿元。利润增长主要系订单增加所致。公司注册地在某市。"))[
        0
    ].fields
    reasons = fields["reasons"]
    assert isinstance(reasons, tuple)
    assert [reason.value for reason in reasons] == ["利润增长主要系订单增加所致。"]


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("某某股份2023年度业绩快报", "2023FY"),
        ("某某股份:2016年半年度业绩快报", "2016H1"),
        ("某某股份2012年第一季度业绩快报", "2012Q1"),
        ("某某股份2009年中期业绩快报", "2009H1"),
        ("某某股份2019年前三季度业绩快报", "2019Q3"),
        ("某某股份2018年三季报点评", "2018Q3"),
        ("某某股份08年业绩快报", "2008FY"),
        ("某某股份二〇二二年上半年业绩", "2022H1"),
        ("某某股份1H22业绩回顾", "2022H1"),
        ("某某股份2021年1-6月业绩", "2021H1"),
        ("某某股份2022年年度业绩快报公告", "2022FY"),
    ],
)
def test_periods_of_titles(title: str, code: str) -> None:
    period = main_period(title, len(title), None)
    assert period is not None
    assert period.code == code


def test_year_of_a_bare_period_comes_from_the_publication() -> None:
    period = main_period("上半年业绩快报", 7, date(2023, 8, 20))
    assert period is not None
    assert (period.year, period.days) == (2023, "2023-01-01/2023-06-30")


def test_full_date_is_no_period() -> None:
    assert list(periods("公司于2023年8月20日公告", 0, 14, None)) == []


@settings(max_examples=60)
@given(
    amount=st.integers(1, 10**9),
    change=st.integers(1, 99_999),
    unit=st.sampled_from(["元", "万元", "亿元"]),
    name=st.sampled_from(
        [
            ("revenue", "营业收入"),
            ("revenue", "营业总收入"),
            ("total_profit", "利润总额"),
            ("net_profit_parent", "归属于上市公司股东的净利润"),
            ("net_profit_parent", "归母净利润"),
            ("net_profit_parent_ex_nonrecurring", "扣除非经常性损益后的净利润"),
            ("total_assets", "总资产"),
        ]
    ),
    phrase=st.sampled_from(
        [
            "报告期内，公司{n}{a}，同比增长{c}%。",
            "公司实现{n}为{a}，较上年同期上升{c}%。",
            "{n}约{a}，比上年同期增加{c}%；",
            "{n}达到人民币{a}，同比+{c}%。",
            "实现{n}{a}(同比增长{c}%)。",
            "公司{n}同比上涨{c}%至{a}。",
        ]
    ),
)
def test_phrases_and_number_forms(
    amount: int, change: int, unit: str, name: tuple[str, str], phrase: str
) -> None:
    value, percent = Decimal(amount).scaleb(-2), Decimal(change).scaleb(-2)
    found = read(phrase.format(n=name[1], a=f"{value:,}{unit}", c=percent))
    assert found[name[0]] == f"{value}{unit}"
    assert found[f"{name[0]}_change"] == f"{percent}%"


@given(
    st.text(alphabet="净利润营业收入同比增长下降分别为和、，。%亿万元0123456789.-上年期归母", max_size=200)
)
def test_any_words_give_verbatim_evidence_or_nothing(text: str) -> None:
    for fact in flash(Filing("", text)):
        for value in fact.fields.values():
            for one in value if isinstance(value, tuple) else (value,):
                assert isinstance(one, Number | Term) or one.text
                assert text[one.start : one.end] == one.text
