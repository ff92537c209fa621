"""The store: one truth, whatever the order, however it ended."""

from __future__ import annotations

import itertools
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from pipeline.model import Attachment
from search.ledger import this_process
from search.store import Store, StoreError
from search.tables import metadata
from tests.search.documents import MONDAY, document
from tests.search.postgres import Postgres, programs


class Clock:
    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    if programs() is None:
        pytest.skip("no PostgreSQL is installed")
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/data/zhoubao.db"
    return str(request.getfixturevalue("postgres").database())


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[Store]:
    with Store(url, clock=clock) as opened:
        yield opened


def put(store: Store, *many: object) -> list[str]:
    return [store.put(d, run=None, page_url=d.url) for d in many]


def test_a_document_comes_back_as_it_went_in(store: Store) -> None:
    original = document(title="关于回购股份的公告", body="正文\n第二段", about=[("300624", "万兴科技")])
    assert put(store, original) == ["stored"]
    assert store.get(original.id) == original
    assert store.get("sasac:none") is None


def test_unchanged_writes_only_the_ledger(store: Store) -> None:
    run = store.start_run("sasac", "hourly")
    outcomes = [store.put(document(), run=run, page_url="u", archive="a.warc.gz#1") for _ in range(3)]
    assert outcomes == ["stored", "unchanged", "unchanged"]
    assert [v.number for v in store.versions("sasac:c1")] == [1]
    assert store.lag() == 1
    assert store.outcomes(run) == {"unchanged": 2, "stored": 1}
    assert [page.outcome for page in store.pages("sasac:c1")] == outcomes
    assert store.pages("sasac:c1")[0].archive == "a.warc.gz#1"


def test_changed_content_is_a_new_version_and_the_old_one_stays(store: Store) -> None:
    assert put(store, document(body="一"), document(body="二")) == ["stored", "updated"]
    assert store.get("sasac:c1").body == "二"
    assert store.get("sasac:c1", version=1).body == "一"
    assert [(row.document_id, row.version) for row in store.pending(10)] == [("sasac:c1", 1), ("sasac:c1", 2)]


def test_an_incomplete_copy_never_replaces_a_complete_one(store: Store) -> None:
    challenged = Attachment(url="u", name="n", media="html", outcome="challenge", sha256="")
    bad = document(body="only the page", attachments=(challenged,))
    assert put(store, document(body="page and file"), bad) == ["stored", "unchanged"]
    assert store.get("sasac:c1").body == "page and file"


def test_seen_means_committed_and_complete(store: Store) -> None:
    blocked = Attachment(url="u", name="n", media="html", outcome="not_pdf", sha256="")
    put(store, document("sasac:c1"), document("sasac:c2", attachments=(blocked,)))
    assert store.seen(["sasac:c1", "sasac:c2", "sasac:c3"]) == {"sasac:c1"}
    assert store.seen(f"sasac:x{n}" for n in range(2000)) == set()


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_first_of_copies_does_not_depend_on_the_order_of_arrival(store: Store, order: tuple[int]) -> None:
    copies = [
        document("cninfo:2", fingerprint="f", days=1),
        document("cninfo:1", fingerprint="f", days=1),
        document("cninfo:3", fingerprint="f", days=2),
    ]
    put(store, *(copies[n] for n in order))
    assert [store.duplicate_of(f"cninfo:{n}") for n in (1, 2, 3)] == [None, "cninfo:1", "cninfo:1"]
    assert [d.id for d in store.documents()] == ["cninfo:1"]
    assert store.copies(["cninfo:1", "cninfo:2"]) == {"cninfo:1": ["cninfo:2", "cninfo:3"]}
    assert store.count() == 1
    assert [s.id for s in store.stamps()] == ["cninfo:1"]


def test_a_copy_is_named_duplicate_and_waits_for_no_index(store: Store) -> None:
    first, second = document("cninfo:1", fingerprint="f"), document("cninfo:2", fingerprint="f")
    assert put(store, first, second, second) == ["stored", "duplicate", "unchanged"]
    assert [row.document_id for row in store.pending(10)] == ["cninfo:1"]


def test_a_first_that_changes_sets_its_copies_free(store: Store) -> None:
    put(store, document("cninfo:1", fingerprint="f"), document("cninfo:2", fingerprint="f"))
    put(store, document("cninfo:3", fingerprint="f"))
    store.done([row.seq for row in store.pending(10)])
    assert put(store, document("cninfo:1", fingerprint="g", body="更正后")) == ["updated"]
    assert [store.duplicate_of(f"cninfo:{n}") for n in (1, 2, 3)] == [None, None, "cninfo:2"]
    assert {row.document_id for row in store.pending(10)} == {"cninfo:1", "cninfo:2"}


def test_empty_fingerprints_are_no_copies(store: Store) -> None:
    assert put(store, document("cninfo:1"), document("cninfo:2")) == ["stored", "stored"]


SITES = {
    "sse:600000_1": {"published": MONDAY + timedelta(hours=9)},
    "cninfo:1219": {},
    "eastmoney:AN1": {"fingerprint": "portal"},
}


def filing(id: str, title: str = "关于回购股份的公告", **more: object) -> object:
    given = {"code": "600000", "company": "某某科技", "kinds": ("buyback",), "fingerprint": "text"}
    return document(id, title, **(given | SITES.get(id, {}) | more))


@pytest.mark.parametrize("order", list(itertools.permutations(SITES)))
def test_a_filing_on_three_sites_is_one_whatever_the_order(store: Store, order: tuple[str]) -> None:
    put(store, *(filing(id) for id in order))
    assert [d.id for d in store.documents()] == ["sse:600000_1"]
    assert {row.document_id for row in store.pending(99)} <= {*SITES}
    assert store.copies(SITES) == {"sse:600000_1": ["cninfo:1219", "eastmoney:AN1"]}
    assert [[o.id for o in store.origins(id)] for id in SITES] == [[*SITES]] * len(SITES)
    (standing,) = store.stream()
    assert standing.elsewhere == (("cninfo", "cninfo.main"), ("eastmoney", "eastmoney.main"))


def test_a_first_whose_sites_grow_is_told_to_the_index_again(store: Store) -> None:
    put(store, filing("sse:600000_1"))
    store.done([row.seq for row in store.pending(9)])
    put(store, filing("cninfo:1219"))
    assert [row.document_id for row in store.pending(9)] == ["sse:600000_1"]


def test_the_copy_stands_while_the_exchange_lacks_its_file(store: Store) -> None:
    blocked = Attachment(url="u", name="n", media="html", outcome="challenge", sha256="")
    lacking = filing("sse:600000_1", attachments=(blocked,), fingerprint="")
    assert put(store, lacking, filing("cninfo:1219")) == ["stored", "stored"]
    assert [d.id for d in store.documents()] == ["cninfo:1219"]
    assert [(o.id, o.complete) for o in store.origins("cninfo:1219")] == [
        ("sse:600000_1", False),
        ("cninfo:1219", True),
    ]
    assert put(store, filing("sse:600000_1")) == ["updated"]
    assert [d.id for d in store.documents()] == ["sse:600000_1"]


def test_a_second_filing_of_one_title_parts_what_the_title_had_joined(store: Store) -> None:
    put(store, filing("sse:600000_1", fingerprint="a"), filing("cninfo:1219", fingerprint="b"))
    assert store.duplicate_of("cninfo:1219") == "sse:600000_1"
    store.done([row.seq for row in store.pending(9)])
    put(store, filing("cninfo:1220", fingerprint="a"))
    assert [store.duplicate_of(f"cninfo:{n}") for n in (1219, 1220)] == [None, "sse:600000_1"]
    assert [row.document_id for row in store.pending(9)] == ["cninfo:1219"]


def test_many_at_once_are_joined_as_one_by_one(store: Store) -> None:
    many = [filing(id) for id in SITES] + [filing("cninfo:7", code="600001", fingerprint="7")]
    assert store.put_many(many) == {"stored": 2, "duplicate": 2}
    assert {d.id for d in store.documents()} == {"sse:600000_1", "cninfo:7"}


def test_one_document_twice_among_many_is_two_versions(store: Store) -> None:
    changed = [document("nbs:1", "旧"), document("nbs:2", fingerprint="b"), document("nbs:1", "新")]
    assert store.put_many(changed) == {"stored": 2, "updated": 1}
    assert [version.number for version in store.versions("nbs:1")] == [1, 2]
    assert store.get("nbs:1").title == "新"


def test_a_correction_points_to_what_it_corrects(store: Store) -> None:
    put(
        store,
        filing("sse:1", "某某科技2022年年度报告", fingerprint="1", days=-300),
        filing("sse:2", "某某科技2023年年度报告", fingerprint="2", days=-3),
        filing("cninfo:2", "2023年年度报告", fingerprint="2", days=-3),
        filing("sse:3", "关于2023年年度报告的更正公告", fingerprint="3"),
        filing("sse:4", "2023年年度报告（更正后）", fingerprint="4"),
        filing("sse:5", "关于2021年年度报告的更正公告", fingerprint="5"),
    )
    assert [store.corrects(f"sse:{n}") for n in range(1, 6)] == [None, None, "sse:2", "sse:2", None]
    assert [store.corrected_by(f"sse:{n}") for n in range(1, 4)] == [[], ["sse:3", "sse:4"], []]


def test_a_store_of_the_form_before_is_brought_up(url: str, clock: Clock) -> None:
    with Store(url, clock=clock) as store:
        put(store, *(filing(id) for id in SITES), document("nbs:1", fingerprint="x"))
        put(store, document("miit:1", fingerprint="x", days=1))
        wanted = [store.duplicate_of(id) for id in (*SITES, "nbs:1", "miit:1")]
        store.done([row.seq for row in store.pending(99)])
        with store.writing() as connection:  # as the form before had it: each stands alone
            for name in ("number", "name", "correction"):
                connection.exec_driver_sql(f"DROP INDEX documents_by_{name}")
            connection.exec_driver_sql(
                "UPDATE documents SET duplicate_of = NULL, fingerprint = id WHERE kinds <> ' news '"
            )
            for name in ("number", "named", "day", "corrects"):
                connection.exec_driver_sql(f"ALTER TABLE documents DROP COLUMN {name}")
            connection.exec_driver_sql("UPDATE meta SET value = '1' WHERE key = 'schema'")
    for _ in range(2):
        with Store(url, clock=clock) as store:
            assert [store.duplicate_of(id) for id in (*SITES, "nbs:1", "miit:1")] == wanted
            assert {row.document_id for row in store.pending(99)} == {"cninfo:1219", "eastmoney:AN1"}
            assert store.copies(SITES) == {"sse:600000_1": ["cninfo:1219", "eastmoney:AN1"]}


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 2), st.sampled_from(["", "f", "g"]))))
def test_every_fingerprint_has_one_first_whatever_happens(changes: list[tuple[int, int, str]]) -> None:
    with Store("sqlite://") as store:
        now: dict[str, object] = {}
        for n, days, fingerprint in changes:
            now[f"cninfo:{n}"] = document(f"cninfo:{n}", days=days, fingerprint=fingerprint)
            put(store, now[f"cninfo:{n}"])
        for fingerprint in {d.fingerprint for d in now.values()}:
            group = [d for d in now.values() if d.fingerprint == fingerprint]
            alone = {d.id for d in group if store.duplicate_of(d.id) is None}
            first = min(group, key=lambda d: (d.published, d.id)).id
            assert alone == ({first} if fingerprint else {d.id for d in group})
        # Whatever stands alone now, and did not at its last word to the index, waits in the outbox.
        assert {d for d in now if store.duplicate_of(d) is None} <= {r.document_id for r in store.pending(99)}


def test_documents_are_streamed_in_a_stable_order(store: Store) -> None:
    many = [
        document(f"nbs:{n:04}", days=n % 7, kinds=("news", "x") if n % 2 else ("xx",)) for n in range(1200)
    ]
    assert store.put_many(many) == {"stored": 1200}
    ids = [d.id for d in store.documents()]
    assert ids == [d.id for d in sorted(many, key=lambda d: (d.published, d.id))]
    assert [d.id for d in store.documents(after_id=ids[699])] == ids[700:]
    assert [d.id for d in store.documents(limit=3)] == ids[:3]
    since, until = MONDAY + timedelta(days=2), MONDAY + timedelta(days=3)
    assert {d.published for d in store.documents(since=since, until=until)} == {since}
    assert {d.kind for d in store.documents(kind="x")} == {"news"}
    assert list(store.documents(source="miit")) == []


def test_outbox_parks_and_settles(store: Store) -> None:
    put(store, document("nbs:1"), document("nbs:2"), document("nbs:1", body="new"))
    one, two, again = store.pending(10)
    store.park(one.seq, "too large")
    assert [r.reason for r in store.parked()] == ["too large"]
    assert store.lag() == 2
    store.done([two.seq, again.seq])
    assert (store.pending(10), store.parked(), store.lag()) == ([], [], 0)


def test_a_newer_refusal_outlives_an_older_success(store: Store) -> None:
    put(store, document("nbs:1"), document("nbs:1", body="new"))
    old, new = store.pending(10)
    store.park(new.seq, "refused")
    store.done([old.seq])
    assert [r.seq for r in store.parked()] == [new.seq]


def test_a_newer_refusal_takes_the_place_of_an_older(store: Store) -> None:
    put(store, document("nbs:1"), document("nbs:1", body="new"), document("nbs:2", fingerprint="b"))
    old, new, other = store.pending(10)
    for row in (other, old, new):
        store.park(row.seq, f"refused {row.seq}")
    assert [r.reason for r in store.parked()] == [f"refused {new.seq}", f"refused {other.seq}"]


def test_after_everything_was_sent_the_refusals_are_those_of_that_time(store: Store) -> None:
    put(store, document("nbs:1"), document("nbs:2", fingerprint="b"), document("nbs:3", fingerprint="c"))
    first, second, third = store.pending(10)
    store.park(first.seq, "too large")
    store.park_only({"nbs:2": "too long"})
    assert [(r.document_id, r.reason) for r in store.parked()] == [("nbs:2", "too long")]
    assert [r.seq for r in store.pending(10)] == [second.seq, third.seq]
    store.park_only({})
    assert store.parked() == []


def test_leases(store: Store, clock: Clock) -> None:
    assert store.lease("nbs", "a", 60)
    assert not store.lease("nbs", "b", 60)
    assert store.lease("nbs", "a", 60)
    store.release("nbs", "b")
    assert not store.lease("nbs", "b", 60)
    clock.now += 61
    assert store.lease("nbs", "b", 60)
    store.release("nbs", "b")
    assert store.lease("nbs", "a", 60)


def test_a_lease_of_a_process_that_has_ended_is_taken_over(store: Store) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    host = this_process().split(":")[0]
    assert store.lease("nbs", f"{host}:{ended.pid}:1", 600)
    assert store.lease("nbs", this_process(), 600)
    assert not store.lease("nbs", "another-machine:1:2", 600), "this process lives"
    assert store.lease("sse", "another-machine:1:2", 600)
    assert not store.lease("sse", this_process(), 600), "of other machines nothing is known"


def test_runs_of_dead_processes_are_closed(store: Store, url: str) -> None:
    script = f"from search.store import Store; Store({url!r}).start_run('nbs', 'hourly')"
    subprocess.run([sys.executable, "-c", script], check=True)
    mine = store.start_run("nbs", "hourly")
    states = [(run.state, run.ended is None) for run in store.last_runs("nbs", 5)]
    assert states == [(None, True), ("killed", False)]
    store.end_run(mine, "trouble", "3 challenge pages")
    assert store.last_runs("nbs", 1)[0].reason == "3 challenge pages"


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "zhoubao.db").write_bytes(b"not a database at all, " * 100)
    with pytest.raises(StoreError) as caught:
        Store(f"sqlite:///{tmp_path}/zhoubao.db")
    assert "无法打开" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("url", ["nonsense", "mysterious://x", ""])
def test_a_bad_url_is_one_line(url: str) -> None:
    with pytest.raises(StoreError, match=r"store\.url"):
        Store(url)


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    import sqlite3

    url = f"sqlite:///{tmp_path}/zhoubao.db"
    Store(url).close()
    with sqlite3.connect(tmp_path / "zhoubao.db") as raw:
        raw.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    with pytest.raises(StoreError, match="99"):
        Store(url)


def test_two_processes_write_at_once(store: Store, url: str) -> None:
    script = (
        "import sys; from search.store import Store; from tests.search.documents import document\n"
        f"store = Store({url!r})\n"
        "for n in range(40): store.put(document(f'nbs:{sys.argv[1]}{n}', fingerprint=f'f{n}'), run=None, page_url='u')"
    )
    started = [subprocess.Popen([sys.executable, "-c", script, name]) for name in "ab"]
    assert [process.wait(60) for process in started] == [0, 0]
    assert store.count() == 40
    assert store.lag() >= 40


def test_the_tables_are_postgresql_too() -> None:
    made = [str(CreateTable(table).compile(dialect=postgresql.dialect())) for table in metadata.sorted_tables]
    assert any("BIGSERIAL" in sql for sql in made)
    assert 'id VARCHAR COLLATE "C" NOT NULL' in next(sql for sql in made if "CREATE TABLE documents" in sql)
    index = next(i for i in metadata.tables["documents"].indexes if i.name == "documents_first")
    assert "WHERE" in str(CreateIndex(index).compile(dialect=postgresql.dialect()))


def test_a_page_of_the_store_is_read_without_looking_at_all_of_it(tmp_path: Path) -> None:
    """SQLite must neither sort what stands on its own nor find it through the index of copies."""
    asked: list[tuple[str, tuple[object, ...]]] = []
    with Store(f"sqlite:///{tmp_path}/zhoubao.db") as store:
        put(store, *(document(f"nbs:{n}", f"第{n}号") for n in range(3)))

        @event.listens_for(store._read, "before_cursor_execute")
        def note(_c: object, _k: object, statement: str, values: tuple[object, ...], *_: object) -> None:
            asked.append((statement, values))

        assert len(list(store.stream())) == len(list(store.stamps())) == len(list(store.documents())) == 3
        assert len(store.alone(["nbs:1", "nbs:2"])) == 2
    with sqlite3.connect(tmp_path / "zhoubao.db") as raw:
        for statement, values in asked:
            plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
            if not statement.startswith("SELECT DISTINCT"):  # the copies of a page's documents
                assert not any("TEMP B-TREE" in step or "documents_by_first" in step for step in plan), plan
