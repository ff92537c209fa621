"""jpaas (MIIT, and others that bought it): a column page is a shell, its rows come from a "unit" API.

The shell's `script[url$="build/unit"]` names the API and, in single quotes, the query; the ids in
it change, so they are read from the page each time. The answer is JSON with a piece of HTML.
`read_list` reads both: a shell gives no rows and the API's address as `next_url`.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urljoin, urlsplit, urlunsplit

from pipeline.model import Listing, Page
from pipeline.read.html import Element, decode, parse, select
from pipeline.read.layout import Fields, Layout, ReadError, Rows, System
from pipeline.read.pages import listing, read_page, read_rows
from pipeline.read.payload import audit, read_json

_PAIR = re.compile(r"'([^']*)'\s*:\s*'([^']*)'")


def read_list(page: Page, layout: Layout) -> Listing:
    text = decode(page)
    if text.lstrip().startswith("<"):
        return Listing(items=(), next_url=unit_url(parse(text), page.url), has_more=True)
    answer = read_json(text)
    problems = audit(answer, {"code", "success", "data", "message", "msg", "timestamp"}, "answer")
    data = answer.get("data")
    fragment = data.get("html") if isinstance(data, dict) else None
    if not answer.get("success") or not isinstance(fragment, str):
        raise ReadError("api_error", f"success={answer.get('success')} code={answer.get('code')}, no html")
    if not fragment.strip():
        raise ReadError("no_rows", "the unit is empty")
    tree = parse(fragment)
    items, found = read_rows(tree, page, layout)
    next_url, total, odd = _paging(tree, page.url)
    return listing(items, problems + found + odd, next_url, total)


def unit_url(tree: Element, url: str) -> str:
    """The API call that a shell describes. Raises ReadError (empty_shell) when it describes none."""
    units = [s for s in tree.iter("script") if "build/unit" in (s.get("url") or "")]
    lists = [(s, dict(_PAIR.findall(s.get("querydata") or ""))) for s in units]
    # A page may have units for its head and foot too; the rows' unit is tagged so.
    named = [pair for pair in lists if pair[1].get("tagId") in ("右侧内容", "当前栏目_list")]
    if not (chosen := named or lists):
        raise ReadError("empty_shell", "the page shell has no build/unit script")
    script, query = chosen[0]
    if not query:
        raise ReadError("empty_shell", "the build/unit script has no queryData")
    return f"{urljoin(url, script.get('url'))}?{urlencode(query, quote_via=quote)}"


def _paging(tree: Element, url: str) -> tuple[str | None, int | None, list[str]]:
    marks = select(tree, "div.pagination")
    if not marks:
        return None, None, []
    rows, count, number = (_whole(marks[0].get(name)) for name in ("rows", "count", "pageno"))
    if rows is None or count is None or number is None:
        return None, count, ["pagination: rows, count or pageNo is missing"]
    asked = _asked(url)
    if asked and asked != number:
        return None, count, [f"pagination: page {asked} was asked for, page {number} came"]
    if number * rows >= count:
        return None, count, []
    parts = urlsplit(url)
    query: dict[str, Any] = {k: v[0] for k, v in parse_qs(parts.query, keep_blank_values=True).items()}
    query["paramJson"] = json.dumps({"pageNo": number + 1, "pageSize": rows}, separators=(",", ":"))
    return urlunsplit(parts._replace(query=urlencode(query, quote_via=quote))), count, []


def _asked(url: str) -> int | None:
    stated = parse_qs(urlsplit(url).query).get("paramJson")
    found = re.search(r'"pageNo"\s*:\s*"?(\d+)', stated[0]) if stated else None
    return int(found[1]) if found else None


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


SYSTEM = System(
    read_list=read_list,
    read_detail=read_page,
    id=r"/art_(\w+)\.html",
    rows=Rows(row=".page-content li", link="a", date="span"),
    fields=Fields(
        title=("#con_title", "h1"),
        date=("#con_time", ".xxgk-span4", "meta[name='PubDate' i]@content"),
        publisher=(".cinfo", "meta[name='ContentSource' i]@content"),
        table=".xxgk-table, .xxgk table",
        body=("#con_con", ".ccontent"),
        files=(".fjxz", ".xgfj"),
    ),
)
