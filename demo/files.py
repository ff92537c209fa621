"""The files of the demo week: filings as PDF, the list of registered algorithms as DOCX, byte for byte the same each time.

Streams are left uncompressed: the archive compresses them once more anyway, and the bytes then do
not depend on the compressor of the machine that builds.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from docx import Document as WordDocument
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from demo.filed import Filing, read

FONT = "STSong-Light"  # one of the fonts that every PDF reader knows, so none is embedded
pdfmetrics.registerFont(UnicodeCIDFont(FONT))

_TEXT = ParagraphStyle("text", fontName=FONT, fontSize=10.5, leading=18, wordWrap="CJK", firstLineIndent=21)
_PLAIN = ParagraphStyle("plain", parent=_TEXT, firstLineIndent=0)
_RIGHT = ParagraphStyle("right", parent=_PLAIN, alignment=TA_RIGHT)
_MIDDLE = ParagraphStyle("middle", parent=_PLAIN, alignment=TA_CENTER)
_TITLE = ParagraphStyle("title", parent=_MIDDLE, fontSize=15, leading=24)
_CELL = ParagraphStyle("cell", parent=_PLAIN, fontSize=9, leading=13)
_WIDTH = 440

_LIABLE = {
    "6": "本公司董事会及全体董事保证本公告内容不存在任何虚假记载、误导性陈述或者重大遗漏，并对其内容的真实性、准确性和完整性承担法律责任。",
    "0": "本公司及董事会全体成员保证信息披露的内容真实、准确、完整，没有虚假记载、误导性陈述或重大遗漏。",
}
_UNSIGNED = ("法律意见书", "制度", "记录表", "草案", "报表")  # papers that no board signs


def pdf(filing: Filing) -> bytes:
    """A filing as its company would set it: head, title, the board's sentence, text, ruled tables."""
    signed = not any(word in filing.title for word in _UNSIGNED)
    lines = [_apart(line) if filing.spaced else line for line in filing.lines]
    content: list[Flowable] = [
        Paragraph(
            f"证券代码：{filing.code}　　　证券简称：{filing.short}　　　公告编号：{filing.bulletin}", _PLAIN
        ),
        Spacer(1, 12),
    ]
    if filing.full not in filing.title:
        content.append(Paragraph(filing.full, _TITLE))
    content += [Paragraph(filing.title.removeprefix(f"{filing.short}："), _TITLE), Spacer(1, 10)]
    if signed:
        content += [Paragraph(_LIABLE.get(filing.code[0], _LIABLE["0"]), _TEXT), Spacer(1, 6)]
    content += _flow(lines)
    if signed:
        dated = f"{filing.day.year}年{filing.day.month}月{filing.day.day}日"
        content += [
            Spacer(1, 12), Paragraph(f"{filing.full}董事会", _RIGHT),
            Paragraph(_apart(dated) if filing.spaced else dated, _RIGHT),
        ]  # fmt: skip
    out = io.BytesIO()
    paper = SimpleDocTemplate(
        out, pagesize=A4, invariant=1, pageCompression=0, topMargin=64, bottomMargin=64,
        title=filing.title, author=filing.full, subject="origin: synthetic",
    )  # fmt: skip
    paper.build(content, onFirstPage=_numbered, onLaterPages=_numbered)
    return out.getvalue()


def _flow(lines: Iterable[str]) -> Iterator[Flowable]:
    for is_table, group in groupby(lines, key=lambda line: line.startswith("|")):
        if is_table:
            yield _table([line.strip("|").split("|") for line in group])
            yield Spacer(1, 8)
            continue
        for line in group:
            style = {">": _RIGHT, "^": _MIDDLE}.get(line[0], _TEXT)
            yield Paragraph(line.lstrip(">^"), style)


def _table(rows: list[list[str]]) -> Table:
    width = len(rows[0])
    first = 150 if width > 2 else 120
    widths = [first, *[(_WIDTH - first) / (width - 1)] * (width - 1)]
    table = Table([[Paragraph(cell, _CELL) for cell in row] for row in rows], colWidths=widths, repeatRows=1)
    table.setStyle(
        TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")])
    )
    return table


def _numbered(canvas: Canvas, paper: SimpleDocTemplate) -> None:
    canvas.setFont(FONT, 9)
    canvas.drawCentredString(A4[0] / 2, 36, str(paper.page))


def _apart(line: str) -> str:
    """`2024 年 2 月 19 日`, `495,600 股`: blanks between figures and words; tables are left as they are."""
    if line.startswith("|"):
        return line
    line = re.sub(r"(?<=[\u4e00-\u9fff])(?=\d)", " ", line)
    return re.sub(r"(?<=[\d%])(?=[\u4e00-\u9fff])", " ", line)


# ---------------------------------------------------------------- the list of algorithms

_HEAD: tuple[str, ...] = ("序号", "算法名称", "角色", "主体名称", "应用产品", "主要用途", "备案编号", "备注")
ROWS = 266
_PAGE = 38  # rows to a page; the head is repeated as a row, as in the published lists


def algorithm_rows() -> list[tuple[str, ...]]:
    """第四批, with the demo's own registrations among invented ones."""
    words: dict[str, Any] = read("algorithms.yaml")
    known = {entry["at"]: entry for entry in words["known"]}
    dice = random.Random("第四批")  # noqa: S311 - a fixed list, not a secret
    rows: list[tuple[str, ...]] = []
    for number in range(1, ROWS + 1):
        serial = f"网信算备{dice.choice(words['areas'])}{dice.randint(10**9, 10**10 - 1)}{240000 + number * 10 + 9}号"
        provider = number % 4 != 0
        brand, use = dice.choice(words["brands"]), dice.choice(words["uses"])
        entry = known.get(number) or {
            "name": f"{brand}{use['name']}算法",
            "holder": f"{dice.choice(words['cities'])}{brand}{dice.choice(words['trades'])}",
            "product": f"{brand}（{dice.choice(['APP', '网站', '小程序'])}）" if provider else "--",
            "use": use["text"],
        }
        role = "服务提供者" if provider or number in known else "服务技术支持者"
        rows.append(
            (str(number), entry["name"], role, entry["holder"], entry["product"], entry["use"], serial, "")
        )
    return rows


def algorithms_docx() -> bytes:
    word = WordDocument()
    word.core_properties.comments = "origin: synthetic"
    word.add_paragraph("境内深度合成服务算法备案清单（2024年2月）")
    rows = algorithm_rows()
    printed = [_HEAD]
    for number, row in enumerate(rows):
        if number and number % _PAGE == 0:
            printed.append(_HEAD)
        printed.append(row)
    table = word.add_table(rows=len(printed), cols=len(_HEAD))
    # Through the rows' XML: python-docx's `table.cell` walks the whole table for each cell.
    for line, row in zip(table._tbl.tr_lst, printed, strict=True):
        for cell, text in zip(line.tc_lst, row, strict=True):
            cell.p_lst[0].add_r().text = text
    out = io.BytesIO()
    word.save(out)
    return _repacked(out.getvalue())


def _repacked(data: bytes) -> bytes:
    """The same parts with one fixed date and stored as they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            new.writestr(zipfile.ZipInfo(name, (2024, 2, 18, 0, 0, 0)), old.read(name))
    return out.getvalue()
