"""What every engine offers, and what passes between it and its callers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, Protocol, TypeVar

import msgspec

from pipeline.model import UserError
from search.plan import Plan
from search.project import Entry, project
from search.store import Stamp, Store
from search.verify import Mended

Sort = Literal["relevance", "time"]
T = TypeVar("T")


class Hit(msgspec.Struct, frozen=True):
    id: str
    score: float


class Results(msgspec.Struct, frozen=True):
    """`next` is the cursor of the following page, None on the last one."""

    total: int
    hits: tuple[Hit, ...]
    next: str | None = None


class Refusal(msgspec.Struct, frozen=True):
    """A document that the index will not take, however often it is sent; or, `passing`, by a fault of the
    server, so that it must be sent again.
    """

    id: str
    reason: str
    passing: bool = False


class EngineDown(UserError):
    """The engine cannot be reached or is overloaded; what was sent must be sent again."""


class IndexBroken(Exception):
    """There is no index of the present form, or it is damaged: it must be rebuilt from the store."""


class Engine(Protocol):
    name: str  # of the index, whichever generation of it is in use

    def generation(self) -> str:
        """The name of the index in use, which a rebuild changes. Raises IndexBroken when there is none."""

    def ready(self) -> None:
        """Raises IndexBroken when there is no index that can be written to."""

    def index(self, entries: Sequence[Entry]) -> list[Refusal]:
        """All or nothing, apart from the refusals. A document that is there is replaced."""

    def delete(self, stamps: Sequence[Stamp]) -> list[Refusal]: ...

    def search(
        self, plan: Plan, limit: int = 20, sort: Sort = "relevance", after: str | None = None
    ) -> Results: ...

    def facets(self, plan: Plan, fields: Sequence[str], most: int) -> dict[str, list[tuple[str, int]]]:
        """How many matching documents have each value of each field; most frequent first, then by value."""

    def frequencies(self, words: Sequence[str]) -> list[int]:
        """In how many documents each word stands."""

    def count(self) -> int: ...

    def stamps(self) -> Iterator[Stamp]:
        """Of all that it holds, by id."""

    def rebuild(self, store: Store) -> int:
        """A new index from the store takes the place of the old one, which serves until then."""

    def mend(self, store: Store) -> Mended:
        """Puts right exactly what differs from the store. Refused documents are parked with their reason, or,
        when the server is at fault, wait in the outbox.
        """

    def close(self) -> None: ...


def entries(store: Store, ids: Iterable[str]) -> Iterator[Entry]:
    """Of those that stand on their own; read in small parts, for they may be many."""
    for some in chunks(ids, 500):
        for standing in store.alone(some).values():
            yield project(*standing)


def chunks(many: Iterable[T], size: int) -> Iterator[list[T]]:
    batch: list[T] = []
    for entry in many:
        batch.append(entry)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
