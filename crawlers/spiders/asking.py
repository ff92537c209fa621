"""How a publishing system is asked for its lists, pages and files. Nothing here reads a page.

The base class serves every system whose lists are pages with an address each (SASAC, TRS, jpaas,
CAC, NDA): the reader finds the next address. Systems that are asked with a form or a query have a
module of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urljoin

from scrapy import Request

from crawlers.sources import Column, Source
from pipeline.model import Document, Link, Listed, Listing


@dataclass(frozen=True)
class Step:
    """One list page of a column: its days where the system filters by day, its number from 1.

    `held` is how many rows of these days the store had before, with those found on earlier pages.
    """

    column: Column
    first_day: date
    last_day: date
    number: int = 1
    held: int = 0

    def on(self, held: int) -> Step:
        return replace(self, number=self.number + 1, held=held)


class Asking:
    filters_days = False  # whether the system's lists are asked for days: then no row is of other days

    def __init__(self, source: Source) -> None:
        self.source = source

    def steps(self, column: Column, first_day: date, last_day: date, by_day: bool) -> Iterator[Step]:
        """The lists to be asked for: one, or one for each day where the system filters by day.

        Deep paging is slow and capped, so what covers many days is asked for day by day. An hourly
        run asks `today~tomorrow` in one: an evening's filings carry the date of the next day.
        """
        if self.filters_days and by_day:
            for day in days(first_day, last_day):
                yield Step(column, day, day)
        else:
            yield Step(column, first_day, last_day)

    def first(self, step: Step) -> Request:
        """The request of a list; where pages have no address, of the page `step.number`."""
        return Request(step.column.url, headers=self.led(step.column, urljoin(step.column.url, "/")))

    def following(self, step: Step, listing: Listing) -> Request | None:
        """The request of the page `step.number` (2 or more), or None at the end."""
        if listing.next_url is None:
            return None
        return Request(listing.next_url, headers=self.led(step.column, step.column.url))

    def parts(self, step: Step, listing: Listing) -> list[Step]:
        """Further lists to be asked for where this one, at its first page, is longer than its site pages."""
        return []

    def search(self, document: Document) -> dict[str, str]:
        """Parameters of lists that hold little but a filing of another site; none: all of its day."""
        return {}

    def detail(self, column: Column, listed: Listed) -> Request:
        return Request(listed.url, headers=self.headers(column.url))

    def file(self, link: Link, page_url: str) -> Request:
        return Request(link.url, headers=self.headers(page_url))

    def headers(self, led_here: str) -> dict[str, str]:
        return {"Referer": self.source.referer or led_here}

    def led(self, column: Column, led_here: str) -> dict[str, str]:
        """The headers of a column's lists."""
        return {"Referer": column.referer} if column.referer else self.headers(led_here)


def days(first: date, last: date) -> Iterator[date]:
    """Newest first, so that a run that is cut short has what matters most."""
    while last >= first:
        yield last
        last -= timedelta(days=1)
