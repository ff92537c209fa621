"""A simulated internet: one loopback server that behaves like the publishing systems.

`Internet` maps every host to a site, keeps the clock, notes what was asked for, and does harm on
demand. Scrapy reaches it through `MappedHandler` and `MappedResolver`, which only tests set; the
spiders run unmodified.
"""

from __future__ import annotations

import hashlib
import json
import re
import socket
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.resolver import CachingThreadedResolver
from twisted.internet import defer
from twisted.internet.abstract import isIPAddress

from pipeline.model import SHANGHAI

PUBLIC = "8.8.8.8"  # any address that is not private: nothing is ever sent to it


# ---------------------------------------------------------------- what passes between them


@dataclass(frozen=True)
class Asked:
    method: str
    url: str
    headers: dict[str, str]  # lower-case names
    body: bytes = b""

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def cookies(self) -> str:
        return self.headers.get("cookie", "")


@dataclass(frozen=True)
class Answer:
    body: bytes | str = b""
    status: int = 200
    type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    # Harm: seconds before the answer, bytes that are promised beyond the body, no answer at all.
    wait: float = 0
    missing: int = 0
    reset: bool = False
    chunks: int = 0  # that many megabytes, streamed without a length

    @property
    def data(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


JSON = "application/json;charset=UTF-8"


def as_json(value: object) -> Answer:
    return Answer(json.dumps(value, ensure_ascii=False), type=JSON)


def as_jsonp(name: str, value: object) -> Answer:
    return Answer(f"{name}({json.dumps(value, ensure_ascii=False)})", type="application/javascript")


NOT_FOUND = Answer("<html><body><h1>404</h1>您访问的页面不存在或已删除。</body></html>", 404)
CHALLENGE = Answer(
    "<html><head><script>var arg1='A1B2';function reload(x){document.cookie='acw_sc__v2='+x;"
    "location.reload();}</script></head><body></body></html>"
)


class Site(ABC):
    """Answers for some hosts. `self.internet` has the clock."""

    hosts: tuple[str, ...] = ()
    etags = False  # whether it answers conditional requests
    internet: Internet

    @abstractmethod
    def answer(self, asked: Asked) -> Answer: ...

    @property
    def now(self) -> datetime:
        return self.internet.now


@dataclass
class Fault:
    pattern: re.Pattern[str]
    harm: Answer | Callable[[Asked, Answer], Answer]
    left: int | None  # how often still; None is always


@dataclass
class Internet:
    now: datetime = datetime(2024, 2, 19, 12, 0, tzinfo=SHANGHAI)
    robots: dict[str, str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    at_once: Counter[str] = field(default_factory=Counter)  # by host, the most requests at one time
    _open: Counter[str] = field(default_factory=Counter)
    _counting: threading.Lock = field(default_factory=threading.Lock)
    _sites: dict[str, Site] = field(default_factory=dict)

    def add(self, site: Site) -> Site:
        site.internet = self
        self._sites.update(dict.fromkeys(site.hosts, site))
        return site

    def harm(
        self, pattern: str, harm: Answer | Callable[[Asked, Answer], Answer], times: int | None = None
    ) -> None:
        """What matches `pattern` (searched in method, space and URL) is answered so instead."""
        self.faults.append(Fault(re.compile(pattern), harm, times))

    def heal(self) -> None:
        self.faults.clear()

    def urls(self, pattern: str = "") -> list[str]:
        return [one.url for one in self.asked if re.search(pattern, f"{one.method} {one.url}")]

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        honest = self._honest(asked)
        for fault in self.faults:
            if fault.left != 0 and fault.pattern.search(f"{asked.method} {asked.url}"):
                if fault.left is not None:
                    fault.left -= 1
                return fault.harm(asked, honest) if callable(fault.harm) else fault.harm
        return honest

    @contextmanager
    def asking(self, host: str) -> Iterator[None]:
        """Around what passes between a request and the first byte of its answer."""
        with self._counting:
            self._open[host] += 1
            self.at_once[host] = max(self.at_once[host], self._open[host])
        try:
            yield
        finally:
            with self._counting:
                self._open[host] -= 1

    def _honest(self, asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            text = self.robots.get(asked.host)
            return NOT_FOUND if text is None else Answer(text, type="text/plain")
        site = self._sites.get(asked.host)
        if site is None:
            return NOT_FOUND
        answer = site.answer(asked)
        if not site.etags or asked.method != "GET" or answer.status != 200:
            return answer
        etag = f'"{hashlib.md5(answer.data).hexdigest()}"'
        if asked.headers.get("if-none-match") == etag:
            return Answer(status=304, headers=(("ETag", etag),))
        return replace(answer, headers=(*answer.headers, ("ETag", etag)))

    # ------------------------------------------------------------ the server

    def __enter__(self) -> Internet:
        handler = type("Handler", (_Handler,), {"internet": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms for the acknowledgement of its head
    wbufsize = -1
    internet: Internet

    def handle_one_request(self) -> None:
        # Twisted writes a request in two pieces; the second waits 40 ms for the receipt of the first.
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        super().handle_one_request()

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        url = headers.pop("x-real-url")
        asked = Asked(self.command, url, headers, body)
        with self.internet.asking(asked.host):
            answer = self.internet.answer(asked)
            if answer.wait:
                time.sleep(answer.wait)
        if answer.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            self.close_connection = True
            return
        try:
            self._send(answer)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_POST = do_GET

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.type)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.chunks:
            self.send_header("Connection", "close")
            self.end_headers()
            for _ in range(answer.chunks):
                self.wfile.write(bytes(1 << 20))
            self.close_connection = True
            return
        self.send_header("Content-Length", str(len(answer.data) + answer.missing))
        self.end_headers()
        self.wfile.write(answer.data)
        if answer.missing:
            self.wfile.flush()
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        pass


# ---------------------------------------------------------------- Scrapy's way to it


class MappedHandler(HTTP11DownloadHandler):
    """Sends every request to the loopback server, which is told the real address."""

    async def download_request(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        port = self._crawler.settings.getint("INTERNET_PORT")
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        mapped = request.replace(
            url=f"http://127.0.0.1:{port}{path}", headers={**request.headers, "X-Real-Url": request.url}
        )
        response = await super().download_request(mapped)
        request.meta.update(mapped.meta)
        return response.replace(url=request.url)


class MappedResolver(CachingThreadedResolver):
    """Every host has a public address, except those that a test gives another."""

    addresses: ClassVar[dict[str, str]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> MappedResolver:
        return cls(reactor, 0, 5)

    def getHostByName(self, name: str, timeout: Any = ()) -> defer.Deferred[str]:
        from twisted.internet.error import DNSLookupError

        if isIPAddress(name):
            return defer.succeed(name)
        address = self.addresses.get(name, PUBLIC)
        return defer.succeed(address) if address else defer.fail(DNSLookupError(name))
