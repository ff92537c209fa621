"""JSON and JSONP answers, read strictly: what is not known is said, what is not JSON is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from pipeline.model import Page
from pipeline.read.html import decode
from pipeline.read.layout import ReadError

_JSONP = re.compile(r"^\s*[\w$.]+\s*\(\s*(.*)\)\s*;?\s*$", re.S)
_TAG = re.compile(r"</?(?:em|font|span|b|br)\b[^>]*>", re.I)


def read_json(text: str) -> dict[str, Any]:
    """One object, bare or as JSONP; a list of one object is that object (BSE)."""
    body = text.lstrip("\ufeff \t\r\n")
    if body.startswith("<"):
        raise ReadError("not_json", "HTML came where JSON was asked for")
    wrapped = _JSONP.match(body)
    try:
        answer = json.loads(wrapped[1] if wrapped else body)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ReadError("not_json", f"{error} in {body[:40]!r}") from None
    if isinstance(answer, list) and len(answer) == 1:
        answer = answer[0]
    if not isinstance(answer, dict):
        raise ReadError("bad_shape", f"an object was expected, {type(answer).__name__} came")
    return answer


def page_json(page: Page) -> dict[str, Any]:
    return read_json(decode(page))


def member(answer: dict[str, Any], name: str, kind: type | tuple[type, ...]) -> Any:
    """A member that must be there and of a kind; raises ReadError (bad_shape)."""
    if name not in answer:
        raise ReadError("bad_shape", f"{name} is missing; there are {', '.join(list(answer)[:12])}")
    if not isinstance(answer[name], kind):
        raise ReadError("bad_shape", f"{name} is {type(answer[name]).__name__}")
    return answer[name]


def audit(row: dict[str, Any], known: Collection[str], where: str) -> list[str]:
    """Unknown keys: a site that adds one is changing."""
    return [f"{where}: unknown key {key}" for key in row if key not in known]


def objects(rows: Iterable[Any], problems: list[str]) -> Iterator[dict[str, Any]]:
    """The rows that are objects; what else stands among them is a problem."""
    for row in rows:
        if isinstance(row, dict):
            yield row
        else:
            problems.append(f"a row that is no object: {str(row)[:40]}")


def plain(text: Any) -> str:
    """A title as the API has it, without highlighting."""
    return re.sub(r"\s+", " ", _TAG.sub("", str(text or ""))).strip()


# ---------------------------------------------------------------- paging by a number in the address


def query_number(url: str, name: str) -> int | None:
    stated = dict(parse_qsl(urlsplit(url).query)).get(name, "")
    return int(stated) if stated.isdigit() else None


def next_in_query(url: str, *names: str) -> str:
    """The same address with the number (each of `names`) one higher; a missing one was 1."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in names:
        query[name] = str((query_number(url, name) or 1) + 1)
    return urlunsplit(parts._replace(query=urlencode(query, quote_via=quote)))
