"""Filings as documents, with the facts read of them, for tests of what looks across filings."""

from __future__ import annotations

from datetime import datetime, timedelta

from pipeline.filings import facts_of, kinds_of
from pipeline.model import SHANGHAI, Document

START = datetime(2024, 1, 20, tzinfo=SHANGHAI)


def filing(day: int, title: str, body: str, code: str = "600999") -> Document:
    """`day` is the number of days after `START`; it is also the id."""
    published, kinds = START + timedelta(days=day), kinds_of(title, body)
    return Document(
        id=f"cninfo:{code}-{day}",
        source="cninfo",
        column="cninfo.all",
        url="https://example.invalid/",
        title=title,
        published=published,
        precision="day",
        body=body,
        code=code,
        kinds=kinds,
        facts=facts_of(title, body, (), kinds, published, code),
    )
