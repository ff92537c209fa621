"""Share buybacks: a programme's bounds.

A figure gets its role from the words before it in its own sentence: the label (资金总额, 价格, 数量, 总股本)
and the bound (不低于, 不超过). What the sentence does not say stays unsaid.
"""

from __future__ import annotations

import re

from pipeline.filings.checks import Fields, ordered, quotient, same_capital
from pipeline.filings.record import Filing
from pipeline.filings.titles import load_titles
from pipeline.model import Check, Fact, Number

READ = 40_000  # characters; what follows the plan in a longer filing is not about its bounds
_LOW = re.compile(r"(?:不低于|不少于|不小于|下限[为是]?|至少)(?:人民币)?$")
_HIGH = re.compile(r"(?:不超过|不高于|不多于|不大于|上限[为是]?|最高不超过|至多)(?:人民币)?$")
_RANGE = re.compile(r"(?:\(不?含(?:本数)?\))?(?:-+|~+|至|到)(?:人民币)?$")
_AMOUNT = re.compile(r"资金总额|回购总?金额|总金额|资金规模|资金上限|资金下限|回购资金|使用资金|用于回购")
_PRICE = re.compile(r"价格|每股|股价|回购价")
_SHARES = re.compile(r"数量|股份总数|回购股份(?:数)?|可回购|预计|约为?")
_CAPITAL = re.compile(r"总股本|股本总额|股份总数|已发行股")
_OTHER = re.compile(
    r"交易均价|收盘价|净资产|每股收益|注册资本|总资产|流动资产|净利润|营业收入|每5个交易日|25%"
)
_METHOD = re.compile(r"(?:集中竞价(?:交易)?(?:方式)?|要约(?:回购)?方式|大宗交易方式)")
_PURPOSE = re.compile(
    r"(?:用于|用途为?:?|作为)(?P<p>(?:后续|未来)?(?:实施)?(?:员工持股计划|股权激励|注销并?减少(?:公司)?注册资本|维护公司价值及股东权益"
    r"|转换(?:公司|上市公司)发行的可转换为股票的公司债券)(?:(?:计划)?(?:及/或|或者|或|和|及|、)(?:员工持股计划|股权激励(?:计划)?))?)"
)
_FUNDING = re.compile(
    r"(?:资金来源(?:为|是|:)?(?:公司)?)(?P<f>自有资金(?:及|和|或|、)?(?:自筹资金|专项贷款)?|自筹资金|股票回购专项贷款(?:及自有资金)?)"
)


def facts(filing: Filing) -> list[Fact]:
    """At most one programme; [] when the text states nothing of one."""
    fields: Fields = {}
    stage = load_titles().stage("buyback", filing.title)
    if stage is not None:
        name, start, end = stage
        fields["stage"] = filing.term(name, *_in_title(filing, start, end))
    for pattern, field, group in (
        (_METHOD, "method", 0),
        (_PURPOSE, "purpose", "p"),
        (_FUNDING, "funding", "f"),
    ):
        if found := pattern.search(filing.text, 0, READ):
            fields[field] = filing.name(found.start(group), found.end(group))
    fields.update(_bounds(filing))
    if not any(isinstance(value, Number) for value in fields.values()) and stage is None:
        return []
    return [Fact(kind="buyback", company=filing.company, fields=fields, checks=_checks(fields))]


def _in_title(filing: Filing, start: int, end: int) -> tuple[int, int]:
    """The place of words of the blank-free title in the clean text."""
    kept = [i for i, c in enumerate(filing.text[: filing.view.title_end]) if not c.isspace()]
    return kept[start], kept[end - 1] + 1


def _bounds(filing: Filing) -> Fields:
    """The first statement of each bound. Figures of other things (均价, 净资产) are passed over."""
    text, found = filing.text, {}
    for start, end in filing.sentences:
        if start > READ:
            break
        sentence = text[start:end]
        if "回购" not in sentence and not _AMOUNT.search(sentence) and "总股本" not in sentence:
            continue
        numbers = [n for n in filing.figures if start <= n.start < end and n.base is not None]
        for i, number in enumerate(numbers):
            before = text[start : number.start]
            clause = re.split(r"[，,；;。:：](?!\d)", before)[-1]
            previous = numbers[i - 1] if i else None
            following = numbers[i + 1] if i + 1 < len(numbers) else None
            role = _role(number, before, clause, previous, following, text)
            if role and role not in found:
                found[role] = number
    return {name: filing.number(number) for name, number in found.items()}


def _role(
    number: Number, before: str, clause: str, previous: Number | None, following: Number | None, text: str
) -> str | None:
    if _OTHER.search(clause):
        return None
    side = _side(number, before, previous, following, text)
    if number.base_unit == "元/股":
        return "price_cap" if side == "max" and _PRICE.search(before[-40:]) else None
    if side is None:
        return None
    if number.base_unit == "元" and _AMOUNT.search(before[-60:]):
        return f"amount_{side}"
    if number.base_unit == "股" and _SHARES.search(before[-60:]):
        return f"shares_{side}"
    if number.base_unit == "%" and _CAPITAL.search(before[-30:]):
        return f"ratio_{side}"
    return None


def _side(
    number: Number, before: str, previous: Number | None, following: Number | None, text: str
) -> str | None:
    """`min` or `max` by the bound's word, or by the place in a range."""
    if _LOW.search(before):
        return "min"
    if _HIGH.search(before):
        return "max"
    same = number.base_unit
    if (
        previous is not None
        and previous.base_unit == same
        and _RANGE.search(text[previous.end : number.start])
    ):
        return "max"
    if (
        following is not None
        and following.base_unit == same
        and _RANGE.search(text[number.end : following.start])
    ):
        return "min"
    return None


def _checks(fields: Fields) -> tuple[Check, ...]:
    found = (
        quotient(fields, "amount_min", "price_cap", "shares_min"),
        quotient(fields, "amount_max", "price_cap", "shares_max"),
        same_capital(fields, ("shares_min", "shares_max"), ("ratio_min", "ratio_max")),
        ordered(fields, "amount_min", "amount_max"),
    )
    return tuple(check for check in found if check is not None)


def cancellation(filing: Filing) -> list[Fact]:
    """Shares of a grant that are taken back: a fact of its own, never counted as a programme."""
    return _taken_back(filing, "incentive_cancellation")


def compensation(filing: Filing) -> list[Fact]:
    return _taken_back(filing, "compensation_cancellation")


_TAKEN = re.compile(r"回购(?:并)?注销|注销")


def _taken_back(filing: Filing, kind: str) -> list[Fact]:
    text = filing.text
    for start, end in filing.sentences[:400]:
        sentence = text[start:end]
        if not _TAKEN.search(sentence):
            continue
        for number in filing.figures:
            if (
                start <= number.start < end
                and number.base_unit == "股"
                and "总股本" not in text[max(start, number.start - 12) : number.start]
            ):
                return [Fact(kind=kind, company=filing.company, fields={"shares": filing.number(number)})]
    return []
