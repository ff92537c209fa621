"""`zhoubao search`, `show` and `like` as an analyst meets them, on a small store."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import app
from config import load
from crawlers.archive import Archive, Exchange
from pipeline.model import UserError
from search.client import Client
from search.feeder import feed
from search.store import Store
from tests.search.documents import WEEK, document


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    (folder / "config.yaml").write_text(f"data: {folder / 'data'}\n", "utf-8")
    loaded = load(folder / "config.yaml")
    page = Exchange("https://nbs.example/1", 200, (), b"", datetime(2024, 2, 19, tzinfo=UTC))
    archive = Archive(loaded.archive / "nbs.warc.gz")
    archive.write(page)
    packed = gzip.compress("<p>原页</p>".encode())
    place = archive.write(Exchange(page.url, 200, (("Content-Encoding", "gzip"),), packed, page.fetched_at))
    archive.close()
    with Client(loaded) as client:
        client.store.put_many(WEEK)
        client.store.put(WEEK[0], run=None, page_url=page.url, archive=place)
        client.store.put(WEEK[1], run=None, page_url="u", archive="week.warc.gz")
        client.store.put_many([document("miit:7", "工业领域碳达峰解读", WEEK[5].body + "新", days=3)])
        client.store.put_many([document("miit:7", "工业领域碳达峰解读", WEEK[5].body + "改", days=3)])
        feed(client.store, client.engine)
    return folder


def zhoubao(desk: Path, *words: str) -> Result:
    result = CliRunner().invoke(app, ["--config", str(desk / "config.yaml"), *words])
    if result.exception is not None and not isinstance(result.exception, SystemExit | UserError):
        raise result.exception
    return result


def test_a_table_shows_sources_by_their_chinese_names(desk: Path) -> None:
    lines = zhoubao(desk, "search", "数据资源 source:nbs").output.splitlines()
    assert [word in lines[1] for word in ("国家统计局", "关于开展全国数据资源调查的通知", "nbs:1")] == [
        True
    ] * 3
    assert lines[2:] == ["共 1 份"]


def test_words_need_no_quotes_of_the_shell(desk: Path) -> None:
    one = zhoubao(desk, "search", "回购 -限制性股票 source:cninfo")
    assert one.output == zhoubao(desk, "search", "回购", "-限制性股票", "source:cninfo").output != ""


@pytest.mark.parametrize("query", ["-回购 has:fact", "-h股 has:fact", "-o股 has:fact", "-5 has:fact"])
def test_a_query_may_begin_with_a_minus(desk: Path, tmp_path: Path, query: str) -> None:
    found = json.loads(zhoubao(desk, "search", query, "--json").output)
    assert found["query"] == query
    out = tmp_path / "out.csv"
    assert f"{found['total']} 份" in zhoubao(desk, "export", query, "-o", str(out)).output
    watch = zhoubao(desk, "watch", "add", "减", query, "--to", "json://127.0.0.1:9/")
    assert "已保存 减" in watch.output
    assert query in zhoubao(desk, "watch", "list").output


def test_options_stand_anywhere_and_a_mistyped_one_is_told(desk: Path) -> None:
    told = zhoubao(desk, "search", "--limit=1", "source:cninfo", "--sort", "time", "-回购", "--json")
    assert json.loads(told.output)["query"] == "source:cninfo -回购"
    assert zhoubao(desk, "search", "--json", "--", "-h").output.startswith("{")
    assert "Usage" in zhoubao(desk, "search", "回购", "-h").output
    assert zhoubao(desk, "search", "回购", "--limt", "3").exit_code == 2
    assert zhoubao(desk, "search", "回购", "--limit").exit_code == 2


def test_a_query_in_another_encoding_is_one_line(desk: Path) -> None:
    """What Python makes of the bytes of a GBK terminal."""
    typed = "回购".encode("gbk").decode("utf-8", "surrogateescape")
    error = zhoubao(desk, "search", typed).exception
    assert isinstance(error, UserError)
    assert str(error) == "查询「▶�ع�◀」：不是 UTF-8 的文字，请把终端或文件的编码设为 UTF-8"


@pytest.mark.parametrize("form", ["--csv", "--jsonl"])
def test_a_page_for_programs_says_that_there_is_more(desk: Path, form: str) -> None:
    page = zhoubao(desk, "search", "source:cninfo", "--limit", "2", form)
    assert page.stderr == (
        "第 1–2 份，共 3 份；全部用 zhoubao export source:cninfo -o 文件，其余见 --after "
        + _after(desk)
        + "\n"
    )
    assert zhoubao(desk, "search", "source:cninfo", form).stderr == ""
    assert "之后的 1 份，共 3 份" in (
        zhoubao(desk, "search", "source:cninfo", "--limit", "2", "--after", _after(desk), form).stderr
    )


def _after(desk: Path) -> str:
    after: str = json.loads(zhoubao(desk, "search", "source:cninfo", "--limit", "2", "--json").output)["next"]
    return after


@pytest.mark.parametrize("form", ["--csv", "--jsonl"])
def test_notes_and_suggestions_stay_out_of_what_programs_read(desk: Path, form: str) -> None:
    page = zhoubao(desk, "search", "company:曙光信息产业股份有限公司", form)
    told = page.stderr.splitlines()
    assert (told[0], told[2:]) == ("共 0 份", ["是否要找：company:603019（中科曙光 603019）"])
    assert told[1].startswith("公司表里没有「曙光信息产业股份有限公司」，已按文字检索；名称相近的有 ")
    assert page.stdout.count("\n") == (form == "--csv")


def test_nothing_found_says_what_there_is_and_what_may_be_meant(desk: Path) -> None:
    lines = zhoubao(desk, "search", "company:曙光信息产业股份有限公司").output.splitlines()
    assert (lines[0], lines[2:]) == ("共 0 份", ["是否要找：company:603019（中科曙光 603019）"])
    assert lines[1].startswith("公司表里没有「曙光信息产业股份有限公司」，已按文字检索；名称相近的有 ")


def test_facets_show_names_and_what_to_write(desk: Path) -> None:
    rows = [
        line.split() for line in zhoubao(desk, "search", "company:新炬网络", "--facets").output.splitlines()
    ]
    assert ["股份回购", "1", "kind:buyback"] in rows
    assert ["新炬网络", "1", "company:605398"] in rows
    facets = json.loads(zhoubao(desk, "search", "kind:buyback", "--facets", "--json").output)
    assert facets["source"] == {
        "total": 1,
        "values": [{"value": "cninfo", "shown": "巨潮资讯", "count": 1}],
    }


def test_facets_say_how_many_there_are(desk: Path) -> None:
    lines = zhoubao(desk, "search", "has:fact", "--facets", "--most", "1").output.splitlines()
    assert "前 1 个，共 2 个；更多用 --most" in lines
    assert "共" not in zhoubao(desk, "search", "has:fact", "--facets").output


def test_a_histogram_as_json(desk: Path) -> None:
    bars = json.loads(zhoubao(desk, "search", "source:cninfo", "--by", "week", "--json").output)
    assert bars == [{"bar": "2024-W07", "count": 1}, {"bar": "2024-W08", "count": 2}]


def test_open_shows_the_document_itself(desk: Path) -> None:
    opened = zhoubao(desk, "search", "source:cninfo kind:buyback", "--open", "1").output
    assert opened == zhoubao(desk, "show", "cninfo:4").output
    assert "类型：股份回购（buyback）" in opened
    whole = json.loads(zhoubao(desk, "search", "kind:buyback", "--open", "1", "--json").output)
    assert whole["id"] == "cninfo:4" and len(whole["versions"]) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--facets", "--by", "week"), "--facets 与 --by 只能取其一"),
        (("--most", "3"), "--most 与 --facets 一起用"),
        (("--facets", "--csv"), "--facets 只能显示为表格或 --json；全部命中用 zhoubao export"),
        (("--open", "1", "--jsonl"), "--open 只能显示为表格或 --json"),
        (("--open", "9"), "只有 4 条"),
        (("--after", "x"), "不是上一页答复给出的"),
    ],
)
def test_options_that_do_not_go_together(desk: Path, words: tuple[str, ...], said: str) -> None:
    result = zhoubao(desk, "search", "source:miit OR source:nbs OR source:sasac", *words)
    assert said in str(result.exception) and result.output == ""


@pytest.mark.parametrize(
    "others", [("--json", "--diff"), ("--diff", "--page", "-"), ("--json", "--page", "-")]
)
def test_show_gives_one_thing_at_a_time(desk: Path, others: tuple[str, ...]) -> None:
    result = zhoubao(desk, "show", "miit:7", *others)
    assert "只能取其一" in str(result.exception) and result.output == ""


def test_show_tells_versions_and_archived_pages(desk: Path) -> None:
    assert "版本：1（" in zhoubao(desk, "show", "miit:7").output
    shown = zhoubao(desk, "show", "nbs:1").output
    assert "存档：nbs.warc.gz@" in shown and "版本" not in shown
    whole = json.loads(zhoubao(desk, "show", "nbs:1", "--json").output)
    assert [page["archive"].partition("@")[0] for page in whole["pages"] if page["archive"]] == [
        "nbs.warc.gz"
    ]


def test_show_writes_the_archived_page(desk: Path, tmp_path: Path) -> None:
    zhoubao(desk, "show", "nbs:1", "--page", str(tmp_path / "page.html"))
    assert (tmp_path / "page.html").read_text("utf-8") == "<p>原页</p>"


@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("nbs:none", "没有编号为 nbs:none 的文件"),
        ("cninfo:4", "没有存档的原页"),
        ("sasac:2", "由回放得来，原页在所回放的 week.warc.gz 里"),
    ],
)
def test_a_page_that_cannot_be_shown(desk: Path, tmp_path: Path, id: str, said: str) -> None:
    result = zhoubao(desk, "show", id, "--page", str(tmp_path / "page.html"))
    assert said in str(result.exception)
    assert not (tmp_path / "page.html").exists()


def test_an_archive_that_is_gone_is_one_line(desk: Path, tmp_path: Path) -> None:
    with Store(load(desk / "config.yaml").store_url) as store:
        store.put(WEEK[4], run=None, page_url="u", archive="gone.warc.gz@0")
    result = zhoubao(desk, "show", "cninfo:5", "--page", str(tmp_path / "page.html"))
    assert "gone.warc.gz：打不开存档" in str(result.exception)


def test_like_lists_what_uses_the_same_words(desk: Path) -> None:
    assert "miit:7" in zhoubao(desk, "like", "miit:6").output
    assert json.loads(zhoubao(desk, "like", "miit:6", "--json").output)["hits"][0]["id"] == "miit:7"
    assert "共 3 份，显示 1 份" in zhoubao(desk, "like", "sasac:2", "--limit", "1").output
    assert "没有编号为 nbs:none" in str(zhoubao(desk, "like", "nbs:none").exception)
