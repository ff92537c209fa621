"""Shares given in pledge, and freed from it. One fact for each holder's act told in the text.

Fields: holder, shares, ratio_of_holding, ratio_of_total, pledgee, date, cum_shares.
"""

from __future__ import annotations

import re

from pipeline.filings.checks import Fields
from pipeline.filings.parties import FIRM, holders
from pipeline.filings.record import Filing
from pipeline.model import Fact, Number

READ = 5_000
_FREED = re.compile(r"解除质押|解除了?[^。；，]{0,16}质押|质押[^。；]{0,10}解除|解质押|解押|购回|解质|解除数量|进行了解除")
_GIVEN = re.compile(r"质押(?!展期)")
_SUM = re.compile(r"累计|共持有|合计持有|尚(?:有|余)|仍|剩余|共有|持有质押|处于质押|已质押的?股份|合计质押|质押总|后[，,]?[^。]{0,30}持有|累积")
_HELD = re.compile(r"(?:直接)?持有(?:公司|本公司|其)?(?:无限售)?[^，,]{0,14}$|总股本[^，,]{0,6}$|持股(?:数量|总数)?[^，,]{0,6}$|股份总数")
_PLEDGEE = re.compile(
    rf"(?:质押给|质押予|质押于|质权人(?:为|:)?|出质给|与|向)(?:了)?(?P<n>{FIRM}|[\u4e00-\u9fff]{{2,12}}(?:证券|银行|信托|资管|分行|支行|基金|资产管理|投资))"
)


def facts(filing: Filing) -> list[Fact]:
    return _read(filing, "pledge")


def releases(filing: Filing) -> list[Fact]:
    return _read(filing, "pledge_release")


def _read(filing: Filing, kind: str) -> list[Fact]:
    text = filing.text
    body = filing.view.title_end
    found: list[Fields] = []
    holder: tuple[int, int] | None = None
    for start, end in filing.sentences:
        if start > READ or len(found) > 12:
            break
        sentence = text[start:end]
        if start < body or sentence.startswith("原标题"):
            continue
        names = holders(text, start, end)
        if names and holder is None:
            holder = names[0]
        if "质押" not in sentence and "购回" not in sentence and "解除" not in sentence:
            continue
        _sentence(filing, start, end, kind, names, holder, found)
    if not found and holder is not None and filing.title:
        found.append({"holder": filing.name(*holder)})
    if found and not any("shares" in f for f in found) and holder is not None:
        found = [found[0]]
    return [Fact(kind=kind, company=filing.company, fields=f) for f in found]


def _sentence(
    filing: Filing,
    start: int,
    end: int,
    kind: str,
    names: list[tuple[int, int]],
    holder: tuple[int, int] | None,
    found: list[Fields],
) -> None:
    text = filing.text
    inside = [n for n in filing.figures if start <= n.start < end and n.base is not None]
    freed_here = _FREED.search(text, start, end) is not None
    given_here = re.search(r"(?:再|被|重新|新增|办理了?(?:股票|股份)?)质押|质押给(?![^。；]{0,40}解除)|质押\d|\d万?股[^。；解]{0,16}质押", text[start:end]) is not None
    mode = ""
    record: Fields | None = None
    for i, number in enumerate(inside):
        lead = text[inside[i - 1].end if i else start : number.start]
        unit = number.base_unit or ""
        if unit == "股":
            mode = ""
            if _SUM.search(lead):
                mode = "sum"
                if re.search(r"累计|已质押", lead) and found and "cum_shares" not in found[-1]:
                    found[-1]["cum_shares"] = filing.number(number)
                elif re.search(r"累计|已质押", lead) and not found and holder:
                    found.append({"holder": filing.name(*holder), "cum_shares": filing.number(number)})
                continue
            if _HELD.search(lead[-24:]) and not re.search(r"将其|持有的?$", lead[-20:]) or re.search(r"总股本", lead[-8:]):
                mode = "held"
                continue
            freed = freed_here
            if freed_here and given_here:  # both in one sentence: the nearer words decide
                near = lead[-14:] + text[number.end : number.end + 14]
                freed = _FREED.search(text[number.start - min(len(lead), 60) : number.end + 30]) is not None and not re.search(r"再质押|被质押", near)
            if ("pledge_release" if freed else "pledge") != kind:
                mode = "else"
                continue
            if not freed and not _GIVEN.search(text, start, end):
                continue
            near_names = [n for n in names if n[1] <= number.start]
            who = near_names[-1] if near_names else (names[0] if names else holder)
            record = {"shares": filing.number(number)}
            if who is not None:
                record["holder"] = filing.name(*who)
            if any(_same(record, f) for f in found):
                record = None
                mode = "sum"
                continue
            _around(filing, start, end, number, record)
            blank = [f for f in found if "shares" not in f]
            if blank:
                blank[0].update(record)
                record = blank[0]
            else:
                found.append(record)
            mode = "act"
        elif unit == "%" and mode == "act" and record is not None:
            if re.search(r"总股本|股本总|股份总数|总股份", lead):
                record.setdefault("ratio_of_total", filing.number(number))
            elif re.search(r"所持|其持|持股|持有", lead):
                record.setdefault("ratio_of_holding", filing.number(number))


def _same(record: Fields, other: Fields) -> bool:
    a, b = record.get("shares"), other.get("shares")
    return isinstance(a, Number) and isinstance(b, Number) and a.base == b.base


def _around(filing: Filing, start: int, end: int, number: Number, record: Fields) -> None:
    text = filing.text
    before = [m for m in _PLEDGEE.finditer(text, start, end)]
    for m in before:
        if not re.search(r"股东|公司(?:控股)?$|登记结算|交易所", m["n"]):
            record["pledgee"] = filing.name(m.start("n"), m.end("n"))
            break
    days = [d for d in filing.days if start <= d.start < end and not re.search(r"截[至止]$", text[max(0, d.start - 2) : d.start])]
    days = [d for d in days if not re.match(r"[^，。]{0,4}(?:接|收)到|[^，。]{0,10}(?:公告|披露)", text[d.end : d.end + 12])]
    near = [d for d in days if d.start < number.start]
    if day := (near[-1] if near else days[0] if days else None):
        if not re.match(r"期间|至", text[day.end : day.end + 2]) and not (len(near) > 1 and re.search(r"至", text[near[-2].end : day.start])):
            record["date"] = filing.day(day)
