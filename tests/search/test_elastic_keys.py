"""Keys, passwords and certificates that are wrong: each is one line, and never the secret."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest
import trustme
from elasticsearch import AuthorizationException, Elasticsearch

from config import Settings
from pipeline.model import UserError
from search import elastic
from search.client import Client
from search.elastic_mapping import MAPPING
from search.feeder import feed
from tests.elastic.cluster import PASSWORD, USER
from tests.search.conftest import Open, drop
from tests.search.documents import document
from tests.search.on_cluster import engine_of

pytestmark = [pytest.mark.elasticsearch, pytest.mark.usefixtures("on_elasticsearch")]


@pytest.fixture
def client(open_client: Open) -> Client:
    return open_client("elasticsearch")


def one_line(settings: Settings) -> str:
    with pytest.raises(UserError) as caught, Client(settings) as client:
        client.search("数据")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_wrong_key(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHOUBAO_ES_API_KEY", "d3Jvbmc6d3Jvbmc=")
    assert "ZHOUBAO_ES_API_KEY" in one_line(client.settings)


@pytest.mark.parametrize("key", ["钥匙", "c2Vj cmV0", "c2Vj\ncmV0", "c2VjcmV0é"])
def test_what_cannot_be_a_key_is_one_line_without_it(
    client: Client, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("ZHOUBAO_ES_API_KEY", key)
    message = one_line(client.settings)
    assert (
        "ZHOUBAO_ES_API_KEY" in message and not set(key.split()) & set(message.split()) and key not in message
    )
    assert "c2Vj" not in message


def test_a_key_or_password_read_from_a_file_may_end_its_line(
    client: Client, elasticsearch: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHOUBAO_ES_API_KEY", elasticsearch["ZHOUBAO_ES_API_KEY"] + "\n")
    assert elastic.setup(client.settings)
    monkeypatch.setenv("ZHOUBAO_ES_API_KEY", " \n")
    monkeypatch.setenv("ZHOUBAO_ES_USER", "无此人\n")
    monkeypatch.setenv("ZHOUBAO_ES_PASSWORD", "密码\n")
    assert "ZHOUBAO_ES_PASSWORD" in one_line(client.settings)


def test_an_address_that_cannot_be_read_does_not_show_its_password(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHOUBAO_ES_URL", "https://elastic:secret@es:port")
    message = one_line(client.settings)
    assert "search.elasticsearch.urls" in message and "secret" not in message


def test_a_key_for_other_indices(client: Client) -> None:
    cluster = client.settings.search.elasticsearch.model_copy(update={"index": "payroll"})
    settings = client.settings.model_copy(
        update={"search": client.settings.search.model_copy(update={"elasticsearch": cluster})}
    )
    message = one_line(settings)
    assert "权限不足" in message and "zhoubao es role" in message


def test_two_desks_whose_names_begin_alike_live_on_one_cluster(
    client: Client, open_client: Open, elasticsearch: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key of each is for its own indices alone, and for those that an earlier release has made for it."""
    one = client.settings
    cluster = one.search.elasticsearch.model_copy(update={"index": f"{one.search.elasticsearch.index}-demo"})
    other = one.model_copy(
        update={"data": one.data / "demo", "search": one.search.model_copy(update={"elasticsearch": cluster})}
    )
    names = [settings.search.elasticsearch.index for settings in (one, other)]
    assert fnmatch(names[1], f"{names[0]}-*")
    client.engine.client.indices.put_index_template(  # as an earlier release of the first desk has left it
        name=f"{names[0]}-old", index_patterns=[f"{names[0]}-*"], priority=200
    )
    indices = []
    for settings in (one, other):
        monkeypatch.setenv("ZHOUBAO_ES_API_KEY", limited(elasticsearch, settings))
        elastic.setup(settings)
        with Client(settings) as desk:
            desk.store.put_many([document("nbs:1", "数据公告")])
            feed(desk.store, desk.engine)
            desk.rebuild()
            assert desk.search("数据").total == 1
            indices.append(engine_of(desk).current())
    monkeypatch.setenv("ZHOUBAO_ES_API_KEY", limited(elasticsearch, one))
    with Client(one) as desk:
        raw = engine_of(desk).client
        for refused in (raw.indices.delete, raw.count, raw.indices.get_mapping):
            with pytest.raises(AuthorizationException):
                refused(index=indices[1])
        # An index of an earlier release is moved on by a rebuild.
        old = f"{names[0]}-0123456789ab"
        raw.indices.create(index=old, mappings=MAPPING)
        alias = {"alias": names[0]}
        raw.indices.update_aliases(
            actions=[{"remove": alias | {"index": indices[0]}}, {"add": alias | {"index": old}}]
        )
        assert desk.search("数据").total == 0
        assert feed(desk.store, desk.engine).mended == 1
        assert desk.search("数据").total == 1
        desk.rebuild()
        assert engine_of(desk).current().startswith(f"{names[0]}.") and not raw.indices.exists(index=old)
    monkeypatch.setenv("ZHOUBAO_ES_API_KEY", elasticsearch["ZHOUBAO_ES_API_KEY"])
    client.engine.client.indices.delete_index_template(name=f"{names[0]}-old")
    with Client(other) as desk:
        drop(engine_of(desk))


def limited(elasticsearch: dict[str, str], settings: Settings) -> str:
    """A key of the role that `zhoubao es role` prints."""
    administrator = Elasticsearch(
        elasticsearch["ZHOUBAO_ES_URL"].split(","),
        ca_certs=elasticsearch["ZHOUBAO_ES_CA"],
        basic_auth=(USER, PASSWORD),
        request_timeout=120,
    )
    with administrator:
        role = {"zhoubao": elastic.role(settings)}
        return str(administrator.security.create_api_key(name="desk", role_descriptors=role)["encoded"])


def test_what_a_cluster_refuses_is_told_whole(client: Client) -> None:
    """A clash of templates ends in the way out of it."""
    alias, raw = client.settings.search.elasticsearch.index, client.engine.client
    other = f"{alias}-{'x' * 60}"
    raw.indices.put_index_template(name=other, index_patterns=[f"{alias}.*", "y" * 200], priority=210)
    with pytest.raises(UserError) as caught:
        elastic.setup(client.settings)
    raw.indices.delete_index_template(name=other)
    assert "[210]" in str(caught.value) and other in str(caught.value) and len(str(caught.value)) > 400
    assert str(caught.value).endswith("please use a different priority")


def test_a_wrong_authority(client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    monkeypatch.setenv("ZHOUBAO_ES_CA", str(tmp_path / "other.pem"))
    assert "search.elasticsearch.ca" in one_line(client.settings)
    monkeypatch.setenv("ZHOUBAO_ES_CA", str(tmp_path / "none.pem"))
    assert "没有文件" in one_line(client.settings)
