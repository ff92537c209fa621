"""Pledges of shares and their releases: one fact for each transaction, with the holder's totals, and one
(`pledged_total`) for what each holder told of has pledged in all. A pledge whose end is put off is a
`pledge_extension`, whose `to` is the new day.

Fields: `holder`, `shares`, `ratio_of_holding`, `ratio_of_total`, `pledgee`, `date` (of the pledge, or of the release),
`when` (近日, where no day is told), `from` and `to` (a pledge's term; in a release when the pledge began), `holding_shares`, `holding_ratio`, and
`cum_shares`, `cum_ratio_of_holding`, `cum_ratio_of_total`: what is pledged after it. A total has the last five, its
`holder` (several where it is of all of them) and `as_of`; 截至本公告日 is the day of the filing.
"""

from __future__ import annotations

import itertools
import re

from pipeline.filings.checks import Fields
from pipeline.filings.names import Name, Names
from pipeline.filings.pledge_deals import (
    Deal,
    Total,
    clause_of,
    day_role,
    distinct,
    end_of,
    ratio_check,
    ratios,
)
from pipeline.filings.pledge_words import (
    ABOUT,
    ADDED,
    AS_OF,
    BARE_PLEDGEE,
    BESIDE,
    CAPITAL,
    CONCERT,
    CUM,
    DELAY,
    DUE,
    FREED,
    FREED_LATER,
    GIVES,
    GROWN,
    GROWS,
    HANDLES,
    HOLDER_OF,
    HOLDING,
    PLEDGE,
    PLEDGEE_IS,
    RELEASE,
    STANDS,
    SWAPPED,
    THIS,
    TO_PLEDGEE,
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
        filing.read["pledge"] = reader, reader.deals(), reader.in_all()
    reader, told, totals = filing.read["pledge"]
    deals = [d for d in told if d.release == release or d.extended]
    if not deals and (release or not told) and _titled(filing, release=release):
        # the figures stand in a lost table
        deals = [Deal(release=release, shares=None, holder=name) for name in reader.holders]
    return [*(fact for d in deals if (fact := reader.fact(d))), *totals]


def _titled(filing: Filing, *, release: bool) -> bool:
    """Whether the title, or the text of a filing without one, speaks of such a transaction."""
    title = filing.text[: filing.view.title_end].strip() or UNTIL.sub("", filing.text[:READ])
    return (RELEASE if release else PLEDGE).search(title if release else RELEASE.sub("", title)) is not None


class _Reader:
    def __init__(self, filing: Filing) -> None:
        self.filing = filing
        self.text = filing.text
        self.names = Names(self.text[:READ])
        self.figures = filing.figures
        self.days = filing.days
        self.holders: tuple[Name, ...] = ()  # of the first sentence that speaks of pledges

    # -------------------------------------------------------- the transactions

    def deals(self) -> list[Deal]:
        found: list[Deal] = []
        self.totals: list[Total] = []
        holder: Name | None = None
        waiting: Day | None = None  # the day of an act whose count comes in a later sentence
        title_end = self.filing.view.title_end
        spans = [s for s in self.filing.sentences if s[0] < READ]
        for start, end in spans:
            if len(spans) > 2 and self.text.startswith("原标题", start):
                title_end = end
            sentence = self.text[start:end]
            holder = self._holder(start, end, holder)
            if start < title_end and len(spans) > 2:
                continue
            self._read_totals(start, end, holder)
            if not ABOUT.search(sentence):
                continue
            told = self._told(start, end, holder)
            self._share_out(told, start, end)
            if not told:
                waiting = self._without_count(found, start, end) or waiting
            for deal in told:
                if deal.release and (not deal.pledgee or deal.begin is None):
                    self._inherit(deal, found)
                if deal.day is None and "同日" in sentence and found:
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
                self.holders = self._beside(holder, end)
        return distinct(found, self.names.word)

    def _share_out(self, told: list[Deal], start: int, end: int) -> None:
        """`于A日、B日分别将N股、M股…`: the days go to the counts in their order."""
        days = [
            d
            for d in self.days
            if start <= d.start < end and day_role(self.text, d, start, end, release=False) == "act"
        ]
        if len(told) < 2 or len(days) < 2 or "分别" not in self.text[start:end]:
            return
        rows = [days[i : i + len(told)] for i in range(len(days) - len(told) + 1)]
        for row in rows:
            if all(
                re.fullmatch(r"[、，和及]", self.text[a.end : b.start]) for a, b in itertools.pairwise(row)
            ):
                for deal, day in zip(told, row, strict=True):
                    deal.day = day
                return

    def _without_count(self, found: list[Deal], start: int, end: int) -> Day | None:
        """A sentence that adds days to what was told before (该笔质押于…办理登记, 质押期限至…)."""
        day = None
        m = PLEDGEE_IS.search(self.text, start, end)
        name = self.names.at(m.end()) if m else None
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
                if role == "end" and deal.end is None:
                    deal.end = d
                elif role == "begin" and deal.begin is None and not deal.release:
                    deal.begin = d
                elif role == "act" and deal.day is None:
                    deal.day = d
        return day

    def _inherit(self, deal: Deal, found: list[Deal]) -> None:
        """A release says of which pledge told before it is (上述 …): its pledgee and the day that it began."""
        for old in reversed(found):
            if old.release or (
                deal.holder and old.holder and self.names.word(old.holder) != self.names.word(deal.holder)
            ):
                continue
            deal.pledgee = deal.pledgee or old.pledgee
            deal.begin = deal.begin or old.begin or old.day
            deal.end = deal.end or old.end
            return

    def _holder(self, start: int, end: int, before: Name | None) -> Name | None:
        """Whose shares a sentence is about: its first name that is no pledgee's and not the company's."""
        for name in self.names.between(start, end):
            if (
                self.names.is_issuer(name)
                or self._is_pledgee(name, start)
                or "登记结算" in self.names.word(name)
            ):
                continue
            return name
        return before

    def _is_pledgee(self, name: Name, start: int) -> bool:
        left = self.text[max(start, name.start - 8) : name.start]
        if TO_PLEDGEE.search(left[-6:]) and not left.endswith(("收到", "股东")):
            return True
        word = self.names.word(name)
        return bool(re.search(r"银行|证券|信托|资产管理|担保|登记结算", word)) and not HOLDER_OF.search(left)

    def _told(self, start: int, end: int, holder: Name | None) -> list[Deal]:
        text = self.text
        found: list[Deal] = []
        figures = [n for n in self.figures if start <= n.start < end]
        floor = told_to = start
        for i, number in enumerate(figures):
            if number.base_unit != "股" or number.base is None or (number.base < 1000 and number.value < 100):
                continue
            left = text[floor : number.start]
            limit = next((n.start for n in figures[i + 1 :] if n.base_unit == "股"), end)
            right = text[number.end : limit]
            if self._changed(found, number, floor):
                if found and found[-1].day is None:
                    self._dates(found[-1], start, end, number, told_to)
                floor = number.end
                continue
            kind = self._kind(text[start : number.start], left, right, text[number.end : end])
            floor = number.end
            opened = text.rfind("(", start, number.start)
            if opened > text.rfind(")", start, number.start) and not ABOUT.search(text, opened, number.start):
                continue  # parts of the count before, or the share capital
            delayed = DELAY.search(left) or DELAY.search(re.split(r"[，。；及和]", right)[0])
            if delayed and kind in ("pledge", "release", ""):
                if (number.base or 0) >= 1000:
                    deal = Deal(release=False, shares=number, extended=True, at=number.start)
                    deal.ratios = ratios(self.text, figures[i + 1 :], limit)
                    deal.holder = self._nearest_holder(start, number.start, limit) or holder
                    deal.pledgee = self._pledgee(start, number.start, limit, end, told_to)
                    self._dates(deal, start, end, number, told_to)
                    found.append(deal)
                continue
            if re.match(
                r"(?:股[份票])?(?:中的?|的?其中)|[^，。；]{0,16}部分(?:解除|解押|解压|股[份票]解)", right
            ):
                continue
            if kind not in ("pledge", "release"):
                continue
            deal = Deal(release=kind == "release", shares=number, at=number.start)
            deal.ratios = ratios(self.text, figures[i + 1 :], limit)
            deal.holder = self._nearest_holder(start, number.start, limit) or holder
            deal.pledgee = self._pledgee(start, number.start, limit, end, told_to)
            self._dates(deal, start, end, number, told_to)
            told_to = number.end
            found.append(deal)
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

    def _kind(self, before: str, left: str, right: str, rest: str) -> str:
        """What a count of shares is: pledge, release, cum, holding, capital, or nothing of these."""
        left, right, rest = UNTIL.sub("", left), UNTIL.sub("", right), UNTIL.sub("", rest)
        clause = re.split(r"[，。；,;(]", re.sub(r"\([^()]*\)", "", left))[-1]
        after = re.split(r"[，。；]", right)[0]
        further = re.sub(r"\([^()]*\)", "", rest[:400])
        if SWAPPED.search(clause) or (re.search(r"此前|前(?:已|累计)|^前", clause) and "累计" in clause):
            return "earlier"
        if re.search(r"尚(?:有|余)|剩余", clause) and "质押" in after:
            return "cum"
        if re.match(r"(?:[^，。；]{0,14})?(?:处于|尚|仍)[^，。；]{0,6}(?:质押|冻结)", after):
            return "cum"
        if FREED.match(after):
            return "release"
        if CUM.search(clause) and not THIS.search(clause):
            return "cum"
        if AS_OF.match(before) and STANDS.search(clause) and not THIS.search(clause):
            return "cum"
        if CAPITAL.search(clause):
            return "capital"
        acts = RELEASE.search(left) or RELEASE.search(after) or PLEDGE.search(after)
        if (
            HOLDING.search(clause)
            and not re.search(r"将[^，。；]{0,14}持|其(?:所)?持有的", clause)
            and not re.match(r"[^，。；]{0,90}(?:质押|解除|解押|购回|办理)", after)
        ):
            return "holding"
        if FREED_LATER.match(further):
            return "release"
        if GIVES.match(after) and not RELEASE.search(clause) and not RELEASE.search(after):
            return "pledge"
        if RELEASE.search(after) or (
            RELEASE.search(left)
            and not re.search(
                r"质押给|再质押|质押登记|进行[^，。；]{0,6}质押|质押(?=\d|$)", left[end_of(RELEASE, left) :]
            )
        ):
            return "release"
        if PLEDGE.search(left) or PLEDGE.search(after):
            return "pledge"
        if acts is None and RELEASE.search(before):
            return "release"
        if PLEDGE.search(before) or PLEDGE.search(right):
            return "release" if RELEASE.search(before) or RELEASE.search(right) else "pledge"
        return ""

    def _nearest_holder(self, start: int, at: int, limit: int) -> Name | None:
        """The holder named last before the count."""
        found = None
        for name in self.names.between(start, at):
            if not (self.names.is_issuer(name) or self._is_pledgee(name, start)):
                found = name
        return found

    def _pledgee(self, start: int, at: int, limit: int, end: int, floor: int) -> tuple[Name, ...]:
        text = self.text
        best: Name | None = None
        for name in self.names.between(start, end):
            if self.names.is_issuer(name) or "登记结算" in self.names.word(name):
                continue
            left = text[max(start, name.start - 8) : name.start]
            at_house = (
                left.endswith("在")
                and re.match(r"[^，。；]{0,4}(?:办理|进行)", text[name.end : name.end + 8]) is not None
            )
            named = (TO_PLEDGEE.search(left[-6:]) or at_house) and not left.endswith("收到")
            if named and name.start < max(at, limit):
                # one named since the count before, rather before this count than after it
                best = name if best is None or name.start < at or best.start < floor else best
        for name in self.names.between(start, at) if best is None else ():
            if (
                self._is_pledgee(name, start)
                and "登记结算" not in self.names.word(name)
                and HANDLES.match(text, name.end)  # 某证券公司于…办理了…
            ):
                return (name,)
        if best is None and (bare := BARE_PLEDGEE.search(text, floor, limit)):
            return (Name(*bare.span(1), bare.span(1)),)
        if best is None:
            return ()
        group = [best]
        for name in self.names.between(best.end, end):
            if not re.fullmatch(r"(?:\([^()]*\))?[、和及与]", text[group[-1].end : name.start]):
                break
            group.append(name)
        return tuple(group)

    def _dates(self, deal: Deal, start: int, end: int, number: Number, floor: int) -> None:
        """Days before the count, then those after it up to the next count."""
        counts = [n for n in self.figures if number.end < n.start < end and n.base_unit == "股"]
        limit = counts[0].start if counts else end
        near = [
            d
            for d in self.days
            if floor <= d.start < limit and day_role(self.text, d, start, end, release=deal.release)
        ]
        for d in near or [d for d in self.days if start <= d.start < limit]:
            role = day_role(self.text, d, start, end, release=deal.release)
            if role == "begin":
                deal.begin = d if deal.begin is None or d.start < number.start else deal.begin
            elif role == "end":
                deal.end = deal.end or d
            elif role == "act":
                if d.start < number.start or deal.day is None:
                    deal.day = d
                elif (
                    deal.release
                    and re.match(r"[^，。；]{0,30}(?:解除|解押|解质|购回|办理)", self.text[d.end : end])
                    and deal.begin is None
                ):
                    deal.begin, deal.day = deal.day, d

    # -------------------------------------------------------- totals

    def _read_totals(self, start: int, end: int, holder: Name | None) -> None:
        text = self.text
        fields: dict[str, Number] = {}
        owners: tuple[Name, ...] = (holder,) if holder else ()
        figures = [n for n in self.figures if start <= n.start < end]
        floor = start
        for i, n in enumerate(figures):
            left = text[floor : n.start]
            floor = n.end
            opened = text.rfind("(", start, n.start)
            if n.base_unit != "股" or opened > text.rfind(")", start, n.start):
                continue  # parts of the count before
            if GROWS.match(text, n.end) or GROWN.search(left):
                continue
            limit = next((m.start for m in figures[i + 1 :] if m.base_unit == "股"), end)
            kind = self._kind(text[start : n.start], left, text[n.end : limit], text[n.end : end])
            if kind not in ("holding", "cum") or DUE.search(clause_of(left)):
                continue
            if "cum_shares" in fields and (kind == "holding" or self._owners(floor, n.start)):
                self.totals.append(Total(start, fields, owners))
                fields = {}
            if kind == "holding" and ("holding_shares" not in fields or "合计" in clause_of(left)):
                fields["holding_shares"] = n
                if (
                    r := ratios(self.text, figures[i + 1 :], self._skip(figures, i, end))
                ) and "ratio_of_total" in r:
                    fields["holding_ratio"] = r["ratio_of_total"]
            elif kind == "cum" and "cum_shares" not in fields:
                fields["cum_shares"] = n
                for name, value in ratios(self.text, figures[i + 1 :], self._skip(figures, i, end)).items():
                    fields[f"cum_{name}"] = value
            owners = self._owners(start, n.start) or owners
        if fields:
            self.totals.append(Total(start, fields, owners))

    def _owners(self, start: int, at: int) -> tuple[Name, ...]:
        """Whose total a count is: the holder named last before it, with those named beside it (及其一致行动人…)."""
        names = [
            n
            for n in self.names.between(start, at)
            if not (self.names.is_issuer(n) or self._is_pledgee(n, start) or "登记结算" in self.names.word(n))
        ]
        if not names:
            return ()
        group = [names[-1]]
        for name in reversed(names[:-1]):
            if not BESIDE.fullmatch(self.text, name.end, group[0].start):
                break
            group.insert(0, name)
        return tuple(group)

    def _beside(self, first: Name, end: int) -> tuple[Name, ...]:
        """A holder and those named right after it (甲、股东乙和丙)."""
        group = [first]
        for name in self.names.between(first.end, end):
            if not BESIDE.fullmatch(self.text, group[-1].end, name.start):
                break
            if name.full != group[-1].full:
                group.append(name)
        return tuple(group)

    def in_all(self) -> list[Fact]:
        """One fact for each holder's total; told twice it is one."""
        f, made, seen = self.filing, list[Fact](), set[tuple[object, ...]]()
        held: Total | None = None
        for total in self.totals:
            count = total.fields.get("cum_shares")
            if count is None:
                held = total
                continue
            with_others = CONCERT.search(self.text, total.start, count.start)
            key = (count.base, bool(with_others), *(self.names.word(n) for n in total.owners[:1]))
            if not total.owners or key in seen:
                continue
            seen.add(key)
            terms = tuple(f.name(*n.full) for n in total.owners)
            fields: Fields = {"holder": terms[0] if len(terms) == 1 else terms}
            same = held is not None and [n.full for n in held.owners] == [n.full for n in total.owners]
            for name, number in {**(held.fields if held and same else {}), **total.fields}.items():
                fields[name] = f.number(number)
            if day := self._as_of(total.start, count.start):
                fields["as_of"] = day
            check = ratio_check(fields, "cum_shares", "holding_shares", "cum_ratio_of_holding")
            made.append(
                Fact(kind="pledged_total", company=f.company, fields=fields, checks=(check,) if check else ())
            )
        return made

    def _as_of(self, start: int, end: int) -> Day | None:
        """The day of a total: the one printed after 截至, or the filing's own."""
        f = self.filing
        start = max(self.text.rfind("\n", 0, start) + 1, start - 200)
        for m in reversed([*AS_OF.finditer(self.text, start, end)]):
            if day := next((d for d in self.days if m.start() < d.start < m.end()), None):
                return f.day(day)
            return f.own_day(*m.span())
        return None

    def _skip(self, figures: list[Number], i: int, end: int) -> int:
        """Where the ratios of a count end: at the next count that is not the share capital's."""
        for n in figures[i + 1 :]:
            if n.base_unit == "股" and not re.search(
                r"(?:股本|总股数|股份总[数额])[^，。；]{0,4}$", self.text[max(0, n.start - 12) : n.start]
            ):
                return n.start
        return end

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
            fields["pledgee"] = terms[0] if len(terms) == 1 else terms
        if deal.day is not None:
            fields["date"] = f.day(deal.day)
        elif deal.begin is None and (m := WHEN.search(self.text, max(0, deal.at - 300), deal.at)):
            fields["when"] = f.term(m[0], *m.span())
        if deal.begin is not None:
            fields["from"] = f.day(deal.begin)
        if deal.end is not None:
            fields["to"] = f.day(deal.end)
        whose = self.names.word(deal.holder) if deal.holder else None
        for total in self.totals:
            if total.owners and whose is not None and self.names.word(total.owners[0]) != whose:
                continue
            for name, value in total.fields.items():
                if name not in fields:
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
