"""Help with names: what a half-typed one may become, and what one that finds nothing may have meant.

Companies and themes are compared by sound (`中科署光` sounds like 中科曙光), by one wrong character, and by
initials (`zksg`). pypinyin gives the sounds; characters with several are read as in common words.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import msgspec
from pypinyin import Style, lazy_pinyin

from pipeline.companies_table import CompanyTable
from search.analyse import label
from search.query import Field

_LONGEST = 20  # characters of a name that is worth comparing


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
