"""The spider of the company table: a run reads the lists of companies and renews the table from those
that it read to their end.

A list that is cut, blocked or shorter than what is known ends in a named outcome and changes nothing;
the companies of the others are brought up to date all the same.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from scrapy import Request
from scrapy.http import Response

from crawlers.ledger import FINE
from crawlers.lists import MAX_PAGES
from crawlers.sources import Column
from crawlers.spider import SourceSpider
from crawlers.spiders import Step
from pipeline.companies_refresh import Reading, doubt, renewed, write_rows
from pipeline.companies_table import Company, Other, bundled, read_rows
from pipeline.model import Issuer, Listing, Page
from pipeline.read import ReadError, read_list


class CompaniesSpider(SourceSpider):
    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        # What the pages of a column gave so far, by code.
        self._issuers: dict[str, dict[str, Issuer]] = {}
        self._whole: dict[str, Reading] = {}
        self._known: tuple[list[Company], list[Other]] = ([], [])

    async def start(self) -> AsyncIterator[Request]:
        self._known = read_rows(self.session.settings.company_table or bundled())
        async for request in super().start():
            yield request

    async def on_list(self, response: Response, column: Column, step: Step) -> AsyncIterator[Request]:
        page = self._page(response)
        if page is None:
            return
        try:
            listing = read_list(await self._unpacked(page), column.layout)
        except ReadError as error:
            self._end(response, error.outcome, error.detail)
            return
        self.session.problems += [f"{column.id} 的列表有疑点〔{problem}〕" for problem in listing.problems]
        outcome, detail = self._take(listing, column, step)
        self._end(response, outcome, detail)
        if outcome == "list" and (following := self.asking[column.id].following(step.on(0), listing)):
            yield self._list(following, step.on(0))

    async def _unpacked(self, page: Page) -> Page:
        """A workbook as its text, made in a process with limits; every other page as it is."""
        if not page.body.startswith(b"PK"):
            return page
        found = await self.session.pool.extract(page.body)
        if found.outcome != "read":
            # What is fine for a file is not for a list.
            outcome = "bad_shape" if found.outcome in FINE else found.outcome
            raise ReadError(outcome, f"a workbook was asked for: {found.media}, {found.outcome}")
        return msgspec.structs.replace(page, body=found.text.encode())

    def _take(self, listing: Listing, column: Column, step: Step) -> tuple[str, str | None]:
        """The outcome of a page, and its detail. With the last page the list is believed, or not."""
        rows = self._issuers.setdefault(column.id, {})
        if listing.issuers and all(issuer.code in rows for issuer in listing.issuers):
            return "repeated_list", f"page {step.number} holds only rows of the pages before it"
        rows.update((issuer.code, issuer) for issuer in listing.issuers)
        read = len(rows) + len(listing.renamings)
        if not read:
            return "empty_list", None
        if listing.has_more and step.number < MAX_PAGES:
            return "list", f"{read} rows"
        if listing.total is not None and read < listing.total:
            return "short_list", f"{listing.total} rows are promised, {read} came"
        reading = Reading(
            issuers=tuple(rows.values()),
            renamings=listing.renamings,
            boards=column.expect.boards,
            delisted=column.expect.delisted,
        )
        if refused := doubt(reading, self._known[0]):
            return refused
        self._whole[column.id] = reading
        return "list", f"{read} rows"

    async def _closed(self, reason: str) -> None:
        if reason == "finished" and self.session.failed is None:
            self._renew()
        await super()._closed(reason)

    def _renew(self) -> None:
        companies, others = self._known
        today = self.session.now().date()
        newest = max((company.as_of for company in companies if company.as_of), default=None)
        if newest is not None and today < newest:  # the replay of an old archive
            self.session.problems.append(f"名单是 {today} 的，公司表已是 {newest} 的，未改动")
            return
        readings = [self._whole[column.id] for column in self.source.columns if column.id in self._whole]
        if not readings:
            return
        folder = self.session.settings.data / "companies"
        try:
            write_rows(folder, *renewed(companies, others, readings, today))
        except OSError as error:
            self.session.failed = f"{folder} 无法写入：{error}"
