"""A source's own sentences with their places, and what each is worth in a paragraph.

The cues are data (templates/sentences.yaml); nothing is rewritten, sentences are only chosen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.model import Document
from weekly.forms import patterns, template

_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?[”」』）)]?")
_ENDS = ("。", "！", "？", "!", "?", "。”", "。」", "！”", "。）", "。)")


@dataclass(frozen=True)
class Told:
    """`document.body[start:end]`, one sentence, without blanks at its ends."""

    text: str
    start: int
    end: int
    place: int  # how many sentences stand before it
    in_file: bool


def sentences(document: Document) -> list[Told]:
    """The sentences of the page and its files, without table rows, headings and addressees."""
    tables = [(table.start, table.end) for table in document.tables]
    files = [(a.start, a.end) for a in document.attachments if a.end > a.start]
    found: list[Told] = []
    for match in _SENTENCE.finditer(document.body):
        start, end = match.span()
        while start < end and document.body[start].isspace():
            start += 1
        while end > start and document.body[end - 1].isspace():
            end -= 1
        text = document.body[start:end]
        if not text or any(a <= start < b for a, b in tables) or not text.endswith(_ENDS):
            continue
        found.append(Told(text, start, end, len(found), any(a <= start < b for a, b in files)))
    return found


def worth(told: Told, document: Document, topics: re.Pattern[str]) -> float:
    """The sum of the cues that match; higher is better."""
    form = template("sentences")
    score = float(form["first"]) * max(0.0, 1 - (told.place - 1) / form["falls_over"])
    spans = [
        span
        for theme in document.themes
        for span in theme.spans
        if span.field == "body" and told.start <= span.start < told.end
    ]
    mentions = len({span.text for span in spans}) + len(set(topics.findall(told.text)))
    score += form["theme"] * min(mentions, form["themes_at_most"])
    if told.in_file:
        score += form["in_attachment"]
    matched = {cue.name for cue in patterns("sentences", "cues") if cue.pattern.search(told.text)}
    for cue in patterns("sentences", "cues"):
        if cue.name in matched and cue.unless not in matched:
            score += cue.weight
    return score


def chosen(
    told: list[Told], document: Document, topics: re.Pattern[str], room: int, wanted: int, most: int
) -> list[Told]:
    """Of the sentences after the lead those worth most, in the order of the text.

    They fill at most `room` characters; a weak one stands only while fewer than `wanted` are filled.
    """
    form = template("sentences")
    ranked = sorted(((worth(t, document, topics), -t.place, t) for t in told), key=lambda r: r[:2], reverse=True)
    taken: list[Told] = []
    used = 0
    for score, _, sentence in ranked:
        if len(taken) >= most or score < form["lowest"] or (score < form["enough"] and used >= wanted):
            break
        if used + len(sentence.text) <= room and not any(_same(sentence.text, t.text) for t in taken):
            taken.append(sentence)
            used += len(sentence.text)
    return sorted(taken, key=lambda t: t.start)


def _same(one: str, other: str) -> bool:
    """Whether two sentences say the same, as a page and its attachment often do."""
    a, b = re.sub(r"\W", "", one), re.sub(r"\W", "", other)
    return a in b or b in a
