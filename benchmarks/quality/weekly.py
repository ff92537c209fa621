"""How well the weekly chooses: items of agencies by their relevance, and sentences of the chosen.

On `real_news.jsonl` (title, text, publisher, `sector_relevance` 0/1/2, `key_sentences`):
- ranking: is a relevant item (2) put before an irrelevant one (0), over all pairs; and normalised
  discounted gain of the whole ranking;
- the default score line: of what passes it the share that is relevant at all (1 or 2), and of the
  items of relevance 2 the share that passes;
- sentences: F1 of the sentences printed against the labelled key sentences, and the share of
  paragraphs whose lead sentence is a key sentence or is made of the title.
"""

from __future__ import annotations

import json
import math
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.quality.core import Measure
from config import NewsSection
from pipeline.model import SHANGHAI, Article, Document
from pipeline.tagger import Lexicon, document, load_lexicon
from weekly.desk import Desk, load_desk
from weekly.prose import news_paragraph
from weekly.select import weigh_news


def measure(eval_dir: Path, companies_dir: Path | None) -> list[Measure]:
    path = eval_dir / "real_news.jsonl"
    if not path.exists():
        return []
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    lexicon, desk = load_lexicon(), load_desk()
    cases = [(row, _document(row, lexicon)) for row in rows]
    scored = sorted(
        ((weigh_news(item, desk).score.total, row["labels"]["sector_relevance"], row) for row, item in cases),
        key=lambda s: (-s[0], s[2]["id"]),
    )
    return [*_ranking(scored), *_line(scored), *_sentences(cases, desk)]


def _document(row: dict[str, Any], lexicon: Lexicon) -> Document:
    published = datetime.fromisoformat(row["published"]).replace(tzinfo=SHANGHAI)
    article = Article(
        id=f"news:{row['id']}",
        source="news",
        column="news.real",
        url=row["url"],
        title=row["title"],
        published=published,
        precision="day",
        publisher=row["publisher"],
        body=row["text"],
    )
    return document(article, [], lexicon)


Scored = tuple[float, int, dict[str, Any]]


def _ranking(scored: list[Scored]) -> list[Measure]:
    best = [s for s in scored if s[1] == 2]
    worst = [s for s in scored if s[1] == 0]
    pairs = [(1.0 if a[0] > b[0] else 0.5 if a[0] == b[0] else 0.0, a, b) for a in best for b in worst]
    lost: dict[str, int] = {}
    for won, a, b in pairs:
        if won < 1:
            for case in (a, b):
                name = f"relevance {case[1]}: {case[2]['id']} {case[2]['title']} ({case[0]:.2f})"
                lost[name] = lost.get(name, 0) + 1
    errors = [f"{name}: {n} pairs" for name, n in sorted(lost.items(), key=lambda e: (-e[1], e[0]))]
    gain = sum((2 ** s[1] - 1) / math.log2(at + 2) for at, s in enumerate(scored))
    ideal = sum(
        (2**r - 1) / math.log2(at + 2) for at, r in enumerate(sorted((s[1] for s in scored), reverse=True))
    )
    return [
        Measure("weekly.news.pairs", sum(p[0] for p in pairs) / max(1, len(pairs)), len(pairs), errors),
        Measure("weekly.news.ndcg", gain / ideal if ideal else 0.0, len(scored)),
    ]


def _line(scored: list[Scored]) -> list[Measure]:
    line = NewsSection().min_score
    passed = [s for s in scored if s[0] >= line]
    wanted = [s for s in scored if s[1] == 2]
    wrong = [f"passes: {s[2]['id']} {s[2]['title']} ({s[0]:.2f})" for s in passed if s[1] == 0]
    missed = [f"missed: {s[2]['id']} {s[2]['title']} ({s[0]:.2f})" for s in wanted if s[0] < line]
    precision = sum(s[1] > 0 for s in passed) / max(1, len(passed))
    recall = sum(s[0] >= line for s in wanted) / max(1, len(wanted))
    return [
        Measure("weekly.news.line.precision", precision, len(passed), wrong),
        Measure("weekly.news.line.recall", recall, len(wanted), missed),
    ]


def _words(text: str) -> str:
    return re.sub(r"\s", "", text)


def _sentences(cases: list[tuple[dict[str, Any], Document]], desk: Desk) -> list[Measure]:
    """A printed sentence agrees with a key sentence when their places in the text overlap by half."""
    right = printed = keys = leads = n = length = 0
    errors: list[str] = []
    for row, item in cases:
        labelled = row["labels"].get("key_sentences") or []
        if not labelled:
            continue
        n += 1
        paragraph = news_paragraph(item, desk)
        length += 1 if 120 <= len(paragraph.text) <= 330 or len(item.body) < 120 else 0
        places = [(item.body.find(key), item.body.find(key) + len(key)) for key in labelled]
        own = [[(s.start, s.end) for s in line.sources if s.field == "body"] for line in paragraph.sentences]
        hits = [any(_overlap(spans, key) for key in places) for spans in own]
        found = [any(_overlap(spans, key) for spans in own) for key in places]
        printed += len(own)
        keys += len(places)
        right += sum(found)
        leads += hits[0] or not own[0]
        errors += [
            f"not a key sentence: {row['id']}: {line.text[:60]}"
            for line, hit in zip(paragraph.sentences, hits, strict=True)
            if not hit
        ]
        errors += [
            f"left out: {row['id']}: {key[:60]}" for key, hit in zip(labelled, found, strict=True) if not hit
        ]
    precision = min(1.0, right / printed) if printed else 0.0
    recall = right / keys if keys else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return [
        Measure("weekly.sentences.precision", precision, printed),
        Measure("weekly.sentences.recall", recall, keys),
        Measure("weekly.sentences.f1", f1, n, sorted(errors)),
        Measure("weekly.sentences.lead", leads / max(1, n), n),
        Measure("weekly.paragraph.length", length / max(1, n), n),
    ]


def _overlap(spans: list[tuple[int, int]], key: tuple[int, int]) -> bool:
    shared = sum(max(0, min(end, key[1]) - max(start, key[0])) for start, end in spans)
    return shared * 2 >= min(key[1] - key[0], sum(end - start for start, end in spans) or 1)
