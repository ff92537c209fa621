"""What the answers of Scrapy are to the readers."""

from __future__ import annotations

import hashlib

from scrapy import Request
from scrapy.http import Response

from crawlers.middlewares import FETCHED_AT
from pipeline.model import Page
from search.ledger import Validator


def asked(response: Response) -> Request:
    assert response.request is not None  # the engine sets it before anybody sees the answer
    return response.request


def page_of(response: Response) -> Page:
    headers = {
        name.decode("latin-1").lower(): b", ".join(response.headers.getlist(name)).decode("latin-1")
        for name in response.headers
    }
    return Page(
        url=response.url,
        status=response.status,
        headers=headers,
        body=response.body,
        fetched_at=asked(response).meta[FETCHED_AT],
    )


def validator(response: Response) -> Validator | None:
    said = [response.headers.get(name) for name in ("ETag", "Last-Modified")]
    words = [value.decode("latin-1") if value else None for value in said]
    return Validator(*words) if any(words) else None


def sha256(response: Response) -> str:
    return hashlib.sha256(response.body).hexdigest()
