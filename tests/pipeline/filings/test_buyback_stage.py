"""The course of a buyback: its stage, what has not begun, the board's decision, the programme after another."""

from datetime import date

import pytest

from pipeline.filings import facts_of
from pipeline.model import Day, Number
from tests.pipeline.filings.buybacks import PLAN, PROGRESS, base, read, word


def test_nothing_yet_is_zero_with_its_words() -> None:
    fact = read(PROGRESS, "截至2024年5月31日，公司尚未实施股份回购。")
    assert base(fact, "shares_repurchased") == 0
    assert base(fact, "amount_paid") == 0
    assert word(fact, "stage") == "not_started"
    shares = fact.fields["shares_repurchased"]
    assert isinstance(shares, Number)
    assert "尚未实施" in shares.text


@pytest.mark.parametrize(
    "answer", ["公司目前没有回购计划。", "公司尚未制定股份回购计划。", "公司暂无回购股份的打算。"]
)
def test_no_programme_is_no_programme_of_nothing_yet(answer: str) -> None:
    asked = "投资者提问：公司股价低迷，请问有没有考虑？"
    assert facts_of("", asked + answer, (), ("buyback",), date(2024, 2, 23)) == ()


@pytest.mark.parametrize(
    ("body", "stage"),
    [
        ("示例建科公告，调整后的回购价格上限为不超过22.76元/股。", "adjusted"),
        (
            "示例金融披露了关于终止以集中竞价交易方式回购部分股份暨实施结果的公告，累计回购2,077万股。",
            "terminated",
        ),
        (
            "示例生物:关于回购公司股份比例达9%暨回购公司股份进展的公告\n证券代码:300138\n公司累计回购股份2,077万股。",
            "milestone",
        ),
    ],
)
def test_the_stage_of_a_text_without_a_title(body: str, stage: str) -> None:
    assert word(read("", body), "stage") == stage


def test_a_cancellation_is_the_stage_where_the_result_was_told_before() -> None:
    title = "关于回购股份注销完成暨股份变动的公告"
    told = "截至2024年1月31日，公司累计回购股份1,500,000股，最高成交价为9.87元/股，最低成交价为8.12元/股，支付总金额为13,500,000元。"
    done = "公司已于2024年2月20日办理完毕上述1,500,000股回购股份的注销手续。"
    before = "公司于2024年2月2日披露了《关于回购股份实施结果暨股份变动的公告》。"
    assert word(read(title, done), "stage") == "cancelled"
    assert word(read(title, told + before + done), "stage") == "cancelled"
    assert word(read(title, told + done), "stage") == "completed"


def test_the_purpose_after_its_change_and_the_first_decision() -> None:
    body = (
        "公司于2025年8月28日召开董事会，审议通过了《关于变更回购股份用途并注销的议案》，回购股份用途由“用于实施员工持股计划”变更为“用于注销并减少注册资本”。\n"
        "公司于2021年9月28日召开董事会，审议通过了《关于以集中竞价交易方式回购公司股份的议案》，用于实施员工持股计划。"
    )
    fact = read("关于变更回购股份用途并注销的公告", body)
    assert word(fact, "purpose") == "注销并减少注册资本"
    decided = fact.fields["decided_on"]
    assert isinstance(decided, Day)
    assert decided.value == date(2021, 9, 28)


def test_the_day_of_a_notice_is_not_the_day_of_the_board() -> None:
    body = "公司董事会审议通过相关议案决定终止回购公司股份，2023年10月23日，公司发布了《关于回购期限届满的公告》。"
    assert "decided_on" not in read("关于终止回购公司股份的公告", body).fields


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


def test_the_programme_after_the_one_that_ended() -> None:
    body = (
        "公司审议通过了《关于终止回购公司股份的议案》。截至公告日，公司累计回购股份2,299,411股，成交总金额为9,769.96万元。"
        "公司已制定新的回购方案，回购金额不超过15亿元且不低于8亿元。"
    )
    fact = read("示例天楹：终止回购公司股份 已累计回购229.94万股", body)
    assert "amount_max" not in fact.fields
    assert word(fact, "stage") == "terminated"
    assert (
        base(read("", "公司制定了新的回购方案，回购金额不超过15亿元且不低于8亿元。"), "amount_max")
        == 15 * 10**8
    )
