"""Small documents for tests of the store and the engines; all of them synthetic."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pipeline.model import SHANGHAI, CompanyTag, Document, ThemeTag

MONDAY = datetime(2024, 2, 19, 9, 0, tzinfo=SHANGHAI)


def document(id: str = "sasac:c1", title: str = "国资委召开会议", body: str = "", **more: Any) -> Document:
    """`days` moves it from Monday of 2024-W08; `about` and `mentions` are (code, name); `themes` are names."""
    days = more.pop("days", 0)
    tags = [
        CompanyTag(code=code, name=name, role=role, how="short", spans=())
        for role, key in (("subject", "about"), ("mentioned", "mentions"))
        for code, name in more.pop(key, ())
    ]
    themes = tuple(ThemeTag(name=n, rule=n, strength=1.0, spans=()) for n in more.pop("themes", ()))
    source = id.split(":")[0]
    given: dict[str, Any] = {
        "source": source,
        "column": f"{source}.main",
        "url": f"https://{source}.example/{id.split(':')[1]}",
        "published": MONDAY + timedelta(days=days),
        "precision": "day",
        "kinds": ("news",),
        "companies": tuple(tags),
        "themes": themes,
    }
    return Document(id=id, title=title, body=body, **(given | more))
