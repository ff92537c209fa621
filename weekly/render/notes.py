"""Sources of an issue numbered for print: one note for each sentence that rests on a document."""

from __future__ import annotations

from dataclasses import dataclass

from weekly.model import Issue, Paragraph, Sentence

SECTIONS = (("news", "行业要闻"), ("filings", "重点公司公告"))


@dataclass(frozen=True)
class Note:
    """`words` are (place, verbatim words): where in the source the sentence's words stand."""

    number: int
    title: str
    url: str
    document: str
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Line:
    """A sentence with its note, if it rests on a source."""

    text: str
    note: Note | None


@dataclass(frozen=True)
class Item:
    paragraph: Paragraph
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    items: tuple[Item, ...]


def sections(issue: Issue) -> list[Section]:
    """Both sections with their notes numbered through."""
    count = 0
    found = []
    for key, title in SECTIONS:
        items = []
        for paragraph in getattr(issue, key):
            lines = []
            for sentence in paragraph.sentences:
                note = None
                if sentence.sources:
                    count += 1
                    note = _note(count, paragraph, sentence)
                lines.append(Line(sentence.text, note))
            items.append(Item(paragraph, tuple(lines)))
        found.append(Section(key, title, tuple(items)))
    return found


def _note(number: int, paragraph: Paragraph, sentence: Sentence) -> Note:
    words = tuple(
        (f"{'标题' if source.field == 'title' else '正文'} {source.start}–{source.end}", " ".join(source.text.split()))
        for source in sentence.sources
    )
    return Note(number, paragraph.title, paragraph.url, paragraph.document, words)
