"""Speed of a crawl with everything on (guard, robots.txt, ledger, archive, reading, tagging, store)
against a bare Scrapy spider that saves the same bodies to files, side by side in one run.

    python -m benchmarks.bench_crawl [--pages 2000] [--wait 0.02]

The simulated site answers after `wait` seconds, which is quick for a ministry, and is asked for one
thing at a time, as a site must be. zhoubao crawls it from its lists; the bare spider is given the
addresses that zhoubao asked for (robots.txt and lists with them), in that order. Both have the
downloader that keeps to one request at a time: Scrapy's own does not without a delay, floods the
server's queue of connections, and then waits whole seconds for the system to try again. That no
two requests met, that both asked for the same and that the bodies they saved are the same bytes is
checked in every round. What zhoubao does with a page it does while the site makes the next one wait;
`--wait 0` shows the work itself, several times that of the bare spider. Each crawl is a process of
its own, the two in turn; a crawl's time is from its first request to its last answer stored.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

from crawlers.archive import Replay
from crawlers.settings import DOWNLOADER
from pipeline.model import SHANGHAI
from tests.crawlers.child import INTERNET
from tests.crawlers.internet import Answer, Asked, Internet
from tests.crawlers.published import Column, Item
from tests.crawlers.sites import Sasac

FLOOR = 0.85  # of the bare spider's pages a second
LAST = datetime(2024, 2, 19, 12, 0, tzinfo=SHANGHAI)
LIST = "/n2588025/n2588119/index.html"
FILLER = (
    "各中央企业要把发展人工智能放在全局工作中统筹谋划，加快建设智能算力中心，夯实发展基础底座，推动产业焕新。"
)


class Bare(scrapy.Spider):
    name = "bare"

    def __init__(self, folder: str, pages: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.folder, self.pages = Path(folder), pages

    custom_settings: ClassVar[dict[str, Any]] = {
        "DOWNLOADER": DOWNLOADER,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "HTTPERROR_ALLOW_ALL": True,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
    }

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for url in self.pages:
            yield scrapy.Request(url, self.parse)

    def parse(self, response: Response, **kwargs: Any) -> None:
        (self.folder / name_of(response.url)).write_bytes(response.body)


def name_of(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()


class Slow(Sasac):
    """The site, answering after a while; it makes each page once, so that it is the same work for both."""

    def __init__(self, pages: int, wait: float) -> None:
        text = "\n".join([FILLER] * 12)
        made = [
            Item(k, f"关于做好第{k}项工作的通知", LAST - timedelta(minutes=pages - k), f"第{k}项。\n{text}")
            for k in range(pages)
        ]
        super().__init__(columns=[Column(LIST, made)], size=100)
        self._details = {self.address(self.columns[0], item): item for item in made}
        self._wait = wait
        self._made: dict[str, Answer] = {}

    def answer(self, asked: Asked) -> Answer:
        if asked.url not in self._made:
            item = self._details.get(asked.path)
            answer = self.detail(item) if item else super().answer(asked)
            self._made[asked.url] = replace(answer, wait=self._wait)
        return self._made[asked.url]


def bare(port: int, folder: str, pages: list[str]) -> None:
    settings = {
        **INTERNET,
        "INTERNET_PORT": port,
        "LOG_ENABLED": False,
        "TWISTED_DNS_RESOLVER": "tests.crawlers.internet.MappedResolver",
    }
    process = AsyncCrawlerProcess(settings)
    process.crawl(Bare, folder=folder, pages=pages)
    process.start()


def seconds(internet: Internet, command: list[str], order: dict[str, Any]) -> tuple[float, str]:
    """From the first request to the end of the child's work, and what it said."""
    started: list[float] = []
    plain = internet.answer

    def noting(asked: Asked) -> Answer:
        if not started:
            started.append(time.perf_counter())
        return plain(asked)

    internet.answer = noting  # type: ignore[method-assign]
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-m", *command], stdin=pipe, stdout=pipe, text=True) as child:
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(json.dumps(order) + "\n")
        child.stdin.flush()
        said = child.stdout.readline()
        ended = time.perf_counter()
        child.stdin.close()
    internet.answer = plain  # type: ignore[method-assign]
    return ended - started[0], said


def bodies(archive: Path) -> dict[str, bytes]:
    replay = Replay(archive)
    try:
        return {name_of(exchange.url): exchange.content() for exchange in replay.exchanges()}
    finally:
        replay.close()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--wait", type=float, default=0.02)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args(arguments)
    spent = {"bare": 0.0, "zhoubao": 0.0}
    with Internet(now=LAST) as internet, tempfile.TemporaryDirectory() as folder:
        internet.add(Slow(args.pages, args.wait))
        for n in range(args.rounds):
            internet.asked.clear()
            order = {
                "source": "sasac",
                "settings": {"data": f"{folder}/{n}", "crawl": {"delay": 0}},
                "port": internet.port,
                "now": LAST.isoformat(),
                "since": "2024-01-01",
            }
            took, said = seconds(internet, ["tests.crawlers.child"], order)
            run = json.loads(said)
            assert run["outcomes"]["stored"] == args.pages, run
            spent["zhoubao"] += took
            urls = internet.urls()
            internet.asked.clear()
            saved = Path(folder, f"bare-{n}")
            saved.mkdir()
            order = {"port": internet.port, "pages": urls, "folder": str(saved)}
            took, _ = seconds(internet, ["benchmarks.bench_crawl", "--bare"], order)
            spent["bare"] += took
            assert Counter(internet.urls()) == Counter(urls), "both ask for the same"
            assert set(internet.at_once.values()) == {1}, "one at a time"
            assert bodies(Path(run["archive"])) == {path.name: path.read_bytes() for path in saved.iterdir()}
    ratio = spent["bare"] / spent["zhoubao"]
    for name, total in spent.items():
        print(f"{name:8} {len(urls) * args.rounds / total:7.1f} pages/s")
    print(f"ratio    {ratio:7.2f} (floor {FLOOR})")
    return 0 if ratio >= FLOOR else 1


def as_child() -> int:
    order = json.loads(sys.stdin.readline())
    bare(order["port"], order["folder"], order["pages"])
    print("done", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(as_child() if sys.argv[1:] == ["--bare"] else main())
