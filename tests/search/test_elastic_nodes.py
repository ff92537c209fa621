"""Three nodes, one killed while documents are written and searched."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from search.client import Client
from search.engine import EngineDown
from search.feeder import feed
from tests.elastic.__main__ import environment
from tests.elastic.cluster import Cluster
from tests.search.conftest import need_elasticsearch, settings_of
from tests.search.documents import document


@pytest.mark.elasticsearch
@pytest.mark.timeout(600)
def test_a_node_that_dies_costs_no_document_and_no_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_elasticsearch()
    cluster = Cluster(nodes=3, heap="400m", wait=400)
    try:
        for name, value in environment(cluster).items():
            monkeypatch.setenv(name, value)
        settings = settings_of(tmp_path, "elasticsearch")
        several = settings.search.elasticsearch.model_copy(update={"shards": 3, "replicas": 1})
        settings = settings.model_copy(
            update={"search": settings.search.model_copy(update={"elasticsearch": several})}
        )
        with Client(settings) as client:
            client.store.put_many(
                document(f"nbs:{n:05}", f"第{n}号数据公告", "正文" * 20) for n in range(3000)
            )
            feed(client.store, client.engine)
            client.engine.client.cluster.health(
                wait_for_status="green", timeout="120s"
            )  # both copies are there
            client.store.put_many(
                document(f"cac:{n:05}", f"第{n}号数据公告", "正文" * 20) for n in range(3000)
            )

            killer = threading.Timer(0.2, cluster.kill, ["n2"])
            killer.start()
            failed, totals = 0, set()
            while client.store.lag():
                try:
                    feed(client.store, client.engine)
                except EngineDown:
                    failed += 1  # the outbox waits; the next round goes on
                    assert failed < 50
                totals.add(client.search("数据公告 source:nbs", limit=1).total)
            killer.join()
            for _ in range(30):
                totals.add(client.search("数据公告 source:nbs", limit=1).total)
            assert totals == {3000}
            assert list(client.engine.stamps()) == list(client.store.stamps())
            assert client.search("数据公告").total == 6000
    finally:
        cluster.stop()
