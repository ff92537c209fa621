"""The daemon: hourly crawls, the outbox feeder, and the weekly build.

Each crawl is a child process with a time limit, so that a hang or a leak in one source cannot
touch another. One process owns the scheduler; a run takes its source by a lease in the store, so
that no two processes crawl it at once, on whatever machines. What was missed while the daemon was
down is made good at its start.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from loguru import logger

import weekly.issue
import weekly.render
from config import Settings
from crawlers.run import BUSY_CODE, child_command
from crawlers.sources import enabled_sources, hours_of, load_sources
from pipeline.tagger import load_lexicon
from pipeline.week import Week
from search.client import Client
from search.feeder import feed
from search.store import Store
from ways.deliver import deliver

ALERT_SECONDS = 60
FEED_SECONDS = 20  # a document is searchable within half a minute of its commit
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # as APScheduler and config.yaml name them
# The company table's hosts are those of sources that are made good at a start too: these go first.
TABLE_LATER = timedelta(minutes=2)
GRACE_SECONDS = 15  # a child that is told to stop may finish the page it holds


class Daemon:
    """Owns the scheduler and the children. `config` is the file that the children read."""

    def __init__(self, settings: Settings, config: Path | None) -> None:
        self.settings = settings
        self.config = config
        self.zone = ZoneInfo(settings.timezone)
        self.stopping = threading.Event()
        self._children: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()

    # ------------------------------------------------------------ one piece of work each

    def crawl(self, source: str) -> int:
        """Runs one source in a child process; returns its exit code (75: another process has it)."""
        limit = self.settings.crawl.run_limit
        command = child_command(source, self.config, "--quiet")
        with self._lock:
            if self.stopping.is_set():
                return 0
            child = subprocess.Popen(command, start_new_session=True)
            self._children.add(child)
        try:
            code = child.wait(limit)
        except subprocess.TimeoutExpired:
            logger.error("{} ran longer than {:.0f} s and is stopped", source, limit)
            end(child)
            code = child.returncode
        finally:
            with self._lock:
                self._children.discard(child)
        if code == BUSY_CODE:
            logger.info("{} is being crawled by another process", source)
        else:
            logger.info("{} crawled, exit code {}", source, code)
        return code

    def feed(self) -> None:
        """Brings the index up to the store; a search engine that is down leaves the outbox waiting."""
        with Client(self.settings) as client:
            fed = feed(client.store, client.engine)
        if fed.changed:
            logger.info("fed the index: {}", fed)

    def alert(self) -> None:
        """One round of saved searches; another process that is at it does the work."""
        with Client(self.settings) as client:
            done = deliver(client, seconds=ALERT_SECONDS * 0.75)
        if done.messages or done.failed:
            logger.info("alerts: {}", done)

    def build(self, week: Week) -> list[Path]:
        """Builds the issue of a week into the folder of the settings."""
        with Client(self.settings) as client:
            lexicon = load_lexicon(self.settings.themes, self.settings.companies, self.settings.company_table)
            issue = weekly.issue.build(client, week, self.settings, lexicon)
        form = self.settings.weekly
        files = weekly.render.write(issue, form.formats, form.out, form.word_template, form.templates)
        logger.info("issue {} is ready in {}", week, form.out)
        return files

    def build_last_week(self) -> None:
        self.build(Week.of(datetime.now(self.zone) - timedelta(days=7)))

    # ------------------------------------------------------------ the two ways to run

    def once(self, sources: Iterable[str] | None = None) -> dict[str, int]:
        """One round: every source in turn, then the index. Returns the exit code of each source.

        SIGTERM or SIGINT ends the child at work and leaves out the rest.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        codes: dict[str, int] = {}
        for name in sources or enabled_sources(self.settings):
            code = self.crawl(name)
            if self.stopping.is_set():
                return {**codes, name: code or 130}
            codes[name] = code
        self.feed()
        return codes

    def scheduler(self) -> BackgroundScheduler:
        jobs = BackgroundScheduler(
            timezone=self.zone,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600},
            executors={"default": {"type": "threadpool", "max_workers": 8}},
        )
        for name, trigger in self._crawls():
            jobs.add_job(self._safely(self.crawl, name), trigger, id=f"crawl:{name}")
        jobs.add_job(self._safely(self.feed), IntervalTrigger(seconds=FEED_SECONDS), id="feed")
        jobs.add_job(self._safely(self.alert), IntervalTrigger(seconds=ALERT_SECONDS), id="alerts")
        form = self.settings.weekly
        weekly_trigger = CronTrigger(
            day_of_week=form.weekday, hour=form.at.hour, minute=form.at.minute, timezone=self.zone
        )
        jobs.add_job(self._safely(self.build_last_week), weekly_trigger, id="weekly")
        return jobs

    def _crawls(self) -> Iterator[tuple[str, CronTrigger]]:
        hours = hours_of(self.settings)
        for name in enabled_sources(self.settings):
            when = hours[name]
            yield name, CronTrigger(hour=when.hours, minute=when.minute, timezone=self.zone)

    def missed(self, now: datetime) -> list[str]:
        """Ids of jobs whose time passed since their last success: what a downtime has skipped."""
        late = []
        with Store(self.settings.store_url) as store:
            for name, trigger in self._crawls():
                runs = store.last_runs(name, 1)
                after = trigger.get_next_fire_time(None, runs[0].started) if runs else now
                if after is not None and after <= now:
                    late.append(f"crawl:{name}")
        week = Week.of(now - timedelta(days=7))
        form = self.settings.weekly
        after = 1 + WEEKDAYS.index(form.weekday)
        due = datetime.combine(week.sunday + timedelta(days=after), form.at, self.zone)
        built = any((form.out / f"{week}.{suffix}").exists() for suffix in form.formats)
        if now >= due and not built:
            late.append("weekly")
        return late

    def catch_up(self, now: datetime) -> dict[str, datetime]:
        """When each job of `missed` is run."""
        tables = {f"crawl:{name}" for name, source in load_sources().items() if source.issuers}
        return {job: now + TABLE_LATER if job in tables else now for job in self.missed(now)}

    def run(self) -> None:
        """Until SIGTERM or SIGINT; then no new work starts, and the children end cleanly."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        jobs = self.scheduler()
        jobs.start()
        for job_id, at in self.catch_up(datetime.now(self.zone)).items():
            jobs.modify_job(job_id, next_run_time=at)
        logger.info("running: {} jobs", len(jobs.get_jobs()))
        self.stopping.wait()
        logger.info("stopping")
        jobs.remove_all_jobs()
        jobs.shutdown(wait=True)
        logger.info("stopped")

    # ------------------------------------------------------------ helpers

    def _safely(self, work: Callable[..., object], *arguments: object) -> Callable[[], None]:
        """A job's error is logged with its trace and the job runs again at its next time."""

        def job() -> None:
            name = f"{getattr(work, '__name__', 'job')} {' '.join(map(str, arguments))}".strip()
            with logger.contextualize(job=name), logger.catch(message=f"{name} failed"):
                work(*arguments)

        return job

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        # Not here: the thread that is interrupted may hold the lock that setting takes, and would wait for itself.
        threading.Thread(target=self._stop).start()

    def _stop(self) -> None:
        self.stopping.set()
        # The children lead sessions of their own; `wait` below must not be left waiting for them.
        with self._lock:
            children = list(self._children)
        for child in children:
            end(child)


def end(child: subprocess.Popen[bytes], patience: float = GRACE_SECONDS) -> None:
    """Asks a child and what it started to stop, and insists after `patience` seconds."""
    for number, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 5.0)):
        try:
            os.killpg(child.pid, number)
            child.wait(seconds)
        except ProcessLookupError:
            child.wait()
            return
        except subprocess.TimeoutExpired:
            continue
        return
