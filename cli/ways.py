"""Commands of the ways in: serve, export, watch, token, mcp."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from cli.common import PathName, Querying, settings, show_json, show_table
from pipeline.model import SHANGHAI, UserError
from search.tokens import SCOPES

if TYPE_CHECKING:
    from search.client import AnswerHit

FORMS = ("xlsx", "csv", "jsonl", "docx")


@click.command()
@click.option("--host", help="在哪个地址监听，默认按设置（本机）；别的地址须先有令牌")
@click.option("--port", type=click.IntRange(0, 65535), help="端口，默认按设置")
@click.option("--tokens", is_flag=True, help="本机来者也要出示令牌（例如前面有反向代理）")
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None, tokens: bool) -> None:
    """HTTP 接口、Atom 订阅与 MCP。Ctrl-C 停下。

    \b
    例：
      zhoubao serve
      curl 'http://127.0.0.1:8765/api/search?q=week:2024-W08'
      zhoubao serve --host 0.0.0.0          # 先 zhoubao token add 名称 --scope read
    """
    from search.client import Client
    from search.tokens import Tokens
    from ways.guard import check_listening
    from ways.serve import address, listen
    from ways.serve import serve as run

    loaded = settings(ctx)
    api = loaded.api.model_copy(
        update={
            "host": host or loaded.api.host,
            "port": loaded.api.port if port is None else port,
            "tokens": tokens or loaded.api.tokens,
        }
    )
    with Client(loaded.model_copy(update={"api": api})) as client:
        check_listening(api.host, Tokens(client.store))
        with listen(api.host, api.port) as listening:
            port = listening.getsockname()[1]
            click.echo(f"{address(api.host, port)}/openapi.json 列出全部；MCP 在 /mcp", err=True)
            run(client, listening)


@click.command(cls=Querying)
@click.argument("query")
@click.option("-o", "--out", type=PathName, required=True, help="文件；后缀定格式：xlsx csv jsonl docx")
@click.option("--sort", type=click.Choice(["time", "relevance"]), default="time", show_default=True)
@click.option("--engine", type=click.Choice(["embedded", "elasticsearch"]), help="默认按设置")
@click.pass_context
def export(ctx: click.Context, query: str, out: Path, sort: str, engine: str | None) -> None:
    """把全部命中导出为文件，与检索所示逐行相同，多少份都行（Word 阅读清单最多 500 份）。

    \b
    例：
      zhoubao export 'week:2024-W08 kind:buyback' -o 回购.xlsx
      zhoubao export '人工智能 source:miit' -o 工信部.docx
    """
    from search.client import Client
    from search.engine import Sort
    from ways.export import Form
    from ways.export import export as exported

    form = out.suffix.lstrip(".").lower()
    if form not in FORMS:
        raise UserError(f"-o {out}：后缀只能是 {'、'.join(FORMS)}")
    part = out.with_name(out.name + ".part")
    with Client(settings(ctx), engine=engine) as client:
        total, parts = exported(client, query, cast(Form, form), cast(Sort, sort), _progress)
        try:
            with part.open("wb") as file:
                for data in parts:
                    file.write(data)
            part.replace(out)
        except OSError as error:
            raise UserError(f"-o {out}：写不了（{error.strerror}）") from None
        finally:
            part.unlink(missing_ok=True)
    click.echo(f"{out}：{total} 份")


def _progress(hits: Iterator[AnswerHit], total: int) -> Iterator[AnswerHit]:
    """On stderr, and there only when a person is watching."""
    if not sys.stderr.isatty():
        yield from hits
        return
    steps = max(1, total // 100)
    with click.progressbar(
        hits, total, "导出", show_pos=True, file=sys.stderr, update_min_steps=steps
    ) as passing:
        yield from passing


@click.group()
def watch() -> None:
    """保存的检索：有新文件即发提醒，或按时汇总。地址的写法见 docs/alerts.md。

    \b
    例：
      zhoubao watch add ai '人工智能 source:miit' --to wecombot://密钥
      zhoubao watch add 回购 'kind:buyback' --to env:ZHOUBAO_ALERT_DESK --digest 08:30
      zhoubao watch list
    """


@watch.command("add", cls=Querying)
@click.argument("name")
@click.argument("query")
@click.option("--to", "urls", multiple=True, required=True, help="接收地址，可写多次")
@click.option("--digest", help="汇总的时间：08:30（每天）或 mon 08:30（每周一）；省略则随到随发")
@click.option("--test", is_flag=True, help="先往每个地址发一条试试，发不到就不保存")
@click.pass_context
def watch_add(
    ctx: click.Context, name: str, query: str, urls: tuple[str, ...], digest: str | None, test: bool
) -> None:
    """保存一个检索；同名的被替换，已经发过的不再发。"""
    from zoneinfo import ZoneInfo

    from search.client import Client
    from search.watches import Watches
    from ways.targets import Channel, shown

    channels = [Channel(url) for url in urls]
    with Client(settings(ctx)) as client:
        client.plan(query)  # what cannot be run is told now, not at the first delivery
        if test:
            for url, channel in zip(urls, channels, strict=True):
                answer = channel.send(f"{name}：试发", f"查询：{query}")
                if not answer.ok:
                    raise UserError(f"接收地址 {shown(url)}：{answer.problem}")
        Watches(client.store).add(name, query, urls, digest, ZoneInfo(client.settings.timezone))
    click.echo(f"已保存 {name}；此后入库的新文件会发给 {len(urls)} 个地址")


@watch.command("list")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.pass_context
def watch_list(ctx: click.Context, as_json: bool) -> None:
    """列出保存的检索、各地址发了多少、有什么问题。"""
    import msgspec

    from search.store import Store
    from search.watches import Watches
    from ways.manage import views

    with Store(settings(ctx).store_url) as store:
        found = views(Watches(store))
        problems = Watches(store).problems()
    if as_json:
        show_json(msgspec.to_builtins(found))
        return
    rows: list[list[Any]] = [
        [w.name, w.query, w.digest or "随到随发", t.shown, t.counts.get("sent", 0), t.counts.get("due", 0)]
        for w in found
        for t in w.targets
    ]
    show_table(["名称", "查询", "何时", "地址", "已发", "待发"], rows)
    for problem in problems:
        click.echo(problem)


@watch.command("remove")
@click.argument("name")
@click.pass_context
def watch_remove(ctx: click.Context, name: str) -> None:
    """删除一个检索与它的发送记录。"""
    from search.store import Store
    from search.watches import Watches

    with Store(settings(ctx).store_url) as store:
        if not Watches(store).remove(name):
            raise UserError(f"没有名为 {name} 的检索；zhoubao watch list 列出全部")
    click.echo(f"已删除 {name}")


@watch.command("resend")
@click.argument("name")
@click.pass_context
def watch_resend(ctx: click.Context, name: str) -> None:
    """发过两次都没有回执的，再发一次（会注明可能已发过）。"""
    from search.store import Store
    from search.watches import Watches

    with Store(settings(ctx).store_url) as store:
        watches = Watches(store)
        if name not in [one.name for one in watches.all()]:
            raise UserError(f"没有名为 {name} 的检索；zhoubao watch list 列出全部")
        click.echo(f"将再发 {watches.resend(name)} 份")


@watch.command("deliver")
@click.pass_context
def watch_deliver(ctx: click.Context) -> None:
    """现在就发一轮；常驻的 zhoubao run 每分钟做一次。有地址发不到或等着重试时退出码 1。"""
    from search.client import Client
    from search.watches import Watches
    from ways.deliver import deliver

    with Client(settings(ctx)) as client:
        done = deliver(client)
        problems = Watches(client.store).problems()
    if done.elsewhere:
        raise UserError("另一个进程正在发送")
    click.echo(f"新文件 {done.seen} 份，命中 {done.matched}，发出 {done.messages} 条 {done.sent} 份")
    for problem in problems:
        click.echo(problem)
    sys.exit(1 if problems else 0)


@click.group()
def token() -> None:
    """令牌：让别的机器与程序访问 zhoubao serve。

    \b
    例：
      zhoubao token add 行情终端 --scope read
      zhoubao token add 编辑 --scope read --scope desk
      zhoubao token remove 行情终端
    """


@token.command("add")
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(list(SCOPES)), default=["read"], show_default=True
)
@click.pass_context
def token_add(ctx: click.Context, name: str, scopes: tuple[str, ...]) -> None:
    """新令牌，只显示这一次。read 读取；desk 管理提醒；admin 管理令牌；互不包含，可写多次。"""
    from search.store import Store
    from search.tokens import Tokens

    with Store(settings(ctx).store_url) as store:
        click.echo(Tokens(store).add(name, scopes))


@token.command("list")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.pass_context
def token_list(ctx: click.Context, as_json: bool) -> None:
    """名称、权限、何时建立、最近何时用过。"""
    import msgspec

    from search.store import Store
    from search.tokens import Tokens

    with Store(settings(ctx).store_url) as store:
        found = Tokens(store).all()
    if as_json:
        show_json(msgspec.to_builtins(found))
        return
    rows = [
        [
            t.name,
            " ".join(t.scopes),
            *(f"{d.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if d else "从未" for d in (t.created, t.used)),
        ]
        for t in found
    ]
    show_table(["名称", "权限", "建立", "最近使用"], rows)


@token.command("remove")
@click.argument("name")
@click.pass_context
def token_remove(ctx: click.Context, name: str) -> None:
    """作废一把令牌，立即生效。"""
    from search.store import Store
    from search.tokens import Tokens

    with Store(settings(ctx).store_url) as store:
        if not Tokens(store).remove(name):
            raise UserError(f"没有名为 {name} 的令牌；zhoubao token list 列出全部")
    click.echo(f"已作废 {name}")


@click.command()
@click.pass_context
def mcp(ctx: click.Context) -> None:
    """MCP 服务（标准输入输出），供会用工具的对话程序启动。经 HTTP 的在 zhoubao serve 的 /mcp。

    \b
    例（写进对话程序的设置）：
      {"mcpServers": {"zhoubao": {"command": "zhoubao", "args": ["--config", "/desk/config.yaml", "mcp"]}}}
    """
    from search.client import Client
    from ways.ask import Desk
    from ways.mcp_server import server

    with Client(settings(ctx)) as client:
        server(Desk(client)).run("stdio")
