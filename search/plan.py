"""What a query means, for any engine: which documents match, and what makes one rank above another.

A Chinese word matches wherever its characters stand together, as a person's own search in a page would;
a word of letters or digits matches as a whole word. jieba's words decide how a run of characters is cut,
and rank: a document in which the run is cut the same way scores higher.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Protocol

import msgspec

from pipeline.week import Week
from search import analyse, fields
from search.project import title_key
from search.query import And, Everything, Field, Not, Or, Phrase, Query, QueryError, Range, Word
from search.synonyms import Synonyms

_WHOLE_TITLE = 3000.0  # above everything that words can add up to
MOST_LEAVES = 400  # terms of one query: what bounds its cost


class Node(msgspec.Struct, frozen=True):
    """One of the classes below: a set of documents."""


class All(Node, frozen=True):
    pass


class Terms(Node, frozen=True):
    """Any of the values in a field of whole values or words."""

    field: str
    values: tuple[str, ...]


class Adjacent(Node, frozen=True):
    """These grams one after the other."""

    field: str
    grams: tuple[str, ...]


class Between(Node, frozen=True):
    field: str
    low: float | None
    high: float | None
    with_low: bool = True
    with_high: bool = True


class AllOf(Node, frozen=True):
    parts: tuple[Node, ...]


class AnyOf(Node, frozen=True):
    parts: tuple[Node, ...]


class AtLeast(Node, frozen=True):
    number: int
    parts: tuple[Node, ...]


class NoneOf(Node, frozen=True):
    part: Node


class Rank(msgspec.Struct, frozen=True):
    """Adds to a score: BM25 of a word, or a constant where `node` matches."""

    boost: float
    field: str = ""
    word: str = ""
    node: Node | None = None


class Plan(msgspec.Struct, frozen=True):
    """`filters` are the parts that all must match, by the field that each is about ("" for the text)."""

    filters: tuple[tuple[str, Node], ...]
    ranks: tuple[Rank, ...] = ()
    words: tuple[str, ...] = ()  # what a passage should show, folded
    phrases: tuple[str, ...] = ()  # the same, exact

    @property
    def node(self) -> Node:
        return all_of(node for _, node in self.filters)

    def without(self, field: str) -> Plan:
        """For counts of a facet: the other values of a field stay visible."""
        return Plan(tuple((name, node) for name, node in self.filters if name != field))


class Names(Protocol):
    """Who knows companies."""

    def codes(self, name: str) -> list[str]: ...

    def known(self, name: str) -> bool: ...


def all_of(nodes: Iterable[Node]) -> Node:
    parts = tuple(node for node in nodes if not isinstance(node, All))
    return All() if not parts else parts[0] if len(parts) == 1 else AllOf(parts)


def any_of(nodes: Iterable[Node]) -> Node:
    parts = tuple(nodes)
    return parts[0] if len(parts) == 1 else AnyOf(parts)


def exactly(text: str, field: str = "grams") -> Node:
    """The very characters of a text."""
    if len(text) == 1 or (field == "grams" and len(text) > 2 and analyse.is_part(text)):
        return Terms("parts", (analyse.visible(text),))
    return Adjacent(field, tuple(analyse.grams(text)))


class Planner:
    def __init__(self, names: Names, synonyms: Synonyms) -> None:
        self._names = names
        self._synonyms = synonyms

    def plan(self, query: Query, text: str = "") -> Plan:
        """Raises QueryError when the query would cost too much, with a place in `text`, as it was typed."""
        text = text or str(query)
        parts = query.parts if isinstance(query, And) else (query,)
        filters = [(_field(part), self._node(part)) for part in parts]
        if not isinstance(query, Everything) and all(isinstance(node, All) for _, node in filters):
            raise QueryError(text, 0, len(text), "里面没有可以查的字")
        costs = accumulate(_leaves(node) for _, node in filters)
        if dear := next((part for part, cost in zip(parts, costs, strict=True) if cost > MOST_LEAVES), None):
            start = max(0, text.find(str(dear)))
            end = start + len(str(dear)) if str(dear) in text else len(text)
            raise QueryError(text, start, end, f"太复杂：到这里已多于 {MOST_LEAVES} 个词，请缩短")
        words, phrases, ranks = [], [], []
        for leaf in positive(query):
            match leaf:
                case Word():
                    found, more = self._ranks(leaf.text)
                    words += found
                    ranks += more
                case Phrase():
                    phrases.append(leaf.text)
                    found = analyse.words(leaf.text)
                    ranks += [rank for word in found for rank in _word_ranks(word, 1.0)]
                    ranks.append(_in_title(leaf.text, found))
                case Field(name="company"):
                    if codes := self._names.codes(leaf.value):
                        ranks.append(Rank(2.0, node=Terms("subject", tuple(codes))))
                    elif not self._names.known(leaf.value):
                        found, more = self._ranks(leaf.value)
                        words += found
                        ranks += more
        if whole := title_key([word for part in parts for word in _typed(part)]):
            ranks.append(Rank(_WHOLE_TITLE, node=Terms("title_key", (whole,))))
        return Plan(
            tuple((name, node) for name, node in filters if not isinstance(node, All)),
            tuple(dict.fromkeys(ranks)),
            tuple(dict.fromkeys(words)),
            tuple(dict.fromkeys(phrases)),
        )

    # ------------------------------------------------------------ what matches

    def _node(self, query: Query) -> Node:
        match query:
            case Everything():
                return All()
            case Word():
                return self._run(query.text)
            case Phrase():
                return exactly(query.text)
            case Field():
                return self._value(query.name, query.value)
            case Range():
                return _range(query)
            case Not():
                part = self._node(query.part)
                return All() if isinstance(part, All) else NoneOf(part)
            case And():
                return all_of(map(self._node, query.parts))
            case Or():
                parts = [self._node(part) for part in query.parts]
                return any_of([part for part in parts if not isinstance(part, All)] or [All()])
        raise AssertionError(query)

    def _run(self, text: str) -> Node:
        """All words of a run of characters, each also by the other names of its thing."""
        return all_of(
            any_of([_words(piece), *(_words(other) for other in others)]) if others else _words(piece)
            for piece, others in self._synonyms.split(analyse.fold(text))
        )

    def _value(self, name: str, value: str) -> Node:
        match name:
            case "company":
                return self._company(value)
            case "title":
                return exactly(value, "title_grams")
            case "publisher" | "docno":
                return exactly(analyse.label(value), name)
            case "week":
                return Terms("week", (str(Week.parse(value)),))
            case "from":
                return Between("published", fields.moment(fields.days(value)[0]).timestamp(), None)
            case "to":
                return Between(
                    "published", None, fields.day_after(fields.days(value)[1]).timestamp(), with_high=False
                )
        return Terms(name, (self._synonyms.value(name, value),))

    def _company(self, value: str) -> Node:
        """One that the table does not know is looked for in the text: its name may stand there."""
        named = Terms("company_name", (analyse.label(value),))
        if codes := self._names.codes(value):
            return any_of([Terms("company", tuple(codes)), named])
        text = All() if self._names.known(value) else self._run(value)
        return named if isinstance(text, All) else any_of([named, text])

    # ------------------------------------------------------------ what ranks

    def _ranks(self, text: str) -> tuple[list[str], list[Rank]]:
        words: list[str] = []
        ranks: list[Rank] = []
        for piece, others in self._synonyms.split(analyse.fold(text)):
            for name, boost in ((piece, 1.0), *((other, 0.6) for other in others)):
                found = analyse.words(name)
                words += [name] if others else found
                ranks += [rank for word in found for rank in _word_ranks(word, boost)]
        if len(words) > 1:
            ranks.append(_in_title(text, words))
        return words, ranks


def _words(text: str) -> Node:
    return all_of(_word(word) for word in dict.fromkeys(analyse.words(text)))


def _word(word: str) -> Node:
    return exactly(word) if analyse.is_han(word) else Terms("words", (word,))


def _typed(part: Query) -> list[str]:
    """The words of a part that may belong to a title."""
    return analyse.words(part.text) if isinstance(part, Word | Phrase) else []


def _in_title(text: str, words: list[str]) -> Rank:
    """The whole run in the title, as it was typed: worth as much as some more of its words."""
    return Rank(4.0 * max(1, len(words)), node=exactly(text, "title_grams"))


def _word_ranks(word: str, boost: float) -> list[Rank]:
    return [Rank(boost * 2.0, "title_words", word), Rank(boost, "words", word)]


def _range(query: Range) -> Node:
    spec = fields.FIELDS[query.name]
    low = None if query.low is None else fields.number(spec, query.low)
    high = None if query.high is None else fields.number(spec, query.high)
    return Between(query.name, low, high, query.with_low, query.with_high)


def _field(query: Query) -> str:
    """The one field that a part of a query is about; "" when it is about text or several."""
    match query:
        case Field():
            return query.name
        case Or():
            names = {name for part in query.parts for name in _within(part)}
            return names.pop() if len(names) == 1 else ""
    return ""


def _within(query: Query) -> set[str]:
    """The fields of all parts of a query, those that it leaves out too."""
    match query:
        case And() | Or():
            return {name for part in query.parts for name in _within(part)}
        case Not():
            return _within(query.part)
    return {_field(query)}


def positive(query: Query) -> Iterator[Query]:
    match query:
        case And() | Or():
            for part in query.parts:
                yield from positive(part)
        case Word() | Phrase() | Field():
            yield query


def _leaves(node: Node) -> int:
    match node:
        case AllOf() | AnyOf():
            return sum(map(_leaves, node.parts))
        case NoneOf():
            return _leaves(node.part)
        case Adjacent():
            return 1 + len(node.grams) // 8
    return 1
