"""Paragraphs: the frame is the desk's form, everything else is the source's own words and figures.

行业要闻: date, authority, act, then sentences of the source chosen by rule, 120–330 characters.
重点公司公告: `【简称】date，` and the figures in the filing's units; what is not stated is left out.
"""

from __future__ import annotations

import re
from datetime import date

from pipeline.model import SHANGHAI, Check, Document, Fact, FactField, Number
from weekly.figures import printed
from weekly.forms import agency_of, named_first, template
from weekly.model import Paragraph, Sentence, Source
from weekly.select import topic_words
from weekly.sentences import Told, chosen, sentences

_DATELINE = re.compile(
    r"^(?:[^，。]{0,12}(?:讯|消息|电)[：:，]?\s*)?(?:(?:(?:\d{4}年)?\d{1,2}月\d{1,2}日(?:[上下]午)?|近日|日前|今天|今日|昨日|近期)(?:[（(][^）)]*[）)])?[，,]?)+"
)
_ACT = re.compile(r"印发|发布|公布|出台|召开|举行|启动|部署|开展|批复|批准|通报|公示|征求意见|修订")
_ISSUES = re.compile(r"关于(?P<act>印发|发布|公布)[《]?(?P<what>.+?)[》]?的(?:通知|公告|通报)$")
_NOTICE = re.compile(r"(?:关于.+的)?(?:通知|公告|意见|通报|办法|指南|规定|方案|决定)$")
_QUOTED = re.compile(r"《(?P<what>[^》]+)》")


def chinese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def day_of(document: Document) -> date:
    assert document.published is not None
    return document.published.astimezone(SHANGHAI).date()


# ---------------------------------------------------------------- 行业要闻


def news(document: Document) -> Paragraph:
    """The paragraph of an agency item."""
    form = template("news")
    owner = agency_of(document.source)
    site = owner.site if owner else (document.publisher or document.source)
    credit = form["credit"].format(site=site)
    told = sentences(document)
    lead, used = _lead(document, told, site)
    rest = [t for t in told if t is not used and (used is None or t.place != used.place)]
    if used is not None:
        rest = [t for t in rest if t.place > used.place or t.in_file]
    room = form["longest"] - len(lead.text) - len(credit)
    wanted = form["shortest"] - len(lead.text) - len(credit)
    more = chosen(rest, document, topic_words(), room, wanted, form["sentences"] - 1)
    return Paragraph(
        document=document.id,
        url=document.url,
        title=document.title,
        day=day_of(document),
        credit=site,
        sentences=(
            lead,
            *(Sentence(text=t.text, sources=(_body(document, t.start, t.end),)) for t in more),
            Sentence(text=credit, sources=()),
        ),
    )


def _lead(document: Document, told: list[Told], site: str) -> tuple[Sentence, Told | None]:
    """The first sentence: date, authority and act; the source's own where it has one that says so."""
    when = f"{chinese_day(day_of(document))}，"
    for sentence in told[:4]:
        own = _DATELINE.sub("", sentence.text)
        agency = named_first(own)
        if agency is None or not _ACT.search(own) or sentence.in_file:
            continue
        if min(own.find(name) for name in agency.names if name in own) > 40:
            continue
        start = sentence.end - len(own)
        text = when + own
        source = _body(document, start, sentence.end, at=(len(when), len(text)))
        return Sentence(text=text, sources=(source,)), sentence
    agency = named_first(document.title) or agency_of(document.source)
    name = agency.name if agency else None
    said = _said_by_title(document.title, name)
    if said is None:
        said = template("news")["said"].format(site=site) + document.title
    text = f"{when}{said}。"
    whole = Source(document=document.id, field="title", start=0, end=len(document.title), text=document.title)
    return Sentence(text=text, sources=(whole,)), None


def _said_by_title(title: str, agency: str | None) -> str | None:
    """`X关于印发Y的通知` → `X印发《Y》`; a notice → `X发布《title》`; a sentence stays as it is."""
    if agency is None:
        return None
    if found := _ISSUES.search(title):
        return f"{agency}{found['act']}《{found['what']}》"
    if _NOTICE.search(title) and "《" not in title:
        start = title.find("关于")
        return f"{agency}发布《{title[start:] if start > 0 else title}》"
    if found := _QUOTED.search(title):
        return title if named_first(title) else f"{agency}发布《{found['what']}》"
    return title if named_first(title) else None


def _body(document: Document, start: int, end: int, at: tuple[int, int] | None = None) -> Source:
    return Source(document=document.id, field="body", start=start, end=end, text=document.body[start:end], at=at)


# ---------------------------------------------------------------- 重点公司公告

_HOLE = re.compile(r"\{(?P<field>\w+)(?:\|(?P<how>\w+)(?::(?P<arg>[^}]*))?)?\}")
Fragment = str | list["Fragment"]


def filing(document: Document, facts: list[Fact], kind: str, name: str) -> Paragraph:
    """The paragraph of a filing: its facts of one kind in the desk's form."""
    forms = template("filings")
    entry = forms["kinds"].get(kind, forms["other"])
    writer = _Writer(document, name)
    writer.write(f"【{name}】{chinese_day(day_of(document))}，")
    for number, fact in enumerate(facts or [None]):
        chooser = fact.fields.get(entry.get("by", "")) if fact else None
        form = entry["forms"].get(getattr(chooser, "value", None), entry["forms"]["default"])
        writer.fragments(entry["more"] if number and "more" in entry else form, fact, forms)
        if number and "more" not in entry:
            break
    writer.write("。")
    failed = tuple(check.detail for fact in facts for check in fact.checks if check.ok is False)
    return Paragraph(
        document=document.id,
        url=document.url,
        title=document.title,
        day=day_of(document),
        credit="公告原文",
        sentences=(Sentence(text=writer.text, sources=tuple(writer.sources) or (writer.whole(),)),),
        code=document.code,
        company=name,
        kind=kind,
        doubts=failed,
    )


class _Writer:
    """Writes fragments one after the other and keeps, for each figure, the words it stands on."""

    def __init__(self, document: Document, name: str) -> None:
        self.document = document
        self.name = name
        self.text = ""
        self.sources: list[Source] = []
        self._begun = False

    def write(self, words: str) -> None:
        self.text += words

    def whole(self) -> Source:
        title = self.document.title
        return Source(document=self.document.id, field="title", start=0, end=len(title), text=title)

    def fragments(self, form: list[Fragment], fact: Fact | None, forms: dict[str, str]) -> None:
        for fragment in form:
            choice = next((f for f in _flat(fragment) if self._stated(f, fact)), None)
            if choice is None:
                continue
            lead = "" if choice[0] in "；。" or not self._begun else forms["join"]
            self.write(lead)
            self._begun = True
            self._print(choice, fact, forms["note"])

    def _stated(self, fragment: str, fact: Fact | None) -> bool:
        names = {m["field"] for m in _HOLE.finditer(fragment)} - {"title"}
        return not names or (fact is not None and names <= fact.fields.keys())

    def _print(self, fragment: str, fact: Fact | None, note: str) -> None:
        at, named = 0, []
        for hole in _HOLE.finditer(fragment):
            self.write(fragment[at : hole.start()])
            at = hole.end()
            if hole["field"] == "title":
                self.write(_without_name(self.document.title, self.name))
                continue
            assert fact is not None
            field = fact.fields[hole["field"]]
            first = field[0] if isinstance(field, tuple) else field
            if hole["how"] == "label":
                self.write(self._label(first, (hole["arg"] or "").split("/")))
                continue
            named.append(hole["field"])
            other = fact.fields.get(hole["arg"] or "")
            values = field if isinstance(field, tuple) else (field,)
            self._values(values, hole["how"], other[0] if isinstance(other, tuple) else other)
        self.write(fragment[at:])
        for check in fact.checks if fact else ():
            if check.ok is False and _last_of(check) in named:
                self.write(note.format(detail=check.detail))

    def _values(self, values: tuple[FactField, ...], how: str | None, other: FactField | None) -> None:
        for i, value in enumerate(values):
            if i:
                self.write("、")
            start = len(self.text)
            self.write(printed(value, how, other))
            self.sources.append(
                Source(
                    document=self.document.id,
                    field=value.field,
                    start=value.start,
                    end=value.end,
                    text=value.text,
                    at=(start, len(self.text)),
                )
            )

    def _label(self, value: FactField, words: list[str]) -> str:
        """Which of the words stands nearest before the figure in the filing; the last if none does."""
        before = self.document.body[max(0, value.start - 40) : value.start] if value.field == "body" else ""
        places = [(before.rfind(word), -i, word) for i, word in enumerate(words)]
        best = max(places)
        return best[2] if best[0] >= 0 else words[-1]


def _flat(fragment: Fragment) -> list[str]:
    return [fragment] if isinstance(fragment, str) else [f for part in fragment for f in _flat(part)]


def _last_of(check: Check) -> str:
    return check.fields[-1] if check.fields else ""


def _without_name(title: str, name: str) -> str:
    """`新炬网络：关于…的公告` and `上海…股份有限公司关于…的公告` → `关于…的公告`."""
    rest = re.sub(r"^[^：:]{2,12}[：:]", "", title)
    return re.sub(r"^.{2,30}?股份有限公司", "", rest) or title


def stated(fact: Fact, kind: str) -> bool:
    """Whether a fact holds a figure that the desk prints for its kind."""
    forms = template("filings")
    needs = forms["kinds"].get(kind, forms["other"])["needs"]
    return not needs or any(isinstance(fact.fields.get(name), (Number, tuple)) or name in fact.fields for name in needs)
