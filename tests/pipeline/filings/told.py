"""Facts as words, for tests of the further kinds: each value as printed, checked against its place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from pipeline.filings.record import Filing
from pipeline.model import Day, Fact, Number

Reader = Callable[[Filing], list[Fact]]


def shows_its_words(fact: Fact, title: str, body: str) -> None:
    """Each value stands where it says that it was printed."""
    for value in fact.fields.values():
        for part in value if isinstance(value, tuple) else (value,):
            assert (title if part.field == "title" else body)[part.start : part.end] == part.text


def told(read: Reader, text: str, title: str = "", published: date | None = None) -> list[dict[str, str]]:
    made = []
    for fact in read(Filing(title, text, (), published)):
        shows_its_words(fact, title, text)
        shown = {}
        for name, value in fact.fields.items():
            parts = value if isinstance(value, tuple) else (value,)
            shown[name] = " / ".join(
                str(p.value) if isinstance(p, Day) else p.text if isinstance(p, Number) else p.value
                for p in parts
            )
        made.append(shown)
    return made


def checks(read: Reader, text: str) -> dict[str, bool | None]:
    return {check.name: check.ok for fact in read(Filing("", text)) for check in fact.checks}


GARBAGE = "公司股东先生女士质押解除购回给于自至增持减持拟计划不超过占总股本%股万元亿（）《》“”，。；、\n\t -12345.年月日中标合同收购持有的股权授予激励对象函收到深交所"
