"""主要会计数据 of annual and half-year reports: the same rows as a flash, with the year before last beside them.

A report has hundreds of pages and other tables with the same row names (quarters, segments, the parent
company); only the section that is headed 主要会计数据 (会计数据和业务数据摘要 before 2007) is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.filings.checks import Fields
from pipeline.filings.earnings import change_checks, table_fields
from pipeline.filings.earnings_period import main_period
from pipeline.filings.earnings_table import read_blocks
from pipeline.filings.record import Filing
from pipeline.model import Fact

_HEADING = re.compile(
    r"主要会计数据|主要财务数据|主要财务指标|会计数据和(?:业务数据|财务指标)|主要利润指标|财务数据和指标"
)
_BEFORE = 60  # characters before the heading: its number, a unit line
_BEHIND = 4_000  # characters behind it, in which the table stands
_COVER = 3_000  # characters in which the report says which year it is about
_ROWS = 4  # so many rows make the table; a table of contents has none


def facts(filing: Filing) -> list[Fact]:
    for start, end in _sections(filing.body):
        fields = table_fields(filing.body, read_blocks(filing.body, start, end))
        if (
            sum(not name.endswith(("_last", "_change", "_restated", "_before_last")) for name in fields)
            < _ROWS
        ):
            continue
        _old_names(fields)
        cover = Filing(filing.title, filing.body[:_COVER], (), filing.published)
        period = main_period(cover.text, cover.view.title_end, filing.published)
        checks = change_checks(fields)
        if period is not None and period.year is not None:
            fields = {"period": cover.term(period.code, period.start, period.end), **fields}
        return [Fact(kind="periodic_report", company=filing.company, fields=fields, checks=tuple(checks))]
    return []


def _sections(body: str) -> Iterator[tuple[int, int]]:
    """Stretches in which the table may stand; headings that follow one another make one."""
    start = end = -1
    for m in _HEADING.finditer(body):
        if m.start() > end:
            if start >= 0:
                yield start, end
            start = max(0, m.start() - _BEFORE)
        end = m.end() + _BEHIND
    if start >= 0:
        yield start, end


def _old_names(fields: Fields) -> None:
    """所有者权益（或股东权益） is that of the parent's owners in the form of 2007, which names no other."""
    if "equity" in fields and "equity_parent" not in fields:
        for suffix in ("", "_last", "_last_restated", "_change", "_before_last", "_before_last_restated"):
            if f"equity{suffix}" in fields:
                fields[f"equity_parent{suffix}"] = fields.pop(f"equity{suffix}")
