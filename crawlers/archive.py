"""What was fetched, as WARC: every exchange is a response and a request record, so POSTs replay.

`Archive` writes one file a run. It is called `NAME.warc.gz.part` until it is closed with a record
that counts what is in it; a file that lacks this record, or stops inside one, is cut and `Replay`
refuses it. `mend` turns what a killed run left behind into a whole file again.
"""

from __future__ import annotations

import hashlib
import io
import json
import uuid
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.client import responses as reasons
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urldefrag, urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.model import UserError

SOFTWARE = "zhoubao"
PART = ".part"
_END = "zhoubao:end"
_BLOCK = 1 << 16
# Set by the connection, not by the content: the archived body is already free of them.
_HOP_HEADERS = {"transfer-encoding", "connection", "keep-alive"}


class ReplayError(UserError):
    """A file that cannot be replayed; the message is one line for the analyst."""


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, the body as it came over the wire (perhaps compressed)."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    method: str = "GET"
    request_headers: tuple[tuple[str, str], ...] = ()
    request_body: bytes = b""

    def content(self) -> bytes:
        """The body without its compression. Raises ReplayError."""
        coding = next((value for name, value in self.headers if name.lower() == "content-encoding"), "")
        if coding.lower() not in ("gzip", "x-gzip", "deflate"):
            return self.body
        try:
            return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(self.body)
        except zlib.error as error:
            raise ReplayError(f"{self.url}：存档的内容无法解压（{error}）") from None


def key(method: str, url: str, body: bytes) -> str:
    """What a request is found by: method, URL without fragment, digest of the body."""
    return f"{method} {urldefrag(url).url} {hashlib.sha1(body, usedforsecurity=False).hexdigest()}"


class Archive:
    """Writes exchanges; each is flushed, so that a killed process loses at most the last.

    `facts` say what was asked for (`mode`, `first_day`, `last_day`), so that a replay asks the same.
    """

    def __init__(
        self, path: Path, *, name: str | None = None, facts: Mapping[str, str] | None = None
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.name = name or path.name
        self.written = 0
        self._part = path.with_name(path.name + PART)
        self._file = self._part.open("wb")
        self._writer = WARCWriter(self._file, gzip=True, warc_version="WARC/1.1")
        self._records = 0
        fields = {"software": SOFTWARE, "format": "WARC File Format 1.1", **(facts or {})}
        self._note("warcinfo", "", "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode())

    def write(self, exchange: Exchange) -> str:
        """Returns where the exchange is: `file.warc.gz@offset`."""
        place = f"{self.name}@{self._file.tell()}"
        response = self._record(
            "response",
            exchange.url,
            exchange.body,
            exchange.fetched_at,
            _http(f"{exchange.status} {reasons.get(exchange.status, 'Unknown')}", exchange.headers),
        )
        path = urlsplit(exchange.url)
        target = (path.path or "/") + (f"?{path.query}" if path.query else "")
        request = self._record(
            "request",
            exchange.url,
            exchange.request_body,
            exchange.fetched_at,
            _http(f"{exchange.method} {target} HTTP/1.1", exchange.request_headers, request=True),
        )
        request.rec_headers.replace_header(
            "WARC-Concurrent-To", response.rec_headers.get_header("WARC-Record-ID")
        )
        self._writer.write_record(response)
        self._writer.write_record(request)
        self.written += 1
        return place

    def close(self, **facts: object) -> Path:
        """Writes the closing record and gives the file its name."""
        if not self._file.closed:
            body = json.dumps({"exchanges": self.written, **facts}, ensure_ascii=False, sort_keys=True)
            self._note("metadata", _END, body.encode())
            self._file.close()
            self._part.rename(self.path)
        return self.path

    def _note(self, kind: str, url: str, body: bytes) -> None:
        self._writer.write_record(self._record(kind, url, body, datetime.fromtimestamp(0, UTC), None))

    def _record(
        self, kind: str, url: str, body: bytes, at: datetime, http: StatusAndHeaders | None
    ) -> ArcWarcRecord:
        # Ids follow from the place in the file, so that the same exchanges make the same bytes.
        self._records += 1
        name = uuid.uuid5(uuid.NAMESPACE_URL, f"{self.name}:{self._records}")
        moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        headers = {"WARC-Date": moment, "WARC-Record-ID": f"<urn:uuid:{name}>"}
        return self._writer.create_warc_record(
            url, kind, io.BytesIO(body), len(body), warc_headers_dict=headers, http_headers=http
        )


def _http(line: str, headers: Iterable[tuple[str, str]], *, request: bool = False) -> StatusAndHeaders:
    kept = [(name, value) for name, value in headers if name.lower() not in _HOP_HEADERS]
    return StatusAndHeaders(line, kept, protocol="" if request else "HTTP/1.1", is_http_request=request)


class Replay:
    """An archive as a server: `take` gives what a request was answered, in the order it was.

    The whole file is read and checked once; bodies stay on disk. Raises ReplayError when the file
    is missing, cut, damaged, or not one that this program wrote.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        self._given: defaultdict[str, int] = defaultdict(int)
        self.hosts: set[str] = set()
        self.facts: dict[str, str] = {}  # what the run that wrote it was asked for
        self.made_at: datetime | None = None  # of the first exchange
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise ReplayError(f"{path}：无法打开回放文件（{error.strerror}）") from None
        try:
            self._index()
        except ReplayError:
            self._file.close()
            raise

    def _index(self) -> None:
        responses: dict[str, int] = {}
        ended: Mapping[str, object] | None = None
        first = True
        for offset, data in members(self._file, self.path):
            if ended is not None:
                raise ReplayError(f"{self.path}：结束记录之后还有内容，不是本程序写的回放文件")
            record = _parse(data, self.path)
            kind, url = record.rec_type, record.rec_headers.get_header("WARC-Target-URI")
            body = record.content_stream().read() if kind != "response" else b""
            if first:
                self.facts = _facts(body) if kind == "warcinfo" else {}
                if self.facts.pop("software", None) != SOFTWARE:
                    raise ReplayError(f"{self.path}：不是 zhoubao 写的归档文件（warcinfo 记录不符）")
            first = False
            if kind == "response":
                responses[record.rec_headers.get_header("WARC-Record-ID")] = offset
            elif kind == "request":
                found = responses.pop(record.rec_headers.get_header("WARC-Concurrent-To"), None)
                if found is None:
                    raise ReplayError(f"{self.path}：请求记录没有对应的响应（{url}）")
                self._places[key(record.http_headers.protocol, url, body)].append(found)
                self.hosts.add(urlsplit(url).hostname or "")
                self.made_at = self.made_at or _moment(record)
            elif kind == "metadata" and url == _END:
                ended = json.loads(body)
        whole = sum(map(len, self._places.values()))
        if first:
            raise ReplayError(f"{self.path}：空文件，不是回放文件")
        if ended is None or responses or ended["exchanges"] != whole:
            raise ReplayError(f"{self.path}：文件不完整，缺少结束记录（可读 {whole} 次请求，不予使用）")

    def __len__(self) -> int:
        return sum(map(len, self._places.values()))

    def __contains__(self, request: tuple[str, str, bytes]) -> bool:
        return key(*request) in self._places

    def take(self, method: str, url: str, body: bytes) -> Exchange | None:
        """The next answer to this request (the last one again when all were given), or None."""
        name = key(method, url, body)
        places = self._places.get(name)
        if not places:
            return None
        turn = min(self._given[name], len(places) - 1)
        self._given[name] += 1
        self._file.seek(places[turn])
        return _exchange(_parse(next(members(self._file, self.path))[1], self.path), method, body)

    def exchanges(self) -> Iterator[Exchange]:
        """Every answer once, in the order of the file."""
        with self.path.open("rb") as file:
            for _, data in members(file, self.path):
                record = _parse(data, self.path)
                if record.rec_type == "response":
                    yield _exchange(record, "GET", b"")

    def close(self) -> None:
        self._file.close()


def fetch(path: Path, offset: int) -> Exchange:
    """The exchange at a place that `Archive.write` gave. Raises ReplayError."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            for _, data in members(file, path):
                return _exchange(_parse(data, path), "GET", b"")
    except OSError as error:
        raise ReplayError(f"{path}：打不开存档（{error.strerror}）") from None
    raise ReplayError(f"{path}：在位置 {offset} 没有记录")


def _facts(body: bytes) -> dict[str, str]:
    lines = (line.partition(": ") for line in body.decode("utf-8", "replace").splitlines())
    return {name: value for name, mark, value in lines if mark}


def _moment(record: ArcWarcRecord) -> datetime:
    return datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))


def _exchange(record: ArcWarcRecord, method: str, body: bytes) -> Exchange:
    return Exchange(
        url=record.rec_headers.get_header("WARC-Target-URI"),
        status=int(record.http_headers.get_statuscode()),
        headers=tuple(record.http_headers.headers),
        body=record.raw_stream.read(),
        fetched_at=_moment(record),
        method=method,
        request_body=body,
    )


def _parse(data: bytes, path: Path) -> ArcWarcRecord:
    try:
        return next(iter(ArchiveIterator(io.BytesIO(data), check_digests="raise")))
    except (ArchiveLoadFailed, StopIteration, ValueError) as error:
        raise ReplayError(f"{path}：不是 WARC 文件，或记录损坏（{error or '空记录'}）") from None


def members(file: BinaryIO, path: Path) -> Iterator[tuple[int, bytes]]:
    """Offset and content of each gzip member from here on; raises ReplayError at a cut or damage."""
    start = file.tell()
    rest = file.read(_BLOCK)
    while rest:
        unzip = zlib.decompressobj(zlib.MAX_WBITS + 16)
        content, used = [], 0
        while True:
            try:
                content.append(unzip.decompress(rest))
            except zlib.error as error:
                raise ReplayError(f"{path}：不是 WARC 归档，或文件损坏（位置 {start}：{error}）") from None
            if unzip.eof:
                used += len(rest) - len(unzip.unused_data)
                break
            used += len(rest)
            rest = file.read(_BLOCK)
            if not rest:
                raise ReplayError(f"{path}：文件不完整，在位置 {start} 的记录中断，不予使用")
        yield start, b"".join(content)
        start += used
        rest = unzip.unused_data or file.read(_BLOCK)


def mend(part: Path) -> Path:
    """Closes what a killed run left: its whole exchanges are kept, a cut rest is dropped.

    The closing record of the new file says `mended`, so that it is never taken for a run that ended.
    """
    path = part.with_name(part.name.removesuffix(PART))
    target = path.with_name(path.name + ".mending")
    responses: dict[str, ArcWarcRecord] = {}
    archive: Archive | None = None
    cut: str | None = None
    with part.open("rb") as file:
        try:
            for _, data in members(file, part):
                record = _parse(data, part)
                if record.rec_type == "warcinfo":
                    facts = _facts(record.raw_stream.read())
                    archive = Archive(target, name=path.name, facts=facts)
                elif archive is None:
                    break
                elif record.rec_type == "response":
                    responses[record.rec_headers.get_header("WARC-Record-ID")] = record
                elif record.rec_type == "request":
                    answer = responses.pop(record.rec_headers.get_header("WARC-Concurrent-To"))
                    archive.write(_pair(answer, record))
        except ReplayError as error:
            cut = str(error)
    archive = archive or Archive(target, name=path.name)
    archive.close(mended=True, cut=cut)
    target.rename(path)
    part.unlink()
    return path


def _pair(response: ArcWarcRecord, request: ArcWarcRecord) -> Exchange:
    answer = _exchange(response, request.http_headers.protocol, request.raw_stream.read())
    return replace(answer, request_headers=tuple(request.http_headers.headers))
