"""A filing's text with its accidents taken out, and the way back to the printed words.

Full-width letters, digits and brackets become half-width, traditional characters simplified (one for
one), and what a PDF or a news wire put in the middle of things is left out: blanks inside numbers and
dates, wrapped lines, page numbers, quotes injected after names. `View.span` returns where any stretch of
the clean text stands in the title or the body as printed, so evidence is always verbatim.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from pipeline.model import TextField

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Marks that end or part sentences keep their Chinese form: `,` is left to thousands alone.
_KEEP = {ord(c): ord(c) for c in "，；！？"}
_SAME = {
    ord(char): form
    for chars, form in (
        ("—–－―‐−", "-"),
        ("〜∼～", "~"),
        ("\u3000\xa0\u2002\u2003", " "),
        ("．", "."),
        ("•", "·"),
        ("丨︱", "|"),
        ("﹪", "%"),
    )
    for char in chars
}
_SIMPLE = str.maketrans(
    "購萬億總額價於過證權淨潤營業虧損幣歸屬東資產計劃實進達與為數約減發關開贖註銷專戶擬間佔佈終報項單編號財務據標變動會較長別"
    "擴連續審師準則調獲現際積團銀兩個點凈後預測將當攤該時應負債從區質認經歷內屆",
    "购万亿总额价于过证权净润营业亏损币归属东资产计划实进达与为数约减发关开赎注销专户拟间占布终报项单编号财务据标变动会较长别"
    "扩连续审师准则调获现际积团银两个点净后预测将当摊该时应负债从区质认经历内届",
)
_TABLE: dict[int, int | str] = {**_WIDE, **_SAME, **_SIMPLE, **_KEEP}

# What is left out. Order matters: the longest accident first.
_DROP = re.compile(
    r"\((?:SZ|SH|HK)?\d+\.\d+,[-+]?\d+\.\d+,[-+]?\d+\.\d+%\)"  # a quote after a name: (16.450,-0.13,-0.78%)
    r"|(?<=\d)[，,](?:最新|收盘)价:[-\d.]+(?:港?元|美元)?(?=\))"  # a quote beside a code: (SH 600000，收盘价：6.87元)
    r"|\n\s*(?:-?\s*\d{1,3}\s*-?|\d{1,3}\s*/\s*\d{1,3}|第\s*\d+\s*页(?:\s*共\s*\d+\s*页)?)[ ]*(?=\n)"  # page number
    r"|(?<=[\d,]),?[ ]*\n[ ]*(?=\d{1,2}(?:\.\d+)?)(?<=,\d)(?=\d{2}(?!\d))"  # 1,193,226,0 / 62.36
    r"|(?<=,\d\d)[ ]*\n[ ]*(?=\d(?!\d))"
    r"|[ ]*\n(?=(?!\d{4}年)\d*(?:[年月日元%万亿]|股(?![东本份权票])))"  # a unit that begins a line belongs to the line before
    r"|(?<=[\d%元万亿股)])[ ]+(?=[-~][ ]+\d)"  # 10 - 20: a dash, not a sign
    r"|(?<=[为约币计])\n(?=\d)"  # an amount that the line's end parts from its verb
    r"|[ ]+(?![0-9A-Za-z+-])|(?<![0-9A-Za-z%)])[ ]+"  # blanks that part nothing
    r"|\([a-z]*[\u00e0-\u01dc][a-zü]*\)"  # pinyin that a converter put after a word
    r"|[\u200b\ufeff\\]"
)
_BREAK = re.compile(r"\n(?!原标题|[一二三四五六七八九十]+、|\(|\d+[、.]|[●◆])")
FULL = 25  # characters of a line that a page has wrapped; a shorter one ends by itself
_ENDS = frozenset("。；;！!？?：:")
_WIDE_COMMA = re.compile(r"(?<=\d)，(?=\d{3}(?:\D|$))")


def flat(text: str) -> str:
    """The same characters in one form each (half-width, simplified); no offset moves."""
    return text.translate(_TABLE)


def _wrapped(flat: str, at: int) -> bool:
    """Whether the line that ends at `at` was broken by the page. A reprinted headline ends with its source."""
    line = flat[max(0, at - FULL) : at]
    if len(line) < FULL or line[-1] in _ENDS or flat.startswith("原标题", flat.rfind("\n", 0, at) + 1):
        return False
    return not any(c in line for c in "\n\t|") and "来源:" not in line[-16:]


class Place(NamedTuple):
    """Where words stand: `title[start:end]` or `body[start:end]` is `text`."""

    field: TextField
    start: int
    end: int
    text: str


class View:
    """The clean text of a title and a body; the title is its first line."""

    __slots__ = ("_back", "_from", "_raw", "_split", "text", "title_end")

    def __init__(self, title: str, body: str) -> None:
        raw = f"{title}\n{body}"
        self._raw = raw
        self._split = len(title) + 1
        flat = raw.translate(_TABLE)
        if "，" in flat:
            flat = _WIDE_COMMA.sub(",", flat)
        cuts = [m.span() for m in _DROP.finditer(flat) if not m.start() < self._split <= m.end()]
        cuts += [m.span() for m in _BREAK.finditer(flat, self._split + 1) if _wrapped(flat, m.start())]
        cuts.sort()
        parts: list[str] = []
        self._from = [0]  # where a kept stretch begins in the clean text …
        self._back = [0]  # … and in the raw text
        at = size = 0
        for start, end in cuts:
            start = max(start, at)
            if end <= start:
                continue
            parts.append(flat[at:start])
            size += start - at
            at = end
            self._from.append(size)
            self._back.append(end)
        parts.append(flat[at:])
        self.text = "".join(parts)
        self.title_end = self.clean_at(self._split)

    def raw_at(self, at: int) -> int:
        """The raw offset of a clean one (of the character that stands there)."""
        i = bisect_right(self._from, at) - 1
        return self._back[i] + at - self._from[i]

    def clean_at(self, raw: int) -> int:
        """The clean offset of a raw one; of the next kept character where it was left out."""
        i = bisect_right(self._back, raw) - 1
        limit = self._from[i + 1] if i + 1 < len(self._from) else len(self.text)
        return min(self._from[i] + raw - self._back[i], limit)

    def span(self, start: int, end: int) -> Place:
        """The printed words of `text[start:end]`. A stretch across the title's end is the body's part."""
        first, last = self.raw_at(start), (self.raw_at(end - 1) + 1 if end > start else self.raw_at(start))
        if first < self._split - 1:
            last = min(last, self._split - 1)
            return Place("title", first, last, self._raw[first:last])
        first = max(first, self._split)
        last = max(first, last)
        return Place("body", first - self._split, last - self._split, self._raw[first:last])
