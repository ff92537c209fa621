"""CAC's filing site (beian.cac.gov.cn): a JSON list of notices, each the address of a page at www.cac.gov.cn.

Type 3 are the batches of algorithm filings. The list is short and whole: paging is ignored.
"""

from __future__ import annotations

from typing import Any

from pipeline.model import Listed, Listing, Page
from pipeline.read.html import canonical
from pipeline.read.layout import Layout, ReadError, System
from pipeline.read.moments import Moment, from_millis, read_moment
from pipeline.read.numbered import read_detail
from pipeline.read.pages import item_id, listing
from pipeline.read.payload import audit, member, objects, page_json, plain

_BATCH = "3"


def read_list(page: Page, layout: Layout) -> Listing:
    answer = page_json(page)
    if answer.get("errno") not in (0, "0", None):
        raise ReadError("api_error", f"errno {answer['errno']}")
    problems = audit(answer, {"errno", "datas", "errmsg", "msg", "total"}, "answer")
    items: dict[str, Listed] = {}
    for row in objects(member(answer, "datas", list), problems):
        problems += audit(row, {"noticeId", "type", "title", "content", "createTime", "updateTime"}, "row")
        if str(row.get("type")) != _BATCH:
            continue  # how-to texts and struck-off filings, which are not pages of the site
        url = canonical(str(row.get("content") or ""), page.url, layout)
        title = plain(row.get("title"))
        if not url or not title:
            problems.append(f"a notice without address or title: {row.get('noticeId')}")
            continue
        moment = _moment(row.get("createTime"))
        item = Listed(
            id=item_id(url, layout),
            url=url,
            title=title,
            published=moment[0] if moment else None,
            precision=moment[1] if moment else None,
        )
        items.setdefault(item.id, item)
    if not items:
        raise ReadError("no_rows", "no notice of a batch")
    return listing([*items.values()], problems, None)


def _moment(value: Any) -> Moment | None:
    if isinstance(value, int) or str(value or "").isdigit():
        return from_millis(value)
    return read_moment(str(value or ""))


SYSTEM = System(read_list=read_list, read_detail=read_detail, id=r"/(c_\d+)\.html?$")
