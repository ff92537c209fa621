"""What the columns of an earnings table are, from the words of its head, the width of its rows and arithmetic.

A layout is a string, one letter a column:
T this period, L last period, R last period restated, C the change, B this period before a correction,
M the period before last, N that one restated, D a difference, c a second change, _ anything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

# Layouts by what the head says and the number of columns, the usual one first.
PLAIN = {2: ("TL",), 3: ("TLC",), 4: ("TLDC", "TLC_")}
THREE_YEARS = {3: ("TLM",), 4: ("TLCM", "TLMC"), 5: ("TLCMc", "TLMCc")}
RESTATED = {3: ("TLC", "TLR"), 4: ("TLRC",), 5: ("TLRCc", "TLRcC"), 2: ("TL",)}
RESTATED_THREE = {
    4: ("TLMN", "TLCM", "TLRM"),
    5: ("TLRMN", "TLCMN", "TLRCM"),
    6: ("TLRCMN", "TLRMNC", "TLRCcM"),
}
CORRECTED = {2: ("BT",), 3: ("BTL", "BTD"), 4: ("BTLC", "BTDC"), 5: ("BTLRC", "BTDLC")}
# What a word of a correction's head tells of, beside the two columns of this period.
_BESIDE = {"last": "L", "year": "L", "change": "C", "new_change": "C", "old_change": "c", "difference": "D"}

_MOST = 8  # of a correction: BT, L and R, C and c, a difference and its ratio

_SIGNIFICANT = frozenset({"corr_old", "corr_new", "before", "after", "old", "new", "this", "last"})


@dataclass(frozen=True)
class Head:
    """The words of a head in the order of the text: (kind, year)."""

    words: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, words: Iterable[tuple[str, int]]) -> Head:
        return cls(tuple(words))

    def has(self, *kinds: str) -> bool:
        return any(kind in kinds for kind, _ in self.words)

    @property
    def years(self) -> list[int]:
        """Distinct years in the order in which they first stand."""
        return list(dict.fromkeys(year for kind, year in self.words if kind == "year"))

    @property
    def tells(self) -> bool:
        """Whether these words can be a head (one year alone is a page head or a caption)."""
        return len(self.years) > 1 or any(kind in _SIGNIFICANT for kind, _ in self.words) or self.by_quarter

    @property
    def by_quarter(self) -> bool:
        """Four quarters side by side, a quarter beside the year to date, or profits as ratios
        (报告期利润 净资产收益率 每股收益): columns that are not periods of one length."""
        return self.has("cumulative", "ratios") or sum(kind == "quarter" for kind, _ in self.words) > 2

    def first(self, kind: str) -> int:
        return next((i for i, (name, _) in enumerate(self.words) if name == kind), len(self.words))

    def layouts(self, width: int) -> list[str]:
        """The layouts that the words allow for rows of this width, the likeliest first."""
        if self.by_quarter or not self.tells:
            return []
        three = len(self.years) > 2
        corrected = self.has("corr_old") and self.has("corr_new", "new_change")
        restated = self.has("old", "new")
        if corrected:
            found = self._corrected(width)
            if self.first("corr_new") < self.first("corr_old"):
                found = [layout.replace("BT", "TB") for layout in found]
        elif restated and three:
            found = list(RESTATED_THREE.get(width, ()))
        elif restated:
            found = list(RESTATED.get(width, ()))
        elif three:
            found = list(THREE_YEARS.get(width, ()))
        elif width == 3 and self.has("difference") and not self.has("change"):
            found = ["TLD"]
        else:
            found = list(PLAIN.get(width, ()))
        if (restated or corrected) and self.first("new") < self.first("old"):
            found = [layout.replace("LR", "RL").replace("MN", "NM") for layout in found]
        years = self.years
        if not corrected and len(years) > 1 and years[0] < years[1] and years[0] == min(years):
            found = [_turned(layout, three) for layout in found]
        if three and not restated and width == 4 and self._change_last():
            found.reverse()
        if self._withdrawn(corrected):
            # A whole table as it was printed before the correction: only its own figures are of use.
            found = ["".join("B" if role == "T" else "_" for role in layout) for layout in found]
        return found

    def _withdrawn(self, corrected: bool) -> bool:
        """Whether this is a whole table under 更正前; the last word above it counts."""
        told = [kind for kind, _ in self.words if kind in ("before", "after")]
        return told[-1] == "before" if told else self.has("corr_old") and not corrected

    def _corrected(self, width: int) -> list[str]:
        """修正前 and 修正后 side by side, and what else the words name, in each order that a torn head may hide.

        Columns that no word names are never taken for one that is known.
        """
        named: list[str] = []
        for kind, _ in self.words:
            letter = _BESIDE.get(kind, "")
            if letter and (letter == "D" or letter not in named):
                named.append(letter)
        pairs = sum(kind == "corr_old" for kind, _ in self.words)
        if "L" in named and (
            pairs > 1 or self.has("old", "new")
        ):  # last year's figure before and after it, too
            named.insert(named.index("L") + 1, "R")
        if "L" not in named and not self.has("new_change"):  # … is against what stood there before
            named = ["D" if letter == "C" else letter for letter in named]
        if "D" in named or "c" in named:
            if len(named) + 2 != width or width > _MOST:
                return []  # a long text has such words without end, and their orders are factorial
            orders = {"".join(order) for order in permutations(named) if _usual(order)}
            return [f"BT{order}" for order in sorted(orders, key=lambda order: _moved(order, named))]
        beside = "D" if "L" in named else "L"
        every = CORRECTED.get(width, ())
        found = [layout for layout in every if beside not in layout] or list(every)
        return ["".join(c if c in "BTD" or c in named else "_" for c in layout) for layout in found]

    def _change_last(self) -> bool:
        """Whether the change stands behind all three years: 2024年 2023年 2022年 本年同比增减."""
        kinds = [kind for kind, _ in self.words if kind in ("year", "change")]
        return (
            bool(kinds)
            and kinds[-1] == "change"
            and "change" not in kinds[: kinds.index("change")] + kinds[kinds.index("change") : -1]
        )


def _turned(layout: str, three: bool) -> str:
    """The layout with the oldest period first."""
    return layout.translate(str.maketrans("TLM", "MLT") if three else str.maketrans("TL", "LT"))


def _usual(order: Sequence[str]) -> bool:
    """Last year stands before the change against it, and a restated figure behind the printed one."""
    known = [letter for letter in order if letter in "LRC"]
    return known == [letter for letter in "LRC" if letter in known]


def _moved(order: str, named: Sequence[str]) -> int:
    """By how much an order departs from that of the words."""
    return sum(abs(order.index(letter) - named.index(letter)) for letter in order)


def choose(head: Head, width: int, rows: Sequence[Sequence[Decimal | None]]) -> str:
    """The layout of a block. `rows` are the figures of its full rows that are amounts (no ratios).

    Without a head, only the plain layout is taken, and only when two printed changes prove it.
    """
    if width == 1:
        # One column of amounts needs no head (本年度主要会计数据), but more than a chance pair of rows.
        return "T" if len(rows) > 2 and not head.by_quarter else ""
    found = head.layouts(width)
    if not found:
        if head.words or width != 3 or sum(verified("TLC", row) is True for row in rows) < 2:
            return ""
        return "TLC"
    if len(found) == 1 and "D" not in found[0]:
        return found[0]
    best = max(found, key=lambda layout: (score(layout, rows), -found.index(layout)))
    return "" if "D" in best and score(best, rows) < 0 else best


def score(layout: str, rows: Sequence[Sequence[Decimal | None]]) -> int:
    """How many printed changes the layout explains, less those it contradicts.

    Of two change columns the one against the restated base is the change.
    """
    results = [verified(layout, row) for row in rows]
    points = 2 * (results.count(True) - results.count(False))
    if "R" in layout:
        points += [verified(layout.replace("L", "_"), row) for row in rows].count(True)
    return points


def verified(layout: str, row: Sequence[Decimal | None]) -> bool | None:
    """Whether (this - last) / last is the printed change; None where a figure is missing."""
    at = dict(zip(layout, row, strict=False))
    this, change = at.get("T"), at.get("C")
    bases = [at[letter] for letter in ("R", "L") if at.get(letter) is not None]
    if this is None or change is None or not bases:
        return None
    return any(base is not None and explains(this, base, change) for base in bases)


def explains(this: Decimal, base: Decimal, change: Decimal) -> bool:
    """Within the rounding of the printed digits of all three figures; the base of a loss is its amount."""
    if base == 0:
        return False
    exact = (this - base) / abs(base) * 100
    # A digit of the change, and what half a digit of either figure moves it by.
    slack = _digit(change) + (_digit(this) + abs(this / base) * _digit(base)) / abs(base) * 50
    near = abs(exact - change) <= slack
    return near or (base < 0 and abs(exact + change) <= slack)


def _digit(figure: Decimal) -> Decimal:
    """The value of the last printed digit."""
    exponent = figure.as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
