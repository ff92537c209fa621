"""The engine on an Elasticsearch cluster: how its index is asked, built anew and mended."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from typing import Any, TypeVar

import msgspec
from elasticsearch import NotFoundError

from pipeline.model import UserError
from search import cursor
from search.elastic_errors import told
from search.elastic_index import KEEP, ElasticIndex, deleting
from search.elastic_query import filtered, ranked
from search.engine import EngineDown, IndexBroken, Refusal, Results, Sort, entries
from search.ledger import this_process
from search.plan import Plan
from search.project import project
from search.store import Store
from search.verify import Difference, Mended, differences

_FEW = 10  # documents that a rebuild may leave out, or 1 %
_MOST_PASSES = 5  # of mending during a rebuild, while others write
_LEASE, _RENEW = 600.0, 60.0  # seconds that a rebuild holds the right to be the only one
_ONE_REBUILD = threading.Lock()
_BEYOND = 2**63 - 1
T = TypeVar("T")


class Rebuilding(EngineDown):
    """Another rebuild is at work."""


class Elastic(ElasticIndex):
    # ------------------------------------------------------------ reading

    def search(
        self, plan: Plan, limit: int = 20, sort: Sort = "relevance", after: str | None = None
    ) -> Results:
        self._check()
        place = cursor.decode(after)
        by_score = sort == "relevance" and bool(plan.ranks)
        body: dict[str, Any] = {
            "query": ranked(plan) if by_score else filtered(plan.node),
            "sort": [*([{"_score": "desc"}] if by_score else []), {"order": "desc"}, {"id": "asc"}],
            "size": limit + 1,
            "source": False,
            "track_total_hits": True,
        }
        with told():
            answer, pit, place = self._paged(body, place, by_score)
        rows: list[cursor.Row] = [
            (*((hit["sort"][0],) if by_score else (0.0,)), *hit["sort"][by_score : by_score + 2])
            for hit in answer["hits"]["hits"]
        ]
        return cursor.page(answer["hits"]["total"]["value"], rows, limit, place, pit)

    def _paged(
        self, body: dict[str, Any], place: cursor.Place | None, by_score: bool
    ) -> tuple[Any, str | None, cursor.Place | None]:
        """The first page comes from the index as it is; later ones from a view of it that stands still."""
        if place is None:
            return self._ask(index=self.alias, **body), None, None
        if place.pit is not None:
            try:
                return *self._view(body, place, place.pit, by_score), place
            except NotFoundError:
                pass  # the person took longer than the view is kept
        pit = self._asking.open_point_in_time(index=self.alias, keep_alive=KEEP)["id"]
        if by_score:  # it moves with what is indexed between two pages
            this = {"bool": {"must": [body["query"]], "filter": [{"term": {"id": place.id}}]}}
            found = self._ask(pit={"id": pit, "keep_alive": KEEP}, query=this, size=1, source=False)
            for hit in found["hits"]["hits"]:
                place = msgspec.structs.replace(place, score=hit["_score"])
        return *self._view(body, place, pit, by_score), place

    def _view(self, body: dict[str, Any], place: cursor.Place, pit: str, by_score: bool) -> tuple[Any, str]:
        # A view sorts by itself at the end, and wants a value there too: beyond the last, for ids are distinct.
        body = body | {
            "sort": [*body["sort"], {"_shard_doc": "asc"}],
            "search_after": [*([place.score] if by_score else []), place.order, place.id, _BEYOND],
        }
        answer = self._ask(pit={"id": pit, "keep_alive": KEEP}, **body)
        return answer, answer["pit_id"]

    def _ask(self, **body: Any) -> Any:
        if "index" in body and self._settings.shards > 1:
            body["search_type"] = "dfs_query_then_fetch"  # one idf for all shards, as one index has
        answer = self._asking.search(**body)
        failed = answer["_shards"]["failed"]
        if failed:
            raise EngineDown(f"Elasticsearch 有 {failed} 个分片没有回答，结果不全，故不给出")
        return answer

    def facets(self, plan: Plan, fields: Sequence[str], most: int) -> dict[str, list[tuple[str, int]]]:
        self._check()
        counts = {name: {"terms": {"field": name, "size": most, "shard_size": 60_000}} for name in fields}
        with told():
            answer = self._ask(
                index=self.alias, size=0, query=filtered(plan.node), aggs=counts, track_total_hits=False
            )
        return {
            name: [(bucket["key"], bucket["doc_count"]) for bucket in answer["aggregations"][name]["buckets"]]
            for name in fields
        }

    def frequencies(self, words: Sequence[str]) -> list[int]:
        self._check()
        if not words:
            return []
        filters = {"filters": {"filters": [{"term": {"words": word}} for word in words]}}
        with told():
            answer = self._ask(index=self.alias, size=0, aggs={"words": filters}, track_total_hits=False)
        return [bucket["doc_count"] for bucket in answer["aggregations"]["words"]["buckets"]]

    # ------------------------------------------------------------ rebuilding

    def rebuild(self, store: Store) -> int:
        """Fills a new index while the old one serves and is fed, mends what changed meanwhile, switches,
        and removes what killed rebuilds have left.

        It switches only to an index whose ids, versions and checksums are the store's, but for a few documents
        refused for reasons of their own. Else, and while another rebuild is at work, raises EngineDown: the old
        index stays in use.
        """
        with self._alone(store) as renew:
            with told():
                self._put_template()
                old, new = self._current(self.client), self._create()
            try:
                with told():
                    self.client.indices.put_settings(index=new, settings={"refresh_interval": "-1"})
                refused = self.write((project(*standing) for standing in renew(store.stream())), new)
                _stop_if_failing({refusal.id: refusal.reason for refusal in refused if refusal.passing})
                with told():
                    self.client.indices.put_settings(index=new, settings={"refresh_interval": None})
                _stop_if_incomplete(self.mend(store, new), store.count())
                with told():
                    self.client.indices.update_aliases(actions=_switch(self.alias, old, new))
            except BaseException:
                with suppress(UserError, IndexBroken), told():  # the server that went may be why we are here
                    self.client.options(ignore_status=404).indices.delete(index=new)
                raise
            self._checked = False
            self.mend(store)  # what was written into the old index in the last moments
            store.follow(self.name, self.generation())
            self._remove([*([] if old is None else [old]), *self.orphans()])
        with told():
            return int(self.client.count(index=self.alias)["count"])

    def orphans(self) -> list[str]:
        """Indices of ours without an alias: what a killed rebuild has left, or one at work is filling."""
        ours = re.compile(re.escape(self.alias) + "[.-][0-9a-f]{12}")  # `-` in earlier releases
        with told():
            found = self.client.indices.get(index=[f"{self.alias}.*", f"{self.alias}-*"])
        return sorted(
            name
            for name, index in found.items()
            if ours.fullmatch(name) and not index["aliases"] and "form" in index["mappings"].get("_meta", {})
        )

    def remove_orphans(self, store: Store) -> list[str]:
        """Those of killed rebuilds, by name; none while a rebuild is at work, for one of them is its."""
        try:
            with self._alone(store):
                found = self.orphans()
                self._remove(found)
                return found
        except Rebuilding:
            return []

    def _remove(self, indices: Iterable[str]) -> None:
        with told():
            for index in indices:
                self.client.options(ignore_status=404).indices.delete(index=index)

    @contextmanager
    def _alone(self, store: Store) -> Iterator[Callable[[Iterable[T]], Iterator[T]]]:
        """Of all processes on all machines one builds an index of a store. The lease of one that is killed
        is free at once on its machine, and after ten minutes on others; gives what keeps it during long work.
        """
        name, owner = f"index:{self.alias}", this_process()

        def hold() -> None:
            if not store.lease(name, owner, _LEASE):
                raise Rebuilding("索引正由另一个进程重建，稍后再试")

        def renew(many: Iterable[T]) -> Iterator[T]:
            last = time.monotonic()
            for one in many:
                if time.monotonic() - last > _RENEW:
                    hold()
                    last = time.monotonic()
                yield one
            hold()

        if not _ONE_REBUILD.acquire(blocking=False):  # a lease is of a process, whatever its threads
            raise Rebuilding("索引正在重建，稍后再试")
        try:
            hold()
            try:
                yield renew
            finally:
                store.release(name, owner)
        finally:
            _ONE_REBUILD.release()

    def difference(self, store: Store, index: str | None = None) -> Difference:
        if index is None:
            self._check()
        with told():
            self.client.indices.refresh(index=index or self.alias)
        return differences(store.stamps(), self.stamps(index))

    def mend(self, store: Store, index: str | None = None) -> Mended:
        """Of the index in use, or of one that is being built."""
        target = index or self.alias
        self._remembering(target)  # one that was killed may have left it forgetting
        differed: set[str] = set()
        refused: dict[str, Refusal] = {}
        sent: set[str] = (
            set()
        )  # what is no longer as it was sent was changed by others meanwhile, which is no fault
        for passes in range(_MOST_PASSES + 1):
            found = self.difference(store, index)
            differ = set().union(*found.ids.values())
            differed |= differ
            if passes == _MOST_PASSES or differ <= refused.keys():
                break
            # What a plain write did not put right has a later version here, perhaps that of a deletion.
            with self._forgetting(target) if passes or found.ahead else nullcontext():
                self._bulk([deleting(stamp) for stamp in (*found.ahead, *found.foreign)], target)
                refusals = self.write(entries(store, differ - refused.keys()), target)
            sent |= differ
            refused |= {refusal.id: refusal for refusal in refusals}
        passing = tuple(id for id, refusal in refused.items() if refusal.passing)
        if index is None:
            store.park_only({id: refused[id].reason for id in refused.keys() - passing})
            store.again(passing)
        left = {id: refused[id].reason if id in refused else "仍有出入" for id in sorted(differ & sent)}
        return Mended(len(differed - differ), left, passing)

    @contextmanager
    def _forgetting(self, index: str) -> Iterator[None]:
        """Meanwhile a deletion does not keep its version, as it else does for a minute: an earlier one may
        be written at once.
        """
        with told():
            self.client.indices.put_settings(index=index, settings={"index.gc_deletes": "-1"})
        try:
            yield
        finally:
            self._remembering(index)

    def _remembering(self, index: str) -> None:
        with told():
            self.client.indices.put_settings(index=index, settings={"index.gc_deletes": None})


def _stop_if_failing(reasons: Mapping[str, str]) -> None:
    for id, reason in reasons.items():
        raise EngineDown(
            f"Elasticsearch 出错，{len(reasons)} 份写不进新索引（如 {id}：{reason}）：没有切换，旧索引照旧，稍后再试"
        )


def _stop_if_incomplete(mended: Mended, total: int) -> None:
    """A few documents may be refused for reasons of their own. Many are so for one that is the index's."""
    _stop_if_failing({id: mended.left[id] for id in mended.passing if id in mended.left})
    few = min(max(_FEW, total // 100), total // 2)
    for id, reason in mended.left.items():
        if len(mended.left) > few:
            raise EngineDown(
                f"新索引与文档库对不上，差 {len(mended.left)} 份（如 {id}：{reason}）：没有切换，旧索引照旧"
            )


def _switch(alias: str, old: str | None, new: str) -> list[dict[str, Any]]:
    add = {"add": {"index": new, "alias": alias}}
    return [add] if old is None else [{"remove": {"index": old, "alias": alias}}, add]
