"""The store: the truth about documents, pages fetched, and what the index still has to learn.

One transaction holds a document, its version, its outbox row and the ledger row of its page, so a
process killed at any instant leaves either all of them or none.

Of documents that are one (`pipeline.duplicates`) the first stands on its own; the others name it in
`duplicate_of`. Whatever order the pages came in, the result is one.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, tuple_

from pipeline.duplicates import rank
from pipeline.model import Document, decode
from search.database import CHUNK, StoreError, chunks, one_writer, open_database
from search.ledger import Ledger
from search.migrate import upgrade
from search.outbox import OutboxRow
from search.tables import ALONE, CURRENT, documents, meta, metadata, versions
from search.tables import ledger as ledger_table
from search.writer import Outcome, Writer

_LEXICON = "lexicon:"  # keys of the meta table, with a version behind

__all__ = ["OutboxRow", "Outcome", "Store", "StoreError", "Version"]


class Version(msgspec.Struct, frozen=True):
    number: int
    digest: str
    stored_at: datetime
    run: int | None


class Origin(msgspec.Struct, frozen=True):
    """A site on which a document stands; `complete` is False where its file could not be fetched there."""

    id: str
    source: str
    url: str
    complete: bool


class _Address(msgspec.Struct):
    """Of a document no more than this is read where no more is needed."""

    url: str


_address = msgspec.json.Decoder(_Address)


class Fetched(msgspec.Struct, frozen=True):
    """A page that gave this document: where it is in the archive, and what came of it."""

    url: str
    outcome: str
    archive: str | None
    run: int | None
    at: datetime


class Standing(NamedTuple):
    """A document that stands alone, its version, (source, column) of its copies elsewhere, and the checksum of
    all this.
    """

    document: Document
    version: int
    elsewhere: tuple[tuple[str, str], ...]
    checksum: int


class Stamp(msgspec.Struct, frozen=True):
    """What an index must hold of a document that stands on its own; an entry that was written by something
    else may have no checksum.
    """

    id: str
    version: int
    checksum: int | None


class Store(Ledger, Writer):
    """`url` is SQLAlchemy's: `sqlite:///data/zhoubao.db` or `postgresql+pg8000://…`.

    Safe for several processes and threads. Raises StoreError, one line for a person.
    """

    def __init__(self, url: str, *, clock: Callable[[], float] = time.time) -> None:
        self._read, self._write = open_database(url, metadata, upgrade)
        self._clock = clock

    def close(self) -> None:
        self._read.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def reading(self) -> AbstractContextManager[Connection]:
        """For what keeps tables of its own beside the documents: saved searches, tokens."""
        return self._read.connect()

    def writing(self) -> AbstractContextManager[Connection]:
        return self._write.begin()

    def now(self) -> float:
        return self._clock()

    def get(self, id: str, version: int | None = None) -> Document | None:
        """The current version, or a numbered one; None when there is none."""
        wanted = documents.c.version if version is None else version
        with self._read.connect() as connection:
            data = connection.execute(
                select(versions.c.data)
                .join(documents, documents.c.id == versions.c.document_id)
                .where(versions.c.document_id == id, versions.c.version == wanted)
            ).scalar()
        return None if data is None else decode(data)

    def get_many(self, ids: Iterable[str]) -> dict[str, Document]:
        """Those that exist, in the order asked for."""
        wanted = list(ids)
        found: dict[str, Document] = {}
        with self._read.connect() as connection:
            for chunk in chunks(wanted):
                rows = connection.execute(
                    select(versions.c.document_id, versions.c.data)
                    .join(documents, CURRENT)
                    .where(documents.c.id.in_(chunk))
                )
                found.update((row.document_id, decode(row.data)) for row in rows)
        return {id: found[id] for id in wanted if id in found}

    def seen(self, ids: Iterable[str]) -> set[str]:
        """Those that are stored and lack no file."""
        found: set[str] = set()
        with self._read.connect() as connection:
            for chunk in chunks(list(ids)):
                query = select(documents.c.id).where(documents.c.id.in_(chunk), documents.c.complete)
                found.update(connection.execute(query).scalars())
        return found

    def documents(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        source: str | None = None,
        kind: str | None = None,
        after_id: str | None = None,
        limit: int | None = None,
        duplicates: bool = False,
    ) -> Iterator[Document]:
        """By time of publication, then id: `since` belongs in, `until` does not.

        Streamed in pages, so that a long read blocks no writer. Copies are left out unless asked for.
        """
        c = documents.c
        where: list[Any] = [] if duplicates else [ALONE]
        if since is not None:
            where.append(c.published >= since.timestamp())
        if until is not None:
            where.append(c.published < until.timestamp())
        if source is not None:
            where.append(c.source == source)
        if kind is not None:
            where.append(c.kinds.contains(f" {kind} ", autoescape=True))
        after = self._place(after_id) if after_id is not None else None
        left = limit
        while left is None or left > 0:
            size = CHUNK if left is None else min(CHUNK, left)
            query = select(c.id, c.published, versions.c.data).join(versions, CURRENT).where(*where)
            if after is not None:
                query = query.where(tuple_(c.published, c.id) > after)
            with self._read.connect() as connection:
                rows = connection.execute(query.order_by(c.published, c.id).limit(size)).all()
            for row in rows:
                yield decode(row.data)
            if len(rows) < size:
                return
            after = (rows[-1].published, rows[-1].id)
            left = None if left is None else left - len(rows)

    def _place(self, id: str) -> tuple[int, str]:
        with self._read.connect() as connection:
            published = connection.execute(select(documents.c.published).where(documents.c.id == id)).scalar()
        if published is None:
            raise StoreError(f"没有编号为 {id} 的文档")
        return published, id

    def count(self, *, duplicates: bool = False) -> int:
        """How many documents stand on their own: what a full index holds; or with their copies."""
        where = [] if duplicates else [documents.c.duplicate_of.is_(None)]
        with self._read.connect() as connection:
            return connection.execute(select(func.count()).select_from(documents).where(*where)).scalar_one()

    def listed(self, column: str, since: datetime, until: datetime) -> list[str]:
        """Ids of the documents of a source's column that were published in a time, copies included."""
        c = documents.c
        where = (c.column == column, c.published >= since.timestamp(), c.published < until.timestamp())
        with self._read.connect() as connection:
            return list(connection.execute(select(c.id).where(*where)).scalars())

    def days(self, column: str, n: int) -> list[datetime]:
        """The last moments at which documents of a column were published, newest first, each once."""
        c = documents.c
        query = select(c.published).where(c.column == column).distinct().order_by(c.published.desc()).limit(n)
        with self._read.connect() as connection:
            return [_moment(seconds) for seconds in connection.execute(query).scalars()]

    def stamps(self) -> Iterator[Stamp]:
        """Of every document that stands on its own, by id: what an index is checked against."""
        after, c = "", documents.c
        while True:
            query = select(*_STAND).where(ALONE, c.id > after)
            with self._read.connect() as connection:
                rows = connection.execute(query.order_by(c.id).limit(10_000)).all()
                elsewhere: _Elsewhere = {}
                if rows:
                    between = c.duplicate_of.between(rows[0].id, rows[-1].id)
                    elsewhere = _elsewhere(connection, between)
            yield from (Stamp(row.id, row.version, _checksum(row, elsewhere.get(row.id, ()))) for row in rows)
            if not rows:
                return
            after = rows[-1].id

    def stream(self) -> Iterator[Standing]:
        """All that stand on their own, by id: what a new index is built from."""
        after = ""
        while True:
            query = (
                select(*_STAND, versions.c.data)
                .join(versions, CURRENT)
                .where(ALONE, documents.c.id > after)
                .order_by(documents.c.id)
                .limit(CHUNK)
            )
            with self._read.connect() as connection:
                rows = connection.execute(query).all()
                elsewhere = _elsewhere(connection, documents.c.duplicate_of.in_([row.id for row in rows]))
            yield from (_standing(row, elsewhere) for row in rows)
            if len(rows) < CHUNK:
                return
            after = rows[-1].id

    def alone(self, ids: Iterable[str]) -> dict[str, Standing]:
        """Those that stand on their own, read in one instant."""
        found: dict[str, Standing] = {}
        with self._read.connect() as connection:
            for chunk in chunks(list(ids)):
                rows = connection.execute(
                    select(*_STAND, versions.c.data)
                    .join(versions, CURRENT)
                    .where(documents.c.id.in_(chunk), ALONE)
                ).all()
                elsewhere = _elsewhere(connection, documents.c.duplicate_of.in_([row.id for row in rows]))
                found.update((row.id, _standing(row, elsewhere)) for row in rows)
        return found

    def duplicate_of(self, id: str) -> str | None:
        with self._read.connect() as connection:
            return connection.execute(select(documents.c.duplicate_of).where(documents.c.id == id)).scalar()

    def copies(self, ids: Iterable[str]) -> dict[str, list[str]]:
        """The ids of the copies of those documents that have any."""
        c = documents.c
        found: dict[str, list[str]] = {}
        with self._read.connect() as connection:
            for chunk in chunks(list(ids)):
                query = select(c.duplicate_of, c.id).where(c.duplicate_of.in_(chunk))
                for row in connection.execute(query.order_by(c.published, c.id)):
                    found.setdefault(row.duplicate_of, []).append(row.id)
        return found

    def stored_at(self, ids: Iterable[str]) -> dict[str, datetime]:
        """When the present version of each document was stored."""
        found: dict[str, datetime] = {}
        with self._read.connect() as connection:
            for chunk in chunks(list(ids)):
                query = select(documents.c.id, documents.c.stored_at).where(documents.c.id.in_(chunk))
                found.update((row.id, _moment(row.stored_at)) for row in connection.execute(query))
        return found

    def changed_at(self) -> datetime:
        """When a document was last stored; now, when none ever was."""
        with self._read.connect() as connection:
            last = connection.execute(select(func.max(documents.c.stored_at))).scalar()
        return _moment(self.now() if last is None else last)

    def versions(self, id: str) -> list[Version]:
        c = versions.c
        with self._read.connect() as connection:
            rows = connection.execute(
                select(c.version, c.digest, c.stored_at, c.run).where(c.document_id == id).order_by(c.version)
            )
            return [Version(row.version, row.digest, _moment(row.stored_at), row.run) for row in rows]

    def has_copy(self, id: str) -> bool:
        """Whether a document, or one that is the same on another site, has all its files."""
        c, first = documents.c, documents.alias()
        lead = func.coalesce(c.duplicate_of, c.id)
        query = select(first.c.complete).join_from(documents, first, first.c.id == lead).where(c.id == id)
        with self._read.connect() as connection:
            return bool(connection.execute(query).scalar())

    def lacking(self, source: str, since: datetime) -> dict[str | None, int]:
        """How many documents of a source lack a file, by the source of the copy that stands for them."""
        c, first = documents.c, documents.alias()
        query = (
            select(first.c.source, func.count())
            .join_from(documents, first, and_(first.c.id == c.duplicate_of, first.c.complete), isouter=True)
            .where(c.source == source, ~c.complete, c.published >= since.timestamp())
            .group_by(first.c.source)
        )
        with self._read.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def remember_lexicon(self, version: str, snapshot: bytes) -> None:
        """Keeps what the lexicon of a version held, so that a later one can be compared with it."""
        key = _LEXICON + version
        with self._write.begin() as connection:
            one_writer(connection)
            if connection.execute(select(meta.c.key).where(meta.c.key == key)).scalar() is None:
                connection.execute(insert(meta).values(key=key, value=snapshot.decode()))

    def forget_lexicons(self, used: Iterable[str]) -> None:
        """Drops the snapshots of all versions but those that documents were tagged with."""
        keys = [_LEXICON + version for version in used]
        with self._write.begin() as connection:
            connection.execute(delete(meta).where(meta.c.key.startswith(_LEXICON), meta.c.key.not_in(keys)))

    def lexicons(self) -> dict[str, bytes]:
        """Snapshots by version, of every lexicon that documents here were tagged with."""
        with self._read.connect() as connection:
            rows = connection.execute(select(meta).where(meta.c.key.startswith(_LEXICON)))
            return {row.key.removeprefix(_LEXICON): row.value.encode() for row in rows}

    def pages(self, id: str) -> list[Fetched]:
        """Every page that gave this document, oldest first."""
        c = ledger_table.c
        with self._read.connect() as connection:
            rows = connection.execute(select(ledger_table).where(c.document_id == id).order_by(c.id))
            return [Fetched(r.url, r.outcome, r.archive, r.run, _moment(r.at)) for r in rows]

    def origins(self, id: str) -> list[Origin]:
        """Where a document stands, copy or not, the exchange's own site first."""
        c, this = documents.c, documents.alias()
        lead = select(func.coalesce(this.c.duplicate_of, this.c.id)).where(this.c.id == id).scalar_subquery()
        query = (
            select(c.id, c.source, c.complete, versions.c.data)
            .join(versions, CURRENT)
            .where(or_(c.id == lead, c.duplicate_of == lead))
            .order_by(c.published, c.id)
        )
        with self._read.connect() as connection:
            rows = sorted(connection.execute(query), key=lambda row: rank(row.source))
        return [Origin(row.id, row.source, _address.decode(row.data).url, row.complete) for row in rows]

    def corrects(self, id: str) -> str | None:
        """What a filing says that it corrects: the latest of that name before it."""
        with self._read.connect() as connection:
            return _corrected(connection, id)

    def corrected_by(self, id: str) -> list[str]:
        """Filings that correct this one, oldest first."""
        c, this = documents.c, documents.alias()
        query = (
            select(c.id)
            .join(this, and_(this.c.id == id, c.corrects == this.c.named, c.published >= this.c.published))
            .where(ALONE)
            .order_by(c.published, c.id)
        )
        with self._read.connect() as connection:
            later = connection.execute(query).scalars().all()
            return [each for each in later if _corrected(connection, each) == id]


def _corrected(connection: Connection, id: str) -> str | None:
    c, this = documents.c, documents.alias()
    return connection.execute(
        select(c.id)
        .join(this, and_(this.c.id == id, this.c.corrects == c.named, c.published <= this.c.published))
        .where(ALONE)
        .order_by(c.published.desc(), c.id.desc())
        .limit(1)
    ).scalar()


_STAND = [documents.c[name] for name in ("id", "version", "digest", "column")]
_Elsewhere = dict[str, tuple[tuple[str, str], ...]]


def _standing(row: Any, elsewhere: _Elsewhere) -> Standing:
    copies = elsewhere.get(row.id, ())
    return Standing(decode(row.data), row.version, copies, _checksum(row, copies))


def _checksum(row: Any, elsewhere: tuple[tuple[str, str], ...]) -> int:
    """Of all that an index is made from, in the 64 bits with a sign that both engines have. A copy in the
    document's own column changes nothing.
    """
    columns = sorted({column for _, column in elsewhere if column != row.column})
    text = "\n".join([row.digest, *columns])
    return int.from_bytes(hashlib.blake2s(text.encode(), digest_size=8).digest(), signed=True)


def _elsewhere(connection: Connection, where: ColumnElement[bool]) -> _Elsewhere:
    """By the document that the copies are of."""
    c = documents.c
    query = select(c.duplicate_of, c.source, c.column).where(where).distinct()
    found: _Elsewhere = {}
    for row in connection.execute(query.order_by(c.source, c.column)):
        found[row.duplicate_of] = (*found.get(row.duplicate_of, ()), (row.source, row.column))
    return found


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
