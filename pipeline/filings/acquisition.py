"""Acquisitions and sales of companies."""

from __future__ import annotations

from pipeline.filings.record import Filing
from pipeline.model import Fact


def facts(filing: Filing) -> list[Fact]:
    return []
