"""The issue as a Word file, through a template that the desk can replace.

The template (templates/issue.docx, made by `python -m weekly.render.word_template`) is filled by
docxtpl: `week`, `monday`, `sunday`, and `sections` with `title` and `items` (`text`, `doubts`,
`notes`); `notes` lists every source with `number`, `title`, `url`, `document`.
"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined
from jinja2.exceptions import TemplateError

from pipeline.model import UserError
from weekly.model import Issue
from weekly.render.notes import sections

_EPOCH = (1980, 1, 1, 0, 0, 0)


def render(issue: Issue, template: Path | None = None) -> bytes:
    """The .docx, byte for byte the same for the same issue. UserError for a template that cannot be used."""
    bundled = resources.files("weekly").joinpath("templates", "issue.docx")
    name = str(template or "issue.docx")
    try:
        data = template.read_bytes() if template else bundled.read_bytes()
        document = DocxTemplate(io.BytesIO(data))
        document.render(_context(issue), Environment(undefined=StrictUndefined, autoescape=True))  # noqa: S701
    except OSError as error:
        raise UserError(f"Word 模板 {name}：打不开（{error.strerror}）") from None
    except (TemplateError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise UserError(f"Word 模板 {name}：不能用（{error}）；可从内置模板改起，见 docs/weekly.md") from None
    properties = document.docx.core_properties
    properties.created = properties.modified = datetime(issue.sunday.year, issue.sunday.month, issue.sunday.day)  # noqa: DTZ001
    properties.title = f"计算机行业周报 {issue.week}"
    out = io.BytesIO()
    document.save(out)
    return _still(out.getvalue())


def _context(issue: Issue) -> dict[str, Any]:
    shown = sections(issue)
    return {
        "week": issue.week,
        "monday": str(issue.monday),
        "sunday": str(issue.sunday),
        "sections": [
            {
                "title": section.title,
                "items": [
                    {
                        "text": item.paragraph.text,
                        "doubts": list(item.paragraph.doubts),
                        "notes": "".join(f"[{line.note.number}]" for line in item.lines if line.note),
                    }
                    for item in section.items
                ],
            }
            for section in shown
        ],
        "notes": [
            {"number": n.number, "title": n.title, "url": n.url, "document": n.document}
            for section in shown
            for item in section.items
            for line in item.lines
            if (n := line.note)
        ],
    }


def _still(data: bytes) -> bytes:
    """The same archive without the clock: every member has one fixed time."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            still = zipfile.ZipInfo(member.filename, _EPOCH)
            still.compress_type = zipfile.ZIP_DEFLATED
            still.external_attr = member.external_attr
            target.writestr(still, source.read(member.filename))
    return out.getvalue()
