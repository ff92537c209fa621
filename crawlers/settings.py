"""Scrapy's settings: the manners that hold for every source, and what a run lays over them.

robots.txt is obeyed, one request at a time goes to a host, with a delay that grows when the host is
slow; the User-Agent says who asks; certificates are checked; nothing listens on a port.
"""

from __future__ import annotations

import logging
from importlib import metadata
from typing import Any

from loguru import logger

import config

BOT_NAME = "zhoubao"
SPIDER_LOADER_CLASS = "crawlers.loader.SourceLoader"
SPIDER_MODULES = ["crawlers.spiders"]

ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS = 4  # what waits for its host's turn cannot be called back when the host turns hostile
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOADER = "crawlers.downloader.Downloader"  # Scrapy's own keeps to that only with a delay
DOWNLOAD_DELAY_JITTER = 0.3
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_MAX_DELAY = 60.0
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/json,application/pdf,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
}
COOKIES_ENABLED = True
METAREFRESH_ENABLED = False  # a page that refreshes itself is a challenge, not a redirect
REDIRECT_MAX_TIMES = 5
RETRY_TIMES = 2
RETRY_HTTP_CODES = [500, 502, 503, 504, 408, 429]  # 403, 412 and 521 are answers, not accidents
HTTPERROR_ALLOW_ALL = True  # every answer is read and named by the spider
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_WARNSIZE = 0

DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # the guard names what it refuses
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawlers.middlewares.HostGuard": 10,
    "crawlers.middlewares.Robots": 100,
    "crawlers.middlewares.Retry": 550,
    "crawlers.middlewares.AddressGuard": 800,
    "crawlers.middlewares.Recorder": 990,
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
}
# Files wait here while they are parsed; the crawl of other pages goes on until this is full.
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 150_000_000

TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
LOG_INSTALL_ROOT_HANDLER = False
STATS_DUMP = False
LOGSTATS_INTERVAL = 0


def user_agent(contact: str | None) -> str:
    """An honest name, in the form that Chinese sites accept, and where to write to."""
    version = metadata.version("zhoubao")
    about = f"; +{contact}" if contact else ""
    return f"Mozilla/5.0 (compatible; zhoubao/{version}{about})"


def of_run(chosen: config.Settings, *, replay: bool) -> dict[str, Any]:
    """What config.yaml says, and for a replay: no network, and no waiting for it."""
    laid: dict[str, Any] = {
        "USER_AGENT": user_agent(chosen.crawl.contact),
        "DOWNLOAD_DELAY": chosen.crawl.delay,
        "DOWNLOAD_TIMEOUT": chosen.crawl.timeout,
        "DOWNLOAD_MAXSIZE": chosen.crawl.max_bytes,
    }
    if replay:
        handler = "crawlers.replay.ReplayHandler"
        laid |= {
            "DOWNLOAD_HANDLERS": {**DOWNLOAD_HANDLERS, "http": handler, "https": handler},
            "DOWNLOAD_DELAY": 0,
            "AUTOTHROTTLE_ENABLED": False,
            "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENT_REQUESTS,
            "HTTPPROXY_ENABLED": False,
            "RETRY_ENABLED": False,
        }
    return laid


class _ToLoguru(logging.Handler):
    """Scrapy and Twisted speak to `logging`; the project has one log."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            level: str | int = logger.level(record.levelname).name
        except ValueError:
            level = record.levelno
        frame, depth = logging.currentframe(), 2
        while frame.f_back and frame.f_code.co_filename == logging.__file__:
            frame, depth = frame.f_back, depth + 1
        logger.opt(depth=depth, exception=record.exc_info).log(level, record.getMessage())


def intercept_logging() -> None:
    root = logging.getLogger()
    if not any(isinstance(handler, _ToLoguru) for handler in root.handlers):
        root.addHandler(_ToLoguru())
        root.setLevel(logging.INFO)
