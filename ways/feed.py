"""Atom (RFC 4287) for any query: the newest documents, with ids that never change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote
from xml.etree import ElementTree as Xml

from search.client import AnswerHit, Client
from search.synonyms import load_synonyms
from ways.sheet import printable

MEDIA = "application/atom+xml"
_NAMESPACE = "http://www.w3.org/2005/Atom"
# RFC 4151: names that need no server to stay the same, wherever this one runs.
_TAG = "tag:zhoubao,2024:"
Xml.register_namespace("", _NAMESPACE)


def feed(client: Client, text: str, address: str, most: int) -> bytes:
    """`address` is where the feed itself is; an entry's `updated` is when its document last changed."""
    answer = client.search(text, limit=most, sort="time")
    changed = client.store.stored_at(hit.id for hit in answer.hits)
    moments = [changed[hit.id] for hit in answer.hits]
    # An empty feed says until when there was nothing.
    updated = max(moments) if moments else client.store.changed_at()
    return _written(answer.query, answer.hits, moments, updated, address)


def _written(
    query: str, hits: Sequence[AnswerHit], changed: Sequence[datetime], updated: datetime, address: str
) -> bytes:
    root = Xml.Element(f"{{{_NAMESPACE}}}feed")
    _put(root, "id", f"{_TAG}feed:{quote(query)}")
    _put(root, "title", f"周报：{query or '全部'}")
    _put(root, "updated", _stamp(updated))
    _put(_put(root, "author"), "name", "zhoubao")
    _put(root, "link", rel="self", href=address)
    label = load_synonyms().label
    for hit, moment in zip(hits, changed, strict=True):
        entry = _put(root, "entry")
        _put(entry, "id", f"{_TAG}{quote(hit.id, safe=':')}")
        _put(entry, "title", hit.title)
        _put(entry, "published", _stamp(hit.published))
        _put(entry, "updated", _stamp(moment))
        _put(entry, "link", rel="alternate", href=hit.url)
        for kind in hit.kinds:
            _put(entry, "category", term=kind, label=label("kind", kind))
        for name in dict.fromkeys((*hit.themes, *(name for _, name in hit.companies))):
            _put(entry, "category", term=name)
        _put(_put(entry, "author"), "name", label("source", hit.source))
        _put(entry, "summary", hit.passage.text if hit.passage else hit.title)
    return Xml.tostring(root, encoding="utf-8", xml_declaration=True)


def _put(parent: Xml.Element, name: str, text: str = "", **attributes: str) -> Xml.Element:
    clean = {key: printable(value) for key, value in attributes.items()}
    child = Xml.SubElement(parent, f"{{{_NAMESPACE}}}{name}", clean)
    child.text = printable(text) or None
    return child


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
