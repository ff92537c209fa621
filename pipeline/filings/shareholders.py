"""Holders that sell or buy: what was traded, else what is planned, by whom and when.

Fields: holder, shares, ratio (of total capital), price_low, price_high, price_avg, amount, from, to, stage,
plan_shares, plan_ratio, plan_amount_min, plan_amount_max. Where nothing was traded yet and nothing says so,
`shares`, `ratio` and `amount` are those of the plan (its upper bound), as desks print them.
"""

from __future__ import annotations

import re

from pipeline.filings.checks import Fields
from pipeline.filings.parties import holders
from pipeline.filings.record import Filing
from pipeline.model import Day, Fact, Number

READ = 6_000
_PLANNED = re.compile(r"拟|计划(?!实施|完成|期限|时间|届满|已|的?结果|进展|减持完)|不超过?|不低于|不少于|预计|不高于|将(?:以|通过|在|减|增)")
_TRADED = re.compile(r"已|累计|完成|期间|实施完|合计(?:减持|增持)|共计|届满|通知|告知|涉资|均价|过半|截[至止]|于\d{4}年|\d日(?:，|以|通过|在|至)|周[一二三四五]")
_HELD = re.compile(r"持有(?:公司|本公司)?|持股|总股本|变动前|变动后|减持后|增持后|减持前|增持前|剩余|冻结|无限售|有限售|限售|股份总数|来源|其中|任意|连续\d")
_NOTHING = re.compile(r"(?:未|尚未|暂未|没有)(?:实施|进行|通过|以|减持|增持|开始)[^。；]{0,20}")
_OF_TOTAL = re.compile(r"占[^，。；]*?(?:总股本|股本|股份总[数额]|总股份|总数)|(?:总股本|股份总数|总股份)的?(?:比例)?(?:为|不超过|约)?$|减持比例|增持比例|不超过?$|或$")
_OTHER_RATIO = re.compile(r"持股(?:比例)?|持有|所持|其持|减持后|增持后|占其|任意|连续|由$|降|至$|增至|变动前|此前|之前|下降|5%以上")
_OLD = re.compile(r"此前|原计划|原拟|前次|之前")


def reductions(filing: Filing) -> list[Fact]:
    return _read(filing, "减持", "shareholder_reduction")


def increases(filing: Filing) -> list[Fact]:
    return _read(filing, "增持", "shareholder_increase")


def _read(filing: Filing, verb: str, kind: str) -> list[Fact]:
    text, done, plan = filing.text, Fields(), Fields()
    start_of_body = filing.view.title_end
    names: list[tuple[int, int]] = []
    for start, end in filing.sentences:
        if start > READ:
            break
        if start < start_of_body or text.startswith("原标题", start):
            continue
        inside = [n for n in filing.figures if start <= n.start < end and n.base is not None]
        if verb not in text[start:end] and not (done and re.search(r"金额|价格", text[start:end])):
            continue
        if len(names) < 2 and (found := holders(text, start, end)):
            names += [f for f in found if text[f[0] : f[1]] not in {text[a:b] for a, b in names}]
        _sentence(filing, start, end, verb, inside, done, plan)
    nothing = _NOTHING.search(text, start_of_body, READ)
    fields = Fields()
    if names:
        terms = tuple(filing.name(a, b) for a, b in names[:4])
        fields["holder"] = terms[0] if len(terms) == 1 or not _several(text, names) else terms
    traded = any(name in done for name in ("shares", "amount"))
    if traded or (nothing and verb in nothing[0]):
        fields |= done
        fields |= {f"plan_{name}": value for name, value in plan.items() if name in ("shares", "ratio", "amount_min", "amount_max")}
    else:
        fields |= {name: value for name, value in plan.items() if name in ("shares", "ratio", "from", "price_low", "price_high")}
        fields |= {f"plan_{name}": plan[name] for name in ("amount_min", "amount_max") if name in plan}
        if amount := plan.get("amount_max", plan.get("amount_min")):
            fields["amount"] = amount
        for name in ("ratio", "price_low", "price_high"):
            if name in done and name not in fields:
                fields[name] = done[name]
    if not fields.keys() - {"holder"}:
        return []
    return [Fact(kind=kind, company=filing.company, fields=fields)]


def _several(text: str, names: list[tuple[int, int]]) -> bool:
    """Two holders side by side in one sentence: 及其一致行动人, or each with the same verb."""
    first, second = names[0], names[1]
    return second[0] - first[1] < 120


def _sentence(filing: Filing, start: int, end: int, verb: str, inside: list[Number], done: Fields, plan: Fields) -> None:
    text = filing.text
    mode = ""
    for i, number in enumerate(inside):
        lead = text[inside[i - 1].end if i else start : number.start]
        before = text[max(start, number.start - 90) : number.start]
        unit = number.base_unit or ""
        into = done
        planned = _PLANNED.search(before)
        traded = _TRADED.search(before)
        if planned and not (traded and traded.start() > planned.start() and not re.search(r"不超过?|不低于|不少于|不高于", before[-12:])):
            into = plan
        if unit == "股":
            mode = ""
            if _HELD.search(lead[-16:]) or _OLD.search(before[-40:]) or verb not in before + text[number.end : number.end + 12]:
                mode = "other"
                continue
            mode = "plan" if into is plan else "done"
            _put(filing, into, "shares", number)
        elif unit == "%":
            if _OTHER_RATIO.search(lead[-14:]) or _OLD.search(lead) or mode == "other" or verb not in text[start : number.end + 14]:
                continue
            if _OF_TOTAL.search(lead[-30:]) or re.match(r"(?:的|公司)*(?:股份|股权)", text[number.end : number.end + 8]):
                target = plan if mode == "plan" else done if mode == "done" else into
                _put(filing, target, "ratio", number)
        elif unit.endswith("/股") or (unit in ("元", "港元") and re.search(r"[均]?价[^，,]{0,8}$|每股[^，,]{0,8}$", lead)):
            if re.search(r"收盘|最新|净资产|发行价|前复权", lead[-12:]):
                continue
            if re.search(r"均价|平均", lead[-12:]):
                _put(filing, into, "price_avg", number)
            elif "price_low" in into and re.match(r"(?:-+|~+|至|到)", lead):
                into["price_high"] = filing.number(number)
            elif into is done:
                _put(filing, into, "price_low", number)
                into.setdefault("price_high", filing.number(number))
        elif unit in ("元", "港元", "美元") and re.search(r"金额|涉资|耗资|套现|资金|规模|斥资|市值约", lead[-26:] + before[-14:]):
            if re.search(r"不低于|不少于|下限", before[-16:]):
                _put(filing, plan, "amount_min", number)
            elif re.search(r"不超过?|不高于|上限", before[-14:]) or into is plan:
                _put(filing, plan, "amount_max", number)
            elif verb in text[start:end] or done:
                _put(filing, done, "amount", number)
        elif unit in ("元",) and into is plan and re.search(r"不低于|不少于", before[-10:]):
            _put(filing, plan, "amount_min", number)
    _dates(filing, start, end, verb, done, plan)


def _put(filing: Filing, fields: Fields, name: str, number: Number) -> None:
    if name not in fields:
        fields[name] = filing.number(number)


def _dates(filing: Filing, start: int, end: int, verb: str, done: Fields, plan: Fields) -> None:
    """自A至B, A至B期间, 于A: the days of the trade."""
    text = filing.text
    days = [d for d in filing.days if start <= d.start < end]
    for i, day in enumerate(days):
        after = days[i + 1] if i + 1 < len(days) else None
        if after is None:
            span = re.match(r"(?:至|-+|~)(?:\d{4}年)?(\d{1,2})月(\d{1,2})日", text[day.end : day.end + 14])
            if span and "from" not in done:
                value = _same_year(day, int(span[1]), int(span[2]))
                if value is not None:
                    done["from"] = filing.day(day)
                    done["to"] = filing.day(Day(value=value, text=span[0], start=day.end + 1, end=day.end + span.end()))
                    return
        if after is not None and re.fullmatch(r"(?:期间)?(?:至|-+|~+|到)", text[day.end : after.start]) and "from" not in done:
            if "披露" not in text[after.end : after.end + 4]:
                done["from"], done["to"] = filing.day(day), filing.day(after)
            return
        if re.match(r"起\w{1,4}个?月|起", text[day.end : day.end + 6]) and "from" not in plan:
            plan["from"] = filing.day(day)
        elif verb in text[day.end : end] and re.match(r"[,，]?(?:通过|以|减持|增持)", text[day.end : day.end + 6]) and "from" not in done:
            done["from"] = done["to"] = filing.day(day)


def _same_year(day: Day, month: int, number: int):  # type: ignore[no-untyped-def]
    try:
        return day.value.replace(month=month, day=number)
    except ValueError:
        return None
