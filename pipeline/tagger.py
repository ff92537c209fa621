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
from pipeline.model import (
    SHANGHAI,
    Article,
    Attachment,
    CompanyTag,
    Document,
    Extract,
    Fact,
    Link,
    Table,
    Term,
)
from pipeline.themes import Themes, load_themes

# A notice of a regulator that is a table of registrations: its rows are facts, though it is news.
_IN_NEWS = frozenset({"algorithm_registration"})


# Modules of this package that a document's tags and facts do not depend on once its text is read.
_NOT_TAGGING = frozenset({
    "attachments.py", "companies_learn.py", "kinds.py", "lexicon", "lexicon_changes.py", "pdf.py", "present.py", "read",
    "sheets.py", "themes_explain.py",
})  # fmt: skip

FILING_SOURCES = frozenset({"cninfo", "sse", "szse", "bse", "eastmoney"})
# An exchange's own news, beside the filings that it publishes.
NEWS_COLUMNS = frozenset({"bse.news", "bse.notice"})


def _is_news(article: Article) -> bool:
    """What an agency publishes. A text without a source or a code may be a filing: its title decides."""
    if article.column in NEWS_COLUMNS:
        return True
    return article.code is None and bool(article.source) and article.source not in FILING_SOURCES


def code_version(package: Path) -> str:
    """A digest of the code that tags and reads facts: what an upgrade may change in every document."""
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        inside = path.relative_to(package)
        if inside.parts[0] not in _NOT_TAGGING:
            digest.update(f"{inside.as_posix()}\n{path.read_text('utf-8')}".encode())
    return digest.hexdigest()[:12]


class Lexicon:
    """Every dictionary and rule in use, loaded once. `version` changes when any of them does, or the
    code that uses them."""

    def __init__(self, companies: Matcher, themes: Themes) -> None:
        self.companies = companies
        self.themes = themes
        self.parts = {
            "code": code_version(Path(__file__).parent),
            "companies": companies.version,
            "segment": segment.VERSION,
            "themes": themes.version,
            "titles": load_titles().version,
        }
        self.version = hashlib.sha256(repr(sorted(self.parts.items())).encode()).hexdigest()[:16]


def load_lexicon(
    themes: Path | None = None, companies: Path | None = None, table: Path | None = None
) -> Lexicon:
    """The bundled lexicons, with the desk's own files and a refreshed company table (a folder) where
    given. UserError is one line for people."""
    return Lexicon(Matcher(load_companies(companies, table)), load_themes(themes))


def document(article: Article, files: Sequence[tuple[Link, str, Extract]], lexicon: Lexicon) -> Document:
    """`files` are (link, sha256 of the bytes, extract), in the order of the page."""
    body, tables, attachments = _composed(article, files)
    return _tagged(article, body, tables, attachments, lexicon)


def retag(old: Document, lexicon: Lexicon) -> Document:
    """The same text under another lexicon."""
    return _tagged(old, old.body, old.tables, old.attachments, lexicon)


def _tagged(
    article: Article,
    body: str,
    tables: tuple[Table, ...],
    attachments: tuple[Attachment, ...],
    lexicon: Lexicon,
) -> Document:
    title, published = article.title, article.published
    companies = lexicon.companies.tag(
        title, body, code=article.code, published=published.astimezone(SHANGHAI).date() if published else None
    )
    kinds = kinds_of(title, body)
    if _is_news(article):
        read, kinds = tuple(kind for kind in kinds if kind in _IN_NEWS), ("news",)
    else:
        read = kinds
    facts = facts_of(title, body, tables, read, published, company=article.code)
    known = {name: getattr(article, name) for name in Article.__struct_fields__}
    return Document(
        **known | {"body": body, "tables": tables},
        attachments=attachments,
        kinds=kinds,
        companies=companies,
        themes=lexicon.themes.tag(title, body),
        facts=tuple(_linked(fact, companies) for fact in facts),
        fingerprint=fingerprint(article.source, article.code, title, published, body),
        lexicon=lexicon.version,
    )


def _composed(
    article: Article, files: Sequence[tuple[Link, str, Extract]]
) -> tuple[str, tuple[Table, ...], tuple[Attachment, ...]]:
    """The page's text and then each file's, parted by a blank line; tables move with their text."""
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
    return body, tuple(tables), tuple(attachments)


def _linked(fact: Fact, companies: Sequence[CompanyTag]) -> Fact:
    """A fact about a legal person takes the code of the company that was found in that name."""
    person = fact.fields.get("legal_person")
    if fact.company or not isinstance(person, Term):
        return fact
    for tag in companies:
        if tag.code and any(
            span.field == person.field and person.start <= span.start and span.end <= person.end
            for span in tag.spans
        ):
            return msgspec.structs.replace(fact, company=tag.code, company_name=tag.name)
    return fact
