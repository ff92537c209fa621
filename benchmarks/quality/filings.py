"""Kinds of filings: real titles, the labelled filings, and texts that hold no event; facts of registrations.

Where the reviewed list (data/label_errors.yaml) says that a kind (`kind`), a field or an unlabelled event is wrong, the
figure is given once more without it (`settled`).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.quality.core import Measure, by_file
from benchmarks.quality.records import reviewed_labels
from pipeline.filings import facts_of, kinds_of
from pipeline.filings.numbers import figures
from pipeline.filings.view import View
from pipeline.model import Day, Fact, Number

DATA = Path(__file__).parents[1] / "data"
# The first file grew from the grammar's own answers; the second was labelled before the grammar was run on it.
LABELS = (("titles", DATA / "title_labels.tsv"), ("titles_drawn", DATA / "title_labels_drawn.tsv"))
REGISTRATION = (
    "algorithm_registration"  # the kind whose facts are scored here; others have scorers of their own
)
OURS = (
    REGISTRATION,
    "shareholder_reduction",
    "shareholder_increase",
    "contract_award",
    "equity_incentive",
    "pledge",
    "pledge_release",
    "inquiry_letter",
    "acquisition",
)
# What tells a bound apart or how a figure came about; scored as words elsewhere or not printed in the text.
_SKIP = {
    "stage", "not_started", "changed", "items", "parts", "direction", "method", "subject", "project", "entity", "company",
    "regime", "count", "period", "from", "price_avg", "plan_shares", "plan_ratio", "plan_amount_min", "plan_amount_max",
    "first", "reserved", "tool", "letter_no_text",
}  # fmt: skip


def measure(eval_dir: Path, companies_dir: Path | None) -> list[Measure]:
    found: list[Measure] = []
    titles = eval_dir.parent.parent / "samples" / "cninfo" / "cninfo_titles_2026-08_unique.json"
    if titles.exists():
        rows = json.loads(titles.read_text(encoding="utf-8"))
        for name, labels in LABELS:
            found += title_kinds(rows, name, labels)
    return found + by_file(
        eval_dir,
        (
            ("real_filings", real),
            ("real_filings_pages", pages),
            ("duee_fin__dev", event_free),
            ("same_event_pairs__lookalikes", lookalikes),
        ),
    )


# ---------------------------------------------------------------- titles


def title_kinds(rows: list[dict[str, str]], name: str, labels: Path) -> list[Measure]:
    """Macro-F1 over the kinds that have labels, on each half."""
    by_number = {m[1]: r["title"] for r in rows if (m := re.search(r"/(\d{6,})\.", r["pdf_url"]))}
    right: dict[str, Counter[str]] = {"tuned": Counter(), "apart": Counter()}
    given: dict[str, Counter[str]] = {"tuned": Counter(), "apart": Counter()}
    wanted: dict[str, Counter[str]] = {"tuned": Counter(), "apart": Counter()}
    errors: dict[str, list[str]] = {"tuned": [], "apart": []}
    for line in labels.read_text(encoding="utf-8").splitlines()[1:]:
        number, _, half, kinds = line.split("\t")
        if (title := by_number.get(number)) is None:
            continue
        label, read = set(kinds.split("+")), set(kinds_of(title, ""))
        right[half].update(label & read)
        given[half].update(read)
        wanted[half].update(label)
        if label != read:
            errors[half].append(f"title: {number}: {sorted(label)} read as {sorted(read)}: {title}")
    measures = []
    for half in ("tuned", "apart"):
        scores = [2 * right[half][k] / max(1, given[half][k] + wanted[half][k]) for k in wanted[half]]
        macro = sum(scores) / max(1, len(scores))
        measures.append(
            Measure(f"filings.{name}.{half}.macro_f1", macro, sum(wanted[half].values()), errors[half])
        )
    return measures


# ---------------------------------------------------------------- real filings


def pages(rows: list[dict[str, Any]]) -> list[Measure]:
    """Newer texts, which the set leaves out: of those that somebody has looked up."""
    return real([row for row in rows if row["text"]], "pages")


def real(rows: list[dict[str, Any]], name: str = "real") -> list[Measure]:
    """Kinds (main or beside), and every labelled figure, day, name and number, by kind and in all."""
    right: Counter[str] = Counter()
    given: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    kinds = total = clean = others = wrong_label = 0
    errors: list[str] = []
    reviewed = reviewed_labels()
    settled: tuple[Counter[str], Counter[str], Counter[str]] = (Counter(), Counter(), Counter())
    for row in rows:
        if not row["text"]:
            continue
        unsure = set(row.get("unsure") or ())
        day = date.fromisoformat(row["published"]) if row["published"] else None
        read = kinds_of(row["title"] or "", row["text"])
        facts = facts_of(row["title"] or "", row["text"], (), read, day)
        if row["kind"] == "other":
            others += 1
            invented = [f.kind for f in facts if f.kind in OURS]
            clean += not invented
            if invented:
                errors.append(f"invented: {row['id']}: {invented}")
            continue
        if "kind" not in unsure:
            total += 1
            kinds += row["kind"] in read
            if row["kind"] not in read:
                wrong_label += (row["id"], "kind") in reviewed
                errors.append(
                    f"kind: {row['id']}: {row['kind']} read as {read}: {row['title'] or row['text'][:40]}"
                )
        for kind, labels in {row["kind"]: row["labels"], **(row.get("also") or {})}.items():
            if kind == REGISTRATION:
                told = [f for f in facts if f.kind == kind]
                _fields(kind, labels, told, unsure, row["id"], (right, given, wanted), errors)
                wrong = {role for case, role in reviewed if case == row["id"]}
                _fields(kind, labels, told, unsure | wrong, row["id"], settled, [])
    measures = [
        Measure(f"filings.{name}.kind", kinds / max(1, total), total, sorted(errors)),
        Measure(f"filings.{name}.other_clean", clean / max(1, others), others),
    ]
    if wrong_label:
        measures.append(
            Measure(f"filings.{name}.kind.settled", kinds / (total - wrong_label), total - wrong_label)
        )
    measures += _pair(
        f"filings.{name}.{REGISTRATION}", list(wanted | given), right, given, wanted, sum(wanted.values())
    )
    if settled[2] != wanted:
        right, given, wanted = settled
        measures += _pair(
            f"filings.{name}.{REGISTRATION}.settled",
            list(wanted | given),
            right,
            given,
            wanted,
            sum(wanted.values()),
        )
    return measures


def _pair(
    name: str, keys: list[str], right: Counter[str], given: Counter[str], wanted: Counter[str], n: int
) -> list[Measure]:
    r, g, w = (sum(c[k] for k in keys) for c in (right, given, wanted))
    return [Measure(f"{name}.precision", r / max(1, g), g), Measure(f"{name}.recall", r / max(1, w), n)]


def _fields(
    kind: str,
    labels: Mapping[str, Any],
    facts: list[Fact],
    unsure: set[str],
    case: str,
    counts: tuple[Counter[str], Counter[str], Counter[str]],
    errors: list[str],
) -> None:
    """A label may be a list; the values of all facts of the kind stand for the field, the first count deciding."""
    right, given, wanted = counts
    for name, label in labels.items():
        if name in unsure or name in _SKIP:
            continue
        want = {_key(v) for v in (label if isinstance(label, list) else [label]) if v is not None}
        got = {
            _shown(v)
            for f in facts
            for one in [f.fields.get({"algorithm": "name"}.get(name, name))]
            for v in (one if isinstance(one, tuple) else (one,))
            if v is not None
        }
        key = f"{kind}.{name}"
        hits = {w for w in want if any(_like(w, g) for g in got)}
        right[key] += len(hits)
        wanted[key] += len(want)
        given[key] += (
            len(got) if not want else max(len(hits), min(len(got), len(want) + len(got) - len(hits)))
        )
        if len(hits) < len(want) or (got and not want):
            errors.append(f"{key}: {case}: label {sorted(want) or '-'}, read {sorted(got) or '-'}")


def _key(printed: str) -> str:
    text = View(str(printed), "").text.strip()
    numbers = figures(text)
    if len(numbers) == 1 and re.match(r"[-\d]", text) and numbers[0].base is not None:
        return f"{numbers[0].base.normalize():f}"
    return re.sub(r"[\s《》“”\"]", "", text)


def _shown(value: Any) -> str:
    if isinstance(value, Day):
        return str(value.value)
    if isinstance(value, Number):
        return f"{(value.base if value.base is not None else value.value).normalize():f}"
    return re.sub(r"[\s《》“”\"]", "", value.value)


def _like(want: str, got: str) -> bool:
    """Names: one inside the other (a law firm's or a short form); figures and days: the same."""
    if want == got:
        return True
    return not re.fullmatch(r"[-\d.]+", want) and len(got) >= 2 and (want in got or got in want)


def event_free(rows: list[dict[str, Any]]) -> list[Measure]:
    """DuEE-Fin's texts without an event: the share from which no fact of these kinds is read."""
    free = [row for row in rows if not row.get("event_list")]
    invented = []
    for row in free:
        kinds = kinds_of(row["title"], row["text"])
        found = [f.kind for f in facts_of(row["title"], row["text"], (), kinds, None) if f.kind in OURS]
        invented += [f"invented: {row['id']}: {found}"] if found else []
    reviewed = {case for case, _ in reviewed_labels()}  # an event that its text tells and nobody labelled
    settled = [row["id"] for row in free if row["id"] not in reviewed]
    wrong = sum(any(f"invented: {case}:" in line for line in invented) for case in settled)
    return [
        Measure("filings.duee.event_free_clean", 1 - len(invented) / max(1, len(free)), len(free), invented),
        Measure("filings.duee.event_free_clean.settled", 1 - wrong / max(1, len(settled)), len(settled)),
    ]


# What facts a text about an event of the corpus may hold; a raising of funds is no kind of ours.
_EVENTS = {
    "股份回购": {"buyback", "buyback_purchase", "incentive_cancellation"},
    "中标": {"contract_award"},
    "股东减持": {"shareholder_reduction"},
    "股东增持": {"shareholder_increase"},
    "质押": {"pledge", "pledged_total"},
    "解除质押": {"pledge_release", "pledged_total"},
    "企业收购": {"acquisition"},
    "企业融资": set(),
}


def lookalikes(rows: list[dict[str, Any]]) -> list[Measure]:
    """Texts of one wording about different events: the share that yields facts of its own event's kind alone."""
    texts = {
        row[side]: (row["event_type"], row[f"title_{side}"], row[f"text_{side}"])
        for row in rows
        if row["event_type"] in _EVENTS
        for side in "ab"
    }
    invented = []
    for case, (event, title, text) in texts.items():
        found = {f.kind for f in facts_of(title, text, (), kinds_of(title, text), None)}
        if extra := found - _EVENTS[event]:
            invented.append(f"invented: {case}: {event}: {sorted(extra)}")
    share = 1 - len(invented) / max(1, len(texts))
    return [Measure("filings.lookalikes.own_kind", share, len(texts), invented)]
