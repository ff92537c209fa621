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
