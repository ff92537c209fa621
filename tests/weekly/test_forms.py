from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Check, Day, Document, Fact, Number, Term
from tests.weekly.documents import FLASH, PLAN, filing
from weekly.desk import Desk, load_desk
from weekly.forms import _period, filing_sentence, own_title, printed, stated

DAY = date(2024, 2, 21)


def text(document: Document, desk: Desk) -> str:
    return filing_sentence(document, list(document.facts), "中科曙光", DAY, desk).text


def test_a_plan_with_every_figure(desk: Desk) -> None:
    assert text(filing("buyback", PLAN), desk) == (
        "【中科曙光】2024年2月21日，公司发布回购股份方案，拟以集中竞价交易方式回购公司股份，"
        "回购资金总额3,000.00万元（含）–6,000.00万元（含），回购价格不超过21.50元/股（含），"
        "预计回购数量1,395,349–2,790,697股，占公司总股本0.9100%–1.8200%。"
    )


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("amount_min", "回购资金总额不超过6,000.00万元（含）"),
        ("amount_max", "回购资金总额不低于3,000.00万元（含）"),
        ("shares_min", "预计回购数量不超过2,790,697股"),
        ("price_cap", "6,000.00万元（含），预计回购数量"),
        ("method", "方案，回购资金总额"),
    ],
)
def test_what_is_not_stated_is_left_out(desk: Desk, missing: str, said: str) -> None:
    fields = {name: value for name, value in PLAN.items() if name != missing}
    assert said in text(filing("buyback", fields), desk)


def test_the_unit_stands_twice_when_the_ends_of_a_range_differ(desk: Desk) -> None:
    fields = PLAN | {"shares_min": ("139.53", "万股"), "shares_max": ("2,790,697", "股")}
    assert "预计回购数量139.53万股–2,790,697股" in text(filing("buyback", fields), desk)


def test_a_range_of_one_figure_is_that_figure(desk: Desk) -> None:
    fields: dict[str, str | tuple[str, str]] = {
        "net_profit_min": ("4,200", "万元"),
        "net_profit_max": ("5,700", "万元"),
        "change_min": ("38.47", "%"),
        "change_max": ("38.47", "%"),
    }
    assert text(filing("earnings_forecast", fields), desk).endswith(
        "公司发布业绩预告，预计归母净利润4,200万元至5,700万元，变动幅度38.47%。"
    )


def test_stages_have_their_own_forms(desk: Desk) -> None:
    bought: dict[str, str | tuple[str, str]] = {
        "stage": "completed",
        "shares_repurchased": ("1,200,300", "股"),
        "ratio_repurchased": ("0.78", "%"),
        "price_low": ("18.10", "元/股"),
        "price_high": ("20.05", "元/股"),
        "amount_paid": ("2,301.45", "万元"),
    }
    said = "累计回购1,200,300股，占公司总股本0.78%，成交价格18.10–20.05元/股，支付资金总额2,301.45万元。"
    assert text(filing("buyback", bought), desk) == f"【中科曙光】2024年2月21日，公司回购股份实施完毕，{said}"
    assert text(filing("buyback", bought | {"stage": "progress"}), desk).endswith(f"公司披露回购进展，{said}")


def test_a_flash_says_growth_and_fall(desk: Desk) -> None:
    assert text(filing("earnings_flash", FLASH), desk) == (
        "【中科曙光】2024年2月21日，公司发布2023年度业绩快报，实现营业收入81,000.50万元，同比增长12.30%；"
        "归母净利润9,100.00万元，同比下降4.05%。"
    )


def test_a_loss_has_no_growth(desk: Desk) -> None:
    loss = FLASH | {"net_profit_parent": ("-150.00", "万元"), "net_profit_parent_change": ("-33.81", "%")}
    assert text(filing("earnings_flash", loss), desk).endswith("归母净利润-150.00万元，同比变动-33.81%。")
    turned = FLASH | {
        "net_profit_parent_last": ("-150.00", "万元"),
        "net_profit_parent_change": ("120.00", "%"),
    }
    assert "同比变动120.00%" in text(filing("earnings_flash", turned), desk)
    assert "同比增长120" not in text(filing("earnings_flash", turned), desk)


@pytest.mark.parametrize(("word", "said"), [("扭亏为盈", "，同比扭亏为盈。"), ("不适用", "9,100.00万元。")])
def test_a_change_in_words(desk: Desk, word: str, said: str) -> None:
    assert text(filing("earnings_flash", FLASH | {"net_profit_parent_change": word}), desk).endswith(said)


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("2023H1", "2023年半年度"),
        ("2023Q3", "2023年第三季度"),
        ("2023Q1", "2023年第一季度"),
        ("去年", "去年"),
    ],
)
def test_periods(desk: Desk, period: str, said: str) -> None:
    assert f"公司发布{said}业绩快报" in text(filing("earnings_flash", FLASH | {"period": period}), desk)


def test_nine_months_are_no_quarter() -> None:
    said = Term(value="2023Q3", text="2023年前三季度", start=0, end=8)
    assert _period(said) == "2023年前三季度"


def test_the_row_is_called_as_the_filing_calls_it(desk: Desk) -> None:
    document = filing("earnings_flash", FLASH)
    body = document.body.replace("revenue 81", "营业总收入 81")
    moved = body.index("81,000.50") - document.body.index("81,000.50")
    fields = {
        name: msgspec.structs.replace(value, start=value.start + moved, end=value.end + moved)
        for name, value in document.facts[0].fields.items()
        if name != "period" and not isinstance(value, tuple)
    }
    fact = msgspec.structs.replace(document.facts[0], fields=fields)
    document = msgspec.structs.replace(document, body=body, facts=(fact,))
    assert "实现营业总收入81,000.50万元" in text(document, desk)


def test_a_failed_check_stands_after_its_figure(desk: Desk) -> None:
    failed = Check(
        name="change", ok=False, detail="按两期数计算为11.9%", fields=("revenue", "revenue_change")
    )
    fine = Check(name="other", ok=True, detail="无", fields=("revenue",))
    unknown = Check(name="third", ok=None, detail="缺数", fields=("revenue",))
    document = filing("earnings_flash", FLASH, checks=(failed, fine, unknown))
    assert "同比增长12.30%（校核不符：按两期数计算为11.9%）；归母" in text(document, desk)


def test_a_second_registration_is_added(desk: Desk) -> None:
    one = filing(
        "algorithm_registration", {"batch": "第四批", "category": "深度合成服务算法", "name": "甲算法"}
    )
    two = Fact(
        kind="algorithm_registration",
        company="603019",
        fields={"name": Term(value="乙算法", text="第四批", start=0, end=3)},
    )
    both = msgspec.structs.replace(one, facts=(*one.facts, two))
    assert text(both, desk) == (
        "【中科曙光】2024年2月21日，公司公告第四批深度合成服务算法备案信息，甲算法通过备案；乙算法通过备案。"
    )


def test_a_kind_without_a_form_is_told_by_its_title(desk: Desk) -> None:
    document = filing("other", {}, title="中科曙光：关于董事辞职的公告")
    assert text(document, desk) == "【中科曙光】2024年2月21日，公司公告《关于董事辞职的公告》。"
    assert own_title(document) == "关于董事辞职的公告"


def test_every_figure_carries_its_place(desk: Desk) -> None:
    document = filing("buyback", PLAN)
    sentence = filing_sentence(document, list(document.facts), "中科曙光", DAY, desk)
    at = {sentence.text[s.at[0] : s.at[1]]: s.text for s in sentence.sources if s.at}
    assert at["3,000.00万元（含）"] == "3,000.00万元（含）"
    assert at["1,395,349"] == "1,395,349股"
    assert len(at) == 8
    assert sentence.sources[0].field == "title"
    for source in sentence.sources:
        assert getattr(document, source.field)[source.start : source.end] == source.text


def test_usable_is_what_states_a_needed_field(desk: Desk) -> None:
    assert stated(filing("buyback", {"stage": "plan", "method": "集中竞价"}).facts[0], desk) == []
    assert stated(filing("buyback", PLAN).facts[0], desk) == [
        "amount_min",
        "amount_max",
        "shares_min",
        "shares_max",
    ]


def test_days_are_printed_in_full() -> None:
    assert printed(Day(value=date(2024, 2, 5), text="2月5日", start=0, end=4)) == "2024年2月5日"


@given(
    st.dictionaries(
        st.sampled_from([name for name in PLAN if name not in ("stage", "method")]),
        st.decimals(min_value=Decimal("-99999999"), max_value=Decimal("99999999"), places=2),
    ),
    st.sampled_from(["plan", "progress", "adjusted", "anything"]),
)
def test_no_figure_is_printed_that_the_fact_does_not_hold(figures: dict[str, Decimal], stage: str) -> None:
    fields: dict[str, str | tuple[str, str]] = {"stage": stage}
    fields |= {name: (f"{value:,f}", "万元") for name, value in figures.items()}
    document = filing("buyback", fields, title="关于回购的公告")
    said = text(document, load_desk()).removeprefix("【中科曙光】2024年2月21日，")
    numbers = re.findall(r"-?[\d,]+\.\d\d", said)
    held = {f"{v.value:,f}" for v in document.facts[0].fields.values() if isinstance(v, Number)}
    assert set(numbers) <= held
    assert "{" not in said
    assert said.endswith("。")
    assert "，，" not in said
