"""docs/search.md and deploy/ say what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from config import load
from search import fields
from search.client import Client
from search.query import QueryError, parse

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/search.md").read_text(encoding="utf-8")
LANGUAGE, MISTAKES = TEXT.split("## The language")[1].split("## Results")[0].split("A mistake is answered", 1)


def rows(text: str) -> list[tuple[str, str]]:
    return re.findall(r"^\| `(.+?)` \| (.+) \|$", text, re.MULTILINE)


@pytest.mark.parametrize("query", [query for query, _ in rows(LANGUAGE)])
def test_every_example_finds_something(filled: Client, query: str) -> None:
    assert filled.search(query).total > 0


@pytest.mark.parametrize(("query", "answer"), rows(MISTAKES))
def test_every_mistake_is_answered_as_shown(query: str, answer: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert str(caught.value) == answer


def test_every_field_is_explained() -> None:
    assert [name for name in fields.FIELDS if f"{name}:" not in LANGUAGE] == []


def test_the_compose_file_keeps_security_on_and_its_settings_load() -> None:
    services = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())["services"]
    assert services["es"]["environment"]["xpack.security.http.ssl.enabled"] == "true"
    assert "xpack.security.enabled" not in services["es"]["environment"]  # on unless switched off
    assert load(ROOT / "deploy/config.yaml").search.engine == "elasticsearch"
