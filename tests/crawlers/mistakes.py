"""A mistake of ours, laid into a crawl as a spider middleware: around the reading of one list."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy.http import Response

PLACE = "n2588119/index.html"


class Raises:
    async def process_spider_output(
        self, response: Response, result: AsyncIterator[Any]
    ) -> AsyncIterator[Any]:
        if PLACE in response.url:
            raise KeyError("title")
        async for one in result:
            yield one


class Forgets:
    async def process_spider_output(
        self, response: Response, result: AsyncIterator[Any]
    ) -> AsyncIterator[Any]:
        if PLACE not in response.url:
            async for one in result:
                yield one
