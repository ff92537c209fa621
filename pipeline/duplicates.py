"""What is told twice is one: the same story of several agencies, the same filing on several sites.

A story is told again in other words but with its figures: it is the set of them, with the marks that
part look-alikes (batch, draft or final, cut-off month). A text with few figures is a story only to
the letter, after what a reprint puts before it.

A filing stands on its exchange's site, on CNINFO and on Eastmoney. It is known again by CNINFO's number
where both sites carry it (SZSE does), else by company, day and title, else by its text to the letter.
第二次 and 第三次, 摘要 and full text, 更正 and original differ in their titles, A and B shares in their codes.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from pipeline.model import SHANGHAI, Document, Record
from pipeline.normalise import normalised

_SHORT = 30  # letters under which a text says nothing without its title
_ENOUGH = 4  # figures from which on a set of them tells one story from every other
_LONG = 200  # letters from which on the text of a filing is known whatever the site calls it

_NOISE = re.compile(r"[^\w%.+-]+")
_HEADLINE = re.compile(r"【[^】]*】|原标题[:：][^\n]{0,80}?(?=\n|\s{2,})")
_DATELINE = re.compile(
    r"^[^\n]{0,30}?(?:消息(?:\([^)]*\))?[:：,，]|[0-9一-鿿]日电(?:\([^)]*\))?|讯(?:\([^)]*\))?[:：,，]?)"
)
_CODE = re.compile(r"\([^()]{0,8}\d{5,6}[^()]{0,8}\)")
_DATE = re.compile(r"\d{1,4}年|\d{1,2}月|\d{1,2}日")
_COMMA = re.compile(r"(?<=\d),(?=\d{3})")
_FIGURE = re.compile(r"\d+(?:\.\d+)?%?(?:万亿|亿|万)?")
_APART = re.compile(
    r"第[\d一二三四五六七八九十百]+[批次期季号轮]|截[至止](?:\d+年)?\d+月|征求意见|\d{1,2}月份"
)
# What parts two filings of one company whose texts may be alike.
_VERSION = re.compile(
    r"更正|更新|修订|修正|补充|取消|摘要|英文|[ABH]股|第[\d一二三四五六七八九十百]+[次期批号]"
)

# Exchange first, then the official collection, then the portal.
_RANK = {"cninfo": 1, "eastmoney": 2}
# SZSE's annId is CNINFO's number of the same filing (seen in both sites' answers).
_NUMBERED = frozenset({"cninfo", "szse"})


def fingerprint(source: str, code: str | None, title: str, published: datetime | None, body: str) -> str:
    """Equal for the same text; "" for a filing without one, which its title and day must tell.

    `code` marks a filing. News without a body has its title, source and day only.
    """
    head, text = normalised(title).text, normalised(body).text
    if code:
        letters, named = _NOISE.sub("", text), _NOISE.sub("", head)
        if len(letters) >= _LONG:
            named = "|".join(_VERSION.findall(named))
        return _hash("filing", code, named, letters) if letters else ""
    if not text.strip():
        day = published.astimezone(SHANGHAI).date().isoformat() if published else ""
        return _hash("title", source, day, _NOISE.sub("", head))
    told = _DATELINE.sub("", _HEADLINE.sub("", text).strip())
    apart = "|".join(sorted({*_APART.findall(f"{head}\n{text}")}))
    figures = _figures(told)
    if len(figures) >= _ENOUGH:
        return _hash("story", apart, " ".join(sorted(figures)))
    letters = _NOISE.sub("", told)
    return _hash("text", apart, letters, _NOISE.sub("", head) if len(letters) < _SHORT else "")


def _figures(text: str) -> set[str]:
    """Figures of two digits and more; dates and codes are written or left out as one likes."""
    plain = _COMMA.sub("", _DATE.sub("", _CODE.sub("", text)))
    return {figure for figure in _FIGURE.findall(plain) if sum(c.isdigit() for c in figure) > 1}


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


# ---------------------------------------------------------------- the same filing on several sites


class Keys(Record, frozen=True):
    """By what a filing of one site is known on another. `named` is of company and title."""

    number: str | None = None
    named: str | None = None
    corrects: str | None = None  # `named` of what it says it corrects


class Kept(Record, frozen=True):
    """What the store keeps of a document to tell which are one. `day` is 20240219."""

    id: str
    source: str
    published: int
    complete: bool
    fingerprint: str
    number: str | None = None
    named: str | None = None
    day: int | None = None


def keys(document: Document) -> Keys:
    """Empty for what is no filing."""
    if not document.code:
        return Keys()
    native = document.id.partition(":")[2]
    title = _NOISE.sub("", normalised(own_title(document)).text)
    what = corrected(title)
    return Keys(
        number=native if document.source in _NUMBERED and native.isdigit() else None,
        named=_hash("named", document.code, bare(title)),
        corrects=_hash("named", document.code, bare(what)) if what else None,
    )


def bare(title: str) -> str:
    """What a filing is about: 关于…的公告 taken off, and every 的, of which sites leave out some."""
    return title.removeprefix("关于").removesuffix("公告").replace("的", "") or title


def own_title(document: Document) -> str:
    """A filing's title without the filer's name before it, which not every site prints."""
    start = max(
        (
            span.end
            for tag in document.companies
            if tag.code == document.code
            for span in tag.spans
            if span.field == "title" and span.start == 0
        ),
        default=0,
    )
    title = document.title
    if document.company and title.startswith(document.company):
        start = max(start, len(document.company))
    return title[start:].lstrip("：:") or title


def groups(many: Iterable[Kept]) -> list[list[Kept]]:
    """Documents that are one, each group's first at its head; whatever order they come in.

    A title tells filings apart only while no site lists two of it for one company and day (每位独立董事的
    声明 is called the same): such are one only by number or text.
    """
    docs = sorted(many, key=lambda kept: kept.id)
    cluster = {kept.id: [kept] for kept in docs}

    def join(one: Kept, other: Kept) -> None:
        mine, theirs = cluster[one.id], cluster[other.id]
        if mine is not theirs:
            mine += theirs
            cluster.update((kept.id, mine) for kept in theirs)

    by_key: defaultdict[tuple[object, ...], list[Kept]] = defaultdict(list)
    titled: defaultdict[tuple[str, int], list[Kept]] = defaultdict(list)
    for kept in docs:
        if kept.fingerprint:
            by_key["text", kept.fingerprint].append(kept)
        if kept.number:
            by_key["number", kept.number].append(kept)
        if kept.named and kept.day:
            titled[kept.named, kept.day].append(kept)
    for same in by_key.values():
        for kept in same[1:]:
            join(same[0], kept)
    for _, same in sorted(titled.items()):
        if _may_be_one({id(cluster[kept.id]): cluster[kept.id] for kept in same}.values()):
            for kept in same[1:]:
                join(same[0], kept)
    found = {id(cluster[kept.id]): cluster[kept.id] for kept in docs}
    return [sorted(group, key=first_of) for group in found.values()]


def _may_be_one(clusters: Iterable[list[Kept]]) -> bool:
    """Whether what has one title differs in nothing that tells filings apart: no site, and no giver of
    numbers, has two of them."""
    marks = [{kept.source for kept in each} | {"number" for kept in each if kept.number} for each in clusters]
    return sum(map(len, marks)) == len(set().union(*marks))


def first_of(kept: Kept) -> tuple[bool, bool, int, int, str]:
    """Which of several stands alone: one that has all its files, and a text; the exchange's; the earliest."""
    without_text = kept.named is not None and not kept.fingerprint  # a scan, or a file that no parser reads
    return not kept.complete, without_text, rank(kept.source), kept.published, kept.id


def rank(source: str) -> int:
    return _RANK.get(source, 0)


# ---------------------------------------------------------------- corrections

_REVISED = re.compile(r"(.{4,}?)(?:更正|修订|修正|更新|补充)(?:后|版|稿|本)\d?$")
_NOTICE = re.compile(
    r"(?:关于)?(.{4,}?)的?(?:会计)?(?:差错)?(?:补充)?更正(?:[及暨和]?补充|说明)?的?(?:提示性)?公告$"
)
_OF = re.compile(r"(?:关于)?(?:补充)?更正(.{4,}?)$")
_AND_SUMMARY = re.compile(r"[及和](?:其)?摘要$")


def corrected(title: str) -> str | None:
    """The title that a title (without marks) says it corrects: 关于X的更正公告, X(更正后) → X."""
    for pattern in (_REVISED, _NOTICE, _OF):
        if found := pattern.match(title):
            return _AND_SUMMARY.sub("", found[1])
    return None
