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
    """`names`: what it is called in Chinese. `choices`: the values with their Chinese names. `units`: a number's
    units with what one of them is in the unit of the index."""

    name: str
    shape: Shape
    meaning: str
    example: str
    names: tuple[str, ...] = ()
    choices: dict[str, str] = {}
    units: dict[str, Decimal] = {}


def _tens(unit: str) -> dict[str, Decimal]:
    sizes = {"": 1, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}
    return {size + end: Decimal(factor) for size, factor in sizes.items() for end in ("", unit)}


_PERCENT = {"%": Decimal(1), "": Decimal(1), "个百分点": Decimal(1)}

_SPECS = (
    Spec(
        "company",
        "text",
        "公司：代码、简称、全称或曾用名",
        "company:中科曙光",
        names=("公司", "上市公司", "股票"),
    ),
    Spec("theme", "text", "主题", "theme:人工智能", names=("主题",)),
    Spec("kind", "text", "公告类型", "kind:buyback", names=("类型", "公告类型")),
    Spec("source", "text", "来源", "source:nbs", names=("来源",)),
    Spec("column", "text", "栏目", "column:sasac.policy", names=("栏目",)),
    Spec("title", "label", "标题里的原文", "title:数据资源", names=("标题",)),
    Spec("publisher", "label", "发布机构", "publisher:国家数据局", names=("发布机构", "机构")),
    Spec("docno", "label", "文号", "docno:国资发〔2024〕1号", names=("文号", "发文字号")),
    Spec("week", "week", "周一至周日的一周", "week:2024-W08", names=("周",)),
    Spec("from", "day", "从这一天（月、年）起", "from:2024-02-01", names=("自", "从", "起")),
    Spec("to", "day", "到这一天（月、年）止，含", "to:2024-02", names=("至", "到", "止")),
    Spec(
        "has",
        "choice",
        "有事实、附件或表格",
        "has:fact",
        names=("含", "有"),
        choices={"fact": "事实", "attachment": "附件", "table": "表格"},
    ),
    Spec("amount", "number", "公告中的金额（元）", "amount:>1亿", ("金额",), units=_tens("元")),
    Spec("shares", "number", "公告中的股数", "shares:>=1000万股", ("股数",), units=_tens("股")),
    Spec(
        "price", "number", "公告中的价格（元/股）", "price:<30", ("价格",), units=_tens("元") | _tens("元/股")
    ),
    Spec("ratio", "number", "公告中的比例（%）", "ratio:>5%", ("比例", "占比"), units=_PERCENT),
    Spec(
        "change", "number", "公告中的同比增减（%）", "change:<-50%", ("变动", "增减", "同比"), units=_PERCENT
    ),
)

FIELDS: dict[str, Spec] = {spec.name: spec for spec in _SPECS}
_CALLED = {name: spec for spec in _SPECS for name in spec.names}


def names(shape: Shape | None = None) -> list[str]:
    return [spec.name for spec in _SPECS if shape is None or spec.shape == shape]


def called(name: str) -> Spec | None:
    """The field of an English name, in any case, or of a Chinese one."""
    return FIELDS.get(name.lower()) or _CALLED.get(name)


def near(name: str) -> str | None:
    """The field that may have been meant."""
    return next(iter(difflib.get_close_matches(name.lower(), FIELDS, 1, 0.6)), None)


def nearest(name: str) -> str:
    close = near(name)
    hint = f"是否要写 {close}:？" if close else ""
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
                if choice(spec, value) is None:
                    return f"{spec.name} 只能是 {'、'.join(spec.choices)}"
            case "label":
                if len(re.sub(r"\s", "", value)) < 2:
                    return f"{spec.name} 至少写两个字"
    except (ValueError, UserError):
        should = f"{spec.name} 的值应像 {spec.example.partition(':')[2].lstrip('<>=')}"
        return _no_such(spec, value) or should
    return None


def _no_such(spec: Spec, value: str) -> str | None:
    """A week or a day that is written as one, and is none."""
    if spec.shape == "week" and (found := re.fullmatch(r"(\d{4})-?W(\d{2})", value, re.IGNORECASE)):
        year = int(found[1])
        if 1900 <= year <= 2200:
            return f"没有这一周：{year} 年有 {date(year, 12, 28).isocalendar().week} 周"
    if spec.shape == "day" and (found := _DAY.fullmatch(value.strip())) and found[3]:
        year, month = int(found[1]), int(found[2])
        if 1900 <= year <= 2200 and 1 <= month <= 12:
            return f"没有这一天：{year} 年 {month} 月有 {calendar.monthrange(year, month)[1]} 天"
    return None


def choice(spec: Spec, value: str) -> str | None:
    """`附件` is `attachment`."""
    return next((name for name, shown in spec.choices.items() if value in (name, shown)), None)


_COMPARED = re.compile(r"(?:[<>]=?|[≥≤≧≦])?(.*)")


def plausible(spec: Spec, value: str) -> bool:
    """Whether what stands behind a colon may be meant as a value of a field, and not go on a sentence."""
    if spec.shape == "number":
        bounds = value.split("..") if ".." in value else [_COMPARED.sub(r"\1", value, count=1)]
        return any(bounds) and all(not bound or problem(spec, bound) is None for bound in bounds)
    if spec.name == "docno" and not re.search(r"\d", value):
        return False
    return problem(spec, value) is None or _no_such(spec, value) is not None


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
