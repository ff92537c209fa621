"""The kind of a filing by its title: the grammar of lexicon/titles.yaml."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from pipeline.filings.view import View
from pipeline.strict_yaml import read_yaml

HEAD = 1_500  # characters of a text that may tell its kind
LINES = 14  # of a filing's head: codes, page marks, then its title
TOLD = 14  # sentences of a headline's text that may tell a kind
NEAR = 3  # sentences after the first that tells one; what comes later is other news
_SENTENCE = re.compile(r"[^。\n]+")
_FORMAL = re.compile(
    r"(?:公告|报告书?|摘要|通知|意见书?|制度|办法|规则|细则|章程|说明|声明|承诺函?|名单|回复|预案|草案|方案|决议|资料|材料|[^关收]函|书|表|公示情况说明"
    r"|(?:公告|报告|报告书|草案|摘要|预案|意见书?|名单|方案|说明|公告书|回复报告|回复)\(.{1,20}\))$"
)
_OWN = re.compile(
    r"[^，。；、]{0,60}[^，。；]{4,60}(?:公告|报告书|意见书|法律意见|公告书|核查意见|预案|报告摘要|年度报告)$"
)
# What a line of a title is not: the header with codes, the board's sentence.
_NOT_OWN = re.compile(r"公司公告$|公告编号|保证|证券代码|披露了|发布公告|如下公告|刊登")
_DATED = re.compile(r"\d{4}-\d\d-\d\d$")  # the day that a list of filings prints behind a title
# A fact that stands inside filings of every kind, and is one wherever it is told.
_ANYWHERE = "algorithm_registration"
# A paper that retells a filing's figures: its text would tell the filing's own kind.
_OPINION = "cancellation_opinion"
_ABOUT = re.compile(r"[^。；\n]*(?:算法|模型|智能服务)[^。；\n]*")


@dataclass(frozen=True)
class Rule:
    kind: str
    has: re.Pattern[str]
    unless: re.Pattern[str] | None
    told: re.Pattern[str] | None = None
    untold: re.Pattern[str] | None = None
    stages: tuple[tuple[str, re.Pattern[str]], ...] = ()
    beside: tuple[str, ...] | None = None  # the kinds beside which alone a text may be of this one too
    examples: dict[str, list[str]] = field(default_factory=dict)

    def holds(self, title: str) -> bool:
        return self.has.search(title) is not None and (self.unless is None or not self.unless.search(title))

    def tells(self, sentence: str) -> bool:
        return (
            self.told is not None
            and self.told.search(sentence) is not None
            and (self.untold is None or not self.untold.search(sentence))
        )


class Titles:
    """`version` changes with any rule."""

    def __init__(self, rules: tuple[Rule, ...], version: str) -> None:
        self.rules = rules
        self.version = version
        self._by_kind = {rule.kind: rule for rule in rules}

    @property
    def names(self) -> tuple[str, ...]:
        """Every kind that a filing may have."""
        return (*self._by_kind, "other")

    def kinds(self, title: str, body: str = "") -> tuple[str, ...]:
        """Kinds in the order of the grammar, or of the telling; `other` if none.

        A filing's title decides alone, or the line of its text that is the title. A headline, and a text that
        has neither, is read by what its first sentences tell.
        """
        plain = clean(title)
        head = body[:HEAD]
        if _FORMAL.search(plain) or self._by_kind[_OPINION].holds(plain):
            found = self._titled(plain)
        elif not plain and (line := _own_title(head)):
            found = self._titled(line)
        else:
            found = self._told(plain, head)
            if all(self._by_kind[kind].beside is not None for kind in found):
                found = tuple(dict.fromkeys((*self._titled(plain), *found)))
        found = tuple(kind for kind in found if self._stands(kind, found))
        if _ANYWHERE not in found and self._registered(body):
            found = (*found, _ANYWHERE)
        return found or ("other",)

    def _titled(self, plain: str) -> tuple[str, ...]:
        return tuple(rule.kind for rule in self.rules if rule.holds(plain))

    def _told(self, plain: str, head: str) -> tuple[str, ...]:
        """Kinds in the order in which the text tells of them."""
        sentences = [plain, *_SENTENCE.findall(View("", head).text)[:TOLD]]
        found: list[str] = []
        last = len(sentences)
        for i, sentence in enumerate(sentences):
            if i > last and not sentence.startswith("【"):  # an item of a digest has a headline of its own
                continue
            told = [rule.kind for rule in self.rules if rule.kind not in found and rule.tells(sentence)]
            if told and not found:
                last = i + NEAR
            found += told
        if found and found[0].endswith("_cancellation"):  # shares taken back are no programme
            found = [kind for kind in found if kind != "buyback"]
        return tuple(found)

    def _stands(self, kind: str, found: tuple[str, ...]) -> bool:
        beside = self._by_kind[kind].beside
        return beside is None or {*found} <= {kind, *beside}

    def _registered(self, body: str) -> bool:
        """Whether any sentence of the text tells of a registered algorithm."""
        if "备案" not in body:
            return False
        rule = self._by_kind[_ANYWHERE]
        return any(
            "备案" in m[0] and _PASSED.search(m[0]) and rule.tells(View("", m[0]).text)
            for m in _ABOUT.finditer(body)
        )

    def stage(self, kind: str, title: str) -> tuple[str, int, int] | None:
        """The stage that the title names, with the place of its words in the clean title."""
        plain = clean(title)
        for name, pattern in self._by_kind[kind].stages:
            if found := pattern.search(plain):
                return name, found.start(), found.end()
        return None


_PASSED = re.compile(r"通过|完成|获|列入|取得|已|成功|双备案|发布")


def _own_title(head: str) -> str | None:
    """The line of a filing's text that is its title: the first that ends as titles do, wrapped or not."""
    lines = [_DATED.sub("", clean(line.removeprefix("原标题："))) for line in head.split("\n")[:LINES]]
    for i in range(len(lines)):
        for count in (1, 2, 3):
            joined = "".join(lines[i : i + count])
            if _OWN.fullmatch(joined) and not _NOT_OWN.search(joined):
                return joined
    return None


def clean(title: str) -> str:
    """The title half-width and without blanks."""
    return View(title, "").text.replace(" ", "").strip()


def _rule(kind: str, raw: dict[str, Any]) -> Rule:
    return Rule(
        kind=kind,
        has=re.compile(raw["has"]),
        unless=re.compile(raw["not"]) if raw.get("not") else None,
        told=re.compile(raw["told"]) if raw.get("told") else None,
        untold=re.compile(raw["untold"]) if raw.get("untold") else None,
        beside=tuple(raw["beside"]) if "beside" in raw else None,
        stages=tuple((name, re.compile(pattern)) for name, pattern in raw.get("stages", {}).items()),
        examples=raw.get("examples", {}),
    )


@cache
def load_titles() -> Titles:
    text = resources.files("pipeline.lexicon").joinpath("titles.yaml").read_text(encoding="utf-8")
    raw = read_yaml(text, "titles.yaml")
    rules = tuple(_rule(kind, rule) for kind, rule in raw.items())
    return Titles(rules, hashlib.sha256(text.encode()).hexdigest()[:12])
