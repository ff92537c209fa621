"""The commands that a desk keeps its own words with: `tag`, `themes check`, `themes explain`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import app

GOOD = """
网络安全:
  rules:
    - {any: [网络安全, 数据安全]}
    - {all: [[漏洞], [系统, 软件]], near: 10}
    - {any: [密码], fields: [title]}
  not: [管理漏洞]
  hit: [网络安全法开始施行。, "密码新规公布\\n全文从略。"]
  miss: [审计发现管理漏洞。]
"""
BAD = GOOD.replace("hit: [", "hit: [漏洞很多。, 谈到网络安全、算力、芯片等。, 今天天晴。, ").replace(
    "miss: [", "miss: [数据安全第一。, "
)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "config.yaml").write_text("data: data\nthemes: themes.yaml\n", encoding="utf-8")
    (tmp_path / "themes.yaml").write_text(GOOD, encoding="utf-8")
    return tmp_path


def zhoubao(folder: Path, *words: str, given: str | bytes = "") -> Result:
    return CliRunner().invoke(app, ["--config", str(folder / "config.yaml"), *words], input=given)


# ---------------------------------------------------------------- examples of a desk's own themes


def test_examples_of_the_desk_s_themes_are_tried_and_those_that_fail_are_named(desk: Path) -> None:
    done = zhoubao(desk, "themes", "check")
    assert (done.exit_code, done.stdout) == (0, f"{desk}/themes.yaml：1 个主题，3 句例句都相符\n")
    (desk / "themes.yaml").write_text(BAD, encoding="utf-8")
    done = zhoubao(desk, "themes", "check")
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "网络安全 的 hit“漏洞很多。”没有打上：有“漏洞”，缺 系统|软件",
        "网络安全 的 hit“谈到网络安全、算力、芯片等。”没有打上：强度 0.25，要到 0.5",
        "网络安全 的 hit“今天天晴。”没有打上：没有出现任何词",
        "网络安全 的 miss“数据安全第一。”打上了：强度 0.50，见“数据安全”",
        f"{desk}/themes.yaml：1 个主题，7 句例句，4 句不相符",
    ]


def test_a_file_that_is_not_in_use_yet_can_be_checked(desk: Path) -> None:
    (desk / "new.yaml").write_text("甲: {rules: [新词], miss: [有新词。]}\n乙: {rules: [别词]}\n", "utf-8")
    done = zhoubao(desk, "themes", "check", str(desk / "new.yaml"))
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "甲 的 miss“有新词。”打上了：强度 0.50，见“新词”",
        "没有例句的主题：乙",
        f"{desk}/new.yaml：2 个主题，1 句例句，1 句不相符",
    ]


def test_without_a_file_of_its_own_a_desk_checks_the_bundled_themes(desk: Path) -> None:
    (desk / "config.yaml").write_text("data: data\n", encoding="utf-8")
    done = zhoubao(desk, "themes", "check")
    assert done.exit_code == 0
    assert done.stdout.startswith("随程序自带的主题：33 个主题，")
    assert done.stdout.endswith("句例句都相符\n")


def test_the_example_in_the_documents_does_what_it_says(desk: Path) -> None:
    text = (Path(__file__).parent.parent / "docs" / "lexicon.md").read_text("utf-8")
    (example,) = [block for block in re.findall(r"```yaml\n(.*?)```", text, re.S) if "  hit:" in block]
    (desk / "themes.yaml").write_text(example, encoding="utf-8")
    assert zhoubao(desk, "themes", "check").exit_code == 0


@pytest.mark.parametrize("words", [("retag",), ("health",), ("run", "--once")])
def test_who_uses_a_file_whose_examples_fail_is_told(desk: Path, words: tuple[str, ...]) -> None:
    with (desk / "config.yaml").open("a", encoding="utf-8") as config:
        config.write("watch: {sectors: [没有的行业]}\n")  # so that the daemon ends before it crawls
    told = f"注意：{desk}/themes.yaml 有 4 句例句不相符；逐句列出：zhoubao themes check\n"
    assert told not in zhoubao(desk, *words).output
    (desk / "themes.yaml").write_text(BAD, encoding="utf-8")
    assert told in zhoubao(desk, *words).output


# ---------------------------------------------------------------- tag


def test_a_key_that_tag_does_not_know_is_named_once_with_those_it_knows(desk: Path) -> None:
    lines = [
        '{"id": "1", "title": "t", "body": "数据安全。", "publishd": "2024-02-19", "url": "u"}',
        '{"id": "2", "title": "t", "body": "", "publishd": "2024-02-20"}',
        '{"id": "3", "titel": "t", "body": ""}',
    ]
    done = zhoubao(desk, "tag", given="\n".join(lines))
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["1", "2"]
    told = done.stderr.splitlines()
    known = "可用的有 id、title、body、published、source、code"
    assert told[0] == f"第 1 行：没有用上不认识的键 publishd、url（以后各行不再说）；{known}"
    assert told[1].startswith("第 3 行：读不了（") and "titel" in told[1] and "title" in told[1]
    assert len(told) == 2
    assert done.exit_code == 1
