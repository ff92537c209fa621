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
from crawlers.sources import Column, load_sources
from crawlers.spiders import Asking, Step, asking_of
from pipeline.duplicates import keys
from pipeline.model import SHANGHAI, Document, Listed, Listing

MOST = 100  # filings looked for in one run: the other source's own run brings the rest
MOST_PAGES = 30  # of one search: titles such as 2023年年度报告 are hundreds' on one day


class FallBack:
    """Of one run. `column` and `asking` are the other source's; None where none is named."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lacking: dict[str, Document] = {}
        name = session.source.fallback
        self.source = load_sources()[name] if name else None
        self.column: Column | None = self.source.columns[0] if self.source else None
        self.asking: Asking | None = (
            asking_of(self.source, self.column.system) if self.source and self.column else None
        )

    def lack(self, document: Document) -> None:
        """Takes a note of a filing without its file."""
        if document.source == self._session.source.id and document.code and not document.complete:
            self._lacking[document.id] = document

    def searches(self) -> Iterator[tuple[Request, Step, list[Document]]]:
        """One for each title and day that is lacked; each filing is looked for once in a run."""
        wanted = [d for d in self._lacking.values() if not self._session.store.has_copy(d.id)]
        self._lacking.clear()
        if not wanted or self.source is None or self.column is None or self.asking is None:
            return
        if not self._session.borrow(self.source):
            return  # it is being crawled this very moment, and brings the copies by itself
        if len(wanted) > MOST:
            self._session.problems.append(
                f"{len(wanted)} files lacked, {MOST} looked for in {self.source.id}"
            )
        alike: defaultdict[tuple[date, str], list[Document]] = defaultdict(list)
        for document in wanted[:MOST]:
            assert document.published is not None  # it is stored
            day = document.published.astimezone(SHANGHAI).date()
            alike[day, self.asking.words(document)].append(document)
        for (day, words), documents in alike.items():
            step = Step(self.asking.narrowed(self.column, words), day, day)
            request = self.asking.first(step)
            if self._is_archived(request):
                yield request, step, documents

    def copies(self, listing: Listing, wanted: list[Document]) -> list[Listed]:
        """The rows that may be the filings looked for: the same company and title."""
        names = {(document.code, keys(document).named) for document in wanted}
        rows = [row for row in listing.items if (row.code, self._name(row)) in names]
        stored = self._session.store.seen(row.id for row in rows)
        return [row for row in rows if row.id not in stored]

    def following(self, listing: Listing, step: Step) -> tuple[Request, Step] | None:
        assert self.asking is not None
        onward = step.on(0)
        request = self.asking.following(onward, listing) if step.number < MOST_PAGES else None
        return (request, onward) if request is not None and self._is_archived(request) else None

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

    def _is_archived(self, request: Request) -> bool:
        replay = self._session.replay
        return replay is None or (request.method, request.url, request.body) in replay
