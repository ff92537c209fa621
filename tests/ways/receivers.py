"""Receivers of alerts on this machine: a webhook that can misbehave, and a mail server."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_ID = re.compile(r"^(（可能已发过）)?[^\n]*\n[^\n]*\[([^\]\s]+)\]$", re.M)


def told(text: str) -> list[tuple[str, bool]]:
    """Ids in a message, and whether each is marked as perhaps sent before."""
    return [(found[2], bool(found[1])) for found in _ID.finditer(text)]


class Webhook:
    """`manners(path)` says what to do: ok, a status, or `die`: to take the message and hang up without a word."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.manners: Callable[[str], str | int] = lambda path: "ok"
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                manner = webhook.manners(self.path)
                if isinstance(manner, int):
                    self.send_response(manner)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                webhook.messages.append(json.loads(body) | {"path": self.path})
                if manner == "die":
                    self.close_connection = True
                    return
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, path: str = "hook") -> str:
        return f"json://127.0.0.1:{self.port}/{path}"

    def counts(self, path: str = "hook") -> Counter[str]:
        """How often each document was told at a path."""
        return Counter(id for id, _ in self.told(path))

    def told(self, path: str = "hook") -> list[tuple[str, bool]]:
        return [one for m in self.messages if m["path"] == f"/{path}" for one in told(m["message"])]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def webhook() -> Iterator[Webhook]:
    server = Webhook()
    try:
        yield server
    finally:
        server.close()
