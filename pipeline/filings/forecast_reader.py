"""The walk through a forecast's words: which figure is whose, a range, last year's, or of an older forecast.

Tables are read by the same walk: a row's cells follow its name, in whatever order a PDF puts them.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from pipeline.filings.earnings_period import Period
from pipeline.filings.earnings_words import Token, negated, words_of
from pipeline.filings.record import Filing
from pipeline.model import Number

_KEY = {
    "net_profit": "net_profit",
    "net_profit_parent": "net_profit",
    "net_profit_parent_ex_nonrecurring": "ex_nonrecurring",
    "revenue": "revenue",
    "eps": "eps",
}
_LAST_KEY = {"net_profit": "last_year_net_profit", "ex_nonrecurring": "last_year_ex_nonrecurring"}
_CHANGE_KEY = {
    "net_profit": "change",
    "ex_nonrecurring": "ex_nonrecurring_change",
    "revenue": "revenue_change",
}
_LINK = re.compile(
    r"\s*(?:元|人民币)*(?:\(不?含(?:本数)?\))?\s*(?:-+|~+|至|到|~-|-~)\s*(?:约|不超过|人民币)*"
    r"(?P<sign>(?:净利润|净)?(?:盈利|亏损|增长|下降|减少|上升|增加)[:：]?(?:约)?(?:人民币)?)?\s*"
)
_OLD = re.compile(r"此前|原(?:先)?(?:预计|预告)|前次|修正前|更正前|原业绩预告|已披露的")
_NEW = re.compile(r"修正后|更正后|现预计|目前预计|本次预计")
_NUMBERED = re.compile(r"\s*(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十\d]+\)|\d+[、.](?!\d))")
_SECTION = re.compile(r"\s*[一二三四五六七八九十]+、")
_ROW_OF_CHANGE = re.compile(r"\s*(?:比|较|与)上年同期[^\d\n]{0,12}$")
_TICKS = ("√", "☑", "■", "✓", "R")
_COMPARED = re.compile(r"[，,；]|相比")  # 与上年同期相比，… speaks of this year again
_AT_LEAST = re.compile(r"(?:不低于|不少于|超过|至少|以上)$")
_AT_MOST = re.compile(r"(?:不超过|不高于|不多于|至多)$")
_TURNS = {"预增": "up", "预升": "up", "略增": "up", "预减": "down", "预降": "down", "略减": "down"} | {
    "减亏": "ignore",
    "增亏": "ignore",
}
_TYPES = (
    ("扭亏", "扭亏"),
    ("转亏为盈", "扭亏"),
    ("由亏转盈", "扭亏"),
    ("亏转盈", "扭亏"),
    ("由盈转亏", "首亏"),
    ("转盈为亏", "首亏"),
    ("盈转亏", "首亏"),
    ("首亏", "首亏"),
    ("转亏", "首亏"),
    ("续亏", "续亏"),
    ("续盈", "续盈"),
    ("略增", "略增"),
    ("略减", "略减"),
    ("预增", "预增"),
    ("预升", "预增"),
    ("预减", "预减"),
    ("预降", "预减"),
)


class ForecastReader:
    """Reads one forecast; `found` holds its figures by field name, as figures of the clean text."""

    def __init__(self, filing: Filing, main: Period | None) -> None:
        self.filing, self.text, self.main = filing, filing.text, main
        self.found: dict[str, Number] = {}
        self.types: list[tuple[str, int, int]] = []
        self.alone: dict[str, tuple[Number, bool]] = {}  # amounts without 预计 and without a range so far
        self.loose: tuple[Number, Number | None, bool, str] | None = None  # a change above its row's name
        self.foreign = self.old = self.last_section = False
        self.sentence()

    def sentence(self) -> None:
        self.key = ""  # what the next figures are of
        self.beside = False  # a clause about a subsidiary, a segment or an industry
        self.plan = self.last = self.quarter = False
        self.loss: bool | None = None
        self.direction = ""
        self.direction_at = 0
        self.ranged_at = -1  # where the last range of an amount ended

    def read(self, start: int, end: int) -> None:
        self.foreign = self.old = self.last_section = False
        self.sentence()
        tokens = words_of(self.filing, start, end)
        at = 0
        while at < len(tokens):
            at += self.take(tokens, at)
        for key, (number, sided) in self.alone.items():
            if sided and f"{key}_min" not in self.found:
                self.put_range(key, number, None, False, "")
        self.alone.clear()
        if self.loose is not None and "change_min" not in self.found:
            first, second, down, sign = self.loose
            self.put_range("change", first, second, down, "", sign=sign)
        self.loose = None

    def take(self, tokens: list[Token], at: int) -> int:
        """Reads the token at `at`; gives how many were read."""
        token = tokens[at]
        self.turn_of_time(token)
        kind = token.kind
        if kind in ("money", "percent"):
            return self.figures(tokens, at)
        if kind == "stop":
            self.stop(token)
        elif kind == "subject":
            self.key, self.beside = "", True
        elif kind == "period":
            self.period(token)
        elif kind == "plan":
            self.plan = True
        elif kind == "name":
            self.key = _KEY.get(token.name, "")
            self.loss = True if "亏" in self.text[token.start : token.end] else None
            self.direction = ""
            self.quarter = False
            self.last = self.last and not token.parted and not _COMPARED.search(token.gap)
        elif kind in ("other", "figure", "times", "points"):
            self.key = ""
        elif kind in ("up", "down", "change"):
            self.direction = (
                kind if "窄" not in self.words(token) and "扩大" not in self.words(token) else "ignore"
            )
            self.direction_at = token.start
        elif kind in ("loss", "gain"):
            self.loss = kind == "loss"
            if token.parted:
                self.key = ""
        elif kind == "last":
            self.last, self.loss = True, None
            begin = max(self.line(token.start), self.text.rfind("。", 0, token.start) + 1)
            if _SECTION.fullmatch(self.text, begin, token.start):
                self.last_section = True  # 二、上年同期业绩情况
        elif kind == "qoq":
            self.quarter = True
        elif kind == "turn":
            self.turn(token)
        return 1

    def stop(self, token: Token) -> None:
        """A line's end parts nothing, unless a numbered paragraph follows: cells of a table are torn over lines."""
        char = self.text[token.start]
        if _SECTION.match(self.text, token.end):
            self.last_section = False
        if char == "\n":
            self.plan = self.last = False
            if not _NUMBERED.match(self.text, token.end):
                return
        if char in "。!！?？\n":
            self.foreign = self.old = False
        self.sentence()

    def turn(self, token: Token) -> None:
        """A word of type; before a figure it also says which way (预增 5298 万元 is an increase)."""
        words = self.words(token)
        around = self.text[max(0, token.start - 24) : token.end + 24]
        if "同向" in around and self.text[token.start - 1 : token.start] not in _TICKS:
            return  # a box that is not ticked
        self.last = False
        self.direction, self.direction_at = _TURNS.get(words, ""), token.start
        if words in ("预亏", "首亏", "续亏"):
            self.loss = True
        if (
            not self.foreign
            and not self.old
            and (self.key != "ex_nonrecurring" or "均" in self.text[max(0, token.start - 4) : token.start])
        ):
            self.types.append((words, token.start, token.end))

    def line(self, at: int) -> int:
        """Where the line of an offset begins."""
        return self.text.rfind("\n", 0, at) + 1

    def words(self, token: Token) -> str:
        return self.text[token.start : token.end]

    def turn_of_time(self, token: Token) -> None:
        """Whether the words before a token speak of the forecast that was given earlier."""
        if _OLD.search(token.gap) or (
            token.kind == "plan" and _OLD.search(self.text, token.start - 2, token.end)
        ):
            self.old, self.last = True, False
        elif self.old and _NEW.search(token.gap):
            self.old = False

    def period(self, token: Token) -> None:
        period = token.period
        if period is None or self.main is None:
            return
        before = self.text[max(0, token.start - 1) : token.start]
        if before in ("较", "比", "与", "于", "同"):
            return
        self.foreign = not period.same(self.main) and not (
            period.part == self.main.part and self.text[token.start : token.end].startswith("今年")
        )
        if (
            self.foreign
            and self.main.year
            and period.year == self.main.year - 1
            and period.part == self.main.part
        ):
            self.last, self.foreign = True, False

    # ------------------------------------------------------------ figures

    def figures(self, tokens: list[Token], at: int) -> int:
        token = tokens[at]
        first = token.number
        if first is None:
            return 1
        second, read, sign = self.other_end(tokens, at)
        if token.parted:
            self.key = ""
        if self.foreign or self.beside or self.quarter:
            self.quarter = False
            return read
        if token.kind == "money":
            self.amounts(token, first, second, sign)
        else:
            if not self.key and _ROW_OF_CHANGE.match(self.text, self.line(token.start), token.start):
                self.loose = (first, second, self.direction == "down", sign)
            self.changes(first, second, sign)
        self.direction = ""
        return read

    def other_end(self, tokens: list[Token], at: int) -> tuple[Number | None, int, str]:
        """The high end of a range that begins here, and how many tokens the range takes."""
        token = tokens[at]
        for ahead in (1, 2, 3):
            if at + ahead >= len(tokens):
                break
            other = tokens[at + ahead]
            if other.kind == token.kind and other.number is not None:
                link = _LINK.fullmatch(self.text, token.end, other.start)
                if link:
                    return other.number, ahead + 1, link["sign"] or ""
                if other.number.text.startswith("-") and not self.text[token.end : other.start].strip():
                    return _positive(other.number), ahead + 1, ""  # 4.65% -35.23%: a dash, not a sign
                break
            if other.kind not in ("loss", "gain", "up", "down", "name"):
                break
        return None, 1, ""

    def amounts(self, token: Token, first: Number, second: Number | None, sign: str) -> None:
        if not self.key and self.loss is not None and self.plan and not token.parted:
            self.key = "net_profit"  # 预计盈利 A 至 B
        key = self.key
        per_share = first.base_unit is not None and first.base_unit.endswith("/股")
        if key == "eps" and first.base_unit == "元":
            per_share = True
        if not key or (key == "eps") != per_share:
            return
        if self.direction == "ignore":
            return
        if self.direction in ("up", "down") and not set("至到达") & set(
            self.text[self.direction_at : token.start]
        ):
            if key == "net_profit" and not self.last_amount(token, second):
                self.put_range("increase", first, second, self.direction == "down", "")
            return
        loss = self.loss is True
        if self.last or (self.last_section and second is None) or self.last_amount(token, second):
            if key in _LAST_KEY and second is None:
                self.put(_LAST_KEY[key], _sided(first, loss))
            self.last, self.loss = False, None
            return
        if second is None and not self.plan:
            # A cell beside a range is last year's figure, before it or behind it.
            if f"{key}_min" in self.found or f"{key}_max" in self.found:
                if key in _LAST_KEY:
                    self.put(_LAST_KEY[key], _sided(first, loss))
            elif not token.parted:
                self.alone[key] = (_sided(first, loss), self.loss is not None)
            return
        if second is not None and key in self.alone:
            number, _ = self.alone.pop(key)
            if key in _LAST_KEY:
                self.put(_LAST_KEY[key], number)
        suffix = "_before_correction" if self.old else ""
        self.put_range(
            key,
            first,
            second,
            loss,
            suffix,
            sign=sign,
            before=self.text[max(0, token.start - 6) : token.start],
        )
        self.ranged_at = (second or first).end

    def last_amount(self, token: Token, second: Number | None) -> bool:
        """A single amount right behind a range: the cell of last year's figure."""
        if second is not None or self.ranged_at < 0:
            return False
        between = self.text[self.ranged_at : token.start]
        return bool(
            re.fullmatch(r"[\s|]*(?:(?:盈利|亏损)[:：]?\s*)?(?:约)?", between)
        ) and "\n" not in between.strip(" |")

    def changes(self, first: Number, second: Number | None, sign: str) -> None:
        key = _CHANGE_KEY.get(self.key)
        signed = first.text[:1] in "+-"
        if key is None or self.old or (not self.direction and not signed) or self.direction == "ignore":
            return
        self.put_range(key, first, second, self.direction == "down", "", sign=sign)

    def put_range(
        self,
        key: str,
        first: Number,
        second: Number | None,
        down: bool,
        suffix: str,
        *,
        sign: str = "",
        before: str = "",
    ) -> None:
        if f"{key}_min{suffix}" in self.found or f"{key}_max{suffix}" in self.found:
            return
        low = _sided(first, down)
        if second is None:
            if not _AT_MOST.search(before) or down:
                self.put(f"{key}_min{suffix}", low)
            if not _AT_LEAST.search(before) or down:
                self.put(f"{key}_max{suffix}", low)
            return
        turned = down if not sign else any(word in sign for word in ("亏损", "下降", "减少"))
        high = _sided(second, turned)
        if (low.base or low.value) > (high.base or high.value):
            low, high = high, low
        self.put(f"{key}_min{suffix}", low)
        self.put(f"{key}_max{suffix}", high)

    def put(self, name: str, number: Number) -> None:
        self.found.setdefault(name, number)

    # ------------------------------------------------------------ type

    def type(self) -> tuple[str, int, int] | None:
        """The type with the words that show it: the printed word, else the figures that make it so."""
        for words, start, end in self.types:
            for word, kind in _TYPES:
                if words.startswith(word):
                    return kind, start, end
        return self.computed()

    def computed(self) -> tuple[str, int, int] | None:
        """By the exchanges' rule: a half or more is 预, less is 略; a loss after a profit is 首亏."""
        low, high = self.found.get("net_profit_min"), self.found.get("net_profit_max")
        last = self.found.get("last_year_net_profit")
        if last is not None and low is not None and high is not None:
            if high.value <= 0:
                return ("首亏" if last.value > 0 else "续亏"), low.start, low.end
            if low.value >= 0 and last.value < 0:
                return "扭亏", low.start, low.end
        least, most = self.found.get("change_min"), self.found.get("change_max")
        if least is None or most is None or (high is not None and high.value <= 0):
            return None
        middle = (least.value + most.value) / 2
        if least.value < 0 < most.value or middle == 0:
            return None
        kind = ("预" if abs(middle) >= 50 else "略") + ("增" if middle > 0 else "减")
        return kind, least.start, least.end


def _sided(number: Number, negative: bool) -> Number:
    """The figure as a negative one, where a word says so and no sign does."""
    return negated(number) if negative and number.value > 0 else number


def _positive(number: Number) -> Number:
    """The figure without the dash that stands before it."""
    return replace(negated(number), text=number.text[1:], start=number.start + 1)
