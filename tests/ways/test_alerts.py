"""Saved searches: each new document once to each target, whatever the target, the index or the clock does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from loguru import logger

from cli import app
from pipeline.model import UserError
from search.client import Client
from search.store import Store
from search.watches import LEAST_WAIT, LONGEST_WAIT, Watches
from tests.search.documents import document
from tests.ways.conftest import Clock
from tests.ways.receivers import Webhook
from ways.deliver import LEASE, Delivered, deliver

HOUR = 3600


def put(client: Client, *ids: str, title: str = "人工智能政策", **more: object) -> None:
    client.store.put_many(document(id, title, **more) for id in ids)


def test_new_documents_are_sent_once_and_old_ones_never(
    client: Client, watches: Watches, hook: Webhook
) -> None:
    watches.add("ai", "人工智能", [hook.url()])
    put(client, "sasac:c1", "sasac:c2")
    put(client, "sasac:c3", title="别的事")
    assert deliver(client) == Delivered(seen=3, matched=2, messages=1, sent=2)
    assert deliver(client) == Delivered()
    assert hook.told() == [("sasac:c1", False), ("sasac:c2", False)]
    assert hook.messages[0]["title"] == "ai：2 份新文件"
    assert "https://sasac.example/c1" in hook.messages[0]["message"]


def test_an_update_is_no_new_document_but_may_make_one_match(
    client: Client, watches: Watches, hook: Webhook
) -> None:
    watches.add("ai", "人工智能", [hook.url()])
    put(client, "sasac:c1")
    put(client, "sasac:c2", title="尚无正文")
    deliver(client)
    put(client, "sasac:c1", body="改过的正文")
    put(client, "sasac:c2", title="尚无正文", body="关于人工智能")
    put(client, "sasac:c0", body="早就有的，又改了：人工智能")
    deliver(client)
    assert hook.told() == [("sasac:c1", False), ("sasac:c2", False)]


def test_a_copy_is_not_told_even_when_it_takes_the_lead(
    client: Client, watches: Watches, hook: Webhook
) -> None:
    watches.add("ai", "人工智能", [hook.url()])
    put(client, "sasac:c5", fingerprint="same")
    deliver(client)
    put(client, "nbs:t1", fingerprint="same", days=1)
    put(client, "nbs:t0", fingerprint="same", days=-1)
    deliver(client)
    assert client.store.duplicate_of("sasac:c5") == "nbs:t0"
    assert hook.counts() == {"sasac:c5": 1}


def test_the_index_has_no_part_in_it(client: Client, watches: Watches, hook: Webhook) -> None:
    watches.add("ai", "人工智能", [hook.url()])
    put(client, "sasac:c1")
    deliver(client)
    client.rebuild()
    put(client, "sasac:c2")
    deliver(client)
    client.rebuild()
    deliver(client)
    assert hook.counts() == {"sasac:c1": 1, "sasac:c2": 1}


def test_a_target_that_says_no_is_asked_again_until_it_takes_it(
    client: Client, watches: Watches, hook: Webhook, clock: Clock
) -> None:
    watches.add("ai", "人工智能", [hook.url("a"), hook.url("b")])
    put(client, "sasac:c1")
    hook.manners = lambda path: 503 if path == "/a" else "ok"
    waits = []
    for _ in range(8):
        assert deliver(client).failed == 1
        target = watches.all()[0].targets[0]
        waits.append(target.retry_at - clock.now)
        assert target.problem == "对方答复错误 503"
        assert deliver(client).failed == 0  # not before its time
        clock.now = target.retry_at
    assert waits == [LEAST_WAIT * 2**n for n in range(6)] + [LONGEST_WAIT] * 2
    hook.manners = lambda path: "ok"
    assert deliver(client).sent == 1
    assert hook.told("a") == [("sasac:c1", False)]  # surely not received before: no mark
    assert hook.told("b") == [("sasac:c1", False)]
    target = watches.all(counts=True)[0].targets[0]
    assert (target.problem, target.failures, target.counts) == (None, 0, {"sent": 1})


def test_a_target_that_is_off_is_told_when_it_is_back(
    client: Client, watches: Watches, hook: Webhook, clock: Clock
) -> None:
    watches.add("ai", "人工智能", [f"json://127.0.0.1:{_free_port()}/hook"])
    put(client, "sasac:c1")
    for _ in range(3):
        deliver(client)
        clock.now += 2 * HOUR
    target = watches.all(counts=True)[0].targets[0]
    assert (target.problem, target.failures, target.counts) == ("连不上对方", 3, {"due": 1})
    assert target.since is not None and target.since.timestamp() == clock.now - 6 * HOUR


def test_what_was_perhaps_received_is_repeated_once_and_marked(
    client: Client, watches: Watches, hook: Webhook, clock: Clock
) -> None:
    watches.add("ai", "人工智能", [hook.url()])
    put(client, "sasac:c1")
    hook.manners = lambda path: "die"
    for _ in range(5):
        deliver(client)
        clock.now += 2 * HOUR
    assert hook.told() == [("sasac:c1", False), ("sasac:c1", True)]
    assert watches.unsure("ai") == ["sasac:c1"]
    hook.manners = lambda path: "ok"
    assert deliver(client).sent == 0
    assert watches.resend("ai") == 1
    assert deliver(client).sent == 1
    assert hook.told()[2:] == [("sasac:c1", True)]
    assert watches.unsure("ai") == []


def test_many_documents_are_parted_into_messages(client: Client, watches: Watches, hook: Webhook) -> None:
    watches.add("ai", "人工智能", [hook.url()])
    put(client, *(f"sasac:c{n}" for n in range(1, 131)))
    assert deliver(client) == Delivered(seen=130, matched=130, messages=3, sent=130)
    assert set(hook.counts().values()) == {1} and len(hook.counts()) == 130


@pytest.mark.parametrize(
    ("digest", "now", "due"),
    [
        ("08:30", "2024-02-19 08:00", "2024-02-19 08:30"),
        ("08:30", "2024-02-19 08:30", "2024-02-20 08:30"),
        ("mon 07:00", "2024-02-19 08:00", "2024-02-26 07:00"),
        ("wed 07:00", "2024-02-19 08:00", "2024-02-21 07:00"),
    ],
)
def test_a_digest_is_on_time(
    client: Client, watches: Watches, hook: Webhook, clock: Clock, digest: str, now: str, due: str
) -> None:
    clock.now = _shanghai(now)
    watches.add("ai", "人工智能", [hook.url()], digest)
    put(client, "sasac:c1")
    deliver(client)
    put(client, "sasac:c2")
    clock.now = _shanghai(due) - 1
    deliver(client)
    assert hook.messages == []
    clock.now += 1
    deliver(client)
    assert hook.told() == [("sasac:c1", False), ("sasac:c2", False)]
    assert len(hook.messages) == 1


@pytest.mark.parametrize(
    ("before", "after", "due"),
    [
        ("mon 07:00", None, "2024-02-19 08:01"),
        ("mon 07:00", "08:30", "2024-02-19 08:30"),
        ("08:30", "tue 07:00", "2024-02-20 07:00"),
    ],
)
def test_what_waits_for_a_digest_goes_by_its_new_time(
    client: Client, watches: Watches, hook: Webhook, clock: Clock, before: str, after: str | None, due: str
) -> None:
    watches.add("other", "人工智能", [hook.url("other")], "08:45")
    watches.add("ai", "人工智能", [hook.url("ai")], before)
    put(client, "sasac:c1")
    deliver(client)
    clock.now += 1
    watches.add("ai", "人工智能", [hook.url("ai")], after)
    clock.now = _shanghai(due) - 1
    if after:
        deliver(client)
    assert hook.told("ai") == []
    clock.now += 1
    deliver(client)
    assert hook.told("ai") == [("sasac:c1", False)]
    assert hook.counts("other") == ({"sasac:c1": 1} if after == "tue 07:00" else {})


def test_a_digest_of_the_same_time_saved_again_is_put_off_no_further(
    client: Client, watches: Watches, hook: Webhook, clock: Clock
) -> None:
    watches.add("ai", "人工智能", [hook.url()], "08:30")
    put(client, "sasac:c1")
    deliver(client)
    clock.now = _shanghai("2024-02-19 09:00")  # nobody was there at 08:30
    watches.add("ai", "人工智能", [hook.url()], "08:30")
    deliver(client)
    assert hook.told() == [("sasac:c1", False)]


def test_a_broken_search_is_told_kept_and_caught_up(client: Client, watches: Watches, hook: Webhook) -> None:
    watches.add("ai", "人工智能", [hook.url()])
    _break(client, "ai")
    put(client, "sasac:c1")
    put(client, "sasac:c2", title="别的事")
    assert deliver(client).broken == 1
    assert "没有字段 nosuch" in (watches.all()[0].problem or "")
    put(client, "sasac:c3")
    deliver(client)
    assert hook.messages == []
    watches.add("ai", "人工智能", [hook.url()])
    assert deliver(client).broken == 0
    assert hook.counts() == {"sasac:c1": 1, "sasac:c3": 1}
    assert watches.all()[0].problem is None


def test_one_process_at_a_time_and_a_dead_one_holds_nobody_up(
    client: Client, watches: Watches, hook: Webhook
) -> None:
    watches.add("ai", "人工智能", [hook.url()])
    put(client, "sasac:c1")
    client.store.lease(LEASE, "another-machine:1:2", 60)
    assert deliver(client) == Delivered(elsewhere=True)
    client.store.release(LEASE, "another-machine:1:2")
    import socket

    client.store.lease(LEASE, f"{socket.gethostname()}:{2**22 - 1}:1", 60)
    assert deliver(client).sent == 1


def test_a_changed_search_keeps_what_was_sent(client: Client, watches: Watches, hook: Webhook) -> None:
    watches.add("ai", "人工智能", [hook.url("a")])
    put(client, "sasac:c1")
    deliver(client)
    watches.add("ai", "政策", [hook.url("a"), hook.url("b")])
    put(client, "sasac:c1", body="改过")
    deliver(client)
    assert (hook.counts("a"), hook.counts("b")) == ({"sasac:c1": 1}, {"sasac:c1": 1})
    assert watches.remove("ai") and not watches.remove("ai")
    put(client, "sasac:c9")
    assert deliver(client) == Delivered()
    assert watches.waiting(10) == []


@pytest.mark.parametrize(
    ("name", "query", "urls", "digest", "problem"),
    [
        ("", "人工智能", ["json://x"], None, "名称"),
        ("a b", "人工智能", ["json://x"], None, "名称"),
        ("a", "nosuch:1", ["json://x"], None, "没有字段"),
        ("a", "人工智能", [], None, "接收地址"),
        ("a", "人工智能", ["json://x"], "8:30", "08:30"),
        ("a", "人工智能", ["json://x"], "sunday 08:30", "08:30"),
    ],
)
def test_what_cannot_be_saved_is_refused(
    watches: Watches, name: str, query: str, urls: list[str], digest: str | None, problem: str
) -> None:
    with pytest.raises(UserError, match=problem):
        watches.add(name, query, urls, digest)
    assert watches.all() == []


def test_no_address_stands_in_a_log_or_a_problem(client: Client, watches: Watches, clock: Clock) -> None:
    lines: list[str] = []
    sink = logger.add(lines.append, level="TRACE")
    try:
        port = _free_port()
        urls = [
            f"json://user:sEcReT@127.0.0.1:{port}/kEyKeY?-token=tOkEn",
            "wecombot://",
            "env:ZHOUBAO_ALERT_NONE",
        ]
        watches.add("ai", "人工智能", urls)
        put(client, "sasac:c1")
        deliver(client)
    finally:
        logger.remove(sink)
    problems = [target.problem or "" for target in watches.all()[0].targets]
    text = "".join(lines) + "".join(problems)
    assert problems[0] == "连不上对方" and "用不了" in problems[1] and "没有设置" in problems[2]
    assert len(lines) == 3
    for secret in ("sEcReT", "kEyKeY", "tOkEn"):
        assert secret not in text


def _break(client: Client, name: str) -> None:
    """As when a field of the language was taken away."""
    from sqlalchemy import update

    from search.tables import watches as table

    with client.store.writing() as connection:
        connection.execute(update(table).where(table.c.name == name).values(query="nosuch:1"))


def _shanghai(text: str) -> float:
    from datetime import datetime

    from pipeline.model import SHANGHAI

    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp()


def _free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_by_hand_a_target_that_waits_for_its_next_try_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("data: data\n")
    command = ["--config", str(tmp_path / "config.yaml"), "watch"]
    CliRunner().invoke(app, [*command, "add", "ai", "人工智能", "--to", "json://127.0.0.1:1/x"])
    with Store(f"sqlite:///{tmp_path}/data/zhoubao.db") as store:
        store.put_many([document("sasac:c1", "人工智能政策")])
    for shown in ("命中 1，发出 0 条", "命中 0，发出 0 条"):
        run = CliRunner().invoke(app, [*command, "deliver"])
        assert run.exit_code == 1
        assert shown in run.output and "ai 的第 1 个接收地址：连不上对方，已试 1 次" in run.output
    run = CliRunner().invoke(app, [*command, "resend", "nosuch"])
    assert isinstance(run.exception, UserError) and "没有名为 nosuch 的检索" in str(run.exception)


def test_a_query_may_begin_with_a_minus(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("data: data\n")
    command = ["--config", str(tmp_path / "config.yaml")]
    for line in (
        ["watch", "add", "rest", "-机器人", "--to", "json://127.0.0.1:1/x"],
        ["export", "-机器人", "-o", str(tmp_path / "rest.csv")],
    ):
        run = CliRunner().invoke(app, [*command, *line])
        assert run.exit_code == 0, run.output


@pytest.mark.parametrize(("query", "told"), [("nosuch:1", "没有字段 nosuch"), ("*", "没有可以查的字")])
def test_a_search_that_cannot_be_run_is_not_saved(tmp_path: Path, query: str, told: str) -> None:
    (tmp_path / "config.yaml").write_text("data: data\n")
    config = ["--config", str(tmp_path / "config.yaml")]
    run = CliRunner().invoke(app, [*config, "watch", "add", "ai", query, "--to", "json://127.0.0.1:1/x"])
    assert isinstance(run.exception, UserError) and told in str(run.exception)
    listed = CliRunner().invoke(app, [*config, "watch", "list", "--json"])
    assert json.loads(listed.output) == []
