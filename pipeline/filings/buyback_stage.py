"""The stage of a buyback: by its title, else by its text, where the text can outrank the title."""

from __future__ import annotations

import re

from pipeline.filings.buyback_reading import Bought
from pipeline.filings.buyback_words import MARKET
from pipeline.filings.checks import Fields
from pipeline.filings.record import Filing
from pipeline.filings.titles import load_titles
from pipeline.model import Number, Term

_NOTHING = re.compile(
    r"(?:尚未|暂未|未|没有)(?:开始|正式|具体|进行|通过|使用)*(?:(?<=[尚暂]未)[^，,。;；\n\d]{0,24}|(?:通过|以|在)[^，,。;；\n\d]{0,24}|[^，,。;；\n\d]{0,3})?(?:实施|回购|买入|购买)[^，,。;；\n\d]{0,14}(?:回购|股份|股票|操作|方案|计划)?"
)
_NOT_NOTHING = re.compile(
    r"尚未实施完|未实施完毕|未来|未能|是否|尚未使用|未回购的|未按|未解|尚未解|未授予|未达|未经|未包含|未违反|未发现|不存在|未超过|未低于|未高于|未违"
)
# What only a programme's result states in full; a cancellation after it names the filing of the result.
_FINAL = {"shares_repurchased", "amount_paid", "price_high"}
_RESULT_TOLD = re.compile(r"《[^》]{0,40}回购[^》]{0,30}(?:结果|完成|完毕|届满)[^》]{0,20}》")
# There is no programme, which is another thing than one that has not begun: 公司目前没有回购计划
_NO_PLAN = re.compile(
    r"(?:没有|[尚暂并]?无|[尚暂]?未有?)(?:制[定订]|考虑|筹划|推出|进行|公司|任何|新的)*(?:股份|股票)?回购(?:公司)?(?:股份|股票)?的?(?:计划|打算|安排|意向)"
)
_ADJUSTED = re.compile(
    r"(?:上限|资金总额|用途|期限|方案)[^，,。;；]{0,30}(?:调整|变更|延长)(?:[为至到]|\d)|调整[^，,。;；]{0,10}上限"
)
_ANNOUNCED = re.compile(r"提议|拟|计划|预案|方案|将")
# The stage by the text, where no title says it, in the order in which one outranks the next.
_STAGE_IN_TEXT = (
    ("terminated", re.compile(r"终止(?:[^，,。;；]{0,20}回购|实施)")),
    (
        "completed",
        re.compile(
            r"(?:回购|方案|计划)(?:(?!至)[^，,。;；]){0,20}(?:实施完毕|已?实施完成|实施结果(?![^。]{0,14}后)|完成(?!后|的|前|之|期间|时|实|并[^，,。]{0,16}后)|届满|期限已?满)|完成[^，,。]{0,8}回购|回购完成(?!后|的|前|之|期间|时|实|并[^，,。]{0,16}后)|已完成"
        ),
    ),
    (
        "first_purchase",
        re.compile(
            r"首次[^，,。;；]{0,20}(?:回购|实施|买入)|(?<![未暂])开始(?:行使|实施)[^，,。;；]{0,20}回购"
        ),
    ),
    (
        "milestone",
        re.compile(r"比例(?:达到?|超过?)\d|(?:与|较)上次披露[^。]{0,6}相比|达到?(?:公司)?总股本的?\d"),
    ),
)


def nothing_yet(filing: Filing) -> tuple[int, int] | None:
    """The words of one sentence that say that nothing has been bought."""
    body = filing.view.title_end
    for start, end in sorted(
        filing.sentences[:200], key=lambda s: s[0] < body or "原标题" in filing.text[s[0] : s[1]]
    ):
        found = _NOTHING.search(filing.text, start, end)
        if (
            found
            and not _NOT_NOTHING.search(filing.text, found.start(), min(end, found.end() + 6))
            and not _NO_PLAN.search(filing.text, start, end)
        ):
            told = "回购" in filing.text[start:end] or "买入" in found[0]
            if told:
                return found.span()
    return None


def stage_of(filing: Filing, fields: Fields, total: Bought | None, nothing: bool) -> Term | None:
    """`total` is what has been bought, `nothing` whether the text says that nothing has; None where no word tells."""
    titles, text = load_titles(), filing.text
    said = titles.stage("buyback", filing.title) if filing.title else None
    name = None
    if said is not None:
        name, start, stop = said
        place = _in_title(filing, start, stop)
    if name == "not_started" and not nothing and total is not None and total.shares:
        name = None  # a month without a purchase in a programme that has bought
    told_final = total is not None and total.fields.keys() >= _FINAL
    if name == "cancelled" and told_final and not _RESULT_TOLD.search(text):
        return filing.term("completed", *place)  # one filing for the result and for what followed
    if nothing and name in (None, "progress", "plan"):
        number = fields.get("shares_repurchased")
        if isinstance(number, Number):
            words = nothing_yet(filing)
            assert words is not None
            return filing.term("not_started", *words)
    if name is not None and not (name == "plan" and total is not None and total.fields):
        return filing.term(name, *place)
    head = _formal_title(filing)
    if (
        head is not None
        and (other := titles.stage("buyback", text[head[0] : head[1]])) is not None
        and other[0] != "plan"
    ):
        return filing.term(other[0], *head)
    sentences = [
        s
        for s in filing.sentences
        if "回购" in text[s[0] : s[1]] and not MARKET.search(text, *s) and not _NO_PLAN.search(text, *s)
    ][:8]
    for label, pattern in _STAGE_IN_TEXT:
        for start, stop in sentences:
            if found := pattern.search(text, start, stop):
                if label == "milestone" and total is None:
                    continue
                return filing.term(label, found.start(), found.end())
    if total is not None and total.fields:
        return filing.term("progress", *total.lead)
    if name is not None:
        return filing.term(name, *place)
    for start, stop in sentences[:2]:
        if found := _ADJUSTED.search(text, start, stop):
            return filing.term("adjusted", found.start(), found.end())
    for start, stop in sentences:
        if found := _ANNOUNCED.search(text, start, stop):
            return filing.term("proposal" if found[0] == "提议" else "plan", found.start(), found.end())
    return None


def _formal_title(filing: Filing) -> tuple[int, int] | None:
    """The line of the text that is the filing's own title, where the list gave none."""
    if filing.title.strip():
        return None
    for start, end in filing.sentences[:12]:
        line = filing.text[start:end].rstrip()
        if "回购" in line and len(line) < 70 and line.endswith(("公告", "报告书", "预案", "方案", "通报")):
            return start, start + len(line)
    return None


def _in_title(filing: Filing, start: int, end: int) -> tuple[int, int]:
    """The place of words of the blank-free title in the clean text."""
    kept = [i for i, c in enumerate(filing.text[: filing.view.title_end]) if not c.isspace()]
    return kept[start], kept[end - 1] + 1
