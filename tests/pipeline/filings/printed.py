"""Text through a real PDF: Chinese type, pages with their number at the foot."""

from __future__ import annotations

import io

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, SimpleDocTemplate

_FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(_FONT))


def style(size: int, leading: float) -> ParagraphStyle:
    """`size` and `leading` in points."""
    return ParagraphStyle(f"{size}/{leading}", fontName=_FONT, fontSize=size, leading=leading, wordWrap="CJK")


def pdf(story: list[Flowable]) -> bytes:
    out = io.BytesIO()

    def number(canvas: object, document: object) -> None:
        canvas.setFont(_FONT, 9)  # type: ignore[attr-defined]
        canvas.drawCentredString(300, 30, str(document.page))  # type: ignore[attr-defined]

    SimpleDocTemplate(out, pagesize=A4).build(story, onFirstPage=number, onLaterPages=number)
    return out.getvalue()
