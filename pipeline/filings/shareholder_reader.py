"""Reads the sentences of a filing on a holder's trades: every count, percentage and sum finds its trade or plan."""

from __future__ import annotations

import re

from pipeline.filings.names import Name
from pipeline.filings.record import Filing
from pipeline.filings.shareholder_figures import is_planned, kind_of_money
from pipeline.filings.shareholder_parties import Holders
from pipeline.filings.shareholder_trades import (
    Trade,
    dates,
    each,
    is_capital,
    last_clause,
    same_plan,
    shared_out,
)
from pipeline.filings.shareholder_words import (
    AFTER,
    AS_OF,
    BEFORE,
    BOUND,
    DAY_LINE,
    DEALT,
    ELSE,
    EXCLUDED,
    EXCLUDING,
    FUND_FLOW,
    GROWN,
    HELD,
    HOLDER_LINE,
    NOT_DONE,
    NOUN,
    OF_HOLDING,
    OTHER,
    OWN,
    SAME_DAY,
    SUM,
    TAKEN,
    TAKEN_FROM,
    VERBS,
    WINDOW,
)
from pipeline.model import Day, Number

READ = 8_000  # characters


class Reader:
    def __init__(self, filing: Filing, kind: str) -> None:
        self.filing = filing
        self.kind = kind
        self.text = filing.text
        self.verb = VERBS[kind]
        self.names = Holders(self.text[:READ], self.verb)
        self.other = re.compile(OTHER[kind])
        self.after: dict[str, Number] = {}  # held after the trade, by holder
        self.trades: list[Trade] = []
        self.done: list[Trade] = []  # the trades of the facts, without plans and sums
        self.holder: tuple[Name, ...] = ()
        self.lined = False  # whether the holder stands on a line of its own (增持人:…)
        self.window: tuple[int, int] | None = None  # a plan's time on a line of its own
        self.said: tuple[Day, Day] | None = None  # days on a line of their own

    # -------------------------------------------------------- one sentence

    def _sentence(self, start: int, end: int) -> None:
        text = self.text
        figures = [n for n in self.filing.figures if start <= n.start < end and n.base is not None]
        if figures and FUND_FLOW.search(text, start, end):
            return
        verb = self.verb.search(text, start, end) is not None
        if (m := HOLDER_LINE.match(text, start)) and (
            who := next(iter(self.names.holders(m.end(), end)), None)
        ):
            self.holder, self.lined = (who,), True
        elif not self.lined and (verb or text.find("持有", start, end) >= 0):
            self.holder = self.names.group(start, end) or self.holder
        if text.find(":", start, end) >= 0:
            self._day_line(start, end)
        if not figures:
            return
        trade: Trade | None = None
        told = len(self.trades)
        waiting: list[tuple[str, Number]] = []
        floor = start
        held = False  # the last count is of shares held: so is a percentage after it
        said = ""  # what the last sum of money was
        for i, n in enumerate(figures):
            left = text[floor : n.start]
            right = re.split(
                r"[，。；]", text[n.end : figures[i + 1].start if i + 1 < len(figures) else end]
            )[0]
            before = text[start : n.start]
            unit = n.base_unit or ""
            if unit == "股" and EXCLUDING.search(left):
                continue
            floor = n.end
            if unit == "股":
                made = self._count(n, start, left, before, right)
                held = made is None and not is_capital(last_clause(left))
                if made is None:
                    if trade is not None and not is_capital(last_clause(left)):
                        trade = None
                    continue
                if (
                    trade is not None
                    and made.planned
                    and trade.planned
                    and re.search(r"^[^。；\d]{0,24}$", left)
                    and "分别" not in before
                ) and same_plan(left):
                    trade.shares.append(n)
                    continue
                trade = made
                for name, value in waiting:
                    trade.price(name, value)
                waiting = []
                dates(self.filing, trade, start, end, n)
                self.trades.append(trade)
            elif unit == "%":
                if held and not self.verb.search(left):
                    continue
                trade = self._share(n, trade, start, left, before, right, end)
            else:
                word = "" if self.other.search(last_clause(left)) else kind_of_money(n, left, before, right)
                if said == "low" and re.fullmatch(r"(?:-|~|至|到)(?:人民币)?", left):
                    word = "high"
                elif word == "high" and said != "low":  # the end of a range that is no price of the trade
                    word = ""
                said = word
                if not word:
                    continue
                planned = is_planned(before, left)
                other = trade is None or planned != trade.planned
                if word == "amount" and other and planned and self.verb.search(before + right):
                    trade = self._plan_of(trade, start, n)
                    trade.amount.append(n)
                    continue
                if trade is None or (planned and not trade.planned):
                    if not planned:
                        waiting.append((word, n))
                else:
                    trade.price(word, n)
        if waiting and trade is None:
            self._priced_alone(waiting, start, end, verb=verb)
        shared_out(self.filing, self.trades[told:], start, end)
        self.trades[told:] = each(text, self.trades[told:], start)
        self._dated(told, start)
        for made in self.trades[told:]:
            if made.planned and made.window is None and (m := WINDOW.search(text, start, end)):
                made.window = m.span()
            if not made.planned and made.end is None and (m := AS_OF.search(text, start, made.at)):
                made.until = m.span()

    def _priced_alone(self, waiting: list[tuple[str, Number]], start: int, end: int, *, verb: bool) -> None:
        """The money of a sentence without a count: of the trade told last, or of one told by its sum alone."""
        if self._belongs(waiting):
            trade = self.trades[-1]
            if trade.begin is None and trade.end is None:
                dates(self.filing, trade, start, end, waiting[-1][1])
        elif verb and any(word == "amount" for word, _ in waiting):
            trade = Trade(planned=False, at=start, holders=self.holder)
            dates(self.filing, trade, start, end, waiting[0][1])
            self.trades.append(trade)
        else:
            return
        for word, value in waiting:
            trade.price(word, value)

    def _belongs(self, waiting: list[tuple[str, Number]]) -> bool:
        """Whether the money of a sentence without a count is that of the trade told last: near it, or the price of the only one."""
        if not self.trades or self.trades[-1].planned:
            return False
        near = waiting[0][1].start - self.trades[-1].at < 200
        return near or (self._single() and all(word != "amount" for word, _ in waiting))

    def _single(self) -> bool:
        """Whether all that was told so far is one trade."""
        return len({t.shares[0].base for t in self.trades if t.shares and not t.planned}) == 1

    def _day_line(self, start: int, end: int) -> None:
        """Days on a line of their own (增持时间:…): of the trade before it, or of those that follow; or a plan's time."""
        if not DAY_LINE.match(self.text, start):
            return
        if self.window is None and (m := WINDOW.search(self.text, start, end)):
            self.window = m.span()
        elif days := [d for d in self.filing.days if start <= d.start < end]:
            if len(days) == 2 and self.trades and all(t.planned for t in self.trades):
                for plan in self.trades:
                    if plan.begin is None:
                        plan.begin, plan.end = days
                        plan.window = plan.window or (days[0].start, days[1].end)
                return
            self.said = (days[0], days[-1])
            if self.trades:
                self._dated(len(self.trades) - 1, start)

    def _dated(self, told: int, start: int) -> None:
        """Days that stand outside the sentence of a trade: on a line of their own, in the clause before (…；乙…), or said
        by 当日 and 同日."""
        text = self.text
        for i, trade in enumerate(self.trades[told:], told):
            if trade.planned or trade.begin is not None or trade.end is not None:
                continue
            if self.said is not None:
                trade.begin, trade.end = self.said
            elif SAME_DAY.search(text, start, trade.at):
                day = next(
                    (d for d in reversed(self.filing.days) if trade.at - 400 < d.start < trade.at), None
                )
                trade.begin = trade.end = day
            elif i and text[start - 1] in "；;" and not self.trades[i - 1].planned:
                trade.begin, trade.end = self.trades[i - 1].begin, self.trades[i - 1].end

    def _plan_of(self, trade: Trade | None, start: int, n: Number) -> Trade:
        """The plan that a sum of money belongs to."""
        if trade is not None and trade.planned:
            return trade
        holders = self.names.nearest(start, n.start)
        for old in reversed(self.trades):
            if old.planned and (old.holders == holders or not holders):
                return old
        made = Trade(planned=True, at=n.start, holders=holders)
        dates(self.filing, made, start, n.end, n)
        self.trades.append(made)
        return made

    def _count(self, n: Number, start: int, left: str, before: str, right: str) -> Trade | None:
        clause = last_clause(left)
        if is_capital(clause) or (n.value < 10 and n.unit == "股") or GROWN.search(left):
            return None
        opened = before.rfind("(")
        if opened > before.rfind(")") and not self.verb.search(before, opened):
            return None
        if (
            HELD.search(clause)
            and (not self.verb.match(right) or NOUN.match(right))
            and not TAKEN.match(right)
            and not TAKEN_FROM.search(clause)
            and not re.search(r"将[^，。；]{0,14}持|其(?:所|直接|间接|合计)?持有的", clause)
            and not (
                (own := self.verb.search(clause))
                and (OWN.match(clause, own.end()) or re.search(r"所持有?的?$", clause))
            )
        ):
            self._held(n, start, clause, before)
            return None
        taken = TAKEN_FROM.search(clause)
        if (
            ELSE.search(clause[taken.start() :] if taken else clause[-24:])
            or NOT_DONE.match(right)
            or re.match(r"[^，。；]{0,16}(?:处于|冻结|质押)", right)
        ):
            return None
        said = list(self.verb.finditer(before))
        other = list(self.other.finditer(before))
        if not said and not self.verb.search(right):
            return None
        if other and (not said or other[-1].start() > said[-1].start()):
            return None
        planned = is_planned(before, left)
        total = re.search(r"累计|合计|共计|共(?:减|增)持", left[-40:]) is not None and not planned
        return Trade(
            planned=planned,
            at=n.start,
            holders=self._robbed(start, n.start) or self.names.nearest(start, n.start) or self.holder,
            shares=[n],
            total=total,
        )

    def _robbed(self, start: int, at: int) -> tuple[Name, ...]:
        """Whose shares another sold (处置林某持有的…)."""
        m = TAKEN_FROM.search(self.text, start, at)
        if m is None or self.names.is_role(Name(*m.span("n"), m.span("n"))) or m["n"] in ("公司", "其"):
            return ()
        known = self.names.at(m.start("n"))
        return (known or Name(*m.span("n"), m.span("n")),)

    def _held(self, n: Number, start: int, clause: str, before: str) -> None:
        """What a holder has after the trade; with others' shares it is not his."""
        last = max((m.start() for m in AFTER.finditer(before, max(0, len(before) - 80))), default=-1)
        if last < 0 or DEALT.search(clause) or any(m.end() > last for m in BEFORE.finditer(before)):
            return
        who = self.names.nearest(start, n.start) or self.holder
        if not who and self.trades:
            who = self.trades[-1].holders
        if len(who) == 1 and (self.names.word(who[0]) not in self.after or SUM.search(clause)):
            self.after[self.names.word(who[0])] = n

    def _share(
        self, n: Number, trade: Trade | None, start: int, left: str, before: str, right: str, end: int
    ) -> Trade | None:
        """A percentage: of a trade, of a plan, or of what somebody holds."""
        left = EXCLUDED.sub("", left)
        clause = re.split(r"[，。；;]", left)[-1]
        if n.value > 100:
            return trade
        if OF_HOLDING.search(clause):
            if trade is not None:
                trade.of_holding = trade.of_holding or n
            return trade
        if re.search(
            r"持股比例|持有[^，。；]{0,16}$|前[一两二三]次|任意连续|(?<!减持其)(?<!增持其)(?<!减持)所持|(?:减持|增持)后|由$|[降增]至$|5%以上|占其|以上$|降[至到为]|新增|涨|跌|净|收入|营收",
            clause[-20:],
        ) or right.startswith(("以上", "时")):
            return trade
        if trade is None and re.search("(?<![增减])持股", left):
            return trade
        planned = is_planned(before, left)
        of_total = re.search(
            r"占|比例|总股本|股份总数|总股份|已发行股份|不超过?$|不低于$|或$|不少于$|即$|达到?$"
            + (r"|[增减]持$" if planned else ""),
            clause,
        ) or re.match(r"(?:的)?(?:公司)?(?:股份|股权)|的?公司股", right)
        if not of_total or ELSE.search(clause):
            return trade
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
                r"(?:减持|增持|卖出|买入)(?:了|公司|其|的)?[^，。；]{0,14}$|比例(?:为|达|约|合计)*$|占[^，。；]{0,16}$",
                clause,
            )
        ):
            return trade
        if re.search(r"此前|原", before[-30:]):
            return trade
        made = Trade(
            planned=planned, at=n.start, holders=self.names.nearest(start, n.start) or self.holder, ratio=[n]
        )
        dates(self.filing, made, start, min(n.end + 80, end), n)
        self.trades.append(made)
        return made
