"""Documents as people are shown them: with what only the store knows, which is what other documents say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from pipeline.filings.expected import DAYS, foretold, with_forecast
from pipeline.model import Document
from pipeline.week import Week
from search.store import Origin, Store


class Shown(Document, frozen=True, kw_only=True):
    """A document, the sites on which it stands, and what it corrects or is corrected by (ids)."""

    origins: tuple[Origin, ...]
    corrects: str | None
    corrected_by: tuple[str, ...]


def shown(store: Store, id: str) -> Shown | None:
    document = documents(store, [id]).get(id)
    if document is None:
        return None
    return Shown(
        **{name: getattr(document, name) for name in document.__struct_fields__},
        origins=tuple(store.origins(id)),
        corrects=store.corrects(id),
        corrected_by=tuple(store.corrected_by(id)),
    )


def documents(store: Store, ids: Iterable[str]) -> dict[str, Document]:
    """Those that exist, in the order asked for, a flash held against the company's earlier forecast."""
    found = store.get_many(ids)
    flashes = {id: document for id, document in found.items() if foretold(document)}
    if moments := [document.published for document in flashes.values() if document.published]:
        told = _forecasts(store, min(moments), max(moments))
        found |= {id: with_forecast(document, told) for id, document in flashes.items()}
    return found


def week(store: Store, week: Week) -> Iterator[Document]:
    """All documents of a week by time of publication, copies left out, as `documents` gives them."""
    told: list[Document] | None = None  # read once, and only for a week that has a flash
    for document in store.documents(since=week.start, until=week.end):
        if foretold(document):
            told = _forecasts(store, week.start, week.end) if told is None else told
            document = with_forecast(document, told)
        yield document


def _forecasts(store: Store, since: datetime, until: datetime) -> list[Document]:
    """All that a flash of `since` to `until` may have been foretold by."""
    first, last = since - timedelta(days=DAYS), until + timedelta(seconds=1)
    return list(store.documents(kind="earnings_forecast", since=first, until=last))
