"""Buybacks: real texts field by field, ChFinAnn and DuEE-Fin by the metric of their papers.

Each corpus is scored twice: as it is labelled, and `settled`, without the labels that the reviewed list
(data/label_errors.yaml) says the text contradicts. `pages` are newer filings whose texts the set leaves out;
put what a look-up of their address shows into `text`, and they are scored like the others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.quality.core import Measure, by_file
from benchmarks.quality.published import CHFINANN, DUEE_FIN
from benchmarks.quality.records import Tally, matched, reviewed_labels, settled_roles
from pipeline.filings import facts_of, kinds_of
from pipeline.filings.numbers import days, figures, to_decimal
from pipeline.filings.view import View
from pipeline.model import Day, Fact, FactField, Number

FIGURES = (
    "amount_min", "amount_max", "price_cap", "shares_min", "shares_max", "ratio_min", "ratio_max",
    "shares_repurchased", "ratio_repurchased", "price_high", "price_low", "amount_paid",
    "period_shares", "period_amount",
)  # fmt: skip
DAYS = ("as_of", "decided_on")
# The labels know no opinions: a law firm's paper on a cancellation is the cancellation's.
OPINION = "cancellation_opinion"
BACK = frozenset(
    {"buyback", "buyback_purchase", "incentive_cancellation", "compensation_cancellation", OPINION}
)
# DuEE-Fin gives no day of publication, and scores the printed words of a date alone: any day of its years will do
# to read `5月31日`.
_DUEE_DAY = "2020-12-31"


def measure(eval_dir: Path, companies_dir: Path | None) -> list[Measure]:
    return by_file(
        eval_dir,
        (
            ("real_buyback", real),
            ("real_buyback_pages", pages),
            ("chfinann_sample500__docs", chfinann),
            ("duee_fin__dev", duee),
        ),
    )


def read(title: str | None, text: str, published: str | None) -> tuple[tuple[str, ...], list[Fact]]:
    kinds = kinds_of(title or "", text)
    day = date.fromisoformat(published) if published else None
    return kinds, [f for f in facts_of(title or "", text, (), kinds, day) if f.kind in BACK]


# ---------------------------------------------------------------- real texts


def pages(rows: list[dict[str, Any]]) -> list[Measure]:
    return real(rows, "pages")


def real(rows: list[dict[str, Any]], name: str = "real") -> list[Measure]:
    right: Counter[str] = Counter()
    given: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    kinds = stages = staged = 0
    errors: list[str] = []
    wrong_kind: list[str] = []
    rows = [row for row in rows if row["text"] is not None]
    for row in rows:
        labels = row["labels"]
        unsure = set(row.get("unsure", labels.get("unsure", ())) or ())
        found, facts = read(row["title"], row["text"], row["published"])
        kind = found[0] if found[0] in BACK else "none"
        kind = "incentive_cancellation" if kind == OPINION else kind
        kinds += kind == labels["kind"]
        if kind != labels["kind"]:
            wrong_kind.append(f"kind: {row['id']}: {labels['kind']} read as {kind}: {row['title']}")
        told = [fact for fact in facts if fact.kind == "buyback"]
        fields = dict(told[0].fields) if told else {}
        if len(told) > 1:  # the labels know one programme a text, and leave out the figures of several
            fields = {name: value for name, value in fields.items() if name == "stage"}
        if labels["kind"] != "buyback":
            labels = dict.fromkeys(labels)
        if labels.get("stage"):
            staged += 1
            said = getattr(fields.get("stage"), "value", None)
            stages += said == labels["stage"]
            if said != labels["stage"]:
                errors.append(f"stage: {row['id']}: {labels['stage']} read as {said}: {row['title']}")
        for role in (*FIGURES, *DAYS):
            if role in unsure:
                continue
            label, value = labels.get(role), fields.get(role)
            wanted[role] += label is not None
            given[role] += value is not None
            if label is not None and value is not None and same(value, label):
                right[role] += 1
            elif label is not None or value is not None:
                errors.append(f"{role}: {row['id']}: label {label}, read {shown(value)}")
    total = sum(right.values())
    return [
        Measure(f"buyback.{name}.kind", kinds / max(1, len(rows)), len(rows), wrong_kind),
        Measure(f"buyback.{name}.stage", stages / max(1, staged), staged),
        Measure(
            f"buyback.{name}.precision", total / max(1, sum(given.values())), sum(given.values()), errors
        ),
        Measure(f"buyback.{name}.recall", total / max(1, sum(wanted.values())), sum(wanted.values())),
    ]


def same(value: FactField | tuple[FactField, ...], label: str) -> bool:
    """The same value in the same unit; a day by its date, figures also where the scale is printed otherwise."""
    if isinstance(value, tuple):
        return any(same(v, label) for v in value)
    if isinstance(value, Day):
        return str(value.value) == label
    if not isinstance(value, Number):
        return value.value == label
    if label.strip() in ("0", "0股", "0元"):
        return value.value == 0
    wanted = figures(View(label, "").text) or figures(View(label, "").text, bare=True)
    return any(
        (n.base if n.base is not None else n.value) == (value.base if n.base is not None else value.value)
        for n in wanted
    )


def shown(value: FactField | tuple[FactField, ...] | None) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, tuple):
        return " / ".join(shown(v) for v in value)
    return f"{value.value}{getattr(value, 'unit', None) or ''}"


# ---------------------------------------------------------------- the two corpora


def chfinann(rows: list[dict[str, Any]]) -> list[Measure]:
    """Five roles; per type micro P/R/F1 over role and value after greedy matching of records (Doc2EDAG)."""
    roles = (
        "RepurchasedShares",
        "RepurchaseAmount",
        "HighestTradingPrice",
        "LowestTradingPrice",
        "ClosingDate",
    )
    tallies = {name: Tally() for name in ("all", "programme", "incentive", "settled")}
    reviewed = reviewed_labels()
    for row in rows:
        text = "\n".join(row["sentences"])
        lines = row["sentences"]
        title = next((re.sub(r"\s", "", s) for s in lines[:4] if _TITLE.search(s)), lines[0])
        gold = [
            {role: _bare(e["args"].get(role)) for role in roles}
            for e in row["events"]
            if e["type"] == "EquityRepurchase"
        ]
        _kinds, facts = read(title, text, row["ann_date"])
        guess = [r for fact in facts if (r := _roles_ch(fact, roles))]
        sort = "incentive" if re.search(r"限制性|激励", title) else "programme"
        for tally in (tallies["all"], tallies[sort]):
            matched(tally, gold, guess, roles, row["doc_id"])
        settled = settled_roles(roles, "EquityRepurchase", row["doc_id"], reviewed)
        matched(tallies["settled"], gold, guess, settled, row["doc_id"])
    measures = [
        m
        for name, tally in tallies.items()
        for m in tally.measures(f"buyback.chfinann.{name}", CHFINANN["EquityRepurchase"])
    ]
    return [*measures, tallies["all"].null_slots("buyback.chfinann.all")]


# A corpus of sentences has no titles: the line of its head that ends as they do, a law firm's opinion included.
_TITLE = re.compile(r".{6}(?:公告|报告书|意见书?).{0,6}$")


def _roles_ch(fact: Fact, roles: Iterable[str]) -> dict[str, str | None]:
    f = fact.fields
    price = f.get("price", ())
    prices = sorted(price if isinstance(price, tuple) else (price,), key=_base)
    names: Mapping[str, Any] = {
        "RepurchasedShares": f.get("shares_repurchased") or f.get("shares"),
        "RepurchaseAmount": f.get("amount_paid") or f.get("amount"),
        "HighestTradingPrice": f.get("price_high") or (prices[-1] if prices else None),
        "LowestTradingPrice": f.get("price_low") or (prices[0] if prices else None),
        "ClosingDate": f.get("as_of"),
    }
    found = {role: _key(names[role]) for role in roles}
    return found if any(found.values()) else {}


def _base(value: FactField) -> Decimal:
    assert isinstance(value, Number)
    return value.base if value.base is not None else value.value


def _key(value: Any) -> str | None:
    if isinstance(value, tuple):
        value = value[0]
    if isinstance(value, Day):
        return str(value.value)
    if isinstance(value, Number):
        base = _base(value)
        return None if base == 0 else f"{base.normalize():f}"
    return None


def _bare(printed: str | None) -> str | None:
    """`10.54元`, `70150股`, `2017年7月18日` → the keys that `_key` gives."""
    if printed is None:
        return None
    if found := days(printed):
        return str(found[0].value)
    numbers = figures(View(printed, "").text) or figures(View(printed, "").text, bare=True)
    if not numbers:
        return printed
    base = numbers[0].base if numbers[0].base is not None else numbers[0].value
    return f"{Decimal(base).normalize():f}"


def duee(rows: list[dict[str, Any]]) -> list[Measure]:
    """股份回购, A shares and Hong Kong apart; figures by their value, so that units are no matter."""
    roles = ("回购股份数量", "每股交易价格", "占公司总股本比例", "交易金额", "回购完成时间")
    tallies = {name: Tally() for name in ("all", "a_shares", "hong_kong", "settled")}
    reviewed = reviewed_labels()
    free = free_with = 0
    for row in rows:
        events = [e for e in row.get("event_list") or [] if e["event_type"] == "股份回购"]
        title, text = row["title"], row["text"]
        _kinds, facts = read(title, text, _DUEE_DAY)
        if not row.get("event_list"):
            free += 1
            free_with += bool(facts)
        gold = [_gold_duee(e, roles) for e in events]
        guess = [r for fact in facts if (r := _roles_duee(fact, roles))]
        if not gold and not guess:
            continue
        hong_kong = re.search(r"港元|港币|(?<!\d)\d{5}[)）]|HK\)", title + text[:400])
        for tally in (tallies["all"], tallies["hong_kong" if hong_kong else "a_shares"]):
            matched(tally, gold, guess, roles, row["id"])
        settled = settled_roles(roles, "股份回购", row["id"], reviewed)
        matched(tallies["settled"], gold, guess, settled, row["id"])
    measures = [
        m
        for name, tally in tallies.items()
        for m in tally.measures(f"buyback.duee.{name}", DUEE_FIN["股份回购"])
    ]
    return [*measures, Measure("buyback.duee.event_free_clean", 1 - free_with / max(1, free), free)]


def _gold_duee(event: dict[str, Any], roles: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {role: set() for role in roles}
    for argument in event["arguments"]:
        if argument["role"] in found:
            found[argument["role"]].add(_plain(argument["argument"], argument["role"]))
    return found


def _plain(printed: str, role: str) -> str:
    if role == "回购完成时间":
        return _when(printed)
    numbers = re.findall(r"\d[\d,.]*", re.sub(r"(?<=\d)\s+(?=\d)", "", printed))
    return (
        "-".join(f"{v.normalize():f}" for n in numbers if (v := to_decimal(n.rstrip(".,"))) is not None)
        or printed
    )


def _when(printed: str) -> str:
    return re.sub(r"\s|^截[至止]到?|^自", "", printed)


def _roles_duee(fact: Fact, roles: Iterable[str]) -> dict[str, set[str]]:
    """A purchase or a cancellation by its own figures, a programme by its total, else by its bounds."""
    f = fact.fields
    if fact.kind == "buyback" and not f.keys() & {"shares_repurchased", "amount_paid", "ratio_repurchased"}:
        names = {
            "回购股份数量": ("shares_max", "shares_min", "shares_estimated_max"),
            "每股交易价格": ("price_cap",),
            "占公司总股本比例": ("ratio_max",)
            if "ratio_max" in f
            else ("ratio_estimated_max", "ratio_of_class_max"),
            "交易金额": ("amount_min", "amount_max"),
            "回购完成时间": ("period",),
        }
    else:
        names = {
            "回购股份数量": ("shares_repurchased", "shares"),
            # Where no price paid is told, the labels take the cap.
            "每股交易价格": tuple(f.keys() & {"price_low", "price_high", "price", "price_avg"})
            or ("price_cap",),
            "占公司总股本比例": ("ratio_repurchased", "ratio_of_class", "ratio"),
            "交易金额": ("amount_paid", "amount"),
            "回购完成时间": ("as_of", "total_period", "period"),
        }
    found: dict[str, set[str]] = {}
    for role in roles:
        told = [f[name] for name in names[role] if name in f]
        values = [v for one in told for v in (one if isinstance(one, tuple) else (one,))]
        if role == "回购完成时间":
            found[role] = {_when(v.text) for v in values[:1]}
        elif role == "回购股份数量":
            found[role] = _plains(values[:1])
        else:
            found[role] = _plains(values)
    for role, low_name, high_name in (
        ("每股交易价格", "price_low", "price_high"),
        ("交易金额", "amount_min", "amount_max"),
    ):
        low, high = f.get(low_name), f.get(high_name)
        if isinstance(low, Number) and isinstance(high, Number) and 0 < high.start - low.end < 4:
            both = {_value(low), _value(high)}  # 5.35-5.49元 is one argument
            if both <= found[role]:
                found[role] = (found[role] - both) | {f"{_value(low)}-{_value(high)}"}
    return found if any(found.values()) else {}


def _value(number: Number) -> str:
    return f"{number.value.normalize():f}"


def _plains(values: Iterable[FactField]) -> set[str]:
    return {_value(v) for v in values if isinstance(v, Number) and v.value != 0}
