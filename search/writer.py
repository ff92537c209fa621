"""Documents into the store: versions, and which of several copies stands on its own."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Any, Literal

from sqlalchemy import Connection, exists, insert, select, update

from pipeline.model import Document, encode
from search.database import CHUNK, one_writer
from search.outbox import Outbox
from search.tables import arrivals, documents, ledger, outbox, versions, watches

Outcome = Literal["stored", "updated", "unchanged", "duplicate"]


class Writer(Outbox):
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
            one_writer(connection)
            return self._put(connection, document, run, page_url, archive, page_outcome, step)

    def put_many(self, many: Iterable[Document], *, run: int | None = None) -> dict[str, int]:
        """Many documents, a few hundred a transaction; the counts of outcomes. The page is the document's own."""
        counts: Counter[str] = Counter()
        rest = iter(many)
        while batch := list(islice(rest, CHUNK)):
            with self._write.begin() as connection:
                one_writer(connection)
                new = self._unknown(connection, batch)
                self._put_new(connection, new, run)
                counts["stored"] += len(new)
                done = {document.id for document in new}
                for document in batch:
                    if document.id not in done:
                        outcome = self._put(connection, document, run, document.url, None, None, None)
                        counts[outcome] += 1
        return {outcome: n for outcome, n in counts.items() if n}

    def _unknown(self, connection: Connection, batch: list[Document]) -> list[Document]:
        """Those of which neither the store nor the batch knows another of their id or fingerprint."""
        c = documents.c
        ids, prints = [d.id for d in batch], [d.fingerprint for d in batch if d.fingerprint]
        known = {name for name, n in Counter([*ids, *prints]).items() if n > 1}
        known.update(connection.execute(select(c.id).where(c.id.in_(ids))).scalars())
        known.update(connection.execute(select(c.fingerprint).where(c.fingerprint.in_(prints))).scalars())
        return [d for d in batch if d.id not in known and d.fingerprint not in known]

    def _put_new(self, connection: Connection, new: list[Document], run: int | None) -> None:
        """One statement a table: twenty times as fast as one by one."""
        if not new:
            return
        now = self._clock()
        rows = [self._rows(document, 1, run) for document in new]
        connection.execute(insert(documents), [row | {"duplicate_of": None} for row, _ in rows])
        connection.execute(insert(versions), [kept for _, kept in rows])
        connection.execute(insert(outbox), [{"document_id": d.id, "version": 1, "added": now} for d in new])
        if connection.execute(select(exists().select_from(watches))).scalar():
            connection.execute(insert(arrivals), [{"document_id": d.id} for d in new])
        pages = [
            {
                "run": run,
                "column": d.column,
                "url": d.url,
                "outcome": "stored",
                "document_id": d.id,
                "at": now,
            }
            for d in new
        ]
        connection.execute(insert(ledger), pages)

    def _rows(
        self, document: Document, version: int, run: int | None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The row of a document, without what it is a copy of, and the row of its version."""
        if document.published is None:
            raise ValueError(f"{document.id} has no time of publication: it cannot be stored")
        data, now = encode(document), self._clock()
        digest = hashlib.sha256(data).hexdigest()
        row = {
            "id": document.id,
            "version": version,
            "digest": digest,
            "source": document.source,
            "column": document.column,
            "published": int(document.published.timestamp()),
            "kinds": f" {' '.join(document.kinds)} ",
            "complete": document.complete,
            "fingerprint": document.fingerprint,
            "stored_at": now,
        }
        kept = {"document_id": document.id, "version": version, "digest": digest, "data": data}
        return row, kept | {"stored_at": now, "run": run}

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
        old = connection.execute(select(documents).where(documents.c.id == document.id)).first()
        row, kept = self._rows(document, 1 if old is None else old.version + 1, run)
        detail = None
        if old is not None and old.digest == row["digest"]:
            outcome: Outcome = "unchanged"
        elif old is not None and old.complete and not document.complete:
            # The site answered something else in place of a file we already have: keep what we have.
            outcome, detail = "unchanged", "this copy lacks a file that is stored already"
        else:
            if old is None:
                first = self._first(connection, document.fingerprint)
                connection.execute(insert(documents).values(duplicate_of=first, **row))
            else:
                stays = {"fingerprint": old.fingerprint}  # until _move
                connection.execute(update(documents).where(documents.c.id == document.id).values(row | stays))
            connection.execute(insert(versions).values(kept))
            if old is not None and old.fingerprint != document.fingerprint:
                self._move(connection, document.id, old, document.fingerprint)
            alone = self._settle(connection, document.fingerprint, document.id)
            if alone or (old is not None and old.duplicate_of is None):
                self._enqueue(connection, document.id)
            outcome = "duplicate" if not alone else "stored" if old is None else "updated"
        if page_url is not None:
            connection.execute(
                insert(ledger).values(
                    run=run,
                    column=document.column,
                    step=step,
                    url=page_url,
                    outcome=page_outcome or outcome,
                    detail=detail,
                    archive=archive,
                    document_id=document.id,
                    at=self._clock(),
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
