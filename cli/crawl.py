"""Commands of the crawling side: crawl, read, sources, health, run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

import click

from cli.common import PathName, settings, show_json, show_table, start_log
from config import Settings, SourceHours
from pipeline.model import UserError

if TYPE_CHECKING:
    from search.outbox import Waiting

Date = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("sources", nargs=-1)
@click.option("--since", type=Date, help="从这一天起（含）")
@click.option("--until", type=Date, help="到这一天止（含）")
@click.option("--replay", type=PathName, help="从 WARC 存档回放，不触网")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.option("--quiet", is_flag=True, help="日志写入 data/logs，不显示汇总")
@click.option("--no-index", is_flag=True, help="不更新索引，由常驻程序来做")
@click.pass_context
def crawl(
    ctx: click.Context,
    sources: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    replay: Path | None,
    as_json: bool,
    quiet: bool,
    no_index: bool,
) -> None:
    """抓取来源（省略则全部）。每个来源一个子进程，结束时更新索引，列出各页的结局。

    一个来源同时只由一个进程抓取；常驻程序正在抓取时，退出码为 75。

    \b
    例：
      zhoubao crawl sasac nbs
      zhoubao crawl cninfo --since 2024-02-19 --until 2024-02-25
      zhoubao crawl --replay week.warc.gz --since 2024-02-16 --until 2024-02-25
    """
    from crawlers.run import BUSY_CODE, crawl_each
    from crawlers.run import crawl as crawl_one
    from crawlers.session import Busy
    from crawlers.sources import enabled_sources, load_sources, pick
    from crawlers.words import STATES

    loaded = settings(ctx)
    start_log(loaded, to_file=quiet)
    names = pick(load_sources(), sources or enabled_sources(loaded))
    first, last = since.date() if since else None, until.date() if until else None
    if first and last and first > last:
        raise UserError(f"--since {first} 在 --until {last} 之后")
    if len(names) == 1:
        try:
            runs = [crawl_one(loaded, names[0], since=first, until=last, replay=replay)]
        except Busy as error:
            click.echo(f"zhoubao: {error}", err=True)
            sys.exit(BUSY_CODE)
    else:
        runs = crawl_each(loaded, names, since=first, until=last, replay=replay, config=ctx.obj)
    if as_json:
        show_json([run.as_dict() for run in runs])
    elif not quiet:
        show_table(
            ["来源", "状态", "页数", "结局", "原因"],
            [
                [
                    r.source,
                    STATES[r.state],
                    r.pages,
                    " ".join(f"{k}={v}" for k, v in sorted(r.outcomes.items())),
                    r.reason or "",
                ]
                for r in runs
            ],
        )
    if not no_index:
        _feed(loaded)
    states = {run.state for run in runs} - {"ok"}
    sys.exit(1 if states - {"busy"} else BUSY_CODE if states else 0)


def _feed(loaded: Settings) -> None:
    """Brings the index up to the store. What was crawled is stored, so an engine that is down is no failure."""
    from search.client import open_engine
    from search.feeder import feed
    from search.store import Store

    with Store(loaded.store_url) as store:
        try:
            with closing(open_engine(loaded, loaded.search.engine)) as engine:
                feed(store, engine)
        except UserError as error:
            click.echo(f"zhoubao: {store.lag()} 份已入库，尚未进入索引：{error}", err=True)


@click.command()
@click.argument("source")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", default="", help="页面的地址（相对链接据此补全）")
@click.option("--as", "shape", type=click.Choice(["list", "detail"]), help="列表页或详情页；省略则判断")
def read(source: str, file: Path, url: str, shape: Literal["list", "detail"] | None) -> None:
    """读一个已保存的页面、接口答复、PDF 或 DOCX，输出 JSON。读不了时说明结局，退出码 1。

    \b
    例：
      zhoubao read sasac page.html --url http://www.sasac.gov.cn/n2588035/c1/content.html
      zhoubao read cninfo 公告.pdf
    """
    import msgspec

    from crawlers.sources import read_file
    from pipeline.model import Article, Listing

    found = read_file(source, file.read_bytes(), url=url, shape=shape, name=file.name)
    show_json(msgspec.to_builtins(found))
    if isinstance(found, Article | Listing) and not url:
        click.echo(
            "zhoubao: 没有给 --url：编号、栏目与相对链接是按来源第一个栏目的地址推出来的，可能不对", err=True
        )
    if getattr(found, "outcome", "read") != "read":
        sys.exit(1)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.pass_context
def sources(ctx: click.Context, as_json: bool) -> None:
    """列出抓取什么、从哪里、何时。地址中 ? 之后的部分只在 --json 里。"""
    from crawlers.sources import hours_of, load_sources

    loaded = settings(ctx)
    hours = hours_of(loaded)
    rows = [
        {
            "source": name,
            "column": column.id,
            "name": f"{source.publisher}·{column.name}",
            "hours": _when(hours[name]),
            "url": column.url,
        }
        for name, source in load_sources().items()
        for column in source.columns
    ]
    if as_json:
        show_json(rows)
    else:
        for row in rows:  # what follows the ? is for programs
            address, asks, _ = row["url"].partition("?")
            row["url"] = address + ("?…" if asks else "")
        show_table(["来源", "栏目", "名称", "时间", "地址"], [list(row.values()) for row in rows])


def _when(hours: SourceHours) -> str:
    if not hours.enabled:
        return "停用"
    every = "每小时" if hours.hours == "*" else f"{hours.hours} 时"
    return f"{every} {hours.minute} 分"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.pass_context
def health(ctx: click.Context, as_json: bool) -> None:
    """各来源最近一次成功、结局与故障原因；有事要人处理时退出码 1。"""
    from cli.companies import standing
    from cli.tag import doubt_themes
    from crawlers.health import health as source_health
    from crawlers.sources import enabled_sources, load_sources
    from pipeline.companies_table import load_companies
    from search.store import Store
    from search.watches import Watches

    loaded = settings(ctx)
    table = load_companies(loaded.companies, loaded.company_table)
    known = load_sources()
    with Store(loaded.store_url) as store:
        found = source_health(store, {name: known[name] for name in enabled_sources(loaded)})
        waiting, parked, alerts = store.waiting(), store.parked(), Watches(store).problems()
    stuck = waiting.count > 0 and waiting.problem is not None
    trouble = any(s.trouble for s in found) or bool(parked or alerts) or stuck
    if as_json:
        show_json(
            {
                "sources": [s.as_dict() for s in found],
                "outbox": {
                    "waiting": waiting.count,
                    "oldest": waiting.oldest,
                    "problem": waiting.problem,
                    "since": waiting.since,
                    "parked": len(parked),
                },
                "alerts": alerts,
                "companies": {"as_of": table.as_of, "refreshed": loaded.company_table is not None},
            }
        )
    else:
        show_table(
            ["来源", "最近成功", "最近一次的结局", "说明"],
            [[s.source, s.last_success or "从未", s.outcomes_text, s.sentence] for s in found],
        )
        click.echo(f"等待进入索引：{waiting.count} 份；被索引拒收：{len(parked)} 份")
        for line in _waiting(waiting, loaded):
            click.echo(f"  {line}")
        for row in parked[:10]:
            click.echo(f"  {row.document_id}：{row.reason}")
        for problem in alerts:
            click.echo(f"提醒 {problem}")
        click.echo(standing(loaded, table))
    doubt_themes(loaded)
    sys.exit(1 if trouble else 0)


def _waiting(waiting: Waiting, loaded: Settings) -> Iterator[str]:
    """Since when, why, and which command helps."""
    zone = ZoneInfo(loaded.timezone)
    if waiting.oldest is None:
        return
    yield f"最早的一份自 {waiting.oldest.astimezone(zone):%Y-%m-%d %H:%M} 起等待"
    on_cluster = loaded.search.engine == "elasticsearch"
    if waiting.since is not None:
        yield f"自 {waiting.since.astimezone(zone):%Y-%m-%d %H:%M} 起写不进索引：{waiting.problem}"
        look = "zhoubao es status 看集群；" if on_cluster else ""
        yield f"{look}排除后由常驻程序（zhoubao run）自动写入，或运行 zhoubao reindex"
    else:
        yield "由常驻程序（zhoubao run）写入；没有常驻程序时，请运行 zhoubao reindex"


@click.command()
@click.option("--once", is_flag=True, help="只做一轮：抓取全部来源、更新索引，然后退出")
@click.pass_context
def run(ctx: click.Context, once: bool) -> None:
    """常驻：按设置的时间抓取各来源，随时更新索引，每周一生成周报。Ctrl-C 或 SIGTERM 干净地停下。"""
    from cli.tag import doubt_themes
    from pipeline.companies_table import load_companies
    from scheduler import Daemon
    from weekly.select import check_watch

    loaded = settings(ctx)
    doubt_themes(loaded)
    for doubt in check_watch(loaded.watch, load_companies(loaded.companies, loaded.company_table)):
        click.echo(doubt, err=True)
    start_log(loaded, to_file=True, shown="WARNING" if once else loaded.logging.level)
    daemon = Daemon(loaded, ctx.obj)
    if not once:
        daemon.run()
        return
    codes = daemon.once()
    show_table(["来源", "结果"], [[name, _ended(code)] for name, code in codes.items()])
    sys.exit(0 if all(code == 0 for code in codes.values()) else 1)


def _ended(code: int) -> str:
    from crawlers.run import BUSY_CODE

    return {0: "完成", BUSY_CODE: "另一个进程正在抓取"}.get(code, f"退出码 {code}")
