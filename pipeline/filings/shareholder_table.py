"""Tables of what holders sold or bought: one row for each way of trading, and what is held before and after; in
Shanghai's results since 2024 upright, a label and its value in a line.
"""

from __future__ import annotations

import re

from pipeline.filings.names import Name, Names
from pipeline.filings.numbers import figures, with_unit
from pipeline.filings.rows import (
    COUNT,
    DATE,
    GAP,
    NONE,
    RATIO,
    Cells,
    Form,
    Span,
    Table,
    Upright,
    days_of,
    known_names,
    name_of,
    unit_of,
)
from pipeline.filings.rows import number_of as printed
from pipeline.filings.shareholder_trades import Trade
from pipeline.model import Number

_DEED = r"(?:本次|已|实际)?(?:拟|计划)?[增减]持"
_HOLDER = re.compile(
    rf"股{GAP}东{GAP}(?:名{GAP}称|姓{GAP}名)|[增减]{GAP}持{GAP}(?:人|主{GAP}体|股{GAP}东)(?:名称|姓名|(?=[\s|]|[增减]持(?:方式|期间|数量|时间)))"
)
_INTENDED = re.compile("拟|计划|不超过")
_MONEY = COUNT.replace("万?股", "万?元")
_PRICE = r"(?<![\d.,])\d{1,5}(?:\.\d{1,6})?(?![\d.,])(?:元(?:/股)?)?"
_FORM = Form(
    columns={
        "duty": r"(?:股东)?(?:身份|职务|任职情况|性质)|股份性质",
        "way": rf"{_DEED}(?:的)?方式|交易方式|变动方式|方式",
        "source": r"(?:股份|股票)来源",
        "period": rf"(?:{_DEED}|交易|变动)(?:的)?(?:期间|时间区间|时间|日期|起止日期?)",
        "price": rf"(?:{_DEED}|成交|交易)?(?:的)?(?:平均|成交)?(?:均价|价格区间|价格|平均价格?)",
        "shares": rf"(?:{_DEED}|成交|交易|变动)(?:的)?(?:股份)?(?:股数|数量|股份数?)(?![占不]|\(不)",
        "amount": rf"(?:{_DEED}|成交|交易)?(?:的)?总?金额",
        "ratio": rf"(?:{_DEED})?(?:股份|股数|数量){{0,3}}占(?:本?公司)?(?:当前|目前|现有)?(?:总股[本份]|股份总数)的?比例?|{_DEED}比例",
    },
    cells={
        "duty": r"[^\d|\t\n，。；]{2,24}?",
        "way": rf"(?:通过|以|采用|上海|深圳|证券交易所|交易系统|二级市场|盘后|定价)*(?:集\s*中\s*竞\s*价|大\s*宗\s*交\s*易|协议转让|询价转让|二级市场|其他)(?:交\s*易)?(?:方\s*式)?|{NONE}",
        "source": r"[^\d|\t\n，。；]{2,40}?",
        "period": rf"(?:自)?(?:{DATE})(?:\s*(?:至|到|-|~|、)\s*(?:{DATE}|\d{{1,2}}月\d{{1,2}}日))?|{NONE}",
        "price": rf"{_PRICE}(?:\s*(?:-|~|至)\s*{_PRICE})?|{NONE}",
        "shares": COUNT,
        "amount": _MONEY,
        "ratio": RATIO,
    },
    counts=("shares",),
    proves=frozenset({"period", "price", "ratio"}),
    spans=("period",),
    begins=r"集中竞价|大宗交易|协议转让|询价转让|二级市场|其他",
)
# What is planned, one row for each holder: bounds, and the time as it is put.
_PLAN = Form(
    columns={
        "reason": rf"(?:{_DEED})?(?:的)?(?:原因|目的)",
        "source": r"(?:拟减持)?(?:股份|股票)来源",
        "way": rf"{_DEED}(?:的)?方式",
        "period": rf"{_DEED}(?:的)?(?:期间|时间区间|时间)",
        "price": rf"{_DEED}(?:的)?(?:价格区间|价格)",
        "ratio": rf"(?:{_DEED})?(?:股份|股数|数量){{0,3}}(?:不超过)?占?(?:本?公司)?(?:当前|目前|现有)?(?:总股[本份]|股份总数)的?比例|{_DEED}比例",
        "shares": rf"{_DEED}(?:的)?(?:股份)?(?:股数|数量|股份数?)(?:上限)?(?:不超过|\(不超过(?:\(含\))?\))?",
    },
    cells={
        **dict.fromkeys(("reason", "source", "way", "price"), r"[^|\t\n]{2,40}?(?=\s*(?:[|\t\n]|$))"),
        "period": rf"(?:自)?(?:{DATE})\s*(?:至|到|-|~)\s*(?:{DATE})|[^|\t\n]{{2,60}}?(?:内|期间)",
        "shares": rf"(?:不超过:?)?{COUNT}",
        "ratio": rf"(?:不超过:?)?{RATIO}",
    },
    counts=("shares",),
    proves=frozenset({"ratio", "period"}),
    spans=("period",),
)
# The lines of an upright result. What is planned, or parted by ways of trading, is told by the sentences too.
_RESULT = Form(
    columns={
        "plan": r"(?:原?计划|拟)[增减]持(?:数量|比例|金额|期间)|[增减]持计划(?:公告|首次)?披露日期?|[增减]持计划拟(?:实施期间|[增减]持(?:数量|比例|金额))",
        "ways": r"[增减]持方式及对应[增减]持(?:数量|股份)|[增减]持(?:股份)?方式",
        "done": r"[增减]持(?:计划)?完成情况|(?:股东|增持主体)身份|当前持股股份来源",
        "price": r"[增减]持(?:股份)?(?:价格区间|价格|均价)",
        "amount": r"(?:累计)?[增减]持(?:股份)?总?金额",
        "period": r"(?:本次)?[增减]持(?:股份)?(?:实施)?期间",
        "shares": r"(?:本次|累计)?[增减]持(?:股份)?(?:总)?数量",
        "ratio": r"(?:本次|累计)?[增减]持(?:股份)?比例(?:\(占总股本\))?",
        "group": r"[增减]持计划完成后[增减]持主体(?:\(及其一致行动人\))?持股数量",
        "group_ratio": r"[增减]持计划完成后[增减]持主体(?:\(及其一致行动人\))?持股比例",
        "holding_after": r"(?:当前|本次[增减]持后|[增减]持后)持股(?:总)?数量",
        "ratio_after": r"(?:当前|本次[增减]持后|[增减]持后)持股比例",
    },
    cells={
        **{name: _FORM.cells[name] for name in ("price", "period", "shares", "amount", "ratio")},
        **dict.fromkeys(("holding_after", "group"), COUNT),
        **dict.fromkeys(("ratio_after", "group_ratio"), RATIO),
    },
    counts=("shares", "holding_after"),
    proves=frozenset(),
    spans=(),
)
# The lines of an upright plan.
_UPRIGHT_PLAN = Form(
    columns={
        "ways": r"[增减]持方式及对应[增减]持(?:数量|股份)|拟?[增减]持(?:股份)?方式",
        "shares": r"(?:计划|拟)[增减]持(?:股份)?(?:数量|股数)(?:上限)?",
        "ratio": r"(?:计划|拟)[增减]持(?:股份)?比例(?:\(占总股本\))?",
        "period": r"(?:计划|拟)?[增减]持(?:计划)?(?:股份)?(?:拟?实施)?期间",
        "rest": r"(?:拟[增减]持)?(?:股份)?来源|拟?[增减]持(?:股份)?(?:的)?(?:原因|目的|价格区间|价格)|(?:股东|增持主体)身份",
    },
    cells={
        "shares": rf"(?:不超过:?)?{COUNT}",
        "ratio": rf"(?:不超过:?)?{RATIO}",
        "period": _FORM.cells["period"],
    },
    counts=("shares",),
    proves=frozenset(),
    spans=(),
)
# 股东累计减持前后持股情况: shares and their part of the capital, before and after.
_AFTER = re.compile(
    rf"(?P<holder>[^\d|\t，。；:%]{{2,44}}?){GAP}合计持有股份{GAP}(?:{COUNT}){GAP}(?:{RATIO}){GAP}(?P<after>{COUNT}){GAP}(?:{RATIO})"
)


class Tables:
    """`trades` as the rows tell them, and the shares held `after` by the holder's name."""

    def __init__(self, text: str, names: Names, limit: int, verb: re.Pattern[str]) -> None:
        self.text, self.names, self.verb = text, names, verb
        self.trades: list[Trade] = []
        self.after: dict[str, Number] = {}
        self.read: list[Span] = []  # where the tables stand
        self.known: dict[str, Name] = {}
        at = 0
        while m := _HOLDER.search(text, at, limit):
            self.known = self.known or known_names(names)
            at = m.end()
            table = Table(_FORM, text, at, limit)
            deed = table.words.get(table.counted, "")
            plan = Table(_PLAN, text, at, limit)
            if (
                len(plan.columns) > 1
                and verb.search(bound := plan.words.get("shares", ""))
                and _INTENDED.search(bound)
            ):
                for cells in plan.rows(self.known):
                    self._plan(cells, plan.words)
                self._passed(m.start(), plan.end)
            elif len(table.columns) > 2 and verb.search(deed + m[0]):
                for cells in table.rows(self.known):
                    self._trade(cells, table.words)
                self._passed(m.start(), table.end)
            elif len(table.columns) < 2:
                self._upright(m, limit)
            at = max(at, self.read[-1][1] if self.read else 0)
        for m in _AFTER.finditer(text, 0, limit) if self.trades else ():
            start, end = m.span("holder")
            start = max(start, *(text.rfind(mark, start, end) + 1 for mark in "\n|"))
            owner = name_of(text, m.span("holder"), self.known)
            if owner is not None and owner.full == m.span("holder"):  # no name that the text defines
                owner = name_of(text, (start, end), self.known)
            if owner is not None:
                self.after.setdefault(names.word(owner), printed(text, m.span("after"), "股"))

    def _upright(self, m: re.Match[str], limit: int) -> None:
        table = Upright(_RESULT, self.text, m.end(), limit, frozenset())
        if "shares" not in table.words:
            table = Upright(_UPRIGHT_PLAN, self.text, m.end(), limit, frozenset())
        bound = table.words.get("shares", "")
        if not self.verb.search(bound) or not {"period", "ratio", "price"} & set(table.words):
            return
        if _INTENDED.search(bound):
            for cells in (row for row in table.rows if "shares" in row):
                self._plan(cells, table.words)
                self._passed(m.start(), table.end)
            return
        for cells in table.rows:
            if "shares" in cells:
                self._trade(cells, table.words)
                owner = name_of(self.text, cells["holder"], self.known)
                if owner is not None and "holding_after" in cells:
                    held = printed(self.text, cells["holding_after"], "股")
                    self.after.setdefault(self.names.word(owner), held)
                self._passed(m.start(), table.end)

    def _passed(self, start: int, end: int) -> None:
        if self.trades:
            self.read.append((start, end))

    def _told(self, cells: Cells, words: dict[str, str], *, planned: bool) -> Trade:
        """What rows of plans and of trades tell alike; a count of 0 is none."""
        trade = Trade(planned=planned, at=cells["shares"][0])
        if "holder" in cells and (name := name_of(self.text, cells["holder"], self.known)):
            trade.holders = (name,)
        trade.shares = [printed(self.text, cells["shares"], unit_of(words["shares"], True))]
        if "ratio" in cells:
            trade.ratio = [printed(self.text, cells["ratio"], "%")]
        if trade.shares[0].value:
            self.trades.append(trade)
        return trade

    def _plan(self, cells: Cells, words: dict[str, str]) -> None:
        plan = self._told(cells, words, planned=True)
        if "period" in cells:
            plan.window = cells["period"]
            days = days_of(self.text, cells["period"])
            if len(days) == 2:
                plan.begin, plan.end = days

    def _trade(self, cells: Cells, words: dict[str, str]) -> None:
        trade = self._told(cells, words, planned=False)
        if "amount" in cells:
            unit = unit_of(words["amount"], False)
            trade.amount = [printed(self.text, cells["amount"], unit if "元" in unit else "元")]
        if "price" in cells:
            prices = [
                n if n.unit else with_unit(n, "元/股") for n in figures(self.text, *cells["price"], bare=True)
            ]
            if len(prices) > 1:
                trade.low, trade.high = prices[0], prices[-1]
            elif prices and re.search("均", words["price"]):
                trade.mean = prices[0]
            elif prices:
                trade.low = trade.high = prices[0]
        if "period" in cells and (days := days_of(self.text, cells["period"])):
            trade.begin, trade.end = days[0], days[-1]
