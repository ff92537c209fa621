"""The issue as JSON: every sentence with the documents and offsets it came from."""

from __future__ import annotations

import msgspec

from weekly.model import Issue

_encoder = msgspec.json.Encoder(order="deterministic")


def json(issue: Issue) -> bytes:
    return msgspec.json.format(_encoder.encode(issue), indent=2) + b"\n"


def load(data: bytes) -> Issue:
    return msgspec.json.decode(data, type=Issue)
