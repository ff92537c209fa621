"""CAC (网信办): server-rendered lists `…A093702index_1.htm`, notices with files through a download script.

The lists say nothing about how many pages there are: the next page is asked for, and 404 is the end.
The site answers an empty body to whoever comes without its own page as Referer.
"""

from __future__ import annotations

import re

from pipeline.model import Article, Listed, Listing, Page
from pipeline.read.html import parse_html
from pipeline.read.layout import Fields, Layout, Rows, System
from pipeline.read.moments import read_moment
from pipeline.read.pages import listing, read_article, read_rows

_NUMBERED = re.compile(r"(index_)(\d+)(\.html?)$")
_DAY = re.compile(r"/(\d{4})-?(\d{2})[-/](\d{2})/c_")


def read_list(page: Page, layout: Layout) -> Listing:
    items, problems = read_rows(parse_html(page), page, layout)
    here = _NUMBERED.search(page.url)
    following = _NUMBERED.sub(rf"\g<1>{int(here[2]) + 1}\g<3>", page.url) if here else None
    return listing(items, problems, following)


def read_detail(page: Page, layout: Layout, listed: Listed | None) -> Article:
    day = _DAY.search(page.url)
    return read_article(page, layout, listed, otherwise=read_moment("-".join(day.groups())) if day else None)


SYSTEM = System(
    read_list=read_list,
    read_detail=read_detail,
    id=r"/(c_\d+)\.html?$",
    rows=Rows(row="#loadingInfoPage > li", link="h5 a", date=".times"),
    fields=Fields(
        title=(".main-title h1.title", "h1.title", "h1"),
        date=("#pubtime",),
        publisher=("#source", ".main-title .info", ".info"),
        body=("#BodyLabel", ".main-content"),
        file_url=r"/cms/pub/interact/downloadfile\.jsp\?",
    ),
)
