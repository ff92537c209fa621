"""One run of one source: what it was asked for, and everything it writes to."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from loguru import logger
from scrapy import Request

from config import Settings
from crawlers.archive import PART, Archive, Exchange, Replay, ReplayError, mend
from crawlers.ledger import FINE, Ledger
from crawlers.pool import PARSER, Pool
from crawlers.sources import Source
from crawlers.words import counted
from pipeline.lexicon_changes import snapshot
from pipeline.model import SHANGHAI, UserError
from pipeline.tagger import Lexicon, load_lexicon
from search.ledger import State, Validator, on_machine, this_process
from search.store import Store

SWEEP_EVERY = timedelta(hours=20)
# A lease outlives its run by ten minutes at most; it is renewed long before.
LEASE_SECONDS, RENEW_SECONDS = 600.0, 60.0
# What begins at five past is over by then: a run lasts 50 minutes at most, and the lists of companies
# are read at twenty to.
PATIENCE_SECONDS = 900.0


class Busy(UserError):
    """Another process crawls this source; the message is one line for a person."""


def shanghai_now() -> datetime:
    return datetime.now(SHANGHAI)


@dataclass(frozen=True)
class Run:
    """What a finished run came to. `outcomes` add up to `pages`."""

    source: str
    id: int
    mode: str  # incremental, sweep, backfill, replay
    state: str  # ok, trouble, failed
    reason: str | None
    pages: int
    outcomes: dict[str, int]
    archive: Path | None

    def as_dict(self) -> dict[str, object]:
        return {**self.__dict__, "archive": None if self.archive is None else str(self.archive)}


class Session:
    """Opened before the engine starts; `close` settles the run, whatever happened in it.

    Raises ReplayError for a replay file that cannot be used, Busy while another process crawls the
    source; then no run is opened.
    """

    def __init__(
        self,
        settings: Settings,
        source: Source,
        *,
        since: date | None = None,
        until: date | None = None,
        replay: Path | None = None,
        clock: Callable[[], datetime] = shanghai_now,
        lexicon: Lexicon | None = None,
        parser: str = PARSER,
        renew: float = RENEW_SECONDS,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self.settings = settings
        self.source = source
        self.hosts = frozenset(source.hosts)
        self._borrowed: set[str] = set()  # other sources whose hosts this run asks
        self.busy: dict[str, str] = {}  # hosts of its own that another run asks, and that run's source
        self.challenges: Counter[str] = Counter()  # in a row, by host
        self.problems: list[str] = []
        self.failed: str | None = None
        self.validators: dict[str, Validator] = {}  # of lists, until all that they list is stored
        self.retry_codes: frozenset[int] = frozenset()
        self.replay = Replay(replay) if replay is not None else None
        if self.replay is not None and not self.replay.hosts & self.hosts:
            raise ReplayError(
                f"{replay}：其中没有来源 {source.id} 的网页（有：{'、'.join(sorted(self.replay.hosts))}）"
            )
        self._clock = clock
        self.renew = renew  # seconds between renewals of the lease
        self.patience = patience  # seconds that a run waits for hosts which others ask
        self.lexicon = lexicon or load_lexicon(settings.themes, settings.companies, settings.company_table)
        self.store = Store(settings.store_url, clock=lambda: clock().timestamp())
        if self.replay is None and not self.lease():
            busy = self._busy()
            self.store.close()
            raise busy
        self.store.remember_lexicon(self.lexicon.version, snapshot(self.lexicon))
        self._asked(since, until)
        self.archive = self._open_archive()
        self.ledger = Ledger(self.store, self.store.start_run(source.id, self.mode))
        self.pool = Pool(
            seconds=settings.crawl.parse_seconds, memory=settings.crawl.parse_bytes, parse=parser
        )

    def now(self) -> datetime:
        """The time of the run; in a replay, the time that the archive was made."""
        made_at = self.replay.made_at if self.replay is not None else None
        return (made_at or self._clock()).astimezone(SHANGHAI)

    # ------------------------------------------------------------ whose source it is

    def lease(self) -> bool:
        """Takes or renews the source: of all processes on all machines one crawls it."""
        names = (self._taken, *self._borrowed)
        return all(self.store.lease(name, this_process(), LEASE_SECONDS) for name in names)

    def borrow(self, other: Source) -> bool:
        """Takes another source until the end of the run, and its hosts with it; False while it is crawled."""
        if not self._take(other.id):
            return False
        self.hosts |= frozenset(other.hosts)
        return True

    def _take(self, other: str) -> bool:
        if self.replay is None and not self.store.lease(other, this_process(), LEASE_SECONDS):
            return False
        self._borrowed.add(other)
        return True

    async def take_hosts(self, others: Iterable[Source]) -> None:
        """Takes the sources to which hosts of this one belong, so that one run at a time asks a host.

        While any of them is crawled none is held, and after `patience` seconds those are taken that are
        free: the hosts of the rest are `busy` in this run.
        """
        mine = {other.id: frozenset(other.hosts) & self.hosts for other in others}
        left = min(self.patience, self.settings.crawl.run_limit / 2)  # the rest is for the reading
        while crawled := [name for name, hosts in mine.items() if hosts and not self._take(name)]:
            if left <= 0:
                self.busy = {host: name for name in crawled for host in mine[name]}
                return
            for name in mine.keys() & self._borrowed:
                self._borrowed.remove(name)
                self.store.release(name, this_process())
            logger.info("{} waits for {}", self.source.id, ", ".join(crawled))
            pause = min(5.0, self.patience / 10)
            left -= pause
            await asyncio.sleep(pause)

    @property
    def _taken(self) -> str:
        """Documents are everybody's; the company table is in this machine's data folder."""
        return on_machine(self.source.id, this_process()) if self.source.issuers else self.source.id

    def _busy(self) -> Busy:
        host, pid, *_ = f"{self.store.owner(self._taken)}::".split(":")
        where = "本机" if host == this_process().split(":")[0] else f"机器 {host} "
        running = [run for run in self.store.last_runs(self.source.id, 1) if run.state is None]
        since = f"（{running[0].started.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 起）" if running else ""
        return Busy(f"来源 {self.source.id} 正由{where}的进程 {pid} 抓取{since}；请等它结束后再试")

    # ------------------------------------------------------------ what is asked for

    def _asked(self, since: date | None, until: date | None) -> None:
        """Settles mode and days. A replay without days asks what the archived run asked."""
        dated = since is not None or until is not None
        facts = self.replay.facts if self.replay is not None and not dated else {}
        self.mode = "replay" if self.replay is not None else "backfill" if dated else self._hourly()
        self.asks = facts.get("mode", "backfill") if self.replay is not None else self.mode
        if {"first_day", "last_day"} <= facts.keys():
            self.first_day = date.fromisoformat(facts["first_day"])
            self.last_day = date.fromisoformat(facts["last_day"])
            return
        today = self.now().date()
        back = self.settings.crawl.lookback_days if self.asks == "sweep" else 0
        self.first_day = since or (until if until is not None else today) - timedelta(days=back)
        # Evening filings carry the date of the next day, and on Fridays up to Monday's.
        ahead = 3 if today.weekday() == 4 else 2 if today.weekday() == 5 else 1
        self.last_day = until or today + timedelta(days=ahead)

    def _hourly(self) -> str:
        """An hourly run; once a day it looks again at the last days, where items appear late."""
        swept = any(
            run.mode == "sweep" and run.state in ("ok", "trouble") and self.now() - run.started < SWEEP_EVERY
            for run in self.store.last_runs(self.source.id, 50)
        )
        return "incremental" if swept else "sweep"

    @property
    def bounded(self) -> bool:
        """Whether only items of the days asked for are wanted, and all of them."""
        return self.asks == "backfill"

    def wants(self, published: datetime | None) -> bool:
        if not self.bounded or published is None:
            return True
        return self.first_day <= published.astimezone(SHANGHAI).date() <= self.last_day

    def before(self, published: datetime | None) -> bool:
        """Whether an item is older than the days looked at."""
        return published is not None and published < datetime.combine(self.first_day, time(), SHANGHAI)

    def held(self, column: str, first_day: date, last_day: date) -> set[str]:
        """The documents of these days that the store has, complete or not."""
        since = datetime.combine(first_day, time(), SHANGHAI)
        until = datetime.combine(last_day + timedelta(days=1), time(), SHANGHAI)
        return set(self.store.listed(column, since, until))

    def new(self, ids: Iterable[str]) -> set[str]:
        """Those that the store has in no form, not even without their file."""
        wanted = set(ids)
        return wanted - self.store.stored_at(wanted).keys()

    # ------------------------------------------------------------ archive

    def can_ask(self, request: Request) -> bool:
        """Whether there can be an answer: a replay has those of its archive only."""
        return self.replay is None or (request.method, request.url, request.body) in self.replay

    def _open_archive(self) -> Archive | None:
        if self.replay is not None:
            return None
        folder = self.settings.archive
        for part in sorted(folder.glob(f"{self.source.id}-*{PART}")):
            # The lease of a source is ours, so whoever wrote this is gone.
            logger.info("mending {}, left by a run that was killed", mend(part))
        stamp = self._clock().astimezone(SHANGHAI).strftime("%Y%m%d-%H%M%S")
        facts = {
            "source": self.source.id,
            "mode": self.mode,
            "first_day": str(self.first_day),
            "last_day": str(self.last_day),
        }
        return Archive(folder / f"{self.source.id}-{stamp}-{os.getpid()}.warc.gz", facts=facts)

    def archive_write(self, exchange: Exchange) -> str | None:
        if self.archive is None:
            assert self.replay is not None
            return self.replay.path.name
        return self.archive.write(exchange)

    # ------------------------------------------------------------ the end

    async def close(self, answers: int) -> Run:
        """`answers`: how many responses Scrapy counted. Settles archive, ledger and run."""
        await self.pool.close()
        wrong = self.ledger.balance(answers)
        path = self.archive.close() if self.archive is not None else None
        if self.replay is not None:
            self.replay.close()
        outcomes = dict(self.ledger.outcomes)
        trouble = sorted(set(outcomes) - FINE)
        state: State
        if self.failed is not None:
            state, reason = "failed", self.failed
        elif not any(outcomes.get(name) for name in ("list", "not_modified")):
            state, reason = (
                "failed",
                f"没有读到任何列表：{counted(outcomes, trouble) or '什么都没有取到'}",
            )
        elif wrong or trouble or self.problems:
            state, reason = (
                "trouble",
                "；".join([*wrong, *filter(None, [counted(outcomes, trouble)]), *self.problems]),
            )
        else:
            state, reason = "ok", None
            self.store.remember(self.validators)
        self._settle(state, reason)
        return Run(
            source=self.source.id,
            id=self.ledger.run,
            mode=self.mode,
            state=state,
            reason=reason,
            pages=self.ledger.pages,
            outcomes=outcomes,
            archive=path,
        )

    def abandon(self, reason: str) -> None:
        """Closes a run whose engine broke; what was fetched until then stays in its archive."""
        if self.archive is not None:
            self.archive.close(broken=True)
        self._settle("failed", reason)

    def _settle(self, state: State, reason: str | None) -> None:
        self.store.end_run(self.ledger.run, state, reason[:2000] if reason else None)
        for name in (self._taken, *self._borrowed):
            self.store.release(name, this_process())
        self.store.close()
