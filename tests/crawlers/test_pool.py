from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

import crawlers.pool
from crawlers.pool import Pool
from pipeline.model import Extract

MEMORY = 1_000_000_000


def run(work: Callable[[Pool], Awaitable[object]], *, seconds: float = 20, size: int = 1) -> object:
    async def all_of_it() -> object:
        pool = Pool(seconds=seconds, memory=MEMORY, size=size, parse="tests.crawlers.parsers:extract")
        try:
            return await work(pool)
        finally:
            await pool.close()

    return asyncio.run(all_of_it())


def test_a_worker_serves_many_files() -> None:
    async def work(pool: Pool) -> list[Extract]:
        return [await pool.extract(b"one"), await pool.extract(b"four" * 500_000, tables=True)]

    one, two = run(work)
    assert one.text.split()[0] == two.text.split()[0], "the same process"
    assert (one.text.split()[1:], two.text.split()[1:]) == (["3", "False"], ["2000000", "True"])


@pytest.mark.parametrize("file", [b"hang", b"spin"])
def test_a_parser_that_does_not_end_costs_its_file_only(file: bytes) -> None:
    async def work(pool: Pool) -> tuple[Extract, Extract]:
        return await pool.extract(file), await pool.extract(b"next")

    bad, good = run(work, seconds=1.5)
    assert (bad.outcome, good.outcome) == ("timeout_parse", "read")


def test_a_parser_deaf_to_its_alarm_is_killed_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawlers.pool, "_GRACE", 0.2)

    async def work(pool: Pool) -> tuple[Extract, Extract]:
        return await pool.extract(b"deaf"), await pool.extract(b"next")

    bad, good = run(work, seconds=1.5)
    assert (bad.outcome, good.outcome) == ("timeout_parse", "read")


@pytest.mark.parametrize("file", [b"eat", b"crash"])
def test_a_parser_that_eats_memory_or_crashes_costs_its_file_only(file: bytes) -> None:
    async def work(pool: Pool) -> tuple[Extract, Extract]:
        return await pool.extract(file), await pool.extract(b"next")

    bad, good = run(work)
    assert (bad.outcome, good.outcome) == ("killed", "read")


def test_other_files_do_not_wait_for_a_hanging_one() -> None:
    async def work(pool: Pool) -> list[str]:
        order: list[str] = []

        async def one(file: bytes) -> None:
            order.append((await pool.extract(file)).outcome)

        await asyncio.gather(one(b"hang"), *(one(b"x") for _ in range(5)))
        return order

    assert run(work, seconds=4, size=2) == ["read"] * 5 + ["timeout_parse"]


def test_what_a_parser_prints_does_not_disturb_the_answers() -> None:
    async def work(pool: Pool) -> list[Extract]:
        return [await pool.extract(b"leave"), await pool.extract(b"next")]

    assert [found.outcome for found in run(work)] == ["read", "read"]


def test_a_worker_ends_when_its_starter_is_killed_in_the_middle_of_a_file(tmp_path: Path) -> None:
    script = (
        "import asyncio, os\n"
        "from crawlers.pool import Pool\n"
        "async def main():\n"
        "    pool = Pool(seconds=2, memory=10**9, size=1, parse='tests.crawlers.parsers:extract')\n"
        "    print((await pool.extract(b'x')).text.split()[0], flush=True)\n"
        "    await pool.extract(b'hang')\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        worker = int(starter.stdout.readline())
        starter.send_signal(signal.SIGKILL)
        starter.wait()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and _runs(worker):
        time.sleep(0.1)
    assert not _runs(worker)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
