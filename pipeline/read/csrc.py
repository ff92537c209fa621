"""CSRC (证监会). A news column is a shell whose `meta[name=channelid]` names a JSON list; the
regulations (规章库) are a table on the page itself.

`PubDate` of its pages is when the page was built, never when the text appeared: the list's time
counts, and for a regulation the dates of issue and amendment in the line under its title.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from msgspec.structs import replace

from pipeline.model import Article, Listed, Listing, Page
from pipeline.read.html import Element, canonical, decode, parse, select, values, words
from pipeline.read.layout import Fields, Layout, ReadError, Rows, System
from pipeline.read.moments import Moment, from_millis, read_moment
from pipeline.read.pages import Reading, item_id, listing, read_article, read_rows
from pipeline.read.paging import create_page_html
from pipeline.read.payload import audit, member, next_in_query, objects, plain, query_number, read_json

_QUERY = "?_isAgg=true&_isJson=true&_pageSize=18&_template=index&page=1"
_ISSUED = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日(?!起?(?:施行|实施))")
_NUMBER = re.compile(r"\d日(\S{0,12}?令第\d+号)")
_SUBTITLE = ".sub-title, .sub-til"
_ROW = words(
    "title url publishedTime publishedTimeStr contentHtml content channelName channelId resList "
    "manuscriptId domainMetaList memo author source subTitle"
)


def read_list(page: Page, layout: Layout) -> Listing:
    text = decode(page)
    if not text.lstrip().startswith("<"):
        return _read_json(read_json(text), page, layout)
    tree = parse(text)
    table = select(tree, layout.rows.row)
    if table:
        items, problems = read_rows(tree, page, layout)
        dated = [_with_date(item, row) for item, row in zip(items, table, strict=False)]
        paging = create_page_html(text, page.url)
        return listing(dated, problems, paging.next_url if paging else None, paging.total if paging else None)
    channel = values(tree, "meta[name=channelid]@content")
    if not channel:
        raise ReadError("empty_shell", "neither rows nor meta channelid")
    return Listing(items=(), next_url=urljoin(page.url, f"/searchList/{channel[0]}{_QUERY}"), has_more=True)


def _with_date(item: Listed, row: Element) -> Listed:
    issued = _issued(" ".join(values(row, _SUBTITLE)))
    return replace(item, published=issued[0], precision=issued[1]) if issued else item


def _read_json(answer: dict[str, Any], page: Page, layout: Layout) -> Listing:
    data = member(answer, "data", dict)
    rows = member(data, "results", list)
    problems: list[str] = []
    items: dict[str, Listed] = {}
    for row in objects(rows, problems):
        problems += audit(row, _ROW, "row")
        url, title = canonical(str(row.get("url") or ""), page.url, layout), plain(row.get("title"))
        if not url or not title or not row.get("publishedTime"):
            problems.append(f"a row without address, title or time: {title[:40]}")
            continue
        published, precision = from_millis(row["publishedTime"])
        item = Listed(id=item_id(url, layout), url=url, title=title, published=published, precision=precision)
        items.setdefault(item.id, item)
    number, size = query_number(page.url, "page") or 1, query_number(page.url, "_pageSize") or 18
    if not items and number == 1:
        raise ReadError("no_rows", "the channel's list is empty")
    total = data.get("total") if isinstance(data.get("total"), int) else None
    more = number * size < total if total is not None else len(rows) >= size
    return listing([*items.values()], problems, next_in_query(page.url, "page") if more else None, total)


def read_detail(page: Page, layout: Layout, listed: Listed | None) -> Article:
    reading = Reading(page, layout)
    subtitle = " ".join(reading.texts(_SUBTITLE))
    stated = next((m for text in reading.texts(".content .info, .info") if (m := read_moment(text))), None)
    article = read_article(reading, listed, otherwise=_issued(subtitle) or stated)
    number = _NUMBER.search(subtitle)
    return replace(article, document_number=number[1]) if number else article


def _issued(subtitle: str) -> Moment | None:
    """The latest day of issue or amendment; days of coming into force do not count."""
    days = [read_moment(day) for day in _ISSUED.findall(subtitle)]
    return max((day for day in days if day), default=None)


SYSTEM = System(
    read_list=read_list,
    read_detail=read_detail,
    id=r"/(c\d+)/content\.shtml$",
    rows=Rows(row="#zc-list-content > tr", link="a.list", title=".til"),
    fields=Fields(
        title=(".content-body > h3", ".content h2", "h1"),
        publisher=("meta[name='ContentSource' i]@content",),
        body=(".content-body", ".detail-news"),
        drop=(".content-body > h3",),
        files=(".content-head", "#files"),
    ),
)
