"""Who is listed: codes, names and sectors, from the table and the desk's own file.

A table is a folder with `companies.tsv` and `aliases.tsv`. The bundled one
(`pipeline/lexicon/companies/`) is written by `build_companies.py`; the one in the data folder, which
takes its place, by a refresh from the exchanges' own lists (`companies_refresh`).
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import accumulate
from pathlib import Path
from typing import Literal

from pipeline import segment
from pipeline.companies_desk import Desk, read_desk
from pipeline.model import Record, UserError
from pipeline.normalise import lower, normal

How = Literal["short", "marked", "full", "former", "alias", "subsidiary", "unlisted"]

# For people; code and exchange: what a tag may rest on besides a name.
SHOWN = {
    "short": "简称",
    "marked": "带标记的简称",
    "full": "全称",
    "former": "曾用名",
    "alias": "别名",
    "subsidiary": "子公司名称",
    "unlisted": "自定义名称",
    "code": "代码",
    "exchange": "交易所的代码",
}

STATUS = {False: "L", True: "D", None: ""}  # `Company.gone` in companies.tsv

# What is written beside a code. Indices have codes that other exchanges give to shares: 000688.SH is
# 科创50, 000688.SZ is 国城矿业.
EXCHANGES = {"SH": "SSE", "SS": "SSE", "XSHG": "SSE", "SZ": "SZSE", "XSHE": "SZSE", "BJ": "BSE"}
_CODE = re.compile(r"(?:(s[hz]|bj)[.:]?)?(\d{6})(?:[.．](s[hzs]|bj|xshg|xshe))?")

# What an exchange prints before and after a name and is none of it: ST and its kin, 退市, -U; and for
# one trading day XD, XR, DR, N, for four C, whose room is taken from the name (`XD工商银`).
_RISK = r"(?:S?\*?ST|PT|G|退市)(?=[\u3400-\u9fff])|S(?=[\u3400-\u9fff]{2})"
_DAY = re.compile(r"^(?:XD|XR|DR|N|C)(?=[\u3400-\u9fff])")
_MARK_BEFORE = re.compile(rf"^(?:{_RISK})|{_DAY.pattern}")
_STATUS = r"-[UWV]+D?|\(退市\)|(?<=[\u3400-\u9fff]{2})退市?"
_MARK_AFTER = re.compile(rf"(?:{_STATUS})$")
_ST = re.compile(r"S?\*?ST(?=[\u3400-\u9fff])")
# 万科A is 万科; but 富奥 without B would lead to the B share of 富奥股份.
_SHARE = re.compile(r"(?<=[\u3400-\u9fff])A$")
_LEGAL = re.compile(r"(?:集团)?(?:股份有限公司|有限责任公司|股份公司|有限公司)$")


class Company(Record, frozen=True):
    """A listed company. `short` is its latest short name in this table, without marks; empty until a
    list has printed it whole."""

    code: str
    exchange: str
    board: str
    short: str
    full: str | None = None
    industry: str | None = None
    listed: date | None = None
    gone: bool | None = False  # no longer listed; None where no whole list of its board has been read
    marked: str | None = None  # the short name as it is printed now, where it bears a mark: *ST华微
    org_id: str | None = None  # CNINFO's number of the company
    as_of: date | None = None  # the last day on which a list named it

    @property
    def shown(self) -> str:
        """For people: the short name, or the best there is."""
        return (self.marked if is_remnant(self) else self.short) or self.full or self.code


class Other(Record, frozen=True):
    """A further name of a code, or an old code of it (`kind` old_code); a row of `aliases.tsv`."""

    code: str
    text: str
    kind: str
    until: date | None = None  # the last day on which it was in use


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
            shown = self.companies[code].shown if code else text
            names.setdefault(
                (text, code), Name(text=text, code=code, how=how, shown=shown, until=until, derived=derived)
            )

        for company in self.companies.values():
            if not is_remnant(company):
                add(company.short, company.code, "short")
            if company.marked:
                add(company.marked, company.code, "marked")
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
                for short in _shortened(name, left_over=_left_over(self.companies[name.code])):
                    add(short, name.code, name.how, name.until, derived=True)
        taken = {text for text, _ in names}
        for company in self.companies.values():
            whole = _behind_mark(company)
            if whole and whole not in taken:  # unless it is another's
                add(whole, company.code, "short", derived=True)
        self.names = tuple(names.values())
        if desk:
            known = {name.text for name in self.names}
            for under, said in (("words", desk.words), ("certain", desk.certain)):
                for text in said:
                    if normal(text) not in known:
                        raise UserError(f"{desk.where}: {under} 之下的 {text} 不是公司表里的名称")
        self.unlisted = frozenset(name.text for name in self.names if name.how == "unlisted")
        self.version = self._digest()

    def _desk_code(self, code: str, where: str) -> str:
        code = self.current(code)
        if code not in self.companies:
            raise UserError(f"{where}: 代码 {code} 不在公司表中；未上市的名称请写在 unlisted 下")
        return code

    def _digest(self) -> str:
        """Of what tagging goes by: a table that only learnt numbers or days tags as before."""
        known = [(c.code, c.shown, c.listed, c.gone) for c in self.companies.values()]
        data = repr(
            (
                self.names,
                sorted(known),
                sorted(self.old_codes.items()),
                sorted(self.words),
                sorted(self.certain),
            )
        )
        return hashlib.sha256(data.encode()).hexdigest()[:12]

    @property
    def as_of(self) -> date | None:
        """The last day on which a list named any of its companies."""
        return max((c.as_of for c in self.companies.values() if c.as_of), default=None)

    def __contains__(self, code: object) -> bool:
        return code in self.companies

    def current(self, code: str) -> str:
        """The code in use: old Beijing codes map to their new ones."""
        return self.old_codes.get(code, code)

    def name(self, code: str) -> str | None:
        company = self.companies.get(self.current(code))
        return company.shown if company else None

    def coded(self, said: str) -> Company | None:
        """Whose code this is, alone or with its exchange: `603019`, `603019.SH`, `sh603019`."""
        written = _CODE.fullmatch(lower(normal(said)))
        company = self.companies.get(self.current(written[2])) if written else None
        stated = written and (written[1] or written[3])
        return company if not stated or (company and EXCHANGES[stated.upper()] == company.exchange) else None

    def lookup(self, said: str) -> list[Company]:
        """Companies that a code, a name or a part of a name may mean, the likeliest first: those of that
        code or whole name; else those with a name that begins so, then that holds it, listed ones first;
        else those with a name of three characters or more inside it (`贵阳朗玛信息技术股份有限公司`)."""
        text = lower(normal(said))
        if _CODE.fullmatch(text):
            company = self.coded(text)
            return [company] if company else []
        held = [(lower(n.text), self.companies[n.code]) for n in self.names if n.code and len(text) > 1]
        whole = {c.code: c for name, c in held if name == text}
        if whole:
            return list(whole.values())
        parts: list[tuple[bool, bool, int, str]] = [
            (not name.startswith(text), bool(c.gone), len(name), c.code) for name, c in held if text in name
        ]
        if not parts:
            parts = [
                (False, bool(c.gone), -len(name), c.code)
                for name, c in held
                if len(name) > 2 and name in text
            ]
        return [self.companies[code] for code in dict.fromkeys(code for *_, code in sorted(parts))]

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


def day_marked(printed: str) -> bool:
    """Whether a short name bears a mark of the trading day: the name itself may be cut then."""
    return bool(_DAY.match(printed))


def unmarked(printed: str) -> str:
    """A short name without marks: `*ST华微` → 华微, `百济神州-U` → 百济神州."""
    return _MARK_AFTER.sub("", _MARK_BEFORE.sub("", printed))


def is_remnant(company: Company) -> bool:
    """Whether the short name is only what a mark left of the true one (`*ST国华` → 国华), too little to
    name one company."""
    return _left_over(company) and len(company.short) < 3


def _behind_mark(company: Company) -> str | None:
    """The short name that a mark left two characters of, where the full name begins with it behind its
    place: 华微电子 of ST华微 and 吉林华微电子股份有限公司. Short names have up to four characters; of 33
    companies whose lists know nothing else, 16 get the name that they bore, 9 a piece of their full name
    that no other company bears (莫高实业 for 莫高股份), 8 none."""
    if not is_remnant(company) or not company.full:
        return None
    full = normal(company.full)
    words = segment.tags(full)
    ends = [0, *accumulate(len(word) for word, _ in words)]
    place = next((at for at, (word, tag) in enumerate(words) if tag != "ns" and word[-1] not in "省市县"), 0)
    pieces = (full[begin : begin + 4] for begin in (ends[place], 0) if begin + 4 in ends)
    return next((piece for piece in pieces if shortens(company.short, piece)), None)


def shortens(bare: str, name: str) -> bool:
    """Whether the characters stand in the name in that order: 特迅 of 奥特迅, 中岩 of 中化岩土."""
    rest = iter(name)
    return all(character in rest for character in bare)


def _left_over(company: Company) -> bool:
    return company.marked is not None and company.short == unmarked(company.marked)


def _shortened(name: Name, *, left_over: bool) -> list[str]:
    """Forms in use besides the printed one: without star, ST, -U, share letter or legal form."""
    if name.how == "full":
        bare = _LEGAL.sub("", name.text)
        return [bare] if bare != name.text and len(bare) >= 5 else []
    if name.how in ("short", "marked", "former"):
        bare = unmarked(name.text)
        bare = _SHARE.sub("", name.text) if bare == name.text else bare
        # Two characters are left of *ST大唐 or 国华退: too little to name one company.
        marked = left_over or bool(_MARK_BEFORE.match(name.text)) or name.text.endswith(("退", "退市"))
        forms = {bare} if len(bare) >= (3 if marked else 2) else set()
        if risk := _ST.match(name.text):  # the star comes and goes, and few write the share's letter
            rest = name.text[risk.end() :]
            forms |= {f"ST{rest}", f"ST{_SHARE.sub('', rest)}"}
        return sorted(forms - {name.text})
    return []


_KINDS: dict[str, How] = {
    "former_short": "former",
    "former_full": "full",
    "marked": "marked",
    "alias": "alias",
    "full": "full",
    "subsidiary": "subsidiary",
}


def read_rows(folder: Traversable | Path) -> tuple[list[Company], list[Other]]:
    """`companies.tsv` and `aliases.tsv` of a folder (columns by name; unknown columns ignored).

    UserError is one line that names the file and the line.
    """
    companies: list[Company] = []
    others: list[Other] = []
    for where, row in _rows(folder, "companies.tsv", ("code", "exchange", "short_name")):
        companies.append(
            Company(
                code=row["code"],
                exchange=row["exchange"],
                board=row.get("board", ""),
                short=normal(row["short_name"]),
                full=row.get("full_name") or None,
                industry=row.get("industry") or None,
                listed=_day(where, row.get("list_date")),
                gone=_gone(where, row.get("status") or ""),
                marked=row.get("marked") or None,
                org_id=row.get("org_id") or None,
                as_of=_day(where, row.get("as_of")),
            )
        )
        for old in (row.get("former_names") or "").split("|"):
            others += [Other(code=row["code"], text=old, kind="former_short")] if old else []
    for where, row in _rows(folder, "aliases.tsv", ("code", "alias", "kind")):
        if row["kind"] != "old_code" and row["kind"] not in _KINDS:
            raise UserError(f"{where}：没有名称类别 {row['kind']!r}；可用的有 {', '.join(_KINDS)}")
        until = _day(where, row.get("until"))
        others.append(Other(code=row["code"], text=row["alias"], kind=row["kind"], until=until))
    return companies, others


def read_table(folder: Traversable | Path, desk: Desk | None = None) -> CompanyTable:
    companies, others = read_rows(folder)
    names = [(o.code, o.text, _KINDS[o.kind], o.until) for o in others if o.kind in _KINDS]
    return CompanyTable(companies, names, {o.text: o.code for o in others if o.kind == "old_code"}, desk)


def bundled() -> Traversable:
    return resources.files("pipeline.lexicon").joinpath("companies")


def load_companies(desk_file: Path | None = None, folder: Path | None = None) -> CompanyTable:
    """The table of a folder, or the bundled one, with the desk's own names; UserError is one line
    that names the place."""
    return read_table(folder or bundled(), read_desk(desk_file) if desk_file else None)


def _rows(
    folder: Traversable | Path, name: str, needed: tuple[str, ...]
) -> Iterator[tuple[str, dict[str, str]]]:
    """The place of each row for messages, and the row."""
    file = f"{folder}/{name}"
    try:
        text = folder.joinpath(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{file}：读不了（{error}）；移走这个文件夹即用内置的公司表") from None
    for number, row in enumerate(
        csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE), 2
    ):
        lacking = [column for column in needed if row.get(column) is None]
        if lacking:
            raise UserError(
                f"{file} 第 {number} 行：缺 {'、'.join(lacking)} 列；移走这个文件夹即用内置的公司表"
            )
        yield f"{file} 第 {number} 行", row


def _gone(where: str, status: str) -> bool | None:
    if status not in STATUS.values():
        raise UserError(f"{where}：status 应为 L、D 或空，实为 {status!r}")
    return next(gone for gone, shown in STATUS.items() if shown == status)


def _day(where: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UserError(f"{where}：{text!r} 不是日期，应写作 2026-11-26") from None
