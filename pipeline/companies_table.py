"""Who is listed: codes, names and sectors, from the bundled table and the desk's own file.

The bundled table (`pipeline/lexicon/companies/`) is written by `build_companies.py`; a folder with
`companies.tsv` and `aliases.tsv` in the same columns can take its place.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from pipeline.companies_desk import Desk, read_desk
from pipeline.model import Record, UserError
from pipeline.normalise import normal

How = Literal["short", "full", "former", "alias", "subsidiary", "unlisted"]

# ST and its kin before a name; share class and listing marks after it.
_MARK_BEFORE = re.compile(r"^(?:S?\*?ST|PT|XD|XR|DR|G)(?=[\u3400-\u9fff])|^S(?=[\u3400-\u9fff]{2})")
_MARK_AFTER = re.compile(r"(?:-[UWV]+D?|(?<=[\u3400-\u9fff])[AB]|\(退市\)|(?<=[\u3400-\u9fff]{2})退)$")
_LEGAL = re.compile(r"(?:集团)?(?:股份有限公司|有限责任公司|股份公司|有限公司)$")


class Company(Record, frozen=True):
    """A listed company. `short` is its latest short name in this table."""

    code: str
    exchange: str
    board: str
    short: str
    full: str | None = None
    industry: str | None = None
    listed: date | None = None
    gone: bool = False  # no longer listed


class Name(Record, frozen=True):
    """A name that may stand in a text. `code` is None for the desk's unlisted names."""

    text: str  # normalised
    code: str | None
    how: How
    shown: str  # the company's name, for people
    until: date | None = None  # a former name: the last day on which it was in use
    derived: bool = False  # a mark or the legal form was taken off


class CompanyTable:
    def __init__(
        self,
        companies: Iterable[Company],
        others: Iterable[tuple[str, str, How, date | None]] = (),
        old_codes: dict[str, str] | None = None,
        desk: Desk | None = None,
    ) -> None:
        """`others` are (code, name, how, until)."""
        self.companies = {company.code: company for company in companies}
        self.old_codes = dict(old_codes or {})
        self.sectors: dict[str, frozenset[str]] = {}
        # The desk's word on how ordinary a name is; it outranks the frequencies.
        self.words = frozenset(map(normal, desk.words)) if desk else frozenset()
        self.certain = frozenset(map(normal, desk.certain)) if desk else frozenset()
        names: dict[tuple[str, str | None], Name] = {}

        def add(
            text: str, code: str | None, how: How, until: date | None = None, derived: bool = False
        ) -> None:
            text = normal(text)
            if len(text) < 2 or text.isdigit():
                return
            shown = self.companies[code].short if code else text
            names.setdefault(
                (text, code), Name(text=text, code=code, how=how, shown=shown, until=until, derived=derived)
            )

        for company in self.companies.values():
            add(company.short, company.code, "short")
            if company.full:
                add(company.full, company.code, "full")
        for code, other, how, until in others:
            if code in self.companies:
                add(other, code, how, until)
        if desk:
            for own in desk.aliases:
                add(own.text, self._desk_code(own.code, desk.where), own.how)
            for text, forms in desk.unlisted.items():
                for form in (text, *forms):
                    key = (normal(form), None)
                    names[key] = Name(text=key[0], code=None, how="unlisted", shown=text)
            for sector, codes in desk.sectors.items():
                self.sectors[sector] = frozenset(self._desk_code(code, desk.where) for code in codes)
        for name in list(names.values()):
            if name.code:
                for short in _shortened(name):
                    add(short, name.code, name.how, name.until, derived=True)
        self.names = tuple(names.values())
        self.version = self._digest()

    def _desk_code(self, code: str, where: str) -> str:
        code = self.current(code)
        if code not in self.companies:
            raise UserError(f"{where}: 代码 {code} 不在公司表中；未上市的名称请写在 unlisted 下")
        return code

    def _digest(self) -> str:
        data = repr((self.names, sorted(self.companies.items()), sorted(self.words), sorted(self.certain)))
        return hashlib.sha256(data.encode()).hexdigest()[:12]

    def __contains__(self, code: object) -> bool:
        return code in self.companies

    def current(self, code: str) -> str:
        """The code in use: old Beijing codes map to their new ones."""
        return self.old_codes.get(code, code)

    def name(self, code: str) -> str | None:
        company = self.companies.get(self.current(code))
        return company.short if company else None

    def sector(self, code: str) -> str | None:
        """The industry of a code as the table states it."""
        company = self.companies.get(self.current(code))
        return company.industry if company else None

    def in_sector(self, code: str, sector: str) -> bool:
        """By the desk's own sectors, else by the table's industry (the name or a part of it)."""
        code = self.current(code)
        if sector in self.sectors:
            return code in self.sectors[sector]
        industry = self.sector(code)
        return bool(industry and sector in industry)


def _shortened(name: Name) -> list[str]:
    """Forms in use besides the printed one: without ST, -U, share letter or legal form."""
    if name.how == "full":
        bare = _LEGAL.sub("", name.text)
        return [bare] if bare != name.text and len(bare) >= 5 else []
    if name.how in ("short", "former"):
        bare = _MARK_AFTER.sub("", _MARK_BEFORE.sub("", name.text))
        # Two characters are left of *ST大唐 or 国华退: too little to name one company.
        marked_before = bool(_MARK_BEFORE.match(name.text)) or name.text.endswith("退")
        return [bare] if bare != name.text and len(bare) >= (3 if marked_before else 2) else []
    return []


_KINDS: dict[str, How] = {
    "former_short": "former",
    "former_full": "full",
    "alias": "alias",
    "full": "full",
    "subsidiary": "subsidiary",
}


def read_table(folder: Traversable | Path, desk: Desk | None = None) -> CompanyTable:
    """`companies.tsv` and `aliases.tsv` of a folder (columns by name; unknown columns ignored)."""
    companies: list[Company] = []
    others: list[tuple[str, str, How, date | None]] = []
    old_codes: dict[str, str] = {}
    for row in _rows(folder, "companies.tsv"):
        companies.append(
            Company(
                code=row["code"],
                exchange=row["exchange"],
                board=row.get("board", ""),
                short=normal(row["short_name"]),
                full=row.get("full_name") or None,
                industry=row.get("industry") or None,
                listed=_day(row.get("list_date")),
                gone=row.get("status") == "D",
            )
        )
        for old in (row.get("former_names") or "").split("|"):
            others += [(row["code"], old, "former", None)] if old else []
    for row in _rows(folder, "aliases.tsv"):
        if row["kind"] == "old_code":
            old_codes[row["alias"]] = row["code"]
        elif row["kind"] in _KINDS:
            others.append((row["code"], row["alias"], _KINDS[row["kind"]], _day(row.get("until"))))
        else:
            raise UserError(
                f"{folder}/aliases.tsv: {row['kind']!r} is not a kind of name: {', '.join(_KINDS)}"
            )
    return CompanyTable(companies, others, old_codes, desk)


def load_companies(desk_file: Path | None = None) -> CompanyTable:
    """The bundled table with the desk's own names; UserError is one line that names the place."""
    return read_table(
        resources.files("pipeline.lexicon").joinpath("companies"), read_desk(desk_file) if desk_file else None
    )


def _rows(folder: Traversable | Path, name: str) -> list[dict[str, str]]:
    text = folder.joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
