"""Who pledges, and to whom: the names of a text on pledges."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.filings.names import Name, Names
from pipeline.filings.partners import with_partners
from pipeline.filings.pledge_words import (
    BARE_PLEDGEE,
    BESIDE,
    HANDLES,
    HOLDER_OF,
    OF_PARTNER,
    PARTNER_OF,
    TO_PLEDGEE,
)

_AT_HOUSE = re.compile(r"(?:\([^()]*\))?[^，。；]{0,4}(?:办理|进行|质押的)")
_LENDER = re.compile(r"银行|证券|信托|资产管理|担保")


class Parties(Names):
    """Offsets are of the text; a sentence is `text[start:end]`."""

    def first_holder(self, start: int, end: int) -> Name | None:
        return next(self._holders_in(start, end), None)

    def holder_before(self, start: int, at: int) -> Name | None:
        """The holder named last before a count."""
        return next(reversed(self._holders(start, at)), None)

    def owners(self, start: int, at: int) -> tuple[Name, ...]:
        """Whose total a count is: the holder named last before it, with those named beside it (及其一致行动人…)."""
        names = self._holders(start, at)
        if not names:
            return ()
        group = [names[-1]]
        for name in reversed(names[:-1]):
            if name.full == group[0].full:  # 白石集团有限公司("白石集团")
                group[0] = name
                continue
            if not BESIDE.fullmatch(self.text, name.end, group[0].start):
                break
            group.insert(0, name)
        return with_partners(self, tuple(group))

    def beside(self, first: Name, end: int) -> tuple[Name, ...]:
        """A holder and those named right after it (甲、股东乙和丙)."""
        group = [first]
        for name in self.between(first.end, end):
            if name.full == group[-1].full:
                continue
            if not BESIDE.fullmatch(self.text, group[-1].end, name.start):
                break
            group.append(name)
        return tuple(group)

    def pledgees(self, start: int, at: int, limit: int, end: int, floor: int) -> tuple[Name, ...]:
        """To whom the count at `at` is pledged; `floor` is where the count before it ends, `limit` where the next begins."""
        text = self.text
        best: Name | None = None
        for name in self._others(start, end):
            left = text[max(start, name.start - 8) : name.start]
            at_house = left.endswith("在") and _AT_HOUSE.match(text, name.end) is not None
            named = (TO_PLEDGEE.search(left[-6:]) or at_house) and not left.endswith("收到")
            if named and name.start < max(at, limit):
                # one named since the count before, rather before this count than after it
                best = name if best is None or name.start < at or best.start < floor else best
        for name in self._others(start, at) if best is None else ():
            if self._is_pledgee(name, start) and HANDLES.match(text, name.end):  # 某证券公司于…办理了…
                return (name,)
        if best is None and (bare := BARE_PLEDGEE.search(text, floor, limit)):
            return (Name(*bare.span(1), bare.span(1)),)
        if best is None:
            return ()
        group = [best]
        for name in self.between(best.end, end):
            if not re.fullmatch(r"(?:\([^()]*\))?[、和及与]", text[group[-1].end : name.start]):
                break
            group.append(name)
        return tuple(group)

    def _others(self, start: int, end: int) -> Iterator[Name]:
        """Names of neither the company itself nor the registrar (登记结算公司), who is no party."""
        return (
            name
            for name in self.between(start, end)
            if not self.is_issuer(name) and "登记结算" not in self.word(name)
        )

    def _holders(self, start: int, end: int) -> list[Name]:
        return list(self._holders_in(start, end))

    def _holders_in(self, start: int, end: int) -> Iterator[Name]:
        return (
            name
            for name in self._others(start, end)
            if not self._is_pledgee(name, start)
            and not (
                PARTNER_OF.search(self.text, max(start, name.start - 3), name.start)
                and OF_PARTNER.match(self.text, name.end)
            )
        )

    def _is_pledgee(self, name: Name, start: int) -> bool:
        left = self.text[max(start, name.start - 8) : name.start]
        if left.endswith("在") and self.text.startswith("质押", name.end):
            return True
        if TO_PLEDGEE.search(left[-6:]) and not left.endswith(("收到", "股东")):
            return True
        return _LENDER.search(self.word(name)) is not None and not HOLDER_OF.search(left)
