"""Pledges of shares and their releases: one fact for each transaction, with the holder's totals.

Fields: `holder`, `shares`, `ratio_of_holding`, `ratio_of_total`, `pledgee`, `date` (of the pledge, or of the release),
`from` and `to` (a pledge's term; in a release when the pledge began), `holding_shares`, `holding_ratio`, and
`cum_shares`, `cum_ratio_of_holding`, `cum_ratio_of_total`: what is pledged after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.filings.checks import Fields, slack
from pipeline.filings.names import Name, Names
from pipeline.filings.record import Filing
from pipeline.model import Check, Day, Fact, Number

READ = 12_000  # characters
_RELEASE = re.compile(
    r"解压|解除(?:了)?(?:[^，。；]{0,24}?)?(?:的)?(?:股[份票权])?质押|质押(?:股[份票权])?(?:的)?(?:[^，。；延]{0,6})?(?:解除|解押)|解押|解质|(?<!延期)(?<!股票质押式)(?<!质押式)购回(?!交易|期|日)|(?:进行|予以|全部)了?解除"
)
_PLEDGE = re.compile(r"质押|质出")
_DELAY = re.compile(r"延期购回|购回[^。；]{0,6}延期|展期")
_LOAN = re.compile(r"子公司[^。；]{0,12}股权[^。；]{0,10}质押|股权出质")
# What a count of shares is, by the words just before it.
_CAPITAL = re.compile(r"(?:总股本|股本总[额数]|总股数|股份总[数额])(?:为|的|[^，。；]{0,4})$")
_CUM = re.compile(
    r"(?:累计|剩余|尚|仍|余|处于|合计|共|总共|总计|目前|现)[^。；，]{0,24}(?:质押|冻结)[^。；，]{0,16}$|(?:质押|质押式回购)(?:的)?(?:股[份票权])?(?:总[数计额]|的?总股|股份数|余额|合计|累计|共计|数量?累计|总股数)[^。；，]{0,8}$"
    r"|持有(?:的)?质押股[份票]$|质押(?:股[份票权])?(?:总?数量?)(?:约|合计|累计|共)?为?(?:约|近)?$|(?:处于|其中|所|已)[^。；，]{0,8}质押(?:状态)?(?:的)?(?:股[份票权])?(?:数量?)?(?:为|共|合计|约)*$"
)
_HOLDING = re.compile(
    r"持有?(?!的?[^，。；]{0,12}质押)[^。；，]{0,24}(?:股[份票权])?(?:总数|数量|数额|合计|共计|数)?(?:为|合计|共|约)*$|持股(?:总?数量?|总数)?(?:为|合计|共)?$"
)
_THIS = re.compile(r"(?:本次|此次)(?![^，。；]{0,14}后)|[该上]述?部分")
_ABOUT = re.compile(r"押|解质|购回|解压")
_ELSEWHERE_BEFORE = re.compile(r"截[至止]$|详见[^，。；]{0,8}$|因[^，。；]{0,6}于$|刊登|披露")
_ELSEWHERE_AFTER = re.compile(
    r"，?[^，。；]{0,22}(?:接到|收到|获悉|接[^，。；]{2,12}通知|披露|刊登|公告|召开|发布|总股本|实施(?:了|完成|每|\d|“|年|权|利)|权益分派|转增)"
)
_ENDS = re.compile(
    r"(?:(?:购回|回购|赎回)(?:交易)?(?:日期?|到期日)?|到期日?|解除日|延期|终止日)[^，。；]{0,6}$|(?:期限|日|起|\d)[^，。；]{0,4}[至到]$|[-~]$"
)
_BEGINS = re.compile(r"(?:初始交易日?|交易时间|期限|起始日|开始日)(?:期)?(?:自|为|从|是|:)*$|(?<![来])自$")
_GIVEN_THEN = re.compile(
    r"(?:(?!解除|解押|解质|购回|将|把)[^，,。；(]){0,24}(?:质押给|质押于)"
    r"|(?![^。；，,]{0,70}(?:购回|解除|解押|解质))[^，。；]{0,12}(?:与[^，。；]{2,30}(?:进行|办理|开展)[^，。；]{0,12}(?:质押|回购)|办理(?:了)?(?:股[票份权])?质押)"
)
_BARE_PLEDGEE = re.compile(
    r"(?:质押给了?|质押于)([\u4e00-\u9fff]{2,14}?)(?=的|，|。|；|,|、|\(|用于|进行|办理|并|\d|$|以|公司股)"
)
_FREED_LATER = re.compile(r"[^，。；\d]{0,24}[，,]?现?已[^，。；]{0,30}(?:解除|解押|解质|购回)")
_GROWS = re.compile(r"(?:股[份票])?(?:转增|变|增加?|调整|变更|增长)(?:至|为|成|到)")
_GROWN = re.compile(r"(?:转增|变|增加?|调整|变更|增长)(?:至|为|成|到)了?$")
_ADDED = re.compile(r"增加$|转增$|增加了?$")
_TO_PLEDGEE = re.compile(
    r"质押给了?|质押于|出质给|质押予|质押至|质押到|与|向|质权人(?:为|是|:|系)?|抵押给|融出方(?:为|是)?"
)
_HOLDER_OF = re.compile(r"股东|控制人|董事长|先生|女士|一致行动人")


@dataclass
class _Deal:
    """One transaction as it is told."""

    release: bool
    shares: Number | None
    holder: Name | None = None
    pledgee: Name | None = None
    ratios: dict[str, Number] = field(default_factory=dict)
    day: Day | None = None
    begin: Day | None = None
    end: Day | None = None
    at: int = 0


def facts(filing: Filing) -> list[Fact]:
    return _facts(filing, release=False)


def releases(filing: Filing) -> list[Fact]:
    return _facts(filing, release=True)


def _facts(filing: Filing, *, release: bool) -> list[Fact]:
    if "押" not in filing.text and "购回" not in filing.text and "解质" not in filing.text:
        return []
    reader = _Reader(filing)
    deals = [d for d in reader.deals() if d.release == release]
    if not deals and reader.holder is not None and (_RELEASE if release else _PLEDGE).search(filing.text):
        deals = [
            _Deal(release=release, shares=None, holder=reader.holder)
        ]  # the figures stand in a lost table
    return [fact for d in deals if (fact := reader.fact(d))]


class _Reader:
    def __init__(self, filing: Filing) -> None:
        self.filing = filing
        self.text = filing.text
        self.names = Names(self.text[:READ])
        self.figures = filing.figures
        self.days = filing.days
        self.holder: Name | None = None  # of the first sentence that speaks of pledges

    # -------------------------------------------------------- the transactions

    def deals(self) -> list[_Deal]:
        found: list[_Deal] = []
        self.totals: list[tuple[int, Fields, Name | None]] = []
        holder: Name | None = None
        waiting: Day | None = None  # the day of an act whose count comes in a later sentence
        title_end = self.filing.view.title_end
        spans = [s for s in self.filing.sentences if s[0] < READ]
        for start, end in spans:
            sentence = self.text[start:end]
            holder = self._holder(start, end, holder)
            if start < title_end and len(spans) > 2:
                continue
            self._read_totals(start, end, holder)
            if not _ABOUT.search(sentence) or _DELAY.search(sentence):
                continue
            told = self._told(start, end, holder)
            self._share_out(told, start, end)
            if not told:
                waiting = self._without_count(found, start, end) or waiting
            for deal in told:
                if deal.release and (deal.pledgee is None or deal.begin is None):
                    self._inherit(deal, found)
                if deal.day is None and "同日" in sentence and found:
                    deal.day = found[-1].day
                if deal.day is None and deal.begin is None and waiting is not None:
                    deal.day = waiting
            found += told
            if self.holder is None:
                self.holder = holder
        return _distinct(found)

    def _share_out(self, told: list[_Deal], start: int, end: int) -> None:
        """`于A日、B日分别将N股、M股…`: the days go to the counts in their order."""
        days = [
            d
            for d in self.days
            if start <= d.start < end and self._day_role(d, start, end, release=False) == "act"
        ]
        if len(told) < 2 or len(days) < 2 or "分别" not in self.text[start:end]:
            return
        rows = [days[i : i + len(told)] for i in range(len(days) - len(told) + 1)]
        for row in rows:
            if all(
                re.fullmatch(r"[、，和及]", self.text[a.end : b.start])
                for a, b in zip(row, row[1:], strict=False)
            ):
                for deal, day in zip(told, row, strict=True):
                    deal.day = day
                return

    def _without_count(self, found: list[_Deal], start: int, end: int) -> Day | None:
        """A sentence that adds days to what was told before (该笔质押于…办理登记, 质押期限至…)."""
        day = None
        for d in self.days:
            if not start <= d.start < end:
                continue
            release = _RELEASE.search(self.text, start, end) is not None
            role = self._day_role(d, start, end, release=release)
            last = [x for x in found[-2:] if x.release == release or role in ("end", "begin")]
            if role == "act":
                day = d
            for deal in last:
                if role == "end" and deal.end is None:
                    deal.end = d
                elif role == "begin" and deal.begin is None and not deal.release:
                    deal.begin = d
                elif role == "act" and deal.day is None:
                    deal.day = d
        return day

    def _inherit(self, deal: _Deal, found: list[_Deal]) -> None:
        """A release says of which pledge told before it is (上述 …): its pledgee and the day that it began."""
        for old in reversed(found):
            if old.release or (
                deal.holder and old.holder and self.names.word(old.holder) != self.names.word(deal.holder)
            ):
                continue
            deal.pledgee = deal.pledgee or old.pledgee
            deal.begin = deal.begin or old.begin or old.day
            deal.end = deal.end or old.end
            return

    def _holder(self, start: int, end: int, before: Name | None) -> Name | None:
        """Whose shares a sentence is about: its first name that is no pledgee's and not the company's."""
        for name in self.names.between(start, end):
            if (
                self.names.is_issuer(name)
                or self._is_pledgee(name, start)
                or "登记结算" in self.names.word(name)
            ):
                continue
            return name
        return before

    def _is_pledgee(self, name: Name, start: int) -> bool:
        left = self.text[max(start, name.start - 8) : name.start]
        if _TO_PLEDGEE.search(left[-6:]) and not left.endswith(("收到", "股东")):
            return True
        word = self.names.word(name)
        return bool(re.search(r"银行|证券|信托|资产管理|担保|登记结算", word)) and not _HOLDER_OF.search(left)

    def _told(self, start: int, end: int, holder: Name | None) -> list[_Deal]:
        text = self.text
        found: list[_Deal] = []
        figures = [n for n in self.figures if start <= n.start < end]
        floor = told_to = start
        for i, number in enumerate(figures):
            if number.base_unit != "股" or number.base is None or (number.base < 1000 and number.value < 100):
                continue
            left = text[floor : number.start]
            limit = next((n.start for n in figures[i + 1 :] if n.base_unit == "股"), end)
            right = text[number.end : limit]
            if self._changed(found, number, floor):
                if found and found[-1].day is None:
                    self._dates(found[-1], start, end, number, told_to)
                floor = number.end
                continue
            kind = self._kind(text[start : number.start], left, right, text[number.end : end])
            floor = number.end
            opened = text.rfind("(", start, number.start)
            if opened > text.rfind(")", start, number.start) and not _ABOUT.search(
                text, opened, number.start
            ):
                continue  # parts of the count before, or the share capital
            if re.match(
                r"(?:股[份票])?(?:中的?|的?其中)|[^，。；]{0,16}部分(?:解除|解押|解压|股[份票]解)", right
            ):
                continue
            if kind not in ("pledge", "release"):
                continue
            deal = _Deal(release=kind == "release", shares=number, at=number.start)
            deal.ratios = self._ratios(figures[i + 1 :], limit)
            deal.holder = self._nearest_holder(start, number.start, limit) or holder
            deal.pledgee = self._pledgee(start, number.start, limit, end, told_to)
            self._dates(deal, start, end, number, told_to)
            told_to = number.end
            found.append(deal)
        return found

    def _changed(self, found: list[_Deal], number: Number, floor: int) -> bool:
        """Whether bonus shares made one count of another (由A股转增至B股): the deal is of the later count."""
        left, right = self.text[floor : number.start], self.text[number.end : number.end + 10]
        if _GROWS.match(right) or _ADDED.search(left):
            return True
        if _GROWN.search(left):
            if found:
                found[-1].shares = number
            return True
        return False

    def _kind(self, before: str, left: str, right: str, rest: str) -> str:
        """What a count of shares is: pledge, release, cum, holding, capital, or nothing of these."""
        clause = re.split(r"[，。；,;(]", re.sub(r"\([^()]*\)", "", left))[-1]
        after = re.split(r"[，。；]", right)[0]
        further = re.sub(r"\([^()]*\)", "", rest[:200])
        if re.search(r"此前|前(?:已|累计)|^前", clause) and "累计" in clause:
            return "earlier"
        if re.search(r"尚(?:有|余)|剩余", clause) and "质押" in after:
            return "cum"
        if re.match(r"(?:[^，。；]{0,14})?(?:处于|尚|仍)[^，。；]{0,6}(?:质押|冻结)", after):
            return "cum"
        if _CUM.search(clause) and not _THIS.search(clause):
            return "cum"
        if _CAPITAL.search(clause):
            return "capital"
        acts = _RELEASE.search(left) or _RELEASE.search(after) or _PLEDGE.search(after)
        if (
            _HOLDING.search(clause)
            and not re.search(r"将[^，。；]{0,14}持|其(?:所)?持有的", clause)
            and not re.match(r"[^，。；]{0,90}(?:质押|解除|解押|购回|办理)", after)
        ):
            return "holding"
        if _FREED_LATER.match(further):
            return "release"
        if _RELEASE.search(after) or (
            _RELEASE.search(left)
            and not re.search(
                r"质押给|再质押|质押登记|进行[^，。；]{0,6}质押|质押(?=\d|$)", left[_end(_RELEASE, left) :]
            )
        ):
            return "release"
        if _PLEDGE.search(left) or _PLEDGE.search(after):
            return "pledge"
        if acts is None and _RELEASE.search(before):
            return "release"
        if _PLEDGE.search(before) or _PLEDGE.search(right):
            return "release" if _RELEASE.search(before) or _RELEASE.search(right) else "pledge"
        return ""

    def _ratios(self, figures: list[Number], limit: int) -> dict[str, Number]:
        found: dict[str, Number] = {}
        for n in figures:
            if n.start >= limit:
                break
            if n.base_unit != "%":
                continue
            left = self.text[max(0, n.start - 40) : n.start]
            left = left[
                max(left.rfind("，"), left.rfind("%"), left.rfind("；"), left.rfind("、"), left.rfind("("))
                + 1 :
            ]
            if "占" not in left and "比" not in left:
                continue
            if re.search(
                r"总股本|股本总|总股数|股份总[数额](?!的)|公司股份|总股份|公司总|发行在外", left
            ) and not re.search(r"持(?:有|股)|所持", left):
                found.setdefault("ratio_of_total", n)
            elif re.search(r"持", left):
                found.setdefault("ratio_of_holding", n)
            elif re.search(r"股本|股份", left):
                found.setdefault("ratio_of_total", n)
        return found

    def _nearest_holder(self, start: int, at: int, limit: int) -> Name | None:
        """The holder named last before the count."""
        found = None
        for name in self.names.between(start, at):
            if not (self.names.is_issuer(name) or self._is_pledgee(name, start)):
                found = name
        return found

    def _pledgee(self, start: int, at: int, limit: int, end: int, floor: int) -> Name | None:
        text = self.text
        best: Name | None = None
        for name in self.names.between(start, end):
            if self.names.is_issuer(name) or "登记结算" in self.names.word(name):
                continue
            left = text[max(start, name.start - 8) : name.start]
            at_house = (
                left.endswith("在")
                and re.match(r"[^，。；]{0,4}(?:办理|进行)", text[name.end : name.end + 8]) is not None
            )
            if (_TO_PLEDGEE.search(left[-6:]) or at_house) and not left.endswith("收到"):
                if name.start < at or name.start < limit:
                    best = name if best is None or name.start < at else best
        if best is None and (bare := _BARE_PLEDGEE.search(text, floor, limit)):
            return Name(*bare.span(1), bare.span(1))
        return best

    def _day_role(self, d: Day, start: int, end: int, *, release: bool) -> str:
        """act, begin, end, or nothing that matters."""
        text = self.text
        after, before = text[d.end : min(end, d.end + 70)], text[max(start, d.start - 18) : d.start]
        if _ELSEWHERE_BEFORE.search(before) or _ELSEWHERE_AFTER.match(after):
            return ""
        if _ENDS.search(before):
            return "end"
        if _BEGINS.search(before) or re.match(r"(?:起)?(?:至|-|~)(?=\d|办|质|双|解|申)", after):
            return "begin"
        if release and _GIVEN_THEN.match(after):
            return "begin"
        return "act"

    def _dates(self, deal: _Deal, start: int, end: int, number: Number, floor: int) -> None:
        """Days before the count, then those after it up to the next count."""
        counts = [n for n in self.figures if number.end < n.start < end and n.base_unit == "股"]
        limit = counts[0].start if counts else end
        near = [
            d
            for d in self.days
            if floor <= d.start < limit and self._day_role(d, start, end, release=deal.release)
        ]
        for d in near or [d for d in self.days if start <= d.start < limit]:
            role = self._day_role(d, start, end, release=deal.release)
            if role == "begin":
                deal.begin = d if deal.begin is None or d.start < number.start else deal.begin
            elif role == "end":
                deal.end = deal.end or d
            elif role == "act":
                if d.start < number.start or deal.day is None:
                    deal.day = d
                elif (
                    deal.release
                    and re.match(r"[^，。；]{0,30}(?:解除|解押|解质|购回|办理)", self.text[d.end : end])
                    and deal.begin is None
                ):
                    deal.begin, deal.day = deal.day, d

    # -------------------------------------------------------- totals

    def _read_totals(self, start: int, end: int, holder: Name | None) -> None:
        text = self.text
        fields: Fields = {}
        figures = [n for n in self.figures if start <= n.start < end]
        floor = start
        kind = ""
        for i, n in enumerate(figures):
            left = text[floor : n.start]
            floor = n.end
            opened = text.rfind("(", start, n.start)
            if n.base_unit == "股" and opened > text.rfind(")", start, n.start):
                continue  # parts of the count before
            if _GROWS.match(text, n.end) or _GROWN.search(left):
                continue
            if n.base_unit == "股":
                limit = next((m.start for m in figures[i + 1 :] if m.base_unit == "股"), end)
                kind = self._kind(text[start : n.start], left, text[n.end : limit], text[n.end : end])
                if (
                    kind == "holding"
                    and "cum_shares" not in fields
                    and ("holding_shares" not in fields or "合计" in _clause_of(left))
                ):
                    fields["holding_shares"] = n
                    if (
                        r := self._ratios(figures[i + 1 :], self._skip(figures, i, end))
                    ) and "ratio_of_total" in r:
                        fields["holding_ratio"] = r["ratio_of_total"]
                elif kind == "cum" and "cum_shares" not in fields:
                    fields["cum_shares"] = n
                    for name, value in self._ratios(figures[i + 1 :], self._skip(figures, i, end)).items():
                        fields[f"cum_{name}"] = value
        if fields:
            self.totals.append((start, fields, holder))

    def _skip(self, figures: list[Number], i: int, end: int) -> int:
        """Where the ratios of a count end: at the next count that is not the share capital's."""
        for n in figures[i + 1 :]:
            if n.base_unit == "股" and not re.search(
                r"(?:股本|总股数|股份总[数额])[^，。；]{0,4}$", self.text[max(0, n.start - 12) : n.start]
            ):
                return n.start
        return end

    # -------------------------------------------------------- the fact

    def fact(self, deal: _Deal) -> Fact | None:
        f = self.filing
        fields: Fields = {}
        if deal.holder is not None:
            fields["holder"] = f.name(*deal.holder.full)
        if deal.shares is not None:
            fields["shares"] = f.number(deal.shares)
        for name in ("ratio_of_holding", "ratio_of_total"):
            if name in deal.ratios:
                fields[name] = f.number(deal.ratios[name])
        if deal.pledgee is not None:
            fields["pledgee"] = f.name(*deal.pledgee.full)
        if deal.day is not None:
            fields["date"] = f.day(deal.day)
        if deal.begin is not None:
            fields["from"] = f.day(deal.begin)
        if deal.end is not None:
            fields["to"] = f.day(deal.end)
        whose = self.names.word(deal.holder) if deal.holder else None
        for _, total, holder in self.totals:
            if holder is not None and whose is not None and self.names.word(holder) != whose:
                continue
            for name, value in total.items():
                if name not in fields and isinstance(value, Number):
                    fields[name] = f.number(value)
        if not fields:
            return None
        kind = "pledge_release" if deal.release else "pledge"
        made = [
            c
            for c in (
                _ratio_check(fields, "shares", "holding_shares", "ratio_of_holding"),
                _ratio_check(fields, "cum_shares", "holding_shares", "cum_ratio_of_holding"),
            )
            if c
        ]
        return Fact(kind=kind, company=f.company, fields=fields, checks=tuple(made))


def _end(pattern: re.Pattern[str], text: str) -> int:
    last = 0
    for m in pattern.finditer(text):
        last = m.end()
    return last


def _clause_of(left: str) -> str:
    return re.split(r"[，。；,;]", left)[-1]


def _distinct(deals: list[_Deal]) -> list[_Deal]:
    """A transaction told twice is one: the telling that says more."""
    kept: dict[tuple[bool, object, object], _Deal] = {}
    for deal in deals:
        key = (
            deal.release,
            deal.shares.base if deal.shares else None,
            deal.holder.full if deal.holder else None,
        )
        old = kept.get(key)
        if old is None:
            kept[key] = deal
        else:
            old.pledgee = old.pledgee or deal.pledgee
            old.day, old.begin, old.end = old.day or deal.day, old.begin or deal.begin, old.end or deal.end
            old.ratios = {**deal.ratios, **old.ratios}
    return list(kept.values())


def _ratio_check(fields: Fields, part: str, whole: str, ratio: str) -> Check | None:
    """part ÷ whole = ratio, within the rounding of the printed digits."""
    a, b, r = fields.get(part), fields.get(whole), fields.get(ratio)
    if (
        not (isinstance(a, Number) and isinstance(b, Number) and isinstance(r, Number))
        or not a.base
        or not b.base
    ):
        return None
    low = (a.base - slack(a)) / (b.base + slack(b)) * 100
    high = (a.base + slack(a)) / max(b.base - slack(b), slack(b)) * 100
    ok = low - slack(r) <= r.value <= high + slack(r)
    detail = f"{a.text} ÷ {b.text} = {a.base / b.base * 100:.2f}%，公告为 {r.text}"
    return Check(name=f"{part}/{whole}={ratio}", ok=ok, detail=detail, fields=(part, whole, ratio))
