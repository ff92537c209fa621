"""`zhoubao serve` as a process of its own, on this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def serving(folder: Path, *more: str, **variables: str) -> Iterator[str]:
    """The address of a server with the config.yaml of a folder; its log is <folder>/serve.log, its number serve.pid."""
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": os.getcwd(), **variables}
    command = [
        sys.executable,
        "-m",
        "cli",
        "--config",
        str(folder / "config.yaml"),
        "serve",
        "--port",
        str(port),
    ]
    with (folder / "serve.log").open("ab") as log:
        process = subprocess.Popen([*command, *more], stderr=log, env=environment)
    (folder / "serve.pid").write_text(str(process.pid))
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 90
        while True:
            try:
                httpx.get(f"{url}/openapi.json")
                break
            except httpx.TransportError:
                assert process.poll() is None, (folder / "serve.log").read_text()
                assert time.monotonic() < until, "the server does not answer"
        yield url
    finally:
        process.terminate()
        process.wait(30)
