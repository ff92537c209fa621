"""What the sites of the simulated internet publish: items, filings, files."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from docx import Document as Docx
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from pipeline.model import SHANGHAI


@dataclass
class Item:
    """What a site publishes at `at` (and takes away at `gone`). `shown` is the date it prints."""

    number: int
    title: str
    at: datetime
    text: str = "各有关单位：现将有关事项通知如下，请认真贯彻执行。"
    shown: datetime | None = None
    gone: datetime | None = None
    changed: tuple[tuple[datetime, str], ...] = ()  # from when another text stands there
    files: tuple[tuple[str, bytes], ...] = ()
    code: str = "300001"
    company: str = "特锐德"

    def __post_init__(self) -> None:
        self.shown = self.shown or self.at

    def text_at(self, now: datetime) -> str:
        return [self.text, *(text for since, text in self.changed if since <= now)][-1]


def items(n: int, *, last: datetime, every: timedelta = timedelta(hours=20), start: int = 0) -> list[Item]:
    """`n` items that appeared one after the other, the newest at `last`."""
    return [
        Item(
            number=start + k,
            title=f"关于做好第{start + k}项数字化转型工作的通知",
            at=last - (n - 1 - k) * every,
            text=f"各有关单位：\n第{start + k}项工作自编号{start + k:06d}的方案印发之日起施行，请认真贯彻执行。",
        )
        for k in range(n)
    ]


class Column:
    def __init__(self, path: str, published: Iterable[Item]) -> None:
        self.path = path
        self.items = list(published)

    def visible(self, now: datetime) -> list[Item]:
        """Newest first."""
        shown = [i for i in self.items if i.at <= now and not (i.gone and i.gone <= now)]
        return sorted(shown, key=lambda item: (item.at, item.number), reverse=True)


def filings(n: int, day: datetime, *, start: int = 0) -> list[Item]:
    """Evening filings: sent in at 19:00 of the day before the date that they carry."""
    midnight = day.astimezone(SHANGHAI).replace(hour=0, minute=0)
    return [
        Item(
            number=start + k,
            title=f"关于第{start + k}次临时股东大会决议的公告",
            at=midnight - timedelta(hours=5) + timedelta(minutes=k),
            shown=midnight,
            text=f"本公司董事会保证信息披露内容真实。第{start + k}次股东大会以现场投票方式召开。",
            code=f"{300000 + (start + k) % 90:06d}",
        )
        for k in range(n)
    ]


@lru_cache(maxsize=4096)
def pdf(text: str) -> bytes:
    if "STSong-Light" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    canvas.setFont("STSong-Light", 12)
    for n, line in enumerate(text.split("\n")):
        canvas.drawString(60, 780 - 20 * n, line)
    canvas.save()
    return out.getvalue()


def docx(rows: list[list[str]]) -> bytes:
    document = Docx()
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
