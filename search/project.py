"""What an index holds of a document: one projection, the same for both engines.

The index holds no text that can be read back: hits are ids, and everything shown is cut from the store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec

from pipeline.model import SHANGHAI, Document, Fact, Number
from pipeline.week import Week
from search import analyse, fields

# Raised when an entry changes its form, so that an index of the old form is rebuilt.
VERSION = f"5 / {analyse.VERSION}"

# Parts the title from the body: three positions, so that no phrase reaches over it.
_GAP = " \ue000 \ue000 \ue000 "

# The score of a text halves for each of so many years that a document is older.
HALF_LIFE_YEARS = 8
_WEIGHT_ONE = 1990
_YEAR = 365.25 * 86400

_FACT_FIELDS = {"元": "amount", "股": "shares", "元/股": "price", "%": "ratio"}


class Entry(msgspec.Struct, frozen=True):
    """`order` sorts by time and has hardly two equals; `weight` makes recent outrank old."""

    id: str
    version: int
    checksum: int  # of what the store holds of it, to be compared with the store
    order: int
    published: int
    weight: float
    title_key: str  # to find a document by its whole title, whatever marks stand in it
    title_words: str
    words: str  # title and body
    title_grams: str
    grams: str  # title and body
    parts: str
    company: list[str]  # codes
    subject: list[str]  # those that the document is about
    company_name: list[str]
    theme: list[str]
    kind: list[str]
    source: list[str]  # its own, then those of its copies
    column: list[str]
    publisher: str  # grams
    docno: str  # grams
    has: list[str]
    day: str
    week: str
    month: str
    amount: list[float]
    shares: list[float]
    price: list[float]
    ratio: list[float]
    change: list[float]

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__struct_fields__}


def project(
    document: Document, version: int, elsewhere: Sequence[tuple[str, str]] = (), checksum: int = 0
) -> Entry:
    """`elsewhere`: source and column of its copies, under which it is found too."""
    assert document.published is not None  # the store takes no document without it
    seconds = int(document.published.timestamp())
    day = document.published.astimezone(SHANGHAI).date()
    figures = _figures(document.facts)
    words = analyse.words(document.title)
    return Entry(
        id=document.id,
        version=version,
        checksum=checksum,
        order=(seconds << 20) | _spread(document.id),
        published=seconds,
        weight=_weight(seconds),
        title_key=title_key(words),
        title_words=" ".join(words),
        words=" ".join(words + analyse.words(document.body)),
        title_grams=" ".join(analyse.grams(document.title)),
        grams=_GAP.join(" ".join(analyse.grams(text)) for text in (document.title, document.body)),
        parts=" ".join(analyse.parts(document.title, document.body)),
        company=_codes(document, ("subject", "mentioned")),
        subject=_codes(document, ("subject",)),
        company_name=_distinct(analyse.label(tag.name) for tag in document.companies),
        theme=_distinct(tag.name for tag in document.themes),
        kind=_distinct(document.kinds),
        source=_distinct([document.source, *(source for source, _ in elsewhere)]),
        column=_distinct([document.column, *(column for _, column in elsewhere)]),
        publisher=" ".join(analyse.grams(analyse.label(document.publisher or ""))),
        docno=" ".join(analyse.grams(analyse.label(document.document_number or ""))),
        has=[
            name
            for name, there in (
                ("fact", document.facts),
                ("attachment", document.attachments),
                ("table", document.tables),
            )
            if there
        ],
        day=day.isoformat(),
        week=str(Week.of(day)),
        month=f"{day:%Y-%m}",
        **{name: figures.get(name, []) for name in fields.names("number")},
    )


def title_key(words: list[str]) -> str:
    return "".join(words)[:500]


def _codes(document: Document, roles: tuple[str, ...]) -> list[str]:
    """Also the codes that an ambiguous name may stand for: a search should rather show than hide."""
    tags = [tag for tag in document.companies if tag.role in roles]
    return _distinct(code for tag in tags for code in ((tag.code,) if tag.code else tag.candidates))


def _distinct(many: Any) -> list[str]:
    return list(dict.fromkeys(many))


def _figures(facts: tuple[Fact, ...]) -> dict[str, list[float]]:
    """By unit; a growth rate is `change`, every other share of a whole `ratio`. Earnings per share are in
    元/股 too, and no price: a price is what is called so."""
    found: dict[str, set[float]] = {}
    for fact in facts:
        for name, value in fact.fields.items():
            for figure in value if isinstance(value, tuple) else (value,):
                if isinstance(figure, Number):
                    base, unit = _base(figure)
                    field = _FACT_FIELDS.get(unit or "")
                    if field == "ratio" and name.endswith("_change"):
                        field = "change"
                    if field and (field != "price" or "price" in name):
                        found.setdefault(field, set()).add(float(base))
    return {field: sorted(values) for field, values in found.items()}


def _base(figure: Number) -> tuple[Decimal, str | None]:
    if figure.base is not None:
        return figure.base, figure.base_unit
    return figure.value, figure.unit


@cache
def _year_start(year: int) -> int:
    return int(fields.moment(date(year, 1, 1)).timestamp())


def _weight(seconds: int) -> float:
    """Such that log2(2 + weight), by which both engines can multiply a score, halves with age.

    Multiplying by 2**(t / half-life) orders as decay with age does, whatever the hour of the query.
    """
    years = (seconds - _year_start(_WEIGHT_ONE)) / _YEAR
    factor = 2.0 ** min(max(years / HALF_LIFE_YEARS, 0.0), 9.9)
    return float(2.0**factor - 2.0)


def _spread(id: str) -> int:
    return int.from_bytes(hashlib.blake2s(id.encode("utf-8", "surrogatepass"), digest_size=4).digest()) >> 12
