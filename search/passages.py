"""Passages: the words that matched, in their sentence, cut from the store's own text with offsets.

Never the engine's highlighting: so the passage is the same on both engines, and every offset points into
the document as it is stored.
"""

from __future__ import annotations

import re

import msgspec

from pipeline.model import Document, TextField
from search.analyse import fold

LENGTH = 120  # characters
_MOST_PLACES = 200  # of one word; a filing of a million characters costs no more than a short one

_HALVES = re.compile(r"\d[\d.,．]|[.,．]\d")
_SENTENCE_END = re.compile(r"[。！？；\n]")


class Passage(msgspec.Struct, frozen=True):
    """`text == document.<field>[start:end]`; `matches` are offsets in the field, not in the passage."""

    field: TextField
    start: int
    end: int
    text: str
    matches: tuple[tuple[int, int], ...]


def title_matches(
    document: Document, words: tuple[str, ...], phrases: tuple[str, ...]
) -> tuple[tuple[int, int], ...]:
    return tuple(_merged([(start, end) for start, end, _ in _places(document.title, words, phrases)]))


def passage(document: Document, words: tuple[str, ...], phrases: tuple[str, ...]) -> Passage | None:
    """The part of the body with the most different words; its beginning when none is there."""
    body = document.body
    if not body:
        return None
    places = _places(body, words, phrases)
    start, end = _window(body, places)
    matches = _merged([(a, b) for a, b, _ in places if start <= a and b <= end])
    return Passage("body", start, end, body[start:end], tuple(matches))


def _places(text: str, words: tuple[str, ...], phrases: tuple[str, ...]) -> list[tuple[int, int, str]]:
    """Where each word or phrase stands: start, end, which."""
    folded = fold(text)
    found: list[tuple[int, int, str]] = []
    for phrase in phrases:
        found += ((place, place + len(phrase), phrase) for place in _finds(text, phrase))
    for word in words:
        alone = word.isascii()
        for place in _finds(folded, word):
            end = place + len(word)
            if not (alone and (_is_ascii_word(folded, place - 1) or _is_ascii_word(folded, end))):
                found.append((place, end, word))
    return sorted(found)


def _finds(text: str, wanted: str) -> list[int]:
    places: list[int] = []
    place = text.find(wanted)
    while place >= 0 and len(places) < _MOST_PLACES:
        places.append(place)
        place = text.find(wanted, place + 1)
    return places


def _is_ascii_word(text: str, place: int) -> bool:
    return 0 <= place < len(text) and text[place].isascii() and text[place].isalnum()


def _window(text: str, places: list[tuple[int, int, str]]) -> tuple[int, int]:
    best, best_end, best_value = 0, 1, (0, 0)
    last = 0
    for first, (start, _, _) in enumerate(places):
        while last < len(places) and places[last][1] <= start + LENGTH:
            last += 1
        inside = places[first:last]
        value = (len({word for _, _, word in inside}), len(inside))
        if value > best_value:
            best, best_end, best_value = start, places[first][1], value
    # From the beginning of its sentence where that is near, so that it reads as one.
    ends = [end.end() for end in _SENTENCE_END.finditer(text, max(0, best - LENGTH // 2), best)]
    start = ends[-1] if ends else max(0, best - LENGTH // 3)
    while start < best and (text[start].isspace() or _in_number(text, start)):
        start += 1
    end = last_end = min(len(text), start + LENGTH)
    while end >= best_end and _in_number(text, end):
        end -= 1
    return start, end if end >= best_end else last_end


def _in_number(text: str, place: int) -> bool:
    """Whether a cut here would leave half a number, as 24|.37."""
    return 0 < place < len(text) and bool(_HALVES.fullmatch(text, place - 1, place + 1))


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = out[-1][0], max(end, out[-1][1])
        else:
            out.append((start, end))
    return out
