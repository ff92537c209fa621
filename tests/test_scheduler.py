"""The daemon: what it plans, what it makes good after a downtime, and how it stops."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config import Settings, load
from crawlers.sources import SourceError
from pipeline.model import SHANGHAI
from scheduler import Daemon, end
from search.ledger import this_process
from search.store import Store

MONDAY_NOON = datetime(2024, 2, 26, 12, 0, tzinfo=SHANGHAI)


def settings(tmp_path: Path, text: str = "") -> tuple[Settings, Path]:
    """Two sources only, so that a test says all that is planned."""
    from crawlers.sources import load_sources

    quiet = "".join(
        f"  {name}: {{enabled: false}}\n" for name in load_sources() if name not in ("nbs", "sasac")
    )
    file = tmp_path / "config.yaml"
    file.write_text(f"sources:\n{quiet}  nbs: {{hours: '7-22', minute: 10}}\n{text}", "utf-8")
    return load(file), file


def test_each_source_is_a_job_of_its_own_at_its_hours_and_never_overlaps(tmp_path: Path) -> None:
    scheduler = Daemon(*settings(tmp_path)).scheduler()
    scheduler.start(paused=True)
    jobs = {job.id: job for job in scheduler.get_jobs()}
    scheduler.shutdown()
    assert set(jobs) == {"crawl:nbs", "crawl:sasac", "feed", "alerts", "weekly"}
    assert all((job.coalesce, job.max_instances) == (True, 1) for job in jobs.values())
    late = datetime(2024, 2, 19, 22, 30, tzinfo=SHANGHAI)
    assert jobs["crawl:nbs"].trigger.get_next_fire_time(None, late) == datetime(
        2024, 2, 20, 7, 10, tzinfo=SHANGHAI
    )
    assert jobs["crawl:sasac"].trigger.get_next_fire_time(None, late) == datetime(
        2024, 2, 19, 23, 5, tzinfo=SHANGHAI
    )
    assert jobs["weekly"].trigger.get_next_fire_time(None, late) == datetime(
        2024, 2, 26, 7, 0, tzinfo=SHANGHAI
    )


def test_hours_for_a_source_that_does_not_exist_are_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("sources: {sasca: {hours: '8'}}", "utf-8")
    with pytest.raises(SourceError, match=r"sasca.*是不是 sasac"):
        Daemon(load(file), file).scheduler()


def test_a_downtime_is_made_good_at_the_start(tmp_path: Path) -> None:
    desk, file = settings(tmp_path)
    daemon = Daemon(desk, file)
    assert daemon.missed(MONDAY_NOON) == ["crawl:nbs", "crawl:sasac", "weekly"]
    clock = (MONDAY_NOON - timedelta(minutes=20)).timestamp()
    with Store(desk.store_url, clock=lambda: clock) as store:
        store.end_run(store.start_run("nbs", "incremental"), "ok")
    desk.weekly.out.mkdir()
    (desk.weekly.out / "2024-W08.md").write_text("done", "utf-8")
    assert daemon.missed(MONDAY_NOON) == ["crawl:sasac"]
    assert "weekly" not in daemon.missed(datetime(2024, 3, 4, 6, 59, tzinfo=SHANGHAI))
    assert "weekly" in daemon.missed(datetime(2024, 3, 4, 7, 0, tzinfo=SHANGHAI))


def test_a_build_on_another_day_is_made_good_from_that_day_on(tmp_path: Path) -> None:
    daemon = Daemon(*settings(tmp_path, "weekly: {weekday: wed, at: '09:30'}\n"))
    assert "weekly" not in daemon.missed(MONDAY_NOON + timedelta(days=1))
    assert "weekly" in daemon.missed(MONDAY_NOON + timedelta(days=2))


def test_a_source_of_one_hour_a_day_is_made_good_only_when_that_hour_has_passed(tmp_path: Path) -> None:
    """The company table is read once a day, by the hours that its source's file says."""
    desk, file = settings(tmp_path)
    text = file.read_text("utf-8").replace("  companies: {enabled: false}\n", "")
    file.write_text(text, "utf-8")
    daemon = Daemon(load(file), file)
    scheduler = daemon.scheduler()
    scheduler.start(paused=True)
    trigger = scheduler.get_job("crawl:companies").trigger
    scheduler.shutdown()
    assert trigger.get_next_fire_time(None, MONDAY_NOON) == datetime(2024, 2, 27, 6, 40, tzinfo=SHANGHAI)
    seven = datetime(2024, 2, 26, 7, 0, tzinfo=SHANGHAI)
    with Store(desk.store_url, clock=lambda: seven.timestamp()) as store:
        store.end_run(store.start_run("companies", "sweep"), "ok")
    assert "crawl:companies" not in daemon.missed(seven + timedelta(hours=20))
    later = seven + timedelta(hours=24)
    assert "crawl:companies" in daemon.missed(later)
    planned = daemon.catch_up(later)
    assert planned["crawl:companies"] > planned["crawl:nbs"] == later, "it asks hosts of other sources"


def test_a_source_that_another_process_crawls_is_left_alone(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    desk, file = settings(tmp_path)
    with Store(desk.store_url) as store:
        assert store.lease("nbs", this_process(), 600)
    assert Daemon(desk, file).crawl("nbs") == 75
    told = capfd.readouterr().err
    assert told == f"zhoubao: 来源 nbs 正由本机的进程 {os.getpid()} 抓取；请等它结束后再试\n"
    with Store(desk.store_url) as store:
        assert not store.last_runs("nbs", 1)


def test_a_crawl_that_hangs_is_ended_and_its_lease_is_free(tmp_path: Path) -> None:
    desk, file = settings(tmp_path, "crawl: {run_limit: 0.05}\n")
    assert Daemon(desk, file).crawl("nbs") != 0
    with Store(desk.store_url) as store:
        assert store.lease("nbs", this_process(), 60)


def test_end_insists_on_a_child_that_does_not_listen() -> None:
    deaf = "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); signal.pause()"
    child = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE, start_new_session=True)
    assert child.stdout is not None and child.stdout.readline() == b"up\n"
    end(child, patience=0.2)
    assert child.returncode == -signal.SIGKILL


def test_the_daemon_stops_cleanly_on_sigterm(tmp_path: Path) -> None:
    desk, file = settings(tmp_path)
    # Nothing is due: both sources ran just now, and last week's issue is there.
    with Store(desk.store_url) as store:
        for source in ("nbs", "sasac"):
            store.end_run(store.start_run(source, "incremental"), "ok")
    daemon = subprocess.Popen(
        [sys.executable, "-m", "cli", "--config", str(file), "run"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert daemon.stderr is not None
    for line in daemon.stderr:
        if "running:" in line:
            break
    daemon.send_signal(signal.SIGTERM)
    rest = daemon.stderr.read()
    assert daemon.wait(30) == 0
    assert "stopped" in rest


@pytest.mark.skipif(sys.platform != "linux", reason="finds the child in /proc")
def test_one_round_ends_its_child_on_sigterm(tmp_path: Path) -> None:
    _desk, file = settings(tmp_path, "crawl: {delay: 0, timeout: 600}\n")
    round_ = subprocess.Popen(
        [sys.executable, "-m", "cli", "--config", str(file), "run", "--once"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parent.parent,
    )
    children = Path(f"/proc/{round_.pid}/task/{round_.pid}/children")
    while round_.poll() is None and not (child := children.read_text().split()):
        pass
    round_.send_signal(signal.SIGTERM)
    assert round_.wait(60) == 1
    assert not Path(f"/proc/{child[0]}").exists()
