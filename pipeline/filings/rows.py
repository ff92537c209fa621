"""Rows of tables as they come out of PDFs and pages, where nothing parts the cells for certain.

The reader does not look at where cells stand: blanks, line ends, tabs and bars part words here and cells there. It reads
the column words in the order in which they follow the first, then rows of cells of those columns' forms. A cell that
spans rows is printed once, and counts for the rows below it; the rows of sums are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from pipeline.filings.names import Name, Names
from pipeline.filings.numbers import figures, with_unit
from pipeline.model import Day, Number

Span = tuple[int, int]
Cells = dict[str, Span]

GAP = r"[\s|]*"
DATE = r"\d{4}年\s*\d{1,2}月\s*\d{1,2}日|\d{4}[-./]\d{1,2}[-./]\d{1,2}|20\d{6}(?!\d)"
NONE = r"-+|/|无|不适用"
COUNT = r"(?<![\d.,])(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,13})(?:\.\d{1,6})?(?![\d.,号期])(?:万?股)?"
RATIO = r"(?<![\d.,])\d{1,3}(?:\.\d{1,6})?(?![\d.,])%?"
_UNIT = r"(?:\((?:单位[:：]?)?(?:万?股|万?元(?:/股)?|%|如是[^)]*|注[^)]*)\)|/万?股)?"
_HEAD, _ROW, _UPRIGHT = (
    420,
    260,
    900,
)  # characters that a head, the way to a row's end, and an upright table may take
_SUM = re.compile(rf"[合小总]{GAP}计")
_STOP = re.compile(rf"注[:：\d]|截[至止]|股{GAP}东{GAP}名|[，。；]")
# The unit that a head gives its column; of a column of counts it is 股 where it says nothing.
_PRINTED_UNIT = re.compile(r"\((?:单位[:：]?)?(?P<u>万?股|万?元(?:/股)?|%)\)")


@dataclass(frozen=True)
class Form:
    """The columns of a sort of table by their words without blanks (where one begins like another, the longer first), and
    the form of their cells; columns without one are passed over. `spans` may be printed once for several rows, whose
    first cell may then be one that `begins` rows without a holder."""

    columns: Mapping[str, str]
    cells: Mapping[str, str]
    counts: tuple[str, ...]  # of shares; the first that a head holds makes a row
    proves: frozenset[str]  # at least one of these stands beside the count of a row
    spans: tuple[str, ...]
    begins: str = "(?!)"

    def __hash__(self) -> int:
        return id(self)


class Table:
    """A head that was understood: `columns`, what it says of their `units`, the `words` of each, and where it ends."""

    def __init__(self, form: Form, text: str, at: int, limit: int) -> None:
        plain, places = without_gaps(text, at, min(at + _HEAD, limit))
        self.form, self.text, self.limit = form, text, limit
        self.columns: list[str] = []
        self.words: dict[str, str] = {}
        pos = 0
        while m := column_pattern(form).match(plain, pos):
            name = str(m.lastgroup)
            if name != "rest":
                self.columns.append(name)
                self.words.setdefault(name, m[0])
            pos = m.end()
        self.end = places[pos]
        self.counted = next((name for name in form.counts if name in self.columns), "")

    def rows(self, known: Mapping[str, Name]) -> Iterator[Cells]:
        """Each row's cells by column; `holder` stands for the first. `end` moves on to the end of what was read."""
        pattern = _row_pattern(self.form, tuple(self.columns), self.counted)
        last: Cells = {}
        while m := pattern.search(self.text, self.end, min(self.end + _ROW, self.limit)):
            before = m.start(self.counted)
            cells = {name: m.span(name) for name, found in m.groupdict().items() if found}
            if _STOP.search(self.text, self.end, before) or not cells.keys() & self.form.proves:
                return
            if _SUM.search(self.text, self.end, before):
                self.end, last = m.end(), {}
                continue
            if "holder" in cells and re.match(self.form.begins, compact(self.text, *cells["holder"])):
                del cells["holder"]
            elif "holder" in cells:
                last = {"holder": self._own(*cells.pop("holder"), last, known)}
            cells = {
                name: span for name, span in last.items() if name in ("holder", *self.form.spans)
            } | cells
            last = cells
            yield cells
            self.end = m.end()

    def _own(self, start: int, end: int, last: Cells, known: Mapping[str, Name]) -> Span:
        """The holder at the end of `text[start:end]`: words of the cell before may stand before it."""
        while self.text[start].isspace():
            start += 1
        if not last:
            return start, end
        before = compact(self.text, *last["holder"]) if "holder" in last else ""
        for at in range(start, end - 1):
            if (words := compact(self.text, at, end)) == before or words in known:
                return at, end
        return max(start, self.text.rfind("\n", start, end) + 1), end


class Upright:
    """A table of labels and values, line after line, whose first label has been read; several values of a label are of
    several holders. `rows` is one for each holder, `words` the label of each value, `end` where the last one ends."""

    def __init__(self, form: Form, text: str, at: int, limit: int, passed_over: frozenset[str]) -> None:
        plain, places = without_gaps(text, at, min(at + _UPRIGHT, limit))
        if another := re.search("股东(?:名称|姓名)", plain):  # the table of the next holder
            plain, places = plain[: another.start()], places[: another.start() + 1]
        labels = [m for m in column_pattern(form).finditer(plain) if m.lastgroup not in passed_over]
        self.text, self.end = text, at
        self.names = [str(m.lastgroup) for m in labels]
        self.words: dict[str, str] = {}
        self.rows: list[Cells] = []
        if len(labels) < 4 or not 0 < labels[0].start() < 80:
            return
        self.rows = [{"holder": span} for span in self._values(places[0], places[labels[0].start()])]
        for m, after in zip(labels, [*labels[1:], None], strict=True):
            name = str(m.lastgroup)
            if any(name in row for row in self.rows):
                break
            stop = places[after.start()] if after else min(places[-1], places[m.end()] + 40)
            self._read(form, name, m[0], self._values(places[m.end()], stop))

    def _read(self, form: Form, name: str, label: str, values: list[Span]) -> None:
        self.words[name] = label
        if name not in form.cells:
            return
        cell = re.compile(form.cells[name])
        for row, span in zip(self.rows, values, strict=False):
            if found := cell.match(self.text, *span):
                row[name] = found.span()
                self.end = found.end()

    def _values(self, start: int, end: int) -> list[Span]:
        """The cells of `text[start:end]`; without bars and tabs it is one."""
        parts = list(re.finditer(r"[^|\t]+", self.text[start:end]))
        found = []
        for part in parts if len(parts) > 1 else list(re.finditer(r"(?s).+", self.text[start:end])):
            words = part[0].strip()
            if words:
                at = start + part.start() + part[0].index(words)
                found.append((at, at + len(words)))
        return found


def unit_of(words: str, counts: bool) -> str:
    said = _PRINTED_UNIT.search(words)
    return said["u"] if said else "股" if counts else "%"


def number_of(text: str, span: Span, unit: str) -> Number:
    (number,) = figures(text, *span, bare=True)
    return number if number.unit else with_unit(number, unit)


def days_of(text: str, span: Span) -> list[Day]:
    """The days of a cell: one, or the ends of a span."""
    found = []
    for m in re.finditer(DATE, text[slice(*span)]):
        parts = [int(part) for part in re.findall(r"\d+", m[0])]
        if len(parts) == 1:
            parts = [parts[0] // 10_000, parts[0] // 100 % 100, parts[0] % 100]
        try:
            value = date(*parts)
        except ValueError:
            continue
        found.append(Day(value=value, text=m[0], start=span[0] + m.start(), end=span[0] + m.end()))
    return found


def compact(text: str, start: int, end: int) -> str:
    return re.sub(r"[\s|]", "", text[start:end])


def known_names(names: Names) -> dict[str, Name]:
    """The names of a text by their letters, which a narrow cell may have torn."""
    found: dict[str, Name] = {}
    for name in names.all:
        found.setdefault(compact(names.text, name.start, name.end), name)
    return found


def name_of(text: str, span: Span, known: Mapping[str, Name]) -> Name | None:
    words = compact(text, *span)
    return known.get(words, Name(*span, span)) if len(words) > 1 else None


def without_gaps(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """The text without blanks and bars, and where each of its characters stands; its end is the last place."""
    places = [at for at in range(start, end) if not (text[at].isspace() or text[at] == "|")]
    return "".join(text[at] for at in places), [*places, end]


@cache
def column_pattern(form: Form) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>(?:{words}){_UNIT})" for name, words in form.columns.items()))


@cache
def _row_pattern(form: Form, columns: tuple[str, ...], counted: str) -> re.Pattern[str]:
    """A row of cells of these columns. All but its count may be missing, but for the holder of what is no deal."""
    pieces = [
        rf"(?:(?P<holder>(?:[^\d|\t，。；:%]|\d{{1,4}}号){{2,44}}?){GAP}){'?' if counted == form.counts[0] else ''}"
    ]
    seen: set[str] = set()
    for name in columns:
        cell = form.cells.get(name)
        if cell is None:
            continue
        cell = f"(?:{cell})" if name in seen else f"(?P<{name}>{cell})"
        seen.add(name)
        pieces.append(rf"{cell}{GAP}" if name == counted else rf"(?:{cell}{GAP})?")
    return re.compile("".join(pieces))
