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
from pipeline.model import SHANGHAI, Article, Attachment, Document, Extract, Link, Table
from pipeline.themes import Themes, load_themes


class Lexicon:
    """Every dictionary and rule in use, loaded once. `version` changes when any of them does."""

    def __init__(self, companies: Matcher, themes: Themes) -> None:
        self.companies = companies
        self.themes = themes
        self.parts = {"segment": segment.VERSION, "companies": companies.version, "themes": themes.version}
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
    day = article.published.astimezone(SHANGHAI).date()
    companies = lexicon.companies.tag(article.title, body, code=article.code, published=day)
    known = msgspec.structs.asdict(article) | {"body": body, "tables": tuple(tables)}
    return Document(
        **known,
        attachments=tuple(attachments),
        kinds=("news",),
        companies=companies,
        themes=lexicon.themes.tag(article.title, body),
        facts=(),
        fingerprint=fingerprint(article.source, article.code, article.title, article.published, body),
        lexicon=lexicon.version,
    )
