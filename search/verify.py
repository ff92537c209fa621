"""Compares an index with the store: both give their documents by id, so any number needs no memory."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from search.store import Stamp


class Difference(msgspec.Struct, frozen=True):
    """`missing` and `stale` are ids that the index lacks, or has in an old version or with another checksum;
    `foreign` are in no store.

    `ahead` are in the index with a later version than the store's, which is the truth: something else wrote
    to the index, or the store was put back from a backup. Their stamps are the index's.
    """

    missing: tuple[str, ...]
    stale: tuple[str, ...]
    ahead: tuple[Stamp, ...]
    foreign: tuple[Stamp, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.ahead or self.foreign)

    @property
    def ids(self) -> dict[str, tuple[str, ...]]:
        """By what is wrong with them."""
        ahead, foreign = (tuple(stamp.id for stamp in stamps) for stamps in (self.ahead, self.foreign))
        return {"missing": self.missing, "stale": self.stale, "ahead": ahead, "foreign": foreign}


class Mended(msgspec.Struct, frozen=True):
    """`done`: how many documents differed and agree now; `left`: those that still differ, with the reason;
    `passing`: of these the ids that the server refused by a fault of its own; `removed`: indices that killed
    rebuilds had left.
    """

    done: int
    left: dict[str, str]
    passing: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def differences(store: Iterator[Stamp], index: Iterator[Stamp]) -> Difference:
    missing: list[str] = []
    stale: list[str] = []
    ahead: list[Stamp] = []
    foreign: list[Stamp] = []
    here, there = next(store, None), next(index, None)
    while here is not None or there is not None:
        if there is None or (here is not None and here.id < there.id):
            assert here is not None
            missing.append(here.id)
            here = next(store, None)
        elif here is None or there.id < here.id:
            foreign.append(there)
            there = next(index, None)
        else:
            if there.version > here.version:
                ahead.append(there)
            elif there != here:
                stale.append(here.id)
            here, there = next(store, None), next(index, None)
    return Difference(tuple(missing), tuple(stale), tuple(ahead), tuple(foreign))
