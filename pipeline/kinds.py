"""What kinds of documents and facts are called by people: lexicon/kinds.yaml."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml


@cache
def kind_names() -> dict[str, tuple[str, ...]]:
    """Every kind with its names; the first is the one to show."""
    text = resources.files("pipeline.lexicon").joinpath("kinds.yaml").read_text(encoding="utf-8")
    return {kind: tuple(names) for kind, names in yaml.safe_load(text).items()}


def kind_name(kind: str) -> str:
    """`股份回购` of `buyback`; what has no name stands for itself."""
    return kind_names().get(kind, (kind,))[0]
