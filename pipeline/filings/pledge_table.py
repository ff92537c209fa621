"""Tables of pledges: one row a transaction, or one column a holder.

Since 2019 both exchanges prescribe such tables, each with columns in an order of its own; Shanghai's releases stand
upright, a label and its value in a line.
"""

from __future__ import annotations

import re

from pipeline.filings.names import Name
from pipeline.filings.pledge_deals import Deal, Total
from pipeline.filings.pledge_parties import Parties
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
    number_of,
    unit_of,
)
from pipeline.model import Day, Number

_HOLDER = re.compile(rf"(?:质押)?股{GAP}东{GAP}(?:名{GAP}称|姓{GAP}名)")
_FREES = re.compile("解")
_PUT_OFF = re.compile("延期|展期")
_BODY = r"(?:有限责任公司|有限公司|集团公司|公司|银行|支行|分行|营业部|联社|中心|信托|基金|合伙企业|\((?:有限|普通)合伙\))"
_FORM = Form(
    columns={
        "flag": r"(?:是否)?[为系是]?(?:公司)?(?:控股股东|第一大股东|实际控制人)(?:[、，或及和与其的/]|控股股东|第一大股东|实际控制人|一致行动人)*",
        "cum_before": r"本次(?:解除)?质押(?:及解除质押)?前[^\d]{0,4}质押(?:的)?(?:股份)?(?:数量|股数)",
        "cum_ratio_of_holding": r"(?:剩余|累计)(?:被)?质押(?:股份|股数)?(?:数量)?占其?(?:所持|持有)(?:本?公司)?(?:股份|股数)?(?:总数)?的?比例",
        "cum_ratio_of_total": r"(?:剩余|累计)(?:被)?质押(?:股份|股数)?(?:数量)?占(?:本?公司)?总股[本份]的?比例",
        "cum_shares": r"(?:本次(?:解除)?质押(?:及解除质押)?后|剩余|累计)(?:累计)?(?:被)?(?:质押|冻结)(?:\(被?冻结\))?(?:的)?(?:股份)?(?:总?数量|股数|数)",
        "holding_shares": r"(?:持股|持有股份)(?:总?数量?|股数)(?!占)",
        "holding_ratio": r"持股比例",
        "freed": r"(?:质押)?(?:解除|解质|解押)(?:\(解冻\))?(?:质押)?(?:登记)?(?:日期?|时间)",
        "old_end": r"原(?:股份)?(?:质押|购回|回购)?(?:交易)?(?:到期|终止|截止)?日期?",
        "shares": r"(?:本次)?(?:质押)?(?:延期|展期)(?:购回)?(?:质押)?的?(?:股[份票](?:总?数量?|股数)?|股数|数量?)|(?:本次|此次)?(?:补充|再|新增)?(?:被)?(?:解除质押|解质押?|解押|质押)(?:\(解冻\))?的?(?:股[份票](?:总?数量?|股数)?|股数|数量?)",
        "ratio_of_holding": r"(?:本次)?(?:解除)?(?:质押)?(?:股份)?占其?(?:所持|直接持|持有?)有?的?(?:本?公司)?(?:股份)?(?:总数|数量)?的?比例?",
        "ratio_of_total": r"(?:本次)?(?:质押)?(?:股份)?占(?:本?公司)?(?:总股[本份]|股份总数)的?比例?",
        "limited": r"(?:是否)?为?(?:限售股|补充质押)|是否补充质押|股份(?:性质|类型)",
        "begin": r"(?:原?质押)?(?:股份)?(?:开始|起始|登记)日期?|质押日期|起始日期?|质押时间",
        "end": r"(?:延期|展期)后?(?:的)?(?:质押|购回)*(?:到期)?日期?|质押(?:延期|展期)至|(?:质押)?(?:到期|截止|终止)日期?|(?:预计)?解除日",
        "pledgee": r"质权人(?:/申请人)?(?:名称)?(?:等)?",
        "use": r"(?:质押)?(?:融资)?(?:资金)?用途|质押原因|备注",
        "rest": r"[已未]质押股份(?:情况|中?限售股?份?[^\d占]{0,10}(?:数量|股数|情况))|(?:合计)?占[已未]质押股份(?:总数)?的?比例|(?:是否)?[^\d占]{0,8}业绩补偿义务",
    },
    cells={
        "flag": rf"[是否](?![\u4e00-\u9fff])|(?:为|系)?[^\d|\t\n，。]{{0,6}}(?:控股股东|第一大股东|实际控制人|一致行动人)[^\d|\t\n，。]{{0,16}}|{NONE}",
        "shares": COUNT,
        "limited": rf"(?:[是否无]|{NONE})(?:[，,(][^\d|\t\n]{{0,20}})?|[^\d|\t\n]{{0,12}}(?:限售股|锁定股|流通股)(?:\([^)]*\))?",
        "begin": rf"{DATE}|[^\d|\t，。]{{0,12}}(?:登记日|之日)|{NONE}",
        "freed": rf"{DATE}|{NONE}",
        "old_end": rf"{DATE}|{NONE}",
        "end": rf"{DATE}|[^\d|\t，。；]{{2,44}}?(?:日\s*止?|为?止|手续|时|后)(?![\u4e00-\u9fff]{{0,3}}[日止])|{NONE}",
        "pledgee": rf"[^\d|\t，。；]{{2,44}}?{_BODY}(?!{_BODY}|\s*(?:股份|有限|集团))(?:[^\d|\t，。；、]{{0,16}}?(?:分\s*行|支\s*行|分\s*公\s*司|营\s*业\s*部))?(?:\((?:有限|普通)合伙\))?|(?![合小总]\s*计)[\u4e00-\u9fff·]{{2,12}}(?=[|\t\n]|$)",
        **dict.fromkeys(("ratio_of_holding", "ratio_of_total", "holding_ratio"), RATIO),
        **dict.fromkeys(("cum_ratio_of_holding", "cum_ratio_of_total"), RATIO),
        **dict.fromkeys(("holding_shares", "cum_before", "cum_shares"), COUNT),
    },
    counts=("shares", "cum_shares", "holding_shares"),
    proves=frozenset({"ratio_of_holding", "ratio_of_total", "begin"}),
    spans=("begin", "freed", "old_end", "end", "pledgee"),
)


class Tables:
    """What the tables of a text tell: `deals`, and `totals` of what is pledged in all."""

    def __init__(self, text: str, parties: Parties, limit: int) -> None:
        self.text = text
        self.deals: list[Deal] = []
        self.totals: list[Total] = []
        self.known: dict[str, Name] = {}
        at = 0
        while m := _HOLDER.search(text, at, limit):
            self.known = self.known or known_names(parties)
            at = max(self._rows(m.end(), limit) or self._upright(m.end(), limit), m.end())

    def _rows(self, at: int, limit: int) -> int:
        """Reads the table whose head goes on at `at`; where it ends, or 0 if there is none."""
        table = Table(_FORM, self.text, at, limit)
        if len(table.columns) < 3 or table.counted not in ("shares", "cum_shares"):
            return 0
        for cells in table.rows(self.known):
            if table.counted == "shares":
                self._deal(cells, table.words)
            else:
                self._total(cells, table.words)
        return table.end

    def _upright(self, at: int, limit: int) -> int:
        """Reads the upright table whose first label ends at `at`; where it ends, or 0 if there is none."""
        table = Upright(_FORM, self.text, at, limit, frozenset({"flag", "limited", "use", "rest"}))
        if "shares" not in table.names[:2]:
            return 0
        told = [row for row in table.rows if "shares" in row]
        for row in told:
            self._deal(row, table.words)
            if "cum_shares" in row:
                self._total(row, table.words)
        return table.end if told else 0

    # -------------------------------------------------------- what a row says

    def _deal(self, cells: Cells, words: dict[str, str]) -> None:
        release = _FREES.search(words["shares"]) is not None
        put_off = _PUT_OFF.search(words["shares"]) is not None
        deal = Deal(
            release=release,
            extended=put_off,
            shares=self._number(cells, "shares", words),
            at=cells["shares"][0],
        )
        if "holder" in cells:
            deal.holder = name_of(self.text, cells["holder"], self.known)
        if "pledgee" in cells and (pledgee := name_of(self.text, cells["pledgee"], self.known)) is not None:
            deal.pledgee = (pledgee,)
        for name in ("ratio_of_holding", "ratio_of_total"):
            if name in cells:
                deal.ratios[name] = self._number(cells, name, words)
        deal.begin = self._day(cells.get("begin"))
        deal.end = None if release else self._day(cells.get("end"))
        if release:
            deal.day = self._day(cells.get("freed", cells.get("end")))
        if deal.shares is not None and deal.shares.value:
            self.deals.append(deal)

    def _total(self, cells: Cells, words: dict[str, str]) -> None:
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
                fields[field] = self._number(cells, name, words)
        owner = name_of(self.text, cells["holder"], self.known) if "holder" in cells else None
        if owner is not None:
            self.totals.append(Total(cells["cum_shares"][0], fields, (owner,)))

    def _number(self, cells: Cells, name: str, words: dict[str, str]) -> Number:
        return number_of(self.text, cells[name], unit_of(words[name], name in _FORM.counts))

    def _day(self, span: Span | None) -> Day | None:
        return next(iter(days_of(self.text, span)), None) if span else None
