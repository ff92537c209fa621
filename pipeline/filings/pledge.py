"""Pledges of shares and their releases: one fact for each transaction, with the holder's totals, and one
(`pledged_total`) for what each holder told of has pledged in all. A pledge whose end is put off is a
`pledge_extension`, whose `to` is the new day.

Fields: `holder`, `shares`, `ratio_of_holding`, `ratio_of_total`, `pledgee`, `date` (of the pledge, or of the release),
`when` (近日, where no day is told), `from` and `to` (a pledge's term; in a release when the pledge began), `holding_shares`, `holding_ratio`, and
`cum_shares`, `cum_ratio_of_holding`, `cum_ratio_of_total`: what is pledged after it. A total has the last five, its
`holder` (several where it is of all of them) and `as_of`; 截至本公告日 is the day of the filing.
"""

from __future__ import annotations

import re
from itertools import pairwise

from pipeline.filings.checks import Fields, field_of
from pipeline.filings.names import Name
from pipeline.filings.pledge_deals import (
    Deal,
    day_role,
    distinct,
    kind_of_count,
    next_count,
    ratio_check,
    ratios,
    released,
    summed,
)
from pipeline.filings.pledge_parties import Parties
from pipeline.filings.pledge_table import Tables
from pipeline.filings.pledge_totals import Totals
from pipeline.filings.pledge_words import (
    ABOUT,
    ADDED,
    AND,
    DELAY,
    GROWN,
    GROWS,
    OLD_END,
    PLEDGE,
    PLEDGEE_IS,
    RELEASE,
    SAME_DAY,
    UNTIL,
    WHEN,
)
from pipeline.filings.record import Filing
from pipeline.model import Day, Fact, Number

READ = 12_000  # characters


def facts(filing: Filing) -> list[Fact]:
    return _facts(filing, release=False)


def releases(filing: Filing) -> list[Fact]:
    return _facts(filing, release=True)


def _facts(filing: Filing, *, release: bool) -> list[Fact]:
    if "押" not in filing.text and "购回" not in filing.text and "解质" not in filing.text:
        return []
    if "pledge" not in filing.read:
        reader = _Reader(filing)
        filing.read["pledge"] = reader, reader.deals(), reader.totals.facts()
    reader, told, totals = filing.read["pledge"]
    one_kind = len({"pledge", "pledge_release"}.intersection(filing.kinds)) == 1
    deals = [d for d in told if d.release == release or d.extended or (one_kind and _beside(d, told))]
    if not deals and (release or not told) and _titled(filing, release=release):
        # the figures stand in a lost table
        delayed = not release and DELAY.search(filing.text, 0, filing.view.title_end) is not None
        deals = [
            Deal(
                release=release,
                shares=None,
                extended=delayed,
                holder=name,
                pledgee=reader.pledgee,
                at=reader.at,
            )
            for name in reader.holders
        ]
    return [*(fact for d in deals if (fact := reader.fact(d))), *totals]


def _beside(deal: Deal, told: list[Deal]) -> bool:
    """Whether a filing on the one tells of the other as new too: a pledge not before the releases, a release with its day."""
    if deal.shares is None or deal.day is None:
        return False
    days = [d.day.value for d in told if d.release and d.day is not None]
    return deal.release or (bool(days) and deal.day.value >= max(days))


def _titled(filing: Filing, *, release: bool) -> bool:
    """Whether the title, or the text of a filing without one, speaks of such a transaction."""
    title = filing.text[: filing.view.title_end].strip() or UNTIL.sub("", filing.text[:READ])
    return (RELEASE if release else PLEDGE).search(title if release else RELEASE.sub("", title)) is not None


class _Reader:
    def __init__(self, filing: Filing) -> None:
        self.filing = filing
        self.text = filing.text
        self.parties = Parties(self.text[:READ])
        self.totals = Totals(filing, self.parties)
        self.figures = filing.figures
        self.days = filing.days
        # of the first sentence that speaks of pledges: who, to whom, and where it ends
        self.holders: tuple[Name, ...] = ()
        self.pledgee: tuple[Name, ...] = ()
        self.at = 0
        self.shared: tuple[
            Name, ...
        ] = ()  # holders to whom the counts of the sentence before were given in their order

    # -------------------------------------------------------- the transactions

    def deals(self) -> list[Deal]:
        found: list[Deal] = []
        holder: Name | None = None
        waiting: Day | None = None  # the day of an act whose count comes in a later sentence
        title_end = self.filing.view.title_end
        spans = [s for s in self.filing.sentences if s[0] < READ]
        for start, end in spans:
            if len(spans) > 2 and self.text.startswith("原标题", start):
                title_end = end
            sentence = self.text[start:end]
            holder = self.parties.first_holder(start, end) or holder  # whose shares the sentence is about
            if start < title_end and len(spans) > 2:
                continue
            self.totals.read(start, end, holder)
            if not ABOUT.search(sentence):
                continue
            told = self._told(start, end, holder)
            self._share_out(told, start, end)
            if not told:
                waiting = self._without_count(found, start, end) or waiting
            for deal in told:
                if deal.release and (not deal.pledgee or deal.begin is None):
                    self._inherit(deal, found)
                if deal.day is None and deal.begin is None and (m := SAME_DAY.search(sentence)):
                    deal.day = next(
                        (d for d in reversed(self.days) if start <= d.start < start + m.start()), None
                    )
                same = "同日" in sentence or sentence.startswith("同时")
                if deal.day is None and same and found:
                    deal.day = found[-1].day
                if deal.day is None and (deal.release or deal.begin is None):
                    deal.day = waiting
                if (
                    deal.day is None
                    and deal.begin is None
                    and self.text[start - 1] in "；;"
                    and found
                    and found[-1].release == deal.release
                ):
                    deal.day = found[-1].day
            found += told
            if not self.holders and holder is not None:
                self.holders = self.parties.beside(holder, end)
                self.pledgee = self.parties.pledgees(start, end, end, end, start)
                self.at = end
        deals = distinct(self._with_tables(found), self.parties.word)
        return [deal for deal in deals if not (released(deal, deals) or summed(deal, deals))]

    def _with_tables(self, told: list[Deal]) -> list[Deal]:
        """Where tables list transactions, the sentences add only what is of another kind, and details."""
        tables = Tables(self.text, self.parties, min(READ, len(self.text)))
        self.totals.told += tables.totals
        kinds = {deal.release for deal in tables.deals}
        counts = {(deal.shares.base, deal.release) for deal in tables.deals if deal.shares}
        listed = {count for count, _ in counts}
        return tables.deals + [
            deal
            for deal in told
            if deal.shares
            and (
                (deal.shares.base, deal.release) in counts
                or (deal.release not in kinds and deal.shares.base not in listed)
            )
        ]

    def _share_out(self, told: list[Deal], start: int, end: int) -> None:
        """`甲、乙于A日、B日分别将N股、M股…`: holders and days go to the counts in their order."""
        text = self.text
        if len(told) < 2 or "分别" not in text[start:end]:
            return
        days = [
            d
            for d in self.days
            if start <= d.start < end and day_role(text, d, start, end, release=False) == "act"
        ]
        rows = (days[i : i + len(told)] for i in range(len(days) - len(told) + 1))
        row = next(
            (r for r in rows if all(AND.fullmatch(text, a.end, b.start) for a, b in pairwise(r))), None
        )
        for deal, day in zip(told, row or (), strict=False):
            deal.day = day
        run = [told[0]]
        for deal in told[1:]:
            last = run[-1].shares
            if last is None or deal.shares is None or not AND.fullmatch(text, last.end, deal.shares.start):
                break
            run.append(deal)
        holders = self.parties.owners(start, run[0].at) or (self.shared if text[start - 1] in "；;" else ())
        if len(holders) == len(run):
            self.shared = holders
            for deal, holder in zip(run, holders, strict=True):
                deal.holder = holder

    def _without_count(self, found: list[Deal], start: int, end: int) -> Day | None:
        """A sentence that adds days to what was told before (该笔质押于…办理登记, 质押期限至…)."""
        day = None
        m = PLEDGEE_IS.search(self.text, start, end)
        name = self.parties.at(m.end()) if m else None
        if name is not None and not re.match(r"申请|办理", self.text[name.end : name.end + 2]):
            for deal in found:
                deal.pledgee = deal.pledgee or (name,)
        for d in self.days:
            if not start <= d.start < end:
                continue
            release = RELEASE.search(self.text, start, end) is not None
            role = day_role(self.text, d, start, end, release=release)
            last = [x for x in found[-2:] if x.release == release or role in ("end", "begin")]
            if role == "act":
                day = d
            for deal in last:
                if role == "end" and deal.end is None and not (deal.extended and self._old_end(d, start)):
                    deal.end = d
                elif role == "begin" and deal.begin is None and not deal.release:
                    deal.begin = d
                elif role == "act" and deal.day is None:
                    deal.day = d
        return day

    def _old_end(self, d: Day, start: int) -> bool:
        return OLD_END.search(self.text, max(start, d.start - 16), d.start) is not None

    def _inherit(self, deal: Deal, found: list[Deal]) -> None:
        """A release says of which pledge told before it is (上述 …): its pledgee and the day that it began. One that frees
        several at once has none of a single one's."""
        parts = [old.shares.base or 0 for old in found if not old.release and old.shares is not None]
        if len(parts) > 1 and deal.shares is not None and sum(parts) == deal.shares.base:
            return
        for old in reversed(found):
            began = old.begin or old.day
            if old.release or (
                deal.holder and old.holder and self.parties.word(old.holder) != self.parties.word(deal.holder)
            ):
                continue
            houses = {self.parties.word(d.pledgee[0])[:2] for d in (deal, old) if d.pledgee}
            if len(houses) > 1:  # in short or in full: 远山银行, 远山银行股份有限公司
                continue
            if began is not None and deal.day is not None and began.value >= deal.day.value:
                continue
            deal.pledgee = deal.pledgee or old.pledgee
            deal.begin = deal.begin or old.begin or old.day
            deal.end = deal.end or old.end
            return

    def _told(self, start: int, end: int, holder: Name | None) -> list[Deal]:
        text = self.text
        found: list[Deal] = []
        figures = [n for n in self.figures if start <= n.start < end]
        floor = told_to = start
        kind = ""
        for i, number in enumerate(figures):
            if number.base_unit != "股" or number.base is None or (number.base < 1000 and number.value < 100):
                continue
            left = text[floor : number.start]
            limit = next_count(text, figures[i + 1 :], number.end, end)
            right = text[number.end : limit]
            if self._changed(found, number, floor):
                if found and found[-1].day is None:
                    self._dates(found[-1], start, end, number, limit, told_to)
                floor = number.end
                continue
            if not AND.fullmatch(left):  # else it is what the count before is
                kind = kind_of_count(text[start : number.start], left, right, text[number.end : end])
            floor = number.end
            opened = text.rfind("(", start, number.start)
            if opened > text.rfind(")", start, number.start) and not ABOUT.search(text, opened, number.start):
                continue  # parts of the count before, or the share capital
            delayed = DELAY.search(left) or DELAY.search(re.split(r"[，。；及和]", right)[0])
            if delayed:
                if kind not in ("pledge", "release", "") or number.base < 1000:
                    continue
            elif kind not in ("pledge", "release") or re.match(
                r"(?:股[份票])?(?:中的?|的?其中)|[^，。；]{0,16}部分[^，。；]{0,6}(?:解除|解押|解压|解质|股[份票]解)",
                right,
            ):
                continue
            deal = Deal(
                release=kind == "release" and not delayed,
                shares=number,
                extended=bool(delayed),
                holder=self.parties.holder_before(start, number.start) or holder,
                pledgee=self.parties.pledgees(start, number.start, limit, end, told_to),
                ratios=ratios(text, figures[i + 1 :], limit),
                at=number.start,
            )
            self._dates(deal, start, end, number, limit, told_to)
            told_to = number.end
            if deal.day is not None and deal.day.start > number.start:
                told_to = deal.day.end
            found.append(deal)
        for deal, later in reversed(list(pairwise(found))):
            if deal.release and deal.day is None and deal.begin is not None and later.release and later.begin:
                between = text[deal.at : later.at]
                deal.day = None if RELEASE.search(between) else later.day  # a list freed on one day
        return found

    def _changed(self, found: list[Deal], number: Number, floor: int) -> bool:
        """Whether bonus shares made one count of another (由A股转增至B股): the deal is of the later count."""
        left, right = self.text[floor : number.start], self.text[number.end : number.end + 10]
        if GROWS.match(right) or ADDED.search(left):
            return True
        if GROWN.search(left):
            if found:
                found[-1].shares = number
            return True
        return False

    def _dates(self, deal: Deal, start: int, end: int, number: Number, limit: int, floor: int) -> None:
        """Days before the count, then those after it up to the next count, which is at `limit`."""
        near = [
            d
            for d in self.days
            if floor <= d.start < limit and day_role(self.text, d, start, end, release=deal.release)
        ]
        for d in near or [d for d in self.days if start <= d.start < limit]:
            role = day_role(self.text, d, start, end, release=deal.release)
            if role == "begin":
                deal.begin = d if deal.begin is None or d.start < number.start else deal.begin
            elif role == "end" and not (deal.extended and self._old_end(d, start)):
                deal.end = deal.end or d
            elif role == "act":
                if d.start < number.start or deal.day is None:
                    deal.day = d
                elif (
                    deal.release
                    and re.match(r"[^，。；]{0,30}(?:解除|解押|解质|购回|办理)", self.text[d.end : end])
                    and deal.begin is None
                    and d.value > deal.day.value
                ):
                    deal.begin, deal.day = deal.day, d

    # -------------------------------------------------------- the fact

    def fact(self, deal: Deal) -> Fact | None:
        f = self.filing
        fields: Fields = {}
        if deal.holder is not None:
            fields["holder"] = f.name(*deal.holder.full)
        if deal.shares is not None:
            fields["shares"] = f.number(deal.shares)
        for name in ("ratio_of_holding", "ratio_of_total"):
            if name in deal.ratios:
                fields[name] = f.number(deal.ratios[name])
        if deal.pledgee:
            terms = tuple(f.name(*n.full) for n in deal.pledgee)
            fields["pledgee"] = field_of(terms)
        if deal.day is not None:
            fields["date"] = f.day(deal.day)
        elif deal.begin is None and (m := WHEN.search(self.text, max(0, deal.at - 300), deal.at)):
            fields["when"] = f.term(m[0], *m.span())
        if deal.begin is not None:
            fields["from"] = f.day(deal.begin)
        if deal.end is not None:
            fields["to"] = f.day(deal.end)
        whose = self.parties.word(deal.holder) if deal.holder else None
        for total in self.totals.told if deal.shares is not None else ():
            if total.owners and whose is not None and self.parties.word(total.owners[0]) != whose:
                continue
            counted, known = total.fields.get("cum_shares"), fields.get("cum_shares")
            other = isinstance(known, Number) and counted is not None and counted.base != known.base
            for name, value in total.fields.items():
                if name not in fields and not (other and name.startswith("cum_")):
                    fields[name] = f.number(value)
        if not fields:
            return None
        kind = "pledge_extension" if deal.extended else "pledge_release" if deal.release else "pledge"
        made = [
            c
            for c in (
                ratio_check(fields, "shares", "holding_shares", "ratio_of_holding"),
                ratio_check(fields, "cum_shares", "holding_shares", "cum_ratio_of_holding"),
            )
            if c
        ]
        return Fact(kind=kind, company=f.company, fields=fields, checks=tuple(made))
