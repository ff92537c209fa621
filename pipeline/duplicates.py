"""Fingerprints: equal for the same filing or story seen twice, different for look-alikes."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from pipeline.normalise import Normal

_NOISE = re.compile(r"[^\w%.+-]+")


def fingerprint(source: str, code: str | None, title: str, published: datetime, body: str) -> str:
    """A filing is its company, title and text; a story is its text, wherever it was printed."""
    text = _NOISE.sub("", Normal(body).text.lower())
    head = f"{code}|{_NOISE.sub('', Normal(title).text.lower())}" if code or not text else ""
    day = "" if text else published.date().isoformat()
    return hashlib.sha256(f"{head}|{day}|{text}".encode()).hexdigest()[:16]
