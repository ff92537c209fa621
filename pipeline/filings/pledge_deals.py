"""One pledge or release as it is told: what a count of shares is, the part its days play, and when two tellings are one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from pipeline.filings.checks import Fields, slack
from pipeline.filings.names import Name
from pipeline.filings.pledge_words import (
    AS_OF,
    BEGINS,
    CAPITAL,
    CUM,
    ELSEWHERE_AFTER,
    ELSEWHERE_BEFORE,
    ENDS,
    FREED,
    FREED_LATER,
    FREED_NEXT,
    FREED_ON,
    GIVEN_BEFORE,
    GIVEN_THEN,
    GIVES,
    HOLDING,
    LISTED,
    NOT_PLEDGED,
    OWN_TOTAL,
    PLEDGE,
    PUT_OFF,
    RELEASE,
    SOON,
    STANDS,
    SUMMED,
    SWAPPED,
    THIS,
    TO_FREE,
    TOGETHER,
    TOLD_BEFORE,
    UNTIL,
)
from pipeline.model import Check, Day, Number


@dataclass
class Deal:
    """One transaction as it is told."""

    release: bool
    shares: Number | None
    extended: bool = False  # a pledge whose end was put off: neither of the two
    holder: Name | None = None
    pledgee: tuple[Name, ...] = ()
    ratios: dict[str, Number] = field(default_factory=dict)
    day: Day | None = None
    begin: Day | None = None
    end: Day | None = None
    at: int = 0


@dataclass
class Total:
    """What the owners hold and have pledged in all, as one sentence tells it."""

    start: int
    fields: dict[str, Number]
    owners: tuple[Name, ...]


_CLAUSE = re.compile(r"[，。；,;(]")
_BRACKETS = re.compile(r"\([^()]*\)")
_STOP = re.compile(r"[，。；]")
_EARLIER = re.compile(r"此前|(?<!目)前(?:已|累计)|^前")
_LEFT_OVER = re.compile(r"尚(?:有|余)|剩余|仍有$")
_AGAIN = re.compile(r"再次?质押")
_PART_FREED = re.compile(r"[，、]解(?:除质押|质|押)")  # 其中质押N股，解除质押M股
_STILL = re.compile(r"(?:[^，。；]{0,14})?(?:处于|尚|仍)[^，。；]{0,6}(?:质押|冻结)")
_OF_HELD = re.compile(r"将[^，。；]{0,14}持|其(?:所)?持有的")
_ACTS = re.compile(r"[^，。；]{0,90}(?:质押|解除|解押|购回|办理)")
_THEN_PLEDGED = re.compile(r"质押给|再质押|质押登记|进行[^，。；]{0,6}质押|质押(?=\d|$)")
_OF_CAPITAL = re.compile(r"总股本|股本总|总股数|股份总[数额](?!的)|公司股份|总股份|公司总|发行在外")
_HELD = re.compile(r"持(?:有|股)|所持")
_UP_TO = re.compile(r"(?:起)?(?:至|-|~)(?=\d|办|质|双|解|申)")


def kind_of_count(before: str, left: str, right: str, rest: str) -> str:
    """What a count of shares is: pledge, release, cum, holding, capital, or nothing of these."""
    left, right, rest = UNTIL.sub("", left), UNTIL.sub("", right), UNTIL.sub("", rest)
    clause = _CLAUSE.split(_BRACKETS.sub("", left))[-1]
    further = TOGETHER.sub("", _BRACKETS.sub("", rest[:400]))
    given = GIVEN_BEFORE.search(clause) is not None
    freed = further[m.end() :] if given and (m := LISTED.match(further)) else further
    after = _STOP.split(further if right.startswith("(") or TOGETHER.match(rest) else right, maxsplit=1)[0]
    if SUMMED.match(rest) or TOLD_BEFORE.search(clause):
        return ""
    if NOT_PLEDGED.search(clause) or NOT_PLEDGED.match(after):
        return ""
    if SOON.search(further.split("。", 1)[0]):
        return "later"
    if SWAPPED.search(clause) or ("累计" in clause and _EARLIER.search(clause)):
        return "earlier"
    if "质押" in after and _LEFT_OVER.search(clause) and not RELEASE.search(after):
        return "cum"
    if _AGAIN.match(after):
        return "pledge"
    if TO_FREE.search(clause) and PLEDGE.match(after):
        return "release"
    if _STILL.match(after):
        return "cum"
    if FREED.match(after):
        return "release"
    if clause.endswith("其中质押") and _PART_FREED.match(further):
        return "pledge"
    if CUM.search(clause) and not THIS.search(clause):
        return "cum"
    if AS_OF.match(before) and STANDS.search(clause) and not THIS.search(clause):
        return "cum"
    if CAPITAL.search(clause) and not OWN_TOTAL.search(clause):
        return "capital"
    acts = RELEASE.search(left) or RELEASE.search(after) or PLEDGE.search(after)
    if given and (FREED_LATER.match(freed) or FREED_NEXT.match(freed)):
        return "release"
    if HOLDING.search(clause) and not _OF_HELD.search(clause) and not _ACTS.match(after):
        return "holding"
    if FREED_LATER.match(further):
        return "release"
    if GIVES.match(after) and not RELEASE.search(clause) and not RELEASE.search(after):
        return "pledge"
    if RELEASE.search(after) or (
        RELEASE.search(left) and not _THEN_PLEDGED.search(left[_end_of(RELEASE, left) :])
    ):
        return "release"
    if PLEDGE.search(left) or PLEDGE.search(after):
        return "pledge"
    if acts is None and RELEASE.search(before):
        return "release"
    if PLEDGE.search(before) or PLEDGE.search(right):
        return "release" if RELEASE.search(before) or RELEASE.search(right) else "pledge"
    return ""


def next_count(text: str, figures: list[Number], at: int, end: int) -> int:
    """Where the first of the counts stands that no bracket opened after `at` holds; else `end`."""
    for n in figures:
        opened = text.rfind("(", at, n.start)
        if n.base_unit == "股" and opened <= text.rfind(")", at, n.start):
            return n.start
    return end


def ratios(text: str, figures: list[Number], limit: int) -> dict[str, Number]:
    found: dict[str, Number] = {}
    for n in figures:
        if n.start >= limit:
            break
        if n.base_unit != "%":
            continue
        left = _BRACKETS.sub("", text[max(0, n.start - 40) : n.start])
        left = left[
            max(left.rfind("，"), left.rfind("%"), left.rfind("；"), left.rfind("、"), left.rfind("(")) + 1 :
        ]
        if "占" not in left and "比" not in left:
            continue
        if _OF_CAPITAL.search(left) and not _HELD.search(left):
            found.setdefault("ratio_of_total", n)
        elif "持" in left:
            found.setdefault("ratio_of_holding", n)
        elif "股本" in left or "股份" in left:
            found.setdefault("ratio_of_total", n)
    return found


def day_role(text: str, d: Day, start: int, end: int, *, release: bool) -> str:
    """act, begin, end, or nothing that matters."""
    after, before = text[d.end : min(end, d.end + 70)], text[max(start, d.start - 18) : d.start]
    if ELSEWHERE_BEFORE.search(before) or ELSEWHERE_AFTER.match(after):
        return ""
    if release and FREED_ON.search(before):
        return "act"
    if ENDS.search(before) or PUT_OFF.search(before):
        return "end"
    if BEGINS.search(before) or _UP_TO.match(after):
        return "begin"
    if release and GIVEN_THEN.match(after):
        return "begin"
    return "act"


def _end_of(pattern: re.Pattern[str], text: str) -> int:
    last = 0
    for m in pattern.finditer(text):
        last = m.end()
    return last


def clause_of(left: str) -> str:
    return re.split(r"[，。；,;]", left)[-1]


def distinct(deals: list[Deal], word: Callable[[Name], str]) -> list[Deal]:
    """A transaction told twice is one: the telling that says more. `word` gives a holder's full name."""
    kept: list[Deal] = []
    for deal in deals:
        old = next((k for k in kept if _same(k, deal, word)), None)
        if old is None:
            kept.append(deal)
            continue
        old.holder, old.pledgee = old.holder or deal.holder, old.pledgee or deal.pledgee
        old.day, old.begin, old.end = old.day or deal.day, old.begin or deal.begin, old.end or deal.end
        old.ratios = {**deal.ratios, **old.ratios}
        old.at = max(old.at, deal.at)
    return kept


def released(pledge: Deal, deals: list[Deal]) -> bool:
    """Whether a pledge is but the past of a release told too: as many shares, begun on the pledge's day before it."""
    began = pledge.begin or pledge.day
    return (
        not pledge.release
        and pledge.shares is not None
        and began is not None
        and any(
            d.release
            and d.shares is not None
            and d.shares.base == pledge.shares.base
            and (d.begin is not None and d.begin.value == began.value)
            and (d.day is not None and d.day.value > began.value)
            for d in deals
        )
    )


def summed(deal: Deal, deals: list[Deal]) -> bool:
    """Whether a deal is but what others told too add up to (本次合计质押N股)."""
    parts = [
        d.shares.base or 0
        for d in deals
        if d is not deal and d.shares is not None and (d.release, d.extended) == (deal.release, deal.extended)
    ]
    return deal.shares is not None and not deal.pledgee and len(parts) > 1 and sum(parts) == deal.shares.base


def _same(a: Deal, b: Deal, word: Callable[[Name], str]) -> bool:
    if (
        (a.release, a.extended) != (b.release, b.extended)
        or a.shares is None
        or b.shares is None
        or a.shares.base != b.shares.base
    ):
        return False
    if a.holder is None or b.holder is None:
        return True
    x, y = sorted((word(a.holder), word(b.holder)), key=len)
    return y.startswith(x)


def ratio_check(fields: Fields, part: str, whole: str, ratio: str) -> Check | None:
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
