"""Opens the store's database: SQLite in WAL mode, or PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    MetaData,
    create_engine,
    event,
    insert,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError

from pipeline.model import UserError
from search.tables import SCHEMA, meta

# SQLite's oldest limit on the variables of one statement is 999.
CHUNK = 500

# Ours among the advisory locks of a PostgreSQL database.
_TABLES_LOCK, _DOCUMENTS_LOCK = 7_620_519, 7_620_520

# A writer holds the lock for milliseconds; a minute means that something else is wrong.
_BUSY_MILLISECONDS = 60_000


class StoreError(UserError):
    """The store cannot be used; the message is one line in Chinese."""


Upgrade = Callable[[Connection, int], None]  # brings a store up from an older form


def open_database(url: str, metadata: MetaData, upgrade: Upgrade) -> tuple[Engine, Engine]:
    """A reading and a writing view of one database, its tables made when they are not there."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed)
    except (ArgumentError, NoSuchModuleError, ImportError, OSError) as error:
        raise StoreError(
            f"store.url 无法使用（{_short(error)}）：请写 sqlite:///文件 或 postgresql+pg8000://…"
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    write = engine.execution_options(writes=True)
    try:
        with write.begin() as connection:
            _create(connection, metadata, upgrade)
    except (OperationalError, DatabaseError) as error:
        engine.dispose()
        shown = parsed.render_as_string(hide_password=True)
        raise StoreError(f"存储 {shown} 无法打开：{_short(error.orig or error)}") from None
    return engine, write


def _create(connection: Connection, metadata: MetaData, upgrade: Upgrade) -> None:
    if connection.dialect.name == "postgresql":
        # Two processes that start at once would both find no tables.
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_TABLES_LOCK})"))
    metadata.create_all(connection)
    found = connection.execute(select(meta.c.value).where(meta.c.key == "schema")).scalar()
    if found is None:
        connection.execute(insert(meta).values(key="schema", value=str(SCHEMA)))
    elif int(found) > SCHEMA:
        raise StoreError(f"存储的格式是第 {found} 版，本程序只认到第 {SCHEMA} 版：请用写下它的版本打开")
    elif int(found) < SCHEMA:
        upgrade(connection, int(found))
        connection.execute(update(meta).where(meta.c.key == "schema").values(value=str(SCHEMA)))


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # BEGIN is ours: see _begin_sqlite
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # a document that counts as seen survives a power cut
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads before it writes must hold the write lock from the start, else another
    # writer in between makes it fail at once, whatever the busy timeout.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _short(error: object) -> str:
    return str(error).strip().split("\n")[0]


def one_writer(connection: Connection) -> None:
    """Until the transaction ends no other decides which of several copies is the first.

    SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_DOCUMENTS_LOCK})"))


def chunks(many: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(many), CHUNK):
        yield many[start : start + CHUNK]
