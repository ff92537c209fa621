"""A small desk with tagged filings and news of 2024-W08, as the crawl would leave it. All synthetic."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from config import Api, Settings, Watch
from pipeline.model import SHANGHAI, Article, Document
from pipeline.tagger import Lexicon, document, load_lexicon
from search.client import Client
from search.feeder import feed

MONDAY = datetime(2024, 2, 19, 9, 30, tzinfo=SHANGHAI)
BUYBACK = "cninfo:1219000001"


@cache
def lexicon() -> Lexicon:
    return load_lexicon(None, None)


def article(id: str, title: str, body: str, days: int = 0, **more: str) -> Article:
    source = id.split(":")[0]
    return Article(
        id=id,
        source=source,
        column=f"{source}.{'filings' if source == 'cninfo' else 'news'}",
        url=f"https://{source}.example/{id.split(':')[1]}",
        title=title,
        published=MONDAY + timedelta(days=days),
        precision="minute",
        body=body,
        **more,
    )


@cache
def documents() -> tuple[Document, ...]:
    articles = (
        article(
            BUYBACK,
            "中科曙光：关于以集中竞价交易方式回购股份方案的公告",
            "回购资金总额：不低于人民币5,000万元（含），不超过人民币10,000万元（含）。\n"
            "回购股份的价格不超过人民币42.50元/股（含）。",
            code="603019",
            company="中科曙光",
        ),
        article(
            "cninfo:1219000002",
            "中科曙光：2023年度业绩快报公告",
            "公司实现营业总收入1,435,000.00万元，同比增长10.34%；"
            "归属于上市公司股东的净利润183,000.00万元，同比增长18.53%。",
            1,
            code="603019",
            company="中科曙光",
        ),
        article(
            "sasac:c30000001", "国资委召开中央企业人工智能专题推进会", "会议部署中央企业发展人工智能。", 0
        ),
        article("nbs:t20240220_1", "国家统计局：1月份数据发布", "=1+1 居民消费价格同比下降。", 1),
        article("nda:t20240221_1", "国家数据局就数据要素征求意见", "数据资源登记。数据要素市场化。", 2),
    )
    return tuple(document(one, (), lexicon()) for one in articles)


def open_desk(folder: Path, **api: object) -> Client:
    settings = Settings(data=folder, watch=Watch(codes=("603019",)), api=Api(**api))  # type: ignore[arg-type]
    client = Client(settings)
    client.store.put_many(documents())
    feed(client.store, client.engine)
    return client
