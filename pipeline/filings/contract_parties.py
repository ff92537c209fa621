"""Who awards and who wins: the client by the words that lead up to it, the winner by what stands before 中标."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.filings.issuer import LABEL
from pipeline.filings.names import Name, Names

READ = 6_000  # characters
_BODY = r"[\u4e00-\u9fffA-Za-z()·.]{2,40}?"
_CLIENT = r"(?:项目)?(?:业主(?:单位|方)?|招标(?:人|方|单位)|招募方|采购(?:人|方|单位)|建设单位|发包(?:人|方)|委托方|(?:合同|交易|签约)对手?方(?:当事人)?|对方当事人|合同相对方|甲方|买方|客户|征集人)"
_AWARDER = (
    re.compile(
        rf"{_CLIENT}(?:名称|为|是)?\s*[:为是]\s*(?P<n>[^；;。，,\n(\d]{{3,40}}?)(?=[；;。，,\n(\d]|$)"
    ),
    re.compile(
        rf"(?:{_CLIENT})(?P<n>(?:(?!通过)[\u4e00-\u9fff()]){{4,36}}?)(?:(?=发来|发出|确定)|(?<=[司局会心厅府院团室行学部站所处社])(?=、|的))"
    ),
    re.compile(
        rf"(?:收到|接到)(?:了|由)*(?:{_CLIENT}|主要客户)?(?P<n>{_BODY})(?=、采购代理|(?:通过[^，。；]{{2,16}})?(?:等单位)?(?:发来|发出|下发|送达|签发|出具|发送|发放|授予|颁发|正式通知|的《?中标通知书))"
    ),
    re.compile(rf"(?:收到|接到)(?P<n>{_BODY})(?:采购订单|的?(?:定点|订单))"),
    re.compile(
        r"与(?P<n>[\u4e00-\u9fffA-Za-z()]{3,36}?)(?:\(以下[^)]*\))?(?:\(发包人\))?(?:正式|共同|就)?(?:签订|签署|签约)"
    ),
    re.compile(r"与(?P<n>[A-Z][A-Za-z.& ]{4,50}?)(?:印尼|公司|正式)?(?:签订|签署)"),
    re.compile(r"(?P<n>[A-Z][A-Za-z.& ]{6,50}?)[\u4e00-\u9fff]{0,4}公司签订"),
    re.compile(r"(?P<n>[\u4e00-\u9fff()]{6,30}(?:有限公司|局|委员会))在[^，。；]{4,40}发布了?《"),
    re.compile(
        r"(?:[，。；、日讯\n]|近日|^|发布|公布)了?(?:《|关于)?(?P<n>(?:(?!发布|公布)[\u4e00-\u9fff()\d]){3,40}?(?:公司|集团|局|厅|委员会|管理中心|医院|大学|银行))(?:\([^()]*\))?(?:\d{4}|[\u4e00-\u9fffA-Z])[^，。；《》\n]{3,60}(?:中标|成交|中选|定标)(?:候选人|结果)?(?:公示|公告|结果|[^，。；]{0,4}公布)"
    ),
    re.compile(
        r"(?P<n>[\u4e00-\u9fff]{3,10})\(\d{5,6}[^()]*\)\d{4}年[^，。；《》\n]{3,60}(?:中标|成交|中选)(?:候选人|结果)"
    ),
    re.compile(
        r"(?:(?:喜|斩获|拿下|中(?:标|选))(?:中|了)?|公司[为是])[“\"]?(?:\d{4}年)?(?P<n>[\u4e00-\u9fff]{2,14}?(?:银行|证券|保险|农险|移动|联通|电信|铁塔|电网|集团|有限公司|石油|石化|联盟))(?=[\u4e00-\u9fffA-Z\d“])(?![^，。；]{0,3}标段)"
    ),
    re.compile(
        r"(?:[，。、日]|^)(?P<n>[\u4e00-\u9fff()]{4,30}?(?:公司|集团|局|厅|委员会|中心|医院|大学|银行))(?:\([^()]*称[^()]*\))?[“《][^”》]{4,60}[”》](?:项目)?(?:招标|中标|成交|采购)(?:结果|公示)"
    ),
    re.compile(r"根据[“《](?P<n>[\u4e00-\u9fff]{3,20}?(?:厅|局|委员会|政府|中心))[^”》]{6,60}(?:中标|成交)"),
)
_NOT_AWARDER = re.compile(
    r"^(?:招标|中标|相关|本公司|公司|全资|控股|上述|下属|子公司|某(?!某[省市县区镇])|其|该|关于|联合体)|中标|公告|交易中心$|公示|项目|联合体|关联|业务|类似|合同|采购$|签订|协议|约定|规定|义务|情况|当事人|^成员|^牵头|代理机构"
)
_WHOLE = re.compile(r"(?:公司|银行|局|厅|委|会|部|中心|医院|大学|学院|政府|所|站|院|办公室|处)$")
_ENDING = r"(?:股份|集团)?(?:有限责任公司|有限公司)"
# The company itself buys: it awards, and the other side of the contract wins.
_BUYS_ITSELF = re.compile(
    r"(?:作为|系|为)(?:合同)?(?:买方|采购[人方]|发包[人方]|需方|委托方|招标人|定作方|甲方|业主)(?:\([^()]*\))?[，,]?与"
)
_BUYER = re.compile(
    r"(?<![\u4e00-\u9fff])(?:买方|采购[人方]|发包[人方]|需方|定作方)(?:名称)?(?:\([^()]{1,6}\))?[:为]"
)
_SELLER = re.compile(
    r"(?<![\u4e00-\u9fff])(?:卖方|供应商|承包[人方]|供方|供货方|承揽方|中标(?:人|单位))(?:名称)?(?:\([^()]{1,6}\))?[:为]"
)
_AGENCY = re.compile(r"招标(?:代理|有限|股份|集团|咨询)")  # sends the letter, and awards nothing

_WINS = re.compile(r"(?:预|拟)?中(?:标|选)(?!麒麟|软件|公告|结果|金额|价|标的|率)|候选人(?!公示)|供应商")
_MEMBERS = re.compile(r"\((?:联合体)?成员:(?P<l>[^()]{4,120}(?:\([^()]*\)[^()]*)*)\)")
_NAMED_WINNER = re.compile(r"中(?:标|选)(?:人|单位|供应商|公司|方)(?:名称)?:")
# 青禾建设:中标…, and who does it where no colon stands
_HEADED = re.compile(r"(?P<n>[*\u4e00-\u9fffA-Z]{2,8})(?:\([^()]*\))?:[^，。:]{0,4}中标")
_DOES = re.compile(rf"{_WINS.pattern}|收到|斩获|喜中")
_SUBSIDIARY = re.compile(
    r"(?:子公司|孙公司|合营企业|联营企业|参股公司)(?P<n>[\u4e00-\u9fff]{2,10}?)(?:近日|日前|近期|于近[日期])?(?:预|拟)?中标(?!通知|公告)"
)
_CONFIRMED = re.compile(
    r"(?:确[定认]|通知)(?P<w>[^，。；“《]{2,90}?)(?:被)?(?:正式)?(?:确定)?(?:为|成为|中标)"
)
_MADE = re.compile(
    r"(?<=[，；。])(?P<w>[^，。；]{4,40}?)被(?:正式)?(?:确[定认])?(?:为|成为)[^，。；]{4,80}中标"
)
_CONSORTIUM = re.compile(
    r"(?:(?:等(?:单位|公司|企业)?)?(?:共同)?(?:组成|组建)的?(?:投标)?联合体|作为联合体|联合体(?=收到|中标|预中标|被|为)|等\d+家(?:单位|公司|企业)?(?:分别|共同)?(?:预?中|获)|(?:近日|日前|近期)?(?:联合|共同)(?:预|拟)?中标)"
)
_AND = re.compile(r"作为牵头人|联合(?!体)|[、与和及]")
_SELF = re.compile(
    r"(?:(?<![\u4e00-\u9fff])|(?<=[认定与和及由知]))(?:本)?公司(?=与|和|、|及|联合|作为|近[日期]|于|为|成|被|收|，|预|中|组|$)|由(?:本)?公司(?=中)"
)
_FROM = re.compile(r"(?:股东|收到|接到|经|据|向|由|在|参加|参与|根据|控制人|委托)(?:了)?$")
_OF = re.compile(
    r"(?:\([^()]*\))?(?:的?(?:全资|控股|下属|所属|子公司|孙公司|境外)|旗下|发来|发出|发布|送达|下发|招标|的?《|公示|关于)"
)


class Parties(NamedTuple):
    """The two sides of a contract by which the company buys; the one that is not named is None."""

    awarder: tuple[int, int] | None
    winner: Name | None


def bought(names: Names, text: str, start: int, end: int) -> Parties | None:
    """Who awards and who wins where the announcing company is the buyer of `text[start:end]`; None where it is not said to be."""
    for m in _BUYS_ITSELF.finditer(text, start, end):
        clause = max(start, *(text.rfind(mark, start, m.start()) + 1 for mark in "，。；:\n"))
        own = [n for n in names.between(clause, m.start()) if names.is_issuer(n)]
        if own or re.search(r"(?<![\u4e00-\u9fff])(?:本)?公司(?:\([^()]*\))?$", text[clause : m.start()]):
            if own and "子公司" in text[own[-1].end : m.start()]:  # it is the subsidiary that buys
                named = [n.full for n in names.between(own[-1].end, m.start()) if n.end == m.start()]
                return Parties(named[0] if named else None, names.at(m.end()))
            return Parties(own[-1].full if own else names.issuer_named(), names.at(m.end()))
    for m in _BUYER.finditer(text, start, end):
        name = names.at(m.end())
        if name is not None and _own(names, name):
            sold = [names.at(other.end()) for other in _SELLER.finditer(text, start, end)]
            return Parties(name.full, next((n for n in sold if n and not _own(names, n)), None))
    return None


def _own(names: Names, name: Name) -> bool:
    """Whether it is the company that announces, also where only its short name is known (青禾股份: 青禾股份有限公司)."""
    word = names.word(name)
    return names.is_issuer(name) or any(
        len(own) > 3 and re.fullmatch(rf"{re.escape(own)}(?:集团)?(?:股份)?有限公司", word)
        for own in names.issuer
    )


def awarder(
    names: Names, text: str, body: int, end: int, won: list[tuple[int, int]]
) -> tuple[int, int] | None:
    """Who awards, in full where the text prints it so; nobody who is among those that have won."""
    for pattern in _AWARDER:
        place = _first(pattern, text, body, end, names)
        if place is None or place in won:
            continue
        word = text[slice(*place)]
        if not _WHOLE.search(word) and (whole := re.search(rf"{re.escape(word)}{_ENDING}", text[:end])):
            return whole.span()
        return place
    return None


def _first(pattern: re.Pattern[str], text: str, body: int, stop: int, names: Names) -> tuple[int, int] | None:
    for m in pattern.finditer(text, body, stop):
        start, end = m.span("n")
        if re.match(r"成员|牵头|联合体", m["n"]):
            continue
        if known := [n for n in names.between(start, end) if n.end >= end - 1]:
            if names.is_issuer(known[-1]) or _AGENCY.search(names.word(known[-1])):
                continue
            return (
                known[-1].full
                if known[-1].full[1] - known[-1].full[0] > end - start
                else (known[-1].start, end)
            )
        if not _NOT_AWARDER.search(text[start:end]):
            return start, end
    return None


def winners(names: Names, text: str, body: int, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Who wins: those named before 中标 in the first sentence that says so, else the company that announces."""
    stop = spans[-1][1] if spans else body
    if (m := _NAMED_WINNER.search(text, 0, stop)) and (name := names.at(m.end())):
        beside = _MEMBERS.match(text, name.end, stop)
        return [name.full, *(n.full for n in (names.between(*beside.span("l")) if beside else ()))]
    for start, end in spans:
        if text.startswith("【", start) and (shut := text.find("】", start, end)) > 0:
            start = shut + 1  # a headline before its text
        verb = _WINS.search(text, start, end)
        if verb is None:
            continue
        found = _together(names, text, start, end)
        if not found:
            begin, stop = start, verb.start()
            if (made := _MADE.search(text, start, end)) and (found := _parties(names, text, *made.span("w"))):
                return found
            if said := _CONFIRMED.search(text, start, end):
                begin, stop = said.span("w")
                if re.fullmatch("该公司|其", text[begin:stop]):
                    begin, stop = start, begin
            found = _parties(names, text, begin, stop)
            if not found and said and f"子公司{said['w']}" in text and len(said["w"]) <= 10:
                found = [said.span("w")]  # a subsidiary by its short name
        if found:
            return _whole_consortium(names, text, spans, found)
    told = next((start for start, end in spans if _WINS.search(text, start, end)), 0)
    for start, end in spans:
        if (m := _SUBSIDIARY.search(text, start, end)) and not (
            _NOT_AWARDER.search(m["n"]) or LABEL.fullmatch(m["n"])
        ):
            return [m.span("n")]
    if own := names.issuer_named(told):
        return [own]
    if (headed := _HEADED.search(text, 0, body)) and not LABEL.fullmatch(headed["n"]):
        return [headed.span("n")]
    for start, end in [(0, body), *spans]:
        verb = _DOES.search(text, start, end)
        who = names.subject(start, verb.start()) if verb else None
        if who and not _FROM.search(text[max(start, who.start - 8) : who.start]):
            return [who.full]
    return []


def _whole_consortium(
    names: Names, text: str, spans: list[tuple[int, int]], found: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """All members, where another sentence names the consortium of the one who is said to win."""
    if len(found) > 1:
        return found
    for start, end in spans:
        if text.find("联合体", start, end) < 0:
            continue
        together = _together(names, text, start, end)
        own = [place for place in together if text[slice(*place)] in names.issuer]
        if own and text[slice(*found[0])] in names.issuer:  # by its short name here, in full there
            together = [found[0], *(place for place in together if place not in own)]
        if found[0] in together:
            return together
    return found


def _parties(names: Names, text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The companies of a stretch that take part: not whose letter came, nor whose shareholder or parent is meant."""
    found: list[tuple[int, int]] = []
    places = [(n.start, n.end, n.full) for n in names.between(start, end)]
    if own := names.issuer_place(start):
        places += [(*m.span(), own) for m in _SELF.finditer(text, start, end)]
        beside = re.compile(rf"{re.escape(text[slice(*own)])}(?=(?:\([^()]*\))?[及与和、](?!其))")
        places += [(*m.span(), own) for m in beside.finditer(text, start, end)]
    for first, last, full in sorted(places):
        if last > end or full in found:
            continue
        if _FROM.search(text[max(start, first - 8) : first]) or _OF.match(text, last):
            continue
        if any(full[0] <= a and b <= full[1] for a, b in found):
            continue
        found.append(full)
    return found


def _together(names: Names, text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The members of a consortium (甲、乙和丙组成的联合体)."""
    m = _CONSORTIUM.search(text, start, end)
    if m is None:
        return []
    stop = m.start()
    at = max(start, stop - 160, *(text.rfind(mark, start, stop) + 1 for mark in "，。；:\n"))
    found: list[tuple[int, int]] = []
    for cut in [*_AND.finditer(text, at, stop), None]:
        first, last = at, cut.start() if cut else stop
        at = cut.end() if cut else last
        if inside := _parties(names, text, first, last):
            found += inside
            continue
        lead = re.match(
            r"(?:确定|由)?(?:本?公司)?(?:的|之)?[\u4e00-\u9fff]{0,3}(?:全资|控股)?(?:子公司|下属|所属|孙公司)|近日|由|确定",
            text[first:last],
        )
        first += lead.end() if lead else 0
        limit = 24 if not text[first:last].isascii() else 40
        if 4 <= last - first <= limit and not re.search(r"\d|联合体|单位$", text[first:last]):
            found.append((first, last))
    return found if len(found) > 1 else []
