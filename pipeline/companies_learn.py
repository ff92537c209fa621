"""What a desk's own documents teach the company table: new short names and full names of codes, and
which names are used as words.

A filing carries its code and short name from the exchange, and names its company in full
(`…股份有限公司（以下简称“公司”）`). What the table does not know is offered in the form of the desk's
file (`companies_desk`), with the filing it was seen in.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from pipeline.companies import Matcher
from pipeline.companies_table import CompanyTable, day_marked
from pipeline.model import Document, Record
from pipeline.normalise import Normal, normal

_OPENING = 2000  # characters in which a filing names its company
_FULL = re.compile(
    r"([\u3400-\u9fffA-Za-z0-9]{2,12}(?:\([\u3400-\u9fff]{2,6}\))?[\u3400-\u9fffA-Za-z0-9]{0,14}股份有限公司)"
    r"\(以下简称[:：]?[“\"「]?(?:公司|本公司)"
)


class Usage(Record, frozen=True):
    """How often a name was seen in the desk's texts, and how often with a company's context."""

    name: str
    seen: int
    with_context: int


def word_like(texts: Iterable[str], matcher: Matcher, least: int = 10, share: float = 0.1) -> list[Usage]:
    """Names that texts use mostly without a company's context, though no frequency says they are
    words: candidates for `words` in the desk's file, the most seen first."""
    seen: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for text in texts:
        for name, evident in matcher.usage(text):
            seen[name] += 1
            named[name] += evident
    found = [Usage(name=name, seen=n, with_context=named[name]) for name, n in seen.items()]
    found = [one for one in found if one.seen >= least and one.with_context < share * one.seen]
    return sorted(found, key=lambda one: (-one.seen, one.name))


class Learnt(Record, frozen=True):
    """`key` is the desk file's: aliases for short names, full_names."""

    key: str
    name: str
    code: str
    seen_in: str  # id of the first filing


def learn(documents: Iterable[Document], table: CompanyTable) -> list[Learnt]:
    """Names of listed codes that the table lacks, in the order of codes; a full name needs the
    majority of a code's filings."""
    known = {(name.text, name.code) for name in table.names}
    shorts: dict[tuple[str, str], str] = {}
    fulls: dict[str, Counter[str]] = defaultdict(Counter)
    first: dict[tuple[str, str], str] = {}
    for document in documents:
        if document.code is None or (code := table.current(document.code)) not in table:
            continue
        short = normal(document.company or "")
        if short and not day_marked(short) and (short, code) not in known:
            shorts.setdefault((code, short), document.id)
        named = _FULL.search(Normal(document.body[:_OPENING]).text)
        if named:
            fulls[code][named[1]] += 1
            first.setdefault((code, named[1]), document.id)
    learnt = [
        Learnt(key="aliases", name=name, code=code, seen_in=seen) for (code, name), seen in shorts.items()
    ]
    for code, counted in fulls.items():
        name, count = counted.most_common(1)[0]
        if count * 2 > counted.total() and (name, code) not in known:
            learnt.append(Learnt(key="full_names", name=name, code=code, seen_in=first[code, name]))
    return sorted(learnt, key=lambda one: (one.key, one.code, one.name))


def as_yaml(learnt: Iterable[Learnt]) -> str:
    """Lines for the desk's file, each with the filing that taught it."""
    lines: list[str] = []
    for one in learnt:
        if f"{one.key}:" not in lines:
            lines.append(f"{one.key}:")
        lines.append(f'  {one.name}: "{one.code}"  # {one.seen_in}')
    return "\n".join(lines) + "\n" if lines else ""
