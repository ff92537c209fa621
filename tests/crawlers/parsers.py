"""Parsers that misbehave, for the pool: what a hostile file does to a real one."""

from __future__ import annotations

import os
import signal
import sys
import time

from pipeline.model import Extract


def extract(data: bytes, *, tables: bool = False) -> Extract:
    if data == b"hang":
        signal.pthread_sigmask(signal.SIG_BLOCK, [])
        while True:
            time.sleep(60)
    if data == b"spin":
        while True:
            pass
    if data == b"deaf":
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        while True:
            time.sleep(60)
    if data == b"eat":
        held = []
        while True:
            held.append(bytearray(1 << 24))
    if data == b"crash":
        os.abort()
    if data == b"leave":
        sys.stdout.write("noise on the answers' pipe\n")
        sys.stdout.flush()
    return Extract(media="pdf", outcome="read", text=f"{os.getpid()} {len(data)} {tables}")
