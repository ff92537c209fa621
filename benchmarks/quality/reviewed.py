"""How many labels of the two corpora the reviewed list (data/label_errors.yaml) leaves out of the `settled` figures.

At least 97 % must be kept: a list that could grow without a bound would make any figure good. Labels of the event types
that we score count; an entry for a label that is not there (an event nobody marked) counts as one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.quality.core import Measure, by_file
from benchmarks.quality.published import CHFINANN, DUEE_FIN
from benchmarks.quality.records import reviewed_labels


def measure(eval_dir: Path, companies_dir: Path | None) -> list[Measure]:
    return by_file(
        eval_dir,
        (
            ("chfinann_sample500__docs", partial(kept, "chfinann")),
            ("duee_fin__dev", partial(kept, "duee")),
        ),
    )


def kept(name: str, rows: list[dict[str, Any]]) -> list[Measure]:
    reviewed = reviewed_labels()
    total = left_out = 0
    for row in rows:
        case = row.get("doc_id") or row["id"]
        labels = list(_labels(row))
        total += len(labels)
        count = Counter(word for label in labels for word in label)
        left_out += sum(max(1, count[word]) for of, word in reviewed if of == case)
    return [Measure(f"reviewed.{name}.kept", 1 - left_out / max(1, total), total)]


def _labels(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The event type and role of each label of a ChFinAnn or DuEE-Fin document."""
    for event in row.get("events") or ():
        if event["type"] in CHFINANN:
            yield from ((event["type"], role) for role, value in event["args"].items() if value is not None)
    for event in row.get("event_list") or ():
        if event["event_type"] in DUEE_FIN:
            yield from ((event["event_type"], argument["role"]) for argument in event["arguments"])
