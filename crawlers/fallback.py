"""Files that a site would not give, from the source that it names for that: SSE's from CNINFO.

At the end of a run the filings that lack their file are looked for by title and day on the other
site, unless the store has their copy already, and are stored as that site's own. Which are the same
is settled where all copies are told (`pipeline.duplicates`); the copy stands until the file comes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from scrapy import Request

from crawlers.session import Session
from crawlers.sources import load_sources
from crawlers.spiders import Asking, Step, asking_of
from pipeline.duplicates import keys
from pipeline.model import SHANGHAI, Document, Listed, Listing

MOST = 100  # filings looked for in one run: the other source's own run brings the rest
MOST_PAGES = 30  # of one search: titles such as 2023年年度报告 are hundreds' on one day


class FallBack:
    """Of one run. `asking` learns how the other source is asked, where one is named."""

    def __init__(self, session: Session, asking: dict[str, Asking]) -> None:
        self._session = session
        self._asking = asking
        self._lacking: dict[str, Document] = {}
        name = session.source.fallback
        self._other = load_sources()[name] if name else None
        if self._other is not None:
            column = self._other.columns[0]
            asking[column.id] = asking_of(self._other, column.system)

    def lack(self, document: Document) -> None:
        """Takes a note of a filing without its file."""
        if document.source == self._session.source.id and document.code and not document.complete:
            self._lacking[document.id] = document

    def searches(self) -> Iterator[tuple[Request, Step, list[Document]]]:
        """One for all of a day that are asked for alike; each filing is looked for once in a run."""
        wanted = [d for d in self._lacking.values() if not self._session.store.has_copy(d.id)]
        self._lacking.clear()
        if not wanted or self._other is None:
            return
        if not self._session.borrow(self._other):
            return  # it is being crawled this very moment, and brings the copies by itself
        if len(wanted) > MOST:
            self._session.problems.append(
                f"有 {len(wanted)} 份文件未取到，只在 {self._other.id} 找其中 {MOST} 份"
            )
        column = self._other.columns[0]
        asking = self._asking[column.id]
        alike: defaultdict[tuple[date, tuple[tuple[str, str], ...]], list[Document]] = defaultdict(list)
        for document in wanted[:MOST]:
            assert document.published is not None  # it is stored
            day = document.published.astimezone(SHANGHAI).date()
            alike[day, tuple(asking.search(document).items())].append(document)
        for (day, params), documents in alike.items():
            step = Step(column.asking_for(dict(params)), day, day)
            request = asking.first(step)
            if self._session.can_ask(request):
                yield request, step, documents

    def copies(self, listing: Listing, wanted: list[Document]) -> list[Listed]:
        """The rows that may be the filings looked for: the same company and title."""
        names = {(document.code, keys(document).named) for document in wanted}
        rows = [row for row in listing.items if (row.code, self._name(row)) in names]
        stored = self._session.store.seen(row.id for row in rows)
        return [row for row in rows if row.id not in stored]

    def following(self, listing: Listing, step: Step) -> tuple[Request, Step] | None:
        if step.number >= MOST_PAGES:
            return None
        onward = step.on(0)
        request = self._asking[step.column.id].following(onward, listing)
        return (request, onward) if request is not None and self._session.can_ask(request) else None

    def _name(self, row: Listed) -> str | None:
        assert row.published is not None and row.precision is not None  # of filings every row has them
        day = row.published.astimezone(SHANGHAI).date()
        known = Document(
            id=row.id,
            source=row.id.partition(":")[0],
            column="",
            url=row.url,
            title=row.title,
            published=row.published,
            precision=row.precision,
            code=row.code,
            company=row.company,
            companies=self._session.lexicon.companies.tag(row.title, "", code=row.code, published=day),
        )
        return keys(known).named
