"""Errors as RFC 9457 problem details: one shape for every answer that is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from loguru import logger
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from config import wrong
from pipeline.model import UserError
from search.engine import EngineDown
from search.query import QueryError
from search.store import StoreError
from ways.ask import NotThere

MEDIA = "application/problem+json"
_RETRY_SECONDS = "5"


class ProblemDetails(msgspec.Struct, frozen=True, omit_defaults=True):
    """`detail` is one line for a person. `start` and `end` are the place in the query that is wrong."""

    title: str
    status: int
    type: str = "about:blank"
    detail: str = ""
    start: int | None = None
    end: int | None = None


class Problem(Exception):
    def __init__(
        self, status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.details = ProblemDetails(HTTPStatus(status).phrase, status, detail=detail, **more)
        self.headers = dict(headers or {})

    def response(self) -> Response:
        body = msgspec.json.encode(self.details)
        return Response(body, self.details.status, {**self.headers, "Cache-Control": "no-store"}, MEDIA)


def of(error: Exception) -> Problem:
    match error:
        case Problem():
            return error
        case QueryError():
            return Problem(422, str(error), start=error.start, end=error.end)
        case NotThere():
            return Problem(404, str(error))
        case EngineDown() | StoreError():
            return Problem(503, str(error), {"Retry-After": _RETRY_SECONDS})
        case UserError():
            return Problem(422, str(error))
        case RequestValidationError():
            return Problem(422, "；".join(told(error.errors(), skip=1)))
        case HTTPException():
            return Problem(error.status_code, _plain(error), error.headers)
        case OperationalError():
            return Problem(503, "文档库此刻打不开", {"Retry-After": _RETRY_SECONDS})
    return Problem(500, "程序出错；日志里有记录")


def install(app: FastAPI) -> None:
    async def answer(request: Request, error: Exception) -> Response:
        problem = of(error)
        if problem.details.status >= 500:
            # The path and the kind alone: a query may be confidential, an address may hold a secret.
            logger.error("{} {}: {}", request.method, request.url.path, type(error).__name__)
        return problem.response()

    for kind in (Problem, UserError, RequestValidationError, HTTPException, OperationalError, Exception):
        app.add_exception_handler(kind, answer)


def told(errors: Sequence[Mapping[str, Any]], skip: int = 0) -> list[str]:
    """pydantic's errors as sentences. `skip` parts of a place say only where it stood: query, path or body."""
    return [_told(error, error["loc"][skip:]) for error in errors[:5]]


def _told(error: Mapping[str, Any], place: Sequence[str | int]) -> str:
    if error["type"] == "json_invalid":  # its place is a number of characters
        return f"请求体：{wrong(error)}"
    if not place and error["type"] == "model_attributes_type":
        # Also what FastAPI makes of JSON that is not said to be JSON.
        return "请求体：应是 JSON 对象，并写明 Content-Type: application/json"
    return f"{'.'.join(map(str, place)) or '请求体'}：{wrong(error)}"


def _plain(error: HTTPException) -> str:
    match error.status_code:
        case 404:
            return "没有这个地址；/openapi.json 列出全部"
        case 405:
            return "这个地址不接受这种方法"
    return "请求体不是 JSON"  # what else FastAPI raises by itself
