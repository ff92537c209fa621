"""Lists and articles that are plain HTML: what all systems have in common, driven by the layout."""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import urlsplit

from pipeline.model import SHANGHAI, Article, Link, Listed, Listing, Page, Table
from pipeline.read import guard
from pipeline.read.body import read_body
from pipeline.read.html import Element, canonical, file_links, parse_html, select, tidy, values, whole_text
from pipeline.read.layout import Layout, ReadError
from pipeline.read.moments import Moment, read_moment, too_late
from pipeline.read.numbers import document_number

_SOURCE = re.compile(
    r"来源\s*[:：]\s*([^\s<'\"|].*?)(?=\s{2,}|\s*(?:发布时间|发布日期|时间|日期|作者|编辑|责任编辑|字号|字体|分享|打印|浏览|阅读)"
    r"|[【\[|<']|$)"
)
_SITE = re.compile(r"(?:\s*[-_－|]\s*[^-_－|]{2,24}){1,2}$")  # `标题_栏目_中国政府网`
_COLON = ("：", ":")
_TITLE_META = "meta[name='ArticleTitle' i]@content"


def item_id(url: str, layout: Layout) -> str:
    """`sasac:c30019272`; a page of another site has its address for an id."""
    found = re.search(layout.id, url)
    if found and urlsplit(url).hostname in layout.hosts:
        return f"{layout.source}:{found[1]}"
    parts = urlsplit(url)
    return f"{layout.source}:{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")


# ---------------------------------------------------------------- lists


def read_rows(
    tree: Element, page: Page, layout: Layout, css: str | None = None
) -> tuple[list[Listed], list[str]]:
    """The rows of a list, each document once. Raises ReadError when there are none."""
    rows = select(tree, css or layout.rows.row)
    items: dict[str, Listed] = {}
    problems: list[str] = []
    for row in rows:
        item = _row(row, page, layout, problems)
        if item:
            items.setdefault(item.id, item)
    if not items:
        shown = guard.visible(page.body)
        outcome = "no_rows" if shown > 200 else "empty_shell"
        raise ReadError(
            outcome, f"{css or layout.rows.row!r} gives no row; the page shows {shown} bytes of text"
        )
    return list(items.values()), problems


def _row(row: Element, page: Page, layout: Layout, problems: list[str]) -> Listed | None:
    links = [a for a in select(row, layout.rows.link) if canonical(a.get("href") or "", page.url, layout)]
    if not links:
        words = tidy(whole_text(row))
        if words:  # a ruled line between rows has none
            problems.append(f"a row without a link: {words[:40]}")
        return None
    link = links[0]
    url = canonical(link.get("href") or "", page.url, layout)
    if layout.rows.skip and re.search(layout.rows.skip, url):
        return None
    own = values(row, layout.rows.title) if layout.rows.title else []
    title = own[0] if own else tidy(link.get("title") or "") or tidy(whole_text(link))
    if not title:
        problems.append(f"a row without a title: {url}")
        return None
    dates = values(row, layout.rows.date) if layout.rows.date else []
    moment = next((m for m in map(read_moment, dates) if m), None)
    if layout.rows.date and not moment:
        problems.append(f"a row without a date: {url}")
    return Listed(
        id=item_id(url, layout),
        url=url,
        title=title,
        published=moment[0] if moment else None,
        precision=moment[1] if moment else None,
    )


# ---------------------------------------------------------------- articles


class Reading:
    """Reads the fields of one page and gathers what was not as the layout says."""

    def __init__(self, page: Page, layout: Layout, tree: Element | None = None) -> None:
        self.page = page
        self.layout = layout
        self.tree = parse_html(page) if tree is None else tree
        self.problems: list[str] = []
        self._table: dict[str, str] | None = None

    def texts(self, selector: str) -> list[str]:
        if selector.startswith("label:"):
            beside = self._particulars().get(selector.removeprefix("label:"))
            return [beside] if beside else []
        found = values(self.tree, selector)
        return [_SITE.sub("", text) for text in found] if selector == "title" else found

    def _particulars(self) -> dict[str, str]:
        """Label → value of the page's own table; blanks inside labels (`索 引 号`) do not count."""
        if self._table is None:
            self._table = {}
            for table in select(self.tree, self.layout.fields.table or "table:not(*)"):
                cells = [tidy(whole_text(cell)) for cell in table.iter("td", "th")]
                for label, value in pairwise(cells):
                    if label.endswith(_COLON):
                        key = re.sub(r"[\s:：]", "", label)
                        self._table.setdefault(key, "" if value.endswith(_COLON) else value)
        return self._table

    def first(self, name: str, selectors: tuple[str, ...]) -> str | None:
        """The first alternative that gives text; several different texts are a problem."""
        for selector in selectors:
            found = list(dict.fromkeys(self.texts(selector)))
            if len(found) > 1:
                self.problems.append(f"{name}: {selector} gives {len(found)} texts; the first is taken")
            if found:
                return found[0]
        return None

    def title(self, listed: Listed | None) -> str:
        title = self.first("title", (*self.layout.fields.title, _TITLE_META))
        if not title:
            where = ", ".join(self.layout.fields.title)
            raise ReadError(
                "no_title", f"{where} give nothing; listed as {listed.title if listed else 'unknown'}"
            )
        return title

    def shown(self) -> Moment | None:
        """The date that the page shows, else the one it states in its head."""
        fields = self.layout.fields
        texts = (text for selector in fields.date for text in self.texts(selector))
        return next((m for text in texts if (m := read_moment(text, day_only=fields.day_only))), None)

    def moment(self, listed: Listed | None, otherwise: Moment | None) -> Moment:
        shown = self.shown()
        if shown:
            return shown
        if self.layout.fields.date:
            self.problems.append(f"date: {', '.join(self.layout.fields.date)} give none")
        if listed and listed.published and listed.precision:
            return listed.published, listed.precision
        if otherwise:
            return otherwise
        raise ReadError("no_date", "neither the page nor its row in the list has one")

    def publisher(self) -> str:
        for selector in self.layout.fields.publisher:
            for text in self.texts(selector):
                labelled = _SOURCE.search(text)
                if labelled:
                    return labelled[1].strip()
                if "来源" not in text:
                    return text
        return self.layout.publisher

    def body(self) -> tuple[str, tuple[Table, ...], tuple[Link, ...]]:
        """Text, tables and files. Only a page with neither text nor file is refused."""
        fields = self.layout.fields
        place: Element | None = None
        text = ""
        tables: tuple[Table, ...] = ()
        for css in fields.body:
            found = select(self.tree, css)
            if not found:
                continue
            place = found[0]
            text, tables = self._text(place)
            if len(found) > 1:
                others = {self._text(other)[0] for other in found[1:]} - {text, ""}
                if others:
                    self.problems.append(f"body: {css} gives {len(found)} places; the first is taken")
            if text:
                break
        places = ([place] if place is not None else []) + [
            e for css in fields.files for e in select(self.tree, css)
        ]
        links = file_links(places, self.page.url, self.layout)
        if not text and not links:
            where = ", ".join(fields.body)
            raise ReadError(
                "no_body", f"{where}: no text and no file" if place is not None else f"{where} match nothing"
            )
        return text, tables, links

    def _text(self, place: Element) -> tuple[str, tuple[Table, ...]]:
        drop = {element for css in self.layout.fields.drop for element in select(place, css)}
        return read_body(place, drop)


def read_page(page: Page, layout: Layout, listed: Listed | None) -> Article:
    return read_article(Reading(page, layout), listed)


def read_article(reading: Reading, listed: Listed | None, *, otherwise: Moment | None = None) -> Article:
    """An article by the layout. `otherwise` is the date to take when neither page nor list has one."""
    page, layout = reading.page, reading.layout
    title = reading.title(listed)
    published, precision = reading.moment(listed, otherwise)
    text, tables, links = reading.body()
    fetched = page.fetched_at.astimezone(SHANGHAI)
    if too_late(published, fetched):
        reading.problems.append(f"future_date: {published:%Y-%m-%d} on a page fetched {fetched:%Y-%m-%d}")
    url = canonical(page.url, page.url, layout) or page.url
    return Article(
        id=item_id(url, layout),
        source=layout.source,
        column=layout.column,
        url=url,
        title=title,
        published=published,
        precision=precision,
        publisher=reading.publisher(),
        document_number=document_number(title, text, reading.first("number", layout.fields.number)),
        index_number=reading.first("index", layout.fields.index),
        body=text,
        tables=tables,
        links=links,
        problems=tuple(dict.fromkeys(reading.problems)),
    )


def listing(
    items: list[Listed], problems: list[str], next_url: str | None, total: int | None = None
) -> Listing:
    return Listing(
        items=tuple(items),
        next_url=next_url,
        has_more=next_url is not None,
        total=total,
        problems=tuple(dict.fromkeys(problems)),
    )
