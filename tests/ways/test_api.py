"""The HTTP door: every answer is that of search and weekly, every mistake is a problem detail."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import weekly.issue
import weekly.render
from config import Elasticsearch, Search, Settings
from pipeline.companies_refresh import write_rows
from pipeline.companies_table import Company
from pipeline.tagger import document as tag
from pipeline.week import Week
from search.client import Client
from search.feeder import feed
from tests.ways import desk
from ways.app import create_app
from ways.ask import Desk


def get(http: TestClient, path: str, **params: Any) -> Any:
    answer = http.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


# ---------------------------------------------------------------- the same answers as search and weekly


def test_search_is_that_of_the_client(http: TestClient, desk_client: Client) -> None:
    for query in ("", "人工智能", "kind:buyback", "没有这样的词"):
        assert get(http, "/api/search", q=query) == _plain(desk_client.search(query))


def test_pages_follow_each_other(http: TestClient) -> None:
    first = get(http, "/api/search", limit=3, sort="time")
    second = get(http, "/api/search", limit=3, sort="time", after=first["next"])
    ids = [hit["id"] for page in (first, second) for hit in page["hits"]]
    assert len(set(ids)) == 5 and second["next"] is None and first["total"] == second["total"] == 5


def test_the_root_says_what_is_there(http: TestClient) -> None:
    answer = http.get("/")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    paths = http.get("/openapi.json").json()["paths"]
    assert all(f"{method.upper():7}{path}\n" in answer.text for path in paths for method in paths[path])
    assert "/mcp" in answer.text and "<" not in answer.text


def test_facets_histogram_and_suggestions(http: TestClient) -> None:
    assert get(http, "/api/facets", q="中科曙光", field="company") == {
        "company": {"total": 1, "values": [{"value": "603019", "shown": "中科曙光", "count": 2}]}
    }
    assert list(get(http, "/api/facets", field=["kind", "week"])) == ["kind", "week"]
    kinds = get(http, "/api/facets", field="kind", limit=1)["kind"]
    assert (kinds["total"], len(kinds["values"])) == (3, 1)
    assert get(http, "/api/histogram", by="day")[0] == {"bar": "2024-02-19", "count": 2}
    assert get(http, "/api/suggest", q="zksg")[0]["value"] == "603019"


def test_a_document_is_whole(http: TestClient, desk_client: Client) -> None:
    found = get(http, f"/api/documents/{desk.BUYBACK}")
    assert found == _plain(desk_client.shown(desk.BUYBACK))
    assert [origin["id"] for origin in found["origins"]] == [desk.BUYBACK]
    amount = found["facts"][0]["fields"]["amount_max"]
    assert found["body"][amount["start"] : amount["end"]] == amount["text"]


def test_facts_by_kind(http: TestClient) -> None:
    found = get(http, "/api/facts", kind="buyback")
    assert [one["document"] for one in found["documents"]] == [desk.BUYBACK]
    assert found["documents"][0]["facts"][0]["fields"]["price_cap"]["value"] == "42.50"
    assert get(http, "/api/facts", kind="buyback", q="from:2024-02-20")["documents"] == []
    flash = get(http, "/api/facts", kind="earnings_flash", q="company:603019", limit=1)
    assert flash["documents"][0]["document"] == "cninfo:1219000002"


def test_facts_are_those_of_their_document(tmp_path: Path) -> None:
    """Also where a figure is held against another document."""
    forecast = desk.article(
        "cninfo:1219000011",
        "中科曙光：2023年度业绩预告",
        "预计2023年度实现归属于上市公司股东的净利润为200,000万元至210,000万元，与上年同期相比，将增加。",
        -20,
        code="603019",
        company="中科曙光",
    )
    with desk.open_desk(tmp_path) as client:
        client.store.put_many([tag(forecast, (), desk.lexicon())])
        feed(client.store, client.engine)
        with TestClient(create_app(client), base_url="http://localhost") as http:
            (one,) = get(http, "/api/facts", kind="earnings_flash")["documents"]
            document = get(http, "/api/documents/cninfo:1219000002")
    assert one["facts"] == document["facts"]
    held = {check["name"]: check["ok"] for check in one["facts"][0]["checks"]}
    assert held["net_profit_parent in forecast"] is False


def test_a_week_and_its_files_are_those_of_the_weekly(
    http: TestClient, desk_client: Client, tmp_path: Path
) -> None:
    issue = weekly.issue.build(desk_client, Week(2024, 8), desk_client.settings, desk.lexicon())
    assert issue.filings, "the desk's week must not be empty"
    assert get(http, "/api/weeks/2024-W08") == _plain(issue)
    assert get(http, "/api/weeks/2024-W08/filings") == _plain(issue.filings)
    assert get(http, "/api/weeks/2024-W08/news") == _plain(issue.news)
    for form in ("md", "html", "json", "docx"):
        (file,) = weekly.render.write(issue, [form], tmp_path)
        assert http.get(f"/api/weeks/2024-W08/files/{form}").content == file.read_bytes()


def test_a_refreshed_company_table_counts_from_the_next_week_on(tmp_path: Path) -> None:
    with desk.open_desk(tmp_path) as client:
        asked = Desk(client)
        before = [asked.week("2024-W08").lexicon for _ in range(2)]
        companies = [Company(code="603019", exchange="SSE", board="主板", short="曙光新名")]
        write_rows(client.settings.data / "companies", companies, [])
        after = asked.week("2024-W08").lexicon
    assert before[0] == before[1] != after


def test_health_counts(http: TestClient) -> None:
    found = get(http, "/api/health")
    assert (found["documents"], found["waiting"], found["parked"], found["alerts"]) == (5, 0, 0, [])
    assert {source["source"] for source in found["sources"]} >= {"sasac", "cninfo"}


def test_an_unchanged_answer_is_not_sent_again(http: TestClient) -> None:
    for path in (
        "/api/search?q=人工智能",
        f"/api/documents/{desk.BUYBACK}",
        "/api/feed",
        "/api/weeks/2024-W08",
    ):
        first = http.get(path)
        again = http.get(path, headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
        assert (again.status_code, again.content) == (304, b"")
        assert http.get(path, headers={"If-None-Match": '"other"'}).content == first.content


# ---------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/api/search?q=nosuch:1", 422, "没有字段 nosuch"),
        ("/api/search?limit=0", 422, "limit：应不小于 1"),
        ("/api/search?limit=many", 422, "limit：应是整数"),
        ("/api/search?sort=size", 422, "sort：只能是 'relevance'、'time'"),
        ("/api/suggest?q=" + "a" * 101, 422, "q：太长，最多 100 个字"),
        ("/api/search?q=*", 422, "要查全部文件，查询留空"),
        ("/api/export?q=-*&form=csv", 422, "里面没有可以查的字"),
        ("/api/search?limt=5", 422, "没有参数 limt；可用的有 q、limit、sort、after"),
        ("/api/search?q=a&q=b", 422, "参数 q 写了几次；只能写一次"),
        ("/api/search?after=nonsense", 422, "游标 nonsense：不是上一页答复给出的"),
        ("/api/search?after=WzEsOTk5OTk5OTk5OTk5OTk5OTk5OTk5LCJhIiwxXQ", 422, "游标"),
        ("/api/search?after=WzAsMSwiYSIsOTk5OTk5OTk5OTk5OTld", 422, "游标"),
        ("/api/facets?field=body", 422, "field.0：只能是 'company'、"),
        ("/api/facts?kind=nosuch", 422, "kind：只能是 'buyback'、"),
        ("/api/facts", 422, "kind：没有给"),
        ("/api/documents/sasac:none", 404, "没有编号为 sasac:none 的文件"),
        ("/api/weeks/2024-W60", 422, "没有第 60 周"),
        ("/api/weeks/next", 422, "week：写法不对，应符合"),
        ("/api/weeks/2024-W08/prices", 422, "section：只能是 'news'、'filings'"),
        ("/api/export?form=pdf", 422, "form：只能是 "),
        ("/nothing", 404, "没有这个地址"),
    ],
)
def test_a_mistake_is_one_sentence(http: TestClient, path: str, status: int, told: str) -> None:
    answer = http.get(path)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert answer.status_code == problem["status"] == status
    assert told in problem["detail"] and "\n" not in problem["detail"]


def test_the_place_of_a_mistake_in_a_query(http: TestClient) -> None:
    problem = http.get("/api/search", params={"q": "人工智能 nosuch:1"}).json()
    assert (problem["start"], problem["end"]) == (5, 12)


def test_every_status_is_in_the_docs_and_where_it_may_come_in_the_openapi(http: TestClient) -> None:
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
    told = {int(status) for line in re.findall(r"^\| ([\d, ]+) \|", text, re.M) for status in line.split(",")}
    paths = http.get("/openapi.json").json()["paths"]
    for path in paths.values():
        for operation in path.values():
            statuses = {int(status) for status in operation["responses"]}
            assert statuses - {200, 204, 304} <= told
            assert statuses >= {401, 403, 405, 421, 422, 429, 503}


def test_another_method_is_named(http: TestClient) -> None:
    answer = http.post("/api/search")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_error_of_ours_tells_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with desk.open_desk(tmp_path) as client:
        monkeypatch.setattr(client, "suggest", lambda *_: 1 / 0)
        with TestClient(
            create_app(client), base_url="http://localhost", raise_server_exceptions=False
        ) as http:
            answer = http.get("/api/suggest?q=secret")
    assert answer.status_code == 500
    assert answer.json() == {
        "title": "Internal Server Error",
        "status": 500,
        "detail": "程序出错；日志里有记录",
    }


def test_a_cluster_that_is_down_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHOUBAO_ES_API_KEY", "kEyKeY")
    monkeypatch.setenv("ZHOUBAO_ES_URL", "http://127.0.0.1:1")
    monkeypatch.delenv("ZHOUBAO_ES_CA", raising=False)  # of the cluster that a parallel run shares
    search = Search(engine="elasticsearch", elasticsearch=Elasticsearch(timeout=1))
    with (
        Client(Settings(data=tmp_path, search=search)) as client,
        TestClient(create_app(client), base_url="http://localhost") as http,
    ):
        answer = http.get("/api/search?q=a")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert "kEyKeY" not in answer.text and answer.json()["status"] == 503
        assert http.get("/api/health").status_code == 200


# ---------------------------------------------------------------- saved searches


def test_saved_searches_are_kept_and_their_addresses_are_not_shown(http: TestClient) -> None:
    url = "json://user:sEcReT@127.0.0.1:1/kEy"
    assert http.put("/api/watches/ai", json={"query": "人工智能", "to": [url]}).status_code == 204
    answer = http.get("/api/watches")
    assert "sEcReT" not in answer.text and "kEy" not in answer.text
    assert answer.json()[0]["targets"][0]["shown"] == "json://127.0.0.1:1"
    for body, told in (
        ({"query": "nosuch:1", "to": [url]}, "没有字段"),
        ({"query": "a", "to": ["env:PATH"]}, "ZHOUBAO_ALERT_"),
        ({"query": "a", "to": [url], "digest": "noon"}, "08:30"),
        ({"query": "a", "to": [url], "more": 1}, "more：没有这一项"),
        ({"query": "a"}, "to：没有给"),
        ({"to": [url]}, "query：没有给"),
        ({"query": "a", "to": []}, "to：太少，至少 1 项"),
        ({"query": "a", "to": [1]}, "to.0：应是文字"),
        ({"query": "*", "to": [url]}, "里面没有可以查的字"),
        (["a"], "请求体：应是 JSON 对象"),
    ):
        bad = http.put("/api/watches/ai", json=body)
        assert bad.status_code == 422 and told in bad.json()["detail"]
        assert "sEcReT" not in bad.text
    bad = http.put("/api/watches/ai", content=b"{", headers={"Content-Type": "application/json"})
    assert (bad.status_code, bad.json()["detail"]) == (422, "请求体：不是合法的 JSON")
    unsaid = http.put("/api/watches/ai", content=b'{"query": "a"}', headers={"Content-Type": "text/plain"})
    assert (unsaid.status_code, unsaid.json()["detail"]) == (
        422,
        "请求体：应是 JSON 对象，并写明 Content-Type: application/json",
    )
    assert http.delete("/api/watches/ai").status_code == 204
    assert http.delete("/api/watches/ai").status_code == 404


def _plain(value: Any) -> Any:
    import msgspec

    return json.loads(msgspec.json.encode(value))
