"""An index on a cluster, behind an alias: made, written to, counted.

Documents carry the store's version as their own (`external_gte`), so of two writers the newer document
wins, and a bulk that is sent again after a time-out changes nothing.
"""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from elasticsearch import ApiError, Elasticsearch, NotFoundError, helpers

from config import Settings
from pipeline.model import UserError
from search.elastic_connect import connect
from search.elastic_errors import RETRY, WRONG_KEY, NotElasticsearch, item_reason, told
from search.elastic_mapping import FORM, template
from search.engine import EngineDown, IndexBroken, Refusal, chunks
from search.project import Entry
from search.store import Stamp

_BULK_DOCUMENTS = 500
_BULK_BYTES = 10_000_000  # far below http.max_content_length, 100 MB unless a cluster lowers it
_ASKED, _ASKED_AGAIN = 10.0, 1  # a person's question: seconds, and tries after the first
_RETRIES = 4  # of a bulk item that met 429; then the outbox waits and tries again
_FIRST_WAIT = 0.5  # seconds, doubled at each retry
KEEP = "5m"  # a view for paging: as long as a person may take over a page


class _TooLarge(Exception):
    """A request is; the message is for when a single document makes it so."""


class ElasticIndex:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings.search.elasticsearch
        self.alias = self._settings.index
        self.name = f"elasticsearch {self.alias}"
        self.client = connect(self._settings)
        self._asking = self.client.options(
            request_timeout=min(self._settings.timeout, _ASKED), max_retries=_ASKED_AGAIN
        )
        self._checked = False

    def close(self) -> None:
        self.client.close()

    # ------------------------------------------------------------ the index behind the alias

    def setup(self) -> str:
        """Template, index and alias, where they are not there; the index in use."""
        with told():
            self._put_template()
            return self._current(self.client) or self._create(aliases={self.alias: {}})

    def _put_template(self) -> None:
        body = template(self.alias, self._settings.shards, self._settings.replicas)
        self.client.indices.put_index_template(name=self.alias, **body)

    def _create(self, **more: Any) -> str:
        index = f"{self.alias}.{uuid.uuid4().hex[:12]}"
        self.client.indices.create(index=index, **more)
        return index

    def _current(self, client: Elasticsearch) -> str | None:
        try:
            names = list(client.indices.get_alias(name=self.alias))
        except NotFoundError:
            return None
        if len(names) != 1:
            raise UserError(f"别名 {self.alias} 指向多个索引：{'、'.join(names)}；请只留一个")
        return str(names[0])

    def current(self) -> str | None:
        """The index in use; None when there is none."""
        with told():
            return self._current(self._asking)

    def generation(self) -> str:
        with told():
            index = self._current(self.client)
        if index is None:
            raise IndexBroken(f"no alias {self.alias}")
        return f"elasticsearch {index}"

    def form(self) -> str | None:
        """The form of the index in use; None when there is none."""
        return self._form(self._asking)

    def _form(self, client: Elasticsearch) -> str | None:
        with told():
            index = self._current(client)
            if index is None:
                return None
            mapping = client.indices.get_mapping(index=index)[index]["mappings"]
            return str(mapping.get("_meta", {}).get("form"))

    def _check(self, *, writes: bool = False) -> None:
        """Once a client: a writer has an index of an older form rebuilt, a reader does not wait for that."""
        if self._checked:
            return
        form = self._form(self.client if writes else self._asking)
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
                sent.append(pool.submit(self._bulk, [putting(entry) for entry in batch], index))
                if len(sent) > 2:
                    refused += sent.popleft().result()
            for one in sent:
                refused += one.result()
        return refused

    def delete(self, stamps: Sequence[Stamp]) -> list[Refusal]:
        self._check(writes=True)
        refused = self._bulk([deleting(stamp) for stamp in stamps], self.alias)
        with told():
            self.client.indices.refresh(index=self.alias)
        return refused

    def _bulk(self, actions: Sequence[dict[str, Any]], index: str) -> list[Refusal]:
        """What the server, or a gateway before it, finds too large is sent by halves."""
        try:
            with told():
                return self._sent(actions, index)
        except _TooLarge as error:
            if len(actions) == 1:
                return [Refusal(actions[0]["_id"], str(error))]
            half = len(actions) // 2
            return self._bulk(actions[:half], index) + self._bulk(actions[half:], index)

    def _sent(self, actions: Sequence[dict[str, Any]], index: str) -> list[Refusal]:
        refused: list[Refusal] = []
        try:
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
            ):
                if not ok:
                    refused += _refusal(answer)
        except (ApiError, NotElasticsearch) as error:
            status, who = (
                (error.status_code, "Elasticsearch 的 http.max_content_length")
                if isinstance(error, ApiError)
                else (error.status, "Elasticsearch 前的网关")
            )
            if status != 413:
                raise
            raise _TooLarge(f"这一份文件单独也太大（413）：超过{who}的限制") from None
        return refused

    # ------------------------------------------------------------ what it holds

    def count(self) -> int:
        self._check()
        with told():
            return int(self._asking.count(index=self.alias)["count"])

    def stamps(self, index: str | None = None) -> Iterator[Stamp]:
        with told():
            pit = self.client.open_point_in_time(index=index or self.alias, keep_alive=KEEP)["id"]
            after = None
            while True:
                answer = self.client.search(
                    pit={"id": pit, "keep_alive": KEEP},
                    size=5000,
                    sort=[{"id": "asc"}],
                    search_after=after,
                    source=False,
                    version=True,
                    docvalue_fields=[{"field": "checksum"}],
                    track_total_hits=False,
                )
                pit, hits = answer["pit_id"], answer["hits"]["hits"]
                for hit in hits:
                    (checksum,) = hit.get("fields", {}).get("checksum", [None])
                    yield Stamp(hit["_id"], hit["_version"], checksum)
                if not hits:
                    break
                after = hits[-1]["sort"]
            self.client.close_point_in_time(id=pit)


def putting(entry: Entry) -> dict[str, Any]:
    return {
        "_op_type": "index",
        "_id": entry.id,
        "version": entry.version,
        "version_type": "external_gte",
        "_source": entry.as_dict(),
    }


def deleting(stamp: Stamp) -> dict[str, Any]:
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
    if status in RETRY or kind == "cluster_block_exception":
        raise EngineDown(f"Elasticsearch 暂不接受写入（{status}）：{item_reason(error)}")
    if status == 401:
        raise UserError(WRONG_KEY)
    if status == 403:
        raise UserError(f"这把钥匙权限不足：{item_reason(error)}；所需权限见 zhoubao es role")
    return [Refusal(item["_id"], f"{status} {item_reason(error)}", passing=status >= 500)]
