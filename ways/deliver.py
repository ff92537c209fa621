"""Delivers saved searches: what is new to those that it matches, each document once to each target.

Matching looks at documents in the store, never at the index: an index that lags, is rebuilt or is down
neither delays nor repeats an alert. Sending writes `sending` before it calls a target and `sent` after it
answered; what a killed process was sending is sent once more, marked as perhaps received already.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from zoneinfo import ZoneInfo

import msgspec
from loguru import logger

from pipeline.model import SHANGHAI, Document, UserError
from search.client import Client
from search.ledger import this_process
from search.plan import Plan
from search.query import QueryError
from search.synonyms import load_synonyms
from search.watches import Due, Target, Watch, Watches
from ways.targets import Channel, shown

LEASE, _LEASE_SECONDS = "alerts", 300
_BATCH = 500  # arrivals looked at together
_MOST_LINES = 50  # documents of one message


class Delivered(msgspec.Struct):
    """What one round did. `elsewhere`: another process is at it, and this one did nothing."""

    seen: int = 0
    matched: int = 0
    messages: int = 0
    sent: int = 0
    failed: int = 0
    broken: int = 0
    elsewhere: bool = False


def deliver(client: Client, *, seconds: float = 45, tick: Callable[[], float] = time.monotonic) -> Delivered:
    """One round: look at what came, send what is due. Takes `seconds` at most, plus one answer of a target.

    To be called every minute. Never raises for a target or a query: those are told in `Watches.all()`.
    """
    watches = Watches(client.store)
    if not watches.all():
        return Delivered()
    owner = this_process()
    if not client.store.lease(LEASE, owner, _LEASE_SECONDS):
        return Delivered(elsewhere=True)
    done = Delivered()
    until = tick() + seconds
    try:
        watches.recover()
        _match(client, watches, done)
        _send(
            client, watches, done, lambda: tick() < until and client.store.lease(LEASE, owner, _LEASE_SECONDS)
        )
    finally:
        client.store.release(LEASE, owner)
    return done


# ---------------------------------------------------------------- what came


def _match(client: Client, watches: Watches, done: Delivered) -> None:
    plans, broken = _plans(client, watches)
    done.broken = len(broken)
    zone = ZoneInfo(client.settings.timezone)
    for name in plans:
        while ids := watches.unchecked(name, _BATCH):
            late = client.matching([plans[name]], client.store.alone(ids))[0]
            watches.checked(name, ids, late)
    while rows := watches.waiting(_BATCH):
        documents = client.store.alone(id for _, id in rows)
        found = dict(zip(plans, client.matching(list(plans.values()), documents), strict=True))
        done.matched += watches.matched(
            [seq for seq, _ in rows],
            found,
            dict.fromkeys(broken, documents),
            client.store.copies(documents),
            zone,
        )
        done.seen += len(rows)


def _plans(client: Client, watches: Watches) -> tuple[dict[str, Plan], list[str]]:
    """Plans by name, and the names of searches that cannot be run: told, kept, and tried again."""
    plans: dict[str, Plan] = {}
    broken: list[str] = []
    for watch in watches.all():
        problem = None
        try:
            plans[watch.name] = client.plan(watch.query)
        except QueryError as error:
            problem = str(error)
            broken.append(watch.name)
        if problem != watch.problem:
            watches.broken(watch.name, problem)
            if problem:
                logger.error("saved search {} cannot be run: {}", watch.name, problem)
    return plans, broken


# ---------------------------------------------------------------- sending


def _send(client: Client, watches: Watches, done: Delivered, go_on: Callable[[], bool]) -> None:
    """A message to each target in turn, so that a slow one does not hold up the others for long."""
    channels: dict[int, Channel] = {}
    while ready := watches.ready():
        saved = {watch.name: watch for watch in watches.all()}
        for target in ready:
            if not go_on():
                return
            if target.watch in saved:  # else it was removed this moment
                _send_one(client, watches, saved[target.watch], target, channels, done)


def _send_one(
    client: Client,
    watches: Watches,
    watch: Watch,
    target: Target,
    channels: dict[int, Channel],
    done: Delivered,
) -> None:
    due = watches.due(target.id, _MOST_LINES)
    if not due:
        return
    try:
        channel = channels.get(target.id) or channels.setdefault(target.id, Channel(target.url))
    except UserError as error:
        watches.failed(target.id, [], str(error), refused=True)
        done.failed += 1
        logger.error("saved search {}: {}", watch.name, error)
        return
    documents = client.store.get_many(one.document_id for one in due)
    title, body, ids = message(watch, due, documents, channel.room)
    watches.sending(target.id, ids)
    answer = channel.send(title, body)
    if answer.ok:
        watches.sent(target.id, ids)
        done.messages += 1
        done.sent += len(ids)
        return
    watches.failed(target.id, ids, answer.problem, refused=answer.refused)
    done.failed += 1
    logger.warning("saved search {} to {}: {}", watch.name, shown(target.url), answer.problem)


def message(
    watch: Watch, due: Sequence[Due], documents: Mapping[str, Document], room: int
) -> tuple[str, str, list[str]]:
    """Title, text, and the ids that found room: at least one."""
    lines: list[str] = []
    ids: list[str] = []
    left = room - 100  # bytes; for the title, which some services put into the text
    for one in due:
        line = _line(documents[one.document_id], one.repeated)
        size = len(line.encode()) + 2
        if ids and size > left:
            break
        lines.append(line)
        ids.append(one.document_id)
        left -= size
    return f"{watch.name}：{len(ids)} 份新文件", "\n\n".join(lines), ids


def _line(document: Document, repeated: bool) -> str:
    assert document.published is not None  # the store takes no document without it
    day = document.published.astimezone(SHANGHAI).date()
    mark = "（可能已发过）" if repeated else ""
    names = "、".join(tag.name for tag in document.companies if tag.role == "subject")
    about = f" {names}" if names else ""
    source = load_synonyms().label("source", document.source)
    return f"{mark}{document.title}\n{day} {source}{about} [{document.id}]\n{document.url}"
