"""What the doors ask: one set of questions for HTTP and MCP, answered by search and weekly."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

import weekly.issue
import weekly.render
from config import Settings
from pipeline.companies import Matcher
from pipeline.filings import told_in
from pipeline.model import Fact, UserError
from pipeline.tagger import Lexicon
from pipeline.themes import load_themes
from pipeline.week import Week
from search.client import Answer, Client
from search.query import Field, Or
from search.query_nodes import both
from search.shown import Shown
from weekly.model import Issue

Format = Literal["md", "html", "docx", "json"]
_MOST_PAGES = 20  # of documents looked through for one page of facts


class NotThere(UserError):
    """What was asked for by name does not exist."""


class FactsOf(msgspec.Struct, frozen=True):
    """The facts of one document; offsets of their figures point into its `title` or `body`."""

    document: str
    title: str
    published: datetime
    url: str
    facts: tuple[Fact, ...]


class Facts(msgspec.Struct, frozen=True):
    """`next`: a page may hold few; there is more as long as this is given."""

    documents: tuple[FactsOf, ...]
    next: str | None


class ColumnState(msgspec.Struct, frozen=True):
    column: str
    last_success: datetime | None
    last_published: datetime | None
    problem: str | None


class SourceState(msgspec.Struct, frozen=True):
    source: str
    publisher: str
    trouble: bool
    sentence: str
    columns: tuple[ColumnState, ...]


class Health(msgspec.Struct, frozen=True):
    """`trouble`: something waits for a person. Of watches, `problems` are sentences."""

    trouble: bool
    documents: int
    waiting: int  # for the index
    parked: int  # refused by the index
    alerts: tuple[str, ...]
    sources: tuple[SourceState, ...]


class Desk:
    """A client, and what is read once and used often. Safe for several threads."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.settings: Settings = client.settings
        self._made: Lexicon | None = None

    @property
    def _lexicon(self) -> Lexicon:
        """Made once, and again when the client has another company table: after a refresh."""
        made, table = self._made, self.client.table
        if made is None or made.companies.table is not table:
            made = self._made = Lexicon(Matcher(table), load_themes(self.settings.themes))
        return made

    def document(self, id: str) -> Shown:
        document = self.client.shown(id)
        if document is None:
            raise _unknown(id)
        return document

    def like(self, id: str, limit: int) -> Answer:
        if self.client.store.get(id) is None:
            raise _unknown(id)
        return self.client.like(id, limit)

    def facts(self, kind: str, text: str = "", limit: int = 20, after: str | None = None) -> Facts:
        """Newest first; `text` narrows the documents, as in a search."""
        # News is of no other kind, but may hold facts.
        kinds = Or(tuple(Field("kind", told) for told in (*told_in(kind), "news")))
        query = str(both(self.client.parse(text), both(kinds, Field("has", "fact"))))
        found: list[FactsOf] = []
        for _ in range(_MOST_PAGES):
            answer = self.client.search(query, limit=limit - len(found), sort="time", after=after)
            documents = self.client.documents(hit.id for hit in answer.hits)
            for hit in answer.hits:
                facts = tuple(fact for fact in documents[hit.id].facts if fact.kind == kind)
                if facts:
                    found.append(FactsOf(hit.id, hit.title, hit.published, hit.url, facts))
            after = answer.next
            if after is None or len(found) >= limit:
                break
        return Facts(tuple(found), after)

    def week(self, name: str) -> Issue:
        return weekly.issue.build(self.client, Week.parse(name), self.settings, self._lexicon)

    def week_as(self, name: str, form: Format) -> bytes:
        """The very file that `zhoubao issue` writes."""
        styles = self.settings.weekly
        with tempfile.TemporaryDirectory() as folder:
            issue = self.week(name)
            (file,) = weekly.render.write(issue, [form], Path(folder), styles.word_template, styles.templates)
            return file.read_bytes()

    def health(self) -> Health:
        # Scrapy comes with it: not for a door that is never asked for health.
        from crawlers.health import health
        from crawlers.sources import enabled_sources, load_sources
        from search.watches import Watches

        store = self.client.store
        known = load_sources()
        found = health(store, {name: known[name] for name in enabled_sources(self.settings)})
        parked = len(store.parked())
        alerts = tuple(Watches(store).problems())
        return Health(
            trouble=bool(parked or alerts) or any(source.trouble for source in found),
            documents=store.count(),
            waiting=store.lag(),
            parked=parked,
            alerts=alerts,
            sources=tuple(
                SourceState(
                    source.source,
                    source.publisher,
                    source.trouble,
                    source.sentence,
                    tuple(
                        ColumnState(c.column, c.last_success, c.last_published, c.sentence)
                        for c in source.columns
                    ),
                )
                for source in found
            ),
        )


def _unknown(id: str) -> NotThere:
    return NotThere(f"没有编号为 {id[:200]} 的文件")
