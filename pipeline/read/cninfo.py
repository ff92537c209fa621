"""CNINFO (巨潮资讯), the official place of all three exchanges' filings: a JSON answer to a form.

`announcementTime` is the day of disclosure at midnight for what was sent in after trading (a
Friday evening's filing carries Saturday), and a real clock only for filings of the same day.
History: until 2017 the search was a page in GBK (`search.jsp`); `read_list` still reads it.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from pipeline.model import Link, Listed, Listing, Page
from pipeline.read.filings import listed_filing, read_filing
from pipeline.read.guard import is_html
from pipeline.read.html import Element, canonical, parse_html, select, tidy, whole_text, words
from pipeline.read.layout import Layout, ReadError, System
from pipeline.read.moments import from_millis, read_moment
from pipeline.read.payload import audit, member, objects, page_json, plain

FILES = "https://static.cninfo.com.cn/"
_DETAIL = "http://www.cninfo.com.cn/new/disclosure/detail"
_ANSWER = words(
    "classifiedAnnouncements totalSecurities totalAnnouncement totalRecordNum announcements "
    "categoryList hasMore totalpages"
)
_ROW = words(
    "id secCode secName orgId orgName announcementId announcementTitle announcementTime adjunctUrl "
    "adjunctSize adjunctType storageTime columnId pageColumn announcementType announcementTypeName "
    "associateAnnouncement important batchNum announcementContent shortTitle tileSecName secNameList"
)


def read_list(page: Page, layout: Layout) -> Listing:
    if is_html(page.body) and b"da_tbl" in page.body:
        return _read_2017(page, layout)
    answer = page_json(page)
    rows = member(answer, "announcements", (list, type(None))) or []  # null when there is none
    total = member(answer, "totalAnnouncement", int)
    problems = audit(answer, _ANSWER, "answer")
    items: dict[str, Listed] = {}
    for row in objects(rows, problems):
        problems += audit(row, _ROW, "row")
        item = listed_filing(_item, row, layout, problems)
        if item:
            items.setdefault(item.id, item)
    if total and not rows and answer.get("hasMore"):
        problems.append(f"{total} announcements are promised and none came")
    return Listing(
        items=tuple(items.values()),
        has_more=bool(answer.get("hasMore")),
        total=total,
        problems=tuple(dict.fromkeys(problems)),
    )


def _item(row: dict[str, Any], layout: Layout) -> Listed:
    number, path = str(row["announcementId"] or ""), str(row["adjunctUrl"] or "").lstrip("/")
    published, precision = from_millis(row["announcementTime"])
    title = plain(row["announcementTitle"])
    if not number.isdigit() or not title or not path:
        raise ValueError("id, title or file is empty")
    code = str(row["secCode"] or "").split(",")[0] or None
    query = {
        "stockCode": code or "",
        "announcementId": number,
        "orgId": row.get("orgId") or "",
        "announcementTime": f"{published:%Y-%m-%d}",
    }
    size = row.get("adjunctSize")
    return Listed(
        id=f"{layout.source}:{number}",
        url=f"{_DETAIL}?{urlencode(query)}",
        title=title,
        published=published,
        precision=precision,
        code=code,
        company=str(row["secName"] or "").strip() or None,
        file=Link(url=FILES + path, name=f"{title}.{path.rpartition('.')[2]}"),
        size=int(size) * 1024 if size is not None else None,
    )


# ---------------------------------------------------------------- until 2017


def _read_2017(page: Page, layout: Layout) -> Listing:
    tree = parse_html(page)
    items: dict[str, Listed] = {}
    problems: list[str] = []
    for row in select(tree, "td.dm"):
        try:
            item = _item_2017(row.getparent(), page, layout)
        except ReadError as error:
            problems.append(error.detail)
            continue
        items.setdefault(item.id, item)
    pages = re.search(r"共\s*(\d+)\s*页", whole_text(tree))
    number = re.search(r"第\s*(\d+)\s*页", whole_text(tree))
    more = bool(pages and number and int(number[1]) < int(pages[1]))
    return Listing(items=tuple(items.values()), has_more=more, problems=tuple(problems))


def _item_2017(row: Element, page: Page, layout: Layout) -> Listed:
    cells = {cell.get("class"): cell for cell in row.iter("td")}
    links = select(row, "td.qsgg a")
    number = re.search(r"/(\d+)\.\w+$", links[0].get("href") or "") if links else None
    moment = read_moment(whole_text(cells["ggsj"])) if "ggsj" in cells else None
    if not number or not moment:
        raise ReadError("bad_shape", f"a row without file or date: {tidy(whole_text(row))[:40]}")
    company, _, title = tidy(whole_text(links[0])).partition("：")
    size = re.search(r"\((\d+)K\)", whole_text(cells["qsgg"]))
    url = canonical(links[0].get("href"), page.url, layout)
    path = re.sub(r"^https?://[^/]+/", "", url)
    return Listed(
        id=f"{layout.source}:{number[1]}",
        url=FILES + path,
        title=title or company,
        published=moment[0],
        precision=moment[1],
        code=tidy(whole_text(cells["dm"])) or None,
        company=company if title else None,
        file=Link(url=FILES + path, name=f"{title or company}.{path.rpartition('.')[2]}"),
        size=int(size[1]) * 1024 if size else None,
    )


SYSTEM = System(read_list=read_list, read_detail=read_filing, id=r"/(\d+)\.PDF", filings=True)
