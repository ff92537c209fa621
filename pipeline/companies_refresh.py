"""A company table brought up to date from the exchanges' own lists.

What a list prints is not yet a name: marks of the trading day and of risk come off it (`XD工商银`,
`*ST华微`, `百济神州-U`), and what a mark leaves of a name that is known is that name. Names that
changed are kept with the last day of their use. Nothing is taken out of the table: a company that its
exchange's list, read to its end, names no more is marked as gone.

A list is believed only as a whole; `doubt` says why one is not.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import msgspec

from pipeline.companies_table import (
    STATUS,
    Company,
    Other,
    bundled,
    day_marked,
    is_remnant,
    shortens,
    unmarked,
)
from pipeline.model import Issuer, Record, Renaming
from pipeline.normalise import normal

# About 1 company in 100 leaves the market in a year and more come, but for the few B shares of which some
# leave and none come: a list that lacks more is not whole.
LEAST, SPARE = 0.98, 5
# In a year about 1 name in 20 changes: a list in which more do has other things in the place of names.
MOST_RENAMED = 0.2
_FEW = 20  # known companies below which a share says nothing
_PLACES = {
    ("900",): ("SSE", "B股"),
    ("60",): ("SSE", "主板"),
    ("68",): ("SSE", "科创板"),
    ("20",): ("SZSE", "B股"),
    ("30",): ("SZSE", "创业板"),
    ("00",): ("SZSE", "主板"),
    ("920", "43", "83", "87"): ("BSE", "北交所"),
}
_COLUMNS = (
    "code", "exchange", "board", "short_name", "marked", "full_name", "industry", "list_date", "status",
    "org_id", "as_of",
)  # fmt: skip


class Reading(Record, frozen=True):
    """One list, read to its end. `boards` ("SSE 主板") are those whose companies it holds in full;
    `delisted`: and companies that are listed no more."""

    issuers: tuple[Issuer, ...] = ()
    renamings: tuple[Renaming, ...] = ()
    boards: tuple[str, ...] = ()
    delisted: bool = False


class Changes(Record, frozen=True):
    """What a refresh changed, by code; `renamed` are (code, old, new)."""

    new: tuple[str, ...]
    renamed: tuple[tuple[str, str, str], ...]
    gone: tuple[str, ...]


# ---------------------------------------------------------------- codes


def place_of(code: str) -> tuple[str, str] | None:
    """Exchange and board of a code, by the exchanges' own numbering; None for what is no share."""
    return next((place for starts, place in _PLACES.items() if code.startswith(starts)), None)


def new_code(code: str) -> str:
    """The code in use. Since October 2025 a Beijing code is 920 and the old one's last three digits,
    except where that would have given two companies one code (`beijing_codes.tsv`)."""
    if place_of(code) != ("BSE", "北交所") or code.startswith("920"):
        return code
    return _beijing_exceptions().get(code, "920" + code[3:])


@cache
def _beijing_exceptions() -> dict[str, str]:
    text = bundled().joinpath("beijing_codes.tsv").read_text("utf-8")
    return dict(line.split("\t")[:2] for line in text.splitlines() if line and line[0].isdigit())


# ---------------------------------------------------------------- whether a list is believed


def doubt(reading: Reading, companies: Iterable[Company]) -> tuple[str, str] | None:
    """Outcome and detail for a list that cannot be the whole one, or not one of names; else None."""
    known = {c.code: c for c in companies if f"{c.exchange} {c.board}" in reading.boards and c.gone is False}
    rows = {new_code(issuer.code): issuer.short for issuer in reading.issuers}
    of_boards = sum(" ".join(place_of(code) or ()) in reading.boards for code in rows)
    if of_boards + SPARE < LEAST * len(known):
        return "short_list", f"{of_boards} companies, {len(known)} are known"
    common = [
        (rows[code], c.short) for code, c in known.items() if code in rows and not day_marked(rows[code])
    ]
    renamed = sum(not shortens(unmarked(printed), unmarked(short)) for printed, short in common)
    if len(common) > _FEW and renamed > MOST_RENAMED * len(common):
        return "bad_shape", f"{renamed} of {len(common)} known companies would bear another name"
    return None


# ---------------------------------------------------------------- the new table


def renewed(
    companies: Sequence[Company], others: Sequence[Other], readings: Sequence[Reading], on: date
) -> tuple[list[Company], list[Other]]:
    """The rows of the table after a refresh on a day. An earlier reading is trusted before a later."""
    old = {company.code: company for company in companies}
    given: dict[str, list[Issuer]] = {}
    for reading in readings:
        for issuer in reading.issuers:
            if place_of(issuer.code):
                given.setdefault(new_code(issuer.code), []).append(issuer)
    names = {(other.code, other.text, other.kind): other for other in others}

    def keep(code: str, text: str, kind: str, until: date | None) -> None:
        names.setdefault((code, text, kind), Other(code=code, text=text, kind=kind, until=until))

    announced = _announced(renaming for reading in readings for renaming in reading.renamings)
    former: dict[str, list[Other]] = {}
    for other in (*announced, *others):
        if other.kind == "former_short":
            former.setdefault(other.code, []).append(other)
    new = dict(old)
    for code, rows in given.items():
        if code not in old and all(issuer.code != code for issuer in rows):
            continue  # an old Beijing code that nobody knows under its new one: of another market
        before = old.get(code)
        after = _company(code, before, former.get(code, ()), rows, on)
        for issuer in rows:
            if issuer.code != code:
                keep(code, issuer.code, "old_code", None)
        if before:
            for text, kind in _left_behind(before, after):
                keep(code, text, kind, on)
        new[code] = after
    for reading in reversed(readings):  # the first has the last word
        if not reading.delisted and reading.boards:
            listed = {new_code(issuer.code) for issuer in reading.issuers}
            for code, company in new.items():
                if f"{company.exchange} {company.board}" in reading.boards:
                    new[code] = msgspec.structs.replace(company, gone=code not in listed)
    names |= {(o.code, o.text, o.kind): o for o in announced if o.code in new}  # their days are exact
    for company in new.values():  # what is in use, if only under a mark, is no former name
        in_use = ((company.short, "former_short"), (company.full, "former_full"), (company.marked, "marked"))
        for name, kind in in_use:
            names.pop((company.code, name or "", kind), None)
    return [new[code] for code in sorted(new)], sorted(names.values(), key=lambda n: (n.code, n.text, n.kind))


def _company(
    code: str, before: Company | None, former: Sequence[Other], rows: Sequence[Issuer], on: date
) -> Company:
    until_now = _true(before) if before else None
    known = [until_now] if until_now else []
    known += [o.text for o in sorted(former, key=lambda o: o.until or date.min, reverse=True)]
    untold: tuple[str, str | None] = (before.short, before.marked) if before else ("", None)
    short, marked = _named(known, [issuer.short for issuer in rows]) or untold
    place = place_of(code)
    assert place is not None

    def first(field: str) -> str | None:
        return next((value for issuer in rows if (value := getattr(issuer, field))), None)

    return Company(
        code=code,
        exchange=place[0],
        board=place[1],
        short=short,
        marked=marked,
        full=first("full") or (before.full if before else None),
        # The table's industries are finer than the exchanges'.
        industry=(before.industry if before else None) or first("industry"),
        listed=next((i.listed for i in rows if i.listed), None) or (before.listed if before else None),
        gone=before.gone if before else None,
        org_id=first("org_id") or (before.org_id if before else None),
        as_of=on,
    )


def _true(company: Company) -> str | None:
    """The name of a company, unless no more of it is known than what a mark left."""
    bare = unmarked(company.short)
    return None if is_remnant(company) or (bare != company.short and len(bare) < 3) else bare


def _named(known: Sequence[str], printed: Sequence[str]) -> tuple[str, str | None] | None:
    """The name in what lists print, and the printed form where it bears a mark; None where every list
    prints a mark of the day. `known`: names of the company until now, the latest first."""
    whole = [text for text in map(normal, printed) if not day_marked(text)]
    if not whole:
        return None
    shown, bare = whole[0], unmarked(whole[0])
    if bare == shown:
        return shown, None
    others = [text for text in whole[1:] if text == unmarked(text)]
    return next((name for name in (*known, *others) if shortens(bare, name)), bare), shown


def _left_behind(before: Company, after: Company) -> Iterator[tuple[str, str]]:
    """Names of a company that it bears no more, each with its kind."""
    if before.marked and before.marked != after.marked:
        yield before.marked, "marked"
    if before.short and before.short not in (after.short, after.marked):
        if unmarked(before.short) != before.short:
            yield before.short, "marked"  # of a table that knew no other name
        elif not is_remnant(before):
            yield before.short, "former_short"
    if before.full and before.full != after.full:
        yield before.full, "former_full"


def _announced(renamings: Iterable[Renaming]) -> list[Other]:
    """Former names by the exchange's own word, with the last day of each."""
    latest: dict[tuple[str, str, str], date] = {}
    for renaming in renamings:
        if day_marked(renaming.old):
            continue
        kind = "former_full" if renaming.name == "full" else "former_short"
        if kind == "former_short" and unmarked(renaming.old) != renaming.old:
            kind = "marked"
        until = renaming.on - timedelta(days=1)
        key = (new_code(renaming.code), renaming.old, kind)
        latest[key] = max(until, latest.get(key, until))
    return [Other(code=c, text=text, kind=kind, until=until) for (c, text, kind), until in latest.items()]


def changes(before: Iterable[Company], after: Iterable[Company]) -> Changes:
    old, new = {c.code: c for c in before}, {c.code: c for c in after}
    both = [(old[code], company) for code, company in new.items() if code in old]
    return Changes(
        new=tuple(code for code in new if code not in old),
        renamed=tuple(
            (a.code, a.short, b.short)
            for a, b in both
            if a.short and a.short != b.short and not is_remnant(a)
        ),
        gone=tuple(a.code for a, b in both if b.gone and a.gone is False),
    )


# ---------------------------------------------------------------- the folder


def write_rows(folder: Path, companies: Iterable[Company], others: Iterable[Other]) -> None:
    """Each file is replaced as a whole. The names come first: until the companies follow, names of
    codes that are not there yet are passed over, and an old short name wins over its entry as a former."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(
        folder / "aliases.tsv",
        ("code", "alias", "kind", "until"),
        ((o.code, o.text, o.kind, o.until or "") for o in others),
    )
    _write(
        folder / "companies.tsv",
        _COLUMNS,
        (
            (
                c.code, c.exchange, c.board, c.short, c.marked, c.full, c.industry, c.listed,
                STATUS[c.gone], c.org_id, c.as_of,
            )
            for c in companies
        ),
    )  # fmt: skip


def _write(file: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
    writer.writerow(head)
    writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
    new = file.with_name(file.name + ".new")
    new.write_text(out.getvalue(), encoding="utf-8")
    os.replace(new, file)


__all__ = [
    "Changes", "Reading", "changes", "doubt", "new_code", "place_of", "renewed", "write_rows",
]  # fmt: skip
