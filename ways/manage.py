"""What is changed over HTTP: saved searches (scope desk) and tokens (scope admin)."""

from __future__ import annotations

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from search.query import LONGEST
from search.tokens import Tokens
from search.watches import Watches
from ways.answers import TargetView, TokenView, WatchView, documented, reply
from ways.ask import NotThere
from ways.targets import Channel, shown

Name = Annotated[str, Path(pattern=r"^[\w.-]{1,60}$", openapi_examples={"名称": {"value": "ai"}})]


def _done(what: str, *more: int) -> dict[int | str, Any]:
    """The `responses` of a route that answers without content."""
    found = {status: one for status, one in documented("problem", *more).items() if status not in (200, 304)}
    return {204: {"description": what}, **found}


class WatchBody(BaseModel):
    """A saved search as a caller gives it; `to` are addresses as in docs/alerts.md."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"query": "人工智能 source:miit", "to": ["env:ZHOUBAO_ALERT_DESK"], "digest": "08:30"}
        },
    )

    query: str = Field(max_length=LONGEST)
    to: list[Annotated[str, Field(max_length=2000)]] = Field(min_length=1, max_length=20)
    digest: str | None = Field(default=None, max_length=20)


def desk_router() -> APIRouter:
    routes = APIRouter(tags=["提醒"])

    @routes.get("/api/watches", response_model=None, responses=documented("watches"))
    def watches(request: Request) -> Response:
        """保存的检索，各接收地址的状况；地址里的密钥不给出。"""
        return reply(request, views(Watches(request.app.state.desk.client.store)))

    @routes.put(
        "/api/watches/{name}",
        response_model=None,
        status_code=204,
        responses=_done("已保存", 400, 413),
    )
    def save(request: Request, name: Name, body: WatchBody) -> Response:
        """保存一个检索；同名的被替换，已经发过的不再发。"""
        client = request.app.state.desk.client
        client.plan(body.query)  # what cannot be run is told now, not at the first delivery
        for url in body.to:
            Channel(url)
        zone = ZoneInfo(client.settings.timezone)
        Watches(client.store).add(name, body.query, body.to, body.digest, zone)
        return Response(None, 204)

    @routes.delete(
        "/api/watches/{name}",
        response_model=None,
        status_code=204,
        responses=_done("已删除", 404),
    )
    def remove(request: Request, name: Name) -> Response:
        """删除一个保存的检索，连同它的接收地址。"""
        if not Watches(request.app.state.desk.client.store).remove(name):
            raise NotThere(f"没有名为 {name} 的检索")
        return Response(None, 204)

    return routes


def admin_router() -> APIRouter:
    routes = APIRouter(tags=["令牌"])

    @routes.get("/api/tokens", response_model=None, responses=documented("tokens"))
    def tokens(request: Request) -> Response:
        """令牌的名称与权限；令牌本身任何地方都不存。"""
        found = Tokens(request.app.state.desk.client.store).all()
        return reply(request, [TokenView(token.name, token.scopes) for token in found])

    @routes.delete(
        "/api/tokens/{name}",
        response_model=None,
        status_code=204,
        responses=_done("已删除", 404),
    )
    def remove(request: Request, name: Name) -> Response:
        """作废一把令牌，立即生效。"""
        if not Tokens(request.app.state.desk.client.store).remove(name):
            raise NotThere(f"没有名为 {name} 的令牌")
        return Response(None, 204)

    return routes


def views(watches: Watches) -> list[WatchView]:
    return [
        WatchView(
            watch.name,
            watch.query,
            watch.digest,
            watch.problem,
            tuple(TargetView(shown(t.url), t.problem, t.failures, t.counts) for t in watch.targets),
        )
        for watch in watches.all(counts=True)
    ]
