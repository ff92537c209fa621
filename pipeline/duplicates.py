"""Fingerprints: equal for the same filing or story seen twice, different for look-alikes.

A filing is its company, its title and its text to the letter: 第二次 and 第三次, 摘要 and full text,
更正 and original differ in one of them. A story is told again in other words but with its figures:
it is the set of them, with the marks that part look-alikes (batch, draft or final, cut-off month).
A text with few figures is a story only to the letter, after what a reprint puts before it.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from pipeline.model import SHANGHAI
from pipeline.normalise import normalised

_SHORT = 30  # letters under which a text says nothing without its title
_ENOUGH = 4  # figures from which on a set of them tells one story from every other

_NOISE = re.compile(r"[^\w%.+-]+")
_HEADLINE = re.compile(r"【[^】]*】|原标题[:：][^\n]{0,80}?(?=\n|\s{2,})")
_DATELINE = re.compile(
    r"^[^\n]{0,30}?(?:消息(?:\([^)]*\))?[:：,，]|[0-9一-鿿]日电(?:\([^)]*\))?|讯(?:\([^)]*\))?[:：,，]?)"
)
_CODE = re.compile(r"\([^()]{0,8}\d{5,6}[^()]{0,8}\)")
_DATE = re.compile(r"\d{1,4}年|\d{1,2}月|\d{1,2}日")
_COMMA = re.compile(r"(?<=\d),(?=\d{3})")
_FIGURE = re.compile(r"\d+(?:\.\d+)?%?(?:万亿|亿|万)?")
_APART = re.compile(
    r"第[\d一二三四五六七八九十百]+[批次期季号轮]|截[至止](?:\d+年)?\d+月|征求意见|\d{1,2}月份"
)


def fingerprint(source: str, code: str | None, title: str, published: datetime | None, body: str) -> str:
    """`code` marks a filing. Without a body the title, source and day are all there is."""
    head, text = normalised(title).text, normalised(body).text
    if code:
        return _hash("filing", code, _NOISE.sub("", head), _NOISE.sub("", text))
    if not text.strip():
        day = published.astimezone(SHANGHAI).date().isoformat() if published else ""
        return _hash("title", source, day, _NOISE.sub("", head))
    told = _DATELINE.sub("", _HEADLINE.sub("", text).strip())
    apart = "|".join(sorted({*_APART.findall(f"{head}\n{text}")}))
    figures = _figures(told)
    if len(figures) >= _ENOUGH:
        return _hash("story", apart, " ".join(sorted(figures)))
    letters = _NOISE.sub("", told)
    return _hash("text", apart, letters, _NOISE.sub("", head) if len(letters) < _SHORT else "")


def _figures(text: str) -> set[str]:
    """Figures of two digits and more; dates and codes are written or left out as one likes."""
    plain = _COMMA.sub("", _DATE.sub("", _CODE.sub("", text)))
    return {figure for figure in _FIGURE.findall(plain) if sum(c.isdigit() for c in figure) > 1}


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
