"""Speed of search, side by side in one run: the embedded engine, Elasticsearch and SQLite FTS5.

    python -m benchmarks.bench_search --eval DIR --documents 200000 [--engines embedded,fts5,elasticsearch]
    python -m benchmarks.bench_search --eval DIR --growth 50000,100000,200000,500000,1000000
    python -m benchmarks.bench_search --eval DIR --fuzz 100000

Documents are made of the real texts in DIR. A query is asked as the web page asks it: the first twenty
hits with passages, the total, and five facets. FTS5 gets the same words and answers with hits, total and
three facets. Times are milliseconds by the clock; `cpu_` is the work of the asking thread, which a busy
machine leaves alone (with Elasticsearch the work is elsewhere). Compare within one run.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from elasticsearch import helpers

from benchmarks.search_corpus import many, texts
from config import Elasticsearch, Search, Settings
from search import analyse, embedded_query
from search.client import Client
from search.elastic_connect import connect
from search.elastic_engine import Elastic
from search.embedded import Embedded
from search.engine import Engine
from search.plan import Plan
from search.project import Entry, project
from search.query import QueryError, parse
from search.store import Store

_GROWTH_BATCH = 10_000

_COMMON = [
    "公司",
    "公告",
    "回购",
    "股份",
    "净利润",
    "增长",
    "亿元",
    "控股股东",
    "冻结",
    "人工智能",
    "数据",
    "董事会",
    "投资",
    "营业收入",
    "市场",
    "项目",
    "银行",
    "基金",
    "重组",
    "算力",
    "新能源",
    "芯片",
    "半导体",
    "减持",
]


def queries(pairs: list[tuple[str, str]], n: int = 500) -> list[str]:
    """A mix as people ask: words, headlines, quoted phrases, fields, alternatives."""
    draw = random.Random(5)
    found: list[str] = []
    while len(found) < n:
        title, body = draw.choice(pairs)
        words = [word for word in analyse.words(title) if len(word) > 1] or ["公告"]
        start = draw.randrange(max(1, len(body) - 8))
        made = draw.choice(
            [
                draw.choice(_COMMON),
                " ".join(draw.sample(words, min(2, len(words)))),
                " ".join(draw.sample(words, min(3, len(words)))),
                title,
                '"' + body[start : start + draw.choice((2, 4, 8))].replace('"', "") + '"',
                f"{draw.choice(_COMMON)} source:cninfo from:{draw.randrange(2015, 2024)}",
                f"{draw.choice(words)} kind:buyback",
                f"week:{draw.randrange(2015, 2024)}-W{draw.randrange(1, 52):02}",
                " OR ".join(draw.sample(words, min(2, len(words)))),
                f"amount:>{draw.randrange(1, 9)}亿 {draw.choice(_COMMON)}",
            ]
        )
        try:
            parse(made)
        except QueryError:  # a headline with half a bracket
            continue
        found.append(made)
    return found


def timed(ask: Callable[[str], object], asked: list[str]) -> dict[str, float]:
    for query in asked[:50]:
        ask(query)
    took, worked = [], []
    for query in asked:
        began, working = time.perf_counter(), time.thread_time()
        ask(query)
        took.append((time.perf_counter() - began) * 1000)
        worked.append((time.thread_time() - working) * 1000)
    return {
        "p50_ms": _middle(took),
        "p99_ms": _last(took),
        "cpu_p50_ms": _middle(worked),
        "cpu_p99_ms": _last(worked),
    }


def _middle(times: list[float]) -> float:
    return sorted(times)[len(times) // 2]


def _last(times: list[float]) -> float:
    """The 99th of a hundred."""
    return sorted(times)[int(len(times) * 0.99)]


def megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def of_client(client: Client, asked: list[str]) -> dict[str, float]:
    page = timed(lambda query: (client.search(query), client.facets(query)), asked)
    plans = {query: client.plan(query) for query in asked}
    hits = timed(lambda query: client.engine.search(plans[query], 20), asked)
    return page | {f"hits_{name}": value for name, value in hits.items()}


def embedded(folder: Path, store: Store, asked: list[str]) -> dict[str, float]:
    with Client(Settings(data=folder), store=store) as client:
        began, working = time.perf_counter(), time.process_time()
        count = client.rebuild()
        rates = {
            "index_per_s": count / (time.perf_counter() - began),
            "index_per_cpu_s": count / (time.process_time() - working),
        }
        return {**rates, **of_client(client, asked), "megabytes": megabytes(folder / "index")}


def growth(eval_dir: Path, sizes: list[int]) -> Iterator[dict[str, object]]:
    """The embedded index alone as it grows, written to as the daemon writes: in batches, each a commit."""
    pairs = texts(eval_dir)
    asked = queries(pairs)
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder, Client(Settings(data=Path(folder))) as client:
        client.rebuild()
        plans = {query: client.plan(query) for query in asked}
        documents, held, took, worked = many(pairs, max(sizes)), 0, 0.0, 0.0
        for size in sorted(sizes):
            while held < size:
                batch = list(itertools.islice(documents, min(_GROWTH_BATCH, size - held)))
                began, working = time.perf_counter(), time.process_time()
                client.engine.index([project(document, 1) for document in batch])
                took, worked = (
                    took + time.perf_counter() - began,
                    worked + time.process_time() - working,
                )
                held += len(batch)
            hits = timed(lambda query: client.engine.search(plans[query], 20), asked)
            counts = timed(lambda query: counted(client.engine, plans[query]), asked)
            yield {
                "engine": "embedded",
                "documents": held,
                "index_per_s": held / took,
                "index_per_cpu_s": held / worked,
                **{f"hits_{name}": value for name, value in hits.items()},
                **{f"count_{name}": value for name, value in counts.items()},
                "megabytes": megabytes(Path(folder) / "index"),
            }


def counted(engine: Engine, plan: Plan) -> int:
    """What tantivy itself needs for a total, with nothing ranked: no exact answer takes less."""
    assert isinstance(engine, Embedded)
    answer = engine._searcher().aggregate(
        embedded_query.query(plan.node, engine._index().schema), {"all": {"value_count": {"field": "order"}}}
    )
    return int(answer["all"]["value"])


def elasticsearch(folder: Path, store: Store, asked: list[str]) -> dict[str, float]:
    from tests.elastic.__main__ import environment
    from tests.elastic.cluster import Cluster

    cluster = Cluster(heap="1g")
    try:
        import os

        os.environ.update(environment(cluster))
        settings = Settings(
            data=folder,
            search=Search(engine="elasticsearch", elasticsearch=Elasticsearch(replicas=0, timeout=120)),
        )
        with Client(settings, store=store) as client:
            began = time.perf_counter()
            count = client.rebuild()
            rate = count / (time.perf_counter() - began)
            engine = client.engine
            assert isinstance(engine, Elastic)
            answer = of_client(client, asked)
            size = engine.client.indices.stats(index=engine.alias)["_all"]["total"]["store"]["size_in_bytes"]
            return {
                "index_per_s": rate,
                **answer,
                "megabytes": size / 1e6,
                "ours_to_bare_bulk": bulk_ratio(engine, store),
            }
    finally:
        cluster.stop()


def bulk_ratio(engine: Elastic, store: Store, n: int = 5_000) -> float:
    """Our bulk ÷ `helpers.parallel_bulk` of the same ready documents, turn by turn; the middle of five."""
    entries: list[Entry] = []
    for standing in store.stream():
        entries.append(project(*standing))
        if len(entries) == n:
            break
    bare = connect(engine._settings)
    ratios = []
    for turn in range(5):
        ours, theirs = engine._create(), engine._create()
        began = time.perf_counter()
        engine.write(entries, ours)
        middle = time.perf_counter()
        actions = ({"_id": entry.id, "_source": entry.as_dict()} for entry in entries)
        for _ in helpers.parallel_bulk(bare, actions, index=theirs, thread_count=2, chunk_size=500):
            pass
        ended = time.perf_counter()
        if turn:  # the first warms the server up
            ratios.append((ended - middle) / (middle - began))
        bare.indices.delete(index=ours)
        bare.indices.delete(index=theirs)
    return sorted(ratios)[len(ratios) // 2]


def fts5(folder: Path, store: Store, asked: list[str]) -> dict[str, float]:
    """Words cut by jieba in a contentless table; facets by joining a table of values."""
    path = folder / "fts.db"
    db = sqlite3.connect(path)
    db.execute("CREATE VIRTUAL TABLE words USING fts5(title, body, content='', tokenize=unicode61)")
    db.execute("CREATE TABLE facts (rowid INTEGER PRIMARY KEY, id, source, kind, week)")
    began = time.perf_counter()
    count = 0
    for standing in store.stream():
        entry = project(*standing)
        count += 1
        db.execute(
            "INSERT INTO words(rowid, title, body) VALUES (?, ?, ?)", (count, entry.title_words, entry.words)
        )
        db.execute(
            "INSERT INTO facts VALUES (?, ?, ?, ?, ?)",
            (count, entry.id, entry.source[0], (entry.kind or [""])[0], entry.week),
        )
    db.commit()
    rate = count / (time.perf_counter() - began)

    def ask(query: str) -> None:
        words = [f'"{word}"' for word in analyse.words(query)][:30]
        match = " ".join(words) or '"公告"'
        db.execute(
            "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words, 3.0, 1.0) LIMIT 20", (match,)
        ).fetchall()
        db.execute("SELECT count(*) FROM words WHERE words MATCH ?", (match,)).fetchall()
        for column in ("source", "kind", "week"):
            db.execute(
                f"SELECT {column}, count(*) FROM words JOIN facts ON facts.rowid = words.rowid WHERE words MATCH ? GROUP BY 1",
                (match,),
            ).fetchall()

    answer = timed(ask, asked[:100])
    db.close()
    return {"index_per_s": rate, **answer, "megabytes": path.stat().st_size / 1e6}


def fuzz(eval_dir: Path, n: int) -> dict[str, float]:
    """Anything that can be typed, on a small index: answered or refused in one sentence, never long."""
    draw = random.Random(11)
    pairs = texts(eval_dir)
    pieces = [
        *'()（）"“”-:：<>[]{}|&*~^\\ \t,，。',
        " OR ",
        " AND ",
        "NOT ",
        "source:",
        "week:2024-W08",
        "amount:>",
        "1亿",
        "TO",
        "..",
    ]
    with tempfile.TemporaryDirectory() as folder, Client(Settings(data=Path(folder))) as client:
        client.store.put_many(many(pairs, 3000))
        client.rebuild()
        client.search("公告")  # loads what every query needs
        longest, worked, refused = 0.0, 0.0, 0
        for _ in range(n):
            parts: list[str] = []
            for _ in range(draw.randrange(1, 12)):
                title, body = draw.choice(pairs)
                start = draw.randrange(len(body))
                text = body[start : start + draw.choice((1, 2, 3, 5, 200))]
                parts.append(
                    draw.choice((draw.choice(pieces), text, title[:6], chr(draw.randrange(1, 0xD7FF))))
                )
            began, working = time.perf_counter(), time.thread_time()
            try:
                client.engine.search(client.plan("".join(parts)), 20)
            except QueryError:
                refused += 1
            longest = max(longest, time.perf_counter() - began)
            worked = max(worked, time.thread_time() - working)
    return {
        "queries": n,
        "refused": refused,
        "longest_ms": longest * 1000,
        "longest_cpu_ms": worked * 1000,
    }


ENGINES = {"embedded": embedded, "elasticsearch": elasticsearch, "fts5": fts5}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--eval", type=Path, required=True)
    parser.add_argument("--documents", type=int, default=200_000)
    parser.add_argument("--engines", default="embedded,fts5,elasticsearch")
    parser.add_argument(
        "--growth", help="sizes of the embedded index, measured while it grows: 50000,1000000"
    )
    parser.add_argument("--fuzz", type=int, help="ask so many queries of random text instead")
    options = parser.parse_args(arguments)
    if options.fuzz:
        print(json.dumps(fuzz(options.eval, options.fuzz)))
        return 0
    if options.growth:
        for line in growth(options.eval, [int(size) for size in options.growth.split(",")]):
            print(json.dumps(line), flush=True)
        return 0
    for line in run(options.eval, options.documents, options.engines.split(",")):
        print(json.dumps(line), flush=True)
    return 0


def run(eval_dir: Path, documents: int, engines: list[str]) -> Iterator[dict[str, object]]:
    pairs = texts(eval_dir)
    asked = queries(pairs)
    with (
        tempfile.TemporaryDirectory(dir="/var/tmp") as folder,
        Store(f"sqlite:///{folder}/zhoubao.db") as store,
    ):
        began = time.perf_counter()
        store.put_many(many(pairs, documents))
        yield {
            "store": "sqlite",
            "documents": documents,
            "put_per_s": documents / (time.perf_counter() - began),
        }
        for name in engines:
            yield {"engine": name, "documents": documents} | ENGINES[name](Path(folder), store, asked)


if __name__ == "__main__":
    sys.exit(main())
