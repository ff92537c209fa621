"""Incentive plans. All companies and figures are made up."""

from __future__ import annotations

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


@given(st.text(alphabet=GARBAGE, max_size=200))
def test_garbage_raises_nothing_and_shows_its_words(text: str) -> None:
    told(facts, text)


@given(st.text(max_size=120))
def test_no_fact_of_other_text(text: str) -> None:
    assert facts(Filing("", text)) == []
