"""What the tests on a cluster share: some documents, and a look behind the alias."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from cli import app
from search.client import Client
from search.elastic_engine import Elastic
from tests.search.documents import document

MANY = [document(f"nbs:{n:03}", f"第{n}号数据公告", "正文") for n in range(40)]


def engine_of(client: Client) -> Elastic:
    assert isinstance(client.engine, Elastic)
    return client.engine


def index_of(client: Client) -> str:
    return next(iter(engine_of(client).client.indices.get_alias(name=engine_of(client).alias)))


def by_hand(client: Client, folder: Path, *words: str) -> Result:
    index = client.settings.search.elasticsearch.index
    (folder / "config.yaml").write_text(
        f"data: {client.settings.data}\nsearch: {{elasticsearch: {{index: {index}, replicas: 0}}}}\n"
    )
    return CliRunner().invoke(app, ["--config", str(folder / "config.yaml"), "es", *words])
