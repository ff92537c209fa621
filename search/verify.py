"""Compares an index with the store: both give their documents by id, so any number needs no memory."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from search.store import Stamp


class Difference(msgspec.Struct, frozen=True):
    """`missing` and `stale` are ids that the index lacks or has in an old version; `foreign` are in no store."""

    missing: tuple[str, ...]
    stale: tuple[str, ...]
    foreign: tuple[Stamp, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.foreign)


def differences(store: Iterator[Stamp], index: Iterator[Stamp]) -> Difference:
    missing: list[str] = []
    stale: list[str] = []
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
            if here.version != there.version:
                stale.append(here.id)
            here, there = next(store, None), next(index, None)
    return Difference(tuple(missing), tuple(stale), tuple(foreign))
