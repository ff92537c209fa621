"""`zhoubao es`: what is done to a cluster by hand. The engine itself is in `elastic_engine`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from config import Settings
from pipeline.model import UserError
from search import elastic_mapping
from search.elastic_engine import Elastic
from search.elastic_errors import told
from search.engine import IndexBroken
from search.store import Store
from search.verify import Difference, Mended

__all__ = ["Elastic", "orphans", "repair", "role", "setup", "status", "verify"]


def setup(settings: Settings) -> str:
    """Template, index and alias, where they are not there; a new index is filled from the store, for the
    outbox may have been drained into another before.
    """
    with _engine(settings) as engine, Store(settings.store_url) as store:
        if engine.form() is None:
            engine.rebuild(store)
        return f"别名 {engine.alias} 指向索引 {engine.setup()}，其中 {engine.count()} 份文件"


def status(settings: Settings) -> dict[str, Any]:
    """What a person looks at first: cluster, index, counts, and what waits."""
    with _engine(settings) as engine, Store(settings.store_url) as store:
        with told():
            info = engine.client.info()
            health = engine.client.cluster.health()
        form = engine.form()
        return {
            "集群": info["cluster_name"],
            "版本": info["version"]["number"],
            "状态": health["status"],
            "节点": health["number_of_nodes"],
            "索引": engine.current() or "无，请运行 zhoubao es setup",
            "格式": "现用"
            if form == elastic_mapping.FORM
            else "无"
            if form is None
            else "旧，请运行 zhoubao es reindex",
            "索引中的文件": engine.count() if form == elastic_mapping.FORM else 0,
            "文档库中的文件": store.count(),
            "等待入索引": store.lag(),
            "被索引拒收": len(store.parked()),
            "未启用的索引": "、".join(engine.orphans()) or "无",
        }


def verify(settings: Settings) -> Difference:
    with _engine(settings) as engine, Store(settings.store_url) as store:
        return engine.difference(store)


def repair(settings: Settings) -> Mended:
    """Mends exactly what verify finds, and removes what killed rebuilds have left."""
    with _engine(settings) as engine, Store(settings.store_url) as store:
        engine.setup()
        mended = engine.mend(store)
        return msgspec.structs.replace(mended, removed=tuple(engine.remove_orphans(store)))


def orphans(settings: Settings) -> list[str]:
    """Indices of ours that no alias names: left by killed rebuilds, or being built now."""
    with _engine(settings) as engine:
        return engine.orphans()


def role(settings: Settings) -> dict[str, Any]:
    """For the cluster's administrator: `PUT _security/role/zhoubao` with this body, or an API key of it."""
    return elastic_mapping.role(settings.search.elasticsearch.index)


@contextmanager
def _engine(settings: Settings) -> Iterator[Elastic]:
    engine = Elastic(settings)
    try:
        yield engine
    except IndexBroken as error:
        raise UserError(f"Elasticsearch 中没有可用的索引（{error}）：请运行 zhoubao es setup") from None
    finally:
        engine.close()
