"""The kind of a filing by its title: the grammar of lexicon/titles.yaml."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import yaml

from pipeline.filings.view import View


# A text without a title is judged by its first lines: the title stands among them, or a news lead.
READ, LINES, LEAD = 1500, 6, 300


@dataclass(frozen=True)
class Rule:
    kind: str
    has: re.Pattern[str]
    unless: re.Pattern[str] | None
    stages: tuple[tuple[str, re.Pattern[str]], ...] = ()
    examples: dict[str, list[str]] = field(default_factory=dict)

    def holds(self, title: str) -> bool:
        return self.has.search(title) is not None and (self.unless is None or not self.unless.search(title))


class Titles:
    """`version` changes with any rule."""

    def __init__(self, rules: tuple[Rule, ...], version: str) -> None:
        self.rules = rules
        self.version = version
        self._by_kind = {rule.kind: rule for rule in rules}

    def kinds(self, title: str, body: str = "") -> tuple[str, ...]:
        """Kinds in the order of the grammar, `other` if none. A text without a title is judged by its lead."""
        for line in [title] if title.strip() else body[:READ].split("\n")[:LINES]:
            plain = clean(line[:LEAD])
            if found := tuple(rule.kind for rule in self.rules if rule.holds(plain)):
                return found
        return ("other",)

    def stage(self, kind: str, title: str) -> tuple[str, int, int] | None:
        """The stage that the title names, with the place of its words in the clean title."""
        plain = clean(title)
        for name, pattern in self._by_kind[kind].stages:
            if found := pattern.search(plain):
                return name, found.start(), found.end()
        return None


def clean(title: str) -> str:
    """The title half-width and without blanks."""
    return View(title, "").text.replace(" ", "").strip()


def _rule(kind: str, raw: dict[str, Any]) -> Rule:
    return Rule(
        kind=kind,
        has=re.compile(raw["has"]),
        unless=re.compile(raw["not"]) if raw.get("not") else None,
        stages=tuple((name, re.compile(pattern)) for name, pattern in raw.get("stages", {}).items()),
        examples=raw.get("examples", {}),
    )


@cache
def load_titles() -> Titles:
    text = resources.files("pipeline.lexicon").joinpath("titles.yaml").read_text(encoding="utf-8")
    raw = yaml.safe_load(text)
    rules = tuple(_rule(kind, rule) for kind, rule in raw.items())
    return Titles(rules, hashlib.sha256(text.encode()).hexdigest()[:12])
