"""The HTTP door: routes, their guard, the feeds and MCP in one ASGI application."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import metadata
from typing import Annotated, Any

import anyio.to_thread
from fastapi import Depends, FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.openapi.utils import get_openapi
from fastapi.responses import PlainTextResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.client import Client
from search.tokens import Tokens
from ways import mcp_server, problems
from ways.answers import COMPONENTS
from ways.ask import Desk
from ways.guard import Guard, is_local
from ways.manage import admin_router, desk_router
from ways.problems import Problem
from ways.routes import router

_ABOUT = (
    "官方来源文件的检索、全文、事实与周报。查询语言与 `zhoubao search` 相同。"
    "错误是 RFC 9457 的 problem details，`detail` 是一句话。"
)
_LARGEST_BODY = 1_000_000  # bytes; a saved search or a question through MCP is some thousand
_bearer = HTTPBearer(auto_error=False, description="`zhoubao token add` 给出的令牌；本机默认不需要")


def create_app(client: Client, host: str | None = None) -> FastAPI:
    """`host` is where it will listen, by default that of the settings. The client stays the caller's to close."""
    api = client.settings.api
    local = is_local(host or api.host)
    guard = Guard(
        Tokens(client.store), required=api.tokens or not local, per_minute=api.per_minute, names=api.names
    )
    desk = Desk(client)
    door = _Door(guard, "read")

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = api.concurrent
        mcp = mcp_server.server(desk)
        # The guard has looked at the Host already, and knows the names that the settings allow.
        door.app = mcp.streamable_http_app(
            streamable_http_path="/mcp",
            stateless_http=True,
            json_response=True,
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )
        async with mcp.session_manager.run():
            yield

    app = FastAPI(
        title="zhoubao",
        version=metadata.version("zhoubao"),
        description=_ABOUT,
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.desk = desk
    problems.install(app)
    for scope, routes in (("read", router()), ("desk", desk_router()), ("admin", admin_router())):
        app.include_router(routes, dependencies=[Depends(_needs(guard, scope))])
    # No GET: it would hold a stream open for messages of the server's own, of which there are none.
    app.router.routes.append(Route("/mcp", endpoint=door, methods=["POST"]))
    app.add_api_route("/", lambda: PlainTextResponse(_index(app)), include_in_schema=False)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    app.add_middleware(_Requests)
    if api.origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=api.origins, allow_methods=["GET"], allow_headers=["Authorization"]
        )
    return app


def _index(app: FastAPI) -> str:
    """What is there, for who comes with a browser: text, none of it from outside."""
    lines = [
        f"{method.upper():7}{path}\n       {told['description']}"
        for path, methods in app.openapi()["paths"].items()
        for method, told in methods.items()
    ]
    about = f"zhoubao {app.version}\n\n{_ABOUT}\n/openapi.json 写明全部参数与答复，docs/api.md 有例子。"
    return "\n".join([about, "", *lines, "POST   /mcp\n       MCP（Streamable HTTP）", ""])


def _needs(guard: Guard, scope: str) -> Callable[..., None]:
    def admitted(
        request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
    ) -> None:
        guard.admit(request.headers, request.client.host if request.client else "", scope)
        # A misspelt parameter that changed nothing would look like an answer to what was asked.
        known = [field.alias for field in request.scope["route"].dependant.query_params]
        for name in request.query_params:
            if name not in known:
                raise Problem(422, f"没有参数 {name[:40]}；可用的有 {'、'.join(known) or '（无）'}")
            if len(request.query_params.getlist(name)) > 1 and name != "field":  # the one list
                raise Problem(422, f"参数 {name} 写了几次；只能写一次")

    return admitted


class _Door:
    """The same guard before an application that is not ours, and that is there while ours runs."""

    app: ASGIApp

    def __init__(self, guard: Guard, scope: str) -> None:
        self._guard, self._needed = guard, scope

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = scope["client"][0] if scope.get("client") else ""
        try:
            headers = Headers(scope=scope)
            await anyio.to_thread.run_sync(self._guard.admit, headers, address, self._needed)
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        await self.app(scope, receive, send)


class _Requests:
    """What FastAPI leaves open: HEAD is GET whose body the server does not send; a body has an end.

    FastAPI reads a body before it asks who sends it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        elif scope["type"] == "http" and scope["method"] != "GET":
            try:
                receive = await _taken(receive)
            except Problem as problem:
                await problem.response()(scope, receive, send)
                return
        await self._app(scope, receive, send)


async def _taken(receive: Receive) -> Receive:
    """The body is here, and will be given again."""
    messages: deque[Message] = deque()
    size = 0
    while not messages or messages[-1].get("more_body"):
        messages.append(await receive())
        size += len(messages[-1].get("body", b""))
        if size > _LARGEST_BODY:
            raise Problem(413, "请求体太大，最多 1 MB")

    async def again() -> Message:
        return messages.popleft() if messages else await receive()

    return again


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        shapes = schema.setdefault("components", {}).setdefault("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):  # our errors are problem details
            shapes.pop(name, None)
        shapes.update(COMPONENTS)
        app.openapi_schema = schema
    return app.openapi_schema
