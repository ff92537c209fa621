"""Eastmoney (东方财富), cross-check and fall-back for the exchanges' filings: two JSON calls.

`notice_date` is the day of disclosure, `eiTime` the true time of upload. The text comes in pages of
about 5,000 characters; of a longer filing only the first is in the answer, and the PDF is linked.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from pipeline.model import Article, Link, Listed, Listing, Page
from pipeline.read.filings import listed_filing, without_company
from pipeline.read.html import tidy, words
from pipeline.read.layout import Layout, ReadError, System
from pipeline.read.moments import Moment, read_moment
from pipeline.read.payload import audit, member, next_in_query, objects, page_json, plain, query_number

_TEXT = "https://np-cnotice-stock.eastmoney.com/api/content/ann"
_ROW = words(
    "art_code title title_ch title_en notice_date eiTime codes columns display_time sort_date "
    "source_type product_code listing_state language"
)
_ARTICLE = words(
    "art_code attach_list attach_list_ch attach_list_en attach_size attach_type attach_url "
    "attach_url_web eitime notice_content notice_date notice_title page_size page_size_ch "
    "page_size_cht page_size_en security short_name language is_ai_summary is_rich extend"
)


def _data(page: Page) -> dict[str, Any]:
    answer = page_json(page)
    if answer.get("success") != 1:
        raise ReadError("api_error", f"success={answer.get('success')}: {answer.get('error')}")
    data: dict[str, Any] = member(answer, "data", dict)
    return data


def read_list(page: Page, layout: Layout) -> Listing:
    data = _data(page)
    problems = audit(data, {"page_index", "page_size", "total_hits", "list"}, "data")
    items: dict[str, Listed] = {}
    for row in objects(member(data, "list", (list, type(None))) or [], problems):
        problems += audit(row, _ROW, "row")
        item = listed_filing(_item, row, layout, problems)
        if item:
            items.setdefault(item.id, item)
    number, size, total = (data.get(key) for key in ("page_index", "page_size", "total_hits"))
    more = all(isinstance(n, int) for n in (number, size, total)) and number * size < total  # type: ignore[operator]
    following = (
        next_in_query(page.url, "page_index") if more and query_number(page.url, "page_index") else None
    )
    return Listing(
        items=tuple(items.values()),
        next_url=following,
        has_more=more,
        total=total if isinstance(total, int) else None,
        problems=tuple(dict.fromkeys(problems)),
    )


def _item(row: dict[str, Any], layout: Layout) -> Listed:
    number = str(row["art_code"])
    who = (row.get("codes") or [{}])[0]
    company = str(who.get("short_name") or "").strip()
    title = without_company(plain(row["title"]), company)
    if not number or not title:
        raise ValueError("id or title is empty")
    published, precision = _moment(row["notice_date"], row.get("eiTime"))
    return Listed(
        id=f"{layout.source}:{number}",
        url=f"{_TEXT}?{urlencode({'art_code': number, 'client_source': 'web', 'page_index': 1})}",
        title=title,
        published=published,
        precision=precision,
        code=str(who.get("stock_code") or "") or None,
        company=company or None,
    )


def _moment(day: Any, uploaded: Any) -> Moment:
    disclosed, sent = read_moment(str(day)), read_moment(str(uploaded or ""))
    if not disclosed:
        raise ValueError(f"notice_date is {day!r}")
    return sent if sent and sent[0].date() == disclosed[0].date() else disclosed


def read_detail(page: Page, layout: Layout, listed: Listed | None) -> Article:
    data = _data(page)
    problems = audit(data, _ARTICLE, "data")
    title = plain(data.get("notice_title")) or (listed.title if listed else "")
    if not title:
        raise ReadError("no_title", "notice_title is empty")
    try:
        published, precision = _moment(data.get("notice_date"), data.get("eitime"))
    except ValueError as error:
        raise ReadError("no_date", str(error)) from None
    lines = [line for part in str(data.get("notice_content") or "").splitlines() if (line := tidy(part))]
    file = str(data.get("attach_url") or "").partition("?")[0]
    pages = data.get("page_size") or 1
    links = (Link(url=file, name=f"{title}.pdf"),) if file and (pages > 1 or not lines) else ()
    if pages > 1:
        problems.append(f"text: page 1 of {pages}; the whole is in the file")
    if not lines and not links:
        raise ReadError("no_body", "notice_content is empty and no file is linked")
    who = (data.get("security") or [{}])[0]
    company = str(who.get("short_name") or "").strip() or None
    number = str(data.get("art_code") or "")
    return Article(
        id=f"{layout.source}:{number}",
        source=layout.source,
        column=layout.column,
        url=page.url,
        title=without_company(title, company),
        published=published,
        precision=precision,
        publisher=company or layout.publisher,
        body="\n".join(lines),
        links=links,
        code=str(who.get("stock") or "") or None,
        company=company,
        problems=tuple(problems),
    )


SYSTEM = System(read_list=read_list, read_detail=read_detail, id=r"[?&]art_code=(AN\d+)")
