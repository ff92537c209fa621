"""SSE (上交所): JSONP of company bulletins; the two endpoints differ in their rows.

`queryCompanyBulletinNew.do` groups a filing with its enclosures (lists of lists), `queryCompanyBulletin.do`
is flat and adds ADDDATE, the true time of upload. SSEDATE is the day of disclosure: an evening's
filing carries the next one.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from pipeline.model import Link, Listed, Listing, Page
from pipeline.read.filings import listed_filing, read_filing, without_company
from pipeline.read.html import words
from pipeline.read.layout import Layout, ReadError, System
from pipeline.read.moments import Moment, read_moment
from pipeline.read.pages import listing
from pipeline.read.payload import audit, member, next_in_query, objects, page_json, plain, query_number

FILES = "https://static.sse.com.cn"
_ROW = words(
    "SECURITY_CODE SECURITY_NAME TITLE SSEDATE ADDDATE URL BULLETIN_TYPE BULLETIN_TYPE_DESC "
    "BULLETIN_YEAR ORG_BULLETIN_TYPE_DESC ORG_BULLETIN_ID ORG_FILE_TYPE ORG_BULLETIN_TYPE "
    "IS_HOLDER_DISCLOSE NUM BULLETIN_HEADING SPVOLABEL"
)


def read_list(page: Page, layout: Layout) -> Listing:
    answer = page_json(page)
    paging = member(answer, "pageHelp", dict)
    groups = paging.get("data") or answer.get("result") or []
    if not isinstance(groups, list):
        raise ReadError("bad_shape", f"rows are {type(groups).__name__}")
    problems: list[str] = []
    items: dict[str, Listed] = {}
    for row in objects(_flat(groups), problems):
        problems += audit(row, _ROW, "row")
        item = listed_filing(_item, row, layout, problems)
        if item:
            items.setdefault(item.id, item)
    number, pages = paging.get("pageNo") or query_number(page.url, "pageHelp.pageNo"), paging.get("pageCount")
    more = isinstance(number, int) and isinstance(pages, int) and number < pages
    names = ("pageHelp.pageNo", "pageHelp.beginPage", "pageHelp.endPage")
    return listing(
        [*items.values()], problems, next_in_query(page.url, *names) if more else None, paging.get("total")
    )


def _flat(groups: list[Any]) -> list[dict[str, Any]]:
    return [row for group in groups for row in (group if isinstance(group, list) else [group])]


def _item(row: dict[str, Any], layout: Layout) -> Listed:
    path, company = str(row["URL"]).strip(), str(row["SECURITY_NAME"] or "").strip()
    published, precision = _moment(row)
    title = without_company(plain(row["TITLE"]), company)
    native = path.rpartition("/")[2].rpartition(".")[0]
    if not native or not title:
        raise ValueError("file or title is empty")
    url = urljoin(FILES, path)
    return Listed(
        id=f"{layout.source}:{native}",
        url=url,
        title=title,
        published=published,
        precision=precision,
        code=str(row["SECURITY_CODE"]),
        company=company or None,
        file=Link(url=url, name=f"{title}.{path.rpartition('.')[2]}"),
    )


def _moment(row: dict[str, Any]) -> Moment:
    day = read_moment(str(row["SSEDATE"]))
    if not day:
        raise ValueError(f"SSEDATE is {row['SSEDATE']!r}")
    uploaded = read_moment(str(row.get("ADDDATE") or ""))
    return uploaded if uploaded and uploaded[0].date() == day[0].date() else day


SYSTEM = System(read_list=read_list, read_detail=read_filing, id=r"/(\d{6}_\d{8}_\w+)\.\w+$", filings=True)
