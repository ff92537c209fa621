"""Runs sources: one in this process, or several, each in a child process of its own.

A Twisted reactor starts once in a process, and a hang or leak in one source must not touch
another; so whoever crawls more than one source makes children (`crawl_each`, the daemon).
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from loguru import logger
from scrapy.crawler import AsyncCrawlerProcess, AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings as ScrapySettings

from config import Settings
from crawlers.archive import Replay
from crawlers.loader import spider_of
from crawlers.session import Run
from crawlers.settings import intercept_logging
from crawlers.sources import load_sources, pick
from crawlers.spider import SourceSpider

GRACE = 30.0  # seconds over the limit of a run until a child is stopped
BUSY_CODE = 75  # EX_TEMPFAIL: another process crawls the source


def crawl(
    settings: Settings,
    source: str,
    *,
    since: date | None = None,
    until: date | None = None,
    replay: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Run:
    """One run of one source, once in a process. `overrides` are Scrapy settings over all others.

    Raises SourceError (unknown source), ReplayError (a file that cannot be replayed), Busy (another
    process crawls it) and StoreError.
    """
    pick(load_sources(), [source])
    intercept_logging()
    process = AsyncCrawlerProcess(_scrapy_settings(overrides))
    crawler = process.create_crawler(spider_of(load_sources()[source]))
    failure: list[BaseException] = []
    task = process.crawl(crawler, settings=settings, since=since, until=until, replay=replay)
    task.add_done_callback(lambda done: failure.extend(filter(None, [done.exception()])))
    process.start()
    return _finished(crawler, failure)


async def crawl_here(
    settings: Settings,
    source: str,
    *,
    since: date | None = None,
    until: date | None = None,
    replay: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
    **session: Any,
) -> Run:
    """As `crawl`, inside a reactor that runs already; then a process can make many runs.

    `session`: what else `Session` takes (a clock, a lexicon that is loaded already, a parser).
    """
    runner = AsyncCrawlerRunner(_scrapy_settings(overrides))
    crawler = runner.create_crawler(spider_of(load_sources()[source]))
    failure: list[BaseException] = []
    task = runner.crawl(crawler, settings=settings, since=since, until=until, replay=replay, **session)
    task.add_done_callback(lambda done: failure.extend(filter(None, [done.exception()])))
    await asyncio.wait([task])
    return _finished(crawler, failure)


def _finished(crawler: Crawler, failure: Sequence[BaseException]) -> Run:
    """The run that the spider closed; one that broke before its end is closed as failed."""
    spider = crawler.spider
    run: Run | None = getattr(spider, "finished", None)
    if run is None and isinstance(spider, SourceSpider) and hasattr(spider, "session"):
        spider.session.abandon(repr(failure[0]) if failure else "抓取中断，没有收尾")
    if failure:
        raise failure[0]
    if run is None:
        raise RuntimeError("the crawl ended without closing its run")
    return run


def _scrapy_settings(overrides: Mapping[str, Any] | None) -> ScrapySettings:
    built = ScrapySettings()
    built.setmodule("crawlers.settings", priority="project")
    built.setdict(dict(overrides or {}), priority="cmdline")
    return built


def crawl_each(
    settings: Settings,
    sources: Sequence[str],
    *,
    since: date | None = None,
    until: date | None = None,
    replay: Path | None = None,
    config: Path | None = None,
    tell: Callable[[Run], None] = lambda run: None,
) -> list[Run]:
    """Several sources, one after the other, each in a child process with the time limit of a run.

    Of a replay, the sources that are not in the file are left out.
    """
    if replay is not None:
        sources = in_replay(replay, sources)
    runs = []
    for name in sources:
        run = _child(settings, name, since, until, replay, config)
        tell(run)
        runs.append(run)
    return runs


def in_replay(path: Path, names: Sequence[str]) -> list[str]:
    """Those of the sources that a file can be replayed for: the one whose run it is, or, of a file that was
    put together, those with pages in it. Raises ReplayError."""
    known = load_sources()
    archived = Replay(path)
    archived.close()
    if run_of := archived.facts.get("source"):
        return [name for name in names if name == run_of]
    return [name for name in names if archived.hosts & set(known[name].hosts) and not known[name].issuers]


def child_command(
    source: str,
    config: Path | None,
    *options: str,
    since: date | None = None,
    until: date | None = None,
    replay: Path | None = None,
) -> list[str]:
    """The command line of a process that crawls one source; the index is left to whoever starts it."""
    command = [sys.executable, "-m", "cli", *(["--config", str(config)] if config else []), "crawl", source]
    for option, value in (("--since", since), ("--until", until), ("--replay", replay)):
        if value is not None:
            command += [option, str(value)]
    return [*command, "--no-index", *options]


def _child(
    settings: Settings,
    source: str,
    since: date | None,
    until: date | None,
    replay: Path | None,
    config: Path | None,
) -> Run:
    command = child_command(source, config, "--json", since=since, until=until, replay=replay)
    limit = settings.crawl.run_limit
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        try:
            out, _ = child.communicate(timeout=limit + GRACE)
        except subprocess.TimeoutExpired:
            child.kill()
            out, _ = child.communicate()
            return _not_ended(source, "killed", f"运行超过 {limit:.0f} 秒，已终止")
    if child.returncode == BUSY_CODE:
        return _not_ended(source, "busy", "另一个进程正在抓取")
    try:
        (told,) = json.loads(out)
    except (json.JSONDecodeError, ValueError):
        logger.error("{} ended with code {} and no result", source, child.returncode)
        return _not_ended(source, "failed", f"子进程没有给出结果，退出码 {child.returncode}")
    return Run(**{**told, "archive": Path(told["archive"]) if told["archive"] else None})


def _not_ended(source: str, state: str, reason: str) -> Run:
    return Run(source=source, id=0, mode="", state=state, reason=reason, pages=0, outcomes={}, archive=None)


__all__ = ["Run", "crawl", "crawl_each", "crawl_here"]
