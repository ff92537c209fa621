"""The examples of the grammar of titles, and the kinds of texts without a title."""

import pytest

from pipeline.filings import kinds_of
from pipeline.filings.titles import load_titles

CASES = [
    (rule.kind, word, text)
    for rule in load_titles().rules
    for word in ("hit", "miss")
    for text in rule.examples.get(word, [])
]


def test_every_kind_has_examples_of_both_sorts() -> None:
    assert all(set(rule.examples) == {"hit", "miss"} for rule in load_titles().rules)
    assert all(rule.examples["hit"] and rule.examples["miss"] for rule in load_titles().rules)


@pytest.mark.parametrize(("kind", "word", "title"), CASES)
def test_examples(kind: str, word: str, title: str) -> None:
    assert (kind in kinds_of(title, "")) is (word == "hit")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (
            "证券代码：600000 公告编号：2024-001\n示例股份有限公司关于部分限制性股票回购注销完成的公告\n正文",
            "incentive_cancellation",
        ),
        (
            "意见反馈 手机看行情\n· 公司公告\n示例股份:关于部分限制性股票回购注销完成的公告2024-01-20\n正文",
            "incentive_cancellation",
        ),
        (
            "公司完成对11名激励对象所持有的40,920股限制性股票的回购注销，资金来源为公司自有资金。",
            "incentive_cancellation",
        ),
        ("示例股份公告，拟以1亿元-2亿元回购公司股份，回购价格不超过10元/股。", "buyback"),
        ("示例股份公告，控股股东张三于2024年2月1日将500万股解除质押。", "pledge_release"),
        ("示例股份公告，公司中标城区道路改造项目，中标金额1.2亿元。", "contract_award"),
        ("今日开展500亿元14天期逆回购操作，中标利率为2.7%。", "other"),
    ],
)
def test_a_text_tells_its_kind(body: str, kind: str) -> None:
    assert kinds_of("", body)[0] == kind


@pytest.mark.parametrize(
    ("title", "body", "forecast"),
    [
        (
            "示例股份2024年净利润3.2亿元",
            "示例股份4月18日晚间披露2024年年度报告，公司实现营业收入56.3亿元，同比增长12%；归母净利润3.2亿元，上年同期亏损1.1亿元，同比扭亏为盈；基本每股收益0.32元。",
            False,
        ),
        ("", "示例股份披露2024年度业绩快报，公司归母净利润3.2亿元，上年同期亏损1.1亿元，扭亏为盈。", False),
        ("", "示例股份公告，上半年净利润2亿元至3亿元，上年同期亏损1.1亿元，扭亏为盈。", True),
        ("", "示例股份公告，上半年扭亏为盈，净利润2亿元–3亿元。", True),
        ("", "示例股份披露三季报，净利润1亿元，同比扭亏；预计全年净利润为2亿元至3亿元。", True),
    ],
)
def test_results_that_are_reported_are_no_forecast(title: str, body: str, forecast: bool) -> None:
    assert ("earnings_forecast" in kinds_of(title, body)) is forecast


def test_several_kinds_in_one_title() -> None:
    both = {"earnings_flash", "earnings_forecast"}
    assert set(kinds_of("2024年度业绩预告暨业绩快报公告", "")) == both
    assert set(kinds_of("2023年年度业绩快报暨业绩预告更正公告", "")) == {*both, "correction"}
    assert set(kinds_of("关于控股股东部分股份解除质押及质押的公告", "")) == {"pledge", "pledge_release"}


@pytest.mark.parametrize(
    ("title", "stage"),
    [
        ("关于回购股份注销完成暨股份变动的公告", "cancelled"),
        ("关于完成部分回购股份注销的公告", "cancelled"),
        ("关于部分回购股份注销完成暨调整转股价格的公告", "cancelled"),
        ("关于注销库存股的公告", "cancelled"),
        ("关于股份回购实施完成暨注销的公告", "completed"),
        ("关于回购公司股份方案暨取得专项贷款承诺函的公告", "plan"),
        ("关于变更回购股份资金来源暨取得专项贷款承诺函的公告", "adjusted"),
    ],
)
def test_the_stage_that_a_title_names(title: str, stage: str) -> None:
    said = load_titles().stage("buyback", title)
    assert said is not None and said[0] == stage


def test_what_a_company_says_when_asked_is_no_programme() -> None:
    assert kinds_of("问董秘：公司有回购计划吗", "公司目前没有回购计划。") == ("other",)
    assert kinds_of(
        "示例股份：目前没有回购计划", "投资者提问：公司有回购股份的打算吗？公司回复：目前没有回购计划。"
    ) == ("other",)


def test_a_registration_is_told_in_any_filing() -> None:
    body = "公司自研的“示例智能问答大模型”已通过国家网信办备案。"
    assert "algorithm_registration" in kinds_of("2024年半年度报告", body)
    assert "algorithm_registration" not in kinds_of("2024年半年度报告", "公司正在申报大模型备案。")


def test_a_service_agreement_with_its_sum_is_a_contract() -> None:
    signed = "9月6日，青禾通信公告与海州联信青云分公司签订算力服务框架协议，协议服务期限三年，服务费总金额为含税3.46亿元。"
    assert kinds_of("", signed) == ("contract_award",)
    assert kinds_of("", "公司与海州市政府签订战略合作框架协议，拟投资10亿元。") == ("other",)


def test_a_pledge_told_beside_a_release() -> None:
    told = "青禾视觉公告称，公司于近日收到股东通知，获悉林远山736万股股份被质押以及林近水2100万股解除质押。"
    assert set(kinds_of("", told)) == {"pledge", "pledge_release"}


def test_a_loss_is_told_alone_or_beside_earnings() -> None:
    loss = "归属于上市公司股东的净利润-334.98万元。"
    assert kinds_of("青禾资源上半年业绩", f"青禾资源（600999）发布2019年半年报，{loss}") == ("loss",)
    assert kinds_of("", f"青禾股份公告，拟以2.1亿元收购白石药业有限公司70%股权。标的公司去年{loss}") == (
        "acquisition",
    )
    assert kinds_of("关于未弥补亏损达到实收股本总额三分之一的公告", f"公司未弥补亏损3亿元，{loss}") == (
        "other",
    )
