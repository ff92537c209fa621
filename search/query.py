"""The query language: text typed by an analyst becomes a `Query`, or a `QueryError` that marks the place.

    数据资源 source:nbs -征求意见            all words, one source, without a word
    "回购股份" (方案 OR 进展) week:2024-W08   the very characters; either word; one week
    kind:buyback amount:>1亿                 facts

`str(query)` is text that parses to an equal query. Nothing here knows an engine or a document:
`search.plan` says what a query means. Grammar by lark: its contextual lexer tells a minus before a word
from one inside `change:<-50%`, and its errors carry the place.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import Any

import msgspec
from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from pipeline.model import UserError
from search import fields

LONGEST = 2_000  # characters; a headline has at most some two hundred
DEEPEST = 30  # brackets within brackets


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


class Query(msgspec.Struct, frozen=True):
    """One of the classes below."""


class Everything(Query, frozen=True):
    def __str__(self) -> str:
        return ""


class Word(Query, frozen=True):
    """A run of characters as typed; the plan cuts it into words."""

    text: str

    def __str__(self) -> str:
        return self.text


class Phrase(Query, frozen=True):
    """The very characters, blanks and all."""

    text: str

    def __str__(self) -> str:
        return _quoted(self.text)


class Field(Query, frozen=True):
    name: str
    value: str

    def __str__(self) -> str:
        plain = (
            _PLAIN_VALUE.fullmatch(self.value)
            and self.value not in ("OR", "AND")
            and _lucene(self.value) is None
        )
        return f"{self.name}:{self.value if plain else _quoted(self.value)}"


class Range(Query, frozen=True):
    """Bounds as typed (`1亿`, `-50%`), None where open."""

    name: str
    low: str | None
    high: str | None
    with_low: bool = True
    with_high: bool = True

    def __str__(self) -> str:
        if self.low is not None and self.low == self.high:
            return f"{self.name}:{self.low}"
        if self.high is None:
            return f"{self.name}:>{'=' * self.with_low}{self.low}"
        if self.low is None:
            return f"{self.name}:<{'=' * self.with_high}{self.high}"
        left, right = "[" if self.with_low else "{", "]" if self.with_high else "}"
        return f"{self.name}:{left}{self.low} TO {self.high}{right}"


class Not(Query, frozen=True):
    part: Query

    def __str__(self) -> str:
        return f"-{_inner(self.part)}"


class And(Query, frozen=True):
    parts: tuple[Query, ...]

    def __str__(self) -> str:
        return " ".join(f"({p})" if isinstance(p, Or) else str(p) for p in self.parts)


class Or(Query, frozen=True):
    parts: tuple[Query, ...]

    def __str__(self) -> str:
        return " OR ".join(map(str, self.parts))


def parse(text: str) -> Query:
    """Raises QueryError. Empty text is everything."""
    if len(text) > LONGEST:
        raise QueryError(text, LONGEST, len(text), f"太长，最多 {LONGEST} 个字")
    if half := re.search(f"{_HALF.pattern}(?:.*{_HALF.pattern})?", text, re.DOTALL):
        raise QueryError(text, *half.span(), "不是 UTF-8 的文字，请把终端或文件的编码设为 UTF-8")
    tidied = tidy(text)
    _check_depth(text, tidied)
    try:
        tree = _grammar().parse(tidied)
    except UnexpectedInput as error:
        raise _explained(text, error) from None
    return _Reader(text).read(tree.children[0]) if tree.children else Everything()


def both(left: Query, right: Query) -> Query:
    """All of two queries."""
    return _joined(And, [left, right])


# Full-width letters, digits and marks, one for one; marks that end or part sentences part words.
_MARKS = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) != "＼"}
    | dict.fromkeys("。；、？", " ")
    | {"，": "，", "！": "！"}
)
_BLANK = re.compile(r"\s")
_NOT = re.compile(r"(?<![^\s(（&＆|｜])！(?=[\w(（\"“])")  # before a word; behind one it ends a sentence
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:，\d{3})+(?!\d)")
_FIELD_NAME = re.compile(rf"(?<!\w)(?:{'|'.join(fields.FIELDS)}):", re.IGNORECASE | re.ASCII)


def tidy(text: str) -> str:
    """As long as the text, so that a place in it is a place in the text."""
    text = _BLANK.sub(" ", _NOT.sub("!", text).translate(_MARKS))
    text = _THOUSANDS.sub(lambda found: found[0].replace("，", ","), text)
    text = text.replace("，", " ").replace("！", " ")
    return _FIELD_NAME.sub(lambda found: found[0].lower(), text)


_PLAIN_VALUE = re.compile(
    r"""[^\s()"“”<>≥≤≧≦\[{\\，。；、！？\uff01-\uff5e][^\s()"“”，。；、！？\uff01-\uff5e]*"""
)
_BOOST = re.compile(r"(?:^|[^\W\d])[~^]\d?(?:\.\d)?$")
_TWICE = re.compile(r"[-!]{2,}\w")
# Not 5*8, nor *ST and S*ST, which are in names of companies; a question mark at the end is one.
_WILD = re.compile(r"\w(\*)+$|^(\*)(?!ST)\w|[^\W\d](\*)(?!ST)\w|\d(\*)[^\W\d]|\w(\?)\w", re.IGNORECASE)


def _lucene(text: str) -> str | None:
    """What a word or a value asks for that this language does not have; None when it is plain."""
    if _BOOST.search(text):
        return "不支持 ~ 模糊与 ^ 权重；要原样查这些字，请放进引号"
    if "://" not in text and (found := _WILD.search(text)):
        return f"不支持 {found[found.lastindex or 0]} 通配：中文词的一部分本来就能查到；要原样查这些字，请放进引号"
    return None


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _inner(part: Query) -> str:
    return f"({part})" if isinstance(part, And | Or) or str(part).startswith("-") else str(part)


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

    def read(self, node: Any) -> Query:
        """lark types neither the children of a node nor the place of a token."""
        match node.data:
            case "either":
                return _joined(Or, [self.read(child) for child in node.children])
            case "every":
                if not node.children:  # AND by itself: a word like any other
                    return Everything()
                parts = [(child, self.read(child)) for child in node.children]
                parts = [(child, part) for child, part in parts if not isinstance(part, Everything)]
                for (left, before), (right, after) in pairwise(parts):
                    self._check_neighbours(left, _last(before), right, _first(after))
                return _joined(And, [part for _, part in parts])
            case "negated":
                part = self.read(node.children[1])
                return (
                    part.part
                    if isinstance(part, Not)
                    else part
                    if isinstance(part, Everything)
                    else Not(part)
                )
            case "word":
                return self._word(node.children[0])
            case "phrase":
                text = self._unquoted(node.children[0])
                return Phrase(text) if text else Everything()
            case "field":
                return self._field(*node.children)
            case "compared":
                return self._compared(*node.children)
            case "between":
                return self._between(*node.children)
        raise AssertionError(node.data)

    def _check_neighbours(self, left: Any, before: Query, right: Any, after: Query) -> None:
        """Two parts that by themselves are right, and together mean something else than what is written."""
        if before in (Word("-"), Word("!")):
            raise self._wrong(
                left, f"{before} 与后面的词之间不要空格，才是不含这个词；要查 {before} 请放进引号"
            )
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
        if token in ("OR", "||", "NOT"):
            raise self._wrong(token, f"{token} 的两边都要有要查的词；要查 {token} 这个词请放进引号")
        if problem := _lucene(token):
            raise self._wrong(token, problem)
        if _TWICE.match(token):
            raise self._wrong(token, "不含一个词，前面只写一个减号；要原样查这些字，请放进引号")
        return Word(str(token))

    def _unquoted(self, token: Any) -> str:
        raw = self.text[token.start_pos + 1 : token.end_pos - 1]
        if token[0] == '"':
            raw = re.sub(r'\\(["\\])', r"\1", raw)
        return raw

    def _field(self, name: Token, value: Tree[Token] | Token) -> Query:
        spec = self._spec(name)
        if isinstance(value, Tree):
            return _joined(Or, [self._field(name, child) for child in value.children])
        text = self._unquoted(value) if value.type == "QUOTED" else str(value)
        if spec.shape == "number":
            low, dots, high = text.partition("..")
            return self._range(name, value, low or None, (high or None) if dots else low)
        problem = fields.problem(spec, text) if text.strip() else f"{spec.name} 后面要写要查的值"
        if not problem and value.type != "QUOTED":
            problem = _lucene(text)
        if problem:
            raise self._wrong(value, problem)
        return Field(spec.name, text)

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
        name = token.rstrip().removesuffix(":")
        spec = fields.FIELDS.get(name.lower())
        if spec is None:
            raise self._wrong(token, f"没有字段 {name}；{fields.nearest(name)}")
        return spec

    def _wrong(self, place: Any, problem: str) -> QueryError:
        """`place` is a token, or the tree of several."""
        tokens = list(place.scan_values(lambda _: True)) if isinstance(place, Tree) else [place]
        return QueryError(self.text, tokens[0].start_pos, tokens[-1].end_pos, problem)


def _first(query: Query) -> Query:
    return query.parts[0] if isinstance(query, And) else query


def _last(query: Query) -> Query:
    return query.parts[-1] if isinstance(query, And) else query


def _joined(kind: type[And] | type[Or], parts: list[Query]) -> Query:
    flat: list[Query] = []
    for part in parts:
        if isinstance(part, Everything) and kind is And:
            continue
        flat += part.parts if isinstance(part, kind) else (part,)
    if not flat:
        return Everything()
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


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
        if text.translate(_MARKS).count("(") > text.translate(_MARKS).count(")"):
            return QueryError(text, end, end, "括号没有配对：请补上右括号")
        return QueryError(text, end, end, "没有写完：OR、减号与字段名之后要有要查的词")
    start, stop = token.start_pos, token.end_pos
    match token.type:
        case "RPAR":
            return QueryError(text, start, stop, "右括号之前缺少左括号或要查的词")
        case "_OR":
            return QueryError(text, start, stop, "OR 的两边都要有要查的词；要查 OR 这个词请放进引号")
        case "COMPARE" | "RANGE":
            return QueryError(text, start, stop, "大小之前要有字段名，如 amount:>1亿")
        case "FIELD":
            return QueryError(text, start, stop, "这里要写字段的值，不能再写一个字段名")
    return QueryError(text, start, stop, "这里不能这样写：词与词之间用空格，或者用 OR")
