"""Typed text made ready for the grammar, each character in its place: marks of a Chinese keyboard become those
that the grammar knows, and a colon that makes a field becomes one of its own."""

from __future__ import annotations

import re
from collections.abc import Callable

from search import fields

# Whether a company, a theme, a kind or a source is called so: `known("company", "中科曙光")`.
Known = Callable[[str, str], bool]

FIELD_COLON = "\ue001"  # private use; who types it gets a blank

# Full-width letters, digits and marks, one for one; marks that end or part sentences part words.
MARKS = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) != "＼"}
    | dict.fromkeys("。；、？" + FIELD_COLON, " ")
    | {"，": "，", "！": "！", "−": "-"}  # U+2212, the minus sign of spreadsheets
)
_BLANK = re.compile(r"\s")
_NOT = re.compile(r"(?<![^\s(（&＆|｜])！(?=[\w(（\"“])")  # before a word; behind one it ends a sentence
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:，\d{3})+(?!\d)")
_QUESTION = re.compile(
    r"(?<=[^\x00-\x7f])\?(?=[^\x00-\x7f])"
)  # between Chinese characters it ends a sentence

_NAMED = re.compile(r"(?<![^\s()\-!\"“”|&])([A-Za-z_]{2,}|[\u3400-\u9fff]+):(?!//)")
_VALUE = re.compile(
    r"""(?P<open>\((?:[\s(!-]|NOT\s)*)?(?:"(?P<quoted>[^"]*)"|(?P<range>[\[{][^\]}]*[\]}])|(?P<plain>[^\s()"“”]+))"""
)
_HAN = re.compile(r"\s*[^\s()\"“”]*[\u3400-\u9fff]")


def tidy(text: str, known: Known) -> str:
    """As long as the text, so that a place in it is a place in the text."""
    text = _BLANK.sub(" ", _NOT.sub("!", text).translate(MARKS))
    text = _THOUSANDS.sub(lambda found: found[0].replace("，", ","), text)
    text = _QUESTION.sub(" ", text.replace("，", " ").replace("！", " "))

    def named(found: re.Match[str]) -> str:
        makes = _makes_a_field(found[1], text[found.end() :], known)
        return f"{found[1]}{FIELD_COLON if makes else ':'}"

    return _NAMED.sub(named, text)


def _makes_a_field(name: str, rest: str, known: Known) -> bool:
    """Whether a colon after a name makes a field, or is one of a headline.

    After the English name of a field always. After a Chinese one when what follows can be its value:
    `公司:中科曙光`, not `公司:前三季度净利预增`. Another lower-case English word is a mistake, unless Chinese
    follows and no field is called nearly so: `etf:放量`.
    """
    if name.lower() in fields.FIELDS:
        return True
    if spec := fields.called(name):
        return _can_be(spec, rest, known)
    return name.isascii() and name.islower() and not (_HAN.match(rest) and not fields.near(name))


def _can_be(spec: fields.Spec, rest: str, known: Known) -> bool:
    value = _VALUE.match(rest)
    if value is None:
        return False
    if value["range"]:
        return spec.shape == "number" and " TO " in value["range"]
    text = value["plain"] if value["quoted"] is None else value["quoted"]
    if spec.shape == "text":
        return known(spec.name, text)
    return fields.plausible(spec, text)
