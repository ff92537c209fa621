"""Reductions and increases. All companies, people and figures are made up."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.filings.record import Filing
from pipeline.filings.shareholders import increases, reductions
from pipeline.model import Number, Term
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


def test_plan_alone_gives_its_upper_bound() -> None:
    (plan,) = told(
        increases,
        "远山股份公告，公司董事长林远山先生计划自2021年5月25日起6个月内增持公司股份，增持金额不低于人民币300万元且不高于人民币600万元。",
    )
    assert plan == {
        "holder": "林远山",
        "plan_amount_min": "300万元",
        "plan_amount_max": "600万元",
        "from": "2021-05-25",
        "plan_window": "自2021年5月25日起6个月内",
        "amount": "600万元",
        "stage": "plan",
    }


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


def test_a_holder_named_without_its_role_is_the_subject_of_the_clause() -> None:
    (nothing,) = told(
        reductions,
        "截至本公告披露日，本次减持计划时间过半，远山创世尚未通过任何方式减持公司股份。",
        title="注意！青禾智能：远山创世减持计划时间已过半，未实施减持",
        published=date(2020, 10, 23),
    )
    assert (nothing["holder"], nothing["as_of"]) == ("远山创世", "2020-10-23")
    (bought,) = told(
        increases,
        "格外财经8月18日丨青禾智能获Harbour Plc于8月12日在场内以每股平均价28.89港元增持538.9万股，涉资约1.56亿港元。",
        published=date(2020, 8, 18),
    )
    assert bought["holder"].replace(" ", "") == "HarbourPlc"
    assert (bought["shares"], bought["price_avg"], bought["from"]) == ("538.9万股", "28.89港元", "2020-08-12")


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


def test_the_time_of_a_plan_as_printed() -> None:
    (plan,) = told(
        reductions,
        "公司股东林远山先生计划自本公告披露之日起15个交易日后的6个月内减持公司股份不超过1,000,000股（占公司总股本的1.00%）。",
    )
    assert plan["plan_window"] == "自本公告披露之日起15个交易日后的6个月内"


def test_each_of_two_holders_traded() -> None:
    two = told(
        increases,
        "2016年1月8日，公司原董事林远山先生和现任监事会主席白石泉先生通过交易系统各增持了公司股票500股。"
        "增持后，林远山先生持有公司股份7,015股，白石泉先生持有公司股份5,323股。",
        published=date(2016, 1, 13),
    )
    assert [(t["holder"], t["shares"], t["holding_after"]) for t in two] == [
        ("林远山", "500股", "7,015股"),
        ("白石泉", "500股", "5,323股"),
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


HEAD = "证券代码：000000 证券简称：远山股份 公告编号：2024-008\n远山智能科技股份有限公司\n{title}\n"


def test_the_stage_of_a_plan_points_at_the_words_that_say_so() -> None:
    body = HEAD.format(title="关于高级管理人员增持公司股份计划的公告") + (
        "公司部分高级管理人员计划自本公告披露之日起6个月内增持公司股份，合计增持金额不低于人民币820万元。"
    )
    (fact,) = increases(Filing("关于高级管理人员增持公司股份计划的公告", body))
    stage = fact.fields["stage"]
    assert isinstance(stage, Term) and (stage.value, stage.text) == ("plan", "计划")


def test_the_share_of_a_plan_is_read_behind_what_is_held_and_the_filer_is_no_holder() -> None:
    body = HEAD.format(title="关于持股5%以上股东减持股份的预披露公告") + (
        "持有公司股份12,300,000股的股东计划自本公告披露之日起15个交易日后的3个月内，以集中竞价方式减持公司股份不超过公司总股本的1.00%。"
    )
    (fact,) = told(reductions, body)
    assert (fact["plan_ratio"], fact["stage"]) == ("1.00%", "plan")
    assert "holder" not in fact


def test_every_holder_of_a_list_is_named() -> None:
    (plan,) = told(
        reductions,
        "青禾智能公告，公司控股股东海州大禾投资有限公司（以下简称“大禾投资”，现持有公司股票352,512,000股，占公司总股本的20.08%）、"
        "实际控制人林远山（现持有公司股票4,318,299股，占公司总股本的2.60%）和副总裁林近水计划减持公司股份。"
        "大禾投资、林远山和林近水拟合计减持不超过140,453,896股，即不超过公司总股本的8%。",
    )
    assert plan["holder"] == "海州大禾投资有限公司 / 林远山 / 林近水"
    (none,) = told(
        reductions,
        "青禾智能公告，3名监事郭大山、黄小川、曾中流自2020年8月5日至今未减持公司股份。",
        "青禾智能：3名监事减持期过半尚未实施减持",
    )
    assert none["holder"] == "郭大山 / 黄小川 / 曾中流"


def test_two_names_joined_are_two() -> None:
    (none,) = told(
        reductions,
        "截至本公告披露日，青禾平方和青禾平方壹号尚未减持股份。",
        "青禾平方、青禾平方壹号减持时间过半，青禾平方和青禾平方壹号尚未减持公司股份",
    )
    assert none["holder"] == "青禾平方 / 青禾平方壹号"


def test_a_plan_between_two_days() -> None:
    (plan,) = told(
        reductions,
        "青禾智能公告称，持公司2.40%股份的特定股东远山投资，计划在2019年12月6日至2020年6月5日期间减持其直接持有的公司不超过119万股股份（占本公司总股本比例0.88%）。",
    )
    assert (plan["holder"], plan["from"], plan["to"], plan["shares"], plan["ratio"]) == (
        "远山投资",
        "2019-12-06",
        "2020-06-05",
        "119万股",
        "0.88%",
    )


def test_the_sum_of_several_plans_is_none_of_its_own() -> None:
    plans = told(
        reductions,
        "青禾智能公告，公司股东林远山（现任公司董事长）计划减持公司股份不超过300万股（占公司总股本比例0.91%）。"
        "公司股东林近水（现任公司董事）计划减持公司股份不超过300万股（占公司总股本比例0.91%）。",
        "青禾智能：董事长林远山、董事林近水拟合计减持不超1.82%",
    )
    assert [(p["holder"], p["shares"], p["ratio"]) for p in plans] == [
        ("林远山", "300万股", "0.91%"),
        ("林近水", "300万股", "0.91%"),
    ]


def test_bounds_of_a_plan_are_told_in_either_order() -> None:
    (plan,) = told(
        increases,
        "青禾智能公告，公司股东白石投资有限公司计划增持公司股份，增持数量不超过1,400万股、不低于700万股。",
    )
    assert (plan["plan_shares"], plan["shares"]) == ("700万股 / 1,400万股", "1,400万股")


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


def test_trades_told_as_history_hide_no_plan() -> None:
    (plan,) = told(
        reductions,
        "青禾证券11月19日晚间发布公告称，海州投资控股集团有限公司计划自公告之日起15个交易日后的1个月内通过集中竞价方式减持公司股份不超过2222.4万股，不超过公司总股本的0.8%。"
        "数据显示，今年以来海州投资控股集团有限公司已经两次减持公司股份，前两次分别减持比例分别为2.46%和1.12%。",
        "青禾证券股东拟减持不超0.8%",
    )
    assert (plan["shares"], plan["ratio"], plan["stage"]) == ("2222.4万股", "0.8%", "plan")


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


def test_a_company_whose_shares_are_sold_is_no_holder() -> None:
    (sold,) = told(
        reductions,
        "2021年5月6日，青禾智能股份有限公司（简称“青禾智能”）接股东王远山先生函告：王远山先生于2021年5月6日减持其所持青禾智能无限售条件流通股2,951,748股，占青禾智能总股本的1%。",
    )
    assert sold["holder"] == "王远山"
    (sold,) = told(
        reductions,
        "经查明，白石制药（香港）有限公司（以下简称“白石制药”）于2021年5月6日通过大宗交易减持“青禾智能”股票172万股。",
    )
    assert sold["holder"] == "白石制药(香港)有限公司"


def test_an_account_by_which_somebody_trades_is_no_holder() -> None:
    (bought,) = told(
        increases,
        "公司控股股东白石集团有限公司于2021年5月6日通过“远山信托有限公司－青禾1号集合资金信托计划”增持公司股份1,744,200股。",
    )
    assert bought["holder"] == "白石集团有限公司"


def test_partners_of_a_holder_are_named_where_the_text_names_them() -> None:
    text = "公司收到控股股东白石集团有限公司及一致行动人林远山先生、青禾投资有限公司的告知函，白石集团有限公司及其一致行动人拟减持公司股份不超过公司总股本的1%。"
    (plan,) = told(reductions, text)
    assert plan["holder"] == "白石集团有限公司 / 林远山 / 青禾投资有限公司"
    (plan,) = told(reductions, "公司控股股东白石集团有限公司及其一致行动人拟减持公司股份不超过1,000,000股。")
    assert plan["holder"] == "白石集团有限公司 / 一致行动人"


def test_holders_without_names_are_told_by_what_they_are() -> None:
    (plan,) = told(
        increases,
        "公司部分董事、监事、高级管理人员计划自2021年5月6日起6个月内增持公司股份不低于100,000股。",
    )
    assert plan["holder"] == "董事 / 监事 / 高级管理人员"
    (bought,) = told(increases, "12名董事和高级管理人员以自有资金增持公司股份31.56万股。")
    assert bought["holder"] == "董事 / 高级管理人员"


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


def test_a_plan_already_carried_out_is_no_trade() -> None:
    (sold,) = told(
        reductions,
        "林远山先生于2021年5月19日减持公司股份100,000股。至此，林远山先生拟于2021年5月16日至2021年11月15日累计减持公司股份1,104,675股的减持计划已实施完毕。",
    )
    assert (sold["shares"], sold["plan_shares"]) == ("100,000股", "1,104,675股")


def test_plan_of_one_who_has_not_traded_stands_beside_the_trades() -> None:
    sold, plan = told(
        reductions,
        "股东白石投资有限公司于2021年5月6日减持公司股份2,000,000股。股东林远山先生计划自2021年6月1日起6个月内减持公司股份不超过3,000,000股。",
    )
    assert (sold["shares"], plan["holder"], plan["plan_shares"]) == ("2,000,000股", "林远山", "3,000,000股")
    assert "shares" not in plan


def test_nothing_traded_keeps_the_day_and_the_plan() -> None:
    (fact,) = told(
        reductions,
        "股东林远山先生计划减持公司股份不超过3,000,000股，占公司总股本的1%。截至2021年7月22日，林远山先生尚未通过集中竞价交易方式减持公司股份。",
        published=date(2021, 7, 23),
    )
    assert (fact["as_of"], fact["plan_shares"]) == ("2021-07-22", "3,000,000股")
    assert fact["shares"] == "尚未通过集中竞价交易方式减持公司股份"


@pytest.mark.parametrize(
    ("text", "words", "as_of", "stage"),
    [
        ("减持计划时间已过半，林远山尚未减持公司股份。", "尚未减持公司股份", None, "progress"),
        (
            "减持计划时间已过半，股东林远山未通过任何方式减持公司股份。",
            "未通过任何方式减持公司股份",
            None,
            "progress",
        ),
        ("截至2024年6月4日，林远山未减持公司股份。", "未减持公司股份", "2024-06-04", None),
        ("截至本公告披露日，林远山未减持公司股份。", "未减持公司股份", "2024-06-08", None),
        (
            "股东林远山计划减持公司股份不超过30,000股。截至2024年6月4日，减持计划期限届满，林远山未减持公司股份。",
            "未减持公司股份",
            "2024-06-04",
            "result",
        ),
    ],
)
def test_nothing_traded_is_nought(text: str, words: str, as_of: str | None, stage: str | None) -> None:
    filing = Filing("", text, (), date(2024, 6, 8))
    (fact,) = reductions(filing)
    shares = fact.fields["shares"]
    assert isinstance(shares, Number)
    assert (shares.value, shares.base, shares.base_unit, shares.text) == (0, 0, "股", words)
    (shown,) = told(reductions, text, published=date(2024, 6, 8))
    assert (shown["holder"], shown.get("as_of"), shown.get("stage")) == ("林远山", as_of, stage)


def test_words_that_do_not_say_that_nothing_was_traded() -> None:
    for text in (
        "控股股东林远山在增持实施期间及法定期限内没有减持其所持有的公司股份，履行了增持承诺。",
        "截至本公告日，林远山未减持本次增持股份。",
        "林远山在本次公告前6个月内未减持公司股份。",
        "请问控股股东在解禁后有没有减持计划？",
        "截至本公告日，林远山尚未减持完毕。",
    ):
        assert told(reductions, text, published=date(2024, 6, 8)) == []


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


def test_a_plan_told_line_by_line() -> None:
    (plan,) = told(
        reductions,
        "二、本次减持计划的主要内容\n（一）董事兼总经理林远山先生本次减持计划的情况\n1、减持原因：自身资金需求\n"
        "2、减持期间：将于本减持计划公告之日起15个交易日后6个月内进行。\n"
        "3、减持股份数量及比例：拟减持股份数量不超过9,600,000股，减持比例不超过公司总股本的6.00%。\n",
    )
    assert plan["plan_window"] == "于本减持计划公告之日起15个交易日后6个月内"
    assert (plan["plan_shares"], plan["plan_ratio"]) == ("9,600,000股", "6.00%")


def test_what_shall_not_be_sold_and_what_was_bought_are_no_sale() -> None:
    (sold,) = told(
        reductions,
        "林远山先生于2021年5月16日减持公司股份902,964股。林远山先生误操作买入6,900股，买入价格为43.05元/股。该6,900股不会在减持计划期间卖出。",
    )
    assert sold["shares"] == "902,964股" and "price_low" not in sold


def test_a_plan_s_time_between_two_days() -> None:
    (plan,) = told(
        increases,
        "海山机械计划自2021年5月29日起至11月28日增持公司股份，拟增持金额不低于1,000万元且不超过1,200万元。",
    )
    assert plan["plan_window"] == "自2021年5月29日起至11月28日"


def test_parts_of_a_plan_are_no_plans() -> None:
    (plan,) = told(
        reductions,
        "青禾股份公告，白石集团计划在公告披露之日起15个交易日后的3个月内减持不超过825.61万股，占公司总股本的3%。其中，集中竞价减持不超过275.2万股，占公司总股本的1%；大宗交易减持不超过550.41万股，占公司总股本的2%。",
    )
    assert (plan["holder"], plan["plan_shares"], plan["plan_ratio"]) == ("白石集团", "825.61万股", "3%")


def test_the_partner_of_a_holder_and_the_cause_are_not_the_holder() -> None:
    first, second = told(
        reductions,
        "白石投资有限公司的一致行动人青禾文化传媒有限公司（以下简称“青禾文化”）因质押股份违约，于2020年7月6日至7月14日累计被动减持公司股份3,614,261股；"
        "青禾文化因远山证券股份有限公司产品到期，于2020年8月6日至8月10日累计被动减持公司股份2,285,772股。",
    )
    assert (first["holder"], second["holder"]) == ("青禾文化传媒有限公司", "青禾文化传媒有限公司")


def test_a_holder_on_a_line_of_its_own_stays() -> None:
    (bought,) = told(
        increases,
        "增持股东：白石股权投资合伙企业（有限合伙）（白石控股有限公司持有青禾管理有限公司80%股权；青禾管理有限公司为其管理人）\n"
        "增持时间及方式：2021年7月16日，通过集中竞价增持了公司部分股份；\n增持数量、比例及金额：1,200,000股，占公司总股本0.108%；",
    )
    assert bought["holder"] == "白石股权投资合伙企业(有限合伙)"
    assert (bought["shares"], bought["from"], bought["to"]) == ("1,200,000股", "2021-07-16", "2021-07-16")


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


def test_words_that_are_no_holders() -> None:
    (plan,) = told(
        increases,
        "控股股东海州投资基于对公司未来的信心，计划未来6个月内增持公司股份，增持金额为不低于5,000万元且不超过8,000万元。",
    )
    assert plan["holder"] == "海州投资"
    (sold,) = told(reductions, "前次减持计划期限已经届满，股东减持股份合计62.6万股。")
    assert "holder" not in sold
    text = "截至8月8日，深市共211家（次）公司披露股东、董监高增持计划，累计金额上限92.97亿元。"
    assert told(increases, text, "深市公司股东增持扩容") == []


@pytest.mark.parametrize(
    "text",
    [
        "海山证券因股票质押违约被动处置林某某持有的公司股份1,500,000股，占公司总股本的0.5%。",
        "股东林某某持有的公司股份1,500,000股于2024年5月6日被司法强制执行，占公司总股本的0.5%。",
        "海山证券对质押的股份进行违约处置，导致林某某被动减持公司股份1,500,000股，占公司总股本的0.5%。",
    ],
)
def test_shares_that_others_sold(text: str) -> None:
    (sold,) = told(reductions, text)
    assert (sold["holder"], sold["shares"], sold["ratio"], sold["stage"]) == (
        "林某某",
        "1,500,000股",
        "0.5%",
        "passive",
    )


def test_a_risk_is_no_sale() -> None:
    for text in (
        "股东林某某持有公司股份1,500,000股，存在被强制平仓的风险。",
        "股东林某某持有公司股份1,500,000股，其中1,000,000股被司法冻结，可能被司法强制执行。",
    ):
        assert told(reductions, text) == []


@pytest.mark.parametrize(
    ("text", "holder"),
    [
        (
            "信息披露义务人海州青禾企业管理中心（有限合伙）于2024年5月6日减持公司股份500股。",
            "海州青禾企业管理中心(有限合伙)",
        ),
        ("信息披露义务人林远山于2024年5月6日减持公司股份500股。", "林远山"),
        ("截至本公告日,高山有限公司累计减持公司股份500股。", "高山有限公司"),
        ("股东丰山君和于2024年5月6日减持公司股份500股。", "丰山君和"),
        ("股东丰山君和拟减持公司股份500股。", "丰山君和"),
        ("股东丰山君和、林远山合计减持公司股份500股。", "丰山君和 / 林远山"),
        ("股东林远山和曾近水计划减持公司股份不超过500股。", "林远山 / 曾近水"),
    ],
)
def test_where_a_name_begins_and_ends(text: str, holder: str) -> None:
    (sold,) = told(reductions, text, published=date(2024, 6, 8))
    assert sold["holder"] == holder


@pytest.mark.parametrize(
    "text",
    [
        "股东名称：海州青禾投资有限公司\n拟减持数量：不超过1,000,000股\n减持期间：2024年6月30日至2024年9月30日\n",
        "股东名称\t拟减持数量（股）\t减持方式\t减持期间\n"
        "海州青禾投资有限公司\t不超过：1,000,000股\t集中竞价交易\t2024年6月30日至2024年9月30日\n",
        "股东海州青禾投资有限公司拟减持公司股份不超过1,000,000股。\n4、减持期间：2024年6月30日至2024年9月30日。\n",
    ],
)
def test_the_printed_time_of_a_plan(text: str) -> None:
    (plan,) = told(reductions, text)
    assert plan["holder"] == "海州青禾投资有限公司"
    assert plan["plan_window"] == "2024年6月30日至2024年9月30日"
    assert (plan["plan_shares"], plan["from"], plan["to"]) == ("1,000,000股", "2024-06-30", "2024-09-30")
