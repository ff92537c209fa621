"""Commands of the search side: search, show, like, reindex, es."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

import click

from cli.common import Querying, settings, show_json, show_table
from pipeline.model import SHANGHAI, UserError

if TYPE_CHECKING:
    from search.client import Answer, AnswerHit, Facet
    from search.store import Store


@click.command(cls=Querying)
@click.argument("words", metavar="QUERY", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--sort", type=click.Choice(["relevance", "time"]), default="relevance", show_default=True)
@click.option("--after", help="上一页末尾给出的游标")
@click.option("--engine", type=click.Choice(["embedded", "elasticsearch"]), help="默认按设置")
@click.option("--facets", is_flag=True, help="按公司、主题、类型、来源、周计数，不列文件")
@click.option(
    "--most", type=click.IntRange(1), help="--facets 的每个字段最多几个值  [默认 10，类型与来源全列]"
)
@click.option("--by", type=click.Choice(["day", "week", "month"]), help="按时间计数，不列文件")
@click.option("--open", "opened", type=click.IntRange(1), help="接着显示第几条的全文")
@click.option("--json", "form", flag_value="json", help="输出 JSON")
@click.option("--jsonl", "form", flag_value="jsonl", help="一行一份 JSON")
@click.option("--csv", "form", flag_value="csv", help="输出 CSV")
@click.pass_context
def search(
    ctx: click.Context,
    words: tuple[str, ...],
    limit: int,
    sort: Literal["relevance", "time"],
    after: str | None,
    engine: str | None,
    facets: bool,
    most: int | None,
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
    from search.client import Client
    from ways.export import as_csv, as_jsonl

    query = " ".join(words)
    instead = _one_of({"--facets": facets, "--by": by, "--open": opened})
    if instead and form not in (None, "json"):
        raise UserError(f"{instead} 只能显示为表格或 --json；全部命中用 zhoubao export")
    if most and not facets:
        raise UserError("--most 与 --facets 一起用；最多几份文件是 --limit")
    with Client(settings(ctx), engine=engine) as client:
        if by:
            _show_bars(client.histogram(query, by), form)
            return
        if facets:
            _show_facets(client.facets(query, most=most), form)
            return
        answer = client.search(query, limit=limit, sort=sort, after=after)
        if opened is not None:
            if opened > len(answer.hits):
                raise UserError(f"--open {opened}：这一页只有 {len(answer.hits)} 条")
            _show_document(client.store, answer.hits[opened - 1].id, as_json=form == "json")
            return
    if form == "json":
        show_json(answer.as_dict())
    elif form == "jsonl":
        click.echo(b"".join(as_jsonl(answer.hits)), nl=False)
        _tell_rest(answer, query, after)
    elif form == "csv":
        click.echo(b"".join(as_csv(answer.hits)), nl=False)
        _tell_rest(answer, query, after)
    else:
        _show_hits(answer)


def _one_of(options: Mapping[str, object]) -> str | None:
    """The option that is given, of several that each ask for something else."""
    given = [name for name, value in options.items() if value]
    if len(given) > 1:
        raise UserError(f"{' 与 '.join(given)} 只能取其一")
    return given[0] if given else None


def _show_hits(answer: Answer) -> None:
    if answer.hits:
        show_table(
            ["", "日期", "来源", "公司", "标题", "编号"],
            [
                [n, h.published.astimezone(SHANGHAI).date(), _where(h), _who(h.companies[:2]), h.title, h.id]
                for n, h in enumerate(answer.hits, 1)
            ],
        )
    shown = f"，显示 {len(answer.hits)} 份" if answer.total > len(answer.hits) else ""
    click.echo(f"共 {answer.total} 份{shown}" + (f"；下一页：--after {answer.next}" if answer.next else ""))
    _tell_notes(answer)


def _tell_notes(answer: Answer, err: bool = False) -> None:
    for note in answer.notes:
        click.echo(note, err=err)
    for one in answer.suggestions:
        shown = f"（{one.shown}）" if one.shown not in one.query else ""
        click.echo(f"是否要找：{one.query}{shown}", err=err)


def _tell_rest(answer: Answer, query: str, after: str | None) -> None:
    """On stderr, beside what a program reads: that there is more than this page, or nothing."""
    count = len(answer.hits)
    if answer.total > count:
        which = f"游标之后的 {count} 份" if after else f"第 1–{count} 份"
        rest = f"，其余见 --after {answer.next}" if answer.next else ""
        export = f"zhoubao export {shlex.quote(query)} -o 文件"
        click.echo(f"{which}，共 {answer.total} 份；全部用 {export}{rest}", err=True)
    elif not count:
        click.echo("共 0 份", err=True)
    _tell_notes(answer, err=True)


def _where(hit: AnswerHit) -> str:
    """The sites on which it stands, the first one first."""
    from search.synonyms import load_synonyms

    sources = dict.fromkeys([hit.source, *(id.partition(":")[0] for id in hit.copies)])
    return "、".join(load_synonyms().label("source", source) for source in sources)


def _who(companies: Sequence[tuple[str | None, str]]) -> str:
    return " ".join(name for _, name in companies)


def _show_bars(bars: list[tuple[str, int]], form: str | None) -> None:
    if form == "json":
        show_json([{"bar": bar, "count": count} for bar, count in bars])
    else:
        show_table(["时间", "份数"], bars)


def _show_facets(facets: dict[str, Facet], form: str | None) -> None:
    """With what to write in a query for each value."""
    import msgspec

    from search.query import Field

    if form == "json":
        show_json(msgspec.to_builtins(facets))
        return
    titles = {"company": "公司", "theme": "主题", "kind": "类型", "source": "来源", "week": "周"}
    for name, facet in facets.items():
        rows = [(value.shown, value.count, Field(name, value.value)) for value in facet.values]
        show_table([titles[name], "份数", "检索"], rows)
        if facet.total > len(rows):
            click.echo(f"前 {len(rows)} 个，共 {facet.total} 个；更多用 --most")


@click.command()
@click.argument("document_id")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.option("--page", type=click.File("wb", lazy=True), help="把存档的原页写到这个文件（- 为标准输出）")
@click.option("--diff", is_flag=True, help="来源改动过几次、每次改了什么")
@click.pass_context
def show(ctx: click.Context, document_id: str, as_json: bool, page: BinaryIO | None, diff: bool) -> None:
    """显示一份文件：标题、时间、出处与存档、标签与其根据、事实与核算、正文。

    \b
    例：
      zhoubao show nbs:t20240219_1947635
      zhoubao show nbs:t20240219_1947635 --page 原页.html
    """
    from search.store import Store

    _one_of({"--json": as_json, "--page": page, "--diff": diff})
    loaded = settings(ctx)
    with Store(loaded.store_url) as store:
        if page is not None:
            content = _archived(store, document_id, loaded.archive)
            page.write(content)  # opened only now
        elif diff:
            for line in _history(store, document_id):
                click.echo(line)
        else:
            _show_document(store, document_id, as_json=as_json)


def _show_document(store: Store, id: str, *, as_json: bool) -> None:
    """The document, and what the store knows beside it: other sites, versions, archived pages, corrections."""
    import msgspec

    from pipeline.present import describe
    from search.shown import shown

    document = shown(store, id)
    if document is None:
        raise _unknown(id)
    versions, pages = store.versions(id), store.pages(id)
    if as_json:
        beside = {"versions": versions, "pages": pages}
        show_json(msgspec.to_builtins(document) | msgspec.to_builtins(beside))
        return
    origins, corrects, corrected_by = document.origins, document.corrects, document.corrected_by
    named = store.get_many([*filter(None, [corrects]), *corrected_by])
    notes = [
        f"见于：{origin.source} {origin.id} {origin.url}{'' if origin.complete else '（文件未取到）'}"
        for origin in (origins if len(origins) > 1 else ())
    ]
    notes += [f"更正：{corrects}《{named[corrects].title}》"] if corrects else []
    notes += [f"已被更正：{each}《{named[each].title}》" for each in corrected_by]
    notes += [f"存档：{page.archive}（{_moment(page.at)}）" for page in pages if page.archive]
    if len(versions) > 1:
        told = "、".join(f"{v.number}（{_moment(v.stored_at)}）" for v in versions)
        notes.append(f"版本：{told}；每次改了什么见 --diff")
    click.echo(describe(document, notes))


def _unknown(id: str) -> UserError:
    return UserError(f"没有编号为 {id} 的文件；编号见 zhoubao search")


def _history(store: Store, id: str) -> Iterator[str]:
    from pipeline.present import differences

    versions = store.versions(id)
    if not versions:
        raise _unknown(id)
    if len(versions) == 1:
        yield f"{id} 只有一版"
    for old, new in pairwise(versions):
        yield f"第 {new.number} 版（{_moment(new.stored_at)} 存入）"
        was, now = store.get(id, old.number), store.get(id, new.number)
        assert was is not None and now is not None  # versions are never deleted
        yield from [*differences(was, now)] or ["只有标签或事实改变，文字未改"]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _archived(store: Store, id: str, folder: Path) -> bytes:
    """The last page that gave a document, as its site sent it."""
    from crawlers.archive import fetch

    if store.get(id) is None:
        raise _unknown(id)
    places = [page.archive for page in store.pages(id) if page.archive]
    if not places:
        raise UserError(f"{id} 没有存档的原页")
    name, at, offset = places[-1].partition("@")
    if not at:
        raise UserError(f"{id} 由回放得来，原页在所回放的 {name} 里")
    return fetch(folder / name, int(offset)).content()


@click.command()
@click.argument("document_id")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True)
@click.option("--engine", type=click.Choice(["embedded", "elasticsearch"]), help="默认按设置")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.pass_context
def like(ctx: click.Context, document_id: str, limit: int, engine: str | None, as_json: bool) -> None:
    """与一份文件相似的其他文件：用词相近者在前。"""
    from search.client import Client

    with Client(settings(ctx), engine=engine) as client:
        answer = client.like(document_id, limit)
    if as_json:
        show_json(answer.as_dict())
    else:
        _show_hits(answer)


@click.command()
@click.option("--engine", type=click.Choice(["embedded", "elasticsearch"]), help="默认按设置")
@click.pass_context
def reindex(ctx: click.Context, engine: str | None) -> None:
    """从文档库重建索引；重建时旧索引照常检索。"""
    from search.client import Client

    with Client(settings(ctx), engine=engine) as client:
        count, refused = client.rebuild(), len(client.store.parked())
    left = f"，另有 {refused} 份被拒收（见 zhoubao health）" if refused else ""
    click.echo(f"索引已重建：{count} 份{left}")


@click.group()
def es() -> None:
    """Elasticsearch：建立、核对、修补。密钥取自环境变量 ZHOUBAO_ES_API_KEY。"""


@es.command()
@click.pass_context
def setup(ctx: click.Context) -> None:
    """建立模板、索引与别名，并从文档库写入已有的文件；索引已有则不动。"""
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
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，列出全部编号")
@click.pass_context
def verify(ctx: click.Context, as_json: bool) -> None:
    """与文档库比对：缺的、旧的、版本超前的、多余的。有出入时退出码 1。"""
    from search import elastic

    loaded = settings(ctx)
    found, orphans = elastic.verify(loaded), elastic.orphans(loaded)
    if as_json:
        show_json(found.ids | {"orphans": orphans})
    else:
        titles = {"missing": "缺", "stale": "旧", "ahead": "超前", "foreign": "多余"}
        rows = [[titles[name], len(ids), "、".join(ids[:5])] for name, ids in found.ids.items()]
        show_table(["项目", "份数", "如"], rows)
        if orphans:
            click.echo(
                f"未启用的索引 {len(orphans)} 个：{'、'.join(orphans)}（正在重建的，或重建中断留下的：后者由 repair 删除）"
            )
    sys.exit(1 if found else 0)


@es.command()
@click.pass_context
def repair(ctx: click.Context) -> None:
    """恰好修补 verify 找到的那些，一律以文档库为准。有修补不了的，退出码 1。"""
    from search import elastic

    mended = elastic.repair(settings(ctx))
    click.echo(f"已修补 {mended.done} 份")
    if mended.removed:
        click.echo(f"已删除重建中断留下的索引：{'、'.join(mended.removed)}")
    if mended.left:
        click.echo(f"未能修补 {len(mended.left)} 份：")
        for id, reason in list(mended.left.items())[:10]:
            click.echo(f"  {id}：{reason}")
        sys.exit(1)


@es.command()
@click.pass_context
def role(ctx: click.Context) -> None:
    """打印最小权限的角色定义，交给集群管理员。"""
    from search import elastic

    show_json(elastic.role(settings(ctx)))
