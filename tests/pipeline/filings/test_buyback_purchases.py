"""What was bought in a day or a month, in Hong Kong and by several companies, beside the total of a programme."""

from datetime import date
from decimal import Decimal

import pytest

from pipeline.filings import facts_of, kinds_of
from tests.pipeline.filings.buybacks import PROGRESS, base, read, word


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


def test_the_day_of_the_start_is_no_cut_off() -> None:
    fact = read(
        "示例控股连续回购", "示例控股自2019年8月28日开始进行回购，至今共回购67.66万股，耗资2.2亿港元。"
    )
    assert base(fact, "shares_repurchased") == 676_600
    assert "as_of" not in fact.fields


def test_an_item_of_a_digest_has_a_headline_of_its_own() -> None:
    title = "【某研究】今日要闻：示例环保中标某县垃圾焚烧发电项目"
    body = (
        "【示例环保】公司收到中标通知书，中标某县垃圾焚烧发电项目，中标价5,000万元。\n"
        + "其他消息。\n" * 5
        + "【示例仪器-回购公司股份】截至2019年6月30日，公司累计回购股份数量为982.42万股，占公司总股本的1.62%。"
    )
    assert kinds_of(title, body) == ("contract_award", "buyback")


def test_a_headline_printed_again_in_the_text_is_rounded() -> None:
    title = "示例证券：已累计回购股份4072万股 耗资超7亿元"
    body = f"【{title}】示例证券披露回购进展，截至2020年5月31日，公司已累计回购A股股份4072万股，占公司总股本0.4486%，已支付总金额7.2亿元。"
    assert base(read(title, body), "amount_paid") == 720_000_000
