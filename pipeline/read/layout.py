"""What a reader is told about a site, and how a page is refused.

A *system* is the software that publishes a site; it knows how lists page and where things
usually stand. A *layout* is one column of one source: the system's rules with the source's own
selectors over them. A selector is CSS; `css@name` takes an attribute, `css::text` only the
element's own text, and `label:发布日期` the value beside that word in the page's table of
particulars. Where a field has several selectors they are alternatives in order of trust.
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.model import Article, Listed, Listing, Page, Record


class ReadError(Exception):
    """A page that cannot be read. `outcome` is a named outcome of the run ledger: challenge,
    empty_shell, not_html, not_json, api_error, bad_shape, wrong_charset, no_rows, no_title,
    no_date, no_body."""

    def __init__(self, outcome: str, detail: str) -> None:
        super().__init__(f"{outcome}: {detail}")
        self.outcome = outcome
        self.detail = detail


class Rows(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the rows of a list stand; `link`, `title` and `date` are looked up inside a row."""

    row: str
    link: str = "a"
    title: str | None = None  # None: the link's title attribute, else its text
    date: str | None = None
    skip: str | None = None  # pattern of addresses that are shown among the rows and are of another list


class Fields(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the parts of an article stand."""

    title: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    publisher: tuple[str, ...] = ()
    number: tuple[str, ...] = ()
    index: tuple[str, ...] = ()
    table: str | None = None  # the table of particulars: cells `发文字号：` | value
    body: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()  # elements inside the body that are not text of the article
    files: tuple[str, ...] = ()  # places outside the body where files are linked
    file_url: str | None = None  # pattern of file links without an extension
    day_only: bool = False  # the clock on the page is not to be trusted


class Layout(Record, frozen=True, kw_only=True):
    system: str  # of its lists
    details: str  # system of the articles that they lead to
    source: str
    column: str
    publisher: str  # of the source; the page's own word wins
    base: str
    hosts: tuple[str, ...]
    id: str  # pattern; group 1 is the native id in a detail URL
    rows: Rows
    fields: Fields
    url: str = ""  # of the column


class System(Record, frozen=True, kw_only=True):
    """A publishing system: its usual places, and its two readers."""

    read_list: Callable[[Page, Layout], Listing]
    read_detail: Callable[[Page, Layout, Listed | None], Article]
    id: str
    rows: Rows = Rows(row="li")
    fields: Fields = Fields()
    filings: bool = False  # a row is the whole record and its file the text; there is no page to read
    issuers: bool = False  # a row is a listed company; there are no documents
