"""The desk's own words and weights: templates/*.yaml, read and checked once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml


@dataclass(frozen=True)
class Agency:
    """How texts name an authority, and how the issue credits it."""

    name: str
    site: str
    weight: float
    names: tuple[str, ...]
    source: str | None = None


@dataclass(frozen=True)
class Pattern:
    """A named regular expression with its weight."""

    name: str
    weight: float
    pattern: re.Pattern[str]
    where: str = "title"
    unless: str | None = None
    unless_theme: float | None = None


@cache
def template(name: str) -> dict[str, Any]:
    """templates/NAME.yaml as it is written."""
    text = resources.files("weekly").joinpath("templates", f"{name}.yaml").read_text(encoding="utf-8")
    raw: dict[str, Any] = yaml.safe_load(text)
    return raw


@cache
def agencies() -> tuple[Agency, ...]:
    rows = template("agencies")["agencies"]
    return tuple(
        Agency(row["name"], row["site"], row["weight"], tuple(row["names"]), row.get("source")) for row in rows
    )


@cache
def patterns(form: str, key: str) -> tuple[Pattern, ...]:
    """A list of patterns of templates/FORM.yaml, compiled."""
    rows = template(form)[key]
    return tuple(
        Pattern(
            row["name"],
            row["weight"],
            re.compile(row["pattern"]),
            row.get("where", "title"),
            row.get("unless"),
            row.get("unless_theme"),
        )
        for row in (rows if isinstance(rows, list) else [rows])
    )


def agency_of(source: str) -> Agency | None:
    """The agency whose site a source crawls."""
    return next((agency for agency in agencies() if agency.source == source), None)


def named_first(text: str) -> Agency | None:
    """The agency that is named first in a text: the lead author is the first named.

    The longest name wins at one place, and a foreign one (英国国家统计局) is not ours.
    """
    best: tuple[int, int, Agency] | None = None
    for agency in agencies():
        for name in agency.names:
            at = text.find(name)
            if at >= 0 and not _FOREIGN.search(text[:at]) and (best is None or (at, -len(name)) < best[:2]):
                best = (at, -len(name), agency)
    return best[2] if best else None


_FOREIGN = re.compile(r"(?:美国|英国|日本|韩国|德国|法国|欧盟|印度|俄罗斯|加拿大|澳大利亚)$")
