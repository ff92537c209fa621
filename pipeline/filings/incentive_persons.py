"""How many people a plan, a grant or a vesting is for."""

from __future__ import annotations

import re
from decimal import Decimal

from pipeline.filings.record import Filing
from pipeline.model import Number

READ = 20_000  # characters
DEEDS = ("归属", "行权", "解除限售")
_REPLACED = re.compile(r"(?:相应|被)?(?:调整|变更|减少|增加)(?:为|至|到)")
_OF_PLAN = re.compile(
    r"激励对象|授予对象|授予|(?:归属|行权|登记|解除限售|授予|涉及)的?(?:激励对象)?(?:总)?人数"
)
_OTHERS = re.compile(r"离职|会议|出席|持股计划|员工总数|董事会成员|表决|名董事")
_GAVE_UP = re.compile(r"[^，。；\d]{0,10}(?:放弃|离职|自愿|未认购|未缴)")
# Heads of the deed that the filing is of, which its history of grants must not displace.
_OF_DEED = {
    stage: re.compile(
        rf"(?:{stage}[^，。；\d]{{0,10}}人数|(?:可|符合|本次|次){stage}[^，。；\d]{{0,12}}激励对象)[^，。；\d]{{0,8}}$"
    )
    for stage in DEEDS
}
_PERSONS = re.compile(r"(?P<n>\d{1,5})(?P<u>人|名)(?!民币|员工持股|以上|监事|独立)")


def persons(filing: Filing, body: int, stage: str) -> Number | None:
    """The heads that the filing tells of: of its own deed, where it is of one, else of the plan; None where it tells none.

    `body` is where the text begins behind the title; the figure is one of the clean text.
    """
    text = filing.text
    if (own := _OF_DEED.get(stage)) is not None:
        for m in _PERSONS.finditer(text, body, READ):
            if own.search(text, max(body, m.start() - 40), m.start()):
                return _heads(m)
    for begin, end in ((body, min(len(text), READ)), (0, body)):
        for m in _PERSONS.finditer(text, begin, end):
            if _REPLACED.match(text, m.end()) or _GAVE_UP.match(text, m.end()):
                continue
            around = text[max(begin, m.start() - 46) : m.end() + 14]
            if not _OF_PLAN.search(around) or _OTHERS.search(around[-40:]):
                continue
            if "预留" in text[max(begin, m.start() - 14) : m.start()]:
                continue
            return _heads(m)
    return None


def _heads(m: re.Match[str]) -> Number:
    count = Decimal(m["n"])
    return Number(
        value=count, unit=m["u"], text=m[0], start=m.start(), end=m.end(), base=count, base_unit="人"
    )
