"""Companies: recall and precision on codes, ambiguous names, subjects.

With `--companies DIR` the table is read from DIR (companies.tsv, aliases.tsv), else it is the
bundled one. Texts are news of 2010-2021, so `published` is not known and no date decides.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.quality.core import Measure
from benchmarks.quality.drawn import texts
from benchmarks.quality.records import reviewed_labels
from pipeline.companies import Matcher
from pipeline.companies_table import CompanyTable, load_companies, read_table
from pipeline.model import CompanyTag
from pipeline.normalise import normal

DATA = Path(__file__).parents[1] / "data"

_PRINTED = re.compile(r"[（(]?\s*(?:SH|SZ|sh|sz)?[.:：]?\d{6}(?:\.(?:SH|SZ|sh|sz))?\s*[)）]?")


def measure(eval_dir: Path, companies_dir: Path | None) -> list[Measure]:
    table = read_table(companies_dir) if companies_dir else load_companies()
    matcher = Matcher(table)
    found: list[Measure] = []
    found += _printed_codes(eval_dir / "linked_mentions__ccks2019.jsonl", table, matcher)
    for name in ("cfsc", "cfbenchmark_company"):
        found += _mentions(eval_dir / f"linked_mentions__{name}.jsonl", f"companies.{name}", table, matcher)
    if companies_dir:
        found += _full_names(companies_dir)
    found += _read_by_hand(eval_dir, table, matcher)
    found += _roles(eval_dir, matcher)
    found += _ambiguous(eval_dir, matcher)
    return found


def _printed_codes(path: Path, table: CompanyTable, matcher: Matcher) -> list[Measure]:
    """The code stood in the text and is taken out: does the name alone lead to it?"""
    cases = [case for case in _read(path) if case.get("printed_code")]
    known = {(name.text, name.code) for name in table.names}
    knowable = found = subjects = 0
    errors, objects = [], []
    for case in cases:
        code = table.current(case["printed_code"])
        if (normal(case["company"]), code) not in known:
            continue
        knowable += 1
        text = _PRINTED.sub("", case["text"])
        tags = {tag.code: tag for tag in matcher.tag("", text)}
        if code in tags:
            found += 1
            if tags[code].role == "subject":
                subjects += 1
            else:
                objects.append(f"mentioned only: {case['id']}: {_around(text, tags[code].spans)}")
            continue
        shared = [tag for tag in matcher.tag("", text) if code in tag.candidates]
        cause = "name shared by several codes" if shared else _cause(matcher, case["company"], text)
        errors.append(f"{cause}: {case['id']}: {case['company']} {code}: {text[:60]}")
    if not cases:
        return []
    return [
        Measure("companies.ccks2019.recall_of_knowable", _share(found, knowable), knowable, errors),
        Measure("companies.ccks2019.unknowable_share", _share(len(cases) - knowable, len(cases)), len(cases)),
        Measure("companies.ccks2019.subject_of_found", _share(subjects, found), found, objects),
    ]


def _cause(matcher: Matcher, name: str, text: str) -> str:
    if normal(name) not in normal(text):
        return "name not in the text"
    weight = matcher.context.weight(normal(name))
    return f"{weight} name refused"


def _mentions(path: Path, area: str, table: CompanyTable, matcher: Matcher) -> list[Measure]:
    """Codes a text, as sets. Names that the labels call ambiguous are not scored, nor labels that the set
    itself marks as not standing in the text."""
    right = wrong = missed = misread = agreed = labelled = 0
    reviewed = reviewed_labels()
    false: list[str] = []
    lost: list[str] = []
    cases = _read(path)
    for case in cases:
        mentions = [m for m in case["mentions"] if m.get("in_text") is not False]
        gold = {table.current(m["code"]) for m in mentions if m["code"]}
        unscored = [m["text"] for m in mentions if m.get("how") == "ambiguous"]
        tags = [tag for tag in matcher.tag("", case["text"]) if tag.code]
        tags = [tag for tag in tags if not any(span.text in unscored for span in tag.spans)]
        given = {tag.code for tag in tags}
        right += len(given & gold)
        wrong += len(given - gold)
        missed += len(gold - given)
        misread += sum((case["id"], code) in reviewed for code in gold - given)
        for tag in tags:
            label = _label_of(case, tag)
            if label and label["code"]:
                labelled += 1
                agreed += table.current(label["code"]) == tag.code
            if tag.code not in gold:
                cause = (
                    "no label at this name"
                    if label is None
                    else f"label gives {label['code']}"
                    if label["code"]
                    else "label without code at this name"
                )
                false.append(f"{cause}: {case['id']}: {tag.code}: {_around(case['text'], tag.spans)}")
        for code in sorted(gold - given):
            names = [m["text"] for m in mentions if m["code"] and table.current(m["code"]) == code]
            lost.append(f"{_cause(matcher, names[0], case['text'])}: {case['id']}: {code} {names}")
    if not cases:
        return []
    gaps = {tuple(line.split("\t")[:3]) for line in (DATA / "label_gaps.tsv").read_text("utf-8").splitlines()}
    unread = [line for line in false if (area, *line.split(": ", 3)[1:3]) not in gaps]
    return [
        Measure(f"{area}.precision", _share(right, right + wrong), right + wrong, false),
        # Gaps in the labels that a person has read and written down (data/label_gaps.tsv) left out.
        Measure(f"{area}.precision_as_read", _share(right, right + len(unread)), right + len(unread), unread),
        # Where labels name no company that is plainly in the text, precision cannot tell; here it can.
        Measure(f"{area}.precision_where_labelled", _share(agreed, labelled), labelled),
        Measure(f"{area}.recall", _share(right, right + missed), right + missed, lost),
        # Labels that their own text contradicts (data/label_errors.yaml) left out.
        Measure(f"{area}.recall_as_read", _share(right, right + missed - misread), right + missed - misread),
    ]


def _label_of(case: dict[str, Any], tag: CompanyTag) -> dict[str, Any] | None:
    """The label at one of the tag's spans; one with a code before one without."""
    at = [
        mention
        for mention in case["mentions"]
        for span in tag.spans
        if mention["text"] in span.text or span.text in mention["text"]
    ]
    return next((m for m in at if m["code"]), at[0] if at else None)


def _around(text: str, spans: Any) -> str:
    return text[max(0, spans[0].start - 15) : spans[0].end + 25].replace("\n", " ") if spans else ""


def _full_names(companies_dir: Path) -> list[Measure]:
    """Full legal names against the bundled table, which has none: do those that hold the short name
    lead to their company (贵阳朗玛信息技术股份有限公司), and does any name lead to another?"""
    matcher = Matcher(load_companies())
    table = matcher.table
    right = knowable = given = 0
    lost, wrong = [], []
    with (companies_dir / "companies.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            full, code = row.get("full_name"), table.current(row["code"])
            if not full or code not in table:
                continue
            found = {tag.code for tag in matcher.tag("", full)} - {None}
            holds = table.companies[code].short in normal(full)
            knowable += holds
            right += holds and code in found
            given += len(found)
            if holds and code not in found:
                lost.append(f"missed: {code}: {full}")
            wrong += [f"another's: {code}: {full}: {other}" for other in found - {code}]
    return [
        Measure("companies.full_names.recall", _share(right, knowable), knowable, lost),
        Measure("companies.full_names.precision", _share(given - len(wrong), given), given, wrong),
    ]


def _read_by_hand(eval_dir: Path, table: CompanyTable, matcher: Matcher) -> list[Measure]:
    """Texts of both sets that were read for every listed company they name: the matcher and the
    sets' own labels held against the same reading. Brokers that rate others are not scored."""
    with (DATA / "mentions_read.tsv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    cases = {
        case["id"]: case
        for name in ("cfsc", "cfbenchmark_company")
        for case in _read(eval_dir / f"linked_mentions__{name}.jsonl")
    }
    codes = {name.text: name.code for name in table.names if name.code}
    read: dict[str, dict[str | None, str]] = {row["case"]: {} for row in rows}
    for row in rows:
        if row["name"]:
            read[row["case"]][codes.get(normal(row["name"]))] = row["role"]
    right = {"read": 0, "labels_against_reading": 0}
    given, wanted = dict.fromkeys(right, 0), 0
    errors = []
    for case_id, names in read.items():
        if case_id not in cases:
            continue
        case = cases[case_id]
        gold = {code for code, role in names.items() if role != "unscored"} - {None}
        unscored = set(names) - gold
        found = {tag.code for tag in matcher.tag("", case["text"])} - unscored
        labels = {table.current(m["code"]) for m in case["mentions"] if m["code"]} - unscored
        wanted += len(gold)
        for key, codes_given in (("read", found), ("labels_against_reading", labels)):
            right[key] += len(codes_given & gold)
            given[key] += len(codes_given)
        errors += [f"not in the text: {case_id}: {code}" for code in found - gold]
        errors += [f"missed: {case_id}: {code}" for code in gold - found]
    if not wanted:
        return []
    measures = []
    for key in right:
        lines = errors if key == "read" else []
        measures += [
            Measure(f"companies.{key}.precision", _share(right[key], given[key]), given[key], lines),
            Measure(f"companies.{key}.recall", _share(right[key], wanted), wanted, lines),
        ]
    return measures


def _roles(eval_dir: Path, matcher: Matcher) -> list[Measure]:
    """Names inside sentences: is the sentence about the company, does it only mention it, or is
    another meant (`none`)?"""
    drawn = _read(DATA / "roles_drawn.jsonl")
    found = texts(eval_dir, drawn, "sentence")
    codes: dict[str, set[str | None]] = {}
    for known in matcher.table.names:
        codes.setdefault(known.text, set()).add(known.code)
    measures = []
    for half in ("tuned", "untouched"):
        cases = [
            case
            for case in drawn
            if case["half"] == half and case["sha256"] in found and normal(case["name"]) in codes
        ]
        errors = []
        for case in cases:
            text = found[case["sha256"]]
            held = codes[normal(case["name"])]
            given = next((tag.role for tag in matcher.tag("", text) if tag.code in held), "none")
            if given != case["role"]:
                at = max(0, text.find(case["name"]) - 20)
                errors.append(f"{case['role']} read as {given}: {case['name']}: {text[at : at + 50]}")
        if cases:
            measures.append(
                Measure(
                    f"companies.roles_drawn_{half}.right", 1 - len(errors) / len(cases), len(cases), errors
                )
            )
    return measures


def _ambiguous(eval_dir: Path, matcher: Matcher) -> list[Measure]:
    """Names that are words too: is a company named where one is meant, and only there?

    `written` are our own sentences, `drawn` are labels on sentences of the folder of cases.
    """
    codes: dict[str, set[str | None]] = {}
    for known in matcher.table.names:
        codes.setdefault(known.text, set()).add(known.code)
    drawn = _read(DATA / "ambiguous_drawn.jsonl")
    found = texts(eval_dir, drawn, "sentence")
    sets = {
        "written": _read(DATA / "ambiguous_written.jsonl"),
        "drawn": [label | {"text": found[label["sha256"]]} for label in drawn if label["sha256"] in found],
    }
    measures = []
    for name, cases in sets.items():
        for half in ("tuned", "untouched"):
            # A name that the table does not hold cannot be known.
            chosen = [case for case in cases if case["half"] == half and case["name"] in codes]
            errors = []
            for case in chosen:
                tags = matcher.tag("", case["text"])
                named = any(
                    case["name"] in normal(span.text) and codes[case["name"]] & {tag.code, *tag.candidates}
                    for tag in tags
                    for span in tag.spans
                )
                if named != case["company"]:
                    cause = "missed" if case["company"] else "not a company"
                    at = case["text"].find(case["name"])
                    errors.append(f"{cause}: {case['name']}: {case['text'][max(0, at - 20) : at + 30]}")
            if chosen:
                measures.append(
                    Measure(
                        f"companies.ambiguous_{name}_{half}.right",
                        1 - len(errors) / len(chosen),
                        len(chosen),
                        errors,
                    )
                )
    return measures


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _read(path: Path) -> list[dict[str, Any]]:
    return list(_lines(path)) if path.exists() else []


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)
