"""What is read over HTTP: each route asks one question and gives its answer as it is."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from pipeline.filings import FACT_KINDS
from search import fields
from search.client import FACETS
from search.query import LONGEST
from ways import answers, export, feed
from ways.answers import documented, reply
from ways.ask import Desk

_EXAMPLES = {
    "词与来源": {"value": "数据资源 source:nbs"},
    "一周的公告": {"value": "week:2024-W08 kind:buyback"},
    "公司、原文、时间": {"value": 'company:603019 "人工智能" from:2024-02-01'},
    "事实": {"value": "kind:buyback amount:>1亿"},
}
Text = Annotated[
    str,
    Query(
        max_length=LONGEST,
        description="查询；空的是全部。字段："
        + "；".join(f"`{example}` {meaning}" for _, meaning, example in fields.table()),
        openapi_examples=_EXAMPLES,
    ),
]
Limit = Annotated[int, Query(ge=1, le=100, description="最多几份")]
After = Annotated[str | None, Query(max_length=2000, description="上一页答复里的 `next`")]
Order = Annotated[Literal["relevance", "time"], Query(description="按相关或按时间（新的在前）")]
WeekName = Annotated[str, Path(pattern=r"^20\d\d-W\d\d$", openapi_examples={"一周": {"value": "2024-W08"}})]
_WEEK_FILES = {
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "docx": export.MEDIA["docx"],
}


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def router() -> APIRouter:
    routes = APIRouter()
    get: Any = lambda path, **more: routes.get(path, response_model=None, **more)  # noqa: E731

    @get("/api/search", tags=["检索"], responses=documented("search"))
    def search(
        request: Request, q: Text = "", limit: Limit = 20, sort: Order = "relevance", after: After = None
    ) -> Response:
        """检索：命中的文件、总数、匹配的段落；没有命中时给出也许想找的名称。"""
        return reply(request, _desk(request).client.search(q, limit=limit, sort=sort, after=after))

    @get("/api/facets", tags=["检索"], responses=documented("facets"))
    def facets(
        request: Request,
        q: Text = "",
        field: Annotated[list[Literal[FACETS]] | None, Query(description="哪些字段；省略是全部")] = None,  # type: ignore[valid-type]
        limit: Annotated[
            int | None,
            Query(ge=1, le=10_000, description="每个字段最多几个值；省略是 10 个，类型与来源是全部"),
        ] = None,
    ) -> Response:
        """每个字段共有几个值（`total`）、最多的各多少份；该字段自己的条件不算在内。"""
        return reply(request, _desk(request).client.facets(q, field or FACETS, limit))

    @get("/api/histogram", tags=["检索"], responses=documented("histogram"))
    def histogram(request: Request, q: Text = "", by: Literal["day", "week", "month"] = "week") -> Response:
        """每天、每周或每月多少份，从最早到最晚，空的也在内。"""
        bars = _desk(request).client.histogram(q, by)
        return reply(request, [answers.Bar(bar, count) for bar, count in bars])

    @get("/api/suggest", tags=["检索"], responses=documented("suggest"))
    def suggest(
        request: Request,
        q: Annotated[
            str,
            Query(max_length=100, openapi_examples={"首字母": {"value": "zksg"}, "名称": {"value": "中科"}}),
        ],
        limit: Limit = 10,
    ) -> Response:
        """边打字边提示：公司与主题，按名称、代码、读音或首字母。"""
        return reply(request, _desk(request).client.suggest(q, limit))

    @get("/api/like", tags=["检索"], responses=documented("search", 404))
    def like(
        request: Request,
        id: Annotated[str, Query(max_length=200, openapi_examples={"公告": {"value": "cninfo:1219123456"}})],
        limit: Limit = 10,
    ) -> Response:
        """与一份文件用词相近的其他文件。"""
        return reply(request, _desk(request).like(id, limit))

    @get("/api/documents/{id:path}", tags=["文件"], responses=documented("document", 404))
    def document(
        request: Request,
        id: Annotated[str, Path(max_length=200, openapi_examples={"公告": {"value": "cninfo:1219123456"}})],
    ) -> Response:
        """一份文件：全文、附件、标签及其根据、事实与核算。"""
        return reply(request, _desk(request).document(id))

    @get("/api/facts", tags=["文件"], responses=documented("facts"))
    def facts(
        request: Request,
        kind: Annotated[Literal[FACT_KINDS], Query(openapi_examples={"回购": {"value": "buyback"}})],  # type: ignore[valid-type]
        q: Text = "",
        limit: Limit = 20,
        after: After = None,
    ) -> Response:
        """公告中提取的事实，新的在前；每个数字有原文、位置与单位。"""
        return reply(request, _desk(request).facts(kind, q, limit, after))

    @get("/api/weeks/{week}", tags=["周报"], responses=documented("week"))
    def week(request: Request, week: WeekName) -> Response:
        """一周的两章，以及每份候选文件的得分。"""
        return reply(request, _desk(request).week(week))

    @get("/api/weeks/{week}/{section}", tags=["周报"], responses=documented("section"))
    def section(request: Request, week: WeekName, section: Literal["news", "filings"]) -> Response:
        """一章：每句话注明所据的文件与原文位置。"""
        return reply(request, getattr(_desk(request).week(week), section))

    @get("/api/weeks/{week}/files/{form}", tags=["周报"], responses=_files(_WEEK_FILES.values()))
    def week_file(request: Request, week: WeekName, form: Literal["md", "html", "docx", "json"]) -> Response:
        """与 `zhoubao issue` 写出的文件相同。"""
        body = _desk(request).week_as(week, form)
        # From other people's sites comes text only, but a browser is told so as well.
        policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        return answers.tagged(request, body, _WEEK_FILES[form], **{"Content-Security-Policy": policy})

    @get("/api/export", tags=["导出与订阅"], responses=_files(export.MEDIA.values()))
    def whole(request: Request, q: Text = "", form: export.Form = "xlsx", sort: Order = "time") -> Response:
        """全部命中，与检索所示逐行相同，边找边送。`docx` 阅读清单最多 500 份。"""
        _, parts = export.export(_desk(request).client, q, form, sort)
        name = {"Content-Disposition": f'attachment; filename="zhoubao.{form}"', "Cache-Control": "no-store"}
        return StreamingResponse(parts, 200, name, export.MEDIA[form])

    @get("/api/feed", tags=["导出与订阅"], responses=_files([feed.MEDIA]))
    def atom(request: Request, q: Text = "", limit: Limit = 50) -> Response:
        """任一查询的 Atom 订阅。阅读器以 HTTP Basic 的密码出示令牌。"""
        address = str(request.url)
        return answers.tagged(request, feed.feed(_desk(request).client, q, address, limit), feed.MEDIA)

    @get("/api/health", tags=["状况"], responses=documented("health"))
    def health(request: Request) -> Response:
        """各来源与提醒的状况；有事要人处理时 `trouble` 为真。"""
        return reply(request, _desk(request).health())

    return routes


def _files(media: Any) -> dict[int | str, Any]:
    # What is JSON is read as JSON by whoever checks an answer; all else is bytes.
    binary, json = {"type": "string", "format": "binary"}, {"type": "object"}
    responses = documented(None)
    responses[200]["content"] = {
        kind: {"schema": json if kind == "application/json" else binary}
        for kind in (one.partition(";")[0] for one in media)
    }
    return responses
