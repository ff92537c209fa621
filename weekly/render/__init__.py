"""The issue as files: Markdown, standalone HTML, Word and JSON, all from one `Issue`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from weekly.model import Issue
from weekly.render import markdown, page, word


def write(issue: Issue, formats: Sequence[str], out: Path, template: Path | None = None) -> list[Path]:
    """Writes `WEEK.FORMAT` for each format and returns the files. `template` is the desk's own Word file."""
    out.mkdir(parents=True, exist_ok=True)
    files = []
    for name in formats:
        data = {
            "md": lambda: markdown.render(issue).encode(),
            "html": lambda: page.render(issue).encode(),
            "docx": lambda: word.render(issue, template),
            "json": lambda: as_json(issue),
        }[name]()
        file = out / f"{issue.week}.{name}"
        part = file.with_suffix(file.suffix + ".part")
        part.write_bytes(data)
        part.replace(file)  # a reader never sees half a file
        files.append(file)
    return files


def as_json(issue: Issue) -> bytes:
    """The issue with each sentence's sources and each candidate's score, for programs."""
    return msgspec.json.format(msgspec.json.encode(issue), indent=1) + b"\n"
