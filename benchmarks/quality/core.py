"""Runs every scorer on a folder of labelled cases and holds each figure against its floor.

A scorer is a module of this package with `measure(eval_dir, companies_dir) -> list[Measure]`.
Floors live in floors.json and only rise; a figure without a floor is printed all the same.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FLOORS = Path(__file__).with_name("floors.json")


@dataclass(frozen=True)
class Measure:
    """One figure. `value` is a share (0..1) or a count; `n` says of how many cases."""

    name: str  # "buyback.real.f1": area.set.metric
    value: float
    n: int
    errors: list[str] = field(default_factory=list)  # "cause: case: what was wrong"
    best: float | None = None  # the best published figure of the same metric on the same corpus


Scorer = Callable[[list[dict[str, Any]]], list[Measure]]


def by_file(eval_dir: Path, scorers: Iterable[tuple[str, Scorer]]) -> list[Measure]:
    """The figures of each set of cases that is there: NAME.jsonl, one case a line."""
    found: list[Measure] = []
    for name, scorer in scorers:
        file = eval_dir / f"{name}.jsonl"
        if file.exists():
            found += scorer([json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()])
    return found


def measure_all(eval_dir: Path, companies_dir: Path | None) -> list[Measure]:
    import benchmarks.quality as package

    found: list[Measure] = []
    for module in sorted(m.name for m in pkgutil.iter_modules(package.__path__)):
        scorer = importlib.import_module(f"benchmarks.quality.{module}")
        if hasattr(scorer, "measure"):
            found += scorer.measure(eval_dir, companies_dir)
    return found


def floors() -> dict[str, float]:
    return json.loads(FLOORS.read_text(encoding="utf-8"))


def below_floor(measures: list[Measure]) -> list[str]:
    """One line for each figure under its floor, and for each floor that nothing measured.

    A set that is there without its texts is measured on no case: its floors wait.
    """
    values = {m.name: m.value for m in measures}
    unseen = {m.name for m in measures if not m.n}  # a set whose texts are not here
    lines = []
    for name, floor in sorted(floors().items()):
        if name not in values:
            lines.append(f"{name}: floor {floor} but not measured")
        elif name not in unseen and values[name] < floor:
            lines.append(f"{name}: {values[name]:.4f} is below its floor {floor}")
    return lines


def as_json(measures: list[Measure]) -> str:
    return json.dumps([asdict(m) for m in measures], ensure_ascii=False, indent=1)
