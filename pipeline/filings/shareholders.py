"""Holders that sell or buy: each trade with its days and prices, the plan behind it, and what is held after it.

Fields: `holder`, `stage` (plan, progress, executed, passive, result, terminated), `shares`, `ratio` (of total capital), `price_low`,
`price_high`, `price_avg`, `amount`, `from`, `to`, `holding_after`, `cum_shares`, `cum_ratio`; of the plan
`plan_shares`, `plan_ratio` (lower and upper bound where both are printed), `plan_amount_min`, `plan_amount_max`.
Where only a plan is told, `shares`, `ratio` and `amount` are its upper bounds, as desks print them.
"""

from __future__ import annotations

import re

from pipeline.filings.checks import Fields
from pipeline.filings.names import Name, Names
from pipeline.filings.record import Filing
from pipeline.filings.shareholder_trades import (
    Trade,
    dates,
    joined,
    last_clause,
    merged,
    price_check,
    same_plan,
)
from pipeline.filings.shareholder_words import (
    AFTER,
    BOUND,
    CAPITAL,
    DONE,
    ELSE,
    ENDED,
    FINISHED,
    HELD,
    LOW,
    MONEY,
    NOT_HOLDER,
    NOT_MONEY,
    NOT_PRICE,
    OTHER,
    PASSIVE,
    PLAN,
    PRICE_WORD,
    PROGRESS,
    UNFINISHED,
    VERBS,
)
from pipeline.model import Fact, Number, Term

READ = 8_000  # characters


def reductions(filing: Filing) -> list[Fact]:
    return _Reader(filing, "shareholder_reduction").facts()


def increases(filing: Filing) -> list[Fact]:
    return _Reader(filing, "shareholder_increase").facts()


class _Reader:
    def __init__(self, filing: Filing, kind: str) -> None:
        self.filing = filing
        self.kind = kind
        self.text = filing.text
        self.verb = VERBS[kind]
        self.other = re.compile(OTHER[kind])
        self.after: dict[str, Number] = {}  # held after the trade, by holder
        self.trades: list[Trade] = []
        self.holder: tuple[Name, ...] = ()

    def facts(self) -> list[Fact]:
        if not self.verb.search(self.text):
            return []
        self.names = Names(self.text[:READ])
        title_end = self.filing.view.title_end
        body = [s for s in self.filing.sentences if title_end <= s[0] < READ]
        for start, end in body:
            if not self.text.startswith("原标题", start):
                self._sentence(start, end)
        if not self.trades:
            for start, end in [s for s in self.filing.sentences if s[0] < title_end]:
                self._sentence(start, end)
        return self._made()

    # -------------------------------------------------------- one sentence

    def _sentence(self, start: int, end: int) -> None:
        text = self.text
        named = self._group(start, end)
        if self.verb.search(text, start, end) or "持有" in text[start:end]:
            self.holder = named or self.holder
        figures = [n for n in self.filing.figures if start <= n.start < end and n.base is not None]
        trade: Trade | None = None
        waiting: list[tuple[str, Number]] = []
        floor = counted = start
        held = False  # the last count is of shares held: so is a percentage after it
        for i, n in enumerate(figures):
            left = text[floor : n.start]
            right = re.split(
                r"[，。；]", text[n.end : figures[i + 1].start if i + 1 < len(figures) else end]
            )[0]
            before = text[start : n.start]
            floor = n.end
            unit = n.base_unit or ""
            if unit == "股":
                made = self._count(n, start, left, before, right, counted)
                held = made is None and not CAPITAL.search(last_clause(left))
                if made is None:
                    if trade is not None and not CAPITAL.search(last_clause(left)):
                        trade = None
                    continue
                counted = n.end
                if (
                    trade is not None
                    and made.planned
                    and trade.planned
                    and re.search(r"^[^。；\d]{0,24}$", left)
                ) and same_plan(left):
                    trade.shares.append(n)
                    continue
                trade = made
                for name, value in waiting:
                    self._priced(trade, name, value)
                waiting = []
                dates(self.filing, trade, start, end, n)
                self.trades.append(trade)
            elif unit == "%":
                if held:
                    continue
                trade = self._share(n, trade, start, left, before, right)
            else:
                word = self._money(n, left, before, right)
                if not word:
                    continue
                planned = self._planned(before, left)
                if word.startswith("amount") and (trade is None or planned != trade.planned):
                    if planned and self.verb.search(before + right):
                        trade = self._plan_of(trade, start, n)
                        trade.amount.append(n)
                        continue
                if (
                    trade is None
                    and self.trades
                    and not self.trades[-1].planned
                    and not planned
                    and n.start - self.trades[-1].at < 200
                ):
                    self._priced(self.trades[-1], word, n)
                elif trade is None or (planned and not trade.planned):
                    if not planned:
                        waiting.append((word, n))
                else:
                    self._priced(trade, word, n)
        if (
            waiting
            and trade is None
            and self.verb.search(text, start, end)
            and any(w == "amount" for w, _ in waiting)
        ):
            trade = Trade(planned=False, at=start, holders=named or self.holder)
            for word, value in waiting:
                self._priced(trade, word, value)
            dates(self.filing, trade, start, end, waiting[0][1])
            self.trades.append(trade)

    def _plan_of(self, trade: Trade | None, start: int, n: Number) -> Trade:
        """The plan that a sum of money belongs to."""
        if trade is not None and trade.planned:
            return trade
        holders = self._nearest(start, n.start)
        for old in reversed(self.trades):
            if old.planned and (old.holders == holders or not holders):
                return old
        made = Trade(planned=True, at=n.start, holders=holders)
        dates(self.filing, made, start, n.end, n)
        self.trades.append(made)
        return made

    def _planned(self, before: str, left: str) -> bool:
        near = before[-90:]
        plan = done = -1
        for m in PLAN.finditer(near):
            plan = m.start()
        for m in DONE.finditer(near):
            done = m.start()
        if BOUND.search(left[-24:]):
            return not re.search(r"(?:未|已|均|没有)[^，。；]{0,2}(?:超过|低于)[^，。；]{0,10}$", left)
        return plan > done

    def _count(self, n: Number, start: int, left: str, before: str, right: str, counted: int) -> Trade | None:
        clause = last_clause(left)
        if CAPITAL.search(clause) or (n.value < 10 and n.unit == "股"):
            return None
        opened = before.rfind("(")
        if opened > before.rfind(")") and not self.verb.search(before, opened):
            return None
        if (
            HELD.search(clause)
            and not self.verb.match(right)
            and not re.search(r"将[^，。；]{0,14}持|其(?:所)?持有的", clause)
        ):
            if (
                AFTER.search(before[-80:])
                and (who := self._nearest(start, n.start) or self.holder)
                and not re.search(r"(?:增持|减持|变动|转让|实施)前|前[，,]?[^，。；]{0,24}$", before[-60:])
            ):
                self.after.setdefault(self.names.word(who[0]), n)
            return None
        if ELSE.search(clause[-24:]) or re.match(r"[^，。；]{0,16}(?:处于|冻结|质押)", right):
            return None
        said = list(self.verb.finditer(before))
        other = list(self.other.finditer(before))
        if not said and not self.verb.search(right):
            return None
        if other and (not said or other[-1].start() > said[-1].start()):
            return None
        planned = self._planned(before, left)
        total = re.search(r"累计|合计|共计|共(?:减|增)持", left[-40:]) is not None and not planned
        return Trade(
            planned=planned,
            at=n.start,
            holders=self._nearest(start, n.start) or self.holder,
            shares=[n],
            total=total,
        )

    def _share(
        self, n: Number, trade: Trade | None, start: int, left: str, before: str, right: str
    ) -> Trade | None:
        """A percentage: of a trade, of a plan, or of what somebody holds."""
        clause = re.split(r"[，。；;]", left)[-1]
        if re.search(
            r"持股比例|持有[^，。；]{0,16}$|任意连续|所持|其持|(?:减持|增持)后|由$|[降增]至$|5%以上|占其|以上$|降[至到为]|新增|涨|跌|净|收入|营收",
            clause[-20:],
        ) or right.startswith("以上"):
            return trade
        if "持股" in left and trade is None:
            return trade
        of_total = re.search(
            r"占|比例|总股本|股份总数|总股份|不超过?$|不低于$|或$|不少于$|即$|达到?$", clause
        ) or re.match(r"(?:的)?(?:公司)?(?:股份|股权)", right)
        if not of_total or ELSE.search(clause):
            return trade
        planned = self._planned(before, left)
        if trade is not None and (trade.planned == planned or not BOUND.search(left)):
            if not trade.ratio or (
                trade.planned
                and same_plan(left)
                and len(trade.ratio) < 2
                and re.search(r"不超过|不低于|不少于|-|~|至", left)
            ):
                trade.ratio.append(n)
            return trade
        said = [m.start() for m in self.verb.finditer(before + right)]
        if not said or (
            trade is None
            and not planned
            and not re.search(
                r"(?:减持|增持)(?:了|公司|其|的)?[^，。；]{0,14}$|比例(?:为|达|约|合计)*$|占[^，。；]{0,16}$",
                clause,
            )
        ):
            return trade
        if re.search(r"此前|原", before[-30:]):
            return trade
        made = Trade(
            planned=planned, at=n.start, holders=self._nearest(start, n.start) or self.holder, ratio=[n]
        )
        dates(self.filing, made, start, n.end + 80, n)
        self.trades.append(made)
        return made

    def _money(self, n: Number, left: str, before: str, right: str) -> str:
        unit = n.base_unit or ""
        if unit.endswith("/股") or (
            unit in ("元", "港元", "美元")
            and (PRICE_WORD.search(last_clause(left)[-14:]) or n.text.endswith("/股"))
        ):
            if NOT_PRICE.search(left[-14:]) or not (
                PRICE_WORD.search(before[-40:] + right) or unit.endswith("/股")
            ):
                return ""
            if re.search(r"均价|平均", left[-16:]) or re.match(r"的?(?:均价|平均)", right):
                return "mean"
            return "high" if re.match(r"(?:元/股)?(?:-|~|至|到)$", left) else "low"
        if (
            unit not in ("元", "港元", "美元")
            or NOT_MONEY.search(left[-14:])
            or right.startswith(("净", "的净"))
        ):
            return ""
        return (
            "amount"
            if MONEY.search(last_clause(left)[-18:])
            or BOUND.search(left[-24:])
            or re.match(r"(?:自有)?资金", right)
            or re.match(r"(?:-|~|至|到)$", left)
            else ""
        )

    def _priced(self, trade: Trade, word: str, n: Number) -> None:
        if trade.planned and word != "amount":
            return
        if word == "amount":
            if not trade.amount or (trade.planned and len(trade.amount) < 2):
                trade.amount.append(n)
        elif word == "mean":
            trade.mean = trade.mean or n
        elif word == "high":
            trade.high = n
        elif trade.low is None:
            trade.low = trade.high = n

    # -------------------------------------------------------- who and when

    def _holders(self, start: int, end: int) -> list[Name]:
        found = []
        for name in self.names.between(start, end):
            left = self.text[max(start, name.start - 6) : name.start]
            if (
                self.names.is_issuer(name)
                or NOT_HOLDER.search(self.names.word(name))
                or left.endswith(("通过", "委托", "通过“"))
            ):
                continue
            if re.match(r"(?:股[份票]|股权)", self.text[name.end : name.end + 2]) and re.search(
                r"持[有]?$|减持$|增持$", left
            ):
                continue  # the company whose shares they are
            found.append(name)
        return found

    def _group(self, start: int, end: int) -> tuple[Name, ...]:
        names = self._holders(start, end)
        if not names:
            return ()
        group = [names[0]]
        for name in names[1:]:
            if joined(self.text[group[-1].end : name.start]):
                if self.names.word(name) != self.names.word(group[-1]):
                    group.append(name)
            else:
                break
        return tuple(group)

    def _nearest(self, start: int, at: int) -> tuple[Name, ...]:
        """The holder named last before a figure, with those named beside it."""
        names = self._holders(start, at)
        if not names:
            return ()
        if re.search(r"部分(?:董事|监事|高级|高管|股东|管理)", self.text[names[-1].end : at]):
            return ()
        group = [names[-1]]
        for name in reversed(names[:-1]):
            if not joined(self.text[name.end : group[0].start]):
                break
            if self.names.word(name) != self.names.word(group[0]):
                group.insert(0, name)
        return tuple(group)

    # -------------------------------------------------------- facts

    def _made(self) -> list[Fact]:
        done = merged([t for t in self.trades if not t.planned])
        plans = merged([t for t in self.trades if t.planned])
        if any(t.shares for t in done):
            done = [t for t in done if t.shares or (t.amount and not t.ratio)]
        totals = {self._who(t): t for t in done if self._adds_up(t, done)}
        done = [t for t in done if totals.get(self._who(t)) is not t]
        nothing = re.search(
            r"(?:均?未|尚未|暂未|没有)(?:发生|实施|进行|通过|减持|增持|开始|买入|以)[^。；，]{0,20}",
            self.text[:READ],
        )
        made = [self._fact(t, plans, totals.get(self._who(t))) for t in done]
        if not made:
            traded = nothing is not None and self.verb.search(nothing[0]) is not None
            made = [self._planned_fact(t, started=traded) for t in plans[:6]]
        if (
            not made
            and self.holder
            and re.search(r"减持|增持", self.text[: self.filing.view.title_end] or self.text[:200])
        ):
            fields: Fields = {"holder": self.filing.name(*self.holder[0].full)}
            made = [fields]
        made = [f for f in made if f]
        stage = self._stage(bool(done))
        facts = []
        for fields in made:
            if stage is not None:
                fields["stage"] = stage
            checks = tuple(c for c in (price_check(fields),) if c)
            facts.append(Fact(kind=self.kind, company=self.filing.company, fields=fields, checks=checks))
        return facts

    def _adds_up(self, trade: Trade, done: list[Trade]) -> bool:
        """Whether a cumulative trade is but the sum of others that are told too."""
        others = [
            t.shares[0].base or 0
            for t in done
            if t is not trade and t.shares and self._who(t) == self._who(trade)
        ]
        if not trade.shares or not others or trade.shares[0].base is None:
            return False
        whole = trade.shares[0].base
        return abs(sum(others) - whole) * 200 <= whole or (
            trade.total and whole > max(others) and len(others) > 1
        )

    def _who(self, trade: Trade) -> tuple[str, ...]:
        return tuple(self.names.word(n) for n in trade.holders)

    def _base(self, trade: Trade) -> Fields:
        f, fields = self.filing, Fields()
        if trade.holders:
            terms = tuple(f.name(*n.full) for n in trade.holders[:4])
            fields["holder"] = terms[0] if len(terms) == 1 else terms
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
        if t.amount:
            fields["amount"] = f.number(t.amount[0])
        if t.begin is not None:
            fields["from"] = f.day(t.begin)
        if t.end is not None:
            fields["to"] = f.day(t.end)
        who = self._who(t)
        if who and who[0] in self.after:
            fields["holding_after"] = f.number(self.after[who[0]])
        if total is not None and total.shares:
            fields["cum_shares"] = f.number(total.shares[0])
            if total.ratio:
                fields["cum_ratio"] = f.number(total.ratio[0])
        plan = next(
            (p for p in plans if self._who(p) == who or not p.holders), plans[0] if len(plans) == 1 else None
        )
        if plan is not None:
            self._plan_fields(fields, plan)
        return fields

    def _plan_fields(self, fields: Fields, plan: Trade) -> None:
        f = self.filing
        for name, numbers in (("plan_shares", plan.shares), ("plan_ratio", plan.ratio)):
            if numbers:
                terms = tuple(f.number(n) for n in numbers[:2])
                fields[name] = terms[0] if len(terms) == 1 else terms
        for n in plan.amount[:2]:
            low = LOW.search(self.text[max(0, n.start - 24) : n.start]) is not None or (
                len(plan.amount) > 1
                and n is plan.amount[0]
                and not BOUND.search(self.text[max(0, n.start - 24) : n.start])
            )
            fields["plan_amount_min" if low else "plan_amount_max"] = f.number(n)

    def _planned_fact(self, t: Trade, *, started: bool) -> Fields:
        fields = self._base(t)
        self._plan_fields(fields, t)
        if t.begin is not None:
            fields["from"] = self.filing.day(t.begin)
        if started:
            return fields
        if t.shares:
            fields["shares"] = self.filing.number(t.shares[-1])
        if t.ratio:
            fields["ratio"] = self.filing.number(t.ratio[-1])
        if t.amount:
            fields["amount"] = self.filing.number(t.amount[-1])
        return fields

    def _stage(self, traded: bool) -> Term | None:
        text = self.text[:READ]
        plain = not traded and any(t.planned for t in self.trades)
        for name, pattern in (
            ("terminated", ENDED), ("passive", PASSIVE), ("progress", UNFINISHED), ("result", FINISHED), ("progress", PROGRESS),
        ):  # fmt: skip
            if (found := pattern.search(text)) and not (plain and name in ("passive", "result")):
                return self.filing.term(name, *found.span())
        if self.trades:
            at = self.trades[0].at
            return self.filing.term("plan" if plain else "executed", at, at + 1)
        return None
