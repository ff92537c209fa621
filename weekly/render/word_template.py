"""Makes the bundled Word template: `python -m weekly.render.word_template [FILE]`.

A desk takes the file, changes fonts, heads and margins in Word, and names its own in
`weekly.word_template`; the tags in double braces must stay.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from weekly.render.word import repacked

_ACCENT = RGBColor(0x8A, 0x1C, 0x1C)


def template() -> bytes:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.8)
    section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.4)
    styles = document.styles
    # Without it a word processor may take the glyphs of another East Asian script.
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    _font(styles["Normal"], "Times New Roman", "宋体", 10.5)
    _font(styles["Title"], "Arial", "黑体", 20, bold=True)
    _font(styles["Heading 1"], "Arial", "黑体", 14, bold=True, color=_ACCENT)
    for edge in styles["Title"].element.findall(".//" + qn("w:pBdr")):
        edge.getparent().remove(edge)
    styles["Normal"].paragraph_format.line_spacing = 1.5
    styles["Normal"].paragraph_format.space_after = Pt(6)
    styles["Title"].paragraph_format.space_after = Pt(2)
    styles["Heading 1"].paragraph_format.space_before = Pt(16)
    document.add_paragraph("周报 {{ issue.week }}", style="Title")
    dates = document.add_paragraph("{{ issue.period }}")
    dates.runs[0].font.color.rgb = RGBColor(0x62, 0x6A, 0x76)
    for name, items in (("行业要闻", "news"), ("重点公司公告", "filings")):
        document.add_paragraph(name, style="Heading 1")
        document.add_paragraph("{%p for item in issue." + items + " %}")
        body = document.add_paragraph("{{r item.rich }}")
        body.paragraph_format.first_line_indent = Pt(21)
        body.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        document.add_paragraph("{%p else %}")
        document.add_paragraph("本周没有入选的条目。")
        document.add_paragraph("{%p endfor %}")
    document.add_paragraph("资料来源", style="Heading 1")
    document.add_paragraph("{%p for item in issue.notes %}")
    note = document.add_paragraph("[{{ item.number }}] {{ item.paragraph.credit }}：")
    note.add_run("{{r item.source }}")
    note.add_run(
        "（{{ item.paragraph.document }}）{% for check in item.paragraph.checks %}；✓ {{ check }}{% endfor %}{% for doubt in item.paragraph.doubts %}；校核不符：{{ doubt }}{% endfor %}"
    )
    note.paragraph_format.space_after = Pt(2)
    note.paragraph_format.line_spacing = 1.25
    note.paragraph_format.left_indent, note.paragraph_format.first_line_indent = Pt(21), Pt(-21)
    for run in note.runs:
        run.font.size = Pt(9)
    document.add_paragraph("{%p endfor %}")
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run("周报 {{ issue.week }}　")
    _page_number(foot)
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "zhoubao", "周报", ""
    properties.created = properties.modified = datetime(2024, 1, 1, tzinfo=UTC)
    buffer = io.BytesIO()
    document.save(buffer)
    return repacked(buffer.getvalue())


def _font(
    style: ParagraphStyle,
    latin: str,
    chinese: str,
    size: float,
    *,
    bold: bool = False,
    color: RGBColor | None = None,
) -> None:
    """Word keeps a font for Latin and one for Chinese; themes would override both."""
    style.font.name, style.font.size, style.font.bold = latin, Pt(size), bold
    style.font.color.rgb = color or RGBColor(0x1D, 0x21, 0x29)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if "Theme" in name or "theme" in name:
            del fonts.attrib[name]
    fonts.set(qn("w:eastAsia"), chinese)
    fonts.set(qn("w:hAnsi"), latin)


def _page_number(paragraph: Paragraph) -> None:
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


if __name__ == "__main__":
    target = (
        Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "templates" / "issue.docx"
    )
    target.write_bytes(template())
    print(target)
