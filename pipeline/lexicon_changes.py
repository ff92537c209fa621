"""Which documents a changed dictionary, table, rule or tagger can change.

`snapshot` says in small what a lexicon holds; `changes` compares an older snapshot with a lexicon;
`Changes.touches` is True for exactly the documents that hold a word of what changed, or for all of
a sort where the change has no word (new code, a new tokenizer, a rule of context, the grammar of titles).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import msgspec
from ahocorasick_rs import AhoCorasick

from pipeline.companies_table import CompanyTable, Name
from pipeline.model import Document, Record, UserError
from pipeline.normalise import Normal, lower
from pipeline.tagger import Lexicon


class Snapshot(Record, frozen=True):
    """Digests by theme and by company name or code; versions of what has no words."""

    themes: dict[str, tuple[str, tuple[str, ...]]]  # name → digest, its words
    names: dict[str, str]  # company name, code or old code → digest
    context: str
    titles: str
    segment: str
    code: str


class Changes:
    def __init__(self, words: frozenset[str], filings: bool, everything: bool) -> None:
        self.words = words
        self.filings = filings
        self.everything = everything
        self._automaton = AhoCorasick(sorted(words), store_patterns=False)

    def __bool__(self) -> bool:
        return bool(self.words) or self.filings or self.everything

    def touches(self, document: Document) -> bool:
        if self.everything or (self.filings and document.code is not None):
            return True
        if document.code in self.words:  # it is tagged with its own code, printed or not
            return True
        text = lower(f"{Normal(document.title).text}\n{Normal(document.body).text}")
        return bool(self._automaton.find_matches_as_indexes(text))


def snapshot(lexicon: Lexicon) -> bytes:
    return msgspec.json.encode(_snapshot(lexicon))


def changes(old: bytes, lexicon: Lexicon) -> Changes:
    """`old` is a `snapshot`; UserError where it is none."""
    try:
        before = msgspec.json.decode(old, type=Snapshot)
    except msgspec.DecodeError as error:
        raise UserError(f"词典的旧快照读不了（{error}）；用 zhoubao retag --all 全部重做") from None
    now = _snapshot(lexicon)
    words: set[str] = set()
    for name in {*before.themes, *now.themes}:
        was, new = before.themes.get(name), now.themes.get(name)
        if was is None or new is None or was[0] != new[0]:
            words |= {*(was[1] if was else ()), *(new[1] if new else ())}
    words |= {
        lower(name) for name in {*before.names, *now.names} if before.names.get(name) != now.names.get(name)
    }
    if before.context != now.context:  # a cue may stand beside any name
        words |= {lower(name) for name in {*before.names, *now.names} if not name.isdigit()}
    everything = (before.segment, before.code) != (now.segment, now.code)
    return Changes(frozenset(words), before.titles != now.titles, everything)


@lru_cache(maxsize=2)  # one lexicon is compared with many older ones
def _snapshot(lexicon: Lexicon) -> Snapshot:
    table = lexicon.companies.table
    by_text: dict[str, list[Name]] = {}
    for name in table.names:
        by_text.setdefault(name.text, []).append(name)
    names = {
        text: [repr(name) + lexicon.companies.weight(text) + _rank(name, shared, table) for name in shared]
        for text, shared in by_text.items()
    }
    names |= {code: [company.shown] for code, company in table.companies.items()}
    names |= {old: [code] for old, code in table.old_codes.items()}
    return Snapshot(
        themes={
            theme.name: (
                _digest(repr(theme.rules) + repr(theme.excluded)),
                tuple(sorted(lexicon.themes.terms_of(theme.name))),
            )
            for theme in lexicon.themes.themes
        },
        names={text: _digest("".join(sorted(held))) for text, held in names.items()},
        context=lexicon.companies.context.version,
        titles=lexicon.parts["titles"],
        segment=lexicon.parts["segment"],
        code=lexicon.parts["code"],
    )


def _rank(name: Name, shared: list[Name], table: CompanyTable) -> str:
    """What decides between the companies that share a name."""
    company = table.companies.get(name.code or "")
    return f"{company.listed} {company.gone}" if company and len(shared) > 1 else ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
