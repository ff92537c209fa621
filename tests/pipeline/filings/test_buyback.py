"""Buybacks: roles by their leads, in many phrasings; totals against months and first days; no fact on garbage."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.filings import facts_of, kinds_of
from pipeline.model import Day, Fact, Number, Term

PLAN = "关于以集中竞价交易方式回购公司股份方案的公告"
PROGRESS = "关于以集中竞价交易方式回购公司股份的进展公告"


def read(title: str, body: str, published: date | None = None) -> Fact:
    kinds = kinds_of(title, body)
    assert "buyback" in kinds
    (fact,) = (f for f in facts_of(title, body, (), kinds, published) if f.kind == "buyback")
    for field in fact.fields.values():
        for one in field if isinstance(field, tuple) else (field,):
            assert (title if one.field == "title" else body)[one.start : one.end] == one.text
    return fact


def base(fact: Fact, name: str) -> Decimal | None:
    value = fact.fields.get(name)
    return value.base if isinstance(value, Number) else None


def word(fact: Fact, name: str) -> str | None:
    value = fact.fields.get(name)
    return value.value if isinstance(value, Term) else None


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


def test_nothing_yet_is_zero_with_its_words() -> None:
    fact = read(PROGRESS, "截至2024年5月31日，公司尚未实施股份回购。")
    assert base(fact, "shares_repurchased") == 0
    assert base(fact, "amount_paid") == 0
    assert word(fact, "stage") == "not_started"
    shares = fact.fields["shares_repurchased"]
    assert isinstance(shares, Number)
    assert "尚未实施" in shares.text


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


def purchases(title: str, body: str, published: date | None = None) -> list[dict[str, str]]:
    found = facts_of(title, body, (), kinds_of(title, body), published)
    return [
        {name: field.text for name, field in fact.fields.items() if not isinstance(field, tuple)}
        for fact in found
        if fact.kind == "buyback_purchase"
    ]


def test_a_day_beside_the_total_of_the_year() -> None:
    title = "示例控股(09999)6月5日回购4万股 耗资24万港币"
    body = (
        "示例控股(09999)公布，于2020年6月5日在香港交易所回购4.1万股，耗资24.19万港币，回购均价为5.9港币，最高回购价5.95港币，最低回购价5.88港币。\n"
        "公司于本年度内至今为止（自普通决议案通过以来），累计购回股数为51.3万股，占于普通决议案通过时已发行股本0.113%。"
    )
    fact = read(title, body)
    assert base(fact, "shares_repurchased") == 513_000
    assert word(fact, "total_period") == "本年度内至今为止"
    assert "as_of" not in fact.fields
    assert purchases(title, body) == [
        {
            "shares": "4.1万股", "amount": "24.19万港币", "price_avg": "5.9港币",
            "price_high": "5.95港币", "price_low": "5.88港币", "as_of": "2020年6月5日",
        }
    ]  # fmt: skip


def test_a_day_that_is_all_of_the_year_so_far() -> None:
    body = (
        "示例建设(09999-HK)公布，于2020年9月21日回购70万股，每股回购价介乎1.59港元至1.62港元，涉资112.4万元。\n"
        "本年内至今为止(自普通决议案通过以来) 累计购回证券数目为70万股，佔于普通决议案通过时已发行股份数目的0.059%。"
    )
    fact = read("示例建设(09999-HK)回购70万股", body)
    assert (base(fact, "shares_repurchased"), base(fact, "ratio_repurchased")) == (700_000, Decimal("0.059"))
    assert word(fact, "total_period") == "本年内至今为止"
    (day,) = purchases("", body)
    assert (day["shares"], day["amount"], day["as_of"]) == ("70万股", "112.4万元", "2020年9月21日")


def test_two_days_and_their_sum() -> None:
    body = (
        "示例控股公布，于2019年8月19日回购1.8万股，占已发行股份0.001%，每股回购价介乎5.35港元及5.49港元，涉资约9.71万港元。\n"
        "于2019年8月16日回购5万股，占已发行股份0.002%，每股回购价介乎5.37港元及5.50港元，涉资约27.07万港元。\n"
        "两日合共回购6.8万股，总涉资约36.78万港元。"
    )
    fact = read("示例控股两日合共回购6.8万股", body)
    assert base(fact, "shares_repurchased") == 68_000
    assert [(p["shares"], p["price_high"], p["amount"], p["as_of"]) for p in purchases("", body)] == [
        ("1.8万股", "5.49港元", "9.71万港元", "2019年8月19日"),
        ("5万股", "5.50港元", "27.07万港元", "2019年8月16日"),
    ]


def test_days_without_a_sum_have_no_total() -> None:
    body = "示例集团4月14日耗资2.5亿港元回购2455万股股份，每股10.12-10.2港元。4月15日回购2386万股股份，每股10.42-10.52港元，耗资约2.51亿港元。"
    fact = read("示例集团连续两日回购股份", body, date(2020, 4, 16))
    assert "shares_repurchased" not in fact.fields
    assert word(fact, "stage") == "progress"
    assert [(p["shares"], p["as_of"]) for p in purchases("", body, date(2020, 4, 16))] == [
        ("2455万股", "4月14日"),
        ("2386万股", "4月15日"),
    ]


def test_the_month_is_a_purchase_of_its_own() -> None:
    body = (
        "2020年9月，公司已累计回购股份176.5万股，占公司总股本的比例为1.18%，支付的金额为660.5万元。\n"
        "截至2020年9月30日，公司已累计回购股份235.1万股，占公司总股本的比例为1.57%，已支付的总金额为882.4万元。"
    )
    assert purchases(PROGRESS, body) == [
        {"shares": "176.5万股", "ratio": "1.18%", "amount": "660.5万元", "period": "2020年9月"}
    ]


@pytest.mark.parametrize(
    "words",
    [
        "斥506.28万港元回购294.9万股",
        "以总代价506.28万港元购回294.9万股",
        "耗资506.28万港元回购294.9万股",
        "回购294.9万股，付出总额506.28万港元",
        "购回股份但未注销294.9万股，涉资506.28万港元",
        "以506.28万港元购回294.9万股股票",
        "回购294.9万股股份，出资506.28万港元",
    ],
)
@pytest.mark.parametrize(
    "prices", ["每股回购价为1.71-1.72港元", "每股1.71港元至1.72港元", "每股回购价介乎1.71港元及1.72港元"]
)
def test_a_day_in_hong_kong(words: str, prices: str) -> None:
    fact = read("示例控股回购股份", f"示例控股(09999)发布公告，于2020年9月18日，该公司{words}，{prices}。")
    assert base(fact, "shares_repurchased") == 2_949_000
    assert base(fact, "amount_paid") == 5_062_800
    assert [fact.fields[n].value for n in ("price_low", "price_high")] == [Decimal("1.71"), Decimal("1.72")]  # type: ignore[union-attr]
    assert fact.fields["as_of"].value == date(2020, 9, 18)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "words",
    [
        "注销143万股于8月5日回购的股份",
        "目前回购专用证券账户中剩余143万股",
        "以总股本扣除回购的143万股为基数分配利润",
    ],
)
def test_shares_bought_before_are_no_purchase(words: str) -> None:
    body = (
        f"于2019年8月7日，该公司{words}。同日，该公司以每股6.20-6.38英镑的价格回购45万股股份，斥资283万英镑。"
    )
    fact = read("示例集团8月7日回购45万股", body)
    assert base(fact, "shares_repurchased") == 450_000
    assert base(fact, "amount_paid") == 2_830_000
    assert fact.fields["as_of"].value == date(2019, 8, 7)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("回购期限为自董事会审议通过回购方案之日起12个月内", "自董事会审议通过回购方案之日起12个月内"),
        ("回购实施期限自股东大会审议通过方案之日起不超过6个月", "自股东大会审议通过方案之日起不超过6个月"),
        ("回购期限从2020年2月6日至2020年8月5日", "2020年2月6日至2020年8月5日"),
    ],
)
def test_the_period_of_the_programme(words: str, period: str) -> None:
    assert word(read(PLAN, f"回购资金总额不超过2亿元，{words}。"), "period") == period


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


def test_a_headline_printed_again_in_the_text_is_rounded() -> None:
    title = "示例证券：已累计回购股份4072万股 耗资超7亿元"
    body = f"【{title}】示例证券披露回购进展，截至2020年5月31日，公司已累计回购A股股份4072万股，占公司总股本0.4486%，已支付总金额7.2亿元。"
    assert base(read(title, body), "amount_paid") == 720_000_000


def test_the_day_of_a_notice_is_not_the_day_of_the_board() -> None:
    body = "公司董事会审议通过相关议案决定终止回购公司股份，2023年10月23日，公司发布了《关于回购期限届满的公告》。"
    assert "decided_on" not in read("关于终止回购公司股份的公告", body).fields


def test_an_item_of_a_digest_has_a_headline_of_its_own() -> None:
    title = "【某研究】今日要闻：示例环保中标某县垃圾焚烧发电项目"
    body = (
        "【示例环保】公司收到中标通知书，中标某县垃圾焚烧发电项目，中标价5,000万元。\n"
        + "其他消息。\n" * 5
        + "【示例仪器-回购公司股份】截至2019年6月30日，公司累计回购股份数量为982.42万股，占公司总股本的1.62%。"
    )
    assert kinds_of(title, body) == ("contract_award", "buyback")


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


def test_plans_of_several_companies_in_one_piece_of_news() -> None:
    title = "多家公司抛出回购股份预案"
    body = (
        "据甲乙股份公告，公司拟出资不低于5亿元、不超过10亿元回购公司股份，回购价格不超过21元/股。"
        "公告显示，丙丁科技拟以不超过10.5元/股的价格，通过集中竞价交易方式回购公司股份不低于2亿元、不超过4亿元。"
    )
    first, second = (f for f in facts_of(title, body, (), kinds_of(title, body), None) if f.kind == "buyback")
    assert (base(first, "amount_max"), base(first, "price_cap")) == (1_000_000_000, 21)
    assert (base(second, "amount_min"), base(second, "amount_max")) == (200_000_000, 400_000_000)
    assert base(second, "price_cap") == Decimal("10.5")
    assert word(second, "buyer") == "丙丁科技"


def test_totals_of_several_companies_on_one_day() -> None:
    title = "A股七月回购超27亿元"
    body = (
        "今年以来已有936个回购方案实施完毕，涉及722家公司，回购股票20.1亿股。\n"
        "甲乙国际截至7月31日以集中竞价交易方式回购公司股份927.1万股，占公司目前总股本的0.99%，最高成交价为24.85元/股，支付总金额为2.2亿元。\n"
        "截至7月31日，丙丁矿业通过股份回购专用证券账户累计回购公司股份1928.3万股，占公司目前总股本的1.28%，最高成交价为13.65元/股，成交金额2.48亿元；"
        "戊己电器最新公告称，截至7月31日公司已累计回购471.5万股公司股份，回购最高价为52.79元，累计回购金额为2.3亿元。"
    )
    found = facts_of(title, body, (), ("buyback",), date(2023, 8, 4))
    assert [(word(f, "buyer"), base(f, "shares_repurchased"), base(f, "amount_paid")) for f in found] == [
        ("甲乙国际", 9_271_000, 220_000_000),
        ("丙丁矿业", 19_283_000, 248_000_000),
        ("戊己电器", 4_715_000, 230_000_000),
    ]


@pytest.mark.parametrize(
    "words",
    [
        "沪深两市已有333家上市公司合计完成了431笔回购，已回购金额达到142.33亿元，回购股票数量20.15亿股。",
        "其中已完成或实施回购的有862家上市公司，已回购金额合计达到758.81亿元。",
    ],
)
def test_what_is_said_of_the_market_is_nobody_s(words: str) -> None:
    assert not [f for f in facts_of("A股公司回购", words, (), ("buyback",), None) if f.kind == "buyback"]


def test_a_company_with_its_subsidiaries_is_one_company() -> None:
    fact = read(
        PROGRESS,
        "截至2024年5月31日，公司（含2家控股子公司）累计回购公司股份1,204,500股，支付的总金额为2,000万元。",
    )
    assert base(fact, "shares_repurchased") == 1_204_500


def test_the_days_of_hong_kong_s_own_forms() -> None:
    body = (
        "示例集团(09999)于2026年1月8日发布翌日披露报表，披露当日于香港联交所场内回购合共30,000股普通股，占该公司回购前已发行股份约0.01%。"
        "本次回购每股价格区间为每股3.55港元至3.60港元，涉资约10.75万港元。"
        "回购完成后，已发行股本总数维持226,378,600股不变，其中226,033,400股为已发行流通股，库藏股增至345,200股，剩余可回购股数为22,637,860股。"
    )
    fact = read("示例集团回购3万股", body)
    assert base(fact, "shares_repurchased") == 30_000
    assert base(fact, "amount_paid") == 107_500
    assert [fact.fields[n].value for n in ("price_low", "price_high")] == [Decimal("3.55"), Decimal("3.60")]  # type: ignore[union-attr]
    assert not fact.fields.keys() & {"shares_max", "shares_estimated_max"}
    body = "公司于2021年10月8日以平均每股1.57港元的价格从市场购回总共600万股公司股份。就购回股份已付的总购买价（不包括佣金）约942.1万港元。"
    fact = read("示例医药已购回600万股", body)
    assert (base(fact, "price_avg"), base(fact, "amount_paid")) == (Decimal("1.57"), 9_421_000)


def test_a_filing_of_one_company_has_one_programme() -> None:
    body = "本公司拟回购股份，资金总额不低于5亿元、不超过10亿元，其中用于员工持股计划的资金不低于2亿元、不超过4亿元。"
    assert base(read(PLAN, body), "amount_max") == 1_000_000_000


def test_the_day_of_the_start_is_no_cut_off() -> None:
    fact = read(
        "示例控股连续回购", "示例控股自2019年8月28日开始进行回购，至今共回购67.66万股，耗资2.2亿港元。"
    )
    assert base(fact, "shares_repurchased") == 676_600
    assert "as_of" not in fact.fields


def test_a_proposal_to_the_board_is_not_its_decision() -> None:
    body = (
        "2024年2月7日，董事长向公司董事会提议公司以自有资金回购公司股份。"
        "2024年2月20日，公司第五届董事会第四次会议审议通过了《关于回购公司股份方案的议案》。"
    )
    decided = read(PLAN, body).fields["decided_on"]
    assert isinstance(decided, Day)
    assert decided.value == date(2024, 2, 20)
    assert (
        "decided_on"
        not in read(
            "关于收到提议回购公司股份的提示性公告", "公司董事会于2024年1月13日接到关于公司回购股份的提议。"
        ).fields
    )


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
