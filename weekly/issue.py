"""One week's issue: read the week through search, choose, write, put in order.

The same store, settings and templates give the same issue, byte for byte: no clock, no order of
reading, no engine has a part in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from config import Settings
from pipeline.companies_table import day_marked
from pipeline.model import Document, UserError
from pipeline.tagger import Lexicon
from pipeline.week import Week
from weekly import select
from weekly.desk import Desk, load_desk
from weekly.edits import Edits, edits_file, load_edits
from weekly.forms import filing_sentence
from weekly.model import OUTCOMES, SECTIONS, Candidate, Issue, Paragraph
from weekly.prose import news_paragraph, site_of


class Reader(Protocol):
    """What an issue needs of `search.client.Client`."""

    def week(self, week: Week) -> Iterator[Document]: ...
    def document(self, id: str) -> Document | None: ...


def build(
    client: Reader, week: Week, settings: Settings, lexicon: Lexicon, edits: Edits | None = None
) -> Issue:
    """`edits` None: those of `<weekly.out>/<week>.edits.yaml`, if there is such a file."""
    if edits is None:
        edits = load_edits(settings.weekly.out, week)
    desk = load_desk(settings.weekly.templates)
    documents = sorted(client.week(week), key=lambda d: (d.published, d.id))
    documents += _pinned(client, edits, {d.id for d in documents}, settings, week)
    _in_its_section(documents, edits)
    companies = lexicon.companies.table
    select.check_watch(settings.watch, companies)
    news = select.news(documents, settings, desk, edits.news)
    filings = select.filings(documents, settings, companies, desk, edits.filings)
    return Issue(
        week=str(week),
        monday=week.monday,
        sunday=week.sunday,
        news=_ordered([news_paragraph(w.document, desk) for w in _by_time(_in(news))], edits.news.order),
        filings=_ordered([_filing(w, companies, desk) for w in _by_code(_in(filings))], edits.filings.order),
        considered=(
            *(w.candidate("news") for w in news),
            *(w.candidate("filings") for w in filings),
        ),
        lexicon=lexicon.version,
    )


def _pinned(client: Reader, edits: Edits, known: set[str], settings: Settings, week: Week) -> list[Document]:
    """Documents that an editor named from outside the week. An id that is nowhere is an error."""
    added = []
    for id in sorted(edits.ids - known):
        document = client.document(id)
        if document is None:
            raise UserError(
                f"{edits_file(settings.weekly.out, week)}：{id} 不在库里；zhoubao issue {week} --why 列出编号"
            )
        if id in edits.news.pin or id in edits.filings.pin:
            added.append(document)
    return added


def _in_its_section(documents: Sequence[Document], edits: Edits) -> None:
    for document in documents:
        if document.id in edits.news.pin and "news" not in document.kinds:
            raise UserError(f"{document.id} 不是机构要闻，不能写在 news.pin 里；公司公告写在 filings.pin 里")
        if document.id in edits.filings.pin and document.kinds == ("news",) and not document.facts:
            raise UserError(f"{document.id} 不是公司公告，不能写在 filings.pin 里；机构要闻写在 news.pin 里")


def _in(weighed: Sequence[select.Weighed]) -> list[select.Weighed]:
    return [w for w in weighed if w.outcome in ("chosen", "pinned")]


def _by_time(weighed: list[select.Weighed]) -> list[select.Weighed]:
    return sorted(weighed, key=lambda w: (w.day, w.document.published, w.rank))


def _by_code(weighed: list[select.Weighed]) -> list[select.Weighed]:
    return sorted(weighed, key=lambda w: (w.day, w.code or "", w.rank))


def _ordered(paragraphs: list[Paragraph], order: Sequence[str]) -> tuple[Paragraph, ...]:
    """By date; of one day as they come; those that the editor put in order go first."""
    place = {id: number for number, id in enumerate(order)}
    return tuple(sorted(paragraphs, key=lambda p: (place.get(p.document, len(place)), p.day)))


def _filing(item: select.Weighed, companies: select.Companies, desk: Desk) -> Paragraph:
    document = item.document
    own = document.company if item.code == document.code else None
    if own and day_marked(own):  # `XD中科曙`: of one day, and cut
        own = None
    name = (own or (companies.name(item.code) if item.code else None) or document.title).replace(" ", "")
    checks = [check for fact in item.facts for check in fact.checks]
    return Paragraph(
        document=document.id,
        url=document.url,
        title=document.title,
        day=item.day,
        credit=site_of(document, desk),
        sentences=(filing_sentence(document, item.facts, name, item.day, desk),),
        code=item.code,
        company=name,
        kind=item.kind,
        # That a filing's text repeats its table tells a reader nothing.
        checks=tuple(check.detail for check in checks if check.ok and not check.name.endswith("_prose")),
        doubts=tuple(f"{check.name}：{check.detail}" for check in checks if check.ok is False),
    )


def why(issue: Issue) -> str:
    """Every document weighed, best first, with the parts of its score: what an editor wants to see."""
    lines = [f"{issue.week}（{issue.monday} 至 {issue.sunday}）"]
    for section, name in SECTIONS.items():
        weighed = [candidate for candidate in issue.considered if candidate.section == section]
        lines.append(f"\n{name}：{len(weighed)} 条候选")
        lines += [_why(candidate) for candidate in weighed]
    return "\n".join(lines)


def _why(candidate: Candidate) -> str:
    parts = " ".join(
        f"{part.name}{part.value:+.2f}" + (f"（{part.why}）" if part.why else "")
        for part in candidate.score.parts
    )
    same = f"（同 {candidate.same_as}）" if candidate.same_as else ""
    first = (
        f"{candidate.total:6.2f}  {OUTCOMES[candidate.outcome]}{same}  {candidate.day}  {candidate.document}"
    )
    return f"{first}  {candidate.title}\n        {parts}"
