"""Every source has saved pages beside what must be read off them: `tests/sites/<source>/<case>/`.

`meta.json` says where a page comes from (`origin`: synthetic or recorded), its address and how it
is read; `expected.json` is the whole Listing or Article. A missing expectation is written and fails
once, so that a person looks at it.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from crawlers.sources import load_sources
from pipeline.attachments import extract
from pipeline.model import Article, Listed, Listing, Page
from pipeline.read import ReadError, read_detail, read_list

SITES = Path(__file__).parent.parent / "sites"
CASES = sorted(path.parent for path in SITES.glob("*/*/meta.json"))


def read_case(case: Path) -> Listing | Article:
    meta = json.loads((case / "meta.json").read_text("utf-8"))
    (file,) = (path for path in case.iterdir() if path.stem == "page")
    source = load_sources()[case.parent.name]
    column = source.column(meta["column"]) if "column" in meta else source.column_of(meta["url"])
    data = file.read_bytes()
    page = Page(
        url=meta["url"],
        status=200,
        headers={},
        body=extract(data).text.encode() if file.suffix == ".xlsx" else data,  # as a crawl unpacks it
        fetched_at=datetime.fromisoformat(meta["fetched_at"]),
    )
    if meta["as"] == "list":
        return read_list(page, column.layout)
    listed = msgspec.convert(meta["listed"], Listed) if "listed" in meta else None
    return read_detail(page, column.layout, listed)


def told(record: Listing | Article) -> dict[str, Any]:
    """As JSON, without what is empty."""

    def stripped(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: stripped(v) for k, v in value.items() if v not in (None, (), [], "", False)}
        return [stripped(v) for v in value] if isinstance(value, list | tuple) else value

    return cast(dict[str, Any], stripped(msgspec.to_builtins(record)))


@pytest.mark.parametrize("source", load_sources())
def test_source_has_pages_for_a_list_and_an_article(source: str) -> None:
    metas = [json.loads((c / "meta.json").read_text("utf-8")) for c in CASES if c.parent.name == source]
    kinds = {meta["as"] for meta in metas}
    assert "list" in kinds, f"tests/sites/{source}/ has no list page"
    filing = load_sources()[source].columns[0].filings
    assert filing or load_sources()[source].issuers or "detail" in kinds, (
        f"tests/sites/{source}/ has no article page"
    )
    assert {meta["origin"] for meta in metas} <= {"synthetic", "recorded"}


def test_no_pages_of_an_unknown_source() -> None:
    assert {case.parent.name for case in CASES} <= set(load_sources())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_page_reads_as_expected(case: Path) -> None:
    expected = case / "expected.json"
    try:
        found = told(read_case(case))
    except ReadError as error:
        found = {"outcome": error.outcome, "detail": error.detail}
    if not expected.exists():
        expected.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
        pytest.fail(f"{expected} was missing and is written: look at it, then run again")
    assert found == json.loads(expected.read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_body_is_clean(case: Path) -> None:
    try:
        article = read_case(case)
    except ReadError:
        return
    if isinstance(article, Listing):
        ids = [item.id for item in article.items]
        assert len(ids) == len(set(ids))
        return
    assert not any(line != line.strip(" ") or not line for line in article.body.split("\n") if article.body)
    for table in article.tables:
        assert len({len(row) for row in table.rows(article.body)}) == 1
