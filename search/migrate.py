"""Brings a store that an earlier version wrote to the present form, in the transaction that opens it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from loguru import logger
from sqlalchemy import Connection, bindparam, insert, select, text, update

from pipeline.duplicates import Kept, fingerprint, groups
from pipeline.model import decode
from search.tables import CURRENT, SCHEMA, documents, outbox, versions
from search.writer import known_by

_CHUNK = 1000


def upgrade(connection: Connection, found: int) -> None:
    """From form `found`, which is an older one."""
    for form in range(found, SCHEMA):
        logger.warning("the store is brought from form {} to {}; large ones take minutes", form, form + 1)
        _STEPS[form](connection)


def _filings_on_several_sites(connection: Connection) -> None:
    """1 → 2: by what a filing is known on another site; which documents are one is settled anew."""
    added = [documents.c[name] for name in ("number", "named", "day", "corrects")]
    for column in added:
        kind = column.type.compile(connection.dialect)
        connection.execute(text(f"ALTER TABLE documents ADD COLUMN {column.name} {kind}"))
    for index in documents.indexes:
        if set(index.columns) & set(added):
            index.create(connection)
    was = {row.id: row[1] for row in connection.execute(select(documents.c.id, documents.c.duplicate_of))}
    # None stands alone until it is settled, so that no two of one fingerprint do meanwhile.
    connection.execute(update(documents).values(duplicate_of=documents.c.id))
    _know_filings(connection)
    columns = [documents.c[name] for name in Kept.__struct_fields__]
    rows = connection.execute(select(*columns)).all()
    now: dict[str, str | None] = {}
    for group in groups(Kept(**row._mapping) for row in rows):
        now |= {kept.id: None if kept is group[0] else group[0].id for kept in group}
    of_id = update(documents).where(documents.c.id == bindparam("one"))
    _each(
        connection,
        of_id.values(duplicate_of=bindparam("first")),
        [{"one": id, "first": first} for id, first in now.items()],
    )
    changed = [id for id, first in now.items() if was[id] != first]
    numbers = {row.id: row[1] for row in connection.execute(select(documents.c.id, documents.c.version))}
    _each(
        connection,
        insert(outbox),
        [{"document_id": id, "version": numbers[id], "added": time.time()} for id in changed],
    )


def _know_filings(connection: Connection) -> None:
    of_id = update(documents).where(documents.c.id == bindparam("one"))
    statement = of_id.values(
        {name: bindparam(f"new_{name}") for name in ("fingerprint", "number", "named", "day", "corrects")}
    )
    after = ""
    while True:
        query = (
            select(documents.c.id, versions.c.data)
            .join(versions, CURRENT)
            .where(documents.c.kinds != " news ", documents.c.id > after)
            .order_by(documents.c.id)
            .limit(_CHUNK)
        )
        rows = connection.execute(query).all()
        known = []
        for row in rows:
            document = decode(row.data)
            text_of = (document.source, document.code, document.title, document.published, document.body)
            values = known_by(document) | {"fingerprint": fingerprint(*text_of)}
            known.append({"one": row.id} | {f"new_{name}": value for name, value in values.items()})
        _each(connection, statement, known)
        if len(rows) < _CHUNK:
            return
        after = rows[-1].id


def _each(connection: Connection, statement: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), _CHUNK):
        connection.execute(statement, rows[start : start + _CHUNK])


_STEPS: dict[int, Callable[[Connection], None]] = {1: _filings_on_several_sites}
