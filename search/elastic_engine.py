"""The engine on an Elasticsearch cluster: an alias, and behind it an index of the present form.

Documents carry the store's version as their own (`external_gte`), so of two writers the newer document
wins, and a bulk that is sent again after a time-out changes nothing.
"""

from __future__ import annotations

import base64
import os
import re
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from typing import Any, TypeVar

import msgspec
from elasticsearch import Elasticsearch, NotFoundError, helpers

from config import Elasticsearch as Cluster
from config import Settings
from pipeline.model import UserError
from search import cursor
from search.elastic_errors import RETRY, item_reason, told
from search.elastic_mapping import FORM, template
from search.elastic_query import filtered, ranked
from search.engine import EngineDown, IndexBroken, Refusal, Results, Sort, chunks
from search.ledger import this_process
from search.plan import Plan
from search.project import Entry, project
from search.store import Stamp, Store
from search.verify import Difference, Mended, differences

_BULK_DOCUMENTS = 500
_BULK_BYTES = 10_000_000  # far below http.max_content_length, 100 MB unless a cluster lowers it
_RETRIES = 4  # of a bulk item that met 429; then the outbox waits and tries again
_FIRST_WAIT = 0.5  # seconds, doubled at each retry
_KEEP = "5m"  # a view for paging: as long as a person may take over a page
_MOST_PASSES = 5  # of mending during a rebuild, while others write

_LEASE, _RENEW = 600.0, 60.0  # seconds that a rebuild holds the right to be the only one
_ONE_REBUILD = threading.Lock()
T = TypeVar("T")

_BEYOND = 2**63 - 1
_API_KEY = re.compile(r"[A-Za-z0-9+/=_-]+")


def connect(cluster: Cluster) -> Elasticsearch:
    """Credentials come from the environment. Nothing is sent yet."""
    login: dict[str, Any] = _credentials()
    if (authority := cluster.authority) is not None:
        if not authority.is_file():
            raise UserError(f"search.elasticsearch.ca：没有文件 {authority}")
        login["ca_certs"] = str(authority)
    try:
        return Elasticsearch(
            cluster.addresses,
            request_timeout=cluster.timeout,
            retry_on_timeout=True,
            retry_on_status=tuple(RETRY - {429}),  # 429 is answered by waiting, which the feeder does
            max_retries=max(3, len(cluster.addresses)),
            **login,
        )
    except ValueError as error:
        shown = re.sub(r"//[^/@\s]*@", "//…@", str(error))  # an address may hold a password
        raise UserError(f"search.elasticsearch.urls：{shown}") from None


def _credentials() -> dict[str, Any]:
    """Read from a file, a secret often ends in a newline. What cannot be one is refused here: as a header
    the HTTP client would refuse it too, and print it.
    """
    if key := os.environ.get("ZHOUBAO_ES_API_KEY", "").strip():
        if not _API_KEY.fullmatch(key):
            raise UserError(
                "环境变量 ZHOUBAO_ES_API_KEY 不像 API key：里面有汉字、空格等字符；"
                "应是建立时答复中 encoded 一项（Base64）"
            )
        return {"api_key": key}
    if user := os.environ.get("ZHOUBAO_ES_USER", "").strip():
        password = os.environ.get("ZHOUBAO_ES_PASSWORD", "").strip("\r\n")
        # Encoded here: the client takes a pair in ASCII only, and a password may be of any characters.
        return {"basic_auth": base64.b64encode(f"{user}:{password}".encode()).decode()}
    return {}


class Rebuilding(EngineDown):
    """Another rebuild is at work."""


class Elastic:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings.search.elasticsearch
        self.alias = self._settings.index
        self.client = connect(self._settings)
        self._checked = False

    def close(self) -> None:
        self.client.close()

    # ------------------------------------------------------------ the index behind the alias

    def setup(self) -> str:
        """Template, index and alias, where they are not there; the index in use."""
        with told():
            self._put_template()
            return self._current() or self._create(aliases={self.alias: {}})

    def _put_template(self) -> None:
        body = template(self.alias, self._settings.shards, self._settings.replicas)
        self.client.indices.put_index_template(name=self.alias, **body)

    def _create(self, **more: Any) -> str:
        index = f"{self.alias}-{uuid.uuid4().hex[:12]}"
        self.client.indices.create(index=index, **more)
        return index

    def _current(self) -> str | None:
        try:
            names = list(self.client.indices.get_alias(name=self.alias))
        except NotFoundError:
            return None
        if len(names) != 1:
            raise UserError(f"别名 {self.alias} 指向多个索引：{'、'.join(names)}；请只留一个")
        return str(names[0])

    def current(self) -> str | None:
        """The index in use; None when there is none."""
        with told():
            return self._current()

    def form(self) -> str | None:
        """The form of the index in use; None when there is none."""
        with told():
            index = self._current()
            if index is None:
                return None
            mapping = self.client.indices.get_mapping(index=index)[index]["mappings"]
            return str(mapping.get("_meta", {}).get("form"))

    def _check(self, *, writes: bool = False) -> None:
        """Once a client: a writer has an index of an older form rebuilt, a reader does not wait for that."""
        if self._checked:
            return
        form = self.form()
        if form is None:
            raise IndexBroken(f"no alias {self.alias}")
        if form != FORM and writes:
            raise IndexBroken("the index has an older form")
        if form != FORM:
            raise UserError(
                "Elasticsearch 中的索引是旧格式：请运行 zhoubao es reindex（重建时旧索引照常检索）"
            )
        self._checked = True

    # ------------------------------------------------------------ writing

    def ready(self) -> None:
        self._check(writes=True)

    def index(self, entries: Sequence[Entry]) -> list[Refusal]:
        self._check(writes=True)
        refused = self.write(entries, self.alias)
        with told():
            self.client.indices.refresh(index=self.alias)
        return refused

    def write(self, entries: Iterable[Entry], index: str) -> list[Refusal]:
        """Sends documents, each once, to an index or the alias, which need not see them before its next refresh.

        Two requests are under way at a time, so that the server works while the next one is made ready.
        """
        refused: list[Refusal] = []
        sent: deque[Future[list[Refusal]]] = deque()
        with ThreadPoolExecutor(2) as pool:
            for batch in chunks(entries, _BULK_DOCUMENTS):
                sent.append(pool.submit(self._bulk, map(_put, batch), index))
                if len(sent) > 2:
                    refused += sent.popleft().result()
            for one in sent:
                refused += one.result()
        return refused

    def delete(self, stamps: Sequence[Stamp]) -> None:
        self._check(writes=True)
        self._bulk(map(_delete, stamps), self.alias)
        with told():
            self.client.indices.refresh(index=self.alias)

    def _bulk(self, actions: Iterable[dict[str, Any]], index: str) -> list[Refusal]:
        refused: list[Refusal] = []
        with told():
            for ok, answer in helpers.streaming_bulk(
                self.client,
                actions,
                index=index,
                require_alias=index == self.alias,  # else a missing alias would become an index of that name
                chunk_size=_BULK_DOCUMENTS,
                max_chunk_bytes=_BULK_BYTES,
                max_retries=_RETRIES,
                initial_backoff=_FIRST_WAIT,
                max_backoff=8,
                raise_on_error=False,
                raise_on_exception=False,
            ):
                if not ok:
                    refused += _refusal(answer)
        return refused

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
        pit = self.client.open_point_in_time(index=self.alias, keep_alive=_KEEP)["id"]
        if by_score:  # it moves with what is indexed between two pages
            this = {"bool": {"must": [body["query"]], "filter": [{"term": {"id": place.id}}]}}
            found = self._ask(pit={"id": pit, "keep_alive": _KEEP}, query=this, size=1, source=False)
            for hit in found["hits"]["hits"]:
                place = msgspec.structs.replace(place, score=hit["_score"])
        return *self._view(body, place, pit, by_score), place

    def _view(self, body: dict[str, Any], place: cursor.Place, pit: str, by_score: bool) -> tuple[Any, str]:
        # A view sorts by itself at the end, and wants a value there too: beyond the last, for ids are distinct.
        body = body | {
            "sort": [*body["sort"], {"_shard_doc": "asc"}],
            "search_after": [*([place.score] if by_score else []), place.order, place.id, _BEYOND],
        }
        answer = self._ask(pit={"id": pit, "keep_alive": _KEEP}, **body)
        return answer, answer["pit_id"]

    def _ask(self, **body: Any) -> Any:
        if "index" in body and self._settings.shards > 1:
            body["search_type"] = "dfs_query_then_fetch"  # one idf for all shards, as one index has
        answer = self.client.search(**body)
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

    def count(self) -> int:
        self._check()
        with told():
            return int(self.client.count(index=self.alias)["count"])

    def stamps(self, index: str | None = None) -> Iterator[Stamp]:
        with told():
            pit = self.client.open_point_in_time(index=index or self.alias, keep_alive=_KEEP)["id"]
            after = None
            while True:
                answer = self.client.search(
                    pit={"id": pit, "keep_alive": _KEEP},
                    size=5000,
                    sort=[{"id": "asc"}],
                    search_after=after,
                    source=False,
                    version=True,
                    track_total_hits=False,
                )
                pit, hits = answer["pit_id"], answer["hits"]["hits"]
                yield from (Stamp(hit["_id"], hit["_version"]) for hit in hits)
                if not hits:
                    break
                after = hits[-1]["sort"]
            self.client.close_point_in_time(id=pit)

    # ------------------------------------------------------------ rebuilding

    def rebuild(self, store: Store) -> int:
        """Fills a new index while the old one serves and is fed, mends what changed meanwhile, switches,
        and removes what killed rebuilds have left. Raises EngineDown while another rebuild is at work.
        """
        with self._alone(store) as renew:
            with told():
                self._put_template()
                old, new = self._current(), self._create()
            try:
                with told():
                    self.client.indices.put_settings(index=new, settings={"refresh_interval": "-1"})
                self.write((project(*standing) for standing in renew(store.stream())), new)
                with told():
                    self.client.indices.put_settings(index=new, settings={"refresh_interval": None})
                self.mend(store, new)
                with told():
                    self.client.indices.update_aliases(actions=_switch(self.alias, old, new))
            except BaseException:
                with suppress(UserError, IndexBroken), told():  # the server that went may be why we are here
                    self.client.options(ignore_status=404).indices.delete(index=new)
                raise
            self._checked = False
            self.mend(store, None)  # what was written into the old index in the last moments
            self._remove([*([] if old is None else [old]), *self.orphans()])
        with told():
            return int(self.client.count(index=self.alias)["count"])

    def orphans(self) -> list[str]:
        """Indices of ours without an alias: what a killed rebuild has left, or one at work is filling."""
        ours = re.compile(re.escape(self.alias) + "-[0-9a-f]{12}")  # others may have `zhoubao-…` too
        with told():
            found = self.client.indices.get(index=f"{self.alias}-*")
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

    def mend(self, store: Store, index: str | None) -> Mended:
        """Puts right exactly what differs from the store. Refused documents stay missing, and of the index
        in use are parked with their reason.
        """
        target = index or self.alias
        differed: set[str] = set()
        refused: dict[str, str] = {}
        for passes in range(_MOST_PASSES + 1):
            found = self.difference(store, index)
            differ = set().union(*found.ids.values())
            differed |= differ
            if passes == _MOST_PASSES or differ <= refused.keys():
                break
            # What a plain write did not put right has a later version here, perhaps that of a deletion.
            with self._forgetting(target) if passes or found.ahead else nullcontext():
                self._bulk(map(_delete, (*found.ahead, *found.foreign)), target)
                now = store.alone(differ - refused.keys())
                refusals = self._bulk((_put(project(*standing)) for standing in now.values()), target)
            refused |= {refusal.id: refusal.reason for refusal in refusals}
        if index is None:
            store.park_only(refused)
        return Mended(len(differed - differ), {id: refused.get(id, "仍有出入") for id in sorted(differ)})

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
            with told():
                self.client.indices.put_settings(index=index, settings={"index.gc_deletes": None})


def _switch(alias: str, old: str | None, new: str) -> list[dict[str, Any]]:
    add = {"add": {"index": new, "alias": alias}}
    return [add] if old is None else [{"remove": {"index": old, "alias": alias}}, add]


def _put(entry: Entry) -> dict[str, Any]:
    return {
        "_op_type": "index",
        "_id": entry.id,
        "version": entry.version,
        "version_type": "external_gte",
        "_source": entry.as_dict(),
    }


def _delete(stamp: Stamp) -> dict[str, Any]:
    return {"_op_type": "delete", "_id": stamp.id, "version": stamp.version, "version_type": "external_gte"}


def _refusal(answer: dict[str, Any]) -> list[Refusal]:
    """Of a failed item: nothing when it needs no more, a refusal when asking again is no use."""
    ((what, item),) = answer.items()
    status, error = item.get("status"), item.get("error")
    kind = error.get("type") if isinstance(error, dict) else ""
    if status == 409 or (status == 404 and what == "delete" and not error):
        return []  # a newer version is there already; or what should go is not there
    if status == 404:
        raise IndexBroken(item_reason(error))
    if status is None or status in RETRY or kind == "cluster_block_exception":
        raise EngineDown(f"Elasticsearch 暂不接受写入（{status or '连不上'}）：{item_reason(error)}")
    if status in (401, 403):
        raise UserError(f"这把钥匙权限不足：{item_reason(error)}；所需权限见 zhoubao es role")
    return [Refusal(item["_id"], f"{status} {item_reason(error)}")]
