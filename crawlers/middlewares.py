"""Downloader middlewares. From the engine to the network: guard, (Scrapy's own), addresses, archive.

Each works for the spider's run (`spider.session`), which the spider makes before the engine starts.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Headers, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.defer import maybe_deferred_to_future

from crawlers.archive import Exchange
from crawlers.ledger import Refused, outcome_of
from pipeline.model import SHANGHAI

if TYPE_CHECKING:
    from crawlers.session import Session

FETCHED_AT = "fetched_at"
_REDIRECTS = {301, 302, 303, 307, 308}
_DEFAULT_PORTS = {"http": 80, "https": 443}
CHALLENGES_BEFORE_BACK_OFF = 3


class _OfRun:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def session(self) -> Session:
        return self.crawler.spider.session  # type: ignore[union-attr]


class HostGuard(_OfRun):
    """Only the source's own hosts, on the usual ports; a redirect elsewhere is refused as well.

    A host that keeps answering with challenges is left alone for the rest of the run, and one that
    another run asks for all of it.
    """

    def process_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        try:
            port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
        except ValueError:
            port = None
        host = parts.hostname or ""
        if parts.scheme not in _DEFAULT_PORTS or host not in self.session.hosts:
            raise Refused("off_site", f"{host or request.url} is not a host of {self.session.source.id}")
        if port != _DEFAULT_PORTS[parts.scheme]:
            raise Refused("off_site", f"port {port} of {host}")
        if host in self.session.busy:
            raise Refused("host_busy", f"{self.session.busy[host]} is being crawled by another run")
        if self.session.challenges[host] >= CHALLENGES_BEFORE_BACK_OFF:
            raise Refused(
                "backed_off", f"{host} answered {self.session.challenges[host]} challenges in a row"
            )


class Robots(RobotsTxtMiddleware):
    """Scrapy's, but requests that wait for the same robots.txt all get its rules.

    Scrapy 2.19 hands one Deferred to all that wait; the first takes the result out of it and the
    others pass as if there were no rules.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def robot_parser(self, request: Request) -> RobotParser | None:
        async with self._turns[urlsplit(request.url).netloc]:
            return await super().robot_parser(request)


class Retry(RetryMiddleware):
    """Scrapy's, which asks again at once. Here the host is given time: its delay doubles with each try,
    for all its requests, or is what it asks for (Retry-After); AutoThrottle takes it back bit by bit
    when good answers come."""

    # Scrapy's own take a spider, which nobody gives them any more.
    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        again = super().process_response(request, response)
        if isinstance(again, Request):
            self._wait(request, response.headers.get("Retry-After"))
        return again

    def process_exception(  # type: ignore[override]
        self, request: Request, exception: Exception
    ) -> Request | Response | None:
        again = super().process_exception(request, exception)
        if isinstance(again, Request):
            self._wait(request, None)
        return again

    def _wait(self, request: Request, asked_for: bytes | None) -> None:
        settings, engine = self.crawler.settings, self.crawler.engine
        slot = engine.downloader.slots.get(request.meta.get("download_slot", ""))
        if slot is not None:
            seconds = float(asked_for) if asked_for is not None and asked_for.isdigit() else 2 * slot.delay
            slot.delay = min(max(slot.delay, seconds), settings.getfloat("AUTOTHROTTLE_MAX_DELAY"))


class AddressGuard(_OfRun):
    """Refuses hosts whose address is not on the public internet, by the address they resolve to.

    Scrapy keeps the first answer of the resolver for the connection, so the address that is
    checked is the address that is used.
    """

    async def process_request(self, request: Request) -> None:
        if self.session.replay is not None or request.meta.get("proxy"):
            return  # no network, or the proxy resolves
        from twisted.internet import reactor
        from twisted.internet.error import DNSLookupError

        host = urlsplit(request.url).hostname or ""
        try:
            address = await maybe_deferred_to_future(reactor.resolve(host))  # type: ignore[arg-type]  # twisted's stub is wrong
        except (DNSLookupError, OSError) as error:
            raise CannotResolveHostError(f"{host}: {error}") from None
        if not ipaddress.ip_address(address).is_global:
            raise Refused("private_address", f"{host} resolves to {address}")


class Recorder(_OfRun):
    """Innermost: archives every exchange and opens its account in the ledger.

    What ends here is named at once: redirects, robots.txt, failures of the connection and requests
    that an outer layer refused. Everything else is closed by whoever reads the page.
    """

    def process_response(self, request: Request, response: Response) -> Response:
        session = self.session
        if session.replay is None:
            request.meta[FETCHED_AT] = session.now()
        place = session.archive_write(exchange(request, response))
        session.ledger.open(request, place)
        if target := redirect(response):
            session.ledger.end(request, "redirect", target)
        elif is_robots(request):
            session.ledger.end(request, "robots_txt", f"status {response.status}")
        elif response.status in session.retry_codes:
            session.ledger.end(request, "http_error", f"status {response.status}")
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        outcome, detail = outcome_of(exception)
        if is_robots(request):
            outcome, detail = "robots_txt", f"none: {detail}"
        self.session.ledger.refuse(request, outcome, detail)


def is_robots(request: Request) -> bool:
    return request.callback is NO_CALLBACK and bool(request.meta.get("dont_obey_robotstxt"))


def redirect(response: Response) -> str | None:
    """Where an answer sends on to, if Scrapy would follow."""
    location = response.headers.get("Location")
    if response.status not in _REDIRECTS or location is None:
        return None
    target = urljoin(response.url, location.decode("latin-1"))
    return target if target.startswith(("http://", "https://")) else None


def exchange(request: Request, response: Response) -> Exchange:
    moment: datetime = request.meta[FETCHED_AT]
    return Exchange(
        url=request.url,
        status=response.status,
        headers=_pairs(response.headers),
        body=response.body,
        fetched_at=moment.astimezone(SHANGHAI),
        method=request.method,
        request_headers=_pairs(request.headers),
        request_body=request.body,
    )


def _pairs(headers: Headers) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name in headers
        for value in headers.getlist(name)
    )
