"""Installed as a wheel into an empty environment, `zhoubao` works from any folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from demo.run import DemoResult

ROOT = Path(__file__).resolve().parents[2]


def call(*command: str | Path, cwd: Path) -> str:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "ZHOUBAO"))
    }
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def zhoubao(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a wheel, in an environment that has our dependencies but not our folder."""
    folder = tmp_path_factory.mktemp("wheel")
    # A copy, because setuptools leaves its build folder beside the sources.
    source = folder / "source"
    kept = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    for name in filter(None, kept.stdout.split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    call(*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, source, cwd=folder)
    (wheel,) = folder.glob("zhoubao-*.whl")
    call(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    python = folder / "venv" / "bin" / "python"
    call(*pip, "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=folder)
    # A path in a .pth adds that folder's packages, but not what its own .pth files lead to: our sources.
    (packages,) = (folder / "venv").glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    where = call(python, "-c", "import demo.run; print(demo.run.__file__)", cwd=folder)
    assert str(packages) in where
    return folder / "venv" / "bin" / "zhoubao"


@pytest.mark.slow
def test_the_demo_runs_from_another_folder(zhoubao: Path, week: DemoResult, tmp_path: Path) -> None:
    told = call(zhoubao, "demo", "--out", "out", cwd=tmp_path)
    for ending in ("md", "html", "docx", "json"):
        assert f"out/2024-W08.{ending}" in told
        assert (tmp_path / "out" / f"2024-W08.{ending}").stat().st_size > 500
    assert "行业要闻 3 条，重点公司公告 6 条" in told
    (markdown,) = [file for file in week.files if file.suffix == ".md"]
    assert (tmp_path / "out" / "2024-W08.md").read_text("utf-8") == markdown.read_text("utf-8")
    # What it says can be done next, can be done.
    for line in told.splitlines():
        hint = line.split(" --config ", 1)
        if len(hint) == 2 and "search" in hint[1]:
            words = hint[1].replace("'", "").split(" search ")
            found = json.loads(
                call(
                    zhoubao, "--config", words[0].strip(), "search", words[1].strip(), "--json", cwd=tmp_path
                )
            )
            assert found["total"] > 0


@pytest.mark.slow
def test_a_new_desk_starts_with_init(zhoubao: Path, tmp_path: Path) -> None:
    call(zhoubao, "init", cwd=tmp_path)
    assert "watch:" in (tmp_path / "config.yaml").read_text("utf-8")
    assert "cninfo" in call(zhoubao, "sources", cwd=tmp_path)
