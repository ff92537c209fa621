"""A killed process neither loses an alert nor sends one a third time."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from search.watches import Watches
from tests.search.documents import document
from tests.ways.alerts_trial import open_client, start_child, trial
from tests.ways.receivers import webhook
from ways.deliver import deliver


def test_killed_at_any_instant_every_document_comes(tmp_path: Path) -> None:
    came = trial(tmp_path, documents=300, searches=6, kills=8)
    assert came.due == 900
    assert (came.lost, came.wrong) == (0, 0), came
    assert came.once + came.repeated + came.unsure >= came.due
    assert came.once > came.repeated and came.by_killed > 0


def test_killed_while_the_target_has_it_it_is_repeated_once_and_marked(tmp_path: Path) -> None:
    start = time.time()
    with webhook() as hook, open_client(tmp_path, start) as client:
        Watches(client.store).add("ai", "", [hook.url()])
        client.store.put_many([document("sasac:c1"), document("sasac:c2", "另一份")])
        for _ in range(2):
            process = start_child(tmp_path, start)

            def kill(path: str, process: subprocess.Popen[str] = process) -> str:
                process.kill()
                return "die"

            hook.manners = kill
            process.wait(60)
        hook.manners = lambda path: "ok"
        assert deliver(client).sent == 0
        assert hook.told() == [(id, mark) for mark in (False, True) for id in ("sasac:c1", "sasac:c2")]
        assert Watches(client.store).unsure("ai") == ["sasac:c1", "sasac:c2"]
