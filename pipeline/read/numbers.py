"""The number that an authority gives its paper: 国办发〔2026〕26号, 科学技术部令第23号."""

from __future__ import annotations

import re
from itertools import pairwise

_PAPER = r"[\u4e00-\u9fff（）()]{1,24}\s?[〔\[［【(（]\s?(?:19|20)\d{2}\s?[〕\]］】)）]\s?第?\s?\d{1,5}\s?号"
_LINE = re.compile(_PAPER)
_AHEAD = re.compile(r"^(\S{1,60}?令\s?(?:(?:19|20)\d{2}年\s?)?第?\s?\d{1,4}\s?号)(?=[\s　]|$)")
_BEHIND = re.compile(r"(?:^|[\s　])((?:19|20)\d{2}年第\d{1,4}号(?:令|公告|通知)?)[）)]?$")
_ORDER = re.compile(r"^第\s?[\d一二三四五六七八九十百〇零]{1,8}\s?号$")
_HEAD = 12  # lines; the number stands above the text


def document_number(title: str, body: str, stated: str | None = None) -> str | None:
    """As a table of particulars states it, else as the title or a line of its own at the head has it."""
    if stated:
        return stated
    head = body.split("\n", _HEAD)[:_HEAD]
    for line in head:
        if _LINE.fullmatch(line):
            return line
    found = _AHEAD.search(title) or _BEHIND.search(title)
    if found:
        return found[1]
    for above, line in pairwise(head):
        if _ORDER.fullmatch(line) and above.endswith(("令", "公告")):
            return f"{above}{line}"
    return None
