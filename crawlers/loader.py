"""Makes a spider of every source's YAML, so that `scrapy list` and `scrapy crawl SOURCE` work."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.settings import BaseSettings

from crawlers.companies import CompaniesSpider
from crawlers.sources import Source, load_sources
from crawlers.spider import SourceSpider


def spider_of(source: Source) -> type[SourceSpider]:
    base = CompaniesSpider if source.issuers else SourceSpider
    # The company table is read on sites that are crawled every hour; it is the one that gives way.
    others = [other for other in load_sources().values() if source.issuers and other.id != source.id]
    shared = tuple(other for other in others if {*other.hosts} & {*source.hosts})
    return type(
        f"{source.id.title()}Spider", (base,), {"name": source.id, "source": source, "shared": shared}
    )


class SourceLoader:
    """Scrapy's spider loader protocol over the sources."""

    def __init__(self) -> None:
        self._sources = load_sources()

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        return cls()

    def load(self, spider_name: str) -> type[SourceSpider]:
        if spider_name not in self._sources:
            raise KeyError(f"Spider not found: {spider_name}")
        return spider_of(self._sources[spider_name])

    def find_by_request(self, request: Request) -> list[str]:
        host = urlsplit(request.url).hostname
        return [name for name, source in self._sources.items() if host in source.hosts]

    def list(self) -> list[str]:  # last: the name hides the type
        return [*self._sources]
