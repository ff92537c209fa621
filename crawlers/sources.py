"""The sources: one YAML file per publisher in `sources/`, typed and checked.

A column takes its source's rules, a source its system's; what a file says is laid over them.
Every mistake in a file is one line that names the file and the key.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import takewhile
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urljoin, urlsplit

import msgspec
from cssselect import HTMLTranslator, SelectorError
from pydantic import ValidationError

from config import Settings, SourceHours
from pipeline.attachments import extract, sniff
from pipeline.filings import TABLE_KINDS, kinds_of
from pipeline.model import SHANGHAI, Article, Extract, Listing, Page, UserError
from pipeline.read import SYSTEMS, Fields, Layout, ReadError, Rows, read_detail, read_list
from pipeline.strict_yaml import read_yaml


class SourceError(UserError):
    """A source file that cannot be used, or a source that does not exist."""


class _File(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A source's YAML as written."""

    publisher: str
    system: str
    base: str
    columns: dict[str, _Column]
    hosts: tuple[str, ...] = ()
    id: str | None = None
    list: dict[str, Any] = {}
    detail: dict[str, Any] = {}
    expect: dict[str, Any] = {}
    referer: str | None = None
    warm_up: str | None = None
    fallback: str | None = None
    hours: dict[str, Any] = {}


class _Column(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    name: str
    url: str
    system: str | None = None  # of its lists, where it is not the source's
    list: dict[str, Any] = {}
    detail: dict[str, Any] = {}
    expect: dict[str, Any] = {}
    params: dict[str, str] = {}
    referer: str | None = None


class Expect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a healthy column does."""

    max_silent_days: Annotated[int, msgspec.Meta(ge=1)] = 30
    boards: tuple[str, ...] = ()  # of a list of companies: those whose companies it holds in full …
    delisted: bool = False  # … and companies that are listed no more


class Column(msgspec.Struct, frozen=True, kw_only=True):
    id: str  # "sasac.policy"
    name: str
    url: str
    layout: Layout
    expect: Expect
    params: dict[str, str]  # of the request, where a system asks with a form or a query
    referer: str | None = None  # of its lists, where it is not the source's

    @property
    def system(self) -> str:
        return self.layout.system

    @property
    def filings(self) -> bool:
        return SYSTEMS[self.layout.system].filings

    @property
    def issuers(self) -> bool:
        """Whether its lists are of companies, not of documents."""
        return SYSTEMS[self.layout.system].issuers

    def asking_for(self, params: dict[str, str]) -> Column:
        """The column whose lists are narrowed by parameters of the request."""
        return msgspec.structs.replace(self, params=self.params | params)


class Source(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    publisher: str
    base: str
    hosts: tuple[str, ...]  # the only ones that are ever fetched
    columns: tuple[Column, ...]
    referer: str | None = None  # None: the page that led here
    warm_up: str | None = None  # visited first, for its cookie
    fallback: str | None = None  # source to take when this one is blocked
    hours: SourceHours = SourceHours()  # when it is crawled, unless the settings say otherwise

    @property
    def issuers(self) -> bool:
        """Whether it keeps the company table: it has no documents."""
        return any(column.issuers for column in self.columns)

    def column(self, id: str) -> Column:
        return next(column for column in self.columns if column.id == id)

    def column_of(self, url: str) -> Column:
        """The column whose address has most folders in common with a URL, else the first."""

        def shared(column: Column) -> tuple[int, int]:
            mine, theirs = urlsplit(column.url).path.split("/"), urlsplit(url).path.split("/")
            common = list(takewhile(lambda pair: pair[0] == pair[1], zip(mine, theirs, strict=False)))
            return len(common), -len(mine)  # /xw/tjxw/ rather than /xw/tjxw/tzgg/, where both fit

        return max(self.columns, key=shared) if url else self.columns[0]


# ---------------------------------------------------------------- loading


@cache
def load_sources() -> dict[str, Source]:
    """All bundled sources by id, in order of id."""
    folder = resources.files("crawlers").joinpath("sources")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    sources = {f.name.removesuffix(".yaml"): load_source(f) for f in files}
    for source in sources.values():
        if source.fallback and source.fallback not in sources:
            raise SourceError(f"{source.id}.yaml：fallback：没有来源 {source.fallback}")
    return sources


def load_source(file: Traversable) -> Source:
    """One file; its name is the source's id. Raises SourceError."""
    try:
        raw = read_yaml(file.read_text(encoding="utf-8"), file.name, SourceError)
        written = msgspec.convert(raw, _File)
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{file.name}：无法读取（{error}）") from None
    except msgspec.ValidationError as error:
        raise SourceError(f"{file.name}：{error}") from None
    name = file.name.removesuffix(".yaml")
    try:
        return _built(name, written)
    except (msgspec.ValidationError, SelectorError, ValueError) as error:
        raise SourceError(f"{file.name}：{error}") from None


def _built(name: str, written: _File) -> Source:
    home = urlsplit(written.base).hostname
    if not home or urlsplit(written.base).scheme not in ("http", "https"):
        raise ValueError(f"base：{written.base!r} 不是网址")
    if not written.columns:
        raise ValueError("columns：至少要有一个栏目")
    hosts = tuple(dict.fromkeys([home, *written.hosts]))
    return Source(
        id=name,
        publisher=written.publisher,
        base=written.base,
        hosts=hosts,
        columns=tuple(_column(name, key, column, written, hosts) for key, column in written.columns.items()),
        referer=written.referer,
        warm_up=written.warm_up,
        fallback=written.fallback,
        hours=_hours(written.hours),
    )


def _hours(written: dict[str, Any]) -> SourceHours:
    try:
        return SourceHours.model_validate(written)
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"hours.{'.'.join(map(str, first['loc']))}：{first['msg']}") from None


def _column(source: str, key: str, column: _Column, written: _File, hosts: tuple[str, ...]) -> Column:
    where = f"columns.{key}"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", key):
        raise ValueError(f"{where}：栏目名只能用小写字母、数字和下划线")
    lists, details = column.system or written.system, written.system
    for name in (lists, details):
        if name not in SYSTEMS:
            raise ValueError(f"{where}：没有发布系统 {name}；可用的有 {', '.join(SYSTEMS)}")
    # A column of another system has lists of its own; the articles it leads to are the source's.
    rows = _laid(SYSTEMS[lists].rows, written.list if lists == details else {}, column.list, where)
    fields = _laid(SYSTEMS[details].fields, written.detail, column.detail, where)
    _check_selectors(where, rows, fields)
    pattern = written.id or SYSTEMS[details].id
    _check_pattern(f"{where}：id", pattern)
    url = urljoin(written.base, column.url)
    if urlsplit(url).hostname not in hosts:
        raise ValueError(f"{where}.url：{url} 不在 hosts 之内")
    layout = Layout(
        system=lists,
        details=details,
        source=source,
        column=f"{source}.{key}",
        publisher=written.publisher,
        base=written.base,
        hosts=hosts,
        id=pattern,
        rows=rows,
        fields=fields,
        url=url,
    )
    return Column(
        id=layout.column,
        name=column.name,
        url=url,
        layout=layout,
        expect=msgspec.convert({**written.expect, **column.expect}, Expect),
        params=column.params,
        referer=column.referer,
    )


_Rules = TypeVar("_Rules", Rows, Fields)


def _laid(under: _Rules, source: Mapping[str, Any], column: Mapping[str, Any], where: str) -> _Rules:
    """System, then source, then column; a single selector may be written without brackets."""
    merged = msgspec.structs.asdict(under)
    for key, value in {**source, **column}.items():
        listed = isinstance(merged.get(key), tuple) and isinstance(value, str)
        merged[key] = [value] if listed else value
    try:
        return msgspec.convert(merged, type(under))
    except msgspec.ValidationError as error:
        raise ValueError(f"{where}：{error}") from None


def _check_selectors(where: str, rows: Rows, fields: Fields) -> None:
    selectors = [rows.row, rows.link, rows.title, rows.date, fields.table]
    for name in ("title", "date", "publisher", "number", "index", "body", "drop", "files"):
        selectors += getattr(fields, name)
    for selector in filter(None, selectors):
        if selector.startswith("label:"):
            continue
        css = selector.partition("@")[0].removesuffix("::text").removeprefix(">")
        try:
            HTMLTranslator().css_to_xpath(css)
        except SelectorError as error:
            raise ValueError(f"{where}：选择器 {selector!r} 有误（{error}）") from None
    for name, pattern in (("detail.file_url", fields.file_url), ("list.skip", rows.skip)):
        if pattern:
            _check_pattern(f"{where}：{name}", pattern)


def _check_pattern(where: str, pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{where}：正则表达式 {pattern!r} 有误（{error}）") from None


def pick(known: Mapping[str, Source], names: Sequence[str]) -> list[str]:
    """The sources asked for (all when none is named), each once. Raises SourceError."""
    for name in names:
        if name not in known:
            raise SourceError(_unknown(name, known))
    return list(dict.fromkeys(names)) or list(known)


def hours_of(settings: Settings) -> dict[str, SourceHours]:
    """When each source is crawled. Raises SourceError for a source in the settings that does not exist."""
    known = load_sources()
    for name in settings.sources:
        if name not in known:
            raise SourceError(f"设置里的 sources.{name}：{_unknown(name, known)}")
    return {name: settings.sources.get(name, source.hours) for name, source in known.items()}


def enabled_sources(settings: Settings) -> list[str]:
    return [name for name, when in hours_of(settings).items() if when.enabled]


def _unknown(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    return f"没有来源 {name}；{f'是不是 {near[0]}？' if near else ''}可用的有 {', '.join(known)}"


# ---------------------------------------------------------------- one saved file

Shape = Literal["list", "detail"]


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """A page that could not be read, by the outcome that a crawl would record."""

    outcome: str
    detail: str


def _attached(data: bytes, name: str) -> Extract:
    """A file as a crawl reads it: with the tables of a PDF only where the kind's figures stand in them."""
    found = extract(data)
    if found.media != "pdf" or found.outcome != "read":
        return found
    kinds = {*kinds_of(Path(name).stem, ""), *kinds_of("", found.text)}
    return found if TABLE_KINDS.isdisjoint(kinds) else extract(data, tables=True)


def read_file(
    source: str, data: bytes, *, url: str = "", shape: Shape | None = None, name: str = ""
) -> Listing | Article | Extract | Unread:
    """Reads one saved answer of a source as a crawl would: a list, a detail, or an attached file.

    Without `shape` the address decides, then whichever reading succeeds.
    """
    known = load_sources()
    if source not in known:
        raise SourceError(_unknown(source, known))
    if url and not (urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname):
        raise SourceError(f"--url：{url!r} 不是网址；要写全，如 {known[source].columns[0].url}")
    if sniff(data) not in ("html", "json", "text", "unknown") or name.lower().endswith((".pdf", ".docx")):
        return _attached(data, name)
    column = known[source].column_of(url)
    page = Page(url=url or column.url, status=200, headers={}, body=data, fetched_at=datetime.now(SHANGHAI))
    shapes: list[Shape]
    if shape:
        shapes = [shape]
    else:
        shapes = ["detail", "list"] if re.search(column.layout.id, page.url) else ["list", "detail"]
    refused: list[ReadError] = []
    for attempt in shapes:
        try:
            return (read_list if attempt == "list" else read_detail)(page, column.layout)
        except ReadError as error:
            refused.append(error)
    return Unread(outcome=refused[0].outcome, detail=refused[0].detail)
