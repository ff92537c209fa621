"""What belongs in the issue: a score for each document of the week, whose parts can be printed.

The weights are data: templates/news.yaml and templates/filings.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from config import Settings
from pipeline.companies_table import CompanyTable
from pipeline.model import SHANGHAI, Document, Fact
from weekly.forms import agency_of, named_first, patterns, template
from weekly.model import Candidate, Part, Score

LEAD = 120  # characters in which a text says what it is about


@cache
def topic_words() -> re.Pattern[str]:
    """The words of the desk's topics and themes, longest first: what a sentence may be about."""
    words = {word for topic in template("news")["topics"].values() for word in topic["words"]}
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


def news_score(document: Document) -> Score:
    """The parts of an agency item's score."""
    form = template("news")
    title, lead = document.title, document.body[:LEAD]
    weighed, titled = _subjects(document)
    if not weighed:
        return Score(parts=(Part(name="主题", value=0.0, why="没有关注的主题"),))
    weighed.sort(reverse=True)
    parts = [Part(name="主题", value=round(weighed[0][0], 3), why=weighed[0][1])]
    for rank, (weight, name) in enumerate(weighed[1:4]):
        parts.append(Part(name="次要主题", value=round(weight * (form["further"] if rank else form["second"]), 3), why=name))
    substance = min(1.0, weighed[0][0])
    if titled:
        best, name = max(titled)
        parts.append(Part(name="标题点题", value=round(form["title_bonus"] * best, 3), why=name))
    act = next((p for text in (title, lead) for p in patterns("news", "acts") if p.pattern.search(text)), None)
    if act is not None:
        parts.append(Part(name="行为", value=round(act.weight * substance, 3), why=act.name))
    for paper in patterns("news", "documents"):
        if paper.pattern.search(title):
            parts.append(Part(name=paper.name, value=round(paper.weight * substance, 3)))
    agency = named_first(title) or named_first(lead) or agency_of(document.source)
    if agency is not None:
        parts.append(Part(name="发布机构", value=round(agency.weight * substance, 3), why=agency.name))
    strongest = max((weight for weight, _ in titled), default=0.0)
    for minus in patterns("news", "minus"):
        if minus.unless_theme is not None and strongest >= minus.unless_theme:
            continue
        text = {"title": title, "lead": lead, "either": f"{title}\n{lead}"}[minus.where]
        if found := minus.pattern.search(text):
            parts.append(Part(name=f"减：{minus.name}", value=-minus.weight, why=found[0][:12]))
    return Score(parts=tuple(parts))


def _subjects(document: Document) -> tuple[list[tuple[float, str]], list[tuple[float, str]]]:
    """Themes and topics with their weights in this document, and those that the title names."""
    form = template("news")
    weighed: list[tuple[float, str]] = []
    titled: list[tuple[float, str]] = []
    for theme in document.themes:
        worth = form["themes"].get(theme.name, form["other_theme"])
        passing = form["passing"] if theme.strength <= form["weak_strength"] else 1.0
        weighed.append((worth * passing, theme.name))
        if any(span.field == "title" for span in theme.spans):
            titled.append((worth, theme.name))
    for name, topic in form["topics"].items():
        said = re.compile("|".join(map(re.escape, topic["words"])))
        if said.search(document.title):
            weighed.append((topic["weight"], name))
            titled.append((topic["weight"], name))
        elif said.search(document.body, 0, LEAD):
            weighed.append((topic["weight"] * form["topic_lead"], name))
        elif said.search(document.body):
            weighed.append((topic["weight"] * form["topic_body"], name))
    return weighed, titled


def filing_score(document: Document, fact: Fact | None, kind: str, settings: Settings, table: CompanyTable) -> Score:
    """The parts of a filing's score; empty when nobody asked for its company."""
    form = template("filings")
    parts: list[Part] = []
    code = document.code or ""
    if code in settings.watch.codes:
        parts.append(Part(name="关注公司", value=form["watched"], why=code))
    elif (sector := table.sector(code)) and sector in settings.watch.sectors:
        parts.append(Part(name="关注行业", value=form["sector"], why=sector))
    else:
        return Score()
    entry = form["kinds"].get(kind, form["other"])
    parts.append(Part(name="公告类型", value=entry["rank"], why=kind))
    if fact is not None:
        stage = fact.fields.get(entry.get("by", ""))
        named = getattr(stage, "value", None)
        if named in entry.get("rank_by", {}):
            parts.append(Part(name="阶段", value=entry["rank_by"][named], why=str(named)))
        stated = sum(name in fact.fields for name in entry["needs"])
        if entry["needs"]:
            value = round(form["complete"] * stated / len(entry["needs"]), 3)
            parts.append(Part(name="要素完整", value=value, why=f"{stated}/{len(entry['needs'])}"))
    return Score(parts=tuple(parts))


def candidate(section: str, document: Document, score: Score, outcome: str, kind: str | None = None) -> Candidate:
    assert document.published is not None
    return Candidate(
        section=section,
        document=document.id,
        title=document.title,
        day=document.published.astimezone(SHANGHAI).date(),
        total=score.total,
        score=score,
        outcome=outcome,
        company=document.company,
        kind=kind,
    )


def best_first(candidates: Sequence[Candidate]) -> list[Candidate]:
    """By score, then the later, then by id: the same store gives the same order."""
    return sorted(candidates, key=lambda c: (-c.total, -c.day.toordinal(), c.document))
