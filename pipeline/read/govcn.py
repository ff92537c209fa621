"""gov.cn (中国政府网): one JSON array holds all policies, newest first; articles are pages, older papers
with a table of particulars."""

from __future__ import annotations

import json
from typing import Any

from pipeline.model import Listed, Listing, Page
from pipeline.read.guard import is_html
from pipeline.read.html import canonical, decode
from pipeline.read.layout import Fields, Layout, ReadError, System
from pipeline.read.moments import read_moment
from pipeline.read.pages import item_id, listing, read_page
from pipeline.read.payload import audit, objects, plain

_ROW = frozenset({"TITLE", "SUB_TITLE", "URL", "DOCRELPUBTIME"})


def read_list(page: Page, layout: Layout) -> Listing:
    if is_html(page.body):
        raise ReadError("not_json", "HTML came where JSON was asked for")
    try:
        rows = json.loads(decode(page))
    except (json.JSONDecodeError, RecursionError) as error:
        raise ReadError("not_json", str(error)) from None
    if not isinstance(rows, list):
        raise ReadError("bad_shape", f"an array was expected, {type(rows).__name__} came")
    problems: list[str] = []
    items: dict[str, Listed] = {}
    for row in objects(rows, problems):
        problems += audit(row, _ROW, "row")
        item = _item(row, page, layout)
        if item:
            items.setdefault(item.id, item)
        else:
            problems.append(f"a row without address, title or date: {str(row)[:60]}")
    if not items:
        raise ReadError("no_rows", "the list is empty")
    return listing([*items.values()], problems, None, len(rows))


def _item(row: dict[str, Any], page: Page, layout: Layout) -> Listed | None:
    url, title = canonical(str(row.get("URL") or ""), page.url, layout), plain(row.get("TITLE"))
    moment = read_moment(str(row.get("DOCRELPUBTIME") or ""))
    if not url or not title or not moment:
        return None
    return Listed(id=item_id(url, layout), url=url, title=title, published=moment[0], precision=moment[1])


SYSTEM = System(
    read_list=read_list,
    read_detail=read_page,
    id=r"/content_(\d+)\.html?$",
    fields=Fields(
        title=("label:标题", "#ti", ".article h1", "h1", "title"),
        date=("meta[name=firstpublishedtime]@content", "label:发布日期", ".pages-date"),
        publisher=("label:发文机关", ".pages-date .font", ".pages-date"),
        number=("label:发文字号",),
        index=("label:索引号",),
        table="table.bd1",
        body=("#UCAP-CONTENT", ".pages_content"),
    ),
)
