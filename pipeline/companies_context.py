"""Whether the words around a name say that a company is meant.

How ordinary a name is comes from data: jieba's dictionary and word frequencies. The words that
speak for or against a company are data too (`lexicon/companies/context.yaml`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import resources
from typing import Literal

import yaml

from pipeline import segment

Weight = Literal["clear", "weak", "common"]

# By jieba's frequencies: 10 parts brand names that jieba happens to know (比亚迪 5, 广联达 4) from
# words that texts use (指南针 178, 机器人 385); 10 also parts pairs of ordinary words (信息发展 15)
# from pairs that hardly meet by chance (国际医学 2).
_COMMON = 10
_WINDOW = 24  # characters looked at on either side


class Context:
    """The cues of context.yaml, compiled."""

    def __init__(self, text: str) -> None:
        raw = yaml.safe_load(text)
        self.text = text
        self.shadows: tuple[str, ...] = tuple(raw["shadows"])
        self.clear = frozenset(raw["clear"])
        self.needs = frozenset(raw["needs"])
        self.after_strong = _starts(raw["after_strong"])
        self.after_weak = _starts(raw["after_weak"])
        self.before_strong = _ends(raw["before_strong"])
        self.before_weak = _ends(raw["before_weak"])
        self.not_after = _starts(raw["not_after"])
        self.not_before = _starts(raw["not_before"])
        self.source_before = _ends(raw["source_before"])
        self.source_after = _starts(raw["source_after"])

    def weight(self, name: str) -> Weight:
        """How much a bare name proves: `clear` names no word, `common` is first of all a word."""
        if name in self.needs:
            return "common"
        if name in self.clear or len(name) > 5 or not name.isalpha() or name.isascii():
            return "clear"
        known = segment.is_word(name)
        if known and len(name) > 3 and _looks_like_a_firm(name):
            return "clear"
        frequency = segment.commonness(name)
        if frequency >= _COMMON or (len(name) == 2 and known):
            return "common"
        return "weak" if known or frequency >= 3 or len(name) == 2 else "clear"

    def is_source(self, text: str, start: int, end: int) -> bool:
        """The name is cited: `据同花顺数据`, `招商证券研报`, `新华网北京电`."""
        before = text[max(0, start - _WINDOW) : start]
        return bool(self.source_before.search(before)) or bool(self.source_after.match(text, end))

    def other_word(self, text: str, start: int, end: int) -> bool:
        """The characters around make another word or name of it."""
        return bool(self.not_after.match(text, end)) or bool(
            self.not_before.search(text[max(0, start - 4) : end])
        )

    def evidence(self, text: str, start: int, end: int) -> int:
        """2 strong, 1 some, 0 none: that text[start:end] is a company, by its neighbours."""
        before = text[max(0, start - _WINDOW) : start]
        if self.after_strong.match(text, end) or self.before_strong.search(before):
            return 2
        return int(bool(self.after_weak.match(text, end)) and bool(self.before_weak.search(before)))


def load_context() -> Context:
    file = resources.files("pipeline.lexicon").joinpath("companies/context.yaml")
    return Context(file.read_text(encoding="utf-8"))


def _looks_like_a_firm(name: str) -> bool:
    return bool(re.search(r"(?:银行|股份|集团|证券|电气|汽车|医药|药业|通讯|电器|控股|能源|水泥|铁路|石化)$", name))


def _starts(parts: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(parts))


def _ends(parts: Sequence[str]) -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(parts) + ")$")
