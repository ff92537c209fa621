"""The programme that a text tells of, and its fields, for tests of buybacks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pipeline.filings import facts_of, kinds_of
from pipeline.model import Fact, Number, Term
from tests.pipeline.filings.told import shows_its_words

PLAN = "关于以集中竞价交易方式回购公司股份方案的公告"
PROGRESS = "关于以集中竞价交易方式回购公司股份的进展公告"


def read(title: str, body: str, published: date | None = None) -> Fact:
    kinds = kinds_of(title, body)
    assert "buyback" in kinds
    (fact,) = (f for f in facts_of(title, body, (), kinds, published) if f.kind == "buyback")
    shows_its_words(fact, title, body)
    return fact


def base(fact: Fact, name: str) -> Decimal | None:
    value = fact.fields.get(name)
    return value.base if isinstance(value, Number) else None


def word(fact: Fact, name: str) -> str | None:
    value = fact.fields.get(name)
    return value.value if isinstance(value, Term) else None
