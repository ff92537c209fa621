"""The bounds of a buyback programme: amount, price cap, number of shares, ratio.

A number that the text works out (按上限测算，预计约 N 股) is an estimate, kept under names of its own
(`shares_estimate_max`), because it binds nobody. A cap that is adjusted counts as adjusted.
"""

from __future__ import annotations

import re

from pipeline.filings.checks import Fields
from pipeline.filings.clauses import Around, around
from pipeline.filings.record import Filing
from pipeline.model import Number

_LOW = re.compile(r"(?:不低于|不少于|不小于|不得低于|下限[为是:]?|最低限额|至少|大于等于)(?:\(含\))?(?:人民币|约)?$")
_HIGH = re.compile(r"(?:不超过|不超|不高于|不多于|不大于|不得超过|不得高于|上限[为是:]?|最高限额|最高不超过|最多不超过|至多|最高)(?:\(含\))?(?:人民币|约|每股|为)*$")
_RANGE = re.compile(r"(?:\(不?含[^)]{0,4}\))?(?:-+|~+|至|到|-~|~-)(?:不超过)?(?:人民币)?(?:\(不?含[^)]{0,4}\))?")
_AMOUNT = re.compile(r"资金总额|总金额|回购金额|资金规模|资金上限|资金下限|回购资金|使用资金|用于回购|回购总额|资金|金额|斥资|耗资|总额|出资|(?:拟|将|计划)(?:以|使用|用|花)?[^，。]{0,6}$")
_SHARES = re.compile(r"数量|股份总数|回购[^，。]{0,10}股份?|可回购|回购(?:不超过|不低于)?$|回购$")
_CAPITAL = re.compile(r"总股本|股本总额|股份总数|已发行|总股份|股份总额")
_WORKED = re.compile(r"测算|估算|计算|预计(?!回购金额)|大约")
_OTHER = re.compile(r"均价|收盘价|净资产|每股收益|注册资本|总资产|流动资产|净利润|营业收入|交易日|25%|最低成交|最高成交|成交价|注销后|减持|质押|持有|授予|市值|募集|债券|贷款(?:金额|额度)|净额|负债")
_DONE = re.compile(r"累计|已回购|已支付|支付的?总?|成交(?:总)?金额|实际|购买的最|共(?:计)?回购")
_NOT_OURS = re.compile(r"增持|减持|每个交易日|担保")
_ADJUSTED = re.compile(r"调整为|调整后|变更为|修改为|提高至|提高到|增加至|增加到|上调至|上调为|下调为|下调至|调增至")
_FORMER = re.compile(r"(?:由|从)(?:原)?(?:来的?)?(?:不超过|不高于|不低于)?(?:人民币)?$")


def bounds(filing: Filing, limit: int) -> Fields:
    """The first statement of each bound, or the last adjusted one."""
    found: dict[str, Number] = {}
    adjusted: set[str] = set()
    for one in around(filing, limit):
        role = _role(filing, one)
        if role is None:
            continue
        new = _ADJUSTED.search(one.before[-24:]) is not None and not _FORMER.search(one.before)
        if _FORMER.search(one.before) or (role in found and not new):
            if role not in found and not _FORMER.search(one.before):
                found[role] = one.number
            continue
        if role in adjusted and not new:
            continue
        found[role] = one.number
        if new:
            adjusted.add(role)
    _settle(found)
    return {name: filing.number(number) for name, number in found.items()}


def _settle(found: dict[str, Number]) -> None:
    """A minimum that equals or exceeds its maximum was misread as one: only the maximum stays."""
    for name in ("amount", "shares", "ratio", "shares_estimate", "ratio_estimate"):
        low, high = found.get(f"{name}_min"), found.get(f"{name}_max")
        if low is not None and high is not None and low.base is not None and high.base is not None and low.base > high.base:
            found.pop(f"{name}_min")


def _role(filing: Filing, one: Around) -> str | None:
    number, before, clause = one.number, one.before, one.clause
    if number.base is None or _OTHER.search(clause) or _NOT_OURS.search(clause):
        return None
    unit = number.base_unit or ""
    if unit.endswith("/股") or (unit in ("元", "港元") and re.search(r"每股(?:人民币)?$|价格[^，。]{0,8}$", clause)):
        capped = _HIGH.search(before) or re.search(r"(?:上限|价格)[^，。；]{0,10}(?:调整|变更|提高|上调|下调)(?:为|至|到)(?:不超过)?(?:人民币)?$", before)
        return "price_cap" if capped and re.search(r"价|每股", before[-60:] + unit) and not _DONE.search(clause) else None
    side = _side(filing, one)
    if side is None or _DONE.search(clause):
        return None
    worked = _WORKED.search(before) is not None
    if unit in ("元", "港元", "美元"):
        if _AMOUNT.search(before[-60:]) and not re.search(r"测算[^，。]{0,30}$", before[:-1]):
            return f"amount_{side}"
        return None
    if unit == "股" and (_SHARES.search(before[-60:])):
        return f"shares_estimate_{side}" if worked else f"shares_{side}"
    if unit == "%" and _CAPITAL.search(before[-40:]):
        return f"ratio_estimate_{side}" if worked else f"ratio_{side}"
    return None


def _side(filing: Filing, one: Around) -> str | None:
    """`min` or `max` by the bound's word, or by the place in a range."""
    if _LOW.search(one.before):
        return "min"
    linked = one.linked(filing, _RANGE)
    if linked == "low":
        return "min"
    if linked == "high" or _HIGH.search(one.before):
        return "max"
    return None
