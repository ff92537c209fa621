"""The four agencies' sites as they stood on the last day of the demo week: address → answer.

Each column is a list of the week's items and of rows before them; the list goes on to a second page
where its system has one, and some page repeats a row of the page before, as happens when a new item
pushes the rows down between two requests.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, groupby
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

import jinja2

from crawlers.sources import Column, load_sources
from demo.filed import read
from demo.files import algorithms_docx

HTML = "text/html; charset=UTF-8"
JSON = "application/json;charset=UTF-8"
DOCX = "application/octet-stream"
FIRST_DAY, LAST_DAY = date(2024, 2, 16), date(2024, 2, 25)
_FRONT = 15  # rows of a list's first page

_PAGES = jinja2.Environment(
    loader=jinja2.PackageLoader("demo", "pages"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    keep_trailing_newline=True,
)
_PAGES.filters["cut"] = lambda text, width: text if len(text) <= width else f"{text[: width - 1]}…"


def _torn(text: str) -> Any:
    """Figures in spans of their own, as a word processor's text is pasted."""
    from markupsafe import Markup, escape

    parts = ("".join(group) for _, group in groupby(text, key=lambda sign: sign.isdigit()))
    roman = "</span><span style=\"font-family:'Times New Roman'\">"
    return Markup("").join(
        Markup(f'{roman}{part}</span><span style="font-family:宋体">') if part.isdigit() else escape(part)  # noqa: S704
        for part in parts
    )


_PAGES.filters["torn"] = _torn


@dataclass(frozen=True)
class Answer:
    url: str
    body: bytes
    media: str = HTML
    status: int = 200
    referer: str = ""


def page(name: str, **fields: Any) -> bytes:
    return _PAGES.get_template(f"{name}.html.j2").render(**fields).encode()


def missing(url: str) -> Answer:
    return Answer(url, page("not_found"), "text/html", 404)


def _blocks(body: str) -> list[str | list[list[str]]]:
    """Paragraphs, and tables as rows of cells."""
    blocks: list[str | list[list[str]]] = []
    for is_table, lines in groupby(body.splitlines(), key=lambda line: line.startswith("|")):
        if is_table:
            blocks.append([line.strip("|").split("|") for line in lines])
        else:
            blocks += list(lines)
    return blocks


def _older(source: str, column: Column) -> Iterator[tuple[date, str, int]]:
    """Rows before the week, newest first: day, title, and a number below those of the week."""
    stems = read("older.yaml")[source]
    shift = zlib.crc32(column.id.encode()) % 1000
    for back in count(0):
        day = date(2024, 2, 9) - timedelta(days=2 * back)
        yield day, f"{stems[(back + shift) % len(stems)]}（{day.month}月{day.day}日）", shift * 100 - back


def _rows(
    source: str, column: Column, wanted: list[dict[str, Any]], older: Any
) -> list[list[dict[str, Any]]]:
    """The list's pages: the first, and the second where the first has rows of the week."""
    items = sorted(wanted, key=lambda item: (item["day"], item.get("clock", "")), reverse=True)
    rows = [{"href": item["href"], "title": item["title"], "day": str(item["day"])} for item in items]
    for (day, title, number), _ in zip(_older(source, column), range(30 - len(rows)), strict=False):
        rows.append({"href": older(column, day, number), "title": title, "day": str(day)})
    # The second page begins with the last row of the first.
    return [rows[:_FRONT], rows[_FRONT - 1 :]] if items else [rows[:_FRONT]]


def _by_column(items: list[dict[str, Any]], column: Column) -> list[dict[str, Any]]:
    return [item for item in items if f"{column.layout.source}.{item['column']}" == column.id]


# ---------------------------------------------------------------- SASAC


def sasac() -> Iterator[Answer]:
    source, items = load_sources()["sasac"], read("sasac.yaml")
    numbers = count(30019301)
    for item in items:
        item["id"] = item.get("number") or f"c{next(numbers)}"
    yield missing(urljoin(source.base, "/robots.txt"))
    for column in source.columns:
        folder = urlsplit(column.url).path.removesuffix("index.html").strip("/")
        up = "../" * (folder.count("/") + 1)
        mine = _by_column(items, column)
        for item in mine:
            item["href"] = f"{up}{folder}/{item['id']}/content.html"

        def older(_: Column, __: date, number: int, up: str = up, folder: str = folder) -> str:
            return f"{up}{folder}/c{29000000 + number}/content.html"

        pages = _rows("sasac", column, mine, older)
        component = 2_000_000 + zlib.crc32(column.id.encode()) % 1_000_000
        stem = f"{up}{folder}/index"
        about = {
            "column": column.name,
            "catalog": folder.rpartition("/")[2].strip("n"),
            "component": component,
        }
        yield Answer(column.url, page("sasac_list", rows=pages[0], pages=len(pages), stem=stem, **about))
        if len(pages) > 1:
            # Fragments are numbered from the oldest end: of two pages, the second is number 1.
            second = urljoin(column.url, f"{stem}_{component}_1.html")
            yield Answer(second, page("sasac_rows", rows=pages[1]), referer=column.url)
        for item in mine:
            body = page(
                "sasac_detail", title=item["title"], number=item["id"].strip("c"), day=str(item["day"]),
                source=item["source"], lines=item["body"].splitlines(), **about,
            )  # fmt: skip
            yield Answer(urljoin(column.url, item["href"]), body, referer=column.url)


# ---------------------------------------------------------------- NBS


def nbs() -> Iterator[Answer]:
    source, items = load_sources()["nbs"], read("nbs.yaml")
    numbers = count(1947701)
    for item in items:
        stamp = f"{item['day']:%Y%m%d}"
        item["id"] = item.get("number") or f"t{stamp}_{next(numbers)}"
        item["href"] = f"./{item['day']:%Y%m}/{item['id']}.html"
    yield Answer(urljoin(source.base, "/robots.txt"), b"User-agent: *\nAllow: /\n", "text/plain")
    yield Answer(source.base, page("nbs_home"))
    for column in source.columns:
        mine = _by_column(items, column)
        pages = _rows(
            "nbs", column, mine, lambda _, day, number: f"./{day:%Y%m}/t{day:%Y%m%d}_{1800000 + number}.html"
        )
        for current, rows in enumerate(pages):
            url = urljoin(column.url, f"index_{current}.html") if current else column.url
            body = page("nbs_list", column=column.name, rows=rows, pages=67, current=current)
            yield Answer(url, body, referer=source.base)
        for item in mine:
            url = urljoin(column.url, item["href"])
            if item.get("challenge"):
                yield Answer(url, page("challenge", token=_hex(item["title"])), referer=column.url)
                continue
            yield Answer(
                url,
                page(
                    "nbs_detail", title=item["title"], slashed=f"{item['day']:%Y/%m/%d}", clock=item["clock"],
                    source=item.get("source", "国家统计局"), blocks=_blocks(item["body"]),
                ),
                referer=column.url,
            )  # fmt: skip


# ---------------------------------------------------------------- MIIT


def _hex(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def miit() -> Iterator[Answer]:
    source, items = load_sources()["miit"], read("miit.yaml")
    yield missing(urljoin(source.base, "/robots.txt"))
    yield Answer(source.base, page("miit_shell", column="首页", script=_hex("首页"), query=_unit("首页")))
    for column in source.columns:
        if column.system == "jpaas_search":
            yield _library(column, [item for item in items if item.get("library")])
            continue
        folder = urlsplit(column.url).path.removesuffix("index.html")
        mine = _by_column(items, column)
        for item in mine:
            item["href"] = f"{folder}art/2024/art_{_hex(item['title'])}.html"

        def older(_: Column, day: date, number: int, folder: str = folder) -> str:
            # Some rows are written with the plain scheme; the crawl takes both for one page.
            base = "http://www.miit.gov.cn" if number % 2 else ""
            return f"{base}{folder}art/{day.year}/art_{_hex(f'{folder}{number}')}.html"

        pages = _rows("miit", column, mine, older)
        query = _unit(column.name)
        yield Answer(column.url, page("miit_shell", column=column.name, script=_hex(column.id), query=query))
        total = sum(map(len, pages)) + 200
        for number, rows in enumerate(pages, start=1):
            asked = dict(query)
            if number > 1:
                asked["paramJson"] = json.dumps({"pageNo": number, "pageSize": _FRONT}, separators=(",", ":"))
            html = page("miit_rows", rows=rows, size=_FRONT, total=total, number=number).decode()
            answer = {"code": "200", "success": True, "data": {"html": html}}
            url = f"{source.base}api-gateway/jpaas-publish-server/front/page/build/unit?{urlencode(asked, quote_via=quote)}"
            yield Answer(url, _json(answer), JSON, referer=column.url)
        for item in mine:
            body = page(
                "miit_detail", title=item["title"], column=column.name, day=str(item["day"]), clock=item["clock"],
                source=item["source"], file_number=item.get("file_number"), blocks=_blocks(item["body"]),
            )  # fmt: skip
            yield Answer(urljoin(column.url, item["href"]), body, referer=column.url)


def _unit(name: str) -> dict[str, str]:
    return {
        "parseType": "buildstatic", "webId": "8d828e408d90447786ddbe128d495e9e",
        "tplSetId": "209741b2109044b5b7695700b2bec37e", "pageType": "column", "tagId": "右侧内容",
        "editType": "null", "pageId": _hex(name),
    }  # fmt: skip


def _library(column: Column, items: list[dict[str, Any]]) -> Answer:
    """Fewer rows than a page holds, so the search ends there."""
    found = [
        {
            "title": item["title"], "url": item["href"], "deploytime": _millis(item["day"], item["clock"]),
            "publishgroupname": item["source"], "filenumbername": item["file_number"],
        }
        for item in sorted(items, key=lambda item: item["day"], reverse=True)
    ]  # fmt: skip
    groups = [{"groupData": [{"data": row}]} for row in found]
    answer = {"success": True, "data": {"searchResult": {"total": len(groups), "dataResults": groups}}}
    return Answer(column.url, _json(answer), JSON)


def _millis(day: date, clock: str) -> str:
    hour, minute = map(int, clock.split(":"))
    since_epoch = (day - date(1970, 1, 1)).days * 86400 + (hour - 8) * 3600 + minute * 60
    return str(since_epoch * 1000)


def _json(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode()


# ---------------------------------------------------------------- CAC

# The notices of the batches before, as the filing site lists them.
_BATCHES = [
    ("第三批", "2024-01-05", "https://www.cac.gov.cn/2024-01/05/c_1706119043746644.htm"),
    ("第二批", "2023-09-01", "https://www.cac.gov.cn/2023-09/01/c_1695224377544009.htm"),
]


def cac() -> Iterator[Answer]:
    source, items = load_sources()["cac"], read("cac.yaml")
    numbers = count(1709925427430001, 37)
    for item in items:
        item["id"] = item.get("number") or f"c_{next(numbers)}"
        item["href"] = f"//www.cac.gov.cn/{item['day']:%Y-%m/%d}/{item['id']}.htm"
    yield Answer(urljoin(source.base, "/robots.txt"), b"User-agent: *\nDisallow: /cms/admin/\n", "text/plain")
    yield missing("https://beian.cac.gov.cn/robots.txt")
    for column in source.columns:
        if column.system == "beian":
            yield _beian(column, next(item for item in items if item.get("batch")))
            continue
        mine = _by_column(items, column)
        pages = _rows(
            "cac",
            column,
            mine,
            lambda _, day, number: f"//www.cac.gov.cn/{day:%Y-%m/%d}/c_{1700000000000000 + number}.htm",
        )
        last = column.id == "cac.for_you"  # has a single page: the next one is 404
        for number, rows in enumerate(pages[:1] if last else pages, start=1):
            url = column.url.replace("index_1", f"index_{number}")
            yield Answer(url, page("cac_list", column=column.name, rows=rows), referer=source.base)
        if last:
            yield missing(column.url.replace("index_1", "index_2"))
        for item in mine:
            url = urljoin(source.base, item["href"])
            name = "境内深度合成服务算法备案清单（2024年2月）"
            link = f"/cms/pub/interact/downloadfile.jsp?{urlencode({'filepath': _hex(name) + '/Yk=', 'fText': name})}"
            day = item["day"]
            body = page(
                "cac_detail", title=item["title"], clock=item["clock"], source=item["source"],
                chinese_day=f"{day.year}年{day.month:02d}月{day.day:02d}日", lines=item["body"].splitlines(),
                file=link if item.get("batch") else None, file_name=name,
            )  # fmt: skip
            yield Answer(url, body, referer=column.url)
            if item.get("batch"):
                yield Answer(urljoin(source.base, link), algorithms_docx(), DOCX, referer=url)


def _beian(column: Column, batch: dict[str, Any]) -> Answer:
    fourth = ("第四批", f"{batch['day']} {batch['clock']}:00", f"https:{batch['href']}")
    rows = [
        {
            "noticeId": str(40 - i), "type": 3, "title": f"关于发布{name}深度合成服务算法备案信息的公告",
            "content": url, "createTime": day if " " in day else f"{day} 10:00:00",
        }
        for i, (name, day, url) in enumerate([fourth, *_BATCHES])
    ]  # fmt: skip
    rows.append({"noticeId": "2", "type": 1, "title": "填报说明", "content": "<p>请按要求填写。</p>", "createTime": "2022-03-01 00:00:00"})  # fmt: skip
    return Answer(column.url, _json({"errno": 0, "datas": rows}), JSON, referer="https://beian.cac.gov.cn/")
