"""Search over the labelled texts: found by the own title, and quoted phrases against a plain scan."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from benchmarks.quality.core import Measure
from benchmarks.search_corpus import plain, texts
from config import Settings
from pipeline.model import Document
from search.client import Client
from search.query import Phrase, QueryError

_TITLES = 500
_PHRASES = 300


def measure(eval_dir: Path, companies_dir: Path | None) -> list[Measure]:
    documents = plain(texts(eval_dir))
    with tempfile.TemporaryDirectory() as folder, Client(Settings(data=Path(folder))) as client:
        client.store.put_many(documents)
        client.rebuild()
        return [_own_titles(client, documents, eval_dir), _phrases(client, documents)]


def _own_titles(client: Client, documents: list[Document], eval_dir: Path) -> Measure:
    errors, right = [], 0
    headlines = {title for title, _ in texts(eval_dir, titled=True)}
    documents = [document for document in documents if document.title in headlines]
    asked = random.Random(1).sample(documents, min(_TITLES, len(documents)))
    for document in asked:
        try:
            hits = client.search(document.title, limit=1).hits
        except QueryError as error:
            errors.append(f"not read: {error}")
            continue
        if hits and hits[0].id == document.id:
            right += 1
        else:
            errors.append(
                f"{'other first' if hits else 'nothing'}: {document.title} ≠ {hits[0].title if hits else ''}"
            )
    return Measure("search.own_title.rank1", right / len(asked), len(asked), errors)


def _phrases(client: Client, documents: list[Document]) -> Measure:
    """Any run of characters of any text, from one character on."""
    draw = random.Random(2)
    errors = []
    for _ in range(_PHRASES):
        document = draw.choice(documents)
        text = draw.choice([document.title, document.body])
        start = draw.randrange(len(text))
        phrase = text[start : start + draw.choice([1, 1, 2, 3, 4, 5, 8, 13, 30])]
        wanted = {d.id for d in documents if phrase in d.title or phrase in d.body}
        found = {
            hit.id for hit in client.engine.search(client.plan(str(Phrase(phrase))), len(documents)).hits
        }
        if found != wanted:
            errors.append(f"{'missed' if wanted - found else 'false'}: {phrase!r}")
    return Measure("search.phrase.exact", 1 - len(errors) / _PHRASES, _PHRASES, errors)
