"""The store: the truth about documents, pages fetched, and what the index still has to learn.

One transaction holds a document, its version, its outbox row and the ledger row of its page, so a
process killed at any instant leaves either all of them or none.

Of documents with one fingerprint the first stands on its own; the others name it in `duplicate_of`.
First means earliest published, then smallest id: whatever order the pages came in, the result is one.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, and_, delete, exists, func, insert, literal, or_, select, tuple_, update

from pipeline.model import Document, decode, encode
from search import ledger
from search.database import StoreError, open_database
from search.tables import arrivals, documents, metadata, outbox, versions, watches
from search.tables import ledger as ledger_table

__all__ = ["OutboxRow", "Outcome", "Store", "StoreError", "Version"]

Outcome = Literal["stored", "updated", "unchanged", "duplicate"]

# SQLite's oldest limit on the variables of one statement is 999.
_CHUNK = 500


class OutboxRow(msgspec.Struct, frozen=True):
    seq: int
    document_id: str
    version: int
    reason: str | None = None  # why it is parked


class Version(msgspec.Struct, frozen=True):
    number: int
    digest: str
    stored_at: datetime
    run: int | None


class Origin(msgspec.Struct, frozen=True):
    """A page that gave this document: where it is in the archive, and what came of it."""

    url: str
    outcome: str
    archive: str | None
    run: int | None
    at: datetime


class Stamp(msgspec.Struct, frozen=True):
    """What an index must hold of a document that stands on its own."""

    id: str
    version: int


class Store(ledger.Ledger):
    """`url` is SQLAlchemy's: `sqlite:///data/zhoubao.db` or `postgresql+psycopg://…`.

    Safe for several processes and threads. Raises StoreError, one line for a person.
    """

    def __init__(self, url: str, *, clock: Callable[[], float] = time.time) -> None:
        self._read, self._write = open_database(url, metadata)
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

    # ------------------------------------------------------------ documents in

    def put(
        self,
        document: Document,
        *,
        run: int | None,
        page_url: str | None,
        archive: str | None = None,
        page_outcome: str | None = None,
        step: str | None = None,
    ) -> Outcome:
        """Stores a document and closes its page in the ledger with the outcome returned.

        `page_outcome` names what the page was where that differs: of a PDF that is HTML, the document
        is stored with its list facts and the page is `not_pdf`. Without `page_url` the page has its
        row already.
        """
        with self._write.begin() as connection:
            return self._put(connection, document, run, page_url, archive, page_outcome, step)

    def put_many(self, many: Iterable[Document], *, run: int | None = None) -> dict[str, int]:
        """Many documents, a few hundred a transaction; the counts of outcomes. The page is the document's own."""
        counts: dict[str, int] = {}
        rest = iter(many)
        while batch := list(islice(rest, _CHUNK)):
            with self._write.begin() as connection:
                for document in batch:
                    outcome = self._put(connection, document, run, document.url, None, None, None)
                    counts[outcome] = counts.get(outcome, 0) + 1
        return counts

    def _put(
        self,
        connection: Connection,
        document: Document,
        run: int | None,
        page_url: str | None,
        archive: str | None,
        page_outcome: str | None,
        step: str | None,
    ) -> Outcome:
        if document.published is None:
            raise ValueError(f"{document.id} has no time of publication: it cannot be stored")
        now = self._clock()
        data = encode(document)
        digest = hashlib.sha256(data).hexdigest()
        old = connection.execute(select(documents).where(documents.c.id == document.id)).first()
        detail = None
        if old is not None and old.digest == digest:
            outcome: Outcome = "unchanged"
        elif old is not None and old.complete and not document.complete:
            # The site answered something else in place of a file we already have: keep what we have.
            outcome, detail = "unchanged", "this copy lacks a file that is stored already"
        else:
            version = 1 if old is None else old.version + 1
            row = {
                "version": version,
                "digest": digest,
                "source": document.source,
                "column": document.column,
                "published": int(document.published.timestamp()),
                "kinds": f" {' '.join(document.kinds)} ",
                "complete": document.complete,
                "stored_at": now,
            }
            if old is None:
                first = self._first(connection, document.fingerprint)
                connection.execute(
                    insert(documents).values(
                        id=document.id,
                        fingerprint=document.fingerprint,
                        duplicate_of=first,
                        **row,
                    )
                )
            else:
                connection.execute(update(documents).where(documents.c.id == document.id).values(**row))
            connection.execute(
                insert(versions).values(
                    document_id=document.id, version=version, digest=digest, data=data, stored_at=now, run=run
                )
            )
            if old is not None and old.fingerprint != document.fingerprint:
                self._move(connection, document.id, old, document.fingerprint)
            alone = self._settle(connection, document.fingerprint, document.id)
            if alone or (old is not None and old.duplicate_of is None):
                self._enqueue(connection, document.id)
            outcome = "duplicate" if not alone else "stored" if old is None else "updated"
        if page_url is not None:
            connection.execute(
                insert(ledger_table).values(
                    run=run,
                    column=document.column,
                    step=step,
                    url=page_url,
                    outcome=page_outcome or outcome,
                    detail=detail,
                    archive=archive,
                    document_id=document.id,
                    at=now,
                )
            )
        return outcome

    def _first(self, connection: Connection, fingerprint: str) -> str | None:
        if not fingerprint:
            return None
        return connection.execute(
            select(documents.c.id).where(
                documents.c.fingerprint == fingerprint, documents.c.duplicate_of.is_(None)
            )
        ).scalar()

    def _move(self, connection: Connection, id: str, old: Any, fingerprint: str) -> None:
        """A document that changed leaves its group of copies, which then stands on its next one."""
        first = self._first(connection, fingerprint)
        connection.execute(
            update(documents).where(documents.c.id == id).values(fingerprint=fingerprint, duplicate_of=first)
        )
        if old.duplicate_of is None and old.fingerprint:
            heir = connection.execute(
                select(documents.c.id)
                .where(documents.c.duplicate_of == id)
                .order_by(documents.c.published, documents.c.id)
            ).scalar()
            if heir is not None:
                self._lead(connection, old.fingerprint, heir)
                self._enqueue(connection, heir)

    def _settle(self, connection: Connection, fingerprint: str, id: str) -> bool:
        """Makes the earliest of a fingerprint its first. True when `id` stands on its own."""
        if not fingerprint:
            return True
        group = connection.execute(
            select(documents.c.id, documents.c.duplicate_of)
            .where(documents.c.fingerprint == fingerprint)
            .order_by(documents.c.published, documents.c.id)
        ).all()
        first, was = group[0].id, next(row.id for row in group if row.duplicate_of is None)
        if first != was:
            self._lead(connection, fingerprint, first)
            for changed in {first, was} - {id}:
                self._enqueue(connection, changed)
        return bool(first == id)

    def _lead(self, connection: Connection, fingerprint: str, first: str) -> None:
        same = documents.c.fingerprint == fingerprint
        # Followers first: the unique index allows one leader at any moment.
        connection.execute(update(documents).where(same, documents.c.id != first).values(duplicate_of=first))
        connection.execute(update(documents).where(documents.c.id == first).values(duplicate_of=None))

    def _enqueue(self, connection: Connection, id: str) -> None:
        version = select(documents.c.version).where(documents.c.id == id).scalar_subquery()
        connection.execute(insert(outbox).values(document_id=id, version=version, added=self._clock()))
        watched = select(literal(id)).where(exists().select_from(watches))
        connection.execute(insert(arrivals).from_select(["document_id"], watched))

    # ------------------------------------------------------------ documents out

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
            for chunk in _chunks(wanted):
                rows = connection.execute(
                    select(versions.c.document_id, versions.c.data)
                    .join(documents, _current())
                    .where(documents.c.id.in_(chunk))
                )
                found.update((row.document_id, decode(row.data)) for row in rows)
        return {id: found[id] for id in wanted if id in found}

    def seen(self, ids: Iterable[str]) -> set[str]:
        """Those that are stored and lack no file."""
        found: set[str] = set()
        with self._read.connect() as connection:
            for chunk in _chunks(list(ids)):
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
        where: list[Any] = [] if duplicates else [c.duplicate_of.is_(None)]
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
            size = _CHUNK if left is None else min(_CHUNK, left)
            query = select(c.id, c.published, versions.c.data).join(versions, _current()).where(*where)
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

    def count(self) -> int:
        """How many documents stand on their own: what a full index holds."""
        with self._read.connect() as connection:
            return connection.execute(
                select(func.count()).where(documents.c.duplicate_of.is_(None))
            ).scalar_one()

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
        """Id and version of every document that stands on its own, by id: what an index is checked against."""
        after = ""
        while True:
            query = select(documents.c.id, documents.c.version).where(
                documents.c.duplicate_of.is_(None), documents.c.id > after
            )
            with self._read.connect() as connection:
                rows = connection.execute(query.order_by(documents.c.id).limit(10_000)).all()
            yield from (Stamp(row.id, row.version) for row in rows)
            if not rows:
                return
            after = rows[-1].id

    def stream(self) -> Iterator[tuple[int, Document]]:
        """Version and document of all that stand on their own, by id: what a new index is built from."""
        after = ""
        while True:
            query = (
                select(documents.c.id, documents.c.version, versions.c.data)
                .join(versions, _current())
                .where(documents.c.duplicate_of.is_(None), documents.c.id > after)
                .order_by(documents.c.id)
                .limit(_CHUNK)
            )
            with self._read.connect() as connection:
                rows = connection.execute(query).all()
            yield from ((row.version, decode(row.data)) for row in rows)
            if len(rows) < _CHUNK:
                return
            after = rows[-1].id

    def alone(self, ids: Iterable[str]) -> dict[str, tuple[int, Document]]:
        """Version and document of those that stand on their own, read in one instant."""
        found: dict[str, tuple[int, Document]] = {}
        with self._read.connect() as connection:
            for chunk in _chunks(list(ids)):
                rows = connection.execute(
                    select(documents.c.id, documents.c.version, versions.c.data)
                    .join(versions, _current())
                    .where(documents.c.id.in_(chunk), documents.c.duplicate_of.is_(None))
                )
                found.update((row.id, (row.version, decode(row.data))) for row in rows)
        return found

    def duplicate_of(self, id: str) -> str | None:
        with self._read.connect() as connection:
            return connection.execute(select(documents.c.duplicate_of).where(documents.c.id == id)).scalar()

    def copies(self, ids: Iterable[str]) -> dict[str, list[str]]:
        """The ids of the copies of those documents that have any."""
        c = documents.c
        found: dict[str, list[str]] = {}
        with self._read.connect() as connection:
            for chunk in _chunks(list(ids)):
                query = select(c.duplicate_of, c.id).where(c.duplicate_of.in_(chunk))
                for row in connection.execute(query.order_by(c.published, c.id)):
                    found.setdefault(row.duplicate_of, []).append(row.id)
        return found

    def stored_at(self, ids: Iterable[str]) -> dict[str, datetime]:
        """When the present version of each document was stored."""
        found: dict[str, datetime] = {}
        with self._read.connect() as connection:
            for chunk in _chunks(list(ids)):
                query = select(documents.c.id, documents.c.stored_at).where(documents.c.id.in_(chunk))
                found.update((row.id, _moment(row.stored_at)) for row in connection.execute(query))
        return found

    def versions(self, id: str) -> list[Version]:
        c = versions.c
        with self._read.connect() as connection:
            rows = connection.execute(
                select(c.version, c.digest, c.stored_at, c.run).where(c.document_id == id).order_by(c.version)
            )
            return [Version(row.version, row.digest, _moment(row.stored_at), row.run) for row in rows]

    def origins(self, id: str) -> list[Origin]:
        """Every page that gave this document, oldest first."""
        c = ledger_table.c
        with self._read.connect() as connection:
            rows = connection.execute(select(ledger_table).where(c.document_id == id).order_by(c.id))
            return [Origin(r.url, r.outcome, r.archive, r.run, _moment(r.at)) for r in rows]

    # ------------------------------------------------------------ outbox

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
            for chunk in _chunks(list(seqs)):
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
        with self._write.begin() as connection:
            connection.execute(update(outbox).where(outbox.c.seq == seq).values(parked=reason))

    def unpark(self) -> int:
        """Sends what was refused once more (after a mapping or a limit was mended); how many."""
        with self._write.begin() as connection:
            parked = outbox.c.parked.is_not(None)
            return connection.execute(update(outbox).where(parked).values(parked=None)).rowcount

    def lag(self) -> int:
        """How many changes wait for the index."""
        with self._read.connect() as connection:
            query = select(func.count()).select_from(outbox).where(outbox.c.parked.is_(None))
            return connection.execute(query).scalar_one()


def _current() -> Any:
    return and_(versions.c.document_id == documents.c.id, versions.c.version == documents.c.version)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _chunks(many: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(many), _CHUNK):
        yield many[start : start + _CHUNK]
