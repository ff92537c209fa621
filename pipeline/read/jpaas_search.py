"""The policy library of jpaas sites (MIIT's 政策文件库): a JSON search, newest first."""

from __future__ import annotations

from typing import Any

from pipeline.model import Listed, Listing, Page
from pipeline.read.html import canonical
from pipeline.read.layout import Layout, ReadError, System
from pipeline.read.moments import from_millis, read_moment
from pipeline.read.pages import item_id, listing, read_page
from pipeline.read.payload import member, next_in_query, objects, page_json, plain, query_number


def read_list(page: Page, layout: Layout) -> Listing:
    answer = page_json(page)
    if answer.get("success") is False:
        raise ReadError("api_error", f"success=False code={answer.get('code')}")
    result = member(member(answer, "data", dict), "searchResult", dict)
    groups = member(result, "dataResults", list)
    problems: list[str] = []
    items: dict[str, Listed] = {}
    for group in objects(groups, problems):
        for found in objects(group.get("groupData") or [group], problems):
            item = _item(found.get("data") or {}, page, layout, problems)
            if item:
                items.setdefault(item.id, item)
    size = query_number(page.url, "pg")
    more = size is not None and len(groups) >= size
    if not items and query_number(page.url, "p") in (None, 1):
        raise ReadError("no_rows", "the search found nothing")
    return listing(
        [*items.values()], problems, next_in_query(page.url, "p") if more else None, result.get("total")
    )


def _item(row: dict[str, Any], page: Page, layout: Layout, problems: list[str]) -> Listed | None:
    url, title = canonical(str(row.get("url") or ""), layout.base, layout), plain(row.get("title"))
    if not url or not title:
        problems.append(f"a row without address or title: {str(row)[:60]}")
        return None
    stated = str(row.get("deploytime") or row.get("publishtime") or "")
    moment = from_millis(stated) if stated.isdigit() else read_moment(stated)
    return Listed(
        id=item_id(url, layout),
        url=url,
        title=title,
        published=moment[0] if moment else None,
        precision=moment[1] if moment else None,
    )


SYSTEM = System(read_list=read_list, read_detail=read_page, id=r"/art_(\w+)\.html")
