"""A field of a fact as the issue prints it: in the filing's own unit, with thousands separators."""

from __future__ import annotations

import re

from pipeline.model import Day, FactField, Number

_PERIODS = {"FY": "年度", "H1": "年半年度", "Q1": "年第一季度", "Q3": "年前三季度", "Q2": "年第二季度", "Q4": "年第四季度"}
_PERIOD = re.compile(r"(\d{4})(FY|H1|Q[1-4])")


def printed(field: FactField, how: str | None = None, other: FactField | None = None) -> str:
    """`how` is one of the filters of templates/filings.yaml: bare, change, period."""
    if isinstance(field, Day):
        return f"{field.value.year}年{field.value.month}月{field.value.day}日"
    if not isinstance(field, Number):
        return period(field.value) if how == "period" else field.value
    if how == "change":
        return change(field)
    same = isinstance(other, Number) and other.unit == field.unit
    unit = "" if how == "bare" and same else (field.unit or "")
    return f"{field.value:,}{unit}{_bound(field)}"


def period(code: str) -> str:
    """`2023FY` → 2023年度; what is no code stays as it is."""
    found = _PERIOD.fullmatch(code)
    return found[1] + _PERIODS[found[2]] if found else code


def change(field: Number) -> str:
    """`25.41` → 同比增长25.41%; `-4.6` → 同比下降4.6%; points stay points."""
    unit = "个百分点" if field.unit and "百分点" in field.unit else "%"
    if field.value == 0:
        return "同比持平"
    word = ("增加" if unit != "%" else "增长") if field.value > 0 else ("减少" if unit != "%" else "下降")
    return f"同比{word}{abs(field.value):,}{unit}"


def _bound(field: Number) -> str:
    return {True: "（含）", False: "（不含）", None: ""}[field.inclusive]
