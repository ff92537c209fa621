"""Commands of the week: init, demo, issue."""

from __future__ import annotations

import sys
from importlib import resources
from pathlib import Path

import click

from cli.common import PathName, settings
from pipeline.model import UserError
from pipeline.week import Week

FORMATS = ("md", "html", "docx", "json")


@click.command()
@click.option("--force", is_flag=True, help="覆盖已有的 config.yaml")
def init(force: bool) -> None:
    """在当前目录写一份带注释的 config.yaml。"""
    target = Path("config.yaml")
    if target.exists() and not force:
        raise UserError("config.yaml 已经存在；要重写请加 --force")
    target.write_text(resources.files("cli").joinpath("config.yaml").read_text("utf-8"), "utf-8")
    click.echo("已写好 config.yaml。下一步：改 watch 里的公司代码，然后 zhoubao run --once")


@click.command()
@click.option("--out", type=PathName, default=Path("demo-out"), show_default=True, help="放在哪个目录")
@click.option(
    "--engine", type=click.Choice(["embedded", "elasticsearch"]), default="embedded", show_default=True
)
def demo(out: Path, engine: str) -> None:
    """用存档回放 2024 年第 8 周：抓取、打标签、提取、入库、索引，生成周报的四个文件。

    存档是按五个网站的真实结构合成的，不触网。
    """
    from demo.run import run

    run(out, engine)


@click.command()
@click.argument("week")
@click.option("--format", "formats", default=None, help="md,html,docx,json 中的几种，逗号分开")
@click.option("--out", type=PathName, default=None, help="放在哪个目录（默认按设置）")
@click.option("--why", is_flag=True, help="列出每一条的得分由什么组成，包括没有入选的")
@click.pass_context
def issue(ctx: click.Context, week: str, formats: str | None, out: Path | None, why: bool) -> None:
    """生成一周的行业要闻与重点公司公告。

    \b
    例：
      zhoubao issue 2024-W08
      zhoubao issue 2024-W08 --format md,docx --out 周报
      zhoubao issue 2024-W08 --why
    """
    import weekly.issue
    import weekly.render
    from pipeline.tagger import load_lexicon
    from search.client import Client
    from weekly.select import check_watch

    loaded = settings(ctx)
    which = Week.parse(week)
    wanted = tuple(part.strip() for part in formats.split(",")) if formats else loaded.weekly.formats
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown:
        raise UserError(f"--format {','.join(unknown)}：只能是 {', '.join(FORMATS)}")
    with Client(loaded) as client:
        lexicon = load_lexicon(loaded.themes, loaded.companies, loaded.company_table)
        for doubt in check_watch(loaded.watch, lexicon.companies.table):
            click.echo(doubt, err=True)
        built = weekly.issue.build(client, which, loaded, lexicon)
    if why:
        click.echo(weekly.issue.why(built))
        return
    form = loaded.weekly
    files = weekly.render.write(built, wanted, out or form.out, form.word_template, form.templates)
    for file in files:
        click.echo(file)
    if not built.news and not built.filings:
        click.echo(
            f"{which} 没有入选的条目；zhoubao issue {which} --why 看原因，zhoubao health 看来源", err=True
        )
        sys.exit(1)
