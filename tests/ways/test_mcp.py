"""MCP through the package's own client: over stdio as a conversation program would, and over HTTP behind tokens."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import date, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from mcp import Client as McpClient
from mcp import MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from pipeline.model import Day, Document, Fact, Term
from pipeline.tagger import document as tag
from search.feeder import feed
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
        assert client.server_info.version == metadata.version("zhoubao")
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

            async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {read}"}, timeout=60) as http:
                return await use(streamable_http_client(f"{url}/mcp", http_client=http))

        check(asyncio.run(with_token()))
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        for token, status in ((None, 401), ("nonsense", 401), (other, 403)):
            header = {"Authorization": f"Bearer {token}"} if token else {}
            answer = httpx.post(f"{url}/mcp", json=call, headers=header, timeout=60)
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


def register(id: str, rows: int) -> Document:
    """A list of registrations: a fact for each row, and one date that all of them share."""
    from tests.search.documents import document

    lines = [f"{n}\t算法{n}\t公司{n}\t网信算备{n:06}号" for n in range(rows)]
    body = "2024年2月18日\n" + "\n".join(lines)
    at = body.index("\n") + 1
    day = Day(value=date(2024, 2, 18), text="2024年2月18日", start=0, end=10)
    facts = []
    for line in lines:
        fields: dict[str, Any] = {"announced": day}
        for name, cell in zip(("name", "company", "number"), line.split("\t")[1:], strict=True):
            start = at + line.index(cell)
            fields[name] = Term(value=cell, text=cell, start=start, end=start + len(cell))
        facts.append(Fact(kind="algorithm_registration", company=None, fields=fields))
        at += len(line) + 1
    made = document(id, "境内深度合成服务算法备案清单", body)
    return msgspec.structs.replace(made, kinds=("news",), facts=tuple(facts))


def numbers(facts: list[dict[str, Any]]) -> list[str]:
    return [fact["fields"]["number"]["value"] for fact in facts]


def test_many_facts_come_in_parts_and_each_once(tmp_path: Path) -> None:
    with desk.open_desk(tmp_path) as client:
        client.store.put_many([register("cac:big", 300), *(register(f"cac:s{n}", 15) for n in range(5))])
        feed(client.store, client.engine)

        async def read() -> tuple[dict[str, list[str]], str, list[str]]:
            found: dict[str, list[str]] = {}
            async with McpClient(server(Desk(client))) as mcp:

                async def call(tool: str, **arguments: Any) -> Any:
                    answer = await mcp.call_tool(tool, arguments)
                    assert len(answer.content[0].text) < 50_000
                    assert json.loads(answer.content[0].text) == answer.structured_content
                    return answer.structured_content

                after: str | None = None
                starts = {}
                while True:
                    page = await call("facts", kind="algorithm_registration", after=after)
                    for one in page["documents"]:
                        assert one["document"] not in found
                        found[one["document"]] = numbers(one["facts"])
                        if "next_start" in one:
                            starts[one["document"]] = one["next_start"]
                    if (after := page["next"]) is None:
                        break
                assert list(starts) == ["cac:big"]
                start: int | None = starts["cac:big"]
                while start is not None:
                    part = await call("document", id="cac:big", start=start)
                    found["cac:big"] += numbers(part["facts"])
                    start = part["next_start"]
                text, all_numbers = "", []
                start = 0
                while start is not None:
                    part = await call("document", id="cac:big", start=start)
                    text += part["body"]
                    all_numbers += numbers(part["facts"])
                    start = part["next_start"]
            return found, text, all_numbers

        found, text, whole = asyncio.run(read())
    expected = {"cac:big": 300} | {f"cac:s{n}": 15 for n in range(5)}
    assert {id: len(some) for id, some in found.items()} == expected
    assert found["cac:big"] == whole == [f"网信算备{n:06}号" for n in range(300)]
    assert text == register("cac:big", 300).body


def test_facts_far_apart_come_each_once(tmp_path: Path) -> None:
    """More documents than one question looks through, one by one, stand before those that do not fit one answer."""
    newer = [
        msgspec.structs.replace(
            one, published=one.published + timedelta(days=3), facts=(Fact("loss", None, one.facts[0].fields),)
        )
        for one in (register(f"cac:n{n}", n + 1) for n in range(30))
    ]
    with desk.open_desk(tmp_path) as client:
        client.store.put_many([*newer, register("cac:big", 300), register("cac:small", 15)])
        feed(client.store, client.engine)

        async def read() -> list[str]:
            found: list[str] = []
            after: str | None = None
            async with McpClient(server(Desk(client))) as mcp:
                while True:
                    asked = {"kind": "algorithm_registration", "limit": 50, "after": after}
                    page = (await mcp.call_tool("facts", asked)).structured_content
                    found += [one["document"] for one in page["documents"]]
                    if (after := page["next"]) is None:
                        return found

        assert sorted(asyncio.run(read())) == ["cac:big", "cac:small"]


def test_every_kind_that_is_extracted_can_be_asked_for(tmp_path: Path) -> None:
    pledge = desk.article(
        "cninfo:1219000009",
        "中科曙光：关于控股股东部分股份质押的公告",
        "控股股东甲公司将其持有的本公司1,000万股股份质押给某银行，占公司总股本的1.5%。"
        "截至本公告日，控股股东甲公司累计质押股份3,000万股。",
        code="603019",
        company="中科曙光",
    )
    with desk.open_desk(tmp_path) as client:
        client.store.put_many([tag(pledge, (), desk.lexicon())])
        feed(client.store, client.engine)
        for kind in ("pledge", "pledged_total"):
            answer = Desk(client).facts(kind)
            assert [one.document for one in answer.documents] == [pledge.id] and answer.next is None
            assert [fact.kind for fact in answer.documents[0].facts] == [kind]


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("document", {"id": "sasac:none"}, "没有编号为 sasac:none 的文件"),
        ("document", {}, "id：没有给"),
        ("search", {"query": "a", "limit": 1000}, "limit：应不大于 100"),
        ("search", {"query": "a", "limt": 5}, "limt：没有这一项；可用的有 query、limit、sort、after"),
        ("search", {"query": "*"}, "查询「▶*◀」：里面没有可以查的字"),
        ("search", {"query": "a", "after": "x"}, "游标 x：不是上一页答复给出的"),
        ("facts", {"kind": "nosuch"}, "kind：只能是 'buyback'、"),
        ("week", {"week": "2024-W60"}, "没有第 60 周"),
        ("health", {"all": True}, "all：没有这一项；不用给什么"),
        ("nosuch", {}, "没有工具 nosuch；有的是 search、document、facts、week、health"),
    ],
)
def test_what_a_model_asks_wrongly_is_told(
    tmp_path: Path, tool: str, arguments: dict[str, Any], told: str
) -> None:
    async def ask() -> str:
        with desk.open_desk(tmp_path) as client:
            async with McpClient(server(Desk(client))) as mcp:
                answer = await mcp.call_tool(tool, arguments)
                assert answer.is_error
                return "".join(part.text for part in answer.content)

    answer = asyncio.run(ask())
    assert told in answer and "Error" not in answer and "\n" not in answer


def test_misspelt_arguments_are_ruled_out_in_what_is_listed(tmp_path: Path) -> None:
    async def listed() -> list[Any]:
        with desk.open_desk(tmp_path) as client:
            async with McpClient(server(Desk(client))) as mcp:
                return list((await mcp.list_tools()).tools)

    for tool in asyncio.run(listed()):
        assert tool.input_schema["additionalProperties"] is False
