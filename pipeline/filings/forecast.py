"""Earnings forecasts (业绩预告): ranges of profit and change, last year's figure, the type.

Fields: `period` (2018-01-01/2018-12-31), `type` (预增, 预减, 略增, 略减, 扭亏, 首亏, 续亏, 续盈), `net_profit_min/max`
(归母净利润, a loss is negative), `change_min/max`, `increase_min/max` (an amount against last year),
`last_year_net_profit`, `ex_nonrecurring_min/max`, `ex_nonrecurring_change_min/max`,
`last_year_ex_nonrecurring`, `revenue_min/max`, `eps_min/max`; a corrected forecast's old range as
`net_profit_min_before_correction`. One figure instead of a range is both ends; 不低于 and 不超过 are one.
"""

from __future__ import annotations

from decimal import Decimal

from pipeline.filings.earnings_period import main_period
from pipeline.filings.forecast_reader import ForecastReader
from pipeline.filings.forecast_type import type_of
from pipeline.filings.record import Filing
from pipeline.model import Check, Fact, FactField, Number

FORECAST_READ = 20_000  # characters


def facts(filing: Filing) -> list[Fact]:
    text = filing.text
    title_end = filing.view.title_end
    period = main_period(text, title_end, filing.published)
    reader = ForecastReader(filing, period)
    reader.read(title_end, min(len(text), title_end + FORECAST_READ))
    reader.read(0, title_end)  # a headline rounds: it only fills what the text leaves open
    found = reader.found
    fields: dict[str, FactField | tuple[FactField, ...]] = {
        name: filing.number(number) for name, number in found.items()
    }
    said = type_of(reader.types, found)
    if said is not None:
        kind, start, end = said
        fields = {"type": filing.term(kind, start, end), **fields}
    if not fields:
        return []
    if period is not None and period.year is not None:
        fields = {"period": filing.term(period.days, period.start, period.end), **fields}
    return [
        Fact(kind="earnings_forecast", company=filing.company, fields=fields, checks=tuple(checks(found)))
    ]


# ---------------------------------------------------------------- checks


def checks(found: dict[str, Number]) -> list[Check]:
    """(forecast - last year) / last year against the printed percentages, both ends."""
    last = found.get("last_year_net_profit")
    made = []
    for end in ("min", "max"):
        profit, change = found.get(f"net_profit_{end}"), found.get(f"change_{end}")
        if (
            last is None
            or last.base is None
            or last.base == 0
            or profit is None
            or profit.base is None
            or change is None
        ):
            continue
        exact = (profit.base - last.base) / abs(last.base) * 100
        slack = Decimal(1) if abs(exact) < 1000 else abs(exact) / 100
        made.append(
            Check(
                name=f"change_{end}",
                ok=abs(exact - change.value) <= slack,
                detail=f"（{profit.text} − {last.text}）÷ {last.text} = {exact.quantize(Decimal('0.01'))}%，公告 {change.value}%",
                fields=(f"net_profit_{end}", "last_year_net_profit", f"change_{end}"),
            )
        )
    return made
