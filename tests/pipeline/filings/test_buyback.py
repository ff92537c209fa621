"""Buybacks: roles by their leads, in many phrasings; totals against months and first days; no fact on garbage."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.filings import facts_of, kinds_of
from pipeline.model import Day, Number
from tests.pipeline.filings.buybacks import PLAN, PROGRESS, base, read, word


@pytest.mark.parametrize(
    "words",
    [
        "资金总额不低于人民币5,000万元（含）且不超过人民币1亿元（含）",
        "资金总额不超过10,000万元（含），不低于5,000万元（含）",
        "资金总额为5,000万元—10,000万元",
        "资金总额不少于0.5亿元、不高于1亿元",
        "资金总额下限为5000万元，上限为10000万元",
        "拟使用自有资金0.5亿元-1亿元回购公司股份",
    ],
)
@pytest.mark.parametrize(
    "cap", ["回购价格不超过34.58元/股", "回购价格上限为34.58元／股（含）", "回购价格不高于每股34.58元"]
)
def test_bounds_in_many_phrasings(words: str, cap: str) -> None:
    fact = read(PLAN, f"本次回购股份的{words}。本次{cap}。")
    assert base(fact, "amount_min") == 50_000_000
    assert base(fact, "amount_max") == 100_000_000
    assert base(fact, "price_cap") == Decimal("34.58")
    assert word(fact, "stage") == "plan"


def test_what_is_worked_out_is_no_bound_and_is_checked() -> None:
    body = (
        "回购资金总额不低于5,000.00万元，不超过10,000.00万元。回购价格不超过34.58元/股。"
        "按回购价格上限34.58元/股测算，预计回购数量为1,445,923股至2,891,844股，占公司总股本的比例为1.2399%至2.4798%。"
    )
    fact = read(PLAN, body)
    assert "shares_min" not in fact.fields
    assert base(fact, "shares_estimated_max") == 2_891_844
    checks = {c.name: c for c in fact.checks}
    assert checks["amount_max/price_cap=shares_estimated_max"].ok
    assert checks["capital"].ok


def test_a_wrong_product_fails_its_check() -> None:
    body = "回购资金总额不超过10,000.00万元。回购价格不超过34.58元/股。预计回购数量不超过3,891,844股。"
    (check,) = (c for c in read(PLAN, body).checks if "shares" in c.name)
    assert check.ok is False
    assert "3,891,844" in check.detail


def test_the_total_and_not_the_month_nor_the_first_day() -> None:
    body = (
        "2023年9月，公司已累计回购股份1,354,200股，占公司总股本的比例为0.58%，最高价为17.50元/股、最低价为16.64元/股，"
        "支付的金额为22,935,309.00元（不含交易费用）。\n"
        "截至2023年9月30日，公司已累计回购股份6,615,409股，占公司总股本的比例为2.83%，购买的最高价为17.50元/股、"
        "最低价为13.58元/股，已支付的总金额为100,020,209.93元（不含交易费用）。"
    )
    fact = read(PROGRESS, body)
    assert base(fact, "shares_repurchased") == 6_615_409
    assert base(fact, "ratio_repurchased") == Decimal("2.83")
    assert base(fact, "price_low") == Decimal("13.58")
    assert base(fact, "amount_paid") == Decimal("100020209.93")
    assert base(fact, "period_shares") == 1_354_200
    as_of = fact.fields["as_of"]
    assert isinstance(as_of, Day)
    assert as_of.value == date(2023, 9, 30)
    assert word(fact, "fees") == "不含"
    assert all(c.ok for c in fact.checks)


def test_capital_in_brackets_is_not_bought() -> None:
    body = "截止2020年11月11日，公司已实际累计回购公司股份7,293,188股，占公司总股本（774,241,062股）的0.94%，最高价为9.36元/股，最低价为7.12元/股。"
    fact = read(PROGRESS, body)
    assert base(fact, "shares_repurchased") == 7_293_188
    assert base(fact, "ratio_repurchased") == Decimal("0.94")


def test_market_prices_and_the_volume_rule_are_passed_over() -> None:
    body = (
        "截至2020年4月30日，公司累计回购股份数量220,300股，最高成交价为9.16元/股，最低成交价为8.87元/股，成交金额1,998,943.71元。"
        "每五个交易日回购股份的数量未超过首次回购前五个交易日累计成交量的25%（即 10,889,500 股）。当日收盘价为10.02元/股。"
    )
    fact = read(PROGRESS, body)
    assert base(fact, "shares_repurchased") == 220_300
    assert base(fact, "price_high") == Decimal("9.16")


def test_not_stated_is_absent() -> None:
    fact = read(PROGRESS, "公司将根据市场情况择机实施本次回购计划。")
    assert not fact.fields.keys() & {"shares_repurchased", "amount_paid", "amount_max", "price_cap"}


def test_the_cap_in_force_is_the_adjusted_one() -> None:
    fact = read("关于调整回购股份价格上限的公告", "回购价格上限由不超过16.93元/股调整为不超过16.90元/股。")
    assert base(fact, "price_cap") == Decimal("16.90")
    assert word(fact, "stage") == "adjusted"


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("关于回购注销部分限制性股票的公告", "incentive_cancellation"),
        ("关于业绩补偿股份回购注销完成的公告", "compensation_cancellation"),
        ("央行开展1000亿元7天期逆回购操作", "other"),
        ("关于回购股份事项前十名股东持股情况的公告", "other"),
        ("关于股东进行股票质押式回购交易的公告", "pledge"),
    ],
)
def test_traps(title: str, kind: str) -> None:
    body = "本次回购注销的限制性股票数量为20,000股，回购价格为9.34元/股。" if "限制性" in title else "正文。"
    assert kinds_of(title, body)[0] == kind
    assert not [f for f in facts_of(title, body, (), kinds_of(title, body), None) if f.kind == "buyback"]


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("回购期限为自董事会审议通过回购方案之日起12个月内", "自董事会审议通过回购方案之日起12个月内"),
        ("回购实施期限自股东大会审议通过方案之日起不超过6个月", "自股东大会审议通过方案之日起不超过6个月"),
        ("回购期限从2020年2月6日至2020年8月5日", "2020年2月6日至2020年8月5日"),
        ("原计划自2020年2月6日至2020年8月5日期间，以不超过7元/股回购股份", "2020年2月6日至2020年8月5日"),
    ],
)
def test_the_period_of_the_programme(words: str, period: str) -> None:
    assert word(read(PLAN, f"回购资金总额不超过2亿元，{words}。"), "period") == period


def test_the_least_of_an_estimate_is_no_bound() -> None:
    body = (
        "在回购股份价格不超过30.00元/股的条件下，按回购金额上限测算，预计回购股份数量不低于2,666.66万股，约占公司目前已发行总股本的0.60%，"
        "按回购金额下限测算，预计回购股份数量不低于1,666.66万股，约占公司目前已发行总股本的0.37%。"
    )
    fact = read(PLAN, body)
    assert not fact.fields.keys() & {"shares_min", "shares_max", "ratio_min"}
    assert base(fact, "shares_estimated_max") == 26_666_600
    assert base(fact, "shares_estimated_min") == 16_666_600
    assert base(fact, "ratio_estimated_min") == Decimal("0.37")
    floor = "按本次最低回购金额6,000万元、回购价格17.00元/股测算，预计回购股份数量约为352.94万股。"
    assert base(read(PLAN, floor), "shares_estimated_min") == 3_529_400


def test_a_table_of_the_capital_is_no_ratio() -> None:
    body = (
        "回购资金总额不超过15,000万元且不低于7,500万元。\n三、股份总数 933,986,674 100.00% 933,986,674 100%"
    )
    fact = read("关于回购公司股份以实施股权激励的预案", body)
    assert "ratio_repurchased" not in fact.fields
    assert word(fact, "stage") == "plan"


def test_the_capital_after_a_cancellation_is_no_count() -> None:
    body = "公司拟注销21,832,240股回购股份，注销后总股本从1,741,643,085股减至1,719,810,845股，回购价格不超过9元/股。"
    fact = read("关于注销回购股份并减少注册资本的公告", body)
    assert not any(name.startswith("shares") for name in fact.fields)


def test_ratios_of_a_class_and_of_all_shares() -> None:
    body = "截至2024年2月13日，公司累计回购H股780万股，约占公司已发行H股股份总数9.94%，约占公司总股本2.23%。"
    fact = read(PROGRESS, body)
    assert (base(fact, "ratio_of_class"), base(fact, "ratio_repurchased")) == (
        Decimal("9.94"),
        Decimal("2.23"),
    )


def test_a_currency_before_its_figure() -> None:
    amount = read(PLAN, "公司拟动用不超过港币200,000,000元购回股份。").fields["amount_max"]
    assert isinstance(amount, Number)
    assert (amount.base, amount.base_unit) == (200_000_000, "港元")


def test_a_figure_that_the_line_parts_from_its_label() -> None:
    fact = read(PROGRESS, "本次回购价格上限：\n10.01 元/股。截至2024年2月1日，公司累计回购股份10,000股。")
    assert base(fact, "price_cap") == Decimal("10.01")


def test_a_headline_rounds_what_the_text_states() -> None:
    text = "公司决定以自有资金回购部分股份，资金总额为不超过3.96亿元（含）且不少于1.98亿元（含）。"
    fact = read("示例集团：拟以2亿元-4亿元回购公司股份", text)
    assert (base(fact, "amount_min"), base(fact, "amount_max")) == (198_000_000, 396_000_000)
    alone = read("示例集团：拟以2亿元-4亿元回购公司股份", "公司公告回购股份方案。")
    assert (base(alone, "amount_min"), base(alone, "amount_max")) == (200_000_000, 400_000_000)


def test_a_mandate_is_bounded_by_a_share_of_its_class() -> None:
    title = "关于董事会获得回购H股一般性授权的公告"
    text = "股东大会同意授予董事会一般性授权，适时决定回购不超过该授权之日公司已发行H股总数10%的H股股份。"
    fact = read(title, text)
    assert base(fact, "ratio_of_class_max") == 10
    assert "ratio_max" not in fact.fields
    whole = read(
        "关于获得回购股份一般性授权的公告", "董事会获授权回购不超过决议案通过当日已发行股份总数的10%的股份。"
    )
    assert base(whole, "ratio_max") == 10


@pytest.mark.parametrize(
    "words",
    [
        "回购前,示例金融总股本为7,005,254,679股,本次回购股份后,总股本为6,984,479,761股。",
        "公司拟将存放于回购专用证券账户中已回购尚未使用的32,350,743股股份用途进行变更。",
        "示例金融(600325,股吧)回购了股份。",
    ],
)
def test_counts_that_are_not_bought(words: str) -> None:
    body = f"截至2024年6月30日，公司累计回购股份2,077,490股，占公司总股本的0.30%。{words}"
    assert base(read(PROGRESS, body), "shares_repurchased") == 2_077_490


def test_estimates_by_the_bound_they_are_worked_out_from() -> None:
    body = (
        "按回购资金总额上限10,000万元、回购价格上限5.6元/股测算，预计回购股份数量约为1,785.71万股，占总股本的3.26%；"
        "按回购资金总额下限5,000万元、回购价格上限5.6元/股测算，预计回购股份数量约为892.86万股，占总股本的1.63%。"
    )
    fact = read(PLAN, body)
    assert base(fact, "shares_estimated_max") == 17_857_100
    assert base(fact, "shares_estimated_min") == 8_928_600
    assert base(fact, "ratio_estimated_min") == Decimal("1.63")
    assert all(check.ok for check in fact.checks)


@pytest.mark.parametrize(
    "words",
    [
        "将回购资金总额由“不低于人民币3,000万元（含），不超过人民币6,000万元（含）”调整至“不低于人民币11,000万元（含），不超过人民币16,000万元（含）”",
        "原定资金总额不低于3,000万元、不超过6,000万元，现将回购资金总额调整为：不低于人民币1.1亿元（含）且不超过人民币1.6亿元（含）",
    ],
)
def test_both_bounds_are_replaced(words: str) -> None:
    fact = read("关于调整回购股份方案的公告", f"董事会审议通过了议案，{words}。")
    assert base(fact, "amount_min") == 110_000_000
    assert base(fact, "amount_max") == 160_000_000


def test_bounds_in_two_clauses_with_their_ratios() -> None:
    body = "回购数量不低于2,000万股（含），占公司目前股本比例0.39%；不高于4,000万股（含），占公司目前股本比例0.77%。"
    fact = read(PLAN, body)
    assert [base(fact, n) for n in ("shares_min", "shares_max", "ratio_min", "ratio_max")] == [
        20_000_000, 40_000_000, Decimal("0.39"), Decimal("0.77"),
    ]  # fmt: skip


def test_amounts_without_their_unit_and_beside_the_funds() -> None:
    fact = read(
        "示例股份拟回购股份",
        "公司拟回购资金不低于1亿且不超2亿，原回购价上限不超4.95元/股，现调为不超4.90元/股。",
    )
    assert (base(fact, "amount_min"), base(fact, "amount_max")) == (100_000_000, 200_000_000)
    assert base(fact, "price_cap") == Decimal("4.90")
    fact = read(
        "示例股份拟回购股份",
        "公司拟使用不低于1亿元且不超过2亿元的自有或自筹资金，以不超过70元/股的价格回购股份。",
    )
    assert (base(fact, "amount_min"), base(fact, "amount_max")) == (100_000_000, 200_000_000)


@pytest.mark.parametrize(
    "words",
    [
        "公司拟将回购专用证券账户中共84,695,449股股份注销",
        "公司回购专户股份合计8,205,518股，其中2022年回购方案的回购股份1,837,029股",
        "以公司总股本422,532,595股为基数，每10股派0.8元",
        "公司董事会提议回购股份，总股本为7,005,254,679股，其中6,957,049,188股，占总股本99.31%",
        "若按回购总金额6,000万元、回购价格20元/股计算",
        "公司注册资本将由290,496,916元变更为287,392,894元",
    ],
)
def test_figures_that_are_not_the_programme_s(words: str) -> None:
    fact = read("关于变更回购股份用途并注销的公告", f"{words}。")
    assert not [name for name, value in fact.fields.items() if isinstance(value, Number)]


def test_a_filing_of_one_company_has_one_programme() -> None:
    body = "本公司拟回购股份，资金总额不低于5亿元、不超过10亿元，其中用于员工持股计划的资金不低于2亿元、不超过4亿元。"
    assert base(read(PLAN, body), "amount_max") == 1_000_000_000


def test_traditional_characters() -> None:
    body = (
        "示例藥業(009999.SZ)公佈，截至2024年9月30日，公司以集中競價交易方式購回公司股份1,271,084股，佔公司目前總股本的比例為2.49%，"
        "回購成交的最高價為8.03元/股，最低價為6.79元/股，支付的資金總額為人民幣9,385,250.64元（不含相關交易費用）。"
    )
    fact = read("示例藥業截至9月底購回股份", body)
    assert base(fact, "amount_paid") == Decimal("9385250.64")
    assert word(fact, "method") == "集中竞价交易方式"
    assert word(fact, "fees") == "不含"


@settings(max_examples=150)
@given(
    shares=st.integers(10_000, 900_000_000),
    paid=st.integers(10_000_00, 9_000_000_000_00),
    form=st.sampled_from(
        [
            "累计回购股份{s}股",
            "累计已回购公司A股股份{s}股",
            "以集中竞价交易方式回购股份数量共计{s}股",
            "已回购股份 {s} 股",
        ]
    ),
    money=st.sampled_from(
        [
            "支付的总金额为{m}元",
            "成交总金额为人民币{m}元（不含交易费用）",
            "已支付的资金总额为 {m} 元",
            "使用资金总额约{m}元",
        ]
    ),
)
def test_printed_and_read_back(shares: int, paid: int, form: str, money: str) -> None:
    body = f"截至2024年3月31日，公司{form.format(s=f'{shares:,}')}，占公司总股本的1.05%，{money.format(m=f'{paid / 100:,.2f}')}。"
    fact = read(PROGRESS, body)
    assert base(fact, "shares_repurchased") == shares
    assert base(fact, "amount_paid") == Decimal(f"{paid / 100:.2f}")
    assert base(fact, "ratio_repurchased") == Decimal("1.05")


@settings(max_examples=200)
@given(title=st.text(max_size=30), body=st.text(max_size=300))
def test_garbage_gives_no_fact(title: str, body: str) -> None:
    assert facts_of(title, body, (), kinds_of(title, body), None) == ()


@settings(max_examples=100)
@given(
    st.text(
        alphabet="回购股份不超过0123456789,.元/%万亿至-（）()。；，\n截至年月日公司总本价最高低支付金额",
        max_size=200,
    )
)
def test_scrambled_words_raise_nothing(body: str) -> None:
    for title in (PLAN, PROGRESS, ""):
        facts_of(title, body, (), ("buyback", "incentive_cancellation"), date(2024, 2, 19))
