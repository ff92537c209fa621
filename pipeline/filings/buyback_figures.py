"""All figures of a buyback in one pass over its sentences; what one sentence tells is read by `buyback_sentence`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.filings import buyback_words as w
from pipeline.filings.buyback_reading import Reading
from pipeline.filings.buyback_sentence import Sentence
from pipeline.filings.numbers import SCALES, figures, with_unit
from pipeline.filings.record import Filing
from pipeline.model import Number

CELL, TAIL = 24, 8  # characters of a line that may be a cell of a table, and of a label's torn end
READ = 40_000  # characters; what follows in a longer filing repeats or concerns something else


def read(filing: Filing) -> Reading:
    """All figures of the filing that are the programme's, in one pass over its sentences."""
    text, found = filing.text, Reading()
    numbers = [m for n in filing.figures if n.start < READ and (m := _with_base(text, n)) is not None]
    at = 0
    before: Sentence | None = None
    label: int | None = None  # where a row's label begins that its cell has torn off
    near = 9  # sentences since the last that spoke of a buyback
    for start, end, headline in _statements(filing):
        if start > READ:
            break
        while at < len(numbers) and numbers[at].start < start:
            at += 1
        last = at
        while last < len(numbers) and numbers[last].start < end:
            last += 1
        inside = numbers[at:last]
        if inside and not headline and w.MARKET.search(text, start, end):
            continue
        if inside and w.NEXT.search(text, start, end) and w.ENDED.search(text, 0, start):
            continue
        short = end - start <= CELL and text[end - 1] == "\n"
        if label is not None and short and inside and inside[0].start - start <= TAIL:
            start = label
        label = start if short and not inside and not w.LABEL_ENDS.search(text, start, end) else None
        near = 0 if w.BUY.search(text, start, end) else near + 1
        if (cell := text.find("价格区间", start, end)) >= 0 and (torn := w.TORN.match(text, cell, end)):
            inside += [with_unit(n, "元/股") for n in figures(text, *torn.span(1), bare=True)]
        if not inside or near > 4:
            continue
        goes_on = before is not None and text[start - 1] in "；;"
        before = Sentence(text, start, end, headline, near, before if goes_on else None)
        before.run(inside, found)
        at = last
    return found


def _with_base(text: str, number: Number) -> Number | None:
    """The figure in base units; `1亿` without a unit is money or shares by the words before it."""
    if number.base is not None:
        return number
    if number.unit not in SCALES:
        return None
    said = re.split(r"[。;；\n]", text[max(0, number.start - 30) : number.start])[-1]
    if w.AMOUNT.search(said):
        return with_unit(number, f"{number.unit}元")
    return with_unit(number, f"{number.unit}股") if re.search(r"数量|股数|股份[为约]?$", said) else None


def _statements(filing: Filing) -> Iterator[tuple[int, int, bool]]:
    """The sentences, and whether each is a headline: the title, a reprint of it, or one in 【】 before its news."""
    for start, end in filing.sentences:
        cut = filing.text.find("】", start, end) + 1
        if cut and cut < end and filing.text[start] == "【":
            yield start, cut, True
            start = cut
        yield start, end, filing.reprints(start)
