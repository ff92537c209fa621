"""docs/search.md and deploy/ say what is so."""

from __future__ import annotations

import os
import re
import subprocess
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
    assert "certs" not in str(services["zhoubao"]["volumes"])  # the keys are the server's
    assert {services[name]["restart"] for name in ("es", "zhoubao")} == {"unless-stopped"}


# Makes a zip as the real one does, of the folder that its first word asks for.
CERTUTIL = """#!/usr/bin/env python3
import os, sys, zipfile
name = {"ca": "ca", "cert": "es"}[sys.argv[1]]
if os.environ.get("FAILS") == name:
    sys.exit(1)
with zipfile.ZipFile(sys.argv[sys.argv.index("--out") + 1], "x") as zip:
    for end in ("crt", "key"):
        zip.writestr(f"{name}/{name}.{end}", f"{name} {os.getpid()}")
"""


def test_certificates_are_made_once_also_after_a_start_that_was_cut_short(tmp_path: Path) -> None:
    services = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())["services"]
    *shell, script = services["certificates"]["command"]
    script = re.sub(r"(?<![\w/])/(certs|authority)\b", rf"{tmp_path}/\1", script)
    for folder in ("certs", "authority", "bin"):
        (tmp_path / folder).mkdir()
    (tmp_path / "bin/elasticsearch-certutil").write_text(CERTUTIL)
    (tmp_path / "bin/elasticsearch-certutil").chmod(0o755)

    def start(fails: str = "") -> dict[str, str]:
        subprocess.run([*shell, script], cwd=tmp_path, env=os.environ | {"FAILS": fails}, check=not fails)
        files = (path for path in (tmp_path / "certs").rglob("*.*") if path.suffix != ".zip")
        return {path.name: path.read_text() for path in files}

    start("es")
    assert not (tmp_path / "certs/es").exists()
    made = start()
    assert sorted(made) == ["ca.crt", "ca.key", "es.crt", "es.key"]
    assert start() == made
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*.*")}
    assert (modes["ca.key"], modes["es.key"]) == (0o600, 0o640)
    assert [path.name for path in (tmp_path / "authority").iterdir()] == ["ca.crt"]
    assert (tmp_path / "authority/ca.crt").stat().st_mode & 0o777 == 0o644
    (tmp_path / "certs/ca/ca.key").unlink()
    assert start()["es.crt"] != made["es.crt"]  # a new authority signs anew
