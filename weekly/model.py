"""What an issue is made of. Every record encodes to JSON; offsets point into stored documents."""

from __future__ import annotations

from datetime import date

from pipeline.model import Record, TextField

SECTIONS = {"news": "行业要闻", "filings": "重点公司公告"}
OUTCOMES = {
    "chosen": "入选",
    "pinned": "编辑指定",
    "excluded": "编辑剔除",
    "limit": "超出条数",
    "min_score": "低于分数线",
    "repeated": "同一件事",
    "withdrawn": "来源已撤下",
    "no_fact": "没有可用数字",
}


class Source(Record, frozen=True):
    """Verbatim words behind a sentence: `document.<field>[start:end] == text`.

    `at` is where in the sentence they are printed (None: the whole sentence rests on them).
    """

    document: str
    field: TextField
    start: int
    end: int
    text: str
    at: tuple[int, int] | None = None


class Sentence(Record, frozen=True):
    text: str
    sources: tuple[Source, ...]


class Part(Record, frozen=True):
    """One addend of a score, and what caused it."""

    name: str
    value: float
    why: str = ""


class Score(Record, frozen=True):
    parts: tuple[Part, ...] = ()

    @property
    def total(self) -> float:
        return round(sum(part.value for part in self.parts), 3)


class Candidate(Record, frozen=True):
    """A document that was weighed for a section. `outcome` says what became of it."""

    section: str  # news | filings
    document: str
    title: str
    day: date
    total: float
    score: Score
    outcome: str  # a key of OUTCOMES
    company: str | None = None
    kind: str | None = None
    same_as: str | None = None  # the document that tells the same story


class Paragraph(Record, frozen=True):
    """One item of a section. `credit` is how its source is named in the text (国资委网站)."""

    document: str
    url: str
    title: str
    day: date
    credit: str
    sentences: tuple[Sentence, ...]
    code: str | None = None
    company: str | None = None
    kind: str | None = None
    checks: tuple[str, ...] = ()  # the arithmetic of its facts that holds
    doubts: tuple[str, ...] = ()  # checks that failed, also those whose figures are not printed

    @property
    def text(self) -> str:
        return "".join(sentence.text for sentence in self.sentences)


class Issue(Record, frozen=True):
    """One week's two sections. `considered` is every document weighed, best first."""

    week: str
    monday: date
    sunday: date
    news: tuple[Paragraph, ...]
    filings: tuple[Paragraph, ...]
    considered: tuple[Candidate, ...] = ()
    lexicon: str = ""
