"""The same query gives the same answer on both engines, over a few hundred random documents and queries."""

from __future__ import annotations

import random
import uuid
from pathlib import Path

import pytest

from benchmarks.search_same import compare, pair, queries
from search.elastic_engine import Elastic
from tests.search.conftest import drop
from tests.search.documents import document

WORDS = [
    "数据",
    "资源",
    "回购",
    "股份",
    "公告",
    "进展",
    "人工智能",
    "算力",
    "中心",
    "国家数据局",
    "董事会",
    "决议",
    "业绩快报",
    "5G",
    "AI",
    "2023年度",
    "净利润",
    "增长",
    "25.41%",
    "控股股东",
    "减持",
    "计划",
    "低空经济",
    "网络安全",
    "的",
    "关于",
    "第二次",
    "更正",
]


@pytest.mark.elasticsearch
@pytest.mark.usefixtures("on_elasticsearch")
def test_both_engines_answer_alike(tmp_path: Path) -> None:
    draw = random.Random(17)
    many = [
        document(
            f"{draw.choice(('cninfo', 'nbs', 'miit'))}:{n}",
            "".join(draw.choices(WORDS, k=draw.randrange(2, 7))),
            "，".join(draw.choices(WORDS, k=draw.randrange(0, 60))),
            days=draw.randrange(-3000, 30),
            kinds=(draw.choice(("news", "buyback", "other")),),
            themes=draw.sample(["人工智能", "算力", "低空经济"], draw.randrange(3)),
            about=[(f"60{draw.randrange(40):04}", "某公司")],
        )
        for n in range(400)
    ]
    embedded, cluster = pair(tmp_path, many, f"zhoubao-{uuid.uuid4().hex[:8]}")
    try:
        result = compare(embedded, cluster, queries([each.title for each in many], 80))
    finally:
        assert isinstance(cluster.engine, Elastic)
        drop(cluster.engine)
        cluster.close()
        embedded.close()
    exact = {name: result[name] for name in ("same_total", "same_facets", "same_histogram")}
    assert exact == dict.fromkeys(exact, 1)
    # Scores differ in their last digits, so documents of nearly equal score may change places.
    assert result["overlap_10"] >= 0.98
