"""Makes `week.warc.gz`: the demo week as a crawl of it would have archived it. `python -m demo.build`

Needs reportlab (`pip install zhoubao[dev]`). The same data and templates give the same records.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from crawlers.archive import Archive, Exchange
from crawlers.sources import load_sources
from crawlers.spiders import Step, asking_of
from demo.filed import Filing, filings
from demo.files import pdf
from demo.sites import FIRST_DAY, JSON, LAST_DAY, Answer, cac, miit, missing, nbs, page, sasac
from pipeline.model import SHANGHAI

WEEK = Path(__file__).with_name("week.warc.gz")
MADE_AT = datetime(2024, 2, 25, 21, 30, tzinfo=SHANGHAI)
PAGE = 30  # rows of the exchange's list
REPEATS = date(2024, 2, 20)  # on this day a row stands on two pages
FACTS = {"mode": "backfill", "first_day": str(FIRST_DAY), "last_day": str(LAST_DAY), "origin": "synthetic"}
_AGENT = "Mozilla/5.0 (compatible; zhoubao)"


def build(path: Path) -> Path:
    """Writes the archive; every exchange a second after the one before."""
    archive = Archive(path, name=WEEK.name, facts=FACTS)
    for number, exchange in enumerate(exchanges()):
        archive.write(
            Exchange(
                url=exchange.url, status=exchange.status, headers=exchange.headers, body=exchange.body,
                fetched_at=MADE_AT + timedelta(seconds=number), method=exchange.method,
                request_headers=exchange.request_headers, request_body=exchange.request_body,
            )
        )  # fmt: skip
    return archive.close(origin="synthetic")


def exchanges() -> Iterator[Exchange]:
    for site in (sasac, nbs, miit, cac):
        yield from map(_get, site())
    yield from cninfo()


def _get(answer: Answer) -> Exchange:
    led_here = (("Referer", answer.referer),) if answer.referer else ()
    return Exchange(
        url=answer.url,
        status=answer.status,
        headers=(("Content-Type", answer.media), ("Content-Length", str(len(answer.body)))),
        body=answer.body,
        fetched_at=MADE_AT,
        request_headers=(("Accept-Language", "zh-CN,zh;q=0.9"), ("User-Agent", _AGENT), *led_here),
    )


# ---------------------------------------------------------------- CNINFO


def cninfo() -> Iterator[Exchange]:
    """The list of each day, as the form asks for it, and the file of each filing."""
    source = load_sources()["cninfo"]
    (column,) = source.columns
    asking = asking_of(source, column.system)
    week = filings()
    files = {filing.number: pdf(filing) for filing in week if not filing.web_page}
    yield _get(missing("https://www.cninfo.com.cn/robots.txt"))
    yield _get(missing("https://static.cninfo.com.cn/robots.txt"))
    for step in asking.steps(column, FIRST_DAY, LAST_DAY, True):
        of_day = [filing for filing in week if filing.day == step.first_day]
        for number, rows in enumerate(_pages(of_day), start=1):
            request = asking.first(Step(column, step.first_day, step.last_day, number))
            answer = {
                "classifiedAnnouncements": None,
                "totalSecurities": 0,
                "totalAnnouncement": len(of_day),
                "totalRecordNum": len(of_day),
                "announcements": [_row(filing, len(files.get(filing.number, b""))) for filing in rows]
                or None,
                "categoryList": None,
                "hasMore": number < len(_pages(of_day)),
                "totalpages": len(of_day) // PAGE,
            }
            body = json.dumps(answer, ensure_ascii=False).encode()
            yield Exchange(
                url=request.url, status=200, headers=(("Content-Type", JSON), ("Content-Length", str(len(body)))),
                body=body, fetched_at=MADE_AT, method="POST", request_body=request.body,
                request_headers=(("Content-Type", "application/x-www-form-urlencoded"), ("User-Agent", _AGENT),
                                 ("Referer", source.referer or "")),
            )  # fmt: skip
    for filing in week:
        url = f"https://static.cninfo.com.cn/{_file(filing)}"
        if filing.web_page:
            yield _get(Answer(url, page("file_gone"), "text/html; charset=utf-8"))
        else:
            yield _get(Answer(url, files[filing.number], "application/pdf"))


def _pages(of_day: list[Filing]) -> list[list[Filing]]:
    """Newest first, 30 rows a page; a day without filings has one empty page."""
    rows = sorted(of_day, key=lambda filing: (filing.clock or "", filing.number), reverse=True)
    if of_day and of_day[0].day == REPEATS:
        rows.insert(PAGE, rows[PAGE - 1])  # a filing came in between the two requests
    return [rows[i : i + PAGE] for i in range(0, len(rows), PAGE)] or [[]]


def _file(filing: Filing) -> str:
    return f"finalpage/{filing.day}/{filing.number}.PDF"


def _row(filing: Filing, size: int) -> dict[str, object]:
    hour, minute = map(int, (filing.clock or "0:00").split(":"))
    at = datetime(filing.day.year, filing.day.month, filing.day.day, hour, minute, tzinfo=SHANGHAI)
    board = {"30": "SZCY", "00": "SZZB", "60": "SHZB", "68": "SHKCB"}.get(filing.code[:2], "BJSB")
    return {
        "id": None,
        "secCode": filing.code,
        "secName": filing.short,
        "orgId": f"99{filing.code}",
        "announcementId": str(filing.number),
        "announcementTitle": filing.title,
        "announcementTime": int(at.timestamp() * 1000),
        "adjunctUrl": _file(filing),
        "adjunctSize": size // 1024 + 1,
        "adjunctType": "PDF",
        "storageTime": None,
        "columnId": "250401||251302",
        "pageColumn": board,
        "announcementType": "01010503||010113||01150101",
        "associateAnnouncement": None,
        "important": None,
        "batchNum": None,
        "announcementContent": "",
        "orgName": None,
        "announcementTypeName": None,
    }


if __name__ == "__main__":
    print(build(WEEK))
