"""Documents into the store: versions, and which of several copies stands on its own."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from types import SimpleNamespace
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, exists, insert, or_, select, update

from pipeline.duplicates import Kept, groups, keys
from pipeline.model import SHANGHAI, Document, encode
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
        detail: str | None = None,
    ) -> Outcome:
        """Stores a document and closes its page in the ledger with the outcome returned.

        `page_outcome` names what the page was where that differs: of a PDF that is HTML, the document
        is stored with its list facts and the page is `not_pdf`. Without `page_url` the page has its
        row already.
        """
        with self._write.begin() as connection:
            one_writer(connection)
            return self._put(connection, document, run, page_url, archive, page_outcome, step, detail)

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
        """Those that neither the store nor the batch knows, nor anything that may be the same."""
        c = documents.c
        marks = [_marks(document) for document in batch]
        every = Counter(mark for mine in marks for mark in mine)
        known = {mark for mark, n in every.items() if n > 1}
        for column in ("id", "fingerprint", "number", "named"):
            wanted = [value for name, value in every if name == column]
            found = connection.execute(select(c[column]).where(c[column].in_(wanted)).distinct())
            known.update((column, value) for value in found.scalars())
        return [document for document, mine in zip(batch, marks, strict=True) if known.isdisjoint(mine)]

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
            "stored_at": now,
            **known_by(document),
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
        detail: str | None = None,
    ) -> Outcome:
        old = connection.execute(select(documents).where(documents.c.id == document.id)).first()
        row, kept = self._rows(document, 1 if old is None else old.version + 1, run)
        if old is not None and old.digest == row["digest"]:
            outcome: Outcome = "unchanged"
        elif old is not None and old.complete and not document.complete:
            # The site answered something else in place of a file we already have: keep what we have.
            outcome, detail = "unchanged", "this copy lacks a file that is stored already"
        else:
            before = self._near(connection, [old]) if old is not None else {}
            near = self._near(connection, [*before.values(), SimpleNamespace(**row)])  # as it will be
            # A copy of itself until it is settled: of one fingerprint one document stands alone at any moment.
            row["duplicate_of"] = document.id if len(near) > 1 else None
            if old is None:
                connection.execute(insert(documents).values(row))
            else:
                connection.execute(update(documents).where(documents.c.id == document.id).values(row))
            connection.execute(insert(versions).values(kept))
            if len(near) > 1:
                alone = self._settle(connection, document.id, near, before)
            else:
                alone = True
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

    def _near(self, connection: Connection, seeds: Sequence[Any]) -> dict[str, Any]:
        """The rows that may be one with these, those that may be one with them, and so on."""
        found: dict[str, Any] = {seed.id: seed for seed in seeds}
        while seeds:
            same = [value for seed in seeds for value in _same(seed)]
            rows = connection.execute(select(*_NEAR).where(or_(*same))).all() if same else []
            seeds = [row for row in rows if row.id not in found]
            found |= {row.id: row for row in seeds}
        return found

    def _settle(
        self, connection: Connection, id: str, near: Mapping[str, Any], before: Mapping[str, Any]
    ) -> bool:
        """Says of a document just written, and of all near it now and before, which stand alone.

        Enqueues what the index has to learn of that. True when `id` stands alone.
        """
        was = {row.id: row.duplicate_of for row in [*near.values(), *before.values()] if row.id != id}
        if id in before:  # else it is new
            was[id] = before[id].duplicate_of
        now: dict[str, str | None] = {}
        for group in groups(_kept(row) for row in near.values()):
            now |= {kept.id: None if kept is group[0] else group[0].id for kept in group}
        # Followers before their firsts: see `_put`.
        for each, first in sorted(now.items(), key=lambda pair: pair[1] is None):
            if each == id or was[each] != first:
                connection.execute(update(documents).where(documents.c.id == each).values(duplicate_of=first))
        for each in sorted(now):
            stood, stands = each in was and was[each] is None, now[each] is None
            # It is found under the columns of its copies too.
            others = {k: row.column for k, row in near.items() if row.column != near[each].column}
            led, leads = ({others[k] for k in others if state.get(k) == each} for state in (was, now))
            if stood != stands or (stands and (each == id or led != leads)):
                self._enqueue(connection, each)
        return now[id] is None


_NEAR = [
    documents.c[name]
    for name in (
        "id",
        "source",
        "column",
        "published",
        "complete",
        "fingerprint",
        "number",
        "named",
        "day",
        "duplicate_of",
    )
]


def known_by(document: Document) -> dict[str, Any]:
    """The columns by which it is known again."""
    assert document.published is not None
    known = keys(document)
    return {
        "fingerprint": document.fingerprint,
        "number": known.number,
        "named": known.named,
        "day": int(f"{document.published.astimezone(SHANGHAI):%Y%m%d}") if known.named else None,
        "corrects": known.corrects,
    }


def _marks(document: Document) -> set[tuple[str, str]]:
    known = keys(document)
    marks = (
        ("id", document.id),
        ("fingerprint", document.fingerprint),
        ("number", known.number),
        ("named", known.named),
    )
    return {(name, value) for name, value in marks if value}


def _same(row: Any) -> list[ColumnElement[bool]]:
    c = documents.c
    same = [c.fingerprint == row.fingerprint] if row.fingerprint else []
    same += [c.number == row.number] if row.number else []
    return same + ([and_(c.named == row.named, c.day == row.day)] if row.named else [])


def _kept(row: Any) -> Kept:
    return Kept(**{name: getattr(row, name) for name in Kept.__struct_fields__})
