"""Documents of a made-up week. Sentences are ours; every figure below is invented."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from pipeline.model import SHANGHAI, Article, Document, Fact, FactField, Number, Term
from pipeline.tagger import Lexicon, document
from pipeline.week import Week

WEEK = Week(2024, 8)


class Shelf:
    """What an issue reads: documents in the order they were given."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = list(documents)

    def week(self, week: Week) -> Iterator[Document]:
        return (d for d in self.documents if d.published and week.start <= d.published < week.end)

    def document(self, id: str) -> Document | None:
        return next((d for d in self.documents if d.id == id), None)


def at(day: int, clock: str = "00:00", month: int = 2) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2024, month, day, hour, minute, tzinfo=SHANGHAI)


def bare(
    title: str, body: str, source: str = "miit", published: datetime | None = None, **more: object
) -> Document:
    """A document as read, without tags."""
    known: dict[str, object] = {
        "id": f"{source}:t1",
        "source": source,
        "column": f"{source}.news",
        "url": f"https://www.{source}.gov.cn/t1.html",
        "title": title,
        "published": published or at(21),
        "precision": "day",
        "body": body,
        "kinds": ("news",),
    }
    return Document(**(known | more))  # type: ignore[arg-type]


def news(
    lexicon: Lexicon,
    name: str,
    title: str,
    body: str,
    source: str = "miit",
    published: datetime | None = None,
) -> Document:
    """An agency item as the pipeline gives it."""
    article = Article(
        id=f"{source}:{name}",
        source=source,
        column=f"{source}.news",
        url=f"https://www.{source}.gov.cn/{name}.html",
        title=title,
        published=published or at(21),
        precision="day",
        body=body,
    )
    return document(article, [], lexicon)


def filing(
    kind: str,
    fields: dict[str, str | tuple[str, str]],
    code: str = "603019",
    company: str = "中科曙光",
    name: str = "1",
    published: datetime | None = None,
    title: str = "",
    **fact: object,
) -> Document:
    """A filing whose body is its fields, a line each; a value is a term, or (digits, unit)."""
    body, read = "", {}
    for field, value in fields.items():
        body += f"{field} "
        start = len(body)
        printed = value if isinstance(value, str) else "".join(value)
        body += printed + "\n"
        read[field] = _field(value, printed, start)
    made = Fact(kind=kind, company=code, fields=read, **fact)  # type: ignore[arg-type]
    return Document(
        id=f"cninfo:{name}",
        source="cninfo",
        column="cninfo.filings",
        url=f"https://www.cninfo.com.cn/{name}",
        title=title or f"{company}关于{kind}的公告",
        published=published or at(21),
        precision="day",
        body=body,
        code=code,
        company=company,
        kinds=(kind,),
        facts=(made,),
    )


def _field(value: str | tuple[str, str], printed: str, start: int) -> FactField:
    end = start + len(printed)
    if isinstance(value, str):
        return Term(value=value, text=printed, start=start, end=end)
    digits, unit = value
    marked = unit.endswith("（含）")
    return Number(
        value=Decimal(digits.replace(",", "")),
        unit=unit.removesuffix("（含）"),
        text=printed,
        start=start,
        end=end,
        inclusive=True if marked else None,
    )


PLAN: dict[str, str | tuple[str, str]] = {
    "stage": "plan",
    "method": "集中竞价交易方式",
    "amount_min": ("3,000.00", "万元（含）"),
    "amount_max": ("6,000.00", "万元（含）"),
    "price_cap": ("21.50", "元/股（含）"),
    "shares_min": ("1,395,349", "股"),
    "shares_max": ("2,790,697", "股"),
    "ratio_min": ("0.9100", "%"),
    "ratio_max": ("1.8200", "%"),
}
FLASH: dict[str, str | tuple[str, str]] = {
    "period": "2023FY",
    "revenue": ("81,000.50", "万元"),
    "revenue_change": ("12.30", "%"),
    "net_profit_parent": ("9,100.00", "万元"),
    "net_profit_parent_change": ("-4.05", "%"),
}
