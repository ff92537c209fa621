"""`zhoubao demo`: the demo week from its archive to the issue, the way a desk's own week goes.

Crawl (each source in a child process, from the archive, without network), index, select, write.
Doing it again in the same folder changes nothing.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from time import monotonic

import click

import config
import weekly.issue
import weekly.render
from crawlers.ledger import FINE
from crawlers.run import Run, crawl_each
from crawlers.sources import load_sources
from pipeline.model import UserError
from pipeline.tagger import load_lexicon
from pipeline.week import Week
from search.client import Client
from search.feeder import Fed, feed
from weekly.model import Issue

WEEK = Week(2024, 8)
SOURCES = ("sasac", "nbs", "miit", "cac", "cninfo")
# What the archive holds on purpose, so that the demo shows how it is told.
PLANTED = {"challenge": "防火墙质询页", "not_pdf": "冒充 PDF 的网页"}


@dataclass(frozen=True)
class DemoResult:
    issue: Issue
    files: list[Path]
    runs: list[Run]
    fed: Fed
    config: Path
    seconds: float


def run(out: Path, engine: str, quiet: bool = False) -> DemoResult:
    """The whole way, into the folder `out`; a config.yaml that is there already is used as it is.

    Raises UserError (a config or an archive that cannot be used, a crawl that failed, an engine that does
    not answer); then the same command goes on where it stopped.
    """
    started = monotonic()
    tell: Callable[[str], None] = (lambda text: None) if quiet else click.echo
    out.mkdir(parents=True, exist_ok=True)
    path = out / "config.yaml"
    if not path.exists():
        path.write_text(resources.files("demo").joinpath("config.yaml").read_text("utf-8"), "utf-8")
    settings = config.load(path)
    settings = settings.model_copy(update={"search": settings.search.model_copy(update={"engine": engine})})

    tell(f"回放演示周 {WEEK}（{WEEK.monday}至{WEEK.sunday}，合成数据，不联网）：")
    with resources.as_file(resources.files("demo").joinpath("week.warc.gz")) as archive:
        runs = crawl_each(
            settings, SOURCES, replay=archive, config=path, tell=lambda run: tell(_summary(run))
        )
    if broken := [f"{run.source}（{run.reason}）" for run in runs if run.state in ("failed", "killed")]:
        raise UserError(f"演示没有完成，这些来源没有抓成：{'、'.join(broken)}；再运行一次会接着做")
    with Client(settings) as client:
        fed = feed(client.store, client.engine)
        tell(f"  索引 {engine}：{client.engine.count()} 篇可以搜索")
        lexicon = load_lexicon(settings.themes, settings.companies, settings.company_table)
        issue = weekly.issue.build(client, WEEK, settings, lexicon)
    files = weekly.render.write(
        issue, settings.weekly.formats, settings.weekly.out, settings.weekly.word_template
    )
    seconds = monotonic() - started
    tell(
        f"\n{WEEK} 周报：行业要闻 {len(issue.news)} 条，重点公司公告 {len(issue.filings)} 条，用时 {seconds:.0f} 秒。"
    )
    for file in files:
        tell(f"  {_here(file)}")
    tell(_next_steps(path))
    return DemoResult(issue, files, runs, fed, path, seconds)


def _summary(run: Run) -> str:
    name = load_sources()[run.source].publisher
    kept = sum(run.outcomes.get(outcome, 0) for outcome in ("stored", "updated", "duplicate"))
    line = f"  {run.source:<7}{name}：{run.pages} 页，新文档 {kept} 篇"
    odd = {outcome: n for outcome, n in run.outcomes.items() if outcome not in FINE}
    if odd:
        line += "；" + "，".join(
            f"{PLANTED.get(outcome, outcome)} {n} 页{'（故意放的，已认出）' if outcome in PLANTED else ''}"
            for outcome, n in sorted(odd.items())
        )
    return line


def _next_steps(path: Path) -> str:
    command = f"{_command()} --config {_here(path)}"
    return f"""
接下来可以：
  看入选的理由    {command} issue {WEEK} --why
  搜一搜          {command} search '数据资源 source:nbs'
                  {command} search 'week:{WEEK} kind:buyback'
  改关注名单      编辑 {_here(path)} 里的 watch，再运行 {command} issue {WEEK}
接真实网站：
  {_command()} init          写一份 config.yaml，填上自己覆盖的公司
  {_command()} run --once    抓取一轮；{_command()} health 看各来源是否正常
  {_command()} run           常驻，每小时抓取，每周一早上生成周报"""


def _command() -> str:
    """How this program was called, so that its hints can be pasted."""
    called = Path(sys.argv[0])
    if called.name != "zhoubao" or shutil.which("zhoubao") == str(called):
        return "zhoubao"
    return _here(called)


def _here(path: Path) -> str:
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
