"""The outbox: what the index has still to learn, in the order in which the store learnt it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import (
    Connection,
    Engine,
    Float,
    String,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from search.database import chunks
from search.tables import arrivals, documents, meta, outbox, watches

# Made once: making them costs more than running them.
_ONE = bindparam("one", type_=String)
_VERSION = select(documents.c.version).where(documents.c.id == _ONE).scalar_subquery()
_ENQUEUE = insert(outbox).values(document_id=_ONE, version=_VERSION, added=bindparam("now", type_=Float))
_ARRIVE = insert(arrivals).from_select(["document_id"], select(_ONE).where(exists().select_from(watches)))


class OutboxRow(msgspec.Struct, frozen=True):
    seq: int
    document_id: str
    version: int
    reason: str | None = None  # why it is parked


class Waiting(msgspec.Struct, frozen=True):
    """`count` changes wait for the index, the oldest since `oldest`. `problem` is why the last round could
    not be written, `since` when the first in a row could not; both None when it could.
    """

    count: int
    oldest: datetime | None
    problem: str | None
    since: datetime | None


class Outbox:
    _read: Engine
    _write: Engine
    _clock: Callable[[], float]

    def _enqueue(self, connection: Connection, id: str) -> None:
        connection.execute(_ENQUEUE, {"one": id, "now": self._clock()})
        connection.execute(_ARRIVE, {"one": id})

    def pending(self, limit: int, after: int = 0) -> list[OutboxRow]:
        """What the index has still to learn, oldest first, behind a `seq`."""
        return self._outbox(and_(outbox.c.parked.is_(None), outbox.c.seq > after), limit)

    def parked(self) -> list[OutboxRow]:
        """What the index refused, with the reason."""
        return self._outbox(outbox.c.parked.is_not(None), None)

    def _outbox(self, where: Any, limit: int | None) -> list[OutboxRow]:
        c = outbox.c
        with self._read.connect() as connection:
            rows = connection.execute(select(outbox).where(where).order_by(c.seq).limit(limit))
            return [OutboxRow(row.seq, row.document_id, row.version, row.parked) for row in rows]

    def done(self, seqs: Sequence[int]) -> None:
        """The index holds these. An older refusal of the same document is settled with it."""
        with self._write.begin() as connection:
            for chunk in chunks(list(seqs)):
                older = outbox.alias()
                settled = select(older.c.document_id).where(older.c.seq.in_(chunk))
                last = select(func.max(older.c.seq)).where(older.c.seq.in_(chunk)).scalar_subquery()
                connection.execute(
                    delete(outbox).where(
                        or_(
                            outbox.c.seq.in_(chunk),
                            and_(
                                outbox.c.parked.is_not(None),
                                outbox.c.document_id.in_(settled),
                                outbox.c.seq < last,
                            ),
                        )
                    )
                )

    def park(self, seq: int, reason: str) -> None:
        """An older refusal of the same document is settled with it."""
        this = outbox.alias()
        same = select(this.c.document_id).where(this.c.seq == seq).scalar_subquery()
        older = (outbox.c.document_id == same, outbox.c.parked.is_not(None))
        with self._write.begin() as connection:
            connection.execute(delete(outbox).where(*older))
            connection.execute(update(outbox).where(outbox.c.seq == seq).values(parked=reason))

    def park_only(self, reasons: Mapping[str, str]) -> None:
        """After every document was sent: these were refused, by id, and no others are any more."""
        with self._write.begin() as connection:
            connection.execute(delete(outbox).where(outbox.c.parked.is_not(None)))
            for id, reason in reasons.items():
                version = select(documents.c.version).where(documents.c.id == id).scalar_subquery()
                row = {"document_id": id, "version": version, "added": self._clock(), "parked": reason}
                connection.execute(insert(outbox).values(row))

    def again(self, ids: Iterable[str]) -> None:
        """The index lacks these, and should have them: they wait like changes."""
        with self._write.begin() as connection:
            for id in ids:
                connection.execute(_ENQUEUE, {"one": id, "now": self._clock()})

    def followed(self) -> tuple[str, str] | None:
        """Which index the outbox was last drained into: its name, and its generation."""
        with self._read.connect() as connection:
            value = connection.execute(select(meta.c.value).where(meta.c.key == _INDEX)).scalar()
        return None if value is None else msgspec.json.decode(value, type=tuple[str, str])

    def follow(self, name: str, generation: str) -> None:
        """This index agrees with the store, but for what waits; the outbox is drained into it from now on."""
        with self._write.begin() as connection:
            connection.execute(delete(meta).where(meta.c.key == _INDEX))
            value = msgspec.json.encode((name, generation)).decode()
            connection.execute(insert(meta).values(key=_INDEX, value=value))

    def lag(self) -> int:
        """How many changes wait for the index."""
        return self.waiting().count

    def waiting(self) -> Waiting:
        """What waits for the index, since when, and why."""
        query = select(func.count(), func.min(outbox.c.added)).where(outbox.c.parked.is_(None))
        with self._read.connect() as connection:
            count, oldest = connection.execute(query).one()
            since, problem = _problem(connection) or (None, None)
        return Waiting(count, _moment(oldest), problem, _moment(since))

    def not_fed(self, problem: str) -> None:
        """A round could not be written; kept until one can, with the time of the first that could not."""
        with self._write.begin() as connection:
            since, _ = _problem(connection) or (self._clock(), "")
            connection.execute(delete(meta).where(meta.c.key == _FEED))
            value = msgspec.json.encode((since, problem)).decode()
            connection.execute(insert(meta).values(key=_FEED, value=value))

    def fed(self) -> None:
        """A round was written."""
        if self.waiting().problem is not None:
            with self._write.begin() as connection:
                connection.execute(delete(meta).where(meta.c.key == _FEED))


_FEED = "feed"  # the key in `meta`: time and reason
_INDEX = "index"  # name and generation


def _problem(connection: Connection) -> tuple[float, str] | None:
    value = connection.execute(select(meta.c.value).where(meta.c.key == _FEED)).scalar()
    return None if value is None else msgspec.json.decode(value, type=tuple[float, str])


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
