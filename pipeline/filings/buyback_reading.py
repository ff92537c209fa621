"""What was read of a buyback: its bounds in the order of the text, and each statement of what was bought.

`Reading.total` is the statement with the most shares, since a cumulative count never falls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.model import Number


@dataclass
class Bought:
    """One statement of what was bought. `lead` is the stretch of text that introduces it."""

    lead: tuple[int, int]
    sentence: tuple[int, int]
    fields: dict[str, Number] = field(default_factory=dict)
    month: bool = False
    total: bool = False
    headline: bool = False
    year: bool = False  # the count of the year so far, as Hong Kong's forms tell it
    day: str = ""  # the day of the deed as printed, where the words give one (8月7日)

    @property
    def shares(self) -> Decimal:
        number = self.fields.get("shares_repurchased")
        return number.base if number is not None and number.base is not None else Decimal(0)


@dataclass
class Reading:
    """`bounds` per role in the order of the text: (figure, rank): -1 of a headline, which
    rounds, 0 stated, 1 it replaces an earlier one, 2 of the table."""

    bounds: dict[str, list[tuple[Number, int]]] = field(default_factory=dict)
    bought: list[Bought] = field(default_factory=list)
    capitals: dict[tuple[int, int], list[Number]] = field(default_factory=dict)  # by sentence

    def capital(self, sentence: tuple[int, int]) -> Number | None:
        """The share capital that a sentence tells beside its ratio; None when it tells none, or several."""
        told = self.capitals.get(sentence, [])
        return told[-1] if len({number.base for number in told}) == 1 else None

    def bound(self, role: str) -> Number | None:
        """The bound in force: that of the table, else the last that replaces another, else the first stated."""
        stated = self.bounds.get(role, [])
        rank = max((rank for _, rank in stated), default=0)
        best = [number for number, of in stated if of == rank]
        return None if not best else best[-1] if rank == 1 else best[0]

    def further_plans(self) -> Iterator[dict[str, Number]]:
        """Plans of other companies in one piece of news: two bounds at least that differ from the first plan's."""
        stated: dict[str, list[Number]] = {
            role: list({n.base: n for n, rank in reversed(self.bounds[role]) if not rank}.values())[::-1]
            for role in ("amount_min", "amount_max", "price_cap", "shares_min", "shares_max")
            if role in self.bounds
        }
        for i in range(1, max(map(len, stated.values()), default=0)):
            plan = {role: numbers[i] for role, numbers in stated.items() if len(numbers) > i}
            if len(plan) > 1:
                yield plan

    def companies(self) -> list[Bought]:
        """Totals of several companies in one piece of news: of one day, which no company has two of."""
        told = [b for b in self.bought if b.total and b.day and b.shares and not b.month and not b.headline]
        by_count = {b.shares: b for b in reversed(told) if b.day == told[-1].day}
        apart = [b for b in told if by_count.get(b.shares) is b and len(b.fields) > 2]
        return apart if len(apart) > 1 else []

    def total(self) -> Bought | None:
        """The record with the most shares, completed by others of the same count."""
        pool = [b for b in self.bought if not b.headline] or self.bought
        counted = [b for b in pool if b.shares]
        if not counted:
            counted = [
                b for b in pool if len(b.fields) > 1 or b.fields.keys() & {"amount_paid", "ratio_repurchased"}
            ]
            return max(counted, key=lambda b: len(b.fields)) if counted else None
        most = max(b.shares for b in counted)
        if len({b.day for b in counted if b.day and not b.total}) > 1 and not any(b.total for b in counted):
            return None  # purchases of several days and no sum of them
        same = [b for b in counted if b.shares >= most * Decimal("0.9995") and not (b.month and not b.total)]
        same = same or [b for b in counted if b.shares >= most * Decimal("0.9995")]
        same = [b for b in same if b.year] or same
        best = max(same, key=lambda b: (len(b.fields), b.shares))
        for other in same + [b for b in self.bought if b.headline and not b.shares]:
            for name, number in other.fields.items():
                best.fields.setdefault(name, number)
        return best

    def again(self, total: Bought) -> list[Bought]:
        """Where the total is told once more: a Shanghai filing opens with it in a table and has it in its text."""
        near = Decimal("0.0005") * total.shares
        return [
            b
            for b in self.bought
            if b is not total and b.shares and abs(b.shares - total.shares) <= near and not b.month
        ]

    def month(self) -> Bought | None:
        return next((b for b in self.bought if b.month and b.shares and not b.headline), None)

    def purchases(self, total: Bought | None) -> list[Bought]:
        """What was bought in a day or a month, told beside the total; each count once."""
        found: dict[tuple[Decimal, bool], Bought] = {}
        for record in self.bought:
            if record is total or record.headline or not record.shares or not (record.month or record.day):
                continue
            again = total is not None and record.shares == total.shares and not total.year
            if again and not record.month:
                continue
            kept = found.setdefault((record.shares, record.month), record)
            for name, number in record.fields.items():
                kept.fields.setdefault(name, number)
        return list(found.values())
