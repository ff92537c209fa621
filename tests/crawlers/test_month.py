"""Thirty simulated days of hourly runs of all sources, and a back-fill over the same days.

`zhoubao` promises that every item that ever appeared is stored exactly once, within one run of its
appearance, and that runs stay cheap. The days to simulate come from the environment, so that the
suite stays quick: ZHOUBAO_DAYS=30 is the whole.
"""

from __future__ import annotations

import os
import random
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from crawlers.sources import load_sources
from pipeline.model import SHANGHAI
from tests.crawlers import exchange_sites as exchanges
from tests.crawlers import more_sites as more
from tests.crawlers import sites
from tests.crawlers.conftest import Crawler, Desk
from tests.crawlers.internet import Internet
from tests.crawlers.published import Item
from tests.crawlers.sites import Pages, whole

DAYS = int(os.environ.get("ZHOUBAO_DAYS", "2"))
EVERY = int(os.environ.get("ZHOUBAO_HOURS", "4"))  # hours between the runs of a source
BEGIN = datetime(2024, 2, 19, 0, 5, tzinfo=SHANGHAI)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

MINISTRIES: dict[str, type[Pages]] = {
    "sasac": sites.Sasac,
    "nbs": sites.Trs,
    "miit": sites.Jpaas,
    "cac": sites.Cac,
    "ndrc": more.Ndrc,
    "most": more.Most,
    "csrc": more.Csrc,
    "nfra": more.Nfra,
    "govcn": more.Govcn,
    "nda": more.Nda,
}
EXCHANGES: dict[str, tuple[Any, str]] = {
    "cninfo": (exchanges.Cninfo, "300001"),
    "sse": (exchanges.Sse, "600000"),
    "szse": (exchanges.Szse, "000001"),
    "bse": (exchanges.Bse, "830799"),
    "eastmoney": (exchanges.Eastmoney, "300001"),
}


def news(draw: random.Random, source: int, column: int) -> list[Item]:
    """Some items a day, in office hours, now and then one that appears hours after the time it prints."""
    first = (source * 20 + column) * 1000 + 999
    old = f"第{first}号旧事项。\n请知悉。"
    published = [Item(first, f"关于第{first}号旧事项的通知", BEGIN - 5 * DAY, old)]
    for day in range(-5, DAYS):
        for n in range(draw.randint(0, 2)):
            at = BEGIN + day * DAY + timedelta(hours=9 + draw.random() * 9, minutes=n)
            number = (source * 20 + column) * 1000 + (day + 5) * 10 + n
            text = f"各有关单位：\n第{number}号事项自印发之日起施行，请遵照执行并于月底前报送{number}号表。"
            late = timedelta(hours=draw.choice([0, 0, 0, 5]))
            published.append(
                Item(
                    number,
                    f"关于第{number}号事项的通知",
                    at + late,
                    text,
                    shown=at.replace(second=0, microsecond=0),
                )
            )
    return published


def filed(draw: random.Random, exchange: int, code: str) -> list[Item]:
    """By day (a real clock) and, most of them, in the evening with the next trading day's date."""
    sent = []
    for day in range(-1, DAYS):
        date = (BEGIN + day * DAY).date()
        if date.weekday() >= 5:
            continue
        for n in range(draw.randint(4, 9)):
            number = exchange * 1_000_000 + (day + 5) * 1000 + n
            title, text = f"关于第{number}号议案的公告", f"本公司董事会审议通过第{number}号议案。"
            if n < 2:
                at = datetime.combine(date, time(11, 30 + n), SHANGHAI)
                sent.append(Item(number, title, at, text, code=code, company="某某科技"))
            else:
                at = datetime.combine(date, time(18, 30), SHANGHAI) + timedelta(minutes=draw.randint(0, 200))
                following = date + (3 if date.weekday() == 4 and n % 2 else 1) * DAY
                shown = datetime.combine(following, time(), SHANGHAI)
                sent.append(Item(number, title, at, text, shown=shown, code=code, company="某某科技"))
    return sent


def world(internet: Internet) -> dict[str, list[Item]]:
    draw = random.Random(20240219)
    appeared: dict[str, list[Item]] = {}
    for n, (source, kind) in enumerate(MINISTRIES.items()):
        names = [column.id.partition(".")[2] for column in load_sources()[source].columns]
        columns = {name: news(draw, n, k) for k, name in enumerate(names)}
        internet.add(whole(source, kind, **columns))
        appeared[source] = [item for items in columns.values() for item in items]
    for n, (source, (kind, code)) in enumerate(EXCHANGES.items()):
        appeared[source] = filed(draw, n, code)
        site = internet.add(kind(appeared[source]))
        if isinstance(site, exchanges.Bse):  # its own news beside the filings
            site.news = {node: news(draw, len(MINISTRIES), k) for k, node in enumerate(site.news)}
            appeared[source] = [*site.items, *(item for items in site.news.values() for item in items)]
    return appeared


def test_every_item_is_stored_once_within_one_run_of_its_appearance(crawler: Crawler, tmp_path: Path) -> None:
    with Internet(now=BEGIN) as internet:
        appeared = world(internet)
        desk = Desk(tmp_path / "hourly", crawler, internet)
        asked: dict[str, list[int]] = {source: [] for source in appeared}
        kinds: dict[str, list[str]] = {source: [] for source in appeared}
        for hour in range(0, DAYS * 24, EVERY):
            internet.now = BEGIN + hour * HOUR
            for source, published in appeared.items():
                before = len(internet.asked)
                run = desk.crawl(source)
                assert run["state"] == "ok", (source, internet.now, run["reason"])
                asked[source].append(len(internet.asked) - before)
                kinds[source].append(run["mode"])
                here = {item.title for item in published if item.at <= internet.now}
                titles = [document.title for document in desk.documents(source)]
                assert len(titles) == len(set(titles)), "nothing twice"
                missed = here - set(titles)
                assert not missed, (source, internet.now, missed)
        for source, counts in asked.items():
            hourly = [n for n, mode in zip(counts, kinds[source], strict=True) if mode == "incremental"]
            columns = len(load_sources()[source].columns)
            assert max(hourly) <= 3 + 2 * columns + 25, (source, hourly)
        # A back-fill over the same days, once all is over, gives the same documents.
        other = Desk(tmp_path / "backfill", crawler, internet)
        first = min(item.shown for items in appeared.values() for item in items).date()
        last = internet.now.date() + 3 * DAY
        for source in appeared:
            run = other.crawl(source, since=str(first), until=str(last))
            assert run["state"] == "ok", (source, run["reason"])
            again = {d.id: d for d in other.documents(source)}
            assert again == {d.id: d for d in desk.documents(source)}, source
        total = sum(map(len, appeared.values()))
        print(
            f"\n{DAYS} days, every {EVERY} h: {total} items, requests a run { {s: (min(n), max(n)) for s, n in asked.items()} }"
        )
