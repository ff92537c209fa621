"""The tables of the store, in SQL that SQLite and PostgreSQL both speak.

Moments are whole or fractional seconds since 1970 (UTC), so that both databases compare them alike.
A document's current row holds what is filtered and joined on; the document itself is the JSON of its version.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    and_,
    func,
)

SCHEMA = 2

metadata = MetaData()

# SQLite gives an alias of the row id, hence an ever-growing number, only to INTEGER.
_Serial = BigInteger().with_variant(Integer(), "sqlite")

# In the order of its characters, as everything that is compared with the store has it.
_Id = String().with_variant(String(collation="C"), "postgresql")

meta = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", Text, nullable=False))

documents = Table(
    "documents",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("source", String, nullable=False),
    Column("column", String, nullable=False),  # "cninfo.filings"
    Column("published", BigInteger, nullable=False),
    Column("kinds", Text, nullable=False),  # " buyback other ", so that LIKE '% buyback %' is exact
    Column("complete", Boolean, nullable=False),
    Column("fingerprint", String, nullable=False),  # of the text
    # By what a filing is known on another site (pipeline.duplicates); none for news.
    Column("number", String),
    Column("named", String),  # company and title
    Column("day", Integer),  # 20240219
    Column("corrects", String),  # `named` of what it says it corrects
    Column("duplicate_of", String, ForeignKey("documents.id", deferrable=True, initially="DEFERRED")),
    Column("stored_at", Float, nullable=False),
    Index("documents_by_time", "published", "id"),
    Index("documents_by_source", "source", "published", "id"),
    Index("documents_by_column", "column", "published"),
    Index("documents_by_first", "duplicate_of"),
    Index("documents_by_fingerprint", "fingerprint"),
    Index("documents_by_number", "number"),
    Index("documents_by_name", "named", "day"),
    Index("documents_by_correction", "corrects"),
)

# At most one document of a fingerprint stands on its own: the database refuses a second one.
Index(
    "documents_first",
    documents.c.fingerprint,
    unique=True,
    sqlite_where=documents.c.duplicate_of.is_(None) & (documents.c.fingerprint != ""),
    postgresql_where=documents.c.duplicate_of.is_(None) & (documents.c.fingerprint != ""),
)

versions = Table(
    "versions",
    metadata,
    Column("document_id", String, ForeignKey("documents.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("stored_at", Float, nullable=False),
    Column("run", Integer),
)

# Joins the present version to its document.
CURRENT = and_(versions.c.document_id == documents.c.id, versions.c.version == documents.c.version)

runs = Table(
    "runs",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("source", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("owner", String, nullable=False),  # host:pid:start, to know when the process is gone
    Column("started", Float, nullable=False),
    Column("ended", Float),
    Column("state", String),  # None while it runs
    Column("reason", Text),
    Index("runs_by_source", "source", "id"),
    sqlite_autoincrement=True,
)

ledger = Table(
    "ledger",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("run", Integer, ForeignKey("runs.id")),
    Column("column", String),  # of the source; none where the page serves the whole source
    Column("step", String),  # list, page or file; none for robots.txt and the like
    Column("url", Text, nullable=False),
    Column("outcome", String, nullable=False),
    Column("detail", Text),
    Column("archive", Text),
    Column("document_id", String),
    Column("at", Float, nullable=False),
    Index("ledger_by_run", "run", "outcome"),
    Index("ledger_by_document", "document_id"),
    Index("ledger_by_step", "column", "step", "at"),
    sqlite_autoincrement=True,
)

# What a site said of a page, so that it is asked again only for what changed since.
validators = Table(
    "validators",
    metadata,
    Column("url", Text, primary_key=True),
    Column("etag", Text),
    Column("modified", Text),
)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", _Serial, primary_key=True, autoincrement=True),
    Column("document_id", String, ForeignKey("documents.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("added", Float, nullable=False),
    Column("parked", Text),  # the reason; None while it waits for the index
    Index("outbox_by_document", "document_id"),
    sqlite_autoincrement=True,  # a number is never given twice, even after the table was emptied
)

# Documents that came or changed and that the saved searches have still to see; empty while there are none.
arrivals = Table(
    "arrivals",
    metadata,
    Column("seq", _Serial, primary_key=True, autoincrement=True),
    Column("document_id", String, ForeignKey("documents.id"), nullable=False),
    sqlite_autoincrement=True,
)

watches = Table(
    "watches",
    metadata,
    Column("name", String, primary_key=True),
    Column("query", Text, nullable=False),
    Column("digest", String),  # "08:30" or "mon 08:30"; none: at once
    Column("created", Float, nullable=False),
    Column("problem", Text),  # why the query cannot be run any more; none while it can
)

targets = Table(
    "targets",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("watch", String, ForeignKey("watches.name"), nullable=False),
    Column("url", Text, nullable=False),  # as given: may hold a secret, never shown
    Column("failures", Integer, nullable=False),  # in a row
    Column("retry_at", Float, nullable=False),  # not before; 0 while it answers
    Column("problem", Text),
    Column("since", Float),  # of the first failure in a row
    Index("targets_by_watch", "watch"),
    sqlite_autoincrement=True,
)

# What was sent where: a document stands here once for each target, whatever happens to it.
alerts = Table(
    "alerts",
    metadata,
    Column("target", Integer, ForeignKey("targets.id"), primary_key=True),
    Column("document_id", String, ForeignKey("documents.id"), primary_key=True),
    Column("state", String, nullable=False),  # unchecked, due, sending, sent, unsure
    Column("unanswered", Integer, nullable=False),  # times it may have been received without an answer
    Column("not_before", Float, nullable=False),  # when its digest is due
    Column("at", Float, nullable=False),  # of the last change of state
    Index("alerts_by_state", "target", "state", "not_before"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("name", String, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),  # SHA-256; the token itself is kept nowhere
    Column("scopes", String, nullable=False),  # parted by blanks
    Column("created", Float, nullable=False),
    Column("used", Float),
)

leases = Table(
    "leases",
    metadata,
    Column("source", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("until", Float, nullable=False),
)

# No copy of another. Not `IS NULL`: SQLite would look up the many that are none in the index of copies, and
# sort them all for each page of them.
ALONE = func.coalesce(documents.c.duplicate_of, "") == ""
