"""`zhoubao retag`: exactly the documents that a change can touch, once, and again after a kill."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import app
from pipeline.lexicon_changes import snapshot
from pipeline.tagger import document, load_lexicon
from search.store import Store
from tests.pipeline.build import article

THEMES = "甲: {rules: [{any: [旧词]}]}\n乙: {rules: [{any: [别词]}]}\n"
TEXTS = {"t:1": "旧词在此。", "t:2": "新词在此。", "t:3": "别词在此。"}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A store of three documents, tagged by the rules above as a crawl does."""
    (tmp_path / "themes.yaml").write_text(THEMES, encoding="utf-8")
    (tmp_path / "config.yaml").write_text("data: data\nthemes: themes.yaml\n", encoding="utf-8")
    lexicon = load_lexicon(tmp_path / "themes.yaml")
    with store(tmp_path) as kept:
        kept.remember_lexicon(lexicon.version, snapshot(lexicon))
        for id, body in TEXTS.items():
            made = document(article(id=id, title=f"第{id[-1]}份", body=body), (), lexicon)
            kept.put(made, run=None, page_url=None)
    return tmp_path


def store(folder: Path) -> Store:
    return Store(f"sqlite:///{folder}/data/zhoubao.db")


def retag(folder: Path, *words: str) -> str:
    done = CliRunner().invoke(app, ["--config", str(folder / "config.yaml"), "retag", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def themes(folder: Path) -> dict[str, list[str]]:
    with store(folder) as kept:
        return {one.id: [tag.name for tag in one.themes] for one in kept.documents()}


def test_only_what_a_changed_rule_can_touch_is_redone_and_it_is_told(desk: Path) -> None:
    assert retag(desk) == "词典、规则与程序没有变化\n"
    (desk / "themes.yaml").write_text(THEMES.replace("旧词", "新词"), encoding="utf-8")
    assert retag(desk).splitlines() == [
        "t:1 第1份",
        "    -甲",
        "t:2 第2份",
        "    +甲",
        "重打 2 份，其中 2 份标签有变；1 份不受影响",
    ]
    assert themes(desk) == {"t:1": [], "t:2": ["甲"], "t:3": ["乙"]}
    assert retag(desk) == "没有文件要重打；1 份不受影响\n"
    (desk / "themes.yaml").write_text(THEMES, encoding="utf-8")
    retag(desk, "--all")
    with store(desk) as kept:  # of lexicons that no document was tagged with nothing is kept
        assert len(kept.lexicons()) == 1


def test_only_what_there_is_to_say_is_said(desk: Path) -> None:
    changed = THEMES.replace("旧词", "旧词, 新词").replace("别词", "别词, 新词, 别词在此")
    (desk / "themes.yaml").write_text(changed, encoding="utf-8")
    assert retag(desk).splitlines()[-1] == "重打 3 份，其中 1 份标签有变"
    assert retag(desk, "--all") == "重打 3 份，标签都没有变\n"


def test_a_rule_that_was_taken_back_is_redone_too(desk: Path) -> None:
    """What was tagged by the rules in between is compared with those, not with the first ones."""
    (desk / "themes.yaml").write_text(THEMES.replace("旧词", "新词"), encoding="utf-8")
    between = load_lexicon(desk / "themes.yaml")
    with store(desk) as kept:
        kept.remember_lexicon(between.version, snapshot(between))
        kept.put(document(article(id="t:4", body="又是新词。"), (), between), run=None, page_url=None)
    (desk / "themes.yaml").write_text(THEMES, encoding="utf-8")
    assert "重打 1 份，其中 1 份标签有变" in retag(desk)
    assert themes(desk)["t:4"] == []


def test_what_was_tagged_by_a_forgotten_lexicon_is_redone(desk: Path) -> None:
    with store(desk) as kept:
        (old,) = [one for one in kept.documents() if one.id == "t:3"]
        fields = {name: getattr(old, name) for name in old.__struct_fields__}
        kept.put(type(old)(**fields | {"lexicon": "0" * 16, "themes": ()}), run=None, page_url=None)
    assert "重打 1 份，其中 1 份标签有变\n" in retag(desk)
    assert themes(desk)["t:3"] == ["乙"]


def test_a_killed_run_goes_on_where_it_stopped(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk / "themes.yaml").write_text(THEMES.replace("旧词", "新词"), encoding="utf-8")
    put, calls = Store.put, []

    def once(self: Store, *given: object, **known: object) -> object:
        calls.append(given)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return put(self, *given, **known)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "put", once)
    CliRunner().invoke(app, ["--config", str(desk / "config.yaml"), "retag"])
    monkeypatch.undo()
    assert themes(desk) == {"t:1": [], "t:2": [], "t:3": ["乙"]}
    assert "重打 1 份" in retag(desk)
    assert themes(desk)["t:2"] == ["甲"]
    assert "重打 3 份，标签都没有变" in retag(desk, "--all")
