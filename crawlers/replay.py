"""The download handler of a replay: answers come from the archive, and there is no way to the network."""

from __future__ import annotations

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawlers.archive import Replay
from crawlers.ledger import Refused
from crawlers.middlewares import FETCHED_AT


class ReplayHandler(BaseDownloadHandler):
    lazy = True

    async def download_request(self, request: Request) -> Response:
        replay: Replay = self.crawler.spider.session.replay  # type: ignore[union-attr]
        found = replay.take(request.method, request.url, request.body)
        if found is None:
            raise Refused("not_archived", f"{request.method} {request.url} is not in {replay.path.name}")
        request.meta[FETCHED_AT] = found.fetched_at
        headers = Headers()
        for name, value in found.headers:
            headers.appendlist(name, value)
        kind = responsetypes.from_args(headers=headers, url=request.url, body=found.body)
        return kind(url=request.url, status=found.status, headers=headers, body=found.body)
