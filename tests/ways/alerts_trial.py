"""Alerts under kill -9: documents come, the delivering process is killed, the target is down for a while.

`python -m tests.ways.alerts_trial DOCUMENTS SEARCHES KILLS` runs it at any size; the test runs a small one.
The clock of the store goes a hundred times as fast, so that waits of minutes pass in a second.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

import msgspec

from config import Settings
from search.client import Client
from search.store import Store
from search.watches import Watches
from tests.search.documents import document
from tests.ways.receivers import webhook
from ways.deliver import deliver
from ways.targets import Channel

_SPEED = 100


class Came(msgspec.Struct):
    """What the target got of what was due: `repeated` came twice, the second time marked."""

    due: int
    once: int
    repeated: int
    lost: int
    wrong: int  # more than twice, or a repeat without its mark, or what was not asked for
    unsure: int
    kills: int
    by_killed: int  # sent by processes that were then killed
    seconds: float


def open_client(folder: Path, start: float) -> Client:
    store = Store(f"sqlite:///{folder}/zhoubao.db", clock=lambda: start + (time.time() - start) * _SPEED)
    return Client(Settings(data=folder), store=store)


def child(folder: Path, start: float) -> None:
    """Delivers round after round until it is killed."""
    client = open_client(folder, start)
    client.plan("人工智能")  # what is read once is read
    Channel("json://127.0.0.1/")
    print("ready", flush=True)
    while True:
        deliver(client)


def start_child(folder: Path, start: float) -> subprocess.Popen[str]:
    """Returns when it begins to deliver."""
    command = [sys.executable, "-m", "tests.ways.alerts_trial", "child", str(folder), str(start)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    return process


def trial(folder: Path, documents: int, searches: int, kills: int, seed: int = 1) -> Came:
    chance = random.Random(seed)
    start = time.time()
    with webhook() as hook, open_client(folder, start) as client:
        watches = Watches(client.store)
        # Two searches find everything, the others part the documents among them.
        parts = searches - 2
        watches.add("all", "", [hook.url("all")])
        watches.add("news", "kind:news", [hook.url("news")])
        for n in range(parts):
            watches.add(f"w{n}", f'"第{n}号批次"', [hook.url(f"w{n}")])
        due: defaultdict[str, set[str]] = defaultdict(set)
        put, done = 0, 0
        while done < kills or put < documents:
            process = start_child(folder, start)
            hook.manners = (lambda path: 503) if done % 6 == 3 else (lambda path: "ok")
            if put < documents:
                batch = [f"sasac:c{n}" for n in range(put, min(documents, put + documents // kills + 1))]
                put += len(batch)
                client.store.put_many(
                    document(id, f"第{int(id[7:]) % parts}号批次的文件{id[7:]}", "正文") for id in batch
                )
                for id in batch:
                    for name in ("all", "news", f"w{int(id[7:]) % parts}"):
                        due[name].add(id)
            if done % 5 == 2:
                client.rebuild()
            time.sleep(chance.uniform(0, 1.2))
            process.kill()
            process.wait()
            done += 1
        by_killed = sum(hook.counts(name).total() for name in due)
        hook.manners = lambda path: "ok"
        until = time.monotonic() + 120
        while watches.waiting(1) or any(
            t.counts.get("due") or t.counts.get("sending")
            for w in watches.all(counts=True)
            for t in w.targets
        ):
            deliver(client)
            assert time.monotonic() < until, "alerts do not come to an end"
        unsure = {(watch.name, id) for watch in watches.all() for id in watches.unsure(watch.name)}
        came = Came(0, 0, 0, 0, 0, len(unsure), done, by_killed, 0)
        for name, ids in due.items():
            told = hook.told(name)
            counts = Counter(id for id, _ in told)
            marked = Counter(id for id, mark in told if mark)
            came.due += len(ids)
            came.wrong += len(set(counts) - ids)
            for id in ids:
                if counts[id] == 0:
                    came.lost += (name, id) not in unsure
                elif counts[id] == 1:
                    came.once += 1
                elif counts[id] == 2 and marked[id] == 1:
                    came.repeated += 1
                else:
                    came.wrong += 1
    came.seconds = round(time.time() - start, 1)
    return came


if __name__ == "__main__":
    if sys.argv[1] == "child":
        child(Path(sys.argv[2]), float(sys.argv[3]))
    else:
        with tempfile.TemporaryDirectory() as name:
            print(trial(Path(name), *map(int, sys.argv[1:])))
