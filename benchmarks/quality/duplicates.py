"""Duplicates: pairs that tell one story share a fingerprint, look-alikes do not."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.quality.core import Measure
from pipeline.duplicates import fingerprint
from pipeline.model import SHANGHAI

_DAY = datetime(2024, 2, 19, tzinfo=SHANGHAI)  # plays no part where there is a text


def measure(eval_dir: Path, companies_dir: Path | None) -> list[Measure]:
    same = _read(eval_dir / "same_event_pairs__positives.jsonl")
    apart = _read(eval_dir / "same_event_pairs__lookalikes.jsonl")
    measures = []
    if same:
        missed = [
            f"told apart: {p['text_a'][:50]}"
            for p in same
            if _print("", p["text_a"]) != _print("", p["text_b"])
        ]
        measures.append(Measure("duplicates.pairs.recall", 1 - len(missed) / len(same), len(same), missed))
    if apart:
        joined = [
            f"joined: {p['title_a']} = {p['title_b']}"
            for p in apart
            if _print(p["title_a"], p["text_a"]) == _print(p["title_b"], p["text_b"])
        ]
        measures.append(
            Measure("duplicates.lookalikes.apart", 1 - len(joined) / len(apart), len(apart), joined)
        )
    return measures + _news(_read(eval_dir / "real_news.jsonl"))


def _news(items: list[dict[str, Any]]) -> list[Measure]:
    """No two of the news items are one story."""
    by_print: dict[str, list[str]] = defaultdict(list)
    for item in items:
        if item["text"]:
            by_print[_print(item["title"], item["text"])].append(item["id"])
    joined = [f"joined: {a} = {b}" for ids in by_print.values() for a, b in itertools.combinations(ids, 2)]
    n = sum(map(len, by_print.values()))
    return [Measure("duplicates.real_news.apart", 1 - len(joined) / n, n, joined)] if n else []


def _print(title: str, text: str) -> str:
    return fingerprint("news", None, title, _DAY, text)


def _read(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
