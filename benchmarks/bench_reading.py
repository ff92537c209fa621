"""Speed of reading pages against trafilatura, the usual extractor of texts, on the same pages.

    python -m benchmarks.bench_reading [--pages DIR] [--seconds 2]

For each publishing system: our whole article (decoded, challenge and shell looked for, title, date,
publisher, numbers, body, tables, files) ÷ trafilatura's text with its metadata, both from the bytes
as they came. The two take each page in turn in one process and are timed by its processor time, so
that a busy machine slows both alike. Pages are the project's own; with --pages those of a folder
`DIR/<source>/*detail*.html` (real pages are larger).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import datetime
from pathlib import Path

from trafilatura import bare_extraction

from crawlers.sources import load_sources
from pipeline.model import SHANGHAI, Page
from pipeline.read import ReadError, read_detail
from pipeline.read.layout import Layout

FLOOR = 8.0
SITES = Path(__file__).parent.parent / "tests" / "sites"
Saved = tuple[Page, Layout, bytes]  # with the HTML that trafilatura is given


def own_pages() -> dict[str, list[Saved]]:
    found: dict[str, list[Saved]] = {}
    for file in sorted(SITES.glob("*/*/page.*")):
        meta = json.loads((file.parent / "meta.json").read_text("utf-8"))
        if meta["as"] == "detail" and "listed" not in meta:
            add(found, file.parent.parent.name, meta["url"], file.read_bytes(), meta.get("column"))
    return found


def pages_of(folder: Path) -> dict[str, list[Saved]]:
    found: dict[str, list[Saved]] = {}
    for file in sorted(folder.glob("*/*detail*.html")):
        if file.parent.name in load_sources():
            base = load_sources()[file.parent.name].base
            add(found, file.parent.name, f"{base}{file.stem}/content.html", file.read_bytes(), None)
    return found


def add(found: dict[str, list[Saved]], source: str, url: str, body: bytes, column: str | None) -> None:
    known = load_sources()[source]
    layout = (known.column(column) if column else known.column_of(url)).layout
    page = Page(url=url, status=200, headers={}, body=body, fetched_at=datetime.now(SHANGHAI))
    try:
        read_detail(page, layout)
    except ReadError:
        return  # a page that is a fixture for being refused
    html = _html(body)
    if b"<" in html:  # Eastmoney's texts are plain
        found.setdefault(source, []).append((page, layout, html))


def _html(body: bytes) -> bytes:
    """The page; where it is JSON (NFRA), the HTML in it."""
    if body.lstrip()[:1] == b"<":
        return body
    texts = [value for value in json.loads(body)["data"].values() if isinstance(value, str)]
    return max(texts, key=len).encode()


def ratio(pages: list[Saved], least: float) -> tuple[float, float, float]:
    """Pages a second of ours and of trafilatura, and how often ours is as fast."""
    ours = theirs = 0.0
    count = 0
    while theirs < least:
        for page, layout, html in pages:
            start = time.process_time()
            read_detail(page, layout)
            middle = time.process_time()
            bare_extraction(html, url=page.url, with_metadata=True)
            theirs += time.process_time() - middle
            ours += middle - start
            count += 1
    return count / ours, count / theirs, theirs / ours


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=Path, help="folder of saved pages by source")
    parser.add_argument("--seconds", type=float, default=2.0, help="processor time of trafilatura a source")
    args = parser.parse_args(arguments)
    every = pages_of(args.pages) if args.pages else own_pages()
    for pages in every.values():
        ratio(pages, 0.05)  # what is made once
    least = 99.0
    for source, pages in every.items():
        ours, theirs, times = ratio(pages, args.seconds)
        size = sum(len(page.body) for page, *_ in pages) / len(pages) / 1000
        system = pages[0][1].details
        print(
            f"{source:8} {system:9} {len(pages):2} pages of {size:5.1f} kB: "
            f"{ours:7.0f} pages/s, trafilatura {theirs:5.0f}, ratio {times:5.1f}"
        )
        least = min(least, times)
    print(f"least ratio {least:.1f} (floor {FLOOR})")
    return 0 if least >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
