"""Help with names: what a half-typed one may become, and what one that finds nothing may have meant.

Companies and themes are compared by sound (`中科署光` sounds like 中科曙光), by one wrong character, and by
initials (`zksg`); companies also by the characters that a name shares in order with a longer one
(`曙光信息产业股份有限公司`). pypinyin gives the sounds; characters with several are read as in common words.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property

import msgspec
from pypinyin import Style, lazy_pinyin

from pipeline.companies_table import CompanyTable, unmarked
from search.analyse import label
from search.query import Field

_LONGEST = 20  # characters of a name that is worth comparing
_LONGEST_FULL = 40
_LEGAL = re.compile(r"(?:集团)?(?:股份有限公司|有限责任公司|股份公司|有限公司)$|(?<=..)股份$|(?<=..)[ab]$")
# Two characters side by side are worth so much more than apart, and a name is alike from this share of
# itself on. Of 400 full names against short names alone: 98 in 100 among the first five, 92 the first.
_ADJACENT, _ALIKE = 0.5, 0.4


class Suggestion(msgspec.Struct, frozen=True):
    """`query` is what to ask (the value alone, unless more is known); `shown` is the value for people."""

    field: str
    value: str
    shown: str
    query: str = ""

    def __post_init__(self) -> None:
        if not self.query:
            msgspec.structs.force_setattr(self, "query", str(Field(self.field, self.value)))


class _Name(msgspec.Struct, frozen=True):
    text: str
    suggestion: Suggestion
    rank: int  # the name in use before former and full names


class Suggester:
    def __init__(self, table: CompanyTable, themes: Iterable[str]) -> None:
        order = ("short", "marked", "alias", "former", "full", "subsidiary", "unlisted")
        self._names = [_Name(label(theme), Suggestion("theme", theme, theme), 0) for theme in themes]
        for name in table.names:
            if name.code is None:
                suggestion = Suggestion("company", name.shown, name.shown)
            else:
                now = f"{name.shown} {name.code}"
                shown = now if name.text == name.shown else f"{name.text}（{now}）"
                suggestion = Suggestion("company", name.code, shown)
            self._names.append(_Name(label(name.text), suggestion, order.index(name.how)))
        self._codes = [
            _Name(code, Suggestion("company", code, f"{company.shown} {code}"), 0)
            for code, company in table.companies.items()
        ]

    @cached_property
    def _sounds(self) -> dict[tuple[str, ...], list[_Name]]:
        sounds: dict[tuple[str, ...], list[_Name]] = {}
        for name in self._names:
            if len(name.text) <= _LONGEST:
                sounds.setdefault(tuple(lazy_pinyin(name.text)), []).append(name)
        return sounds

    @cached_property
    def _initials(self) -> list[tuple[str, str, _Name]]:
        """Initials and whole sound of every name."""
        found = []
        for name in self._names:
            if len(name.text) <= _LONGEST:
                initials = "".join(lazy_pinyin(name.text, style=Style.FIRST_LETTER))
                found.append((initials, "".join(lazy_pinyin(name.text)), name))
        return found

    def complete(self, typed: str, most: int = 10) -> list[Suggestion]:
        """Names that begin so, then names that hold it; letters also stand for sounds and initials."""
        text = label(typed)
        if not text:
            return []
        if text.isdigit():
            found = [(0, name) for name in self._codes if name.text.startswith(text)]
        else:
            found = [
                (0 if name.text.startswith(text) else 1, name) for name in self._names if text in name.text
            ]
            if text.isascii() and len(text) >= 2:
                found += [
                    (2, name)
                    for initials, sound, name in self._initials
                    if initials.startswith(text) or (len(text) >= 4 and sound.startswith(text))
                ]
        found.sort(key=lambda pair: (pair[0], pair[1].rank, len(pair[1].text), pair[1].text))
        return _distinct((name for _, name in found), most)

    def near(self, typed: str, most: int = 3) -> list[Suggestion]:
        """Names that sound the same, then those with one character or one sound different."""
        text = label(typed)
        if not 2 <= len(text) <= _LONGEST or text.isdigit():
            return []
        sound = tuple(lazy_pinyin(text))
        same = [name for name in self._sounds.get(sound, ()) if name.text != text]
        former = [name for name in self._sounds.get(sound, ()) if name.text == text and name.rank >= 3]
        close = []
        if len(text) >= 3:
            for other, names in self._sounds.items():
                if len(other) == len(sound) and sum(a != b for a, b in zip(other, sound, strict=True)) <= 1:
                    close += [name for name in names if _one_off(name.text, text)]
                elif abs(len(other) - len(sound)) == 1:
                    close += [name for name in names if _one_more(name.text, text)]
        close = [name for name in close if name.text != text]
        ranked = sorted(close, key=lambda name: (name.rank, len(name.text), name.text))
        return _distinct([*former, *sorted(same, key=lambda name: name.rank), *ranked], most)

    @cached_property
    def _bare(self) -> list[tuple[str, _Name]]:
        """Names of companies without marks and legal form: what full and short names have in common."""
        return [
            (_LEGAL.sub("", unmarked(name.text.upper()).lower()), name)
            for name in self._names
            if name.suggestion.field == "company"
        ]

    @cached_property
    def _weights(self) -> dict[str, float]:
        """A character says the more, the fewer names have it."""
        counts = Counter(character for bare, _ in self._bare for character in set(bare))
        return {character: math.log((len(self._bare) + 1) / n) for character, n in counts.items()}

    def alike(self, typed: str, most: int = 5) -> list[Suggestion]:
        """Companies whose names share characters in order with a longer one, the likeliest first."""
        text = _LEGAL.sub("", label(typed))[:_LONGEST_FULL]
        found: list[tuple[float, int, str, _Name]] = []
        for bare, name in self._bare:
            if len(set(text).intersection(bare)) >= 2:
                shared, whole = self._shared(bare, text), self._shared(bare, bare)
                if shared >= _ALIKE * whole > 0:
                    found.append((-shared * shared / whole, name.rank, bare, name))
        return _distinct((name for *_, name in sorted(found, key=lambda one: one[:3])), most)

    def _shared(self, one: str, other: str) -> float:
        """Weight of the longest common subsequence, by dynamic programming: `best` up to a place of `other`,
        `at` where the last match is at that place."""
        best = at = [0.0] * (len(other) + 1)
        for character in one:
            weight = self._weights.get(character, 0.0)
            now_best, now_at = [0.0], [0.0]
            for place, same in enumerate(other, 1):
                joined = at[place - 1] + _ADJACENT * weight if at[place - 1] else 0.0
                now_at.append(weight + max(best[place - 1], joined) if same == character else 0.0)
                now_best.append(max(now_best[-1], best[place], now_at[-1]))
            best, at = now_best, now_at
        return best[-1]


def _one_off(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) <= 1


def _one_more(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(long) - len(short) == 1 and any(
        long[:place] + long[place + 1 :] == short for place in range(len(long))
    )


def _distinct(names: Iterable[_Name], most: int) -> list[Suggestion]:
    found: dict[tuple[str, str], Suggestion] = {}
    for name in names:
        found.setdefault((name.suggestion.field, name.suggestion.value), name.suggestion)
        if len(found) == most:
            break
    return list(found.values())
