"""Runs, the ledger of fetched pages, and leases: the part of the store that crawlers keep.

Every fetched page is one ledger row with one outcome; the outcomes of a run add up to its pages.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from search.tables import leases, ledger, runs, validators

State = Literal["ok", "trouble", "failed", "killed"]


class Run(msgspec.Struct, frozen=True):
    """`state` is None while it runs."""

    id: int
    source: str
    mode: str
    started: datetime
    ended: datetime | None
    state: str | None
    reason: str | None
    outcomes: dict[str, int]


class Validator(msgspec.Struct, frozen=True):
    """`ETag` and `Last-Modified` of a page as the site gave them."""

    etag: str | None = None
    modified: str | None = None


class StepState(msgspec.Struct, frozen=True):
    """How one step (list, page, file) of a column fares. The last four are of the failures since `good`."""

    column: str
    step: str
    good: datetime | None  # when it last went well
    failures: int  # runs in which it failed
    since: datetime | None
    outcome: str | None  # of the latest failure
    detail: str | None
    archive: str | None


class Ledger:
    _read: Engine
    _write: Engine
    _clock: Callable[[], float]

    def start_run(self, source: str, mode: str) -> int:
        """Opens a run of this process; runs that dead processes left open are closed as `killed`."""
        now = self._clock()
        with self._write.begin() as connection:
            self._close_dead(connection, now)
            row = insert(runs).values(source=source, mode=mode, owner=_me(), started=now)
            return connection.execute(row.returning(runs.c.id)).scalar_one()

    def record(
        self,
        run: int | None,
        url: str,
        outcome: str,
        *,
        detail: str | None = None,
        archive: str | None = None,
        document_id: str | None = None,
        column: str | None = None,
        step: str | None = None,
    ) -> None:
        """A page that gave no document of its own. (`put` writes the row of one that did.)"""
        row = {
            "run": run,
            "column": column,
            "step": step,
            "url": url,
            "outcome": outcome,
            "detail": detail,
            "archive": archive,
        }
        with self._write.begin() as connection:
            connection.execute(insert(ledger).values(**row, document_id=document_id, at=self._clock()))

    def end_run(self, run: int, state: State, reason: str | None = None) -> None:
        with self._write.begin() as connection:
            connection.execute(
                update(runs).where(runs.c.id == run).values(ended=self._clock(), state=state, reason=reason)
            )

    def outcomes(self, run: int) -> dict[str, int]:
        """How many pages ended in what, most frequent first."""
        with self._read.connect() as connection:
            return _outcomes(connection, run)

    def remarks(self, run: int, step: str) -> dict[str, int]:
        """What was noted on the pages of a run that gave a document, and how often, most frequent first."""
        n, c = func.count().label("n"), ledger.c
        query = select(c.detail, n).where(
            c.run == run, c.step == step, c.detail.is_not(None), c.document_id.is_not(None)
        )
        with self._read.connect() as connection:
            rows = connection.execute(query.group_by(c.detail).order_by(n.desc(), c.detail).limit(5))
            return {row.detail: row.n for row in rows}

    def last_runs(self, source: str, n: int) -> list[Run]:
        """Newest first."""
        query = select(runs).where(runs.c.source == source).order_by(runs.c.id.desc()).limit(n)
        with self._read.connect() as connection:
            return [
                Run(
                    id=row.id,
                    source=row.source,
                    mode=row.mode,
                    started=_moment(row.started),
                    ended=None if row.ended is None else _moment(row.ended),
                    state=row.state,
                    reason=row.reason,
                    outcomes=_outcomes(connection, row.id),
                )
                for row in connection.execute(query).all()
            ]

    def steps(
        self, columns: Iterable[str], fine: Collection[str], *, replays: bool = True
    ) -> list[StepState]:
        """How the steps of columns fare; `fine` are the outcomes of what went well.

        Without `replays` only what the sites themselves answered counts.
        """
        c = ledger.c
        good = c.outcome.in_(list(fine))
        wanted: list[ColumnElement[bool]] = [c.column.in_(list(columns))]
        if not replays:
            replayed = select(runs.c.id).where(runs.c.mode == "replay")
            wanted.append(or_(c.run.is_(None), c.run.not_in(replayed)))
        last_good = (
            select(c.column, c.step, func.max(c.id).label("last"), func.max(c.at).label("at"))
            .where(*wanted, good)
            .group_by(c.column, c.step)
            .subquery()
        )
        same = and_(last_good.c.column == c.column, last_good.c.step == c.step)
        failed = (
            select(
                c.column,
                c.step,
                func.count(func.coalesce(c.run, 0).distinct()).label("n"),  # not the tries of a run
                func.min(c.at).label("since"),
                func.max(c.id).label("last"),
            )
            .join(last_good, same, isouter=True)
            .where(*wanted, c.step.is_not(None), ~good, c.id > func.coalesce(last_good.c.last, 0))
            .group_by(c.column, c.step)
            .subquery()
        )
        with self._read.connect() as connection:
            fine_rows = {(r.column, r.step): r for r in connection.execute(select(last_good)) if r.step}
            rows = connection.execute(
                select(
                    failed.c.column, failed.c.step, failed.c.n, failed.c.since, c.outcome, c.detail, c.archive
                ).join(ledger, c.id == failed.c.last)
            ).all()
        bad_rows = {(r.column, r.step): r for r in rows}
        states = []
        for key in sorted({*fine_rows, *bad_rows}):
            fine_row, bad = fine_rows.get(key), bad_rows.get(key)
            states.append(
                StepState(
                    column=key[0],
                    step=key[1],
                    good=_moment(fine_row.at) if fine_row else None,
                    failures=bad.n if bad else 0,
                    since=_moment(bad.since) if bad else None,
                    outcome=bad.outcome if bad else None,
                    detail=bad.detail if bad else None,
                    archive=bad.archive if bad else None,
                )
            )
        return states

    def _close_dead(self, connection: Connection, now: float) -> None:
        held = select(leases.c.source).where(leases.c.until > now)
        for row in connection.execute(
            select(runs.c.id, runs.c.owner, runs.c.source).where(runs.c.state.is_(None))
        ).all():
            if _here(row.owner):
                dead = not _alive(row.owner)
            else:  # another machine: it is gone when nobody holds the source any more
                names = {row.source, on_machine(row.source, row.owner)}
                dead = names.isdisjoint(connection.execute(held).scalars())
            if dead:
                connection.execute(
                    update(runs)
                    .where(runs.c.id == row.id)
                    .values(ended=now, state="killed", reason="进程中途消失，没有收尾")
                )

    # ------------------------------------------------------------ conditional requests

    def validator(self, url: str) -> Validator | None:
        with self._read.connect() as connection:
            row = connection.execute(select(validators).where(validators.c.url == url)).first()
        return None if row is None else Validator(row.etag, row.modified)

    def remember(self, seen: Mapping[str, Validator]) -> None:
        """What the site said of pages that are done with: all they led to is committed."""
        with self._write.begin() as connection:
            for url, said in seen.items():
                connection.execute(delete(validators).where(validators.c.url == url))
                row = insert(validators).values(url=url, etag=said.etag, modified=said.modified)
                connection.execute(row)

    # ------------------------------------------------------------ leases

    def lease(self, source: str, owner: str, seconds: float) -> bool:
        """Takes or renews a source for a time; False while another owner has it.

        A process of this machine that has ended has nothing any more.
        """
        now = self._clock()
        holder = self.owner(source)
        mine = [owner, holder] if holder is not None and gone(holder) else [owner]
        free = or_(leases.c.owner.in_(mine), leases.c.until <= now)
        try:
            with self._write.begin() as connection:
                taken = connection.execute(
                    update(leases)
                    .where(leases.c.source == source, free)
                    .values(owner=owner, until=now + seconds)
                ).rowcount
                if not taken:
                    connection.execute(insert(leases).values(source=source, owner=owner, until=now + seconds))
        except IntegrityError:  # the row is there and is another's
            return False
        return True

    def owner(self, source: str) -> str | None:
        """Who has it, or had it last."""
        with self._read.connect() as connection:
            return connection.execute(select(leases.c.owner).where(leases.c.source == source)).scalar()

    def release(self, source: str, owner: str) -> None:
        with self._write.begin() as connection:
            connection.execute(delete(leases).where(leases.c.source == source, leases.c.owner == owner))


def _outcomes(connection: Connection, run: int) -> dict[str, int]:
    n = func.count().label("n")
    query = select(ledger.c.outcome, n).where(ledger.c.run == run).group_by(ledger.c.outcome)
    return {row.outcome: row.n for row in connection.execute(query.order_by(n.desc(), ledger.c.outcome))}


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@cache
def _host() -> str:
    return socket.gethostname().replace(":", "-")


def _me() -> str:
    return f"{_host()}:{os.getpid()}:{_started(os.getpid())}"


def this_process() -> str:
    """An owner of leases by which others can tell that it is gone."""
    return _me()


def on_machine(source: str, owner: str) -> str:
    """The lease of a source that every machine crawls for itself."""
    return f"{source}@{owner.split(':')[0]}"


def gone(owner: str) -> bool:
    """A process of this machine that has ended. Of other machines nothing is known."""
    return _here(owner) and owner.count(":") == 2 and not _alive(owner)


def _here(owner: str) -> bool:
    return owner.split(":")[0] == _host()


def _alive(owner: str) -> bool:
    _, pid, started = owner.split(":")
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it lives, as another user
    return _started(int(pid)) == started


def _started(pid: int) -> str:
    """When a process began, where the system says so: a number given out again is another process."""
    try:
        state, *rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "ended" if state == "Z" else rest[18]
