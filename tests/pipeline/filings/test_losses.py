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


def test_a_comparison_names_no_period_of_what_follows() -> None:
    (loss,) = read(
        "",
        "青禾资源（600999）今日晚间发布2019年半年报，公司实现营业收入15,990.69万元，比去年同期减少20.76%，归属于上市公司股东的净利润为-334.98万元。",
    )
    assert (loss["period"], loss["net_loss"]) == ("2019年半年", "334.98万元")


def test_periods_that_end_on_a_day() -> None:
    last, own = read(
        "",
        "青禾华润(00999-HK)公布，相对于截至2018年9月30日止6个月取得的亏损约2.56亿港元，集团预期于截至2019年9月30日止6个月取得不少于1亿港元的股东应占亏损。",
    )
    assert (last["period"], last["net_loss"]) == ("截至2018年9月30日止6个月", "2.56亿港元")
    assert (own["period"], own["net_loss"]) == ("截至2019年9月30日止6个月", "1亿港元")


def test_losses_shared_out_over_years() -> None:
    found = read("", "青禾股份（600999）公告，公司在2012年度、2013年度分别亏损6925.49万元和5920.91万元。")
    assert [(loss["period"], loss["net_loss"]) for loss in found] == [
        ("2012年度", "6925.49万元"),
        ("2013年度", "5920.91万元"),
    ]


def test_losses_of_two_periods_as_ranges() -> None:
    found = read(
        "",
        "在2018年年报延期数月之后，青禾银行(00999)昨天发布盈利警告，预期2018年将净亏损约40亿-50亿元，同时2019年上半年将净亏损约5亿-10亿元。",
    )
    assert [(loss["period"], loss["net_loss"]) for loss in found] == [
        ("2018年", "40亿 / 50亿元"),
        ("2019年上半年", "5亿 / 10亿元"),
    ]


def test_whose_loss_it_is() -> None:
    (loss,) = read(
        "青禾网络25亿增资零收入公司",
        "近日，青禾网络集团股份有限公司（简称青禾网络）公告称，将增资子公司海州白石网络科技有限公司（简称白石网络）。2018年，白石网络的营业收入为0，净亏损70.8万元。",
    )
    assert loss["holder"] == "海州白石网络科技有限公司"


def test_a_name_before_its_code_is_what_the_text_repeats() -> None:
    (loss,) = read(
        "",
        "某集团重金投资的酒类电商远海网（830999.OC，以下简称“1999”）继续亏损。8月30日晚公告显示，2019年上半年净亏损1323.48万元。去年10月，远海网披露方案。",
    )
    assert loss["holder"] == "远海网"


def test_who_publishes_a_report_has_lost() -> None:
    (loss,) = read(
        "",
        "7月15日电，青禾科技发布2022年半年报预亏公告，预计今年上半年净利润为-6600.00万元~-5900.00万元，去年同期净利润为263.97万元，归属于上市公司股东的净利润亏损:5,900万元-6,600万元",
    )
    assert (loss["holder"], loss["period"], loss["net_loss"]) == (
        "青禾科技",
        "2022年半年",
        "6600.00万元 / 5900.00万元",
    )


def test_the_change_of_another_figure_is_not_the_loss_s() -> None:
    (loss,) = read(
        "",
        "【青禾股份：第三季度净亏损446.13万元】10月27日电，青禾股份公布2021年第三季度报告，公司实现营业收入9.33亿元，同比增长14.88%；归属于上市公司股东的净利润为-446.13万元。",
    )
    assert "change" not in loss


def test_lately_counts_where_something_is_published() -> None:
    (loss,) = read(
        "",
        "11月16日晚间，青禾长运发布公告，保荐机构近日对公司进行了检查。资料显示，青禾长运2020年前三季度净亏损约2.03亿元。",
    )
    assert loss["disclosed"] == "11月16日晚间"


@pytest.mark.parametrize(
    "text",
    [
        "青禾智能（870000）近日发布2020年半年度报告，归属于挂牌公司股东的净利润4,640,191.79元，同比增长5%。",
        "青禾智能（870000）公告，每股亏损0.11元。",
        "青禾智能（870000）公告，公司计提减值准备3.00亿元。",
        "青禾智能（870000）公告，去年同期确认非流动资产产生的减值亏损约5830万元。",
        "青禾智能（870000）公告，第3季度经调整EBITDA亏损为7.31亿港元。",
        "青禾智能（870000）公告，前三季度扣非净利亏损5100万元。",
        "青禾智能（870000）获减持评级。我们预计2022年股东净利润为-47亿港元。",
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
