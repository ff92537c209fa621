"""What kinds of documents and facts, and the fields of facts, are called by people: lexicon/kinds.yaml and
lexicon/fields.yaml."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from pipeline.strict_yaml import read_yaml


@cache
def kind_names() -> dict[str, tuple[str, ...]]:
    """Every kind with its names; the first is the one to show."""
    return {kind: tuple(names) for kind, names in _read("kinds.yaml").items()}


def kind_name(kind: str) -> str:
    """`股份回购` of `buyback`; what has no name stands for itself."""
    return kind_names().get(kind, (kind,))[0]


def field_name(field: str) -> str:
    """`归母净利润上年同期` of `net_profit_parent_last`; what has no name stands for itself."""
    names, endings = _fields()["names"], _fields()["endings"]
    if field in names:
        return str(names[field])
    for ending in sorted(endings, key=len, reverse=True):
        stem = field.removesuffix(f"_{ending}")
        if stem != field and (name := field_name(stem)) != stem:
            return f"{name}{endings[ending]}"
    return field


def value_name(field: str, value: str) -> str:
    """`进展` of the stage `progress`; most values stand for themselves."""
    return str(_fields()["values"].get(field, {}).get(value, value))


@cache
def _fields() -> dict[str, dict[str, Any]]:
    return _read("fields.yaml")


def _read(name: str) -> dict[str, Any]:
    text = resources.files("pipeline.lexicon").joinpath(name).read_text(encoding="utf-8")
    loaded: dict[str, Any] = read_yaml(text, name)
    return loaded
