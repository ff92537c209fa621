"""The typed objects that pass between the rooms.

Everything here is immutable and encodes to JSON without loss (`encode`, `decode`).
Offsets are Python string indices: `document.body[start:end]` is always the very text.
All times are aware; pages without a zone are read as Asia/Shanghai (`SHANGHAI`).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

SHANGHAI = ZoneInfo("Asia/Shanghai")

Precision = Literal["day", "minute"]
TextField = Literal["title", "body"]


class UserError(Exception):
    """Something a person gave cannot be used. The message is one line for that person: it names
    the thing and what to do. Every room's errors of this sort derive from it."""


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """Base of all records: immutable, compared by value."""


# ---------------------------------------------------------------- what is fetched


class Page(Record, frozen=True):
    """One archived response, bytes as received. `headers` has lower-case names."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    fetched_at: datetime


class Link(Record, frozen=True):
    """An attachment as a page links it; its real type is known only from its bytes."""

    url: str
    name: str


class Listed(Record, frozen=True):
    """One row of a list page. `id` is the id that its document will have."""

    id: str
    url: str
    title: str
    published: datetime | None = None
    precision: Precision | None = None
    code: str | None = None  # exchange code, filings only
    company: str | None = None  # short name as the exchange prints it
    file: Link | None = None  # filings: the PDF that is the document
    size: int | None = None  # bytes, where the list states it


class Issuer(Record, frozen=True):
    """One row of a list of listed companies. What the list does not state is None."""

    code: str
    short: str  # as printed, with the marks of the day
    full: str | None = None
    org_id: str | None = None  # CNINFO's number of the company; it never follows from the code
    industry: str | None = None
    listed: date | None = None


class Renaming(Record, frozen=True):
    """A change of name as an exchange lists it; `on` is the first day of the new name."""

    code: str
    old: str
    new: str
    on: date
    name: Literal["short", "full"]


class Listing(Record, frozen=True):
    """A list page read: its rows, and how it goes on."""

    items: tuple[Listed, ...]
    issuers: tuple[Issuer, ...] = ()  # of a list of companies, in place of items
    renamings: tuple[Renaming, ...] = ()
    next_url: str | None = None  # where paging is by URL
    has_more: bool = False  # where paging is by a number in the request
    total: int | None = None
    problems: tuple[str, ...] = ()  # unknown keys, rows that could not be read


# ---------------------------------------------------------------- what is read


class Table(Record, frozen=True):
    """A table inside a body: `body[start:end]`, one line a row, cells parted by tabs."""

    start: int
    end: int

    def rows(self, body: str) -> list[list[str]]:
        return [line.split("\t") for line in body[self.start : self.end].split("\n")]


class Article(Record, frozen=True):
    """What was read off a page. The body is its paragraphs joined by a newline."""

    id: str
    source: str  # "sasac"
    column: str  # "sasac.policy"
    url: str
    title: str
    published: datetime | None  # None only for texts that a person tags; what is crawled has one
    precision: Precision
    publisher: str | None = None
    document_number: str | None = None
    index_number: str | None = None
    body: str = ""
    tables: tuple[Table, ...] = ()
    links: tuple[Link, ...] = ()
    code: str | None = None
    company: str | None = None
    problems: tuple[str, ...] = ()


class Attachment(Record, frozen=True):
    """A file that belongs to a document. Its text, when read, is `body[start:end]`."""

    url: str
    name: str
    media: str  # by magic bytes: pdf, docx, xls, xlsx, zip, html, unknown, …
    outcome: str  # "read", or why not: not_pdf, encrypted, scanned, truncated, too_big, …
    sha256: str
    start: int = 0
    end: int = 0


class Extract(Record, frozen=True):
    """The text and tables of one file (offsets within `text`)."""

    media: str
    outcome: str
    text: str = ""
    tables: tuple[Table, ...] = ()
    detail: str | None = None


# ---------------------------------------------------------------- what is claimed about it


class Span(Record, frozen=True):
    """The words that caused a claim."""

    field: TextField
    start: int
    end: int
    text: str


class CompanyTag(Record, frozen=True):
    """`code` is None when ambiguous; then `candidates` holds the codes it may be."""

    code: str | None
    name: str
    role: Literal["subject", "mentioned"]
    how: str  # short, marked, full, former, alias, subsidiary, unlisted, code, exchange
    spans: tuple[Span, ...]
    candidates: tuple[str, ...] = ()
    note: str | None = None  # e.g. a printed code that contradicts the name


class ThemeTag(Record, frozen=True):
    name: str
    rule: str
    strength: float  # 0..1; passing mentions are low
    spans: tuple[Span, ...]


class Number(Record, frozen=True, tag_field="type", tag="number"):
    """A printed figure. `value` is in `unit` as printed; `base` in 元, 股, 元/股 or a ratio in %."""

    value: Decimal
    unit: str | None
    text: str
    start: int
    end: int
    base: Decimal | None = None
    base_unit: str | None = None
    inclusive: bool | None = None  # （含）/（不含）
    field: TextField = "body"


class Day(Record, frozen=True, tag_field="type", tag="day"):
    value: date
    text: str
    start: int
    end: int
    unit: None = None
    field: TextField = "body"


class Term(Record, frozen=True, tag_field="type", tag="term"):
    """A word of a closed vocabulary, or a name as printed."""

    value: str
    text: str
    start: int
    end: int
    unit: None = None
    field: TextField = "body"


FactField = Number | Day | Term


class Check(Record, frozen=True):
    """Arithmetic on a fact's own figures. `ok` is None where a figure is missing."""

    name: str
    ok: bool | None
    detail: str  # both figures, for a person
    fields: tuple[str, ...]


class Fact(Record, frozen=True):
    """A field that the text does not state is absent; several values are a tuple."""

    kind: str
    company: str | None  # listed code
    fields: dict[str, FactField | tuple[FactField, ...]]
    company_name: str | None = None
    checks: tuple[Check, ...] = ()


class Document(Article, frozen=True, kw_only=True):
    """An article with its files, tags and facts: the unit of storage and search."""

    attachments: tuple[Attachment, ...] = ()
    kinds: tuple[str, ...] = ()  # ("news",) for agency items; filings: by title and text
    companies: tuple[CompanyTag, ...] = ()
    themes: tuple[ThemeTag, ...] = ()
    facts: tuple[Fact, ...] = ()
    fingerprint: str = ""  # equal for the same story or filing seen twice
    lexicon: str = ""  # version of every dictionary and rule used
    withdrawn: datetime | None = None  # when the site was found to have taken it away

    @property
    def kind(self) -> str:
        return self.kinds[0] if self.kinds else "other"

    @property
    def complete(self) -> bool:
        """False when a file is still to be fetched again (blocked, not refused)."""
        return not any(a.outcome in RETRY_LATER for a in self.attachments)


# Files that a later fetch may still give: the site answered something else in their place.
RETRY_LATER = frozenset(
    {
        "not_pdf", "challenge", "empty_shell", "http_error", "backed_off",
        "timeout", "no_answer", "no_host", "cut", "truncated", "not_archived",
    }
)  # fmt: skip

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Document)


def encode(record: msgspec.Struct) -> bytes:
    return _encoder.encode(record)


def decode(data: bytes | str) -> Document:
    return _decoder.decode(data)
