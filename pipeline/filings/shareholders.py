"""Shareholders' reductions and increases."""

from __future__ import annotations

from pipeline.filings.record import Filing
from pipeline.model import Fact


def reductions(filing: Filing) -> list[Fact]:
    return []


def increases(filing: Filing) -> list[Fact]:
    return []
