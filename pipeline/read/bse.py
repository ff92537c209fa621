"""BSE (北交所): JSONP of one object in a list, asked by POST with a page number from 0.

Titles read `[临时公告]简称:标题`. `publishDate` is the day of disclosure, `upDate` (only without
`needFields`) the true time of upload.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from pipeline.model import Link, Listed, Listing, Page
from pipeline.read.filings import listed_filing, read_filing, without_company
from pipeline.read.html import words
from pipeline.read.layout import Layout, System
from pipeline.read.moments import Moment, from_millis, read_moment
from pipeline.read.payload import audit, member, objects, page_json, plain

_KIND = re.compile(r"^\s*[\[【][^\]】]{1,12}[\]】]\s*")
_ROW = words(
    "companyCd companyName destFilePath disclosurePostTitle disclosureTitle fileExt publishDate "
    "xxfcbj xxzrlx dKey disclosureCode disclosureSubType disclosureType disclosureYear "
    "dxfxTitleSelect filePath infoId isEmergency isNewThree modifyTimes pubDate publishOrg state "
    "upDate upTime"
)


def read_list(page: Page, layout: Layout) -> Listing:
    answer = page_json(page)
    found = member(answer, "listInfo", dict)
    problems = audit(answer, {"listInfo", "status"}, "answer")
    items: dict[str, Listed] = {}
    for row in objects(member(found, "content", (list, type(None))) or [], problems):
        problems += audit(row, _ROW, "row")
        item = listed_filing(_item, row, layout, problems)
        if item:
            items.setdefault(item.id, item)
    number, pages = found.get("number"), found.get("totalPages")
    return Listing(
        items=tuple(items.values()),
        has_more=isinstance(number, int) and isinstance(pages, int) and number + 1 < pages,
        total=found.get("totalElements"),
        problems=tuple(dict.fromkeys(problems)),
    )


def _item(row: dict[str, Any], layout: Layout) -> Listed:
    path, company = str(row["destFilePath"]).strip(), str(row["companyName"] or "").strip()
    published, precision = _moment(row)
    title = without_company(_KIND.sub("", plain(row["disclosureTitle"])), company)
    title += plain(row.get("disclosurePostTitle"))
    native = path.rpartition("/")[2].rpartition(".")[0]
    if not native or not title:
        raise ValueError("file or title is empty")
    url = urljoin(layout.base, path)
    return Listed(
        id=f"{layout.source}:{native}",
        url=url,
        title=title,
        published=published,
        precision=precision,
        code=str(row["companyCd"]),
        company=company or None,
        file=Link(url=url, name=f"{title}.{row.get('fileExt') or path.rpartition('.')[2]}"),
    )


def _moment(row: dict[str, Any]) -> Moment:
    day = read_moment(str(row["publishDate"]))
    if not day:
        raise ValueError(f"publishDate is {row['publishDate']!r}")
    stated = row.get("upDate")
    uploaded = from_millis(stated["time"]) if isinstance(stated, dict) and stated.get("time") else None
    return uploaded if uploaded and uploaded[0].date() == day[0].date() else day


SYSTEM = System(read_list=read_list, read_detail=read_filing, id=r"/(\d+_\d+)\.\w+$", filings=True)
