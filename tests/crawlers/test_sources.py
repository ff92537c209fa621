"""The source files: what is in them, and that every mistake is one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawlers.sources import SourceError, Unread, load_source, load_sources, pick, read_file
from pipeline.model import Article, Extract, Listing
from pipeline.read import SYSTEMS
from tests.pipeline.test_attachments import make_table_pdf

SITES = Path(__file__).parent.parent / "sites"

SMALL = """
publisher: 某部
system: trs
base: https://www.x.gov.cn/
list: {row: ".list li", date: span}
detail: {title: h1, body: ["#a", "#b"]}
expect: {max_silent_days: 60}
columns:
  news: {name: 要闻, url: /xw/}
  notice: {name: 通知, url: ./tz/index.html, expect: {max_silent_days: 90}, detail: {title: h2}}
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "x.yaml"
    file.write_text(text, "utf-8")
    return file


def test_every_publisher_is_there() -> None:
    assert set(load_sources()) == {
        "bse", "cac", "cninfo", "companies", "csrc", "eastmoney", "govcn", "miit", "most", "nbs", "nda", "ndrc", "nfra", "sasac",
        "sse", "szse",
    }  # fmt: skip


def test_every_system_has_a_source() -> None:
    used = {
        layout
        for s in load_sources().values()
        for c in s.columns
        for layout in (c.layout.system, c.layout.details)
    }
    assert used == set(SYSTEMS)


def test_ids_and_addresses() -> None:
    for name, source in load_sources().items():
        assert source.id == name
        assert len({column.id for column in source.columns}) == len(source.columns)
        for column in source.columns:
            assert column.id.startswith(f"{name}.") and column.layout.column == column.id
            assert column.url.startswith("http") and column.name and column.expect.max_silent_days > 0


def test_rules_are_laid_over_each_other(tmp_path: Path) -> None:
    source = load_source(write(tmp_path, SMALL))
    news, notice = source.columns
    assert (news.id, news.url, notice.url) == (
        "x.news",
        "https://www.x.gov.cn/xw/",
        "https://www.x.gov.cn/tz/index.html",
    )
    assert (news.layout.fields.title, notice.layout.fields.title) == (("h1",), ("h2",))
    assert notice.layout.fields.body == ("#a", "#b")
    assert news.layout.fields.date == SYSTEMS["trs"].fields.date
    assert (notice.expect.max_silent_days, news.expect.max_silent_days) == (90, 60)
    assert source.hosts == ("www.x.gov.cn",)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("system: trs", "system: trx"), "没有发布系统 trx"),
        (("base:", "bose:"), "bose"),
        (("url: /xw/", "uri: /xw/"), "uri"),
        (("url: /xw/", "url: https://evil.cn/"), "不在 hosts 之内"),
        (('".list li"', '".list >> li"'), "columns.news"),
        (("title: h1", "titel: h1"), "titel"),
        (("max_silent_days: 60", "max_silent_days: many"), "max_silent_days"),
        (("max_silent_days: 60", "min_rows: 10"), "min_rows"),
        (("max_silent_days: 60", "max_silent_days: -3"), "max_silent_days"),
        (("date: span", "date: span, skip: '('"), "list.skip"),
        (("title: h1", "title: h1, file_url: '('"), "detail.file_url"),
        (("system: trs", "system: trs\nid: '('"), "id"),
        (("system: trs", "system: trs\nsystem: jpaas"), "system 写了两次"),
        (("https://www.x.gov.cn/", "ftp://www.x.gov.cn/"), "不是网址"),
        (("news:", "News:"), "小写"),
        (("https://www.x.gov.cn/", "www.x.gov.cn"), "不是网址"),
        (("publisher: 某部", "publisher: [a"), "YAML"),
        (("publisher: 某部", "publisher: 7"), "publisher"),
        (("publisher: 某部", "publisher: 某部\nhours: {hours: '25'}"), "hours.hours"),
        (("publisher: 某部", "publisher: 某部\nhours: {minutes: 5}"), "hours.minutes"),
    ],
)
def test_a_mistake_is_one_line_that_names_file_and_key(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    with pytest.raises(SourceError) as error:
        load_source(write(tmp_path, SMALL.replace(*change)))
    message = str(error.value)
    assert message.startswith(("x.yaml：", "x.yaml 第 ")) and told in message and "\n" not in message


def test_pick() -> None:
    known = load_sources()
    assert pick(known, ["nbs", "cac", "nbs"]) == ["nbs", "cac"]
    assert pick(known, []) == list(known)
    with pytest.raises(SourceError, match=r"没有来源 sasak；是不是 sasac？"):
        pick(known, ["sasak"])


def test_the_column_of_an_address() -> None:
    nbs = load_sources()["nbs"]
    assert (
        nbs.column_of("https://www.stats.gov.cn/xw/tjxw/tzgg/202402/t20240219_1947635.html").id
        == "nbs.notice"
    )
    assert nbs.column_of("https://www.stats.gov.cn/xw/tjxw/202402/t20240219_1947635.html").id == "nbs.news"
    assert nbs.column_of("").id == "nbs.release"


@pytest.mark.parametrize(
    ("case", "url", "kind"),
    [
        (
            "sasac/detail/page.html",
            "http://www.sasac.gov.cn/n2588025/n2588119/c30019272/content.html",
            Article,
        ),
        ("sasac/detail/page.html", "", Article),
        ("sasac/list_front/page.html", "http://www.sasac.gov.cn/n2588025/n2588119/index.html", Listing),
        ("cninfo/query/page.json", "", Listing),
        ("nfra/detail/page.json", "", Article),
        ("nfra/list/page.json", "", Listing),
        ("miit/unit/page.json", "", Listing),
        ("csrc/shell/page.html", "http://www.csrc.gov.cn/csrc/c100028/common_xq_list.shtml", Listing),
    ],
)
def test_a_saved_answer_is_read_for_what_it_is(case: str, url: str, kind: type) -> None:
    found = read_file(case.split("/")[0], (SITES / case).read_bytes(), url=url)
    assert type(found) is kind
    assert found.items or found.next_url if isinstance(found, Listing) else found.body


def test_a_saved_answer_that_cannot_be_read_says_why() -> None:
    found = read_file("nbs", b"<html><script>acw_sc__v2</script></html>")
    assert found == Unread(outcome="challenge", detail=found.detail)  # type: ignore[union-attr]
    assert isinstance(read_file("cninfo", b"%PDF-1.4 cut"), Extract)
    with pytest.raises(SourceError, match="'notaurl' 不是网址"):
        read_file("nbs", b"<html></html>", url="notaurl")
    assert read_file("cninfo", b"<html>", name="a.pdf") == Extract(
        media="html", outcome="not_pdf", detail="HTML came in place of the file"
    )


def test_tables_of_a_file_are_read_where_a_crawl_reads_them() -> None:
    """They take a hundred times as long as the text, and an annual report has hundreds of pages."""
    data = make_table_pdf()
    for name, tables in (("某某股份：2023年度业绩快报.pdf", 1), ("某某股份：2023年年度报告.pdf", 0)):
        found = read_file("cninfo", data, name=name)
        assert isinstance(found, Extract) and len(found.tables) == tables


def test_the_documented_example_is_a_source_of_twelve_lines(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "adding-a-source.md").read_text("utf-8")
    example = text.partition("```yaml\n")[2].partition("```")[0]
    assert load_source(write(tmp_path, example)).columns[0].id == "x.news"
    assert len(example.strip().splitlines()) <= 12


def test_the_document_names_every_system() -> None:
    text = (Path(__file__).parents[2] / "docs" / "adding-a-source.md").read_text("utf-8")
    assert [name for name in SYSTEMS if f"`{name}`" not in text] == []
