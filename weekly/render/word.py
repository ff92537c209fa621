"""Word, through docxtpl: the bundled template, or the desk's own.

A template sees `issue` as Markdown and HTML do. In a Word template a paragraph is printed by
`{{r item.rich }}` (text and the number of its source, linked) or by `{{ item.text }}` (text alone).
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import asdict, dataclass, fields
from datetime import datetime, time
from pathlib import Path
from typing import Any

import jinja2
from docxtpl import DocxTemplate, RichText

from pipeline.model import UserError
from weekly.desk import Desk
from weekly.model import Issue
from weekly.render.text import safe_url
from weekly.render.view import Item, View, view

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest moment that a zip can hold


@dataclass(frozen=True)
class WordItem(Item):
    """With the paragraph, and its source's title, as rich text."""

    rich: RichText
    source: RichText


def docx(issue: Issue, desk: Desk, template: Path | None = None) -> bytes:
    """UserError names a template that is missing, no Word file, or not filled in rightly."""
    where = str(template) if template else "issue.docx"
    try:
        document = DocxTemplate(io.BytesIO(template.read_bytes() if template else desk.file("issue.docx")))
        document.init_docx()
        seen = view(issue)
        items = {item.number: _rich(document, item) for item in seen.notes}
        context = _context(seen, items)
        document.render(
            {"issue": context},
            jinja_env=jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=True),
        )
    except OSError as error:
        raise UserError(f"Word 模板 {where} 打不开（{error.strerror}）") from None
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise UserError(f"Word 模板 {where} 不是 docx 文件（{error}）") from None
    except jinja2.TemplateError as error:
        raise UserError(f"Word 模板 {where} 里的标签写错了：{error}") from None
    properties = document.docx.core_properties
    moment = datetime.combine(issue.sunday, time())
    properties.created = properties.modified = moment
    properties.title = f"周报 {issue.week}"
    properties.author = properties.last_modified_by = "zhoubao"
    properties.revision = 1
    buffer = io.BytesIO()
    document.save(buffer)
    return repacked(buffer.getvalue())


def _context(seen: View, items: dict[int, WordItem]) -> dict[str, Any]:
    news = [items[item.number] for item in seen.news]
    filings = [items[item.number] for item in seen.filings]
    return asdict(seen) | {"news": news, "filings": filings, "notes": news + filings}


def _rich(document: DocxTemplate, item: Item) -> WordItem:
    link = document.build_url_id(safe_url(item.url))
    rich = RichText()
    rich.add(item.text)
    rich.add(f"[{item.number}]", superscript=True, url_id=link, color="8A1C1C")
    source = RichText()
    source.add(item.paragraph.title, url_id=link, color="8A1C1C", underline=True, size=18)
    own = {field.name: getattr(item, field.name) for field in fields(Item)}
    return WordItem(**own, rich=rich, source=source)


def repacked(data: bytes) -> bytes:
    """The same parts in the same order, without the moment of writing."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            new.writestr(entry, old.read(name))
    return buffer.getvalue()
