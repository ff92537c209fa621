"""Plans as Elasticsearch queries."""

from __future__ import annotations

from typing import Any

from search.plan import Adjacent, All, AllOf, AnyOf, AtLeast, Between, Node, NoneOf, Plan, Terms

# Lucene left a constant factor out of BM25 (k1 + 1) that tantivy still has; constants must weigh alike.
_BM25_FACTOR = 2.2


def _query(node: Node) -> dict[str, Any]:
    match node:
        case All():
            return {"match_all": {}}
        case Terms(field, (value,)):
            return {"term": {field: value}}
        case Terms(field, values):
            return {"terms": {field: list(values)}}
        case Adjacent(field, (gram,)):
            return {"term": {field: gram}}
        case Adjacent(field, grams):
            return {"match_phrase": {field: " ".join(grams)}}
        case Between(field, low, high, with_low, with_high):
            bounds = {("gte" if with_low else "gt"): low, ("lte" if with_high else "lt"): high}
            return {"range": {field: {sign: bound for sign, bound in bounds.items() if bound is not None}}}
        case AllOf(parts):
            return {
                "bool": {
                    "filter": [_query(part) for part in parts if not isinstance(part, NoneOf)],
                    "must_not": [_query(part.part) for part in parts if isinstance(part, NoneOf)],
                }
            }
        case AnyOf(parts):
            return {"bool": {"should": [_query(part) for part in parts], "minimum_should_match": 1}}
        case AtLeast(number, parts):
            return {"bool": {"should": [_query(part) for part in parts], "minimum_should_match": number}}
        case NoneOf(part):
            return {"bool": {"must_not": [_query(part)]}}
    raise AssertionError(node)


def filtered(node: Node) -> dict[str, Any]:
    return {"bool": {"filter": [_query(node)]}}


def ranked(plan: Plan) -> dict[str, Any]:
    ranks: list[dict[str, Any]] = []
    for rank in plan.ranks:
        if rank.node is not None:
            ranks.append({"constant_score": {"filter": _query(rank.node), "boost": rank.boost}})
        else:
            ranks.append({"term": {rank.field: {"value": rank.word, "boost": rank.boost * _BM25_FACTOR}}})
    base = {"constant_score": {"filter": _query(plan.node), "boost": 0.1}}
    return {
        "function_score": {
            "query": {"bool": {"must": [base], "should": ranks}},
            "field_value_factor": {"field": "weight", "modifier": "log2p"},
            "boost_mode": "multiply",
        }
    }
