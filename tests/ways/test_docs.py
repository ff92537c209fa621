"""Every example of docs/api.md and docs/alerts.md is run, in order, on a desk of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import load
from search import Client
from tests.ways import desk
from tests.ways.receivers import webhook
from tests.ways.serving import serving
from ways.app import create_app

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.M | re.S)


def blocks(page: str, kind: str) -> list[str]:
    return [body for found, body in _BLOCK.findall((DOCS / page).read_text("utf-8")) if found == kind]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("docs")
    desk.open_desk(path / "data").close()
    (path / "config.yaml").write_text('data: data\nwatch: {codes: ["603019"]}\n')
    command = path / "bin" / "zhoubao"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m cli "$@"\n')
    command.chmod(0o755)
    return path


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    with serving(folder, ZHOUBAO_ALERT_DESK="json://127.0.0.1:9/hook") as url:
        yield url


def run(folder: Path, line: str, **more: str) -> str:
    environment = {
        **os.environ,
        **more,
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(DOCS.parent),
        "HOME": str(folder),
    }
    done = subprocess.run(["sh", "-c", line], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.mark.parametrize("page", ["api.md", "alerts.md"])
def test_every_command_works(folder: Path, server: str, page: str) -> None:
    with webhook() as hook:
        for line in "".join(blocks(page, "sh")).splitlines():
            there = line.replace("http://127.0.0.1:8765", server).replace(
                "127.0.0.1:9000", f"127.0.0.1:{hook.port}"
            )
            run(folder, there, ZHOUBAO_ALERT_DESK=hook.url())
    for file, begin in {"回购.xlsx": b"PK", "人工智能.csv": b"\xef\xbb\xbf", "周报.docx": b"PK"}.items():
        assert (folder / file).read_bytes().startswith(begin) or page != "api.md"


def test_the_notebook_example(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = blocks("api.md", "python")
    *lines, last = code.strip().splitlines()
    monkeypatch.chdir(folder)
    names: dict[str, object] = {}
    exec("\n".join(lines), names)
    shown = eval(last, names)
    assert shown.loc[desk.BUYBACK].to_dict() == {
        "company": "603019",
        "amount_max": 100_000_000.0,
        "price_cap": 42.5,
    }


def test_every_address_and_command_is_in_the_docs(folder: Path) -> None:
    text = "".join((DOCS / page).read_text("utf-8") for page in ("api.md", "alerts.md"))
    with Client(load(folder / "config.yaml")) as client:
        paths = create_app(client).openapi()["paths"]
    for path in paths:
        known = path if path.startswith(("/api/watches", "/api/tokens")) else path.split("/{")[0]
        assert known in text
    for name in ("export", "watch add", "watch list", "watch remove", "watch resend", "watch deliver"):
        assert f"zhoubao {name}" in text
    for name in ("serve", "token add", "token list", "token remove"):
        assert f"zhoubao {name}" in text


def test_completion_offers_the_commands(folder: Path) -> None:
    line = "_ZHOUBAO_COMPLETE=bash_complete COMP_WORDS='zhoubao wa' COMP_CWORD=1 zhoubao"
    assert run(folder, line) == "plain,watch\n"
    assert "complete" in (folder / ".zhoubao-complete.bash").read_text()


def test_help_has_examples(folder: Path) -> None:
    for name in ("serve", "export", "watch", "token", "mcp"):
        assert "例" in run(folder, f"zhoubao {name} --help")


def test_nobody_is_let_in_from_outside_without_a_token(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cli", "serve", "--host", "0.0.0.0", "--port", "1"]
    environment = {**os.environ, "PYTHONPATH": str(DOCS.parent)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert "须先有令牌：zhoubao token add" in done.stderr
