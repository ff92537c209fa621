"""Tables of pledges in every layout that PDFs and pages leave of them. All names and figures are made up."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.platypus import Flowable, Paragraph, Table, TableStyle

from pipeline.attachments import extract
from pipeline.filings.pledge import facts, releases
from pipeline.filings.record import Filing
from pipeline.filings.shareholders import reductions
from pipeline.model import Fact
from tests.pipeline.filings.printed import pdf, style
from tests.pipeline.filings.told import checks, told

Rows = list[list[str]]

TOLD = (
    "青禾智能股份有限公司（以下简称“公司”）近日接到控股股东白石投资集团有限公司（以下简称“白石集团”）及其一致行动人林远山先生函告，"
    "获悉其所持有公司的部分股份办理了质押及解除质押，具体事项如下："
)
PLEDGED = [
    ["股东名称", "是否为控股股东或第一大股东及其一致行动人", "本次质押数量（股）", "占其所持股份比例", "占公司总股本比例",
     "是否为限售股", "是否为补充质押", "质押起始日", "质押到期日", "质权人", "质押用途"],
    ["白石集团", "是", "12,500,000", "8.77%", "2.55%",
     "否", "否", "2025年11月27日", "2027年11月26日", "临江证券股份有限公司", "偿还债务"],
    ["林远山", "是", "3,000,000", "30.00%", "0.61%",
     "是，高管锁定股", "否", "2025年11月28日", "办理解除质押登记手续之日", "远山银行股份有限公司海州分行", "自身资金需求"],
    ["合计", "-", "15,500,000", "-", "3.16%", "-", "-", "-", "-", "-", "-"],
]  # fmt: skip
FREED = [
    ["股东名称", "是否为第一大股东及一致行动人", "本次解除质押股份数量（股）", "占其所持股份比例", "占公司总股本比例",
     "起始日", "解除日期", "质权人"],
    ["白石集团", "是", "9,000,000", "6.32%", "1.84%", "2024-12-08", "2025-11-28", "临江证券股份有限公司"],
    ["合计", "-", "9,000,000", "6.32%", "1.84%", "-", "-", "-"],
]  # fmt: skip
IN_ALL = [
    ["股东名称", "持股数量（股）", "持股比例", "本次质押前质押股份数量（股）", "本次质押后质押股份数量（股）",
     "占其所持股份比例", "占公司总股本比例", "已质押股份限售和冻结数量（股）", "占已质押股份比例",
     "未质押股份限售和冻结数量（股）", "占未质押股份比例"],
    ["白石集团", "142,500,000", "29.08%", "60,000,000", "63,500,000", "44.56%", "12.96%", "0", "0.00%", "0", "0.00%"],
    ["林远山", "10,000,000", "2.04%", "0", "3,000,000",
     "30.00%", "0.61%", "3,000,000", "100.00%", "4,500,000", "64.29%"],
    ["合计", "152,500,000", "31.12%", "60,000,000", "66,500,000",
     "43.61%", "13.57%", "3,000,000", "4.51%", "4,500,000", "5.23%"],
]  # fmt: skip
PARTS: list[str | Rows] = [
    TOLD,
    "1、本次股份质押基本情况",
    PLEDGED,
    "2、本次解除质押基本情况",
    FREED,
    "3、股东股份累计质押情况",
    "截至本公告披露日，上述股东及其一致行动人所持质押股份情况如下：",
    IN_ALL,
    "公司将持续关注股东的质押情况，敬请投资者注意投资风险。",
]


def laid_out(cell: str, row: str) -> str:
    return "\n".join(
        part if isinstance(part, str) else row.join(cell.join(cells) for cells in part) for part in PARTS
    )


def printed(parts: list[str | Rows]) -> bytes:
    def paragraph(words: str, size: int) -> Paragraph:
        return Paragraph(words, style(size, size + 3))

    grid = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")])
    story: list[Flowable] = []
    for part in parts:
        if isinstance(part, str):
            story.append(paragraph(part, 11))
        else:
            cells = [[paragraph(words, 8) for words in row] for row in part]
            story.append(Table(cells, colWidths=[500 / len(part[0])] * len(part[0]), style=grid))
    return pdf(story)


LAYOUTS: dict[str, Callable[[], str]] = {
    "rows of a page": lambda: laid_out("\t", "\n"),
    "bars": lambda: laid_out(" | ", " |\n"),
    "a cell a line": lambda: laid_out("\n|\n", "\n|\n"),
    "on one line": lambda: laid_out(" ", " ").replace("\n", " "),
    "text of a PDF": lambda: extract(printed(PARTS), tables=False).text,
    "tables of a PDF": lambda: extract(printed(PARTS), tables=True).text,
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_rows_are_read_in_every_layout(layout: str) -> None:
    text = LAYOUTS[layout]()
    (mine, his, *totals) = told(facts, text)
    assert {name: mine[name] for name in mine if not name.startswith(("cum_", "holding_"))} == {
        "holder": "白石投资集团有限公司",
        "shares": "12,500,000",
        "ratio_of_holding": "8.77%",
        "ratio_of_total": "2.55%",
        "pledgee": "临江证券股份有限公司",
        "from": "2025-11-27",
        "to": "2027-11-26",
    }
    assert (his["holder"], his["shares"], his["pledgee"], his["from"], his.get("to")) == (
        "林远山",
        "3,000,000",
        "远山银行股份有限公司海州分行",
        "2025-11-28",
        None,
    )
    assert [(t["holder"], t["cum_shares"], t["cum_ratio_of_total"]) for t in totals] == [
        ("白石投资集团有限公司", "63,500,000", "12.96%"),
        ("林远山", "3,000,000", "0.61%"),
    ]
    freed, *_ = told(releases, text)
    assert (freed["shares"], freed["date"], freed["from"], freed["pledgee"]) == (
        "9,000,000",
        "2025-11-28",
        "2024-12-08",
        "临江证券股份有限公司",
    )
    assert set(checks(facts, text).values()) == {True}


def test_a_cell_that_spans_rows_counts_for_each() -> None:
    table = [
        FREED[0],
        ["白石集团", "是", "5,000,000", "3.51%", "1.02%", "2024-12-08", "2025-11-28", "临江证券股份有限公司"],
        ["", "", "4,000,000", "2.81%", "0.82%", "2025-01-08", "", ""],
        ["合计", "-", "9,000,000", "6.32%", "1.84%", "-", "-", "-"],
    ]
    text = TOLD + "\n" + "\n".join("\t".join(row) for row in table)
    assert [(f["holder"], f["shares"], f["from"], f["date"], f["pledgee"]) for f in told(releases, text)] == [
        ("白石投资集团有限公司", "5,000,000", "2024-12-08", "2025-11-28", "临江证券股份有限公司"),
        ("白石投资集团有限公司", "4,000,000", "2025-01-08", "2025-11-28", "临江证券股份有限公司"),
    ]


UPRIGHT = [
    ["股东名称", "白石投资集团有限公司"],
    ["本次解除质押股份（股）", "9,000,000"],
    ["占其所持股份比例（%）", "6.32"],
    ["占公司总股本比例（%）", "1.84"],
    ["解除质押时间", "2025年11月28日"],
    ["持股数量（股）", "142,500,000"],
    ["持股比例（%）", "29.08"],
    ["剩余被质押股份数量（股）", "63,500,000"],
    ["剩余被质押股份数量占其所持股份比例（%）", "44.56"],
    ["剩余被质押股份数量占公司总股本比例（%）", "12.96"],
]


@pytest.mark.parametrize("cell", [" ", " | ", "\t"])
def test_an_upright_table_tells_a_release_and_what_is_left(cell: str) -> None:
    text = (
        f"{TOLD}\n" + "\n".join(cell.join(row) for row in UPRIGHT) + "\n本次解除质押的股份暂无后续质押计划。"
    )
    freed, left = told(releases, text)
    assert freed == {
        "holder": "白石投资集团有限公司",
        "shares": "9,000,000",
        "ratio_of_holding": "6.32",
        "ratio_of_total": "1.84",
        "date": "2025-11-28",
        "holding_shares": "142,500,000",
        "holding_ratio": "29.08",
        "cum_shares": "63,500,000",
        "cum_ratio_of_holding": "44.56",
        "cum_ratio_of_total": "12.96",
    }
    assert left["cum_shares"] == "63,500,000"


def test_columns_of_an_upright_table_are_holders() -> None:
    table = [[*row, other] for row, other in zip(UPRIGHT, ["林远山", "1,000,000", "10.00", "0.20", "2025年11月27日"], strict=False)]  # fmt: skip
    text = f"{TOLD}\n" + "\n".join("\t".join(row) for row in table)
    assert [(f["holder"], f["shares"], f["date"]) for f in told(releases, text)] == [
        ("白石投资集团有限公司", "9,000,000", "2025-11-28"),
        ("林远山", "1,000,000", "2025-11-27"),
    ]


def test_units_stand_in_the_head() -> None:
    table = [
        [words.replace("（股）", "（万股）") for words in FREED[0]],
        [*FREED[1][:2], "900.00", *FREED[1][3:]],
    ]
    (fact,) = _freed(TOLD + "\n" + "\n".join(" | ".join(row) for row in table))
    shares = fact.fields["shares"]
    assert (shares.unit, shares.base) == ("万股", 9_000_000)  # type: ignore[union-attr]


def _freed(text: str) -> list[Fact]:
    return releases(Filing("", text))


@given(
    st.integers(1, 99_999_999),
    st.integers(1, 9_999),
    st.sampled_from(["\t", " | ", "\n|\n", " "]),
    st.sampled_from(["2025年3月8日", "2025-03-08", "2025.3.8", "20250308"]),
)
@settings(deadline=None, max_examples=60)
def test_figures_come_back_as_printed(shares: int, ratio: int, cell: str, day: str) -> None:
    row = [
        "白石集团",
        "是",
        f"{shares:,}",
        f"{ratio / 100:.2f}%",
        "1.84%",
        "2024-12-08",
        day,
        "临江证券股份有限公司",
    ]
    (freed,) = told(releases, f"{TOLD}\n{cell.join(FREED[0])}\n{cell.join(row)}\n")
    assert (freed["shares"], freed["ratio_of_holding"], freed["date"]) == (
        f"{shares:,}",
        f"{ratio / 100:.2f}%",
        "2025-03-08",
    )


CELLS = [
    *PLEDGED[0], *FREED[0], *IN_ALL[0], *PLEDGED[2], *IN_ALL[2], *(row[0] for row in UPRIGHT),
    "减持数量", "减持期间", "减持价格区间", "减持股数（股）", "减持比例", "10.00～11.20元/股", "2024年10月9日～2025年13月8日",
    "9" * 40, "1,2,3", "甲" * 50, "公司" * 20, "之日" * 20, "合计", "0", "-", "",
]  # fmt: skip


@given(
    st.lists(st.sampled_from(CELLS), max_size=60), st.sampled_from(["\t", "|", "\n", " ", ""]), st.booleans()
)
@settings(deadline=None)
def test_cells_in_any_order_break_nothing(cells: list[str], gap: str, lines: bool) -> None:
    text = f"{TOLD}\n" + gap.join(["股东名称", *cells]).replace("合计", "合计\n" if lines else "合计")
    for read in (facts, releases, reductions):
        told(read, text, "关于股东股份质押及减持的公告")
