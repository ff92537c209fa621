"""Share buybacks: what a programme allows, and what has been bought.

A figure gets its role from the words before it in its own sentence: the label (资金总额, 价格, 数量,
总股本) and the bound (不低于, 不超过) or the deed (累计回购, 支付). What the text does not say stays unsaid.
Bounds are read in `bounds`, purchases in `purchases`; shares of a grant that are taken back are a kind of
their own (`taken_back`), so that nobody counts them as a programme.
"""

from __future__ import annotations

import re

from pipeline.filings import purchases
from pipeline.filings.bounds import bounds
from pipeline.filings.checks import Fields, ordered, quotient, same_capital
from pipeline.filings.clauses import days_in
from pipeline.filings.record import Filing
from pipeline.filings.taken_back import taken_back
from pipeline.filings.titles import load_titles
from pipeline.model import Check, Day, Fact, Term

READ = 40_000  # characters; what follows in a longer filing is not about the programme
_METHOD = re.compile(r"集中竞价(?:交易)?(?:的)?(?:方式)?|要约(?:回购)?方式|大宗交易方式")
_ONE = r"(?:员工持股(?:计划)?|股权激励(?:计划)?|限制性股票激励计划|(?:减少|注销)(?:公司)?注册资本|注销(?:并|以|,|，)?(?:相应)?减少(?:公司)?注册资本|维护公司价值及股东权益(?:所必需)?|转换(?:公司|上市公司)?发行的?可转(?:换为股票的公司债券|债)|可转换公司债券|予以注销|注销)"
_PURPOSE = re.compile(
    rf"(?:(?:拟|将|将全部|全部|将)?用于|用途为?:?|作为|为了?)(?:公司)?(?:后续|未来|后期)?(?:实施|开展)?(?:公司)?(?P<p>{_ONE}(?:(?:的股票来源)?(?:及/或|和/或|或者|或|和|及|与|、)(?:实施)?{_ONE})*)"
)
_FUNDING = re.compile(
    r"资金来源(?:为|是|:)?(?:公司)?(?P<f>自有(?:或自筹)?资金(?:及|和|或|、)?(?:自筹资金|(?:股票回购)?专项贷款)?|自筹资金|股票回购专项贷款(?:及自有资金)?)"
    r"|使用(?P<g>自有资金|自筹资金|自有或自筹资金)"
)
_DECIDED = re.compile(r"董事会|股东(?:大)?会")
_NOT_STARTED = re.compile(
    r"(?:尚未|暂未|还未|未)(?:开始|正式|通过[^。；\n]{0,24}|以[^。；\n]{0,14})?(?:实施|进行|买入|购买|回购)[^。；\n]{0,16}(?:回购|股份|股票)?"
)
_BY_TEXT = (  # the text can outrank the title, and speaks where there is none
    ("terminated", re.compile(r"(?:决定|拟|同意)?终止(?:本次)?(?:股份)?回购|终止实施(?:本次)?回购")),
    ("completed", re.compile(r"(?:回购|方案|计划)[^。；]{0,14}(?:实施完毕|实施完成|已完成|届满)|完成(?:了)?(?:本次|原定|全部)?(?:股份)?回购|(?:已|实施)(?:经)?完(?:毕|成)")),
    ("first_purchase", re.compile(r"首次(?:以[^。；]{0,16}方式|通过[^。；]{0,24})?(?:实施)?(?:股份)?(?:了)?回购|首次(?:实施|回购)")),
    ("plan", re.compile(r"(?:拟|计划|将|决定)(?:以|使用|用|通过|花|斥资|回购)[^。]{0,60}回购|拟回购|拟斥资|回购(?:预案|方案)的(?:议案|公告)")),
    ("progress", re.compile(r"累计(?:已)?(?:通过[^。；]{0,40})?(?:以[^。；]{0,16})?(?:已)?回购|已回购|回购(?:了)?公司股份[\d约]")),
)
LEAD = 600  # characters in which a text without a telling title says what it is about


def facts(filing: Filing) -> list[Fact]:
    """At most one programme; [] when the text states nothing of one."""
    limits = bounds(filing, READ)
    bought = purchases.read(filing, READ)
    nothing = None if "shares_repurchased" in bought else _NOT_STARTED.search(filing.text, filing.view.title_end, READ)
    fields: Fields = {}
    if (stage := _stage(filing, bought, nothing, limits)) is not None:
        fields["stage"] = stage
    for pattern, field, groups in ((_METHOD, "method", "0"), (_PURPOSE, "purpose", "p"), (_FUNDING, "funding", "fg")):
        if found := pattern.search(filing.text, 0, READ):
            group: str | int = 0 if groups == "0" else next(g for g in groups if found[g])
            fields[field] = filing.name(found.start(group), found.end(group))
    fields.update(limits)
    if nothing is not None and "回购" in filing.text[max(0, nothing.start() - 40) : nothing.end() + 4]:
        bought |= purchases.nothing_yet(filing, nothing.start(), nothing.end())
    fields.update(bought)
    if (decided := _decided(filing)) is not None:
        fields["decided_on"] = decided
    if not fields.keys() - {"method", "purpose", "funding", "decided_on"}:
        return []
    return [Fact(kind="buyback", company=filing.company, fields=fields, checks=_checks(fields))]


def _stage(filing: Filing, bought: Fields, nothing: re.Match[str] | None, limits: Fields) -> Term | None:
    named = load_titles().stage("buyback", filing.title)
    name = named[0] if named else None
    text = filing.text
    start = filing.view.title_end
    if nothing is not None and "shares_repurchased" not in bought and name in (None, "progress", "not_started", "plan"):
        if name != "plan" or not limits:
            return filing.term("not_started", nothing.start(), nothing.end())
    if name in (None, "progress", "plan") and not (name == "plan" and _plan_title(filing)):
        for stage, pattern in _BY_TEXT:
            if name == "progress" and stage in ("plan", "progress", "completed", "terminated"):
                continue
            if stage == "plan" and bought:
                continue
            if found := pattern.search(text, start, min(len(text), start + LEAD)):
                return filing.term(stage, found.start(), found.end())
    if named is None:
        return None
    return filing.term(named[0], *_in_title(filing, named[1], named[2]))


def _plan_title(filing: Filing) -> bool:
    return re.search(r"方案|预案|报告书|拟", filing.title) is not None


def _in_title(filing: Filing, start: int, end: int) -> tuple[int, int]:
    """The place of words of the blank-free title in the clean text."""
    kept = [i for i, c in enumerate(filing.text[: filing.view.title_end]) if not c.isspace()]
    return kept[start], kept[end - 1] + 1


def _decided(filing: Filing) -> Day | None:
    """The first day of a meeting that passed the programme; of two in one sentence the board's stands first."""
    for start, end in filing.sentences:
        if start > READ:
            break
        sentence = filing.text[start:end]
        if "审议" not in sentence and "召开" not in sentence:
            continue
        meeting = _DECIDED.search(sentence)
        days = days_in(filing, start, end)
        if meeting is None or not days or "回购" not in sentence and "方案" not in sentence:
            continue
        day = days[0]
        if day.start < start + meeting.end() + 30 and not re.match(r"[^，。]{0,6}(?:披露|刊登|公告)", filing.text[day.end : day.end + 12]):
            return filing.day(day)
    return None


def _checks(fields: Fields) -> tuple[Check, ...]:
    low, high = ("shares_min", "shares_max") if "shares_max" in fields else ("shares_estimate_min", "shares_estimate_max")
    r_low, r_high = ("ratio_min", "ratio_max") if "ratio_max" in fields else ("ratio_estimate_min", "ratio_estimate_max")
    found = (
        quotient(fields, "amount_min", "price_cap", low),
        quotient(fields, "amount_max", "price_cap", high),
        same_capital(fields, (low, high), (r_low, r_high)),
        ordered(fields, "amount_min", "amount_max"),
        ordered(fields, "price_low", "price_high"),
        purchases.affordable(fields),
    )
    return tuple(check for check in found if check is not None)


def cancellation(filing: Filing) -> list[Fact]:
    return taken_back(filing, "incentive_cancellation")


def compensation(filing: Filing) -> list[Fact]:
    return taken_back(filing, "compensation_cancellation")
