"""A process that stores and indexes until it is killed: run by a fork server, so that it starts at once."""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path

from search import analyse
from search.client import Client
from search.feeder import feed
from tests.search.conftest import settings_of
from tests.search.documents import document

analyse.words("词典")  # loads the dictionary, once for all that are forked


def write(folder: Path, start: int, told: Connection) -> None:
    """Says what it has stored, number by number; every third time it feeds the index."""
    with Client(settings_of(folder)) as client:
        for n in range(start, 10_000):
            changed = document(f"nbs:{n % 60}", f"第{n}号数据公告", fingerprint=f"{n % 45}")
            client.store.put(changed, run=None, page_url="u")
            told.send(n)
            if n % 3 == 0:
                feed(client.store, client.engine)
