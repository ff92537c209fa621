"""Shares taken back without a market: of an incentive's grant, or as compensation for missed profits."""

from __future__ import annotations

import re

from pipeline.filings.checks import Fields
from pipeline.filings.clauses import around, days_in
from pipeline.filings.record import Filing
from pipeline.model import Fact, Number

READ = 20_000
_SHARES = re.compile(r"(?:回购|注销)[^。；]{0,60}$|数量[^，。；]{0,10}$|(?:合计|共计)$")
_NOT = re.compile(r"总股本|股份总数|注册资本|变更|减少|授予(?!但)[^，。；]{0,12}$|登记|派|转增|剩余|持有")
_PRICE = re.compile(r"(?:回购)?价格[^，。；]{0,12}$|以[^，。；]{0,8}$|每股[^，。；]{0,8}$")
_AMOUNT = re.compile(r"(?:价款|总金额|金额|总额|资金)[^，。；]{0,12}$")
_RATIO = re.compile(r"占[^，。；]{0,30}$")


def taken_back(filing: Filing, kind: str) -> list[Fact]:
    """The first count of shares with what stands beside it; [] where none is stated."""
    found: dict[str, list[Number]] = {}
    for one in around(filing, READ):
        number, clause = one.number, one.clause
        unit = number.base_unit or ""
        if unit == "股" and not _NOT.search(clause) and _SHARES.search(one.before[-60:]):
            found.setdefault("shares", []).append(number)
        elif unit == "元/股" and _PRICE.search(clause) and "授予价" not in clause and "调整前" not in clause:
            found.setdefault("price", []).append(number)
        elif unit == "元" and _AMOUNT.search(clause) and "注册资本" not in clause:
            found.setdefault("amount", []).append(number)
        elif unit == "%" and _RATIO.search(clause) and "股" in clause:
            found.setdefault("ratio", []).append(number)
    if "shares" not in found:
        return []
    fields: Fields = {name: filing.number(numbers[0]) for name, numbers in found.items()}
    prices = {n.value: n for n in found.get("price", [])[:2]}
    if len(prices) > 1:
        fields["price"] = tuple(filing.number(n) for n in prices.values())
    for start, end in filing.sentences:
        if re.search(r"办理完(?:成|毕)|完成(?:了)?[^。]{0,20}注销|予以注销", filing.text[start:end]):
            if days := days_in(filing, start, end):
                fields["as_of"] = filing.day(days[-1])
                break
    return [Fact(kind=kind, company=filing.company, fields=fields)]
