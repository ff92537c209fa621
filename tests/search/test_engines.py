"""Both engines, one behaviour: every test here runs on tantivy and on a real Elasticsearch."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pipeline.model import UserError
from search import cursor
from search.client import Client
from search.elastic_engine import Elastic
from search.feeder import feed
from search.store import Stamp
from tests.search.documents import WEEK, document


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
        ("工信部门", ""),  # 工信 / 部门
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
        ("docno:(2024)5号", "nbs:1"),
        ("docno:〈2024〉5号", "nbs:1"),
        ("company:603019.SH source:cninfo", "cninfo:3"),
        ("week：２０２４－Ｗ０８ Kind:buyback", "cninfo:4"),
        ("回购 && !限制性股票", "cninfo:4"),
        ("amount:≥1亿", "cninfo:3 cninfo:4"),
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
        ("price:<10", ""),  # earnings per share are no price
        ("price:>0", "cninfo:4"),
        ("change:<-50%", "cninfo:5"),
        ("change:[0 TO *]", "cninfo:3"),
        ("数据 OR 回购", "cninfo:4 cninfo:5 nbs:1"),
        ("(数据 OR 回购) -kind:buyback", "cninfo:5 nbs:1"),
        ("-（数据 OR 回购 OR 人工智能）", "cninfo:3"),
        ("kind:(NOT buyback)", "cninfo:3 cninfo:5 miit:6 nbs:1 sasac:2"),
        ("source:(nbs cninfo NOT sasac) kind:(news buyback -restricted_stock)", "cninfo:4 nbs:1"),
        ("theme:(人工智能 AND 算力)", "sasac:2"),
        ("theme:(数据要素 AND 算力)", ""),
        ("publisher:(国家 AND 统计局)", "nbs:1"),
        ("publisher:(国家 AND 数据局)", ""),
        ("amount:(>=5000万 AND <=1亿)", "cninfo:4"),
        ("kind:(buyback OR (news AND -news))", "cninfo:4"),
        ("公司：中科曙光", "cninfo:3 sasac:2"),
        ("公司:前三季度净利预增", ""),
        ("类型:（回购 OR 业绩快报）", "cninfo:3 cninfo:4"),
        ("主题:人工智能 来源：国资委", "sasac:2"),
        ("栏目:sasac.policy", "sasac:2"),
        ("title:数据资源", "nbs:1"),
        ("标题:AI赋能", "sasac:2"),
        ("title:公安部", ""),
        ("含:附件 金额>=1亿", "cninfo:4"),
        ("变动:<−50%", "cninfo:5"),
        ("没有这个词", ""),
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


def test_facets_leave_out_their_own_filter(filled: Client) -> None:
    facets = filled.facets("source:cninfo company:603019")
    counted = {field: [(each.value, each.count) for each in facet.values] for field, facet in facets.items()}
    assert counted == {
        "company": [("603019", 1), ("605398", 1)],
        "theme": [],
        "kind": [("earnings_flash", 1)],
        "source": [("cninfo", 1), ("sasac", 1)],
        "week": [("2024-W08", 1)],
    }
    assert facets["company"].values[0].shown == "中科曙光"


def test_facets_count_what_is_found(filled: Client) -> None:
    facets = filled.facets("回购", ["source", "kind"], most=1)
    assert [(each.value, each.count) for each in facets["source"].values] == [("cninfo", 2)]
    assert [(each.value, each.count) for each in facets["kind"].values] == [("buyback", 1)]
    assert (facets["source"].total, facets["kind"].total) == (1, 2)


def test_facets_say_how_many_values_there_are(client: Client) -> None:
    client.store.put_many(
        document(f"nbs:{n:02}", "回购", days=7 * n, kinds=(f"kind_{n}",), themes=[f"主题{n % 11}"])
        for n in range(13)
    )
    feed(client.store, client.engine)
    counted = {name: (facet.total, len(facet.values)) for name, facet in client.facets("回购").items()}
    assert counted == {
        "company": (0, 0),
        "theme": (11, 10),
        "kind": (13, 13),
        "source": (1, 1),
        "week": (13, 10),
    }
    more = client.facets("回购", ["week", "kind"], most=12)
    assert [(facet.total, len(facet.values)) for facet in more.values()] == [(13, 12), (13, 12)]


def test_histogram_shows_empty_days_too(filled: Client) -> None:
    assert filled.histogram("source:cninfo", by="day") == [
        ("2024-02-16", 1),
        ("2024-02-17", 0),
        ("2024-02-18", 0),
        ("2024-02-19", 1),
        ("2024-02-20", 0),
        ("2024-02-21", 0),
        ("2024-02-22", 0),
        ("2024-02-23", 0),
        ("2024-02-24", 1),
    ]
    assert filled.histogram("source:cninfo", by="week") == [("2024-W07", 1), ("2024-W08", 2)]
    assert filled.histogram("", by="month") == [("2024-02", 6)]
    assert filled.histogram("没有这个词") == []


def test_a_passage_points_into_the_stored_text(filled: Client) -> None:
    hit = filled.search("工信部").hits[0]
    body = filled.document(hit.id).body
    assert body[hit.passage.start : hit.passage.end] == hit.passage.text
    assert [body[start:end] for start, end in hit.passage.matches] == ["工业和信息化部"]


def test_a_document_that_was_replaced_is_counted_once(client: Client) -> None:
    """Rare words are the same on both engines, merged or not."""
    client.store.put_many(document(f"nbs:{n}", "数据公告", "算力" * (n % 2)) for n in range(30))
    feed(client.store, client.engine)
    assert client.engine.frequencies(["数据", "算力", "无"]) == [30, 15, 0]
    client.store.put_many(document(f"nbs:{n}", "数据新公告", "算力") for n in range(7))
    feed(client.store, client.engine)
    assert client.engine.frequencies(["数据", "算力", "无"]) == [30, 19, 0]


def test_more_like_this(client: Client) -> None:
    client.store.put_many(
        [
            document("nbs:1", "低空经济发展指导意见", "低空经济 通用航空 无人机 适航 空域管理"),
            document("nbs:2", "低空经济试点城市名单", "低空经济 空域管理 无人机 起降场 通用航空"),
            document("nbs:3", "低空经济一瞥", "天气很好 无人机"),
            document("nbs:4", "粮食产量数据公告", "夏粮 小麦 玉米 产量 播种面积"),
            document("nbs:5", "粮食收购价格", "小麦 玉米 收购 价格"),
        ]
    )
    feed(client.store, client.engine)
    assert client.like("nbs:1").hits[0].id == "nbs:2"
    assert {hit.id for hit in client.like("nbs:4").hits} == {"nbs:5"}


@pytest.mark.parametrize("sort", ["relevance", "time"])
@pytest.mark.parametrize("query", ["回购", "source:cninfo"])
def test_paging_gives_each_once_and_in_order(client: Client, query: str, sort: str) -> None:
    many = [
        document(f"cninfo:{n:03}", "关于回购股份的公告" + "进展" * (n % 3), "回购" * (n % 5), days=n % 11)
        for n in range(130)
    ]
    client.store.put_many(many)
    feed(client.store, client.engine)
    whole = client.search(query, limit=200, sort=sort)
    assert (whole.total, whole.next) == (130, None)
    pages, after = [], None
    while True:
        page = client.search(query, limit=17, sort=sort, after=after)
        assert page.total == 130
        pages += page.hits
        if page.next is None:
            break
        after = page.next
    assert [hit.id for hit in pages] == [hit.id for hit in whole.hits]
    assert len({hit.id for hit in pages}) == 130
    if sort == "time":
        assert [hit.published for hit in pages] == sorted((hit.published for hit in pages), reverse=True)


def test_paging_stands_still_while_documents_come_in(client: Client) -> None:
    client.store.put_many(document(f"nbs:{n:03}", "数据", days=n % 7) for n in range(60))
    feed(client.store, client.engine)
    page = client.search("source:nbs", limit=20)
    seen = [hit.id for hit in page.hits]
    while page.next is not None:
        client.store.put_many([document(f"nbs:x{len(seen)}", "数据", days=8)])
        feed(client.store, client.engine)
        page = client.search("source:nbs", limit=20, after=page.next)
        seen += [hit.id for hit in page.hits]
    assert len(seen) == len(set(seen)) == 60


def coming(client: Client, n: int, title: str = "回购" * 9) -> None:
    """A document that makes 回购 more common, and so moves every score."""
    client.store.put_many([document(f"miit:{n}", title, days=-900)])
    feed(client.store, client.engine)


def test_paging_by_relevance_stands_still_while_scores_move(client: Client) -> None:
    client.store.put_many(
        document(f"nbs:{n:03}", "回购" * (1 + n % 5) + "公告", "股份回购" * (n % 7), days=n % 3)
        for n in range(120)
    )
    feed(client.store, client.engine)
    before = [hit.id for hit in client.search("回购", limit=200).hits]
    page = client.search("回购", limit=10)
    seen = [hit.id for hit in page.hits]
    while page.next is not None:
        if len(seen) > 10 or not isinstance(client.engine, Elastic):  # whose view begins with the second page
            coming(client, len(seen))
        page = client.search("回购", limit=10, after=page.next)
        seen += [hit.id for hit in page.hits]
    assert seen == before


def test_a_cursor_of_another_process_goes_on_behind_the_last_one_shown(client: Client) -> None:
    client.store.put_many(document(f"nbs:{n:03}", "回购公告", days=n % 7) for n in range(60))
    feed(client.store, client.engine)
    before = [hit.id for hit in client.search("回购", limit=60).hits]
    page = client.search("回购", limit=10)
    seen = [hit.id for hit in page.hits]
    while page.next is not None:
        coming(client, len(seen))
        place = cursor.decode(page.next)
        assert place is not None
        with Client(client.settings, store=client.store) as other:
            page = other.search("回购", limit=10, after=cursor.encode(replace(place, pit=None)))
        seen += [hit.id for hit in page.hits]
    assert [id for id in seen if id in before] == before


def test_a_cursor_goes_on_where_its_last_document_is_gone(client: Client) -> None:
    client.store.put_many(document(f"nbs:{n:03}", "回购公告", days=n % 7) for n in range(30))
    feed(client.store, client.engine)
    whole = [hit.id for hit in client.search("回购", limit=30).hits]
    page = client.search("回购", limit=10)
    client.engine.delete([Stamp(page.hits[-1].id, 9, None)])
    following = client.search("回购", limit=30, after=page.next)
    assert [hit.id for hit in following.hits] == whole[10:]


def test_a_cursor_that_is_none_is_one_line(filled: Client) -> None:
    with pytest.raises(UserError, match="游标"):
        filled.search("回购", after="nonsense!")


def test_help_with_a_name_that_finds_nothing(filled: Client) -> None:
    answer = filled.search("company:中科署光")
    assert (answer.total, [each.query for each in answer.suggestions]) == (0, ["company:603019"])
    assert [each.query for each in filled.search("新距网络").suggestions] == ["company:605398"]
    full = filled.search("company:上海新炬网络信息技术股份有限公司")
    assert [each.query for each in full.suggestions] == ["company:605398"]
    assert filled.search("company:中科曙光").suggestions == ()


@pytest.mark.parametrize(
    ("query", "note", "meant"),
    [
        (
            "kind:buybak",
            "没有 kind:buybak 的文件；有的是 kind:news（要闻）、kind:buyback（股份回购）",
            "kind:buyback",
        ),
        ("kind:股份回够", "没有 kind:股份回够 的文件；有的是", "kind:buyback"),
        ("kind:pledge", "没有 kind:pledge 的文件；有的是", None),
        ("source:nbss 数据", "没有 source:nbss 的文件；有的是", "source:nbs 数据"),
        ("source:统计 数据", "没有 source:统计 的文件；有的是", "source:nbs 数据"),
        ("column:policy", "没有 column:policy 的文件；有的是", "column:sasac.policy"),
        ("theme:人工只能", "没有 theme:人工只能 的文件；有的是", "theme:人工智能"),
        ("theme:智能 会议", "没有 theme:智能 的文件；有的是", "theme:人工智能 会议"),
        ("theme:AI 会议", "没有 theme:AI 的文件；有的是", "theme:人工智能 会议"),
        ("to:2024-02-19 回购 from:2024-02-23", "from:2024-02-23 晚于 to:2024-02-19，两天写反了", None),
        ("& 区块链 回购", "没有含「区块链」的文件", None),  # what has no letters is not looked for
        ("sh603019 快报", "没有含「sh603019」的文件", "company:603019 快报"),
        ("company:曙光 kind:回购", "公司表里没有「曙光」，已按文字检索", "company:603019"),
        ("company:曙光信息产业股份有限公司", "公司表里没有「曙光信息产业股份有限公司」", "company:603019"),
        ("公司:署光", "公司表里没有「署光」，已按文字检索", None),
        ("公司:中科署光 快报", "公司表里没有「中科署光」，已按文字检索", "company:603019 快报"),
        ("company:苏宁易购", "公司表里没有「苏宁易购」，已按文字检索；名称相近的有 ST易购 002024、", None),
        ("company:完全不同", "公司表里没有「完全不同」，已按文字检索；可写代码、简称、全称或曾用名", None),
        ("来源:统计", "没有 source:统计 的文件；有的是", "source:nbs"),
        ("金额:超1亿元", "「金额:超1亿元」已按文字检索：amount 的值应像 1亿", None),
        ("type:回购", "没有含「type:回购」的文件；没有字段 type", None),
        (
            "2024-02-19",
            "没有含「2024-02-19」的文件；查这一天的文件写 from:2024-02-19 to:2024-02-19",
            "from:2024-02-19 to:2024-02-19",
        ),
        (
            "2024年2月21日 碳达峰",
            "没有含「2024年2月21日」的文件；查这一天",
            "from:2024年2月21日 to:2024年2月21日 碳达峰",
        ),
        ("2024-W07 回购", "没有含「2024-W07」的文件；查这一周的文件写 week:2024-W07", "week:2024-W07 回购"),
        ("company:贵州茅台", "没有提到贵州茅台（600519）的文件", None),
        ("week:2023-W08 回购", "没有 week:2023-W08 的文件", None),
        ("回购 区块链 amount:>1万亿", "没有含「区块链」的文件", None),
    ],
)
def test_what_finds_nothing_is_named_with_what_is_there(
    filled: Client, query: str, note: str, meant: str | None
) -> None:
    answer = filled.search(query)
    assert answer.total == 0
    assert answer.notes[0].startswith(note)
    queries = [each.query for each in answer.suggestions]
    assert (queries[0] if queries else None) == meant
    assert len({query.partition(":")[0] for query in queries}) <= 1  # of the part that is wrong alone
    assert all(filled.search(each).total for each in queries)


def test_a_company_that_the_table_lacks_is_looked_for_in_the_text(filled: Client) -> None:
    answer = filled.search("company:曙光 快报")
    assert [hit.id for hit in answer.hits] == ["cninfo:3"]
    assert answer.notes[0].startswith("公司表里没有「曙光」，已按文字检索")
    assert [each.query for each in answer.suggestions] == ["company:603019 快报"]
    assert "曙光" in [answer.hits[0].title[start:end] for start, end in answer.hits[0].title_matches]
    assert [hit.id for hit in filled.search("company:公安部").hits] == ["nbs:1"]
    assert filled.search("-company:公安部").total == 5
    assert filled.search('company:"。"').total == 0


def test_a_value_that_nothing_has_is_named_beside_hits(filled: Client) -> None:
    assert filled.search("回购 -kind:restricted_stok").notes[0].startswith("没有 kind:restricted_stok 的文件")
    assert filled.search("source:(nbs OR sasca)").notes[0].startswith("没有 source:sasca 的文件")
    assert filled.search("回购 -kind:pledge source:(nbs OR cninfo)").notes == ()  # known, so no mistake


def test_an_empty_store_is_called_so(client: Client) -> None:
    assert client.search("回购 kind:buybak").notes == ("库中还没有文件",)


def test_an_empty_or_late_index_is_not_called_an_empty_store(client: Client) -> None:
    feed(client.store, client.engine)
    client.store.put_many(WEEK[:3])
    waiting = client.store.lag()
    assert client.search("数据").notes == (
        "索引是空的，文档库里有 3 份文件：请运行 zhoubao reindex",
        f"另有 {waiting} 份等待进入索引，暂时检索不到；见 zhoubao health",
    )
    feed(client.store, client.engine)
    assert client.search("数据").notes == ()


def test_after_a_rebuild_nothing_waits(client: Client) -> None:
    client.store.put_many(WEEK)
    assert client.store.lag() > 0
    assert client.rebuild() == 6
    assert (client.store.lag(), client.engine.count()) == (0, 6)


def test_facets_show_chinese_names(filled: Client) -> None:
    facets = filled.facets("")
    shown = {field: {each.value: each.shown for each in facet.values} for field, facet in facets.items()}
    assert shown["kind"]["buyback"] == "股份回购"
    assert shown["source"]["nbs"] == "国家统计局"
    assert shown["theme"]["人工智能"] == "人工智能"


def test_changes_and_copies_reach_the_index(client: Client) -> None:
    store = client.store
    store.put_many([document("cninfo:2", "回购公告", fingerprint="f", days=1)])
    feed(store, client.engine)
    store.put_many([document("cninfo:1", "回购公告", fingerprint="f")])  # the earlier one takes its place
    feed(store, client.engine)
    answer = client.search("回购")
    assert [(hit.id, hit.copies) for hit in answer.hits] == [("cninfo:1", ("cninfo:2",))]
    store.put_many([document("cninfo:1", "增持公告", fingerprint="g")])
    feed(store, client.engine)
    assert [hit.id for hit in client.search("回购").hits] == ["cninfo:2"]
    assert [hit.id for hit in client.search("增持").hits] == ["cninfo:1"]
    assert client.engine.count() == 2


@pytest.mark.parametrize("order", [("sse", "cninfo", "eastmoney"), ("eastmoney", "cninfo", "sse")])
def test_a_filing_on_three_sites_is_one_hit_found_under_each(client: Client, order: tuple[str]) -> None:
    for site in order:
        client.store.put_many(
            [document(f"{site}:9", "关于回购股份的公告", code="600000", kinds=("buyback",))]
        )
        feed(client.store, client.engine)
    for query in ("回购股份", *(f"回购股份 source:{site}" for site in order), "column:cninfo.main 回购股份"):
        answer = client.search(query)
        assert [(hit.id, hit.copies) for hit in answer.hits] == [("sse:9", ("cninfo:9", "eastmoney:9"))], (
            query
        )
    assert client.engine.count() == 1
    found = {value.value: value.count for value in client.facets("回购股份")["source"].values}
    assert found == {"sse": 1, "cninfo": 1, "eastmoney": 1}
    assert client.rebuild() == 1
    assert [hit.id for hit in client.search("source:eastmoney 回购股份").hits] == ["sse:9"]


def test_a_missing_index_is_built_from_the_store_when_asked(client: Client) -> None:
    client.store.put_many(WEEK)
    assert client.search("工信部").total == 1  # before anything was fed
    assert client.engine.count() == len(WEEK)


def test_rebuilding_gives_the_same_answers(client: Client) -> None:
    client.store.put_many(WEEK)
    feed(client.store, client.engine)
    before = client.search("回购 OR 人工智能")
    assert client.rebuild() == len(WEEK)
    assert [hit.id for hit in client.search("回购 OR 人工智能").hits] == [hit.id for hit in before.hits]
