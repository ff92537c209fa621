"""The fields that a query can name: what a value looks like, and what to say when it does not."""

from __future__ import annotations

import calendar
import difflib
import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Literal

import msgspec

from pipeline.model import SHANGHAI, UserError
from pipeline.week import Week

Shape = Literal["text", "label", "week", "day", "choice", "number"]


class Spec(msgspec.Struct, frozen=True):
    """`units`: a number's units with what one of them is in the unit of the index."""

    name: str
    shape: Shape
    meaning: str
    example: str
    choices: tuple[str, ...] = ()
    units: dict[str, Decimal] = {}


def _tens(unit: str) -> dict[str, Decimal]:
    sizes = {"": 1, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}
    return {size + end: Decimal(factor) for size, factor in sizes.items() for end in ("", unit)}


_PERCENT = {"%": Decimal(1), "": Decimal(1), "个百分点": Decimal(1)}

_SPECS = (
    Spec("company", "text", "公司：代码、简称、全称或曾用名", "company:中科曙光"),
    Spec("theme", "text", "主题", "theme:人工智能"),
    Spec("kind", "text", "公告类型", "kind:buyback"),
    Spec("source", "text", "来源", "source:nbs"),
    Spec("column", "text", "栏目", "column:sasac.policy"),
    Spec("publisher", "label", "发布机构", "publisher:国家数据局"),
    Spec("docno", "label", "文号", "docno:国资发〔2024〕1号"),
    Spec("week", "week", "周一至周日的一周", "week:2024-W08"),
    Spec("from", "day", "从这一天（月、年）起", "from:2024-02-01"),
    Spec("to", "day", "到这一天（月、年）止，含", "to:2024-02"),
    Spec("has", "choice", "有事实、附件或表格", "has:fact", choices=("fact", "attachment", "table")),
    Spec("amount", "number", "公告中的金额（元）", "amount:>1亿", units=_tens("元")),
    Spec("shares", "number", "公告中的股数", "shares:>=1000万股", units=_tens("股")),
    Spec("price", "number", "公告中的价格（元/股）", "price:<30", units=_tens("元") | _tens("元/股")),
    Spec("ratio", "number", "公告中的比例（%）", "ratio:>5%", units=_PERCENT),
    Spec("change", "number", "公告中的同比增减（%）", "change:<-50%", units=_PERCENT),
)

FIELDS: dict[str, Spec] = {spec.name: spec for spec in _SPECS}


def names(shape: Shape | None = None) -> list[str]:
    return [spec.name for spec in _SPECS if shape is None or spec.shape == shape]


def nearest(name: str) -> str:
    close = difflib.get_close_matches(name.lower(), FIELDS, 1, 0.6)
    hint = f"是否要写 {close[0]}:？" if close else ""
    return f"{hint}可用的有 {'、'.join(FIELDS)}"


def problem(spec: Spec, value: str) -> str | None:
    """Why a value cannot be, with one that can; None when it is right."""
    try:
        match spec.shape:
            case "week":
                Week.parse(value)
            case "day":
                days(value)
            case "number":
                number(spec, value)
            case "choice":
                if value not in spec.choices:
                    return f"{spec.name} 只能是 {'、'.join(spec.choices)}"
            case "label":
                if len(re.sub(r"\s", "", value)) < 2:
                    return f"{spec.name} 至少写两个字"
    except (ValueError, UserError):
        return f"{spec.name} 的值应像 {spec.example.partition(':')[2].lstrip('<>=')}"
    return None


_DAY = re.compile(r"(\d{4})(?:[-/.年]?(\d{1,2})(?:[-/.月]?(\d{1,2}))?)?[年月日]?")


def days(text: str) -> tuple[date, date]:
    """First and last day of `2024-02-19`, `20240219`, `2024年2月19日`, `2024-02`, `2024`."""
    found = _DAY.fullmatch(text.strip())
    if not found:
        raise ValueError(text)
    year = int(found[1])
    first, last = int(found[2] or 1), int(found[2] or 12)
    if not (1 <= first <= 12 and 1900 <= year <= 2200):
        raise ValueError(text)
    if found[3]:
        day = date(year, first, int(found[3]))
        return day, day
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def moment(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def day_after(day: date) -> datetime:
    return moment(day + timedelta(days=1))


_NUMBER = re.compile(r"([-+]?[\d,]*\.?\d+)\s*(\D*)")


def number(spec: Spec, text: str) -> float:
    """A figure in the unit of the index: 元, 股, 元/股 or %."""
    found = _NUMBER.fullmatch(text.strip())
    if not found or found[2] not in spec.units:
        raise ValueError(text)
    try:
        return float(Decimal(found[1].replace(",", "")) * spec.units[found[2]])
    except InvalidOperation:
        raise ValueError(text) from None


def table() -> Iterable[tuple[str, str, str]]:
    """Name, meaning and example of every field: what the help and the documentation print."""
    return ((spec.name, spec.meaning, spec.example) for spec in _SPECS)
