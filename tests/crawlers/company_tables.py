"""The small company table of the tests: what is in it before a refresh, what it and health say after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from crawlers.health import health
from crawlers.sources import load_sources
from pipeline.companies_refresh import place_of
from pipeline.companies_table import Company, CompanyTable, read_rows, read_table
from pipeline.model import SHANGHAI
from tests.crawlers.lists_of_companies import Market, Share

if TYPE_CHECKING:
    from tests.crawlers.conftest import Desk

MORNING = datetime(2026, 11, 26, 6, 40, tzinfo=SHANGHAI)
BEFORE = date(2026, 10, 22)
SHARES = [
    Share("600111", "甲辰股份"),
    Share("600112", "乙巳重工"),
    Share("688111", "丁未芯片"),
    Share("900911", "甲辰B股"),
    Share("000111", "戊申科技"),
    Share("300111", "己酉智能", board="创业板"),
    Share("200111", "戊申B"),
    Share("920111", "庚戌软件"),
]


def companies(shares: Sequence[Share], as_of: date = BEFORE) -> list[Company]:
    made = []
    for share in shares:
        place = place_of(share.code)
        assert place is not None
        made.append(
            Company(code=share.code, exchange=place[0], board=place[1], short=share.name, as_of=as_of)
        )
    return made


def table(desk: Desk) -> CompanyTable:
    return read_table(desk.data / "companies")


def former(desk: Desk) -> list[tuple[str, str, str, date | None]]:
    return [(o.code, o.text, o.kind, o.until) for o in read_rows(desk.data / "companies")[1]]


def sentence(desk: Desk, column: str) -> str | None:
    with desk.store() as store:
        (found,) = health(store, {"companies": load_sources()["companies"]}, desk.internet.now)
    return next(c.sentence for c in found.columns if c.column == f"companies.{column}")


def replaced(market: Market, code: str, **new: Any) -> None:
    (old,) = (share for share in market.shares if share.code == code)
    new = {"name": old.name, "listed": old.listed, "board": old.board} | new
    market.shares[market.shares.index(old)] = Share(code, **new)
