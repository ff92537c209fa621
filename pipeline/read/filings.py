"""What the exchanges' systems have in common: a row is the whole record, the PDF is the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pipeline.model import Article, Listed, Page
from pipeline.read.layout import Layout, ReadError

CODE = re.compile(r"\d{6}")


def read_filing(page: Page, layout: Layout, listed: Listed | None) -> Article:
    """The article of a listed filing; `page` is the answer to its file, whose text is read elsewhere."""
    if listed is None or listed.file is None:
        raise ReadError("no_title", "a filing is known by its list row only")
    if listed.published is None or listed.precision is None:
        raise ReadError("no_date", f"{listed.id} is listed without a date")
    return Article(
        id=listed.id,
        source=layout.source,
        column=layout.column,
        url=listed.url,
        title=listed.title,
        published=listed.published,
        precision=listed.precision,
        publisher=listed.company or layout.publisher,
        links=(listed.file,),
        code=listed.code,
        company=listed.company,
    )


def without_company(title: str, company: str | None) -> str:
    """`平安银行：董事会决议公告` without the exchange's own prefix."""
    head, mark, rest = title.partition("：") if "：" in title[:12] else title.partition(":")
    bare = re.sub(r"\s", "", head)
    return rest.strip() if mark and rest and company and bare == re.sub(r"\s", "", company) else title


def listed_filing(
    read: Callable[[dict[str, Any], Layout], Listed], row: dict[str, Any], layout: Layout, problems: list[str]
) -> Listed | None:
    """A row read, or None and a problem; a code that is none is a problem too, but keeps the row."""
    try:
        item = read(row, layout)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        problems.append(f"a row that cannot be read: {error!r}")
        return None
    if item.code and not CODE.fullmatch(item.code):
        problems.append(f"{item.id}: {item.code!r} is not a stock code")
    return item
