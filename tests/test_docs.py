"""The documents are right about the commands, settings, sources, files and make targets they name."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from pydantic import BaseModel

from cli import COMMANDS, app
from config import Settings
from crawlers.sources import load_sources

ROOT = Path(__file__).parent.parent
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
CALL = re.compile(r"(?:^|[$ ])zhoubao((?: +(?:'[^'\n]*'|[^\s`|;&）)]+))+)", re.M)


def calls(text: str) -> list[list[str]]:
    """The command lines of `zhoubao` in a text, without comments and redirections."""
    code = "\n".join(re.findall(r"```\w*\n(.*?)```", text, re.S) + re.findall(r"(?<!`)`([^`\n]+)`", text))
    found = []
    for match in CALL.finditer(code):
        line = re.split(r"\s[#<>]|\s\d?>", match[1])[0]
        words = shlex.split(line) if line.count("'") % 2 == 0 else line.split()
        if words and re.fullmatch(r"-{0,2}[a-z][a-z-]*", words[0]):
            found.append(words)
    return found


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that a line calls, and what is left of the line."""
    context = click.Context(app)
    while words and words[0] in ("--config",):
        words = words[2:]
    group: click.Command = app
    while words and isinstance(group, click.Group):
        found = group.get_command(context, words[0])
        if found is None:
            break
        group, words = found, words[1:]
    return group, words


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_every_command_and_option_in_a_document_exists(doc: Path) -> None:
    for words in calls(doc.read_text("utf-8")):
        if words[0].startswith("-"):
            continue
        command, rest = command_of(words)
        assert command is not app, f"{doc.name}: zhoubao {' '.join(words)}: no such command"
        known = {name for parameter in command.params for name in parameter.opts} | {"--help", "-h"}
        for word in rest:
            option = word.partition("=")[0]
            if option.startswith("--"):
                assert option in known, f"{doc.name}: zhoubao {' '.join(words)}: no option {option}"


def test_every_command_has_help_and_is_listed() -> None:
    context = click.Context(app)
    for name in COMMANDS:
        command = app.get_command(context, name)
        assert command is not None and command.name == name
        assert command.help and not command.help.isascii(), f"{name}: help for analysts is Chinese"


def keys(model: type[BaseModel], under: str = "") -> list[str]:
    found = []
    for name, field in model.model_fields.items():
        inner: Any = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found += keys(inner, f"{under}{name}.")
        else:
            found.append(f"{under}{name}")
    return found


def test_config_yaml_shows_every_setting() -> None:
    text = (ROOT / "config.yaml").read_text("utf-8")
    for key in keys(Settings):
        assert re.search(rf"\b{key.rpartition('.')[2]}:", text), f"config.yaml does not show {key}"


def test_config_yaml_of_the_package_is_the_one_at_the_top() -> None:
    assert (ROOT / "cli" / "config.yaml").read_bytes() == (ROOT / "config.yaml").read_bytes()


def test_sources_in_config_yaml_exist() -> None:
    raw = yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))
    assert set(raw["sources"]) <= set(load_sources())


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_links_and_files_in_a_document_exist(doc: Path) -> None:
    text = doc.read_text("utf-8")
    for target in re.findall(r"\]\((?!https?://|#)([^)#\s]+)", text):
        assert (doc.parent / target).exists(), f"{doc.name}: {target}"
    if doc.name == "README.md":
        rows = re.findall(r"^\| [^|]+ \| (`[^|]+) \|", text, re.M)
        assert rows, "the table of symptoms is gone"
        for path in re.findall(r"`([\w/.*-]+)`", " ".join(rows)):
            assert list(ROOT.glob(path.rstrip("/"))), f"README.md: {path}"


def test_make_targets_in_the_documents_exist() -> None:
    targets = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    for doc in DOCS:
        for target in re.findall(r"(?:^|`)make ([a-z][\w-]*)", doc.read_text("utf-8"), re.M):
            assert target in targets, f"{doc.name}: make {target}"


def test_ci_runs_what_the_readme_says() -> None:
    assert "make test" in (ROOT / "README.md").read_text("utf-8")
    assert (ROOT / ".ci" / "run").read_text("utf-8").rstrip().endswith("make test")
