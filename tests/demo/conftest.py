"""The demo week, run once for all tests, on the embedded engine."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from demo.run import DemoResult, run
from search.store import Store

# The one path to a real cluster is the search tests' own.
from tests.search.conftest import elasticsearch, on_elasticsearch

__all__ = ["elasticsearch", "on_elasticsearch"]


@pytest.fixture(scope="session")
def week(tmp_path_factory: pytest.TempPathFactory) -> DemoResult:
    return run(tmp_path_factory.mktemp("demo"), "embedded", quiet=True)


def contents(folder: Path) -> dict[str, tuple[object, ...]]:
    """id → document, numbers of its versions, and the document that it repeats."""
    with Store(f"sqlite:///{folder / 'data' / 'zhoubao.db'}") as store:
        return {
            document.id: (
                document,
                [version.number for version in store.versions(document.id)],
                store.duplicate_of(document.id),
            )
            for document in store.documents(duplicates=True)
        }


def stored(folder: Path) -> int:
    """How many documents there are now, read beside whoever writes."""
    path = folder / "data" / "zhoubao.db"
    if not path.exists():
        return 0
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            return int(database.execute("SELECT count(*) FROM documents").fetchone()[0])
    except sqlite3.OperationalError:  # it is being made, or written
        return 0
