"""Purchases and sales of companies. All companies and figures are made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.filings.acquisition import facts
from pipeline.filings.record import Filing
from tests.pipeline.filings.told import GARBAGE, checks, told

PARTS = "本公司拟以3,300万元债权和3,000万元现金合计6,300万元购买临江投资有限公司持有的海州白石药业股份有限公司52.08%股份。"


@pytest.mark.parametrize(
    ("text", "target", "stake", "price"),
    [
        (
            "青禾股份公告，拟以2.1亿元收购海州白石药业有限公司70%股权。",
            "海州白石药业有限公司",
            "70%",
            "2.1亿元",
        ),
        (
            "青禾股份公告，子公司以0元收购临江源持有的海州白石新能源有限公司80%的股权。",
            "海州白石新能源有限公司",
            "80%",
            "0元",
        ),
        (
            "青禾股份公告，拟1.8亿美元现金收购Baishi Mining 100%股权，后者持有Haizhou公司74%权益。",
            "Baishi Mining",
            "100%",
            "1.8亿美元",
        ),
        (
            "青禾股份公告，使用5.70亿元自有资金购买控股子公司海州白石网络有限公司29%股权，收购完成后公司将持有白石网络100%股权。",
            "海州白石网络有限公司",
            "29%",
            "5.70亿元",
        ),
    ],
)
def test_deal(text: str, target: str, stake: str, price: str) -> None:
    (deal,) = told(facts, text)
    assert (deal["target"], deal["stake"], deal["price"]) == (target, stake, price)


def test_price_in_parts() -> None:
    (deal,) = told(facts, PARTS)
    assert (deal["price"], deal["parts"], deal["method"]) == (
        "6,300万元",
        "3,300万元 / 3,000万元",
        "债权 / 现金",
    )
    assert checks(facts, PARTS) == {"parts=price": True}
    assert checks(facts, PARTS.replace("6,300", "6,500")) == {"parts=price": False}


def test_several_targets() -> None:
    (deal,) = told(
        facts, "青禾股份公告，公司拟购买海州白石科技有限公司34%股权、海州临江科技有限公司100%股权。"
    )
    assert deal["target"] == "海州白石科技有限公司 / 海州临江科技有限公司"
    assert deal["stake"] == "34% / 100%"


@given(st.text(alphabet=GARBAGE, max_size=200))
def test_garbage_raises_nothing_and_shows_its_words(text: str) -> None:
    told(facts, text)


@given(st.text(max_size=120))
def test_no_fact_of_other_text(text: str) -> None:
    assert facts(Filing("", text)) == []


def test_who_buys_by_the_clause_where_nobody_announces() -> None:
    (deal,) = told(
        facts,
        "9月3日，Harbour Pharma宣布已达成一项协议，将以9.5亿美元现金收购生物技术公司Seaside Therapeutics，该公司开发干细胞疗法。",
    )
    assert deal["buyer"].replace(" ", "") == "HarbourPharma"
    assert deal["target"].replace(" ", "") == "SeasideTherapeutics"


def test_a_target_in_a_headline_is_what_the_text_repeats() -> None:
    (deal,) = told(
        facts,
        "白石电是一家充电企业。数据显示，白石电用户量达到1亿。此前，青禾优品已投资白石电。",
        title="青禾优品收购白石电解决出行难题",
    )
    assert (deal["buyer"], deal["target"]) == ("青禾优品", "白石电")


def test_the_same_stake_of_companies_named_together() -> None:
    (deal,) = told(
        facts,
        "青禾之家（000999.SZ）公告，将分别作价3.35亿元、1亿元收购控股股东持有的远山小额贷款有限责任公司（以下简称“远山小贷”）、"
        "白石融资担保有限公司（以下简称“白石担保”）100%股权。",
    )
    assert deal["buyer"] == "青禾之家"
    assert deal["target"] == "远山小额贷款有限责任公司 / 白石融资担保有限公司"
    assert deal["stake"] == "100% / 100%"
    assert deal["price"] == "3.35亿元 / 1亿元"


def test_all_companies_of_a_list_are_bought() -> None:
    (deal,) = told(
        facts,
        "青禾科技公告，公司拟以10.16亿元购买启东远美、云港帝盛、远凯贸易及欣阳精细100%的股权并募集配套资金。",
    )
    assert deal["target"] == "启东远美 / 云港帝盛 / 远凯贸易 / 欣阳精细"


def test_the_price_of_a_headline_counts_where_no_sentence_tells_one() -> None:
    (deal,) = told(
        facts, "青禾医疗拟收购海州远康医院有限公司100%股权。", "青禾医疗9.3亿收购远康医院收来“内斗”"
    )
    assert deal["price"] == "9.3亿"


def test_a_subsidiary_buys() -> None:
    (deal,) = told(facts, "青禾易购(600999)公告，公司全资子公司青禾国际拟出资48亿元收购远乐福中国80%股份。")
    assert (deal["buyer"], deal["target"], deal["stake"], deal["price"]) == (
        "青禾国际",
        "远乐福中国",
        "80%",
        "48亿元",
    )


def test_the_buyer_in_a_digest_is_the_company_of_the_item() -> None:
    (deal,) = told(
        facts,
        "【远山股东减持1%】 远山股份6月18日午间公告，股东林远山减持公司股份312万股。"
        "【青禾环境6800万元收购海州益洁】 青禾环境6月18日午间公告称，公司拟以6800万元收购海州益洁环境技术有限公司100%股权。"
        "【白石中标】 白石科技6月18日公告，公司中标某项目。",
        "午间公告|远山股份股东减持",
    )
    assert deal["buyer"] == "青禾环境"


def test_a_sum_used_for_the_purchase_is_its_price() -> None:
    (deal,) = told(
        facts,
        "青禾股份（600999）公告，公司向远耐克投资3000万元，其中500万元用于收购自然人林远山持有的远耐克40%的股权，2500万元用于增资。",
    )
    assert (deal["stake"], deal["price"]) == ("40%", "500万元")


def test_who_sells_does_not_buy() -> None:
    (deal,) = told(
        facts,
        "青禾药业(600999)公告，拟出售白石制药有限公司100%股权获得金额约为6.87亿元，公司将持有的白石制药有限公司100%股权转让给远山投资有限公司。",
        title="青禾药业：出售白石制药100%股权",
    )
    assert (deal["direction"], deal["target"]) == ("sale", "白石制药有限公司")
    assert deal.get("buyer") != "青禾药业"


def test_a_stake_given_to_the_company_is_a_purchase() -> None:
    (deal,) = told(
        facts,
        "青禾实业股份有限公司（以下简称“公司”）公告\n云港进出口有限公司将持有白石林业有限责任公司55%股权转让给公司，转让价为7637万元人民币。",
    )
    assert (deal["buyer"], deal["target"], deal["stake"], deal["price"]) == (
        "青禾实业股份有限公司",
        "白石林业有限责任公司",
        "55%",
        "7637万元人民币",
    )
    assert "direction" not in deal


def test_words_instead_of_a_share() -> None:
    (deal,) = told(
        facts,
        "9月1日，云港速递公告称与青禾达成合作。2015年5月，青禾正式对云港战略投资，又先后收购了远通、白石快递的部分股份。",
    )
    assert (deal["buyer"], deal["target"], deal["bought"]) == ("青禾", "远通 / 白石快递", "部分股份")


def test_the_buyer_is_who_the_clause_is_about() -> None:
    (deal,) = told(
        facts,
        "青禾服务9月4日发布公告称已展开初步磋商。今年2月份，为缓解债务危机，远山控股以121亿元收购白石投资所持有的白石外滩50%股权及相应债权。",
    )
    assert (deal["buyer"], deal["price"], deal["stake"]) == ("远山控股", "121亿元", "50%")


def test_a_business_bought_of_its_owner() -> None:
    (deal,) = told(
        facts, "据报道，Harbour和一家投资公司正在洽谈以象征性的1欧元收购远汇在海西的零售业务，交易须经批准。"
    )
    assert (deal["target"], deal["bought"], deal["price"]) == ("远汇", "海西的零售业务", "1欧元")


def test_a_purchase_told_the_other_way_round() -> None:
    (deal,) = told(
        facts, "青禾医疗(300999)公告，公司已完成对Seaside Switchgear Solution(SSS)的收购，交易条款未披露。"
    )
    assert (deal["target"].replace(" ", ""), deal["buyer"]) == ("SeasideSwitchgearSolution", "青禾医疗")


def test_a_choice_between_purchases_is_none() -> None:
    assert told(facts, "竞购者可选择收购OneSat整个公司，也可选择购买该公司的部分资产。") == []


def test_what_is_held_through_the_target_is_not_bought() -> None:
    (deal,) = told(
        facts,
        "青禾集团：云港锂业拟以9290.47万美元收购白石科技70.59%股权，从而间接持有白石科技控股子公司远矿公司60%的股权。",
    )
    assert (deal["target"], deal["stake"]) == ("白石科技", "70.59%")


def test_the_stake_of_the_target_company_is_that_of_the_one_named() -> None:
    (deal,) = told(
        facts,
        "青禾电子（300999）公告，公司披露《关于收购海微集成技术(海州)有限公司部分股权》公告，约定由公司收购白石合伙企业所持有目标公司27.5676%的股权，股权转让金额为2,605.1351万元。",
    )
    assert (deal["target"], deal["stake"]) == ("海微集成技术(海州)有限公司", "27.5676%")
    assert "bought" not in deal


def test_a_tender_offer_to_the_holders_of_the_company() -> None:
    (deal,) = told(
        facts,
        "青禾酒(603999.SH)公布，现就云港企业管理有限公司(“云港企管”)以要约方式收购公司部分股份事项公告如下：\n此次为向其他股东持有的4058.08万股无限售条件流通股进行的部分要约。",
    )
    assert (deal["buyer"], deal["target"], deal["shares"]) == (
        "云港企业管理有限公司",
        "青禾酒",
        "4058.08万股",
    )


def test_a_short_form_stands_for_the_one_company_it_can_mean() -> None:
    (deal,) = told(
        facts,
        "青禾电子股份有限公司（以下简称“公司”）完成工商变更登记，公司名称：海州市惠海传感器有限公司。公司以现金16,416万元收购惠海公司90%股权。",
    )
    assert deal["target"] == "海州市惠海传感器有限公司"


def test_who_announces_by_its_full_name_buys() -> None:
    (deal,) = told(
        facts,
        "10月19日，海州宝青自动化股份有限公司（以下简称“宝青股份”）发布公告称，针对公司拟收购云港酒业连锁股份有限公司不低于52.96%的股份，相关事项仍在推进中。",
    )
    assert (deal["buyer"], deal["target"]) == ("海州宝青自动化股份有限公司", "云港酒业连锁股份有限公司")


def test_a_subsidiary_without_a_name_is_no_target() -> None:
    assert all(
        deal.get("target") != "子公司" for deal in told(facts, "青禾股份公告，拟收购子公司少数股东股权。")
    )


@pytest.mark.parametrize(
    ("text", "target", "stake"),
    [
        ("公司拟以1亿元收购张三、李四合计持有的海州远山科技有限公司51%股权。", "海州远山科技有限公司", "51%"),
        ("公司拟购买乙投资、丙合伙、丁合伙持有的远山科技80%股权。", "远山科技", "80%"),
        ("公司拟收购陈某、林某等五名股东持有的远山科技50%的股权。", "远山科技", "50%"),
        ("公司拟收购陈某、林某分别持有的A公司30%、20%的股权。", "A公司", "30% / 20%"),
        (
            "公司拟收购陈强持有的海州远山科技有限公司30%股权、林海持有的海州远山科技有限公司20%股权。",
            "海州远山科技有限公司",
            "30% / 20%",
        ),
        ("公司拟收购乙持有的丁公司60%股权，收购丙持有的戊公司25%股权。", "丁公司 / 戊公司", "60% / 25%"),
    ],
)
def test_who_sells_is_no_target_and_no_stake_is_dropped(text: str, target: str, stake: str) -> None:
    (deal,) = told(facts, text, title="青禾股份：关于收购股权的公告")
    assert (deal["target"], deal["stake"]) == (target, stake)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "公司与王五签署《股权收购协议》，以现金1.2亿元收购王五所持海州远山科技有限公司60%股权。",
            "关于收购股权的公告",
        ),
        ("公司拟向张三、李四、王五购买其持有的海州远山科技有限公司60%股权。", "关于收购股权的公告"),
        ("拟以人民币25,500万元受让其持有的海州远山科技有限公司60%股权。", "关于收购股权的公告"),
        ("公司拟以现金受让海州远山科技有限公司60%股权。", "关于重大资产购买的进展公告"),
        ("公司拟以现金受让海州远山科技有限公司60%股权。", "关于资产收购的公告"),
        ("证券代码：600999\n拟收购海州远山科技有限公司60%股权。", "关于收购股权的公告"),
    ],
)
def test_no_seller_sum_or_title_word_buys(text: str, title: str) -> None:
    (deal,) = told(facts, text, title=title)
    assert (deal["target"], deal["stake"]) == ("海州远山科技有限公司", "60%")
    assert "buyer" not in deal
    (deal,) = told(facts, f"青禾股份有限公司（以下简称“公司”）公告\n{text}", title=title)
    assert deal["buyer"] == "青禾股份有限公司"


@pytest.mark.parametrize("whole_first", [True, False])
def test_the_whole_deal_rather_than_the_part_of_one_seller(whole_first: bool) -> None:
    whole = "本次交易中，标的资产远山生物 100%股权的交易价格为 80,000.00 万元。"
    part = "上市公司向王某支付 4,454 万元现金对价以收购其持有的远山生物 57.71%股权。"
    (deal,) = told(
        facts,
        "\n".join((whole, part) if whole_first else (part, whole)),
        title="发行股份及支付现金购买资产报告书（草案）",
    )
    assert (deal["target"], deal["stake"], deal["price"]) == ("远山生物", "100%", "80,000.00 万元")


def test_stakes_in_the_listed_company_are_no_purchase_of_it() -> None:
    text = "青禾股份（600999）公告，林海通过三家公司受让云港实业持有的青禾股份5.11%、5.10%的股份。"
    assert told(facts, text) == []


def test_words_of_agreement_lead_to_a_target_and_shares_issued_buy_nothing() -> None:
    (deal,) = told(
        facts,
        "公司拟以发行股份方式购买云港通信 30%股权。经各方协商，拟确定云港通信 30%股权交易价格为 61,200 万元。",
        title="发行股份购买资产报告书",
    )
    assert (deal["target"], deal["stake"], deal["price"]) == ("云港通信", "30%", "61,200 万元")
    assert "buyer" not in deal


def test_a_part_of_the_stake_is_not_added_to_it() -> None:
    (deal,) = told(
        facts,
        "公司拟收购海州远山科技有限公司51%股权，其中收购林海持有的海州远山科技有限公司30%股权。",
    )
    assert deal["stake"] == "51%"
