"""CNINFO (巨潮资讯): a form is posted for a window of days and a page of 30 rows.

Deep paging is slow and capped at 100 pages, so a back-fill asks day by day. An hourly run asks
`today~tomorrow` in one window: evening filings carry the date of the next day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scrapy import FormRequest

from crawlers.sources import Column
from crawlers.spiders.asking import Asking, Step, days
from pipeline.model import Listing

PAGE_SIZE = 30


class Cninfo(Asking):
    filters_days = True

    def steps(self, column: Column, first_day: date, last_day: date, by_day: bool) -> Iterator[Step]:
        if by_day:
            for day in days(first_day, last_day):
                yield Step(column, day, day)
        else:
            yield Step(column, first_day, last_day)

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

    def following(self, step: Step, listing: Listing) -> FormRequest | None:
        return self.first(step) if listing.has_more else None
