"""Saved searches: their targets, and the ledger of what was sent where.

A document stands in the ledger once for each target. It goes

    unchecked   the saved search cannot be run; looked at once it can
    due         to be sent, not before its digest
    sending     written before the target is called: a process that dies now leaves it so
    sent        the target acknowledged
    unsure      twice sent, never acknowledged: not sent a third time, but told to people

so what is `sending` when nobody sends was perhaps received: it is sent once more, and marked as such.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, and_, delete, func, insert, select, update

from pipeline.model import SHANGHAI, UserError
from search.query import parse
from search.store import Store
from search.tables import alerts, arrivals, documents, targets, versions, watches

LEAST_WAIT, LONGEST_WAIT = 60, 3600  # seconds between two calls of a target that is down
_MOST_UNANSWERED = 2
_NAME = re.compile(r"[\w.-]{1,60}")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DIGEST = re.compile(rf"(?:({'|'.join(_DAYS)}) )?([01]\d|2[0-3]):([0-5]\d)")


class Target(msgspec.Struct, frozen=True):
    """`url` may hold a secret: it is for sending only."""

    id: int
    watch: str
    url: str
    failures: int = 0
    retry_at: float = 0
    problem: str | None = None
    since: datetime | None = None
    counts: dict[str, int] = {}  # ledger rows by state


class Watch(msgspec.Struct, frozen=True):
    name: str
    query: str
    digest: str | None
    created: datetime
    problem: str | None
    targets: tuple[Target, ...]


class Due(msgspec.Struct, frozen=True):
    document_id: str
    repeated: bool  # perhaps received already


class Watches:
    def __init__(self, store: Store) -> None:
        self._store = store

    # ------------------------------------------------------------ for people

    def add(
        self,
        name: str,
        query: str,
        urls: Sequence[str],
        digest: str | None = None,
        zone: ZoneInfo = SHANGHAI,
    ) -> None:
        """A search of that name takes its place; targets that stay keep their ledger. Raises UserError.

        What waits for a digest goes by its new time, which is one of `zone`.
        """
        if not _NAME.fullmatch(name):
            raise UserError(f"名称 {name!r}：用字母、汉字、数字、. _ -，最多 60 个字")
        if digest is not None and not _DIGEST.fullmatch(digest):
            raise UserError(f"汇总时间 {digest!r}：写作 08:30（每天）或 mon 08:30（每周一）")
        if not urls:
            raise UserError("至少给一个接收地址")
        parse(query)
        with self._store.writing() as connection:
            old = connection.execute(select(watches).where(watches.c.name == name)).first()
            values = {"query": query, "digest": digest, "problem": None}
            if old is None:
                row = insert(watches).values(name=name, created=self._store.now(), **values)
                connection.execute(row)
            else:
                connection.execute(update(watches).where(watches.c.name == name).values(**values))
            known = {
                row.url: row.id
                for row in connection.execute(select(targets).where(targets.c.watch == name)).all()
            }
            for url in dict.fromkeys(urls):
                if url not in known:
                    fresh = insert(targets).values(watch=name, url=url, failures=0, retry_at=0)
                    connection.execute(fresh)
            _drop(connection, [id for url, id in known.items() if url not in urls])
            if old is not None and old.digest != digest:
                c, now = alerts.c, self._store.now()
                mine = select(targets.c.id).where(targets.c.watch == name)
                waits = update(alerts).where(c.target.in_(mine), c.not_before > now)
                connection.execute(waits.values(not_before=_not_before(digest, now, zone)))

    def remove(self, name: str) -> bool:
        with self._store.writing() as connection:
            c = targets.c
            _drop(connection, list(connection.execute(select(c.id).where(c.watch == name)).scalars()))
            gone = connection.execute(delete(watches).where(watches.c.name == name)).rowcount
            if not connection.execute(select(func.count()).select_from(watches)).scalar_one():
                connection.execute(delete(arrivals))
        return bool(gone)

    def all(self, *, counts: bool = False) -> list[Watch]:
        """With `counts`, also how many documents are in which state."""
        with self._store.reading() as connection:
            numbers = _counts(connection) if counts else {}
            of: dict[str, list[Target]] = {}
            for row in connection.execute(select(targets).order_by(targets.c.id)):
                of.setdefault(row.watch, []).append(_target(row, numbers.get(row.id, {})))
            rows = connection.execute(select(watches).order_by(watches.c.name)).all()
        return [
            Watch(r.name, r.query, r.digest, _moment(r.created), r.problem, tuple(of.get(r.name, ())))
            for r in rows
        ]

    def problems(self) -> list[str]:
        """What waits for a person: searches that cannot be run, targets that are down, what was not acknowledged."""
        found = []
        for watch in self.all(counts=True):
            if watch.problem:
                found.append(f"{watch.name}：查询无法执行（{watch.problem}）；改好之前的新文件会补发")
            for number, target in enumerate(watch.targets, 1):
                if target.problem:
                    found.append(
                        f"{watch.name} 的第 {number} 个接收地址：{target.problem}，已试 {target.failures} 次"
                    )
                if unsure := target.counts.get("unsure"):
                    found.append(
                        f"{watch.name} 的第 {number} 个接收地址：{unsure} 份发过两次都没有回执；"
                        f"zhoubao watch resend {watch.name} 再发一次"
                    )
        return found

    def unsure(self, name: str) -> list[str]:
        """Ids of what was twice sent and never acknowledged."""
        query = (
            select(alerts.c.document_id)
            .join(targets, targets.c.id == alerts.c.target)
            .where(targets.c.watch == name, alerts.c.state == "unsure")
        )
        with self._store.reading() as connection:
            return list(connection.execute(query.order_by(alerts.c.document_id)).scalars())

    def resend(self, name: str) -> int:
        """Sends what is `unsure` once more, because a person wants it; how many."""
        with self._store.writing() as connection:
            mine = select(targets.c.id).where(targets.c.watch == name)
            again = update(alerts).where(alerts.c.target.in_(mine), alerts.c.state == "unsure")
            return connection.execute(again.values(state="due", unanswered=1)).rowcount

    # ------------------------------------------------------------ matching

    def waiting(self, limit: int) -> list[tuple[int, str]]:
        """Number and id of documents that the searches have still to see, oldest first."""
        with self._store.reading() as connection:
            rows = connection.execute(select(arrivals).order_by(arrivals.c.seq).limit(limit)).all()
        return [(row.seq, row.document_id) for row in rows]

    def broken(self, name: str, problem: str | None) -> None:
        with self._store.writing() as connection:
            connection.execute(update(watches).where(watches.c.name == name).values(problem=problem))

    def matched(
        self,
        seqs: Collection[int],
        found: Mapping[str, Collection[str]],
        unchecked: Mapping[str, Collection[str]],
        copies: Mapping[str, Sequence[str]],
        zone: ZoneInfo,
    ) -> int:
        """Settles arrivals in one transaction: ids that each search found become due, once for each target.

        Of a search only documents stored since it was saved are new. One whose copy was sent is not sent
        again. The times of digests are those of `zone`.
        """
        now = self._store.now()
        added = 0
        with self._store.writing() as connection:
            ids = {id for some in (*found.values(), *unchecked.values()) for id in some}
            born = _born(connection, ids)
            for watch in connection.execute(select(watches)).all():
                new = {id for id in found.get(watch.name, ()) if born[id] >= watch.created}
                late = {id for id in unchecked.get(watch.name, ()) if born[id] >= watch.created}
                not_before = _not_before(watch.digest, now, zone)
                for target in connection.execute(select(targets.c.id).where(targets.c.watch == watch.name)):
                    added += _enter(connection, target.id, new, copies, "due", not_before, now)
                    _enter(connection, target.id, late, copies, "unchecked", not_before, now)
            for chunk in _chunks(list(seqs)):
                connection.execute(delete(arrivals).where(arrivals.c.seq.in_(chunk)))
        return added

    def unchecked(self, name: str, limit: int) -> list[str]:
        """Ids that came while a search could not be run."""
        query = (
            select(alerts.c.document_id)
            .distinct()
            .join(targets, targets.c.id == alerts.c.target)
            .where(targets.c.watch == name, alerts.c.state == "unchecked")
        )
        with self._store.reading() as connection:
            return list(connection.execute(query.limit(limit)).scalars())

    def checked(self, name: str, ids: Sequence[str], found: Collection[str]) -> None:
        with self._store.writing() as connection:
            mine = select(targets.c.id).where(targets.c.watch == name)
            for chunk in _chunks(list(ids)):
                here = and_(
                    alerts.c.target.in_(mine), alerts.c.document_id.in_(chunk), alerts.c.state == "unchecked"
                )
                hits = alerts.c.document_id.in_([id for id in chunk if id in found])
                connection.execute(update(alerts).where(here, hits).values(state="due"))
                connection.execute(delete(alerts).where(here, ~hits))

    # ------------------------------------------------------------ sending

    def recover(self) -> int:
        """What a dead process was sending was perhaps received. Only for the one who holds the lease."""
        with self._store.writing() as connection:
            return _unanswered(connection, alerts.c.state == "sending", self._store.now())

    def ready(self) -> list[Target]:
        """Targets that have something due and may be called now."""
        now = self._store.now()
        due = select(alerts.c.target).where(alerts.c.state == "due", alerts.c.not_before <= now)
        query = select(targets).where(targets.c.id.in_(due), targets.c.retry_at <= now)
        with self._store.reading() as connection:
            return [_target(row, {}) for row in connection.execute(query.order_by(targets.c.id))]

    def due(self, target: int, limit: int) -> list[Due]:
        """What may have been received first, then by time of publication."""
        c = alerts.c
        query = (
            select(c.document_id, c.unanswered)
            .join(documents, documents.c.id == c.document_id)
            .where(c.target == target, c.state == "due", c.not_before <= self._store.now())
            .order_by(c.unanswered.desc(), documents.c.published, c.document_id)
        )
        with self._store.reading() as connection:
            return [
                Due(row.document_id, row.unanswered > 0) for row in connection.execute(query.limit(limit))
            ]

    def sending(self, target: int, ids: Sequence[str]) -> None:
        """Written before the target is called."""
        with self._store.writing() as connection:
            self._to(connection, target, ids, "sending")

    def sent(self, target: int, ids: Sequence[str]) -> None:
        with self._store.writing() as connection:
            self._to(connection, target, ids, "sent")
            fine = update(targets).where(targets.c.id == target)
            connection.execute(fine.values(failures=0, retry_at=0, problem=None, since=None))

    def failed(self, target: int, ids: Sequence[str], problem: str, *, refused: bool) -> None:
        """`refused`: the target surely did not take it, so that it is sent again however long that takes."""
        now = self._store.now()
        with self._store.writing() as connection:
            if refused:
                self._to(connection, target, ids, "due")
            else:
                these = and_(alerts.c.target == target, alerts.c.state == "sending")
                _unanswered(connection, these, now)
            row = connection.execute(select(targets).where(targets.c.id == target)).one()
            wait = min(LEAST_WAIT * 2 ** min(row.failures, 20), LONGEST_WAIT)
            connection.execute(
                update(targets)
                .where(targets.c.id == target)
                .values(
                    failures=row.failures + 1,
                    retry_at=now + wait,
                    problem=problem,
                    since=row.since if row.failures else now,
                )
            )

    def _to(self, connection: Connection, target: int, ids: Sequence[str], state: str) -> None:
        for chunk in _chunks(list(ids)):
            here = and_(alerts.c.target == target, alerts.c.document_id.in_(chunk))
            connection.execute(update(alerts).where(here).values(state=state, at=self._store.now()))


def _not_before(digest: str | None, now: float, zone: ZoneInfo) -> float:
    """The first moment after `now` at which a digest is due; 0 for what goes at once."""
    if digest is None:
        return 0.0
    found = _DIGEST.fullmatch(digest)
    assert found is not None  # add() lets no other in
    weekday = found[1]  # none: every day
    moment = datetime.fromtimestamp(now, zone)
    day = moment.replace(hour=int(found[2]), minute=int(found[3]), second=0, microsecond=0)
    while day <= moment or (weekday and _DAYS[day.weekday()] != weekday):
        day += timedelta(days=1)
    return day.timestamp()


def _unanswered(connection: Connection, where: Any, now: float) -> int:
    c = alerts.c
    last = c.unanswered >= _MOST_UNANSWERED - 1
    gave_up = update(alerts).where(where, last).values(state="unsure", unanswered=c.unanswered + 1, at=now)
    again = update(alerts).where(where, ~last).values(state="due", unanswered=c.unanswered + 1, at=now)
    return connection.execute(gave_up).rowcount + connection.execute(again).rowcount


def _enter(
    connection: Connection,
    target: int,
    ids: Collection[str],
    copies: Mapping[str, Sequence[str]],
    state: str,
    not_before: float,
    now: float,
) -> int:
    same = {id: (id, *copies.get(id, ())) for id in ids}
    known: set[str] = set()
    for chunk in _chunks(sorted({one for many in same.values() for one in many})):
        here = and_(alerts.c.target == target, alerts.c.document_id.in_(chunk))
        known.update(connection.execute(select(alerts.c.document_id).where(here)).scalars())
    rows = [
        {
            "target": target,
            "document_id": id,
            "state": state,
            "unanswered": 0,
            "not_before": not_before,
            "at": now,
        }
        for id, many in same.items()
        if known.isdisjoint(many)
    ]
    if rows:
        connection.execute(insert(alerts), rows)
    return len(rows)


def _born(connection: Connection, ids: Iterable[str]) -> dict[str, float]:
    """When each document was first stored."""
    c = versions.c
    born: dict[str, float] = {}
    for chunk in _chunks(sorted(ids)):
        first = select(c.document_id, c.stored_at).where(c.document_id.in_(chunk), c.version == 1)
        born.update((row.document_id, row.stored_at) for row in connection.execute(first))
    return born


def _counts(connection: Connection) -> dict[int, dict[str, int]]:
    c = alerts.c
    numbers: dict[int, dict[str, int]] = {}
    query = select(c.target, c.state, func.count()).group_by(c.target, c.state)
    for target, state, n in connection.execute(query):
        numbers.setdefault(target, {})[state] = n
    return numbers


def _drop(connection: Connection, ids: list[int]) -> None:
    connection.execute(delete(alerts).where(alerts.c.target.in_(ids)))
    connection.execute(delete(targets).where(targets.c.id.in_(ids)))


def _target(row: Any, counts: dict[str, int]) -> Target:
    since = None if row.since is None else _moment(row.since)
    return Target(row.id, row.watch, row.url, row.failures, row.retry_at, row.problem, since, counts)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _chunks(many: list[Any]) -> Iterable[list[Any]]:
    for start in range(0, len(many), 500):
        yield many[start : start + 500]
