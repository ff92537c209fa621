"""Sentences and paragraphs of labelled sets whose text may not be redistributed.

Our labels name them by the hash of their text; the text is looked up in the folder of cases.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

_ENDS = {"sentence": re.compile(r"[。！？；\n]"), "paragraph": re.compile(r"\n+|\s{4,}")}
_NOT_TEXT = frozenset({"instruction", "url", "query", "candidates"})


def key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def pieces(eval_dir: Path, files: Iterable[str], unit: str) -> Iterator[tuple[str, str]]:
    """(file, text) of every sentence or paragraph in the strings of the named files."""
    for file in sorted(set(files)):
        path = eval_dir / f"{file}.jsonl"
        if not path.exists():
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            for text in _strings(json.loads(line)):
                for piece in _ENDS[unit].split(text):
                    if len(piece.strip()) >= 8:
                        yield file, piece.strip()


def texts(eval_dir: Path, labels: list[dict[str, Any]], unit: str) -> dict[str, str]:
    """Text by hash, for the labels that are found."""
    wanted = {label["sha256"] for label in labels}
    found = {}
    for _, piece in pieces(eval_dir, (label["file"] for label in labels), unit):
        if (name := key(piece)) in wanted:
            found[name] = piece
    return found


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in _NOT_TEXT:
                yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
