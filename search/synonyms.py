"""Names of one thing, as data: `synonyms.yaml`, and those of kinds. Applied when a query is planned, so on both
engines alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

from pipeline import segment
from pipeline.kinds import kind_names
from pipeline.strict_yaml import read_yaml
from search.analyse import fold


class Synonyms:
    """`raw`: `words` are groups of names of one thing; `source` and `kind` give the names of each value."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self._group: dict[str, tuple[str, ...]] = {}
        for group in raw["words"]:
            names = tuple(fold(str(name)) for name in group)
            for name in names:
                self._group[name] = names
        self._values = {
            field: {fold(str(name)): value for value, names in raw[field].items() for name in (value, *names)}
            for field in ("source", "kind")
        }
        self._shown = {
            field: {value: str(names[0]) for value, names in raw[field].items()}
            for field in ("source", "kind")
        }
        longest_first = sorted(self._group, key=len, reverse=True)
        # A name in letters must stand alone: AI is not in MAIL.
        self._names = re.compile(
            "|".join(
                rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])" if name.isascii() else re.escape(name)
                for name in longest_first
            )
        )

    def split(self, run: str) -> list[tuple[str, tuple[str, ...]]]:
        """A folded run in pieces: each with the other names of its thing, none for ordinary text.

        jieba's cut decides whether a name stands there: 央行 is not in 中央|行政, nor 工信部 in 工信|部门.
        """
        pieces: list[tuple[str, tuple[str, ...]]] = []
        last = 0
        for start, end in self._standing(run):
            if start > last:
                pieces.append((run[last:start], ()))
            name = run[start:end]
            pieces.append((name, tuple(other for other in self._group[name] if other != name)))
            last = end
        if last < len(run):
            pieces.append((run[last:], ()))
        return pieces

    def _standing(self, run: str) -> Iterator[tuple[int, int]]:
        found = self._names.search(run)
        bounds = {0} | {end for _, _, end in segment.cut(run)} if found else set()
        while found:
            start, end = found.span()
            whole = found[0].isascii() or (start in bounds and end in bounds)
            if whole:
                yield start, end
            found = self._names.search(run, end if whole else start + 1)

    def value(self, field: str, typed: str) -> str:
        """`kind:回购` is `kind:buyback`; what is not listed stands for itself."""
        return self._values.get(field, {}).get(fold(typed), typed)

    def label(self, field: str, value: str) -> str:
        """What people call a value; what has no name stands for itself."""
        return self._shown.get(field, {}).get(value, value)

    def spellings(self, field: str) -> dict[str, str]:
        """Everything that may be written for a value of a field, folded."""
        return dict(self._values.get(field, {}))


@cache
def load_synonyms() -> Synonyms:
    name = "synonyms.yaml"
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return Synonyms(read_yaml(text, name) | {"kind": kind_names()})
