"""The figures of a buyback by the words around them: bounds of the plan, and what has been bought.

A figure's role comes from its lead: the words between it and the figure (or sentence) before it. A lead
without a label (`，不超过`) keeps the label of the figure before. What was bought is gathered into records
(a day, a month, a total, each printed with its own count, ratio, prices and sum); `Reading.total` is the
one with the most shares, since a cumulative count never falls.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.filings.numbers import CURRENCIES, SCALES, figures, with_unit
from pipeline.filings.record import Filing
from pipeline.model import Number

CELL, TAIL = 24, 8  # characters of a line that may be a cell of a table, and of a label's torn end
READ = 40_000  # characters; what follows in a longer filing repeats or concerns something else

_LOW = re.compile(
    r"(?:不低于|不少于|不小于|不高?低于|下限(?:[^，,。]{0,6}(?:为|至|是))?|至少|大于等于|最低(?:限额)?)[:(（\s|]*(?:人民币|港币|含|每股|约)*$"
)
_HIGH = re.compile(
    r"(?:不超过?|不高于|不多于|不大于|上限(?:[^，,。]{0,6}(?:为|至|是|不超过))?|至多|最多|小于等于|限额(?:不超过|为)?|最高(?:限额|金额|总额|不超过|为)?)[:(（\s|]*(?:人民币|港币|含|每股|约)*$"
)
_RANGE = re.compile(
    r"^/?(?:元(?:人民币)?)?(?:\([^)]{0,10}\))?(?:-+|~+|至|到|－)(?:不超过)?(?:每股)?(?:人民币|港币)?$"
)
_BETWEEN = re.compile(r"介[乎于]?[^，,。;；\d]{0,6}$")  # 介乎A及B
_AND = re.compile(r"^(?:及|和|与)(?:人民币|港币)?$")
_BASIS = re.compile(r"(?:若|假设)?按(?:照)?[^，,。;；]{0,16}$")  # 按回购金额5000万元计算
_WITHIN = re.compile(r"\(?[^，,。)]{0,4}\)?(?:以内|以下|上限)")
_PRICE = re.compile(r"每股|(?<![竞总代])价(?!值|款|回购|交易)|股价")
_AMOUNT = re.compile(
    r"金额|资金|总额|规模|耗资|斥|涉资|出资|支付|使用|花费|耗用|动用|投入|价款|代价|总价(?!值)|耗费|花"
)
_PAID = re.compile(
    r"(?:耗资|斥资?|涉资|出资|付出|花费|耗用|耗费|支付|成交|使用|动用|投入|实际|累计|已用|回购)[^，,。;；]{0,24}?(?:总?金额|总额|资金|价款|总资金|代价|款)?[^，,。;；]{0,14}$|(?:总?金额|总额|资金总额|价款|代价|总(?:购买|购回|回购)?价)(?:\([^)]{0,20}\))?[^，,。;；]{0,14}$"
)
_NOT_MONEY = re.compile(
    r"注册资本|净资产|总资产|流动资产|净利润|营业|收入|利润|贷款|授信|担保|募集资金(?!账户)|发行|债券|面值|市值|货币资金|负债|理财|票面|套现|减持|手续费为|佣金为|补偿"
)
_NOT_PRICE = re.compile(
    r"均价|平均|收盘|开盘|最新价|现价|股价报|涨停|跌停|净资产|收益|面值|派|股息|红利|转股|授予|行权|受让|过户|成本|[市]价|交易价(?!格)|最[高低]交易价"
)
_MEAN = re.compile(
    r"(?:回购|成交|购回|购买|每股)(?:的|股份)?(?:成交)?(?:均价|平均价格?|平均价格)[^，,。;；\d]{0,4}$|平均每股(?:人民币|港币)?$|每股平均[^，,。;；\d]{0,6}$|^[，,、]均价[为约]?$"
)
_NOT_SHARES = re.compile(
    r"总股本|股本(?:总额|总数)?|股份总数|总股份|成交量|持有(?!的回购)|授予|限售|解锁|解除|归属|注册资本|发行(?!在外)|激励|转增|过户|转让|增持|减持|每\d*股|以[^，]{0,12}为基数|委托|可转换|质押|冻结|无限售|所持有的|剩余|剩馀|基数"
)
_REST = re.compile(
    r"(?:扣除|扣减|剔除)[^，]{0,10}$|每$|剩余可?(?:购回|回购)[^，,。;；]{0,8}$|(?:账户|专户)(?:(?!回购|买入|购买|购回)[^，,。;；]){0,14}$"
)  # what an account holds, what is left out of a base, a unit of account
_NO_PURCHASE = re.compile(
    r"\)?为基数|(?:股份|股票)?(?:已)?过户|(?:股份)?(?:将|拟|已)?用于|(?:股份|股票)?(?:无偿|已?非交易)|(?:股份|股票)?[^，,。;；\d]{0,6}注销"
)
_OF_THEM = re.compile(r"[^，,。;；\d]{0,4}[，,(]?(?:其中|和|及|、)")  # a part of the count before it
_ESTIMATE = re.compile(r"测算|预计|约为?|若|假设|计算|可回购|对应|折合|上限为基准|下限为基准|左右|估")
_WORKED_OUT_FROM = re.compile(
    r"(?:(?:金额|总额|资金|规模)[^，,。;；\d]{0,6}|按(?:照)?)(?:(?P<floor>下限|最低)|上限|最高)"
)
_PLAN = re.compile(
    r"拟|计划|方案|预计|将(?:以|使用|用|斥|花|出|在)|预案|提议|建议|议案|授权|不超|不低于|区间"
)
_DONE = re.compile(
    r"已|累计|截[至止]|完成|首次|实际|共计?|合计|总计|成交|当日|本次回购的?股份|耗资|斥资|涉资|支付"
)
# What is said of the market, not of one company: 862家上市公司, 沪深两市, 均超1.6亿股
MARKET = re.compile(r"\d家(?:次|[^，,。;；\d]{0,6}公司)|[沪深]{1,2}(?:两市|市上市公司)")
_EACH_OF = re.compile(r"均(?:超|达|为)?(?:过|到)?(?:约)?$")
_BUYS = re.compile(r"回购(?!专用|专户|方案|期限|用途|价格|证券账户)|购回|买入|购买|买回")
_BUY = re.compile(r"回购|购回|买入|购买|买回")
_CAPITAL = re.compile(r"总股本|股本|股份总|总股份|已发行|发行在外|总股数|股份的|股份数")
_RATIO = re.compile(r"占|比例|达到?|约|累计回购|回购")
_NOT_RATIO = re.compile(
    r"增加|较上|变动|150|25%|每5个|净资产|总资产|流动|差异|不足|均价|计划|方案|上限的|下限的|拟回购|增长|下降|上涨|下跌|涨幅|跌幅|目标|规模"
)
_CLASS = re.compile(r"[HAB]股")
_CANCELLED = re.compile(r"(?<!未)注销(?:了)?(?:已?(?:购回|回购)的?)?$")  # shares bought before
_TAKEN = re.compile(r"限制性股票|激励对象|回购注销|补偿股份|应补偿|业绩承诺")
_NEW = re.compile(
    r"(?:调整|增加|提高|提升|上调|变更|修改|修订|下调|降低|现调)(?:后?的?[^，,。;；]{0,14})?(?:为|至|到|不超过|不低于|不高于)[:“]*(?:不超过?|不低于|不高于)?(?:人民币|港币)?$|调整后[^，,。;；]{0,24}$"
)
_OLD = re.compile(
    r"(?:由|从|原)(?:原来的?|回购价格?上限|[:“]|不超过?|不低于|不高于|人民币|为)*$|调整前[^，,。;；]{0,24}$"
)
# A second bound of what was just said to be old or new: `，不超过`
_CONTINUES = re.compile(
    r"(?:\([^)]{0,14}\))?[，,、]?(?:且|和|及)?(?:不超过?|不低于|不高于|不少于|不多于)(?:人民币|港币)?"
)
# A row of the table that opens a Shanghai filing: it states what is in force.
_ROW = re.compile(
    r"(?<=[\n\t|元股日%)])(?:回购价格上限|预计回购(?:金额|数量|股份数量)|(?:拟)?回购资金总额)[\s|:]*(?:不超过)?(?:人民币)?$"
)
# The price cell of that table as PDF text tears it: figures first, their units after them.
_LABEL_ENDS = re.compile(r"[:：。；;√☑■□]")
_TORN = re.compile(r"价格区间[\s|:]*(\d+\.\d+/?[~-]+\d+\.\d+)/")
_MONTH = re.compile(
    r"(?<![至止到])(?:\d{4}年)?\d{1,2}月(?:份|期间|内|中|,|，|(?=[^\d日底末初至]))|本月|当月|上月|报告期内"
)
_TOTAL = re.compile(r"截[至止]|累计|共计|[合总]计|合共|总计|全部|实施完|届满|结果|最终|实际")
THIS_YEAR = re.compile(r"本年度?内?至今(?:为止)?")
_DEED = re.compile(r"\d{1,2}月\d{1,2}日?|同日|当日")


@dataclass
class Bought:
    """One statement of what was bought. `lead` is the stretch of text that introduces it."""

    lead: tuple[int, int]
    sentence: tuple[int, int]
    fields: dict[str, Number] = field(default_factory=dict)
    month: bool = False
    total: bool = False
    headline: bool = False
    year: bool = False  # the count of the year so far, as Hong Kong's forms tell it
    day: str = ""  # the day of the deed as printed, where the words give one (8月7日)

    @property
    def shares(self) -> Decimal:
        number = self.fields.get("shares_repurchased")
        return number.base if number is not None and number.base is not None else Decimal(0)


@dataclass
class Reading:
    """`bounds` per role in the order of the text: (figure, 0 stated, 1 it replaces an earlier one, 2 of the table)."""

    bounds: dict[str, list[tuple[Number, int]]] = field(default_factory=dict)
    bought: list[Bought] = field(default_factory=list)

    def bound(self, role: str) -> Number | None:
        """The bound in force: that of the table, else the last that replaces another, else the first stated."""
        stated = self.bounds.get(role, [])
        rank = max((rank for _, rank in stated), default=0)
        best = [number for number, of in stated if of == rank]
        return None if not best else best[-1] if rank == 1 else best[0]

    def further_plans(self) -> Iterator[dict[str, Number]]:
        """Plans of other companies in one piece of news: two bounds at least that differ from the first plan's."""
        stated: dict[str, list[Number]] = {
            role: list({n.base: n for n, rank in reversed(self.bounds[role]) if not rank}.values())[::-1]
            for role in ("amount_min", "amount_max", "price_cap", "shares_min", "shares_max")
            if role in self.bounds
        }
        for i in range(1, max(map(len, stated.values()), default=0)):
            plan = {role: numbers[i] for role, numbers in stated.items() if len(numbers) > i}
            if len(plan) > 1:
                yield plan

    def companies(self) -> list[Bought]:
        """Totals of several companies in one piece of news: of one day, which no company has two of."""
        told = [b for b in self.bought if b.total and b.day and b.shares and not b.month and not b.headline]
        by_count = {b.shares: b for b in reversed(told) if b.day == told[-1].day}
        apart = [b for b in told if by_count.get(b.shares) is b and len(b.fields) > 2]
        return apart if len(apart) > 1 else []

    def total(self) -> Bought | None:
        """The record with the most shares, completed by others of the same count."""
        pool = [b for b in self.bought if not b.headline] or self.bought
        counted = [b for b in pool if b.shares]
        if not counted:
            counted = [
                b for b in pool if len(b.fields) > 1 or b.fields.keys() & {"amount_paid", "ratio_repurchased"}
            ]
            return max(counted, key=lambda b: len(b.fields)) if counted else None
        most = max(b.shares for b in counted)
        if len({b.day for b in counted if b.day and not b.total}) > 1 and not any(b.total for b in counted):
            return None  # purchases of several days and no sum of them
        same = [b for b in counted if b.shares >= most * Decimal("0.9995") and not (b.month and not b.total)]
        same = same or [b for b in counted if b.shares >= most * Decimal("0.9995")]
        same = [b for b in same if b.year] or same
        best = max(same, key=lambda b: (len(b.fields), b.shares))
        for other in same + [b for b in self.bought if b.headline and not b.shares]:
            for name, number in other.fields.items():
                best.fields.setdefault(name, number)
        return best

    def month(self) -> Bought | None:
        return next((b for b in self.bought if b.month and b.shares and not b.headline), None)

    def purchases(self, total: Bought | None) -> list[Bought]:
        """What was bought in a day or a month, told beside the total; each count once."""
        found: dict[tuple[Decimal, bool], Bought] = {}
        for record in self.bought:
            alone = record.month and record is not total
            if record.headline or not record.shares or not (alone or record.day):
                continue
            if record is total:
                continue
            if not alone and total is not None and record.shares == total.shares and not total.year:
                continue
            kept = found.setdefault((record.shares, alone), record)
            for name, number in record.fields.items():
                kept.fields.setdefault(name, number)
        return list(found.values())


def read(filing: Filing) -> Reading:
    """All figures of the filing that are the programme's, in one pass over its sentences."""
    text, found = filing.text, Reading()
    numbers = [m for n in filing.figures if n.start < READ and (m := _with_base(text, n)) is not None]
    at = 0
    before: _Sentence | None = None
    label: int | None = (
        None  # where a short line without figures begins: a row's label that the cell has torn
    )
    near = 9  # sentences since the last that spoke of a buyback
    for start, end, headline in _statements(filing):
        if start > READ:
            break
        while at < len(numbers) and numbers[at].start < start:
            at += 1
        last = at
        while last < len(numbers) and numbers[last].start < end:
            last += 1
        inside = numbers[at:last]
        if inside and not headline and MARKET.search(text, start, end):
            continue
        short = end - start <= CELL and text[end - 1] == "\n"
        if label is not None and short and inside and inside[0].start - start <= TAIL:
            start = label
        label = start if short and not inside and not _LABEL_ENDS.search(text, start, end) else None
        near = 0 if _BUY.search(text, start, end) else near + 1
        if (cell := text.find("价格区间", start, end)) >= 0 and (torn := _TORN.match(text, cell, end)):
            inside += [with_unit(n, "元/股") for n in figures(text, *torn.span(1), bare=True)]
        if not inside or near > 4:
            continue
        goes_on = before is not None and text[start - 1] in "；;"
        before = _Sentence(text, start, end, headline, near, before if goes_on else None)
        before.run(inside, found)
        at = last
    return found


def _with_base(text: str, number: Number) -> Number | None:
    """The figure in base units; `1亿` without a unit is money or shares by the words before it."""
    if number.base is not None:
        return number
    if number.unit not in SCALES:
        return None
    said = re.split(r"[。;；\n]", text[max(0, number.start - 30) : number.start])[-1]
    if _AMOUNT.search(said):
        return with_unit(number, f"{number.unit}元")
    return with_unit(number, f"{number.unit}股") if re.search(r"数量|股数|股份[为约]?$", said) else None


def _statements(filing: Filing) -> Iterator[tuple[int, int, bool]]:
    """The sentences, and whether each is a headline: the title, a reprint of it, or one in 【】 before its news."""
    for start, end in filing.sentences:
        cut = filing.text.find("】", start, end) + 1
        if cut and cut < end and filing.text[start] == "【":
            yield start, cut, True
            start = cut
        yield start, end, filing.reprints(start)


class _Sentence:
    """The state within one sentence: topic of the last figure, mode of the last count, open record."""

    def __init__(
        self, text: str, start: int, end: int, headline: bool, near: int, before: _Sentence | None
    ) -> None:
        self.begin: int = before.begin if before is not None else start  # of what semicolons join
        self.text, self.start, self.end, self.headline, self.near = text, start, end, headline, near
        self.base = "max"  # the bound that an estimate is worked out from
        self.side = ""  # of the last count: min, max
        self.changed = ""  # the last bound was said to be old or new
        self.mode = ""  # of the last count: plan, estimate, done, other
        self.role = ""
        self.price = False
        self.group = start  # where the words that introduce the next record begin
        self.fresh = True
        self.counts = False

    def run(self, numbers: list[Number], found: Reading) -> None:
        self.counts = any(n.base_unit == "股" for n in numbers)
        for i, number in enumerate(numbers):
            previous = numbers[i - 1] if i else None
            following = numbers[i + 1] if i + 1 < len(numbers) else None
            lead = self.text[previous.end if previous else self.start : number.start]
            self._one(number, lead, previous, following, found)

    def _one(
        self, number: Number, lead: str, previous: Number | None, following: Number | None, found: Reading
    ) -> None:
        unit = number.base_unit or ""
        tail = previous is not None and self._linked(previous, number)
        head = following is not None and self._linked(number, following)
        if tail:
            role = self.role
            if role.endswith("_min"):
                rank = found.bounds[role][-1][1]  # that of the lower end
                found.bounds.setdefault(role[:-3] + "max", []).append((number, rank))
            elif role == "price_low":
                assert previous is not None
                self._price_range(previous, number, found)
            return
        self.role = ""
        if _EACH_OF.search(lead):
            return
        if _NEW.search(lead):
            self.changed = "new"
        elif _OLD.search(lead):
            self.changed = "old"
        elif not _CONTINUES.fullmatch(lead.strip("”“")):
            self.changed = ""
        low, high = _LOW.search(lead) is not None, _HIGH.search(lead) is not None
        if not high and _WITHIN.match(self.text, number.end):
            high = True
        if self._is_price(number, lead):
            self._price(number, lead, low, high, head, found)
        elif unit == "股":
            self._count(number, lead, low, high, head, found)
        elif unit == "%":
            self._ratio(number, lead, low, high, head, found)
        elif unit in CURRENCIES:
            self._money(number, lead, low, high, head, found)

    def _linked(self, low: Number, high: Number) -> bool:
        """Whether the two are the ends of one range: 5-6元, 介乎5元及6元; 每股 may stand before the first alone."""
        units = [(n.base_unit or "").removesuffix("/股") for n in (low, high)]
        if units[0] != units[1]:
            return False
        between = self.text[low.end : high.start]
        if _RANGE.search(between):
            return True
        return (
            _AND.search(between) is not None
            and _BETWEEN.search(self.text, max(self.start, low.start - 8), low.start) is not None
        )

    def _is_price(self, number: Number, lead: str) -> bool:
        unit = number.base_unit or ""
        if unit.endswith("/股"):
            return True
        if unit not in CURRENCIES or number.value != number.base:  # no price is in 万元
            return False
        labels = [m.end() for m in _PRICE.finditer(lead)]
        sums = [m.end() for m in _AMOUNT.finditer(lead)]
        return bool(labels) and (not sums or labels[-1] > sums[-1])

    # ------------------------------------------------------------ prices

    def _price(self, number: Number, lead: str, low: bool, high: bool, head: bool, found: Reading) -> None:
        said = lead[-40:]
        if number.value < 0:
            return
        labels = list(re.finditer(r"最?(?P<side>[高低])价|最(?P<most>[高低])", said))
        if labels and not re.search(r"最高不超过|最高限", said):
            # 最高交易价 is the market's own range, 最高成交价 what the company paid.
            last = labels[-1]
            theirs = re.search(r"最[高低]交易价", said) or _NOT_PRICE.search(said[max(0, last.start() - 7) :])
            if not theirs:
                side = "high" if "高" in last[0] else "low"
                self._done(f"price_{side}", number, found)
            return
        if _MEAN.search(said) and not high and not low and _BUY.search(self.text, self.start, self.end):
            self._done("price_avg", number, found)
            return
        if self.changed == "old":
            return
        new = (
            self.changed == "new" or "调整后" in self.text[max(self.start, number.start - 70) : number.start]
        )
        if high or (new and not re.search(r"每股收益|转股", said)):
            if not re.search(r"均价的|转股|授予|行权|受让|派", said[-14:]):
                self._bound("price_cap", number, new, found)
            return
        if _NOT_PRICE.search(said):
            return
        if head:
            self.role = "price_low"
        elif not low and _BUY.search(self.text, self.start, self.end):
            self._done("price", number, found)

    def _price_range(self, one: Number, two: Number, found: Reading) -> None:
        assert one.base is not None and two.base is not None
        low, high = (one, two) if one.base <= two.base else (two, one)
        planned = _PLAN.search(self.text, self.start, one.start) is not None
        if planned and not found.bought and not _DONE.search(self.text, self.start, one.start):
            return
        self._done("price_low", low, found)
        self._done("price_high", high, found)

    # ------------------------------------------------------------ money

    def _money(self, number: Number, lead: str, low: bool, high: bool, head: bool, found: Reading) -> None:
        said = lead[-50:]
        before = self.text[self.start : number.start]
        if (
            number.value < 0
            or (re.match(r"(?:变更|减少|增加|调整)[为至]", lead) and "注册资本" in before[-60:])
            or _NOT_MONEY.search(said[-26:])
            or (self.near and not _AMOUNT.search(said) and not (low or high))
        ):
            return
        if self.changed == "old" or (not (low or high) and _BASIS.search(lead)):
            return
        new = self.changed == "new"
        after = self.text[number.end : number.end + 16]
        if low or high or head or new:
            if head and re.search(r"已|累计|截[至止]|支付|成交", before[-30:]) and not _PLAN.search(before):
                return
            if not self.near or "回购" in before + after or _AMOUNT.search(said):
                side = "min" if low or (head and not high) else "max"
                self._bound(f"amount_{side}", number, new, found)
            return
        planned = re.search(r"拟|(?<!回购)计划|预计|提议|将(?:以|用|斥|花|出)", before[-40:])
        if planned and not re.search(
            r"已|累计|实际", before[planned.end() - 41 if len(before) > 40 else 0 :][-30:]
        ):
            if re.search(r"总额|规模|资金|斥资|出资|以|花", said) and "回购" in before + after:
                self._bound("amount_max", number, False, found)
            return
        if (
            _PAID.search(before[-60:])
            or re.match(r"(?:的?(?:总?代价|价格|总价))?(?:购回|回购|买回)", after)
            or (_BUY.search(lead) and re.match(r"(?:公司)?的?(?:[AH])?股[份票]", after))
        ):
            self._done("amount_paid", number, found)

    # ------------------------------------------------------------ counts and ratios

    def _count(self, number: Number, lead: str, low: bool, high: bool, head: bool, found: Reading) -> None:
        before = self.text[self.start : number.start]
        said = lead[-36:]
        if re.search(r"(?:总股本|股本总额|股份总数|总股份)[^，,。;；]{0,4}\($|元成交$|^成交$", lead):
            return  # the capital in brackets before its ratio; a trade told beside
        if number.value < 0:
            return
        part = self.mode in ("other", "taken") and _OF_THEM.match(lead)
        self.mode = "other"
        if part or re.search(
            r"成交量[^，。]{0,12}$|(?:减少|变更|增加?)[至为到]$|[股]本(?:将)?由$", before[-24:]
        ):
            return
        if _NO_PURCHASE.match(self.text, number.end, number.end + 16):
            return
        if _REST.search(said) or (
            _NOT_SHARES.search(said[-18:]) and not re.search(r"回购[^，]{0,12}$", said)
        ):
            return
        if _CANCELLED.search(before[-16:]):
            self.mode = "taken"
            return
        if not _BUYS.search(self.text, self.begin, number.start) and not (
            self.near <= 4 and re.search(r"数量|股数", said)
        ):
            return
        if _TAKEN.search(before[-60:]):
            self.mode = "taken"
            return
        estimate = _ESTIMATE.search(before[-60:])
        side = "min" if low or (head and not high) else "max" if high else ""
        self.side = "" if head else side
        done = _DONE.search(before[-80:])
        if estimate and not (done and not side) and not re.search(r"截[至止]|累计|已", before):
            if re.search(r"约|折合|左右", estimate[0]) and done and not side:
                pass
            elif _PLAN.search(before) or side or re.search(r"测算|预计|可回购|若|假设|对应", before):
                self.mode = "estimate"
                for said_of in _WORKED_OUT_FROM.finditer(before):
                    self.base = "min" if said_of["floor"] else "max"
                self._bound(f"shares_estimated_{side or self.base}", number, False, found)
                self.side = "" if head else side or self.base
                return
        if side:
            self.mode = "plan"
            self._bound(f"shares_{side}", number, self.changed == "new", found)
            return
        if re.search(r"拟|(?<!回购)计划(?!完成)|将[回购以]|预案", before[-30:]) and not re.search(
            r"已|累计|截[至止]", before[-30:]
        ):
            self.mode = "plan"
            self._bound("shares_max", number, False, found)
            return
        self.mode = "done"
        self._done("shares_repurchased", number, found)

    def _ratio(self, number: Number, lead: str, low: bool, high: bool, head: bool, found: Reading) -> None:
        said = (self.text[self.start : number.start] if lead.startswith(")") else lead)[-44:]
        after = self.text[number.end : number.end + 12]
        side = "min" if low or (head and not high) else "max" if high else ""
        stock = re.search(
            r"占[^，,;；。]*(?:总股本|股本|股份|股数|发行)|(?:总股本|股本总额|股份总数)[^，,]{0,6}(?:比例)?",
            said,
        )
        if (
            _NOT_RATIO.search(said[-16:])
            or (self.near and not self.mode and "占" not in said)
            or not (
                stock
                or re.match(r"(?:的?公司)?的?(?:股份|总股本)|的?公司股份", after)
                or (re.search(r"比例|占比", said) and self.mode)
            )
        ):
            return
        if self.mode in ("other", "taken"):
            return
        if (
            not self.mode
            and re.search(r"计划|不超过", self.text[self.start : number.start])
            and not _DONE.search(self.text, self.start, number.start)
        ):
            return
        if self.mode == "estimate":
            self._bound(f"ratio_estimated_{side or self.side or self.base}", number, False, found)
        elif self.mode == "plan" or (side and self.mode != "done"):
            self._bound(f"ratio_{side or self.side or 'max'}", number, False, found)
        elif not side:
            role = "ratio_repurchased"
            if _CLASS.search(said) and "总股本" not in said and "股份总数" not in said:
                role = "ratio_of_class"
            self._done(role, number, found)

    # ------------------------------------------------------------ writing down

    def _bound(self, role: str, number: Number, new: bool, found: Reading) -> None:
        row = _ROW.search(self.text, max(self.start, number.start - 20), number.start)
        found.bounds.setdefault(role, []).append((number, 2 if row else int(new)))
        if role.endswith("_min"):
            self.role = role

    def _done(self, role: str, number: Number, found: Reading) -> None:
        record = found.bought[-1] if found.bought else None
        if record is not None and self.fresh and record.sentence != (self.start, self.end):
            # A new sentence goes on with the record before, unless it states a count of its own.
            goes_on = not self.counts and record.headline == self.headline and role not in record.fields
            record = record if goes_on else None
        if record is not None and role in record.fields and record.fields[role].base != number.base:
            if record.sentence == (self.start, self.end) and role in (
                "price_high",
                "price_low",
                "ratio_repurchased",
                "price",
                "price_avg",
            ):
                return  # a second price of one record is some other price
            record = None
        if record is None:
            words = self.text[self.group : number.start]
            said = re.split(r"公布|公告|\||消息|称[，,]", words)[
                -1
            ]  # the day of the news is not the day of the deed
            days = _DEED.findall(said)
            record = Bought(
                lead=(self.group, number.start),
                sentence=(self.start, self.end),
                month=_MONTH.search(said) is not None and re.search(r"\d日|截[至止]", said) is None,
                total=_TOTAL.search(words) is not None,
                headline=self.headline,
                year=THIS_YEAR.search(words) is not None,
                day=days[-1] if days else "",
            )
            found.bought.append(record)
        record.fields.setdefault(role, number)
        self.fresh = False
        self.group = number.end
