"""Six further kinds of filings: real texts field by field; ChFinAnn and DuEE-Fin by the metric of their papers.

A labelled figure counts when its value in base units agrees, a name when its letters do. The real texts and half of each
corpus were read while the grammar was written: these figures are of seen text. ChFinAnn's labels are distant (of
records, not of the text), DuEE-Fin's count what is pledged in all as a pledge of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.quality.core import Measure, by_file
from benchmarks.quality.published import CHFINANN, DUEE_FIN
from benchmarks.quality.records import Tally, matched, reviewed_labels, settled_roles
from pipeline.filings import facts_of, kinds_of
from pipeline.filings.numbers import days, figures
from pipeline.filings.view import View, flat
from pipeline.model import Day, Fact, FactField, Number

KINDS = (
    "shareholder_reduction", "shareholder_increase", "pledge", "pledge_release",
    "contract_award", "equity_incentive", "inquiry_letter", "acquisition",
)  # fmt: skip
# Not fields: remarks of the labels, and what the text of a label cannot be compared with.
_UNSCORED = frozenset({"changed", "items", "not_started"})


def measure(eval_dir: Path, companies_dir: Path | None) -> list[Measure]:
    return by_file(
        eval_dir,
        (
            ("real_filings", real),
            ("chfinann_sample500__docs", chfinann),
            ("duee_fin__dev", duee),
        ),
    )


# ---------------------------------------------------------------- real texts


def real(rows: list[dict[str, Any]]) -> list[Measure]:
    right: Counter[str] = Counter()
    given: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    errors: dict[str, list[str]] = {kind: [] for kind in KINDS}
    reviewed = reviewed_labels()
    for row in rows:
        if not row["text"]:
            continue
        labels = {row["kind"]: row["labels"]} | (row.get("also") or {})
        for kind in KINDS:
            if kind not in labels or not isinstance(labels[kind], dict):
                continue
            facts = _read(row["title"], row["text"], row["published"], (kind,), row["code"])
            merged: dict[str, list[FactField]] = {}
            for fact in facts:
                if fact.kind in KINDS and fact.kind != kind:
                    continue  # a release told in a filing on a pledge
                for name, value in fact.fields.items():
                    merged.setdefault(name, []).extend(value if isinstance(value, tuple) else (value,))
            for name, label in labels[kind].items():
                if name in _UNSCORED or name in (row["unsure"] or ()):
                    continue
                wrong = (row["id"], name) in reviewed
                want = _keys(label)
                got = {_key(v) for v in merged.get(name, ())}
                for count, values in ((right, want & got), (wanted, want), (given, got)):
                    count["settled"] += 0 if wrong else len(values)
                right[kind] += len(want & got)
                wanted[kind] += len(want)
                given[kind] += len(got)
                if want != got:
                    cause = "missed" if not got else "invented" if not want else "other value"
                    errors[kind].append(
                        f"{cause}: {row['id']}: {name}: label {sorted(want)}, read {sorted(got)}"
                    )
    measures = []
    for kind in KINDS:
        name = f"further.real.{kind}"
        measures.append(
            Measure(f"{name}.precision", right[kind] / max(1, given[kind]), given[kind], sorted(errors[kind]))
        )
        measures.append(Measure(f"{name}.recall", right[kind] / max(1, wanted[kind]), wanted[kind]))
    measures.append(
        Measure(
            "further.real.settled.precision", right["settled"] / max(1, given["settled"]), given["settled"]
        )
    )
    measures.append(
        Measure(
            "further.real.settled.recall", right["settled"] / max(1, wanted["settled"]), wanted["settled"]
        )
    )
    for count in (right, given, wanted):
        del count["settled"]
    total = sum(right.values())
    measures.append(
        Measure("further.real.precision", total / max(1, sum(given.values())), sum(given.values()))
    )
    measures.append(
        Measure("further.real.recall", total / max(1, sum(wanted.values())), sum(wanted.values()))
    )
    return measures


def _read(
    title: str | None, text: str, published: str | None, kinds: tuple[str, ...], code: str | None
) -> list[Fact]:
    day = date.fromisoformat(published) if published else None
    return list(facts_of(title or "", text, (), kinds, day, code))


def _key(value: FactField) -> str:
    if isinstance(value, Day):
        return str(value.value)
    if isinstance(value, Number):
        base = value.base if value.base is not None else value.value
        return f"{base.normalize():f}"
    return _plain(value.value)


def _keys(label: object) -> set[str]:
    if label is None or isinstance(label, bool):
        return set()
    if isinstance(label, list):
        return {key for one in label for key in _keys(one)}
    words = flat(str(label))
    if re.fullmatch(r"\d{4}-\d\d-\d\d", words):
        return {words}
    compact = words.replace(" ", "").replace("，", ",")
    if re.match(
        r"(?:约|近|不超过|不低于)?[-\d][\d,.]*(?:[百千]?[万亿]|元|股|份|%|人|名|美元|港元|个?月|天|年|$)",
        compact,
    ):
        if re.match(r"[\d.]+(?:个?月|天|年|日)", compact):
            return {_plain(words)}
        found = figures(View(compact, "").text, bare=True)
        return {f"{(n.base if n.base is not None else n.value).normalize():f}" for n in found}
    return {_plain(words)}


def _plain(words: str) -> str:
    return re.sub(r"\s|\((?:不含|含)[^)]*\)$", "", flat(words))


# ---------------------------------------------------------------- the two corpora

_CHFINANN: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "EquityPledge": (
        ("pledge", "pledge_release"),
        {
            "Pledger": "holder", "PledgedShares": "shares", "Pledgee": "pledgee", "TotalHoldingShares": "holding_shares",
            "TotalHoldingRatio": "holding_ratio", "TotalPledgedShares": "cum_shares", "StartDate": "from",
            "EndDate": "to", "ReleasedDate": "date",
        },
    ),
    "EquityUnderweight": (
        ("shareholder_reduction",),
        {
            "EquityHolder": "holder", "TradedShares": "shares", "StartDate": "from", "EndDate": "to",
            "LaterHoldingShares": "holding_after", "AveragePrice": "price_avg",
        },
    ),
    "EquityOverweight": (
        ("shareholder_increase",),
        {
            "EquityHolder": "holder", "TradedShares": "shares", "StartDate": "from", "EndDate": "to",
            "LaterHoldingShares": "holding_after", "AveragePrice": "price_avg",
        },
    ),
}  # fmt: skip


def chfinann(rows: list[dict[str, Any]]) -> list[Measure]:
    """Per type micro P/R/F1 over role and value after greedy matching of records (Doc2EDAG)."""
    tallies = {kind: Tally() for kind in (*_CHFINANN, "settled")}
    reviewed = reviewed_labels()
    for row in rows:
        lines = row["sentences"]
        title = next((s for s in lines[:4] if "公告" in s[-8:] or "报告书" in s[-8:]), lines[0])
        text = "\n".join(lines)
        kinds = kinds_of(title, text)
        facts = _read(title, text, row["ann_date"], kinds, None)
        for sort, (ours, roles) in _CHFINANN.items():
            gold = [
                {role: _key_of(e["args"].get(role)) for role in roles}
                for e in row["events"]
                if e["type"] == sort
            ]
            guess = []
            for fact in facts:
                if fact.kind in ours and (record := _record_ch(fact, roles)):
                    guess.append(record)
            matched(tallies[sort], gold, guess, roles, row["doc_id"])
            settled = settled_roles(roles, sort, row["doc_id"], reviewed)
            matched(tallies["settled"], gold, guess, settled, row["doc_id"])
    return [
        m
        for sort, tally in tallies.items()
        for m in tally.measures(f"further.chfinann.{sort}", CHFINANN.get(sort))
    ]


_TRADED = frozenset({"shares", "ratio", "amount", "price_low", "price_avg"})


def _record_ch(fact: Fact, roles: Mapping[str, str]) -> dict[str, str | None]:
    if any(name.startswith("plan_") for name in fact.fields) and not fact.fields.keys() & _TRADED:
        return {}  # the corpus knows no plans
    names = dict(roles)
    if fact.kind == "pledge":
        names["ReleasedDate"] = ""
        if "from" not in fact.fields:
            names["StartDate"] = "date"
    if "price_avg" not in fact.fields and fact.fields.get("price_low") == fact.fields.get("price_high"):
        names = {role: "price_low" if name == "price_avg" else name for role, name in names.items()}
    found = {role: _first(fact, name) for role, name in names.items()}
    return found if any(found.values()) else {}


def _first(fact: Fact, name: str) -> str | None:
    value = fact.fields.get(name)
    if value is None or _is_nothing(value):
        return None
    return _key(value[0] if isinstance(value, tuple) else value)


def _is_nothing(value: object) -> bool:
    """Nothing traded yet (0, shown by its words), which the corpora leave out."""
    return isinstance(value, Number) and value.value == 0 and re.search(r"\d", value.text) is None


def _key_of(printed: str | None) -> str | None:
    if printed is None:
        return None
    if re.search(r"\d月", printed) and (found := days(printed)):
        return str(found[0].value)
    if re.match(r"\d", printed):
        return next(iter(_keys(printed)), None)
    return _plain(printed)


_DUEE: dict[str, tuple[str, dict[str, str]]] = {
    "质押": ("pledge", {
        "质押方": "holder", "质权方": "pledgee", "质押股票/股份数量": "shares", "事件时间": "date",
        "质押物占总股比": "ratio_of_total", "质押物占持股比": "ratio_of_holding",
    }),
    "解除质押": ("pledge_release", {
        "质押方": "holder", "质权方": "pledgee", "质押股票/股份数量": "shares", "事件时间": "date",
        "质押物占总股比": "ratio_of_total", "质押物占持股比": "ratio_of_holding",
    }),
    "股东减持": ("shareholder_reduction", {
        "减持方": "holder", "交易股票/股份数量": "shares", "每股交易价格": "unit_price", "交易金额": "amount",
        "交易完成时间": "period", "减持部分占总股本比例": "ratio", "减持部分占所持比例": "ratio_of_holding",
    }),
    "股东增持": ("shareholder_increase", {
        "增持方": "holder", "交易股票/股份数量": "shares", "每股交易价格": "unit_price", "交易金额": "amount",
        "交易完成时间": "period", "增持部分占总股本比例": "ratio", "增持部分占所持比例": "ratio_of_holding",
    }),
    "中标": ("contract_award", {"中标公司": "winner", "中标标的": "project", "中标金额": "amount", "招标方": "awarder"}),
    "企业收购": ("acquisition", {
        "收购方": "buyer", "被收购方": "target", "收购标的": "stake", "交易金额": "price",
    }),
}  # fmt: skip
_JOINED = {
    "unit_price": ("price_low", "price_high", "price_avg"),
    "stake": ("stake", "bought", "shares"),
    "period": ("from", "to", "window", "as_of", "when"),
}


def duee(rows: list[dict[str, Any]]) -> list[Measure]:
    """Each type; figures by their value, days as printed, so that units and the missing year are no matter."""
    tallies = {sort: Tally() for sort in (*_DUEE, "settled")}
    reviewed = reviewed_labels()
    free = clean = 0
    for row in rows:
        events = row.get("event_list") or []
        kinds = kinds_of(row["title"], row["text"])
        facts = _read(row["title"], row["text"], "2020-12-31", kinds, None)
        if not events:
            free += 1
            clean += not any(fact.kind in KINDS for fact in facts)
        for sort, (kind, roles) in _DUEE.items():
            gold = []
            for event in events:
                if event["event_type"] == sort:
                    record: dict[str, set[str]] = {role: set() for role in roles}
                    for argument in event["arguments"]:
                        if argument["role"] in roles:
                            record[argument["role"]] |= _duee_keys(
                                argument["argument"], roles[argument["role"]]
                            )
                    gold.append(record)
            guess = []
            for fact in facts:
                for one in _split(fact, sort) if fact.kind == kind or sort in ("质押", "解除质押") else ():
                    made = {role: _duee_values(one, name) for role, name in roles.items()}
                    if any(made.values()):
                        guess.append(made)
            matched(tallies[sort], gold, guess, roles, row["id"])
            matched(
                tallies["settled"], gold, guess, settled_roles(roles, sort, row["id"], reviewed), row["id"]
            )
    measures = [
        m
        for sort, tally in tallies.items()
        for m in tally.measures(f"further.duee.{sort}", DUEE_FIN.get(sort))
    ]
    return [*measures, Measure("further.duee.event_free_clean", clean / max(1, free), free)]


def _split(fact: Fact, sort: str) -> list[dict[str, Any]]:
    """The corpus has an event for each target that has a stake or price of its own, one for what is pledged in all, and one for a plan beside its trades.
    It takes a pledge that is put off for a release."""
    fields = dict(fact.fields)
    if fact.kind == "pledged_total" and sort == "质押":
        whole = {n: fields.get(f"cum_{n}") for n in ("shares", "ratio_of_holding", "ratio_of_total")}
        return [{"holder": fields.get("holder"), "date": fields.get("as_of"), **whole}]
    if fact.kind == "pledge" and sort == "质押":
        return [{**fields, "date": fields.get("date", fields.get("from", fields.get("when")))}]
    if fact.kind == "pledge_extension" and sort == "解除质押":
        return [{**fields, "date": fields.get("to")}]
    if fact.kind == "pledge_release" and sort == "解除质押":
        return [{**fields, "date": fields.get("date", fields.get("when"))}]
    if sort in ("质押", "解除质押"):
        return []
    if fact.kind in ("shareholder_reduction", "shareholder_increase"):
        plan = {
            n: _upper(fields.pop(f"plan_{n}", None))
            for n in ("shares", "ratio", "ratio_of_holding", "window")
        }
        if not fields.keys() - {"holder", "stage", "from", "to"}:
            if fields.keys() & {"from", "to"}:
                del plan["window"]
            return [{**fields, **plan}]
        made = [fields]
        if "cum_shares" in fields:
            fields.pop("as_of", None)  # of the sum, not of the trade
        told = plan["shares"] and (
            "as_of" in fields or _upper(fields.get("shares")) not in (None, plan["shares"])
        )
        if told:
            made.append({"holder": fields.get("holder"), **plan})
        elif fields.get("from") is None and fields.get("to") is None:
            fields["window"] = plan["window"]
        return made
    targets, stakes, prices = (fields.get(name) for name in ("target", "stake", "price"))
    if isinstance(targets, tuple) and any(
        isinstance(one, tuple) and len({value.start for value in one}) == len(targets)
        for one in (stakes, prices)
    ):
        found = []
        for i, target in enumerate(targets):
            one = {**fields, "target": target}
            for name, values in (("stake", stakes), ("price", prices)):
                if isinstance(values, tuple) and len(values) == len(targets):
                    one[name] = values[i]
            found.append(one)
        return found
    return [fields]


def _upper(value: Any) -> Any:
    return value[-1] if isinstance(value, tuple) else value


_WORDS = frozenset({"holder", "pledgee", "winner", "project", "awarder", "buyer", "target"})


def _duee_keys(printed: str, name: str) -> set[str]:
    """Both ends of a span of days or prices; else the one value."""
    words = _duee_key(printed, name)
    if name == "period" and (found := re.findall(r"(?:\d{1,2}月)?\d{1,2}日", words)):
        return set(found)
    if name == "unit_price":
        return {f"{n.value.normalize():f}" for n in figures(_plain(View(printed, "").text))} or {words}
    return {words}


def _duee_key(printed: str, name: str) -> str:
    words = _plain(View(printed, "").text)
    if name in ("date", "period"):
        return re.sub(r"\d{4}年|\s|^截[至止]到?|^自", "", words)
    if name in _WORDS:
        return words
    found = [n for n in figures(words, bare=True) if n.value]
    if not found:
        return words
    number = found[0]
    scale = Decimal({"万": 10**4, "亿": 10**8}.get((number.unit or "")[:1], 1))
    return f"{(number.value * scale).normalize():f}"


def _duee_values(fields: Mapping[str, Any], name: str) -> set[str]:
    found: set[str] = set()
    for one in _JOINED.get(name, (name,)):
        value = fields.get(one)
        for v in value if isinstance(value, tuple) else (value,):
            if v is None or _is_nothing(v):
                continue
            if isinstance(v, Number):
                found.add(f"{(v.base if v.base is not None else v.value).normalize():f}")
            else:
                found.add(_duee_key(v.text if isinstance(v, Day) else v.value, name))
    return found
