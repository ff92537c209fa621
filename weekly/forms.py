"""The paragraph of 重点公司公告: a form of templates/filings.yaml filled from a fact.

Every figure is printed as the filing prints it, with its unit, and carries its place. A fragment
that names a field the filing does not state is left out; nothing is computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pipeline.model import Day, Document, Fact, FactField, Number, Term, UserError
from weekly.desk import Desk
from weekly.model import Sentence, Source
from weekly.prose import chinese_date

_SLOT = re.compile(r"\{(?P<name>\w+)(?:\|(?P<filter>\w+)(?::(?P<argument>[^}]*))?)?\}")
_PERIOD = re.compile(r"(?P<y>\d{4})(?P<part>FY|H1|H2|9M|Q[1-4])")
_PARTS = {
    "FY": "年度",
    "H1": "年半年度",
    "H2": "年下半年",
    "9M": "年前三季度",
    "Q1": "年第一季度",
    "Q2": "年第二季度",
    "Q3": "年第三季度",
    "Q4": "年第四季度",
}
# A forecast's period is a span of days: 2023-01-01/2023-12-31.
_SPAN = re.compile(r"(?P<y>\d{4})-(?P<months>\d\d-01/\d{4}-\d\d)-\d\d")
_SPANS = {
    "01/12": "FY",
    "01/06": "H1",
    "07/12": "H2",
    "01/09": "9M",
    "01/03": "Q1",
    "04/06": "Q2",
    "07/09": "Q3",
    "10/12": "Q4",
}
_LOOK_BACK = 400  # characters before a figure in which its row's name stands


class Missing(Exception):
    """A fragment names a field that the filing does not state."""


@dataclass(frozen=True)
class Run:
    """A stretch of the paragraph; `value` is the field that it prints, `name` that field's name."""

    text: str
    name: str | None = None
    value: FactField | None = None


def form_of(kind: str, desk: Desk) -> dict[str, Any]:
    return desk.filings["kinds"].get(kind, desk.filings["other"])


def stated(fact: Fact, desk: Desk) -> list[str]:
    """The fields that make a fact worth printing, as far as the filing states them."""
    return [name for name in form_of(fact.kind, desk)["needs"] if _values(fact, name)]


def filing_sentence(document: Document, facts: list[Fact], name: str, day: date, desk: Desk) -> Sentence:
    """`facts` are of one kind and company; the first fills the form, the others its `more`."""
    form = form_of(facts[0].kind if facts else document.kind, desk)
    fragments = form["forms"]["default"]
    if facts and "by" in form:
        by = facts[0].fields.get(form["by"])
        if isinstance(by, Term):
            fragments = form["forms"].get(by.value, fragments)
    runs = [
        Run(f"【{name}】{chinese_date(day)}，"),
        *_filled(document, facts[0] if facts else None, fragments, desk),
    ]
    for fact in facts[1:]:
        more = _filled(document, fact, form.get("more", []), desk)
        if more:
            runs += [Run("" if more[0].text.startswith(("；", "。")) else desk.filings["join"]), *more]
    return _sentence(document, [*runs, Run("。")])


def _filled(
    document: Document, fact: Fact | None, fragments: Iterable[str | list[str]], desk: Desk
) -> list[Run]:
    runs: list[Run] = []
    for fragment in fragments:
        for alternative in [fragment] if isinstance(fragment, str) else fragment:
            try:
                filled = _fragment(document, fact, alternative)
            except Missing:
                continue
            if runs and not filled[0].text.startswith(("；", "。")):
                runs.append(Run(desk.filings["join"]))
            runs += filled
            break
    return _with_doubts(runs, fact, desk)


def _with_doubts(runs: list[Run], fact: Fact | None, desk: Desk) -> list[Run]:
    """A failed check stands after the last of its figures that is printed."""
    after: dict[int, list[str]] = {}
    for check in fact.checks if fact else ():
        if check.ok is False:
            printed = [at for at, run in enumerate(runs) if run.name in check.fields]
            if printed:
                after.setdefault(printed[-1], []).append(
                    desk.filings["note"].format(name=check.name, detail=check.detail)
                )
    done: list[Run] = []
    for at, run in enumerate(runs):
        done += [run, *(Run(note) for note in after.get(at, ()))]
    return done


def _fragment(document: Document, fact: Fact | None, text: str) -> list[Run]:
    runs, at = [], 0
    for slot in _SLOT.finditer(text):
        if slot.start() > at:
            runs.append(Run(text[at : slot.start()]))
        runs += _slot(document, fact, slot["name"], slot["filter"], slot["argument"] or "")
        at = slot.end()
    if at < len(text):
        runs.append(Run(text[at:]))
    return runs


def _slot(document: Document, fact: Fact | None, name: str, how: str | None, argument: str) -> list[Run]:
    if name == "title":
        title = own_title(document)
        start = document.title.rindex(title)
        return [
            Run(
                title,
                "title",
                Term(value=title, text=title, start=start, end=start + len(title), field="title"),
            )
        ]
    values = _values(fact, name) if fact else ()
    if not values or fact is None:
        raise Missing(name)
    if how == "label":
        return [Run(_label(document, values[0], argument.split("/")))]
    runs: list[Run] = []
    for value in values:
        if runs:
            runs.append(Run("、"))
        if how is None:
            runs.append(Run(printed(value), name, value))
        elif how == "bare":
            runs.append(Run(_bare(value, _values(fact, argument)), name, value))
        elif how == "unlike":
            if any(printed(other) == printed(value) for other in _values(fact, argument)):
                raise Missing(name)
            runs.append(Run(printed(value), name, value))
        elif how == "change":
            runs.append(Run(_change(value, fact, name), name, value))
        elif how == "period":
            runs.append(Run(_period(value), name, value))
        else:
            raise UserError(
                f"filings.yaml：{{{name}|{how}}} 不认识；可用的有 bare, unlike, change, period, label"
            )
    return runs


def _values(fact: Fact, name: str) -> tuple[FactField, ...]:
    value = fact.fields.get(name)
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def printed(value: FactField) -> str:
    """As the filing prints it: digits, thousands, unit, （含）."""
    if isinstance(value, Day):
        return chinese_date(value.value)
    if isinstance(value, Term):
        return value.value
    mark = "" if value.inclusive is None else "（含）" if value.inclusive else "（不含）"
    return f"{digits(value.value)}{value.unit or ''}{mark}"


def digits(value: Decimal) -> str:
    """With thousands separators, and the decimals of the filing."""
    return f"{value:,f}"


def _bare(value: FactField, other: tuple[FactField, ...]) -> str:
    """The unit once, at the end of a range, when both ends have it."""
    same = (
        isinstance(value, Number) and other and isinstance(other[0], Number) and value.unit == other[0].unit
    )
    return (
        digits(value.value)
        if same and isinstance(value, Number) and value.inclusive is None
        else printed(value)
    )


def _change(value: FactField, fact: Fact, name: str) -> str:
    """同比增长 and 同比下降 are said of figures above 0; of a loss the printed change is given as it is."""
    if isinstance(value, Term):
        if value.value in ("不适用", "-", "—", "/"):
            raise Missing(name)
        return value.value if value.value.startswith("同比") else f"同比{value.value}"
    if not isinstance(value, Number):
        return printed(value)
    base = name.removesuffix("_change")
    around = [v for part in (base, f"{base}_last", f"{base}_last_restated") for v in _values(fact, part)]
    size = f"{digits(abs(value.value))}{value.unit or ''}"
    if any(isinstance(v, Number) and v.value < 0 for v in around):
        return f"同比变动{'-' if value.value < 0 else ''}{size}"
    if value.value == 0:
        return "同比持平"
    return f"同比{'增长' if value.value > 0 else '下降'}{size}"


def _period(value: FactField) -> str:
    """2023FY and 2023-01-01/2023-12-31 → 2023年度; what is neither is printed as it stands."""
    code = value.value if isinstance(value, Term) else ""
    if span := _SPAN.fullmatch(code):
        code = span["y"] + _SPANS.get(f"{span['months'][:2]}/{span['months'][-2:]}", "")
    found = _PERIOD.fullmatch(code)
    if not found:
        return printed(value)
    # A third quarter's flash may speak of the quarter or of nine months: its own words decide.
    nine = found["part"] == "Q3" and re.search("前三|前3|1-9月|三季报", value.text)
    return found["y"] + _PARTS["9M" if nine else found["part"]]


def _label(document: Document, value: FactField, words: list[str]) -> str:
    """The word that stands nearest before the figure in the filing."""
    text = re.sub(r"\s", "", getattr(document, value.field)[max(0, value.start - _LOOK_BACK) : value.start])
    nearest = max(words, key=lambda word: (text.rfind(word) + len(word) if word in text else -1, len(word)))
    return nearest if nearest in text else words[-1]


def own_title(document: Document) -> str:
    """Without the company's name and the colon that exchanges put before it."""
    found = re.match(r"^[^：:《]{2,12}[：:]\s*", document.title)
    return (document.title[found.end() :] if found else document.title).strip()


def _sentence(document: Document, runs: list[Run]) -> Sentence:
    """The title stands for the whole sentence (who filed what); each figure for itself."""
    title = document.title
    sources = [Source(document=document.id, field="title", start=0, end=len(title), text=title)]
    text = ""
    for run in runs:
        if run.value is not None:
            field, start, end = run.value.field, run.value.start, run.value.end
            verbatim = getattr(document, field)[start:end]
            at = (len(text), len(text) + len(run.text))
            sources.append(
                Source(document=document.id, field=field, start=start, end=end, text=verbatim, at=at)
            )
        text += run.text
    return Sentence(text=text, sources=tuple(sources))
