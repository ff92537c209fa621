"""The spider of every source: lists, then what they list, each page to its one outcome.

What is particular to a publishing system is in `crawlers.spiders` (how it is asked) and in
`pipeline.read` (how it is read); a source is data (`crawlers.sources`).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sized
from datetime import date
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import msgspec
import scrapy
from loguru import logger
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    CloseSpider,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from twisted.python.failure import Failure

import config
from crawlers.ledger import (
    ACCOUNT,
    FINE,
    STEP_FILE,
    STEP_LIST,
    STEP_PAGE,
    Account,
    account,
    outcome_of,
)
from crawlers.middlewares import FETCHED_AT
from crawlers.session import Run, Session
from crawlers.settings import of_run
from crawlers.sources import Column, Source
from crawlers.spiders import Asking, Step, asking_of
from pipeline.filings import kinds_of
from pipeline.model import Article, Document, Extract, Link, Listed, Listing, Page
from pipeline.read import ReadError, check, read_detail, read_list
from pipeline.read.filings import read_filing
from pipeline.tagger import document
from search.ledger import Validator
from search.store import StoreError

MAX_PAGES = 400  # of one list in one run: a list without an end must not hold the crawl
MAX_WAITING = 500  # requests in the queue before another day of a back-fill is begun
MAX_ROWS = 100  # of a list page in an hourly run: some sites list their whole archive on one
TABLE_KINDS = frozenset({"earnings_flash", "earnings_forecast"})  # whose figures stand in tables of a PDF
NO_ANSWER = (
    IgnoreRequest,
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
    OSError,
)

File = tuple[Link, str, Extract]  # with the sha256 of its bytes


class SourceSpider(scrapy.Spider):
    source: Source
    session: Session
    finished: Run | None = None

    # ------------------------------------------------------------ a run begins and ends

    @classmethod
    def from_crawler(
        cls,
        crawler: Crawler,
        *args: Any,
        settings: config.Settings | None = None,
        since: date | str | None = None,
        until: date | str | None = None,
        replay: Path | str | None = None,
        **session: Any,
    ) -> Self:
        """Opens the run. `scrapy crawl SOURCE -a since=2024-02-19` gives words for the arguments."""
        spider = super().from_crawler(crawler, *args)
        chosen = settings or config.load()
        spider.session = Session(
            chosen,
            cls.source,
            since=_day(since),
            until=_day(until),
            replay=Path(replay) if replay is not None else None,
            **session,
        )
        crawler.settings.setdict(of_run(chosen, replay=replay is not None), priority="spider")
        spider.session.retry_codes = frozenset(map(int, crawler.settings.getlist("RETRY_HTTP_CODES")))
        spider.asking = {column.id: asking_of(cls.source, column.system) for column in cls.source.columns}
        spider.met = set()
        spider.rows = defaultdict(set)
        crawler.signals.connect(spider._error, signal=signals.spider_error)
        crawler.signals.connect(spider._closed, signal=signals.spider_closed)
        return spider

    asking: Mapping[str, Asking]
    rows: defaultdict[tuple[str, date], set[str]]  # ids that a list has given so far
    met: set[str]  # ids that this run has taken up

    async def _closed(self, reason: str) -> None:
        if reason != "finished":
            self.session.problems.append(f"stopped: {reason}")
        answers = self.crawler.stats.get_value("downloader/response_count", 0)
        self.finished = await self.session.close(answers)
        logger.info("{}: {} {}", self.name, self.finished.state, self.finished.outcomes)

    def _error(self, failure: Failure, response: Response | Failure) -> None:
        """A mistake of ours in reading a page: the page ends as `internal_error`, the run goes on."""
        detail = f"{failure.type.__name__}: {failure.value}"
        request = getattr(response, "request", None)
        if request is not None and self.session.ledger.is_open(request):
            self.session.ledger.end(request, "internal_error", detail)
        self.session.problems.append(detail)

    # ------------------------------------------------------------ lists

    async def start(self) -> AsyncIterator[Request]:
        if self.source.warm_up and self.session.replay is None:
            response, _ = await self._fetch(Request(self.source.warm_up))
            if response is not None:
                self._end(response, "warm_up" if response.status == 200 else "http_error")
        for column in self.source.columns:
            asking = self.asking[column.id]
            days = (self.session.first_day, self.session.last_day)
            for step in asking.steps(column, *days, self.session.asks != "incremental"):
                while self._waiting() > MAX_WAITING:
                    await asyncio.sleep(0.2)  # a back-fill of years must not queue itself whole
                request = asking.first(step)
                if self.session.asks == "incremental":
                    self._ask_for_changes(request)
                yield self._list(request, step)

    def _waiting(self) -> int:
        scheduler = self.crawler.engine.scheduler
        return len(scheduler) if isinstance(scheduler, Sized) else 0

    def _ask_for_changes(self, request: Request) -> None:
        """Of what the site gave a mark, only a newer one is wanted; else it answers 304."""
        said = self.session.store.validator(request.url) if request.method == "GET" else None
        if said is not None and self.session.replay is None:
            for name, value in (("If-None-Match", said.etag), ("If-Modified-Since", said.modified)):
                if value:
                    request.headers[name] = value

    def _list(self, request: Request, step: Step) -> Request:
        return self._request(request, self.on_list, STEP_LIST, column=step.column, step=step)

    async def on_list(self, response: Response, column: Column, step: Step) -> AsyncIterator[Request]:
        ledger = self.session.ledger
        if step.number > 1 and response.status == 404:
            self._end(response, "end_of_list")  # CAC tells the end of a list so
            return
        page = self._page(response)
        if page is None:
            return
        try:
            listing = read_list(page, column.layout)
        except ReadError as error:
            self._end(response, error.outcome, error.detail)
            return
        rows = listing.items if self.session.bounded else listing.items[:MAX_ROWS]
        fresh = [item for item in rows if item.id not in self.met]
        before = self.rows[column.id, step.first_day]
        repeated = before.issuperset(item.id for item in listing.items)
        before.update(item.id for item in listing.items)
        if listing.items and repeated:
            self._end(response, "repeated_list", f"page {step.number} holds only rows of the pages before it")
            return
        if not listing.items and listing.next_url is None and not self._may_be_empty(listing, step):
            self._end(response, "empty_list", "; ".join(listing.problems) or None)
            return
        ledger.end(
            asked(response),
            "list" if listing.items or listing.next_url is None else "shell",
            "; ".join([f"{column.id} {len(listing.items)} rows", *listing.problems]),
        )
        self.session.problems += [f"{column.id}: {problem}" for problem in listing.problems]
        if step.number == 1 and (said := _validator(response)):
            self.session.validators[response.url] = said
        wanted = [item for item in fresh if self.session.wants(item.published)]
        known = self.session.store.seen(item.id for item in fresh)
        held = self._held(fresh, known, step)  # before what is found here is stored
        for item in wanted:
            self.met.add(item.id)
            if item.id not in known or self._look_again(item):
                request = self._item(item, column)
                if request is not None:
                    if item.id in known:
                        self._ask_for_changes(request)
                    yield request
        if self._goes_on(listing, fresh, known, step, held):
            following = self.asking[column.id].following(step.on(held), listing)
            if following is not None and self._is_archived(following):
                yield self._list(following, step.on(held))
                return
        if self.session.asks == "sweep" and self.session.replay is None:
            for request in self._missing(step):
                yield request

    def _may_be_empty(self, listing: Listing, step: Step) -> bool:
        """A day without filings is no fault, nor is the page after the last one."""
        return step.number > 1 or (self.asking[step.column.id].filters_days and listing.total in (0, None))

    def _look_again(self, item: Listed) -> bool:
        """Pages of the last days may change; a filing's file does not."""
        return self.session.asks == "sweep" and item.code is None and not self.session.before(item.published)

    def _held(self, fresh: list[Listed], known: set[str], step: Step) -> int:
        if not self.asking[step.column.id].filters_days or self.session.asks != "incremental":
            return 0
        before = step.held or len(self.session.held(step.column.id, step.first_day, step.last_day))
        return before + len(self.session.new(item.id for item in fresh if item.id not in known))

    def _goes_on(self, listing: Listing, fresh: list[Listed], known: set[str], step: Step, held: int) -> bool:
        if not listing.items:
            return listing.next_url is not None  # the shell before the list
        if step.number >= MAX_PAGES:
            self.session.problems.append(f"{step.column.id}: stopped after {MAX_PAGES} pages")
            return False
        if self.asking[step.column.id].filters_days:
            # Rows of one day come in no certain order: a new one may stand below known ones.
            all_known = self.session.asks == "incremental" and all(item.id in known for item in fresh)
            return not (all_known and held >= (listing.total or 0))
        if all(self.session.before(item.published) for item in listing.items):
            return False
        return self.session.asks != "incremental" or any(item.id not in known for item in fresh)

    def _is_archived(self, request: Request) -> bool:
        """An archived hourly run stopped where it knew everything; its replay stops there too."""
        replay = self.session.replay
        if replay is None or self.session.asks == "backfill":
            return True
        return (request.method, request.url, request.body) in replay

    # ------------------------------------------------------------ what is no longer listed

    def _missing(self, step: Step) -> Iterator[Request]:
        """Documents of the days looked at that the list, read to its end, does not have any more."""
        listed = self.rows[step.column.id, step.first_day]
        gone = self.session.held(step.column.id, step.first_day, step.last_day) - listed
        for held in self.session.store.get_many(sorted(gone)).values():
            if held.withdrawn is None:
                url = held.attachments[0].url if step.column.filings and held.attachments else held.url
                request = Request(url, headers=self.asking[step.column.id].headers(step.column.url))
                about = {"column": step.column, "held": held}
                yield self._request(request, self.on_missing, STEP_PAGE, **about)

    async def on_missing(self, response: Response, column: Column, held: Document) -> None:
        """Withdrawn is what is neither listed nor there; it is marked, never deleted."""
        if response.status not in (404, 410):
            if self._page(response) is not None:
                self._end(response, "unlisted", f"{held.id} is not listed any more, its page is there")
            return
        gone = msgspec.structs.replace(held, withdrawn=self.session.now())
        self._store(lambda: self.session.ledger.put(asked(response), gone, "withdrawn"))

    # ------------------------------------------------------------ what is listed

    def _item(self, item: Listed, column: Column) -> Request | None:
        """The request of what a row lists, or None where nothing is asked for."""
        asking = self.asking[column.id]
        about = {"column": column, "item": item}
        if item.file is None:
            request = self._request(asking.detail(column, item), self.on_detail, STEP_PAGE, **about)
            return request if self._is_ours(request) else None
        request = self._request(asking.file(item.file, column.url), self.on_filing, STEP_FILE, **about)
        if item.size is not None and item.size > self.session.settings.crawl.max_bytes:
            extract = Extract(media="unknown", outcome="too_big", detail=f"{item.size} bytes by the list")
            tagged = self._document(self._filing(item, column), [(item.file, "", extract)])
            self._store(lambda: self.session.ledger.put_refused(request, tagged, "too_big"))
            return None
        return request

    def _is_ours(self, request: Request) -> bool:
        """Links to other publishers are named and left alone."""
        if urlsplit(request.url).hostname in self.session.hosts:
            return True
        self.session.ledger.refuse(request, "elsewhere")
        return False

    async def on_detail(self, response: Response, column: Column, item: Listed) -> None:
        page = self._page(response)
        if page is None:
            return
        try:
            article = read_detail(page, column.layout, item)
        except ReadError as error:
            self._end(response, error.outcome, error.detail)
            return
        self.session.problems += [
            f"{article.id}: {p}" for p in article.problems if p.startswith("future_date")
        ]
        files = [await self._attachment(link, column, response.url) for link in article.links]
        tagged = self._document(article, files)
        self._store(lambda: self.session.ledger.put(asked(response), tagged))
        if tagged.complete and (said := _validator(response)):
            self.session.store.remember({response.url: said})

    async def _attachment(self, link: Link, column: Column, page_url: str) -> File:
        request = self.asking[column.id].file(link, page_url)
        if not self._is_ours(request):
            return link, "", Extract(media="unknown", outcome="elsewhere")
        request.meta[ACCOUNT] = Account(column.id, STEP_FILE)
        response, outcome = await self._fetch(request)
        if response is None:
            return link, "", Extract(media="unknown", outcome=outcome)
        extract = await self._extract(response, tables=False)
        if self.session.ledger.is_open(asked(response)):
            self._end(
                response, "attachment" if extract.outcome == "read" else extract.outcome, extract.detail
            )
        return link, _sha256(response), extract

    async def on_filing(self, response: Response, column: Column, item: Listed) -> None:
        """The answer to a filing's file: whatever it is, the filing is stored with what the list says."""
        assert item.file is not None
        with_tables = not TABLE_KINDS.isdisjoint(kinds_of(item.title, ""))
        extract = await self._extract(response, tables=with_tables)
        sha256 = _sha256(response) if extract.outcome == "read" else ""
        tagged = self._document(self._filing(item, column), [(item.file, sha256, extract)])
        outcome = None if extract.outcome == "read" else extract.outcome
        if self.session.ledger.is_open(asked(response)):
            self._store(lambda: self.session.ledger.put(asked(response), tagged, outcome))
        else:
            self._store(lambda: self.session.ledger.put_listed(tagged))

    def _filing(self, item: Listed, column: Column) -> Article:
        page = Page(url=item.url, status=200, headers={}, body=b"", fetched_at=self.session.now())
        return read_filing(page, column.layout, item)

    async def _extract(self, response: Response, *, tables: bool) -> Extract:
        """The text of a file, or by name why there is none."""
        if response.status != 200:
            challenge = check(_page(response)) == "challenge"
            self._count_challenge(response, challenge)
            outcome = "challenge" if challenge else "http_error"
            return Extract(media="unknown", outcome=outcome, detail=f"status {response.status}")
        blocked = check(_page(response))
        self._count_challenge(response, blocked == "challenge")
        if blocked:
            return Extract(media="html", outcome=blocked)
        return await self.session.pool.extract(response.body, tables=tables)

    def _document(self, article: Article, files: list[File]) -> Document:
        return document(article, files, self.session.lexicon)

    def _store(self, put: Callable[[], object]) -> None:
        try:
            put()
        except StoreError as error:
            self.session.failed = str(error)
            raise CloseSpider("store") from error

    # ------------------------------------------------------------ answers, and none

    def _request(self, request: Request, callback: Callable, step: str, /, **about: Any) -> Request:
        request.meta[ACCOUNT] = Account(about["column"].id, step)
        return request.replace(
            callback=callback,
            errback=self.on_failure,
            priority=10 if step == STEP_LIST else 0,
            cb_kwargs=about,
            dont_filter=True,
        )

    async def _fetch(self, request: Request) -> tuple[Response | None, str]:
        """One file now; without an answer, None and the outcome."""
        request = request.replace(callback=NO_CALLBACK)
        account(request)
        try:
            return await self.crawler.engine.download_async(request), ""
        except NO_ANSWER as error:
            return None, self._no_answer(request, error)

    async def on_failure(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        outcome = self._no_answer(request, failure.value)
        item: Listed | None = request.cb_kwargs.get("item")
        if (item is None or item.file is None) and outcome in FINE:
            self.session.problems.append(f"{request.url}: {outcome}")  # of a file this says enough
        if item is not None and item.file is not None and not isinstance(failure.value, CloseSpider):
            extract = Extract(media="unknown", outcome=outcome)
            tagged = self._document(
                self._filing(item, request.cb_kwargs["column"]), [(item.file, "", extract)]
            )
            self._store(lambda: self.session.ledger.put_listed(tagged))

    def _no_answer(self, request: Request, error: BaseException) -> str:
        """Names the end of a request that gave no page to read; most are named where they happened."""
        outcome, detail = outcome_of(error)
        ledger = self.session.ledger
        if ledger.is_open(request):
            ledger.end(request, outcome, detail)
        elif not account(request).refused:
            ledger.refuse(request, outcome, detail)
        return outcome

    def _page(self, response: Response) -> Page | None:
        """The page of an answer that is worth reading; else its end is named and None is returned."""
        if not self.session.ledger.is_open(asked(response)):
            return None  # named where it arrived: a server error that was tried again
        page = _page(response)
        blocked = check(page)
        self._count_challenge(response, blocked == "challenge")
        if blocked == "challenge":
            self._end(response, "challenge", f"status {response.status}, {len(response.body)} bytes")
        elif response.status == 304:
            self._end(response, "not_modified")
        elif response.status != 200:
            self._end(response, "http_error", f"status {response.status}")
        elif blocked:
            self._end(response, blocked, f"{len(response.body)} bytes")
        else:
            return page
        return None

    def _count_challenge(self, response: Response, challenge: bool) -> None:
        host = urlsplit(response.url).hostname or ""
        self.session.challenges[host] = self.session.challenges[host] + 1 if challenge else 0

    def _end(self, response: Response, outcome: str, detail: str | None = None) -> None:
        self.session.ledger.end(asked(response), outcome, detail)


def asked(response: Response) -> Request:
    assert response.request is not None  # the engine sets it before anybody sees the answer
    return response.request


def _page(response: Response) -> Page:
    headers = {
        name.decode("latin-1").lower(): b", ".join(response.headers.getlist(name)).decode("latin-1")
        for name in response.headers
    }
    return Page(
        url=response.url,
        status=response.status,
        headers=headers,
        body=response.body,
        fetched_at=asked(response).meta[FETCHED_AT],
    )


def _validator(response: Response) -> Validator | None:
    said = [response.headers.get(name) for name in ("ETag", "Last-Modified")]
    words = [value.decode("latin-1") if value else None for value in said]
    return Validator(*words) if any(words) else None


def _sha256(response: Response) -> str:
    return hashlib.sha256(response.body).hexdigest()


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
