"""Letters of inquiry from an exchange or a regulator, and replies."""

from __future__ import annotations

from pipeline.filings.record import Filing
from pipeline.model import Fact


def facts(filing: Filing) -> list[Fact]:
    return []
