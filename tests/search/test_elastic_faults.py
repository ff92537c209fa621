"""Whose fault a refusal is: the server's, a gateway's, or a document's own. Only the last is parked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from pipeline.model import UserError
from search import elastic
from search.client import Client
from search.engine import EngineDown
from search.feeder import feed
from search.store import Store
from tests.elastic.proxy import Answer, Behave, Proxy, bulk_items
from tests.search.conftest import Open, settings_of
from tests.search.documents import document
from tests.search.on_cluster import MANY, by_hand, engine_of, index_of

pytestmark = [pytest.mark.elasticsearch, pytest.mark.usefixtures("on_elasticsearch")]


@pytest.fixture
def client(open_client: Open) -> Client:
    return open_client("elasticsearch")


def through(path: str, body: bytes) -> None:
    """Nothing is wrong."""


def whole(status: int, body: bytes) -> Behave:
    """Every bulk is answered so."""
    return lambda path, sent: (status, body) if "_bulk" in path else None


def error(status: int, kind: str) -> bytes:
    return json.dumps({"error": {"type": kind, "reason": "as told"}, "status": status}).encode()


def items(status: int, kind: str, which: Callable[[str], bool] = lambda id: True) -> Behave:
    """Some items of a bulk fail, and nothing of it reaches the server unless all are well."""

    def behave(path: str, body: bytes) -> Answer | bytes | None:
        if "_bulk" not in path:
            return None
        ids = [next(iter(json.loads(action).values()))["_id"] for action, *_ in bulk_items(body)]
        if not any(map(which, ids)):
            return None
        failed = {"status": status, "error": {"type": kind, "reason": "as told"}}
        told = [{"index": {"_id": id} | (failed if which(id) else {"status": 201})} for id in ids]
        return 200, json.dumps({"took": 1, "errors": True, "items": told}).encode()

    return behave


def limited(most: int, answer: bytes) -> Behave:
    return lambda path, body: (413, answer) if "_bulk" in path and len(body) > most else None


PAGE_413 = b"<html><head><title>413 Request Entity Too Large</title></head><body>nginx</body></html>"


# ------------------------------------------------------------ a rebuild


@pytest.mark.parametrize(
    ("behave", "said"),
    [
        (whole(500, error(500, "illegal_state_exception")), "500"),
        (items(500, "illegal_state_exception"), "500"),
        (items(400, "strict_dynamic_mapping_exception"), "对不上"),
        (whole(502, b"<html>Bad Gateway</html>"), "502"),
    ],
)
def test_a_rebuild_that_the_server_fails_leaves_the_old_index_in_use(
    proxy: Proxy, client: Client, tmp_path: Path, behave: Behave, said: str
) -> None:
    client.store.put_many(MANY)
    feed(client.store, client.engine)
    old = index_of(client)
    proxy.behave = behave
    told: Result = by_hand(client, tmp_path, "reindex")
    proxy.behave = through
    assert isinstance(told.exception, EngineDown) and told.exit_code == 1
    assert said in str(told.exception) and "\n" not in str(told.exception)
    assert list(engine_of(client).client.indices.get(index=f"{engine_of(client).alias}*")) == [old]
    assert client.search("数据公告").total == 40
    assert (client.store.parked(), client.store.lag()) == ([], 0)


def test_a_rebuild_tells_how_many_documents_were_refused_for_their_own_reasons(
    client: Client, tmp_path: Path
) -> None:
    client.store.put_many([*MANY, document("nbs:bad", "公告", column="x" * 40_000)])
    told = by_hand(client, tmp_path, "reindex")
    assert (told.exit_code, told.output) == (
        0,
        "索引已重建：40 份，另有 1 份被拒收（见 zhoubao health）\n",
    )


def test_an_index_that_lacks_what_was_sent_is_not_switched_to(
    proxy: Proxy, client: Client, tmp_path: Path
) -> None:
    client.store.put_many(MANY)
    feed(client.store, client.engine)
    old = index_of(client)

    def lose(path: str, body: bytes) -> Answer | None:
        if "_bulk" not in path:
            return None
        ids = [json.loads(action)["index"]["_id"] for action, _ in bulk_items(body)]
        told = [{"index": {"_id": id, "status": 201}} for id in ids]
        return 200, json.dumps({"took": 1, "errors": False, "items": told}).encode()

    proxy.behave = lose
    with pytest.raises(EngineDown, match="差 40 份"):
        client.rebuild()
    proxy.behave = through
    assert index_of(client) == old and client.search("数据公告").total == 40


def test_documents_that_come_all_through_a_rebuild_do_not_stop_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.store.put_many(MANY)
    engine, real = engine_of(client), type(engine_of(client)).difference

    def difference(self: object, store: Store, index: str | None = None) -> object:
        for n in range(15):  # more at each look
            store.put_many([document(f"cac:{time.monotonic_ns()}-{n}", "数据公告")])
        return real(engine, store, index)

    monkeypatch.setattr(type(engine), "difference", difference)
    engine.rebuild(client.store)
    monkeypatch.undo()
    feed(client.store, engine)
    assert client.search("数据公告").total == client.store.count() > 100


# ------------------------------------------------------------ too large


@pytest.mark.parametrize(
    ("answer", "whose"), [(b"", "http.max_content_length"), (PAGE_413, "网关")], ids=["server", "gateway"]
)
def test_a_bulk_that_is_too_large_goes_in_parts_and_only_a_document_that_is_so_alone_is_parked(
    proxy: Proxy, client: Client, answer: bytes, whose: str
) -> None:
    elastic.setup(client.settings)
    proxy.behave = limited(20_000, answer)
    client.store.put_many([*MANY, document("nbs:big", "很长的公告", "长" * 10_000)])
    fed = feed(client.store, client.engine)
    assert (fed.indexed, fed.parked, client.store.lag()) == (40, 1, 0)
    (parked,) = client.store.parked()
    assert parked.document_id == "nbs:big" and "太大" in str(parked.reason) and whose in str(parked.reason)
    assert client.engine.count() == 40
    assert client.rebuild() == 40  # the same way
    proxy.behave = through
    assert elastic.repair(client.settings).done == 1
    assert (client.store.parked(), client.engine.count()) == ([], 41)


# ------------------------------------------------------------ the server's fault


@pytest.mark.parametrize(
    ("behave", "said"),
    [
        (whole(500, error(500, "illegal_state_exception")), "出错（500）：illegal_state_exception: as told"),
        (items(500, "illegal_state_exception"), "500 illegal_state_exception: as told"),
        (items(503, "unavailable_shards_exception"), "503"),
        (
            whole(404, b"<html><title>Not found here</title></html>"),
            "答了 404，不是 Elasticsearch 的答复：Not found here",
        ),
        (
            whole(200, b"<html><title>Please log in</title></html>"),
            "答了 200，不是 Elasticsearch 的答复：Please log in",
        ),
    ],
)
def test_a_passing_fault_parks_nothing(
    proxy: Proxy, client: Client, monkeypatch: pytest.MonkeyPatch, behave: Behave, said: str
) -> None:
    monkeypatch.setattr("search.elastic_index._FIRST_WAIT", 0.01)
    elastic.setup(client.settings)
    index = index_of(client)
    client.store.put_many(MANY)
    proxy.behave = behave
    with pytest.raises(EngineDown) as caught:
        feed(client.store, client.engine)
    assert said in str(caught.value) and "连不上" not in str(caught.value)
    waiting = client.store.waiting()
    assert (waiting.count, waiting.problem, client.store.parked()) == (40, str(caught.value), [])
    proxy.behave = through
    assert feed(client.store, client.engine).indexed == 40
    assert (client.store.lag(), client.engine.count(), index_of(client)) == (0, 40, index)


def test_one_document_that_the_server_fails_on_holds_up_no_other(
    proxy: Proxy, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.feeder._BATCH", 10)
    elastic.setup(client.settings)

    def behave(path: str, body: bytes) -> Answer | bytes | None:
        """The server takes all others."""
        if "_bulk" not in path or b'"nbs:003"' not in body:
            return None
        left = [item for item in bulk_items(body) if json.loads(item[0])["index"]["_id"] != "nbs:003"]
        if left:
            return b"".join(line for item in left for line in item)
        return 200, json.dumps({"took": 1, "errors": True, "items": [failed]}).encode()

    failed = {"index": {"_id": "nbs:003", "status": 500, "error": {"type": "npe", "reason": "as told"}}}
    # Each document in a request of its own, so that the answers of the others are the server's own.
    monkeypatch.setattr("search.elastic_index._BULK_DOCUMENTS", 1)
    proxy.behave = behave
    client.store.put_many(MANY)
    for _ in range(2):
        with pytest.raises(EngineDown, match=r"1 份一时写不进索引.*nbs:003：500 npe"):
            feed(client.store, client.engine)
        assert (client.store.lag(), client.store.parked(), client.engine.count()) == (1, [], 39)
    assert elastic.repair(client.settings).left["nbs:003"].startswith("500 npe")
    assert client.store.parked() == []
    proxy.behave = through
    feed(client.store, client.engine)
    assert (client.store.lag(), client.engine.count()) == (0, 40)


def test_a_key_that_is_no_longer_known_is_told_as_elsewhere(proxy: Proxy, client: Client) -> None:
    elastic.setup(client.settings)
    client.store.put_many(MANY)
    proxy.behave = whole(401, error(401, "security_exception"))
    with pytest.raises(UserError, match="不认这把钥匙"):
        feed(client.store, client.engine)
    assert client.store.lag() == 40


def test_a_person_who_asks_is_not_kept_waiting(
    proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.elastic_index._ASKED", 0.3)
    free = threading.Event()

    def hang(path: str, body: bytes) -> None:
        free.wait(20)

    proxy.behave = hang
    with Client(settings_of(tmp_path, "elasticsearch")) as client:
        with pytest.raises(EngineDown, match="没有按时回答"):
            client.search("数据")
        assert len(proxy.calls) == 2  # one try more
        free.set()


# ------------------------------------------------------------ what something else wrote


def test_other_words_at_the_same_version_are_found_and_mended(client: Client, tmp_path: Path) -> None:
    client.store.put_many(MANY)
    feed(client.store, client.engine)
    raw, index = engine_of(client).client, index_of(client)
    same = {"version": 1, "version_type": "external_gte"}
    raw.index(index=index, id="nbs:001", document={"id": "nbs:001", "version": 1, "words": "篡改"}, **same)
    told = by_hand(client, tmp_path, "verify", "--json")
    assert (told.exit_code, json.loads(told.output)["stale"]) == (1, ["nbs:001"])
    raw.update(index=index, id="nbs:002", doc={"words": "篡改"})  # raises the version, and loses the rest
    told = by_hand(client, tmp_path, "verify", "--json")
    assert (json.loads(told.output)["stale"], json.loads(told.output)["ahead"]) == (["nbs:001"], ["nbs:002"])
    assert by_hand(client, tmp_path, "repair").output == "已修补 2 份\n"
    assert not elastic.verify(client.settings)
    assert (client.search("篡改").total, client.search("数据公告").total) == (0, 40)
