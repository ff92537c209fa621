"""The figures of one sentence of a buyback: prices, sums, counts and ratios by the words between them.

A figure's role comes from its lead: the words between it and the figure (or sentence) before it. A lead
without a label (`，不超过`) keeps the label of the figure before. What was bought is gathered into records
(a day, a month, a total, each printed with its own count, ratio, prices and sum).
"""

from __future__ import annotations

import re

from pipeline.filings import buyback_words as w
from pipeline.filings.buyback_reading import Bought, Reading
from pipeline.filings.numbers import CURRENCIES
from pipeline.model import Number


class Sentence:
    """The state within one sentence: topic of the last figure, mode of the last count, open record."""

    def __init__(
        self, text: str, start: int, end: int, headline: bool, near: int, before: Sentence | None
    ) -> None:
        self.begin: int = before.begin if before is not None else start  # of what semicolons join
        self.text, self.start, self.end, self.headline, self.near = text, start, end, headline, near
        self.base = "max"  # the bound that an estimate is worked out from
        self.side = ""  # of the last count: min, max
        self.changed = ""  # the last bound was said to be old or new
        self.mode = ""  # of the last count: plan, estimate, done, other
        self.role = ""
        self.capital = False  # told before the ratio that is of it
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
                assert previous is not None and previous.base is not None and number.base is not None
                if number.base < previous.base:  # 不超过1000万股且不低于500万股，分别占1.00%和0.50%
                    found.bounds[role][-1] = (number, rank)
                    number = previous
                found.bounds.setdefault(role[:-3] + "max", []).append((number, rank))
            elif role == "price_low":
                assert previous is not None
                self._price_range(previous, number, found)
            elif role == "price_high":
                self._done("price_low", number, found)
                self.role = ""
            return
        self.role = ""
        if w.EACH_OF.search(lead):
            return
        if w.NEW.search(lead):
            self.changed = "new"
        elif w.OLD.search(lead):
            self.changed = "old"
        elif not w.CONTINUES.fullmatch(lead.strip("”“")):
            self.changed = ""
        low, high = w.LOW.search(lead) is not None, w.HIGH.search(lead) is not None
        if not high and w.WITHIN.match(self.text, number.end):
            high = True
        if self._is_price(number, lead):
            self._price(number, lead, low, high, head, found)
        elif unit == "股":
            self._count(number, lead, low, high, head, following, found)
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
        if w.RANGE.search(between):
            return True
        if w.AND.search(between) is None:
            return False
        if units[0] == "%":
            return w.EACH_SHARE.search(self.text, max(self.start, low.start - 48), low.start) is not None
        return (
            w.HIGH_AND_LOW.search(self.text, max(self.start, low.start - 24), low.start) is not None
            or w.BETWEEN.search(self.text, max(self.start, low.start - 8), low.start) is not None
        )

    def _is_price(self, number: Number, lead: str) -> bool:
        unit = number.base_unit or ""
        if unit.endswith("/股"):
            return True
        if unit not in CURRENCIES or number.value != number.base:  # no price is in 万元
            return False
        labels = [m.end() for m in w.PRICE.finditer(lead)]
        sums = [m.end() for m in w.AMOUNT.finditer(lead)]
        return bool(labels) and (not sums or labels[-1] > sums[-1])

    # ------------------------------------------------------------ prices

    def _price(self, number: Number, lead: str, low: bool, high: bool, head: bool, found: Reading) -> None:
        said = lead[-40:]
        if number.value < 0:
            return
        if head and w.HIGH_AND_LOW.search(said):
            self._done("price_high", number, found)
            self.role = "price_high"
            return
        labels = list(re.finditer(r"最?(?P<side>[高低])价|最(?P<most>[高低])", said))
        if labels and not re.search(r"最高不超过|最高限", said):
            # 最高交易价 is the market's own range, 最高成交价 what the company paid.
            last = labels[-1]
            theirs = re.search(r"最[高低]交易价", said) or w.NOT_PRICE.search(
                said[max(0, last.start() - 7) :]
            )
            if not theirs:
                side = "high" if "高" in last[0] else "low"
                self._done(f"price_{side}", number, found)
            return
        if w.MEAN.search(said) and not high and not low and w.BUY.search(self.text, self.start, self.end):
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
        if w.NOT_PRICE.search(said):
            return
        if head:
            self.role = "price_low"
        elif not low and w.BUY.search(self.text, self.start, self.end):
            self._done("price", number, found)

    def _price_range(self, one: Number, two: Number, found: Reading) -> None:
        assert one.base is not None and two.base is not None
        low, high = (one, two) if one.base <= two.base else (two, one)
        planned = w.PLAN.search(self.text, self.start, one.start) is not None
        if planned and not found.bought and not w.DONE.search(self.text, self.start, one.start):
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
            or w.NOT_MONEY.search(said[-26:])
            or (self.near and not w.AMOUNT.search(said) and not (low or high))
        ):
            return
        if self.changed == "old" or (not (low or high) and w.BASIS.search(lead)):
            return
        new = self.changed == "new"
        after = self.text[number.end : number.end + 16]
        if low or high or head or new:
            if head and re.search(r"已|累计|截[至止]|支付|成交", before[-30:]) and not w.PLAN.search(before):
                return
            if not self.near or "回购" in before + after or w.AMOUNT.search(said):
                side = "min" if low or (head and not high) else "max"
                role = "amount_estimated" if w.SUM_ESTIMATED.search(before) else "amount"
                self._bound(f"{role}_{side}", number, new, found)
            return
        planned = re.search(r"拟|(?<!回购)计划|预计|提议|将(?:以|用|斥|花|出)", before[-40:])
        if planned and not re.search(
            r"已|累计|实际", before[planned.end() - 41 if len(before) > 40 else 0 :][-30:]
        ):
            if re.search(r"总额|规模|资金|斥资|出资|以|花", said) and "回购" in before + after:
                self._bound("amount_max", number, False, found)
            return
        if (
            w.PAID.search(before[-60:])
            or re.match(r"(?:的?(?:总?代价|价格|总价))?(?:购回|回购|买回)", after)
            or (w.BUY.search(lead) and re.match(r"(?:公司)?的?(?:[AH])?股[份票]", after))
        ):
            self._done("amount_paid", number, found)

    # ------------------------------------------------------------ counts and ratios

    def _count(
        self,
        number: Number,
        lead: str,
        low: bool,
        high: bool,
        head: bool,
        following: Number | None,
        found: Reading,
    ) -> None:
        before = self.text[self.start : number.start]
        said = lead[-36:]
        if re.search(r"元成交$|^成交$", lead):
            return  # a trade told beside
        if w.OF_CAPITAL.search(lead):
            self.capital = True
            self._capital(number, found)
            return
        if number.value < 0:
            return
        part = self.mode in ("other", "taken") and w.OF_THEM.match(lead)
        self.mode = "other"
        if part or re.search(
            r"成交量[^，。]{0,12}$|(?:减少?|变更|增加?)[至为到]$|[股]本(?:将)?由$", before[-24:]
        ):
            return
        if w.NO_PURCHASE.match(self.text, number.end, number.end + 16):
            return
        if w.CAPITAL.search(said):
            self._capital(number, found)
            return
        if (
            w.REST.search(said)
            or w.BEFORE.search(said)
            or (w.NOT_SHARES.search(said[-18:]) and not re.search(r"回购[^，]{0,12}$", said))
        ):
            return
        if w.CANCELLED.search(before[-16:]):
            self.mode = "taken"
            return
        if not w.BUYS.search(self.text, self.begin, number.start) and not (
            self.near <= 4 and re.search(r"数量|股数", said)
        ):
            return
        if w.TAKEN.search(before[-60:]):
            self.mode = "taken"
            return
        stop = following.end if head and following is not None else number.end
        if w.WORKED_OUT.match(self.text, stop):
            self.mode = "estimate"
            self._bound(f"shares_estimated_{'min' if head else 'max'}", number, False, found)
            return
        estimate = w.ESTIMATE.search(before[-60:])
        side = "min" if low or (head and not high) else "max" if high else ""
        self.side = "" if head else side
        done = w.DONE.search(before[-80:])
        if estimate and not (done and not side) and not re.search(r"截[至止]|累计|已(?!发行)", before):
            if re.search(r"约|折合|左右", estimate[0]) and done and not side:
                pass
            elif w.PLAN.search(before) or side or re.search(r"测算|预计|可回购|若|假设|对应", before):
                self.mode = "estimate"
                for said_of in w.WORKED_OUT_FROM.finditer(before):
                    self.base = "min" if said_of["floor"] else "max"
                    if said_of.end() + len(lead) > len(before) and not head:
                        side = self.base  # 按上限测算，预计不低于N股: the least of the most
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
        goes_on = lead.startswith(")") or (self.capital and w.NEAR_CAPITAL.fullmatch(lead) is not None)
        said = (self.text[self.start : number.start] if goes_on else lead)[-64 if goes_on else -44 :]
        after = self.text[number.end : number.end + 12]
        side = "min" if low or (head and not high) else "max" if high else ""
        if (mandate := w.MANDATE.search(lead[-60:])) and not self.mode:
            of_class = w.CLASS.search(mandate[0]) is not None
            self._bound("ratio_of_class_max" if of_class else "ratio_max", number, False, found)
            return
        stock = re.search(
            r"占[^，,;；。]*(?:总股本|股本|股份|股数|发行)|(?:总股本|股本总额|股份总数)[^，,\d]{0,8}$",
            said,
        )
        if (
            w.NOT_RATIO.search(said[-16:])
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
            and not w.DONE.search(self.text, self.start, number.start)
        ):
            return
        if self.mode == "estimate":
            self._bound(f"ratio_estimated_{side or self.side or self.base}", number, False, found)
        elif self.mode == "plan" or (side and self.mode != "done"):
            self._bound(f"ratio_{side or self.side or 'max'}", number, False, found)
        elif not side:
            role = "ratio_repurchased"
            if w.OF_CLASS.search(said) or (
                w.CLASS.search(said) and "总股本" not in said and "股份总数" not in said
            ):
                role = "ratio_of_class"
            self._done(role, number, found)

    # ------------------------------------------------------------ writing down

    def _capital(self, number: Number, found: Reading) -> None:
        found.capitals.setdefault((self.start, self.end), []).append(number)

    def _bound(self, role: str, number: Number, new: bool, found: Reading) -> None:
        row = w.ROW.search(self.text, max(self.start, number.start - 20), number.start)
        rank = 2 if row else 1 if new else -1 if self.headline else 0
        found.bounds.setdefault(role, []).append((number, rank))
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
            days = w.DEED.findall(said)
            record = Bought(
                lead=(self.group, number.start),
                sentence=(self.start, self.end),
                month=w.MONTH.search(said) is not None and re.search(r"\d日|截[至止]", said) is None,
                total=w.TOTAL.search(words) is not None,
                headline=self.headline,
                year=w.THIS_YEAR.search(words) is not None,
                day=days[-1] if days else "",
            )
            found.bought.append(record)
        record.fields.setdefault(role, number)
        self.fresh = False
        self.group = number.end
