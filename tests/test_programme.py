"""`zhoubao programme` as an analyst meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import app
from config import load
from search.store import Store
from tests.pipeline.filings.documents import filing
from tests.pipeline.filings.test_programme import PLAN, progress


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(f"data: {tmp_path / 'data'}\n", "utf-8")
    told = [
        filing(0, "关于回购公司股份方案的公告", PLAN),
        progress(30, "2,000,000", "50,000,000.00"),
        progress(60, "1,000,000", "25,000,000.00"),
    ]
    with Store(load(path).store_url) as store:
        store.put_many(told)
    return path


def zhoubao(desk: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["--config", str(desk), *words], catch_exceptions=False)


def test_the_line_of_a_programme_speaks_chinese(desk: Path) -> None:
    lines = zhoubao(desk, "programme", "600999").output.splitlines()
    assert "金额不超过 10,000万元" in lines[0]
    assert "已用上限的 50.0" in lines[0]
    assert [line.split()[1] for line in lines[2:5]] == ["方案", "进展", "进展"]
    assert "累计回购数量由 2,000,000股 降为 1,000,000股" in lines[4]


def test_for_machines_it_is_json(desk: Path) -> None:
    (line,) = json.loads(zhoubao(desk, "programme", "600999", "--json").output)
    assert [step["stage"] for step in line["steps"]] == ["plan", "progress", "progress"]
    assert line["used"] == "50.0"
