"""A document's own sentences, with their places, and which of them are worth printing.

A sentence's text is the source's words; only line breaks that a file puts inside a sentence are
dropped. The cues that judge it are data (templates/sentences.yaml).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from pipeline.model import Document
from weekly.desk import Desk

_STOPS = "。！？!?"
_CLOSERS = '”’」』》）)〕】"'
_PAIRS = {"“": "”", "《": "》", "（": "）"}
_LONGEST_QUOTE = 300  # a mark that a file leaves open must not swallow the rest
_ENUMERATOR = re.compile(
    r"^\s*(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|\d{1,2}[.．、](?!\d)|[●•■◆·▪]|第[一二三四五六七八九十百]+条)\s*"
)
# 某某网消息（联播）：, 新华社北京2月21日电（记者甲）, （记者甲）
_PREFIX = re.compile(
    r"^(?:[\u4e00-\u9fffA-Za-z]{2,8}(?:消息|讯)(?:（[^）]{1,20}）)?[：:]"
    r"|(?:新华社|人民网|中新社|中新网|本报|本网|央视网)[^，。：]{0,14}[电讯]\s*(?:[（(][^）)]{2,24}[）)])?"
    r"|[\u4e00-\u9fff]{2,8}讯?\s*[（(](?:见习)?(?:记者|通讯员)[^）)]{0,24}[）)]|[（(](?:见习)?(?:记者|通讯员)[^）)]{0,24}[）)])\s*"
)
_SPACE = re.compile(r"[\s\u3000]+")
_WRAPPED = 18  # a line of a file shorter than this is a heading, not a part of the sentence after it


@dataclass(frozen=True)
class Candidate:
    """`body[start:end]` is the sentence; `text` the same without line breaks."""

    start: int
    end: int
    text: str
    order: int
    attached: bool  # stands in a file, not on the page

    def __len__(self) -> int:
        return len(self.text)


def plain(text: str, attached: bool = False) -> str:
    """Words as printed in a paragraph. A file's line breaks and the blanks that its layout puts
    between Chinese characters go; a page's blanks stay as they are."""
    text = _SPACE.sub(" ", text).strip()
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", text) if attached else text


def sentences(document: Document) -> list[Candidate]:
    """Every sentence that ends as one; headings, addressees, tables and signatures are none."""
    body = document.body
    tables = [(table.start, table.end) for table in document.tables]
    page_end = min((a.start for a in document.attachments if a.end > a.start), default=len(body))
    found: list[Candidate] = []
    for start, end in _cut(body, page_end):
        raw = body[start:end]
        lead = _ENUMERATOR.match(raw) or _PREFIX.match(raw)
        if lead:
            start += lead.end()
            raw = body[start:end]
        start += len(raw) - len(raw.lstrip())
        text = plain(body[start:end], start >= page_end)
        if len(text) < 8 or any(start < b and end > a for a, b in tables) or "\t" in body[start:end]:
            continue
        found.append(Candidate(start, end, text, len(found), start >= page_end))
    return found


def _cut(body: str, page_end: int) -> Iterator[tuple[int, int]]:
    """Spans ending in a full stop. A quotation is not cut, nor a title in 《》. Lines of a file that
    go on are one sentence; a page's are not."""
    start = 0
    shut = -1  # where the quotation or bracket ends that `at` is in
    for at, char in enumerate(body):
        if at < shut or at < start:
            continue
        if char == "\n":
            wrapped = at >= page_end and at - start >= _WRAPPED and body[at + 1 : at + 2] not in ("", "\n")
            if not wrapped:
                start = at + 1
        elif char in _PAIRS and at != shut:
            line_end = body.find("\n", at) if at < page_end else at + _LONGEST_QUOTE
            shut = body.find(_PAIRS[char], at, line_end if line_end >= 0 else len(body))
        elif char in _STOPS or (at == shut and char == "”" and body[at - 1] == "。"):
            end = at + 1
            while end < len(body) and body[end] in _CLOSERS + _STOPS:
                end += 1
            yield start, end
            start = end


@cache
def _cues(
    desk_cues: tuple[tuple[str, float, str, str | None], ...],
) -> list[tuple[float, re.Pattern[str], re.Pattern[str] | None]]:
    return [(w, re.compile(p), re.compile(u) if u else None) for _, w, p, u in desk_cues]


def judge(document: Document, found: Iterable[Candidate], desk: Desk, after: int = -1) -> dict[int, float]:
    """A score for each sentence by its order. `after` is the order of the lead."""
    rules = desk.sentences
    cues = _cues(tuple((c["name"], c["weight"], c["pattern"], c.get("unless")) for c in rules["cues"]))
    words = [word for topic in desk.news["topics"].values() for word in topic["words"]]
    spans = [s for tag in document.themes for s in tag.spans if s.field == "body"]
    scores: dict[int, float] = {}
    for sentence in found:
        score = max(0.0, rules["first"] * (1 - max(0, sentence.order - after - 1) / rules["falls_over"]))
        hits = sum(sentence.start <= s.start < sentence.end for s in spans)
        hits += sum(word in sentence.text for word in words)
        score += rules["theme"] * min(hits, rules["themes_at_most"])
        for weight, pattern, unless in cues:
            if pattern.search(sentence.text) and not (unless and unless.search(sentence.text)):
                score += weight
        if sentence.attached:
            score += rules["in_attachment"]
        scores[sentence.order] = round(score, 3)
    return scores


def shortened(sentence: Candidate, room: int) -> int:
    """How much of a too long sentence fits: up to its last `；` within `room`, else 0."""
    if room < 40:
        return 0
    at = sentence.text.rfind("；", 0, room)
    return at if at >= 40 else 0
