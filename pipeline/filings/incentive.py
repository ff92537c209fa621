"""Plans of shares and options for staff: tool, shares, ratio, grant_price, persons, granted_on, stage, total.

A combined plan (限制性股票 and 股票期权) gives each part in a list, and its whole as `total`, `total_ratio`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.filings.checks import Fields
from pipeline.filings.record import Filing
from pipeline.model import Fact, Number

READ = 30_000
_SHARE = r"限制性股票"
_OPTION = r"股票期权|期权"
_TOOL = re.compile(rf"(?P<s>{_SHARE})|(?P<o>{_OPTION})")
_GRANT = re.compile(r"授予|归属|数量|权益|涉及|总计|总量|解除限售|行权")
_NOT_GRANT = re.compile(
    r"首次|预留|其中|股本总额$|总股本$|有效期内|已授予|尚在|在有效|累计|任何一名|剩余|作废|注销|合计持有|截至|上限为公司|激励对象[^，]{0,6}获授|每份|每股"
)
_CAPITAL = re.compile(r"占[^。；%]*?(?:股本总额|总股本|股本)[^。；%]*$")
_PRICE = re.compile(r"(?:授予|行权|归属|购买)?价格[^。；]{0,16}$|每[股份](?:人民币)?$")
_PERSON = re.compile(r"(?P<n>\d{1,5}) ?(?P<u>人|名)(?!员工持股|以上|民币)")
_GRANTED = re.compile(r"(?:授予日|授权日|授予登记日)(?:为|是|:|确定为)?$")
_STAGE = (
    ("草案", re.compile(r"草案|预案|拟(?:向|授予)|准备向|披露\d{4}年|激励计划")),
    ("授予", re.compile(r"授予日为|授权日为|授予登记|首次授予(?:结果|登记|限制|股票)")),
    ("归属", re.compile(r"归属(?:结果|条件|股票|期)")),
)


def facts(filing: Filing) -> list[Fact]:
    text, fields = filing.text, Fields()
    body = filing.view.title_end
    parts: dict[str, tuple[Number, Number | None]] = {}
    prices: dict[str, Number] = {}
    for start, end in filing.sentences:
        if start > READ:
            break
        if (
            not _TOOL.search(text, start, end)
            and "权益" not in text[start:end]
            and "归属" not in text[start:end]
        ):
            continue
        _sentence(filing, start, end, parts, prices, fields)
    head = text[: body + 2500]
    tools = [name for name, key in (("限制性股票", _SHARE), ("期权", _OPTION)) if re.search(key, head)]
    both = (
        re.search(rf"(?:{_SHARE})(?:与|和|及|、)(?:{_OPTION})|(?:{_OPTION})(?:与|和|及|、)(?:{_SHARE})", head)
        is not None
    )
    order = [name for name in ("限制性股票", "期权") if name in parts]
    if both or (len(order) == 2 and len(tools) == 2):
        _several(filing, fields, parts, prices, order)
    else:
        main = order[0] if len(order) == 1 else next((t for t in tools if t in parts), None)
        first = main or ("total" if "total" in parts else None)
        if first is not None:
            fields["shares"] = filing.number(parts[first][0])
            if parts[first][1] is not None:
                fields["ratio"] = filing.number(parts[first][1])  # type: ignore[arg-type]
        if prices:
            price = prices.get(main or "") or next(iter(prices.values()))
            fields["grant_price"] = filing.number(price)
    if first_tool := _TOOL.search(text, body):
        fields["tool"] = filing.term("限制性股票" if first_tool["s"] else "期权", *first_tool.span())
    _persons(filing, fields)
    return (
        [Fact(kind="equity_incentive", company=filing.company, fields=fields)]
        if fields.keys() - {"tool"}
        else []
    )


def _several(
    filing: Filing,
    fields: Fields,
    parts: dict[str, tuple[Number, Number | None]],
    prices: dict[str, Number],
    order: Sequence[str],
) -> None:
    if order:
        fields["shares"] = tuple(filing.number(parts[name][0]) for name in order)
        ratios = tuple(filing.number(r) for name in order if (r := parts[name][1]) is not None)
        if ratios:
            fields["ratio"] = ratios
    if "total" in parts:
        fields["total" if order else "shares"] = filing.number(parts["total"][0])
        if (ratio := parts["total"][1]) is not None:
            fields["total_ratio" if order else "ratio"] = filing.number(ratio)
    if prices:
        found = tuple(filing.number(prices[name]) for name in ("限制性股票", "期权") if name in prices)
        fields["grant_price"] = found[0] if len(found) == 1 else found


def _sentence(
    filing: Filing,
    start: int,
    end: int,
    parts: dict[str, tuple[Number, Number | None]],
    prices: dict[str, Number],
    fields: Fields,
) -> None:
    text = filing.text
    inside = [n for n in filing.figures if start <= n.start < end and n.base is not None]
    for i, number in enumerate(inside):
        lead = text[inside[i - 1].end if i else start : number.start]
        before = text[max(start, number.start - 70) : number.start]
        after = text[number.end : number.end + 14]
        unit = number.base_unit or ""
        if unit in ("股", "份"):
            if (
                not _GRANT.search(before)
                or _CAPITAL.search(lead)
                or re.search(r"股本(?:总额)?(?:的|约|为)?$|总股本", lead[-10:])
            ):
                continue
            if "首次" in lead[-16:] or "首次授予" in before[-14:]:
                fields.setdefault("first", filing.number(number))
                continue
            if "预留" in lead[-16:]:
                fields.setdefault("reserved", filing.number(number))
                continue
            if _NOT_GRANT.search(lead[-20:]):
                continue
            tool = _tool(before, after)
            if re.search(
                r"权益(?:合计|总计|总量|数量)?[^，]{0,16}$|合计[^，。]{0,10}$|总计[^，]{0,10}$", lead[-20:]
            ) and not re.match(r"(?:A股)?(?:限制性股票|股票期权)", after):
                tool = "total"
            if tool is not None and tool not in parts:
                ratio = None
                for other in inside[i + 1 :]:
                    if (
                        other.base_unit in ("股", "份")
                        and not _CAPITAL.search(text[number.end : other.start] + "占")
                        and "股本" not in text[number.end : other.start]
                    ):
                        break
                    if other.base_unit == "%" and "股本" in text[number.end : other.start]:
                        ratio = other
                        break
                parts[tool] = (number, ratio)
        elif (unit.startswith("元") and (unit.endswith("/股") or _PRICE.search(lead))) or (
            unit in ("元/份",)
        ):
            if re.search(r"均价|交易|收盘|面值|%|净资产|成本|公允", lead[-24:]) or not re.search(
                r"价格|每[股份]", lead[-30:]
            ):
                continue
            tool = _tool(before, "") or ("期权" if "行权" in before else "限制性股票")
            prices.setdefault(tool, number)
    for day in filing.days:
        if start <= day.start < end and _GRANTED.search(text[max(start, day.start - 12) : day.start]):
            fields.setdefault("granted_on", filing.day(day))


def _tool(before: str, after: str) -> str | None:
    """The tool named right after the figure, else the last before it."""
    if near := re.match(r"(?:A股)?(?:普通股)?(?:限制性股票|股票期权|期权)", after):
        return "期权" if "期权" in near[0] else "限制性股票"
    found = list(_TOOL.finditer(before))
    if found:
        return "限制性股票" if found[-1]["s"] else "期权"
    return "限制性股票" if "归属" in before else None


def _persons(filing: Filing, fields: Fields) -> None:
    text = filing.text
    for m in _PERSON.finditer(text, filing.view.title_end, READ):
        around = text[max(0, m.start() - 40) : m.end() + 16]
        granted = re.search(r"激励对象|授予对象|共计[^。]*授予|授予[^。]*共计", around)
        if granted and not re.search(r"离职|会议|出席|预留", around):
            fields["persons"] = filing.name(m.start(), m.end())
            return
