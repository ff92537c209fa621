"""Who may ask over HTTP: tokens and their scopes, limits, names of this machine, other sites."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from search.tokens import Tokens
from tests.ways import desk
from ways.app import create_app
from ways.guard import RateLimit


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[tuple[TestClient, dict[str, str]]]:
    """A server for other machines, and a token of each scope."""
    with desk.open_desk(tmp_path, host="0.0.0.0", per_minute=60) as client:
        tokens = {scope: Tokens(client.store).add(scope, [scope]) for scope in ("read", "desk", "admin")}
        with TestClient(create_app(client), base_url="http://zhoubao.example") as http:
            yield http, tokens


WORK = {
    "read": [
        ("GET", "/api/search"),
        ("GET", "/api/export?form=csv"),
        ("GET", "/api/feed"),
        ("GET", "/api/health"),
    ],
    "desk": [("GET", "/api/watches"), ("DELETE", "/api/watches/none"), ("PUT", "/api/watches/ai")],
    "admin": [("GET", "/api/tokens"), ("DELETE", "/api/tokens/none")],
}


def test_a_token_does_only_its_own_work(guarded: tuple[TestClient, dict[str, str]]) -> None:
    http, tokens = guarded
    body = {"query": "人工智能", "to": ["json://127.0.0.1:1/x"]}
    for scope, token in tokens.items():
        for work, calls in WORK.items():
            for method, path in calls:
                answer = http.request(
                    method,
                    path,
                    headers={"Authorization": f"Bearer {token}"},
                    json=body if method == "PUT" else None,
                )
                if scope == work:
                    assert answer.status_code in (200, 204, 404), (scope, path)
                else:
                    assert answer.status_code == 403, (scope, path)
                    assert answer.json()["detail"] == f"这把令牌没有 {work} 权限"


def test_without_a_token_nothing_is_told(guarded: tuple[TestClient, dict[str, str]]) -> None:
    http, tokens = guarded
    for header in (None, "Bearer nonsense", "Bearer ", "Basic !!!", f"Digest {tokens['read']}"):
        answer = http.get("/api/search", headers={"Authorization": header} if header else {})
        assert answer.status_code == 401 and answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_feed_reader_shows_its_token_as_a_password(guarded: tuple[TestClient, dict[str, str]]) -> None:
    http, tokens = guarded
    assert http.get("/api/feed", auth=("anyone", tokens["read"])).status_code == 200
    assert http.get("/api/feed", auth=("anyone", "wrong")).status_code == 401


def test_a_removed_token_is_out_at_once(guarded: tuple[TestClient, dict[str, str]]) -> None:
    http, tokens = guarded
    admin, read = ({"Authorization": f"Bearer {tokens[scope]}"} for scope in ("admin", "read"))
    assert [one["name"] for one in http.get("/api/tokens", headers=admin).json()] == ["admin", "desk", "read"]
    assert http.delete("/api/tokens/read", headers=admin).status_code == 204
    assert http.get("/api/search", headers=read).status_code == 401
    assert http.delete("/api/tokens/read", headers=admin).status_code == 404


def test_too_many_requests_wait(guarded: tuple[TestClient, dict[str, str]]) -> None:
    http, tokens = guarded
    header = {"Authorization": f"Bearer {tokens['read']}"}
    answers = [http.get("/api/suggest?q=a", headers=header) for _ in range(70)]
    late = [answer for answer in answers if answer.status_code == 429]
    assert len(late) >= 5 and {answer.status_code for answer in answers} == {200, 429}
    assert late[0].headers["retry-after"] == "1"
    assert http.get("/api/tokens", headers={"Authorization": f"Bearer {tokens['admin']}"}).status_code == 200


def test_guessing_tokens_is_slowed_down(guarded: tuple[TestClient, dict[str, str]]) -> None:
    http, _ = guarded
    answers = [
        http.get("/api/search", headers={"Authorization": f"Bearer {n}"}).status_code for n in range(70)
    ]
    assert answers[0] == 401 and answers.count(429) >= 5


def test_a_bucket_fills_evenly() -> None:
    now = 0.0
    limit = RateLimit(60, lambda: now)
    assert [limit.take("a") for _ in range(60)] == [0.0] * 60
    assert limit.take("a") == pytest.approx(1.0)
    assert limit.take("b") == 0.0
    now = 1.5
    assert limit.take("a") == 0.0
    assert limit.take("a") == pytest.approx(0.5)


def test_another_name_for_this_machine_is_refused(http: TestClient) -> None:
    """As a page would use whose name was made to point here."""
    assert http.get("/api/search", headers={"Host": "evil.example:8765"}).status_code == 421
    assert http.post("/mcp", headers={"Host": "evil.example"}).status_code == 421
    for name in ("localhost:8765", "127.0.0.1:8765", "[::1]:8765", "[::1]"):
        assert http.get("/api/search", headers={"Host": name}).status_code == 200


def test_no_other_site_may_read_unless_configured(http: TestClient, tmp_path: Path) -> None:
    origin = {"Origin": "https://desk.example"}
    assert "access-control-allow-origin" not in http.get("/api/search", headers=origin).headers
    with (
        desk.open_desk(tmp_path, origins=("https://desk.example",)) as client,
        TestClient(create_app(client), base_url="http://localhost") as other,
    ):
        answer = other.get("/api/search", headers=origin)
    assert answer.headers["access-control-allow-origin"] == "https://desk.example"


def test_no_token_stands_in_the_store(tmp_path: Path) -> None:
    with desk.open_desk(tmp_path) as client:
        token = Tokens(client.store).add("read", ["read"])
        assert Tokens(client.store).find(token) is not None
    assert all(token.encode() not in file.read_bytes() for file in tmp_path.glob("zhoubao.db*"))
