"""From an article and its files to a document: one body, tags, kinds, facts, fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from pipeline import segment
from pipeline.companies import Matcher
from pipeline.companies_table import load_companies
from pipeline.duplicates import fingerprint
from pipeline.filings import facts_of, kinds_of
from pipeline.filings.titles import load_titles
from pipeline.model import SHANGHAI, Article, Attachment, Document, Extract, Link, Table
from pipeline.themes import Themes, load_themes


FILING_SOURCES = frozenset({"cninfo", "sse", "szse", "bse", "eastmoney"})
NEWS_FACTS = frozenset({"algorithm_registration"})


def _kinds(article: Article, body: str) -> tuple[str, ...]:
    """Agency items are news; what has an exchange's code, or no known source, is judged as a filing."""
    if article.source and article.source not in FILING_SOURCES and article.code is None:
        return ("news",)
    return kinds_of(article.title, body)


class Lexicon:
    """Every dictionary and rule in use, loaded once. `version` changes when any of them does."""

    def __init__(self, companies: Matcher, themes: Themes) -> None:
        self.companies = companies
        self.themes = themes
        self.parts = {"segment": segment.VERSION, "companies": companies.version, "themes": themes.version, "titles": load_titles().version}
        self.version = hashlib.sha256(repr(sorted(self.parts.items())).encode()).hexdigest()[:16]


def load_lexicon(themes: Path | None = None, companies: Path | None = None) -> Lexicon:
    """The bundled lexicons, with the desk's own files where given. ValueError is one line for people."""
    return Lexicon(Matcher(load_companies(companies)), load_themes(themes))


def document(article: Article, files: Sequence[tuple[Link, str, Extract]], lexicon: Lexicon) -> Document:
    """`files` are (link, sha256 of the bytes, extract), in the order of the page."""
    body, tables, attachments = article.body, list(article.tables), []
    for link, sha256, extract in files:
        start = end = len(body)
        if extract.text:
            body = f"{body}\n\n{extract.text}" if body else extract.text
            start, end = len(body) - len(extract.text), len(body)
            tables += [Table(start=table.start + start, end=table.end + start) for table in extract.tables]
        attachments.append(
            Attachment(
                url=link.url,
                name=link.name,
                media=extract.media,
                outcome=extract.outcome,
                sha256=sha256,
                start=start,
                end=end,
            )
        )
    day = article.published and article.published.astimezone(SHANGHAI).date()
    companies = lexicon.companies.tag(article.title, body, code=article.code, published=day)
    kinds = _kinds(article, body)
    # A notice of an agency states facts of its own: the rows of a registration list.
    read_as = kinds if kinds != ("news",) else tuple(k for k in kinds_of(article.title, body) if k in NEWS_FACTS)
    known = msgspec.structs.asdict(article) | {"body": body, "tables": tuple(tables)}
    return Document(
        **known,
        attachments=tuple(attachments),
        kinds=kinds,
        companies=companies,
        themes=lexicon.themes.tag(article.title, body),
        facts=facts_of(article.title, body, tables, read_as, day, article.code),
        fingerprint=fingerprint(article.source, article.code, article.title, article.published, body),
        lexicon=lexicon.version,
    )
