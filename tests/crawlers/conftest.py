from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.companies_refresh import write_rows
from search.store import Store
from tests.crawlers.company_tables import MORNING, SHARES, companies
from tests.crawlers.internet import Internet
from tests.crawlers.lists_of_companies import Market

ROOT = Path(__file__).parents[2]


class Crawler:
    """A child process with a running reactor; `run` makes one crawl in it."""

    def __init__(self) -> None:
        self._orders = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crawlers.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )

    def run(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._orders += 1
        self._process.stdin.write(json.dumps(order | {"order": self._orders}) + "\n")
        self._process.stdin.flush()
        while line := self._process.stdout.readline():
            answer = json.loads(line)
            if answer.pop("order") == self._orders:  # an earlier one is of a test that ran out of time
                return answer
        raise AssertionError("the crawling process died")

    def peak(self) -> int:
        """The most memory that it has held, in bytes; not that of its parsers."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)


@pytest.fixture(scope="session")
def crawler() -> Iterator[Crawler]:
    started = Crawler()
    yield started
    started.close()


@dataclass
class Desk:
    """A data folder, the crawler, and the internet it sees."""

    data: Path
    crawler: Crawler
    internet: Internet
    settings: dict[str, Any] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    overrides: dict[str, Any] = field(default_factory=dict)  # Scrapy's settings
    session: dict[str, Any] = field(default_factory=dict)

    def order(self, source: str, **more: Any) -> dict[str, Any]:
        crawl = {"delay": 0, "timeout": 5, "parse_seconds": 20, **self.settings}
        return {
            "source": source,
            "settings": {"data": str(self.data), "crawl": crawl},
            "port": self.internet.port,
            "now": self.internet.now.isoformat(),
            "addresses": self.addresses,
            "overrides": self.overrides,
            "session": self.session,
            **{
                name: value.isoformat() if isinstance(value, datetime) else value
                for name, value in more.items()
            },
        }

    def crawl(self, source: str, **more: Any) -> dict[str, Any]:
        run = self.crawler.run(self.order(source, **more))
        assert run.get("type") != "crash", run["error"]
        if "outcomes" in run:
            assert sum(run["outcomes"].values()) == run["pages"], "outcomes add up"
            assert self.rows(run["id"]) == run["outcomes"], "the ledger says the same"
        return run

    def rows(self, run: int) -> dict[str, int]:
        with self.store() as store:
            return store.outcomes(run)

    def store(self) -> Store:
        return Store(f"sqlite:///{self.data}/zhoubao.db")

    def documents(self, source: str | None = None) -> list[Any]:
        with self.store() as store:
            return list(store.documents(source=source, duplicates=True))

    def replay(self, run: dict[str, Any], into: Path, **more: Any) -> tuple[dict[str, Any], Desk]:
        """Replays a run's archive into another folder, without any way to the internet."""
        other = Desk(into, self.crawler, self.internet, self.settings)
        order = other.order(run["source"], replay=run["archive"], port=None, **more)
        return self.crawler.run(order), other


@pytest.fixture
def internet() -> Iterator[Internet]:
    with Internet() as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, crawler: Crawler, internet: Internet) -> Desk:
    return Desk(tmp_path / "data", crawler, internet)


@pytest.fixture
def market(desk: Desk) -> Market:
    """The lists of companies; the desk has their table of a month before."""
    desk.internet.now = MORNING
    write_rows(desk.data / "companies", companies(SHARES), [])
    market = Market(shares=[replace(share) for share in SHARES])
    desk.internet.add(market)
    return market
