"""The one way to search: text in, answers cut from the store out, whichever engine is behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property, partial
from typing import Any, Literal, TypeVar

import msgspec

from config import Settings
from pipeline.companies_table import CompanyTable, load_companies
from pipeline.model import CompanyTag, Document, Precision, UserError
from pipeline.themes import load_themes
from pipeline.week import Week
from search import histogram, shown
from search.analyse import fold
from search.embedded import Embedded, matching
from search.engine import Engine, IndexBroken, Results, Sort
from search.feeder import feed
from search.instead import Instead
from search.like import like
from search.names import CompanyNames
from search.passages import Passage, passage, title_matches
from search.plan import Plan, Planner
from search.project import project
from search.query import Query, parse
from search.shown import Shown
from search.store import Standing, Store
from search.suggest import Suggestion
from search.synonyms import load_synonyms

FACETS = ("company", "theme", "kind", "source", "week")
_SHOWN_WHOLE = ("kind", "source")  # there are few of them
# Of a whole result: ids come from the engine in long pages, documents from the store in short ones.
_PAGE, _SHORT = 5_000, 100
_MOST_BARS = 20_000  # days of half a century; more than there are companies
_MOST_VALUES = 1_000  # of a field of few
_COLUMN = re.compile(r"[a-z]+\.\w+")
T = TypeVar("T")


class AnswerHit(msgspec.Struct, frozen=True):
    """`companies` are (code, short name) of what it is about, then of what it mentions."""

    id: str
    score: float
    title: str
    title_matches: tuple[tuple[int, int], ...]
    published: datetime
    precision: Precision  # of `published`: day, where the site tells no hour
    source: str
    column: str
    kind: str
    kinds: tuple[str, ...]
    companies: tuple[tuple[str | None, str], ...]
    themes: tuple[str, ...]
    url: str
    copies: tuple[str, ...]
    passage: Passage | None


class Answer(msgspec.Struct, frozen=True):
    """`query` is how the text was understood; `next` is the cursor of the following page.

    `suggestions` are queries that find something, offered when this one finds nothing or names a company that
    the table lacks; `notes` are sentences that say which part of it nothing has.
    """

    query: str
    total: int
    hits: tuple[AnswerHit, ...]
    next: str | None
    suggestions: tuple[Suggestion, ...] = ()
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return msgspec.to_builtins(self)


class FacetValue(msgspec.Struct, frozen=True):
    """`shown` is the value for people: the short name of a company, the Chinese name of a kind or a source."""

    value: str
    shown: str
    count: int


class Facet(msgspec.Struct, frozen=True):
    """The most frequent values of a field, and how many different ones there are."""

    total: int
    values: tuple[FacetValue, ...]


class _Known:
    """What goes by the company table, each made when it is first asked for."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.stamp = client.settings.company_table_stamp

    @cached_property
    def table(self) -> CompanyTable:
        settings = self._client.settings
        return load_companies(settings.companies, settings.company_table)

    @cached_property
    def names(self) -> CompanyNames:
        return CompanyNames(self.table)

    @cached_property
    def planner(self) -> Planner:
        return Planner(self.names, load_synonyms())

    @cached_property
    def instead(self) -> Instead:
        client = self._client
        return Instead(
            client._total,
            client._held,
            client.store.count,
            self.table,
            self.names,
            self._themes,
            load_synonyms(),
        )

    def called(self, field: str, value: str) -> bool:
        """Whether there is a company, theme, kind, source or column of that name."""
        match field:
            case "company":
                return self.names.known(value)
            case "theme":
                return value in self.instead.themes
            case "column":
                return _COLUMN.fullmatch(value) is not None
        return fold(value) in load_synonyms().spellings(field)

    def _themes(self) -> list[str]:
        return [theme.name for theme in load_themes(self._client.settings.themes).themes]


class Client:
    """Opens the store and an engine (the settings' unless named). Close it, or use it in `with`."""

    def __init__(self, settings: Settings, engine: str | None = None, store: Store | None = None) -> None:
        self.settings = settings
        self.store = store or Store(settings.store_url)
        self.engine: Engine = open_engine(settings, engine or settings.search.engine)
        self._owns_store = store is None
        self._made = _Known(self)

    def close(self) -> None:
        self.engine.close()
        if self._owns_store:
            self.store.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _known(self) -> _Known:
        """Made anew when a refresh has put another company table in place: a server runs for weeks."""
        if self._made.stamp != self.settings.company_table_stamp:
            self._made = _Known(self)
        return self._made

    @property
    def table(self) -> CompanyTable:
        return self._known.table

    @property
    def _planner(self) -> Planner:
        return self._known.planner

    @property
    def _instead(self) -> Instead:
        return self._known.instead

    def _total(self, query: Query) -> int:
        return self.engine.search(self._planner.plan(query), 1).total

    def _held(self, field: str) -> list[str]:
        return [value for value, _ in self.engine.facets(Plan(()), [field], _MOST_VALUES)[field]]

    def parse(self, text: str) -> Query:
        """As the desk's companies and themes let it be read. Raises QueryError: one sentence, the place marked."""
        return parse(text, self._known.called)

    def plan(self, text: str) -> Plan:
        """Raises QueryError."""
        return self._planner.plan(self.parse(text), text)

    # ------------------------------------------------------------ asking

    def search(
        self, text: str, *, limit: int = 20, sort: Sort = "relevance", after: str | None = None
    ) -> Answer:
        """Raises QueryError, or EngineDown when the engine cannot be reached."""
        query = self.parse(text)
        plan = self._planner.plan(query, text)
        results = self._sure(lambda: self.engine.search(plan, limit, sort, after))
        return Answer(
            str(query),
            results.total,
            self._hits(results, plan),
            results.next,
            suggestions=self._instead.suggestions(query, results.total),
            notes=(*self._instead.notes(query, results.total), *self._behind()),
        )

    def _behind(self) -> tuple[str, ...]:
        """An answer from an index that lags, or that the outbox is not drained into, says so."""
        waiting, followed = self.store.lag(), self.store.followed()
        notes = [f"另有 {waiting} 份等待进入索引，暂时检索不到；见 zhoubao health"] if waiting else []
        if followed is not None and followed[0] != self.engine.name:
            notes.append(
                f"新文件写入的是另一个索引（{followed[0]}），这一个（{self.engine.name}）可能不全；"
                "下次写入它时会补齐，或运行 zhoubao reindex"
            )
        return tuple(notes)

    def whole(self, text: str, sort: Sort = "time") -> tuple[str, int, Iterator[AnswerHit]]:
        """How the query was understood, how many it finds, and every hit, however many, as `search` shows them."""
        query = self.parse(text)
        plan = self._planner.plan(query, text)
        first = self._sure(lambda: self.engine.search(plan, _PAGE, sort))
        return str(query), first.total, self._whole(plan, first, sort)

    def _whole(self, plan: Plan, results: Results, sort: Sort) -> Iterator[AnswerHit]:
        while True:
            for start in range(0, len(results.hits), _SHORT):
                yield from self._hits(Results(0, results.hits[start : start + _SHORT]), plan)
            after = results.next
            if after is None:
                return
            results = self._sure(partial(self.engine.search, plan, _PAGE, sort, after))

    def matching(self, plans: Sequence[Plan], documents: Mapping[str, Standing]) -> list[set[str]]:
        """Which of a few documents each plan finds, whatever the index holds by now."""
        entries = [project(*standing) for standing in documents.values()]
        return matching(entries, plans)

    def facets(self, text: str, fields: Sequence[str] = FACETS, most: int | None = None) -> dict[str, Facet]:
        """Counts of the values of each field among what the query finds, its own filter on that field left out.

        The first `most` of each; unless told, ten, and all kinds and sources.
        """
        plan = self.plan(text)
        alike: dict[Plan, list[str]] = {}  # mostly one: fields without a filter of their own share a plan
        for field in fields:
            alike.setdefault(plan.without(field), []).append(field)
        counts: dict[str, list[tuple[str, int]]] = {}
        for others, names in alike.items():
            counts |= self._sure(partial(self.engine.facets, others, names, _MOST_BARS))
        return {
            field: Facet(
                len(counts[field]),
                tuple(
                    FacetValue(value, self._shown(field, value), count)
                    for value, count in counts[field][: _shown_of(field, most)]
                ),
            )
            for field in fields
        }

    def histogram(self, text: str, by: Literal["day", "week", "month"] = "week") -> list[tuple[str, int]]:
        """How many documents in each day, week or month, from the first to the last, empty ones too."""
        plan = self.plan(text)
        counts = dict(self._sure(lambda: self.engine.facets(plan, [by], _MOST_BARS))[by])
        return [(bar, counts.get(bar, 0)) for bar in histogram.bars(sorted(counts), by)]

    def like(self, id: str, limit: int = 10) -> Answer:
        """Documents that use the same rare words."""
        document = self.store.get(id)
        if document is None:
            raise UserError(f"没有编号为 {id} 的文件")
        plan = self._sure(lambda: like(document, self.engine))
        if plan is None:
            return Answer("", 0, (), None)
        results = self._sure(lambda: self.engine.search(plan, limit))
        return Answer("", results.total, self._hits(results, plan), None)

    def suggest(self, typed: str, most: int = 10) -> list[Suggestion]:
        """Companies and themes, while typing: by name, code, sound or initials."""
        return self._instead.suggester.complete(typed, most)

    def document(self, id: str) -> Document | None:
        return self.documents([id]).get(id)

    def shown(self, id: str) -> Shown | None:
        """A document with the sites it stands on and its corrections."""
        return shown.shown(self.store, id)

    def documents(self, ids: Iterable[str]) -> dict[str, Document]:
        """Those that exist, in the order asked for, without what stands beside them."""
        return shown.documents(self.store, ids)

    def week(self, week: Week) -> Iterator[Document]:
        """All documents of a week by time of publication, copies left out; from the store, so always complete."""
        return shown.week(self.store, week)

    def rebuild(self) -> int:
        """A new index from the store; how many documents it holds. Then nothing waits for it any more."""
        count = self.engine.rebuild(self.store)
        feed(self.store, self.engine)
        return count

    # ------------------------------------------------------------ answering

    def _sure(self, ask: Callable[[], T]) -> T:
        """An index that is not there, or damaged, or of an older form, is made anew before the answer."""
        try:
            return ask()
        except IndexBroken:
            self.engine.rebuild(self.store)
            return ask()

    def _hits(self, results: Results, plan: Plan) -> tuple[AnswerHit, ...]:
        documents = self.store.get_many(hit.id for hit in results.hits)
        copies = self.store.copies(documents)
        # A hit whose document is not in the store is foreign: `verify` finds it, nobody is shown it.
        return tuple(
            _hit(documents[hit.id], hit.score, plan, copies.get(hit.id, []))
            for hit in results.hits
            if hit.id in documents
        )

    def _shown(self, field: str, value: str) -> str:
        return self.table.name(value) or value if field == "company" else load_synonyms().label(field, value)


def _shown_of(field: str, most: int | None) -> int | None:
    if most is None:
        return None if field in _SHOWN_WHOLE else 10
    return most


def open_engine(settings: Settings, name: str) -> Engine:
    if name == "embedded":
        return Embedded(settings.index)
    from search.elastic_engine import Elastic  # its client takes a third of a second to import

    return Elastic(settings)


def _hit(document: Document, score: float, plan: Plan, copies: Sequence[str]) -> AnswerHit:
    assert document.published is not None  # the store takes no document without it
    return AnswerHit(
        id=document.id,
        score=score,
        title=document.title,
        title_matches=title_matches(document, plan.words, plan.phrases),
        published=document.published,
        precision=document.precision,
        source=document.source,
        column=document.column,
        kind=document.kind,
        kinds=document.kinds,
        companies=tuple((tag.code, tag.name) for tag in sorted(document.companies, key=_subjects_first)),
        themes=tuple(tag.name for tag in document.themes),
        url=document.url,
        copies=tuple(copies),
        passage=passage(document, plan.words, plan.phrases),
    )


def _subjects_first(tag: CompanyTag) -> bool:
    return tag.role != "subject"
