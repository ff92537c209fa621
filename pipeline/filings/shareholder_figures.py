"""What a figure of a text on a holder's trades is, by the words beside it: planned or done, a price or a sum.

`left` are the words between the figure before and this one, `before` those of its sentence, `right` those up to the next
mark.
"""

from __future__ import annotations

import re

from pipeline.filings.shareholder_trades import last_clause
from pipeline.filings.shareholder_words import (
    ABOUT,
    BOUND,
    DONE,
    MONEY,
    NOT_MONEY,
    NOT_PRICE,
    PLAN,
    PRICE_WORD,
)
from pipeline.model import Number

_DEAR = 10_000  # 元: no share costs as much


def is_planned(before: str, left: str) -> bool:
    """Whether a figure is of what is meant to be done, or its bound."""
    near = before[-90:]
    plan = done = -1
    for m in PLAN.finditer(near):
        plan = m.start()
    for m in DONE.finditer(near):
        done = m.start()
    clause = last_clause(before)
    if (meant := clause.rfind("拟")) >= 0 and "已" not in clause[meant:]:
        return True
    if BOUND.search(left[-24:]):
        return not re.search(r"(?:未|已|均|没有)[^，。；]{0,2}(?:超过|低于)[^，。；]{0,10}$", left)
    return plan > done


def kind_of_money(n: Number, left: str, before: str, right: str) -> str:
    """`low`, `high` or `mean` of the prices of a share, the `amount` of a trade, or nothing of these."""
    unit = n.base_unit or ""
    if ABOUT.match(right):
        return ""
    if unit.endswith("/股") or (
        (n.base or 0) < _DEAR
        and unit in ("元", "港元", "美元")
        and (PRICE_WORD.search(last_clause(left)[-14:]) or n.text.endswith("/股"))
    ):
        if NOT_PRICE.search(left[-14:]) or not (
            PRICE_WORD.search(before[-40:] + right) or unit.endswith("/股")
        ):
            return ""
        if re.search(r"均价|平均", left[-16:]) or re.match(r"的?(?:均价|平均)", right):
            return "mean"
        return "high" if re.match(r"(?:元/股)?(?:-|~|至|到)$", left) else "low"
    if unit not in ("元", "港元", "美元") or NOT_MONEY.search(left[-14:]) or right.startswith(("净", "的净")):
        return ""
    return (
        "amount"
        if MONEY.search(last_clause(left)[-18:])
        or BOUND.search(left[-24:])
        or re.match(r"(?:自有)?资金", right)
        or re.match(r"(?:-|~|至|到)$", left)
        else ""
    )
