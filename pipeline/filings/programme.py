"""One buyback over time: the filings of a programme in one line, with what has been used of its cap.

`programmes` is pure: it takes the documents of one company in any order and gives its programmes in order of
time. A new programme begins with a proposal or plan after the one before it was completed or terminated, or
whose board decided on another day; of two that run at once a filing belongs to the one of which it names
that day. Nothing is corrected: a cumulative figure that falls is flagged.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from pipeline.model import SHANGHAI, Day, Document, Fact, FactField, Number, Record, Term

_FIRST = frozenset({"proposal", "plan"})
_LAST = frozenset({"completed", "terminated"})
_BOUNDS = ("amount_min", "amount_max", "price_cap", "shares_min", "shares_max")


class Step(Record, frozen=True):
    """One filing of the programme."""

    document: str
    published: date
    title: str
    stage: str | None
    shares: Number | None  # cumulative
    paid: Number | None  # cumulative
    as_of: date | None
    flags: tuple[str, ...] = ()


class Programme(Record, frozen=True):
    """`bounds` are those in force after the last step; `used` is paid ÷ amount_max in %, else shares ÷ shares_max."""

    company: str | None
    decided_on: date | None
    steps: tuple[Step, ...]
    bounds: dict[str, Number]
    used: Decimal | None
    flags: tuple[str, ...] = ()

    @property
    def stage(self) -> str | None:
        return next((step.stage for step in reversed(self.steps) if step.stage), None)


def programmes(documents: Iterable[Document]) -> tuple[Programme, ...]:
    """The programmes of one company, oldest first. Documents without a buyback fact are passed over."""
    told = [(d, f) for d in documents for f in d.facts if f.kind == "buyback" and d.published is not None]
    told.sort(key=lambda pair: (str(_published(pair[0])), pair[0].id))
    groups: list[list[tuple[Document, Fact]]] = []
    for pair in told:
        home = _decided_with(groups, pair[1]) or (groups[-1] if groups else None)
        if home is None or _begins(home, pair[1]):
            home = []
            groups.append(home)
        home.append(pair)
    return tuple(_line(group) for group in groups)


def _published(document: Document) -> date:
    assert document.published is not None
    return document.published.astimezone(SHANGHAI).date()


def _decided_with(
    groups: list[list[tuple[Document, Fact]]], fact: Fact
) -> list[tuple[Document, Fact]] | None:
    """The programme of which the fact names the day; two may run at once."""
    day = _day(fact, "decided_on")
    if day is None:
        return None
    return next(
        (group for group in reversed(groups) if any(_day(f, "decided_on") == day for _, f in group)), None
    )


def _begins(group: list[tuple[Document, Fact]], fact: Fact) -> bool:
    """Whether the fact opens another programme than the group's."""
    stages = {_word(f, "stage") for _, f in group}
    decided = next((d for _, f in reversed(group) if (d := _day(f, "decided_on"))), None)
    stage, mine = _word(fact, "stage"), _day(fact, "decided_on")
    if stage in _FIRST:
        return bool(stages - _FIRST - {None}) and (
            bool(stages & _LAST) or (mine is not None and mine != decided)
        )
    if stages & _LAST and stage not in ("completed", "terminated", "cancelled", "adjusted"):
        return mine is not None and decided is not None and mine > decided
    return False


def _line(group: list[tuple[Document, Fact]]) -> Programme:
    steps: list[Step] = []
    bounds: dict[str, Number] = {}
    most: dict[str, Number] = {}
    for document, fact in group:
        flags: list[str] = []
        for name in _BOUNDS:
            if (number := _number(fact, name)) is not None:
                bounds[name] = number
        for name, label in (("shares_repurchased", "累计回购数量"), ("amount_paid", "累计支付金额")):
            number = _number(fact, name)
            if number is None or number.base is None:
                continue
            before = most.get(name)
            if before is not None and _falls(before, number):
                flags.append(f"{label}由 {_flat(before.text)} 降为 {_flat(number.text)}")
                continue
            most[name] = number
        steps.append(
            Step(
                document=document.id,
                published=_published(document),
                title=document.title,
                stage=_word(fact, "stage"),
                shares=_number(fact, "shares_repurchased"),
                paid=_number(fact, "amount_paid"),
                as_of=_day(fact, "as_of"),
                flags=tuple(flags),
            )
        )
    used = _share(most.get("amount_paid"), bounds.get("amount_max"))
    if used is None:
        used = _share(most.get("shares_repurchased"), bounds.get("shares_max"))
    flags = [flag for step in steps for flag in step.flags]
    if used is not None and used > Decimal("100.5"):
        flags.append(f"已使用上限的 {used}%")
    return Programme(
        company=group[0][1].company,
        decided_on=next((d for _, f in group if (d := _day(f, "decided_on"))), None),
        steps=tuple(steps),
        bounds=bounds,
        used=used,
        flags=tuple(flags),
    )


def _falls(before: Number, number: Number) -> bool:
    """A cumulative figure below an earlier one, by more than rounding to 万 or 亿 explains."""
    if before.base is None or number.base is None or before.base_unit != number.base_unit:
        return False
    return number.base < before.base * Decimal("0.999")


def _share(part: Number | None, whole: Number | None) -> Decimal | None:
    if (
        part is None
        or whole is None
        or part.base is None
        or not whole.base
        or part.base_unit != whole.base_unit
    ):
        return None
    return (part.base / whole.base * 100).quantize(Decimal("0.1"))


def _one(fact: Fact, name: str) -> FactField | None:
    value = fact.fields.get(name)
    return None if isinstance(value, tuple) else value


def _number(fact: Fact, name: str) -> Number | None:
    value = _one(fact, name)
    return value if isinstance(value, Number) else None


def _day(fact: Fact, name: str) -> date | None:
    value = _one(fact, name)
    return value.value if isinstance(value, Day) else None


def _word(fact: Fact, name: str) -> str | None:
    value = _one(fact, name)
    return value.value if isinstance(value, Term) else None


def _flat(text: str) -> str:
    return "".join(text.split())
