"""What stands around a figure: the words of its own sentence and clause, before and after it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from pipeline.filings.record import Filing
from pipeline.model import Day, Number

_PART = re.compile(r"[，,；;。:：、](?!\d)|\n|\t")


@dataclass(frozen=True)
class Around:
    """A figure with its surroundings; offsets are those of the filing's clean text."""

    number: Number
    sentence: tuple[int, int]
    before: str  # from the start of the sentence to the figure
    clause: str  # from the last comma to the figure
    after: str  # up to 24 characters after it
    previous: Number | None  # the figure before it in the same sentence
    following: Number | None

    def linked(self, filing: Filing, pattern: re.Pattern[str]) -> str | None:
        """`low` or `high` where the figure is one end of a range with its neighbour, else None."""
        text = filing.text
        if self.previous is not None and same_sort(self.previous, self.number):
            if pattern.fullmatch(text[self.previous.end : self.number.start]):
                return "high"
        if self.following is not None and same_sort(self.following, self.number):
            if pattern.fullmatch(text[self.number.end : self.following.start]):
                return "low"
        return None


def same_sort(one: Number, other: Number) -> bool:
    a, b = one.base_unit or "", other.base_unit or ""
    return a == b or a == f"{b}/股" or b == f"{a}/股"


def sentence_at(filing: Filing, at: int) -> tuple[int, int]:
    """The sentence that holds an offset."""
    starts = [start for start, _ in filing.sentences]
    i = bisect_right(starts, at) - 1
    return filing.sentences[i] if i >= 0 else (0, len(filing.text))


def around(filing: Filing, limit: int) -> list[Around]:
    """Every figure of the first `limit` characters with its surroundings."""
    text = filing.text
    numbers = [n for n in filing.figures if n.start < limit]
    found: list[Around] = []
    sentences = filing.sentences
    at = 0
    for i, number in enumerate(numbers):
        while at + 1 < len(sentences) and sentences[at + 1][0] <= number.start:
            at += 1
        start, end = sentences[at] if sentences else (0, len(text))
        before = text[start : number.start]
        previous = numbers[i - 1] if i and numbers[i - 1].start >= start else None
        following = numbers[i + 1] if i + 1 < len(numbers) and numbers[i + 1].start < end else None
        found.append(
            Around(
                number,
                (start, end),
                before,
                _PART.split(before)[-1],
                text[number.end : min(end, number.end + 24)],
                previous,
                following,
            )
        )
    return found


def days_in(filing: Filing, start: int, end: int) -> list[Day]:
    return [day for day in filing.days if start <= day.start < end]
