"""Purchases (and sales) of companies: target, stake, price, direction."""

from __future__ import annotations

import re

from pipeline.filings.checks import Fields
from pipeline.filings.parties import FIRM, LATIN
from pipeline.filings.record import Filing
from pipeline.model import Fact, Number, Term

READ = 12_000
_DEED = r"(?:收购|受让|购买|购入|竞得|出售|转让)"
_TARGET = re.compile(
    rf"(?:持有的?|{_DEED}|及|和|与|、|以)(?:了|标的公司|公司控股子公司|控股子公司|参股公司|公司)?(?:[^，。；、]{{2,24}}?(?:合计)?持有的?(?:公司控股子公司|控股子公司|标的公司)?)?"
    rf"(?P<n>{FIRM}|{LATIN}(?=公司| ?\d)|[A-Z][A-Za-z]+|[\u4e00-\u9fffA-Za-z]{{2,14}}?)(?:公司)?(?:的)?(?:合计)?(?P<s>\d+(?:\.\d+)?%)(?:的)?(?:股权|股份|权益|出资)"
)
_NOT_TARGET = re.compile(
    r"持有|收购|合计|其中|剩余|所持|公司$(?<!有限公司)|股东|交易|以|本次|关于|标的|议案|目前|上述|总股本|占|约|不|进一步|全部|变更|收到|完成"
)
_PRICE = re.compile(
    r"(?:以(?:基准对价|现金|自有或自筹资金|自有资金|人民币)?|作价(?:为|金额为|约)?|对价(?:为|合计)?|价格(?:确定)?(?:为|合计)?|出资|拟|使用|斥资|耗资|转让款|总价|支付|金额(?:为|合计)?|交易价(?:格)?|收购价(?:款|格)?)[^，。；]{0,18}$"
)
_NOT_PRICE = re.compile(
    r"评估|估值|注册资本|净资产|净利|营业|收入|总资产|贷款|担保|增资|承诺|募集|发行价|每股|账面|市值|不低于|债务|利润|税后"
)
_SALE = re.compile(r"重大资产出售|出售|转让(?:所持|其持|公司所持|全资|控股|参股)")


def facts(filing: Filing) -> list[Fact]:
    text, fields = filing.text, Fields()
    body = filing.view.title_end
    targets: list[Term] = []
    stakes: list[Number] = []
    where = None
    for begin in (body, 0):
        for m in _TARGET.finditer(text, begin, READ):
            name = m["n"].strip()
            if not re.fullmatch(FIRM, name) and _NOT_TARGET.search(name):
                continue
            if any(t.value == name for t in targets) or len(targets) > 4:
                continue
            sentence = next((s for s in filing.sentences if s[0] <= m.start() < s[1]), None)
            if where is not None and sentence != where:
                break
            where = sentence
            targets.append(filing.name(*m.span("n")))
            stakes += [filing.number(n) for n in filing.figures if n.start == m.start("s")]
        if targets:
            break
    if targets:
        fields["target"] = targets[0] if len(targets) == 1 else tuple(targets)
    if stakes:
        fields["stake"] = stakes[0] if len(stakes) == 1 else tuple(stakes)
    price = _price(filing, where)
    if price is not None:
        fields["price"] = filing.number(price)
    if (found := _SALE.search(text, 0, min(len(text), body + 300))) and "收购" not in text[:body]:
        fields["direction"] = filing.term("sale", *found.span())
    return (
        [Fact(kind="acquisition", company=filing.company, fields=fields)]
        if fields.keys() - {"direction"}
        else []
    )


def _price(filing: Filing, where: tuple[int, int] | None) -> Number | None:
    """The sum with a price's words, first in the sentence of the target, then near it."""
    text = filing.text
    order = [
        s
        for s in filing.sentences
        if (s[0] <= READ and "购" in text[s[0] : s[1]]) or "价" in text[s[0] : s[1]]
    ]
    if where is not None:
        order = [where, *[s for s in order if s != where and 0 < s[0] - where[0] < 600]]
    for start, end in order[:12]:
        if start > READ:
            break
        for number in filing.figures:
            if (
                number.start < start
                or number.start >= end
                or number.base_unit not in ("元", "美元", "港元", "欧元")
            ):
                continue
            lead = text[start : number.start]
            after = text[number.end : number.end + 24]
            if _NOT_PRICE.search(lead[-22:]):
                continue
            if _PRICE.search(lead[-40:]) or re.match(
                r"(?:自有资金|现金|的价格|资金)?(?:人民币)?(?:收购|购买|受让)", after
            ):
                return number
    return None
