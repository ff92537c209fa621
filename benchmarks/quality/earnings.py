"""Earnings flashes and forecasts: real tables row by row, prose, headlines, forecasts, losses in the news.

A labelled figure counts when value and unit agree (compared in base units; a change in %, or points).
Precision is over the figures that were read of rows whose label is not marked as unsettled. Each set is scored as it is
labelled and, where the reviewed list (data/label_errors.yaml) names labels of it, once more without them (`settled`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.quality.core import Measure
from benchmarks.quality.published import DUEE_FIN
from benchmarks.quality.records import reviewed_labels
from pipeline.attachments import extract
from pipeline.filings import facts_of, kinds_of
from pipeline.filings.earnings import flash
from pipeline.filings.forecast import facts as forecast
from pipeline.filings.numbers import base_of, figures, to_decimal
from pipeline.filings.periodic import facts as periodic
from pipeline.filings.record import Filing
from pipeline.filings.view import flat
from pipeline.model import Fact, Number

_PARTS = {
    "this": "",
    "last": "_last",
    "last_restated": "_last_restated",
    "change": "_change",
    "this_before_correction": "_before_correction",
}
_FIGURE = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_DOWN = re.compile(r"减少|下降|降|跌|减")
_REVIEWED = reviewed_labels()


def measure(eval_dir: Path, companies_dir: Path | None) -> list[Measure]:
    return [
        *_flashes(eval_dir),
        *_forecasts(eval_dir),
        *_headlines(eval_dir),
        *_losses(eval_dir),
        *_annual_reports(eval_dir.parents[1] / "samples" / "pdf"),
    ]


def rows(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


class Count:
    """Right, missed and wrong figures of one set; `settled` counts them without reviewed labels."""

    def __init__(self, name: str, event: str = "", *, both: bool = True) -> None:
        self.name, self.right, self.missed, self.wrong = name, 0, 0, 0
        self.errors: list[str] = []
        self.event = event
        self.settled = Count(f"{name}.settled", both=False) if both else None
        self.left_out = 0

    def add(self, case: str, field: str, want: object, got: object) -> None:
        if want is None and got is None:
            return
        if self.settled is not None:
            if (case, field) in _REVIEWED or (case, self.event) in _REVIEWED:
                self.left_out += 1
            else:
                self.settled.add(case, field, want, got)
        if want == got:
            self.right += 1
            return
        self.missed += want is not None
        self.wrong += got is not None
        cause = "missed" if got is None else "invented" if want is None else "other value"
        self.errors.append(f"{cause}: {case}: {field}: {want} != {got}")

    def measures(self) -> list[Measure]:
        recall = self.right / max(1, self.right + self.missed)
        precision = self.right / max(1, self.right + self.wrong)
        total = self.right + self.missed
        return [
            Measure(f"{self.name}.recall", recall, total, sorted(self.errors)),
            Measure(f"{self.name}.precision", precision, self.right + self.wrong),
            *(self.settled.measures() if self.settled is not None and self.left_out else ()),
        ]

    def f1(self, best: float | None = None) -> Measure:
        recall, precision = self.measures()[:2]
        both = recall.value + precision.value
        value = 2 * recall.value * precision.value / both if both else 0.0
        return Measure(f"{self.name}.f1", value, recall.n, best=best)


def filing_of(row: dict[str, Any], text: str) -> Filing:
    published = date.fromisoformat(row["published"]) if row.get("published") else None
    return Filing(row.get("title") or "", text, (), published, row.get("code"))


def base(number: object) -> tuple[Decimal, str] | None:
    if not isinstance(number, Number):
        return None
    return (number.value if number.base is None else number.base), (number.base_unit or "")


# ---------------------------------------------------------------- flashes


def _flashes(folder: Path) -> Iterator[Measure]:
    table, prose = Count("earnings.flash.table"), Count("earnings.flash.prose")
    for row in rows(folder / "real_flash.jsonl"):
        if not row["text"]:
            continue
        count = table if row["text_kind"] == "table lines" else prose
        facts = flash(filing_of(row, row["text"]))
        score_flash(count, row["id"], row["labels"], facts[0] if facts else None)
    yield from table.measures()
    if prose.right + prose.missed:
        yield from prose.measures()


def score_flash(count: Count, case: str, labels: dict[str, Any], fact: Fact | None) -> None:
    fields = fact.fields if fact else {}
    period = fields.get("period")
    count.add(case, "period", labels["period"], getattr(period, "value", None))
    for name, cells in labels["rows"].items():
        if name in labels.get("unlabelled", ()):
            continue
        for part, suffix in _PARTS.items():
            printed = (cells or {}).get(part)
            want = _wanted(name, part, printed, labels["unit"])
            count.add(case, name + suffix, want, base(fields.get(name + suffix)))


def _wanted(name: str, part: str, printed: str | None, unit: str | None) -> tuple[Decimal, str] | None:
    """The labelled figure in base units; None for a cell that holds no figure (不适用, -, 持平)."""
    plain = flat(printed or "").replace(" ", "")
    found = _FIGURE.search(plain)
    value = found and to_decimal(found[0])
    if not found or value is None:
        return None
    if part == "change":
        if _DOWN.search(plain[: found.start()]):
            value = -abs(value)
        return value, "个百分点" if "百分" in plain else "%"
    if name == "roe":
        return value, "%"
    if name == "eps":
        return value, "元/股"
    own = re.search(r"[百千万亿]*元", plain[found.end() :])
    told = re.search(r"[百千万亿]*元", flat(unit or ""))
    said = own or told
    in_base, in_unit = base_of(value, said[0] if said else None)
    return (value, "") if in_base is None else (in_base, in_unit or "")


# ---------------------------------------------------------------- forecasts


_FORECAST = (
    "net_profit_min",
    "net_profit_max",
    "change_min",
    "change_max",
    "last_year_net_profit",
    "ex_nonrecurring_min",
    "ex_nonrecurring_max",
)


def _forecasts(folder: Path) -> Iterator[Measure]:
    count = Count("earnings.forecast")
    # The second set leaves its texts out: it counts where somebody has looked them up.
    for row in (*rows(folder / "real_filings.jsonl"), *rows(folder / "real_filings_pages.jsonl")):
        if row["kind"] != "earnings_forecast" or not row["text"]:
            continue
        facts = forecast(filing_of(row, row["text"]))
        fields = facts[0].fields if facts else {}
        labels, unsure = row["labels"], set(row.get("unsure") or ())
        for name in ("period", "type"):
            if name not in unsure:
                count.add(row["id"], name, labels.get(name), getattr(fields.get(name), "value", None))
        for name in _FORECAST:
            if name not in unsure:
                count.add(row["id"], name, _amount(labels.get(name)), base(fields.get(name)))
    yield from count.measures()


def _amount(printed: str | None) -> tuple[Decimal, str] | None:
    plain = flat(printed or "").replace(" ", "")
    found = _FIGURE.search(plain)
    value = found and to_decimal(found[0])
    if not found or value is None:
        return None
    unit = plain[found.end() :]
    if unit in ("万", "亿"):
        unit += "元"
    in_base, in_unit = base_of(value, unit)
    return (value, "") if in_base is None else (in_base, in_unit or "")


# ---------------------------------------------------------------- headlines


_HEADLINE = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(%|[百千万亿]*元?)")


def _headlines(folder: Path) -> Iterator[Measure]:
    """Each figure of a headline must be among the figures read from the text below it, rounded as printed.

    Silver: figures of a headline that its text does not print at all are not counted.
    """
    right = total = 0
    errors = []
    for i, row in enumerate(rows(folder / "earnings__finna_earnings_with_audited.jsonl")):
        filing = Filing("", row["text"], (), None, None)
        facts = forecast(filing) if row["kind"] == "业绩预告" else flash(filing)
        values = [v for fact in facts for v in fact.fields.values() if isinstance(v, Number)]
        printed_below = figures(filing.text)
        for printed in row["headline_numbers"]:
            if not any(_rounds_to(figure, printed.lstrip("-")) for figure in printed_below):
                continue
            total += 1
            if any(_rounds_to(value, printed.lstrip("-")) for value in values):
                right += 1
            else:
                errors.append(f"missed: line {i + 1}: {printed} of {row['title']}")
    if total:
        yield Measure("earnings.headline.exact", right / total, total, errors)


def _rounds_to(number: Number, printed: str) -> bool:
    found = _HEADLINE.fullmatch(printed)
    if found is None:
        return False
    want = to_decimal(found[1])
    unit = found[2] if found[2].endswith(("%", "元")) else found[2] + "元"
    if want is None or base_of(want, unit)[1] != (number.base_unit or number.unit or "").removesuffix("/股"):
        return False
    scale = base_of(Decimal(1), unit)[0] or Decimal(1)
    have = abs(number.base if number.base is not None else number.value) / scale
    digits = want.as_tuple().exponent
    step = Decimal(1).scaleb(digits if isinstance(digits, int) else 0)
    return abs(have - want) < step


# ---------------------------------------------------------------- losses in the news (DuEE-Fin 亏损)


_ROLES = {
    "公司名称": "holder",
    "披露时间": "disclosed",
    "财报周期": "period",
    "净亏损": "net_loss",
    "亏损变化": "change",
}


def _losses(folder: Path) -> Iterator[Measure]:
    """Per type micro P/R/F1 over role and value after greedy matching of records, as in Doc2EDAG.

    Every document counts, so that a loss read where none is labelled is wrong, and one whose kind is not seen is missed.
    """
    count = Count("earnings.losses", "亏损")
    for row in rows(folder / "duee_fin__dev.jsonl"):
        gold = [e for e in row.get("event_list") or [] if e["event_type"] == "亏损"]
        kinds = kinds_of(row["title"] or "", row["text"])
        told = facts_of(row["title"] or "", row["text"], (), kinds, None)
        wanted = [{_ROLES[a["role"]]: _plain(a["argument"]) for a in e["arguments"]} for e in gold]
        found = [
            {name: _shown(value) for name, value in fact.fields.items()}
            for fact in told
            if fact.kind == "loss"
        ]
        while wanted or found:
            want, got = max(
                ((w, g) for w in wanted or [{}] for g in found or [{}]),
                key=lambda pair: len(pair[0].items() & pair[1].items()),
            )
            for name in sorted({*want, *got}):
                count.add(row["id"], name, want.get(name), got.get(name))
            wanted = [w for w in wanted if w is not want]
            found = [g for g in found if g is not got]
    if count.right + count.missed:
        yield count.f1(DUEE_FIN["亏损"])
        yield from count.measures()
        if count.left_out and count.settled is not None:
            yield count.settled.f1(DUEE_FIN["亏损"])


def _shown(value: object) -> str:
    parts = value if isinstance(value, tuple) else (value,)
    return "-".join(_plain(part.text) for part in parts)


def _plain(words: str) -> str:
    return re.sub(r"^(?:净利润)?约?-?|\s", "", re.sub(r"~|至", "-", flat(words).replace(" ", "")))


# ---------------------------------------------------------------- annual reports


def _annual_reports(folder: Path) -> Iterator[Measure]:
    """主要会计数据 of real annual reports against figures that were checked by hand on the page."""
    count = Count("earnings.annual")
    wanted = json.loads(Path(__file__).with_name("annual_reports.json").read_text(encoding="utf-8"))
    for name, figures_of in wanted.items():
        file = folder / f"{name}.pdf"
        if not file.exists():
            continue
        facts = periodic(Filing(name, extract(file.read_bytes()).text))
        fields = facts[0].fields if facts else {}
        for field in sorted({*fields, *figures_of}):
            found = fields.get(field)
            got = (
                f"{found.value} {found.unit}" if isinstance(found, Number) else getattr(found, "value", None)
            )
            count.add(name, field, figures_of.get(field), got)
    if count.right + count.missed + count.wrong:
        yield from count.measures()
