"""Small documents for tests of the store and the engines; all of them synthetic."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from pipeline.model import SHANGHAI, Attachment, CompanyTag, Document, Fact, Number, ThemeTag

MONDAY = datetime(2024, 2, 19, 9, 0, tzinfo=SHANGHAI)


def document(id: str = "sasac:c1", title: str = "国资委召开会议", body: str = "", **more: Any) -> Document:
    """`days` moves it from Monday of 2024-W08; `about` and `mentions` are (code, name); `themes` are names."""
    days = more.pop("days", 0)
    tags = [
        CompanyTag(code=code, name=name, role=role, how="short", spans=())
        for role, key in (("subject", "about"), ("mentioned", "mentions"))
        for code, name in more.pop(key, ())
    ]
    themes = tuple(ThemeTag(name=n, rule=n, strength=1.0, spans=()) for n in more.pop("themes", ()))
    source = id.split(":")[0]
    given: dict[str, Any] = {
        "source": source,
        "column": f"{source}.main",
        "url": f"https://{source}.example/{id.split(':')[1]}",
        "published": MONDAY + timedelta(days=days),
        "precision": "day",
        "kinds": ("news",),
        "companies": tuple(tags),
        "themes": themes,
    }
    return Document(id=id, title=title, body=body, **(given | more))


def figure(value: str, unit: str) -> Number:
    return Number(
        value=Decimal(value), unit=unit, text=value, start=0, end=1, base=Decimal(value), base_unit=unit
    )


# A small week of all kinds of documents.
WEEK = [
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
                fields={
                    "revenue": figure("14354000000", "元"),
                    "revenue_change": figure("10.35", "%"),
                    "eps": figure("1.26", "元/股"),
                },
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
            Fact(
                kind="earnings_flash", company=None, fields={"net_profit_parent_change": figure("-63.1", "%")}
            ),
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
