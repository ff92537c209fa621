"""Both engines, one behaviour: every test here runs on tantivy and on a real Elasticsearch."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.model import Attachment, CompanyTag, Fact, Number
from search.client import Client
from search.feeder import feed
from tests.search.documents import document


def figure(value: str, unit: str) -> Number:
    return Number(value=Decimal(value), unit=unit, text=value, start=0, end=1, base=Decimal(value), base_unit=unit)


DOCUMENTS = [
    document(
        "nbs:1",
        "关于开展全国数据资源调查的通知",
        "国家数据局、中央网信办、工业和信息化部、公安部联合开展。\nAI 很重要，增长25.41%。",
        themes=["数据要素"],
        publisher="国家统计局",
        document_number="国数资源〔2024〕5号",
    ),
    document(
        "sasac:2",
        "国资委召开“AI赋能 产业焕新”专题推进会",
        "会议强调，中央企业要发展人工智能，建设智能算力中心。提到中科曙光。",
        days=0.25,
        themes=["人工智能", "算力"],
        mentions=[("603019", "中科曙光")],
        column="sasac.policy",
    ),
    document(
        "cninfo:3",
        "中科曙光：2023年度业绩快报",
        "营业收入143.54亿元，同比增长10.35%。",
        days=5,
        kinds=("earnings_flash",),
        about=[("603019", "中科曙光")],
        facts=(
            Fact(
                kind="earnings_flash",
                company="603019",
                fields={"revenue": figure("14354000000", "元"), "revenue_change": figure("10.35", "%")},
            ),
        ),
    ),
    document(
        "cninfo:4",
        "新炬网络：关于以集中竞价交易方式回购股份的方案",
        "拟回购资金总额5,000.00万元至10,000.00万元，价格不超过34.58元/股。",
        days=0.5,
        kinds=("buyback",),
        about=[("605398", "新炬网络")],
        attachments=(Attachment(url="u", name="方案.pdf", media="pdf", outcome="read", sha256="0"),),
        facts=(
            Fact(
                kind="buyback",
                company="605398",
                fields={
                    "amount_min": figure("50000000", "元"),
                    "amount_max": figure("100000000", "元"),
                    "price_cap": figure("34.58", "元/股"),
                },
            ),
        ),
    ),
    document(
        "cninfo:5",
        "关于回购注销部分限制性股票的公告",
        "公司回购注销限制性股票，净利润同比下降。",
        days=-3,
        kinds=("restricted_stock",),
        facts=(
            Fact(kind="earnings_flash", company=None, fields={"net_profit_parent_change": figure("-63.1", "%")}),
        ),
    ),
    document(
        "miit:6",
        "印发《工业领域碳达峰碳中和标准体系建设指南》",
        "围绕5G、工业互联网、人工智能等加快标准研制。EMAIL: a@b.cn",
        days=2,
        companies=(
            CompanyTag(code=None, name="华为技术有限公司", role="mentioned", how="unlisted", spans=()),
        ),
    ),
]


@pytest.fixture
def filled(client: Client) -> Client:
    client.store.put_many(DOCUMENTS)
    feed(client.store, client.engine)
    return client


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", "cninfo:3 miit:6 cninfo:4 sasac:2 nbs:1 cninfo:5"),
        ("数据资源 source:nbs", "nbs:1"),
        ("数据资源 source:国家统计局", "nbs:1"),
        ("week:2024-W08 kind:buyback", "cninfo:4"),
        ("week:2024-W08 kind:回购", "cninfo:4"),
        ("回购 -限制性股票", "cninfo:4"),
        ("工信部", "nbs:1"),
        ("人工智能 -source:nbs", "sasac:2 miit:6"),
        ("AI", "sasac:2 miit:6 nbs:1"),
        ('"AI"', "sasac:2 miit:6 nbs:1"),  # the characters, wherever they stand: also in EMAIL
        ('"ai"', ""),
        ('"AI赋能 产业焕新"', "sasac:2"),
        ("“AI赋能 产业焕新”", "sasac:2"),
        ('"AI赋能产业焕新"', ""),
        ('"增长25.41%"', "nbs:1"),
        ('"会"', "sasac:2"),
        ('"的通知国家"', ""),
        ("5000.00", "cninfo:4"),
        ("5,000.00万元", "cninfo:4"),
        ("25.41%", "nbs:1"),
        ("MAIL", ""),
        ("email", "miit:6"),
        ("company:中科曙光", "cninfo:3 sasac:2"),
        ("company:603019 source:cninfo", "cninfo:3"),
        ("company:华为技术有限公司", "miit:6"),
        ("theme:算力", "sasac:2"),
        ("column:sasac.policy", "sasac:2"),
        ("publisher:统计局", "nbs:1"),
        ("docno:国数资源（2024）5号", "nbs:1"),
        ("docno:[2024]5号", "nbs:1"),
        ("from:2024-02-20 to:2024-02-23", "miit:6"),
        ("to:2024-02-18", "cninfo:5"),
        ("from:2024-02 to:2024年2月19日", "cninfo:4 sasac:2 nbs:1 cninfo:5"),
        ("has:fact -kind:buyback", "cninfo:3 cninfo:5"),
        ("has:attachment", "cninfo:4"),
        ("amount:>1亿", "cninfo:3"),
        ("amount:>=1亿", "cninfo:3 cninfo:4"),
        ("amount:5000万", "cninfo:4"),
        ("amount:6000万..9000万", ""),
        ("price:<=34.58元/股", "cninfo:4"),
        ("change:<-50%", "cninfo:5"),
        ("change:[0 TO *]", "cninfo:3"),
        ("数据 OR 回购", "cninfo:4 cninfo:5 nbs:1"),
        ("(数据 OR 回购) -kind:buyback", "cninfo:5 nbs:1"),
        ("-（数据 OR 回购 OR 人工智能）", "cninfo:3"),
        ("没有这个词", ""),
        ("——", "cninfo:3 miit:6 cninfo:4 sasac:2 nbs:1 cninfo:5"),
    ],
)
def test_queries(filled: Client, query: str, ids: str) -> None:
    answer = filled.search(query)
    assert sorted(hit.id for hit in answer.hits) == sorted(ids.split())
    assert answer.total == len(ids.split())


def test_without_words_the_newest_is_first(filled: Client) -> None:
    ids = [hit.id for hit in filled.search("week:2024-W08").hits]
    assert ids == ["cninfo:3", "miit:6", "cninfo:4", "sasac:2", "nbs:1"]


def test_subject_before_mention_title_before_body(filled: Client) -> None:
    assert [hit.id for hit in filled.search("company:中科曙光").hits] == ["cninfo:3", "sasac:2"]
    assert [hit.id for hit in filled.search("中科曙光").hits] == ["cninfo:3", "sasac:2"]
