"""config.yaml: what is good is read, what is wrong is one line that names file, key and remedy."""

from pathlib import Path

import pytest

import config

ROOT = Path(__file__).parent.parent


def load(tmp_path: Path, text: str) -> config.Settings:
    file = tmp_path / "desk.yaml"
    file.write_text(text, encoding="utf-8")
    return config.load(file)


def test_the_shipped_file_is_valid_and_watches_the_model_weeks_companies() -> None:
    settings = config.load(ROOT / "config.yaml")
    assert {"300002", "603019", "300288"} <= set(settings.watch.codes)
    assert settings.weekly.filings.kinds == ("buyback", "earnings_flash", "algorithm_registration")
    assert settings.search.engine == "embedded"


def test_no_file_means_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert config.load() == config.Settings()


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    settings = load(tmp_path, "data: d\nweekly: {out: o}\nthemes: /x/themes.yaml\n")
    assert settings.data == tmp_path / "d"
    assert settings.weekly.out == tmp_path / "o"
    assert settings.themes == Path("/x/themes.yaml")
    assert settings.store_url == f"sqlite:///{tmp_path}/d/zhoubao.db"


def test_the_environment_wins_for_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHOUBAO_STORE_URL", "postgresql+pg8000://u:p@db/zhoubao")
    assert load(tmp_path, "").store_url == "postgresql+pg8000://u:p@db/zhoubao"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("dta: x", ["dta：没有这个设置", "是不是 data", "timezone"]),
        ("crawl: {dely: 3}", ["crawl.dely", "是不是 delay", "run_limit"]),
        ("sources: {cninfo: {hour: 3}}", ["sources.cninfo.hour", "是不是 hours"]),
        ("sources: {cninfo: {hours: 8-25}}", ["sources.cninfo.hours", "7-22"]),
        ("sources: {cninfo: {hours: 22-7}}", ["sources.cninfo.hours", "7-22"]),
        ("sources: {cninfo: 3}", ["sources.cninfo", "键: 值"]),
        ("watch: {codes: [000034]}", ["watch.codes", "要加引号"]),
        ("watch: {codes: ['34']}", ["watch.codes.0", "六位数字", "'34'"]),
        ("timezone: Mars", ["timezone", "Asia/Shanghai"]),
        ("weekly: {at: noon}", ["weekly.at", "07:00"]),
        ("weekly: {at: 7:30}", ["weekly.at", "加引号", "07:00"]),
        ("api: {port: true}", ["api.port", "应是数字或文字", "现在是 True"]),
        ("crawl: {delay: off}", ["crawl.delay", "应是数字或文字", "on、off"]),
        ("sources: {miit: {minute: yes}}", ["sources.miit.minute", "应是数字或文字"]),
        ("sources: {miit: {enabled: 0}}", ["sources.miit.enabled", "true 或 false"]),
        ("weekly: {filings: {kinds: buyback}}", ["weekly.filings.kinds", "应是列表"]),
        ("weekly: {news: {limit: -1}}", ["weekly.news.limit", "不小于 0"]),
        ("search: {engine: solr}", ["search.engine", "embedded", "elasticsearch"]),
        ("crawl: {delay: x}", ["crawl.delay", "应是数字"]),
        ("- a", ["键: 值"]),
        ("data: a\ndata: b", ["data 写了两次", "第 2 行"]),
        ("data: a\n? [b, c]\n: d", ["第 2 行", "YAML"]),
        ("weekly: {filings: {kinds: [bybuack]}}", ["weekly.filings.kinds", "是不是 buyback", "pledge"]),
        ("store: {url: 'postgresql://u:secret@db/z'}", ["store.url", "ZHOUBAO_STORE_URL"]),
        ("store: {url: 'mysql://x'}", ["store.url", "sqlite:///"]),
        ("a: [", ["第 1 行", "YAML"]),
    ],
)
def test_a_mistake_is_one_line_with_file_key_and_remedy(tmp_path: Path, text: str, parts: list[str]) -> None:
    with pytest.raises(config.ConfigError) as caught:
        load(tmp_path, text)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(tmp_path / "desk.yaml"))
    for part in parts:
        assert part in message


def test_a_password_in_the_file_is_not_repeated_in_the_message(tmp_path: Path) -> None:
    with pytest.raises(config.ConfigError) as caught:
        load(tmp_path, "store: {url: 'postgresql://u:secret@db/z'}")
    assert "secret" not in str(caught.value)


def test_a_key_whose_lines_are_all_comments_is_as_if_left_out(tmp_path: Path) -> None:
    assert load(tmp_path, "watch:\n  # codes: []\nweekly: {news: }\n").watch == config.Watch()


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(config.ConfigError, match="zhoubao init"):
        config.load(tmp_path / "none.yaml")


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / "gbk.yaml"
    file.write_bytes("data: 数据".encode("gbk"))
    with pytest.raises(config.ConfigError, match="UTF-8"):
        config.load(file)
