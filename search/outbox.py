"""The outbox: what the index has still to learn, in the order in which the store learnt it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
from search.tables import arrivals, documents, outbox, watches

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


class Outbox:
    _read: Engine
    _write: Engine
    _clock: Callable[[], float]

    def _enqueue(self, connection: Connection, id: str) -> None:
        connection.execute(_ENQUEUE, {"one": id, "now": self._clock()})
        connection.execute(_ARRIVE, {"one": id})

    def pending(self, limit: int) -> list[OutboxRow]:
        """What the index has still to learn, oldest first."""
        return self._outbox(outbox.c.parked.is_(None), limit)

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

    def lag(self) -> int:
        """How many changes wait for the index."""
        with self._read.connect() as connection:
            query = select(func.count()).select_from(outbox).where(outbox.c.parked.is_(None))
            return connection.execute(query).scalar_one()
