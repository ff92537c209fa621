"""MCP through the package's own client: over stdio as a conversation program would, and over HTTP behind tokens."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client as McpClient
from mcp import MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from search.tokens import Tokens
from tests.ways import desk
from tests.ways.serving import serving
from ways.ask import Desk
from ways.mcp_server import server

TOOLS = ["search", "document", "facts", "week", "health"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mcp")
    desk.open_desk(path / "data").close()
    (path / "config.yaml").write_text('data: data\nwatch: {codes: ["603019"]}\n')
    return path


async def use(connection: Any) -> dict[str, Any]:
    """Lists and calls every tool."""
    async with McpClient(connection) as client:
        listed = (await client.list_tools()).tools
        assert [tool.name for tool in listed] == TOOLS
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in listed)
        calls: dict[str, dict[str, Any]] = {
            "search": {"query": "人工智能"},
            "document": {"id": desk.BUYBACK},
            "facts": {"kind": "buyback"},
            "week": {"week": "2024-W08"},
            "health": {},
        }
        answers = {}
        for name, arguments in calls.items():
            answer = await client.call_tool(name, arguments)
            assert not answer.is_error, answer
            answers[name] = answer.structured_content
        wrong = await client.call_tool("search", {"query": "nosuch:1"})
        assert wrong.is_error and "没有字段 nosuch" in wrong.content[0].text
        return answers


def check(answers: dict[str, Any]) -> None:
    """Each answer names its sources."""
    hit = answers["search"]["hits"][0]
    assert (hit["id"], hit["url"]) == ("sasac:c30000001", "https://sasac.example/c30000001")
    assert hit["passage"]["text"] == "会议部署中央企业发展人工智能。"
    found = answers["document"]
    figure = found["facts"][0]["fields"]["price_cap"]
    assert found["body"][figure["start"] : figure["end"]] == figure["text"] and found["url"]
    assert answers["facts"]["documents"][0]["document"] == desk.BUYBACK
    sources = [s for p in answers["week"]["filings"] for line in p["sentences"] for s in line["sources"]]
    assert {source["document"] for source in sources} >= {desk.BUYBACK}
    assert answers["health"]["documents"] == 5


def test_over_stdio(folder: Path) -> None:
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "cli", "--config", str(folder / "config.yaml"), "mcp"],
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    check(asyncio.run(use(command)))


def test_over_http_behind_a_token(folder: Path) -> None:
    with desk.open_desk(folder / "data") as client:
        read, other = (Tokens(client.store).add(scope, [scope]) for scope in ("read", "desk"))
    with serving(folder, "--tokens") as url:

        async def with_token() -> dict[str, Any]:
            import httpx2

            async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {read}"}) as http:
                return await use(streamable_http_client(f"{url}/mcp", http_client=http))

        check(asyncio.run(with_token()))
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        for token, status in ((None, 401), ("nonsense", 401), (other, 403)):
            header = {"Authorization": f"Bearer {token}"} if token else {}
            answer = httpx.post(f"{url}/mcp", json=call, headers=header)
            assert answer.status_code == status
            assert answer.headers["content-type"] == "application/problem+json"
            assert token is None or token not in answer.text
        with pytest.raises((MCPError, ExceptionGroup)):
            asyncio.run(use(f"{url}/mcp"))
    log = (folder / "serve.log").read_text()
    assert read not in log and other not in log


def test_a_long_text_comes_in_parts(tmp_path: Path) -> None:
    from tests.search.documents import document

    with desk.open_desk(tmp_path) as client:
        body = "".join(f"第{n}句。" for n in range(10_000))
        client.store.put_many([document("sasac:long", "长文", body)])

        async def read() -> str:
            text, start = "", 0
            async with McpClient(server(Desk(client))) as mcp:
                while start is not None:
                    answer = await mcp.call_tool("document", {"id": "sasac:long", "start": start})
                    text += answer.structured_content["body"]
                    start = answer.structured_content["next_start"]
            return text

        assert asyncio.run(read()) == body


def test_what_a_model_asks_wrongly_is_told(tmp_path: Path) -> None:
    async def ask(name: str, arguments: dict[str, Any]) -> str:
        with desk.open_desk(tmp_path) as client:
            async with McpClient(server(Desk(client))) as mcp:
                answer = await mcp.call_tool(name, arguments)
                assert answer.is_error
                return json.dumps([part.text for part in answer.content], ensure_ascii=False)

    assert "没有编号为 sasac:none 的文件" in asyncio.run(ask("document", {"id": "sasac:none"}))
    assert "limit" in asyncio.run(ask("search", {"query": "a", "limit": 1000}))
