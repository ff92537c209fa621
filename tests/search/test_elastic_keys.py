"""Keys, passwords and certificates that are wrong: each is one line, and never the secret."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme

from config import Settings
from pipeline.model import UserError
from search import elastic
from search.client import Client
from tests.search.conftest import Open

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


def test_a_wrong_authority(client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    monkeypatch.setenv("ZHOUBAO_ES_CA", str(tmp_path / "other.pem"))
    assert "search.elasticsearch.ca" in one_line(client.settings)
    monkeypatch.setenv("ZHOUBAO_ES_CA", str(tmp_path / "none.pem"))
    assert "没有文件" in one_line(client.settings)
