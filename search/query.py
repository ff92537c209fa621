"""The query language: text typed by an analyst becomes a `Query`, or a `QueryError` that marks the place.

    数据资源 source:nbs -征求意见            all words, one source, without a word
    "回购股份" (方案 OR 进展) week:2024-W08   the very characters; either word; one week
    kind:buyback amount:>1亿                 facts

`str(query)` is text that parses to an equal query (`query_nodes`). Nothing here knows an engine or a document:
`search.plan` says what a query means. Grammar by lark: its contextual lexer tells a minus before a word
from one inside `change:<-50%`, and its errors carry the place.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from pipeline.model import UserError
from search import fields
from search.query_nodes import (
    ALONE,
    SIGNS,
    And,
    Everything,
    Field,
    Not,
    Or,
    Phrase,
    Query,
    Range,
    Word,
    joined,
    lucene,
)
from search.query_tidy import FIELD_COLON, MARKS, Known, tidy

LONGEST = 2_000  # characters; a headline has at most some two hundred
DEEPEST = 30  # brackets within brackets


_NOTHING = "里面没有可以查的字；要查全部文件，查询留空"

# Half a surrogate pair: what Python makes of bytes that are not UTF-8. No engine takes it.
_HALF = re.compile(r"[\ud800-\udfff]")


class QueryError(UserError):
    """One sentence in Chinese, the place marked by ▶…◀. `start`, `end` are offsets in the text typed."""

    def __init__(self, text: str, start: int, end: int, problem: str) -> None:
        shown = f"{text[:start]}▶{text[start:end]}◀{text[end:]}".replace("\n", " ")
        if len(shown) > 120:
            left = max(0, start - 40)
            shown = f"{'…' if left else ''}{text[left:start]}▶{text[start:end][:40]}◀{text[end : end + 40]}…"
        super().__init__(f"查询「{_HALF.sub('�', shown)}」：{problem}")
        self.start, self.end, self.problem = start, end, problem


def parse(text: str, known: Known = lambda field, value: False) -> Query:
    """Raises QueryError. Empty text is everything. `known` tells `公司:中科曙光` from `公司:前三季度净利预增`."""
    if len(text) > LONGEST:
        raise QueryError(text, LONGEST, len(text), f"太长，最多 {LONGEST} 个字")
    if half := re.search(f"{_HALF.pattern}(?:.*{_HALF.pattern})?", text, re.DOTALL):
        raise QueryError(text, *half.span(), "不是 UTF-8 的文字，请把终端或文件的编码设为 UTF-8")
    tidied = tidy(text, known)
    _check_depth(text, tidied)
    try:
        tree = _grammar().parse(tidied)
    except UnexpectedInput as error:
        raise _explained(text, error) from None
    if tree.children:
        return _Reader(text).read(tree.children[0])
    if text.strip():
        raise QueryError(text, 0, len(text), _NOTHING)
    return Everything()


_EVERYTHING = ("*", "*:*")
_COMPARED = re.compile(r"(\w+)([<>]=?|[≥≤≧≦])(.+)")  # amount>1亿, without a colon
_BOUND = re.compile(r"[<>≥≤≧≦]")
_TWICE = re.compile(r"[-!]{2,}\w")


@cache
def _grammar() -> Lark:
    return Lark.open_from_package(
        __name__,
        "query.lark",
        parser="lalr",
        lexer="contextual",
        propagate_positions=False,
        maybe_placeholders=False,
    )


def _check_depth(text: str, tidied: str) -> None:
    depth = 0
    for place, character in enumerate(tidied):
        depth += (character == "(") - (character == ")")
        if depth > DEEPEST:
            raise QueryError(text, place, place + 1, f"括号最多套 {DEEPEST} 层")


class _Reader:
    """Reads lark's tree. Offsets of its tokens are offsets of the text as typed."""

    def __init__(self, text: str) -> None:
        self.text = text

    def read(self, node: Any, of: Token | None = None) -> Query:
        """`of`: the field in whose brackets it stands. lark types neither children nor places."""
        match node.data:
            case "either":
                return joined(Or, [self.read(child, of) for child in node.children])
            case "every":
                return joined(And, self._parts(node, of))
            case "some":
                parts = self._parts(node, of)
                without = [part for part in parts if isinstance(part, Not)]
                return joined(And, [joined(Or, [part for part in parts if part not in without]), *without])
            case "negated":
                sign, negated = node.children
                if value := self._negative(sign, negated, of):
                    return self._field(of, value)
                part = self.read(negated, of)
                return part.part if isinstance(part, Not) else Not(part)
            case "word":
                return self._word(node.children[0])
            case "phrase":
                text = self._unquoted(node.children[0])
                if not text:
                    raise self._wrong(node, "引号里没有要查的字")
                return Phrase(text)
            case "within":
                return self.read(node.children[1], node.children[0])
        name, *rest = node.children if of is None else (of, *node.children)
        match node.data:
            case "field":
                return self._field(name, *rest)
            case "compared":
                return self._compared(name, *rest)
            case "between":
                return self._between(name, *rest)
        raise AssertionError(node.data)

    def _parts(self, node: Any, of: Token | None) -> list[Query]:
        """What stands side by side."""
        parts = [(child, self.read(child, of)) for child in node.children]
        for (left, before), (right, after) in pairwise(parts):
            self._check_neighbours(left, _last(before), right, _first(after))
        return [part for _, part in parts]

    def _negative(self, sign: Token, negated: Any, of: Token | None) -> Token | None:
        """change:(-50% OR -60%): what stands before a figure is its sign."""
        if of is None or sign != "-" or negated.data != "field" or self._spec(of).shape != "number":
            return None
        (value,) = negated.children
        return Token("ONE_OF", f"-{value}", start_pos=sign.start_pos, end_pos=value.end_pos)

    def _check_neighbours(self, left: Any, before: Query, right: Any, after: Query) -> None:
        """Two parts that by themselves are right, and together mean something else than what is written."""
        if before in (Word("-"), Word("!")):
            raise self._wrong(left, _glued(str(before)))
        spec = fields.called(before.text) if isinstance(before, Word) else None
        if spec and spec.shape == "number" and isinstance(after, Word) and _BOUND.match(after.text):
            raise self._wrong(right, f"字段名与大小之间写冒号，不要空格：{spec.name}:{after}")
        part = before.part if isinstance(before, Not) else before
        if isinstance(part, Field | Range) and after == Word("TO"):
            raise self._wrong(
                right,
                "TO 要写在方括号里，如 amount:[5000万 TO 1亿]，一段时间写 from:… to:…；要查 TO 请放进引号",
            )
        if isinstance(part, Range) and isinstance(after, Word):
            bound = part.high if part.low is None else part.low
            units = fields.FIELDS[part.name].units
            if after.text in units and bound is not None and bound[-1].isdigit():
                raise self._wrong(right, f"数与单位之间不要空格：{bound}{after}")

    def _word(self, token: Token) -> Query:
        if (token in ALONE and token not in SIGNS) or token.startswith(("||", "&&")):
            raise self._alone(token)
        if token in _EVERYTHING:
            raise self._wrong(token, _NOTHING)
        if compared := self._without_colon(token):
            return compared
        if problem := lucene(token):
            raise self._wrong(token, problem)
        if _TWICE.match(token):
            raise self._wrong(token, "不含一个词，前面只写一个减号；要原样查这些字，请放进引号")
        return Word(token.replace(FIELD_COLON, ":"))

    def _without_colon(self, token: Token) -> Query | None:
        found = _COMPARED.fullmatch(token)
        spec = fields.called(found[1]) if found else None
        if not found or not spec or spec.shape != "number" or not fields.plausible(spec, found[3]):
            return None
        name, sign, value = (
            Token("ONE_OF", part, token.start_pos, end_pos=token.end_pos) for part in found.groups()
        )
        return self._compared(name, sign, value)

    def _alone(self, token: Token) -> QueryError:
        """An operator where a word or a value should be. One glued to a word, `(||a)`, would be read as an
        operator once the brackets are gone."""
        if token in SIGNS:
            return self._wrong(token, _glued(token))
        sign = token[:2] if token.startswith(("||", "&&")) else str(token)
        sides = "后面" if sign == "NOT" else "两边"
        return self._wrong(token, f"{sign} 的{sides}要有要查的词；要查 {sign} 这个词请放进引号")

    def _unquoted(self, token: Any) -> str:
        raw = self.text[token.start_pos + 1 : token.end_pos - 1]
        if token[0] == '"':
            raw = re.sub(r'\\(["\\])', r"\1", raw)
        return raw

    def _field(self, name: Any, value: Token) -> Query:
        spec = self._spec(name)
        if value in ALONE:
            raise self._alone(value)
        text = self._unquoted(value) if value.type == "QUOTED" else value.replace(FIELD_COLON, ":")
        if spec.shape == "number":
            low, dots, high = text.partition("..")
            return self._range(name, value, low or None, (high or None) if dots else low)
        problem = fields.problem(spec, text) if text.strip() else f"{spec.name} 后面要写要查的值"
        if not problem and value.type != "QUOTED":
            problem = lucene(text)
        if problem:
            raise self._wrong(value, problem)
        return Field(spec.name, fields.choice(spec, text) or text)

    def _compared(self, name: Token, sign: Token, value: Token) -> Query:
        wide = sign[-1] in "=≥≤≧≦"
        if sign[0] in ">≥≧":
            return self._range(name, value, str(value), None, with_low=wide)
        return self._range(name, value, None, str(value), with_high=wide)

    def _between(self, name: Token, value: Token) -> Query:
        low, _, high = value[1:-1].split()
        return self._range(
            name,
            value,
            None if low == "*" else low,
            None if high == "*" else high,
            with_low=value[0] == "[",
            with_high=value[-1] == "]",
        )

    def _range(
        self,
        name: Token,
        place: Token,
        low: str | None,
        high: str | None,
        with_low: bool = True,
        with_high: bool = True,
    ) -> Query:
        spec = self._spec(name)
        if spec.shape == "day":
            raise self._wrong(place, f"{spec.name} 只写一天，如 {spec.example}；一段时间写 from:… to:…")
        if spec.shape != "number":
            raise self._wrong(place, f"{spec.name} 不能比大小；能比的有 {'、'.join(fields.names('number'))}")
        for bound in (low, high):
            if bound is not None and (problem := fields.problem(spec, bound)):
                raise self._wrong(place, problem)
        if low is None and high is None:
            raise self._wrong(place, f"至少写一头，如 {spec.example}")
        if low is not None and high is not None and fields.number(spec, low) > fields.number(spec, high):
            raise self._wrong(place, f"两头写反了：{low} 大于 {high}")
        return Range(spec.name, low, high, with_low or low is None, with_high or high is None)

    def _spec(self, token: Token) -> fields.Spec:
        name = token.rstrip().removesuffix(FIELD_COLON)
        spec = fields.called(name)
        if spec is None:
            raise self._wrong(token, f"没有字段 {name}；{fields.nearest(name)}")
        return spec

    def _wrong(self, place: Any, problem: str) -> QueryError:
        """`place` is a token, or the tree of several."""
        tokens = list(place.scan_values(lambda _: True)) if isinstance(place, Tree) else [place]
        return QueryError(self.text, tokens[0].start_pos, tokens[-1].end_pos, problem)


def _glued(sign: str) -> str:
    return f"{sign} 与后面的词之间不要空格，才是不含这个词；要查 {sign} 请放进引号"


def _first(query: Query) -> Query:
    return query.parts[0] if isinstance(query, And) else query


def _last(query: Query) -> Query:
    return query.parts[-1] if isinstance(query, And) else query


def _explained(text: str, error: UnexpectedInput) -> QueryError:
    """What a person did, told from what the parser met."""
    if isinstance(error, UnexpectedCharacters):
        place: Any = error.pos_in_stream
        if text[place] in '"“”＂':
            return QueryError(text, place, place + 1, "引号没有配对：请补上另一半")
        return QueryError(text, place, place + 1, "这里读不懂：词与词之间用空格分开")
    if isinstance(error, UnexpectedEOF):
        return QueryError(text, len(text), len(text), "没有写完")
    assert isinstance(error, UnexpectedToken)
    token: Any = error.token
    if token.type == "$END":
        end = len(text)
        if text.translate(MARKS).count("(") > text.translate(MARKS).count(")"):
            return QueryError(text, end, end, "括号没有配对：请补上右括号")
        return QueryError(text, end, end, "没有写完：OR、AND、减号与字段名之后要有要查的词")
    start, stop = token.start_pos, token.end_pos
    match token.type:
        case "RPAR":
            return QueryError(text, start, stop, "右括号之前缺少左括号或要查的词")
        case "_OR":
            return QueryError(text, start, stop, "OR 的两边要有要查的词；要查 OR 这个词请放进引号")
        case "_AND":
            return QueryError(text, start, stop, "AND 的两边要有要查的词；要查 AND 这个词请放进引号")
        case "COMPARE" | "RANGE":
            return QueryError(text, start, stop, "大小之前要有字段名，如 amount:>1亿")
        case "FIELD":
            return QueryError(text, start, stop, "这里要写字段的值，不能再写一个字段名")
    return QueryError(text, start, stop, "这里不能这样写：词与词之间用空格，或者用 OR")
