"""Holders that sell or buy: each trade with its days and prices, the plan behind it, and what is held after it.

Fields: `holder`, `stage` (plan, progress, executed, passive, result, terminated), `shares`, `ratio` (of total capital), `price_low`,
`price_high`, `price_avg`, `amount`, `from`, `to`, `when` (近日, where no day is told), `ratio_of_holding` (of what the holder had), `holding_after`, `cum_shares`, `cum_ratio`; of the plan
`plan_shares`, `plan_ratio`, `plan_ratio_of_holding` (lower and upper bound where both are printed), `plan_amount_min`, `plan_amount_max`, `plan_window`
(its time as printed); `as_of`: up to when nothing has been traded yet, or the cumulative sum goes. Nothing yet is
`shares` 0, shown by its words (尚未减持公司股份).
Where only a plan is told, `shares`, `ratio` and `amount` are its upper bounds, as desks print them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from pipeline.filings.checks import Fields, field_of
from pipeline.filings.names import Name
from pipeline.filings.record import Filing
from pipeline.filings.shareholder_reader import READ, Reader
from pipeline.filings.shareholder_table import Tables
from pipeline.filings.shareholder_trades import (
    Trade,
    merged,
    price_check,
)
from pipeline.filings.shareholder_words import (
    AS_OF,
    BOUND,
    ENDED,
    FINISHED,
    FLOW,
    LOW,
    NOT_NOTHING,
    NOT_NOTHING_BEFORE,
    NOTHING,
    PASSIVE,
    PLAN,
    PROGRESS,
    RESULT,
    UNFINISHED,
    WHEN,
)
from pipeline.model import Fact, Term

_WORD = re.compile(r"[\u4e00-\u9fff\d]")
_NOT_OVER = re.compile("将|未|尚|距")
_INTENDS = re.compile("拟|计划|预计|将")


def reductions(filing: Filing) -> list[Fact]:
    return _Facts(filing, "shareholder_reduction").facts()


def increases(filing: Filing) -> list[Fact]:
    return _Facts(filing, "shareholder_increase").facts()


class _Facts(Reader):
    def facts(self) -> list[Fact]:
        title_end = self.filing.view.title_end
        if not self.verb.search(self.text) or re.search(FLOW, self.text[:title_end]):
            return []
        end = min(READ, self.filing.own_end)
        body = [s for s in self.filing.sentences if title_end <= s[0] < end]
        tables = Tables(self.text, self.names, min(READ, len(self.text)), self.verb)
        for start, end in body:
            if any(begin <= start < stop for begin, stop in tables.read):
                continue
            if not self.text.startswith("原标题", start):
                self._sentence(start, end)
        self.trades = tables.trades + self.trades
        self.after = {**tables.after, **self.after}
        if not self.trades:
            for start, end in [s for s in self.filing.sentences if s[0] < title_end]:
                self._sentence(start, end)
        return self._made()

    # -------------------------------------------------------- facts

    def _made(self) -> list[Fact]:
        done = merged([t for t in self.trades if not t.planned])
        done = [t for t in done if t.holders or t.shares]
        plans = merged([t for t in self.trades if t.planned])
        own = {self.names.word(h) for t in plans if len(t.holders) == 1 and t.shares for h in t.holders}
        plans = [
            t
            for t in plans
            if t.shares
            or not t.holders
            or not own
            or not (own.issuperset(self._who(t)) if len(t.holders) > 1 else self.names.is_role(t.holders[0]))
        ]  # 合计: what the plans of several add up to
        if any(t.holders for t in plans):
            plans = [t for t in plans if t.holders or not t.shares]  # 其中: parts of the plan before
        for plan in plans:
            if plan.begin is None:
                plan.window = plan.window or self.window
        if any(t.shares for t in done):
            done = [t for t in done if t.shares or (t.amount and not t.ratio)]
        sums = [t for t in done if self._adds_up(t, done)]
        totals = {self._who(t): t for t in reversed(sums)}
        done = [t for t in done if t not in sums]
        self.done = done
        nothing = self._nothing()
        made = [self._fact(t, plans, totals.get(self._who(t))) for t in done]
        if made:  # plans of those who have not traded
            traders = {self.names.word(h) for t in done for h in t.holders}
            others = [t for t in plans if t.holders and traders.isdisjoint(self._who(t))]
            made += [self._planned_fact(t, started=True) for t in others[:4] if traders]
        else:
            untraded = self._unfigured(nothing) if nothing else []
            made = [self._planned_fact(t, untraded) for t in plans[:6]]
        if not made and (nothing or re.search(r"减持|增持", self.text[: self.filing.view.title_end])):
            made = self._unfigured(nothing)
        made = [f for f in made if f]
        stage = self._stage(bool(done), nothing)
        facts = []
        for fields in made:
            if stage is not None:
                fields["stage"] = stage
            checks = tuple(c for c in (price_check(fields),) if c)
            facts.append(Fact(kind=self.kind, company=self.filing.company, fields=fields, checks=checks))
        return facts

    def _nothing(self) -> re.Match[str] | None:
        """The words that nothing has been traded: those after their day (截至…), if there are such; in a text whose title
        does not speak of trades only those that end a clause."""
        title = self.text[: self.filing.view.title_end]
        headed = re.search(r"减持|增持", title) is not None
        first = None
        for m in NOTHING.finditer(self.text, 0, READ):
            start, _ = self.filing.sentence_at(m.start())
            if (
                not self.verb.search(m[0])
                or NOT_NOTHING.search(m[0])
                or NOT_NOTHING_BEFORE.search(self.text, start, m.start())
                or self.other.search(self.text, start, m.end())
                or not (headed or self.trades or self.text[m.end() : m.end() + 1] in "，。；")
                or not self._ends(m.end())
            ):
                continue
            if AS_OF.search(self.text, start, m.start()):
                return m
            if first is None or self.filing.reprints(first.start()):
                first = m
        return first

    def _unfigured(self, nothing: re.Match[str] | None) -> list[Fields]:
        """A text without a figure: its holder, and the day up to which nothing was traded (as_of)."""
        holders = self.holder
        if nothing is not None:
            start, _ = self.filing.sentence_at(nothing.start())
            group = self.names.nearest(start, nothing.start())
            if (who := self.names.subject(start, nothing.start())) and not self.names.is_issuer(who):
                own = self.names.word(who)
                several = len(group) > 1 and own in map(self.names.word, group)
                holders = group if several else self._parted(who)
            if not holders:
                return []
            terms = tuple(self.filing.name(*holder.full) for holder in holders)
            fields: Fields = {"holder": field_of(terms)}
            said = AS_OF.search(self.text, start, nothing.start())
            if said and (day := self.filing.up_to(*said.span())) is not None:
                fields["as_of"] = day
            fields["shares"] = self.filing.nought(*nothing.span(), "股")
            return [fields]
        return [{"holder": self.filing.name(*holders[0].full)}] if holders else []

    def _ends(self, at: int) -> bool:
        """Whether words end there: before a mark, or a blank of the printed text."""
        raw_at = self.filing.view.raw_at
        return not _WORD.match(self.text, at) or raw_at(at) > raw_at(at - 1) + 1

    def _parted(self, who: Name) -> tuple[Name, ...]:
        """甲和乙 taken for one name: two, where each is named by itself too."""
        text, (start, end) = self.text, who.full
        at = text.find("和", start + 2, end - 2)
        parts = [(start, at), (at + 1, end)]
        if at < 0 or any(text.count(text[slice(*part)]) < 2 for part in parts):
            return (who,)
        return tuple(Name(*part, part) for part in parts)

    def _adds_up(self, trade: Trade, done: list[Trade]) -> bool:
        """Whether a cumulative trade is but the sum of others that are told too."""
        if not trade.shares or trade.shares[0].base is None:
            return False
        own = set(self._who(trade))
        others = [t for t in done if t is not trade and t.shares and own.issuperset(self._who(t))]
        whole = trade.shares[0].base
        others = [t for t in others if (t.shares[0].base or 0) < whole]
        parts = [t.shares[0].base or 0 for t in others if _within(t, trade)]
        if not parts:
            return False
        if abs(sum(parts) - whole) * 200 <= whole and max(parts) < whole:
            return True
        return trade.total and whole > max(parts)

    def _who(self, trade: Trade) -> tuple[str, ...]:
        return tuple(self.names.word(n) for n in trade.holders)

    def _base(self, trade: Trade) -> Fields:
        f, fields = self.filing, Fields()
        if trade.holders:
            terms = tuple(f.name(*n.full) for n in trade.holders[:4])
            fields["holder"] = field_of(terms)
        return fields

    def _fact(self, t: Trade, plans: list[Trade], total: Trade | None) -> Fields:
        f, fields = self.filing, self._base(t)
        if t.shares:
            fields["shares"] = f.number(t.shares[0])
        if t.ratio:
            fields["ratio"] = f.number(t.ratio[0])
        for name, number in (("price_low", t.low), ("price_high", t.high), ("price_avg", t.mean)):
            if number is not None:
                fields[name] = f.number(number)
        if t.of_holding is not None:
            fields["ratio_of_holding"] = f.number(t.of_holding)
        if t.amount:
            fields["amount"] = f.number(t.amount[0])
        if t.begin is not None:
            fields["from"] = f.day(t.begin)
        if t.end is not None:
            fields["to"] = f.day(t.end)
        elif t.until is not None and (day := self.filing.up_to(*t.until)):
            fields["to"] = day
        if not fields.keys() & {"from", "to"} and (m := WHEN.search(self.text, max(0, t.at - 200), t.at)):
            fields["when"] = f.term(m[0], *m.span())
        who = self._who(t)
        if who and who[0] in self.after and t is self._last_of(who[0], t):
            fields["holding_after"] = f.number(self.after[who[0]])
        if total is not None and total.shares:
            fields["cum_shares"] = f.number(total.shares[0])
            if total.ratio:
                fields["cum_ratio"] = f.number(total.ratio[0])
            if total.end is not None:
                fields["as_of"] = f.day(total.end)
            elif total.until is not None and (day := self.filing.up_to(*total.until)):
                fields["as_of"] = day
        plan = next(
            (p for p in plans if self._who(p) == who or not p.holders),
            plans[0] if len(plans) == 1 and (not who or set(self._who(plans[0])) & set(who)) else None,
        )
        if plan is not None:
            self._plan_fields(fields, plan)
        return fields

    def _last_of(self, who: str, t: Trade) -> Trade:
        """The latest trade of a holder: what is held afterwards is held after that one."""
        own = [one for one in self.done if who in self._who(one)[:1]] or [t]
        return max(own, key=lambda one: one.end.value if one.end else date.min)

    def _plan_fields(self, fields: Fields, plan: Trade) -> None:
        f = self.filing
        if plan.window is not None:
            fields["plan_window"] = f.name(*plan.window)
        if plan.of_holding is not None:
            fields["plan_ratio_of_holding"] = f.number(plan.of_holding)
        for name, numbers in (("plan_shares", plan.shares), ("plan_ratio", plan.ratio)):
            if numbers:
                terms = tuple(f.number(n) for n in sorted(numbers[:2], key=lambda n: n.base or 0))
                fields[name] = field_of(terms)
        for n in plan.amount[:2]:
            low = LOW.search(self.text[max(0, n.start - 24) : n.start]) is not None or (
                len(plan.amount) > 1
                and n is plan.amount[0]
                and not BOUND.search(self.text[max(0, n.start - 24) : n.start])
            )
            fields["plan_amount_min" if low else "plan_amount_max"] = f.number(n)

    def _planned_fact(self, t: Trade, untraded: Sequence[Fields] = (), *, started: bool = False) -> Fields:
        fields = self._base(t)
        self._plan_fields(fields, t)
        if t.begin is not None:
            fields["from"] = self.filing.day(t.begin)
        if t.end is not None:
            fields["to"] = self.filing.day(t.end)
        if t.window is not None:
            fields["plan_window"] = self.filing.name(*t.window)
        for told in untraded:
            if "as_of" in told and fields.get("holder", told["holder"]) == told["holder"]:
                fields["holder"], fields["as_of"] = told["holder"], told["as_of"]
            if fields.get("holder") == told["holder"]:
                fields["shares"] = told["shares"]
        if started or untraded:
            return fields
        if t.of_holding is not None:
            fields["ratio_of_holding"] = self.filing.number(t.of_holding)
        for name, numbers in (("shares", t.shares), ("ratio", t.ratio), ("amount", t.amount)):
            if numbers:
                fields[name] = self.filing.number(max(numbers, key=lambda n: n.base or 0))
        return fields

    def _told(self, planned: bool) -> tuple[int, int]:
        """The words that say that the first trade is planned or done: the last before its figure."""
        at = self.trades[0].at
        start, end = self.filing.sentence_at(at)
        for pattern in (_INTENDS, PLAN, self.verb) if planned else (self.verb,):
            found = [m.span() for m in pattern.finditer(self.text, start, end)]
            if found:
                return max((span for span in found if span[1] <= at), default=found[0])
        said = (_INTENDS if planned else self.verb).search(self.text, 0, at)  # the trade stands in a table
        return said.span() if said else (start, end)

    def _stage(self, traded: bool, nothing: re.Match[str] | None) -> Term | None:
        text = self.text[:READ]
        plain = not traded and any(t.planned for t in self.trades)
        title = text[: self.filing.view.title_end]
        if plain and nothing is not None:  # 减持计划期限届满，…未减持: the plan is over
            start, _ = self.filing.sentence_at(nothing.start())
            over = FINISHED.search(text, start, nothing.start())
            if over and not _NOT_OVER.search(over[0]) and text[over.end()] not in "前时":
                return self.filing.term("result", *over.span())
        for name, pattern in (
            *((("result", RESULT),) if RESULT.search(title) else ()),
            ("terminated", ENDED), ("passive", PASSIVE), ("progress", UNFINISHED), ("result", FINISHED), ("progress", PROGRESS),
        ):  # fmt: skip
            if (found := pattern.search(text)) and not (plain and name in ("passive", "result")):
                return self.filing.term(name, *found.span())
        if self.trades:
            return self.filing.term("plan" if plain else "executed", *self._told(plain))
        return None


def _within(part: Trade, whole: Trade) -> bool:
    """Whether the days of a trade lie within those of another, as far as they are told."""
    if part.end is None or whole.end is None:
        return True
    if part.end.value > whole.end.value:
        return False
    return whole.begin is None or part.begin is None or whole.begin.value <= part.begin.value
