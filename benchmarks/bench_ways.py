"""The HTTP door at size: an export of everything, and many callers while the store is written to.

    python -m benchmarks.bench_ways [--documents N] [--clients N] [--seconds S]

One real `zhoubao serve` and its callers on this machine. Printed: the first byte and the memory of an export,
its rows against the store's, and the delay under load beside that of a single caller in the same run.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx
import openpyxl

from config import load
from pipeline.model import Document
from search.client import Client
from search.feeder import feed
from tests.search.documents import document
from tests.ways.serving import serving

QUERIES = ("人工智能", "kind:news", "公司 季度", '"年度报告"', "source:nbs", "week:2024-W10", "-公司")
_WORDS = ("人工智能", "数据要素", "算力", "公司", "年度报告", "季度", "回购", "工业", "消费", "同比增长")


def fill(folder: Path, n: int) -> None:
    (folder / "config.yaml").write_text("data: data\napi: {per_minute: 10000000}\n")
    with Client(load(folder / "config.yaml")) as client:
        for start in range(0, n, 5000):
            client.store.put_many(map(made, range(start, min(n, start + 5000))))
        client.rebuild()
        client.store.done([row.seq for row in client.store.pending(n)])


def made(n: int) -> Document:
    words = [_WORDS[(n * step) % 10] for step in (1, 3, 7)]
    body = "。".join(f"{words[i % 3]}第{n * 31 % 9973}号第{i}段，本期情况说明如下" for i in range(12))
    return document(f"{('nbs', 'sasac')[n % 2]}:c{n}", f"{''.join(words)}第{n}号", body, days=n % 3000)


def export(url: str, pid: int, folder: Path, n: int) -> None:
    before, first, peak, began = memory(pid), 0.0, 0, time.perf_counter()
    with (
        httpx.stream("GET", f"{url}/api/export?form=xlsx", timeout=600) as answer,
        (folder / "x.xlsx").open("wb") as file,
    ):
        for data in answer.iter_bytes():
            first = first or time.perf_counter() - began
            peak = max(peak, memory(pid))
            file.write(data)
    took = time.perf_counter() - began
    book = openpyxl.load_workbook(folder / "x.xlsx", read_only=True)
    ids = [row[0] for row in book.active.iter_rows(min_row=2, max_col=1, values_only=True)]
    with Client(load(folder / "config.yaml")) as client:
        shown = [hit.id for hit in client.whole("")[2]]
    print(
        f"export of {n} documents: first byte {first:.2f} s, whole {took:.0f} s, memory {before} → {peak} MB"
    )
    print(f"  rows read back by openpyxl {len(ids)}, row for row what the search shows: {ids == shown}")


def load_test(url: str, pid: int, folder: Path, clients: int, seconds: float) -> None:
    idle = calls(url, 1, seconds / 3)[0]
    before, stop = memory(pid), threading.Event()

    def write() -> None:
        with Client(load(folder / "config.yaml")) as client:
            for n in itertools.count(10_000_000):
                if stop.wait(0.05):
                    return
                client.store.put_many([made(n)])
                if n % 20 == 0:
                    feed(client.store, client.engine)

    writer = threading.Thread(target=write)
    writer.start()
    busy, errors = calls(url, clients, seconds)
    stop.set()
    writer.join()
    print(f"one caller:  {len(idle)} answers, p50 {at(idle, 0.5):.0f} ms, p99 {at(idle, 0.99):.0f} ms")
    print(
        f"{clients} callers and a writer: {len(busy)} answers, {len(busy) / seconds:.0f}/s, p50 {at(busy, 0.5):.0f} ms, "
        f"p99 {at(busy, 0.99):.0f} ms, errors {errors}, memory {before} → {memory(pid)} MB"
    )


def calls(url: str, clients: int, seconds: float) -> tuple[list[float], int]:
    """Milliseconds of every answer, and how many were none. The callers are a process of their own."""
    command = [sys.executable, "-m", "benchmarks.bench_ways", "call", url, str(clients), str(seconds)]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found["ms"], found["errors"]


def call(url: str, clients: int, seconds: float) -> None:
    ms: list[float] = []
    errors: list[str] = []
    until = time.monotonic() + seconds

    def one(number: int) -> None:
        with httpx.Client(timeout=60) as http:
            for n in itertools.count(number):
                began = time.perf_counter()
                answer = http.get(f"{url}/api/search", params={"q": QUERIES[n % len(QUERIES)]})
                ms.append((time.perf_counter() - began) * 1000)
                if answer.status_code != 200:
                    errors.append(answer.text)
                if time.monotonic() > until:  # each asks once at least, however busy the machine
                    return

    threads = [threading.Thread(target=one, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"ms": ms, "errors": len(errors)}))


def at(values: list[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)]


def memory(pid: int) -> int:
    """MB resident."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    raise AssertionError("no VmRSS")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    args = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder, args.documents)
        with serving(folder) as url:
            pid = int((folder / "serve.pid").read_text())
            httpx.get(f"{url}/api/search")
            export(url, pid, folder, args.documents)
            load_test(url, pid, folder, args.clients, args.seconds)
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["call"]:
        call(sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
    else:
        sys.exit(main())
