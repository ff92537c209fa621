"""The one way to search: text in, answers cut from the store out, whichever engine is behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from config import Settings
from pipeline.companies_table import load_companies
from pipeline.model import CompanyTag, Document
from pipeline.week import Week
from search.embedded import Embedded
from search.engine import Engine, IndexBroken, Results, Sort
from search.names import CompanyNames
from search.passages import Passage, passage, title_matches
from search.plan import Plan, Planner
from search.query import parse
from search.store import Store
from search.synonyms import load_synonyms


class AnswerHit(msgspec.Struct, frozen=True):
    """`companies` are (code, short name) of what it is about, then of what it mentions."""

    id: str
    score: float
    title: str
    title_matches: tuple[tuple[int, int], ...]
    published: datetime
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
    """`query` is how the text was understood; `next` is the cursor of the following page."""

    query: str
    total: int
    hits: tuple[AnswerHit, ...]
    next: str | None

    def as_dict(self) -> dict[str, Any]:
        return msgspec.to_builtins(self)


class Client:
    """Opens the store and an engine (the settings' unless named). Close it, or use it in `with`."""

    def __init__(self, settings: Settings, engine: str | None = None, store: Store | None = None) -> None:
        self.settings = settings
        self.store = store or Store(settings.store_url)
        self.engine: Engine = open_engine(settings, engine or settings.search.engine)
        self._owns_store = store is None
        self._names: CompanyNames | None = None

    def close(self) -> None:
        self.engine.close()
        if self._owns_store:
            self.store.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def names(self) -> CompanyNames:
        if self._names is None:
            self._names = CompanyNames(load_companies(self.settings.companies))
        return self._names

    def plan(self, text: str) -> Plan:
        """Raises QueryError: one sentence that marks the place."""
        return Planner(self.names, load_synonyms()).plan(parse(text))

    def search(
        self, text: str, *, limit: int = 20, sort: Sort = "relevance", after: str | None = None
    ) -> Answer:
        """Raises QueryError, or EngineDown when the engine cannot be reached."""
        plan = self.plan(text)
        results = self._results(plan, limit, sort, after)
        documents = self.store.get_many(hit.id for hit in results.hits)
        # A hit whose document is gone from the store is foreign; `verify` finds it, nobody is shown it.
        hits = tuple(
            self._hit(documents[hit.id], hit.score, plan) for hit in results.hits if hit.id in documents
        )
        return Answer(str(parse(text)), results.total, hits, results.next)

    def _results(self, plan: Plan, limit: int, sort: Sort, after: str | None) -> Results:
        try:
            return self.engine.search(plan, limit, sort, after)
        except IndexBroken:
            self.engine.rebuild(self.store)
            return self.engine.search(plan, limit, sort, after)

    def _hit(self, document: Document, score: float, plan: Plan) -> AnswerHit:
        assert document.published is not None  # the store takes no document without it
        return AnswerHit(
            id=document.id,
            score=score,
            title=document.title,
            title_matches=title_matches(document, plan.words, plan.phrases),
            published=document.published,
            source=document.source,
            column=document.column,
            kind=document.kind,
            kinds=document.kinds,
            companies=tuple((tag.code, tag.name) for tag in sorted(document.companies, key=_subjects_first)),
            themes=tuple(tag.name for tag in document.themes),
            url=document.url,
            copies=tuple(self.store.copies(document.id)),
            passage=passage(document, plan.words, plan.phrases),
        )

    def document(self, id: str) -> Document | None:
        return self.store.get(id)

    def week(self, week: Week) -> Iterator[Document]:
        """All documents of a week by time of publication, copies left out; from the store, so always complete."""
        return self.store.documents(since=week.start, until=week.end)

    def rebuild(self) -> int:
        """A new index from the store; how many documents it holds."""
        return self.engine.rebuild(self.store)


def open_engine(settings: Settings, name: str) -> Engine:
    if name == "embedded":
        return Embedded(settings.index)
    from search.elastic import Elastic  # its client takes a third of a second to import

    return Elastic(settings)


def _subjects_first(tag: CompanyTag) -> bool:
    return tag.role != "subject"
