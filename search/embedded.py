"""The engine inside the process: tantivy, in a folder of its own.

    index/lock            held by the one process that writes
    index/current         names the generation in use
    index/<generation>/   a tantivy index, and `form`: the versions of everything its terms depend on

A rebuild writes a new generation and then renames `current` over the old one, so readers, also in other
processes, go from a whole index to a whole index. Tantivy's commit is atomic, and rows leave the outbox
only after it: a process killed at any instant leaves an index that is whole and at most behind.
"""

from __future__ import annotations

import fcntl
import heapq
import os
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import msgspec
import tantivy
from tantivy import Query as TQuery
from tantivy import SchemaBuilder

from search import checksums, cursor, embedded_query
from search.engine import EngineDown, IndexBroken, Refusal, Results, Sort, chunks, entries
from search.plan import AllOf, Between, Plan
from search.project import VERSION, Entry, project
from search.store import Stamp, Store
from search.verify import Mended, differences

FORM = f"1 / {metadata.version('tantivy')} / {VERSION}"

_WORDS = ("title_words", "words")
_GRAMS = ("title_grams", "grams", "publisher", "docno")
_VALUES = (
    "title_key",
    "company",
    "subject",
    "company_name",
    "theme",
    "kind",
    "source",
    "column",
    "has",
    "day",
    "week",
    "month",
)
_FIGURES = ("amount", "shares", "price", "ratio", "change")
_BATCH = 2_000
_MEMORY = 128_000_000  # bytes of the writer, before it flushes a segment
_SMALL = 15_000_000  # the least that tantivy takes
_PATIENCE = 10.0  # seconds to wait for the rebuild of another process
_KEEP = 300  # seconds that a view is kept for the next page: as long as a person may take over one


def _schema() -> tantivy.Schema:
    build = SchemaBuilder()
    build.add_text_field("id", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    build.add_unsigned_field("version", stored=True)
    build.add_integer_field("checksum", stored=True)
    build.add_integer_field("order", fast=True)
    build.add_integer_field("published", fast=True)
    build.add_float_field("weight", fast=True)
    for name in _WORDS:  # frequencies for ranking; adjacency is the grams' business
        build.add_text_field(name, tokenizer_name="blank", index_option="freq")
    for name in _GRAMS:
        build.add_text_field(name, tokenizer_name="blank", index_option="position")
    build.add_text_field("parts", tokenizer_name="blank", index_option="basic")
    for name in _VALUES:
        build.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in _FIGURES:
        build.add_float_field(name, fast=True)
    return build.build()


class Embedded:
    """`folder` is made when it is not there. Reads and writes raise IndexBroken when there is nothing usable."""

    def __init__(self, folder: Path) -> None:
        self.name = "embedded"
        self._folder = folder
        self._open: tuple[str, tantivy.Index] | None = None
        self._seen = 0  # time of the last commit that this reader has loaded
        self._views: dict[str, tuple[float, tantivy.Searcher]] = {}  # with the time of their last use
        self._whole: set[Path] = set()  # files whose checksum was right

    def close(self) -> None:
        self._open = None
        self._views = {}

    # ------------------------------------------------------------ generations

    def generation(self) -> str:
        return f"{self.name} {self._generation()[0]}"

    def _index(self) -> tantivy.Index:
        return self._generation()[1]

    def _generation(self) -> tuple[str, tantivy.Index]:
        """The generation in use; a newer one is noticed, so that a long-lived reader follows a rebuild."""
        try:
            name = (self._folder / "current").read_text()
            if self._open is None or self._open[0] != name:
                if (self._folder / name / "form").read_text() != FORM:
                    raise IndexBroken("the index has an older form")
                index = _guard(tantivy.Index.open, str(self._folder / name))
                self._open, self._seen = (name, _prepared(index)), 0
        except (OSError, ValueError) as error:  # ValueError: bytes that are no name
            raise IndexBroken(f"no index: {error}") from None
        return self._open

    def _searcher(self) -> Any:
        name, index = self._generation()
        # A commit, also of another process, puts a new meta.json in place of the old one.
        now = _guard((self._folder / name / "meta.json").stat).st_mtime_ns
        if now != self._seen:
            _guard(index.reload)
            self._seen = now
        return _Guarded(_guard(index.searcher))

    @contextmanager
    def _writing(self, wait: float = 0) -> Iterator[None]:
        """One writer in all processes; the system frees the lock of a process that dies."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("a") as lock:
            until = time.monotonic() + wait
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= until:
                        raise EngineDown("索引正由另一个进程写入，稍后再试") from None
                time.sleep(0.05)
            yield

    def rebuild(self, store: Store) -> int:
        """Of two processes that find the index damaged one builds it, and the other waits a little for it."""
        before = self._name()
        with self._writing(_PATIENCE):
            if self._name() != before:
                with suppress(IndexBroken):
                    return self.count()
            name = uuid.uuid4().hex[:8]
            path = self._folder / name
            path.mkdir()
            index = _prepared(tantivy.Index(_schema(), str(path)))
            writer = index.writer(_MEMORY, 1)
            total, refused = 0, dict[str, str]()
            for batch in chunks((project(*standing) for standing in store.stream()), _BATCH):
                refused |= {refusal.id: refusal.reason for refusal in _add(writer, batch)}
                total += len(batch)
            writer.commit()
            writer.wait_merging_threads()
            (path / "form").write_text(FORM)
            new, current = self._folder / "current.new", self._folder / "current"
            new.write_text(name)
            if current.is_dir():  # put there by hand
                shutil.rmtree(current)
            os.replace(new, current)
            for old in self._folder.iterdir():
                if old.is_dir() and old != path:
                    shutil.rmtree(old, ignore_errors=True)  # a reader keeps its open files
        store.park_only(refused)
        store.follow(self.name, self.generation())
        return total - len(refused)

    def _name(self) -> str | None:
        try:
            return (self._folder / "current").read_text()
        except (OSError, ValueError):
            return None

    # ------------------------------------------------------------ writing

    def index(self, entries: Sequence[Entry]) -> list[Refusal]:
        with self._writing():
            writer = _guard(self._index().writer, _MEMORY, 1)
            refused = _add(writer, entries, replace=True)
            _guard(writer.commit)
            writer.wait_merging_threads()
        return refused

    def delete(self, stamps: Sequence[Stamp]) -> list[Refusal]:
        with self._writing():
            writer = _guard(self._index().writer, _MEMORY, 1)
            for stamp in stamps:
                writer.delete_documents_by_term("id", stamp.id)
            _guard(writer.commit)
            writer.wait_merging_threads()
        return []

    def mend(self, store: Store) -> Mended:
        found = differences(store.stamps(), self.stamps())
        if found.foreign:
            self.delete(found.foreign)
        wanted = [*found.missing, *found.stale, *(stamp.id for stamp in found.ahead)]
        refused: dict[str, str] = {}
        for batch in chunks(entries(store, wanted), _BATCH):
            refused |= {refusal.id: refusal.reason for refusal in self.index(batch)}
        store.park_only(refused)
        return Mended(len(wanted) + len(found.foreign) - len(refused), refused)

    # ------------------------------------------------------------ reading

    def search(
        self, plan: Plan, limit: int = 20, sort: Sort = "relevance", after: str | None = None
    ) -> Results:
        place = cursor.decode(after)
        name, searcher = self._view(place)
        by = self._by_time if sort == "time" or not plan.ranks else self._by_score
        rows, total, place = by(searcher, plan, limit, place)
        return cursor.page(total, rows, limit, place, name)

    def _view(self, place: cursor.Place | None) -> tuple[str, tantivy.Searcher]:
        """The index as the pages before saw it, as long as this process keeps it; else as it is now."""
        now = time.monotonic()
        name = place.pit if place else None
        searcher = self._views[name][1] if name in self._views else None
        if name is None or searcher is None:
            searcher = self._searcher()
            name = f"{self._generation()[0]}-{self._seen}"
        kept = {other: view for other, view in self._views.items() if now - view[0] < _KEEP}
        self._views = kept | {name: (now, searcher)}
        return name, searcher

    def _by_time(
        self, searcher: tantivy.Searcher, plan: Plan, limit: int, place: cursor.Place | None
    ) -> tuple[list[cursor.Row], int, cursor.Place | None]:
        schema = self._index().schema
        query = wanted = embedded_query.query(plan.node, schema)
        if place is not None:
            before = Between("order", None, place.order)
            wanted = embedded_query.query(AllOf((plan.node, before)), schema)
        # Equals of the last one are fetched along, so that they can be put in order of their ids.
        found = _guard(searcher.search, wanted, limit + _EQUALS, order_by_field="order")
        rows = [(0.0, order, searcher.doc(address)["id"][0]) for order, address in found.hits]
        total = found.count if place is None else _guard(searcher.search, query, 1).count
        return rows, total, place

    def _by_score(
        self, searcher: tantivy.Searcher, plan: Plan, limit: int, place: cursor.Place | None
    ) -> tuple[list[cursor.Row], int, cursor.Place | None]:
        query = embedded_query.ranked(plan, self._index().schema, searcher)
        last = self._address(searcher, place.id) if place else None
        size = min(limit + _EQUALS + (place.depth if place else 0), max(1, searcher.num_docs))
        while True:
            found = _guard(searcher.search, query, size, weight_by_field="weight")
            if place is not None and last is not None:
                # Scores move with what is indexed between two pages; the last one shown moves with them.
                now = next((score for score, address in found.hits if address == last), None)
                if now is None and len(found.hits) < found.count:
                    size *= 2
                    continue
                place = place if now is None else msgspec.structs.replace(place, score=now)
                last = None
            addresses = [address for _, address in found.hits]
            orders: list[Any] = searcher.fast_field_values("order", addresses)
            if None in orders:
                raise IndexBroken("a document without its time")
            rest = [
                (score, order, address)
                for (score, address), order in zip(found.hits, orders, strict=True)
                if place is None or (score, order) <= (place.score, place.order)
            ]
            rest.sort(key=_best)
            # Enough when the last one fetched is worse than the last one shown, or nothing is left.
            if len(addresses) >= found.count or (len(rest) > limit and rest[-1][0] < rest[limit][0]):
                break
            size *= 2
        rows = [(score, order, searcher.doc(at)["id"][0]) for score, order, at in rest[: limit + _EQUALS]]
        return rows, found.count, place

    def _address(self, searcher: tantivy.Searcher, id: str) -> Any:
        """Where a document is in the index now; None when it is there no more."""
        query = TQuery.term_query(self._index().schema, "id", id, index_option="basic")
        found = _guard(searcher.search, query, 1, count=False).hits
        return found[0][1] if found else None

    def facets(self, plan: Plan, fields: Sequence[str], most: int) -> dict[str, list[tuple[str, int]]]:
        query = embedded_query.query(plan.node, self._index().schema)
        ask = {name: {"terms": {"field": name, "size": 60_000, "segment_size": 60_000}} for name in fields}
        answer = _guard(self._searcher().aggregate, query, ask)
        found = {}
        for name in fields:
            counts = [(bucket["key"], int(bucket["doc_count"])) for bucket in answer[name]["buckets"]]
            found[name] = heapq.nsmallest(most, counts, key=lambda pair: (-pair[1], pair[0]))
        return found

    def frequencies(self, words: Sequence[str]) -> list[int]:
        searcher, schema = self._searcher(), self._index().schema
        if not _guard(checksums.deletions, self._folder / self._generation()[0]):
            return [searcher.doc_freq("words", word) for word in words]
        # The dictionary still counts what was deleted or replaced since its segment was merged. Counting takes
        # some 10 ns for each document that has a word.
        count = {"documents": {"value_count": {"field": "order"}}}
        holding = (TQuery.term_query(schema, "words", word, index_option="basic") for word in words)
        return [int(searcher.aggregate(query, count)["documents"]["value"]) for query in holding]

    def ready(self) -> None:
        """First reads through every file that this process has not yet: rotten bytes give no error of themselves,
        or one that ends the process.
        """
        index = self._folder / self._generation()[0]
        for file in _guard(checksums.files, index):
            if file in self._whole:
                continue
            try:
                whole = checksums.is_whole(file)
            except OSError:  # unless another process merged it away meanwhile
                whole = file not in _guard(checksums.files, index)
            if not whole:
                raise IndexBroken(f"{file.name} is damaged")
            self._whole.add(file)
        self.count()

    def count(self) -> int:
        return int(self._searcher().num_docs)

    def stamps(self) -> Iterator[Stamp]:
        searcher = self._searcher()
        found = _guard(searcher.search, TQuery.all_query(), max(1, searcher.num_docs))
        docs = (searcher.doc(address) for _, address in found.hits)
        stamps = (Stamp(doc["id"][0], doc["version"][0], doc.get_first("checksum")) for doc in docs)
        yield from sorted(stamps, key=lambda stamp: stamp.id)


def matching(entries: Sequence[Entry], plans: Sequence[Plan]) -> list[set[str]]:
    """Which of these few documents each plan finds: through an index in memory, whatever the real one holds."""
    index = _prepared(tantivy.Index(_schema()))
    writer = index.writer(_SMALL, 1)
    refused = {refusal.id for refusal in _add(writer, entries)}
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    most = max(1, len(entries) - len(refused))
    found = [searcher.search(embedded_query.query(plan.node, index.schema), most) for plan in plans]
    return [{searcher.doc(address)["id"][0] for _, address in one.hits} for one in found]


_EQUALS = 20


def _best(key: tuple[float, Any, Any]) -> tuple[float, int]:
    return -key[0], -key[1]


def _prepared(index: tantivy.Index) -> tantivy.Index:
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("blank", analyzer)
    index.config_reader("manual")
    return index


def _add(writer: tantivy.IndexWriter, entries: Iterable[Entry], *, replace: bool = False) -> list[Refusal]:
    refused = []
    for entry in entries:
        try:
            row = tantivy.Document(**entry.as_dict())
            if replace:
                writer.delete_documents_by_term("id", entry.id)
            writer.add_document(row)
        except (
            ValueError,
            TypeError,
            OverflowError,
        ) as error:  # half a surrogate pair, a figure beyond 64 bits
            refused.append(Refusal(entry.id, str(error).encode(errors="replace").decode()))
    return refused


def _guard(call: Any, *args: Any, **more: Any) -> Any:
    """Damage on disk shows as ValueError, OSError or a panic of tantivy: all mean a rebuild."""
    try:
        return call(*args, **more)
    except (ValueError, OSError) as error:
        if "LockBusy" in str(error):
            raise EngineDown("索引正由另一个进程写入，稍后再试") from None
        raise IndexBroken(str(error)) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # not a subclass of Exception, and not importable
            raise
        raise IndexBroken(str(error)) from None


class _Guarded:
    """A searcher that answers like its own, and tells damage by IndexBroken whatever it is asked."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher

    def __getattr__(self, name: str) -> Any:
        value = _guard(getattr, self._searcher, name)
        return partial(_guard, value) if callable(value) else value

    def doc(self, address: Any) -> Any:
        found = _guard(self._searcher.doc, address)
        if not isinstance(found.get_first("id"), str) or not isinstance(found.get_first("version"), int):
            raise IndexBroken("a stored document cannot be read")
        return found
