"""What became of a plan's shares and options: what was cancelled or has lapsed, and what was exercised.

A filing of such a deed tells the plan's whole history beside it, so its own figures are sought by the words of the deed.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from pipeline.filings.cancellation import GRANTED
from pipeline.filings.record import Filing
from pipeline.model import Day, Number

_ENDED = re.compile(r"注销|作废|终止|取消")
_THEN = re.compile(
    r"(?:股票期权|第?[一二]?类?限制性股票|期权|股票|股份|[，,]|均|也|将|应|全部|不得(?:归属|行权|解除限售)|由公司|予以|进行|取消归属|并)*(?:注销|作废|失效)(?![前后])"
)
_NOT_ENDED = re.compile(
    r"总股本|股本|变更为|减少[至为]|剩余|占|调整[为至]|(?<!已)(?<!获)(?<!首次)(?<!预留)授予|登记|持有|行权$|由(?:原来的?)?$|来源"
)
_IN_ALL = re.compile(r"本次|综上|合计|共计|总计|以上")
_SUM = re.compile(r"(?:合计|共计|总计|总数|共)(?:为|约)?[^，。；\d]{0,40}$")
_EXERCISED = re.compile(r"行权")
_RUNNING = re.compile(r"累计")
_COULD = re.compile(r"可行权|未行权|尚未|剩余|总量|总数|总额|占")
_STRETCH = re.compile(r"(?:年|^)\d{1,2}月(?:份|，|,|期间|内)|季度|本月|当月|本季|期间|\d日(?:至|-|~)")
_CUT = re.compile(r"截[至止]$")


@dataclass
class Exercised:
    """The running total, its day, and what the month or quarter alone brought."""

    total: Number
    as_of: Day | None
    period: Number | None


def ended(filing: Filing) -> Number | None:
    """The count that the filing cancels or lets lapse: stated most often, of several the sum; shares bought back are not of these."""
    text, body = filing.text, filing.view.title_end
    found: list[tuple[Number, bool]] = []
    for start, end in filing.sentences:
        if not _ENDED.search(text, start, end):
            continue
        floor, of_sentence = start, []
        for n in filing.figures_in(start, end):
            if n.base_unit not in ("股", "份"):
                continue
            lead = GRANTED.sub("", text[floor : n.start][-60:])
            floor = n.end
            told = _ENDED.search(lead) or _THEN.match(text, n.end, min(end, n.end + 40))
            if told and "回购" not in lead and not _NOT_ENDED.search(lead, max(0, len(lead) - 12)):
                whole = _SUM.search(lead) or _IN_ALL.search(text, start, n.start)
                of_sentence.append((n, whole is not None))
        found += of_sentence
    own = [(n, whole) for n, whole in found if n.start >= body] or found
    if not own:
        return None
    times = Counter(n.base for n, _ in own)
    sums = {n.base for n, whole in own if whole}
    return max((n for n, _ in own), key=lambda n: (times[n.base] + (n.base in sums), n.base, -n.start))


def exercised(filing: Filing) -> Exercised | None:
    """What has been exercised in all, where the filing says so beside a month or a quarter."""
    text = filing.text
    total: tuple[Number, Day | None] | None = None
    period: Number | None = None
    for start, end in filing.sentences:
        if not _EXERCISED.search(text, start, end):
            continue
        floor = start
        for n in filing.figures_in(start, end):
            if n.base_unit not in ("股", "份"):
                continue
            lead, floor = text[floor : n.start], n.end
            if not _EXERCISED.search(lead) or _COULD.search(lead[-20:]):
                continue
            if _RUNNING.search(lead):
                cut = [d for d in filing.days_in(start, n.start) if _CUT.search(text, start, d.start)]
                total = total or (n, cut[-1] if cut else None)
            elif period is None and _STRETCH.search(text, start, n.start):
                period = n
    return Exercised(*total, period) if total is not None else None
