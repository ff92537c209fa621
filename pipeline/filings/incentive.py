"""Plans of shares and options for staff.

Fields: `stage` (草案, 授予, 归属, 行权, 解除限售, 调整, 注销, 作废, 终止), `tool` (限制性股票, 期权, 增值权), `shares`, `ratio` (of total
capital), `first`, `reserved`, `grant_price`, `persons`, `granted_on`. A combined plan gives its tools in a list each, and
its whole as `total` and `total_ratio`. What another figure has replaced (由12.34元/股调整为12.04元/股) is not in force and no
value. `shares` are those that the filing cancels, where it cancels, and those exercised so far, where it tells of exercise
(as_of; the month's or quarter's alone are `period_shares`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.filings.buyback_words import NEW, OLD
from pipeline.filings.checks import Fields, field_of, slack
from pipeline.filings.incentive_deeds import ended, exercised
from pipeline.filings.incentive_persons import DEEDS, READ, persons
from pipeline.filings.numbers import with_unit
from pipeline.filings.record import Filing
from pipeline.model import Check, Fact, Number

_TOOL = re.compile(r"(?P<s>限制性股票)|(?P<a>股票增值权)|(?P<o>股票期权|(?<!等待)(?<!有效)期权)")
_NAMES = {"s": "限制性股票", "o": "期权", "a": "增值权"}
_BOTH = re.compile(
    r"限制性股票(?:激励计划)?(?:与|和|及|、)股票期权|股票期权(?:激励计划)?(?:与|和|及|、)限制性股票"
)
_PLAN = re.compile(r"授予|登记数量|归属|行权|解除限售|激励计划|权益|预留|首次|注销|作废")
_COUNT = re.compile(r"授予|数量|权益|总计|总量|合计|归属|行权(?!价)|解除限售|涉及|预留|首次|不超过")
_FIRST = re.compile(r"首次(?:授予|授出)?[^，。；\d]{0,24}$")
_RESERVED = re.compile(r"预留(?!比例)[^，。；\d]{0,24}$")
_PERHAPS = re.compile(
    r"有效期内|尚在实施|已授予|累计|任何一名|单个激励对象|剩余|作废|注销|合计持有|每份|每股|每一|上限为公司|存续|已获授|离职|来源|回购的?$|第[一二三四五]期|业绩"
)
_CAPITAL = re.compile(
    r"(?:股本总[额数]|总股本|总股数|股份总[数额]|股本)(?:的|约|为|合计|总计|[^，。；\d]{0,6})$"
)
_OF_CAPITAL = re.compile(r"(?:股本|股份总[数额]|总股数|已发行)")
_OF_GRANT = re.compile(
    r"占[^，。；]{0,24}(?:授予|权益|数量|激励计划)(?:总量|总数|总额|数量总额|权益总额)?的?(?:比例为?)?$|预留比例|员工总数|A股总数"
)
_PRICE = re.compile(
    r"(?:授予|行权|归属|转让|购买|认购)(?:的)?(?:股票)?价格[^。；]{0,24}$|每[股份](?:人民币)?$|价格为?$"
)
_NOT_PRICE = re.compile(
    r"均价|交易|收盘|面值|净资产|成本|公允|低于|%|不得|孰高|前\d+个|P0|V[为=]|派息|派发|红利|股利|调整前"
)
# A figure after the one that it replaces: 再调整为20.38元/股
_AGAIN = re.compile(
    r"[，,、]?(?:再|又|后|最终|进一步|并|相应)*(?:调整|变更|修订|修改)(?:为|至|到)(?:人民币)?"
)
_ACTUAL = re.compile(r"实际(?:授予|登记|认购|缴款)[^，。；\d]{0,16}$")
_DAY = re.compile(r"(?:授予日|授权日|授予登记完成日|授予登记日)(?:确定)?(?:为|是|:)*$")
_STAGES = (
    ("终止", re.compile(r"终止(?:实施)?[^，。；]{0,24}(?:激励计划|股权激励)")),
    (
        "归属",
        re.compile(r"(?:符合|可)归属|归属(?:结果|条件(?:成就|已)|股票上市|期归属|登记|股票数量|限制性股票)"),
    ),
    (
        "行权",
        re.compile(r"符合行权|可行权|行权(?:结果|条件(?:成就|已)|期行权|登记)|自主行权|累计(?:已)?行权"),
    ),
    (
        "解除限售",
        re.compile(
            r"(?:符合|可)解除限售|解除限售(?:条件(?:成就|已)|期解除|上市|股份)|解锁(?:条件|上市|股份)"
        ),
    ),
    (
        "授予",
        re.compile(
            r"(?:授予日|授权日)(?:确定)?(?:为|是)\d|授予[^，。；]{0,10}登记(?:完成|结果|数量)|登记数量|授予结果|向[^，。；]{0,16}激励对象[^，。；]{0,10}(?:首次)?授予[^，。；]{0,14}的?公告"
        ),
    ),
    (
        "调整",
        re.compile(
            r"调整[^，。；]{0,40}(?:授予|行权|归属)(?:的)?(?:价格|数量)|(?:授予|行权|归属)(?:价格|数量)[^，。；]{0,10}由[^，。；]{2,24}调整为"
        ),
    ),
    ("注销", re.compile(r"注销[^，。；]{0,40}期权|期权[^，。；]{0,20}注销")),
    ("作废", re.compile(r"作废[^，。；]{0,40}(?:股票|股份)|(?:股票|股份)[^，。；\d]{0,16}作废")),
    ("草案", re.compile(r"草案|预案|拟(?:向|授予)|准备向|激励计划")),
)


@dataclass
class _Part:
    shares: Number
    ratio: Number | None = None


@dataclass
class _Plan:
    total: _Part | None = None
    tools: dict[str, _Part] = field(default_factory=dict)
    first: list[Number] = field(default_factory=list)
    reserved: list[Number] = field(default_factory=list)
    prices: dict[str, Number] = field(default_factory=dict)
    actual: Number | None = None  # granted in fact, beside what was meant
    # What replaced a figure, by the replaced one's unit and value.
    replaced: dict[tuple[str | None, Decimal | None], Number] = field(default_factory=dict)

    def in_force(self, n: Number) -> Number:
        seen = {n.base}
        while (later := self.replaced.get((n.base_unit, n.base))) is not None and later.base not in seen:
            seen.add(later.base)
            n = later
        return n


def facts(filing: Filing) -> list[Fact]:
    text = filing.text
    if not _TOOL.search(text, 0, READ) and "激励" not in text[:READ]:
        return []
    body = filing.view.title_end
    plan, fields = _Plan(), Fields()
    spans = [s for s in filing.sentences if s[0] < READ]
    for start, end in sorted(spans, key=lambda s: s[0] < body):  # a headline rounds: it comes last
        if _PLAN.search(text, start, end):
            _sentence(filing, plan, start, end)
    tools = _tools(text, body)
    both = len(tools) > 1
    stage = _stage(text, body)
    if stage is not None and stage[0] in ("注销", "作废", "终止"):
        return _ended(filing, stage, tools)
    _shares(filing, fields, plan, tools if both else tools[:1])
    _prices(filing, fields, plan, tools, stage)
    _of_stage(filing, fields, plan, stage)
    if stage is not None and stage[0] == "行权" and (done := exercised(filing)) is not None:
        fields["shares"] = filing.number(done.total)
        fields.pop("ratio", None)
        if done.period is not None:
            fields["period_shares"] = filing.number(done.period)
        if done.as_of is not None:
            fields["as_of"] = filing.day(done.as_of)
    if (heads := persons(filing, body, stage[0] if stage is not None else "")) is not None:
        fields["persons"] = filing.number(heads)
    for d in filing.days_in(0, READ):
        if _DAY.search(text, max(0, d.start - 14), d.start):
            fields["granted_on"] = filing.day(d)
            break
    if not fields:
        return []
    places = [(t, _place(text, t, body)) for t in tools]
    terms = [filing.term(t, *place) for t, place in places if place]
    if terms:
        fields["tool"] = field_of(terms if both else terms[:1])
    if stage is not None:
        fields["stage"] = filing.term(*stage)
    checks = tuple(c for c in (_sum_check(fields),) if c)
    return [Fact(kind="equity_incentive", company=filing.company, fields=fields, checks=checks)]


def _ended(filing: Filing, stage: tuple[str, int, int], tools: list[str]) -> list[Fact]:
    """A plan, or a part of it, that is cancelled: what the plan once granted is history."""
    text, fields = filing.text, Fields()
    if (count := ended(filing)) is not None:
        fields["shares"] = filing.number(count)
        named = list(_TOOL.finditer(text, max(0, count.start - 80), min(len(text), count.end + 8)))
        tools = [_NAMES[named[-1].lastgroup or "s"]] if named else tools
    elif stage[0] != "终止":
        return []
    terms = tuple(
        filing.term(t, *place) for t in tools if (place := _place(text, t, filing.view.title_end)) is not None
    )
    if terms:
        fields["tool"] = field_of(terms)
    fields["stage"] = filing.term(*stage)
    return [Fact(kind="equity_incentive", company=filing.company, fields=fields)]


def _prices(
    filing: Filing, fields: Fields, plan: _Plan, tools: list[str], stage: tuple[str, int, int] | None
) -> None:
    """The price in force; of a filing that adjusts several (of the first grant and the reserved), each."""
    both = len(tools) > 1
    if stage is not None and stage[0] == "调整":
        last = {
            n.base: n for (unit, _), n in plan.replaced.items() if unit == "元/股" and plan.in_force(n) is n
        }
        found = [filing.number(n) for n in last.values()]
        if found:
            fields["grant_price"] = field_of(found)
            return
    if plan.prices:
        order = [*tools, ""] if both else ["", *tools]
        stated = [plan.prices[t] for t in order if t in plan.prices] or [next(iter(plan.prices.values()))]
        found = [filing.number(plan.in_force(n)) for n in stated]
        fields["grant_price"] = found[0] if len(found) == 1 or not both else tuple(found)


def _of_stage(filing: Filing, fields: Fields, plan: _Plan, stage: tuple[str, int, int] | None) -> None:
    """The counts of what the filing is of, where it tells those of the grant beside them."""
    name = stage[0] if stage is not None else ""
    if name == "调整":
        counts = {n.base: n for (unit, _), n in plan.replaced.items() if unit in ("股", "份")}
        last = [filing.number(n) for n in counts.values() if plan.in_force(n) is n]
        if last:
            fields["shares"] = field_of(last)
            fields.pop("ratio", None)
    elif plan.actual is not None and (name == "授予" or "shares" not in fields):
        fields["shares"] = filing.number(plan.actual)
        fields.pop("ratio", None)
    check = _sum_check(fields)
    if name in ("调整", *DEEDS) and not (check and check.ok) and "shares" in fields:
        fields.pop("first", None)
        fields.pop("reserved", None)


def _tools(text: str, body: int) -> list[str]:
    """The tools of the plan, in the order of its name."""
    head = text[: min(len(text), body + 3_000)]
    found: list[str] = []
    for m in _TOOL.finditer(head):
        name = _NAMES[m.lastgroup or "s"]
        if name not in found:
            found.append(name)
    if len(found) > 1 and not _BOTH.search(head) and not re.search(r"包括[^。]{0,40}两(?:部分|种)", head):
        return found[:1]
    return found


def _place(text: str, tool: str, body: int) -> tuple[int, int] | None:
    for begin in (body, 0):
        for m in _TOOL.finditer(text, begin, READ):
            if _NAMES[m.lastgroup or "s"] == tool:
                return m.span()
    return None


def _sentence(filing: Filing, plan: _Plan, start: int, end: int) -> None:
    text = filing.text
    inside = [n for n in filing.figures_in(start, end) if n.base is not None]
    floor = start
    part: _Part | None = None
    old: Number | None = None  # a figure that the next one replaces, and what leads to it
    lead = ""
    for n in inside:
        left, after = text[floor : n.start], text[n.end : n.end + 16]
        floor, at = n.end, n.start
        if OLD.search(left):
            old, lead = n, OLD.sub("", left)
            continue
        if old is not None:
            if n.base_unit == old.base_unit and (NEW.fullmatch(left) or _AGAIN.fullmatch(left)):
                plan.replaced[old.base_unit, old.base] = n
                left, at = lead, old.start
                old = n
            else:
                old = None
        before = text[max(start, at - 80) : at]
        if n.base_unit in ("股", "份"):
            if _CAPITAL.search(left[-14:]) or (n.base_unit == "股" and n.text.endswith("/股")):
                continue
            part = None
            if (
                re.search(r"每\d*$|每\d*[股份]?$", left)
                or not _COUNT.search(before)
                or _PERHAPS.search(left[-26:])
                or (n.base or 0) < 100
            ):
                continue
            if _ACTUAL.search(left):
                plan.actual = plan.actual or n
                continue
            part = _Part(n)
            if _RESERVED.search(left):
                plan.reserved.append(n)
            elif _FIRST.search(left):
                plan.first.append(n)
            else:
                _whole(plan, part, left, before, after)
        elif n.base_unit == "%" and part is not None and part.ratio is None:
            since = text[part.shares.end : n.start]  # the share capital itself may be printed between
            if _OF_CAPITAL.search(since) and not _OF_GRANT.search(left[-30:]):
                part.ratio = n
        elif (n.base_unit or "").startswith(("元", "港元")):
            _price(plan, filing, n, left, before, after)


def _whole(plan: _Plan, part: _Part, left: str, before: str, after: str) -> None:
    """A count that is neither first nor reserved: of one tool, or of the whole plan."""
    tool = None
    if near := re.match(
        r"(?:\(份\)|\(股\))?(?:A股|公司)?(?:普通股)?(?:第[一二]类)?(?P<t>限制性股票|股票期权|期权|股票增值权)",
        after,
    ):
        tool = "期权" if "期权" in near["t"] else near["t"].removeprefix("股票")
    elif found := list(_TOOL.finditer(left)):
        names = {_NAMES[m.lastgroup or "s"] for m in found}
        tool = _NAMES[found[-1].lastgroup or "s"] if len(names) == 1 or not _BOTH.search(left) else None
    elif "归属" in before:
        tool = "限制性股票"
    whole = (
        re.search(
            r"权益(?:合计|总计|总量|数量|总数|总额)?[^，。；\d]{0,16}$|总计(?:不超过)?$|总量[^，。；\d]{0,6}$",
            left,
        )
        is not None
    )
    if whole and not re.search(
        r"(?:限制性股票|期权)(?:的)?(?:数量|权益)?(?:合计|总计|总量)?[^，。；\d]{0,4}$", left
    ):
        tool = tool if near else None
    if tool is None:
        plan.total = plan.total or part
    else:
        plan.tools.setdefault(tool, part)


def _price(plan: _Plan, filing: Filing, n: Number, left: str, before: str, after: str) -> None:
    if n.base_unit == "元" and not after.startswith("/份") and not re.search(r"每[股份](?:人民币)?$", left):
        return
    if _NOT_PRICE.search(left[-26:]) or not _PRICE.search(before):
        return
    found = list(_TOOL.finditer(before))
    tool = _NAMES[found[-1].lastgroup or "s"] if found else "期权" if "行权" in left else ""
    if after.startswith("/份"):
        n = with_unit(
            Number(value=n.value, unit=n.unit, text=n.text + "/份", start=n.start, end=n.end + 2),
            f"{n.unit}/份",
        )
    plan.prices.setdefault(tool, n)


def _shares(filing: Filing, fields: Fields, plan: _Plan, tools: list[str]) -> None:
    parts = [plan.tools[t] for t in tools if t in plan.tools]
    if len(tools) > 1 and parts:
        fields["shares"] = field_of([filing.number(p.shares) for p in parts])
        if ratios := [filing.number(p.ratio) for p in parts if p.ratio is not None]:
            fields["ratio"] = field_of(ratios)
        if plan.total is not None:
            fields["total"] = filing.number(plan.total.shares)
            if plan.total.ratio is not None:
                fields["total_ratio"] = filing.number(plan.total.ratio)
        return
    main = parts[0] if parts else plan.total or next(iter(plan.tools.values()), None)
    if plan.total is not None and main is not None and plan.total.shares.base == main.shares.base:
        main.ratio = main.ratio or plan.total.ratio
    if main is None and len(plan.first) == 1 and not plan.reserved:
        main = _Part(plan.first.pop())
    if main is not None:
        fields["shares"] = filing.number(main.shares)
        if main.ratio is not None:
            fields["ratio"] = filing.number(main.ratio)
    for name, numbers in (("first", plan.first), ("reserved", plan.reserved)):
        if numbers:
            fields[name] = filing.number(numbers[0])


def _stage(text: str, body: int) -> tuple[str, int, int] | None:
    for begin, end in ((0, body), (body, min(len(text), body + 600))):
        for name, pattern in _STAGES:
            if found := pattern.search(text, begin, end):
                return name, *found.span()
    return None


def _sum_check(fields: Fields) -> Check | None:
    """first + reserved = shares, within the rounding of the printed digits."""
    a, b, whole = fields.get("first"), fields.get("reserved"), fields.get("shares")
    if not (isinstance(a, Number) and isinstance(b, Number) and isinstance(whole, Number)):
        return None
    if a.base is None or b.base is None or whole.base is None:
        return None
    ok = abs(a.base + b.base - whole.base) <= slack(a) + slack(b) + slack(whole)
    return Check(
        name="first+reserved=shares",
        ok=ok,
        detail=f"{a.text} + {b.text}，公告合计 {whole.text}",
        fields=("first", "reserved", "shares"),
    )
