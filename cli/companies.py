"""Commands of the company table: what is in it, who is meant by a name, how it is brought up to date."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click
import msgspec

from cli.common import PathName, settings, show_json, show_table, start_log
from config import Settings
from pipeline.companies_refresh import Changes
from pipeline.companies_table import SHOWN, Company, CompanyTable
from pipeline.model import UserError

_EXCHANGES = {"SSE": "上交所", "SZSE": "深交所", "BSE": "北交所"}
_STANDING = {False: "", True: "（已不上市）", None: "（是否在上市未知）"}
_SHOWN = 30  # companies of a kind that are listed by name


@click.group(invoke_without_command=True)
@click.pass_context
def companies(ctx: click.Context) -> None:
    """公司表：有多少家、哪天的；更新、查询，从公告里学新名字。"""
    if ctx.invoked_subcommand is not None:
        return
    loaded = settings(ctx)
    table = _table(loaded)
    rows = Counter((c.exchange, c.board, c.gone) for c in table.companies.values())
    full = Counter((c.exchange, c.board) for c in table.companies.values() if c.full and c.gone is False)
    of_day: dict[tuple[str, str], str] = {}
    for c in table.companies.values():
        of_day[c.exchange, c.board] = max(of_day.get((c.exchange, c.board), ""), str(c.as_of or ""))
    show_table(
        ["交易所", "板块", "在上市", "其中有全称", "已不上市", "未知", "名单日期"],
        [
            [_EXCHANGES.get(e, e), b, rows[e, b, False], full[e, b], rows[e, b, True], rows[e, b, None], day]
            for (e, b), day in sorted(of_day.items(), reverse=True)
        ],
    )
    click.echo(standing(loaded, table))


def standing(loaded: Settings, table: CompanyTable) -> str:
    """In a line: how many companies, of which day, from where."""
    rows = Counter(company.gone for company in table.companies.values())
    unknown = f"，{rows[None]} 家是否在上市未知" if rows[None] else ""
    where = (
        f"{table.as_of} 的名单"
        if loaded.company_table
        else f"随程序自带，{table.as_of} 的名单；zhoubao companies refresh 更新"
    )
    return f"公司表：{rows[False]} 家在上市，另有 {rows[True]} 家已不上市{unknown}（{where}）"


@companies.command()
@click.option("--replay", type=PathName, help="从 WARC 存档回放，不触网")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.pass_context
def refresh(ctx: click.Context, replay: Path | None, as_json: bool) -> None:
    """从三家交易所与巨潮资讯的名单更新公司表：代码、简称、全称、曾用名、板块、orgId。

    没有读全的名单不用，公司表里的那一部分不动；有名单没用上时说明原因，退出码 1，经过见 data/logs。

    \b
    例：
      zhoubao companies refresh
      zhoubao companies refresh --replay data/archive/companies-20261126-064000-123.warc.gz
    """
    from crawlers.health import failing
    from crawlers.run import crawl
    from crawlers.sources import load_sources
    from pipeline.companies_refresh import changes
    from pipeline.companies_table import bundled, read_rows
    from search.store import Store

    loaded = settings(ctx)
    start_log(loaded, to_file=True, shown="CRITICAL")  # a person gets the sentences below
    before, _ = read_rows(loaded.company_table or bundled())
    run = crawl(loaded, "companies", replay=replay)
    after, _ = read_rows(loaded.company_table or bundled())
    with Store(loaded.store_url) as store:
        wrong = failing(store, load_sources()["companies"])
    wrong = [f"没有用上：{sentence}" for sentence in wrong]
    if run.state != "ok" and not wrong:
        wrong = [f"注意：{run.reason or run.state}"]
    found = changes(before, after)
    if as_json:
        show_json(
            {
                "run": run.as_dict(),
                "companies": len(after),
                "changes": msgspec.structs.asdict(found),
                "trouble": wrong,
            }
        )
    else:
        _tell(loaded, found, {company.code: company for company in after})
        for sentence in wrong:
            click.echo(sentence, err=True)
    sys.exit(0 if run.state == "ok" else 1)


def _tell(loaded: Settings, found: Changes, companies: dict[str, Company]) -> None:
    new = [f"{code} {companies[code].shown}" for code in found.new]
    renamed = [f"{code} {old} → {now}" for code, old, now in found.renamed]
    gone = [f"{code} {companies[code].shown}" for code in found.gone]
    for title, lines in (("新增", new), ("改名", renamed), ("不再上市", gone)):
        if lines:
            click.echo(
                f"{title} {len(lines)} 家：{'；'.join(lines[:_SHOWN])}{'……' if lines[_SHOWN:] else ''}"
            )
    table = _table(loaded)
    click.echo(standing(loaded, table))
    if found.new or found.renamed:
        click.echo("zhoubao retag 会重打提到这些名称的文件")


@companies.command()
@click.argument("name")
@click.pass_context
def find(ctx: click.Context, name: str) -> None:
    """按代码、名称或名称的一部分查公司；简称、全称、曾用名、别名都算。

    \b
    例：
      zhoubao companies find 430047
      zhoubao companies find 朗玛
    """
    rows = _found(_table(settings(ctx)), name)
    show_table(
        ["代码", "简称", "交易所", "板块", "行业", "全称"],
        [
            [c.code, c.shown, _EXCHANGES.get(c.exchange, c.exchange), c.board, c.industry or "", c.full or ""]
            for c in rows[:_SHOWN]
        ],
    )
    if len(rows) > _SHOWN:
        click.echo(f"共 {len(rows)} 家，只列前 {_SHOWN} 家")


@companies.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.pass_context
def show(ctx: click.Context, name: str, as_json: bool) -> None:
    """一家公司的全部名称与各自用到哪一天、代码、板块、orgId。

    \b
    例：
      zhoubao companies show 300288
      zhoubao companies show 贵阳朗玛信息技术股份有限公司
    """
    table = _table(settings(ctx))
    rows = _found(table, name)
    if len(rows) > 1:
        listed = "、".join(f"{c.code} {c.shown}" for c in rows[:8])
        raise UserError(f"“{name}”可能是 {listed}{'等' if rows[8:] else ''}；请写代码或完整的名称")
    (company,) = rows
    names = [
        {"name": n.text, "kind": _kind(n.how, n.until is not None), "until": n.until}
        for n in table.names
        if n.code == company.code and not n.derived
    ]
    names += [
        {"name": old, "kind": "旧代码", "until": None}
        for old, code in table.old_codes.items()
        if code == company.code
    ]
    if as_json:
        show_json({field: getattr(company, field) for field in company.__struct_fields__} | {"names": names})
        return
    click.echo(f"{company.code} {company.shown}{_STANDING[company.gone]}")
    for label, value in (
        ("交易所", f"{_EXCHANGES.get(company.exchange, company.exchange)} {company.board}"),
        ("行业", company.industry),
        ("上市日期", company.listed),
        ("巨潮 orgId", company.org_id),
        ("名单日期", company.as_of),
    ):
        click.echo(f"{label}：{value or '未知'}")
    show_table(["名称", "类别", "用到"], [[n["name"], n["kind"], n["until"] or ""] for n in names])


def _kind(how: str, over: bool) -> str:
    if over and how in ("marked", "full"):
        return f"曾{'用' if how == 'full' else ''}{SHOWN[how]}"
    return SHOWN[how]


def _found(table: CompanyTable, name: str) -> list[Company]:
    if not name.strip():
        raise UserError("要查的名称是空的；例如 zhoubao companies find 朗玛")
    rows = table.lookup(name)
    if not rows:
        raise UserError(
            f"公司表里没有 {name}；zhoubao companies refresh 更新公司表，"
            "或写进 config.yaml 的 companies 所指的文件，见 docs/lexicon.md"
        )
    return rows


def _table(loaded: Settings) -> CompanyTable:
    from pipeline.companies_table import load_companies

    return load_companies(loaded.companies, loaded.company_table)


@companies.command()
@click.pass_context
def learn(ctx: click.Context) -> None:
    """从已抓取的公告里学公司表还没有的简称与全称，写成可并入桌面文件的 YAML。"""
    from pipeline.companies_learn import as_yaml
    from pipeline.companies_learn import learn as learnt
    from search.store import Store

    loaded = settings(ctx)
    with Store(loaded.store_url) as store:
        click.echo(as_yaml(learnt(store.documents(), _table(loaded))), nl=False)


@companies.command()
@click.pass_context
def doubtful(ctx: click.Context) -> None:
    """公司名里多半当普通词用的：在已抓取的文件里常见，却少有公司的语境。可写进桌面文件的 words。"""
    from pipeline.companies import Matcher
    from pipeline.companies_learn import word_like
    from search.store import Store

    loaded = settings(ctx)
    with Store(loaded.store_url) as store:
        texts = (f"{document.title}\n{document.body}" for document in store.documents())
        found = word_like(texts, Matcher(_table(loaded)))
    show_table(["名称", "出现", "有公司语境"], [[one.name, one.seen, one.with_context] for one in found])
