"""Reductions and increases: what has been traded. All companies, people and figures are made up."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.filings.record import Filing
from pipeline.filings.shareholders import increases, reductions
from tests.pipeline.filings.told import GARBAGE, checks, told


def test_trade_with_the_plan_behind_it() -> None:
    assert told(
        reductions,
        "青禾智能（000000）公告，公司持股5%以上股东白石创业投资有限公司（以下简称“白石创投”）计划减持公司股份不超过6,000,000股，即不超过公司总股本的3%。"
        "2021年3月1日至2021年4月30日，白石创投通过集中竞价减持公司股份2,000,000股，占公司总股本的1.00%。"
        "本次减持后，白石创投持有公司股份18,000,000股，占公司总股本的9.00%。减持计划尚未实施完毕。",
    ) == [
        {
            "holder": "白石创业投资有限公司",
            "shares": "2,000,000股",
            "ratio": "1.00%",
            "from": "2021-03-01",
            "to": "2021-04-30",
            "holding_after": "18,000,000股",
            "plan_shares": "6,000,000股",
            "plan_ratio": "3%",
            "stage": "progress",
        }
    ]


def test_end_of_a_span_takes_the_year_of_its_beginning() -> None:
    (trade,) = told(
        increases,
        "公司第一大股东白石投资有限公司自2021年1月30日至5月31日，已增持公司股票563.31万股，占公司总股本的1.50%。",
    )
    assert (trade["from"], trade["to"]) == ("2021-01-30", "2021-05-31")


def test_a_sum_of_trades_is_no_trade() -> None:
    found = told(
        increases,
        "2021年5月6日，林远山先生增持公司股份100,000股，占公司总股本的0.05%。2021年5月7日，林远山先生增持公司股份300,000股，占公司总股本的0.15%。"
        "截至2021年5月7日，林远山先生累计增持公司股份400,000股，占公司总股本的0.20%。",
    )
    assert [(t["shares"], t["to"], t["cum_shares"]) for t in found] == [
        ("100,000股", "2021-05-06", "400,000股"),
        ("300,000股", "2021-05-07", "400,000股"),
    ]


def test_price_and_amount_are_checked() -> None:
    text = "公司董事林远山先生于2021年5月6日以均价10.00元/股增持公司股份200,000股，增持金额{}万元。"
    assert checks(increases, text.format("200")) == {"shares*price=amount": True}
    assert checks(increases, text.format("300")) == {"shares*price=amount": False}


def test_year_from_the_day_of_the_filing() -> None:
    (trade,) = told(
        reductions, "公司监事林远山先生于12月30日减持公司股份5000股。", published=date(2022, 1, 4)
    )
    assert trade["from"] == "2021-12-30"


def test_what_is_frozen_or_held_is_not_sold() -> None:
    (fact,) = told(
        reductions,
        "公司股东林远山先生被动减持。截至本公告日，林远山所持公司的27,463,000股全部处于司法冻结状态。",
        "关于股东被动减持的公告",
    )
    assert fact == {"holder": "林远山", "stage": "passive"}


@given(st.text(alphabet=GARBAGE, max_size=200))
def test_garbage_raises_nothing_and_shows_its_words(text: str) -> None:
    told(reductions, text)
    told(increases, text)


@given(st.text(max_size=120))
def test_no_fact_of_other_text(text: str) -> None:
    assert reductions(Filing("", text)) == []


def test_what_is_told_respectively_goes_to_each_in_its_order() -> None:
    two = told(
        reductions,
        "公司股东远山发展投资集团有限公司、临江科技产业集团有限公司拟以集中竞价的方式，分别减持不超过1.56亿股和0.44亿股，占公司总股本的2.34%和0.67%。",
    )
    assert [(t["holder"], t["plan_shares"], t["plan_ratio"]) for t in two] == [
        ("远山发展投资集团有限公司", "1.56亿股", "2.34%"),
        ("临江科技产业集团有限公司", "0.44亿股", "0.67%"),
    ]
    three = told(
        reductions,
        "林远山先生于2017年3月2日、3月3日、3月10日分别通过大宗交易减持公司股份1,300,000股、1,800,000股、747,600股，分别占公司总股本的0.34%、0.47%、0.19%。",
        published=date(2017, 3, 14),
    )
    assert [(t["shares"], t["ratio"], t["from"]) for t in three] == [
        ("1,300,000股", "0.34%", "2017-03-02"),
        ("1,800,000股", "0.47%", "2017-03-03"),
        ("747,600股", "0.19%", "2017-03-10"),
    ]


def test_shares_that_another_held_are_bought() -> None:
    taken, bought = told(
        increases,
        "白石投资集团有限公司于2017年11月27日通过大宗交易方式受让了公司员工持股计划所持有的16,931,828股公司股份，通过集中竞价方式增持公司股份14,881,100股。",
    )
    assert (taken["shares"], bought["shares"]) == ("16,931,828股", "14,881,100股")


def test_other_stories_of_a_news_page_are_left_out() -> None:
    text = (
        "青禾智能公告，控股股东、实际控制人林远山减持计划实施完毕，合计卖出1.8566%公司股份。\n"
        "远山火锅店长月薪12万？原来全靠这一招！\n"
        "8月29日晚，某榜单发布，远山火锅老板以138亿美元身家成为首富！那么这家店到底有多赚钱？市盈率又有多高...\n"
        "2019-09-20 14:06:06\n"
    )
    (sold,) = told(reductions, text, published=date(2019, 9, 20))
    assert sold["holder"] == "林远山"
    assert sold["ratio"] == "1.8566%"
    assert "amount" not in sold


def test_all_that_a_holder_holds_is_no_capital() -> None:
    (bought,) = told(
        increases,
        "青禾股份披露，截至10月27日收盘，公司第三大股东海州远山实业公司通过二级市场买入的方式，增持公司64.5万股，"
        "增持后，远山实业持有公司股份总数为1011.47万股，占公司总股本的5.67%。",
        "青禾股份获股东增持",
    )
    assert (bought["shares"], bought["holding_after"], bought.get("ratio")) == (
        "64.5万股",
        "1011.47万股",
        None,
    )


def test_what_is_held_afterwards_is_held_after_the_latest_trade() -> None:
    trades = told(
        increases,
        "青禾智能公告，公司控股股东白石投资有限公司于2017年4月10日增持公司股份1,000,000股。白石投资有限公司于2017年4月25日增持公司股份2,000,000股。"
        "本次增持后，白石投资有限公司持有公司股份182,000,000股，占公司总股本的42.00%。",
        "青禾智能控股股东增持公司股份",
    )
    assert [(t["shares"], t.get("holding_after")) for t in trades] == [
        ("1,000,000股", None),
        ("2,000,000股", "182,000,000股"),
    ]


def test_days_told_outside_the_clause() -> None:
    first, second = told(
        increases,
        "2021年5月6日，公司董事林远山先生通过集中竞价增持公司股份4,000股；公司监事王白石先生通过集中竞价增持公司股份5,000股。",
    )
    assert (first["to"], second["to"]) == ("2021-05-06", "2021-05-06")
    (bought,) = told(
        increases,
        "公司于2021年5月6日接到董事长林远山先生通知，林远山先生于当日通过集中竞价增持公司股份84,700股。",
    )
    assert (bought["from"], bought["to"]) == ("2021-05-06", "2021-05-06")
    (bought,) = told(
        increases,
        "增持人：白石投资有限公司\n增持时间：2021年5月6日至2021年5月8日\n白石投资有限公司增持数量为1,200,000股，占公司总股本0.10%。",
    )
    assert (bought["from"], bought["to"]) == ("2021-05-06", "2021-05-08")
    (sold,) = told(
        reductions,
        "截至2021年5月18日，白石集团有限公司累计减持公司股份7,300,000股（减持时间为2021年5月10日至2021年5月18日）。",
    )
    assert (sold["from"], sold["to"]) == ("2021-05-10", "2021-05-18")


def test_price_stands_before_its_own_trade_or_after_the_only_one() -> None:
    (first, second) = told(
        increases,
        "2021年5月6日，林远山先生增持公司股份70,000股。王白石先生在2021年5月7日以每股35.35元的价格增持公司股份4,700股。",
    )
    assert "price_low" not in first and second["price_low"] == "35.35元"
    (bought,) = told(
        increases,
        "林远山先生于2021年5月6日增持公司股份649,980股，占公司总股本的0.08%。本次增持前，林远山先生持有公司股份18,053,128股，占公司总股本的2.29%。"
        + "本次增持不影响公司的上市地位，也不导致控制权变化。" * 6
        + "本次增持股份的平均价格约为15.48元/股。",
    )
    assert bought["price_avg"] == "15.48元/股"
    (bought,) = told(increases, "林远山先生于5月6日增持公司股份70,000股，价格在13元上下，均价约13.24元。")
    assert bought["price_avg"] == "13.24元" and "price_low" not in bought


def test_what_is_held_afterwards_is_the_holders_own() -> None:
    (sold,) = told(
        reductions,
        "2021年5月6日，白石集团有限公司减持公司股份48,000,000股，占公司总股本的2.69%，本次减持前，白石集团有限公司持有公司股份582,793,362股，本次减持后，白石集团有限公司持有公司股份534,793,362股。",
    )
    assert sold["holding_after"] == "534,793,362股"
    (sold,) = told(
        reductions,
        "2021年5月6日，白石集团有限公司减持公司股份1,000,000股。本次减持后，白石集团有限公司及其一致行动人合计持有公司股份9,000,000股。",
    )
    assert "holding_after" not in sold
    (sold,) = told(
        reductions,
        "林远山先生于2021年5月6日减持所持有的公司无限售条件流通股5,700,000股，占公司总股本的1.484%。",
    )
    assert (sold["shares"], sold.get("holding_after")) == ("5,700,000股", None)


def test_part_of_the_holding_is_no_part_of_the_capital() -> None:
    (plan,) = told(
        reductions,
        "控股股东白石集团有限公司计划减持公司股份不超过400.08万股，占其所持公司股份的14.11%，占公司总股本的6%。",
    )
    assert (plan["ratio_of_holding"], plan["ratio"]) == ("14.11%", "6%")


def test_bonus_shares_are_no_trade() -> None:
    (bought,) = told(
        increases,
        "2021年5月6日，白石投资有限公司增持公司股份50,000股。2021年8月12日，公司实施利润分配，上述增持股份增加为75,000股。",
    )
    assert bought["shares"] == "50,000股"


def test_a_printed_day_is_not_that_of_the_filing() -> None:
    (sold,) = told(
        reductions,
        "截至2024年6月4日收盘后，林远山先生累计减持公司股份30,000股。",
        published=date(2024, 6, 8),
    )
    assert sold["to"] == "2024-06-04"


@pytest.mark.parametrize(
    ("printed", "low", "high"),
    [
        ("减持价格区间为15.20~18.33元/股", "15.20", "18.33元/股"),
        ("减持价格区间为15.20元/股-18.33元/股", "15.20元/股", "18.33元/股"),
        ("减持价格区间为15.20元至18.33元", "15.20元", "18.33元"),
    ],
)
def test_a_range_of_prices(printed: str, low: str, high: str) -> None:
    (sold,) = told(reductions, f"股东林远山通过集中竞价减持公司股份1,000,000股，{printed}。")
    assert (sold["price_low"], sold["price_high"]) == (low, high)
    assert "amount" not in sold


def test_a_range_of_the_market_is_no_price_of_the_trade() -> None:
    (sold,) = told(reductions, "当日公司股价区间为15.20~18.33元/股，股东林远山减持公司股份1,000,000股。")
    assert not sold.keys() & {"price_low", "price_high"}


@pytest.mark.parametrize(
    "base",
    [
        "剔除公司回购专用账户股份后总股本",
        "公司总股本（剔除公司回购专用证券账户中的股份数量）",
        "剔除公司回购专用账户中已回购股份1,234,567股后总股本",
        "公司剔除回购专用证券账户持股数量后总股本",
    ],
)
def test_shares_that_the_company_bought_back_are_left_out_of_the_base(base: str) -> None:
    (sold,) = told(reductions, f"股东林远山通过集中竞价减持公司股份1,000,000股，占{base}的1.00%。")
    assert (sold["shares"], sold["ratio"], "ratio_of_holding" in sold) == ("1,000,000股", "1.00%", False)
    (plan,) = told(reductions, f"股东林远山计划减持公司股份不超过1,000,000股，占{base}的1.00%。")
    assert plan["plan_ratio"] == "1.00%"


def test_hong_kong_disclosure_of_interests() -> None:
    (bought,) = told(
        increases,
        "香港联交所最新资料显示，2021年7月20日，白石资本增持远山科技(03999)120.5万股，每股作价210.8港元，总金额约为2.54亿港元。增持后最新持股数目约为1.35亿股，最新持股比例为6.02%。",
    )
    assert bought == {
        "holder": "白石资本",
        "shares": "120.5万股",
        "price_low": "210.8港元",
        "price_high": "210.8港元",
        "amount": "2.54亿港元",
        "from": "2021-07-20",
        "to": "2021-07-20",
        "holding_after": "1.35亿股",
        "stage": "executed",
    }


def test_flows_of_funds_and_statistics_are_no_trades_of_holders() -> None:
    for text in (
        "5月6日北向资金增持青禾智能股份120万股，增持市值2.5亿元。",
        "今年以来，已有1820家上市公司遭重要股东减持，总减持市值高达5284.42亿元。",
        "青禾智能近30日内北向资金持股量增加142.92万股，占流通股比例增加0.52%。",
    ):
        assert told(increases, text) == told(reductions, text) == []


def test_what_shall_not_be_sold_and_what_was_bought_are_no_sale() -> None:
    (sold,) = told(
        reductions,
        "林远山先生于2021年5月16日减持公司股份902,964股。林远山先生误操作买入6,900股，买入价格为43.05元/股。该6,900股不会在减持计划期间卖出。",
    )
    assert sold["shares"] == "902,964股" and "price_low" not in sold


def test_sums_over_longer_times_are_no_trades() -> None:
    found = told(
        increases,
        "2021年7月11日，林远山先生增持公司股份100,000股。2021年7月14日，林远山先生增持公司股份200,000股。"
        "截至2021年7月14日，林远山先生累计增持公司股份300,000股。本次公告前十二个月内，林远山先生累计增持公司股份900,000股。",
    )
    assert [(t["shares"], t["cum_shares"], t["as_of"]) for t in found] == [
        ("100,000股", "300,000股", "2021-07-14"),
        ("200,000股", "300,000股", "2021-07-14"),
    ]
    (only,) = told(
        increases,
        "截至2021年7月19日，白石集团有限公司累计增持公司股份78,506,261股（含2021年5月15日已增持的股份）。",
    )
    assert (only.get("from"), only["to"]) == (None, "2021-07-19")


def test_a_risk_is_no_sale() -> None:
    for text in (
        "股东林某某持有公司股份1,500,000股，存在被强制平仓的风险。",
        "股东林某某持有公司股份1,500,000股，其中1,000,000股被司法冻结，可能被司法强制执行。",
    ):
        assert told(reductions, text) == []
