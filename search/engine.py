"""What every engine offers, and what passes between it and its callers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, Protocol

import msgspec

from pipeline.model import UserError
from search.plan import Plan
from search.project import Entry
from search.store import Stamp, Store

Sort = Literal["relevance", "time"]


class Hit(msgspec.Struct, frozen=True):
    id: str
    score: float


class Results(msgspec.Struct, frozen=True):
    """`next` is the cursor of the following page, None on the last one."""

    total: int
    hits: tuple[Hit, ...]
    next: str | None = None


class Refusal(msgspec.Struct, frozen=True):
    """A document that the index will not take, however often it is sent."""

    id: str
    reason: str


class EngineDown(UserError):
    """The engine cannot be reached or is overloaded; what was sent must be sent again."""


class IndexBroken(Exception):
    """There is no index of the present form, or it is damaged: it must be rebuilt from the store."""


class Engine(Protocol):
    def ready(self) -> None:
        """Raises IndexBroken when there is no index that can be written to."""

    def index(self, entries: Sequence[Entry]) -> list[Refusal]:
        """All or nothing, apart from the refusals. A document that is there is replaced."""

    def delete(self, stamps: Sequence[Stamp]) -> None: ...

    def search(
        self, plan: Plan, limit: int = 20, sort: Sort = "relevance", after: str | None = None
    ) -> Results: ...

    def facets(self, plan: Plan, fields: Sequence[str], most: int) -> dict[str, list[tuple[str, int]]]:
        """How many matching documents have each value of each field; most frequent first, then by value."""

    def frequencies(self, words: Sequence[str]) -> list[int]:
        """In how many documents each word stands."""

    def count(self) -> int: ...

    def stamps(self) -> Iterator[Stamp]:
        """Id and version of all that it holds, by id."""

    def rebuild(self, store: Store) -> int:
        """A new index from the store takes the place of the old one, which serves until then."""

    def close(self) -> None: ...


def chunks(many: Iterable[Entry], size: int) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    for entry in many:
        batch.append(entry)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
