"""`createPageHTML(…)`: how TRS and its relatives say how a list goes on."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urljoin

_CALL = re.compile(r"createPageHTML\s*\(([^)]*)\)")


class Paging(NamedTuple):
    next_url: str | None
    total: int | None  # rows of the whole list, where stated


def create_page_html(text: str, url: str) -> Paging | None:
    """None when the page has no such call.

    TRS: `createPageHTML(pages, current from 0, "index", "html")`; page k is `index_{k-1}.html`.
    CSRC: `createPageHTML('page_div', pages, current from 1, 'fg', 'shtml', rows)`, files alike.
    """
    for call in _CALL.findall(text):
        words = [word.strip().strip("\"'") for word in call.split(",")]
        from_one = not words[0].isdigit()  # the variant names the element that it fills
        if from_one:
            words = words[1:]
        if len(words) < 4 or not (words[0].isdigit() and words[1].isdigit()):
            continue
        pages, current = int(words[0]), int(words[1]) - from_one
        total = int(words[4]) if len(words) > 4 and words[4].isdigit() else None
        following = f"{words[2]}_{current + 1}.{words[3]}" if current + 1 < pages else None
        return Paging(urljoin(url, following) if following else None, total)
    return None
