"""Makes the bundled Word template: `python -m weekly.render.word_template [FILE]`.

A desk may change the result in Word, or start from its own letterhead, and name it in config.yaml.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

BUNDLED = Path(__file__).parent.parent / "templates" / "issue.docx"
RED = RGBColor(0x8A, 0x1C, 0x1C)


def make(file: Path) -> None:
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.6)
    normal = _style(document.styles["Normal"], "宋体", 11)
    normal.paragraph_format.line_spacing = 1.5
    _style(document.styles["Title"], "黑体", 18)
    heading = _style(document.styles["Heading 1"], "黑体", 14)
    heading.font.color.rgb = RED
    document.add_paragraph("计算机行业周报 {{ week }}", style="Title")
    document.add_paragraph("{{ monday }} 至 {{ sunday }}")
    document.add_paragraph("{%p for section in sections %}")
    document.add_paragraph("{{ section.title }}", style="Heading 1")
    document.add_paragraph("{%p for item in section['items'] %}")
    body = document.add_paragraph()
    body.paragraph_format.first_line_indent = Pt(22)
    body.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    body.add_run("{{ item.text }}")
    body.add_run("{{ item.notes }}").font.superscript = True
    document.add_paragraph("{%p for doubt in item.doubts %}")
    document.add_paragraph().add_run("校核不符：{{ doubt }}").font.color.rgb = RED
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("出处", style="Heading 1")
    document.add_paragraph("{%p for note in notes %}")
    source = document.add_paragraph()
    source.paragraph_format.line_spacing = 1.2
    source.add_run("[{{ note.number }}] {{ note.title }}  {{ note.document }}  {{ note.url }}").font.size = Pt(8.5)
    document.add_paragraph("{%p endfor %}")
    document.core_properties.created = document.core_properties.modified = datetime(2024, 2, 25)  # noqa: DTZ001
    document.core_properties.author = "zhoubao"
    document.save(str(file))


def _style(style: object, font: str, size: float) -> ParagraphStyle:
    assert isinstance(style, ParagraphStyle)
    style.font.name = font
    style.font.size = Pt(size)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return style


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else BUNDLED)
