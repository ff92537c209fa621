"""The paragraph of 行业要闻: date, who did what, then the source's own sentences.

Nothing is said that the source does not say. The frame adds the date, the title marks 《》, the
site's name where no sentence names the author, and the credit at the end.
"""

from __future__ import annotations

from datetime import date

from pipeline.model import Document
from weekly.acts import Lead, Piece, from_sentence, lead_of, published_day
from weekly.desk import Desk
from weekly.model import Paragraph, Sentence, Source
from weekly.sentences import Candidate, judge, sentences, shortened


def chinese_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def news_paragraph(document: Document, desk: Desk) -> Paragraph:
    found = sentences(document)
    lead = lead_of(document, found, desk) or _quoted(document, found, desk)
    credit = desk.news["credit"].format(site=site_of(document, desk))
    printed = [_sentence(document, (Piece(f"{chinese_date(lead.day)}，"), *lead.pieces))]
    room = desk.news["longest"] - len(printed[0].text) - len(credit)
    for sentence, cut in chosen(document, found, lead, room, desk):
        printed.append(_sentence(document, _own(document, sentence, cut)))
    last = printed[-1]
    printed[-1] = Sentence(text=last.text + credit, sources=last.sources)
    return Paragraph(
        document=document.id,
        url=document.url,
        title=document.title,
        day=lead.day,
        credit=site_of(document, desk),
        sentences=tuple(printed),
        kind="news",
    )


def site_of(document: Document, desk: Desk) -> str:
    agency = desk.agency_of(document.source)
    return agency.site if agency else document.publisher or document.source


def chosen(
    document: Document, found: list[Candidate], lead: Lead, room: int, desk: Desk
) -> list[tuple[Candidate, int]]:
    """The best sentences that fit into `room` characters, in the source's order, with the length
    printed of each (a whole sentence, or up to a `；`). Weaker ones only while the paragraph is short."""
    rules = desk.sentences
    scores = judge(document, found, desk, after=lead.order)
    used = desk.news["longest"] - room
    picked: list[tuple[Candidate, int]] = []
    for sentence in sorted(found, key=lambda s: (-scores[s.order], s.order)):
        if sentence.order == lead.order or len(picked) + 1 >= desk.news["sentences"]:
            continue
        floor = rules["enough"] if used >= desk.news["shortest"] else rules["lowest"]
        if scores[sentence.order] < floor or any(sentence.text == other.text for other, _ in picked):
            continue
        left = desk.news["longest"] - used
        cut = len(sentence) if len(sentence) <= left else shortened(sentence, left)
        if cut:
            picked.append((sentence, cut))
            used += cut
    return sorted(picked, key=lambda item: item[0].order)


def _quoted(document: Document, found: list[Candidate], desk: Desk) -> Lead:
    """No sentence names its author: the site is named, and the first sentence that is worth it quoted."""
    said = Piece(desk.news["said"].format(site=site_of(document, desk)))
    if not found:
        title = document.title.strip()
        start = document.title.index(title)
        return Lead(
            published_day(document), (said, Piece(title, "title", start, start + len(title)), Piece("。"))
        )
    scores = judge(document, found, desk)
    worth = [sentence for sentence in found if scores[sentence.order] >= desk.sentences["lowest"]]
    lead = from_sentence(document, (worth or found)[0])
    return Lead(lead.day, (said, *lead.pieces), lead.order)


def _own(document: Document, sentence: Candidate, cut: int) -> tuple[Piece, ...]:
    if cut == len(sentence):
        return (Piece(sentence.text, "body", sentence.start, sentence.end),)
    # The place of a shortened sentence: as many characters of the body as give these words.
    raw = document.body[sentence.start : sentence.end]
    end = 0
    for _ in range(sentence.text.count("；", 0, cut) + 1):
        end = raw.index("；", end) + 1
    return Piece(sentence.text[:cut], "body", sentence.start, sentence.start + end - 1), Piece("。")


def _sentence(document: Document, pieces: tuple[Piece, ...]) -> Sentence:
    """Pieces put together; each of the document's own carries where it is printed."""
    text, sources = "", []
    for piece in pieces:
        if piece.field:
            verbatim = getattr(document, piece.field)[piece.start : piece.end]
            at = (len(text), len(text) + len(piece.text))
            sources.append(
                Source(
                    document=document.id,
                    field=piece.field,
                    start=piece.start,
                    end=piece.end,
                    text=verbatim,
                    at=at,
                )
            )
        text += piece.text
    return Sentence(text=text, sources=tuple(sources))
