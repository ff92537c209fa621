"""The type of a forecast (预增, 扭亏 …): the printed word, else the figures that make it so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.model import Number

Said = tuple[str, int, int]  # a word, or the type, with its place in the clean text

_TYPES = (
    ("扭亏", "扭亏"),
    ("转亏为盈", "扭亏"),
    ("由亏转盈", "扭亏"),
    ("亏转盈", "扭亏"),
    ("由盈转亏", "首亏"),
    ("转盈为亏", "首亏"),
    ("盈转亏", "首亏"),
    ("首亏", "首亏"),
    ("转亏", "首亏"),
    ("续亏", "续亏"),
    ("续盈", "续盈"),
    ("略增", "略增"),
    ("略减", "略减"),
    ("预增", "预增"),
    ("预升", "预增"),
    ("预减", "预减"),
    ("预降", "预减"),
)


def type_of(said: Sequence[Said], found: Mapping[str, Number]) -> Said | None:
    """`said` are the words of type in the order of the text, `found` the figures of the forecast."""
    for words, start, end in said:
        for word, kind in _TYPES:
            if words.startswith(word):
                return kind, start, end
    return _computed(found)


def _computed(found: Mapping[str, Number]) -> Said | None:
    """By the exchanges' rule: a half or more is 预, less is 略; a loss after a profit is 首亏."""
    low, high = found.get("net_profit_min"), found.get("net_profit_max")
    last = found.get("last_year_net_profit")
    if last is not None and low is not None and high is not None:
        if high.value <= 0:
            return ("首亏" if last.value > 0 else "续亏"), low.start, low.end
        if low.value >= 0 and last.value < 0:
            return "扭亏", low.start, low.end
    least, most = found.get("change_min"), found.get("change_max")
    if least is None or most is None or (high is not None and high.value <= 0):
        return None
    middle = (least.value + most.value) / 2
    if least.value < 0 < most.value or middle == 0:
        return None
    kind = ("预" if abs(middle) >= 50 else "略") + ("增" if middle > 0 else "减")
    return kind, least.start, least.end
