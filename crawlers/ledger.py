"""Accounts for every request of a run: each ends in exactly one named outcome.

`opened` counts answers as the downloader hands them over, `refused` what never got one; each must
be closed once. `balance` compares that with what Scrapy itself counted, so a page that slipped
through any layer shows as trouble.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from pipeline.model import Document
from search.store import Store

# What ends well, or says something about the document only: nobody has to act.
FINE = frozenset(
    {
        "stored", "updated", "unchanged", "duplicate", "withdrawn", "unlisted",
        "list", "search", "shell", "warm_up", "not_modified", "redirect", "robots_txt", "elsewhere", "end_of_list",
        "attachment", "too_big", "encrypted", "scanned", "unsupported", "empty",
    }
)  # fmt: skip
ACCOUNT = "account"
STEP_LIST, STEP_PAGE, STEP_FILE = "list", "page", "file"


@dataclass
class Account:
    """Of one page through its redirects and retries, which share it: Scrapy copies `meta` for each."""

    column: str | None = None  # of the source
    step: str | None = None  # list, page or file
    visit: int = 0  # of the last answer
    refused: bool = False  # whether the last attempt ended without an answer, and was named


def account(request: Request) -> Account:
    return request.meta.setdefault(ACCOUNT, Account())


class Refused(IgnoreRequest):
    """A request that is not made, or an answer that is not used. `outcome` names why."""

    def __init__(self, outcome: str, detail: str) -> None:
        super().__init__(f"{outcome}: {detail}")
        self.outcome = outcome
        self.detail = detail


def outcome_of(error: BaseException) -> tuple[str, str]:
    """The named outcome of a request that ended in an error, and its detail."""
    if isinstance(error, Refused):
        return error.outcome, error.detail
    text = str(error) or type(error).__name__
    for kinds, name in (
        ((DownloadTimeoutError, asyncio.TimeoutError), "timeout"),
        ((CannotResolveHostError,), "no_host"),
        ((ResponseDataLossError,), "cut"),
        ((DownloadCancelledError,), "too_big"),
        ((UnsupportedURLSchemeError,), "off_site"),
    ):
        if isinstance(error, kinds):
            return name, text
    if isinstance(error, IgnoreRequest):
        # Scrapy names these by their text only.
        for words, name in (
            ("robots.txt", "robots"),
            ("max redirections", "redirect_loop"),
            ("DOWNLOAD_MAXSIZE", "too_big"),
        ):
            if words in text:
                return name, text
    return "no_answer", f"{type(error).__name__}: {text}"


class _Answer(NamedTuple):
    url: str
    column: str | None
    step: str | None
    place: str | None  # in the archive


class Ledger:
    """Writes a run's pages to the store. A visit is one request, from the network's point of view."""

    def __init__(self, store: Store, run: int) -> None:
        self.store = store
        self.run = run
        self.outcomes: Counter[str] = Counter()
        self.opened = 0
        self.refused = 0
        self.problems: list[str] = []
        self._open: dict[int, _Answer] = {}

    # ------------------------------------------------------------ one answer

    def open(self, request: Request, place: str | None) -> None:
        """An answer arrived; `place` is where the archive holds it."""
        self.opened += 1
        about = account(request)
        about.visit, about.refused = self.opened, False
        self._open[self.opened] = _Answer(request.url, about.column, about.step, place)

    def is_open(self, request: Request) -> bool:
        return account(request).visit in self._open

    def end(self, request: Request, outcome: str, detail: str | None = None) -> None:
        """Closes an answer. One that is closed already is a mistake of ours, and is told as such."""
        entry = self._open.pop(account(request).visit, None)
        if entry is None:
            self.problems.append(f"{request.url} 有两个结局，后一个是 {outcome}")
            return
        self._write(entry, outcome, detail)

    def put(self, request: Request, document: Document, outcome: str | None = None) -> str:
        """Closes an answer with the document it gave, both in one transaction.

        `outcome` names what the page was where that is not what became of the document
        (a PDF that is HTML: the document is stored with its list facts, the page is `not_pdf`).
        """
        page = self._open[account(request).visit]
        done = self.store.put(
            document,
            run=self.run,
            page_url=page.url,
            archive=page.place,
            page_outcome=outcome,
            step=page.step,
            detail="; ".join(document.problems) or None,
        )
        del self._open[account(request).visit]
        self.outcomes[outcome or done] += 1
        return done

    # ------------------------------------------------------------ no answer

    def refuse(self, request: Request, outcome: str, detail: str | None = None) -> None:
        """A request that got no answer, or was never made."""
        self.refused += 1
        about = account(request)
        about.refused = True
        self._write(_Answer(request.url, about.column, about.step, None), outcome, detail)

    def put_refused(self, request: Request, document: Document, outcome: str) -> None:
        """A document known by its list row; its file is not asked for, for the reason named."""
        self.refused += 1
        self.store.put(document, run=self.run, page_url=request.url, page_outcome=outcome, step=STEP_FILE)
        self.outcomes[outcome] += 1

    def put_listed(self, document: Document) -> None:
        """A document known by its list row; its file's page has its outcome already."""
        self.store.put(document, run=self.run, page_url=None)

    def _write(self, page: _Answer, outcome: str, detail: str | None) -> None:
        about = {"archive": page.place, "column": page.column, "step": page.step}
        self.store.record(self.run, page.url, outcome, detail=detail, **about)
        self.outcomes[outcome] += 1

    # ------------------------------------------------------------ the end

    @property
    def pages(self) -> int:
        return self.opened + self.refused

    def balance(self, answers: int) -> list[str]:
        """What does not add up; `answers` is Scrapy's own count of responses. Closes what is open."""
        wrong = list(self.problems)
        for number, page in list(self._open.items()):
            del self._open[number]
            self._write(page, "lost", "the page was fetched and nothing became of it")
            wrong.append(f"{page.url} 没有结局")
        if answers != self.opened:
            wrong.append(f"收到 {answers} 个答复，记账 {self.opened} 个")
        total = sum(self.outcomes.values())
        if total != self.pages:
            wrong.append(f"共 {self.pages} 页，结局却有 {total} 个")
        written = sum(self.store.outcomes(self.run).values())
        if written != total:
            wrong.append(f"结局有 {total} 个，账上却有 {written} 行")
        return wrong
