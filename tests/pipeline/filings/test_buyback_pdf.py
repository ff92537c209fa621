"""A programme and what it has bought, in twenty phrasings and many number forms, through a real PDF and read back exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.platypus import Flowable, Paragraph, Table, TableStyle

from pipeline.attachments import extract
from pipeline.filings import facts_of, kinds_of
from pipeline.model import Day, Fact, Number
from tests.pipeline.filings.printed import pdf, style
from tests.pipeline.filings.told import shows_its_words

SWORN = "本公司及董事会全体成员保证信息披露的内容真实、准确、完整，没有虚假记载、误导性陈述或重大遗漏。"
RULES = (
    "公司首次回购股份的数量未超过规定，每五个交易日最大回购股份数量未超过前五个交易日股票累计成交量的25%。"
)
LATER = "公司后续将根据市场情况在回购期限内实施回购计划，敬请广大投资者注意投资风险。"

# Ten ways to state the bounds of a programme …
PLANS = (
    "{decided}，公司召开董事会会议，审议通过了《关于回购公司股份方案的议案》，回购资金总额不低于人民币{low}（含）且不超过人民币{high}（含），回购价格不超过人民币{cap}（含）。",
    "公司于{decided}召开第三届董事会第六次会议审议通过回购方案，本次回购的资金总额不超过{high}（含）且不低于{low}（含），回购价格不超过{cap}。",
    "公司董事会于{decided}审议通过了《关于以集中竞价交易方式回购公司股份的议案》，拟使用自有资金{low}至{high}回购股份，回购股份的价格上限为{cap}。",
    "经{decided}召开的董事会会议批准，公司拟使用不低于{low}且不超过{high}的自有资金，以不超过{cap}的价格回购公司股份。",
    "公司于{decided}召开董事会会议，审议通过了回购股份方案：回购资金总额下限为{low}，上限为{high}；回购价格不高于{cap}。",
    "公司于{decided}召开临时股东大会，审议通过了回购股份的议案。拟回购金额：不少于{low}，不多于{high}。回购价格上限：{cap}。",
    "{decided}召开的公司董事会会议同意公司以集中竞价交易方式回购股份，回购资金总额为{low}-{high}，回购价格最高不超过{cap}。",
    "公司于{decided}召开董事会，审议通过了《关于回购股份的议案》。本次用于回购的资金总额为不低于人民币{low}，不超过人民币{high}，回购价格为不超过人民币{cap}。",
    "公司于{decided}召开董事会，审议通过了《关于回购公司股份方案的议案》，回购规模为{low}～{high}，回购单价不超过{cap}。",
    "公司于{decided}召开董事会，审议通过了回购议案。公司拟用于回购的资金总额至少{low}、至多{high}，本次回购价格不超过{cap}（未超过董事会决议前三十个交易日均价的150%）。",
)
# … and ten to state what has been bought.
BOUGHT = (
    "截至{day}，公司通过回购专用证券账户以集中竞价交易方式累计回购股份{shares}，占公司总股本的比例为{ratio}，最高成交价为{top}，最低成交价为{bottom}，支付的总金额为人民币{paid}（不含交易费用）。",
    "截至{day}，公司已累计回购公司股份{shares}，占公司目前总股本的{ratio}，购买的最高价为{top}、最低价为{bottom}，已支付的总金额为{paid}（不含印花税、交易佣金等交易费用）。",
    "截止{day}收盘，公司累计回购股份数量共计{shares}，约占公司总股本的{ratio}，成交的最低价格为{bottom}，成交的最高价格为{top}，使用资金总额为{paid}。",
    "公司于{day}通过集中竞价交易方式首次回购公司股份{shares}，占公司总股本的{ratio}，最高成交价{top}，最低成交价{bottom}，成交总金额为{paid}（含交易费用）。",
    "截至{day}，公司通过集中竞价交易方式回购公司股份{shares}，占公司股份总数的{ratio}，回购成交价格区间为{bottom}至{top}，成交金额合计{paid}。",
    "截至{day}，回购方案已实施完毕，公司实际回购公司股份{shares}，占公司总股本的{ratio}，回购最高价格{top}，回购最低价格{bottom}，使用资金总额{paid}。",
    "截至{day}，公司以集中竞价方式已回购A股股份{shares}，已回购股份占公司总股本的比例为{ratio}，回购价格的最高价为{top}，最低价为{bottom}，累计支付的资金总额为{paid}（不含交易费用）。",
    "截至{day}，公司累计耗资{paid}回购股份{shares}，占总股本比例{ratio}，最高价为{top}，最低价为{bottom}。",
    "截至{day}，公司已实施回购股份{shares}，占公司总股本{ratio}；成交最高价为{top}，成交最低价为{bottom}；支付总金额为{paid}（不含手续费）。",
    "截至{day}，公司回购专用证券账户通过集中竞价交易方式累计买入公司股票{shares}，买入股票数量占公司总股本的比例为{ratio}，最高买入价为{top}，最低买入价为{bottom}，实际支付资金为{paid}。",
)  # fmt: skip

Form = Callable[[Decimal], str]
TEN_THOUSAND = Decimal(10_000)
# Whole 10,000 元, since a bound is a round figure.
BOUNDS: tuple[Form, ...] = (
    lambda n: f"{n / TEN_THOUSAND:,.0f}万元",
    lambda n: f"{n / TEN_THOUSAND:.0f} 万元",
    lambda n: f"{n:,.0f}元",
    lambda n: f"{(n / TEN_THOUSAND / TEN_THOUSAND).normalize():f}亿元",
    lambda n: f"{n / TEN_THOUSAND:,.2f}万元",
    lambda n: f"{n / TEN_THOUSAND:,.0f}万元".translate(str.maketrans("0123456789", "０１２３４５６７８９")),
)
PAID: tuple[Form, ...] = (
    lambda n: f"{n:,.2f}元",
    lambda n: f"{n:,.2f} 元",
    lambda n: f"{(n / TEN_THOUSAND).normalize():f}万元",
    lambda n: f"{n:.2f}元",
)
SHARES: tuple[Form, ...] = (
    lambda n: f"{n:,.0f}股",
    lambda n: f"{n:,.0f} 股",
    lambda n: f"{(n / TEN_THOUSAND).normalize():f}万股",
    lambda n: f"{n:.0f}股",
    lambda n: f"{n:,.0f}股".replace(",", "，"),
)
PRICES: tuple[Form, ...] = (
    lambda n: f"{n}元/股",
    lambda n: f"{n} 元/股",
    lambda n: f"{n}元／股",
    lambda n: f"每股{n}元",
)
RATIOS: tuple[Form, ...] = (lambda n: f"{n}%", lambda n: f"{n}％", lambda n: f"{n} %")
DAYS: tuple[Callable[[date], str], ...] = (
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d.year} 年 {d.month} 月 {d.day} 日",
    lambda d: f"{d.year}年{d.month:02d}月{d.day:02d}日",
)


@dataclass(frozen=True)
class Printed:
    """The figures in base units, and the form in which each kind is printed."""

    figures: dict[str, Decimal]
    decided: date
    day: date
    bound: Form
    paid: Form
    shares: Form
    price: Form
    ratio: Form
    written: Callable[[date], str]

    def words(self) -> dict[str, str]:
        f = self.figures
        return {
            "low": self.bound(f["amount_min"]),
            "high": self.bound(f["amount_max"]),
            "cap": self.price(f["price_cap"]),
            "shares": self.shares(f["shares_repurchased"]),
            "ratio": self.ratio(f["ratio_repurchased"]),
            "top": self.price(f["price_high"]),
            "bottom": self.price(f["price_low"]),
            "paid": self.paid(f["amount_paid"]),
            "decided": self.written(self.decided),
            "day": self.written(self.day),
        }


@st.composite
def programmes(draw: st.DrawFn) -> Printed:
    low = draw(st.integers(1_000, 90_000))
    bottom = draw(st.integers(150, 20_000))
    top = bottom + draw(st.integers(1, 900))
    shares = draw(st.integers(10_000, 90_000_000))
    mean = Decimal(bottom + top) / 200
    decided = draw(st.dates(date(2019, 1, 2), date(2025, 6, 30)))
    return Printed(
        figures={
            "amount_min": low * TEN_THOUSAND,
            "amount_max": (low + draw(st.integers(1, 90_000))) * TEN_THOUSAND,
            "price_cap": Decimal(top + draw(st.integers(10, 900))) / 100,
            "shares_repurchased": Decimal(shares),
            "ratio_repurchased": Decimal(draw(st.integers(1, 9_99))) / 100,
            "price_high": Decimal(top) / 100,
            "price_low": Decimal(bottom) / 100,
            "amount_paid": (shares * mean).quantize(Decimal("0.01")),
        },
        decided=decided,
        day=decided + timedelta(days=draw(st.integers(5, 300))),
        bound=draw(st.sampled_from(BOUNDS)),
        paid=draw(st.sampled_from(PAID)),
        shares=draw(st.sampled_from(SHARES)),
        price=draw(st.sampled_from(PRICES)),
        ratio=draw(st.sampled_from(RATIOS)),
        written=draw(st.sampled_from(DAYS)),
    )


def printed(parts: list[Flowable | str], size: int, above: int) -> bytes:
    """`size` in points sets where lines are torn; `above` lines move the figures over a page's end."""
    plain = style(size, size * 1.5)
    return pdf(
        [
            Paragraph("示例股份有限公司关于回购公司股份的进展公告", plain),
            *[Paragraph(SWORN, plain) for _ in range(above)],
            *[Paragraph(part, plain) if isinstance(part, str) else part for part in parts],
        ]
    )


def read_back(data: bytes, tables: bool = False) -> tuple[Fact, str]:
    file = extract(data, tables=tables)
    title = "示例股份有限公司关于回购公司股份的进展公告"
    found = facts_of(title, file.text, file.tables, kinds_of(title, file.text), None)
    (fact,) = (f for f in found if f.kind == "buyback")
    shows_its_words(fact, title, file.text)
    return fact, file.text


def figures_of(fact: Fact) -> dict[str, Decimal | None]:
    return {name: value.base for name, value in fact.fields.items() if isinstance(value, Number)}


@pytest.mark.parametrize("number", range(10))
@settings(max_examples=4)
@given(
    programme=programmes(),
    other=st.integers(0, 9),
    size=st.sampled_from([9, 10, 12, 14]),
    above=st.sampled_from([0, 0, 24, 27]),
)
def test_a_programme_survives_a_real_pdf(
    number: int, programme: Printed, other: int, size: int, above: int
) -> None:
    words = programme.words()
    text = [PLANS[number].format(**words), BOUGHT[(number + other) % 10].format(**words), RULES, LATER]
    fact, body = read_back(printed(text, size, above))
    assert figures_of(fact) == programme.figures, body
    for name, day in (("decided_on", programme.decided), ("as_of", programme.day)):
        value = fact.fields.get(name)
        assert isinstance(value, Day), f"{name} in\n{body}"
        assert value.value == day, body


@pytest.mark.parametrize("tables", [False, True])
@settings(max_examples=4)
@given(programme=programmes(), width=st.sampled_from([330, 260]))
def test_the_table_of_a_shanghai_filing_survives_a_real_pdf(
    programme: Printed, width: int, tables: bool
) -> None:
    words = programme.words()
    plain = style(10, 14)
    rows = [
        ["回购方案首次披露日", programme.written(programme.decided)],
        ["预计回购金额", f"{words['low']}~{words['high']}"],
        ["回购价格上限", words["cap"]],
        [
            "回购用途",
            "□减少注册资本 √用于员工持股计划或股权激励 □用于转换公司可转债 □为维护公司价值及股东权益",
        ],
        ["实际回购股数", words["shares"]],
        ["实际回购股数占总股本比例", words["ratio"]],
        ["实际回购金额", words["paid"]],
        ["实际回购价格区间", f"{words['bottom']}~{words['top']}"],
    ]
    table = Table([[Paragraph(cell, plain) for cell in row] for row in rows], colWidths=[130, width])
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")]))
    fact, body = read_back(printed(["重要内容提示：", table, RULES, LATER], 10, 0), tables)
    assert figures_of(fact) == programme.figures, body
