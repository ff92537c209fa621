"""`zhoubao serve` as it stands on a port: what comes there that no client library would send."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from click.testing import CliRunner

from cli import app
from pipeline.model import UserError
from tests.ways import desk
from tests.ways.serving import serving
from ways.serve import address


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("serve")
    desk.open_desk(folder / "data").close()
    (folder / "config.yaml").write_text("data: data\n")
    with serving(folder) as url:
        yield url


def raw(server: str, sent: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of what is answered to bytes."""
    with socket.create_connection((urlsplit(server).hostname, urlsplit(server).port or 80), 30) as line:
        line.sendall(sent)
        answer = b""
        while part := line.recv(65536):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    return int(first.split()[1]), dict(one.lower().split(": ", 1) for one in rest), body


def test_raw_chinese_in_an_address_is_a_problem_that_says_what_to_do(server: str) -> None:
    request = "GET /api/search?q=人工智能 HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    status, headers, body = raw(server, request)
    assert (status, headers["content-type"], headers["connection"]) == (
        400,
        "application/problem+json",
        "close",
    )
    problem = json.loads(body)
    assert (problem["status"], problem["title"]) == (400, "Bad Request")
    assert "curl 用 -G --data-urlencode" in problem["detail"]


@pytest.mark.parametrize(
    "path", ["/api/search?limit=1", "/api/feed", "/api/weeks/2024-W08/files/docx", "/none"]
)
def test_head_is_get_without_its_body(server: str, path: str) -> None:
    head, get = (httpx.request(m, server + path, timeout=60) for m in ("HEAD", "GET"))
    assert (head.status_code, head.content) == (get.status_code, b"")
    for name in ("etag", "content-type", "content-length"):
        assert head.headers.get(name) == get.headers.get(name)


@pytest.mark.parametrize(("method", "path"), [("PUT", "/api/watches/ai"), ("POST", "/mcp")])
@pytest.mark.parametrize("known", [True, False], ids=["sized", "chunked"])
def test_a_huge_body_is_not_taken_into_memory(server: str, method: str, path: str, known: bool) -> None:
    body = b'{"query": "' + b"a" * 3_000_000 + b'"}'
    answer = httpx.request(
        method,
        server + path,
        content=body if known else iter([body[:2_000_000], body[2_000_000:]]),
        headers={"Content-Type": "application/json", "Accept": "application/json, text/event-stream"},
        timeout=60,
    )
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "请求体太大，最多 1 MB"


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
def test_mcp_holds_no_stream_open(server: str, method: str) -> None:
    answer = httpx.request(method, f"{server}/mcp", headers={"Accept": "text/event-stream"}, timeout=60)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_port_that_is_taken_is_one_line(server: str, tmp_path: Path) -> None:
    port = str(urlsplit(server).port)
    run = CliRunner().invoke(app, ["--config", _config(tmp_path), "serve", "--port", port])
    assert isinstance(run.exception, UserError)
    assert f"不能在 127.0.0.1 的端口 {port} 监听" in str(run.exception)


@pytest.mark.parametrize(
    ("host", "told"), [("127.0.0.1", "http://127.0.0.1:8765"), ("::1", "http://[::1]:8765")]
)
def test_the_address_that_is_told_can_be_opened(host: str, told: str) -> None:
    assert address(host, 8765) == told


def test_a_caller_who_never_ends_does_not_keep_it_from_stopping(tmp_path: Path) -> None:
    _config(tmp_path)
    with ExitStack() as line, serving(tmp_path) as url:  # waits for its end
        half = socket.create_connection((urlsplit(url).hostname, urlsplit(url).port or 80), 30)
        line.enter_context(half)
        half.sendall(b"PUT /api/watches/ai HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{")
        httpx.get(f"{url}/openapi.json")
    assert "Cancel 1 running task" in (tmp_path / "serve.log").read_text()


def _config(folder: Path) -> str:
    (folder / "config.yaml").write_text("data: data\n")
    return str(folder / "config.yaml")
