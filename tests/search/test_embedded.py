"""The embedded engine's own promises: damage, older forms, other processes, sudden death."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from search.client import Client
from search.embedded import Embedded
from search.engine import EngineDown, IndexBroken
from search.feeder import feed
from search.project import project
from tests.search import killed
from tests.search.conftest import settings_of
from tests.search.documents import document


@pytest.fixture
def client(tmp_path: Path) -> Client:
    with Client(settings_of(tmp_path)) as opened:
        opened.store.put_many(document(f"nbs:{n}", f"第{n}号数据公告", "正文" * 50) for n in range(300))
        feed(opened.store, opened.engine)
        yield opened


def generation(folder: Path) -> Path:
    return folder / "index" / (folder / "index/current").read_text()


@pytest.mark.parametrize("damage", ["cut", "emptied", "garbage", "meta", "gone", "current", "folder", "form"])
def test_a_damaged_or_old_index_is_built_anew(client: Client, tmp_path: Path, damage: str) -> None:
    index = generation(tmp_path)
    largest = max(index.glob("*.*"), key=lambda path: path.stat().st_size)
    match damage:
        case "cut":
            os.truncate(largest, largest.stat().st_size // 2)
        case "emptied":
            for path in index.iterdir():
                os.truncate(path, 0)
        case "garbage":
            (index / "meta.json").write_text("{}")
        case "meta":
            (index / "meta.json").unlink()
        case "gone":
            for path in index.iterdir():
                path.unlink()
        case "current":
            (tmp_path / "index/current").write_text("nothing")
        case "folder":
            (tmp_path / "index/current").unlink()
            (tmp_path / "index/current").mkdir()
        case "form":
            (index / "form").write_text("0")
    with Client(settings_of(tmp_path)) as fresh:
        assert fresh.search("数据公告").total == 300
        fresh.store.put_many([document("nbs:new", "新的数据公告")])
        feed(fresh.store, fresh.engine)
        assert fresh.search("数据公告").total == 301


def test_random_damage_in_any_file_ends_in_the_right_answer(tmp_path: Path) -> None:
    """What a reader cannot tell from sound bytes, a process that writes finds before it reads anything."""
    with Client(settings_of(tmp_path)) as opened:
        opened.store.put_many(document(f"nbs:{n}", f"第{n}号数据公告", "正文" * 50) for n in range(30))
        feed(opened.store, opened.engine)
    index, current = generation(tmp_path), tmp_path / "index/current"
    whole = {path: path.read_bytes() for path in (*index.iterdir(), current) if path.stat().st_size}
    assert {".term", ".idx", ".pos", ".store", ".fast", ".fieldnorm", ".json"} <= {
        path.suffix for path in whole
    }
    draw = random.Random(5)
    for path, content in sorted(whole.items(), key=lambda pair: pair[0].suffix):
        kinds = [draw.randbytes(len(content)), b"\xff\xfe"]
        # Terms and stored documents are read last, when a question is half answered.
        for count in (1, 2, 5, 20, 50, 99) if path.suffix in (".term", ".store") else (20,):
            some = bytearray(content)
            for _ in range(count):
                some[draw.randrange(len(some))] = draw.randrange(256)
            kinds.append(bytes(some))
        for number, damaged in enumerate(kinds):
            index.mkdir(exist_ok=True)
            for each, kept in whole.items():
                each.write_bytes(kept)
            path.write_bytes(damaged)
            with Client(settings_of(tmp_path)) as fresh:
                if number > 1:
                    feed(fresh.store, fresh.engine)
                answers = [
                    fresh.search("数据公告", limit=30).total,
                    fresh.search('"号数据"', sort="time").total,
                    sum(value.count for value in fresh.facets("数据")["source"].values),
                    fresh.like("nbs:7").total + 1,
                ]
                assert answers == [30] * 4, (path.name, damaged[:2])


@pytest.mark.parametrize("suffix", [".term", ".idx", ".pos", ".store", ".fast", ".fieldnorm", ".del"])
def test_a_single_wrong_bit_in_any_file_is_found_by_the_next_process_that_writes(
    client: Client, tmp_path: Path, suffix: str
) -> None:
    client.store.put_many([document("nbs:7", "换了题目的数据公告", "正文" * 50)])
    assert not feed(client.store, client.engine).rebuilt
    path = next(generation(tmp_path).glob(f"*{suffix}"))
    content = bytearray(path.read_bytes())
    draw = random.Random(suffix)
    content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    path.write_bytes(content)
    with Client(settings_of(tmp_path)) as fresh:
        assert feed(fresh.store, fresh.engine).rebuilt == 300
        assert not feed(fresh.store, fresh.engine).changed


def test_damage_shows_when_it_is_written_to(client: Client, tmp_path: Path) -> None:
    (generation(tmp_path) / "meta.json").write_text("{}")
    with Client(settings_of(tmp_path)) as fresh:
        fresh.store.put_many([document("nbs:new", "新的数据公告")])
        assert feed(fresh.store, fresh.engine).rebuilt == 301
        assert fresh.engine.count() == 301


def test_without_an_index_there_is_nothing_to_ask(tmp_path: Path) -> None:
    with pytest.raises(IndexBroken):
        Embedded(tmp_path / "none").count()


def test_a_reader_sees_another_process_commit_and_rebuild(client: Client, tmp_path: Path) -> None:
    assert client.search("数据公告").total == 300
    script = (
        "import sys; from pathlib import Path; from search.client import Client; from search.feeder import feed\n"
        "from tests.search.conftest import settings_of; from tests.search.documents import document\n"
        f"client = Client(settings_of(Path({str(tmp_path)!r})))\n"
        "client.store.put_many([document('nbs:' + sys.argv[1], '新的数据公告')]); feed(client.store, client.engine)\n"
        "if sys.argv[2:]: client.rebuild()\n"
    )
    subprocess.run([sys.executable, "-c", script, "x"], check=True)
    assert client.search("数据公告").total == 301
    subprocess.run([sys.executable, "-c", script, "y", "rebuild"], check=True)
    assert client.search("数据公告").total == 302


def test_a_second_writer_waits_its_turn(client: Client, tmp_path: Path) -> None:
    other = Embedded(tmp_path / "index")
    with other._writing():
        client.store.put_many([document("nbs:x")])
        with pytest.raises(EngineDown, match="另一个进程"):
            feed(client.store, client.engine)
        waiting = client.store.waiting()
        with pytest.raises(EngineDown):
            feed(client.store, client.engine)
        assert client.store.waiting() == waiting  # since the first time
        assert (waiting.count, waiting.problem) == (1, "索引正由另一个进程写入，稍后再试")
        assert client.search("数据公告").total == 300  # reading goes on
    assert feed(client.store, client.engine).indexed == 1
    waiting = client.store.waiting()
    assert (waiting.count, waiting.oldest, waiting.problem, waiting.since) == (0, None, None, None)


def test_who_asks_while_another_process_builds_the_index_waits_for_it(client: Client, tmp_path: Path) -> None:
    (generation(tmp_path) / "meta.json").write_text("{}")
    builder = Embedded(tmp_path / "index")
    asked, found = threading.Event(), list[int]()

    def ask() -> None:
        with Client(settings_of(tmp_path)) as fresh:
            store = fresh.store
            fresh.engine.rebuild, real = (lambda store: (asked.set(), real(store))[1]), fresh.engine.rebuild
            found.append(fresh.search("数据公告").total)
            found.append(store.count())

    with builder._writing():
        thread = threading.Thread(target=ask)
        thread.start()
        assert asked.wait(20)  # it found the index damaged, and another at work
        built = Embedded(tmp_path / "other")
        built.rebuild(client.store)
        name = (tmp_path / "other/current").read_text()
        shutil.move(tmp_path / "other" / name, tmp_path / "index" / name)
        (tmp_path / "index/current").write_text(name)
    thread.join(20)
    assert found == [300, 300]
    assert (tmp_path / "index/current").read_text() == name  # not built a second time


def test_a_rebuild_that_does_not_end_is_not_waited_for(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.embedded._PATIENCE", 0.1)
    (generation(tmp_path) / "meta.json").write_text("{}")
    with (
        Embedded(tmp_path / "index")._writing(),
        Client(settings_of(tmp_path)) as fresh,
        pytest.raises(EngineDown, match="另一个进程"),
    ):
        fresh.search("数据公告")


def test_an_index_that_was_not_fed_says_so_and_is_brought_up_by_what_differs(
    client: Client, tmp_path: Path
) -> None:
    """As when a desk goes to a cluster and comes back: there is one outbox."""
    other = Client(settings_of(tmp_path), store=client.store)
    other.engine = Embedded(tmp_path / "other")
    other.engine.name = "other"
    client.store.put_many([document("nbs:new", "新的数据公告"), document("nbs:7", "换了题目的数据公告")])
    assert feed(client.store, other.engine).rebuilt == 301
    assert client.store.lag() == 0 and other.search("数据公告").notes == ()
    answer = client.search("数据公告")
    assert answer.total == 300 and "另一个索引（other）" in answer.notes[0]
    client.store.put_many([document("nbs:8", "后来的数据公告")])
    fed = feed(client.store, client.engine)
    assert (fed.mended, fed.indexed) == (3, 1)
    assert list(client.engine.stamps()) == list(client.store.stamps())
    assert client.search("数据公告").notes == ()
    assert feed(client.store, other.engine).mended == 1
    assert not feed(client.store, other.engine).changed
    other.engine.close()


def test_a_text_that_cannot_be_stored_as_unicode_is_refused_and_the_rest_goes_in(client: Client) -> None:
    entries = [project(document(f"nbs:{name}", "数据公告"), 1) for name in ("a", "b\ud800", "c")]
    assert [refusal.id for refusal in client.engine.index(entries)] == ["nbs:b\ud800"]
    assert client.engine.count() == 302


@pytest.mark.parametrize(
    "query",
    ["第2号数据公告", "正文 数据 OR 公告", '"号数据" 正文 -第3号', "source:nbs 公告 正文 第7号数据公告"],
)
def test_looking_words_up_scores_as_reading_them_through(
    client: Client, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    answers = []
    for cost in (0, 10**9):
        monkeypatch.setattr("search.embedded_query._LOOK_UP", cost)
        answers.append([(hit.id, hit.score) for hit in client.search(query, limit=50).hits])
    assert [id for id, _ in answers[0]] == [id for id, _ in answers[1]] != []
    assert [score for _, score in answers[0]] == pytest.approx([score for _, score in answers[1]], rel=1e-5)


def test_killed_at_any_instant_store_and_index_agree_after_the_next_feed(tmp_path: Path) -> None:
    draw = random.Random(3)
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.search.killed"])
    reached = 0
    for _ in range(50):
        told, telling = processes.Pipe(duplex=False)
        writer = processes.Process(target=killed.write, args=(tmp_path, reached, telling))
        writer.start()
        telling.close()
        for _ in range(draw.randrange(1, 12)):
            reached = told.recv()
        writer.join(draw.uniform(0, 0.08))  # somewhere in a transaction, a commit or between
        writer.kill()
        writer.join()
        with suppress(EOFError):
            while True:
                reached = told.recv()
        with Client(settings_of(tmp_path)) as client:
            assert (
                f"第{reached}号" in client.store.get(f"nbs:{reached % 60}").title
            )  # what was said is stored
            feed(client.store, client.engine)
            assert list(client.engine.stamps()) == list(client.store.stamps())
            assert client.store.lag() == 0
