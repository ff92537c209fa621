"""Arithmetic on a fact's own figures. Nothing is corrected: a check only says whether they agree.

The tolerance is the rounding of the printed digits: 34.58 stands for 34.575 … 34.585.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pipeline.model import Check, FactField, Number

Fields = dict[str, FactField | tuple[FactField, ...]]


def field_of(values: Sequence[FactField]) -> FactField | tuple[FactField, ...]:
    """What a field holds of values, one at least: the one by itself, several as a tuple."""
    return values[0] if len(values) == 1 else tuple(values)


def slack(number: Number) -> Decimal:
    """Half a unit of the last printed digit, in base units."""
    exponent = number.value.as_tuple().exponent
    half = Decimal(5).scaleb((exponent if isinstance(exponent, int) else 0) - 1)
    if number.base is None or number.value == 0:
        return half
    return half * abs(number.base / number.value)


def one(fields: Fields, name: str) -> Number | None:
    """The field as a single figure with a base value; None when absent, several, or without a unit."""
    value = fields.get(name)
    return value if isinstance(value, Number) and value.base is not None else None


def quotient(fields: Fields, amount: str, price: str, shares: str) -> Check | None:
    """amount ÷ price = shares: a plan's estimate is rounded down to whole shares, or to the printed digits."""
    a, p, s = one(fields, amount), one(fields, price), one(fields, shares)
    if a is None or p is None or s is None or not p.base or a.base is None or s.base is None:
        return None
    worked = a.base / p.base
    low = (a.base - slack(a)) / (p.base + slack(p)) if a.inclusive is None else worked
    spare = slack(s) + 1 + (worked - low)
    ok = abs(worked - s.base) <= max(spare, Decimal(1))
    detail = f"{_flat(a.text)} ÷ {_flat(p.text)} = {worked:,.1f} 股，公告为 {_flat(s.text)}"
    return Check(name=f"{amount}/{price}={shares}", ok=ok, detail=detail, fields=(amount, price, shares))


def ordered(fields: Fields, low: str, high: str) -> Check | None:
    """The lower figure is not above the higher."""
    a, b = one(fields, low), one(fields, high)
    if a is None or b is None or a.base is None or b.base is None:
        return None
    ok = a.base <= b.base
    return Check(
        name=f"{low}<={high}", ok=ok, detail=f"{_flat(a.text)} ≤ {_flat(b.text)}", fields=(low, high)
    )


def same_capital(fields: Fields, shares: tuple[str, str], ratios: tuple[str, str]) -> Check | None:
    """Two share counts and their two ratios speak of one share capital."""
    s = [one(fields, name) for name in shares]
    r = [one(fields, name) for name in ratios]
    if any(x is None or not x.base for x in (*s, *r)):
        return None
    ends = []
    for count, ratio in zip(s, r, strict=True):
        assert count is not None and ratio is not None and count.base and ratio.base
        low = (count.base - slack(count)) / (ratio.base + slack(ratio)) * 100
        high = (count.base + slack(count)) / max(ratio.base - slack(ratio), Decimal("1e-9")) * 100
        ends.append((low, high))
    ok = ends[0][0] <= ends[1][1] and ends[1][0] <= ends[0][1]
    capital = [f"{(a + b) / 2 / 10000:,.0f}" for a, b in ends]
    detail = f"按下限与上限推算的总股本 {capital[0]} 万股与 {capital[1]} 万股{'一致' if ok else '不一致'}"
    return Check(name="capital", ok=ok, detail=detail, fields=(*shares, *ratios))


def share_of(fields: Fields, part: str, whole: str, ratio: str) -> Check | None:
    """part ÷ whole = ratio (in %)."""
    a, b, r = one(fields, part), one(fields, whole), one(fields, ratio)
    if a is None or b is None or r is None or a.base is None or not b.base or r.base is None:
        return None
    worked = a.base / b.base * 100
    spare = slack(r) + (slack(a) + slack(b) * worked / 100) / b.base * 100
    detail = f"{_flat(a.text)} ÷ {_flat(b.text)} = {worked:.4f}%，公告为 {_flat(r.text)}"
    return Check(
        name=f"{part}/{whole}={ratio}",
        ok=abs(worked - r.base) <= spare,
        detail=detail,
        fields=(part, whole, ratio),
    )


def _flat(text: str) -> str:
    return "".join(text.split())


def paid_within(fields: Fields) -> Check | None:
    """shares × lowest ≤ amount paid ≤ shares × highest (fees add at most one percent)."""
    shares, paid = one(fields, "shares_repurchased"), one(fields, "amount_paid")
    low, high = one(fields, "price_low"), one(fields, "price_high")
    if any(x is None or not x.base for x in (shares, paid, low, high)):
        return None
    assert shares and paid and low and high and shares.base and paid.base and low.base and high.base
    if paid.base_unit is None or low.base_unit not in (f"{paid.base_unit}/股", paid.base_unit):
        return None
    least = (shares.base - slack(shares)) * (low.base - slack(low)) - slack(paid)
    most = ((shares.base + slack(shares)) * (high.base + slack(high))) * Decimal("1.01") + slack(paid)
    ok = least <= paid.base <= most
    mean = paid.base / shares.base
    detail = f"{_flat(paid.text)} ÷ {_flat(shares.text)} = 每股 {mean:.4f}，{'在' if ok else '不在'} {_flat(low.text)} 与 {_flat(high.text)} 之间"
    return Check(
        name="mean_price",
        ok=ok,
        detail=detail,
        fields=("amount_paid", "shares_repurchased", "price_low", "price_high"),
    )


def within_cap(fields: Fields) -> Check | None:
    """The amount paid is not above the programme's maximum (fees apart)."""
    paid, most = one(fields, "amount_paid"), one(fields, "amount_max")
    if paid is None or most is None or paid.base is None or not most.base or paid.base_unit != most.base_unit:
        return None
    ok = paid.base <= most.base * Decimal("1.005") + slack(paid)
    share = paid.base / most.base * 100
    detail = f"{_flat(paid.text)} 为上限 {_flat(most.text)} 的 {share:.1f}%"
    return Check(name="amount_paid<=amount_max", ok=ok, detail=detail, fields=("amount_paid", "amount_max"))
