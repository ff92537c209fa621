"""How text becomes index terms: the one place that both engines, the query and the passages share.

words   jieba's words, for ranking, and for matching where letters or digits are in the word
grams   overlapping pairs of characters, exact: a phrase of them is the very text, nothing folded
parts   single characters, and dictionary words of three or more: looked up whole, which is as exact as
        their grams side by side and ten times as fast

Both engines only split at blanks; so a blank in the text is a private-use character in a gram.
"""

from __future__ import annotations

import re

from pipeline import segment

# Raised when terms change their form, so that an index of the old form is rebuilt.
VERSION = f"3 {segment.VERSION}"

# Full-width letters, digits and marks, one for one, so that offsets stay.
_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

# 25.41 is one word and 5,000.00 is 5000.00; 300624.SZ, 5G-AI and 2023.12.31 are several.
_PARTS = re.compile(r"(?<![\d.])\d+\.\d+(?!\.?[a-z0-9])|[a-z0-9]+|[^\W\da-z_]+|[^\W_]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
_LONGEST = 100  # Lucene cuts a term at 255 characters; ours ends before, the same in both engines
_PRIVATE = 0xF0000


def fold(text: str) -> str:
    """Lower case, half width; as long as the text, so that offsets are those of the text."""
    text = text.translate(_WIDTH)
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def words(text: str) -> list[str]:
    """`text` need not be folded. A word is Chinese characters, or letters and digits, never both:
    so A股 and 沪深A股 hold the same 股, however jieba cuts them.
    """
    found: list[str] = []
    for word in segment.words(_THOUSANDS.sub("", fold(text))):
        if word[0] > "\x7f" and word[-1] > "\x7f":
            found.append(word[:_LONGEST])
        else:
            found += [part[:_LONGEST] for part in _PARTS.findall(word)]
    return found


def is_han(word: str) -> bool:
    """Chinese characters only: they have neither case nor width, so grams find them as words do."""
    return _HAN.fullmatch(word) is not None


def grams(text: str) -> list[str]:
    """`ABCD` gives AB, BC, CD; a single character gives nothing."""
    text = visible(text)
    return list(map(str.__add__, text, text[1:]))


def parts(*texts: str) -> list[str]:
    found: set[str] = set()
    for text in texts:
        found.update(visible(text))
        found.update(word for word in segment.every_word(text) if len(word) > 2 and is_han(word))
    return sorted(found)


def is_part(text: str) -> bool:
    """Whether `parts` holds this wherever it stands in a text."""
    return len(text) == 1 or (is_han(text) and segment.is_word(text))


def visible(text: str) -> str:
    """Blanks become private-use characters, so that splitting at blanks leaves them in their gram."""
    return _BLANK.sub(lambda found: chr(_PRIVATE + ord(found[0])), text)


# What either engine may split at: Unicode's blanks, and the separators that Java counts among them.
_BLANK = re.compile(r"[\s\x00\x1c-\x1f\x85]")


def label(text: str) -> str:
    """A publisher or a document number, so that 国资发〔2024〕1号 and 国资发(2024) 1 号 are one."""
    return re.sub(r"\s+", "", fold(text).translate(_BRACKETS))


_BRACKETS = str.maketrans("〔〕[]【】〈〉{}〖〗「」", "()" * 7)
