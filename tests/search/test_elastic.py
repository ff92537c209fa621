"""What is done to a cluster by hand, and what an index goes through: setup, rebuild, repair."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.model import UserError
from search import elastic
from search.client import Client
from search.elastic_engine import Elastic
from search.elastic_mapping import MAPPING
from search.engine import EngineDown
from search.feeder import feed
from search.store import Stamp, Store
from search.verify import Difference, Mended
from tests.elastic.proxy import Proxy
from tests.search.conftest import Open
from tests.search.documents import document
from tests.search.on_cluster import MANY, by_hand, engine_of, index_of

pytestmark = [pytest.mark.elasticsearch, pytest.mark.usefixtures("on_elasticsearch")]


@pytest.fixture
def client(open_client: Open) -> Client:
    return open_client("elasticsearch")


def test_setup_status_verify_repair(client: Client, tmp_path: Path) -> None:
    settings = client.settings
    assert elastic.status(settings)["索引"].startswith("无")
    assert elastic.setup(settings) == elastic.setup(settings)  # a second time changes nothing
    client.store.put_many(MANY)
    feed(client.store, client.engine)
    status = elastic.status(settings)
    assert (status["索引中的文件"], status["文档库中的文件"], status["等待入索引"]) == (40, 40, 0)
    assert not elastic.verify(settings)
    raw = engine_of(client).client
    raw.delete(index=index_of(client), id="nbs:001", version=1, version_type="external_gte")
    client.engine.index([_entry("nbs:none", 1)])
    client.store.put_many([document("nbs:002", "改过的公告")])
    client.store.done([row.seq for row in client.store.pending(99)])  # the index never heard of it
    found = elastic.verify(settings)
    assert found == Difference(("nbs:001",), ("nbs:002",), (), (Stamp("nbs:none", 1, 0),))
    told = by_hand(client, tmp_path, "verify", "--json")
    assert (told.exit_code, json.loads(told.output)) == (
        1,
        {"missing": ["nbs:001"], "stale": ["nbs:002"], "ahead": [], "foreign": ["nbs:none"], "orphans": []},
    )
    assert ["缺", "1", "nbs:001"] in [
        line.split() for line in by_hand(client, tmp_path, "verify").output.splitlines()
    ]
    assert elastic.repair(settings) == Mended(3, {})
    assert not elastic.verify(settings)
    assert by_hand(client, tmp_path, "verify").exit_code == 0
    assert client.search("改过").total == 1


def test_setup_fills_a_new_index_from_a_store_that_has_documents(client: Client) -> None:
    client.store.put_many(MANY)
    with Client(client.settings, engine="embedded", store=client.store) as first:
        feed(first.store, first.engine)
    assert client.store.lag() == 0
    assert elastic.setup(client.settings).endswith(f"{index_of(client)}，其中 40 份文件")
    assert client.search("数据公告").total == 40


def test_what_the_index_holds_in_a_later_version_is_mended_against_the_store(
    client: Client, tmp_path: Path
) -> None:
    elastic.setup(client.settings)
    client.store.put_many(MANY)
    feed(client.store, client.engine)
    raw, index = engine_of(client).client, index_of(client)
    # Overwritten by a plain call, deleted by one, and left by a store that was put back from a backup.
    raw.index(index=index, id="nbs:001", document={"id": "nbs:001", "version": 9})
    for _ in range(2):
        raw.index(index=index, id="nbs:002", document={"id": "nbs:002", "version": 9})
    raw.delete(index=index, id="nbs:002")
    raw.delete(index=index, id="nbs:003")
    client.engine.index([_entry("nbs:004", 7), _entry("nbs:none", 7)])
    told = by_hand(client, tmp_path, "verify", "--json")
    assert json.loads(told.output) == {
        "missing": ["nbs:002", "nbs:003"],
        "stale": [],
        "ahead": ["nbs:001", "nbs:004"],
        "foreign": ["nbs:none"],
        "orphans": [],
    }
    told = by_hand(client, tmp_path, "repair")
    assert (told.exit_code, told.output) == (0, "已修补 5 份\n")
    assert list(engine_of(client).stamps()) == list(client.store.stamps())
    assert client.search("数据公告").total == 40
    assert "gc_deletes" not in str(raw.indices.get_settings(index=index))
    raw.indices.put_settings(index=index, settings={"index.gc_deletes": "-1"})  # by a repair that was killed
    assert by_hand(client, tmp_path, "repair").exit_code == 0
    assert "gc_deletes" not in str(raw.indices.get_settings(index=index))
    client.store.put_many([document("nbs:001", "改过的公告"), document("nbs:003", "改过的公告")])
    feed(client.store, client.engine)
    assert client.search("改过").total == 2


def test_what_cannot_be_mended_is_said(client: Client, proxy: Proxy, tmp_path: Path) -> None:
    elastic.setup(client.settings)
    client.store.put_many(MANY)
    feed(client.store, client.engine)
    engine_of(client).client.delete(index=index_of(client), id="nbs:003")

    def lie(path: str, body: bytes) -> tuple[int, bytes] | None:
        if "_bulk" not in path:
            return None
        return 200, b'{"took":1,"errors":true,"items":[{"index":{"_id":"nbs:003","status":409,"error":{}}}]}'

    proxy.behave = lie
    told = by_hand(client, tmp_path, "repair")
    assert told.exit_code == 1
    assert told.output.splitlines() == ["已修补 0 份", "未能修补 1 份：", "  nbs:003：仍有出入"]


def _entry(id: str, version: int) -> object:
    from search.project import project

    return project(document(id), version)


def test_an_older_write_that_comes_late_changes_nothing(client: Client) -> None:
    client.store.put_many([document("nbs:1", "旧"), document("nbs:1", "新")])
    feed(client.store, client.engine)
    from search.project import project

    assert client.engine.index([project(document("nbs:1", "旧"), 1)]) == []
    assert client.search("新").total == 1


def test_what_is_written_while_a_new_index_is_built_is_in_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.store.put_many(MANY)
    feed(client.store, client.engine)
    old = index_of(client)
    engine, real = engine_of(client), Elastic.mend
    writes = iter(["编制中写入", "切换前写入"])

    def mend(self: Elastic, store: Store, index: str | None = None) -> Mended:
        if (title := next(writes, None)) is not None:
            store.put_many([document("nbs:000", title), document(f"nbs:{title}", title)])
            feed(store, self)  # into the old index, before the switch; into whichever it is, after
        return real(self, store, index)

    monkeypatch.setattr(Elastic, "mend", mend)
    assert engine.rebuild(client.store) == 42
    assert index_of(client) != old
    assert not engine.client.indices.exists(index=old)
    assert list(engine.stamps()) == list(client.store.stamps())
    assert client.search("写入").total == 3


def test_a_rebuild_that_fails_leaves_the_old_index_and_no_remains(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.store.put_many(MANY)
    feed(client.store, client.engine)
    old = index_of(client)

    def stop(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(Elastic, "mend", stop)
    with pytest.raises(KeyboardInterrupt):
        client.rebuild()
    names = engine_of(client).client.indices.get(index=f"{engine_of(client).alias}*")
    assert list(names) == [old]
    assert client.search("数据公告").total == 40


def test_what_killed_rebuilds_left_is_named_and_removed_but_nothing_else(
    client: Client, tmp_path: Path
) -> None:
    client.store.put_many(MANY)
    feed(client.store, client.engine)
    engine = engine_of(client)
    alias, raw, used = engine.alias, engine.client, index_of(client)

    def indices() -> set[str]:
        return set(raw.indices.get(index=f"{alias}*"))

    raw.indices.create(index=f"{alias}.payroll")
    raw.indices.create(index=f"{alias}-payroll.0123456789ab", mappings=MAPPING)
    raw.indices.create(index=f"{alias}.ba9876543210", aliases={f"{alias}.other": {}})
    kept = indices()
    left = [f"{alias}-0123456789a0", f"{alias}.0123456789a1", f"{alias}.0123456789a2"]
    raw.indices.create(index=left[0], mappings=MAPPING)  # of an earlier release
    raw.indices.create(index=left[1])
    assert elastic.status(client.settings)["未启用的索引"] == "、".join(left[:2])
    told = by_hand(client, tmp_path, "verify", "--json")
    assert (told.exit_code, json.loads(told.output)["orphans"]) == (0, left[:2])
    assert left[1] in by_hand(client, tmp_path, "verify").output
    # One of them may be filled on another machine.
    assert client.store.lease(f"index:{alias}", "elsewhere:1:1", 60)
    assert by_hand(client, tmp_path, "repair").output == "已修补 0 份\n"
    with pytest.raises(EngineDown, match="另一个进程重建"):
        client.rebuild()
    assert indices() == {*kept, *left[:2]}
    client.store.release(f"index:{alias}", "elsewhere:1:1")
    assert by_hand(client, tmp_path, "repair").output.splitlines()[1] == (
        f"已删除重建中断留下的索引：{left[0]}、{left[1]}"
    )
    assert indices() == kept
    raw.indices.create(index=left[2])
    client.rebuild()
    assert indices() - kept == {index_of(client)} and kept - indices() == {used}


def test_two_rebuilds_of_a_process_do_not_run_at_once(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.store.put_many(MANY)
    real = Elastic.mend

    def mend(self: Elastic, store: Store, index: str | None = None) -> Mended:
        with pytest.raises(EngineDown, match="正在重建"):
            client.rebuild()
        assert self.remove_orphans(store) == []
        return real(self, store, index)

    monkeypatch.setattr(Elastic, "mend", mend)
    assert client.rebuild() == 40


def test_a_server_that_goes_while_an_index_is_built_is_one_line(
    proxy: Proxy, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.elastic_index._FIRST_WAIT", 0.01)
    client.store.put_many(MANY)

    def gone(path: str, body: bytes) -> tuple[int, bytes] | None:
        if "_bulk" in path:
            proxy.behave = lambda path, body: (503, b"{}")
        return proxy.behave(path, body) if proxy.behave is not gone else None

    proxy.behave = gone
    with pytest.raises(EngineDown, match="503"):
        client.rebuild()
    proxy.behave = gone
    with pytest.raises(EngineDown, match="503"):
        feed(client.store, client.engine)  # which builds the missing index
    proxy.behave = lambda path, body: None
    assert feed(client.store, client.engine).rebuilt == 40


@pytest.mark.parametrize("words", [("verify",), ("verify", "--json")])
def test_verify_without_an_index_is_one_line(client: Client, tmp_path: Path, words: tuple[str, ...]) -> None:
    told = by_hand(client, tmp_path, *words)
    assert isinstance(told.exception, UserError) and told.output == ""
    assert "zhoubao es setup" in str(told.exception)


def test_an_index_of_an_older_form_says_what_to_do_and_the_feeder_mends_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.store.put_many(MANY)
    feed(client.store, client.engine)
    monkeypatch.setattr("search.elastic_index.FORM", "of tomorrow")
    with Client(client.settings, store=client.store) as later, pytest.raises(UserError, match="es reindex"):
        later.search("数据")
    monkeypatch.setattr("search.elastic_mapping.MAPPING", {**MAPPING, "_meta": {"form": "of tomorrow"}})
    client.store.put_many([document("nbs:x", "新的数据公告")])
    with Client(client.settings, store=client.store) as later:
        assert feed(later.store, later.engine).rebuilt == 41
        assert later.search("数据公告").total == 41


def test_an_index_that_another_engine_drained_the_outbox_of_is_built_from_the_store(client: Client) -> None:
    client.store.put_many(MANY)
    with Client(client.settings, engine="embedded", store=client.store) as first:
        feed(first.store, first.engine)
    assert client.store.lag() == 0
    assert feed(client.store, client.engine).rebuilt == 40
    assert client.search("数据公告").total == 40


def test_several_shards_give_the_scores_of_one(open_client: Open) -> None:
    one, several = open_client("elasticsearch"), open_client("elasticsearch", shards=3)
    for each in (one, several):
        each.store.put_many(
            document(f"nbs:{n}", f"数据{'资源' * (n % 3)}公告", "数据" * (n % 7), days=n % 5)
            for n in range(60)
        )
        each.rebuild()
    answers = [
        [(hit.id, hit.score) for hit in each.search("数据资源", limit=60).hits] for each in (one, several)
    ]
    assert [id for id, _ in answers[0]] == [id for id, _ in answers[1]]
    assert [score for _, score in answers[0]] == pytest.approx([score for _, score in answers[1]], rel=1e-4)
