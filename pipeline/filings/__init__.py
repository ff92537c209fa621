"""Filings: the kind by title and text, and the facts of each kind with the words they stand on.

One module reads one kind. Each offers a function `(Filing) -> list[Fact]`; adding a kind is a rule in
lexicon/titles.yaml, a module, and a line in `_READERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from pipeline.filings import (
    acquisition,
    buyback,
    cancellation,
    contract,
    earnings,
    forecast,
    incentive,
    inquiry,
    losses,
    periodic,
    pledge,
    registration,
    shareholders,
)
from pipeline.filings.record import Filing
from pipeline.filings.titles import load_titles
from pipeline.model import SHANGHAI, Fact, Table

_READERS: dict[str, Callable[[Filing], list[Fact]]] = {
    "buyback": buyback.facts,
    "incentive_cancellation": cancellation.cancellation,
    "cancellation_opinion": cancellation.opinion,
    "compensation_cancellation": cancellation.compensation,
    "earnings_flash": earnings.flash,
    "earnings_forecast": forecast.facts,
    "periodic_report": periodic.facts,
    "loss": losses.facts,
    "algorithm_registration": registration.facts,
    "shareholder_reduction": shareholders.reductions,
    "shareholder_increase": shareholders.increases,
    "contract_award": contract.facts,
    "equity_incentive": incentive.facts,
    "pledge": pledge.facts,
    "pledge_release": pledge.releases,
    "inquiry_letter": inquiry.facts,
    "acquisition": acquisition.facts,
}
# Facts that stand (also) beside those named like the kind of their filing: of which kinds of filings they are.
_BESIDE = {
    "buyback_purchase": ("buyback",),
    "pledge": ("pledge", "pledge_release"),
    "pledge_release": ("pledge_release", "pledge"),
    "pledged_total": ("pledge", "pledge_release"),
    "pledge_extension": ("pledge", "pledge_release"),
}
# Whose figures stand in tables of a PDF; the others' are read from its text, a hundred times as fast.
TABLE_KINDS = frozenset(
    {
        "earnings_flash",
        "earnings_forecast",
        "pledge",
        "pledge_release",
        "shareholder_reduction",
        "shareholder_increase",
    }
)
FACT_KINDS = tuple(dict.fromkeys((*_READERS, *_BESIDE)))


def kinds_of(title: str, body: str) -> tuple[str, ...]:
    """The kinds of a filing, the main one first: by its title, and by its text where that says otherwise."""
    return load_titles().kinds(title, body)


def told_in(fact_kind: str) -> tuple[str, ...]:
    """The kinds of filings that tell of facts of a kind."""
    return _BESIDE.get(fact_kind, (fact_kind,))


def facts_of(
    title: str,
    body: str,
    tables: Sequence[Table],
    kinds: Sequence[str],
    published: date | datetime | None,
    company: str | None = None,
) -> tuple[Fact, ...]:
    """The facts of each kind. Every span points into `title` or `body`; nothing stated is no field."""
    readers = [_READERS[kind] for kind in dict.fromkeys(kinds) if kind in _READERS]
    if not readers:
        return ()
    if isinstance(published, datetime):
        published = published.astimezone(SHANGHAI).date()
    filing = Filing(title, body, tuple(tables), published, company, tuple(kinds))
    found: list[Fact] = []
    for read in readers:
        found += [fact for fact in read(filing) if fact not in found]  # pledge and release tell one total
    return tuple(found)
