"""Purchases and sales of companies.

Fields: `target`, `stake`, `price` (both ends of a range; several where each target has its own), `parts` (sums that make up
the price), `method` (现金, 自有资金, 发行股份及支付现金 …), `buyer`, `stage` (预案, 草案, 实施, 完成, 终止), `direction` (sale).
What is held afterwards, valuations and registered capital are no part of the deal.
"""

from __future__ import annotations

import re

from pipeline.filings.checks import Fields, slack
from pipeline.filings.names import Names
from pipeline.filings.numbers import figures, with_unit
from pipeline.filings.record import Filing
from pipeline.model import Check, Fact, Number, Term

READ = 12_000  # characters
_DEED = re.compile(r"收购|购买|受让|购入|竞得|竞买|并购|取得|出售|转让|置入|置出|作价|买下")
_STAKE = re.compile(
    r"(?:的)?(?:合计|剩余|其余|全部|约|不低于|不超过|共计)*(?P<s>\d+(?:\.\d+)?%)的?(?:控股|少数|发起人)?(?:股权|股份|权益|出资额?|份额|控股权)"
)
_BEFORE = re.compile(
    r"收购了?|购买|受让|购入|竞得|竞买|并购|取得|出售|转让(?:了|所持|其持)?|持有的?|所持有?的?|合计持有的?|拟将|标的(?:公司|资产)?|(?:全资|控股|参股)?子公司|参股公司|目标公司|其|下属"
    r"|资金|现金|方式|对价|人民币|[万亿]?(?:美|港|欧)?元|有限公司(?=[\u4e00-\u9fff])|股东|控制的|分别|持有$|约定|指|[”“\"]|(?<=[股权司])(?:和|及|与|以及)|(?:有关|关于)|了|系|名下|旗下|的|公司(?=[\u4e00-\u9fff]{2,})"
)
_BREAK = re.compile(r"[，。；:：、《》\n|/\t]|以及|及(?=[A-Z\u4e00-\u9fff])")
_HOLDS = re.compile(
    r"(?:将|合计|直接|间接|共|仍|已|目前|各自)?(?:持有|拥有|控制|占)(?:了|有)?$|成为[^，。；]{0,6}$|之前[^，。；]{0,8}持有$|比例(?:为|由)?$|增[至加]到?$"
)
_NOT_TARGET = re.compile(
    r"^(?:公司|本公司|其|该|上述|标的|目标|剩余|合计|全部|本次|交易|拟购买|以|约|不|占|总股本|上市公司|共|及|和|股权|对方|一|两|各|相关|议案|项目|有关|对|收购|控股|少数)$|总股本|股本|占比|比例|净资产|收入|不超过|低于|超过|年|收益率|评估|增值|承诺|占|募集|百分|每股|\d%|提升|增长|下降|持有$"
)
_GENERAL = re.compile(
    r"^(?:提议|完成|结束|圆满|机会|报告|重组|持有|方案|计划|事项|活动|要约|价格|标的|资产|股权|股份|业务|企业|公司|行业|境外|海外|国内|上游|下游|医疗|科技|目标|案|后|前|中)"
)
_MONEY = ("元", "美元", "港元", "欧元", "英镑", "日元", "澳元", "加元", "新元", "卢布")
_PRICE = re.compile(
    r"作价|对价|价格|价款|出资|转让款|总价|成交价|交易金额|收购金额|金额|[以用拟](?:不超过|约|人民币|基准对价|现金|自有或自筹资金|自有资金|自筹资金|总价|总额)*(?:约|不超过)?$|使用$|斥资|耗资|支付|债权和$|合计$|约$"
)
_PRICE_AFTER = re.compile(
    r"(?:的?(?:人民币|自有资金|自筹资金|现金|资金|价格|对价|总价|债权|基准对价|左右)*)(?:和|合计|并)?(?:用于)?(?:收购|购买|受让|竞得|买下|取得|购入|并购|债权|现金)"
)
_NOT_PRICE = re.compile(
    r"评估|估值|预估|注册资本|净资产|净利|营业|收入|总资产|贷款|担保|增资|募集|发行价|每股|账面|市值|不低于|债务|利润|税后|亏损|商誉|保证金|借款|折合|融资额|补偿|业绩|规模|汇率|约合"
)
_TOTAL = re.compile(r"(?:合计|共计|总计|总对价|总价)(?:约|为|人民币|:)*$")
_METHOD = re.compile(
    r"发行(?:A股)?(?:股份|股票)(?:及|并|和|与)(?:以)?支付现金|自有(?:资金)?(?:或|和|及|与)自筹资金|自有资金|自筹资金|募集资金|发行股份|现金|债权(?=和|作|支付|抵|,)|承债式"
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
    r"(?:重大)?资产出售|出售|挂牌转让|(?:拟|将)[^，。；]{0,20}(?:股权|股份)[^，。；]{0,10}转让给|转让(?:所持|其持|公司所持|全资|控股|参股)"
)
_BUYS = re.compile(r"收购|购买|受让|购入|竞得|并购")
_LATIN = re.compile(r"[A-Z][A-Za-z][A-Za-z0-9&.,'-]*(?: [A-Za-z0-9&.,'-]+)*$")
_AFTER_VERB = re.compile(
    r"(?:收购|并购)(?:了)?(?:[\u4e00-\u9fff]{0,14}(?:公司|企业|创企|厂商|商))?(?P<n>[A-Z][A-Za-z.]*(?: ?[A-Z][A-Za-z.]*){0,4})"
)

_HEADLINE = re.compile(
    r"(?P<n>\d[\d,.]*(?:[万亿]+(?:元|美元|欧元|英镑|港元|日元)?|(?:万|亿)?(?:元|美元|欧元|英镑|港元|日元)))(?:现金)?(?:完成)?(?:收购|购买|买下|竞得|并购|受让)"
)
_SUBSIDIARY = re.compile(
    r"(?:全资|控股|下属|旗下)(?:子|孙)?公司(?P<n>[\u4e00-\u9fff]{2,10}?)(?=拟|以\d|以现金|以自有|将|出资|向|与|计划|通过|收购|完成|签|斥资|于\d|近日)"
)
_LISTED = re.compile(
    r"(?:购买|收购|受让)+了?(?P<l>(?!购买|收购|受让)(?:[\u4e00-\u9fffA-Za-z]{2,10}?、)+(?:[\u4e00-\u9fffA-Za-z]{2,10}?)?)[及和与]?$"
)
_AND = re.compile(r"(?:\([^()]*\))?[、和及与]")

_Deal = tuple[tuple[int, int], Number]


def facts(filing: Filing) -> list[Fact]:
    text = filing.text
    if not _DEED.search(text, 0, READ):
        return []
    names = Names(text[:READ])
    body = filing.view.title_end
    stakes = {n.start: n for n in filing.figures if n.base_unit == "%" and n.start < READ}
    told = [(s, e, _deals(text, names, stakes, s, e)) for s, e in filing.sentences if s < READ]
    where = _best(filing, told, body)
    fields = Fields()
    spans: list[tuple[int, int]] = []
    if where is not None:
        deals, spans = _together(text, told, where)
        terms, numbers = _named(filing, names, deals)
        fields["target"] = terms[0] if len(terms) == 1 else tuple(terms)
        fields["stake"] = numbers[0] if len(numbers) == 1 else tuple(numbers)
    elif place := _bare_target(text, names, body):
        fields["target"] = filing.name(*place)
        spans = [next((s, e) for s, e in filing.sentences if s <= place[0] < e)]
    _price(filing, fields, spans, told)
    if not fields:
        return []
    _method(filing, fields, [*spans, *((s, e) for s, e, deals in told if deals)])
    if place := _buyer(text, names, spans[:1], body):
        fields["buyer"] = filing.name(*place)
    head = min(len(text), body + 500)
    for name, pattern in _STAGES:
        if found := pattern.search(text, 0, body) or (
            pattern.search(text, body, head) if name not in ("草案",) else None
        ):
            fields["stage"] = filing.term(name, *found.span())
            break
    title = text[:head] if body < 2 else text[:body]
    if (found := _SALE.search(title)) and not _BUYS.search(title[: found.start()]):
        fields["direction"] = filing.term("sale", *found.span())
    checks = tuple(c for c in (_parts_check(fields),) if c)
    return [Fact(kind="acquisition", company=filing.company, fields=fields, checks=checks)]


# ---------------------------------------------------------------- what is bought


def _deals(text: str, names: Names, stakes: dict[int, Number], start: int, end: int) -> list[_Deal]:
    """Each `target N%股权` of a sentence that is dealt in, not merely held."""
    found: list[_Deal] = []
    for m in _STAKE.finditer(text, start, end):
        number = stakes.get(m.start("s"))
        if number is None:
            continue
        said = _target(text, names, start, m.start())
        if said is None:
            continue
        begin, place = said
        left = text[start:begin]
        after = text[m.end() : min(end, m.end() + 30)]
        if _HOLDS.search(left) or re.search(
            r"(?:完成|实施|收购|交易|转让)(?:之?后|完毕)[，,][^。；]*$", left
        ):
            continue
        if not _DEED.search(left) and not re.match(
            r"(?:[^，。；]{0,12}(?:转让|出售|作价)|[^。；]{0,60}(?:转让给|出售给)|[^，。；]{0,12}经[^，。；]{2,12}价格)|[，,][^，。；]{0,6}(?:作价|交易对价|交易价格|对价)",
            after,
        ):
            continue
        found += [(other, number) for other in _beside(names, text, start, begin)]
        found.append((place, number))
    return found


def _beside(names: Names, text: str, start: int, at: int) -> list[tuple[int, int]]:
    """The companies named right before a target, of which the same stake is bought (甲、乙100%股权)."""
    found: list[tuple[int, int]] = []
    for name in reversed(names.between(start, at)):
        if at - name.end > 40:
            break
        if _AND.fullmatch(text, name.end, at):  # not a short name inside the brackets between
            found.insert(0, name.full)
            at = name.start
    if m := _LISTED.search(text, start, at):
        listed = [part.span() for part in re.finditer(r"[^、和及与]+", text[m.start("l") : m.end("l")])]
        places = [(m.start("l") + a, m.start("l") + b) for a, b in listed]
        found = [place for place in places if place not in found] + found
    return found


def _target(text: str, names: Names, start: int, at: int) -> tuple[int, tuple[int, int]] | None:
    """Where the name right before a stake begins, and where it is in full: a known one, else the words after the last verb."""
    end = at
    if text[end - 1 : end] == ")":  # a definition stands between
        open_ = text.rfind("(", start, end)
        if open_ > 0 and re.search(r"称|[“\"]", text[open_:end]):
            end = open_
    for skip in (0, 1, 2):
        known = [n for n in names.between(max(start, end - 44), end) if n.end == end - skip]
        if known and text[end - skip : end] in ("", "的", "公司"):
            name = max(known, key=lambda n: n.end - n.start)
            begin = name.start
            for lead in _BEFORE.finditer(text, begin, name.end - 4):
                if lead.end() < name.end - 4 and re.match(r"收购|购买|受让|竞得|方式|资金|对价", lead[0]):
                    begin = lead.end()
            return begin, name.full if name.full != (name.start, name.end) else (begin, name.end)
    if text[end - 2 : end] == "公司" and (latin := _LATIN.search(text, start, end - 2)):
        return latin.start(), latin.span()
    if latin := _LATIN.search(text, max(start, end - 50), end):
        return latin.start(), (latin.start(), latin.start() + len(latin[0].rstrip()))
    begin = max(start, end - 30)
    for cut in _BREAK.finditer(text, begin, end):
        begin = cut.end()
    for lead in _BEFORE.finditer(text, begin, end):
        if lead.end() < end:
            begin = lead.end()
    while end > begin and text[end - 1] in "的 ":
        end -= 1
    word = text[begin:end]
    if not 2 <= len(word) <= 24 or _NOT_TARGET.search(word):
        return None
    return begin, names.short(word) or (begin, end)


def _best(filing: Filing, told: list[tuple[int, int, list[_Deal]]], body: int) -> int | None:
    """The sentence that tells the deal: rather one with a price, rather the text than its title, rather early."""
    best: tuple[int, int] | None = None
    for i, (start, end, deals) in enumerate(told):
        if not deals:
            continue
        rank = 2 * any(_is_price(filing.text, n, start) for n in filing.figures if start <= n.start < end) + (
            start >= body
        )
        if start > body + 6_000:
            rank -= 2
        if best is None or rank > best[0]:
            best = (rank, i)
    return best[1] if best else None


def _together(
    text: str, told: list[tuple[int, int, list[_Deal]]], where: int
) -> tuple[list[_Deal], list[tuple[int, int]]]:
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


def _named(filing: Filing, names: Names, deals: list[_Deal]) -> tuple[list[Term], list[Number]]:
    terms: list[Term] = []
    numbers: list[Number] = []
    for place, number in deals:
        term = filing.name(*place)
        if any(term.value == t.value for t in terms):
            continue
        terms.append(term)
        numbers.append(filing.number(number))
    return terms, numbers


def _bare_target(text: str, names: Names, body: int) -> tuple[int, int] | None:
    """Without a stake: the name right after 收购, else what the title says is bought, as far as the text repeats it."""
    for begin, end in ((body, min(len(text), body + 1_500)), (0, body)):
        for m in re.finditer(r"(收购|并购|购买|竞得)(?:了)?", text[begin:end]):
            name = names.at(begin + m.end())
            if (
                name is not None
                and not names.is_issuer(name)
                and (m[1][1] == "购" or "公司" in names.word(name))
            ):
                return name.full
        if latin := _AFTER_VERB.search(text, begin, end):
            return latin.span("n")
    for m in re.finditer(r"(?:收购|并购)(?:了)?(?P<n>[\u4e00-\u9fff]{2,12})", text[:body]):
        counts = {n: text.count(m["n"][:n], body, READ) for n in range(2, len(m["n"]) + 1)}
        whole = [n for n in counts if counts[n] > 2 and 2 * counts[n] >= counts[2]]
        if whole and not (_NOT_TARGET.search(m["n"][: whole[-1]]) or _GENERAL.search(m["n"][: whole[-1]])):
            return m.start("n"), m.start("n") + whole[-1]
    return None


# ---------------------------------------------------------------- price and means


def _is_price(text: str, n: Number, start: int) -> bool:
    if n.base_unit not in _MONEY or n.base is None:
        return False
    left = text[max(start, n.start - 30) : n.start]
    left = re.split(r"[，。；]", left)[-1]
    if _NOT_PRICE.search(left[-22:]) or re.match(r"注册资本|的?净|/", text[n.end : n.end + 6]):
        return False
    said = _PRICE.search(left)
    if said and said[0] in ("约", "合计") and not _DEED.search(text, start, n.end + 20):
        said = None  # a sum of something else
    return said is not None or _PRICE_AFTER.match(text, n.end) is not None


def _price(
    filing: Filing, fields: Fields, spans: list[tuple[int, int]], told: list[tuple[int, int, list[_Deal]]]
) -> None:
    text = filing.text
    near = list(spans)
    if spans:
        after = [(s, e) for s, e, _ in told if 0 < s - spans[-1][0] < 400]
        near += [s for s in after[:3] if s not in near]
    prices: list[Number] = []
    parts: list[Number] = []
    for start, end in near:
        inside = [n for n in filing.figures if start <= n.start < end and n.base_unit in _MONEY]
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
        found = tuple(filing.number(n) for n in prices[:4])
        fields["price"] = found[0] if len(found) == 1 else found
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
    head = re.compile(r"发行(?:A股)?(?:股份|股票)(?:及|并|和|与)(?:以)?支付现金").search(
        text, 0, min(len(text), 4_000)
    )
    if head is not None:
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
    terms = tuple(filing.term(word, *m.span()) for word, m in found.items())
    fields["method"] = terms[0] if len(terms) == 1 else terms


def _buyer(text: str, names: Names, spans: list[tuple[int, int]], body: int) -> tuple[int, int] | None:
    """A subsidiary named before the verb buys, else who the clause is about, else the company that announces."""
    own = names.issuer_place(spans[0][1] if spans else 0)
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
        if own is None and (who := names.subject(start, verb.start())):
            return who.full
    if own is None and (verb := _BUYS.search(text, 0, body)) and (who := names.subject(0, verb.start())):
        return who.full
    return own


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
