"""One form of text for matching, with a way back to the text as it was.

Full-width letters, digits and marks become half-width one for one; blanks that a PDF, an exchange or
an editor puts inside Chinese names (`万  科Ａ`, `TCL 科技`, a name torn over two lines) are left out,
and so are characters that nobody sees and the quotes that portals put behind every name (`国金证券(9.540,-0.13,-1.34%)股份有限公司`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

# One for one, so that no offset moves: ！ to ～ without the marks that end sentences, and the
# signs that names carry (＊ST, －U). Brackets of both widths are one.
_FULL = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "！，：；？"}
_FULL |= {"﹣": "-", "–": "-", "—": "-", "〔": "(", "〕": ")", "﹡": "*", "∗": "*"}
_FULL.pop("．")
_RARE = {key: value for key, value in _FULL.items() if key not in "（）"}
_RARE_CLASS = re.compile("[" + "".join(re.escape(key) for key in _RARE) + "]")

# Han, or a letter beside Han: the blank between is the layout's, not the writer's.
_HAN = "\u3400-\u9fff"
_QUOTE = r"\(-?\d+\.\d+,-?\d+\.\d+,-?\d+\.\d+%\)"
_SPACE = r"[ \u3000\u00a0]"
_BLANK = re.compile(
    rf"{_QUOTE}|(?<=[{_HAN}*])[ \u3000\u00a0\n\r]+(?=[{_HAN}])"
    rf"|(?<=[{_HAN}]){_SPACE}+(?=[AB](?![A-Za-z0-9]| [A-Za-z]))"
    rf"|(?<=[A-Za-z]){_SPACE}(?=[{_HAN}])"  # as editors set it; several part two things
    "|[\u200b-\u200f\u2060\ufeff]+"
)


class Normal:
    """`text` is for matching; `span(start, end)` gives the offsets in the text as it was."""

    __slots__ = ("_at", "_shift", "breaks", "cuts", "text")

    def __init__(self, original: str) -> None:
        text = original.replace("（", "(").replace("）", ")")
        text = _RARE_CLASS.sub(lambda found: _RARE[found[0]], text)
        parts: list[str] = []
        self._at: list[int] = []  # offsets in `text` at which blanks were left out …
        self._shift: list[int] = [0]  # … and how many characters in all before them
        self.breaks: set[int] = set()  # those of them where a line ended
        cuts: set[int] = set()
        last = kept = 0
        for blank in _BLANK.finditer(text):
            parts.append(text[last : blank.start()])
            kept += blank.start() - last
            self._at.append(kept)
            self._shift.append(self._shift[-1] + blank.end() - blank.start())
            if "\n" in blank[0]:
                self.breaks.add(kept)
            if blank[0].isspace():
                cuts.add(kept)
            last = blank.end()
        self.text = "".join([*parts, text[last:]]) if parts else text
        self.cuts = frozenset(cuts)  # those that part words: blanks

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original of `text[start:end]`, end exclusive, start < end."""
        return (
            start + self._shift[bisect_right(self._at, start)],
            end - 1 + self._shift[bisect_right(self._at, end - 1)] + 1,
        )


@lru_cache(maxsize=8)  # companies, themes and fingerprint ask for one document's texts in turn
def normalised(text: str) -> Normal:
    return Normal(text)


def normal(text: str) -> str:
    """A name in the form that it has inside `Normal.text`."""
    return Normal(text.strip()).text


def lower(text: str) -> str:
    """Lower case that moves no offset: the few letters that become two (İ) stay as they are."""
    small = text.lower()
    return (
        small if len(small) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    )
