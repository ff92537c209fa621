"""SASAC's own publishing system (国务院国资委).

Lists: the front page holds 30 rows; older pages are bare fragments of `<li>`, numbered from the
oldest end: with 16 pages, page 2 is `index_{component}_15.html` and the last is `_1.html`.
Details: `/n…/c{number}/content.html`, source and date in one line under the title.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

from msgspec.structs import replace

from pipeline.model import Article, Listed, Listing, Page
from pipeline.read.html import canonical, decode, parse
from pipeline.read.layout import Layout, ReadError, System
from pipeline.read.pages import Reading, listing, read_article, read_rows

_PAGES = re.compile(r"maxPageNum\s*=\s*(\d+)")
_STEM = re.compile(r"purl\s*=\s*[\"']([^\"']+)[\"']")
_FRAGMENT = re.compile(r"(index_\d+_)(\d+)(\.html)$")


def read_list(page: Page, layout: Layout) -> Listing:
    text = decode(page)
    if "<" not in text:
        raise ReadError("not_html", f"the answer starts with {text.lstrip()[:40]!r}")
    tree = parse(text)
    fragment = _FRAGMENT.search(page.url) or "<html" not in text[:2000].lower()
    items, problems = read_rows(tree, page, layout, "li" if fragment else None)
    return listing(items, problems, _next(page, text, layout))


def _next(page: Page, text: str, layout: Layout) -> str | None:
    here = _FRAGMENT.search(page.url)
    if here:
        number = int(here[2]) - 1
        return _FRAGMENT.sub(rf"\g<1>{number}\g<3>", page.url) if number >= 1 else None
    pages, stem = [int(n) for n in _PAGES.findall(text)], _STEM.search(text)
    if not stem or not pages or max(pages) < 2:
        return None
    return canonical(urljoin(page.url, f"{stem[1]}_{max(pages) - 1}.html"), page.url, layout)


def read_detail(page: Page, layout: Layout, listed: Listed | None) -> Article:
    """Pages of several columns are copies under other addresses: the id is what the page calls itself."""
    reading = Reading(page, layout)
    article = read_article(reading, listed)
    for number in reading.texts("meta[name=contentid]@content"):
        own = f"{layout.source}:c{number}"
        if number.isdigit() and own != article.id:
            told = f"id: the address says {article.id}, the page {own}"
            return replace(article, id=own, problems=(*article.problems, told))
    return article


SYSTEM = System(read_list=read_list, read_detail=read_detail, id=r"/(c\d+)/content\.html")
