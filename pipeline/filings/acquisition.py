"""Purchases and sales of companies.

Fields: `target`, `stake` (a share; where none is told `bought`: 全部股权, 零售业务), `price` (both ends of a range; several where each target has its own), `parts` (sums that make up
the price), `method` (现金, 自有资金, 发行股份及支付现金 …), `buyer`, `stage` (预案, 草案, 实施, 完成, 终止), `direction` (sale);
of an offer to the holders of the listed company itself `shares`, how many at most.
What is held afterwards, valuations and registered capital are no part of the deal.
"""

from __future__ import annotations

import re

from pipeline.filings.acquisition_targets import DEED, READ, Deal, asset, bare_target, deals_of
from pipeline.filings.checks import Fields, field_of, slack
from pipeline.filings.names import Name, Names
from pipeline.filings.numbers import CURRENCIES, figures, with_unit
from pipeline.filings.record import Filing
from pipeline.model import Check, Fact, Number, Term

_PRICE = re.compile(
    r"作价|对价|价格|价款|(?:转让|受让|收购|购买)价(?:为|:)|出资|转让款|总价|成交价|交易金额|收购金额|金额|[以用拟](?:不超过|约|人民币|基准对价|现金|自有或自筹资金|自有资金|自筹资金|总价|总额)*(?:约|不超过)?$|使用$|斥资|耗资|支付|债权和$|[合共]计$|约$"
)
_PRICE_AFTER = re.compile(
    r"(?:的?(?:人民币|自有资金|自筹资金|现金|资金|价格|对价|总价|债权|基准对价|左右)*)(?:和|合计|并)?(?:用于)?(?:收购|购买|受让|竞得|买下|取得|购入|并购|债权|现金)"
)
_NOT_PRICE = re.compile(
    r"评估|估值|预估|注册资本|净资产|净利|营业|收入|总资产|贷款|担保|增资|募集|发行价|每股|账面|市值|不低于|债务|利润|税后|亏损|商誉|保证金|借款|折合|融资额|补偿|业绩|规模|汇率|约合"
)
_TOTAL = re.compile(r"(?:合计|共计|总计|总对价|总价)(?:约|为|人民币|:)*$")
_SHARES_AND_CASH = re.compile(r"发行(?:A股)?(?:股份|股票)(?:及|并|和|与)(?:以)?支付现金")
_METHOD = re.compile(
    rf"{_SHARES_AND_CASH.pattern}|自有(?:资金)?(?:或|和|及|与)自筹资金|自有资金|自筹资金|募集资金|发行股份|现金|债权(?=和|作|支付|抵|,)|承债式"
)
_STAGES = (
    ("终止", re.compile(r"终止[^，。；]{0,20}(?:收购|重组|购买|交易)|(?:收购|重组|购买)[^，。；]{0,12}终止")),
    (
        "完成",
        re.compile(
            r"(?:完成|办理完[毕成])[^，。；]{0,12}(?:工商变更|过户|交割|股权变更|变更登记|收购)|(?:过户|交割|工商变更)[^，。；]{0,10}(?:完成|办理完毕)|收购完成(?!后)"
        ),
    ),
    ("实施", re.compile(r"实施情况|实施完成|实施结果|新增股份上市")),
    ("草案", re.compile(r"报告书\(草案\)|草案")),
    ("预案", re.compile(r"预案|意向|框架协议|筹划")),
)
_SALE = re.compile(
    r"(?:重大)?资产出售|出售|挂牌转让|(?:拟|将)[^，。；]{0,20}(?:股权|股份)[^，。；]{0,10}转让给(?!本?公司|上市公司)|转让(?:所持|其持|公司所持|全资|控股|参股)"
)
_ITS_STAKE = re.compile(
    r"(?:收购|受让|购买)[^，。；]{0,40}(?:目标公司|标的公司)(?:合计)?(?P<s>\d+(?:\.\d+)?%)的?(?:股权|股份)"
)
_OFFER = re.compile(r"(?P<by>(?:\([^()]*\))?以要约方式收购)(?:本?公司|上市公司)")
_TO = re.compile(r"(?:转让|出售|售)(?:[^，。；]{0,20}股权)?(?:给|予|至)(?:关联方|公司|股东|受让方)?")
# What one of several sellers is paid for its own part: 向王某支付…以收购其持有的…
_PART = re.compile(r"向[^，。；]{2,30}支付[^。；]{0,60}(?:收购|购买)其")
_VERBS = re.compile(r"收购|购买|受让|购入|竞得|并购|出售|转让")
_BUYS = re.compile(r"收购|购买|受让|购入|竞得|并购")

_HEADLINE = re.compile(
    r"(?P<n>\d[\d,.]*(?:[万亿]+(?:元|美元|欧元|英镑|港元|日元)?|(?:万|亿)?(?:元|美元|欧元|英镑|港元|日元)))(?:现金)?(?:完成)?(?:收购|购买|买下|竞得|并购|受让)"
)
_SUBSIDIARY = re.compile(
    r"(?:全资|控股|下属|旗下)(?:子|孙)?公司(?P<n>[\u4e00-\u9fff]{2,10}?)(?=拟|以\d|以现金|以自有|将|出资|向|与|计划|通过|收购|完成|签|斥资|于\d|近日)"
)


def facts(filing: Filing) -> list[Fact]:
    text = filing.text
    if not DEED.search(text, 0, READ):
        return []
    names = Names(text[:READ])
    body = filing.view.title_end
    stakes = {n.start: n for n in filing.figures if n.base_unit == "%" and n.start < READ}
    told = [(s, e, deals_of(text, names, stakes, s, e)) for s, e in filing.sentences if s < READ]
    if any(isinstance(deal.stake, Number) for *_, deals in told for deal in deals):
        told = [(s, e, [d for d in deals if isinstance(d.stake, Number)]) for s, e, deals in told]
    where = _best(filing, told, body)
    fields = Fields()
    spans: list[tuple[int, int]] = []
    at = 0  # where the target stands
    if where is not None:
        deals, spans = _together(text, told, where)
        at = deals[0].target[0]
        terms, numbers, words = _named(filing, deals)
        fields["target"] = field_of(terms)
        if numbers:
            fields["stake"] = field_of(numbers)
        elif words:
            fields["bought"] = field_of(words)
    elif place := (deal.target if (deal := asset(text, names, body)) else bare_target(text, names, body)):
        fields["target"] = filing.name(*place)
        at = place[0]
        if deal is not None and not isinstance(deal.stake, Number):
            fields["bought"] = filing.name(*deal.stake)
            at = deal.stake[0]
        spans = [filing.sentence_at(at)]
    told_of_it = _ITS_STAKE.search(text, body, READ) if "target" in fields and "stake" not in fields else None
    if told_of_it and (share := stakes.get(told_of_it.start("s"))):
        fields["stake"] = filing.number(share)
        fields.pop("bought", None)
    _price(filing, fields, spans, told)
    if not fields:
        return _tender(filing, names)
    _method(filing, fields, [*spans, *((s, e) for s, e, deals in told if deals)])
    head = min(len(text), body + 500)
    title = text[:head] if body < 2 else text[:body]
    if (
        (found := _SALE.search(title))
        and not _BUYS.search(title[: found.start()])
        and not _bought(text, spans, at)
    ):
        fields["direction"] = filing.term("sale", *found.span())
    place = (
        _sold_to(text, names, spans) if "direction" in fields else _buyer(text, names, spans[:1], body, at)
    )
    if place and text[slice(*place)] not in [getattr(t, "value", "") for t in _parts(fields.get("target"))]:
        fields["buyer"] = filing.name(*place)
    for name, pattern in _STAGES:
        if found := pattern.search(text, 0, body) or (
            pattern.search(text, body, head) if name != "草案" else None
        ):
            fields["stage"] = filing.term(name, *found.span())
            break
    checks = tuple(c for c in (_parts_check(fields),) if c)
    return [Fact(kind="acquisition", company=filing.company, fields=fields, checks=checks)]


def _bought(text: str, spans: list[tuple[int, int]], at: int) -> bool:
    """Whether the last verb before the target says that it is bought, whatever else the title sells."""
    start = next((s for s, e in spans if s <= at < e), at)
    verbs = [m[0] for m in _VERBS.finditer(text, start, at)]
    return bool(verbs) and _BUYS.match(verbs[-1]) is not None


def _parts(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def _tender(filing: Filing, names: Names) -> list[Fact]:
    """An offer to the holders of the listed company itself (甲以要约方式收购公司部分股份)."""
    text = filing.text
    for m in _OFFER.finditer(text, filing.view.title_end, READ):
        named = [n for n in names.between(max(0, m.start() - 60), m.start()) if n.end >= m.start("by") - 1]
        own = names.issuer_place()
        if not named or own is None or names.is_issuer(named[-1]):
            continue
        fields = Fields(buyer=filing.name(*named[-1].full), target=filing.name(*own))
        stop = text.find("\n", min(len(text), m.end() + 200))
        after = filing.figures_in(m.end(), stop if stop > 0 else len(text))
        shares = [n for n in after if n.base_unit == "股"]
        if shares:
            fields["shares"] = filing.number(shares[0])
        return [Fact(kind="acquisition", company=filing.company, fields=fields)]
    return []


def _best(filing: Filing, told: list[tuple[int, int, list[Deal]]], body: int) -> int | None:
    """The sentence that tells the deal: rather one with a price, rather the text than its title, rather early."""
    best: tuple[int, int] | None = None
    for i, (start, end, deals) in enumerate(told):
        if not deals:
            continue
        rank = 2 * any(_is_price(filing.text, n, start) for n in filing.figures_in(start, end)) + (
            start >= body
        )
        if start > body + 6_000 or _PART.search(filing.text, start, end):
            rank -= 2
        if best is None or rank > best[0]:
            best = (rank, i)
    return best[1] if best else None


def _together(
    text: str, told: list[tuple[int, int, list[Deal]]], where: int
) -> tuple[list[Deal], list[tuple[int, int]]]:
    """The deals of a sentence and of those that go on with it (；同时拟将…)."""
    start, end, deals = told[where]
    spans, found = [(start, end)], list(deals)
    for s, e, more in told[where + 1 : where + 3]:
        if more and re.match(r"\s*(?:同时|此外|并|另)", text[s:e]):
            spans.append((s, e))
            found += more
        else:
            break
    return found[:8], spans


def _named(filing: Filing, deals: list[Deal]) -> tuple[list[Term], list[Number], list[Term]]:
    """Targets, each once, with their shares, or with the words instead of a share."""
    terms: list[Term] = []
    numbers: list[Number] = []
    words: list[Term] = []
    for place, stake, more in deals:
        term = filing.name(*place)
        if any(term.value == t.value for t in terms):
            continue
        terms.append(term)
        if isinstance(stake, Number):
            numbers += [filing.number(each) for each in (stake, *more)]
        elif (word := filing.name(*stake)) not in words:
            words.append(word)
    return terms, numbers, words


# ---------------------------------------------------------------- price and means


def _is_price(text: str, n: Number, start: int) -> bool:
    if n.base_unit not in CURRENCIES or n.base is None:
        return False
    left = text[max(start, n.start - 30) : n.start]
    left = re.split(r"[，。；]", left)[-1]
    if _NOT_PRICE.search(left[-22:]) or re.match(r"注册资本|的?净|/", text[n.end : n.end + 6]):
        return False
    said = _PRICE.search(left)
    if said and said[0] in ("约", "合计", "共计") and not DEED.search(text, start, n.end + 20):
        said = None  # a sum of something else
    return said is not None or _PRICE_AFTER.match(text, n.end) is not None


def _price(
    filing: Filing, fields: Fields, spans: list[tuple[int, int]], told: list[tuple[int, int, list[Deal]]]
) -> None:
    text = filing.text
    near = list(spans)
    if spans:
        after = [(s, e) for s, e, _ in told if 0 < s - spans[-1][0] < 400]
        near += [s for s in after[:3] if s not in near]
    prices: list[Number] = []
    parts: list[Number] = []
    for start, end in near:
        inside = [n for n in filing.figures_in(start, end) if n.base_unit in CURRENCIES]
        if prices and (start, end) not in spans:
            break
        whole = next(
            (
                n
                for n in inside
                if _TOTAL.search(text[max(start, n.start - 12) : n.start]) and _is_price(text, n, start)
            ),
            None,
        )
        if whole is not None:
            prices.append(whole)
            parts += [n for n in inside if n is not whole and _is_price(text, n, start)]
            continue
        for n in inside:
            among = re.search(r"其中", text[start : n.start]) is not None
            linked = prices and re.fullmatch(
                r"(?:人民币)?(?:至|-|~|到)(?:人民币)?", text[prices[-1].end : n.start]
            )
            several = (
                prices
                and re.fullmatch(r"[、和及](?:人民币)?", text[prices[-1].end : n.start])
                and "分别" in text[start : n.start]
            )
            if among and prices:
                if re.search(r"支付|现金|股份|债权", text[max(start, n.start - 30) : n.end + 10]):
                    parts.append(n)
            elif (
                linked
                or several
                or (_is_price(text, n, start) and not any(start <= p.start < end for p in prices))
            ):
                prices.append(n)
    if not prices:
        prices = _headline_price(filing)
    if prices:
        fields["price"] = field_of([filing.number(n) for n in prices[:4]])
    if parts:
        fields["parts"] = tuple(filing.number(n) for n in parts[:4])


def _headline_price(filing: Filing) -> list[Number]:
    """The sum right before the verb of a headline: 甲公司9.3亿收购乙, where no sentence tells it."""
    for m in _HEADLINE.finditer(filing.text, 0, filing.view.title_end):
        if number := next(iter(figures(filing.text, *m.span("n"), bare=True)), None):
            return [number if number.base is not None else with_unit(number, f"{number.unit}元")]
    return []


def _method(filing: Filing, fields: Fields, spans: list[tuple[int, int]]) -> None:
    text = filing.text
    found: dict[str, re.Match[str]] = {}
    if (head := _SHARES_AND_CASH.search(text, 0, 4_000)) is not None:
        fields["method"] = filing.term("发行股份及支付现金", *head.span())
        return
    for start, end in spans:
        if found:
            break
        for m in _METHOD.finditer(text, start, end):
            if re.match(r"流|分红|管理|及现金等价", text[m.end() : m.end() + 5]):
                continue
            found.setdefault(m[0], m)
    if not found:
        return
    fields["method"] = field_of([filing.term(word, *m.span()) for word, m in found.items()])


def _buyer(
    text: str, names: Names, spans: list[tuple[int, int]], body: int, at: int
) -> tuple[int, int] | None:
    """A subsidiary named before the verb buys, else who the clause is about, else the company that announces.

    `at` is where the target stands: of several verbs of a sentence the last before it counts.
    """
    own = names.issuer_named(spans[0][1] if spans else 0)
    for start, end in spans:
        if given := _TO.search(text, max(start, at), end):
            name = names.at(given.end())
            return own if name is None or names.is_issuer(name) else name.full
    for start, end in spans:
        verb = _BUYS.search(text, start, end)
        if verb is None:
            continue
        for name in names.between(start, verb.start()):
            if re.search(
                r"子公司[^，。；]{0,3}$|[，。]$|^$", text[max(start, name.start - 8) : name.start]
            ) and not names.is_issuer(name):
                return name.full
        if m := _SUBSIDIARY.search(text, start, verb.start()):
            return m.span("n")
        nearest = [m.start() for m in _BUYS.finditer(text, start, max(at, verb.end()))][-1]
        clause = max(start, *(text.rfind(mark, start, nearest) + 1 for mark in "，。；:\n"))
        whole = own is None or re.match("又|并|还|也", text[clause:nearest])
        if whole or clause > start:
            who = names.subject(start if whole else clause, nearest)
            led = who is not None and re.search("[、向]", text[clause : who.start])
            if (
                who is not None
                and not led
                and not names.is_issuer(who)
                and not _sells(text, names, who, start, end)
            ):
                return who.full
    if own is None and (verb := _BUYS.search(text, 0, body)) and (who := names.subject(0, verb.start())):
        return who.full
    return own


def _sells(text: str, names: Names, who: Name, start: int, end: int) -> bool:
    """Whether the sentence says of a name that it is the other side: 与王某签署…，收购王某所持…."""
    word = re.escape(text[who.start : who.end])
    return (
        re.search(
            rf"(?:[与向从][^，。；]{{0,40}}?|(?:收购|购买|受让|竞得)了?(?:[^，。；]{{0,40}}、)?){word}"
            rf"|{word}(?:先生|女士)?(?:\([^()]*\))?(?:、[^，。；]{{2,40}})?(?:等[^，。；]{{0,6}})?(?:合计|分别|各自|共同)?(?:所持|持有)有?的",
            text[start:end],
        )
        is not None
    )


def _sold_to(text: str, names: Names, spans: list[tuple[int, int]]) -> tuple[int, int] | None:
    """To whom a sale goes (转让给…, 出售予…); the company that announces it does not buy."""
    for start, end in spans:
        if (m := _TO.search(text, start, end)) and (name := names.at(m.end())):
            return name.full
    return None


def _parts_check(fields: Fields) -> Check | None:
    """The parts add up to the price, within the rounding of the printed digits."""
    price, parts = fields.get("price"), fields.get("parts")
    if not isinstance(price, Number) or not isinstance(parts, tuple) or price.base is None:
        return None
    numbers = [
        p for p in parts if isinstance(p, Number) and p.base is not None and p.base_unit == price.base_unit
    ]
    if len(numbers) < 2:
        return None
    total = sum((n.base for n in numbers if n.base is not None), start=price.base * 0)
    ok = abs(total - price.base) <= sum(slack(n) for n in numbers) + slack(price)
    return Check(
        name="parts=price",
        ok=ok,
        detail=f"{' + '.join(n.text for n in numbers)}，公告合计 {price.text}",
        fields=("parts", "price"),
    )
