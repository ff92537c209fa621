"""Who did what: the sentence that says it, or the frame that a document's title gives.

`Lead` is the paragraph's first sentence: its date, and pieces of the source's words (each with its
place) and of the frame (without).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.model import SHANGHAI, Document, TextField, UserError
from weekly.desk import Agency, Desk
from weekly.sentences import Candidate, plain


@dataclass(frozen=True)
class Piece:
    """Printed words; `field`, `start`, `end` when they are the document's."""

    text: str
    field: TextField | None = None
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Lead:
    day: date
    pieces: tuple[Piece, ...]
    order: int = -1  # of the sentence it was made of; -1: made of the title
    act: str | None = None  # the official name 《…》 of what was released, for telling stories apart


_RELEASE = r"(?:印发|发布|公布|出台|制定|起草|编制|修订|签署|形成|审议通过|批准|推出)"
_MEETING = r"(?:召开|举行|举办|开幕)"
_DOING = r"(?:启动|部署|开展|上线|挂牌|批复|通报|公示|推出|确定|实施|推进|建成|了解到|获悉|数据显示|完成|揭牌|组织|要求|明确|表示|介绍)"
_DATE = re.compile(r"(?:(?P<y>20\d\d)年)?(?P<m>1[0-2]|0?[1-9])月(?P<d>3[01]|[12]\d|0?[1-9])日")
_DAY = r"(?:20\d\d年)?\d{1,2}月\d{1,2}日"
# The source's own word for the day gives way to the paragraph's date.
_OPENING = re.compile(
    rf"^(?:(?:今天|今日)(?:（{_DAY}）)?是[^，。；]{{2,24}}[，,]"  # an anniversary is background
    rf"|{_DAY}(?:消息|上午|下午|晚)?[，,]|(?:近日|日前|近期|今日|昨日)[，,]?|(?:今天|昨天|今日)(?:（{_DAY}）)?[，,]?)"
)
_VERBS = "联合|正式|组织|发布|公布|印发|启动|开展|召开|举行|举办|出台|推出|批复|批准|起草|修订|部署|完成|上线|会同|在"
_WITHIN = re.compile(rf"(?:今天|昨天|今日|昨日|日前|近日|近期)?（{_DAY}）|(?:今天|日前|近日)(?={_VERBS})")
_OFFICIAL = re.compile(
    r"(?:通知|公告|通告|意见|办法|规定|决定|条例|方案|指南|规划|计划|细则|批复|公报|指引|规则|令)(?:（[^）]{1,12}）)?$"
)
_ISSUED = re.compile(
    r"(?:关于)?(?P<verb>印发|发布|公布|公开征求|征求)(?P<open>《)?(?P<name>.+?)(?(open)》)(?:的)?(?P<kind>通知|公告|通告|意见)$"
)
_NOT_LEAD = re.compile(r"^(?:根据|按照|依据|现将|经|自)|现(?:予)?印发给|已经.{2,40}审议")


def lead_of(document: Document, found: list[Candidate], desk: Desk) -> Lead | None:
    """None when neither text nor title says who did what."""
    page = [sentence for sentence in found if not sentence.attached][:6]
    for test in (_releases, _official_title, _meets, _does, _speaks, _named_title):
        made = test(document, page, desk)
        if made:
            return made
    return None


def published_day(document: Document) -> date:
    """The day in Shanghai. The store holds no document without one."""
    if document.published is None:
        raise UserError(f"{document.id}：没有发布日期，不能进周报")
    return document.published.astimezone(SHANGHAI).date()


def event_day(text: str, published: date) -> date:
    """The day that a sentence opens with, when it lies in the ten days before publication."""
    found = _DATE.match(text)
    if not found:
        return published
    for year in [int(found["y"])] if found["y"] else [published.year, published.year - 1]:
        try:
            day = date(year, int(found["m"]), int(found["d"]))
        except ValueError:
            return published
        if timedelta(0) <= published - day <= timedelta(days=10):
            return day
    return published


def from_sentence(document: Document, sentence: Candidate) -> Lead:
    """The sentence without its own date words; each remaining stretch keeps its place."""
    raw = document.body[sentence.start : sentence.end]
    cuts = [m.span() for m in [_OPENING.match(raw)] if m]
    first_title = raw.find("《")
    limit = first_title if first_title >= 0 else len(raw)
    cuts += [m.span() for m in _WITHIN.finditer(raw, cuts[0][1] if cuts else 0, min(limit, 90))]
    pieces, at = [], 0
    for start, end in [*cuts, (len(raw), len(raw))]:
        if start > at:
            pieces.append(Piece(plain(raw[at:start]), "body", sentence.start + at, sentence.start + start))
        at = end
    name = re.search(r"《[^》]{4,}》", sentence.text)
    return Lead(
        event_day(raw, published_day(document)), tuple(pieces), sentence.order, name[0] if name else None
    )


def _releases(document: Document, page: list[Candidate], desk: Desk) -> Lead | None:
    """X 印发《Y》, or 《Y》近日发布."""
    for sentence in page:
        opened = _OPENING.sub("", sentence.text, count=1)
        if _NOT_LEAD.search(opened):
            continue
        if re.match(rf"《[^》]+》[^，。]{{0,16}}{_RELEASE}", opened):
            return from_sentence(document, sentence)
        for _, end, _agency in desk.agencies_in(sentence.text)[:1]:
            if re.search(rf"{_RELEASE}(?!的)[^《。；]{{0,16}}(?<!的)《", sentence.text[end : end + 160]):
                return from_sentence(document, sentence)
    return None


def _official_title(document: Document, page: list[Candidate], desk: Desk) -> Lead | None:
    """工业和信息化部关于印发X的通知 → 工业和信息化部印发《X》。"""
    title = document.title.strip()
    if re.search(r"关于|印发|发布|公布|^《", title):
        return _from_title(document, title, desk)
    return None


def _named_title(document: Document, page: list[Candidate], desk: Desk) -> Lead | None:
    """The title is the paper's name alone, and no sentence says whose: 网络安全审查办法."""
    return _from_title(document, document.title.strip(), desk)


def _from_title(document: Document, title: str, desk: Desk) -> Lead | None:
    if not _OFFICIAL.search(title) or "解读" in title:
        return None
    offset = document.title.index(title)
    author_end = 0
    for start, end, _ in desk.agencies_in(title):
        if start <= author_end + 1:
            author_end = end
    author_end += len((re.match(r"等[一二三四五六七八九十\d]+部门", title[author_end:]) or [""])[0])
    rest = title[author_end:].lstrip(" 　、")
    at = len(title) - len(rest)
    issued = _ISSUED.match(rest)
    verb = "发布"
    if issued and issued["verb"] in ("印发", "发布", "公布"):
        start, end, verb = at + issued.start("name"), at + issued.end("name"), issued["verb"]
    else:
        start, end = at, len(title)
    if start >= end:
        return None
    author = _title_author(document, title, author_end, offset, desk)
    if author is None:
        return None
    name = title[start:end]
    inner = name.replace("《", "〈").replace("》", "〉")
    pieces = (
        *author,
        Piece(f"{verb}《"),
        Piece(plain(inner), "title", offset + start, offset + end),
        Piece("》。"),
    )
    return Lead(published_day(document), pieces, -1, f"《{plain(inner)}》")


def _title_author(
    document: Document, title: str, end: int, offset: int, desk: Desk
) -> tuple[Piece, ...] | None:
    """The authors as the title names them, parted by 、; else the agency whose site it is."""
    if end:
        pieces: list[Piece] = []
        for name in re.finditer(r"[^\s、]+", title[:end]):
            if pieces:
                pieces.append(Piece("、"))
            pieces.append(Piece(name[0], "title", offset + name.start(), offset + name.end()))
        return tuple(pieces)
    agency = desk.agency_of(document.source)
    name_of = agency.name if agency else document.publisher
    return (Piece(name_of),) if name_of else None


def _meets(document: Document, page: list[Candidate], desk: Desk) -> Lead | None:
    for sentence in page:
        for _, end, _agency in desk.agencies_in(sentence.text)[:1]:
            if re.search(rf"^.{{0,60}}{_MEETING}", sentence.text[end:]) and "会" in sentence.text[end:]:
                return from_sentence(document, sentence)
    return None


def _does(document: Document, page: list[Candidate], desk: Desk) -> Lead | None:
    for sentence in page:
        for _, end, _agency in desk.agencies_in(sentence.text)[:1]:
            if re.search(rf"^.{{0,40}}{_DOING}", sentence.text[end:]) and not re.search(
                "有关负责同志|参加", sentence.text
            ):
                return from_sentence(document, sentence)
    return None


def _speaks(document: Document, page: list[Candidate], desk: Desk) -> Lead | None:
    for sentence in page[:2]:
        if desk.agencies_in(sentence.text):
            return from_sentence(document, sentence)
    return None


def author_of(document: Document, lead: Candidate | None, desk: Desk) -> Agency | None:
    """The first agency that the title names, else the lead sentence, else the site's own."""
    for text in (document.title, lead.text if lead else ""):
        named = desk.agencies_in(text)
        if named:
            return named[0][2]
    return desk.agency_of(document.source)
