"""A process with a running reactor that makes the crawls that tests ask for, one line of JSON each."""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
import warnings
from datetime import date, datetime
from pathlib import Path
from typing import Any

from loguru import logger
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import ScrapyDeprecationWarning

from config import Settings
from crawlers.run import crawl_here
from crawlers.settings import intercept_logging
from pipeline.model import UserError
from pipeline.tagger import load_lexicon
from tests.crawlers.internet import MappedResolver

INTERNET = {
    "DOWNLOAD_HANDLERS": {
        "http": "tests.crawlers.internet.MappedHandler",
        "https": "tests.crawlers.internet.MappedHandler",
        "data": None,
        "file": None,
        "ftp": None,
        "s3": None,
    },
    "AUTOTHROTTLE_ENABLED": False,
    "DOWNLOAD_DELAY": 0,
}
lexicon = load_lexicon()


async def one(order: dict[str, Any]) -> dict[str, Any]:
    settings = Settings.model_validate(order["settings"])
    MappedResolver.addresses = order.get("addresses", {})
    overrides, session = dict(order.get("overrides", {})), {"lexicon": lexicon, **order.get("session", {})}
    if order.get("now"):
        now = datetime.fromisoformat(order["now"])
        session["clock"] = lambda: now
    if order.get("port"):
        overrides = {**INTERNET, "INTERNET_PORT": order["port"], **overrides}
    days = {name: date.fromisoformat(order[name]) for name in ("since", "until") if order.get(name)}
    replay = Path(order["replay"]) if order.get("replay") else None
    try:
        run = await crawl_here(
            settings, order["source"], **days, replay=replay, overrides=overrides, **session
        )
    except UserError as error:
        return {"error": str(error), "type": type(error).__name__}
    except Exception:  # noqa: BLE001  the test is told
        return {"error": traceback.format_exc(), "type": "crash"}
    return run.as_dict()


async def serve() -> None:
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(line)
        print(json.dumps(await one(order) | {"order": order.get("order")}), flush=True)


def main() -> None:
    warnings.simplefilter("error", ScrapyDeprecationWarning)
    logger.remove()
    logger.add(sys.stderr, level="DEBUG" if "-v" in sys.argv else "ERROR")
    intercept_logging()
    process = AsyncCrawlerProcess(
        {"TWISTED_DNS_RESOLVER": "tests.crawlers.internet.MappedResolver", "LOG_INSTALL_ROOT_HANDLER": False}
    )

    from twisted.internet import reactor

    async def work() -> None:
        await serve()
        reactor.stop()

    asyncio.get_event_loop().create_task(work())
    process.start(stop_after_crawl=False, install_signal_handlers=False)


if __name__ == "__main__":
    main()
