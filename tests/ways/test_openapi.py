"""schemathesis against the running application: no 5xx, and every answer as the OpenAPI says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode
from starlette.testclient import TestClient

from search.tokens import SCOPES, Tokens
from tests.ways import desk
from ways.app import create_app

OPERATIONS = (
    "GET /api/search",
    "GET /api/facets",
    "GET /api/histogram",
    "GET /api/suggest",
    "GET /api/like",
    "GET /api/documents/{id}",
    "GET /api/facts",
    "GET /api/weeks/{week}",
    "GET /api/weeks/{week}/{section}",
    "GET /api/weeks/{week}/files/{form}",
    "GET /api/export",
    "GET /api/feed",
    "GET /api/health",
    "GET /api/watches",
    "PUT /api/watches/{name}",
    "DELETE /api/watches/{name}",
    "GET /api/tokens",
    "DELETE /api/tokens/{name}",
)
CONFIG = schemathesis.config.SchemathesisConfig.from_dict(
    # A query that makes no sense, a cursor or a name that was made up: as documented.
    {"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "404", "422"]}}}
)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with desk.open_desk(tmp_path_factory.mktemp("openapi"), per_minute=1_000_000, tokens=True) as client:
        app = create_app(client)
        with TestClient(app):
            loaded = schemathesis.openapi.from_asgi("/openapi.json", app, config=CONFIG)
            token = Tokens(client.store).add("fuzzer", list(SCOPES))
            yield loaded, {"Authorization": f"Bearer {token}"}


def test_every_route_is_tried(api: Any) -> None:
    found = [result.ok() for result in api[0].get_all_operations()]
    assert [f"{one.method.upper()} {one.path}" for one in found] == list(OPERATIONS)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_as_documented(api: Any, name: str, mode: GenerationMode) -> None:
    method, path = name.split()
    schema, headers = api
    operation = schema[path][method]
    if mode is GenerationMode.NEGATIVE and not (
        operation.path_parameters or operation.query or operation.body
    ):
        pytest.skip("nothing to get wrong")

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=20,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answers(case: schemathesis.Case) -> None:
        case.call_and_validate(base_url="http://localhost", headers=headers)

    answers()
