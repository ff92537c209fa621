"""One programme over time."""

from decimal import Decimal

from pipeline.filings.programme import programmes
from pipeline.model import Document
from tests.pipeline.filings.documents import filing

PLAN = "公司于2024年1月9日召开董事会，审议通过回购股份方案。回购资金总额不低于5,000万元且不超过10,000万元，回购价格不超过30元/股。"


def progress(day: int, shares: str, paid: str) -> Document:
    body = f"截至2024年3月31日，公司已累计回购股份{shares}股，占公司总股本的1%，支付的总金额为{paid}元。"
    return filing(day, "关于回购公司股份的进展公告", body)


def test_the_line_and_the_share_of_the_cap() -> None:
    told = [
        progress(60, "2,000,000", "50,000,000.00"),
        filing(0, "关于回购公司股份方案的公告", PLAN),
        progress(30, "1,000,000", "25,000,000.00"),
    ]
    (line,) = programmes(told)
    assert [s.document for s in line.steps] == ["cninfo:600999-0", "cninfo:600999-30", "cninfo:600999-60"]
    assert line.used == Decimal("50.0")
    assert line.stage == "progress"
    assert line.flags == ()


def test_a_cumulative_figure_that_falls_is_flagged() -> None:
    (line,) = programmes(
        [
            filing(0, "关于回购公司股份方案的公告", PLAN),
            progress(30, "2,000,000", "50,000,000.00"),
            progress(60, "1,000,000", "25,000,000.00"),
        ]
    )
    assert len(line.flags) == 2
    assert "2,000,000股 降为 1,000,000股" in line.flags[0]


def test_a_plan_after_completion_begins_anew() -> None:
    done = filing(
        90,
        "关于股份回购实施结果暨股份变动的公告",
        "截至2024年3月31日，公司已累计回购股份2,000,000股，支付的总金额为60,000,000元。",
    )
    found = programmes(
        [filing(0, "关于回购公司股份方案的公告", PLAN), done, filing(200, "关于回购公司股份方案的公告", PLAN)]
    )
    assert [len(line.steps) for line in found] == [2, 1]


def test_of_two_at_once_each_filing_goes_to_its_own() -> None:
    second = PLAN.replace("1月9日", "3月11日").replace("10,000万元", "20,000万元")
    report = (
        "公司于2024年{day}召开董事会，审议通过回购股份方案。"
        "截至2024年4月30日，公司已累计回购股份{shares}股，支付的总金额为{paid}元。"
    )
    first, other = programmes(
        [
            filing(0, "关于回购公司股份方案的公告", PLAN),
            filing(
                30,
                "关于首次回购公司股份的公告",
                report.format(day="1月9日", shares="1,000,000", paid="20,000,000"),
            ),
            filing(70, "关于回购公司股份方案的公告", second),
            filing(
                120,
                "关于回购公司股份的进展公告",
                report.format(day="1月9日", shares="2,000,000", paid="50,000,000"),
            ),
            filing(
                121,
                "关于回购公司股份的进展公告",
                report.format(day="3月11日", shares="500,000", paid="10,000,000"),
            ),
        ]
    )
    assert (len(first.steps), first.used) == (3, Decimal("50.0"))
    assert (len(other.steps), other.used) == (2, Decimal("5.0"))


def test_nothing_told() -> None:
    assert programmes([filing(0, "关于召开股东大会的通知", "正文")]) == ()
