"""A gateway between a client and the real server, which can be told to misbehave as an overloaded cluster does."""

from __future__ import annotations

import json
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, bytes]
# Gets path and body; None lets the request through, bytes let other bytes through in its place.
Behave = Callable[[str, bytes], Answer | bytes | None]


class Proxy:
    """`url` is plain HTTP on loopback; `calls` are the paths asked for."""

    def __init__(self, upstream: str, ca: str) -> None:
        self.behave: Behave = lambda path, body: None
        self.calls: list[str] = []
        proxy = self
        trusted = ssl.create_default_context(cafile=ca)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                proxy.calls.append(self.path)
                answer = proxy.behave(self.path, body)
                if isinstance(answer, tuple):
                    self.reply(*answer, "application/vnd.elasticsearch+json;compatible-with=8")
                    return
                sent = body if answer is None else answer
                ask = urllib.request.Request(upstream + self.path, data=sent or None, method=self.command)
                for name in ("Content-Type", "Accept", "Authorization"):
                    if name in self.headers:
                        ask.add_header(name, self.headers[name])
                try:
                    with urllib.request.urlopen(ask, context=trusted, timeout=60) as real:
                        self.reply(real.status, real.read(), real.headers["Content-Type"] or "")
                except urllib.error.HTTPError as error:
                    self.reply(error.code, error.read(), error.headers["Content-Type"] or "")

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_any

            def reply(self, status: int, body: bytes, media: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", media)
                self.send_header("X-Elastic-Product", "Elasticsearch")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def busy(path: str, body: bytes) -> Answer | None:
    """429 for every bulk."""
    error = {"type": "es_rejected_execution_exception", "reason": "queue is full"}
    return (429, json.dumps({"error": error, "status": 429}).encode()) if "_bulk" in path else None


def bulk_items(body: bytes) -> list[list[bytes]]:
    """The items of a bulk: action and source, or a delete alone."""
    items: list[list[bytes]] = []
    lines = iter(body.splitlines(keepends=True))
    for line in lines:
        items.append([line] if b'"delete"' in line[:12] else [line, next(lines)])
    return items
