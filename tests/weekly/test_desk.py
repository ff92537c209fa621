from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from pipeline.model import UserError
from weekly.desk import load_desk


def own(folder: Path, name: str, change: tuple[str, str]) -> Path:
    text = (resources.files("weekly") / "templates" / name).read_text("utf-8")
    assert change[0] in text
    (folder / name).write_text(text.replace(*change, 1), "utf-8")
    return folder


def test_a_desks_file_takes_the_place_of_the_bundled_one(tmp_path: Path) -> None:
    desk = load_desk(own(tmp_path, "news.yaml", ("  人工智能: 1.0", "  人工智能: 0.1")))
    assert desk.news["themes"]["人工智能"] == 0.1
    assert desk.filings == load_desk().filings


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("news.yaml", ("shortest:", "shortestt:"), "缺少 shortest"),
        ("news.yaml", ("themes:", "themes: ["), "不是合法的 YAML"),
        ("news.yaml", ("shortest:", "shortest: 20\nshortest:"), "shortest 写了两次"),
        ("news.yaml", ("pattern: 批复|批准|核准", "pattern: '(批复'"), "批准 的 pattern"),
        ("filings.yaml", ("      default:", "      defaultt:"), "要有 forms.default"),
        ("agencies.yaml", ("weight: 0.3", "weightt: 0.3"), "写法不对"),
    ],
)
def test_a_wrong_file_is_one_line_that_names_it(
    tmp_path: Path, name: str, change: tuple[str, str], said: str
) -> None:
    with pytest.raises(UserError) as error:
        load_desk(own(tmp_path, name, change))
    assert str(tmp_path / name) in str(error.value)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="没有这个目录"):
        load_desk(tmp_path / "none")
