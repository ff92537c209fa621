"""What a run takes up of a list, and how far it reads on: no requests are made here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from datetime import date
from typing import NamedTuple

from scrapy import Request

from crawlers.session import Session
from crawlers.spiders import Asking, Step
from pipeline.model import Document, Listed, Listing

MAX_PAGES = 400  # of one list in one run: a list without an end must not hold the crawl
MAX_ROWS = 100  # of a list page in an hourly run: some sites list their whole archive on one


class Taken(NamedTuple):
    """What comes of one list page."""

    outcome: str
    detail: str | None
    items: list[Listed]  # to be asked for now
    known: set[str]  # those of them that are stored already, and may have changed
    following: tuple[Request, Step] | None  # the next page


class Lists:
    """Of one run. An item that stands in several lists, or twice in one, is taken up once."""

    def __init__(self, session: Session, asking: Mapping[str, Asking]) -> None:
        self._session = session
        self._asking = asking
        self._taken: set[str] = set()
        # The ids that a column gave so far, and those that one list of it gave.
        self._rows: defaultdict[tuple[str, date], set[str]] = defaultdict(set)
        self._pages: defaultdict[Hashable, set[str]] = defaultdict(set)
        self._open: Counter[tuple[str, date]] = Counter()  # parts of a long list that are still to be read

    def take(self, listing: Listing, step: Step) -> Taken:
        before = self._pages[step.column.id, step.first_day, tuple(step.column.params.items())]
        repeated = before.issuperset(item.id for item in listing.items)
        before.update(item.id for item in listing.items)
        self._rows[step.column.id, step.first_day].update(item.id for item in listing.items)
        if listing.items and repeated:
            return _nothing("repeated_list", f"page {step.number} holds only rows of the pages before it")
        shell = not listing.items and listing.next_url is not None
        if not listing.items and not shell and not self._may_be_empty(listing, step):
            return _nothing("empty_list", "; ".join(listing.problems) or None)
        rows = listing.items if self._session.bounded else listing.items[:MAX_ROWS]
        fresh = [item for item in rows if item.id not in self._taken]
        stored = self._session.store.seen(item.id for item in fresh)
        held = self._held(fresh, stored, step)
        items = [
            item
            for item in fresh
            if self._session.wants(item.published) and (item.id not in stored or self._look_again(item))
        ]
        self._taken.update(item.id for item in fresh if self._session.wants(item.published))
        following = None
        goes_on = shell or self._goes_on(listing, fresh, stored, step, held)
        endless = goes_on and step.number >= MAX_PAGES
        if goes_on and not endless:
            request = self._asking[step.column.id].following(step.on(held), listing)
            if request is not None and self._is_archived(request):
                following = request, step.on(held)
        detail = "; ".join([f"{len(listing.items)} rows", *listing.problems])
        outcome = "endless_list" if endless else "shell" if shell else "list"
        return Taken(outcome, detail, items, stored, following)

    def parts(self, step: Step, listing: Listing) -> list[Step]:
        """The lists that a list is read in as well, because its site would not page it to its end."""
        found = self._asking[step.column.id].parts(step, listing) if step.number == 1 else []
        self._open[step.column.id, step.first_day] += len(found)
        return found

    def missing(self, step: Step) -> list[Document]:
        """Documents of the days looked at that the list, read to its end, does not have any more.

        Of a list in parts, the last one to end says so.
        """
        self._open[step.column.id, step.first_day] -= 1
        if self._open[step.column.id, step.first_day] >= 0:
            return []
        if self._session.asks != "sweep" or self._session.replay is not None:
            return []
        listed = self._rows[step.column.id, step.first_day]
        gone = self._session.held(step.column.id, step.first_day, step.last_day) - listed
        return [
            held for held in self._session.store.get_many(sorted(gone)).values() if held.withdrawn is None
        ]

    def _may_be_empty(self, listing: Listing, step: Step) -> bool:
        """A day without filings is no fault, nor is the page after the last one."""
        return step.number > 1 or (self._by_day(step) and listing.total in (0, None))

    def _by_day(self, step: Step) -> bool:
        return self._asking[step.column.id].filters_days

    def _look_again(self, item: Listed) -> bool:
        """Pages of the last days may change; a filing's file does not."""
        return (
            self._session.asks == "sweep" and item.code is None and not self._session.before(item.published)
        )

    def _held(self, fresh: list[Listed], stored: set[str], step: Step) -> int:
        """How many rows of these days the store has, with those found on the pages so far."""
        if not self._by_day(step) or self._session.asks != "incremental":
            return 0
        before = step.held or len(self._session.held(step.column.id, step.first_day, step.last_day))
        return before + len(self._session.new(item.id for item in fresh if item.id not in stored))

    def _goes_on(
        self, listing: Listing, fresh: list[Listed], stored: set[str], step: Step, held: int
    ) -> bool:
        if not listing.items:
            return False
        all_known = all(item.id in stored for item in fresh)
        hourly = self._session.asks == "incremental"
        if self._by_day(step):
            # Rows of one day come in no certain order: a new one may stand below known ones.
            return not (hourly and all_known and held >= (listing.total or 0))
        if all(self._session.before(item.published) for item in listing.items):
            return False
        return not (hourly and all_known)

    def _is_archived(self, request: Request) -> bool:
        """An archived hourly run stopped where it knew everything; its replay stops there too."""
        return self._session.asks == "backfill" or self._session.can_ask(request)


def _nothing(outcome: str, detail: str | None) -> Taken:
    return Taken(outcome, detail, [], set(), None)
