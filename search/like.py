"""More like this: the words that are frequent in one document and rare in all others, as a plan.

Reckoned here and not by an engine, so that both engines look for the same words.
"""

from __future__ import annotations

import math
from collections import Counter

from pipeline.model import Document
from search import analyse
from search.engine import Engine
from search.plan import AllOf, AtLeast, NoneOf, Plan, Rank, Terms

_CANDIDATES = 120  # frequent words whose rarity is asked for
_WORDS = 20
_SHARE = 0.35  # of the words that another document must have


def like(document: Document, engine: Engine) -> Plan | None:
    """None when the document has no words to go by."""
    frequency = Counter(analyse.words(document.body))
    for word in analyse.words(document.title):
        frequency[word] += 3
    words = [word for word, _ in frequency.most_common() if len(word) > 1][:_CANDIDATES]
    total = engine.count()
    rare = {}
    for word, holders in zip(words, engine.frequencies(words), strict=True):
        if holders > 1:  # one holder is the document itself
            rare[word] = (1 + math.log(frequency[word])) * math.log(1 + total / holders)
    best = sorted(rare, key=lambda word: (-rare[word], word))[:_WORDS]
    if not best:
        return None
    needed = max(1, round(_SHARE * len(best)))
    node = AllOf(
        (
            AtLeast(needed, tuple(Terms("words", (word,)) for word in best)),
            NoneOf(Terms("id", (document.id,))),
        )
    )
    ranks = tuple(Rank(1.0, "words", word) for word in best)
    return Plan((("", node),), ranks, tuple(best))
