"""Whether the files of a tantivy index are as they were written.

Each file of a segment ends in a footer: a JSON object with the CRC-32 of what stands before it, its length,
and a magic number (tantivy/src/directory/footer.rs). Tantivy itself looks at the footer's version only, so
a byte that rotted on disk may give a wrong answer and no error.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path

_MAGIC = 1337
_CHUNK = 1 << 20
_SUFFIXES = (".term", ".idx", ".pos", ".store", ".fast", ".fieldnorm")


def files(index: Path) -> list[Path]:
    """Those of the last commit; others are being written, or about to be deleted. Raises ValueError, OSError."""
    found: list[Path] = []
    try:
        for segment in json.loads((index / "meta.json").read_text())["segments"]:
            name = segment["segment_id"].replace("-", "")
            found += [index / f"{name}{suffix}" for suffix in _SUFFIXES]
            if deletes := segment["deletes"]:
                found.append(index / f"{name}.{deletes['opstamp']}.del")
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"meta.json: {error!r}") from None
    return found


def deletions(index: Path) -> bool:
    """Whether a segment holds documents that were deleted since. Raises ValueError, OSError."""
    segments = json.loads((index / "meta.json").read_text())["segments"]
    return any(segment["deletes"] for segment in segments)


def is_whole(file: Path) -> bool:
    """Raises OSError."""
    with file.open("rb") as opened:
        size = opened.seek(0, 2)
        opened.seek(max(0, size - 8))
        tail = opened.read(8)
        length, magic = int.from_bytes(tail[:4], "little"), int.from_bytes(tail[4:], "little")
        left = size - 8 - length
        if magic != _MAGIC or left < 0:
            return False
        opened.seek(left)
        try:
            expected = json.loads(opened.read(length))["crc"]
        except (ValueError, KeyError, TypeError):
            return False
        opened.seek(0)
        crc = 0
        while left:
            part = opened.read(min(left, _CHUNK))
            crc, left = zlib.crc32(part, crc), left - len(part)
        return bool(crc == expected)
