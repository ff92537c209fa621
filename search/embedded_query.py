"""Plans as tantivy queries."""

from __future__ import annotations

import tantivy
from tantivy import FieldType, Occur
from tantivy import Query as TQuery

from search.plan import Adjacent, All, AllOf, AnyOf, AtLeast, Between, Node, NoneOf, Plan, Rank, Terms

# Side by side, optional parts are read from one end to the other: some 5 ns for each document that has one.
# One inside the other, each is looked up for every document that matches: some 25 ns. (200,000 documents.)
_LOOK_UP = 5
_DEEPEST = 200  # of queries inside one another


def query(node: Node, schema: tantivy.Schema) -> TQuery:
    match node:
        case All():
            return TQuery.all_query()
        case Terms(field, (value,)):
            return TQuery.term_query(schema, field, value, index_option="basic")
        case Terms(field, values):
            return TQuery.term_set_query(schema, field, values)
        case Adjacent(field, (gram,)):
            return TQuery.term_query(schema, field, gram, index_option="basic")
        case Adjacent(field, grams):
            # Every other gram says all there is: AB at 0 and CD at 2 are ABCD.
            last = len(grams) - 1
            places = [*range(0, last, 2), last]
            return TQuery.phrase_query(schema, field, [(place, grams[place]) for place in places])
        case Between(field, low, high, with_low, with_high):
            whole = field in ("published", "order")
            return TQuery.range_query(
                schema,
                field,
                FieldType.Integer if whole else FieldType.Float,
                int(low) if whole and low is not None else low,
                int(high) if whole and high is not None else high,
                with_low,
                with_high,
            )
        case AllOf(parts):
            wanted = [(Occur.Must, query(part, schema)) for part in parts if not isinstance(part, NoneOf)]
            unwanted = [(Occur.MustNot, query(p.part, schema)) for p in parts if isinstance(p, NoneOf)]
            return TQuery.boolean_query([*(wanted or [(Occur.Must, TQuery.all_query())]), *unwanted])
        case AnyOf(parts):
            return TQuery.boolean_query([(Occur.Should, query(part, schema)) for part in parts])
        case AtLeast(number, parts):
            return TQuery.boolean_query([(Occur.Should, query(part, schema)) for part in parts], number)
        case NoneOf():
            return query(AllOf((node,)), schema)
    raise AssertionError(node)


def ranked(plan: Plan, schema: tantivy.Schema, searcher: tantivy.Searcher) -> TQuery:
    asked = TQuery.const_score_query(query(plan.node, schema), 0.1)
    # How many documents have each optional part; one that none has would be asked about for every match.
    sizes = [_at_most(rank.node or Terms(rank.field, (rank.word,)), searcher) for rank in plan.ranks]
    optional = [
        (Occur.Should, _rank(rank, schema)) for rank, size in zip(plan.ranks, sizes, strict=True) if size
    ]
    # Where few documents match, mostly for a whole headline, optional parts are looked up.
    looked_up = _at_most(plan.node, searcher) * len(optional)
    if len(optional) > _DEEPEST or looked_up * _LOOK_UP >= sum(sizes):
        return TQuery.boolean_query([(Occur.Must, asked), *optional])
    for part in optional:
        asked = TQuery.boolean_query([(Occur.Must, asked), part])
    return asked


def _rank(rank: Rank, schema: tantivy.Schema) -> TQuery:
    if rank.node is not None:
        return TQuery.const_score_query(query(rank.node, schema), rank.boost)
    return TQuery.boost_query(TQuery.term_query(schema, rank.field, rank.word, "freq"), rank.boost)


def _at_most(node: Node, searcher: tantivy.Searcher) -> int:
    """As many documents can match, by what the dictionary knows of each term."""
    match node:
        case Terms(field, values):
            return sum(searcher.doc_freq(field, value) for value in values)
        case Adjacent(field, grams):
            return min(searcher.doc_freq(field, gram) for gram in grams)
        case AllOf(parts):
            return min(_at_most(part, searcher) for part in parts)
        case AnyOf(parts) | AtLeast(_, parts):
            return sum(_at_most(part, searcher) for part in parts)
    return int(searcher.num_docs)
