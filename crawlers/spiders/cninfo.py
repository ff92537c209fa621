"""CNINFO (巨潮资讯): a form is posted for a window of days and a page of 30 rows."""

from __future__ import annotations

from dataclasses import replace

from scrapy import FormRequest

from crawlers.spiders.asking import Asking, Step
from pipeline.duplicates import own_title
from pipeline.model import Document, Listing

PAGE_SIZE = 30
MOST = 3000  # rows: after a hundred pages the site is said to give no more
_PLATES = ("sz", "sh")  # well seen; the few of Beijing are in the first pages of the whole


class Cninfo(Asking):
    filters_days = True

    def first(self, step: Step) -> FormRequest:
        form = {
            "pageNum": str(step.number),
            "pageSize": str(PAGE_SIZE),
            "column": "szse",
            "tabName": "fulltext",
            "plate": "",
            "stock": "",
            "searchkey": "",
            "secid": "",
            "category": "",
            "trade": "",
            "seDate": f"{step.first_day}~{step.last_day}",
            "sortName": "",
            "sortType": "",
            "isHLtitle": "true",
        }
        headers = self.headers(step.column.url) | {
            "Origin": self.source.base.rstrip("/"),
            "X-Requested-With": "XMLHttpRequest",
            "Accept": "application/json",
        }
        return FormRequest(step.column.url, formdata=form | step.column.params, headers=headers)

    def parts(self, step: Step, listing: Listing) -> list[Step]:
        if (listing.total or 0) <= MOST or step.column.params.get("plate"):
            return []
        return [replace(step, column=step.column.asking_for({"plate": plate})) for plate in _PLATES]

    def search(self, document: Document) -> dict[str, str]:
        """By title; the exchange prints the company's name before it, CNINFO does not always."""
        return {"searchkey": own_title(document)}

    def following(self, step: Step, listing: Listing) -> FormRequest | None:
        return self.first(step) if listing.has_more else None
