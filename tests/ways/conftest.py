"""A desk with a few documents, a clock that tests turn, and receivers; a desk behind the HTTP door."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from config import Settings
from search.client import Client
from search.feeder import feed
from search.store import Store
from search.watches import Watches
from tests.search.documents import document
from tests.ways import desk
from tests.ways.receivers import Webhook, webhook
from ways.app import create_app


class Clock:
    def __init__(self) -> None:
        self.now = 1_708_300_800.0  # Monday 2024-02-19 08:00 in Shanghai

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(tmp_path: Path, clock: Clock) -> Iterator[Client]:
    settings = Settings(data=tmp_path)
    with (
        Store(settings.store_url, clock=clock) as store,
        Client(settings, store=store) as client,
    ):
        store.put_many(
            [document("sasac:c0", "国资委召开会议", "部署人工智能工作。", about=[("603019", "中科曙光")])]
        )
        feed(store, client.engine)
        clock.now += 1
        yield client


@pytest.fixture
def watches(client: Client) -> Watches:
    return Watches(client.store)


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with webhook() as server:
        yield server


@pytest.fixture(scope="module")
def desk_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """To be read from only, but for saved searches."""
    with desk.open_desk(tmp_path_factory.mktemp("desk"), per_minute=1_000_000) as client:
        yield client


@pytest.fixture(scope="module")
def http(desk_client: Client) -> Iterator[TestClient]:
    with TestClient(create_app(desk_client), base_url="http://localhost") as http:
        yield http
