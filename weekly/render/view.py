"""What the templates see: paragraphs cut into runs, and numbered notes.

A note is a document, numbered in order of appearance; its letters are the sentences that rest on
it: `1a` is the first sentence taken from document 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from weekly.model import Issue, Paragraph, Sentence, Source
from weekly.prose import chinese_date

_FIELDS = {"title": "标题", "body": "正文"}


@dataclass(frozen=True)
class Run:
    """A stretch of a sentence; `source` when it is the document's own words."""

    text: str
    source: Source | None = None

    @property
    def hint(self) -> str:
        """For the pointer: the verbatim words and where they stand."""
        return f"{place(self.source)}：{self.source.text}" if self.source else ""


@dataclass(frozen=True)
class Line:
    label: str
    text: str
    runs: tuple[Run, ...]
    sources: tuple[Source, ...]

    @property
    def verbatim(self) -> str:
        """The words behind the sentence, each once, with their places."""
        own = [source for source in self.sources if source.at] or list(self.sources)
        return "；".join(dict.fromkeys(f"{place(s)}“{' '.join(s.text.split())}”" for s in own))


@dataclass(frozen=True)
class Item:
    number: int
    text: str
    lines: tuple[Line, ...]
    paragraph: Paragraph

    @property
    def url(self) -> str:
        return self.paragraph.url


@dataclass(frozen=True)
class View:
    week: str
    year: int
    number: int
    period: str
    news: tuple[Item, ...]
    filings: tuple[Item, ...]

    @property
    def notes(self) -> tuple[Item, ...]:
        return self.news + self.filings


def place(source: Source) -> str:
    return f"{_FIELDS[source.field]}第{source.start + 1}–{source.end}字"


def period(first: date, last: date) -> str:
    return f"{chinese_date(first)}至{chinese_date(last) if first.year != last.year else f'{last.month}月{last.day}日'}"


def view(issue: Issue) -> View:
    return View(
        week=issue.week,
        year=int(issue.week[:4]),
        number=int(issue.week[-2:]),
        period=period(issue.monday, issue.sunday),
        news=_items(issue.news, 1),
        filings=_items(issue.filings, 1 + len(issue.news)),
    )


def _items(paragraphs: Sequence[Paragraph], first: int) -> tuple[Item, ...]:
    return tuple(_item(paragraph, first + at) for at, paragraph in enumerate(paragraphs))


def _item(paragraph: Paragraph, number: int) -> Item:
    lines = tuple(
        Line(f"{number}{chr(ord('a') + at)}", sentence.text, runs(sentence), sentence.sources)
        for at, sentence in enumerate(paragraph.sentences)
    )
    return Item(number, paragraph.text, lines, paragraph)


def runs(sentence: Sentence) -> tuple[Run, ...]:
    made: list[Run] = []
    end = 0
    for source in sorted((s for s in sentence.sources if s.at), key=lambda s: s.at or (0, 0)):
        start, stop = source.at or (0, 0)
        if start > end:
            made.append(Run(sentence.text[end:start]))
        if start >= end:
            made.append(Run(sentence.text[start:stop], source))
            end = stop
    if end < len(sentence.text):
        made.append(Run(sentence.text[end:]))
    return tuple(made)
