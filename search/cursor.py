"""Cursors: a place in a list of results, as text that a person can pass on, alike for both engines.

Results stand in the order of score (relevance only), then time, then id. A cursor names the last one shown,
and a view of the index that the engine keeps for some minutes, in which nothing moves. Where the view is no
more, the next page begins behind the last one shown, wherever that stands by then.
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

import msgspec

from pipeline.model import UserError
from search.engine import Hit, Results

Row = tuple[float, int, str]  # score, order, id


class Place(msgspec.Struct, frozen=True, array_like=True):
    """`depth` is how many were shown so far; `pit` names a view of the index that the engine keeps for a while."""

    # Bounds, because anybody may make a cursor up.
    score: Annotated[float, msgspec.Meta(ge=0, le=1e12)]
    order: Annotated[int, msgspec.Meta(ge=-(2**62), le=2**62)]
    id: str
    depth: Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]
    pit: str | None = None


def encode(place: Place) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def decode(text: str | None) -> Place | None:
    if text is None:
        return None
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=Place)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise UserError(f"游标 {text[:40]}：不是上一页答复给出的") from None


def key(row: Row) -> tuple[float, int, str]:
    score, order, id = row
    return -score, -order, id


def page(total: int, rows: list[Row], limit: int, place: Place | None, pit: str | None = None) -> Results:
    """The rows after a place, in order; `rows` must hold one more than the limit when there are more."""
    rows = sorted(rows, key=key)
    if place is not None:
        rows = [row for row in rows if key(row) > key((place.score, place.order, place.id))]
    shown = rows[:limit]
    depth = (place.depth if place else 0) + len(shown)
    more = len(rows) > limit
    next = encode(Place(*shown[-1], depth, pit)) if more and shown else None
    return Results(total, tuple(Hit(id, score) for score, _, id in shown), next)
