"""TRS WCM, the system of most ministries (NBS, NDRC, MOST, …), and lists that look like it.

Details are `./YYYYMM/tYYYYMMDD_ID.html`. The day in that name is when the paper was made in the
system; the shown date is the one that counts, then `PubDate`.
"""

from __future__ import annotations

from pipeline.model import Listing, Page
from pipeline.read.html import decode, parse
from pipeline.read.layout import Fields, Layout, ReadError, Rows, System
from pipeline.read.pages import listing, read_page, read_rows
from pipeline.read.paging import create_page_html


def read_list(page: Page, layout: Layout) -> Listing:
    text = decode(page)
    if not text.lstrip().startswith("<"):
        raise ReadError("not_html", f"the answer starts with {text.lstrip()[:40]!r}")
    items, problems = read_rows(parse(text), page, layout)
    paging = create_page_html(text, page.url)
    return listing(items, problems, paging.next_url if paging else None, paging.total if paging else None)


SYSTEM = System(
    read_list=read_list,
    read_detail=read_page,
    id=r"/(t\d{8}_\d+)(?:_ext)?\.s?html?$",
    rows=Rows(row="ul.u-list > li, .list-content li, ul.a_list li", date="span"),
    fields=Fields(
        date=("meta[name='PubDate' i]@content",),
        publisher=("meta[name='ContentSource' i]@content",),
        body=(".TRS_Editor, .TRS_UEDITOR, .trs_editor_view", "#UCAP-CONTENT", "#zoom, #Zoom"),
        files=(".attachment",),
    ),
)
