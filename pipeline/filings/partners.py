"""Those who act in concert with a holder (一致行动人): who is meant where a text only says so."""

from __future__ import annotations

import re

from pipeline.filings.names import Name, Names

_CONCERT = re.compile(r"一致行动人(?:之一)?[:：]?")
_BESIDE = re.compile(r"(?:先生|女士)?(?:\([^()]*\))?(?:、|和|与|及|以及)(?:股东)?")
_AND_PARTNERS = re.compile(
    r"(?:先生|女士)?(?:\([^()]*\))?(?:及|和|与)其?(?P<n>一致行动人)(?![^，。；]{0,4}之一)"
)


def partners(names: Names) -> tuple[Name, ...]:
    """The names after 一致行动人 where the text first gives them."""
    for m in _CONCERT.finditer(names.text):
        first = names.at(m.end())
        if first is None or names.is_issuer(first):
            continue
        group = [first]
        for name in names.between(first.end, first.end + 160):
            if not _BESIDE.fullmatch(names.text, group[-1].end, name.start):
                break
            if name.full != group[-1].full:
                group.append(name)
        return tuple(group)
    return ()


def with_partners(names: Names, group: tuple[Name, ...]) -> tuple[Name, ...]:
    """The group, and where 及其一致行动人 follows it those who are meant; the words themselves if no name is given."""
    m = _AND_PARTNERS.match(names.text, group[-1].end) if group else None
    if m is None or names.at(m.end()) is not None:
        return group
    own = {names.word(name) for name in group}
    others = tuple(name for name in partners(names) if names.word(name) not in own)
    return (*group, *(others or (Name(*m.span("n"), m.span("n")),)))
