"""Plans to reduce and to increase, and what has come of them. All companies, people and figures are made up."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.filings.record import Filing
from pipeline.filings.shareholders import increases, reductions
from pipeline.model import Number, Term
from tests.pipeline.filings.told import told


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


def test_the_time_of_a_plan_as_printed() -> None:
    (plan,) = told(
        reductions,
        "公司股东林远山先生计划自本公告披露之日起15个交易日后的6个月内减持公司股份不超过1,000,000股（占公司总股本的1.00%）。",
    )
    assert plan["plan_window"] == "自本公告披露之日起15个交易日后的6个月内"


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


def test_trades_told_as_history_hide_no_plan() -> None:
    (plan,) = told(
        reductions,
        "青禾证券11月19日晚间发布公告称，海州投资控股集团有限公司计划自公告之日起15个交易日后的1个月内通过集中竞价方式减持公司股份不超过2222.4万股，不超过公司总股本的0.8%。"
        "数据显示，今年以来海州投资控股集团有限公司已经两次减持公司股份，前两次分别减持比例分别为2.46%和1.12%。",
        "青禾证券股东拟减持不超0.8%",
    )
    assert (plan["shares"], plan["ratio"], plan["stage"]) == ("2222.4万股", "0.8%", "plan")


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


def test_a_plan_told_line_by_line() -> None:
    (plan,) = told(
        reductions,
        "二、本次减持计划的主要内容\n（一）董事兼总经理林远山先生本次减持计划的情况\n1、减持原因：自身资金需求\n"
        "2、减持期间：将于本减持计划公告之日起15个交易日后6个月内进行。\n"
        "3、减持股份数量及比例：拟减持股份数量不超过9,600,000股，减持比例不超过公司总股本的6.00%。\n",
    )
    assert plan["plan_window"] == "于本减持计划公告之日起15个交易日后6个月内"
    assert (plan["plan_shares"], plan["plan_ratio"]) == ("9,600,000股", "6.00%")


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
