"""Which companies a text names, each claim with the words that caused it.

All names at once by Aho-Corasick, the longest wins; jieba's dictionary keeps a name from matching
inside another word; printed codes are evidence and outrank names; a name that is also an ordinary
word needs words around it that say "company" (`companies_context`); a name shared by several codes
is resolved by code, context and date, or stays `ambiguous` with its candidates.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from ahocorasick_rs import AhoCorasick

from pipeline import segment
from pipeline.companies_context import Context, Weight, load_context
from pipeline.companies_table import EXCHANGES, CompanyTable, Name
from pipeline.model import CompanyTag, Record, Span, TextField
from pipeline.normalise import Normal, normalised

_CODE = re.compile(r"(?<![\d.,])(\d{6})(?![\d%])")
_CODE_AFTER = re.compile(r"\s?[.．]\s?(SH|SZ|BJ|SS|XSHG|XSHE)(?![A-Za-z])", re.I)
_EXCHANGE_BEFORE = re.compile(r"(?<![A-Za-z])(SH|SZ|BJ)[.:]?$", re.I)
_CODE_BEFORE = re.compile(r"(?:(?:SH|SZ|BJ)[.:]?|(?:证券|股票|公司|A股|股份)?代码\)?[:： ]*)$", re.I)
_LABEL = re.compile(r"(?:证券|股票|公司|A股)代码[:： ]*$")
_OPEN = re.compile(r"\((?:(?:证券|股票)?代码)?(?:(?:SH|SZ|BJ)[.:]?)?[:： ]*$", re.I)
_CLOSE = re.compile(r"(?:\.(?:SH|SZ|BJ|SS))?\s*[),，;；、]", re.I)
_CODE_OF_NAME = re.compile(
    r"\((?:股票代码|证券代码|代码)?(?:SH|SZ|BJ)?[.:： ]?(\d{6})(?:\.[A-Z]{2})?[),，;； ]", re.I
)
# The head of a filing states both: `证券代码：300288 证券简称：朗玛信息`, in either order.
_HEAD_CODE = re.compile(r"(?:证券|股票)代码[:：]\s*(\d{6})\s*(?:证券|股票)简称[:：]\s*$")
_HEAD_NAME = re.compile(r"(?:证券|股票)简称[:：]\s*$")
_HEAD_CODE_AFTER = re.compile(r"\s*(?:证券|股票)代码[:：]\s*(\d{6})(?!\d)")
_ENUMERATED = re.compile(r"(?:\([^()]{0,20}\))?[、,，和及与](?:以及)?")
_TOPIC = (":", "：", " ")
_PAUSES = frozenset("，,：: \u3000】")  # what stands before the head of a clause
_BESIDE = ("、", "和", "与", "等", "的")  # a name before these is one of many, or another's owner
_HEAD = 16  # characters of a sentence (`6月17日晚间，`) that may stand before its subject
_WORD = re.compile(r"[A-Za-z0-9]")


class _Hit(Record, frozen=True):
    """A name or a code found in one field; offsets in the normalised text."""

    start: int
    end: int
    names: tuple[Name, ...] = ()
    weight: Weight = "clear"
    code: str | None = None  # a printed code


class _Found(Record, frozen=True):
    code: str | None
    name: str
    how: str
    span: Span
    subject: bool
    candidates: tuple[str, ...] = ()
    note: str | None = None


class Matcher:
    """Built once (about 0.3 s); `tag` is pure and may be called from several threads."""

    def __init__(self, table: CompanyTable, context: Context | None = None) -> None:
        self.table = table
        self.context = context or load_context()
        by_text: dict[str, list[Name]] = defaultdict(list)
        for name in table.names:
            by_text[name.text].append(name)
        self._entries: list[tuple[tuple[Name, ...], Weight]] = [
            (tuple(names), self.weight(text)) for text, names in by_text.items()
        ]
        self._entries += [((), "clear")] * len(self.context.shadows)
        self._automaton = AhoCorasick([*by_text, *self.context.shadows], store_patterns=False)

    def weight(self, name: str) -> Weight:
        """How much a bare name proves: the desk's word, else by frequencies."""
        if name in self.table.words:
            return "common"
        if name in self.table.certain:
            return "clear"
        weight = self.context.weight(name)
        # Who enters 华为 as a company of its own means it, however often the word is seen.
        return "weak" if name in self.table.unlisted and weight in ("common", "doubtful") else weight

    def usage(self, text: str) -> Iterator[tuple[str, bool]]:
        """Each name in a text that is not a common word, and whether the words around say company."""
        normal = normalised(text)
        for hit in self._hits(normal):
            if hit.names and hit.weight != "common" and hit.names[0].how in ("short", "former"):
                yield hit.names[0].text, self._proof(normal, hit) == 2

    @property
    def version(self) -> str:
        return f"{self.table.version}-{self.context.version}"

    def tag(
        self, title: str, body: str, *, code: str | None = None, published: date | None = None
    ) -> tuple[CompanyTag, ...]:
        """`code` is the filing's own, as the exchange states it; `published` decides reused names."""
        return self._tags(self._find(title, body, code, published), title, code)

    # ------------------------------------------------------------ finding

    def _find(self, title: str, body: str, own: str | None, published: date | None) -> list[_Found]:
        own = self.table.current(own) if own else None
        fields: list[tuple[TextField, str, Normal]] = [
            ("title", title, normalised(title)),
            ("body", body, normalised(body)),
        ]
        weighed = [
            (field, original, normal, [(hit, self._proof(normal, hit)) for hit in self._hits(normal)])
            for field, original, normal in fields
        ]
        sure = {
            code
            for _, _, _, hits in weighed
            for hit, proof in hits
            if (code := hit.code or (hit.names[0].code if proof == 2 and len(hit.names) == 1 else None))
        }
        if own:
            sure.add(own)
        return [
            self._claim(field, original, normal, hit, sure, own, published)
            for field, original, normal, hits in weighed
            for at, (hit, proof) in enumerate(hits)
            if proof > 0 or (proof == 0 and self._in_company(normal.text, at, hits, sure))
        ]

    def _hits(self, normal: Normal) -> list[_Hit]:
        text = normal.text
        hits = [
            _Hit(start=start, end=end, names=self._entries[entry][0], weight=self._entries[entry][1])
            for entry, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True)
        ]
        kept: list[_Hit] = []
        reach = 0
        for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
            if hit.start >= reach and (not hit.names or self._is_whole(normal, hit)):
                kept.append(hit)
                reach = hit.end
        kept = [hit for hit in kept if hit.names]
        for match in _CODE.finditer(text):
            printed = self.table.current(match[1])
            if printed not in self.table:
                continue
            before, after = text[max(0, match.start() - 12) : match.start()], match.end()
            suffix = _CODE_AFTER.match(text, after)
            stated = suffix or _EXCHANGE_BEFORE.search(before)
            if stated and EXCHANGES[stated[1].upper()] != self.table.companies[printed].exchange:
                continue
            if suffix or _CODE_BEFORE.search(before) or (_OPEN.search(before) and _CLOSE.match(text, after)):
                kept.append(_Hit(start=match.start(), end=match.end(), code=printed))
        return sorted(kept, key=lambda h: h.start)

    def _is_whole(self, normal: Normal, hit: _Hit) -> bool:
        """Not a part of another word: ASCII by its neighbours, Han by jieba's dictionary."""
        text, start, end = normal.text, hit.start, hit.end
        if _WORD.match(text[start]) and start and _WORD.match(text[start - 1]):
            return False
        if _WORD.match(text[end - 1]) and end < len(text) and _WORD.match(text[end]):
            return False
        if end - start < 6 and not normal.breaks.isdisjoint(range(start + 1, end)):
            return False
        if end - start > 6:
            return True
        if segment.stands_alone(text, start, end, normal.cuts):
            return True
        # jieba joins what never meets otherwise (四方|达信|披违规), and a short name may break off a
        # word of its legal name (威孚高科|技股份有限公司).
        return hit.weight == "clear" and (
            self.context.evidence(text, start, end) == 2
            or self.context.legal(text, start, end, hit.weight) == "own"
        )

    # ------------------------------------------------------------ weighing

    def _proof(self, normal: Normal, hit: _Hit) -> int:
        """By the words around: 2 sure, 1 likely, 0 not without help from elsewhere, -1 no company."""
        if hit.code:
            return 2
        first, weight = hit.names[0], hit.weight
        if first.how in ("full", "subsidiary") and not first.derived and hit.end - hit.start >= 5:
            return 2
        # A blank or a new line behind the name ends it: what follows is another name.
        legal = (
            None if hit.end in normal.cuts else self.context.legal(normal.text, hit.start, hit.end, weight)
        )
        if legal == "own":
            return 2
        # 杰普特光电股份有限公司 is not 光电股份.
        tail = legal == "tail" and (weight != "clear" or first.text.endswith("股份"))
        if legal == "inside" or tail:
            return -1
        if self.context.other_word(normal.text, hit.start, hit.end, weight):
            return -1
        evidence = self.context.evidence(normal.text, hit.start, hit.end)
        if evidence < 2 and self.context.is_source(normal.text, hit.start, hit.end):
            return -1
        if weight in ("clear", "weak"):
            return 2 if evidence == 2 else 1
        return 1 if evidence == 2 or (evidence == 1 and weight == "doubtful") else 0

    def _in_company(self, text: str, at: int, hits: Sequence[tuple[_Hit, int]], sure: set[str]) -> bool:
        """The code is sure elsewhere in the document, or a neighbour in an enumeration is a company
        without doubt (`机器人、科大讯飞等`)."""
        hit = hits[at][0]
        if any(name.code in sure for name in hit.names):
            return True
        for other, proof in hits[max(0, at - 2) : at + 3]:
            if other.names and other is not hit and (other.weight == "clear" or proof > 0):
                first, second = (other, hit) if other.end <= hit.start else (hit, other)
                if _ENUMERATED.fullmatch(text, first.end, second.start):
                    return True
        return False

    # ------------------------------------------------------------ claiming

    def _claim(
        self,
        field: TextField,
        original: str,
        normal: Normal,
        hit: _Hit,
        sure: set[str],
        own: str | None,
        published: date | None,
    ) -> _Found:
        start, end = normal.span(hit.start, hit.end)
        span = Span(field=field, start=start, end=end, text=original[start:end])
        if hit.code:
            return _Found(
                code=hit.code,
                name=self.table.name(hit.code) or hit.code,
                how="code",
                span=span,
                # A title's code, or the head of a filing: `证券代码：300288`.
                subject=field == "title"
                or bool(_LABEL.search(normal.text, max(0, hit.start - 8), hit.start)),
            )
        text = normal.text
        subject = self._is_subject(field, normal, hit)
        printed = self._printed_beside(text, hit.start, hit.end)
        first = hit.names[0]
        if printed and first.code and printed not in {name.code for name in hit.names}:
            note = f"文中“{span.text}”旁印的代码 {printed} 属于{self.table.name(printed)}，以代码为准"
            return _Found(
                code=printed,
                name=self.table.name(printed) or printed,
                how="code",
                span=span,
                subject=subject,
                note=note,
            )
        b_share = text[hit.end : hit.end + 2] == "B股"
        names = self._resolve(hit.names, printed, sure, own, published, b_share)
        if len(names) > 1:
            codes = tuple(sorted({name.code for name in names if name.code}))
            return _Found(
                code=None, name=span.text, how=first.how, span=span, subject=subject, candidates=codes
            )
        name = names[0]
        return _Found(code=name.code, name=name.shown, how=name.how, span=span, subject=subject)

    def _printed_beside(self, text: str, start: int, end: int) -> str | None:
        match = _CODE_OF_NAME.match(text, end) or _HEAD_CODE.search(text, max(0, start - 40), start)
        if not match and _HEAD_NAME.search(text, max(0, start - 8), start):
            match = _HEAD_CODE_AFTER.match(text, end)
        if not match:
            return None
        code = self.table.current(match[1])
        return code if code in self.table else None

    def _resolve(
        self,
        names: Sequence[Name],
        printed: str | None,
        sure: set[str],
        own: str | None,
        published: date | None,
        b_share: bool,
    ) -> list[Name]:
        if len(names) == 1:
            return list(names)
        for test in (
            lambda n: n.code == printed,
            lambda n: n.code == own,
            lambda n: n.code in sure,
        ):
            chosen = [name for name in names if name.code and test(name)]
            if len(chosen) == 1:
                return chosen
        left = [name for name in names if self._in_use(name, published)] or list(names)
        exact = [name for name in left if not name.derived] or left
        live = [n for n in exact if not (n.code and self.table.companies[n.code].gone)] or exact
        # One company's A and B shares: without a word of B shares the A share is meant.
        ashares = [n for n in live if n.code and not n.code.startswith(("900", "20"))]
        return ashares if len(ashares) == 1 and not b_share else live

    def _in_use(self, name: Name, published: date | None) -> bool:
        if published is None:
            return True
        company = self.table.companies.get(name.code or "")
        if company and company.listed and published < company.listed:
            return False
        return not (name.until and published > name.until)

    def _is_subject(self, field: TextField, normal: Normal, hit: _Hit) -> bool:
        """The one that acts: named in the title or at the head of a sentence, the topic of a
        headline, or what follows is said of it; not a source, and nothing is done to it."""
        text = normal.text
        if self.context.is_source(text, hit.start, hit.end):
            return False
        begin = max(text.rfind(mark, 0, hit.start) for mark in "。！？；\n") + 1
        if (hit.end in normal.cuts or text[hit.end : hit.end + 1] in _TOPIC) and _is_headline(text, begin):
            return True  # `朗玛信息 拟回购股份`, `朗玛信息:拟回购股份`
        end = self.context.legal_end(text, hit.end)
        if self.context.is_object(text, hit.start, end):
            return False
        if field == "title" or self.context.acts(text, end):
            return True
        row = "\t" in text[begin : hit.start] or text[hit.end : hit.end + 1] == "\t"
        opens = hit.start == begin or text[hit.start - 1] in _PAUSES
        beside = text[end : end + 1] in _BESIDE
        if row or (beside and not opens):  # 冒用X、Y等名义
            return False
        return hit.start - begin <= _HEAD or (opens and not beside)

    # ------------------------------------------------------------ grouping

    def _tags(self, found: list[_Found], title: str, own: str | None) -> tuple[CompanyTag, ...]:
        own = self.table.current(own) if own else None
        groups: dict[tuple[str | None, str], list[_Found]] = defaultdict(list)
        for claim in found:
            groups[claim.code, "" if claim.code else claim.name].append(claim)
        tags = []
        for (code, _), claims in groups.items():
            tags.append(self._tag(code, claims, own))
        if own and not any(tag.code == own for tag in tags):
            note = "正文和标题中都没有出现这家公司的名称或代码" if title else None
            if own not in self.table:
                note = f"公司表里没有 {own}，正文里它的名称认不出；更新公司表：zhoubao companies refresh"
            tags.insert(
                0,
                CompanyTag(
                    code=own,
                    name=self.table.name(own) or own,
                    role="subject",
                    how="exchange",
                    spans=(),
                    note=note,
                ),
            )
        return tuple(tags)

    def _tag(self, code: str | None, claims: list[_Found], own: str | None) -> CompanyTag:
        by_name = [claim for claim in claims if claim.how != "code"] or claims
        role: Literal["subject", "mentioned"] = "mentioned"
        if code == own if own else any(claim.subject for claim in claims):
            role = "subject"
        return CompanyTag(
            code=code,
            name=by_name[0].name,
            role=role,
            how=by_name[0].how,
            spans=tuple(
                claim.span for claim in sorted(claims, key=lambda c: (c.span.field != "title", c.span.start))
            ),
            candidates=claims[0].candidates,
            note=next((claim.note for claim in claims if claim.note), None),
        )


def _is_headline(text: str, begin: int) -> bool:
    """The line from here on has no full stop."""
    end = text.find("\n", begin)
    return "。" not in text[begin : end if end >= 0 else len(text)]
