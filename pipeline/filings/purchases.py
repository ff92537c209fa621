"""What a buyback has bought: shares, ratio, prices, amount, and the day up to which they count.

A filing may print a day's, a month's and the total's figures, each worded 已累计回购. They are read as
statements (figures of one sentence and those that follow it without a new count of shares); the total is
the statement with the most shares, for a part is never more than the whole. A month's own figures are kept
as `period_shares` and `period_amount` where the text says that they are a month's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.filings.checks import Fields, one, slack
from pipeline.filings.clauses import Around, around, days_in
from pipeline.filings.numbers import with_unit
from pipeline.filings.record import Filing
from pipeline.model import Check, Day, Number

_BOUND = re.compile(r"不低于|不少于|不超过|不高于|不超|上限|下限|拟(?:回购|使用|以|用)|预计|测算|计划(?:回购|使用)|将(?:以|使用|用)|至少|授权")
_NOT_SHARES = re.compile(r"总股本|股本总额|股份总数|总股份|减少|变更|注册资本|解锁|解除|流通|成交量|限制性|激励对象|授予|持股计划(?:持有|受让)|增持|减持|质押|持有公司|每\d+股|转增|派发|行权|剩余|余下|过户|非交易")
_SHARES = re.compile(r"(?:回购|购回|买入|购买|购入)[^，。；、]{0,34}$|(?:数量|股数|股份)(?:共计|合计|总计|总数)?(?:约)?[为:]?\s*$|(?:累计|合计|共计|共)(?:约)?$")
_RATIO = re.compile(r"占[^，。；、]{0,26}?(?:总股本|股份总数|股本总额|总股份|已发行(?:总)?(?:股份|股本)?(?:总数|总额)?|股份总额|股本)[^，。；、]{0,34}$|(?:比例|占比)(?:约)?[为:]?$|(?:达|达到|超过)(?:总股本的?)?$")
_CLASS_RATIO = re.compile(r"[HABＨ]股(?:股份|股本)?(?:总|已发行)|已发行(?:的)?[HAB]股")
_HIGH = re.compile(r"最高[^，。；最]{0,12}$|最高(?:成交)?价?(?:格)?(?:分别)?为?$")
_LOW = re.compile(r"最低[^，。；最]{0,12}$")
_PRICE = re.compile(r"(?:价格|价|每股|区间)[^，。；]{0,10}$|介乎$|按(?:每股)?$")
_NOT_PRICE = re.compile(r"均价|平均|收盘|开盘|现价|前一|交易日|市场|发行价|行权|授予|上限|不超过|不高于|受让|转让|股价|报收|涨|跌")
_PAID = re.compile(r"(?:支付|使用|成交|耗资|斥资|用资|投入|动用|涉资|花费|耗用|耗费|总金额|总额|金额|资金|代价|总价|价款)[^，。；、]{0,18}$|^(?:约)?$")
_NOT_PAID = re.compile(r"均价|注册资本|面值|股本|净资产|总资产|收入|利润|市值|过户|佣金|印花税|手续费|授信|贷款|差额|余额|剩余")
_RANGE = re.compile(r"(?:\(不?含[^)]{0,4}\))?(?:元/股|元)?(?:-+|~+|至|到|-~|~-)(?:人民币|每股)?")
_MONTH = re.compile(r"\d{1,2}月(?:份|期间|,|，)?(?:[^\d]|$)|本月|当月|上月")
_UPTO = re.compile(r"截[至止]")
_SAME_DAY = re.compile(r"当日|首次|首个")


@dataclass
class Statement:
    """The figures of one purchase statement by role."""

    start: int
    end: int
    roles: dict[str, Number] = field(default_factory=dict)
    day: Day | None = None
    head: str = ""  # the words before its count of shares

    def weight(self) -> tuple[float, int]:
        shares = self.roles.get("shares_repurchased")
        return float(shares.base) if shares is not None and shares.base is not None else -1.0, len(self.roles)


def read(filing: Filing, limit: int) -> Fields:
    """Fields of the total; {} when nothing is said to have been bought."""
    statements = _statements(filing, limit)
    if not statements:
        return {}
    best = max(statements, key=lambda s: (s.weight()[0], s.weight()[1], -s.start))
    for other in statements:  # the same count told twice: the fuller one lends what is missing
        if other is not best and other.weight()[0] == best.weight()[0]:
            for role, number in other.roles.items():
                best.roles.setdefault(role, number)
            best.day = best.day or other.day
    fields: Fields = {role: filing.number(number) for role, number in best.roles.items()}
    if best.day is not None:
        fields["as_of"] = filing.day(best.day)
    month = next((s for s in statements if s is not best and _is_month(s) and s.start >= filing.view.title_end), None)
    if month is not None:
        for role, name in (("shares_repurchased", "period_shares"), ("amount_paid", "period_amount")):
            if role in month.roles:
                fields[name] = filing.number(month.roles[role])
    return fields


def _is_month(statement: Statement) -> bool:
    return not _UPTO.search(statement.head) and _MONTH.search(statement.head) is not None


def _statements(filing: Filing, limit: int) -> list[Statement]:
    found: list[Statement] = []
    for one_figure in around(filing, limit):
        role = _role(filing, one_figure)
        if role is None:
            continue
        start, end = one_figure.sentence
        number = one_figure.number
        if role == "shares_repurchased" and number.base_unit != "股":
            number = with_unit(number, f"{number.unit}股")
        current = found[-1] if found else None
        fresh = (
            current is None
            or (role == "shares_repurchased" and role in current.roles)
            or (role in current.roles and start > current.end)
            or start - current.end > 400
            or (current.start < filing.view.title_end <= start)
        )
        if fresh:
            current = Statement(start, end)
            found.append(current)
        assert current is not None
        if role in current.roles:
            continue
        current.roles[role] = number
        current.end = max(current.end, end)
        if role == "shares_repurchased":
            current.head = one_figure.before
            current.day = _day(filing, start, number.start)
    for statement in found:
        if statement.day is None:
            statement.day = _day(filing, statement.start, statement.end)
    return [s for s in found if "shares_repurchased" in s.roles or "amount_paid" in s.roles]


def _day(filing: Filing, start: int, end: int) -> Day | None:
    """The day up to which the figures count: after 截至, else the last before them."""
    days = [d for d in days_in(filing, start, end) if not re.match(r"[^，。]{0,4}(?:召开|披露|刊登|公告|发布|晚间|丨|讯|消息|审议)", filing.text[d.end : d.end + 12])]
    upto = [d for d in days if _UPTO.search(filing.text[max(start, d.start - 6) : d.start])]
    return (upto or days or [None])[-1]


def _role(filing: Filing, one_figure: Around) -> str | None:
    number, clause, before = one_figure.number, one_figure.clause, one_figure.before
    unit = number.base_unit or ""
    tail = before[-70:]
    if _BOUND.search(clause):
        return None
    if unit.endswith("/股") or (unit in ("元", "港元", "美元") and _looks_price(one_figure)):
        return _price(filing, one_figure)
    if unit == "股" or (number.unit in ("万", "亿") and re.search(r"回购(?:公司)?(?:股份|股票)?(?:数量)?(?:约|共|合计)?$", clause)):
        if _NOT_SHARES.search(clause) or "回购" not in tail and not re.search(r"购买|买入|股数|购入", tail):
            return None
        return "shares_repurchased" if _SHARES.search(clause) else None
    if unit == "%":
        if _CLASS_RATIO.search(clause) or not _RATIO.search(clause):
            return None
        return "ratio_repurchased" if "回购" in before or "占" in clause else None
    if unit in ("元", "港元", "美元"):
        if _NOT_PAID.search(clause) or not _PAID.search(clause) or not clause:
            return None
        return "amount_paid" if "回购" in before or re.search(r"成交|支付|使用资金|斥资|耗资|金额", clause) else None
    return None


def _looks_price(one_figure: Around) -> bool:
    """元 without /股 that is a price: after 最高价, 每股, or a price's range."""
    return re.search(r"最[高低][^，。；金额]{0,8}价|每股|价格(?:区间)?(?:为)?$|回购均?价", one_figure.clause[-16:]) is not None


def _price(filing: Filing, one_figure: Around) -> str | None:
    clause = one_figure.clause
    if _NOT_PRICE.search(clause):
        return None
    linked = one_figure.linked(filing, _RANGE)
    if linked is not None and (_PRICE.search(clause) or linked == "high"):
        return "price_low" if linked == "low" else "price_high"
    high, low = clause.rfind("最高"), clause.rfind("最低")
    if high < 0 and low < 0:
        return None
    return "price_high" if high > low else "price_low"


def nothing_yet(filing: Filing, start: int, end: int) -> Fields:
    """尚未实施: 0, with its words."""
    place = filing.view.span(start, end)
    def zero(unit: str) -> Number:
        return Number(
            value=Decimal(0), unit=unit, text=place.text, start=place.start, end=place.end,
            base=Decimal(0), base_unit=unit, field=place.field,
        )  # fmt: skip

    fields: Fields = {"shares_repurchased": zero("股"), "amount_paid": zero("元")}
    sentence = max((s for s in filing.sentences if s[0] <= start), default=(0, end))
    if (day := _day(filing, sentence[0], start)) is not None:
        fields["as_of"] = filing.day(day)
    return fields


def affordable(fields: Fields) -> Check | None:
    """price_low × shares ≤ amount ≤ price_high × shares (fees put aside: 0.5 %)."""
    names = ("price_low", "price_high", "shares_repurchased", "amount_paid")
    low, high, shares, paid = (one(fields, name) for name in names)
    if low is None or high is None or shares is None or paid is None:
        return None
    if not (low.base and high.base and shares.base and paid.base) or paid.base_unit not in ("元",):
        return None
    least = (low.base - slack(low)) * (shares.base - slack(shares)) - slack(paid)
    most = (high.base + slack(high)) * (shares.base + slack(shares)) * 201 / 200 + slack(paid)
    ok = least <= paid.base <= most
    mean = paid.base / shares.base
    detail = f"均价 {mean:.2f} 元/股{'在' if ok else '不在'} {low.value}–{high.value} 元/股之内"
    return Check(name="price_low<=mean<=price_high", ok=ok, detail=detail, fields=names)
