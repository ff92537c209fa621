"""Page → Listing or Article: one module per publishing system, no network, no clock.

`read_list` and `read_detail` raise `ReadError` with a named outcome; what is odd but readable is
listed in `problems` of what they return.
"""

from __future__ import annotations

from pipeline.model import Article, Listed, Listing, Page
from pipeline.read import (
    beian,
    bse,
    bse_news,
    cninfo,
    csrc,
    eastmoney,
    govcn,
    issuers,
    jpaas,
    jpaas_search,
    nfra,
    numbered,
    sasac,
    sse,
    szse,
    trs,
)
from pipeline.read.guard import check
from pipeline.read.layout import Fields, Layout, ReadError, Rows, System

__all__ = ["SYSTEMS", "Fields", "Layout", "ReadError", "Rows", "System", "check", "read_detail", "read_list"]

SYSTEMS: dict[str, System] = {
    "beian": beian.SYSTEM,
    "bse": bse.SYSTEM,
    "bse_issuers": issuers.BSE,
    "bse_news": bse_news.SYSTEM,
    "cninfo": cninfo.SYSTEM,
    "cninfo_issuers": issuers.CNINFO,
    "csrc": csrc.SYSTEM,
    "eastmoney": eastmoney.SYSTEM,
    "govcn": govcn.SYSTEM,
    "jpaas": jpaas.SYSTEM,
    "jpaas_search": jpaas_search.SYSTEM,
    "nfra": nfra.SYSTEM,
    "numbered": numbered.SYSTEM,
    "sasac": sasac.SYSTEM,
    "sse": sse.SYSTEM,
    "sse_issuers": issuers.SSE,
    "szse": szse.SYSTEM,
    "szse_issuers": issuers.SZSE,
    "trs": trs.SYSTEM,
}


def _guarded(page: Page) -> None:
    refused = check(page)
    if refused:
        raise ReadError(refused, f"status {page.status}, {len(page.body)} bytes")


def read_list(page: Page, layout: Layout) -> Listing:
    """The rows of a list page or list answer. Raises ReadError."""
    _guarded(page)
    return SYSTEMS[layout.system].read_list(page, layout)


def read_detail(page: Page, layout: Layout, listed: Listed | None = None) -> Article:
    """The article of a page. Filings need their row; the page is then the file. Raises ReadError."""
    _guarded(page)
    return SYSTEMS[layout.details].read_detail(page, layout, listed)
