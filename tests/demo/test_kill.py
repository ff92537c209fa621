"""Kill -9 at ten random instants of the demo crawl, run again: the same documents, nothing twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config import load
from demo.build import WEEK
from demo.run import SOURCES, DemoResult
from search.store import Store
from tests.demo.conftest import contents, stored

KILLS = 10
PATIENCE = 120  # seconds for a crawl to reach an instant, on a busy machine


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_ten_times_it_ends_with_the_same_documents(week: DemoResult, tmp_path: Path) -> None:
    whole = contents(week.config.parent)
    config = tmp_path / "config.yaml"
    config.write_text(week.config.read_text("utf-8"), "utf-8")
    # An instant is a number of documents in the store, so that it falls into the crawl however fast it is.
    instants = sorted(random.Random(20240225).sample(range(1, len(whole)), KILLS))
    killed = 0
    for source in SOURCES:
        while True:
            upto = instants[killed] if killed < KILLS else None
            code = _crawl(config, source, upto)
            if code is not None:
                assert code in (0, 1), f"{source} ended with {code}"  # 1: trouble, told in words
                break
            killed += 1
            for id, (document, versions, _) in contents(tmp_path).items():
                expected = whole[id][0]
                odd = [
                    name
                    for name in expected.__struct_fields__
                    if getattr(document, name) != getattr(expected, name)
                ]
                assert not odd, f"{id}: {odd} differ: {[getattr(document, name) for name in odd]}"
                assert versions == [1]
    assert killed == KILLS
    assert contents(tmp_path) == whole
    with Store(load(config).store_url) as store:
        for source in SOURCES:
            last, *before = store.last_runs(source, 20)
            assert sum(store.outcomes(last.id).values()) > 0
            assert last.state in ("ok", "trouble")
            assert last.reason in (
                None,
                "challenge 1 页（网站返回防火墙验证页）",
                "not_pdf 1 页（PDF 的位置返回了网页）",
            ), "the outcomes add up"
            assert {run.state for run in before} <= {"killed"}


def _crawl(config: Path, source: str, upto: int | None) -> int | None:
    """The exit code of a crawl, or None when it was killed as the store came to hold `upto` documents."""
    command = [sys.executable, "-m", "cli", "--config", str(config), "crawl", source, "--replay", str(WEEK)]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as child:
        end = time.monotonic() + PATIENCE
        while child.poll() is None:
            if upto is not None and stored(config.parent) >= upto:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
                return None
            assert time.monotonic() < end, f"{source} does not end"
            time.sleep(0.01)
        return child.returncode
