"""Prints one made-up earnings flash in the layouts in which PDFs, pages and sheets give such tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hypothesis import strategies as st

# row → label, as the exchanges' form prints it
LABELS = {
    "revenue": "营业总收入",
    "operating_profit": "营业利润",
    "total_profit": "利润总额",
    "net_profit_parent": "归属于上市公司股东的净利润",
    "net_profit_parent_ex_nonrecurring": "归属于上市公司股东的扣除非经常性损益的净利润",
    "eps": "基本每股收益（元）",
    "roe": "加权平均净资产收益率",
    "total_assets": "总资产",
    "equity_parent": "归属于上市公司股东的所有者权益",
}
INCOME = tuple(LABELS)[:7]
BALANCE = tuple(LABELS)[7:]
# where a label breaks when its cell is narrow
BREAKS = {
    "net_profit_parent": ("归属于上市公司股东的", "净利润"),
    "net_profit_parent_ex_nonrecurring": ("归属于上市公司股东的扣", "除非经常性损益的净利", "润"),
    "roe": ("加权平均净资产", "收益率"),
    "equity_parent": ("归属于上市公司股东的", "所有者权益"),
}


@dataclass(frozen=True)
class Line:
    """One row: the figures as printed and what they are worth."""

    row: str
    this: Decimal
    last: Decimal
    before: Decimal  # this period before a correction
    restated: Decimal  # last period restated

    @property
    def money(self) -> bool:
        return self.row not in ("eps", "roe")

    def change(self, base: Decimal) -> Decimal:
        if self.row == "roe":
            return self.this - base
        return ((self.this - base) / abs(base) * 100).quantize(Decimal("0.01"))


def figure(value: Decimal) -> str:
    return f"{value:,}"


def bracketed(value: Decimal) -> str:
    return f"({-value:,})" if value < 0 else f"{value:,}"


def _amount(low: int, high: int) -> st.SearchStrategy[Decimal]:
    def scaled(cents: int) -> Decimal:
        return Decimal(cents).scaleb(-2)

    return st.integers(low, high).filter(lambda n: n != 0).map(scaled)


@st.composite
def flashes(draw: st.DrawFn) -> tuple[Line, ...]:
    lines = []
    for row in LABELS:
        if row in ("eps", "roe"):
            amount = _amount(-300, 3000)
        elif row in ("revenue", *BALANCE):
            amount = _amount(100_000, 5_000_000_000)
        else:
            amount = _amount(-500_000_000, 500_000_000)
        this, last, before, restated = (draw(amount) for _ in range(4))
        lines.append(Line(row, this, last, before, restated))
    return tuple(lines)


# ---------------------------------------------------------------- layouts

Layout = Callable[[Sequence[Line]], str]
TOP = "某某科技股份有限公司2023年度业绩快报\n一、2023年度主要财务数据和指标\n单位：万元\n"
FOOT = "注：本报告期初数同法定披露的上年年末数。\n二、经营业绩和财务状况情况说明\n公司业务稳步发展。\n"


def cells(line: Line, *, percent: str = "", sign: Callable[[Decimal], str] = figure) -> list[str]:
    if line.row == "roe":
        points = line.this - line.last
        change = f"{'增加' if points >= 0 else '减少'}{abs(points)}个百分点"
        return [f"{figure(line.this)}%", f"{figure(line.last)}%", change]
    return [sign(line.this), sign(line.last), f"{line.change(line.last)}{percent}"]


def two_blocks(
    lines: Sequence[Line], row: Callable[[Line], str], head: Callable[[Sequence[str]], str]
) -> str:
    upper = [row(line) for line in lines if line.row in INCOME]
    lower = [row(line) for line in lines if line.row in BALANCE]
    return (
        TOP
        + head(["项目", "本报告期", "上年同期", "增减变动幅度（%）"])
        + "\n".join(upper)
        + "\n"
        + head(["", "本报告期末", "本报告期初", "增减变动幅度（%）"])
        + "\n".join(lower)
        + "\n"
        + FOOT
    )


def joined(sep: str, *, percent: str = "", sign: Callable[[Decimal], str] = figure, edge: str = "") -> Layout:
    def row(line: Line) -> str:
        return edge + sep.join([LABELS[line.row], *cells(line, percent=percent, sign=sign)]) + edge

    def head(words: Sequence[str]) -> str:
        return edge + sep.join(words) + edge + "\n"

    return lambda lines: two_blocks(lines, row, head)


def wrapped(at: str) -> Layout:
    """Labels torn over lines, the figures on the first, the middle, the last line, or on one of their own."""

    def row(line: Line) -> str:
        parts = BREAKS.get(line.row)
        figures = " ".join(cells(line))
        if parts is None:
            return f"{LABELS[line.row]} {figures}"
        where = {"first": 0, "last": len(parts) - 1, "middle": (len(parts) - 1) // 2}.get(at)
        if where is None:
            return "\n".join([parts[0], figures, *parts[1:]])
        return "\n".join(f"{part} {figures}" if i == where else part for i, part in enumerate(parts))

    return lambda lines: two_blocks(lines, row, lambda words: " ".join(words).strip() + "\n")


def one_cell_a_line(lines: Sequence[Line]) -> str:
    return two_blocks(
        lines,
        lambda line: "\n".join([LABELS[line.row], *cells(line)]),
        lambda words: "\n".join(word for word in words if word) + "\n",
    )


def one_line(lines: Sequence[Line]) -> str:
    return " ".join(joined(" ")(lines).replace(FOOT, "").split()) + "\n" + FOOT


def glued(lines: Sequence[Line]) -> str:
    return two_blocks(
        lines,
        lambda line: LABELS[line.row] + "".join(cells(line, percent="%" if line.money else "")),
        lambda words: "".join(words) + "\n",
    )


def aligned(lines: Sequence[Line]) -> str:
    return two_blocks(
        lines,
        lambda line: LABELS[line.row].center(30) + "".join(cell.rjust(24) for cell in cells(line)),
        lambda words: "".join(word.center(24) for word in words) + "\n",
    )


def blank_lines(lines: Sequence[Line]) -> str:
    return joined(" ")(lines).replace("\n", "\n\n")


def page_break(lines: Sequence[Line]) -> str:
    """A page number and the next page's head between two rows."""
    text = joined(" ")(lines)
    return text.replace("\n利润总额", "\n1\n某某科技股份有限公司 2023年度业绩快报\n利润总额")


def page_number(lines: Sequence[Line]) -> str:
    return joined(" ")(lines).replace("\n总资产", "\n3/8\n总资产")


def board_sentence(lines: Sequence[Line]) -> str:
    said = "本公司及董事会全体成员保证信息披露的内容真实、准确、完整，没有虚假记载、误导性陈述或重大遗漏。"
    return joined(" ")(lines).replace("\n基本每股", f"\n{said}\n基本每股")


def three_line_head(lines: Sequence[Line]) -> str:
    text = joined(" ")(lines)
    return text.replace(
        "项目 本报告期 上年同期 增减变动幅度（%）", "增减变动幅度\n项目 本报告期 上年同期\n（%）"
    )


def by_years(lines: Sequence[Line]) -> str:
    text = joined(" ")(lines)
    text = text.replace("本报告期末 本报告期初", "2023年12月31日 2022年12月31日")
    return text.replace("本报告期 上年同期", "2023年1-12月 2022年1-12月")


def audited_heads(lines: Sequence[Line]) -> str:
    return joined(" ")(lines).replace("本报告期 上年同期", "本期数（未经审计） 上年同期数（经审计）")


def balance_first(lines: Sequence[Line]) -> str:
    text = joined(" | ")(lines)
    head, upper = text.split("项目 |", 1)
    upper, lower = upper.split(" | 本报告期末", 1)
    lower, foot = lower.split(FOOT[:2], 1)
    return head + "项目 | 本报告期末" + lower + "项目 |" + upper + "\n" + FOOT[:2] + foot


def torn_points(lines: Sequence[Line]) -> str:
    """The change in points begins above its row and ends below it."""

    def row(line: Line) -> str:
        if line.row != "roe":
            return " ".join([LABELS[line.row], *cells(line)])
        this, last, change = cells(line)
        return f"{change[:-1]}\n{LABELS[line.row]} {this} {last}\n点"

    return two_blocks(lines, row, lambda words: " ".join(words).strip() + "\n")


def other_rows(lines: Sequence[Line]) -> str:
    """Rows that begin like ours: share capital, assets a share, diluted earnings, profit with minorities."""
    text = joined(" ")(lines)
    text = text.replace(
        "\n归属于上市公司股东的净利润", "\n净利润 1.00 2.00 -50.00\n归属于上市公司股东的净利润", 1
    )
    text = text.replace("\n加权平均", "\n稀释每股收益（元） 0.01 0.02 -50.00\n加权平均")
    return text.replace(
        "\n" + FOOT[:2],
        "\n股本 100.00 100.00\n归属于上市公司股东的每股净资产（元） 1.00 2.00 -50.00\n" + FOOT[:2],
    )


def units_in_labels(lines: Sequence[Line]) -> str:
    text = joined(" ")(lines).replace("单位：万元\n", "")
    for row, label in LABELS.items():
        if row not in ("eps", "roe"):
            text = text.replace(f"\n{label} ", f"\n{label}（万元） ")
    return text


def text_over_number(lines: Sequence[Line]) -> str:
    """Blanks inside labels and full-width signs, as old word processors print them."""
    text = joined("  ")(lines)
    return text.replace("总资产", "总 资 产").replace("%", "％")


LAYOUTS: dict[str, Layout] = {
    "spaces": joined(" "),
    "percent": joined(" ", percent="%"),
    "tabs": joined("\t"),
    "pipes": joined(" | ", edge="|"),
    "pipes_without_blanks": joined("|"),
    "pipes_behind": lambda lines: joined(" | ")(lines).replace("\n", " |\n"),
    "brackets": joined(" ", sign=bracketed),
    "wrapped_first": wrapped("first"),
    "wrapped_middle": wrapped("middle"),
    "wrapped_last": wrapped("last"),
    "wrapped_around": wrapped("alone"),
    "one_cell_a_line": one_cell_a_line,
    "one_line": one_line,
    "glued": glued,
    "aligned": aligned,
    "blank_lines": blank_lines,
    "page_break": page_break,
    "page_number": page_number,
    "board_sentence": board_sentence,
    "three_line_head": three_line_head,
    "by_years": by_years,
    "audited_heads": audited_heads,
    "balance_first": balance_first,
    "torn_points": torn_points,
    "other_rows": other_rows,
    "units_in_labels": units_in_labels,
    "blanks_and_full_width": text_over_number,
}


# ---------------------------------------------------------------- corrected and restated


def restated(lines: Sequence[Line]) -> str:
    """上年同期 in two columns; the change is against the restated one."""
    rows = "\n".join(
        " ".join(
            [
                LABELS[line.row],
                figure(line.this),
                figure(line.last),
                figure(line.restated),
                str(line.change(line.restated)),
            ]
        )
        for line in lines
        if line.money
    )
    return TOP + "项目 本报告期 上年同期 增减变动幅度（%）\n调整前 调整后 调整后\n" + rows + "\n" + FOOT


def corrected(lines: Sequence[Line]) -> str:
    rows = "\n".join(
        " ".join(
            [
                LABELS[line.row],
                figure(line.before),
                figure(line.this),
                figure(line.last),
                str(line.change(line.last)),
            ]
        )
        for line in lines
        if line.money
    )
    return TOP + "本报告期 修正后的增减\n项目 上年同期 变动幅度\n修正前 修正后\n（%）\n" + rows + "\n" + FOOT


def three_years(lines: Sequence[Line]) -> str:
    """The table of a periodic report: the change stands before the third year."""
    rows = "\n".join(
        " ".join(
            [
                LABELS[line.row],
                figure(line.this),
                figure(line.last),
                f"{line.change(line.last)}%",
                figure(line.before),
            ]
        )
        for line in lines
        if line.money
    )
    return (
        "主要会计数据\n单位：元 币种：人民币\n主要会计数据 2023年 2022年 本期比上年同期增减(%) 2021年\n"
        + rows
        + "\n"
    )


def _columns(head: str, lines: Sequence[Line], row: Callable[[Line], Sequence[object]]) -> str:
    rows = "\n".join(
        " ".join(
            [
                LABELS[line.row],
                *(f"{cell:,}" if isinstance(cell, Decimal) else str(cell) for cell in row(line)),
            ]
        )
        for line in lines
        if line.money
    )
    return f"{TOP}{head}\n{rows}\n{FOOT}"


def _ratio(line: Line) -> Decimal:
    return ((line.this - line.before) / abs(line.before) * 100).quantize(Decimal("0.01"))


# A correction's columns beside those of this period: what each is, for a test to say that no other is read.
CORRECTED: dict[str, tuple[str, Callable[[Line], Sequence[object]], str]] = {
    "change_and_difference": (
        "项目 本报告期 上年同期 修正后与上年同期的增减变动幅度（%） 修正前与修正后差异\n 修正前 修正后",
        lambda line: [line.before, line.this, line.last, line.change(line.last), line.this - line.before],
        "BTLCD",
    ),
    "difference_before_last_year": (
        "项目 修正前 修正后 修正前后差异 上年同期 增减变动幅度（%）",
        lambda line: [line.before, line.this, line.this - line.before, line.last, line.change(line.last)],
        "BTDLC",
    ),
    "difference_and_its_ratio": (
        "项目 更正前 更正后 差异 差异率",
        lambda line: [line.before, line.this, line.this - line.before, _ratio(line)],
        "BTDD",
    ),
    "moved_amount_and_ratio": (
        "项目 更正前 更正后 变动额 变动率",
        lambda line: [line.before, line.this, line.this - line.before, _ratio(line)],
        "BTDD",
    ),
    "both_changes": (
        "项目 本报告期 上年同期 修正前增减幅度 修正后增减幅度\n 修正前 修正后",
        lambda line: [
            line.before,
            line.this,
            line.last,
            ((line.before - line.last) / abs(line.last) * 100).quantize(Decimal("0.01")),
            line.change(line.last),
        ],
        "BTLcC",
    ),
    "last_year_corrected_too": (
        "项目 本报告期 上年同期 更正后的增减变动幅度（%）\n更正前 更正后 更正前 更正后",
        lambda line: [line.before, line.this, line.last, line.restated, line.change(line.restated)],
        "BTLRC",
    ),
    "no_word_for_two": (
        "项目 本报告期 本报告期 甲列 乙列\n修正前 修正后",
        lambda line: [line.before, line.this, line.last, line.change(line.last)],
        "BT__",
    ),
    "an_amount_of_change": (
        "项目 本报告期 上年同期 增减额",
        lambda line: [line.this, line.last, line.this - line.last],
        "TLD",
    ),
}


def beside_correction(name: str, lines: Sequence[Line]) -> str:
    head, row, _ = CORRECTED[name]
    return _columns(head, lines, row)


def two_tables(above: tuple[str, str], lines: Sequence[Line]) -> str:
    """The whole table as it was, then as it is."""
    head = "项目 本报告期 上年同期 增减变动幅度（%）"
    was = _columns(head, lines, lambda line: [line.before, line.last, "不适用"]).removesuffix(FOOT)
    now = _columns(head, lines, lambda line: [line.this, line.last, line.change(line.last)])
    return f"更正前后的内容如下：\n{above[0]}\n{was}{above[1]}\n{now}"
