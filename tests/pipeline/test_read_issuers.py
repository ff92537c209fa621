"""Lists of companies: what of a row is kept, and what is no list."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from crawlers.sources import load_sources
from pipeline.model import SHANGHAI, Listing, Page
from pipeline.read import ReadError, read_list


def companies(column: str, body: str | bytes, url: str = "") -> Listing:
    known = load_sources()["companies"].column(f"companies.{column}")
    data = body.encode() if isinstance(body, str) else body
    page = Page(
        url=url or known.url,
        status=200,
        headers={},
        body=data,
        fetched_at=datetime(2026, 11, 26, tzinfo=SHANGHAI),
    )
    return read_list(page, known.layout)


def test_a_row_of_a_list_of_companies_that_cannot_be_read_is_told_and_the_others_count() -> None:
    rows = [
        {"code": "600111", "zwjc": "甲辰股份", "orgId": "gssh0600111", "category": "A股", "pinyin": "jcgf"},
        {"code": "00700", "zwjc": "某某控股", "orgId": "1", "category": "H股", "pinyin": "x"},
        {
            "code": "600112",
            "zwjc": "一个长得不像简称的名称占了别的栏目",
            "orgId": "2",
            "category": "A股",
            "pinyin": "x",
        },
        {"code": "600113", "zwjc": "乙巳重工", "orgId": "3", "category": "A股", "pinyin": "x", "plate": "sh"},
    ]
    found = companies("cninfo", json.dumps({"stockList": rows}))
    assert [(i.code, i.short, i.org_id) for i in found.issuers] == [
        ("600111", "甲辰股份", "gssh0600111"), ("600113", "乙巳重工", "3"),
    ]  # fmt: skip
    told = "\n".join(found.problems)
    for words in (
        "unknown category H股",
        "'00700' is not a stock code",
        "is no short name",
        "unknown key plate",
    ):
        assert words in told


def test_of_a_company_with_both_shares_the_one_asked_for_is_read() -> None:
    row = {
        "A_STOCK_CODE": "600111",
        "B_STOCK_CODE": "900911",
        "SEC_NAME_CN": "甲辰股份",
        "FULL_NAME": "甲辰股份有限公司",
    }
    answer = json.dumps({"result": [row], "pageHelp": {"pageNo": 1, "pageCount": 1, "total": 1}})
    for kind, code in (("1", "600111"), ("2", "900911")):
        url = f"https://query.sse.com.cn/sseQuery/commonQuery.do?STOCK_TYPE={kind}"
        assert [i.code for i in companies("sse_main", answer, url).issuers] == [code]


@pytest.mark.parametrize(
    ("column", "body", "outcome"),
    [
        ("cninfo", "<html><body>503</body></html>", "not_json"),
        ("cninfo", '{"list": []}', "bad_shape"),
        ("sse_main", '{"result": []}', "bad_shape"),
        ("bse", "null([])", "bad_shape"),
        ("szse_a", "<html><body>维护中</body></html>", "bad_shape"),
        ("szse_a", "代码\t名称\n000001\t平安银行", "bad_shape"),
        ("szse_short", "变更日期\t证券代码\t原名\n2024-01-02\t000001\t深发展A", "bad_shape"),
    ],
)
def test_what_is_no_list_of_companies_is_named(column: str, body: str, outcome: str) -> None:
    with pytest.raises(ReadError) as refused:
        companies(column, body)
    assert refused.value.outcome == outcome
