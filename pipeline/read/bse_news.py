"""BSE's own news (北交所要闻、业务通知): JSONP of one object in a list, asked by POST, page by page from 0.

Rows lead to articles of the site (`htmlUrl`), to another address (`linkUrl`) or to nothing but a file
(`fileUrl`). Told by several programs that read the lists; no article was seen as it came. A row may
also have the article as `text`: what exactly is in that is told by one program only, so it is neither
asked for nor used, and the page is read.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from msgspec.structs import replace

from pipeline.model import Article, Link, Listed, Listing, Page
from pipeline.read.html import FILES, Element, canonical, parse_html, select, words
from pipeline.read.layout import Fields, Layout, ReadError, System
from pipeline.read.moments import read_moment
from pipeline.read.pages import Reading, item_id, listing, read_article
from pipeline.read.payload import audit, member, objects, page_json, plain

_ROW = words(
    "infoId title htmlUrl linkUrl fileUrl fileName publishDate metaDescription subTitle text tags nodeId "
    "mlinkUrl picURL p1 potenctLevel fileExtension"
)
_DATA = words(
    "content totalElements totalPages number numberOfElements size sort first last firstPage lastPage pageable empty"
)


def read_list(page: Page, layout: Layout) -> Listing:
    answer = page_json(page)
    if answer.get("result") is False:
        raise ReadError("api_error", "result is false")
    problems = audit(answer, {"result", "data", "status", "message", "msg"}, "answer")
    data = member(answer, "data", dict)
    problems += audit(data, _DATA, "data")
    items: dict[str, Listed] = {}
    rows = member(data, "content", list)
    for row in objects(rows, problems):
        problems += audit(row, _ROW, "row")
        item = _item(row, layout, problems)
        if item:
            items.setdefault(item.id, item)
    found = listing([*items.values()], problems, None, member(data, "totalElements", int))
    return replace(found, has_more=bool(rows))


def _item(row: dict[str, Any], layout: Layout, problems: list[str]) -> Listed | None:
    # A line end stands in some titles as the two characters \n.
    title = plain(str(row.get("title") or "").replace("\\n", " "))
    address = next((row[name] for name in ("linkUrl", "htmlUrl", "fileUrl") if row.get(name)), "")
    url = canonical(str(address), layout.base, layout)
    moment = read_moment(str(row.get("publishDate") or ""))
    if not url or not title or not moment:
        problems.append(f"a row without address, title or date: {title[:40]}")
        return None
    item = Listed(id=item_id(url, layout), url=url, title=title, published=moment[0], precision=moment[1])
    ending = FILES.search(urlsplit(url).path)
    if not ending or urlsplit(url).hostname not in layout.hosts:
        return item
    return replace(item, file=Link(url=url, name=f"{title}{ending[0]}"))


def read_detail(page: Page, layout: Layout, listed: Listed | None) -> Article:
    tree = parse_html(page)
    for place in select(tree, "#fileDownload"):
        _link_its_file(place)
    reading = Reading(page, layout, tree)
    shown = next((m for text in reading.texts(".date_span") if (m := read_moment(text))), None)
    article = read_article(reading, listed, otherwise=shown)
    if listed is None or listed.title == article.title:
        return article
    told = f"title: the page says {article.title}"
    return replace(article, title=listed.title, problems=(*article.problems, told))


def _link_its_file(place: Element) -> None:
    """The file's address is an attribute of the box, which a script gives to the link inside it."""
    address = (place.get("file") or "").strip()
    if not address:
        return
    link = next(place.iter("a"), None)
    if link is None:
        link = etree.SubElement(place, "a")
    link.set("href", address)
    link.text = link.get("download") or link.text


SYSTEM = System(
    read_list=read_list,
    read_detail=read_detail,
    id=r"/(\d{6,})\.html$",
    fields=Fields(
        title=("title",),
        # The first is told of the exchange's rules, the others are usual elsewhere; else it is `no_body`.
        body=(".in_main", "#zoom", ".article", ".news_content", ".TRS_Editor"),
        drop=("h1", ".date_span", "#fileDownload"),
        files=("#fileDownload",),
    ),
)
