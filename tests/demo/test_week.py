"""The issue of the demo week is the model week's: three news items, six announcements, every figure."""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from config import load
from crawlers.ledger import FINE
from demo.run import SOURCES, DemoResult, run
from search.client import Client
from search.store import Store
from tests.demo.conftest import contents
from weekly.model import Issue

NEWS = [
    (date(2024, 2, 19), "sasac:c30019272", [
        "2024年2月19日，", "国务院国资委召开“AI赋能 产业焕新”中央企业人工智能专题推进会", "张玉卓",
        "把发展人工智能放在全局工作中统筹谋划", "加快建设一批智能算力中心", "AI+专项行动", "10家中央企业签订倡议书",
    ]),
    (date(2024, 2, 19), "nbs:t20240219_1947635", [
        "2024年2月19日，", "国家统计局发布《关于开展全国数据资源调查的通知》", "国家数据局、中央网信办、工业和信息化部、公安部",
        "生产存储、流通交易、开发利用、安全",
    ]),
    (date(2024, 2, 21), None, [
        "2024年2月21日，", "印发《工业领域碳达峰碳中和标准体系建设指南》", "创新驱动、数字赋能", "5G、工业互联网、人工智能",
    ]),
]  # fmt: skip
FILINGS = [
    (date(2024, 2, 19), "300288", "algorithm_registration", [
        "【朗玛信息】2024年2月19日，", "国家互联网信息办公室", "第四批", "深度合成服务算法", "39健康医疗内容生成算法",
        "贵阳朗玛信息技术股份有限公司",
    ]),
    (date(2024, 2, 19), "605398", "buyback", [
        "【新炬网络】2024年2月19日，", "集中竞价交易方式", "5,000.00万元（含）", "10,000.00万元（含）", "34.58元/股（含）",
        "1,445,923", "2,891,844股", "1.2399%", "2.4798%",
    ]),
    (date(2024, 2, 19), "688049", "earnings_flash", [
        "【炬芯科技】2024年2月19日，", "2023年度", "52,009.94万元", "25.41%", "6,505.86万元", "21.04%", "5,112.64万元", "64.16%",
    ]),
    (date(2024, 2, 21), "300002", "earnings_flash", [
        "【神州泰岳】2024年2月21日，", "营业总收入", "596,493.04万元", "24.11%", "105,263.83万元", "69.09%",
        "105,220.04万元", "67.21%", "89,317.83万元", "64.82%",
    ]),
    (date(2024, 2, 22), "002439", "earnings_flash", [
        "【启明星辰】2024年2月22日，", "45.29亿元", "2.07%", "7.35亿元", "17.44%",
    ]),
    (date(2024, 2, 24), "603019", "earnings_flash", [
        "【中科曙光】2024年2月24日，", "143.54亿元", "10.35%", "21.84亿元", "14.62%", "18.38亿元", "19.00%",
        "12.71亿元", "10.43%",
    ]),
]  # fmt: skip


def test_the_news_are_the_three(week: DemoResult) -> None:
    news = week.issue.news
    assert [item.day for item in news] == [day for day, _, _ in NEWS]
    for item, (_, id, words) in zip(news, NEWS, strict=True):
        assert id in (None, item.document)
        assert 120 <= len(item.text) <= 330, item.text
        for word in words:
            assert word in item.text, item.text
    assert news[2].document.startswith("miit:")


def test_the_announcements_are_the_six_with_every_figure(week: DemoResult) -> None:
    printed = week.issue.filings
    assert [(item.day, item.code, item.kind) for item in printed] == [row[:3] for row in FILINGS]
    for item, (*_, words) in zip(printed, FILINGS, strict=True):
        for word in words:
            assert word in item.text, item.text
        assert item.doubts == (), item.doubts


def test_every_sentence_points_at_its_words(week: DemoResult) -> None:
    with Client(load(week.config)) as client:
        for item in (*week.issue.news, *week.issue.filings):
            assert item.sentences
            for sentence in item.sentences:
                assert sentence.sources, sentence.text
                for source in sentence.sources:
                    document = client.document(source.document)
                    assert document is not None
                    assert getattr(document, source.field)[source.start : source.end] == source.text


def test_the_files_are_four_and_the_json_says_the_same(week: DemoResult) -> None:
    assert sorted(file.suffix for file in week.files) == [".docx", ".html", ".json", ".md"]
    assert all(file.stat().st_size > 500 for file in week.files)
    (markdown,) = [file for file in week.files if file.suffix == ".md"]
    text = markdown.read_text("utf-8")
    for *_, words in FILINGS:
        assert words[0] in text
    (buyback,) = [item for item in week.issue.filings if item.kind == "buyback"]
    assert buyback.checks[0] == "5,000.00万元 ÷ 34.58元/股 = 1,445,922.5 股，公告为 1,445,923股"
    for file in week.files:
        if file.suffix in (".md", ".html"):
            assert f"✓ {buyback.checks[0]}" in file.read_text("utf-8")
    (word,) = [file for file in week.files if file.suffix == ".docx"]
    assert any(f"✓ {buyback.checks[0]}；✓" in line.text for line in Document(str(word)).paragraphs)
    (as_json,) = [file for file in week.files if file.suffix == ".json"]
    told = json.loads(as_json.read_text("utf-8"))
    assert [item["document"] for item in told["filings"]] == [item.document for item in week.issue.filings]


def test_every_page_has_one_outcome_and_only_the_planted_ones_are_odd(week: DemoResult) -> None:
    assert [run.source for run in week.runs] == list(SOURCES)
    odd: dict[str, int] = {}
    with Store(load(week.config).store_url) as store:
        for crawl in week.runs:
            assert sum(crawl.outcomes.values()) == crawl.pages
            assert store.outcomes(crawl.id) == crawl.outcomes
            odd |= {name: n for name, n in crawl.outcomes.items() if name not in FINE}
    assert odd == {"challenge": 1, "not_pdf": 1}
    assert {crawl.source: crawl.state for crawl in week.runs} == {
        "sasac": "ok", "nbs": "trouble", "miit": "ok", "cac": "ok", "cninfo": "trouble",
    }  # fmt: skip
    assert sum(crawl.outcomes.get("duplicate", 0) for crawl in week.runs) == 2


def test_search_finds_the_notice_and_the_plan_but_not_the_traps(week: DemoResult) -> None:
    with Client(load(week.config)) as client:
        assert client.search("数据资源 source:nbs").hits[0].id == "nbs:t20240219_1947635"
        found = client.search("week:2024-W08 kind:buyback", limit=100)
        titles = [hit.title for hit in found.hits]
        assert any("605398" in [code for code, _ in hit.companies] for hit in found.hits)
        assert not [
            title for title in titles if "限制性股票" in title or "前十名" in title or "债券" in title
        ]
        plans = client.search("week:2024-W08 kind:buyback company:605398")
        assert [hit.title for hit in plans.hits] == ["新炬网络：关于以集中竞价交易方式回购股份方案的公告"]


def test_running_it_again_changes_nothing(week: DemoResult) -> None:
    folder = week.config.parent
    before = contents(folder)
    again = run(folder, "embedded", quiet=True)
    assert contents(folder) == before
    assert again.issue == week.issue
    assert not again.fed.changed


def test_a_mistake_in_its_config_is_one_line(tmp_path: Path) -> None:
    from config import ConfigError

    (tmp_path / "config.yaml").write_text("weekly: {nwes: {limit: 3}}\n", "utf-8")
    with pytest.raises(ConfigError, match="news"):
        run(tmp_path, "embedded", quiet=True)


@pytest.mark.elasticsearch
@pytest.mark.usefixtures("on_elasticsearch")
def test_the_issue_is_the_same_on_elasticsearch(week: DemoResult, tmp_path: Path) -> None:
    other = run(tmp_path, "elasticsearch", quiet=True)
    assert other.issue == week.issue
    assert _of_issue(other.issue) == _of_issue(week.issue)
    assert contents(tmp_path).keys() == contents(week.config.parent).keys()


def _of_issue(issue: Issue) -> list[str]:
    return [item.text for item in (*issue.news, *issue.filings)]


def test_the_store_is_sound(week: DemoResult) -> None:
    with sqlite3.connect(load(week.config).data / "zhoubao.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
