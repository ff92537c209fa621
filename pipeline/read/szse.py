"""SZSE (深交所): JSON of `annList`, asked by POST with the number of the page in the body.

Nothing in the answer names the page, so `has_more` says only that the list is longer than what
came; an empty page is the end. `annId` is CNINFO's number of the same filing.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from pipeline.model import Link, Listed, Listing, Page
from pipeline.read.filings import listed_filing, read_filing, without_company
from pipeline.read.html import words
from pipeline.read.layout import Layout, System
from pipeline.read.moments import read_moment
from pipeline.read.payload import audit, member, objects, page_json, plain

FILES = "https://disc.static.szse.cn/download"
_ROW = words(
    "id annId title publishTime attachPath attachFormat attachSize secCode secName bondType "
    "bigIndustryCode bigCategoryId smallCategoryId channelCode content _index"
)


def read_list(page: Page, layout: Layout) -> Listing:
    answer = page_json(page)
    problems = audit(answer, {"announceCount", "recordCount", "data"}, "answer")
    total = answer.get("announceCount", answer.get("recordCount"))
    items: dict[str, Listed] = {}
    rows = _flat(member(answer, "data", (list, type(None))) or [], problems)
    for row in rows:
        problems += audit(row, _ROW, "row")
        item = listed_filing(_item, row, layout, problems)
        if item:
            items.setdefault(item.id, item)
    return Listing(
        items=tuple(items.values()),
        has_more=bool(rows) and isinstance(total, int) and total > len(rows),
        total=total if isinstance(total, int) else None,
        problems=tuple(dict.fromkeys(problems)),
    )


def _flat(data: list[Any], problems: list[str]) -> list[dict[str, Any]]:
    """One call groups a company's filings under `announList`."""
    rows: list[dict[str, Any]] = []
    for row in objects(data, problems):
        inner = row.get("announList")
        head = {key: row[key] for key in ("secCode", "secName") if key in row}
        rows += [head | filing for filing in objects(inner, problems)] if isinstance(inner, list) else [row]
    return rows


def _one(value: Any) -> str:
    return str((value[0] if value else "") if isinstance(value, list) else value or "").strip()


def _item(row: dict[str, Any], layout: Layout) -> Listed:
    path, company = str(row["attachPath"]).strip(), _one(row["secName"])
    moment = read_moment(str(row["publishTime"]))
    title = without_company(plain(row["title"]), company)
    native = str(row.get("annId") or path.rpartition("/")[2].rpartition(".")[0])
    if not native or not title or not moment:
        raise ValueError("id, title or time is empty")
    url = FILES + urljoin("/", path)
    return Listed(
        id=f"{layout.source}:{native}",
        url=_page(row, layout) or url,
        title=title,
        published=moment[0],
        precision=moment[1],
        code=_one(row["secCode"]) or None,
        company=company or None,
        file=Link(url=url, name=f"{title}.{path.rpartition('.')[2]}"),
        size=int(row["attachSize"]) * 1024 if row.get("attachSize") else None,
    )


def _page(row: dict[str, Any], layout: Layout) -> str | None:
    return (
        urljoin(layout.base, f"/disclosure/listed/bulletinDetail/index.html?{row['id']}")
        if row.get("id")
        else None
    )


SYSTEM = System(read_list=read_list, read_detail=read_filing, id=r"/([\w-]+)\.\w+$", filings=True)
