"""Share buybacks: a programme's bounds and what has been bought."""

from __future__ import annotations

from pipeline.filings.record import Filing
from pipeline.model import Fact


def facts(filing: Filing) -> list[Fact]:
    return []


def cancellation(filing: Filing) -> list[Fact]:
    return []


def compensation(filing: Filing) -> list[Fact]:
    return []
