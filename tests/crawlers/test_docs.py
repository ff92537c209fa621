"""docs/reliability.md says what the tests show."""

from __future__ import annotations

import re
from pathlib import Path

from crawlers.ledger import FINE
from tests.crawlers.test_companies_kept import BROKEN
from tests.crawlers.test_faults import FAULTS, FILE_FAULTS

DOC = (Path(__file__).parents[2] / "docs" / "reliability.md").read_text(encoding="utf-8")
TABLE = DOC[DOC.index("| fault |") : DOC.index("## Why nothing is lost")]


def test_every_injected_fault_is_told_with_its_outcome() -> None:
    rows = {
        row.split("|")[1].strip(): row.split("|")[2] for row in TABLE.splitlines()[2:] if row.startswith("|")
    }
    assert len(rows) >= 30
    for fault, (_, outcome) in [*FAULTS.items(), *BROKEN.items()]:
        assert f"`{outcome}`" in rows[fault], fault
    for _, outcome, _ in FILE_FAULTS.values():
        assert f"`{outcome}`" in TABLE


def test_every_outcome_that_is_told_exists() -> None:
    from crawlers.words import WORDS

    told = set(re.findall(r"`([a-z_]+)`", TABLE))
    assert told - FINE - set(WORDS) == set()
