"""Holders that sell or buy: each trade with its days and prices, the plan behind it, and what is held after it.

Fields: `holder`, `stage` (plan, progress, executed, passive, result, terminated), `shares`, `ratio` (of total capital), `price_low`,
`price_high`, `price_avg`, `amount`, `from`, `to`, `holding_after`, `cum_shares`, `cum_ratio`; of the plan
`plan_shares`, `plan_ratio` (lower and upper bound where both are printed), `plan_amount_min`, `plan_amount_max`.
Where only a plan is told, `shares`, `ratio` and `amount` are its upper bounds, as desks print them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.filings.checks import Fields, slack
from pipeline.filings.names import Name, Names
from pipeline.filings.record import Filing
from pipeline.model import Check, Day, Fact, Number

READ = 8_000  # characters
_VERBS = {
    "shareholder_reduction": re.compile(
        r"减持|卖出|出售|售出|抛售|套现|抛出|(?:协议)?转让(?!价|系统|前|后)|被动平仓|强制执行"
    ),
    "shareholder_increase": re.compile(r"增持|买入|购入|购买|受让|增购|吸纳"),
}
_OTHER = {"shareholder_reduction": "增持|买入", "shareholder_increase": "减持|卖出"}
_PLAN = re.compile(
    r"拟|(?<!信托)(?<!管理)(?<!资管)(?<!持股)计划(?!的?(?:实施|完成|期间|时间|届满|期限|结果|进展|减持数|已|区间))|不超过?|不低于|不少于|不高于|预计|上限|下限|将(?=以|通过|在|减|增|继续|根据|择机)|至多|最多|可能"
)
_DONE = re.compile(
    r"已(?=累计|通过|增|减|完成)|累计(?:增|减)持|合计(?:增|减)持了?|共计?(?:增|减)持|(?:增|减)持了|(?:截至|截止)"
)
_BOUND = re.compile(
    r"(?:不超过?|不低于|不少于|不高于|至多|最多|上限[^，。；]{0,3}|下限[^，。；]{0,3}|至少)(?:人民币|公司总股本的?)?[^，。；\d]{0,8}$"
)
_LOW = re.compile(r"(?:不低于|不少于|下限|至少)[^，。；\d]{0,8}$")
_CAPITAL = re.compile(r"(?:总股本|股本总[额数]|总股数|股份总[数额])(?:为|的|由)?[^，。；]{0,4}$")
_HELD = re.compile(
    r"持有(?!的?[^，。；]{0,10}(?:减持|增持))[^，。；]{0,30}$|(?<![减增])持股(?:总?数量?|总数|比例)?[^，。；]{0,8}$|所持(?:有)?(?:公司|本公司)?(?:的)?(?:股[份票])?(?:总数|数量)?(?:为|合计|由)?$|(?:变动|减持|增持)[前后][^，。；]{0,6}$"
)
_AFTER = re.compile(
    r"(?:本次|此次|上述|权益|减持|增持|变动|转让)[^。；，]{0,16}(?:后|完毕|完成)|至此|(?:目前|现|仍|尚)[^。；，]{0,6}持有|截[至止]"
)
_ELSE = re.compile(
    r"冻结|质押|(?<!无)限售|解禁|(?:12|十二)个月内|任意连续|连续(?:90|九十)|其中(?!.{0,12}增持|.{0,12}减持)|来源|转增|送股|认购|发行|激励|表决权|每\d*$|此前拟|原计划|原拟|回购|补偿"
)
_BEFORE_DAY = re.compile(r"(?:刊登|披露|公告|详见)[^，。；]{0,6}$")
_AFTER_DAY = re.compile(
    r"，?(?:晚间?|盘后|当日)?[^，。；]{0,20}?(?:接到|收到|获悉|接[^，。；]{2,14}通知|披露|刊登|公告|召开|发布|出具|总股本|为基数|实施了|盘后|取得|上市流通)|，?[^。；]{0,16}公司股票(?:已)?连续"
)
_SPAN = re.compile(r"(?:期间|起)?(?:至|到|-|~)(?!今|本)")
_SHORT_END = re.compile(r"(?:期间|起)?(?:至|到|-|~)(?:(?P<y>\d{4})年)?(?:(?P<m>\d{1,2})月)?(?P<d>\d{1,2})日")
_PRICE_WORD = re.compile(r"均价|价格|每股|单价|成交价|[作定]价")
_NOT_PRICE = re.compile(
    r"收盘|最新|净资产|发行价|复权|市价|现价|报价?|涨|跌|开盘|不低于|不高于|不超过|区间[^，。；]{0,4}为?$"
)
_MONEY = re.compile(
    r"金额|涉资|耗资|套现|资金|规模|斥资|总价|市值|价款|对价|作价|[以用约](?:人民币)?$|涉及|共计|约为?$|增持$|逾$|超$"
)
_NOT_MONEY = re.compile(
    r"净利|营收|营业|收入|净资产|总资产|总市值|估值|注册资本|贷款|担保|票房|利润|亏损|收盘|商誉|债"
)
_PASSIVE = re.compile(r"被动(?:减持|增持)|司法强制执行|强制平仓|违约处置|司法拍卖|司法划转")
_ENDED = re.compile(r"(?:提前)?终止[^，。；]{0,10}(?:减持|增持)|(?:减持|增持)计划[^，。；]{0,6}提前终止")
_UNFINISHED = re.compile(
    r"(?:尚未|未)(?:全部)?(?:实施)?(?:完毕|完成|届满)|时间已?过半|数量已?过半|已?超过[^，。]{0,16}一半|继续实施"
)
_PROGRESS = re.compile(r"进展")
_FINISHED = re.compile(
    r"(?:计划|增持|减持|承诺)[^。；]{0,16}(?:实施完[毕成]|完成|届满|完毕|结束|实施结果|期满)|(?:完成|结束)[^，。；]{0,8}(?:增持|减持)|实施完毕"
)
_NOT_HOLDER = re.compile(r"登记结算|证券交易|联交所|会计师|律师")


@dataclass
class _Trade:
    planned: bool
    at: int
    holders: tuple[Name, ...] = ()
    shares: list[Number] = field(default_factory=list)  # a plan's bounds, low before high
    ratio: list[Number] = field(default_factory=list)
    amount: list[Number] = field(default_factory=list)
    low: Number | None = None
    high: Number | None = None
    mean: Number | None = None
    begin: Day | None = None
    end: Day | None = None
    total: bool = False  # 累计: what several trades add up to


def reductions(filing: Filing) -> list[Fact]:
    return _Reader(filing, "shareholder_reduction").facts()


def increases(filing: Filing) -> list[Fact]:
    return _Reader(filing, "shareholder_increase").facts()


class _Reader:
    def __init__(self, filing: Filing, kind: str) -> None:
        self.filing = filing
        self.kind = kind
        self.text = filing.text
        self.verb = _VERBS[kind]
        self.other = re.compile(_OTHER[kind])
        self.after: dict[str, Number] = {}  # held after the trade, by holder
        self.trades: list[_Trade] = []
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
        trade: _Trade | None = None
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
                held = made is None and not _CAPITAL.search(_clause(left))
                if made is None:
                    if trade is not None and not _CAPITAL.search(_clause(left)):
                        trade = None
                    continue
                counted = n.end
                if (
                    trade is not None
                    and made.planned
                    and trade.planned
                    and re.search(r"^[^。；\d]{0,24}$", left)
                ):
                    if _same_plan(left):
                        trade.shares.append(n)
                        continue
                trade = made
                for name, value in waiting:
                    self._priced(trade, name, value)
                waiting = []
                self._dates(trade, start, end, n)
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
            trade = _Trade(planned=False, at=start, holders=named or self.holder)
            for word, value in waiting:
                self._priced(trade, word, value)
            self._dates(trade, start, end, waiting[0][1])
            self.trades.append(trade)

    def _plan_of(self, trade: _Trade | None, start: int, n: Number) -> _Trade:
        """The plan that a sum of money belongs to."""
        if trade is not None and trade.planned:
            return trade
        holders = self._nearest(start, n.start)
        for old in reversed(self.trades):
            if old.planned and (old.holders == holders or not holders):
                return old
        made = _Trade(planned=True, at=n.start, holders=holders)
        self._dates(made, start, n.end, n)
        self.trades.append(made)
        return made

    def _planned(self, before: str, left: str) -> bool:
        near = before[-90:]
        plan = done = -1
        for m in _PLAN.finditer(near):
            plan = m.start()
        for m in _DONE.finditer(near):
            done = m.start()
        if _BOUND.search(left[-24:]):
            return not re.search(r"(?:未|已|均|没有)[^，。；]{0,2}(?:超过|低于)[^，。；]{0,10}$", left)
        return plan > done

    def _count(
        self, n: Number, start: int, left: str, before: str, right: str, counted: int
    ) -> _Trade | None:
        clause = _clause(left)
        if _CAPITAL.search(clause) or (n.value < 10 and n.unit == "股"):
            return None
        opened = before.rfind("(")
        if opened > before.rfind(")") and not self.verb.search(before, opened):
            return None
        if (
            _HELD.search(clause)
            and not self.verb.match(right)
            and not re.search(r"将[^，。；]{0,14}持|其(?:所)?持有的", clause)
        ):
            if (
                _AFTER.search(before[-80:])
                and (who := self._nearest(start, n.start) or self.holder)
                and not re.search(r"前[，,]?[^，。；]{0,24}$", clause)
            ):
                self.after.setdefault(self.names.word(who[0]), n)
            return None
        if _ELSE.search(clause[-24:]) or re.match(r"[^，。；]{0,16}(?:处于|冻结|质押)", right):
            return None
        said = [m for m in self.verb.finditer(before)]
        other = [m for m in self.other.finditer(before)]
        if not said and not self.verb.search(right):
            return None
        if other and (not said or other[-1].start() > said[-1].start()):
            return None
        planned = self._planned(before, left)
        total = re.search(r"累计|合计|共计|共(?:减|增)持", left[-40:]) is not None and not planned
        return _Trade(
            planned=planned,
            at=n.start,
            holders=self._nearest(start, n.start) or self.holder,
            shares=[n],
            total=total,
        )

    def _share(
        self, n: Number, trade: _Trade | None, start: int, left: str, before: str, right: str
    ) -> _Trade | None:
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
        if not of_total or _ELSE.search(clause):
            return trade
        planned = self._planned(before, left)
        if trade is not None and (trade.planned == planned or not _BOUND.search(left)):
            if not trade.ratio or (
                trade.planned
                and _same_plan(left)
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
        made = _Trade(
            planned=planned, at=n.start, holders=self._nearest(start, n.start) or self.holder, ratio=[n]
        )
        self._dates(made, start, n.end + 80, n)
        self.trades.append(made)
        return made

    def _money(self, n: Number, left: str, before: str, right: str) -> str:
        unit = n.base_unit or ""
        if unit.endswith("/股") or (
            unit in ("元", "港元", "美元")
            and (_PRICE_WORD.search(_clause(left)[-14:]) or n.text.endswith("/股"))
        ):
            if _NOT_PRICE.search(left[-14:]) or not (
                _PRICE_WORD.search(before[-40:] + right) or unit.endswith("/股")
            ):
                return ""
            if re.search(r"均价|平均", left[-16:]) or re.match(r"的?(?:均价|平均)", right):
                return "mean"
            return "high" if re.match(r"(?:元/股)?(?:-|~|至|到)$", left) else "low"
        if (
            unit not in ("元", "港元", "美元")
            or _NOT_MONEY.search(left[-14:])
            or right.startswith(("净", "的净"))
        ):
            return ""
        return (
            "amount"
            if _MONEY.search(_clause(left)[-18:])
            or _BOUND.search(left[-24:])
            or re.match(r"(?:自有)?资金", right)
            or re.match(r"(?:-|~|至|到)$", left)
            else ""
        )

    def _priced(self, trade: _Trade, word: str, n: Number) -> None:
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
                or _NOT_HOLDER.search(self.names.word(name))
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
            if _joined(self.text[group[-1].end : name.start]):
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
            if not _joined(self.text[name.end : group[0].start]):
                break
            if self.names.word(name) != self.names.word(group[0]):
                group.insert(0, name)
        return tuple(group)

    def _dates(self, trade: _Trade, start: int, end: int, n: Number) -> None:
        text = self.text
        days = [d for d in self.filing.days if start <= d.start < end]
        usable = []
        for d in days:
            before, after = text[max(start, d.start - 10) : d.start], text[d.end : min(end, d.end + 60)]
            if _BEFORE_DAY.search(before) or _AFTER_DAY.match(after):
                continue
            if re.search(r"上市流通|解除限售|为基数|公司于$", before + after[:20]) and not trade.planned:
                continue
            usable.append(d)
        before_count = [d for d in usable if d.start < n.start]
        chosen = before_count or usable
        if trade.planned:
            for d in chosen:
                if re.match(r"[^，。；]{0,3}起|之日起", text[d.end : d.end + 6]) or (
                    text[max(0, d.start - 1) : d.start] == "自" and not _SPAN.match(text, d.end)
                ):
                    trade.begin = d
                    return
            return
        for i, d in reversed(list(enumerate(chosen))):
            nxt = chosen[i + 1] if i + 1 < len(chosen) else None
            if nxt is not None and _SPAN.fullmatch(text, d.end, nxt.start):
                trade.begin, trade.end = d, nxt
                return
            if short := _SHORT_END.match(text, d.end):
                if (last := _later(d, short)) is not None:
                    trade.begin, trade.end = d, last
                    return
        if not chosen:
            return
        run = [chosen[-1]] if before_count else [chosen[0]]
        for d in reversed(chosen[:-1]):
            if before_count and re.fullmatch(r"[、，和及]", text[d.end : run[0].start]):
                run.insert(0, d)
        lead = text[max(start, run[0].start - 3) : run[0].start]
        trade.begin = None if re.search(r"截[至止]$", lead) else run[0]
        trade.end = run[-1]

    # -------------------------------------------------------- facts

    def _made(self) -> list[Fact]:
        done = _merged([t for t in self.trades if not t.planned])
        plans = _merged([t for t in self.trades if t.planned])
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
            checks = tuple(c for c in (_price_check(fields),) if c)
            facts.append(Fact(kind=self.kind, company=self.filing.company, fields=fields, checks=checks))
        return facts

    def _adds_up(self, trade: _Trade, done: list[_Trade]) -> bool:
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

    def _who(self, trade: _Trade) -> tuple[str, ...]:
        return tuple(self.names.word(n) for n in trade.holders)

    def _base(self, trade: _Trade) -> Fields:
        f, fields = self.filing, Fields()
        if trade.holders:
            terms = tuple(f.name(*n.full) for n in trade.holders[:4])
            fields["holder"] = terms[0] if len(terms) == 1 else terms
        return fields

    def _fact(self, t: _Trade, plans: list[_Trade], total: _Trade | None) -> Fields:
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

    def _plan_fields(self, fields: Fields, plan: _Trade) -> None:
        f = self.filing
        for name, numbers in (("plan_shares", plan.shares), ("plan_ratio", plan.ratio)):
            if numbers:
                terms = tuple(f.number(n) for n in numbers[:2])
                fields[name] = terms[0] if len(terms) == 1 else terms
        for n in plan.amount[:2]:
            low = _LOW.search(self.text[max(0, n.start - 24) : n.start]) is not None or (
                len(plan.amount) > 1
                and n is plan.amount[0]
                and not _BOUND.search(self.text[max(0, n.start - 24) : n.start])
            )
            fields["plan_amount_min" if low else "plan_amount_max"] = f.number(n)

    def _planned_fact(self, t: _Trade, *, started: bool) -> Fields:
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

    def _stage(self, traded: bool):  # type: ignore[no-untyped-def]
        text = self.text[:READ]
        plain = not traded and any(t.planned for t in self.trades)
        for name, pattern in (
            ("terminated", _ENDED), ("passive", _PASSIVE), ("progress", _UNFINISHED), ("result", _FINISHED), ("progress", _PROGRESS),
        ):  # fmt: skip
            if (found := pattern.search(text)) and not (plain and name in ("passive", "result")):
                return self.filing.term(name, *found.span())
        if self.trades:
            at = self.trades[0].at
            return self.filing.term("plan" if plain else "executed", at, at + 1)
        return None


def _clause(left: str) -> str:
    return re.split(r"[，。；;]", re.sub(r"\([^()]*\)", "", left))[-1]


def _same_plan(left: str) -> bool:
    """Two bounds of one plan: 不低于A且不超过B, A至B."""
    return (
        re.search(r"且|不超过|不高于|不低于|不少于|-|~|至|到|上限|、", left) is not None
        and "其中" not in left
        and "任意" not in left
    )


def _joined(between: str) -> bool:
    return (
        len(between) < 26
        and re.fullmatch(
            r"(?:先生|女士)?(?:\([^()]*\))?(?:、|及|和|与|以及|及其|其|之|的|兼|一致行动人|控股股东|实际控制人|公司|股东|副?总经理|副?董事长|董事|监事|高级管理人员|财务总监|董事会秘书|先生|女士|配偶|现任|时任|原|会?主席)+",
            between,
        )
        is not None
    )


def _later(day: Day, m: re.Match[str]) -> Day | None:
    """The end of `2021年1月30日至5月31日`, `9月9日至12日`: in the year and month of its beginning."""
    try:
        value = day.value.replace(
            year=int(m["y"]) if m["y"] else day.value.year,
            month=int(m["m"]) if m["m"] else day.value.month,
            day=int(m["d"]),
        )
    except ValueError:
        return None
    first = m.start("y") if m["y"] else m.start("m") if m["m"] else m.start("d")
    return Day(value=value, text=m[0], start=first, end=m.end())


def _merged(trades: list[_Trade]) -> list[_Trade]:
    """A trade told twice is one."""
    kept: list[_Trade] = []
    for t in trades:
        same = next((k for k in kept if _alike(k, t)), None)
        if same is None:
            kept.append(t)
            continue
        same.holders = same.holders or t.holders
        same.ratio, same.amount = same.ratio or t.ratio, same.amount or t.amount
        same.shares = same.shares or t.shares
        same.low, same.high, same.mean = same.low or t.low, same.high or t.high, same.mean or t.mean
        if same.begin is None or same.end is None:
            same.begin, same.end = t.begin or same.begin, t.end or same.end
        same.total = same.total and t.total
    return kept


def _alike(a: _Trade, b: _Trade) -> bool:
    if a.holders and b.holders and not {n.full for n in a.holders} & {n.full for n in b.holders}:
        return False
    if a.shares and b.shares:
        return [n.base for n in a.shares] == [n.base for n in b.shares] or (
            a.planned and abs(a.at - b.at) > 0
        )
    return a.planned or (not a.shares and not b.shares and a.ratio[:1] == b.ratio[:1])


def _price_check(fields: Fields) -> Check | None:
    """shares × mean price = amount, within the rounding of the printed digits."""
    shares, price, amount = (
        fields.get("shares"),
        fields.get("price_avg", fields.get("price_low")),
        fields.get("amount"),
    )
    if not (isinstance(shares, Number) and isinstance(price, Number) and isinstance(amount, Number)):
        return None
    if (
        not shares.base
        or not price.base
        or not amount.base
        or fields.get("price_low") != fields.get("price_high")
    ):
        return None
    low = (shares.base - slack(shares)) * (price.base - slack(price)) - slack(amount)
    high = (shares.base + slack(shares)) * (price.base + slack(price)) + slack(amount)
    ok = low <= amount.base <= high
    detail = f"{shares.text} × {price.text} = {shares.base * price.base:,.2f} 元，公告为 {amount.text}"
    return Check(name="shares*price=amount", ok=ok, detail=detail, fields=("shares", "price_avg", "amount"))
