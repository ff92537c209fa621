"""Parses files in worker processes with limits of memory and time.

A file that hangs the parser or eats memory kills its worker and costs that one file: it ends as
`timeout_parse` or `killed`, and the next file gets a new worker. The crawl goes on meanwhile.

A worker reads one framed request after the other from its standard input and answers on its
standard output. It sets itself an alarm before each file, so that it ends in time even when the
parser is stuck in native code, and even when the process that started it is gone.
"""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable

import msgspec

from pipeline.model import Extract

_LENGTH = struct.Struct(">I")
PARSER = "pipeline.attachments:extract"
_GRACE = 5.0  # seconds after the worker's own alarm until it is killed from outside
_decode_job = msgspec.msgpack.Decoder(tuple[bytes, bool])
_decode_extract = msgspec.msgpack.Decoder(Extract)


class Pool:
    """At most `size` workers, started when first needed. `parse` names what the workers run."""

    def __init__(
        self,
        *,
        seconds: float,
        memory: int,
        size: int | None = None,
        parse: str = PARSER,
    ) -> None:
        self._limits = (str(seconds), str(memory), parse)
        self._seconds = seconds
        self._free: asyncio.LifoQueue[_Worker | None] | None = None
        self._size = size or max(1, min(4, (os.cpu_count() or 1) - 1))
        self._workers: set[_Worker] = set()

    async def extract(self, data: bytes, *, tables: bool = False) -> Extract:
        """Text of one file; never raises for what is in it."""
        if self._free is None:
            self._free = asyncio.LifoQueue()
            for _ in range(self._size):
                self._free.put_nowait(None)
        worker = await self._free.get()
        try:
            if worker is None:
                worker = await _Worker.start(self._limits)
                self._workers.add(worker)
            found, alive = await worker.extract(data, tables, self._seconds + _GRACE)
            if not alive:
                self._workers.discard(worker)
                worker = None
            return found
        finally:
            self._free.put_nowait(worker)

    async def close(self) -> None:
        for worker in self._workers:
            await worker.end()
        self._workers.clear()


class _Worker:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, limits: tuple[str, str, str]) -> _Worker:
        pipe = asyncio.subprocess.PIPE
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "crawlers.pool", *limits, stdin=pipe, stdout=pipe
            )
        )

    async def extract(self, data: bytes, tables: bool, seconds: float) -> tuple[Extract, bool]:
        """What came of it, and whether the worker lives on."""
        try:
            answer = await asyncio.wait_for(self._ask(msgspec.msgpack.encode((data, tables))), seconds)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
            return _lost("timeout_parse", "the parser did not end in time"), False
        except (asyncio.IncompleteReadError, ConnectionError):
            code = await self._process.wait()
            if code == -signal.SIGALRM:
                return _lost("timeout_parse", "the parser did not end in time"), False
            return _lost("killed", f"the parser ended with code {code}"), False
        return _decode_extract.decode(answer), True

    async def _ask(self, job: bytes) -> bytes:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        stdin.write(_LENGTH.pack(len(job)) + job)
        await stdin.drain()
        (length,) = _LENGTH.unpack(await stdout.readexactly(_LENGTH.size))
        return await stdout.readexactly(length)

    async def end(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()


def _lost(outcome: str, detail: str) -> Extract:
    return Extract(media="unknown", outcome=outcome, detail=detail)


# ---------------------------------------------------------------- inside the worker


def work(seconds: float, memory: int, parse: Callable[..., Extract]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the crawl, which ends its workers
    answers = os.dup(1)
    os.dup2(2, 1)  # whatever a parser prints must not get between the answers
    jobs, out = sys.stdin.buffer, os.fdopen(answers, "wb")
    while head := jobs.read(_LENGTH.size):
        data, tables = _decode_job.decode(jobs.read(_LENGTH.unpack(head)[0]))
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            found = parse(data, tables=tables)
        except MemoryError:
            found = _lost("killed", f"the parser needed more than {memory} bytes")
        signal.setitimer(signal.ITIMER_REAL, 0)
        answer = msgspec.msgpack.encode(found)
        out.write(_LENGTH.pack(len(answer)) + answer)
        out.flush()


def main() -> None:
    from pkgutil import resolve_name

    seconds, memory, parse = sys.argv[1:]
    work(float(seconds), int(memory), resolve_name(parse))


if __name__ == "__main__":
    main()
