"""The walk through a forecast's words: which figure is whose, a range, last year's, or of an older forecast.

Tables are read by the same walk: a row's cells follow its name, in whatever order a PDF puts them.
"""

from __future__ import annotations

import re
from itertools import pairwise

from pipeline.filings.earnings_period import Period
from pipeline.filings.earnings_words import Token, rests, sided, with_minus, without_dash, words_of
from pipeline.filings.forecast_layout import NEW, OLD, REVISED, columns, empty_cells, figures_of, withdrawn
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
    r"[\s|]*(?:元|人民币)*(?:\(不?含(?:本数)?\))?[\s|]*(?:-+|~+|至|到|~-|-~)[\s|]*(?:约|不超过|人民币)*"
    r"(?P<sign>(?:净利润|净)?(?:盈利|亏损|增长|下降|减少|上升|增加)[:：]?(?:约)?(?:人民币)?)?\s*"
)
_TO = re.compile(r"\s*(?:至|到|-+|~)\s*")
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


class ForecastReader:
    """Reads one forecast; `found` holds its figures by field name, as figures of the clean text."""

    def __init__(self, filing: Filing, main: Period | None) -> None:
        self.filing, self.text, self.main = filing, filing.text, main
        self.found: dict[str, Number] = {}
        self.types: list[tuple[str, int, int]] = []
        self.alone: dict[str, tuple[Number, bool]] = {}  # amounts without 预计 and without a range so far
        self.loose: tuple[Number, Number | None, bool, str] | None = None  # a change above its row's name
        self.foreign = self.old = self.last_section = False
        self.heads: list[tuple[int, str]] = []  # of tables with both forecasts, that are still to come
        self.columns = ""  # … and the one that we are in: which forecast its first two columns are of
        self.row()
        self.rests: tuple[str, ...] = ()  # what the torn label of this row may go on with
        self.taken: set[int] = set()  # where figures stand that another one has taken along
        self.sentence()

    def row(self, at: int = 0) -> None:
        self.cells = self.changed = 0  # amounts and changes of a row with both forecasts so far
        self.cell_at = at  # where the last of them ends

    def sentence(self) -> None:
        self.key = ""  # what the next figures are of
        self.beside = False  # a clause about a subsidiary, a segment or an industry
        self.plan = self.last = self.quarter = False
        self.loss: bool | None = None
        self.row_loss: bool | None = None  # of 净亏损 and its like, for all cells of a row
        self.direction = ""
        self.direction_at = 0
        self.ranged_at = -1  # where the last range of an amount ended

    def read(self, start: int, end: int) -> None:
        self.foreign = self.old = self.last_section = False
        self.heads, self.columns = columns(self.text, start, end), ""
        self.withdrawn = withdrawn(self.text, start, end)
        self.sentence()
        tokens = words_of(self.filing, start, end, figures_of(self.filing, start, end))
        at = 0
        while at < len(tokens):
            at += self.take(tokens, at)
        for key, (number, said) in self.alone.items():
            if said and f"{key}_min" not in self.found:
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
        while self.heads and self.heads[0][0] <= token.start:
            at, self.columns = self.heads.pop(0)
            self.old = False
            self.row(at)
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
        elif kind == "name" and self.continues(token):
            self.plan = False  # the next cell of a row, though nothing ends the line of the heading
        elif kind == "name":
            self.row(token.end)
            self.rests = rests(token.name, self.words(token))
            self.key = _KEY.get(token.name, "")
            self.loss = self.row_loss = True if "亏" in self.words(token) else None
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
            if token.parted and not REVISED.fullmatch(token.gap):
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
            self.last_section, self.columns = False, ""
        if char == "\n":
            self.plan = self.last = False
            if not _NUMBERED.match(self.text, token.end):
                return
        if char in "。!！?？\n":
            self.foreign = self.old = False
        self.sentence()

    def continues(self, token: Token) -> bool:
        """Whether a name is the rest of this row's label, behind figures of the row: 归属于上市公司 A / 股东的净利润 B."""
        for rest in self.rests:
            at = token.end - len(rest)
            if self.text.startswith(rest, at) and self.text[at - 1] in "\n元%股)0123456789":
                return True
        return False

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
        while self.withdrawn and self.withdrawn[0][1] <= token.start:
            self.withdrawn.pop(0)
        if self.withdrawn and self.withdrawn[0][0] <= token.start:
            self.old = True
            return
        if OLD.search(token.gap) or (
            token.kind == "plan" and OLD.search(self.text, token.start - 2, token.end)
        ):
            self.old, self.last = True, False
        elif self.old and NEW.search(token.gap):
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
        if first is None or token.start in self.taken:
            return 1
        second, read, sign = self.other_end(tokens, at)
        if token.parted and not REVISED.fullmatch(token.gap):
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
                if (
                    token.kind == "percent"
                    and other.number.text.startswith("-")
                    and not self.text[token.end : other.start].strip()
                ):
                    return without_dash(other.number), ahead + 1, ""  # 4.65% -35.23%: a dash, not a sign
                break
            if other.kind not in ("loss", "gain", "up", "down", "name"):
                break
        return self.on_the_next_line(tokens, at), 1, ""

    def on_the_next_line(self, tokens: list[Token], at: int) -> Number | None:
        """The high end of -241.44%至 | 盈利：A万元 / -189.20%: last year's cell stands between."""
        token = tokens[at]
        if token.kind != "percent" or not _TO.match(self.text, token.end):
            return None
        for before, other in pairwise(tokens[at : at + 6]):
            number = other.number
            if other.kind == "percent" and number is not None and other.gap in ("", "-"):
                if before.kind not in ("money", "stop"):
                    return None
                self.taken.add(other.start)
                return with_minus(number) if other.gap else number
            if other.kind not in ("gain", "loss", "money", "stop"):
                return None
        return None

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
        if self.columns:
            self.side_by_side(token, first, second, sign)
            return
        if second is None and (self.last or self.last_section or self.last_amount(token, second)):
            if key in _LAST_KEY:
                self.put(_LAST_KEY[key], sided(first, loss))
            if (said := self.alone.pop(key, None)) and not self.last and not self.last_section:
                self.put_range(
                    key, said[0], None, False, ""
                )  # 盈利：约A万元 盈利：B万元 are two cells of a row
            self.last, self.loss = False, None
            return
        self.ranged_at = (second or first).end
        self.last, told, self.loss = False, self.loss is not None, self.row_loss
        if second is None and not self.plan and not self.old:
            # A cell beside a range is last year's figure, before it or behind it.
            if f"{key}_min" in self.found or f"{key}_max" in self.found:
                if key in _LAST_KEY:
                    self.put(_LAST_KEY[key], sided(first, loss))
            elif not token.parted:
                self.alone[key] = (sided(first, loss), told)
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

    def side_by_side(self, token: Token, first: Number, second: Number | None, sign: str) -> None:
        """An amount of a row that has both forecasts, and then last year's figure."""
        if token.gap == "-":  # the blank before the sign of a loss goes
            first = with_minus(first)
        self.cells += empty_cells(self.text[self.cell_at : token.start])
        self.cell_at = (second or first).end
        column = f"{self.columns}L"[min(self.cells, 2)]
        self.cells += 1
        loss, self.loss = self.loss is True, self.row_loss
        if column != "L":
            suffix = "_before_correction" if column == "O" else ""
            before = self.text[max(0, token.start - 6) : token.start]
            self.put_range(self.key, first, second, loss, suffix, sign=sign, before=before)
        elif self.key in _LAST_KEY and second is None:
            self.put(_LAST_KEY[self.key], sided(first, loss))

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
        if self.columns:
            column = f"{self.columns}_"[min(self.changed, 2)]
            self.changed += 1
            if column != "N":
                return
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
        low = sided(first, down)
        if second is None:
            if not _AT_MOST.search(before) or down:
                self.put(f"{key}_min{suffix}", low)
            if not _AT_LEAST.search(before) or down:
                self.put(f"{key}_max{suffix}", low)
            return
        turned = down if not sign else any(word in sign for word in ("亏损", "下降", "减少"))
        high = sided(second, turned)
        if (low.base or low.value) > (high.base or high.value):
            low, high = high, low
        self.put(f"{key}_min{suffix}", low)
        self.put(f"{key}_max{suffix}", high)

    def put(self, name: str, number: Number) -> None:
        self.found.setdefault(name, number)
