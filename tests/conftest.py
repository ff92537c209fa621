"""One Elasticsearch for a parallel run: the workers inherit its address (`tests/search/conftest.py`).

No example of a property has a deadline: how long one takes is told by `benchmarks/`, not by a busy machine.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from tests.elastic import server

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    parallel = getattr(config.option, "numprocesses", None)
    if not parallel or hasattr(config, "workerinput") or "ZHOUBAO_ES_URL" in os.environ or server.missing():
        return
    from tests.elastic.__main__ import environment
    from tests.elastic.cluster import Cluster

    cluster = Cluster()
    config.add_cleanup(cluster.stop)
    os.environ.update(environment(cluster))
