"""One Elasticsearch for a parallel run: the workers inherit its address (`tests/search/conftest.py`)."""

from __future__ import annotations

import os

import pytest

from tests.elastic import server


def pytest_configure(config: pytest.Config) -> None:
    parallel = getattr(config.option, "numprocesses", None)
    if not parallel or hasattr(config, "workerinput") or "ZHOUBAO_ES_URL" in os.environ or server.missing():
        return
    from tests.elastic.__main__ import environment
    from tests.elastic.cluster import Cluster

    cluster = Cluster()
    config.add_cleanup(cluster.stop)
    os.environ.update(environment(cluster))
