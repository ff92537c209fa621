"""What the Elasticsearch index looks like, with the reason beside each field.

Text is cut before it is sent and only split at blanks there, so no plugin is needed and both engines see
the same terms. No module is used that a managed cluster or the plain server might lack.
"""

from __future__ import annotations

from typing import Any

from search.project import VERSION

# Raised when the mapping changes, so that `zhoubao es reindex` knows an index of the old form.
FORM = f"1 / {VERSION}"

_VALUE = {"type": "keyword"}
# Multi-valued figures for ranges only.
_FIGURE = {"type": "double"}


def _text(options: str, *, ranked: bool) -> dict[str, Any]:
    return {"type": "text", "analyzer": "whitespace", "index_options": options, "norms": ranked}


MAPPING: dict[str, Any] = {
    "dynamic": "strict",  # a field that is not listed is an error of ours, and must not change the mapping
    "date_detection": False,
    "numeric_detection": False,
    "_meta": {"form": FORM},
    # Everything shown is cut from the store; keeping the terms twice would double the index.
    "_source": {"includes": ["id", "version"]},
    "properties": {
        "id": _VALUE,  # `_id` cannot be sorted by without loading it into memory
        "version": {"type": "long"},  # compared with the store's by verify
        "order": {"type": "long"},  # time and a spread of the id in one number: the order of pages
        "published": {
            "type": "long"
        },  # seconds, as the embedded engine has it; day, week, month are beside it
        "weight": {"type": "double", "index": False},  # multiplies the score, is never searched
        "title_key": {"type": "keyword", "doc_values": False},  # looked up whole; never counted or sorted by
        "title_words": _text("freqs", ranked=True),  # ranking only: adjacency is the grams' business
        "words": _text("freqs", ranked=True),
        "title_grams": _text(
            "positions", ranked=False
        ),  # adjacency only: a phrase either stands there or not
        "grams": _text("positions", ranked=False),
        "parts": _text("docs", ranked=False),  # single characters have no grams; long words are found faster
        "company": _VALUE,
        "subject": _VALUE,  # those that the document is about, for ranking above a mention
        "company_name": _VALUE,  # names that no listed code stands for
        "theme": _VALUE,
        "kind": _VALUE,
        "source": _VALUE,
        "column": _VALUE,
        "publisher": _text("positions", ranked=False),  # a part of the name is enough
        "docno": _text("positions", ranked=False),
        "has": _VALUE,
        "day": _VALUE,  # counted by value, so that both engines have the same bars in a histogram
        "week": _VALUE,
        "month": _VALUE,
        "amount": _FIGURE,
        "shares": _FIGURE,
        "price": _FIGURE,
        "ratio": _FIGURE,
        "change": _FIGURE,
    },
}


def template(name: str, shards: int, replicas: int) -> dict[str, Any]:
    """The composable template of every index of ours."""
    return {
        "index_patterns": [f"{name}-*"],
        "priority": 200,
        "template": {
            "settings": {"number_of_shards": shards, "number_of_replicas": replicas},
            "mappings": MAPPING,
        },
        "_meta": {"owner": "zhoubao"},
    }


def role(name: str) -> dict[str, Any]:
    """The least that zhoubao needs: its own indices, its own template, and to see the cluster's health."""
    return {
        "cluster": ["monitor", "manage_index_templates"],
        "indices": [
            {
                "names": [name, f"{name}-*"],
                "privileges": [
                    "read",  # search, count, points in time
                    "index",  # bulk: add and replace
                    "delete",  # bulk: copies and foreign documents
                    "create_index",
                    "delete_index",  # the old one after a rebuild
                    "manage",  # aliases, refresh, settings while a rebuild runs
                    "view_index_metadata",
                ],
            }
        ],
    }
