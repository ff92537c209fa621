"""Whether the words around a name say that a company is meant.

How ordinary a name is comes from data: jieba's dictionary and word frequencies. The words that
speak for or against a company are data too (`lexicon/companies/context.yaml`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from importlib import resources
from typing import Literal

from pipeline import segment
from pipeline.strict_yaml import read_yaml

Weight = Literal["clear", "weak", "doubtful", "common"]

# A legal name around a name: it is the company's own (北京X科技股份有限公司), that of a subsidiary or
# a namesake (X科技有限公司, X天心制药股份有限公司), or ends in it by chance (红宇耐磨新材料股份有限公司).
Legal = Literal["own", "inside", "tail"]

# By jieba's frequencies: 10 parts brand names that jieba happens to know (比亚迪 5, 广联达 4) from
# words that texts use (指南针 178, 机器人 385); 10 also parts pairs of ordinary words (信息发展 15)
# from pairs that hardly meet by chance (国际医学 2).
_COMMON = 10
_PHRASE = 5  # from here on two words may well meet by chance (中国卫星 7), or a word is in use
_ORDINARY = ("n", "l", "ns", "s", "m", "v")  # jieba's parts of speech that are no names
_HAN = re.compile(r"[\u3400-\u9fff]+")
_HAN_BEFORE = re.compile(r"[\u3400-\u9fff]*$")
_LEGAL = re.compile(r"(?P<middle>[\u3400-\u9fff()]{0,14}?)(?P<share>股份)?有限(?:责任)?公司")
_ORDINAL = re.compile(r"第[一二三四五六七八九十]+(?!大)")
_NO_NAME = "vpcdurmqtfyew"  # jieba's tags of words that do not stand inside a name
_PREDICATE = ("v", "vd", "vi", "vg", "d", "t")  # jieba's tags of what is said: verbs, 将, 今日
_STATEMENT = (*_PREDICATE, "p", "m", "mq")  # … with 因, 自, 在 and numbers: X因故停牌, X5日起停牌
_TRADE = ("n", "vn", "b", "l", "an")  # jieba's tags of the words that say what a firm does
_BEFORE_NAMES = "的与和及由被向对为给从在于经因即自系是按将把"
_BRACKET = re.compile(r"\([^()]{0,24}\)")
_WINDOW = 24  # characters looked at on either side


class Context:
    """The cues of context.yaml, compiled."""

    def __init__(self, text: str) -> None:
        raw = read_yaml(text, "context.yaml")
        self.version = hashlib.sha256(text.encode()).hexdigest()[:8]
        self.shadows: tuple[str, ...] = tuple(raw["shadows"])
        self.clear = frozenset(raw["clear"])
        self.firm_end = re.compile(raw["firm_end"])
        self.needs = frozenset(raw["needs"])
        self.after_strong = _starts([r"\s?(?:" + part + ")" for part in raw["after_strong"]])
        self.after_weak = _starts(raw["after_weak"])
        self.before_strong = _ends(raw["before_strong"])
        self.before_weak = _ends(raw["before_weak"])
        self.not_after = _starts(raw["not_after"])
        self.word_after = re.compile(raw["word_after"])
        self.not_before = _starts(raw["not_before"])
        self.events = re.compile(r"[^。！？；，,;\n]{0,12}?(?:" + "|".join(raw["events"]) + ")")
        self.acts_after = re.compile(raw["acts_after"])
        self.beside_before = re.compile(raw["beside_before"])
        self.addressed_after = re.compile(raw["addressed_after"])
        self.object_before = re.compile(raw["object_before"])
        self.about_after = re.compile(raw["about_after"])
        words = "|".join(sorted(raw["firm_words"], key=len, reverse=True))
        self.firm_words = re.compile(rf"(?:\([\u3400-\u9fff]{{2,6}}\)|{words}){{0,6}}")
        self.parent = re.compile(rf"(?:{words}){{1,3}}集团(?!股份)")
        self.institution = re.compile(rf"[\u3400-\u9fff]{{0,2}}?(?:{'|'.join(raw['institutions'])})")
        self.parent_after = re.compile(raw["parent_after"])
        self.colon_before = re.compile(r"(?:^|[\s。；;】》“\"]|标题[:：]|[讯电][，,])$")
        self.source_names = re.compile(raw["source_names"])
        self.source_before = _ends(raw["source_before"])
        self.source_after = _starts(raw["source_after"])

    def weight(self, name: str) -> Weight:
        """How much a bare name proves, by how ordinary it is.

        `clear` is no word, `weak` is a brand that jieba knows or a phrase of ordinary words,
        `doubtful` is a rarer word, `common` is first of all a word.
        """
        if name in self.needs:
            return "common"
        if name in self.clear or len(name) > 5 or not _HAN.fullmatch(name):
            return "clear"
        pieces = segment.tags(name)
        known = len(pieces) == 1
        if known and len(name) > 3 and pieces[0][1] in ("nt", "nz", "j"):
            return "clear"
        if segment.commonness(name) >= _COMMON or (len(name) == 2 and known):
            return "common"
        if known:
            ordinary = len(name) < 4 and pieces[0][1] in _ORDINARY
        else:
            ordinary = segment.commonness(name) >= _PHRASE
        if ordinary and not self.firm_end.search(name):
            return "doubtful"
        phrase = all(len(word) > 1 and tag not in ("nt", "nz", "nr", "ns", "j") for word, tag in pieces)
        return "weak" if known or phrase or len(name) == 2 or segment.commonness(name) >= 3 else "clear"

    def is_source(self, text: str, start: int, end: int) -> bool:
        """The name is cited: `据同花顺数据`, `招商证券研报`, `新华网北京电`."""
        if not self.source_names.search(text[start:end]):
            return False
        before = text[max(0, start - _WINDOW) : start]
        return bool(self.source_before.search(before)) or bool(self.source_after.match(text, end))

    def is_object(self, text: str, start: int, end: int) -> bool:
        """It stands beside another (`与X`), or something is done to it and nothing said of it
        (`收购X` against `下调X评级`)."""
        before = text[max(0, start - 6) : start]
        if before.endswith(("对", "向")) and self.addressed_after.match(text, end):
            return False
        if self.beside_before.search(before):
            return True
        done = self.object_before.search(before)
        return bool(done) and not self.about_after.match(text, end) and not _begins(text, end, _PREDICATE)

    def acts(self, text: str, end: int) -> bool:
        """What follows is said of the name."""
        if any(cue.match(text, end) for cue in (self.acts_after, self.after_strong, self.events)):
            return True
        return _begins(text, end, _STATEMENT)

    def legal(self, text: str, start: int, end: int, weight: Weight) -> Legal | None:
        """What a legal name around text[start:end] makes of it, None where there is none."""
        form = _LEGAL.match(text, end)
        if not form:
            return None
        middle = form["middle"]
        # 海亮股份 and 有限公司 are one legal name, too.
        share = bool(form["share"]) or (not middle and text[start:end].endswith("股份"))
        # One word between name and 股份 is the trade: 三棵树涂料股份有限公司.
        trade = share and len(middle) == 2
        if middle and not trade and not self.firm_words.fullmatch(middle):
            # A verb between them: 格力电器收购某某有限公司 are two names. An ordinal is none:
            # 中国化学工程第三建设有限公司 is one.
            pieces = segment.tags(_ORDINAL.sub("", middle))
            if any(tag[0] in _NO_NAME and tag != "vn" for _, tag in pieces):
                return None
            brand = share and weight in ("clear", "weak")
            rest = middle[_cut_short(text[start:end], middle) :]
            if not brand or not (self._is_trade(middle) or (rest != middle and self._is_trade(rest))):
                return "inside"
        if not share:
            return "inside"
        left = _HAN_BEFORE.search(text, max(0, start - 8), start)
        return "own" if not left or not left[0] or _begins_name(left[0]) else "tail"

    def _is_trade(self, middle: str) -> bool:
        """Whole ordinary words behind a brand say what it does: 欧科亿数控精密刀具股份有限公司."""
        ordinary = all(len(word) > 1 and tag in _TRADE for word, tag in segment.tags(middle))
        return ordinary or bool(self.firm_words.fullmatch(middle))

    def legal_end(self, text: str, end: int) -> int:
        """Where the legal name that begins with a name ending at `end` ends; else `end`."""
        form = _LEGAL.match(text, end)
        return form.end() if form else end

    def other_word(self, text: str, start: int, end: int, weight: Weight) -> bool:
        """The characters around make another word or name of it."""
        if any(cue.match(text, end) for cue in (self.institution, self.parent, self.not_after)):
            return True
        brand = weight == "clear" or (weight == "weak" and segment.is_word(text[start:end]))
        if not brand and self.word_after.match(text, end):
            return True
        if weight != "clear" and self.parent_after.match(text, end):
            return True
        if text[start - 1 : start] == "《" and text[end : end + 1] == "》":
            return True
        return bool(self.not_before.search(text[max(0, start - 4) : end]))

    def evidence(self, text: str, start: int, end: int) -> int:
        """2 strong, 1 some, 0 none: that text[start:end] is a company, by its neighbours."""
        before = text[max(0, start - _WINDOW) : start]
        if self.after_strong.match(text, end) or self.before_strong.search(before):
            return 2
        if self.events.match(text, end) or (
            text[end : end + 2].lstrip()[:1] in (":", "：") and self.colon_before.search(before)
        ):
            return 2
        return int(bool(self.after_weak.match(text, end)) and bool(self.before_weak.search(before)))


def _cut_short(name: str, rest: str) -> int:
    """How many characters of `rest` complete the word that a short name breaks off: 莱宝高科|技."""
    return next(
        (
            more
            for more in (1, 2)
            for held in (1, 2)
            if len(rest) >= more and segment.is_word(name[-held:] + rest[:more])
        ),
        0,
    )


def _begins_name(left: str) -> bool:
    """Whether a legal name begins behind these characters: with a place, or they are no part of it."""
    word, tag = segment.tags(left)[-1]
    if tag == "ns" or word[-1] in "省市县区":
        return True
    return word in _BEFORE_NAMES if len(word) == 1 else tag[0] in _NO_NAME


def _begins(text: str, end: int, tags: tuple[str, ...]) -> bool:
    """The word at `end`, or behind brackets there, has one of jieba's tags."""
    while bracket := _BRACKET.match(text, end):
        end = bracket.end()
    pieces = segment.tags(text[end : end + 8])
    return bool(pieces) and pieces[0][1] in tags


def load_context() -> Context:
    file = resources.files("pipeline.lexicon").joinpath("companies/context.yaml")
    return Context(file.read_text(encoding="utf-8"))


def _starts(parts: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(parts))


def _ends(parts: Sequence[str]) -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(parts) + ")$")
