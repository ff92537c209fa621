"""NFRA (金融监管总局): JSON all through. Lists by search or by column, an article as one object whose
`docClob` is a whole Word document in HTML, its words split over many spans."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from pipeline.model import Article, Link, Listed, Listing, Page
from pipeline.read.body import read_body
from pipeline.read.html import FILES, canonical, file_links, parse, tidy, words
from pipeline.read.layout import Layout, ReadError, System
from pipeline.read.moments import read_moment
from pipeline.read.numbers import document_number
from pipeline.read.pages import item_id, listing
from pipeline.read.payload import audit, member, next_in_query, objects, page_json, plain, query_number

_DETAIL = "/cbircweb/DocInfo/SelectByDocId?docId="
_STATIC = re.compile(r"pageIndex=(\d+),pageSize=(\d+)")
_ROW = words(
    "id docId itemId itemName docSubtitle docTitle publishDate builddate generaltype docUuid "
    "isTitleLink titleLink docFileUrl pdfFileUrl docSummary indexNo documentNo datafrom"
)
_ARTICLE = words(
    "docId docTitle docSubtitle publishDate docSummary indexNo documentNo agencyType agencyTypeName "
    "docEditdate remark2 documentType builddate interviewTypeName docSource docUuid isTitleLink "
    "titleLink generaltype docFileUrl pdfFileUrl caption aviCodeUrl listTwoItem docClob "
    "attachmentInfoVOList docImageInfoVOList datafrom ifShowShare"
)


def _data(page: Page) -> dict[str, Any]:
    answer = page_json(page)
    if answer.get("rptCode") != 200:
        raise ReadError("api_error", f"rptCode {answer.get('rptCode')}: {answer.get('msg')}")
    data: dict[str, Any] = member(answer, "data", dict)
    return data


def read_list(page: Page, layout: Layout) -> Listing:
    data = _data(page)
    rows = data.get("lists", data.get("rows"))
    if not isinstance(rows, list):
        raise ReadError("bad_shape", f"neither lists nor rows; there are {', '.join(data)}")
    problems = audit(data, {"total", "rulesPageNo", "lists", "rows", "itemName", "itemId"}, "data")
    items: dict[str, Listed] = {}
    for row in objects(rows, problems):
        problems += audit(row, _ROW, "row")
        title = plain(row.get("docSubtitle") or row.get("docTitle"))
        moment = read_moment(str(row.get("publishDate") or ""))
        if not row.get("docId") or not title or not moment:
            problems.append(f"a row without id, title or date: {row.get('docId')} {title[:40]}")
            continue
        url = urljoin(layout.base, f"{_DETAIL}{row['docId']}")
        item = Listed(id=item_id(url, layout), url=url, title=title, published=moment[0], precision=moment[1])
        items.setdefault(item.id, item)
    if not items:
        raise ReadError("no_rows", "the list is empty")
    total = data.get("total") if isinstance(data.get("total"), int) else None
    return listing([*items.values()], problems, _next(page.url, data, len(rows), total), total)


def _next(url: str, data: dict[str, Any], rows: int, total: int | None) -> str | None:
    static = _STATIC.search(url)
    if static:
        number, size = int(static[1]), int(static[2])
        following = _STATIC.sub(f"pageIndex={number + 1},pageSize={size}", url)
    else:
        name = "pageIndex" if query_number(url, "pageIndex") else "pageNo"
        number = query_number(url, name) or 1
        size = query_number(url, "pageSize") or rows
        following = next_in_query(url, name)
    told = data.get("rulesPageNo")
    if isinstance(told, int) and told != number:
        return None  # paging is ignored
    return following if total is not None and number * size < total else None


def read_detail(page: Page, layout: Layout, listed: Listed | None) -> Article:
    data = _data(page)
    title = plain(data.get("docSubtitle")) or tidy(str(data.get("docTitle") or "").replace("\n", ""))
    if not title:
        raise ReadError("no_title", "docSubtitle and docTitle are empty")
    moment = read_moment(str(data.get("publishDate") or ""))
    if not moment:
        raise ReadError("no_date", f"publishDate is {data.get('publishDate')!r}")
    markup = str(data.get("docClob") or "").strip()
    tree = parse(markup) if markup else None
    body, tables = read_body(tree) if tree is not None else ("", ())
    files = {link.url: link for link in _files(data, page, layout)}
    if tree is not None:
        files |= {link.url: link for link in file_links([tree], page.url, layout)}
    if not body and not files:
        raise ReadError("no_body", "docClob is empty and there is no file")
    url = urljoin(layout.base, f"{_DETAIL}{data['docId']}") if data.get("docId") else page.url
    return Article(
        id=item_id(url, layout),
        source=layout.source,
        column=layout.column,
        url=url,
        title=title,
        published=moment[0],
        precision=moment[1],
        publisher=plain(data.get("docSource")) or layout.publisher,
        document_number=document_number(title, body, plain(data.get("documentNo"))),
        index_number=plain(data.get("indexNo")) or None,
        body=body,
        tables=tables,
        links=tuple(files.values()),
        problems=tuple(audit(data, _ARTICLE, "data")),
    )


def _files(data: dict[str, Any], page: Page, layout: Layout) -> list[Link]:
    """Attachments; the names of their members were never seen, so any value that is a file's path counts."""
    rows: list[dict[str, Any]] = [
        row for row in data.get("attachmentInfoVOList") or [] if isinstance(row, dict)
    ]
    rows += [{"url": data.get(key)} for key in ("docFileUrl", "pdfFileUrl") if data.get(key)]
    links = []
    for row in rows:
        paths = [v for v in row.values() if isinstance(v, str) and "/" in v and FILES.search(v.split("?")[0])]
        names = [v for k, v in row.items() if isinstance(v, str) and "name" in k.lower() and v]
        if paths and (url := canonical(paths[0], page.url, layout)):
            links.append(Link(url=url, name=names[0] if names else url.rpartition("/")[2]))
    return links


SYSTEM = System(read_list=read_list, read_detail=read_detail, id=r"[?&]docId=(\d+)")
