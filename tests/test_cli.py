"""The command as a person meets it: answers, one-line errors, exit codes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from search.store import Store
from tests.search.documents import MONDAY, document

PLAN = {
    "id": "1",
    "title": "新炬网络：关于以集中竞价交易方式回购股份方案的公告",
    "body": "拟回购股份的价格不超过人民币34.58元/股（含）。",
    "code": "605398",
    "published": "2024-02-19",
}


def zhoubao(folder: Path, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    # Without the address of the server of other tests, which would go before that of a config.yaml.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ZHOUBAO_ES_")}
    environment["PYTHONPATH"] = str(Path(__file__).parent.parent)
    return subprocess.run(
        [sys.executable, "-m", "cli", *words],
        cwd=folder,
        input=given,
        text=True,
        capture_output=True,
        env=environment,
        timeout=120,
    )


def test_tag_gives_the_published_schema_and_names_lines_that_it_cannot_read(tmp_path: Path) -> None:
    lines = "\n".join([json.dumps(PLAN), "{not json", json.dumps({"id": "2", "title": "x"}), ""])
    done = zhoubao(tmp_path, "tag", given=lines)
    assert done.returncode == 1
    assert [line[:4] for line in done.stderr.splitlines()] == ["第 2 ", "第 3 "]
    (tagged,) = map(json.loads, done.stdout.splitlines())
    assert (tagged["id"], tagged["kind"]) == ("1", "buyback")
    assert [(c["code"], c["role"]) for c in tagged["companies"]] == [("605398", "subject")]
    cap = tagged["facts"][0]["fields"]["price_cap"]
    assert (cap["value"], cap["unit"], cap["inclusive"]) == ("34.58", "元/股", True)
    assert PLAN["body"][cap["start"] : cap["end"]] == cap["text"]


def test_a_crawl_is_told_in_words(tmp_path: Path) -> None:
    week = Path(__file__).parent.parent / "demo" / "week.warc.gz"
    done = zhoubao(tmp_path, "crawl", "nbs", "sasac", "--replay", str(week))
    assert done.returncode == 1
    head, nbs, sasac = (line.split() for line in done.stdout.splitlines())
    assert head == ["来源", "状态", "页数", "结局", "原因"]
    assert (nbs[:2], nbs[-3:]) == (["nbs", "有缺漏"], ["challenge", "1", "页（网站返回防火墙验证页）"])
    assert sasac[:2] == ["sasac", "正常"]
    # What was crawled is found at once.
    assert json.loads(zhoubao(tmp_path, "search", "source:sasac", "--json").stdout)["total"] > 0


@pytest.mark.parametrize("names", [("sasac",), ("sasac", "nbs")])
def test_a_crawl_beside_an_engine_that_is_down_says_what_waits(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    (tmp_path / "config.yaml").write_text(
        "search: {engine: elasticsearch, elasticsearch: {urls: ['http://127.0.0.1:1']}}\n"
    )
    week = Path(__file__).parent.parent / "demo" / "week.warc.gz"
    done = zhoubao(tmp_path, "crawl", *names, "--replay", str(week), "--json")
    (sasac,) = (run for run in json.loads(done.stdout) if run["source"] == "sasac")
    assert sasac["state"] == "ok"
    (line,) = (line for line in done.stderr.splitlines() if line.startswith("zhoubao:"))
    assert "份已入库，尚未进入索引：连不上 Elasticsearch（127.0.0.1:1" in line
    told = zhoubao(tmp_path, "health")
    assert told.returncode == 1
    at = next(n for n, line in enumerate(told.stdout.splitlines()) if line.startswith("等待进入索引"))
    oldest, why, what = told.stdout.splitlines()[at + 1 : at + 4]
    assert re.fullmatch(r"  最早的一份自 \d{4}-\d\d-\d\d \d\d:\d\d 起等待", oldest)
    assert "起写不进索引：连不上 Elasticsearch（127.0.0.1:1" in why and "zhoubao es status" in what
    outbox = json.loads(zhoubao(tmp_path, "health", "--json").stdout)["outbox"]
    assert outbox["waiting"] > 0 and "127.0.0.1:1" in outbox["problem"]


@pytest.mark.parametrize(
    "words", [["search"], ["show"], ["like"], ["watch", "remove"], ["themes", "explain"]]
)
def test_what_is_typed_in_another_encoding_is_one_line(tmp_path: Path, words: list[str]) -> None:
    done = zhoubao(tmp_path, *words, os.fsdecode("回购".encode("gbk")))
    assert done.returncode == 2
    assert done.stderr.startswith("zhoubao: ") and done.stderr.count("\n") == 1
    assert "不是 UTF-8 的文字，请把" in done.stderr


def test_the_settings_file_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "desk.yaml").write_text("sources: {nbs: {hours: '99'}}\n")
    monkeypatch.setenv("ZHOUBAO_CONFIG", str(tmp_path / "desk.yaml"))
    done = zhoubao(tmp_path, "sources")
    assert done.returncode == 2 and "desk.yaml" in done.stderr


def test_sources_are_a_line_each_in_a_pipe_and_whole_as_json(tmp_path: Path) -> None:
    _, *lines = zhoubao(tmp_path, "sources").stdout.splitlines()
    columns = json.loads(zhoubao(tmp_path, "sources", "--json").stdout)
    assert [line.split()[1] for line in lines] == [column["column"] for column in columns]
    assert max(map(cell_len, lines)) <= 200
    assert [line for line in lines if line != line.rstrip()] == []
    assert "每小时 5 分" in lines[0]
    library = next(column for column in columns if column["column"] == "miit.library")
    assert "cateid=196" in library["url"]


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (("issue", "2024"), ["2024", "2024-W08"]),
        (("issue", "2024-W08", "--format", "pdf"), ["pdf", "md, html, docx, json"]),
        (("crawl", "sasca"), ["sasca", "是不是 sasac"]),
        (("crawl", "nbs", "--replay", "none.warc.gz"), ["none.warc.gz"]),
        (("show", "nbs:1"), ["nbs:1", "zhoubao search"]),
        (("search", "kind:"), ["kind:", "没有写完"]),
        (
            ("search", "回购", "--limit", "0"),
            ["--limit", "要写整数，不小于 1，不大于 1000", "zhoubao search --help"],
        ),
        (("search", "回购", "--limit", "many"), ["--limit", "要写整数"]),
        (("search", "回购", "--sort", "best"), ["--sort", "只能是 relevance、time"]),
        (("search", "回购", "--after"), ["--after", "后面要写一个值"]),
        (("search",), ["缺少 QUERY", "zhoubao search --help"]),
        (("show", "nbs:1", "--josn"), ["没有选项 --josn", "--json"]),
        (("show", "nbs:1", "nbs:2"), ["多出 nbs:2"]),
        (("es", "stauts"), ["没有命令 stauts；是否要写 status", "zhoubao es --help"]),
        (("serach", "回购"), ["没有命令 serach；是否要写 search"]),
        (("programme", "605398"), ["605398"]),
        (("--config", "none.yaml", "sources"), ["none.yaml", "zhoubao init"]),
        (("read", "mofcom", "page.html"), ["mofcom", "可用的有"]),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    tmp_path: Path, words: tuple[str, ...], parts: list[str]
) -> None:
    (tmp_path / "page.html").write_text("<html></html>", "utf-8")
    done = zhoubao(tmp_path, *words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    for part in parts:
        assert part in done.stderr


def test_init_writes_a_config_that_is_read_and_never_overwrites_one(tmp_path: Path) -> None:
    assert zhoubao(tmp_path, "init").returncode == 0
    assert zhoubao(tmp_path, "sources", "--json").returncode == 0
    (tmp_path / "config.yaml").write_text("data: mine\n", "utf-8")
    assert zhoubao(tmp_path, "init").returncode == 2
    assert (tmp_path / "config.yaml").read_text("utf-8") == "data: mine\n"


def test_read_tells_what_a_page_is_not(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html><body>wzws_sessionid</body></html>", "utf-8")
    done = zhoubao(tmp_path, "read", "nbs", "page.html", "--url", "https://www.stats.gov.cn/sj/zxfb/")
    assert done.returncode == 1
    assert json.loads(done.stdout)["outcome"] == "challenge"


@pytest.mark.parametrize("command", [["issue", "2024-W08"], ["run", "--once"]])
def test_a_sector_that_no_company_is_in_is_an_error(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "config.yaml").write_text("watch: {sectors: [半导休]}\n", encoding="utf-8")
    done = zhoubao(tmp_path, *command)
    assert done.returncode == 2
    assert done.stderr.startswith("zhoubao: watch.sectors：没有公司属于“半导休”")


def test_a_code_that_the_table_does_not_know_is_told_and_watched(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("watch: {codes: ['300000']}\n", encoding="utf-8")
    done = zhoubao(tmp_path, "issue", "2024-W08", "--why")
    assert "watch.codes：公司表里没有 300000" in done.stderr
    assert done.returncode == 0


def test_show_tells_where_a_filing_stands_what_it_corrects_and_what_changed(tmp_path: Path) -> None:
    given = {"code": "600000", "company": "某某科技", "kinds": ("other",), "fingerprint": "1"}
    with Store(f"sqlite:///{tmp_path}/data/zhoubao.db") as store:
        for id in ("sse:1", "cninfo:1"):
            store.put(
                document(id, "2023年年度报告", "收入1亿元。\n利润1亿元。", **given), run=None, page_url="u"
            )
        corrected = given | {"fingerprint": "2"}
        store.put(
            document("sse:2", "关于2023年年度报告的更正公告", days=1, **corrected), run=None, page_url="u"
        )
        changed = document("sse:1", "2023年年度报告", "收入1亿元。\n利润2亿元。", withdrawn=MONDAY, **given)
        store.put(changed, run=None, page_url="u")
    told = zhoubao(tmp_path, "show", "cninfo:1").stdout
    assert "见于：sse sse:1 https://sse.example/1\n见于：cninfo cninfo:1 https://cninfo.example/1\n" in told
    told = zhoubao(tmp_path, "show", "sse:1").stdout
    assert "注意：来源已撤下此文（2024-02-19 09:00 发现）" in told
    assert "已被更正：sse:2《关于2023年年度报告的更正公告》" in told
    assert "；每次改了什么见 --diff" in told
    told = json.loads(zhoubao(tmp_path, "show", "sse:2", "--json").stdout)
    assert (told["corrects"], told["corrected_by"]) == ("sse:1", [])
    lines = zhoubao(tmp_path, "show", "sse:1", "--diff").stdout.splitlines()
    assert lines[0].startswith("第 2 版（")
    assert lines[1:] == [
        "撤下：无 → 2024-02-19 09:00",
        "@@ -1,2 +1,2 @@",
        " 收入1亿元。",
        "-利润1亿元。",
        "+利润2亿元。",
    ]
    assert zhoubao(tmp_path, "show", "sse:2", "--diff").stdout == "sse:2 只有一版\n"
