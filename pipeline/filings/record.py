"""What every reader of one kind of filing is given: the printed words and one clean view of them."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from operator import attrgetter
from typing import Any

from pipeline.filings.numbers import days, figures
from pipeline.filings.view import View
from pipeline.model import Day, Number, Table, Term

# Another story on a news page: its headline, its beginning cut off by dots, and when it appeared.
_TEASER = re.compile(r"\n(?:[^\n]{6,60}[^\n。；;]\n)?[^\n]{20,}(?:\.{3}|…)\s*\n\d{4}-\d\d-\d\d[ T]?\d\d:\d\d")
_SENTENCE = re.compile(r"[^。；;！!？?\n]+[。；;！!？?\n]?")
_start = attrgetter("start")


@dataclass(frozen=True)
class Filing:
    """`published` is the day in Shanghai; `company` the listed code, where known; `kinds` what the filing is."""

    title: str
    body: str
    tables: tuple[Table, ...] = ()
    published: date | None = None
    company: str | None = None
    kinds: tuple[str, ...] = ()
    # What a reader of two kinds has read for the first of them.
    read: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def view(self) -> View:
        return View(self.title, self.body)

    @property
    def text(self) -> str:
        """The clean text that offsets of `figures`, `days` and `sentences` point into."""
        return self.view.text

    @cached_property
    def figures(self) -> list[Number]:
        """All figures of the clean text; `place` turns one into a fact's field."""
        return figures(self.text)

    @cached_property
    def days(self) -> list[Day]:
        return days(self.text, published=self.published)

    def figures_in(self, start: int, end: int) -> list[Number]:
        """The figures that begin in `text[start:end]`: a reader asks for those of each sentence, of thousands each."""
        low = bisect_left(self.figures, start, key=_start)
        return self.figures[low : bisect_left(self.figures, end, low, key=_start)]

    def days_in(self, start: int, end: int) -> list[Day]:
        low = bisect_left(self.days, start, key=_start)
        return self.days[low : bisect_left(self.days, end, low, key=_start)]

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        return [m.span() for m in _SENTENCE.finditer(self.text)]

    @cached_property
    def own_end(self) -> int:
        """Where the text's own story ends and a news page's list of others begins."""
        other = _TEASER.search(self.text, self.view.title_end)
        return other.start() if other else len(self.text)

    def reprints(self, start: int) -> bool:
        """Whether the sentence that begins there is the title, or the body's reprint of it: its figures are rounded."""
        if start < self.view.title_end:
            return True
        at = self.text.find("原标题", start, start + 27)
        return at >= 0 and "。" not in self.text[start:at]

    def sentence_at(self, at: int) -> tuple[int, int]:
        """The sentence that `at` stands in; a mark outside all of them is one by itself."""
        return next(((start, end) for start, end in self.sentences if start <= at < end), (at, at + 1))

    def number(self, found: Number) -> Number:
        """A figure of the clean text with its place in the printed title or body."""
        place = self.view.span(found.start, found.end)
        return Number(
            value=found.value,
            unit=found.unit,
            text=place.text,
            start=place.start,
            end=place.end,
            base=found.base,
            base_unit=found.base_unit,
            inclusive=found.inclusive,
            field=place.field,
        )

    def nought(self, start: int, end: int, unit: str) -> Number:
        """0 of a unit (股, 元), shown by the words `text[start:end]` that say so: 尚未减持公司股份."""
        place = self.view.span(start, end)
        return Number(
            value=Decimal(0),
            unit=unit,
            text=place.text,
            start=place.start,
            end=place.end,
            base=Decimal(0),
            base_unit=unit,
            field=place.field,
        )

    def day(self, found: Day) -> Day:
        place = self.view.span(found.start, found.end)
        return Day(value=found.value, text=place.text, start=place.start, end=place.end, field=place.field)

    def up_to(self, start: int, end: int) -> Day | None:
        """The day of 截至… in `text[start:end]`: the printed one, or the filing's own of words without a figure
        (截至本公告日); None where neither is known."""
        if printed := next(iter(self.days_in(start, end)), None):
            return self.day(printed)
        if self.published is None or re.search(r"\d", self.text[start:end]):
            return None
        place = self.view.span(start, end)
        return Day(value=self.published, text=place.text, start=place.start, end=place.end, field=place.field)

    def term(self, value: str, start: int, end: int) -> Term:
        """A word of a closed vocabulary, or a name, shown by the printed words of `text[start:end]`."""
        place = self.view.span(start, end)
        return Term(value=value, text=place.text, start=place.start, end=place.end, field=place.field)

    def name(self, start: int, end: int) -> Term:
        """A name as printed (clean text, so that a wrapped line does not break it)."""
        return self.term(self.text[start:end].replace("\n", ""), start, end)
