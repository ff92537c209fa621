"""A flash printed into a real PDF and read back through the same door as the exchanges' files."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from reportlab.platypus import Paragraph, Spacer, Table, TableStyle

from pipeline.attachments import extract
from pipeline.filings.earnings import flash
from pipeline.filings.record import Filing
from pipeline.model import Number
from tests.pipeline.filings.flash_layouts import BALANCE, INCOME, LABELS, Line, cells, flashes
from tests.pipeline.filings.printed import pdf, style

PLAIN = style(10, 14)


def printed(lines: tuple[Line, ...], label_width: int, above: int) -> bytes:
    """`label_width` in points: a narrow column tears the labels; `above` moves the table over a page's end."""
    rows = [["项目", "本报告期", "上年同期", "增减变动幅度（%）"]]
    rows += [[LABELS[line.row], *cells(line)] for line in lines if line.row in INCOME]
    rows += [["项目", "本报告期末", "本报告期初", "增减变动幅度（%）"]]
    rows += [[LABELS[line.row], *cells(line)] for line in lines if line.row in BALANCE]
    table = Table(
        [[Paragraph(cell, PLAIN) for cell in row] for row in rows],
        colWidths=[label_width, 115, 115, 100],
        repeatRows=0,
    )
    table.setStyle(
        TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")])
    )
    return pdf(
        [
            Paragraph("某某科技股份有限公司2023年度业绩快报", PLAIN),
            *[
                Paragraph("本公告所载财务数据为初步核算数据，未经会计师事务所审计。", PLAIN)
                for _ in range(above)
            ],
            Paragraph("一、2023年度主要财务数据和指标", PLAIN),
            Paragraph("单位：万元", PLAIN),
            table,
            Spacer(1, 10),
            Paragraph("二、经营业绩和财务状况情况说明", PLAIN),
            Paragraph("公司业务稳步发展。", PLAIN),
        ]
    )


@pytest.mark.parametrize("tables", [False, True])
@pytest.mark.parametrize(("label_width", "above"), [(200, 0), (110, 0), (70, 0), (90, 30), (130, 34)])
@settings(max_examples=6)
@given(lines=flashes())
def test_flash_survives_a_real_pdf(
    lines: tuple[Line, ...], label_width: int, above: int, tables: bool
) -> None:
    file = extract(printed(lines, label_width, above), tables=tables)
    facts = flash(Filing("某某科技：2023年度业绩快报", file.text, file.tables))
    assert facts, file.text
    fields = facts[0].fields
    for line in lines:
        for name, wanted in (
            (line.row, line.this),
            (f"{line.row}_last", line.last),
            (f"{line.row}_change", line.change(line.last)),
        ):
            found = fields.get(name)
            assert isinstance(found, Number), f"{name} is missing in\n{file.text}"
            assert found.value == wanted, f"{name} in\n{file.text}"
            assert file.text[found.start : found.end] == found.text
    revenue = fields["revenue"]
    assert isinstance(revenue, Number)
    assert revenue.base == lines[0].this * Decimal(10_000)
