"""Commands of the search side: search, show, reindex, es."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import click

from cli.common import settings, show_json, show_table
from pipeline.model import SHANGHAI, UserError

if TYPE_CHECKING:
    from search.client import AnswerHit, Client


@click.command(context_settings={"ignore_unknown_options": True})  # '-机器人' is a query
@click.argument("query")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--sort", type=click.Choice(["relevance", "time"]), default="relevance", show_default=True)
@click.option("--after", help="上一页末尾给出的游标")
@click.option("--engine", type=click.Choice(["embedded", "elasticsearch"]), help="默认按设置")
@click.option("--facets", is_flag=True, help="按公司、主题、类型、来源、周计数，不列文件")
@click.option("--by", type=click.Choice(["day", "week", "month"]), help="按时间计数，不列文件")
@click.option("--open", "opened", type=click.IntRange(1), help="接着显示第几条的全文")
@click.option("--json", "form", flag_value="json", help="输出 JSON")
@click.option("--jsonl", "form", flag_value="jsonl", help="一行一份 JSON")
@click.option("--csv", "form", flag_value="csv", help="输出 CSV")
@click.pass_context
def search(
    ctx: click.Context,
    query: str,
    limit: int,
    sort: Literal["relevance", "time"],
    after: str | None,
    engine: str | None,
    facets: bool,
    by: Literal["day", "week", "month"] | None,
    opened: int | None,
    form: str | None,
) -> None:
    """检索。查询语言见 docs/search.md。

    \b
    例：
      zhoubao search '数据资源 source:nbs'
      zhoubao search 'week:2024-W08 kind:buyback -限制性股票'
      zhoubao search '"人工智能" company:中科曙光 from:2024-02-01' --sort time
      zhoubao search 'kind:earnings_flash' --facets
    """
    from pipeline.present import describe
    from search.client import Client
    from ways.export import as_csv, as_jsonl

    with Client(settings(ctx), engine=engine) as client:
        if facets or by:
            counts = {"时间": client.histogram(query, by)} if by else _facets(client, query)
            if form == "json":
                show_json(counts)
            for name, rows in ({} if form == "json" else counts).items():
                show_table([name, "份数"], rows)
            return
        answer = client.search(query, limit=limit, sort=sort, after=after)
        if opened is not None:
            if opened > len(answer.hits):
                raise UserError(f"--open {opened}：这一页只有 {len(answer.hits)} 条")
            document = client.document(answer.hits[opened - 1].id)
            click.echo(describe(document) if document else "这份文件已不在库中")
            return
    if form == "json":
        show_json(answer.as_dict())
    elif form == "jsonl":
        click.echo(b"".join(as_jsonl(answer.hits)), nl=False)
    elif form == "csv":
        click.echo(b"".join(as_csv(answer.hits)), nl=False)
    else:
        show_table(
            ["", "日期", "来源", "公司", "标题", "编号"],
            [
                [n, h.published.astimezone(SHANGHAI).date(), _where(h), _who(h.companies[:2]), h.title, h.id]
                for n, h in enumerate(answer.hits, 1)
            ],
        )
        shown = f"，显示 {len(answer.hits)} 份" if answer.total > len(answer.hits) else ""
        click.echo(
            f"共 {answer.total} 份{shown}" + (f"；下一页：--after {answer.next}" if answer.next else "")
        )
        for note in answer.notes:
            click.echo(note)
        for one in answer.suggestions:
            click.echo(f"是否要找：{one.query}" + (f"（{one.shown}）" if one.shown not in one.query else ""))


def _where(hit: AnswerHit) -> str:
    """The sites on which it stands, the first one first."""
    return "、".join(dict.fromkeys([hit.source, *(id.partition(":")[0] for id in hit.copies)]))


def _who(companies: Sequence[tuple[str | None, str]]) -> str:
    return " ".join(name for _, name in companies)


def _facets(client: Client, query: str) -> dict[str, list[tuple[str, int]]]:
    titles = {"company": "公司", "theme": "主题", "kind": "类型", "source": "来源", "week": "周"}
    return {
        titles[name]: [(value.shown, value.count) for value in values]
        for name, values in client.facets(query).items()
    }


@click.command()
@click.argument("document_id")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.pass_context
def show(ctx: click.Context, document_id: str, as_json: bool) -> None:
    """显示一份文件：标题、时间、标签与其根据、事实与核算、正文。"""
    import msgspec

    from pipeline.present import describe
    from search.store import Store

    with Store(settings(ctx).store_url) as store:
        document = store.get(document_id)
        if document is None:
            raise UserError(f"没有编号为 {document_id} 的文件；编号见 zhoubao search")
        origins = store.origins([document_id])[document_id]
        corrects, corrected_by = store.corrects(document_id), store.corrected_by(document_id)
        named = store.get_many([*filter(None, [corrects]), *corrected_by])
    if as_json:
        beside = {"origins": origins, "corrects": corrects, "corrected_by": corrected_by}
        show_json(msgspec.to_builtins(document) | msgspec.to_builtins(beside))
        return
    notes = [
        f"见于：{origin.source} {origin.id} {origin.url}{'' if origin.complete else '（文件未取到）'}"
        for origin in origins
    ]
    notes += [f"更正：{corrects}《{named[corrects].title}》"] if corrects else []
    notes += [f"已被更正：{id}《{named[id].title}》" for id in corrected_by]
    click.echo(describe(document, notes if len(origins) > 1 else notes[1:]))


@click.command()
@click.option("--engine", type=click.Choice(["embedded", "elasticsearch"]), help="默认按设置")
@click.pass_context
def reindex(ctx: click.Context, engine: str | None) -> None:
    """从文档库重建索引；重建时旧索引照常检索。"""
    from search.client import Client

    with Client(settings(ctx), engine=engine) as client:
        count = client.rebuild()
    click.echo(f"索引已重建：{count} 份")


@click.group()
def es() -> None:
    """Elasticsearch：建立、核对、修补。密钥取自环境变量 ZHOUBAO_ES_API_KEY。"""


@es.command()
@click.pass_context
def setup(ctx: click.Context) -> None:
    """建立模板、索引与别名；已有则不动。"""
    from search import elastic

    click.echo(elastic.setup(settings(ctx)))


@es.command()
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """集群、索引、份数与待入索引的份数。"""
    from search import elastic

    found = elastic.status(settings(ctx))
    if as_json:
        show_json(found)
    else:
        show_table(["项目", "值"], list(found.items()))


@es.command("reindex")
@click.pass_context
def es_reindex(ctx: click.Context) -> None:
    """写入一个新索引，核对份数后切换别名，再删旧索引。"""
    ctx.invoke(reindex, engine="elasticsearch")


@es.command()
@click.pass_context
def verify(ctx: click.Context) -> None:
    """与文档库比对：缺的、旧的、多余的。有出入时退出码 1。"""
    from search import elastic

    found = elastic.verify(settings(ctx))
    show_table(
        ["项目", "份数"], [["缺", len(found.missing)], ["旧", len(found.stale)], ["多余", len(found.foreign)]]
    )
    sys.exit(1 if found.missing or found.stale or found.foreign else 0)


@es.command()
@click.pass_context
def repair(ctx: click.Context) -> None:
    """恰好修补 verify 找到的那些。"""
    from search import elastic

    click.echo(f"已修补 {elastic.repair(settings(ctx))} 份")


@es.command()
@click.pass_context
def role(ctx: click.Context) -> None:
    """打印最小权限的角色定义，交给集群管理员。"""
    from search import elastic

    show_json(elastic.role(settings(ctx)))
