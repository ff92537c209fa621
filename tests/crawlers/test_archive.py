from __future__ import annotations

import gzip
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.archive import PART, Archive, Exchange, Replay, ReplayError, mend

AT = datetime(2024, 2, 19, 1, 30, 5, tzinfo=UTC)
URL = "http://www.cninfo.com.cn/new/hisAnnouncement/query"


def exchange(url: str = URL, body: bytes = b"{}", **more: object) -> Exchange:
    given: dict = {"status": 200, "headers": (("content-type", "application/json"),), "fetched_at": AT}
    return Exchange(**{**given, "url": url, "body": body, **more})


def written(path: Path, *exchanges: Exchange) -> Path:
    archive = Archive(path)
    for one in exchanges:
        archive.write(one)
    return archive.close()


def test_posts_with_the_same_url_are_told_apart_by_their_body(tmp_path: Path) -> None:
    one = exchange(body=b"page one", method="POST", request_body=b"pageNum=1")
    two = exchange(body=b"page two", method="POST", request_body=b"pageNum=2")
    replay = Replay(written(tmp_path / "a.warc.gz", one, two))
    assert len(replay) == 2
    assert replay.take("POST", URL, b"pageNum=2") == two
    assert replay.take("POST", URL, b"pageNum=1") == one
    assert replay.take("POST", URL, b"pageNum=3") is None
    assert replay.take("GET", URL, b"") is None


def test_a_request_asked_twice_gives_its_answers_in_order_then_the_last(tmp_path: Path) -> None:
    path = written(tmp_path / "a.warc.gz", exchange(status=503, body=b""), exchange(body=b"ok"))
    replay = Replay(path)
    assert [replay.take("GET", URL + "#part", b"").status for _ in range(3)] == [503, 200, 200]
    assert [e.status for e in replay.exchanges()] == [503, 200]


def test_compressed_bodies_and_odd_headers_come_back_as_they_were(tmp_path: Path) -> None:
    body = gzip.compress("国务院国资委".encode("gb18030"), mtime=0)
    headers = (("content-encoding", "gzip"), ("set-cookie", "a=1"), ("set-cookie", "b=2"), ("server", ""))
    one = exchange("https://www.stats.gov.cn/sj/?q=%E5%9B%9E%E8%B4%AD", body, headers=headers)
    back = Replay(written(tmp_path / "a.warc.gz", one)).take("GET", one.url, b"")
    assert back == one


@given(st.binary(max_size=3000), st.integers(100, 599))
def test_any_body_round_trips(body: bytes, status: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        one = exchange(body=body, status=status)
        replay = Replay(written(Path(folder) / "a.warc.gz", one))
        assert replay.take("GET", URL, b"") == one
        replay.close()


def test_the_same_exchanges_make_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        written(tmp_path / folder / "a.warc.gz", exchange(body=b"x"), exchange(body=b"y"))
    assert (tmp_path / "one/a.warc.gz").read_bytes() == (tmp_path / "two/a.warc.gz").read_bytes()


def test_another_tool_opens_it(tmp_path: Path) -> None:
    path = written(tmp_path / "a.warc.gz", exchange(body=b"x" * 100))
    check = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", path], capture_output=True, text=True
    )
    assert check.returncode == 0, check.stdout
    assert "digest pass" in check.stdout


def test_a_cut_file_is_refused_wherever_it_is_cut(tmp_path: Path) -> None:
    path = written(tmp_path / "a.warc.gz", *(exchange(body=bytes([n]) * 50) for n in range(4)))
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(ReplayError) as caught:
            Replay(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_cut_file_says_so(tmp_path: Path) -> None:
    path = written(tmp_path / "a.warc.gz", exchange(), exchange())
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(ReplayError, match="文件不完整"):
        Replay(path)


def test_a_damaged_byte_is_never_served(tmp_path: Path) -> None:
    path = written(tmp_path / "a.warc.gz", exchange(body=b"z" * 500))
    whole = path.read_bytes()
    for place in range(60, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            back = Replay(path).take("GET", URL, b"")
        except ReplayError:
            continue
        assert back == exchange(body=b"z" * 500), "only a byte that carries nothing may pass"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空文件"),
        (b"PK\x03\x04 not a WARC", "不是 WARC"),
        (gzip.compress(b"hello"), "不是 WARC"),
        (
            gzip.compress(b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 4\r\n\r\nwget\r\n\r\n"),
            "不是 zhoubao",
        ),
    ],
    ids=["empty", "zip", "gzip", "another program's"],
)
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "foreign.warc.gz"
    path.write_bytes(content)
    with pytest.raises(ReplayError, match=words):
        Replay(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReplayError, match="无法打开"):
        Replay(tmp_path / "none.warc.gz")
    with pytest.raises(ReplayError, match="无法打开"):
        Replay(tmp_path)


def test_what_a_killed_run_left_is_mended_to_its_whole_exchanges(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    archive = Archive(path, facts={"mode": "sweep"})
    post = exchange(
        method="POST", request_body=b"n=1", body=b"kept", request_headers=(("Referer", "http://x/"),)
    )
    archive.write(post)
    archive.write(exchange(body=b"lost" * 100))
    part = path.with_name(path.name + PART)
    assert part.exists() and not path.exists()
    part.write_bytes(part.read_bytes()[:-50])
    assert mend(part) == path
    assert not part.exists()
    replay = Replay(path)
    assert (len(replay), replay.facts["mode"], replay.made_at) == (1, "sweep", AT)
    assert replay.take("POST", URL, b"n=1").body == b"kept"
    assert b"lost" not in path.read_bytes()
