"""The issue of a week: selected, written, and with an account of what was weighed.

An editor has the last word: `WEEK.edits.yaml` beside the issue pins or excludes documents by id.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import msgspec
import yaml

from config import Settings
from pipeline.companies_table import CompanyTable
from pipeline.model import CompanyTag, Document, Fact, UserError
from pipeline.tagger import Lexicon
from pipeline.week import Week
from weekly import prose
from weekly.model import Candidate, Issue, Paragraph
from weekly.select import best_first, candidate, filing_score, news_score


class WeekReader(Protocol):
    """What an issue reads through: `search.client.Client`."""

    def week(self, week: Week) -> Iterator[Document]: ...


class Edits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`pin`: documents that stand in the issue whatever their score; `exclude`: those that never do."""

    pin: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


def build(client: WeekReader, week: Week, settings: Settings, lexicon: Lexicon) -> Issue:
    """Reads the week's documents once and gives both sections. The same store gives the same issue."""
    edits = load_edits(settings.weekly.out / f"{week}.edits.yaml")
    table = lexicon.companies.table
    documents: dict[str, Document] = {}
    facts: dict[str, tuple[str, list[Fact]]] = {}
    news: list[Candidate] = []
    filings: list[Candidate] = []
    for document in client.week(week):
        if document.published is None:
            continue
        if document.code is None:
            found = candidate("news", document, news_score(document), "")
            news.append(found)
            documents[document.id] = document
            continue
        weighed = _filing(document, settings, table, pinned=document.id in edits.pin)
        if weighed is not None:
            found, kind, usable = weighed
            filings.append(found)
            documents[document.id] = document
            facts[document.id] = (kind, usable)
    form = settings.weekly
    news = _settled(news, form.news.limit, form.news.min_score, edits)
    filings = _settled(_one_each(filings), form.filings.limit, 0.0, edits)
    return Issue(
        week=str(week),
        monday=week.monday,
        sunday=week.sunday,
        news=_in_order([prose.news(documents[c.document]) for c in news if _stands(c)]),
        filings=_in_order(
            [_written(documents[c.document], *facts[c.document], table) for c in filings if _stands(c)]
        ),
        considered=(*news, *filings),
        lexicon=lexicon.version,
    )


def _filing(
    document: Document, settings: Settings, table: CompanyTable, *, pinned: bool
) -> tuple[Candidate, str, list[Fact]] | None:
    """A filing of a wanted kind by a watched company, weighed; None for all others."""
    wanted = [kind for kind in document.kinds if kind in settings.weekly.filings.kinds]
    if not wanted and not pinned:
        return None
    kind = wanted[0] if wanted else document.kind
    usable = [fact for fact in document.facts if fact.kind == kind and prose.stated(fact, kind)]
    score = filing_score(document, usable[0] if usable else None, kind, settings, table)
    if not score.parts and not pinned:
        return None
    return candidate("filings", document, score, "" if usable or pinned else "no_fact", kind), kind, usable


def _one_each(candidates: list[Candidate]) -> list[Candidate]:
    """One paragraph per company and kind: the best; its twins are named after it."""
    best: dict[tuple[str | None, str | None], str] = {}
    told: list[Candidate] = []
    for one in best_first(candidates):
        if one.outcome:
            told.append(one)
            continue
        first = best.setdefault((one.company, one.kind), one.document)
        if first != one.document:
            one = msgspec.structs.replace(one, outcome="repeated", same_as=first)
        told.append(one)
    return told


def _settled(candidates: list[Candidate], limit: int, min_score: float, edits: Edits) -> list[Candidate]:
    """Each candidate with its outcome, best first. Pinned ones stand beside the limit."""
    settled: list[Candidate] = []
    taken = 0
    for one in best_first(candidates):
        if one.document in edits.exclude:
            outcome = "excluded"
        elif one.document in edits.pin:
            outcome = "pinned"
        elif one.outcome:
            outcome = one.outcome
        elif one.total < min_score:
            outcome = "min_score"
        elif taken >= limit:
            outcome = "limit"
        else:
            outcome = "chosen"
            taken += 1
        settled.append(msgspec.structs.replace(one, outcome=outcome))
    return settled


def _stands(one: Candidate) -> bool:
    return one.outcome in ("chosen", "pinned")


def _written(document: Document, kind: str, facts: list[Fact], table: CompanyTable) -> Paragraph:
    name = document.company or table.name(document.code or "") or _subject(document) or document.code or ""
    return prose.filing(document, facts, kind, name)


def _subject(document: Document) -> str | None:
    tags: tuple[CompanyTag, ...] = document.companies
    return next((tag.name for tag in tags if tag.role == "subject"), None)


def _in_order(paragraphs: list[Paragraph]) -> tuple[Paragraph, ...]:
    return tuple(sorted(paragraphs, key=lambda p: (p.day, p.document)))


def load_edits(file: Path) -> Edits:
    """No file, no edits. Raises UserError for one that cannot be used."""
    if not file.exists():
        return Edits()
    try:
        return msgspec.convert(yaml.safe_load(file.read_text(encoding="utf-8")) or {}, Edits)
    except (yaml.YAMLError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise UserError(f"{file}：读不了（{error}）；应是 pin: [编号] 与 exclude: [编号]") from None


_OUTCOMES = {
    "chosen": "入选",
    "pinned": "编辑指定",
    "excluded": "编辑排除",
    "limit": "名额已满",
    "min_score": "分数不够",
    "repeated": "同一公司同类公告已有",
    "no_fact": "没有读出可印的数字",
}
_SECTIONS = {"news": "行业要闻", "filings": "重点公司公告"}


def why(issue: Issue) -> str:
    """Every document weighed, best first, with the parts of its score."""
    lines = []
    for section, title in _SECTIONS.items():
        lines.append(title)
        for one in issue.considered:
            if one.section == section and (one.score.parts or _stands(one)):
                parts = "，".join(f"{p.name}{p.value:+.2f}{f'（{p.why}）' if p.why else ''}" for p in one.score.parts)
                lines.append(f"  {one.total:5.2f} {_OUTCOMES[one.outcome]} {one.day} {one.document} {one.title}")
                lines.append(f"        {parts}")
    return "\n".join(lines)



