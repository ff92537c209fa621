"""The one tokenizer: tagging, indexing and querying all cut words here.

`rjieba` (jieba in Rust) runs the hot path; a test holds it equal to jieba on Chinese text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from importlib.metadata import version

import rjieba

Token = tuple[str, int, int]  # word, start, end: text[start:end] == word

VERSION = f"rjieba {version('rjieba')}"

_REACH = 6  # characters on either side that can share a word with a name
_WORD = re.compile(r"\w")


def cut(text: str) -> list[Token]:
    """Every token of a text with its offsets; joined they are the text."""
    return rjieba.tokenize(text, "default", True)


def words(text: str) -> list[str]:
    """The words of a text for indexing: lower case, no punctuation, no blanks."""
    return [word for word in rjieba.cut(text.lower(), True) if word.isalnum() or _WORD.search(word)]


def dictionary_words(text: str) -> list[str]:
    """Cut by the dictionary alone: characters that make no known word stay single."""
    return rjieba.cut(text, False)


def every_word(text: str) -> list[str]:
    """Every dictionary word that stands anywhere in a text, also inside or across others."""
    return rjieba.cut_all(text)


def is_word(text: str) -> bool:
    return rjieba.has_word(text)


def tags(text: str) -> list[tuple[str, str]]:
    """Words with jieba's part of speech: `nt` organisation, `nz` other name, `ns` place, `n` noun …"""
    return rjieba.tag(text, False)


def commonness(text: str) -> int:
    """How often jieba's corpus holds `text`, or would by chance hold its words side by side.

    太平洋 2721, 机器人 385, 信息发展 15 (two ordinary words), 贵州茅台 1.
    """
    return rjieba.suggest_freq(text)


def stands_alone(text: str, start: int, end: int, cuts: Collection[int] = ()) -> bool:
    """Whether text[start:end] is a word of its own among its neighbours.

    So when no dictionary word reaches over its ends; and when one does, if cutting the text around
    the name gives no more pieces (格林美|分别 against 格林|美分|别; but 国际|医学院 stays). At `cuts`
    a blank was left out: no word goes over it.
    """
    left, right = start, end
    while left > max(0, start - _REACH) and left not in cuts and _is_han(text[left - 1]):
        left -= 1
    while right < min(len(text), end + _REACH) and right not in cuts and _is_han(text[right]):
        right += 1
    if left == start and right == end:
        return True
    name = text[start:end]
    free = dictionary_words(text[left:right])
    at, bounds = left, {left}
    for word in free:
        at += len(word)
        bounds.add(at)
    if start in bounds and end in bounds:
        return True
    before, after = _cut_part(text[left:start]), _cut_part(text[end:right])
    cost = _cost([*before, name, *after], name) - _cost(free, name)
    if cost == 0:  # undecided: a single character left over on the crossed side speaks against it
        torn = (start not in bounds and before and len(before[-1]) == 1) or (
            end not in bounds and after and len(after[0]) == 1
        )
        return not torn
    return cost < 0


def _cut_part(text: str) -> list[str]:
    return dictionary_words(text) if text else []


def _cost(pieces: Iterable[str], name: str) -> int:
    """Fewer pieces are better; single characters count twice."""
    return sum(1 if len(piece) > 1 or piece == name else 2 for piece in pieces)


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"
