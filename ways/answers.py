"""Answers of the HTTP door: JSON with an ETag, and what the OpenAPI says of them."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from fastapi import Request, Response

from search.client import Answer, Facet
from search.shown import Shown
from search.suggest import Suggestion
from ways.ask import Facts, Health
from ways.problems import MEDIA, ProblemDetails
from weekly.model import Issue, Paragraph


class Bar(msgspec.Struct, frozen=True):
    """`bar` is 2024-02-19, 2024-W08 or 2024-02."""

    bar: str
    count: int


class TargetView(msgspec.Struct, frozen=True):
    """A target of alerts without its secrets; `counts` are documents by what became of them."""

    shown: str
    problem: str | None
    failures: int
    counts: dict[str, int]


class WatchView(msgspec.Struct, frozen=True):
    name: str
    query: str
    digest: str | None
    problem: str | None
    targets: tuple[TargetView, ...]


class TokenView(msgspec.Struct, frozen=True):
    name: str
    scopes: tuple[str, ...]


SHAPES: dict[str, Any] = {
    "search": Answer,
    "document": Shown,
    "facets": dict[str, Facet],
    "histogram": tuple[Bar, ...],
    "suggest": tuple[Suggestion, ...],
    "week": Issue,
    "section": tuple[Paragraph, ...],
    "facts": Facts,
    "health": Health,
    "watches": tuple[WatchView, ...],
    "tokens": tuple[TokenView, ...],
    "problem": ProblemDetails,
}
_schemas, COMPONENTS = msgspec.json.schema_components(
    SHAPES.values(), ref_template="#/components/schemas/{name}"
)
SCHEMAS: dict[str, Any] = dict(zip(SHAPES, _schemas, strict=True))

_PROBLEMS = {
    400: "请求体不是 JSON",
    401: "没有令牌或令牌无效",
    403: "令牌没有这一权限",
    404: "没有这一份",
    405: "这个地址不接受这种方法；Allow 是可用的",
    413: "请求体太大",
    421: "不认识的域名",
    422: "参数或查询写错了；detail 说明哪里错",
    429: "请求太多；Retry-After 是要等的秒数",
    503: "文档库或检索引擎此刻不可用；稍后再试",
}


def documented(shape: str | None, *more: int, media: str = "application/json") -> dict[int | str, Any]:
    """The `responses` of a route: its shape (none: no content or another medium), and every problem."""
    content = {} if shape is None else {media: {"schema": SCHEMAS[shape]}}
    found: dict[int | str, Any] = {200: {"description": "好", "content": content}}
    for status in sorted({401, 403, 405, 421, 422, 429, 503, *more}):
        found[status] = {
            "description": _PROBLEMS[status],
            "content": {MEDIA: {"schema": SCHEMAS["problem"]}},
        }
    found[304] = {"description": "If-None-Match 所给的版本仍是最新的"}
    return found


def reply(request: Request, value: Any) -> Response:
    return tagged(request, msgspec.json.encode(value), "application/json")


def tagged(request: Request, body: bytes, media: str, **headers: str) -> Response:
    """With an ETag of the very bytes; 304 for who has them already."""
    tag = f'"{hashlib.blake2s(body, digest_size=12).hexdigest()}"'
    common = {"ETag": tag, "Cache-Control": "private, no-cache", **headers}
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if tag in known or "*" in known:
        return Response(None, 304, common)
    return Response(body, 200, common, media)
