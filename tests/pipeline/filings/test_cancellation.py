"""Shares taken back from a grant: the filing's own, its tranches' prices, and earlier ones told as history."""

from __future__ import annotations

import pytest

from pipeline.filings import facts_of, kinds_of
from pipeline.filings.cancellation import cancellation, compensation
from tests.pipeline.filings.told import GARBAGE, told


def test_the_own_cancellation_and_an_earlier_one() -> None:
    text = (
        "1、本次回购注销限制性股票数量为1503000股，占回购前公司总股本的0.5606%，回购价格为4.16元/股，涉及人数为85人。\n"
        "2、公司已于2016年6月17日在登记结算公司完成注销手续，公司股份总数由268091197股变更为266588197股。\n"
        "3、2015年6月5日公司披露公告，公司已于2015年6月4日完成了789000股限制性股票注销手续。\n"
        "4、公司决定回购注销限制性股票共计1503000股，其中离职人员的315000股。"
    )
    assert told(cancellation, text) == [
        {"shares": "1503000股", "price": "4.16元/股", "ratio": "0.5606%", "as_of": "2016-06-17"},
        {"shares": "789000股", "as_of": "2015-06-04"},
    ]


@pytest.mark.parametrize(
    "words",
    [
        "对2名激励对象已授予但尚未解锁的合计50,000股限制性股票予以回购注销",
        "回购注销激励对象持有的尚未解除限售的限制性股票50,000股",
        "将已获授但尚未解除限售的限制性股票共50,000股进行回购注销",
        "对其持有的50,000股限制性股票进行回购注销",
        "本次拟回购注销的限制性股票数量为50,000股",
        "拟回购注销100名激励对象持有的50,000股限制性股票",
    ],
)
def test_the_count_in_many_phrasings(words: str) -> None:
    text = f"因激励对象离职，公司{words}，回购价格为12.25元/股，回购资金总额为612,500元。"
    assert told(cancellation, text) == [{"shares": "50,000股", "price": "12.25元/股", "amount": "612,500元"}]


def test_tranches_have_prices_of_their_own() -> None:
    text = (
        "公司董事会同意回购注销限制性股票数量为196,800股，其中回购注销首次授予限制性股票167,900股，回购价格为3.28元/股；"
        "回购注销预留授予限制性股票28,900股，回购价格为3.92元/股。"
    )
    assert told(cancellation, text) == [{"shares": "196,800股", "price": "3.28元/股 / 3.92元/股"}]


@pytest.mark.parametrize(
    "text",
    [
        "公司以12.34元/股回购注销首次授予的限制性股票150,000股，以11.20元/股回购注销预留授予的限制性股票50,000股。",
        "公司分别回购注销首次及预留授予的限制性股票150,000股和50,000股，回购价格分别为12.34元/股和11.20元/股。",
        "首次授予部分回购注销150,000股，回购价格为12.34元/股；预留授予部分回购注销50,000股，回购价格为11.20元/股。",
    ],
)
def test_tranches_without_their_sum_are_a_list(text: str) -> None:
    assert told(cancellation, text) == [
        {"shares": "150,000股 / 50,000股", "price": "12.34元/股 / 11.20元/股"}
    ]
    (fact,) = told(cancellation, text + "本次合计回购注销200,000股，回购总金额为2,411,000元。")
    assert (fact["shares"], fact["amount"]) == ("200,000股", "2,411,000元")


def test_tranches_with_their_ratios() -> None:
    text = "公司以3.28元/股回购注销3名激励对象的150,000股，占公司总股本的0.10%；以3.92元/股回购注销2名激励对象的50,000股，占公司总股本的0.03%。"
    (fact,) = told(cancellation, text)
    assert (fact["shares"], fact["ratio"]) == ("150,000股 / 50,000股", "0.10% / 0.03%")


def test_deeds_of_several_days_are_no_tranches() -> None:
    text = (
        "公司于2022年3月1日完成30,000股限制性股票的回购注销，于2023年4月5日完成20,000股限制性股票的回购注销。"
    )
    assert all(" / " not in fact["shares"] for fact in told(cancellation, text))


def test_prices_that_another_has_replaced_are_left_out() -> None:
    text = (
        "公司决定回购注销首次授予的限制性股票625000股，对应价格为4.18元/股；回购注销预留授予的限制性股票120000股，对应价格为6.3元/股。"
        "因实施利润分配，回购价格由4.18元/股（授予价）调整为1.9元/股；回购价格由6.3元/股（授予价）调整为2.86元/股。\n"
        "上述限制性股票1639000股已过户至回购专用证券账户，并将于2017年7月18日予以注销。"
    )
    (fact,) = told(cancellation, text)
    assert fact["price"] == "1.9元/股 / 2.86元/股"
    assert fact["shares"] == "1639000股"


def test_the_capital_told_again_in_brackets_is_not_taken_back() -> None:
    text = "本次回购注销的限制性股票数量合计521.4万股。本次回购注销完成后，公司股份总数将由2,042,970,972股（约20.43亿股）变更为2,037,756,972股（20.38亿股）。"
    assert told(cancellation, text) == [{"shares": "521.4万股"}]


@pytest.mark.parametrize(
    "words",
    [
        "共涉及6名激励对象，合计35.7万股，占公司总股本12.56亿股的0.03%",
        "回购6名激励对象35.7万股限制性股票，占总股本0.03%",
        "回购注销股份总数35.7万股，占总股本比例约0.03%",
    ],
)
def test_the_count_after_the_people_and_the_day_of_the_registrar(words: str) -> None:
    text = f"公司本次回购注销部分限制性股票，{words}。公司已于2025年1月10日办结上述限制性股票回购注销业务。"
    assert told(cancellation, text) == [{"shares": "35.7万股", "ratio": "0.03%", "as_of": "2025-01-10"}]


def test_the_price_of_the_grant_is_the_price() -> None:
    text = (
        "回购限制性股票的总数量为 63,221股，占激励计划授予的限制性股票总数 3,227,800股的 1.96%，占回购注销前公司总股本比例为 0.009%。"
        "回购价格为授予价格 2.13元/股加上银行同期存款利息之和。"
    )
    assert told(cancellation, text) == [{"shares": "63,221股", "price": "2.13元/股", "ratio": "0.009%"}]


def test_an_expected_day_is_not_the_day() -> None:
    text = "本次回购注销限制性股票60,000股。预计本次限制性股票于2020年6月9日完成注销。"
    assert told(cancellation, text) == [{"shares": "60,000股"}]


def test_the_title_is_rounded() -> None:
    text = "此次回购注销已授予但尚未解除限售的限制性股票数量共计660.7475万股，占回购前公司股份总数约10.99亿股的0.60%。"
    assert told(cancellation, text, title="示例光电回购注销660.75万股限制性股票") == [
        {"shares": "660.7475万股", "ratio": "0.60%"}
    ]


def test_a_notice_to_creditors_tells_of_the_cancellation() -> None:
    assert kinds_of("关于回购注销部分限制性股票通知债权人的公告", "正文。")[0] == "incentive_cancellation"


def test_a_compensation_is_taken_back_for_one_yuan() -> None:
    text = (
        "公司以人民币1.00元的总价回购补偿义务人合计持有的公司股份数 351,363,722 股，占回购前公司总股本的 8.55%，并予以注销。\n"
        "2022年业绩未实现，公司于2023年回购注销2,341,008股补偿股份。\n"
        "2024年业绩补偿股份数量为351,363,722股，于2025年9月2日过户至公司回购专用证券账户。"
    )
    assert told(compensation, text) == [{"shares": "351,363,722 股", "amount": "1.00元", "ratio": "8.55%"}]


def test_a_link_to_a_forum_is_no_count() -> None:
    text = "示例股份(600325,股吧)发布公告称，回购注销其已获授但尚未解锁的全部限制性股票共计31,500股，回购价格为3.47元/股。"
    assert told(cancellation, text) == [{"shares": "31,500股", "price": "3.47元/股"}]


def test_garbage_gives_no_fact() -> None:
    assert told(cancellation, GARBAGE) == []


def test_several_decisions_are_a_fact_each_and_their_sum_is_none() -> None:
    text = (
        "1、本次回购注销的限制性股票共计68500股，占注销前总股本比例的0.03%，回购价格为13.07元/股。\n"
        "2、上述限制性股票已于2018年4月24日在登记结算公司完成回购注销手续。\n"
        "3、2017年10月24日，董事会审议通过议案，同意将离职人员已获授但尚未解除限售的合计51500股限制性股票进行回购注销，回购价格为13.07元/股。\n"
        "4、2018年1月5日，董事会审议通过议案，同意将离职人员已获授但尚未解除限售的合计17000股限制性股票进行回购注销，回购价格为13.07元/股。\n"
        "5、公司回购注销合计68500股已获授但尚未解锁的限制性股票。"
    )
    assert told(cancellation, text) == [
        {"shares": "51500股", "price": "13.07元/股", "as_of": "2018-04-24"},
        {"shares": "17000股", "price": "13.07元/股", "as_of": "2018-04-24"},
    ]


def test_tranches_of_one_decision_are_parts_of_its_fact() -> None:
    text = (
        "本次回购注销限制性股票合计68500股，其中：\n"
        "2020年4月13日董事会同意回购注销首次授予部分的51500股限制性股票，回购价格为13.07元/股。\n"
        "2020年4月13日董事会同意回购注销预留授予部分的17000股限制性股票，回购价格为11.02元/股。"
    )
    assert told(cancellation, text)[0]["shares"] == "68500股"


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("示例律师事务所关于示例股份有限公司回购注销部分限制性股票的法律意见书", "正文。"),
        ("监事会关于回购注销部分限制性股票的核查意见", "正文。"),
        (
            "示例股份:某律所关于回购注销部分限制性股票的法律意见2024-01-20",
            "公司将回购注销限制性股票5,000股。",
        ),
        (
            "",
            "示例律师事务所\n关于示例股份有限公司\n回购注销部分限制性股票的\n法律意见书\n公司将回购注销限制性股票5,000股。",
        ),
    ],
)
def test_a_third_partys_paper_on_a_cancellation_is_not_the_cancellation(title: str, body: str) -> None:
    assert kinds_of(title, body) == ("cancellation_opinion",)
    (fact,) = facts_of(title, "公司将回购注销限制性股票5,000股。", (), kinds_of(title, body), None)
    assert fact.kind == "cancellation_opinion"


def test_shares_of_an_incentive_bought_back_and_cancelled_are_no_programme() -> None:
    title = "示例传感拟66.19万元回购股权激励股份并注销"
    text = "公司拟以7.21元的价格进行股票回购，回购金额为66.19万元，回购数量为9.18万股，约占公司总股本的0.04%。从回购历史来看，公司自2016年4月29日上市以来仅回购过1次，回购数量为3.78万股。"
    assert kinds_of(title, text) == ("incentive_cancellation",)
    fact, earlier = told(cancellation, text, title=title)
    assert (fact["shares"], fact["amount"]) == ("9.18万股", "66.19万元")
    assert earlier == {"shares": "3.78万股"}  # of a day that is that of the listing
