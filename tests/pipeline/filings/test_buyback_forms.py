"""Buybacks in the exchanges' forms: boxes, rows, the capital beside a ratio, figures that come in pairs."""

from datetime import date
from decimal import Decimal

import pytest

from pipeline.model import Day, Term
from tests.pipeline.filings.buybacks import PLAN, PROGRESS, base, read, word

OPTIONS = ("减少注册资本", "用于员工持股计划或股权激励", "用于转换公司可转债", "为维护公司价值及股东权益")


@pytest.mark.parametrize("ticked", OPTIONS)
@pytest.mark.parametrize("between", [" ", "\n", "\t", " | "])
@pytest.mark.parametrize("tick", "√☑")
def test_the_ticked_box_is_the_purpose(ticked: str, between: str, tick: str) -> None:
    boxes = between.join(("□", tick)[option == ticked] + option for option in OPTIONS)
    body = f"预计回购金额 5,000万元~10,000万元\n回购用途 {boxes}\n累计已回购股数 1,445,923股"
    assert word(read(PROGRESS, body), "purpose") == ticked


def test_two_ticked_boxes_are_two_purposes() -> None:
    body = (
        "回购用途 □减少注册资本 √用于员工持股计划或股权激励 √用于转换公司可转债\n累计已回购股数 1,445,923股"
    )
    purposes = read(PROGRESS, body).fields["purpose"]
    assert isinstance(purposes, tuple)
    assert [p.value for p in purposes if isinstance(p, Term)] == list(OPTIONS[1:3])


def test_a_box_that_nobody_ticked_is_no_purpose() -> None:
    body = "回购用途 □减少注册资本 □用于员工持股计划或股权激励\n累计已回购股数 1,445,923股"
    assert "purpose" not in read(PROGRESS, body).fields


def test_what_the_table_rounds_the_text_dates_and_explains() -> None:
    body = (
        "回购方案实施期限 2025年4月9日~2026年4月8日\n预计回购金额 5,000万元~10,000万元\n"
        "累计已回购股数 144.5923万股\n累计已回购股数占总股本比例 0.50%\n累计已回购金额 4,200.00万元\n"
        "实际回购价格区间 26.10元/股~30.05元/股\n二、回购股份的进展情况\n"
        "截至2025年10月31日，公司已累计回购股份1,445,923股，成交的最高价为30.05元/股，最低价为26.10元/股，"
        "已支付的总金额为42,000,000.00元（不含印花税、交易佣金等交易费用）。"
    )
    fact = read(PROGRESS, body, date(2025, 11, 4))
    day = fact.fields["as_of"]
    assert isinstance(day, Day)
    assert day.value == date(2025, 10, 31)
    assert word(fact, "fees") == "不含"
    assert word(fact, "period") == "2025年4月9日~2026年4月8日"


def test_a_row_worked_out_from_the_cap_is_no_bound_and_is_checked() -> None:
    body = (
        "回购股份金额 5,000万元~10,000万元\n回购价格上限 34.58元/股\n"
        "回购股份数量 144.5923万股~289.1845万股（依照回购价格上限测算）\n回购股份占总股本比例 0.50%~1.00%"
    )
    fact = read(PLAN, body)
    assert "shares_max" not in fact.fields
    checks = {check.name: check.ok for check in fact.checks}
    assert checks["amount_min/price_cap=shares_estimated_min"]
    assert checks["amount_max/price_cap=shares_estimated_max"]


@pytest.mark.parametrize(
    "words",
    [
        "占公司总股本117,340,000股的比例为{}",
        "占公司总股本117,340,000股的{}",
        "占公司目前总股本117,340,000股的{}",
        "占公司总股本（以2024年2月18日的总股本117,340,000股为基数）的{}",
        "占公司总股本（截至2024年2月18日总股本117,340,000股）的{}",
        "占公司总股本的{}（公司总股本为117,340,000股）",
    ],
)
@pytest.mark.parametrize(("ratio", "right"), [("0.72%", True), ("0.82%", False)])
def test_the_capital_beside_a_ratio_is_checked(words: str, ratio: str, right: bool) -> None:
    body = f"截至2024年5月31日，公司累计回购股份843,000股，{words.format(ratio)}，支付10,996,013.59元。"
    fact = read(PROGRESS, body, date(2024, 6, 4))
    assert base(fact, "shares_repurchased") == 843_000
    assert base(fact, "ratio_repurchased") == Decimal(ratio[:-1])
    assert base(fact, "share_capital") == 117_340_000
    (check,) = (c for c in fact.checks if "share_capital" in c.name)
    assert check.ok is right
    day = fact.fields["as_of"]
    assert isinstance(day, Day)
    assert day.value == date(2024, 5, 31)


def test_ratios_told_in_pairs() -> None:
    body = "回购股份数量不低于500万股（含），不超过1000万股（含），分别占公司总股本的0.50%和1.00%。"
    fact = read(PLAN, body)
    assert (base(fact, "ratio_min"), base(fact, "ratio_max")) == (Decimal("0.50"), Decimal("1.00"))
    body = "回购股份数量不超过1000万股，不低于500万股，分别占公司总股本的1.00%和0.50%。"
    fact = read(PLAN, body)
    assert (base(fact, "ratio_min"), base(fact, "ratio_max")) == (Decimal("0.50"), Decimal("1.00"))


def test_the_share_of_a_class_is_not_that_of_the_company() -> None:
    body = "截至2024年5月31日，公司累计回购A股股份5,000,000股，占公司A股总股本的0.50%，占公司总股本的0.42%。"
    assert base(read(PROGRESS, body, date(2024, 6, 4)), "ratio_repurchased") == Decimal("0.42")


def test_what_an_earlier_programme_bought_is_not_counted() -> None:
    body = "本次累计回购股份843,000股，回购专用证券账户共持有2,843,000股（含此前已回购的2,000,000股）。"
    assert base(read("关于股份回购实施结果暨股份变动的公告", body), "shares_repurchased") == 843_000
    fact = read(
        "关于变更回购股份用途的公告", "公司拟将2023年回购的6,000,000股的用途由员工持股计划变更为注销。"
    )
    assert "shares_max" not in fact.fields


def test_a_sum_worked_out_from_a_count_is_no_bound() -> None:
    body = "回购股份数量不低于500万股且不超过1,000万股，按回购数量上限和价格上限20元/股测算，预计回购金额不超过2亿元。"
    fact = read(PLAN, body)
    assert "amount_max" not in fact.fields
    assert base(fact, "amount_estimated_max") == 200_000_000


def test_the_forms_of_hong_kong() -> None:
    told = (
        "示例宏桥公布，于2019年1月14日，根据由股东于2018年5月16日举行的股东周年大会上授出的股份购回授权，"
        "公司已分别按每股股份的最高及最低价格4.80港元及4.79港元购买公司62万股普通股。"
        "就股份购回支付的总购买价约为297.5万港元。本次回购完成并将该等股份注销后，公众持股量约为19.74%。"
    )
    fact = read("示例宏桥1月14日耗资297.5万港元回购62万股", told)
    assert (base(fact, "price_high"), base(fact, "price_low")) == (Decimal("4.80"), Decimal("4.79"))
    as_of = fact.fields["as_of"]
    assert isinstance(as_of, Day)
    assert as_of.value == date(2019, 1, 14)
    assert word(fact, "stage") == "progress"
    form = read(
        "",
        "示例集团于2026年1月8日发布翌日披露报表，披露当日于联交所场内回购合共30,000股，占已发行股份约0.0133%。",
    )
    as_of = form.fields["as_of"]
    assert isinstance(as_of, Day)
    assert as_of.value == date(2026, 1, 8)


TABLE = (
    "重要内容提示：\n回购方案首次披露日 2023/8/31\n回购方案实施期限 2023年8月29日~2024年8月28日\n"
    "预计回购金额 5,117万元~10,235万元\n回购价格上限 306.70元/股\n□减少注册资本\n回购用途 √用于员工持股计划或股权激励\n"
    "实际回购股数 18.75万股\n实际回购股数占总股本比例 0.1%\n实际回购金额 5,599.4万元\n{price}\n"
    "公司拟使用5,117万元（含）至10,235万元（含）自有资金以集中竞价方式回购股份，回购价格不超过435元/股。"
    "权益分派实施后，回购股份价格上限由不超过人民币435元/股（含）调整为不超过人民币434.08元/股（含）。"
)


@pytest.mark.parametrize(
    "price",
    [
        "实际回购价格区间 196.90元/股~352.02元/股",
        "实际回购价格区间 | 196.90 / ~352.02 /\n元股 元股",  # the cell as PDF text tears it
    ],
)
def test_the_table_that_opens_a_shanghai_filing(price: str) -> None:
    fact = read("关于股份回购实施结果的公告", TABLE.format(price=price))
    assert base(fact, "amount_min") == 51_170_000
    assert base(fact, "amount_max") == 102_350_000
    assert base(fact, "price_cap") == Decimal("306.70")  # in force, though the text ends with an older one
    assert base(fact, "shares_repurchased") == 187_500
    assert base(fact, "amount_paid") == 55_994_000
    assert (base(fact, "price_low"), base(fact, "price_high")) == (Decimal("196.90"), Decimal("352.02"))
    assert word(fact, "purpose") == "用于员工持股计划或股权激励"
