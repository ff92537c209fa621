"""Themes by rules that are data (`lexicon/themes.yaml`), each tag with its words and a strength.

A theme is a list of rules; a rule is a term, or `all` of several lists of terms (AND of ORs) within
`near` characters of one sentence (a comma counts for ten). `not` holds longer phrases inside which
a term does not count. `fields` restricts a rule to the title or the body, `weight` (0..1) says how
much one sentence with it proves. `hit` and `miss` are examples that `failed_examples` tries.

Strength: a sentence about a theme counts as much as its best rule, less where it only lists many
themes; under a title about something else, one clause of one sentence is not enough. A theme is
carried (`CARRIED`) when the title is about it, or two sentences, or half of a short text; a mention
in passing stays below.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from importlib import resources
from operator import itemgetter
from pathlib import Path
from typing import Any

from ahocorasick_rs import AhoCorasick

from pipeline import segment
from pipeline.model import Record, Span, TextField, ThemeTag, UserError
from pipeline.normalise import Normal, lower, normal, normalised
from pipeline.strict_yaml import read_yaml

CARRIED = 0.5  # tags from this strength on are given
_NEAR = 30
_LONG = 20  # sentences from which on a text is no news item any more
_ROWS = -1  # the number of the sentence that all rows of tables make
_CROWD = 4  # themes that one sentence can be about
_ASIDE = 0.8  # of a sentence: one clause of several, in a text whose title is about something else
_END = re.compile(r"[。！？；;\n]")
_CLAUSE_END = re.compile(r"[，,：:]")
_LEAD = re.compile(
    r"[^，,：:]{0,24}(?:获悉|悉|了解|介绍|报道|消息|讯|电|日\)?|今年|表示|称|明确|提出|指出|强调)[，,：:]"
)
_ENTRY_END = re.compile(r"》?(?:、|等(?![级同待]))")
_START = itemgetter(0)
_LATIN = re.compile(r"[a-z0-9]")


class Rule(Record, frozen=True):
    """`groups`: every group needs one of its terms, all within `near` characters of a sentence."""

    groups: tuple[tuple[str, ...], ...]
    near: int = _NEAR
    fields: tuple[TextField, ...] = ("title", "body")
    weight: float = 1.0

    @property
    def shown(self) -> str:
        """For people: the first words of each group of terms."""
        return " 且 ".join(g[0] if len(g) == 1 else f"{g[0]}等{len(g)}词" for g in self.groups)


class Theme(Record, frozen=True):
    name: str
    rules: tuple[Rule, ...]
    excluded: tuple[str, ...] = ()
    hit: tuple[str, ...] = ()
    miss: tuple[str, ...] = ()


class _Evidence(Record, frozen=True):
    """What one sentence says about one theme by one rule."""

    sentence: int
    rule: Rule
    places: tuple[tuple[int, int], ...]  # normalised offsets
    weight: float  # the rule's, halved where the sentence only lists the term
    aside: bool  # one clause of several holds it, and not the first
    row: bool  # the sentence is a row of a table


class Themes:
    """Built once; `tag` is pure."""

    def __init__(self, themes: Iterable[Theme]) -> None:
        self.themes = tuple(themes)
        self.version = hashlib.sha256(repr(self.themes).encode()).hexdigest()[:12]
        uses: dict[str, list[tuple[int, int, int]]] = defaultdict(list)  # term → (theme, rule, group)
        masks: dict[str, list[int]] = defaultdict(list)
        for t, theme in enumerate(self.themes):
            for r, rule in enumerate(theme.rules):
                for g, group in enumerate(rule.groups):
                    for term in group:
                        uses[_form(term)].append((t, r, g))
            for phrase in theme.excluded:
                masks[_form(phrase)].append(t)
        terms = sorted({*uses, *masks})
        self._uses = [tuple(uses[term]) for term in terms]
        self._masks = [tuple(masks[term]) for term in terms]
        self._automaton = AhoCorasick(terms, store_patterns=False)

    def terms_of(self, name: str) -> frozenset[str]:
        """Every word that the rules of a theme look for or except, in the form they have in a text."""
        theme = next(theme for theme in self.themes if theme.name == name)
        words = {term for rule in theme.rules for group in rule.groups for term in group}
        return frozenset(_form(word) for word in words | set(theme.excluded))

    def tag(self, title: str, body: str) -> tuple[ThemeTag, ...]:
        """Themes that the document is about, strongest first."""
        return tuple(tag for tag in self.weigh(title, body) if tag.strength >= CARRIED)

    def weigh(self, title: str, body: str) -> tuple[ThemeTag, ...]:
        """Every theme with any evidence, strongest first; those under CARRIED are in passing."""
        in_title, title_normal, _ = self._evidence("title", title)
        in_body, body_normal, sentences = self._evidence("body", body)
        crowd: dict[int, int] = defaultdict(int)
        for evidence in in_body.values():
            for number in {e.sentence for e in evidence}:
                crowd[number] += 1
        tags = []
        for t in sorted({*in_title, *in_body}):
            strength = _strength(in_title.get(t, []), in_body.get(t, []), crowd, sentences, bool(title))
            best = max([*in_title.get(t, []), *in_body.get(t, [])], key=lambda e: e.rule.weight)
            spans = [*_spans("title", title, title_normal, in_title.get(t, []))]
            spans += _spans("body", body, body_normal, in_body.get(t, []))
            tags.append(
                ThemeTag(
                    name=self.themes[t].name,
                    rule=best.rule.shown,
                    strength=round(strength, 3),
                    spans=tuple(spans),
                )
            )
        return tuple(sorted(tags, key=lambda tag: (-tag.strength, tag.name)))

    def _evidence(self, field: TextField, original: str) -> tuple[dict[int, list[_Evidence]], Normal, int]:
        normal_text = normalised(original)
        text = lower(normal_text.text)
        hits: list[tuple[int, int, tuple[tuple[int, int, int], ...]]] = []
        masked: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for term, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            for t in self._masks[term]:
                masked[t].append((start, end))
            uses = self._uses[term]
            if uses:
                hits.append((start, end, uses))
        if not hits:
            return {}, normal_text, 0
        masks = {t: _outermost(places) for t, places in masked.items()}
        ends = [mark.end() for mark in _END.finditer(text)]
        if not ends or ends[-1] < len(text):
            ends.append(len(text))
        places: dict[tuple[int, int, int], dict[int, list[tuple[int, int]]]] = defaultdict(
            lambda: defaultdict(list)
        )
        number = 0
        for start, end, uses in sorted(hits):
            while ends[number] <= start:
                number += 1
            for t, r, g in uses:
                if t not in masks or not _inside(masks[t], start, end):
                    places[t, r, number].setdefault(g, []).append((start, end))
        found: dict[int, list[_Evidence]] = defaultdict(list)
        for (t, r, number), groups in places.items():
            rule = self.themes[t].rules[r]
            if field not in rule.fields or len(groups) < len(rule.groups):
                continue
            whole = [
                [p for p in groups[g] if stands(text, *p, normal_text.cuts)] for g in range(len(rule.groups))
            ]
            chosen = _together(text, whole, rule.near)
            if chosen:
                weight = rule.weight / 2 if _listed(text, chosen) else rule.weight
                begin, end = ends[number - 1] if number else 0, ends[number]
                found[t].append(
                    _Evidence(
                        sentence=number,
                        rule=rule,
                        places=chosen,
                        weight=weight,
                        aside=_is_aside(text, begin, end, chosen),
                        row="\t" in text[begin:end],
                    )
                )
        sentences = sum(end - start > 3 for start, end in zip([0, *ends], ends, strict=False))
        return found, normal_text, sentences


def _together(
    text: str, groups: Sequence[list[tuple[int, int]]], near: int
) -> tuple[tuple[int, int], ...] | None:
    """All places of a single term; else the first place of each further group near the first's."""
    if len(groups) == 1:
        return tuple(groups[0]) or None
    reach = near + max(end - start for group in groups for start, end in group) if all(groups) else 0
    for first in groups[0]:
        chosen = [first]
        for group in groups[1:]:
            # Places are in order: those that begin further away are not looked at.
            begin = bisect_left(group, first[0] - reach, key=_START)
            about = group[begin : bisect_right(group, first[1] + near, key=_START)]
            close = next((p for p in about if _distance(text, *sorted((first, p))) <= near), None)
            if close is None:
                break
            chosen.append(close)
        else:
            return tuple(chosen)
    return None


def _distance(text: str, left: tuple[int, int], right: tuple[int, int]) -> int:
    """Characters between two places; a comma parts as much as ten of them do."""
    between = right[0] - left[1]
    return between + 10 * len(_CLAUSE_END.findall(text, left[1], right[0])) if between > 0 else 0


def _listed(text: str, places: Sequence[tuple[int, int]]) -> bool:
    """One term, and it is an entry of a list: 人工智能、量子、生物制造等."""
    whole = _outermost(places)
    if len({text[start:end] for start, end in whole}) > 1:
        return False
    return all(text[start - 1 : start] == "、" or _ENTRY_END.match(text, end) for start, end in whole)


def _is_aside(text: str, begin: int, end: int, places: Sequence[tuple[int, int]]) -> bool:
    """One clause of several holds all places, and not the first that says something."""
    while lead := _LEAD.match(text, begin, end):  # 记者获悉，
        begin = lead.end()
    clauses = [mark.end() for mark in _CLAUSE_END.finditer(text, begin, end)]
    held = {bisect_right(clauses, place[0]) for place in places}
    return len(clauses) > 1 and len(held) == 1 and 0 not in held


def _strength(
    title: list[_Evidence], body: list[_Evidence], crowd: dict[int, int], sentences: int, titled: bool
) -> float:
    by_sentence: dict[int, float] = defaultdict(float)
    for evidence in body:
        # The rows of a table are one statement, however many: 27 of 300 registrations are no theme.
        number = _ROWS if evidence.row else evidence.sentence
        by_sentence[number] = max(by_sentence[number], evidence.weight)
    # A sentence that names many themes is about none of them in full.
    about = sum(weight * min(1.0, _CROWD / max(crowd[number], 1)) for number, weight in by_sentence.items())
    if titled and len(by_sentence) == 1 and all(evidence.aside for evidence in body):
        about *= _ASIDE
    # Half of a short text, two sentences of a news item, three of a page or a filing.
    needed = 3.0 if sentences > _LONG else min(2.0, max(1.0, sentences / 2))
    in_title = max((e.weight for e in title), default=0.0)
    return min(1.0, 0.5 * about / needed + 0.55 * in_title)


def _spans(field: TextField, original: str, text: Normal, evidence: list[_Evidence]) -> list[Span]:
    spans = []
    for place in _outermost(place for e in evidence for place in e.places):
        start, end = text.span(*place)
        spans.append(Span(field=field, start=start, end=end, text=original[start:end]))
    return spans


def _outermost(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """In order, without those inside a longer one."""
    kept, reach = [], 0
    for place in sorted(set(places), key=lambda p: (p[0], -p[1])):
        if place[1] > reach:
            kept.append(place)
            reach = place[1]
    return kept


def _inside(outermost: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    at = bisect_right(outermost, start, key=_START)
    return at > 0 and outermost[at - 1][1] >= end  # of those that begin before, the last ends last


def stands(text: str, start: int, end: int, cuts: Collection[int]) -> bool:
    """Latin terms are whole words; short Han terms are not part of another word."""
    if _LATIN.match(text[start]) and start and _LATIN.match(text[start - 1]):
        return False
    if _LATIN.match(text[end - 1]) and end < len(text) and _LATIN.match(text[end]):
        return False
    if end - start > 2:
        return True
    return segment.stands_alone(text, start, end, cuts)


def _form(term: str) -> str:
    return lower(normal(term))


def load_themes(path: Path | None = None) -> Themes:
    """The bundled themes, or a file of the desk's; UserError is one line that names the place."""
    if path is None:
        return parse_themes(
            resources.files("pipeline.lexicon").joinpath("themes.yaml").read_text("utf-8"), "themes.yaml"
        )
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: 无法读取（{error}）") from None
    return parse_themes(text, str(path))


def parse_themes(text: str, where: str) -> Themes:
    raw = read_yaml(text, where)
    if not isinstance(raw, dict) or not raw:
        raise UserError(f"{where}: 顶层应为“主题名: 规则”，至少一个")
    return Themes(_theme(where, name, value) for name, value in raw.items())


def _theme(where: str, name: Any, raw: Any) -> Theme:
    if not isinstance(name, str):
        raise UserError(f"{where}: 主题名 {name!r} 应为文字；数字、yes、no 要加引号")
    place = f"{where}: {name}"
    if not isinstance(raw, dict) or not isinstance(raw.get("rules"), list) or not raw["rules"]:
        raise UserError(f"{place} 应有 rules 列表，至少一条")
    unknown = set(raw) - {"rules", "not", "hit", "miss"}
    if unknown:
        raise UserError(
            f"{place} 有未知的键 {'、'.join(sorted(map(str, unknown)))}；可用：rules, not, hit, miss"
        )
    return Theme(
        name=name,
        rules=tuple(_rule(place, rule) for rule in raw["rules"]),
        excluded=_terms(place, raw.get("not", [])),
        hit=_terms(place, raw.get("hit", [])),
        miss=_terms(place, raw.get("miss", [])),
    )


def _rule(place: str, raw: Any) -> Rule:
    """A term; or {any: [...]} or {all: [[...], [...]]} with near, fields, weight."""
    if isinstance(raw, str):
        return Rule(groups=(_terms(place, [raw]),))
    if not isinstance(raw, dict) or ("any" in raw) == ("all" in raw):
        raise UserError(f"{place} 的规则 {raw!r} 应为词，或含 any 或 all")
    unknown = set(raw) - {"any", "all", "near", "fields", "weight"}
    if unknown:
        raise UserError(
            f"{place} 的规则有未知的键 {'、'.join(sorted(map(str, unknown)))}；可用：any, all, near, fields, weight"
        )
    groups = [raw["any"]] if "any" in raw else raw["all"]
    weight, near, fields = (
        raw.get("weight", 1.0),
        raw.get("near", _NEAR),
        raw.get("fields", ["title", "body"]),
    )
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight <= 1:
        raise UserError(f"{place} 的 weight 应在 0 与 1 之间，实为 {weight!r}")
    if isinstance(near, bool) or not isinstance(near, int) or near < 0:
        raise UserError(f"{place} 的 near 应为字数，实为 {near!r}")
    if not isinstance(fields, list) or not fields or any(field not in ("title", "body") for field in fields):
        raise UserError(f"{place} 的 fields 应取自 title, body，实为 {fields!r}")
    if not isinstance(groups, list) or not groups or not all(groups):
        raise UserError(f"{place} 的规则缺少词")
    return Rule(
        groups=tuple(_terms(place, group) for group in groups),
        near=near,
        fields=tuple(fields),
        weight=float(weight),
    )


def _terms(place: str, raw: Any) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(isinstance(term, str) and normal(term) for term in raw):
        raise UserError(f"{place}: {raw!r} 应为文字的列表")
    return tuple(raw)
