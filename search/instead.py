"""What to say beside an answer: which part of a query nothing has, and what may have been meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import product

from pipeline.companies_table import CompanyTable
from search import fields
from search.analyse import fold, label, words
from search.names import CompanyNames
from search.plan import positive
from search.query import And, Everything, Field, Not, Or, Phrase, Query, Word, parse
from search.suggest import Suggester, Suggestion
from search.synonyms import Synonyms

_LISTED = 8  # values named in a note
_PARTS = 10  # of a query that are looked at: each may cost a search
_NAMES = 3  # of a query that are compared with the names of companies and themes
_NAMED = 3  # companies named in a note
_MOST = 5
# Fields of few values, which can be listed.
_LISTS = ("theme", "kind", "source", "column")


class Instead:
    """`total` counts what a query finds; `held` gives the values that documents have, most frequent first;
    `stored` counts the documents of the store, whether the index has them yet or not.

    Most answers need neither the themes nor the suggester: both are made when first asked for.
    """

    def __init__(
        self,
        total: Callable[[Query], int],
        held: Callable[[str], Sequence[str]],
        stored: Callable[[], int],
        table: CompanyTable,
        names: CompanyNames,
        themes: Callable[[], Sequence[str]],
        synonyms: Synonyms,
    ) -> None:
        self._total = total
        self._held = held
        self._stored = stored
        self._table = table
        self._names = names
        self._load_themes = themes
        self._synonyms = synonyms

    @cached_property
    def themes(self) -> Sequence[str]:
        return self._load_themes()

    @cached_property
    def suggester(self) -> Suggester:
        return Suggester(self._table, self.themes)

    # ------------------------------------------------------------ notes

    def notes(self, query: Query, total: int) -> tuple[str, ...]:
        """A sentence for each part that finds nothing by itself, where that matters.

        So when the whole finds nothing; and always for a value that no list knows: `-kind:bybuck` leaves
        nothing out, `source:(nbs OR sasca)` looks in one place only, and a company that the table lacks is
        looked for in the text.
        """
        if total == 0 and not self._total(Everything()):
            stored = self._stored()
            if not stored:
                return ("库中还没有文件",)
            return (f"索引是空的，文档库里有 {stored} 份文件：请运行 zhoubao reindex",)
        parts = dict.fromkeys(_leaves(query))
        if total:
            must = query.parts if isinstance(query, And) else (query,)
            parts = {
                part: None
                for part in parts
                if self._is_stranger(part) or (part not in must and self._unknown(part))
            }
        elif isinstance(query, Phrase) or (isinstance(query, Word) and not _hint(query)):
            return ()  # its own answer says so
        elif wrong := _days_the_wrong_way_round(query):
            return (wrong,)
        return tuple(
            self._note(part)
            for part in list(parts)[:_PARTS]
            if self._is_stranger(part) or not self._total(part)
        )

    def _is_stranger(self, part: Query) -> bool:
        """What looks like a field, and is looked for in the text."""
        if isinstance(part, Word):
            return _as_field(part) is not None
        return isinstance(part, Field) and part.name == "company" and not self._names.known(part.value)

    def _unknown(self, part: Query) -> bool:
        match part:
            case Field("theme", value):
                return value not in self.themes
            case Field("kind" | "source", value):
                return fold(value) not in self._synonyms.spellings(part.name)
            case Field("column"):
                return True
        return False

    def _note(self, part: Query) -> str:
        match part:
            case Word() if (field := _as_field(part)) and fields.FIELDS[field.name].shape == "text":
                if field.name == "company":
                    return f"公司表里没有「{field.value}」，已按文字检索"
                return f"{self._note(field)}；已按文字检索"
            case Word() if field := _as_field(part):
                return f"「{part}」已按文字检索：{fields.problem(fields.FIELDS[field.name], field.value)}"
            case Word():
                return "；".join([f"没有含「{part}」的文件", *_hint(part)])
            case Phrase(text):
                return f"没有含「{text}」的文件"
            case Field("company", value):
                if self._is_stranger(part):
                    # Also those without a document, which are no suggestion: they may be what is meant.
                    alike = "、".join(meant.shown for meant in self._meant(part)[:_NAMED])
                    advice = f"名称相近的有 {alike}" if alike else "可写代码、简称、全称或曾用名"
                    return f"公司表里没有「{value}」，已按文字检索；{advice}"
                codes = self._names.codes(value)
                if not codes:  # a name of the desk's own
                    return f"没有提到{value}的文件"
                who = "、".join(f"{self._table.name(code) or '未知'}（{code}）" for code in codes)
                return f"没有提到{who}的文件"
            case Field(name, _) if name in _LISTS:
                held = list(self._held(name))
                shown = [f"{part.name}:{value}{self._beside(name, value)}" for value in held[:_LISTED]]
                more = f"等 {len(held)} 种" if len(held) > _LISTED else ""
                return (
                    f"没有 {part} 的文件；有的是 {'、'.join(shown)}{more}" if held else f"没有 {part} 的文件"
                )
        return f"没有 {part} 的文件"

    def _beside(self, field: str, value: str) -> str:
        called = self._synonyms.label(field, value)
        return f"（{called}）" if called != value else ""

    # ------------------------------------------------------------ suggestions

    def suggestions(self, query: Query, total: int) -> tuple[Suggestion, ...]:
        """Queries that find something: this one with a part put right, else the right part by itself.

        Beside hits only for a company that the table lacks.
        """
        found: dict[str, Suggestion] = {}
        named = [leaf for leaf in positive(query) if isinstance(leaf, Word | Field) and _is_asked(leaf)]
        wrong = [
            leaf
            for leaf in named[:_PARTS]
            if self._is_stranger(leaf) or (total == 0 and not self._total(leaf))
        ]
        for part in wrong[:_NAMES]:
            for meant in self._meant(part):
                right = parse(meant.query)
                whole = _replaced(query, part, right)
                if works := next((one for one in (whole, right) if self._total(one)), None):
                    shown = Suggestion(meant.field, meant.value, meant.shown, str(works))
                    found.setdefault(shown.query, shown)
        return tuple(found.values())[:_MOST]

    def _meant(self, part: Query) -> list[Suggestion]:
        match part:
            case Word() if field := _as_field(part):
                return self._meant(field)
            case Word(text) if time := _time(text):
                return [Suggestion("from", text, text, time)]
            case Word(text):
                if coded := self._table.coded(text):
                    return [Suggestion("company", coded.code, f"{coded.shown} {coded.code}")]
                return self.suggester.near(text)
            case Field("company", value):
                near = self.suggester.near(value) or self.suggester.complete(value, _MOST)
                companies = [one for one in near if one.field == "company"]
                return companies or self.suggester.alike(value, _MOST)
            case Field(name, value) if name in _LISTS:
                spelt = {label(one): one for one in self._held(name)} | self._synonyms.spellings(name)
                meant = [
                    Suggestion(name, one, self._synonyms.label(name, one)) for one in _close(value, spelt)
                ]
                if name == "theme":
                    others = {
                        label(other) for _, names in self._synonyms.split(fold(value)) for other in names
                    }
                    meant += [Suggestion(name, one, one) for one in self.themes if label(one) in others]
                    near = self.suggester.near(value) + self.suggester.complete(value, _MOST)
                    meant += [one for one in near if one.field == "theme"]
                return meant
        return []


_LATIN_NAME = re.compile(r"([a-z_]{2,}):")
_WHOLE_DAY = re.compile(r"\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{4}年\d{1,2}月\d{1,2}日")


def _as_field(part: Word) -> Field | None:
    """`公司:某某`, whose value no company is called, was taken as words."""
    name, _, value = part.text.partition(":")
    spec = fields.called(name)
    return Field(spec.name, value) if spec and value else None


def _time(text: str) -> str | None:
    """The query for the documents of a day or a week that was typed as a word."""
    day, week = fields.FIELDS["from"], fields.FIELDS["week"]
    if _WHOLE_DAY.fullmatch(text) and not fields.problem(day, text):
        return f"from:{text} to:{text}"
    return None if fields.problem(week, text) else f"week:{text}"


def _hint(part: Word) -> list[str]:
    """What may have been meant by a word that looks like something else."""
    if time := _time(part.text):
        return [f"查这一{'周' if time.startswith('week') else '天'}的文件写 {time}"]
    if found := _LATIN_NAME.match(part.text):
        return [f"没有字段 {found[1]}"]
    return ["按文字检索"] if _as_field(part) else []


def _days_the_wrong_way_round(query: Query) -> str | None:
    parts = query.parts if isinstance(query, And) else ()
    days = [part for part in parts if isinstance(part, Field)]
    for first, last in product(days, days):
        if (
            first.name == "from"
            and last.name == "to"
            and fields.days(first.value)[0] > fields.days(last.value)[1]
        ):
            return f"{first} 晚于 {last}，两天写反了"
    return None


def _close(typed: str, spelt: dict[str, str]) -> list[str]:
    """The values with a name that holds what was typed, or is much like it. `spelt`: name → value."""
    text = label(typed)
    holding = [value for name, value in spelt.items() if text in name]
    close = [spelt[name] for name in difflib.get_close_matches(text, spelt, 3, 0.6)]
    return list(dict.fromkeys([*close, *holding]))[:_MOST]


def _leaves(query: Query) -> Iterator[Query]:
    match query:
        case And() | Or():
            for part in query.parts:
                yield from _leaves(part)
        case Not():
            yield from _leaves(query.part)
        case Everything():
            pass
        case _ if _is_asked(query):
            yield query


def _is_asked(part: Query) -> bool:
    """A word without a letter or digit, as `&`, is in no index: the plan leaves it out."""
    return not isinstance(part, Word) or bool(words(part.text))


def _replaced(query: Query, old: Query, new: Query) -> Query:
    match query:
        case And(parts) | Or(parts):
            return type(query)(tuple(_replaced(part, old, new) for part in parts))
        case Not(part):
            return Not(_replaced(part, old, new))
    return new if query == old else query
