"""How the sources fare: the last success, the rhythm, and for what fails a sentence a person can act on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from urllib.parse import urlsplit

from crawlers.ledger import FINE, STEP_FILE, STEP_LIST, STEP_PAGE
from crawlers.session import shanghai_now
from crawlers.sources import Column, Source
from crawlers.words import WORDS
from pipeline.model import SHANGHAI
from search.ledger import StepState
from search.store import Store

_STEPS = {STEP_LIST: "列表", STEP_PAGE: "正文页", STEP_FILE: "附件"}
_PERIODS = 60  # moments of publication that the rhythm is learnt from
_LACKED = timedelta(days=7)  # how long a file that did not come is told of
_RUNS = 5  # of which the outcomes are told
_MANY = 3  # pages with one remark, before it is told to a person
_NAMED = 2  # columns that fail alike, before they are counted
_OF_ITS_RHYTHM = 4  # times the usual gap: then a column is too quiet


@dataclass(frozen=True)
class ColumnHealth:
    column: str
    name: str
    last_success: datetime | None  # of its list
    last_published: datetime | None
    usual_gap_hours: float | None  # between moments of publication, the median
    failing: str | None  # the first step that fails
    failures: int  # runs
    since: datetime | None
    outcome: str | None
    detail: str | None
    archive: str | None
    sentence: str | None  # None when all is well


@dataclass(frozen=True)
class RunHealth:
    started: str
    mode: str
    state: str
    outcomes: dict[str, int]


@dataclass(frozen=True)
class SourceHealth:
    source: str
    publisher: str
    last_success: str | None
    state: str | None  # of the last run
    outcomes: dict[str, int]
    columns: tuple[ColumnHealth, ...]
    trouble: bool  # something needs a person
    sentence: str
    remarks: dict[str, int] = field(
        default_factory=dict
    )  # what was odd on pages of the last run that were read
    runs: tuple[RunHealth, ...] = ()  # the last ones, newest first

    @property
    def outcomes_text(self) -> str:
        return " ".join(f"{name}={n}" for name, n in self.outcomes.items())

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def health(store: Store, sources: Mapping[str, Source], now: datetime | None = None) -> list[SourceHealth]:
    return [_source(store, source, now or shanghai_now()) for source in sources.values()]


def failing(store: Store, source: Source) -> list[str]:
    """A sentence for what did not come the last time, in a replay too."""
    return _failing_alike(source, store.steps([column.id for column in source.columns], FINE))


def _source(store: Store, source: Source, now: datetime) -> SourceHealth:
    every = [run for run in store.last_runs(source.id, 30) if run.state is not None]
    ended = [run for run in every if run.mode != "replay"]
    if every and not ended:  # a replay tells of its archive, not of how the site fares
        return _replayed(source, every[0].outcomes)
    good = next((run for run in ended if run.state in ("ok", "trouble")), None)
    states = store.steps([column.id for column in source.columns], FINE, replays=False)
    columns = tuple(_column(store, column, states, now, bool(ended)) for column in source.columns)
    sentences = _failing_alike(source, states) + [c.sentence for c in columns if c.sentence and not c.failing]
    last = ended[0] if ended else None
    if last is not None and last.state == "killed":
        sentences.insert(0, "上次运行中途被终止，下次运行会接着做")
    elif last is not None and last.state == "failed" and not sentences:
        sentences.insert(0, f"上次运行失败：{last.reason}")
    if sentences and source.fallback and any(column.failing for column in columns):
        sentences.append(f"其间以 {source.fallback} 为准")
    if not ended:
        sentences.append("尚未运行")
    if not sentences and last is not None and last.state == "trouble":
        sentences.append(f"个别网页未取到，下次运行会再取〔{last.reason}〕")
    lacked = store.lacking(source.id, now - _LACKED)
    if sum(lacked.values()):
        sentences.append(_lacked(lacked))
    remarks = store.remarks(last.id, STEP_PAGE) if last else {}
    read = (
        sum(last.outcomes.get(name, 0) for name in ("stored", "updated", "unchanged", "duplicate"))
        if last
        else 0
    )
    for remark, n in remarks.items():
        if n >= max(_MANY, read / 2):  # one page is odd; of many it is the layout that has changed
            sentences.append(
                f"上次读到的 {read} 页中有 {n} 页有同一疑点〔{remark}〕；版面可能已改，请核对来源文件中的选择器"
            )
    return SourceHealth(
        source=source.id,
        publisher=source.publisher,
        last_success=_shown(good.started) if good else None,
        state=last.state if last else None,
        outcomes=last.outcomes if last else {},
        columns=columns,
        trouble=any(column.sentence for column in columns) or (last is not None and last.state == "failed"),
        sentence="；".join(sentences) or "正常",
        remarks=remarks,
        runs=tuple(RunHealth(_shown(r.started), r.mode, r.state or "", r.outcomes) for r in every[:_RUNS]),
    )


def _failing_alike(source: Source, states: list[StepState]) -> list[str]:
    """A sentence for the columns of a host that fail in one way: a host that is down is one trouble."""
    alike: defaultdict[tuple[str | None, str, str | None], list[tuple[Column, StepState]]] = defaultdict(list)
    for column in source.columns:
        if state := _first_failing(states, column):
            # A host is backed off from because of its challenges.
            outcome = "challenge" if state.outcome == "backed_off" else state.outcome
            alike[urlsplit(column.url).hostname, state.step, outcome].append((column, state))
    sentences = []
    for group in alike.values():
        _, worst = max(group, key=lambda one: (one[1].outcome != "backed_off", one[1].failures))
        sentences.append(_failing([column for column, _ in group], worst))
    return sentences


def _first_failing(states: list[StepState], column: Column) -> StepState | None:
    """Of its list, its pages and its files; without the first there are none of the others."""
    mine = {state.step: state for state in states if state.column == column.id}
    return next((mine[s] for s in (STEP_LIST, STEP_PAGE, STEP_FILE) if s in mine and mine[s].failures), None)


def _lacked(lacked: Mapping[str | None, int]) -> str:
    stands = "，".join(f"{n} 份以 {name} 的副本为准" for name, n in sorted(lacked.items(), key=str) if name)
    return f"近 {_LACKED.days} 天有 {sum(lacked.values())} 份文件未取到" + (
        f"，其中 {stands}" if stands else ""
    )


def _replayed(source: Source, outcomes: dict[str, int]) -> SourceHealth:
    odd = "；".join(
        f"{name} {n} 页：{WORDS.get(name, name)}" for name, n in outcomes.items() if name not in FINE
    )
    return SourceHealth(
        source=source.id,
        publisher=source.publisher,
        last_success=None,
        state="replay",
        outcomes=outcomes,
        columns=(),
        trouble=False,
        sentence="只回放过存档，尚未抓取真实网站" + (f"（存档中有 {odd}）" if odd else ""),
    )


def _column(store: Store, column: Column, states: list[StepState], now: datetime, ran: bool) -> ColumnHealth:
    first = _first_failing(states, column)
    moments = store.days(column.id, _PERIODS)
    gaps = [(later - earlier).total_seconds() / 3600 for later, earlier in pairwise(moments)]
    gap = median(gaps) if gaps else None
    lists = next((s for s in states if (s.column, s.step) == (column.id, STEP_LIST)), None)
    sentence = None
    if first is not None:
        sentence = _failing([column], first)
    elif column.issuers and lists and lists.good:
        quiet = now - lists.good
        if quiet > timedelta(days=column.expect.max_silent_days):
            sentence = (
                f"{column.id}（{column.name}）：已 {quiet.days} 天没有读过，公司表可能过时；"
                "请运行 zhoubao companies refresh"
            )
    elif ran and moments:
        quiet = now - moments[0]
        allowed = max(
            timedelta(days=column.expect.max_silent_days), timedelta(hours=_OF_ITS_RHYTHM * (gap or 0))
        )
        if quiet > allowed:
            sentence = (
                f"{column.id}（{column.name}）：已 {quiet.days} 天没有新内容（通常隔 {_hours(gap)}），"
                f"最近一条发布于 {_shown(moments[0])}；请打开 {column.url} 核对栏目是否搬家"
            )
    return ColumnHealth(
        column=column.id,
        name=column.name,
        last_success=lists.good if lists else None,
        last_published=moments[0] if moments else None,
        usual_gap_hours=gap,
        failing=first.step if first else None,
        failures=first.failures if first else 0,
        since=first.since if first else None,
        outcome=first.outcome if first else None,
        detail=first.detail if first else None,
        archive=first.archive if first else None,
        sentence=sentence,
    )


def _failing(columns: list[Column], state: StepState) -> str:
    """What is wrong with columns that fail alike; `state` is of one of them."""
    assert state.since is not None and state.outcome is not None
    words = WORDS.get(state.outcome, state.outcome)
    detail = f"〔{state.outcome}：{state.detail}〕" if state.detail else f"〔{state.outcome}〕"
    place = f"；存档 {state.archive}" if state.archive else ""
    since = f"自 {_shown(state.since)} 起 {state.failures} 次运行"
    where = "、".join(f"{column.id}（{column.name}）" for column in columns[:_NAMED])
    if len(columns) > _NAMED:
        where += f"等 {len(columns)} 个栏目"
    return f"{where}：{_STEPS[state.step]}{since}{words}{detail}{place}"


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _hours(gap: float | None) -> str:
    if gap is None:
        return "时间未知"
    return f"{gap / 24:.0f} 天" if gap >= 48 else f"{gap:.0f} 小时"
