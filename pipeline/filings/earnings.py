"""Earnings flashes (业绩快报): the figures of the table, of the prose where there is no table, and their checks.

Fields are `revenue`, `operating_profit`, `total_profit`, `net_profit_parent`,
`net_profit_parent_ex_nonrecurring`, `eps`, `roe`, `total_assets`, `equity_parent` (and `net_profit`, `equity`
where the text does not say whose), each with `_last`, `_last_restated`, `_change`, `_before_correction`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from pipeline.filings.checks import Fields, slack
from pipeline.filings.earnings_columns import explains
from pipeline.filings.earnings_period import main_period
from pipeline.filings.earnings_prose import prose_fields
from pipeline.filings.earnings_rows import MONEY_ROWS
from pipeline.filings.earnings_table import Block, Cell, Row, read_blocks
from pipeline.filings.numbers import CURRENCIES, base_of
from pipeline.filings.record import Filing
from pipeline.model import Check, Fact, Number, Term

_SUFFIX = {
    "T": "",
    "L": "_last",
    "R": "_last_restated",
    "C": "_change",
    "B": "_before_correction",
    "M": "_before_last",
    "N": "_before_last_restated",
}
_LONGEST_FIRST = sorted(filter(None, _SUFFIX.values()), key=len, reverse=True)
NAMES = {
    "revenue": "营业收入",
    "operating_profit": "营业利润",
    "total_profit": "利润总额",
    "net_profit": "净利润",
    "net_profit_parent": "归母净利润",
    "net_profit_parent_ex_nonrecurring": "扣非归母净利润",
    "eps": "基本每股收益",
    "total_assets": "总资产",
    "equity_parent": "归母所有者权益",
    "equity": "所有者权益",
}
FLASH_READ = 30_000  # characters; a flash is short, what follows is another document
_REASONS, _LONG = 6, 400  # so many sentences, and none longer: a longer one lost its full stop
_REASON = re.compile(r"主要(?:系|是|原因|由于|得益于|受)|原因(?:是|为|如下)|所致|得益于|由于")
# 注：“净利润”及“净资产”均为归属母公司所有者的权益数
_PARENT_NOTE = re.compile(
    r"[“\"「]?净(?:利润|资产)[”\"」]?[^。\n]{0,24}(?:为|指|系|是)归属(?:于)?(?:上市公司|母公司)"
)


def flash(filing: Filing) -> list[Fact]:
    fields: Fields = {}
    fields.update(table_fields(filing.body, read_blocks(filing.body, 0, min(len(filing.body), FLASH_READ))))
    if _PARENT_NOTE.search(filing.text):
        for plain, owned in (("net_profit", "net_profit_parent"), ("equity", "equity_parent")):
            _rename(fields, plain, owned)
    period = main_period(filing.text, filing.view.title_end, filing.published)
    told = prose_fields(filing, period, 0, min(len(filing.text), FLASH_READ))
    checks = change_checks(fields) + prose_checks(fields, told)
    if any(isinstance(fields.get(row), Number) for row in NAMES):
        rows = _rows(fields) | {"net_profit"}
        told = {name: number for name, number in told.items() if _row(name) not in rows}
    else:
        _same_profit(told)
    fields.update(told)
    if not fields:
        return []
    if period is not None and period.year is not None:
        fields = {"period": filing.term(period.code, period.start, period.end), **fields}
    if why := reasons(filing):
        fields["reasons"] = why
    return [Fact(kind="earnings_flash", company=filing.company, fields=fields, checks=tuple(checks))]


def reasons(filing: Filing) -> tuple[Term, ...]:
    """The sentences that say why the figures moved, as printed."""
    found: list[Term] = []
    for start, end in filing.sentences:
        if end > FLASH_READ or len(found) == _REASONS:
            break
        if start >= filing.view.title_end and end - start < _LONG and _REASON.search(filing.text, start, end):
            found.append(filing.term(filing.text[start:end].strip(), start, end))
    return tuple(found)


def _rename(fields: Fields, plain: str, owned: str) -> None:
    if owned in fields:
        return
    for suffix in _SUFFIX.values():
        if plain + suffix in fields:
            fields[owned + suffix] = fields.pop(plain + suffix)


# ---------------------------------------------------------------- tables


def table_fields(body: str, blocks: list[Block]) -> Fields:
    """The figures of the rows that are facts. The first table that has a row counts; one that agrees adds to it."""
    fields: Fields = {}
    shared = _shared_unit(blocks)
    for block in blocks:
        for row in block.rows:
            if row.name.startswith("_"):
                continue
            found = row_fields(body, row, block, shared)
            if row.name not in fields:
                fields.update(found)
            elif (
                _same_row(fields, found, row.name) or row.name not in found
            ):  # … or is of before a correction
                for name, value in found.items():
                    fields.setdefault(name, value)
    return fields


def _same_row(fields: Fields, found: Fields, name: str) -> bool:
    """A second table that prints the same figure may print more of its row (one column, then three years)."""
    one, other = _number(fields, name), _number(found, name)
    return one is not None and other is not None and agree(one, other)


def _shared_unit(blocks: list[Block]) -> str | None:
    """The unit that all labels print, for a row without one under a head without one."""
    rows = [row for block in blocks for row in block.rows if row.name in MONEY_ROWS]
    units = {row.unit for row in rows if row.unit}
    if len(units) == 1 and sum(row.unit is not None for row in rows) > 1 and not any(b.unit for b in blocks):
        return units.pop()
    return None


def row_fields(body: str, row: Row, block: Block, shared: str | None) -> Fields:
    cells = _by_role(row, block)
    this = cells.get("T")
    money = row.name in MONEY_ROWS
    if this is None and "B" not in cells:
        return {}
    if any(_misfit(row.name, role, cell) for role, cell in cells.items()) or (money and _torn(cells)):
        return {}
    fields: Fields = {}
    for role, cell in cells.items():
        if role not in _SUFFIX or cell.form == "dash":
            continue
        text = body[cell.start : cell.end]
        name = row.name + _SUFFIX[role]
        if cell.form == "word":
            fields[name] = Term(value=text, text=text, start=cell.start, end=cell.end)
            continue
        if cell.value is None:
            continue
        if role == "C":
            unit: str | None = cell.unit or "%"
        elif money:
            unit = cell.unit or row.unit or block.unit or shared
        elif row.name.startswith("roe"):
            unit = "%"
        else:
            unit = cell.unit or row.unit or _currency(block.unit)
        base, base_unit = base_of(cell.value, unit)
        if row.name.startswith("eps") and role != "C" and base_unit in CURRENCIES:
            base_unit = f"{base_unit}/股"
        fields[name] = Number(
            value=cell.value,
            unit=unit,
            text=text,
            start=cell.start,
            end=cell.end,
            base=base,
            base_unit=base_unit,
        )
    return fields if row.name in fields or f"{row.name}_before_correction" in fields else {}


def _currency(unit: str | None) -> str:
    """The money in which a table without a unit of its own for a figure per share prints it."""
    return base_of(Decimal(1), unit)[1] or "元"


def _by_role(row: Row, block: Block) -> dict[str, Cell]:
    """Which cell is which column, by place; a row that lacks only its change is read without it."""
    roles, cells = block.roles, row.cells
    if len(cells) == len(roles):
        return dict(zip(roles, cells, strict=True))
    if len(cells) == len(roles) - 1 and "C" in roles and not any(_is_change(c) for c in cells):
        return dict(zip(roles.replace("C", ""), cells, strict=True))
    if roles == "TLC" and len(cells) == 2 and _is_change(cells[1]) and cells[0].form == "number":
        return {"T": cells[0], "C": cells[1]}
    return {}


def _is_change(cell: Cell) -> bool:
    return cell.form in ("points", "word") or cell.unit == "%"


def _misfit(name: str, role: str, cell: Cell) -> bool:
    """A figure that cannot stand in its column: then the row is not read rightly, and not read at all."""
    if role == "C":
        return False
    if cell.form == "points":
        return True
    return cell.unit == "%" and not name.startswith("roe")


def _torn(cells: dict[str, Cell]) -> bool:
    """A lone digit beside amounts with decimals is the tail of a figure that stands elsewhere."""
    amounts = [cell.value for role, cell in cells.items() if role not in "CDc_" and cell.value is not None]
    whole = [abs(value) for value in amounts if value == value.to_integral_value() and "." not in str(value)]
    return len(whole) < len(amounts) and any(value < 10 and value != 0 for value in whole)


# ---------------------------------------------------------------- prose


@cache
def _row(name: str) -> str:
    for suffix in _LONGEST_FIRST:
        if name.endswith(suffix):
            return name.removesuffix(suffix)
    return name


def _rows(fields: Fields) -> set[str]:
    return {_row(name) for name in fields}


def _same_profit(told: dict[str, Number]) -> None:
    """A headline's 净利 that is the text's 归母净利润, rounded, is one figure."""
    for suffix in ("", "_change", "_last"):
        plain, owned = told.get(f"net_profit{suffix}"), told.get(f"net_profit_parent{suffix}")
        if plain is not None and owned is not None and agree(plain, owned):
            del told[f"net_profit{suffix}"]


# ---------------------------------------------------------------- checks


def change_checks(fields: Fields) -> list[Check]:
    """(this - last) / last against the printed change, for every row that has the three."""
    checks = []
    for row, label in NAMES.items():
        this, change = _number(fields, row), _number(fields, f"{row}_change")
        if this is None or change is None or change.unit != "%":
            continue
        bases = [
            (key, base)
            for key in (f"{row}_last_restated", f"{row}_last")
            if (base := _number(fields, key)) is not None
        ]
        if not bases:
            continue
        good = next((pair for pair in bases if explains(this.value, pair[1].value, change.value)), None)
        key, base = good or bases[0]
        if base.value == 0:
            continue
        exact = (this.value - base.value) / abs(base.value) * 100
        checks.append(
            Check(
                name=f"{row}_change",
                ok=good is not None,
                detail=(
                    f"{label}（{this.value:,} − {base.value:,}）÷ {abs(base.value):,}"
                    f" = {exact.quantize(Decimal('0.01'))}%，公告 {change.value}%"
                ),
                fields=(row, key, f"{row}_change"),
            )
        )
    return checks


def prose_checks(fields: Fields, told: dict[str, Number]) -> list[Check]:
    """What the sentences say against the table, within the rounding of the coarser."""
    checks = []
    for name, number in told.items():
        table = _number(fields, name)
        if table is None or number.base is None or table.base is None or table.base_unit != number.base_unit:
            continue
        checks.append(
            Check(
                name=f"{name}_prose",
                ok=agree(table, number),
                detail=f"{NAMES.get(_row(name), name)}：表 {_with_unit(table)}，文 {number.text}",
                fields=(name,),
            )
        )
    return checks


def _with_unit(number: Number) -> str:
    unit = number.unit or ""
    return number.text if number.text.endswith(unit) else number.text + unit


def agree(one: Number, other: Number) -> bool:
    """Whether two printed figures are one, within the rounding of the coarser."""
    if one.base is None or other.base is None or one.base_unit != other.base_unit:
        return False
    return abs(one.base - other.base) <= 2 * max(slack(one), slack(other))


def _number(fields: Fields, name: str) -> Number | None:
    value = fields.get(name)
    return value if isinstance(value, Number) else None
