"""Killed at any instant, the next run continues: nothing lost, nothing twice.

How many instants are tried of each mode comes from the environment, so that the suite stays quick.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawlers.archive import PART
from pipeline.model import SHANGHAI
from tests.crawlers.conftest import ROOT, Desk
from tests.crawlers.exchange_sites import Cninfo
from tests.crawlers.published import docx, filings, items
from tests.crawlers.sites import Cac, whole

KILLS = int(os.environ.get("ZHOUBAO_KILLS", "5"))
NOON = datetime(2024, 2, 19, 12, 0, tzinfo=SHANGHAI)


def state(desk: Desk) -> dict[str, Any]:
    with desk.store() as store:
        found = {d.id: d for d in store.documents(duplicates=True)}
        return {
            id: (d, store.get(id), [v.number for v in store.versions(id)], store.duplicate_of(id))
            for id, d in found.items()
        }


MODES: dict[str, dict[str, str]] = {"hourly": {}, "backfill": {"since": "2024-02-14", "until": "2024-02-19"}}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("instant", range(KILLS))
def test_killed_at_a_random_instant_the_next_run_gives_the_same_store(
    desk: Desk, tmp_path: Path, instant: int, mode: str
) -> None:
    asked = MODES[mode]
    published = items(12, last=NOON - timedelta(hours=1), every=timedelta(hours=5))
    published[3].files = (("备案清单", docx([["序号", "算法名称"], ["1", "甲算法"]])),)
    desk.internet.add(whole("cac", Cac, news=published))
    desk.internet.add(Cninfo(filings(40, NOON)))
    for source in ("cac", "cninfo"):
        desk.crawl(source, **asked)
    whole_run = state(desk)
    assert len(whole_run) == 12 + 3 + 40

    killed = Desk(tmp_path / "killed", desk.crawler, desk.internet)
    wait = random.Random(instant).uniform(0.0, 0.8)  # seconds after the first request
    for source in ("cac", "cninfo"):
        kill(killed, source, after=wait, **asked)
    with killed.store() as store:
        left = [run.state for source in ("cac", "cninfo") for run in store.last_runs(source, 5)]
        for id in (d.id for d in store.documents(duplicates=True)):
            # What is in the store is whole, whenever the process died.
            assert store.get(id) == whole_run[id][0]
    for source in ("cac", "cninfo"):
        run = killed.crawl(source, **asked)
        assert run["state"] == "ok", run["reason"]
    assert state(killed) == whole_run
    with killed.store() as store:
        for source in ("cac", "cninfo"):
            assert None not in {run.state for run in store.last_runs(source, 5)}
    assert list((tmp_path / "killed" / "archive").glob(f"*{PART}")) == [], f"mended; the states were {left}"


def kill(desk: Desk, source: str, *, after: float, **asked: str) -> None:
    before = len(desk.internet.asked)
    with subprocess.Popen(
        [sys.executable, "-m", "tests.crawlers.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as child:
        assert child.stdin is not None
        child.stdin.write(json.dumps(desk.order(source, **asked)).encode() + b"\n")
        child.stdin.flush()
        deadline = time.monotonic() + 60
        while len(desk.internet.asked) == before and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(after)
        child.kill()
