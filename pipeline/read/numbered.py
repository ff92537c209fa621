"""Lists numbered from 1 that do not say how many pages they have (CAC, NDA).

`…A093702index_1.htm`, `index_pc_1.html`: the next number is asked for, and 404 is the end. The day
of an article also stands in its address.
"""

from __future__ import annotations

import re

from pipeline.model import Article, Listed, Listing, Page
from pipeline.read.html import parse_html
from pipeline.read.layout import Fields, Layout, Rows, System
from pipeline.read.moments import Moment, read_moment
from pipeline.read.pages import Reading, listing, read_article, read_rows

_NUMBERED = re.compile(r"(index_(?:pc_)?)(\d+)(\.s?html?)$")
_DAY = re.compile(r"/(\d{4})-?(\d{2})[-/](\d{2})/c_|/(\d{4})(\d{2})(\d{2})\d{6,}_pc\.")


def read_list(page: Page, layout: Layout) -> Listing:
    items, problems = read_rows(parse_html(page), page, layout)
    here = _NUMBERED.search(page.url)
    following = _NUMBERED.sub(rf"\g<1>{int(here[2]) + 1}\g<3>", page.url) if here else None
    return listing(items, problems, following)


def read_detail(page: Page, layout: Layout, listed: Listed | None) -> Article:
    return read_article(Reading(page, layout), listed, otherwise=_day_in(page.url))


def _day_in(url: str) -> Moment | None:
    found = _DAY.search(url)
    return read_moment("-".join(filter(None, found.groups()))) if found else None


SYSTEM = System(
    read_list=read_list,
    read_detail=read_detail,
    id=r"/(c_\d+|\d{16,}(?=_pc))[\w]*\.s?html?$",
    rows=Rows(row="#loadingInfoPage > li, .u-list > li", link="a", date=".times, span"),
    fields=Fields(
        title=("h1",), date=("meta[name='PubDate' i]@content",), body=("#BodyLabel", "#content", ".content")
    ),
)
