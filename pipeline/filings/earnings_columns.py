"""What the columns of an earnings table are, from the words of its head, the width of its rows and arithmetic.

A layout is a string, one letter a column:
T this period, L last period, R last period restated, C the change, B this period before a correction,
M the period before last, N that one restated, D a difference, c a second change, _ anything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

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

_SIGNIFICANT = frozenset({"corr_old", "corr_new", "old", "new", "this", "last"})


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
        # 修正后 may be glued to 的增减变动 and not be seen; a table from before a correction has three columns.
        corrected = self.has("corr_old") and (self.has("corr_new") or width > 3)
        restated = self.has("old", "new")
        if corrected:
            found = list(CORRECTED.get(width, ()))
            beside = "D" if self.has("last") or len(self.years) > 1 else "L"
            found = [layout for layout in found if beside not in layout] or found
            if self.first("corr_new") < self.first("corr_old"):
                found = [layout.replace("BT", "TB") for layout in found]
        elif restated and three:
            found = list(RESTATED_THREE.get(width, ()))
        elif restated:
            found = list(RESTATED.get(width, ()))
        elif three:
            found = list(THREE_YEARS.get(width, ()))
        else:
            found = list(PLAIN.get(width, ()))
        if (restated or corrected) and self.first("new") < self.first("old"):
            found = [layout.replace("LR", "RL").replace("MN", "NM") for layout in found]
        years = self.years
        if not corrected and len(years) > 1 and years[0] < years[1] and years[0] == min(years):
            found = [_turned(layout, three) for layout in found]
        if three and not restated and width == 4 and self._change_last():
            found.reverse()
        if self.has("corr_old") and not corrected:
            # A whole table as it was printed before the correction: only its own figures are of use.
            found = ["".join("B" if role == "T" else "_" for role in layout) for layout in found]
        return found

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
    if len(found) == 1:
        return found[0]
    return max(found, key=lambda layout: (score(layout, rows), -found.index(layout)))


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
