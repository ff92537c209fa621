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
        "version": {"type": "long"},  # compared with the store's by verify, as is the next one
        "checksum": {"type": "long", "index": False},  # not kept in `_source`: a partial update loses it
        "order": {"type": "long"},  # time and a spread of the id in one number: the order of pages
        "published": {"type": "long"},  # seconds, as the embedded engine has it; `from:` and `to:` only
        "weight": {"type": "double", "index": False},  # multiplies the score, is never searched
        "title_key": {"type": "keyword", "doc_values": False},  # looked up whole; never counted or sorted by
        "title_words": _text("freqs", ranked=True),  # ranking only: adjacency is the grams' business
        "words": _text("freqs", ranked=True),  # the same, and whole words of letters and digits
        "title_grams": _text("positions", ranked=False),  # the whole run in the title ranks above its words
        "grams": _text("positions", ranked=False),  # adjacency only: a phrase either stands there or not
        "parts": _text("docs", ranked=False),  # single characters have no grams; long words are found faster
        "company": _VALUE,  # codes: names change, and a former one finds the same
        "subject": _VALUE,  # those that the document is about, for ranking above a mention
        "company_name": _VALUE,  # names that no listed code stands for
        "theme": _VALUE,  # this and the next two are counted in facets, so whole values with doc values
        "kind": _VALUE,
        "source": _VALUE,  # several where a filing stands on several sites
        "column": _VALUE,
        "publisher": _text("positions", ranked=False),  # a part of the name is enough
        "docno": _text("positions", ranked=False),  # the same: a number is seldom typed whole
        "has": _VALUE,  # fact, attachment, table
        "day": _VALUE,  # counted by value, so that both engines have the same bars in a histogram
        "week": _VALUE,
        "month": _VALUE,
        "amount": _FIGURE,  # 元; a document has several, and one of them within the range is enough
        "shares": _FIGURE,  # 股
        "price": _FIGURE,  # 元/股
        "ratio": _FIGURE,  # %
        "change": _FIGURE,  # %, apart from other shares: `change:<-50%` must not find a ratio
    },
}


def template(name: str, shards: int, replicas: int) -> dict[str, Any]:
    """The composable template of every index of ours."""
    return {
        "index_patterns": [f"{name}.*"],
        # Two patterns of one priority may not overlap; at 200, `zhoubao-*` of an earlier release covers all desks.
        "priority": 210,
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
                # No other desk's: an alias has no dot. The last are indices of earlier releases.
                "names": [name, f"{name}.*", f"/{name}-[0-9a-f]{{12}}/"],
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
