"""Brings an index up to the store: drains the outbox.

A row leaves the outbox only after the index holds it, so a change reaches the index at least once; what is
sent is always the document as it stands now, so doing it twice, or late, is no harm.

There is one outbox, whatever the engine: the store remembers which index it was drained into. Another one is
first brought up by what differs.
"""

from __future__ import annotations

import msgspec

from pipeline.model import UserError
from search.engine import Engine, EngineDown, IndexBroken
from search.outbox import OutboxRow
from search.project import project
from search.store import Stamp, Store

_BATCH = 500


class Fed(msgspec.Struct, frozen=True):
    """What one round did; `rebuilt` is how many documents a rebuild of a missing or damaged index put in,
    `mended` how many were put right in an index that another had been fed before.
    """

    indexed: int = 0
    deleted: int = 0
    parked: int = 0
    rebuilt: int = 0
    mended: int = 0

    @property
    def changed(self) -> bool:
        return any(msgspec.structs.astuple(self))


def feed(store: Store, engine: Engine) -> Fed:
    """Until the outbox is empty. Raises EngineDown and leaves the rest waiting; the store remembers why.

    An engine that has no index yet, or a damaged one, gets it from the store. A document that the server fails
    to take, by a fault of its own, waits for the next round, and the others go on.
    """
    try:
        fed, failing = _drain(store, engine)
        for id, reason in failing.items():
            raise EngineDown(f"{len(failing)} 份一时写不进索引，下次再试（如 {id}：{reason}）")
    except UserError as error:
        store.not_fed(str(error))
        raise
    store.fed()
    return fed


def _drain(store: Store, engine: Engine) -> tuple[Fed, dict[str, str]]:
    """What was done, and the ids that the server failed to take, with the reason."""
    total, failing, after = Fed(), dict[str, str](), 0
    try:
        engine.ready()
    except IndexBroken:
        total = Fed(rebuilt=engine.rebuild(store))
    while True:
        try:
            index = engine.generation()
            if store.followed() != (engine.name, index):
                total = _add(total, Fed(mended=engine.mend(store).done))
                store.follow(engine.name, index)
            rows = store.pending(_BATCH, after)
            if not rows:
                return total, failing
            if (done := _feed(store, engine, rows, index)) is not None:
                total, failing, after = _add(total, done[0]), failing | done[1], rows[-1].seq
        except IndexBroken:
            total = _add(total, Fed(rebuilt=engine.rebuild(store)))


def _feed(
    store: Store, engine: Engine, rows: list[OutboxRow], index: str
) -> tuple[Fed, dict[str, str]] | None:
    """None when a rebuild has put another index in place meanwhile: what was sent may be in the old one."""
    last = {row.document_id: row for row in rows}  # a later row of a document says what the earlier said
    now = store.alone(last)
    gone = [Stamp(row.document_id, row.version, None) for row in last.values() if row.document_id not in now]
    refused = engine.index([project(*standing) for standing in now.values()]) if now else []
    deleted = engine.delete(gone) if gone else []
    if engine.generation() != index:
        return None
    failing = {refusal.id: refusal.reason for refusal in (*refused, *deleted) if refusal.passing}
    parked = {refusal.id: refusal.reason for refusal in (*refused, *deleted) if not refusal.passing}
    for id, reason in parked.items():
        store.park(last[id].seq, reason)
    kept = {last[id].seq for id in parked}
    store.done([row.seq for row in rows if row.seq not in kept and row.document_id not in failing])
    fed = Fed(len(now) - len(refused), len(gone) - len(deleted), len(parked))
    return fed, failing


def _add(one: Fed, other: Fed) -> Fed:
    return Fed(
        *(a + b for a, b in zip(msgspec.structs.astuple(one), msgspec.structs.astuple(other), strict=True))
    )
