"""Scrapy's downloader, which keeps to one request at a time for a host without a delay, too."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from scrapy import Request
from scrapy.core.downloader import Downloader as ScrapyDownloader
from scrapy.core.downloader import Slot
from scrapy.http import Response
from twisted.internet.defer import Deferred


class Downloader(ScrapyDownloader):
    """Scrapy 2.19 counts a request as under way only when its task first runs, and takes requests from
    a host's queue until then: with a delay one, without a delay all that wait."""

    def _wait_for_download(  # called for what was just taken from the queue, before the next is
        self, slot: Slot, request: Request, queue_dfd: Deferred[Response]
    ) -> Coroutine[Any, Any, None]:
        slot.transferring.add(request)
        return super()._wait_for_download(slot, request, queue_dfd)
