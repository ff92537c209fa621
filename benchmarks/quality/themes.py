"""Themes: precision and recall on labelled news, and on paragraphs of our own.

A theme that the labels call unsure is not scored. A theme in passing must not be tagged.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.quality.core import Measure
from benchmarks.quality.drawn import texts
from pipeline.themes import CARRIED, Themes, load_themes

DATA = Path(__file__).parents[1] / "data"
OPENING = 78  # characters of a drawn paragraph that were read for its label


def measure(eval_dir: Path, companies_dir: Path | None) -> list[Measure]:
    themes = load_themes()
    news = [
        (item["id"], item["title"], item["text"], item["labels"])
        for item in _read(eval_dir / "real_news.jsonl")
        if item["text"]
    ]
    measures = _score("themes.real_news", news, themes)
    drawn = _read(DATA / "theme_drawn.jsonl")
    found = texts(eval_dir, drawn, "paragraph")
    sets = {
        "written": _read(DATA / "theme_written.jsonl"),
        "drawn": [p | {"text": found[p["sha256"]][:OPENING]} for p in drawn if p["sha256"] in found],
    }
    for name, paragraphs in sets.items():
        for half in ("tuned", "untouched"):
            chosen = [(str(i), "", p["text"], p) for i, p in enumerate(paragraphs) if p["half"] == half]
            measures += _score(f"themes.{name}_{half}", chosen, themes)
    return measures


def _score(area: str, cases: list[tuple[str, str, str, dict[str, Any]]], themes: Themes) -> list[Measure]:
    if not cases:
        return []
    known = {theme.name for theme in themes.themes}
    right, false, missed = 0, [], []
    for name, title, text, labels in cases:
        strengths = {tag.name: tag.strength for tag in themes.weigh(title, text)}
        given = {theme for theme, strength in strengths.items() if strength >= CARRIED}
        gold = set(labels["themes"]) & known
        given -= set(labels.get("unsure", []))
        right += len(given & gold)
        for theme in sorted(given - gold):
            cause = "in passing" if theme in labels.get("passing", []) else "not labelled"
            false.append(f"{cause}: {name}: {theme} {strengths[theme]}: {title or text[:40]}")
        for theme in sorted(gold - given):
            cause = "too weak" if theme in strengths else "no term found"
            missed.append(f"{cause}: {name}: {theme} {strengths.get(theme, 0)}: {title or text[:40]}")
    return [
        Measure(f"{area}.precision", _share(right, right + len(false)), right + len(false), false),
        Measure(f"{area}.recall", _share(right, right + len(missed)), right + len(missed), missed),
    ]


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _read(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
