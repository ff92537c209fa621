"""The filings of the demo week: what the exchange's list says of each, and the lines of its file.

The six of the model week and the traps are written out; the routine ones are printed from their
templates with figures from a fixed seed, so that the week is the same every time it is built.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib import resources
from typing import Any

import jinja2

from pipeline.strict_yaml import read_yaml

WATCH = resources.files("demo").joinpath("config.yaml")
# Filings of each day: five days of trading, the Sunday worked before them, and the Saturday after.
LOAD = {"2024-02-18": 20, "2024-02-19": 45, "2024-02-20": 50, "2024-02-21": 50, "2024-02-22": 50,
        "2024-02-23": 50, "2024-02-24": 35}  # fmt: skip
FIRST_NUMBER = 1219103217
_DIGITS = "零一二三四五六七八九十"


@dataclass(frozen=True)
class Filing:
    number: int  # the exchange's own
    code: str
    short: str
    full: str
    day: date
    title: str
    bulletin: str  # 公告编号
    lines: tuple[str, ...]
    clock: str | None = None  # disclosed during the day, else at midnight
    web_page: bool = False  # the file is HTML whatever its name says
    spaced: bool = False  # figures stand apart from the words, as many companies print them


def read(name: str) -> Any:
    """A YAML file of the week."""
    return read_yaml(resources.files("demo.week").joinpath(name).read_text("utf-8"), name)


def filings() -> list[Filing]:
    """All of the week, numbered in the order of their days."""
    companies: dict[str, list[str]] = read("companies.yaml")
    watched = set(read_yaml(WATCH.read_text("utf-8"), WATCH)["watch"]["codes"])
    dice = random.Random("2024-W08")  # noqa: S311 - a fixed week, not a secret
    unnumbered = [*_written(companies, dice), *_routine(companies, watched, dice)]
    unnumbered.sort(key=lambda filing: (filing.day, zlib.crc32(f"{filing.code}{filing.title}".encode())))
    return [replace(filing, number=FIRST_NUMBER + 7 * i) for i, filing in enumerate(unnumbered)]


def _written(companies: dict[str, list[str]], dice: random.Random) -> Iterator[Filing]:
    for entry in [*read("filings.yaml"), *read("traps.yaml")]:
        filing = _filing(entry, entry["code"], companies, entry["day"], dice)
        filing = replace(
            filing,
            bulletin=entry.get("number", filing.bulletin),
            clock=entry.get("clock"),
            web_page=entry.get("file") == "html",
        )
        yield filing
        if entry.get("twice"):
            yield filing


def _routine(companies: dict[str, list[str]], watched: set[str], dice: random.Random) -> Iterator[Filing]:
    days, loads = [date.fromisoformat(day) for day in LOAD], list(LOAD.values())
    turn = sorted(companies)
    dice.shuffle(turn)
    place = 0
    for entry in read("routine.yaml"):
        left = entry["times"]
        while left:
            code = turn[place % len(turn)]
            place += 1
            if entry.get("outside") and code in watched:
                continue
            (day,) = dice.choices(days, loads)
            filing = _filing(entry, code, companies, day, dice)
            yield replace(filing, spaced=dice.random() < 0.3)
            left -= 1


def _filing(
    entry: dict[str, Any], code: str, companies: dict[str, list[str]], day: date, dice: random.Random
) -> Filing:
    short, full = companies[code]
    words = {"full": full, "short": short, "code": code, **_words(day, dice)}
    lines = [line for line in _print(entry["body"], words).splitlines() if line.strip()]
    return Filing(
        number=0,
        code=code,
        short=short,
        full=full,
        day=day,
        title=_headed(_print(entry["title"], words), code, short, full),
        bulletin=f"2024-{dice.randint(3, 26):03d}",
        lines=tuple(lines),
    )


def _headed(title: str, code: str, short: str, full: str) -> str:
    """Shanghai companies often put their name before the title, in full or in short."""
    if not code.startswith("6") or full in title:
        return title
    return (f"{full}{title}", f"{short}：{title}", title)[zlib.crc32(code.encode()) % 3]


# ---------------------------------------------------------------- figures in templates

_ENGINE = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701 - no HTML


def _print(template: str, words: dict[str, Any]) -> str:
    return _ENGINE.from_string(template).render(words)


def _words(day: date, dice: random.Random) -> dict[str, Any]:
    def amount(low: int, high: int) -> float:
        return dice.randint(low * 100, high * 100) / 100

    def percent(low: int, high: int) -> str:
        return f"{low + dice.randint(5, 99) / 100 + dice.randint(0, high - low):.2f}%"

    def day_before(days: int) -> str:
        then = day - timedelta(days=days)
        return f"{then.year}年{then.month}月{then.day}日"

    return {
        "amount": amount, "whole": dice.randint, "percent": percent, "date": day_before,
        "figure": lambda value: f"{value:,.2f}",
        "change": lambda now, then: f"{(round(now, 2) / round(then, 2) - 1) * 100:.2f}",
    }  # fmt: skip


def _in_chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    if number <= 10:
        return _DIGITS[number]
    return f"{_DIGITS[tens] if tens > 1 else ''}十{_DIGITS[ones] if ones else ''}"


_ENGINE.filters |= {
    "cn": _in_chinese,
    "figure": lambda value: f"{value:,.2f}",
    "count": lambda value: f"{value:,}",
    "wan": lambda value: f"{value / 10000:,.2f}",
}
