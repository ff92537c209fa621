"""Why a document has a theme or not, and which words a theme's rule may lack: for people."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from jieba.analyse import TFIDF

from pipeline import segment
from pipeline.model import Record, ThemeTag
from pipeline.normalise import Normal, lower, normal, normalised
from pipeline.themes import CARRIED, Theme, Themes, stands

_AROUND = 16  # characters shown on each side of a term
_SHOWN = 4  # places shown of one theme


def explain(title: str, body: str, themes: Themes) -> str:
    """Each theme with any trace in the text: strength, verdict, places, and what was missing."""
    weighed = {tag.name: tag for tag in themes.weigh(title, body)}
    lines = [title or "（无标题）"]
    for tag in weighed.values():
        lines += _found(title, body, tag)
    silent = []
    for theme in themes.themes:
        if theme.name not in weighed:
            why = _why_not(theme, title, body)
            if why:
                lines.append(f"{theme.name}：不打；{why}")
            else:
                silent.append(theme.name)
    lines.append(f"没有出现任何词：{'、'.join(silent)}" if silent else "")
    return "\n".join(line for line in lines if line)


def failed_examples(themes: Themes) -> Iterator[str]:
    """A line for each `hit` that its theme does not tag and each `miss` that it does. The first line of
    an example of several lines is its title, as in a file that is explained."""
    for theme in themes.themes:
        for key, wanted, examples in (("hit", True, theme.hit), ("miss", False, theme.miss)):
            for example in examples:
                first, _, rest = example.strip().partition("\n")
                title, body = (first, rest) if rest else ("", first)
                tag = next((tag for tag in themes.weigh(title, body) if tag.name == theme.name), None)
                if (tag is not None and tag.strength >= CARRIED) == wanted:
                    continue
                if not tag:
                    why = _why_not(theme, title, body) or "没有出现任何词"
                elif wanted:
                    why = f"强度 {tag.strength:.2f}，要到 {CARRIED}"
                else:
                    words = "”“".join(dict.fromkeys(_flat(span.text) for span in tag.spans))
                    why = f"强度 {tag.strength:.2f}，见“{words}”"
                told = "没有打上" if wanted else "打上了"
                yield f"{theme.name} 的 {key}“{_flat(example)}”{told}：{why}"


def _found(title: str, body: str, tag: ThemeTag) -> Iterator[str]:
    verdict = "打上" if tag.strength >= CARRIED else f"只是顺带提到，不打（要到 {CARRIED}）"
    yield f"{tag.name}：强度 {tag.strength:.2f}，{verdict}；规则 {tag.rule}"
    for span in tag.spans[:_SHOWN]:
        text, where = (title, "标题") if span.field == "title" else (body, "正文")
        before, after = text[max(0, span.start - _AROUND) : span.start], text[span.end : span.end + _AROUND]
        yield f"    {where} …{_flat(before)}【{_flat(span.text)}】{_flat(after)}…"
    if len(tag.spans) > _SHOWN:
        yield f"    另有 {len(tag.spans) - _SHOWN} 处"


def _why_not(theme: Theme, title: str, body: str) -> str:
    """Traces that did not count: words inside an exception or another word, in the wrong field, or only
    a part of a rule. Empty where there is none."""
    texts = {"title": normalised(title), "body": normalised(body)}
    whole = "\n".join(lower(text.text) for text in texts.values())
    inside = [phrase for phrase in theme.excluded if lower(normal(phrase)) in whole]
    reasons = [f"“{'”“'.join(inside)}”写明不算"] if inside else []
    for rule in theme.rules:
        met = [_standing(group, [texts[field] for field in rule.fields]) for group in rule.groups]
        if len(met) > 1 and any(met):
            have = "、".join(term for term in met if term)
            lack = "；".join(
                "|".join(group) for group, term in zip(rule.groups, met, strict=True) if term is None
            )
            reasons.append(f"有“{have}”，{f'缺 {lack}' if lack else f'不在同一句的 {rule.near} 字之内'}")
            break
        seen = next((term for term in rule.groups[0] if lower(normal(term)) in whole), None)
        if len(met) == 1 and seen and not inside:
            elsewhere = _standing((seen,), texts.values())
            only = "标题" if rule.fields == ("title",) else "正文"
            reasons.append(f"“{seen}”{f'只在{only}里算' if elsewhere else '在别的词里'}")
            break
    return "；".join(reasons)


def _standing(terms: Iterable[str], texts: Iterable[Normal]) -> str | None:
    """The first of the terms that one of the texts holds as a word of its own."""
    for text in texts:
        small = lower(text.text)
        for term in terms:
            form = lower(normal(term))
            for place in re.finditer(re.escape(form), small):
                if stands(small, *place.span(), text.cuts):
                    return term
    return None


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
