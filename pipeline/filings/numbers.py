"""Figures and dates as filings print them: found with their place, value, unit and base unit.

Works on clean text (`pipeline.filings.view.View.text`) and on raw text that is already half-width; the
offsets are those of the string that is given. `figures` finds every number that carries a unit (and, with
`bare=True`, those that carry none), ranges included: the low end of `0.5-1亿元` takes the unit of the high.
Base units are 元, 股, 元/股, % (and 个百分点, 倍); money of another currency keeps its name (港元, 美元/股).
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from pipeline.model import Day, Number

SCALES = {
    "": Decimal(1),
    "百": Decimal(100),
    "千": Decimal(1000),
    "万": Decimal(10**4),
    "十万": Decimal(10**5),
    "百万": Decimal(10**6),
    "千万": Decimal(10**7),
    "亿": Decimal(10**8),
    "十亿": Decimal(10**9),
    "百亿": Decimal(10**10),
    "千亿": Decimal(10**11),
    "万亿": Decimal(10**12),
}
# What is printed → the base unit. 人民币 before or after the amount says nothing that 元 does not.
UNITS = {
    "元": "元",
    "元人民币": "元",
    "人民币": "元",
    "人民币元": "元",
    "圆": "元",
    "港元": "港元",
    "港币": "港元",
    "元港币": "港元",
    "美元": "美元",
    "元美元": "美元",
    "美金": "美元",
    "欧元": "欧元",
    "日元": "日元",
    "英镑": "英镑",
    "澳元": "澳元",
    "加元": "加元",
    "新元": "新元",
    "卢布": "卢布",
    "股": "股",
    "份": "份",
    "%": "%",
    "个百分点": "个百分点",
    "百分点": "个百分点",
    "倍": "倍",
}
CURRENCIES = frozenset(UNITS.values()) - {"股", "份", "%", "个百分点", "倍"}
_SCALE = r"万亿|[十百千]亿|亿|[十百千]万|万|千(?=元|股)|百(?=元|股)"
_UNIT = r"元人民币|人民币元|元港币|元美元|个百分点|百分点|人民币|港元|港币|美元|美金|欧元|日元|英镑|澳元|加元|新元|卢布|元|圆|股(?!票|东大?会|东|权|吧|民|价(?!值))|份|%|倍"
_PER_SHARE = r"(?:/|每|／)每?(?:1)?[股份]"
_DIGITS = "〇零○Ｏ一二三四五六七八九"
_CAPITAL = "零壹贰叁肆伍陆柒捌玖"
_CHINESE = r"[〇零○一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]+"
# The lookahead names what a figure begins with, as that of _DAY does: it makes the search twice as fast.
_FIGURE = re.compile(
    rf"(?=[\d{_DIGITS}十两壹贰叁肆伍陆柒捌玖拾])(?:(?P<n>\d+(?:[,.]\d+)*),?(?P<s>{_SCALE})?余?多?(?P<u>{_UNIT})?%*(?P<p>{_PER_SHARE})?"
    rf"|(?P<cn>[〇零○一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾][十百千万亿拾佰仟〇零○一二两三四五六七八九壹贰叁肆伍陆柒捌玖]*)(?P<cu>元|股|圆)(?![东权票份本价市利])(?P<cp>{_PER_SHARE})?)"
)
_INCLUSIVE = re.compile(r"(?:以[上下内])?\((不)?包?含(?:本数|该数|上限|下限|边界)?(?:\)|(?:人民币)?\d|,|，)")
_LINK = re.compile(r"(?:\(不?含(?:本数)?\))?(?:-+|~+|至|到|~-|-~)(?:不超过)?(?:人民币)?")
_AFTER_VALUE = frozenset("0123456789%元股万亿)")


_ORDINARY = re.compile(r"[-+]?[0-9][0-9,]{0,15}(?:\.[0-9]{1,6})?")


def to_decimal(printed: str) -> Decimal | None:
    """`1,234.50` → 1234.50; None for what is no number (`51,080.000.00`, `..`).

    A misplaced comma (`12,00`) is read as if it were not there: the digits are the evidence.
    """
    if _ORDINARY.fullmatch(printed):
        return Decimal(printed.replace(",", ""))
    plain = printed.replace(",", "").replace("，", "").replace(" ", "")
    if plain.count(".") > 1 or len(plain) > 24:
        return None
    body = plain[1:] if plain[:1] in ("-", "+") else plain
    if not body or not body.replace(".", "", 1).isdigit() or not body.isascii():
        return None
    return Decimal(plain)


def chinese_number(words: str) -> Decimal | None:
    """`壹亿贰仟万` → 120000000, `二〇二二` → 2022; None when it is no number."""
    plain = words.translate(
        str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟两○Ｏ〇", "一二三四五六七八九十百千二零零零")
    )
    if not plain:
        return None
    if all(c in "零一二三四五六七八九" for c in plain):
        return Decimal("".join(str("零一二三四五六七八九".index(c)) for c in plain))
    total = section = digit = 0
    for c in plain:
        if c in "零一二三四五六七八九":
            digit = "零一二三四五六七八九".index(c)
        elif c in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[c]
            digit = 0
        elif c == "万":
            total += (section + digit) * 10**4
            section = digit = 0
        elif c == "亿":
            total = (total + section + digit) * 10**8
            section = digit = 0
        else:
            return None
    return Decimal(total + section + digit)


def base_of(value: Decimal, unit: str | None) -> tuple[Decimal | None, str | None]:
    """The value in base units and their name: `(5000, "万元")` → `(50000000, "元")`.

    (None, None) without a unit, or with a bare scale (`万`), whose unit only the context knows.
    """
    if unit is None:
        return None, None
    scale, name = _parts(unit)
    return (None, None) if scale is None else (value * scale, name)


@cache
def _parts(unit: str) -> tuple[Decimal | None, str | None]:
    """`万元/股` → (10000, 元/股); (None, None) for what is no unit. Few units are printed, each many times."""
    head, _, tail = unit.partition("/")
    for size in (2, 1, 0):
        scale = head[:size]
        if scale in SCALES and head[size:] in UNITS:
            name = UNITS[head[size:]]
            return SCALES[scale], f"{name}/股" if tail else name
    return None, None


def with_unit(number: Number, unit: str) -> Number:
    """The same figure read in another unit: from a table's unit line, or `万` known to be 万股."""
    base, name = base_of(number.value, unit)
    return Number(
        value=number.value,
        unit=unit,
        text=number.text,
        start=number.start,
        end=number.end,
        base=base,
        base_unit=name,
        inclusive=number.inclusive,
        field=number.field,
    )


def figures(text: str, start: int = 0, end: int | None = None, *, bare: bool = False) -> list[Number]:
    """Every printed figure of `text[start:end]` in order. `bare` also gives numbers without a unit."""
    limit = len(text) if end is None else end
    found: list[Number] = []
    loose: list[bool] = []  # figures that take their unit from the one after them
    for m in _FIGURE.finditer(text, start, limit):
        first, stop = m.span()
        digits, scale, named, per = m.group("n", "s", "u", "p")
        if digits is None:
            words, named, per = m.group("cn", "cu", "cp")
            value = chinese_number(words)
            unit: str | None = named
        else:
            value = to_decimal(digits)
            unit = (scale or "") + (named or "") or None
            if value is not None and first > start and text[first - 1] in "-+":
                before = text[first - 2] if first - 1 > start else ""
                if before not in _AFTER_VALUE:
                    first -= 1
                    if text[first] == "-":
                        value = -value
        if value is None:
            continue
        if unit is not None and named and per:
            unit += "/股"
        elif per:  # a per-share mark without money: not a figure of ours
            per = None
        base, name = base_of(value, unit)
        if name is None and first > start and text[first - 1] in _CODE_ENDS:  # USD 1.25亿
            code = _CODE.search(text, max(start, first - 5), first)
            if code and (scale or "," in (digits or "")):
                unit = f"{scale or ''}{_CODED[code[1]]}"
                base, name = base_of(value, unit)
                first = code.start()
        if unit is not None and named == "元" and (foreign := _NAMED_BEFORE.get(text[first - 2 : first])):
            unit = unit.replace("元", foreign)  # 港币1,000万元
            base, name = base_of(value, unit)
            first -= 2
        if (
            name is not None
            and name not in ("股", "%")
            and not per
            and text[max(0, first - 5) : first].endswith(_EACH)
        ):
            name += "/股"
        inclusive = None
        if stop < limit and text[stop] in "(以" and (said := _INCLUSIVE.match(text, stop)):
            inclusive = said[1] is None
        found.append(
            Number(
                value=value,
                unit=unit,
                text=text[first:stop],
                start=first,
                end=stop,
                base=base,
                base_unit=name,
                inclusive=inclusive,
            )
        )
        loose.append(name is None)
    for i in range(len(found) - 2, -1, -1):
        if not loose[i]:
            continue
        here, after = found[i], found[i + 1]
        if after.unit is not None and (link := _LINK.match(text, here.end)) and link.end() == after.start:
            unit = after.unit
            if foreign := _NAMED_BEFORE.get(text[here.start - 2 : here.start]):  # 港币1,000-2,000万元
                unit = unit.replace("元", foreign, 1) if after.base_unit in ("元", "元/股") else unit
                found[i + 1] = with_unit(after, unit)
            found[i] = with_unit(here, _shared_unit(here.unit, unit))
    if bare:
        return found
    return [n for n in found if n.unit is not None]


_NAMED_BEFORE = {
    **dict.fromkeys(("港币", "港元"), "港元"),
    **dict.fromkeys(("美元", "美金"), "美元"),
    **{word: word for word in ("欧元", "日元", "英镑", "澳元", "加元")},
}
# The code of a currency before a sum that prints none behind it.
_CODED = {"USD": "美元", "US$": "美元", "HKD": "港元", "HK$": "港元", "EUR": "欧元", "RMB": "元", "CNY": "元"}
_CODE = re.compile(r"(?<![A-Z])(USD|US\$|HKD|HK\$|EUR|RMB|CNY) ?$")
_CODE_ENDS = frozenset("DRBY$ ")
_EACH = ("每股", "每股人民币", "每股为", "每股约")


def _shared_unit(low: str | None, high: str) -> str:
    """The unit of the low end of a range: `1-2亿元` → 亿元; `8000万-1亿元` → 万元."""
    if low is None:
        return high
    head, slash, tail = high.partition("/")
    for size in (2, 1):
        if head[:size] in SCALES and head[:size]:
            head = head[size:]
            break
    return low + head + slash + tail


# ---------------------------------------------------------------- dates

_DAY = re.compile(
    r"(?=[\d〇零○oO一二三四五六七八九])(?:"
    r"(?P<y>\d{4})[年](?P<m>\d{1,2})月(?:(?P<d>\d{1,2})(?:[日号]|(?=[,，在通以回购]))|(?P<last>月?[底末]))"
    r"|(?P<iy>(?:19|20)\d{2})(?P<sep>[-/.])(?P<im>\d{1,2})(?P=sep)(?P<id>\d{1,2})(?!\d)"
    r"|(?P<cy>[〇零○oO0一二三四五六七八九]{4})年(?P<cm>[一二三四五六七八九十]{1,2})月(?P<cd>[一二三四五六七八九十]{1,3})[日号]"
    r"|(?<!\d)(?P<sm>\d{1,2})月(?:(?P<sd>\d{1,2})[日号]|(?P<slast>月?[底末])))"
)


def month_end(year: int, month: int) -> date:
    return (date(year + (month == 12), month % 12 + 1, 1)) - timedelta(days=1)


def days(text: str, start: int = 0, end: int | None = None, *, published: date | None = None) -> list[Day]:
    """Every date of `text[start:end]`: 2024年2月19日, 2024-02-19, 二〇二四年二月十九日, 8月底, 5月7日.

    A date without a year takes the year of the last full date before it in the same text when the two
    belong to one period, else the year that puts it nearest before `published`; with neither it is left out.
    """
    limit = len(text) if end is None else end
    found: list[Day] = []
    for m in _DAY.finditer(text, start, limit):
        value = _date_of(m, published)
        if value is not None:
            found.append(Day(value=value, text=m[0], start=m.start(), end=m.end()))
    return found


def _date_of(m: re.Match[str], published: date | None) -> date | None:
    try:
        if m["y"]:
            year, month = int(m["y"]), int(m["m"])
            return date(year, month, int(m["d"])) if m["d"] else month_end(year, month)
        if m["iy"]:
            return date(int(m["iy"]), int(m["im"]), int(m["id"]))
        if m["cy"]:
            year_words = m["cy"].translate(str.maketrans("oO0○", "零零零零"))
            parts = [chinese_number(w) for w in (year_words, m["cm"], m["cd"])]
            if any(p is None for p in parts):
                return None
            return date(*(int(p) for p in parts if p is not None))
        if published is None:
            return None
        month = int(m["sm"])
        for year in (published.year, published.year - 1):
            value = date(year, month, int(m["sd"])) if m["sd"] else month_end(year, month)
            # A filing dated Saturday may speak of the Friday before; plans look a few days ahead.
            if value <= published + timedelta(days=7):
                return value
    except ValueError:
        return None
    return None
