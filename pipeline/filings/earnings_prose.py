"""Earnings figures out of sentences: 实现营业收入 A，同比增长 B；X 和 Y 分别为 C 和 D，分别增长 E 和 F.

A figure belongs to the name before it when only filler stands between. An amount behind 上年同期 is last
year's; an amount behind 增加 or 减少 is a difference and is not taken; 跌 19.5% 至 544.6 亿元 is a change and
then the amount. A clause about another period than the report's, a subsidiary or an industry is left out.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from pipeline.filings.checks import slack
from pipeline.filings.earnings_period import Period
from pipeline.filings.earnings_words import Token, negated, words_of
from pipeline.filings.numbers import figures
from pipeline.filings.record import Filing
from pipeline.model import Number

Found = dict[str, Number]

_LINE = re.compile(r"[^\n]*\n?")
_SENTENCE = re.compile(r"[，。；;]|,(?!\d)")  # a line without any is a row or a heading
_PER_SHARE = ("元/股", "港元/股", "美元/股")


def prose_fields(filing: Filing, main: Period | None, start: int = 0, end: int | None = None) -> Found:
    """The figures of the clean text's sentences, by field name, as fields of title or body."""
    text = filing.text
    limit = len(text) if end is None else end
    reader = _Reader(filing, main)
    for line in _LINE.finditer(text, start, limit):
        begin, stop = line.span()
        if line.start() < filing.view.title_end or _SENTENCE.search(text, begin, stop):
            numbers = figures(text, begin, stop)  # not of the tables, where most of a flash's stand
            if not numbers and text[begin:stop].endswith(("。\n", "。")):
                reader.sentence()  # a line without a figure says nothing, and ends what was said before
                continue
            for token in words_of(filing, begin, stop, numbers):
                reader.take(token)
    return {name: filing.number(number) for name, number in reader.found.items()}


class _Reader:
    def __init__(self, filing: Filing, main: Period | None) -> None:
        self.filing, self.main = filing, main
        self.found: Found = {}
        self.sentence()

    def sentence(self) -> None:
        self.names: list[str] = []  # names whose figures are awaited
        self.named: list[str] = []  # names that got an amount in this sentence, in order
        self.filled = True  # whether the names have got a figure: the next name starts anew
        self.next_amount = self.next_change = 0
        self.direction = ""  # up or down, just before
        self.direction_at = 0
        self.last = self.loss = self.respective = self.quarter = False
        self.foreign = False  # about another period
        self.beside = False  # about a subsidiary, a segment, an industry
        self.plan = False

    def take(self, token: Token) -> None:
        kind = token.kind
        if kind == "stop":
            self.sentence()
            return
        if kind == "subject":
            self.beside = True
            return
        if kind == "period":
            self.other_period(token)
            return
        if kind == "plan":
            self.plan = True
            return
        if self.foreign or self.beside or self.plan:
            return
        if kind == "name":
            self.name(token)
        elif kind in ("other", "figure", "times"):
            self.names, self.filled = [], True
            self.direction, self.last = "", False
        elif kind in ("money", "percent", "points"):
            self.figure(token)
        else:
            if token.parted and not self.filled:
                self.names = []
            self.mark(token)

    def other_period(self, token: Token) -> None:
        period = token.period
        text = self.filing.text
        if period is None or self.main is None:
            return
        before = text[max(0, token.start - 1) : token.start]
        if before in ("较", "比", "与", "于", "同") or text.startswith(("年末", "末", "同期"), token.end):
            self.last = True
            return
        self.foreign = not period.same(self.main)

    def mark(self, token: Token) -> None:
        kind = token.kind
        if kind in ("up", "down"):
            self.direction, self.direction_at = kind, token.start
            self.quarter = self.quarter or token.gap.endswith("环比")
        elif kind == "change":
            self.direction, self.direction_at = "change", token.end
        elif kind == "last":
            self.last = True
        elif kind == "qoq":
            self.quarter = True
        elif kind == "respective":
            self.respective = True
        elif kind == "loss":
            self.loss = True
            if self.direction:
                self.direction = "ignore"  # 减少亏损 10.68%: neither a rise nor a fall as printed
        elif kind == "gain":
            self.loss = False

    def name(self, token: Token) -> None:
        joined = not token.parted and not self.filled and not self.direction
        if not joined or not self.names:
            self.names, self.next_amount, self.next_change = [], 0, 0
        name = token.name
        if self.last and name == "net_profit" and "net_profit_parent" in self.found:
            name = "net_profit_parent"  # 归母净利润 A，上年同期净利润 B
        self.names.append(name)
        self.filled = False
        self.direction = ""
        self.last = self.last and not token.parted and not any(mark in token.gap for mark in "，,相")
        self.quarter = False
        self.loss = "亏" in self.filing.text[token.start : token.end]

    def figure(self, token: Token) -> None:
        number = token.number
        if number is None:
            return
        if token.parted:
            self.names, self.filled = [], True
            self.direction, self.last = "", False
            return
        share = (
            token.kind == "percent" and self.names[-1:] == ["roe"] and not self.direction and not self.last
        )
        if token.kind == "money" or share:
            self.amount(token, number)
        else:
            self.change(token, number)

    def amount(self, token: Token, number: Number) -> None:
        text = self.filing.text
        between = text[self.direction_at : token.start] if self.direction else ""
        if self.direction in ("up", "down") and not any(c in between for c in "至到达"):
            self.direction = ""
            return  # a difference
        starting = token.gap.endswith(("由", "从", "由人民币"))
        self.direction = ""
        if not self.names:
            return
        if self.last or starting:
            self.last = False
            self.set(f"{self.names[min(self.next_amount, len(self.names)) - 1]}_last", number)
            return
        if self.next_amount >= len(self.names):
            return
        name = self.names[self.next_amount] if self.respective or len(self.names) > 1 else self.names[-1]
        self.next_amount += 1
        self.filled = True
        self.named.append(name)
        self.set(name, number)

    def change(self, token: Token, number: Number) -> None:
        direction, self.direction, self.last = self.direction, "", False
        if self.quarter or "不" in token.gap or "超过" in token.gap:  # 不低于 150% is a target
            self.quarter = False
            return
        signed = number.text[:1] in "+-"
        if direction == "ignore":
            return
        listed = self.respective and token.gap.strip() in ("、", "和", "及", "，", ",")
        if not direction and not signed and not listed and not token.gap.endswith("("):
            return
        if direction in ("up", "down"):
            self.down, self.change_from = direction == "down", self.direction_at
        elif not listed:
            self.down, self.change_from = False, token.start
        if self.respective and not listed:
            self.spread(token)
        target = self.target()
        if not target:
            return
        first = self.change_from if direction in ("up", "down") else token.start
        self.set(f"{target}_change", _signed(number, self.down, self.filing.text, first))

    def spread(self, token: Token) -> None:
        """分别增长 E、F 和 G speaks of the last three names that got an amount."""
        count = _listed(self.filing.text, token)
        if count > 1 and len(self.named) >= count and self.next_amount >= len(self.names):
            self.names = self.named[-count:]
            self.next_amount, self.next_change = count, 0

    def target(self) -> str:
        if not self.names:
            return ""
        at = self.next_change
        if at >= len(self.names):
            return ""
        self.next_change += 1
        self.filled = True
        return self.names[at] if len(self.names) > 1 else self.names[0]

    def set(self, name: str, number: Number) -> None:
        """The first mention counts, unless a later one prints the same figure with more digits."""
        row = name.removesuffix("_last").removesuffix("_change")
        if not name.endswith("_change"):
            if row == "eps" and number.base_unit == "元":
                number = replace(number, base_unit="元/股")
            money = number.base_unit in ("元", "港元", "美元", "日元", "欧元")
            if (row == "eps") != (number.base_unit in _PER_SHARE) or (row == "roe") != (number.unit == "%"):
                return
            if row not in ("eps", "roe") and not money:
                return
            if self.loss and number.value > 0 and row in _SIGNED:
                number = negated(number)
        have = self.found.get(name)
        if have is None or (_finer(number, have)):
            self.found[name] = number


_SIGNED = (
    "net_profit",
    "net_profit_parent",
    "net_profit_parent_ex_nonrecurring",
    "eps",
    "total_profit",
    "operating_profit",
)


def _listed(text: str, token: Token) -> int:
    """How many percentages are listed from this one on: 30.59%、20.78%和32.07%."""
    count, at = 1, token.end
    while at < len(text) and text[at] in "、和及,，":
        end = at + 1
        while end < len(text) and (text[end].isdigit() or text[end] in ".+-"):
            end += 1
        if end == at + 1 or not text.startswith("%", end):
            break
        count, at = count + 1, end + 1
    return count


def _signed(number: Number, down: bool, text: str, first: int) -> Number:
    """A change with the word that says its direction."""
    if down and number.value > 0:
        number = negated(number)
    return replace(number, text=text[first : number.end], start=first)


def _finer(new: Number, old: Number) -> bool:
    """Whether `new` is `old` printed with more digits: 0.2532 for 0.25, 9,911.02 万元 for 0.99 亿元."""
    if new.base is None or old.base is None or new.base_unit != old.base_unit:
        return False
    return slack(new) < slack(old) and abs(new.base - old.base) <= slack(old)
