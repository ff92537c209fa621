"""What is made to hurt: memory and time stay bounded, each ends in a named outcome, the process lives on."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawlers.lists import MAX_PAGES
from pipeline.model import SHANGHAI
from tests.crawlers.conftest import Crawler, Desk
from tests.crawlers.exchange_sites import Cninfo
from tests.crawlers.internet import Answer, Asked, Internet
from tests.crawlers.published import filings, items
from tests.crawlers.sites import Cac, Sasac, whole

NOON = datetime(2024, 2, 19, 12, 0, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)
MEGABYTE = 1 << 20


def squeezed(part: bytes, megabytes: int) -> bytes:
    """Many times the same, packed, and packed again: kilobytes that unpack to hundreds of megabytes."""
    pack = zlib.compressobj(9)
    piece = part * (MEGABYTE // len(part))
    once = b"".join([*(pack.compress(piece) for _ in range(megabytes)), pack.flush()])
    return zlib.compress(once, 9)


def pdf_of(stream: bytes, kids: str = "[3 0 R]") -> bytes:
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids {kids} /Count 2000000000 >>".encode(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /Font << /F "
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n%s\nendstream"
        % (len(stream), stream),
    ]
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, part in enumerate(parts, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, part))
    start = out.tell()
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    out.write(b"xref\n0 5\n0000000000 65535 f \n" + rows)
    out.write(b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def docx_of(megabytes: int) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w") as part,
    ):
        for _ in range(megabytes):
            part.write(bytes(MEGABYTE))
    return out.getvalue()


@pytest.fixture
def fresh() -> Iterator[Crawler]:
    """A crawling process of its own: what its memory rose to is this test's doing."""
    started = Crawler()
    yield started
    started.close()


def test_bombs_cost_themselves_only(fresh: Crawler, internet: Internet, tmp_path: Path) -> None:
    desk = Desk(tmp_path / "data", fresh, internet)
    desk.settings |= {"parse_seconds": 8, "parse_bytes": 700_000_000, "timeout": 30}
    internet.add(whole("sasac", Sasac, news=items(3, last=NOON)))
    internet.add(Cninfo(filings(8, NOON)))
    assert desk.crawl("sasac")["state"] == "ok"
    before = fresh.peak()
    text = squeezed(b"BT /F 9 Tf (a) Tj ET\n", 400)
    bombs = {
        0: Answer(pdf_of(text), type="application/pdf"),
        1: Answer(pdf_of(text, kids="[2 0 R 3 0 R 2 0 R]"), type="application/pdf"),
        2: Answer(docx_of(400)),
        3: Answer(chunks=200),
        4: Answer("<html>" + "<div>" * 1_000_000),
    }
    for number, answer in bombs.items():
        internet.harm(f"121900000{number}.PDF", answer)
    run = desk.crawl("cninfo")
    assert run["outcomes"]["stored"] == 8 - len(bombs)
    found = {d.id: [a.outcome for a in d.attachments] for d in desk.documents("cninfo")}
    ended = [found[f"cninfo:121900000{number}"][0] for number in bombs]
    assert set(ended[:2]) <= {"killed", "timeout_parse", "too_big", "unreadable", "truncated"}, ended
    assert ended[2:] == ["too_big", "too_big", "not_pdf"]
    assert fresh.peak() - before < 250 * MEGABYTE
    internet.heal()
    internet.now += HOUR
    assert desk.crawl("sasac")["state"] == "ok"


def test_a_list_of_ever_new_rows_is_left_after_so_many_pages(desk: Desk) -> None:
    site = whole("cac", Cac, news=items(2, last=NOON))
    desk.internet.add(site)

    def onward(asked: Asked, honest: Answer) -> Answer:
        """One row more on every page, of a day that a back-fill does not ask for."""
        number = int(re.findall(r"index_(\d+)", asked.path)[0])
        row = (
            f'<li><h5><a href="/2024-02/20/c_{1800000000000000 + number}.htm">第{number}号公告的全文</a></h5>'
            f'<div class="times">2024-02-20</div></li>'
        )
        return Answer(f'<html><body><div id="loadingInfoPage">{row}</div></body></html>')

    desk.internet.harm("A093702index_", onward)
    run = desk.crawl("cac", since="2024-02-18", until="2024-02-19")
    assert (run["state"], run["outcomes"]["endless_list"]) == ("trouble", 1)
    assert len(desk.internet.urls("A093702index_")) == MAX_PAGES
    assert run["outcomes"]["stored"] == 3, "the other columns"
