"""The same filing on the exchange's site, on CNINFO and on Eastmoney: one document with all its origins."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.model import SHANGHAI
from tests.crawlers import more_sites as more
from tests.crawlers.conftest import Desk
from tests.crawlers.sites import Cninfo, Item

NOON = datetime(2024, 2, 19, 12, 0, tzinfo=SHANGHAI)
DAY = NOON.replace(hour=0)
HOUR = timedelta(hours=1)
TEXT = "本公司董事会及全体董事保证本公告内容不存在任何虚假记载。第{}项议案以现场投票方式审议通过。"
TITLES = [
    "关于召开第二次临时股东大会的通知",
    "关于召开第三次临时股东大会的通知",
    "2023年年度报告",
    "2023年年度报告摘要",
    "2023年年度报告（更正后）",
    "关于回购股份的进展公告",
    "关于2023年年度报告的更正公告",
]


def filed(code: str) -> list[Item]:
    return [
        Item(n, title, DAY - 3 * HOUR, TEXT.format(n), shown=DAY, code=code, company="某某科技")
        for n, title in enumerate(TITLES)
    ]


def twins(code: str) -> list[Item]:
    """Two filings of one title and day, as every independent director's statement is."""
    return [
        Item(
            80 + n,
            "独立董事声明",
            DAY - 3 * HOUR,
            TEXT.format(f"{n}号"),
            shown=DAY,
            code=code,
            company="某某科技",
        )
        for n in range(2)
    ]


def named(items: list[Item]) -> list[Item]:
    """As the exchange prints titles: the company before them."""
    return [replace(item, title=f"{item.company}{item.title}") for item in items]


def stood(desk: Desk) -> dict[str, list[str]]:
    """Title of each document that stands alone, with the ids of its origins."""
    with desk.store() as store:
        alone = list(store.documents())
        origins = store.origins(document.id for document in alone)
        return {
            f"{document.title} {document.id}": [origin.id for origin in origins[document.id]]
            for document in alone
        }


@pytest.mark.parametrize(("exchange", "code"), [("sse", "600000"), ("szse", "000001"), ("bse", "830799")])
def test_one_document_with_all_its_origins_in_any_order(
    desk: Desk, tmp_path: Path, exchange: str, code: str
) -> None:
    items = filed(code)
    kinds = {"sse": more.Sse, "szse": more.Szse, "bse": more.Bse}
    desk.internet.add(kinds[exchange]([*named(items), *twins(code)]))
    desk.internet.add(Cninfo([*items, *twins(code)]))
    desk.internet.add(more.Eastmoney([replace(item, text=item.text + "（网页版）") for item in items]))
    results = []
    for n, order in enumerate(itertools.permutations((exchange, "cninfo", "eastmoney"))):
        other = Desk(tmp_path / str(n), desk.crawler, desk.internet)
        for source in order:
            run = other.crawl(source)
            assert (run["state"], run["reason"]) == ("ok", None)
        results.append(stood(other))
    assert all(found == results[0] for found in results)
    assert len(results[0]) == len(items) + 2, "look-alikes stay apart"
    for name, origins in results[0].items():
        sites = [id.partition(":")[0] for id in origins]
        if "独立董事声明" in name and exchange != "szse":
            assert sites == [exchange, "cninfo"], "told by their text"
        elif "独立董事声明" in name:
            assert sites == ["szse", "cninfo"], "told by CNINFO's number"
        else:
            assert sites == [exchange, "cninfo", "eastmoney"]
