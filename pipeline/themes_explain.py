"""Why a document has a theme or not, and which words a theme's rule may lack: for people."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator

from jieba.analyse import TFIDF

from pipeline import segment
from pipeline.model import Record, ThemeTag
from pipeline.normalise import Normal, normal
from pipeline.themes import CARRIED, Theme, Themes

_AROUND = 16  # characters shown on each side of a term
_SHOWN = 4  # places shown of one theme


def explain(title: str, body: str, themes: Themes) -> str:
    """Each theme with any trace in the text: strength, verdict, places, and what was missing."""
    weighed = {tag.name: tag for tag in themes.weigh(title, body)}
    lines = [title or "（无标题）"]
    for tag in weighed.values():
        lines += _found(title, body, tag)
    silent = []
    text = Normal(f"{title}\n{body}").text.lower()
    for theme in themes.themes:
        if theme.name not in weighed:
            near = list(_nearly(theme, text))
            lines += near
            silent += [] if near else [theme.name]
    lines.append(f"没有出现任何词：{'、'.join(silent)}" if silent else "")
    return "\n".join(line for line in lines if line)


def _found(title: str, body: str, tag: ThemeTag) -> Iterator[str]:
    verdict = "打上" if tag.strength >= CARRIED else f"只是顺带提到，不打（要到 {CARRIED}）"
    yield f"{tag.name}：强度 {tag.strength:.2f}，{verdict}；规则 {tag.rule}"
    for span in tag.spans[:_SHOWN]:
        text, where = (title, "标题") if span.field == "title" else (body, "正文")
        before, after = text[max(0, span.start - _AROUND) : span.start], text[span.end : span.end + _AROUND]
        yield f"    {where} …{_flat(before)}【{_flat(span.text)}】{_flat(after)}…"
    if len(tag.spans) > _SHOWN:
        yield f"    另有 {len(tag.spans) - _SHOWN} 处"


def _nearly(theme: Theme, text: str) -> Iterator[str]:
    """Traces that did not count: words inside an exception, or only a part of a rule."""
    inside = [phrase for phrase in theme.excluded if normal(phrase).lower() in text]
    if inside:
        yield f"{theme.name}：不打；“{'”“'.join(inside)}”写明不算"
    for rule in theme.rules:
        if len(rule.groups) < 2:
            continue
        met = [next((term for term in group if normal(term).lower() in text), None) for group in rule.groups]
        if any(met):
            have = "、".join(term for term in met if term)
            lack = "；".join(
                "|".join(group) for group, term in zip(rule.groups, met, strict=True) if term is None
            )
            why = f"缺 {lack}" if lack else f"不在同一句的 {rule.near} 字之内"
            yield f"{theme.name}：不打；有“{have}”，{why}"
            return


class Suggestion(Record, frozen=True):
    """A word that keeps a term's company: `weight` by TF-IDF, `documents` that hold both, and the
    themes that look for it already."""

    word: str
    weight: float
    documents: int
    themes: tuple[str, ...] = ()


def suggest(term: str, texts: Iterable[str], themes: Themes, limit: int = 30) -> list[Suggestion]:
    """Words of the sentences that hold the term, ranked by TF-IDF with jieba's IDF table."""
    idf, median = TFIDF().idf_loader.get_idf()
    wanted = normal(term).lower()
    counts: Counter[str] = Counter()
    documents: Counter[str] = Counter()
    for text in texts:
        seen: set[str] = set()
        for sentence in Normal(text).text.lower().replace("\n", "。").split("。"):
            if wanted in sentence:
                # Of the term itself no part, nor the term with a stray character: 从算力.
                words = [
                    w
                    for w in segment.words(sentence)
                    if len(w) > 1
                    and not w.isdigit()
                    and w not in wanted
                    and not (wanted in w and len(w) == len(wanted) + 1)
                ]
                counts.update(words)
                seen.update(words)
        documents.update(seen)
    total = sum(counts.values())
    terms = {theme.name: themes.terms_of(theme.name) for theme in themes.themes}
    ranked = [
        Suggestion(
            word=word,
            weight=count / total * idf.get(word, median),
            documents=documents[word],
            themes=tuple(name for name, held in terms.items() if word in held),
        )
        for word, count in counts.items()
    ]
    return sorted(ranked, key=lambda s: (-s.weight * math.log1p(s.documents), s.word))[:limit]


def _flat(text: str) -> str:
    return " ".join(text.split())
