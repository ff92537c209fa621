"""The exchanges' own interfaces, and Eastmoney's, which has the same filings.

SSE and Eastmoney are asked with a query whose next page the reader knows; SZSE takes JSON and BSE a
form with the number of the page, BSE's counted from 0.
"""

from __future__ import annotations

import json
from urllib.parse import urlencode

from scrapy import FormRequest, Request

from crawlers.sources import Column
from crawlers.spiders.asking import Asking, Step
from pipeline.model import Document, Listed, Listing

SZSE_PAGE = 50
BSE_NEWS_PAGE = 20
_BSE_FIELDS = (
    "companyCd", "companyName", "disclosureTitle", "disclosurePostTitle", "destFilePath",
    "publishDate", "xxfcbj", "fileExt", "xxzrlx",
)  # fmt: skip
_BSE_NEWS_FIELDS = ("infoId", "title", "linkUrl", "htmlUrl", "publishDate", "fileUrl")


def _first_page(size: str) -> dict[str, str]:
    """Of SSE; the order of the parameters stays, for an archive is asked by the whole address."""
    return {
        "pageHelp.pageSize": size,
        "pageHelp.pageNo": "1",
        "pageHelp.beginPage": "1",
        "pageHelp.endPage": "1",
    }


class Sse(Asking):
    filters_days = True

    def first(self, step: Step) -> Request:
        query = {
            "jsonCallBack": "jsonpCallback1",
            "isPagination": "true",
            **_first_page("25"),
            "pageHelp.cacheSize": "1",
            "START_DATE": str(step.first_day),
            "END_DATE": str(step.last_day),
            "SECURITY_CODE": "",
            "TITLE": "",
            "BULLETIN_TYPE": "",
            "stockType": "",
        }
        url = f"{step.column.url}?{urlencode(query | step.column.params)}"
        return Request(url, headers=self.headers(step.column.url))


class Eastmoney(Asking):
    filters_days = True

    def first(self, step: Step) -> Request:
        days = {"begin_time": str(step.first_day), "end_time": str(step.last_day)}
        url = f"{step.column.url}&{urlencode(days | step.column.params)}"
        return Request(url, headers=self.headers(step.column.url))

    def search(self, document: Document) -> dict[str, str]:
        return {"stock_list": document.code or ""}


class Szse(Asking):
    filters_days = True

    def first(self, step: Step) -> Request:
        body = {
            "seDate": [str(step.first_day), str(step.last_day)],
            **{name: [value] for name, value in step.column.params.items()},
            "pageSize": SZSE_PAGE,
            "pageNum": step.number,
        }
        headers = self.headers(step.column.url) | {
            "Origin": self.source.base.rstrip("/"),
            "Content-Type": "application/json",
            "X-Requested-With": "XMLHttpRequest",
        }
        return Request(step.column.url, method="POST", body=json.dumps(body), headers=headers)

    def following(self, step: Step, listing: Listing) -> Request | None:
        # The answer does not say which page it is; the rows before this one are counted here.
        more = listing.has_more and (listing.total or 0) > (step.number - 1) * SZSE_PAGE
        return self.first(step) if more else None


class Bse(Asking):
    filters_days = True

    def first(self, step: Step) -> Request:
        form = [
            ("disclosureType[]", "5"),
            ("disclosureSubtype[]", ""),
            ("page", str(step.number - 1)),
            ("companyCd", ""),
            ("isNewThree", "1"),
            ("startTime", str(step.first_day)),
            ("endTime", str(step.last_day)),
            ("keyword", ""),
            *step.column.params.items(),
            *(("needFields[]", name) for name in _BSE_FIELDS),
            ("sortfield", "xxssdq"),
            ("sorttype", "asc"),
        ]
        return FormRequest(step.column.url, formdata=form, headers=self.headers(self.source.base))

    def following(self, step: Step, listing: Listing) -> Request | None:
        return self.first(step) if listing.has_more else None


class BseNews(Asking):
    """The exchange's own news, as the pages of its columns ask for it."""

    def first(self, step: Step) -> Request:
        form = [
            ("page", str(step.number - 1)),
            ("pageSize", str(BSE_NEWS_PAGE)),
            ("keywords", ""),
            ("startTime", ""),
            ("endTime", ""),
            *step.column.params.items(),
            *(("needFields[]", name) for name in _BSE_NEWS_FIELDS),
        ]
        headers = self.led(step.column, self.source.base) | {"X-Requested-With": "XMLHttpRequest"}
        return FormRequest(step.column.url, formdata=form, headers=headers)

    def following(self, step: Step, listing: Listing) -> Request | None:
        # The answer is not known to say which page it is; the rows before this one are counted here.
        more = listing.has_more and (listing.total or 0) > (step.number - 1) * BSE_NEWS_PAGE
        return self.first(step) if more else None

    def detail(self, column: Column, listed: Listed) -> Request:
        return Request(listed.url, headers=self.led(column, self.source.base))


class SseIssuers(Asking):
    """The list of companies, as its page asks for it; STOCK_TYPE is the column's."""

    def first(self, step: Step) -> Request:
        query = {
            "sqlId": "COMMON_SSE_CP_GPJCTPZ_GPLB_GP_L",
            "type": "inParams",
            "isPagination": "true",
            "COMPANY_STATUS": "2,4,5,7,8",
            "REG_PROVINCE": "",
            "CSRC_CODE": "",
            "STOCK_CODE": "",
            "pageHelp.cacheSize": "1",
            **_first_page("2000"),
        }
        url = f"{step.column.url}?{urlencode(query | step.column.params)}"
        return Request(url, headers=self.led(step.column, step.column.url))


class BseIssuers(Asking):
    """The list of companies, as its page asks for it."""

    def first(self, step: Step) -> Request:
        form = {"page": str(step.number - 1), **step.column.params}
        return FormRequest(step.column.url, formdata=form, headers=self.led(step.column, self.source.base))

    def following(self, step: Step, listing: Listing) -> Request | None:
        return self.first(step) if listing.has_more else None
