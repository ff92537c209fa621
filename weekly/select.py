"""What is in the issue, and why: a score for each document, whose parts can be printed.

The weights are data: templates/news.yaml for agency items, templates/filings.yaml for filings.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Protocol

from config import Settings, Watch
from pipeline.companies_table import CompanyTable
from pipeline.model import Document, Fact, Number, Term, UserError
from weekly.acts import author_of, lead_of, published_day
from weekly.desk import Desk
from weekly.edits import Section
from weekly.forms import form_of, stated
from weekly.model import Candidate, Part, Score
from weekly.sentences import sentences


class Companies(Protocol):
    """Of the lexicon's company table: names and sectors by code."""

    def current(self, code: str) -> str: ...
    def name(self, code: str) -> str | None: ...
    def in_sector(self, code: str, sector: str) -> bool: ...


@dataclass
class Weighed:
    """A document on its way into a section."""

    document: Document
    day: date
    score: Score
    story: tuple[str, ...]  # any of these in common: the same story
    outcome: str = ""
    facts: list[Fact] = field(default_factory=list)
    code: str | None = None
    kind: str | None = None
    same_as: str | None = None

    @property
    def rank(self) -> tuple[float, date, str, str]:
        return (-self.score.total, self.day, self.document.id, self.code or "")

    def candidate(self, section: str) -> Candidate:
        return Candidate(
            section=section,
            document=self.document.id,
            title=self.document.title,
            day=self.day,
            total=self.score.total,
            score=self.score,
            outcome=self.outcome,
            company=self.code,
            kind=self.kind,
            same_as=self.same_as,
        )


# ------------------------------------------------------------------ 行业要闻


def news(documents: Iterable[Document], settings: Settings, desk: Desk, edits: Section) -> list[Weighed]:
    """All agency items, best first, each with its outcome."""
    form = settings.weekly.news
    weighed = sorted((weigh_news(d, desk) for d in documents if "news" in d.kinds), key=lambda w: w.rank)
    weighed = [w for w in weighed if w.score.parts or w.document.id in edits.pin]
    _edit(weighed, edits)
    _same_stories(weighed)
    for item in weighed:
        if not item.outcome and item.score.total < form.min_score:
            item.outcome = "min_score"
    _limit(weighed, form.limit)
    return weighed


def weigh_news(document: Document, desk: Desk) -> Weighed:
    """The parts: themes and topics (substance), title, act, document, agency, hard negatives."""
    rules = desk.news
    found = sentences(document)
    lead = lead_of(document, found, desk)
    first = found[lead.order] if lead and lead.order >= 0 else found[0] if found else None
    opening = first.text if first else ""
    substance = _substance(document, opening, desk)
    parts: list[Part] = []
    for order, (worth, name, _) in enumerate(substance):
        share = 1.0 if order == 0 else rules["second"] if order == 1 else rules["further"]
        parts.append(Part(name="主题" if order == 0 else "另及", value=round(worth * share, 3), why=name))
    weight = min(1.0, sum(part.value for part in parts))
    in_title = max((worth for worth, _, titled in substance if titled), default=0.0)
    if in_title:
        parts.append(Part(name="标题", value=round(rules["title_bonus"] * in_title, 3)))
    if weight:
        act = _first(rules["acts"], document.title) or _first(rules["acts"], opening)
        if act:
            parts.append(Part(name="行为", value=round(act["weight"] * weight, 3), why=act["name"]))
        papers = rules["documents"]
        if _pattern(papers["pattern"]).search(document.title):
            parts.append(Part(name=papers["name"], value=round(papers["weight"] * weight, 3)))
        agency = author_of(document, first, desk)
        if agency and agency.weight:
            parts.append(Part(name="机构", value=round(agency.weight * weight, 3), why=agency.name))
    for rule in rules["minus"]:
        where = rule.get("where", "title")
        text = {"title": document.title, "lead": opening, "either": f"{document.title}\n{opening}"}[where]
        found_word = _pattern(rule["pattern"]).search(text)
        if found_word and in_title < rule.get("unless_theme", 99):
            parts.append(Part(name="扣分", value=-rule["weight"], why=f"{rule['name']}：{found_word[0]}"))
    story = [f"fingerprint:{document.fingerprint}"] if document.fingerprint else []
    if lead and lead.act and _is_release(lead.act, document.title):
        story.append(lead.act)
    day = lead.day if lead else published_day(document)
    return Weighed(document, day, Score(parts=tuple(parts)), tuple(story), kind="news")


def _is_release(act: str, title: str) -> bool:
    """The story is this paper's when the title speaks of it too."""
    inner = act.strip("《》")
    return inner[-12:] in title.replace(" ", "") or title.replace(" ", "")[:40] in act


def _substance(document: Document, opening: str, desk: Desk) -> list[tuple[float, str, bool]]:
    """(worth, name, stands in the title) of themes and topics, best first."""
    rules = desk.news
    found: list[tuple[float, str, bool]] = []
    for tag in document.themes:
        weight = rules["themes"].get(tag.name, rules["other_theme"])
        share = tag.strength * (rules["passing"] if tag.strength <= rules["weak_strength"] else 1.0)
        titled = any(span.field == "title" for span in tag.spans)
        found.append((round(weight * share, 3), tag.name, titled))
    for name, topic in rules["topics"].items():
        if any(word in document.title for word in topic["words"]):
            found.append((topic["weight"], name, True))
        elif any(word in opening for word in topic["words"]):
            found.append((round(topic["weight"] * rules["topic_lead"], 3), name, False))
        elif any(word in document.body for word in topic["words"]):
            found.append((round(topic["weight"] * rules["topic_body"], 3), name, False))
    return sorted((f for f in found if f[0] > 0), key=lambda f: (-f[0], f[1]))


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _first(rules: list[dict[str, Any]], text: str) -> dict[str, Any] | None:
    return next((rule for rule in rules if _pattern(rule["pattern"]).search(text)), None)


# ------------------------------------------------------------------ 重点公司公告


def filings(
    documents: Iterable[Document], settings: Settings, companies: Companies, desk: Desk, edits: Section
) -> list[Weighed]:
    """Filings of watched companies and wanted kinds, best first, each with its outcome."""
    form = settings.weekly.filings
    weighed: list[Weighed] = []
    for document in documents:
        pinned = document.id in edits.pin
        for kind, code, facts in _offers(document, pinned, form.kinds):
            watched = _watched(code, settings, companies)
            if watched or pinned:
                weighed.append(_weigh_filing(document, kind, code, facts, watched, desk))
    weighed.sort(key=lambda w: w.rank)
    _edit(weighed, edits)
    for item in weighed:
        if not item.outcome and not item.facts:
            item.outcome = "no_fact"
    _same_stories(weighed)
    _limit(weighed, form.limit)
    return weighed


def _offers(
    document: Document, pinned: bool, wanted: Iterable[str]
) -> list[tuple[str, str | None, list[Fact]]]:
    """(kind, company, facts). A notice's rows belong to the companies that they name."""
    if "news" in document.kinds:
        rows: dict[tuple[str, str], list[Fact]] = {}
        for fact in document.facts:
            if fact.company and fact.kind in wanted:
                rows.setdefault((fact.kind, fact.company), []).append(fact)
        return [(kind, code, facts) for (kind, code), facts in rows.items()]
    offers = []
    for kind in document.kinds:
        if kind in wanted:
            facts = [fact for fact in document.facts if fact.kind == kind]
            offers.append((kind, document.code, facts))
    if not offers and pinned:
        offers.append((document.kind, document.code, [f for f in document.facts if f.kind == document.kind]))
    return offers


def check_watch(watch: Watch, table: CompanyTable) -> list[str]:
    """A sentence for each code that the table does not know: misspelt, or listed since the table was made.

    Raises UserError for a sector that no company is in, since it can never choose anything.
    """
    for sector in watch.sectors:
        if not any(table.in_sector(code, sector) for code in table.companies):
            known = {*table.sectors, *(c.industry for c in table.companies.values() if c.industry)}
            near = "、".join(difflib.get_close_matches(sector, sorted(known), 3, 0.3))
            raise UserError(
                f"watch.sectors：没有公司属于“{sector}”；{f'相近的有 {near}；' if near else ''}"
                "自己的行业写在 companies 那份文件的 sectors 下"
            )
    return [
        f"watch.codes：公司表里没有 {code}；写错了请改，新上市的照常关注"
        for code in watch.codes
        if table.name(code) is None
    ]


def _watched(code: str | None, settings: Settings, companies: Companies) -> str | None:
    """By which line of the settings; an empty watch-list watches everybody."""
    watch = settings.watch
    if not watch.codes and not watch.sectors:
        return "全部公司"
    if code is None:
        return None
    if companies.current(code) in map(companies.current, watch.codes):
        return "关注名单"
    return next((sector for sector in watch.sectors if companies.in_sector(code, sector)), None)


def _weigh_filing(
    document: Document, kind: str, code: str | None, facts: list[Fact], watched: str | None, desk: Desk
) -> Weighed:
    rules, form = desk.filings, form_of(kind, desk)
    usable = [fact for fact in facts if stated(fact, desk)] if form["needs"] else facts
    parts = [
        Part(
            name="关注",
            value=rules["watched" if watched == "关注名单" else "sector"],
            why=watched or "编辑指定",
        )
    ]
    parts.append(Part(name="类型", value=form["rank"], why=kind))
    if usable and form["needs"]:
        share = len(stated(usable[0], desk)) / len(form["needs"])
        parts.append(Part(name="数字", value=round(rules["complete"] * share, 3)))
        by = usable[0].fields.get(form.get("by", ""))
        if isinstance(by, Term) and by.value in form.get("rank_by", {}):
            parts.append(Part(name="阶段", value=form["rank_by"][by.value], why=by.value))
        change = usable[0].fields.get("net_profit_parent_change") or usable[0].fields.get("revenue_change")
        if isinstance(change, Number):
            parts.append(Part(name="变动", value=round(min(0.3, abs(float(change.value)) / 300), 3)))
    if "news" in document.kinds:
        parts.append(Part(name="扣分", value=-0.3, why="监管公告，不是公司公告"))
    story = f"{code or document.id}:{kind}"
    day = published_day(document)
    return Weighed(document, day, Score(parts=tuple(parts)), (story,), "", usable, code, kind)


# ------------------------------------------------------------------ both


def _edit(weighed: list[Weighed], edits: Section) -> None:
    for item in weighed:
        if item.document.id in edits.pin:
            item.outcome = "pinned"
        elif item.document.id in edits.exclude:
            item.outcome = "excluded"
        elif item.document.withdrawn:
            item.outcome = "withdrawn"


def _same_stories(weighed: list[Weighed]) -> None:
    """A story once: what the editor pinned, else the best; a pinned item is never left out."""
    told: dict[str, str] = {}
    for pinned in (True, False):
        for item in weighed:
            if (item.outcome == "pinned") is not pinned or item.outcome in (
                "excluded",
                "withdrawn",
                "no_fact",
            ):
                continue
            same = next((told[story] for story in item.story if story in told), None)
            if same and not pinned:
                item.outcome, item.same_as = "repeated", same
            for story in item.story:
                told.setdefault(story, item.document.id)


def _limit(weighed: list[Weighed], limit: int) -> None:
    left = limit - sum(item.outcome == "pinned" for item in weighed)
    for item in weighed:
        if not item.outcome:
            item.outcome = "chosen" if left > 0 else "limit"
            left -= 1
