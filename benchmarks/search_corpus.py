"""Documents for measuring search: made of real texts, as many as wanted.

`texts(eval_dir)` gives every labelled text once; `many(texts, n)` gives n distinct documents, each a few
paragraphs drawn from them, with sources, dates, companies and facts spread as a desk's store has them.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from pipeline.model import SHANGHAI, CompanyTag, Document, Fact, Number, ThemeTag

_START = datetime(2014, 1, 1, tzinfo=SHANGHAI)
_SOURCES = ("cninfo", "nbs", "sasac", "miit", "cac")
_KINDS = ("buyback", "earnings_flash", "pledge", "reduction", "increase", "other", "news")
_THEMES = ("人工智能", "算力", "数据要素", "信创", "低空经济", "半导体", "双碳", "网络安全")
_FIRST_SENTENCE = re.compile(r"[^。！？；\n]{4,60}")


def texts(eval_dir: Path, *, titled: bool = False) -> list[tuple[str, str]]:
    """Title and body of every text of the labelled sets, each once; `titled` keeps those that have a title."""
    found: dict[str, str] = {}
    for file in sorted(eval_dir.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            body = next(
                (row[key] for key in ("text", "Doc", "input", "content") if isinstance(row.get(key), str)),
                None,
            )
            if body is None and isinstance(row.get("sentences"), list):
                body = "\n".join(map(str, row["sentences"]))
            if not body:
                continue
            first = _FIRST_SENTENCE.search(body)
            title = row.get("title") or row.get("Title") or ("" if titled or not first else first[0].strip())
            if title:
                found.setdefault(title, body)
    return list(found.items())


def plain(pairs: list[tuple[str, str]]) -> list[Document]:
    """One document of each text."""
    return [_document(n, title, body, random.Random(n)) for n, (title, body) in enumerate(pairs)]


def many(pairs: list[tuple[str, str]], n: int, characters: int = 300, seed: int = 7) -> Iterator[Document]:
    paragraphs = [
        part.strip() for _, body in pairs for part in re.split(r"\n|(?<=。)", body) if len(part.strip()) > 15
    ]
    draw = random.Random(seed)
    for number in range(n):
        title, _ = draw.choice(pairs)
        parts: list[str] = []
        while sum(map(len, parts)) < characters:
            parts.append(draw.choice(paragraphs)[:characters])
        yield _document(number, title, "\n".join(parts), draw)


def _document(number: int, title: str, body: str, draw: random.Random) -> Document:
    source = draw.choices(_SOURCES, (80, 5, 5, 5, 5))[0]
    code = f"{draw.choice(('60', '00', '30', '68'))}{draw.randrange(1200):04}"
    amount = Decimal(draw.randrange(1, 10**5)) * 10_000
    figure = Number(value=amount, unit="元", text="", start=0, end=0, base=amount, base_unit="元")
    return Document(
        id=f"{source}:{number:07}",
        source=source,
        column=f"{source}.main",
        url=f"https://example.org/{number}",
        title=title,
        body=body,
        published=_START + timedelta(minutes=draw.randrange(11 * 365 * 24 * 60)),
        precision="minute",
        kinds=(draw.choice(_KINDS),),
        companies=(CompanyTag(code=code, name=code, role="subject", how="code", spans=()),),
        themes=tuple(
            ThemeTag(name=name, rule=name, strength=1.0, spans=())
            for name in draw.sample(_THEMES, draw.randrange(3))
        ),
        facts=(Fact(kind="buyback", company=code, fields={"amount_max": figure}),) if number % 5 == 0 else (),
        fingerprint=str(number),
    )
