"""Do both engines answer alike? Over real headlines, for whoever doubts it.

python -m tests.elastic run -- python -m benchmarks.search_same --eval DIR
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.search_corpus import plain, texts
from config import Elasticsearch, Search, Settings
from pipeline.model import Document
from search import analyse
from search.client import FACETS, Client
from search.query import QueryError, parse


def pair(folder: Path, documents: Sequence[Document], index: str) -> tuple[Client, Client]:
    """Both engines on one store."""
    settings = Settings(data=folder, search=Search(elasticsearch=Elasticsearch(index=index, replicas=0)))
    embedded = Client(settings, engine="embedded")
    embedded.store.put_many(documents)
    cluster = Client(settings, engine="elasticsearch", store=embedded.store)
    for client in (embedded, cluster):
        client.rebuild()
    return embedded, cluster


def queries(titles: Sequence[str], n: int, seed: int = 3) -> list[str]:
    """Whole headlines, words of them, with and without a field."""
    draw = random.Random(seed)
    found: list[str] = []
    while len(found) < n:
        title = draw.choice(titles)
        words = [word for word in analyse.words(title) if len(word) > 1] or [title]
        some = draw.sample(words, min(draw.choice((1, 2, 3)), len(words)))
        made = draw.choice(
            [
                title,
                " ".join(some),
                " OR ".join(some),
                f"{some[0]} source:cninfo",
                f"{some[0]} from:2018 -{words[-1]}x",
            ]
        )
        try:
            parse(made)
        except QueryError:
            continue
        found.append(made)
    return found


def compare(embedded: Client, cluster: Client, asked: Sequence[str]) -> dict[str, float]:
    """Shares of queries with equal totals, facets and histogram, and the mean overlap of the first ten."""
    totals = facets = bars = same = overlap = 0.0
    for query in asked:
        plan = embedded.plan(query)
        one, other = embedded.engine.search(plan, 10), cluster.engine.search(plan, 10)
        totals += one.total == other.total
        facets += embedded.facets(query, FACETS) == cluster.facets(query, FACETS)
        bars += embedded.histogram(query, "month") == cluster.histogram(query, "month")
        ids, others = [hit.id for hit in one.hits], [hit.id for hit in other.hits]
        same += ids == others
        overlap += len(set(ids) & set(others)) / len(ids) if ids else float(not others)
    n = len(asked)
    return {
        "queries": n,
        "same_total": totals / n,
        "same_facets": facets / n,
        "same_histogram": bars / n,
        "same_order": same / n,
        "overlap_10": overlap / n,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--eval", type=Path, required=True)
    parser.add_argument("--queries", type=int, default=200)
    options = parser.parse_args()
    pairs = texts(options.eval)
    titles = [title for title, _ in texts(options.eval, titled=True)]
    with tempfile.TemporaryDirectory() as folder:
        embedded, cluster = pair(Path(folder), plain(pairs), "zhoubao-same")
        print(compare(embedded, cluster, queries(titles, options.queries)))
        cluster.close()
        embedded.close()


if __name__ == "__main__":
    main()
