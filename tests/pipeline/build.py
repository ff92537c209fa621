"""Small records for the tests of the pipeline."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pipeline.model import SHANGHAI, Article


def article(**given: Any) -> Article:
    """An article of 19 February 2024; what is given replaces the defaults."""
    known: dict[str, Any] = {
        "id": "test:1",
        "source": "test",
        "column": "test.news",
        "url": "https://example.org/1",
        "title": "",
        "published": datetime(2024, 2, 19, tzinfo=SHANGHAI),
        "precision": "day",
        "body": "",
    }
    return Article(**(known | given))
