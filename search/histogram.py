"""The bars of a histogram: every day, week or month between the first and the last, empty ones too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Literal

from pipeline.week import Week

By = Literal["day", "week", "month"]


def bars(found: Sequence[str], by: By) -> Iterator[str]:
    """`found` is in order of time."""
    if not found:
        return
    bar, last = found[0], found[-1]
    while bar < last:
        yield bar
        bar = _next(bar, by)
    yield last


def _next(bar: str, by: By) -> str:
    match by:
        case "day":
            return (date.fromisoformat(bar) + timedelta(days=1)).isoformat()
        case "week":
            return str(Week.of(Week.parse(bar).monday + timedelta(days=7)))
        case "month":
            year, month = map(int, bar.split("-"))
            return f"{year + month // 12}-{month % 12 + 1:02}"
