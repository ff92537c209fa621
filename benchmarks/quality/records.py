"""The metric of event records (Doc2EDAG): records of one type are matched greedily, then every
(role, value) of the pairs counts. A role may hold a set of values where the corpus allows several.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from benchmarks.quality.core import Measure

Values = str | set[str] | None
Record = Mapping[str, Values]


_REVIEWED = Path(__file__).parents[1] / "data" / "label_errors.yaml"


def reviewed_labels() -> set[tuple[str, str]]:
    """(case, role or type of event) of labels that their own text contradicts."""
    return {(error["id"], error["role"]) for error in yaml.safe_load(_REVIEWED.read_text(encoding="utf-8"))}


def settled_roles(roles: Iterable[str], event: str, case: str, reviewed: Set[tuple[str, str]]) -> list[str]:
    """The roles of a case that count when reviewed labels are left out; none where the whole event is wrong."""
    if (case, event) in reviewed:
        return []
    return [role for role in roles if (case, role) not in reviewed]


@dataclass
class Tally:
    """True positives, false positives and false negatives, by role."""

    right: Counter[str] = field(default_factory=Counter)
    extra: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    empty: Counter[str] = field(default_factory=Counter)  # slots of paired records without a label or a value
    filled: Counter[str] = field(default_factory=Counter)  # slots of paired records with a value but no label
    documents: int = 0
    errors: list[str] = field(default_factory=list)

    def measures(self, name: str, best: float | None = None) -> list[Measure]:
        """Precision, recall and F1; `best` is the best published F1."""
        tp, fp, fn = (sum(c.values()) for c in (self.right, self.extra, self.missed))
        precision, recall = tp / max(1, tp + fp), tp / max(1, tp + fn)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        return [
            Measure(f"{name}.precision", precision, tp + fp, self.errors),
            Measure(f"{name}.recall", recall, tp + fn),
            Measure(f"{name}.f1", f1, self.documents, best=best),
        ]

    def null_slots(self, name: str) -> Measure:
        """The share of slots without a label that were left empty, which F1 does not count."""
        empty, filled = sum(self.empty.values()), sum(self.filled.values())
        return Measure(f"{name}.null_slots", empty / max(1, empty + filled), empty + filled)


def matched(
    tally: Tally, gold: Sequence[Record], guess: Sequence[Record], roles: Iterable[str], case: str
) -> None:
    """Adds one document. Guesses are taken in order of how much they hold, each with the gold record most like it."""
    roles = tuple(roles)
    tally.documents += bool(gold or guess)
    left = list(gold)
    for record in sorted(guess, key=lambda r: -sum(len(_set(r.get(role))) for role in roles)):
        best = max(
            left, key=lambda g: sum(len(_set(g.get(x)) & _set(record.get(x))) for x in roles), default=None
        )
        if best is not None:
            left.remove(best)
        _add(tally, best or {}, record, roles, case)
    for record in left:
        _add(tally, record, {}, roles, case)


def _add(tally: Tally, gold: Record, guess: Record, roles: Iterable[str], case: str) -> None:
    for role in roles:
        wanted, given = _set(gold.get(role)), _set(guess.get(role))
        tally.right[role] += len(wanted & given)
        tally.extra[role] += len(given - wanted)
        tally.missed[role] += len(wanted - given)
        if gold and guess and not wanted:
            tally.empty[role] += not given
            tally.filled[role] += bool(given)
        if wanted != given:
            tally.errors.append(f"{role}: {case}: label {sorted(wanted) or '-'}, read {sorted(given) or '-'}")


def _set(values: Values) -> set[str]:
    if values is None:
        return set()
    return {values} if isinstance(values, str) else set(values)
