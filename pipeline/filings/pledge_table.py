"""Tables of pledges as they come out of PDFs and pages: one row a transaction, or one column a holder.

Since 2019 both exchanges prescribe such tables, each with columns in an order of its own; Shanghai's releases stand
upright, a label and its value in a line. The reader does not look at where cells stand: blanks, line ends, tabs and
bars part words here and cells there. It reads the column words in the order in which they follow 股东名称, then rows
of cells of those columns' forms. A cell that spans rows is printed once, and counts for the rows below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from pipeline.filings.names import Name
from pipeline.filings.numbers import figures, with_unit
from pipeline.filings.pledge_deals import Deal, Total
from pipeline.filings.pledge_parties import Parties
from pipeline.model import Day, Number

_GAP = r"[\s|]*"
_UNIT = r"(?:\((?:单位[:：]?)?(?:万?股|%|如是[^)]*|注[^)]*)\)|/万?股)?"
# Columns by their words without blanks. Where one begins like another, the longer stands first.
_COLUMNS = {
    "flag": r"(?:是否)?[为系是]?(?:公司)?(?:控股股东|第一大股东|实际控制人)(?:[、，或及和与其的/]|控股股东|第一大股东|实际控制人|一致行动人)*",
    "cum_before": r"本次(?:解除)?质押(?:及解除质押)?前[^\d]{0,4}质押(?:的)?(?:股份)?(?:数量|股数)",
    "cum_ratio_of_holding": r"(?:剩余|累计)(?:被)?质押(?:股份|股数)?(?:数量)?占其?(?:所持|持有)(?:本?公司)?(?:股份|股数)?(?:总数)?的?比例",
    "cum_ratio_of_total": r"(?:剩余|累计)(?:被)?质押(?:股份|股数)?(?:数量)?占(?:本?公司)?总股[本份]的?比例",
    "cum_shares": r"(?:本次(?:解除)?质押(?:及解除质押)?后|剩余|累计)(?:累计)?(?:被)?(?:质押|冻结)(?:\(被?冻结\))?(?:的)?(?:股份)?(?:总?数量|股数|数)",
    "holding_shares": r"(?:持股|持有股份)(?:总?数量?|股数)(?!占)",
    "holding_ratio": r"持股比例",
    "freed": r"(?:质押)?(?:解除|解质|解押)(?:\(解冻\))?(?:质押)?(?:登记)?(?:日期?|时间)",
    "shares": r"(?:本次|此次)?(?:补充|再|新增)?(?:被)?(?:解除质押|解质押?|解押|质押)(?:\(解冻\))?的?(?:股[份票](?:总?数量?|股数)?|股数|数量?)",
    "ratio_of_holding": r"(?:本次)?(?:解除)?(?:质押)?(?:股份)?占其?(?:所持|直接持|持有?)有?的?(?:本?公司)?(?:股份)?(?:总数|数量)?的?比例?",
    "ratio_of_total": r"(?:本次)?(?:质押)?(?:股份)?占(?:本?公司)?(?:总股[本份]|股份总数)的?比例?",
    "limited": r"(?:是否)?为?(?:限售股|补充质押)|是否补充质押|股份(?:性质|类型)",
    "begin": r"(?:原?质押)?(?:股份)?(?:开始|起始|登记)日期?|质押日期|起始日期?|质押时间",
    "end": r"(?:质押)?(?:到期|截止|终止)日期?|(?:预计)?解除日",
    "pledgee": r"质权人(?:/申请人)?(?:名称)?(?:等)?",
    "use": r"(?:质押)?(?:融资)?(?:资金)?用途|质押原因|备注",
    "rest": r"[已未]质押股份(?:情况|中?限售股?份?[^\d占]{0,10}(?:数量|股数|情况))|(?:合计)?占[已未]质押股份(?:总数)?的?比例|(?:是否)?[^\d占]{0,8}业绩补偿义务",
}
_COLUMN = re.compile("|".join(f"(?P<{name}>(?:{words}){_UNIT})" for name, words in _COLUMNS.items()))
_HOLDER = re.compile(rf"(?:质押)?股{_GAP}东{_GAP}(?:名{_GAP}称|姓{_GAP}名)")
_FREES = re.compile("解")
_HEAD, _UPRIGHT = 420, 600  # characters that a head, or an upright table, may take

_DATE = r"\d{4}年\s*\d{1,2}月\s*\d{1,2}日|\d{4}[-./]\d{1,2}[-./]\d{1,2}|20\d{6}(?!\d)"
_NONE = r"-+|/|无|不适用"
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,6})?(?!\d)"
_BODY = r"(?:有限责任公司|有限公司|集团公司|公司|银行|支行|分行|营业部|联社|中心|信托|基金|合伙企业|\((?:有限|普通)合伙\))"
_CELLS = {
    "flag": rf"(?:[是否](?![\u4e00-\u9fff])|(?:为|系)?[^\d|\t\n，。]{{0,6}}(?:控股股东|第一大股东|实际控制人|一致行动人)[^\d|\t\n，。]{{0,16}}|{_NONE})",
    "shares": rf"(?P<shares>(?:{_NUMBER})(?:万?股)?)",
    "limited": rf"(?:(?:[是否无]|{_NONE})(?:[，,(][^\d|\t\n]{{0,20}})?|[^\d|\t\n]{{0,12}}(?:限售股|锁定股|流通股)(?:\([^)]*\))?)",
    "begin": rf"(?P<begin>{_DATE}|[^\d|\t，。]{{0,12}}(?:登记日|之日)|{_NONE})",
    "freed": rf"(?P<freed>{_DATE}|{_NONE})",
    "end": rf"(?P<end>{_DATE}|[^\d|\t，。；]{{2,44}}?(?:日\s*止?|为?止|手续|时|后)(?![\u4e00-\u9fff]{{0,3}}[日止])|{_NONE})",
    "pledgee": rf"(?P<pledgee>[^\d|\t，。；]{{2,44}}?{_BODY}(?!{_BODY}|\s*(?:股份|有限|集团))(?:[^\d|\t，。；、]{{0,16}}?(?:分\s*行|支\s*行|分\s*公\s*司|营\s*业\s*部))?(?:\((?:有限|普通)合伙\))?|(?![合小总]\s*计)[\u4e00-\u9fff·]{{2,12}}(?=[|\t\n]|$))",
}  # fmt: skip
for _name in (
    "ratio_of_holding",
    "ratio_of_total",
    "holding_ratio",
    "cum_ratio_of_holding",
    "cum_ratio_of_total",
):
    _CELLS[_name] = rf"(?P<{_name}>\d{{1,3}}(?:\.\d{{1,6}})?(?!\d)%?)"
for _name in ("holding_shares", "cum_before", "cum_shares"):
    _CELLS[_name] = rf"(?P<{_name}>(?:{_NUMBER})(?:万?股)?)"
_SUM = re.compile(rf"[合小总]{_GAP}计|注[:：\d]|截[至止]|股{_GAP}东{_GAP}名|[，。；]")
_LIKE = ("begin", "freed", "end", "pledgee")  # cells that may span rows
_COUNTS = ("shares", "holding_shares", "cum_shares")
_SHARES_OF_ROW = {"deal": "shares", "total": "cum_shares"}


class Tables:
    """What the tables of a text tell: `deals`, and `totals` of what is pledged in all."""

    def __init__(self, text: str, parties: Parties, limit: int) -> None:
        self.text = text
        self.deals: list[Deal] = []
        self.totals: list[Total] = []
        self._known: dict[str, Name] = {}
        at = 0
        while m := _HOLDER.search(text, at, limit):
            for name in () if self._known else parties.all:
                self._known.setdefault(self._words(name.start, name.end), name)
            at = max(self._table(m.end(), limit) or self._upright(m.end(), limit), m.end())

    # -------------------------------------------------------- rows

    def _table(self, at: int, limit: int) -> int:
        """Reads the table whose head goes on at `at`; where it ends, or 0 if there is none."""
        plain, places = _plain(self.text, at, min(at + _HEAD, limit))
        columns: list[str] = []
        units: dict[str, str] = {}
        pos = 0
        release = False
        while m := _COLUMN.match(plain, pos):
            name = str(m.lastgroup)
            if name != "rest":
                columns.append(name)
            units[name] = "万股" if "万股" in m[0] else "股"
            if name == "shares":
                release = _FREES.search(m[0]) is not None
            pos = m.end()
        sort = "deal" if "shares" in columns else "total"
        if len(columns) < 3 or _SHARES_OF_ROW[sort] not in columns or len(set(columns)) < len(columns) - 2:
            return 0
        row = _row(tuple(columns))
        at = places[pos]
        last: dict[str, tuple[int, int]] = {}
        while m := row.search(self.text, at, min(at + 260, limit)):
            counted = m.start(_SHARES_OF_ROW[sort])
            cells = {name: m.span(name) for name, found in m.groupdict().items() if found}
            if _SUM.search(self.text, at, counted) or not cells.keys() & {
                "ratio_of_holding",
                "ratio_of_total",
                "begin",
            }:
                break
            if "holder" in cells:
                last = {"holder": self._own(*cells.pop("holder"), last)}
            cells = {name: span for name, span in last.items() if name in ("holder", *_LIKE)} | cells
            last = cells
            if sort == "deal":
                self._deal(cells, units, release)
            else:
                self._total(cells, units)
            at = m.end()
        return at

    def _own(self, start: int, end: int, last: dict[str, tuple[int, int]]) -> tuple[int, int]:
        """The holder at the end of `text[start:end]`: words of the cell before may stand before it."""
        while self.text[start].isspace():
            start += 1
        if not last:
            return start, end
        before = self._words(*last["holder"]) if "holder" in last else ""
        for at in range(start, end - 1):
            if (words := self._words(at, end)) == before or words in self._known:
                return at, end
        return max(start, self.text.rfind("\n", start, end) + 1), end

    def _words(self, start: int, end: int) -> str:
        return re.sub(r"[\s|]", "", self.text[start:end])

    # -------------------------------------------------------- upright

    def _upright(self, at: int, limit: int) -> int:
        """Reads labels and values, line after line; several values of a label are of several holders."""
        plain, places = _plain(self.text, at, min(at + _UPRIGHT, limit))
        labels = [m for m in _COLUMN.finditer(plain) if m.lastgroup not in ("flag", "limited", "use")]
        names = [str(m.lastgroup) for m in labels]
        if "shares" not in names[:2] or not labels or not 0 < labels[0].start() < 80 or len(labels) < 4:
            return 0
        holders = self._values(places[0], places[labels[0].start()])
        rows: list[dict[str, tuple[int, int]]] = [{"holder": span} for span in holders]
        units: dict[str, str] = {}
        release, end = False, at
        for m, after in zip(labels, [*labels[1:], None], strict=True):
            name = str(m.lastgroup)
            if any(name in row for row in rows):
                break
            if name == "shares":
                release = _FREES.search(m[0]) is not None
            units[name] = "万股" if "万股" in m[0] else "股"
            stop = places[after.start()] if after else min(places[-1], places[m.end()] + 40)
            form = re.compile(_CELLS[name]) if name in _CELLS else None
            for row, span in zip(rows, self._values(places[m.end()], stop), strict=False):
                if form is not None and (found := form.match(self.text, *span)):
                    row[name] = found.span()
                    end = found.end()
        for row in rows:
            if "shares" in row:
                self._deal(row, units, release)
                if "cum_shares" in row:
                    self._total(row, units)
        return end if any("shares" in row for row in rows) else 0

    def _values(self, start: int, end: int) -> list[tuple[int, int]]:
        """The cells of `text[start:end]`; without bars and tabs it is one."""
        parts = list(re.finditer(r"[^|\t]+", self.text[start:end]))
        found = []
        for part in parts if len(parts) > 1 else list(re.finditer(r"(?s).+", self.text[start:end])):
            words = part[0].strip()
            if words:
                at = start + part.start() + part[0].index(words)
                found.append((at, at + len(words)))
        return found

    # -------------------------------------------------------- what a row says

    def _deal(self, cells: dict[str, tuple[int, int]], units: dict[str, str], release: bool) -> None:
        deal = Deal(
            release=release, shares=self._number(cells["shares"], units["shares"]), at=cells["shares"][0]
        )
        if "holder" in cells:
            deal.holder = self._name(*cells["holder"])
        if "pledgee" in cells and (pledgee := self._name(*cells["pledgee"])) is not None:
            deal.pledgee = (pledgee,)
        for name in ("ratio_of_holding", "ratio_of_total"):
            if name in cells:
                deal.ratios[name] = self._number(cells[name], "%")
        deal.begin = self._day(cells.get("begin"))
        deal.end = None if release else self._day(cells.get("end"))
        if release:
            deal.day = self._day(cells.get("freed", cells.get("end")))
        if deal.shares is not None and deal.shares.value:
            self.deals.append(deal)

    def _total(self, cells: dict[str, tuple[int, int]], units: dict[str, str]) -> None:
        fields: dict[str, Number] = {}
        for name, field in (
            ("holding_shares", "holding_shares"),
            ("holding_ratio", "holding_ratio"),
            ("cum_shares", "cum_shares"),
            ("ratio_of_holding", "cum_ratio_of_holding"),
            ("ratio_of_total", "cum_ratio_of_total"),
        ):
            name = field if field in cells else name
            if name in cells and (name == field or "shares" not in cells):
                fields[field] = self._number(cells[name], units[name] if name in _COUNTS else "%")
        owner = self._name(*cells["holder"]) if "holder" in cells else None
        if owner is not None:
            self.totals.append(Total(cells["cum_shares"][0], fields, (owner,)))

    def _number(self, span: tuple[int, int], unit: str) -> Number:
        (number,) = figures(self.text, *span, bare=True)
        return number if number.unit else with_unit(number, unit)

    def _day(self, span: tuple[int, int] | None) -> Day | None:
        parts = [int(p) for p in re.findall(r"\d+", self.text[slice(*span)])] if span else []
        if len(parts) == 1 and parts[0] > 10**7:
            parts = [parts[0] // 10_000, parts[0] // 100 % 100, parts[0] % 100]
        if span is None or len(parts) != 3:
            return None
        try:
            return Day(value=date(*parts), text=self.text[slice(*span)], start=span[0], end=span[1])
        except ValueError:
            return None

    def _name(self, start: int, end: int) -> Name | None:
        words = self._words(start, end)
        if len(words) < 2:
            return None
        return self._known.get(words, Name(start, end, (start, end)))


def _plain(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """The text without blanks and bars, and where each of its characters stands; its end is the last place."""
    places = [at for at in range(start, end) if not (text[at].isspace() or text[at] == "|")]
    return "".join(text[at] for at in places), [*places, end]


@cache
def _row(columns: tuple[str, ...]) -> re.Pattern[str]:
    """A row of cells of these columns. All but its count of shares may be missing, and the holder of a total."""
    return re.compile("".join(_pieces(columns)))


def _pieces(columns: tuple[str, ...]) -> Iterator[str]:
    counted = "shares" if "shares" in columns else "cum_shares"
    yield rf"(?:(?P<holder>[^\d|\t，。；:%]{{2,44}}?){_GAP}){'?' if counted == 'shares' else ''}"
    seen: set[str] = set()
    for name in columns:
        cell = _CELLS.get(name)
        if cell is None:
            continue
        if name in seen:
            cell = re.sub(r"\(\?P<\w+>", "(?:", cell)
        seen.add(name)
        yield rf"{cell}{_GAP}" if name == counted else rf"(?:{cell}{_GAP})?"
