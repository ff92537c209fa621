"""Lists of listed companies, as the exchanges and CNINFO publish them: rows are companies, not documents.

CNINFO's list (one JSON file) was seen as it came; it names shares of Shanghai and Shenzhen, also those
that are listed no more, and alone gives `orgId`. The exchanges' lists are told by many public programs
and were not seen here: SSE's query of its list page (JSON by pages), SZSE's reports (workbooks: the
list of A shares, of B shares, the changes of short and of full names), BSE's list page (JSONP by
pages). Their rows have many fields more; what is needed of them is demanded, the rest is left alone.

The short name of a row is kept as printed: SSE and SZSE print the marks of the trading day (`XD工商银`,
`N通则康威`) and of risk (`*ST华微`) there. What of it is a name is decided in `companies_refresh`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from pipeline.model import Article, Issuer, Listed, Listing, Page, Renaming
from pipeline.normalise import normal
from pipeline.read.filings import CODE
from pipeline.read.guard import is_html
from pipeline.read.html import decode
from pipeline.read.layout import Layout, ReadError, System
from pipeline.read.payload import audit, member, next_in_query, objects, page_json, query_number

_CNINFO = {"code", "orgId", "zwjc", "pinyin", "category"}
_CNINFO_KINDS = {"A股", "B股", "CDR"}
_LONGEST = 16  # characters of a short name; an exchange has room for 8 and a mark
_NONE = {"", "-", "--", "None", "null"}


def _issuers(rows: Iterable[dict[str, Any]], read: Callable[[dict[str, Any]], Issuer]) -> Listing:
    """Each code once; a row that cannot be read is a problem."""
    found: dict[str, Issuer] = {}
    problems: list[str] = []
    for row in objects(rows, problems):
        try:
            issuer = read(row)
        except (KeyError, ValueError) as error:
            problems.append(f"a row that cannot be read: {error!r}")
            continue
        found.setdefault(issuer.code, issuer)
    return Listing(items=(), issuers=tuple(found.values()), problems=tuple(dict.fromkeys(problems)))


def _text(value: object) -> str | None:
    """A cell without markup (SZSE's JSON links its names) and without the blanks of the layout."""
    shown = html.unescape(re.sub(r"<[^>]*>", "", str(value if value is not None else "")))
    text = normal(re.sub(r"\s+", " ", shown))
    return None if text in _NONE else text


def _code(value: object) -> str:
    code = str(value).strip()
    if not CODE.fullmatch(code):
        raise ValueError(f"{code!r} is not a stock code")
    return code


def _short(value: object) -> str:
    """No short name has a blank in it; SZSE fills names of three characters with them."""
    text = "".join((_text(value) or "").split())
    if not 1 < len(text) <= _LONGEST:
        raise ValueError(f"{text[:40]!r} is no short name")
    return text


def _day(value: object) -> date | None:
    """`19991110` or `1999-11-10`; raises ValueError."""
    text = _text(value)
    return date.fromisoformat(text) if text else None


def _no_article(page: Page, layout: Layout, listed: Listed | None) -> Article:
    raise ReadError("no_title", "a list of companies leads to no articles")


# ---------------------------------------------------------------- CNINFO


def _read_cninfo(page: Page, layout: Layout) -> Listing:
    answer = page_json(page)
    problems = audit(answer, {"stockList"}, "answer")
    rows = member(answer, "stockList", list)

    def read(row: dict[str, Any]) -> Issuer:
        problems.extend(audit(row, _CNINFO, "row"))
        if row["category"] not in _CNINFO_KINDS:
            problems.append(f"unknown category {row['category']}")
        return Issuer(
            code=_code(row["code"]), short=_short(row["zwjc"]), org_id=str(row["orgId"] or "") or None
        )

    found = _issuers(rows, read)
    return Listing(
        items=(), issuers=found.issuers, problems=tuple(dict.fromkeys([*problems, *found.problems]))
    )


# ---------------------------------------------------------------- SSE


def _read_sse(page: Page, layout: Layout) -> Listing:
    answer = page_json(page)
    paging = member(answer, "pageHelp", dict)
    # A row may name both shares of a company; the one asked for is meant.
    share = "B_STOCK_CODE" if query_number(page.url, "STOCK_TYPE") == 2 else "A_STOCK_CODE"

    def read(row: dict[str, Any]) -> Issuer:
        return Issuer(
            code=_code(row[share]),
            short=_short(row.get("SEC_NAME_CN") or row["COMPANY_ABBR"]),
            full=_text(row.get("FULL_NAME")),
            industry=_text(row.get("CSRC_CODE_DESC")),
            listed=_day(row.get("LIST_DATE")),
        )

    found = _issuers(member(answer, "result", list), read)
    number = paging.get("pageNo") or query_number(page.url, "pageHelp.pageNo")
    pages, total = paging.get("pageCount"), paging.get("total")
    more = isinstance(number, int) and isinstance(pages, int) and number < pages
    return Listing(
        items=(),
        issuers=found.issuers,
        next_url=next_in_query(page.url, "pageHelp.pageNo", "pageHelp.beginPage", "pageHelp.endPage")
        if more
        else None,
        has_more=more,
        total=total if isinstance(total, int) else None,
        problems=found.problems,
    )


# ---------------------------------------------------------------- SZSE


def _read_szse(page: Page, layout: Layout) -> Listing:
    """A report, which is a workbook: the page holds the text that a parser process made of it, rows of
    cells parted by tabs. Columns are found by their heads."""
    if is_html(page.body):
        raise ReadError("bad_shape", "HTML came where a workbook was asked for")
    head, *rows = [line.split("\t") for line in decode(page).split("\n")]
    cells = [dict(zip(head, row, strict=False)) for row in rows]
    if {"变更日期", "证券代码"} <= set(head):
        return _renamings(cells, head)
    share = next((share for share in "AB" if f"{share}股代码" in head), None)
    if share is None or f"{share}股简称" not in head:
        raise ReadError("bad_shape", f"no column of codes or names; there are {', '.join(head)[:80]}")

    def read(row: dict[str, Any]) -> Issuer:
        return Issuer(
            code=_code(row[f"{share}股代码"].zfill(6)),
            short=_short(row[f"{share}股简称"]),
            full=_text(row.get("公司全称")),
            industry=re.sub(r"^[A-Z] ?", "", _text(row.get("所属行业")) or "") or None,
            listed=_day(row.get(f"{share}股上市日期")),
        )

    return _issuers(cells, read)


def _renamings(cells: list[dict[str, str]], head: list[str]) -> Listing:
    for kind in ("short", "full"):
        word = "简称" if kind == "short" else "全称"
        before, after = f"变更前{word}", f"变更后{word}"
        if {before, after} <= set(head):
            break
    else:
        raise ReadError("bad_shape", f"no column of old and new names; there are {', '.join(head)[:80]}")
    found: list[Renaming] = []
    problems: list[str] = []
    for row in cells:
        try:
            day = _day(row["变更日期"])
            if day is None:
                raise ValueError("the day is empty")
            found.append(
                Renaming(
                    code=_code(row["证券代码"].zfill(6)),
                    old=_short(row[before]),
                    new=_short(row[after]),
                    on=day,
                    name="short" if kind == "short" else "full",
                )
            )
        except (KeyError, ValueError) as error:
            problems.append(f"a row that cannot be read: {error!r}")
    return Listing(items=(), renamings=tuple(found), problems=tuple(dict.fromkeys(problems)))


# ---------------------------------------------------------------- BSE


def _read_bse(page: Page, layout: Layout) -> Listing:
    answer = page_json(page)

    def read(row: dict[str, Any]) -> Issuer:
        return Issuer(
            code=_code(row["xxzqdm"]),
            short=_short(row["xxzqjc"]),
            industry=_text(row.get("xxhyzl")),
            listed=_day(row.get("fxssrq")),
        )

    found = _issuers(member(answer, "content", list), read)
    number, pages, total = answer.get("number"), answer.get("totalPages"), answer.get("totalElements")
    return Listing(
        items=(),
        issuers=found.issuers,
        has_more=isinstance(number, int) and isinstance(pages, int) and number + 1 < pages,
        total=total if isinstance(total, int) else None,
        problems=found.problems,
    )


def _system(read: Callable[[Page, Layout], Listing]) -> System:
    return System(read_list=read, read_detail=_no_article, id=r"(?!)", issuers=True)


CNINFO, SSE, SZSE, BSE = map(_system, (_read_cninfo, _read_sse, _read_szse, _read_bse))
