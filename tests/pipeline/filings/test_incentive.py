"""Incentive plans. All companies and figures are made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.filings.incentive import facts
from pipeline.filings.record import Filing
from tests.pipeline.filings.told import GARBAGE, checks, told

PLAN = (
    "本激励计划拟向激励对象授予的股票期权数量合计800万份，约占本激励计划公告日公司股本总额26,680.00万股的3.00%。其中：首次授予738万份，占授予总量的92.25%；"
    "预留62万份，占授予总量的7.75%。首次授予的激励对象共计45人。股票期权的行权价格为5.43元/份。"
)


def test_one_tool_with_its_parts() -> None:
    assert told(facts, PLAN, "2023年股票期权激励计划（草案）") == [
        {
            "shares": "800万份",
            "ratio": "3.00%",
            "first": "738万份",
            "reserved": "62万份",
            "grant_price": "5.43元/份",
            "persons": "45人",
            "tool": "期权",
            "stage": "草案",
        }
    ]


def test_parts_add_up() -> None:
    assert checks(facts, PLAN) == {"first+reserved=shares": True}
    assert checks(facts, PLAN.replace("62万份", "64万份")) == {"first+reserved=shares": False}


def test_two_tools_side_by_side() -> None:
    (plan,) = told(
        facts,
        "本激励计划拟授予的限制性股票与股票期权的数量总计1,830万份，约占股本总额的1.40%。限制性股票激励计划：拟授予915万股限制性股票，占股本总额的0.70%。"
        "股票期权激励计划：拟授予915万份股票期权，占股本总额的0.70%。限制性股票授予的价格为2.49元/股，股票期权的行权价格为4.97元/股。",
        "限制性股票与股票期权激励计划（草案）",
    )
    assert plan["tool"] == "限制性股票 / 期权"
    assert plan["shares"] == "915万股 / 915万份"
    assert plan["grant_price"] == "2.49元/股 / 4.97元/股"
    assert (plan["total"], plan["total_ratio"]) == ("1,830万份", "1.40%")


def test_grant() -> None:
    (grant,) = told(
        facts,
        "董事会确定股票期权的授权日为2022年1月4日，向353名激励对象授予737万份股票期权，行权价格为6.49元/股。",
    )
    assert (grant["granted_on"], grant["persons"], grant["stage"]) == ("2022-01-04", "353名", "授予")


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("限制性股票的授予价格由12.34元/股调整为12.04元/股。", "grant_price", "12.04元/股"),
        ("股票期权的行权价格由25.60元/份调整为25.10元/份。", "grant_price", "25.10元/份"),
        ("限制性股票的授予数量由1,000万股调整为1,400万股。", "shares", "1,400万股"),
        ("首次授予限制性股票的激励对象由120人调整为118人。", "persons", "118人"),
        (
            "限制性股票的授予价格由12.34元/股调整为12.04元/股，再调整为8.46元/股。",
            "grant_price",
            "8.46元/股",
        ),
        (
            "首次授予的股票期权行权价格由3.78元/股调整为3.63元/股，预留授予的行权价格由5.07元/股调整为4.92元/股。",
            "grant_price",
            "3.63元/股 / 4.92元/股",
        ),
        (
            "股票期权的行权价格调整为P=P0-V，其中P0为16.03元/股，V为0.25元/股。因此，调整后的行权价格为15.78元/股。",
            "grant_price",
            "15.78元/股",
        ),
    ],
)
def test_what_has_been_replaced_is_not_in_force(text: str, field: str, value: str) -> None:
    (fact,) = told(facts, text)
    assert fact[field] == value


def test_the_price_in_force_after_earlier_changes() -> None:
    (fact,) = told(
        facts,
        "2023年6月21日，股票期权的行权价格由4.13元/股调整为3.98元/股。2024年7月22日，行权价格由3.98元/股调整为3.78元/股。",
        "关于股票期权激励计划自主行权结果的公告",
    )
    assert (fact["stage"], fact["grant_price"]) == ("行权", "3.78元/股")


def test_the_month_is_not_the_total_exercised() -> None:
    (fact,) = told(
        facts,
        "2024年8月，公司股票期权激励计划激励对象行权数量为123,400股；截至2024年8月31日，累计行权且完成登记的股份为2,345,600股。",
        "关于股票期权激励计划自主行权结果暨股份变动的公告",
    )
    assert fact["shares"] == "2,345,600股"
    assert fact["period_shares"] == "123,400股"
    assert (fact["as_of"], fact["stage"]) == ("2024-08-31", "行权")


@pytest.mark.parametrize(
    ("title", "text", "stage", "tool", "shares"),
    [
        (
            "关于注销部分股票期权的公告",
            "公司曾于2022年向激励对象授予股票期权8,000,000份。公司拟注销股票期权1,234,560份。",
            "注销",
            "期权",
            "1,234,560份",
        ),
        (
            "关于作废部分已授予尚未归属的限制性股票的公告",
            "5名激励对象离职，其已获授但尚未归属的156,000股作废失效。业绩未达标对应的300,000股全部取消归属，并作废失效。"
            "综上，本次合计作废已授予但尚未归属的限制性股票456,000股。",
            "作废",
            "限制性股票",
            "456,000股",
        ),
        (
            "关于作废部分限制性股票的公告",
            "同意作废2023年限制性股票激励计划首次授予激励对象部分已授予尚未归属的限制性股票153.80万股。",
            "作废",
            "限制性股票",
            "153.80万股",
        ),
        (
            "关于终止实施2022年限制性股票激励计划的公告",
            "公司决定终止本次激励计划，终止涉及的限制性股票5,000,000股。",
            "终止",
            "限制性股票",
            "5,000,000股",
        ),
        (
            "关于股票期权首次授予登记完成的公告",
            "股票期权登记数量：500.00万份。",
            "授予",
            "期权",
            "500.00万份",
        ),
    ],
)
def test_what_a_filing_ends_or_registers(title: str, text: str, stage: str, tool: str, shares: str) -> None:
    (fact,) = told(facts, text, title)
    assert (fact["stage"], fact["tool"], fact["shares"]) == (stage, tool, shares)


def test_shares_bought_back_are_counted_by_the_kind_of_their_own() -> None:
    (fact,) = told(
        facts,
        "公司决定终止实施本激励计划，并回购注销限制性股票2,000,000股。",
        "关于终止实施2022年限制性股票激励计划暨回购注销限制性股票的公告",
    )
    assert fact == {"stage": "终止", "tool": "限制性股票"}


def test_a_vesting_is_told_beside_its_grant() -> None:
    (fact,) = told(
        facts,
        "授予数量：123.20万股，其中首次授予98.70万股，预留授予24.50万股。授予人数49人。本次可归属限制性股票数量408,550股，本次归属人数103人。",
        "关于2022年限制性股票激励计划首次授予部分第二个归属期符合归属条件的公告",
    )
    assert (fact["stage"], fact["persons"]) == ("归属", "103人")
    assert "first" not in fact  # the grant's, which the shares of this vesting do not sum up


def test_what_was_granted_in_fact() -> None:
    (fact,) = told(
        facts,
        "公司拟授予限制性股票66.00万股，实际授予限制性股票53.00万股，4人放弃认购，授予人数变为12人。",
        "关于2023年限制性股票激励计划预留授予结果公告",
    )
    assert (fact["shares"], fact["persons"]) == ("53.00万股", "12人")


def test_counts_of_several_plans_adjusted_at_once() -> None:
    (fact,) = told(
        facts,
        "2021年未归属的限制性股票数量由40.00万股调整为56.00万股。2023年首次授予的限制性股票数量由290.00万股调整为406.00万股。",
        "关于调整2021年、2023年限制性股票激励计划授予价格及数量的公告",
    )
    assert fact["shares"] == "56.00万股 / 406.00万股"


def test_heads_of_a_vesting() -> None:
    (fact,) = told(facts, "2022年限制性股票激励计划本次归属人数：120人。本次归属数量：300,000股。")
    assert (fact["persons"], fact["shares"]) == ("120人", "300,000股")


@given(st.text(alphabet=GARBAGE, max_size=200))
def test_garbage_raises_nothing_and_shows_its_words(text: str) -> None:
    told(facts, text)


@given(st.text(max_size=120))
def test_no_fact_of_other_text(text: str) -> None:
    assert facts(Filing("", text)) == []
