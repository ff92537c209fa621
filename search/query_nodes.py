"""The parts of a query and how each is printed: `str(query)` is text that parses to an equal query."""

from __future__ import annotations

import re

import msgspec

SIGNS = ("-", "!")
ALONE = ("OR", "AND", "NOT", "||", "&&", *SIGNS)  # operators, where there is nothing for them to join
_PLAIN_VALUE = re.compile(
    r"""[^\s()"“”<>≥≤≧≦\[{\\，。；、！？\uff01-\uff5e][^\s()"“”，。；、！？\uff01-\uff5e]*"""
)
_BOOST = re.compile(r"(?:^|[^\W\d])[~^]\d?(?:\.\d)?$")
# Not 5*8, nor *ST and S*ST, which are in names of companies; a question mark at the end is one.
_WILD = re.compile(r"\w(\*)+$|^(\*)(?!ST)\w|[^\W\d](\*)(?!ST)\w|\d(\*)[^\W\d]|\w(\?)\w|^(\*)$", re.IGNORECASE)
_EXPRESSION = re.compile(r"/.+/")


def lucene(text: str) -> str | None:
    """What a word or a value asks for that this language does not have; None when it is plain."""
    if _BOOST.search(text):
        return "不支持 ~ 模糊与 ^ 权重；要原样查这些字，请放进引号"
    if _EXPRESSION.fullmatch(text):
        return "不支持正则表达式；要原样查这些字，请放进引号"
    if "://" not in text and (found := _WILD.search(text)):
        return f"不支持 {found[found.lastindex or 0]} 通配：中文词的一部分本来就能查到；要原样查这些字，请放进引号"
    return None


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _inner(part: Query) -> str:
    return f"({part})" if isinstance(part, And | Or) or str(part).startswith("-") else str(part)


class Query(msgspec.Struct, frozen=True):
    """One of the classes below."""


class Everything(Query, frozen=True):
    def __str__(self) -> str:
        return ""


class Word(Query, frozen=True):
    """A run of characters as typed; the plan cuts it into words."""

    text: str

    def __str__(self) -> str:
        return self.text


class Phrase(Query, frozen=True):
    """The very characters, blanks and all."""

    text: str

    def __str__(self) -> str:
        return _quoted(self.text)


class Field(Query, frozen=True):
    name: str
    value: str

    def __str__(self) -> str:
        plain = _PLAIN_VALUE.fullmatch(self.value) and self.value not in ALONE and lucene(self.value) is None
        return f"{self.name}:{self.value if plain else _quoted(self.value)}"


class Range(Query, frozen=True):
    """Bounds as typed (`1亿`, `-50%`), None where open."""

    name: str
    low: str | None
    high: str | None
    with_low: bool = True
    with_high: bool = True

    def __str__(self) -> str:
        if self.low is not None and self.low == self.high:
            return f"{self.name}:{self.low}"
        if self.high is None:
            return f"{self.name}:>{'=' * self.with_low}{self.low}"
        if self.low is None:
            return f"{self.name}:<{'=' * self.with_high}{self.high}"
        left, right = "[" if self.with_low else "{", "]" if self.with_high else "}"
        return f"{self.name}:{left}{self.low} TO {self.high}{right}"


class Not(Query, frozen=True):
    part: Query

    def __str__(self) -> str:
        return f"-{_inner(self.part)}"


class And(Query, frozen=True):
    parts: tuple[Query, ...]

    def __str__(self) -> str:
        return " ".join(f"({p})" if isinstance(p, Or) else str(p) for p in self.parts)


class Or(Query, frozen=True):
    parts: tuple[Query, ...]

    def __str__(self) -> str:
        return " OR ".join(map(str, self.parts))


def both(left: Query, right: Query) -> Query:
    """All of two queries."""
    return joined(And, [left, right])


def joined(kind: type[And] | type[Or], parts: list[Query]) -> Query:
    flat: list[Query] = []
    for part in parts:
        if isinstance(part, Everything) and kind is And:
            continue
        flat += part.parts if isinstance(part, kind) else (part,)
    if not flat:
        return Everything()
    return flat[0] if len(flat) == 1 else kind(tuple(flat))
