"""A cluster that refuses a document, is busy, full, slow or gone: nothing is lost, and it is one line."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from search import elastic
from search.client import Client
from search.engine import EngineDown
from search.feeder import feed
from search.verify import Mended
from tests.elastic.proxy import Proxy, bulk_items, busy
from tests.search.conftest import Open, settings_of
from tests.search.documents import document
from tests.search.on_cluster import MANY, by_hand, engine_of, index_of

pytestmark = [pytest.mark.elasticsearch, pytest.mark.usefixtures("on_elasticsearch")]


@pytest.fixture
def client(open_client: Open) -> Client:
    return open_client("elasticsearch")


def test_a_refused_document_is_parked_with_its_reason_and_the_rest_go_on(
    client: Client, tmp_path: Path
) -> None:
    client.store.put_many(
        [*MANY, document("nbs:bad", "公告", column="x" * 40_000)]
    )  # beyond Lucene's longest term
    fed = feed(client.store, client.engine)
    assert (fed.parked, client.store.lag()) == (1, 0)
    (parked,) = client.store.parked()
    assert parked.document_id == "nbs:bad" and "[column]" in parked.reason and len(parked.reason) <= 310
    assert client.engine.count() == 40
    # Whatever sends everything again settles what is refused and what is not.
    assert client.rebuild() == 40
    assert [(row.document_id, "[column]" in row.reason) for row in client.store.parked()] == [
        ("nbs:bad", True)
    ]
    with Client(client.settings, engine="embedded", store=client.store) as other:
        assert other.rebuild() == 41
    assert client.store.parked() == []
    told = by_hand(client, tmp_path, "repair")
    assert told.exit_code == 1
    lines = told.output.splitlines()
    assert (
        lines[:2] == ["已修补 0 份", "未能修补 1 份："] and "nbs:bad：" in lines[2] and "[column]" in lines[2]
    )
    assert [row.document_id for row in client.store.parked()] == ["nbs:bad"]
    client.store.put_many([document("nbs:bad", "改好的公告")])
    feed(client.store, client.engine)
    assert (client.store.parked(), client.engine.count()) == ([], 41)


def test_busy_then_free(proxy: Proxy, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.elastic_index._FIRST_WAIT", 0.01)
    elastic.setup(client.settings)
    proxy.behave = busy
    client.store.put_many(MANY)
    with pytest.raises(EngineDown, match="429"):
        feed(client.store, client.engine)
    assert client.store.lag() == 40
    proxy.behave = lambda path, body: None
    assert feed(client.store, client.engine).indexed == 40
    assert client.engine.count() == 40


def test_half_of_a_bulk_refused_for_now_arrives_later(
    proxy: Proxy, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.elastic_index._FIRST_WAIT", 0.01)
    elastic.setup(client.settings)
    rounds = []

    def half(path: str, body: bytes) -> tuple[int, bytes] | None:
        """The server's own answer for the first half would need a second call; so all wait, half by half."""
        if "_bulk" not in path or len(rounds) >= 2:
            return None
        rounds.append(len(bulk_items(body)))
        error = {"type": "es_rejected_execution_exception", "reason": "full"}
        items = []
        for number, (action, *_) in enumerate(bulk_items(body)):
            id = json.loads(action)["index"]["_id"]
            ok = {"_id": id, "status": 201}
            items.append({"index": ok if number % 2 else {"_id": id, "status": 429, "error": error}})
        return 200, json.dumps({"took": 1, "errors": True, "items": items}).encode()

    proxy.behave = half
    client.store.put_many(MANY)
    feed(client.store, client.engine)
    assert rounds == [40, 20]  # only what was refused is sent again
    assert client.store.lag() == 0
    # Those that the gateway lied about are what verify is for.
    assert len(elastic.verify(client.settings).missing) == 30
    assert elastic.repair(client.settings) == Mended(30, {})


def test_a_full_disk_makes_the_outbox_wait(client: Client) -> None:
    elastic.setup(client.settings)
    raw = engine_of(client).client
    block = {"index.blocks.read_only_allow_delete": True}  # what the flood stage sets
    raw.indices.put_settings(index=index_of(client), settings=block)
    client.store.put_many(MANY)
    with pytest.raises(EngineDown, match="暂不接受写入"):
        feed(client.store, client.engine)
    assert (client.store.lag(), client.store.parked()) == (40, [])
    raw.indices.put_settings(index=index_of(client), settings=dict.fromkeys(block))
    feed(client.store, client.engine)
    assert (client.store.lag(), client.engine.count()) == (0, 40)


def test_slow_is_down_for_now(proxy: Proxy, tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "elasticsearch")
    search = settings.search.elasticsearch.model_copy(update={"timeout": 0.3})
    settings = settings.model_copy(
        update={"search": settings.search.model_copy(update={"elasticsearch": search})}
    )
    free = threading.Event()

    def slow(path: str, body: bytes) -> None:
        free.wait(20)

    proxy.behave = slow
    with Client(settings) as client:
        with pytest.raises(EngineDown, match="没有按时回答"):
            client.search("数据")
        free.set()


def test_down_is_one_line_and_nothing_is_lost(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHOUBAO_ES_URL", "https://127.0.0.1:1")
    with Client(client.settings) as away:
        away.store.put_many(MANY)
        with pytest.raises(EngineDown) as caught:
            feed(away.store, away.engine)
        assert str(caught.value) == "连不上 Elasticsearch（127.0.0.1:1 Connection refused）"
        assert away.store.lag() == 40
    feed(client.store, client.engine)
    assert (client.store.lag(), client.engine.count()) == (0, 40)
