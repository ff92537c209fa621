"""A flash's figures against the company's own earlier forecast of the same period.

Pure, like `programme`: it is given the documents and adds checks to the facts; nothing is corrected.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from pipeline.filings.checks import one, slack
from pipeline.filings.earnings_period import days_of
from pipeline.model import SHANGHAI, Check, Document, Fact, Number, Term

# A row of a flash, and what a forecast calls its lower and upper end.
_ROWS = {
    "net_profit_parent": "net_profit",
    "net_profit_parent_ex_nonrecurring": "ex_nonrecurring",
    "revenue": "revenue",
    "eps": "eps",
}
# How long before its flash a period can have been forecast: a year is forecast from its third quarter's report on.
DAYS = 400


def foretold(flash: Document) -> bool:
    """Whether a document may have an earlier forecast to be held against."""
    return (
        flash.code is not None
        and flash.published is not None
        and any(f.kind == "earnings_flash" for f in flash.facts)
    )


def with_forecast(flash: Document, forecasts: Iterable[Document]) -> Document:
    """The flash with a check for each row that the last forecast before it, of its company and period, has a range of.

    The document as it was where there is none. `forecasts` may hold those of other companies and periods.
    """
    if not foretold(flash) or flash.published is None:
        return flash
    told = [
        (document, fact)
        for document in forecasts
        if document.code == flash.code
        and document.published is not None
        and (document.published, document.id) < (flash.published, flash.id)
        and document.id != flash.id
        for fact in document.facts
        if fact.kind == "earnings_forecast"
    ]
    told.sort(key=lambda pair: (str(pair[0].published), pair[0].id))
    facts = tuple(_checked(fact, told) if fact.kind == "earnings_flash" else fact for fact in flash.facts)
    return flash if facts == flash.facts else replace(flash, facts=facts)


def _checked(fact: Fact, told: list[tuple[Document, Fact]]) -> Fact:
    period = fact.fields.get("period")
    days = days_of(period.value) if isinstance(period, Term) else None
    same = [
        (d, f)
        for d, f in told
        if days is not None and isinstance(p := f.fields.get("period"), Term) and p.value == days
    ]
    made = []
    for row, name in _ROWS.items():
        value = one(fact.fields, row)
        for document, forecast in reversed(same):
            low, high = one(forecast.fields, f"{name}_min"), one(forecast.fields, f"{name}_max")
            if value is not None and (low or high):
                made += [c] if (c := _inside(row, value, low, high, document)) else []
                break
    return replace(fact, checks=(*fact.checks, *made)) if made else fact


def _inside(
    row: str, value: Number, low: Number | None, high: Number | None, document: Document
) -> Check | None:
    """min ≤ value ≤ max, within the rounding of the printed digits of both."""
    ends = [n for n in (low, high) if n is not None]
    if value.base is None or any(n.base is None or n.base_unit != value.base_unit for n in ends):
        return None
    ok = not (
        (low is not None and low.base is not None and value.base < low.base - slack(low) - slack(value))
        or (
            high is not None and high.base is not None and value.base > high.base + slack(high) + slack(value)
        )
    )
    day = f"{document.published.astimezone(SHANGHAI):%Y-%m-%d}" if document.published else ""
    if low is not None and high is not None:
        bounds = _flat(low) if low.base == high.base else f"{_flat(low)} 至 {_flat(high)}"
    else:
        bounds = f"不低于 {_flat(low)}" if low is not None else f"不超过 {_flat(ends[0])}"
    detail = (
        f"快报 {_flat(value)}，{day} 业绩预告为 {bounds}（{document.id}），{'相符' if ok else '超出预告'}"
    )
    return Check(name=f"{row} in forecast", ok=ok, detail=detail, fields=(row,))


def _flat(number: Number) -> str:
    """The figure with its unit; a table's unit stands apart from its digits, and a loss may be printed without a minus."""
    digits = f"{number.value:,}"
    return f"{digits}{number.unit or ''}"
