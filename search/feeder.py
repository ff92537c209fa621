"""Brings an index up to the store: drains the outbox.

A row leaves the outbox only after the index holds it, so a change reaches the index at least once; what is
sent is always the document as it stands now, so doing it twice, or late, is no harm.
"""

from __future__ import annotations

import msgspec

from pipeline.model import UserError
from search.engine import Engine, IndexBroken
from search.project import project
from search.store import Stamp, Store

_BATCH = 500


class Fed(msgspec.Struct, frozen=True):
    """What one round did; `rebuilt` is how many documents a rebuild of a missing or damaged index put in."""

    indexed: int = 0
    deleted: int = 0
    parked: int = 0
    rebuilt: int = 0

    @property
    def changed(self) -> bool:
        return any(msgspec.structs.astuple(self))


def feed(store: Store, engine: Engine) -> Fed:
    """Until the outbox is empty. Raises EngineDown and leaves the rest waiting; the store remembers why.

    An engine that has no index yet, or a damaged one, gets it from the store: the outbox may have been
    drained into another engine before.
    """
    try:
        fed = _drain(store, engine)
    except UserError as error:
        store.not_fed(str(error))
        raise
    store.fed()
    return fed


def _drain(store: Store, engine: Engine) -> Fed:
    total = Fed()
    try:
        engine.ready()
    except IndexBroken:
        total = Fed(rebuilt=engine.rebuild(store))
    while rows := store.pending(_BATCH):
        try:
            total = _add(total, _feed(store, engine, rows))
        except IndexBroken:
            total = _add(total, Fed(rebuilt=engine.rebuild(store)))
    return total


def _feed(store: Store, engine: Engine, rows: list) -> Fed:
    last = {row.document_id: row for row in rows}  # a later row of a document says what the earlier said
    now = store.alone(last)
    gone = [Stamp(row.document_id, row.version) for row in last.values() if row.document_id not in now]
    refused = engine.index([project(*standing) for standing in now.values()]) if now else []
    if gone:
        engine.delete(gone)
    for refusal in refused:
        store.park(last[refusal.id].seq, refusal.reason)
    parked = {last[refusal.id].seq for refusal in refused}
    store.done([row.seq for row in rows if row.seq not in parked])
    return Fed(len(now) - len(refused), len(gone), len(refused))


def _add(one: Fed, other: Fed) -> Fed:
    return Fed(
        *(a + b for a, b in zip(msgspec.structs.astuple(one), msgspec.structs.astuple(other), strict=True))
    )
