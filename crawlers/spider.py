"""The spider of every source: lists, then what they list, each page to its one outcome.

What is particular to a publishing system is in `crawlers.spiders` (how it is asked) and in
`pipeline.read` (how it is read); a source is data (`crawlers.sources`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sized
from datetime import date
from pathlib import Path
from typing import Any, Self, TypeVar
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
from crawlers.answers import asked, page_of, sha256, validator
from crawlers.fallback import FallBack
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
from crawlers.lists import Lists
from crawlers.session import Run, Session
from crawlers.settings import of_run
from crawlers.sources import Column, Source
from crawlers.spiders import Asking, Step, asking_of
from crawlers.words import brief
from pipeline.filings import TABLE_KINDS, kinds_of
from pipeline.model import Article, Document, Extract, Link, Listed, Page
from pipeline.read import ReadError, check, read_detail, read_list
from pipeline.read.filings import read_filing
from pipeline.tagger import document
from search.store import StoreError

MAX_WAITING = 500  # requests in the queue before another day of a back-fill is begun
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

_Found = TypeVar("_Found")
File = tuple[Link, str, Extract]  # with the sha256 of its bytes


class SourceSpider(scrapy.Spider):
    source: Source
    session: Session
    shared: tuple[Source, ...] = ()  # other sources that ask hosts of this one
    finished: Run | None = None
    keeping: asyncio.Task[None] | None = None

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
        spider.lists = Lists(spider.session, spider.asking)
        spider.fallback = FallBack(spider.session, spider.asking)
        crawler.signals.connect(spider._error, signal=signals.spider_error)
        crawler.signals.connect(spider._idle, signal=signals.spider_idle)
        crawler.signals.connect(spider._closed, signal=signals.spider_closed)
        return spider

    asking: dict[str, Asking]
    lists: Lists
    fallback: FallBack

    async def _closed(self, reason: str) -> None:
        if self.keeping is not None:
            self.keeping.cancel()
        if reason != "finished":
            self.session.problems.append(f"中途停下（{reason}）")
        answers = self.crawler.stats.get_value("downloader/response_count", 0)
        self.finished = await self.session.close(answers)
        logger.info("{}: {} {}", self.name, self.finished.state, self.finished.outcomes)

    def _error(self, failure: Failure, response: Response | Failure) -> None:
        """A mistake of ours in reading a page: the page ends as `internal_error`, the run goes on."""
        detail = f"{failure.type.__name__}: {failure.value}"
        request = getattr(response, "request", None)
        if request is not None and self.session.ledger.is_open(request):
            self.session.ledger.end(request, "internal_error", detail)
        self.session.problems.append(f"程序出错〔{detail}〕")

    # ------------------------------------------------------------ lists

    async def _keep(self) -> None:
        """Renews the lease; a run that has lost it (the machine slept, say) stops."""
        while self.session.lease():
            await asyncio.sleep(self.session.renew)
        self.session.problems.append("另一个进程接手了这个来源")
        self.keeping = None  # the end of the run would cancel what ends it
        await self.crawler.engine.close_spider_async(reason="lease")

    async def start(self) -> AsyncIterator[Request]:
        if self.session.replay is None:
            self.keeping = asyncio.create_task(self._keep())
            await self.session.take_hosts(self.shared)
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
        if step.number > 1 and response.status == 404:
            self._end(response, "end_of_list")  # CAC tells the end of a list so
            for held in self.lists.missing(step):
                yield self._missing(held, column)
            return
        listing = self._read(response, lambda page: read_list(page, column.layout))
        if listing is None:
            return
        taken = self.lists.take(listing, step)
        self._end(response, taken.outcome, taken.detail)
        self.session.problems += [f"{column.id} 的列表有疑点〔{problem}〕" for problem in listing.problems]
        if step.number == 1 and taken.outcome == "list" and (said := validator(response)):
            self.session.validators[response.url] = said
        for item in taken.items:
            request = self._item(item, column)
            if request is not None:
                if item.id in taken.known:
                    self._ask_for_changes(request)
                yield request
        if taken.following is not None:
            for part in self.lists.parts(step, listing):
                yield self._list(self.asking[column.id].first(part), part)
            yield self._list(*taken.following)
        elif taken.outcome == "list":
            for held in self.lists.missing(step):
                yield self._missing(held, column)

    # ------------------------------------------------------------ what is no longer listed

    def _missing(self, held: Document, column: Column) -> Request:
        url = held.attachments[0].url if column.filings and held.attachments else held.url
        request = Request(url, headers=self.asking[column.id].headers(column.url))
        return self._request(request, self.on_missing, STEP_PAGE, column=column, held=held)

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
        article = self._read(response, lambda page: read_detail(page, column.layout, item))
        if article is None:
            return
        self.session.problems += [
            f"{article.id} 有疑点〔{p}〕" for p in article.problems if p.startswith("future_date")
        ]
        files = [await self._attachment(link, column, response.url) for link in article.links]
        tagged = self._document(article, files)
        self._store(lambda: self.session.ledger.put(asked(response), tagged))
        if tagged.complete and (said := validator(response)):
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
        return link, sha256(response), extract

    async def on_filing(self, response: Response, column: Column, item: Listed) -> None:
        """The answer to a filing's file: whatever it is, the filing is stored with what the list says."""
        assert item.file is not None
        with_tables = not TABLE_KINDS.isdisjoint(kinds_of(item.title, ""))
        extract = await self._extract(response, tables=with_tables)
        digest = sha256(response) if extract.outcome == "read" else ""
        tagged = self._document(self._filing(item, column), [(item.file, digest, extract)])
        outcome = None if extract.outcome == "read" else extract.outcome
        if self.session.ledger.is_open(asked(response)):
            self._store(lambda: self.session.ledger.put(asked(response), tagged, outcome))
        else:
            self._store(lambda: self.session.ledger.put_listed(tagged))
        self.fallback.lack(tagged)

    def _filing(self, item: Listed, column: Column) -> Article:
        page = Page(url=item.url, status=200, headers={}, body=b"", fetched_at=self.session.now())
        return read_filing(page, column.layout, item)

    async def _extract(self, response: Response, *, tables: bool) -> Extract:
        """The text of a file, or by name why there is none."""
        if response.status != 200:
            challenge = check(page_of(response)) == "challenge"
            self._count_challenge(response, challenge)
            outcome = "challenge" if challenge else "http_error"
            return Extract(media="unknown", outcome=outcome, detail=f"status {response.status}")
        blocked = check(page_of(response))
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

    # ------------------------------------------------------------ what the site would not give

    def _idle(self) -> None:
        """All is done that was to do; now for the copies of the files that did not come."""
        try:
            for request, step, wanted in self.fallback.searches():
                self.crawler.engine.crawl(self._search(request, step, wanted))
        except StoreError as error:
            self.session.failed = str(error)

    def _search(self, request: Request, step: Step, wanted: list[Document]) -> Request:
        about = {"column": step.column, "step": step, "wanted": wanted}
        request = self._request(request, self.on_search, STEP_LIST, **about)
        request.meta[ACCOUNT] = Account()  # no word on how the other source's own lists fare
        return request

    async def on_search(
        self, response: Response, column: Column, step: Step, wanted: list[Document]
    ) -> AsyncIterator[Request]:
        listing = self._read(response, lambda page: read_list(page, column.layout))
        if listing is None:
            return
        rows = self.fallback.copies(listing, wanted)
        self._end(
            response, "search", f"{len(rows)} of {len(listing.items)} rows are copies of what is lacked"
        )
        for item in rows:
            request = self._item(item, column)
            if request is not None:
                yield request
        if len(rows) < len(wanted) and (following := self.fallback.following(listing, step)):
            yield self._search(*following, wanted)

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
            self.session.problems.append(
                f"{request.url} 没有取到：{brief(outcome)}"
            )  # of a file this says enough
        if item is not None and item.file is not None and not isinstance(failure.value, CloseSpider):
            extract = Extract(media="unknown", outcome=outcome)
            tagged = self._document(
                self._filing(item, request.cb_kwargs["column"]), [(item.file, "", extract)]
            )
            self._store(lambda: self.session.ledger.put_listed(tagged))
            self.fallback.lack(tagged)

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
        page = page_of(response)
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

    def _read(self, response: Response, read: Callable[[Page], _Found]) -> _Found | None:
        """What a reader finds on the page of an answer; None where its end is named."""
        page = self._page(response)
        if page is None:
            return None
        try:
            return read(page)
        except ReadError as error:
            self._end(response, error.outcome, error.detail)
            return None

    def _count_challenge(self, response: Response, challenge: bool) -> None:
        host = urlsplit(response.url).hostname or ""
        self.session.challenges[host] = self.session.challenges[host] + 1 if challenge else 0

    def _end(self, response: Response, outcome: str, detail: str | None = None) -> None:
        self.session.ledger.end(asked(response), outcome, detail)


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
