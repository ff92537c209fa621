"""Atom: valid, with ids that never change and the time of each change."""

from __future__ import annotations

from pathlib import Path

import feedparser
from starlette.testclient import TestClient

from config import Settings
from search.client import Client
from search.feeder import feed
from search.store import Store
from tests.search.documents import document
from tests.ways import desk
from ways.feed import feed as atom


def test_a_feed_is_valid_atom(http: TestClient, desk_client: Client) -> None:
    answer = http.get("/api/feed", params={"q": "中科曙光"})
    assert answer.headers["content-type"] == "application/atom+xml"
    feed = feedparser.parse(answer.content)
    assert not feed.bozo and feed.version == "atom10"
    assert feed.feed.title == "周报：中科曙光"
    assert [entry.id for entry in feed.entries] == [
        "tag:zhoubao,2024:cninfo:1219000002",
        "tag:zhoubao,2024:cninfo:1219000001",
    ]
    entry = feed.entries[1]
    assert (entry.published, entry.link) == ("2024-02-19T01:30:00Z", "https://cninfo.example/1219000001")
    stored = desk_client.store.stored_at([desk.BUYBACK])[desk.BUYBACK]
    assert entry.updated == stored.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert feed.feed.updated == max(entry.updated for entry in feed.entries)
    assert ("buyback", "股份回购") in [(tag.term, tag.label) for tag in entry.tags]
    assert entry.author == "巨潮资讯"


def test_an_entry_keeps_its_id_and_tells_its_change(tmp_path: Path) -> None:
    now = 1_708_300_800.0
    with (
        Store(f"sqlite:///{tmp_path}/zhoubao.db", clock=lambda: now) as store,
        Client(Settings(data=tmp_path), store=store) as client,
    ):
        first, second = [], []
        for entries, body in ((first, "一\x01<&"), (second, "二")):
            store.put_many([document("sasac:c1", "标题<b>", body)])
            feed(store, client.engine)
            entries += feedparser.parse(atom(client, "", "http://localhost/api/feed", 10)).entries
            now += 3600
    assert first[0].id == second[0].id == "tag:zhoubao,2024:sasac:c1"
    assert (first[0].updated, second[0].updated) == ("2024-02-19T00:00:00Z", "2024-02-19T01:00:00Z")
    assert first[0].published == second[0].published


def test_an_empty_feed_says_until_when_there_was_nothing(tmp_path: Path) -> None:
    now = 1_708_300_800.0
    with (
        Store(f"sqlite:///{tmp_path}/zhoubao.db", clock=lambda: now) as store,
        Client(Settings(data=tmp_path), store=store) as client,
    ):

        def updated() -> str:
            found = feedparser.parse(atom(client, "没有这样的词", "http://localhost/api/feed", 10))
            assert not found.bozo and found.entries == []
            return str(found.feed.updated)

        assert updated() == "2024-02-19T00:00:00Z"
        store.put_many([document("sasac:c1", "标题")])
        feed(store, client.engine)
        now += 3600
        assert updated() == "2024-02-19T00:00:00Z"
        store.put_many([document("sasac:c2", "标题")])
        assert updated() == "2024-02-19T01:00:00Z"
