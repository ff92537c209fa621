"""Clients on both engines: the embedded one, and a real Elasticsearch started once for all tests."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config import Elasticsearch, Search, Settings
from search.client import Client
from search.elastic_engine import Elastic
from search.feeder import feed
from tests.elastic import server
from tests.elastic.__main__ import environment
from tests.elastic.cluster import Cluster
from tests.elastic.proxy import Proxy
from tests.search.documents import WEEK

ENGINES = [
    pytest.param("embedded"),
    pytest.param("elasticsearch", marks=pytest.mark.elasticsearch),
]
Open = Callable[..., Client]


def need_elasticsearch() -> None:
    reason = server.missing()
    if reason and os.environ.get("CI") == "true":
        pytest.fail(f"CI must test on a real Elasticsearch: {reason}")
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def elasticsearch() -> Iterator[dict[str, str]]:
    """The environment of a running cluster; one that `python -m tests.elastic run` started is used as it is."""
    if "ZHOUBAO_ES_URL" in os.environ:
        yield {name: os.environ[name] for name in ("ZHOUBAO_ES_URL", "ZHOUBAO_ES_CA", "ZHOUBAO_ES_API_KEY")}
        return
    need_elasticsearch()
    cluster = Cluster()
    try:
        yield environment(cluster)
    finally:
        cluster.stop()


@pytest.fixture
def on_elasticsearch(elasticsearch: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in elasticsearch.items():
        monkeypatch.setenv(name, value)


def settings_of(folder: Path, engine: str = "embedded", shards: int = 1) -> Settings:
    """Each with an index of its own, of a name that the key may use."""
    cluster = Elasticsearch(index=f"zhoubao-{uuid.uuid4().hex[:10]}", replicas=0, shards=shards)
    return Settings(data=folder, search=Search(engine=engine, elasticsearch=cluster))


@pytest.fixture
def open_client(tmp_path: Path) -> Iterator[Open]:
    """`open_client("elasticsearch")` gives a client on an empty store and index."""
    opened: list[Client] = []

    def open_one(engine: str = "embedded", **more: int) -> Client:
        client = Client(settings_of(tmp_path / uuid.uuid4().hex[:6], engine, **more))
        opened.append(client)
        return client

    yield open_one
    for client in opened:
        if isinstance(client.engine, Elastic):
            drop(client.engine)
        client.close()


@pytest.fixture
def proxy(elasticsearch: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """Clients opened after it go through it."""
    opened = Proxy(elasticsearch["ZHOUBAO_ES_URL"].split(",")[0], elasticsearch["ZHOUBAO_ES_CA"])
    monkeypatch.setenv("ZHOUBAO_ES_URL", opened.url)
    monkeypatch.delenv("ZHOUBAO_ES_CA")
    yield opened
    opened.close()


def drop(engine: Elastic) -> None:
    gone = engine.client.options(ignore_status=404)
    names = gone.indices.get(index=[f"{engine.alias}.*", f"{engine.alias}-*"], expand_wildcards="all")
    for name in names.body if isinstance(names.body, dict) else {}:
        if name.startswith((f"{engine.alias}.", f"{engine.alias}-")):
            gone.indices.delete(index=name)
    gone.indices.delete_index_template(name=engine.alias)


@pytest.fixture(params=ENGINES)
def client(request: pytest.FixtureRequest, open_client: Open) -> Client:
    if request.param == "elasticsearch":
        request.getfixturevalue("on_elasticsearch")
    return open_client(request.param)


@pytest.fixture(scope="session", params=ENGINES)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client on WEEK, to be read from only."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "elasticsearch":
            for name, value in request.getfixturevalue("elasticsearch").items():
                patch.setenv(name, value)
        client = Client(settings_of(tmp_path_factory.mktemp("filled"), request.param))
    client.store.put_many(WEEK)
    feed(client.store, client.engine)
    yield client
    if isinstance(client.engine, Elastic):
        drop(client.engine)
    client.close()
