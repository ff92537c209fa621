"""Commands of the lexicon: tag, themes, retag, programme."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from cli.common import PathName, settings, show_json, show_table
from config import Settings
from pipeline.model import Document, Number, UserError


@click.command()
@click.option("--explain", is_flag=True, help="写成一段说明，而不是 JSON")
@click.pass_context
def tag(ctx: click.Context, explain: bool) -> None:
    """给 JSONL 打标签：一行一份，从标准输入到标准输出。格式见 docs/tagging.md。

    一行读不了，或有不认识的键，在标准错误里指出行号，其余照做，最后退出码 1。

    \b
    例：
      zhoubao tag < 公告.jsonl > 标签.jsonl
    """
    from pipeline.present import KEYS, article_of, parse_line, tags_of
    from pipeline.present import explain as explained
    from pipeline.tagger import document, load_lexicon

    loaded = settings(ctx)
    lexicon = load_lexicon(loaded.themes, loaded.companies, loaded.company_table)
    bad = 0
    told: set[str] = set()  # keys that are no use here, each named once
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            given, unknown = parse_line(line)
            article = article_of(given)
        except UserError as error:
            bad += 1
            click.echo(f"第 {number} 行：{error}", err=True)
            continue
        if new := [key for key in unknown if key not in told]:
            told.update(new)
            click.echo(
                f"第 {number} 行：没有用上不认识的键 {'、'.join(new)}（以后各行不再说）；可用的有 {'、'.join(KEYS)}",
                err=True,
            )
        tagged = document(article, (), lexicon)
        if explain:
            click.echo(explained(tagged))
        else:
            click.echo(json.dumps(tags_of(tagged), ensure_ascii=False))
    sys.exit(1 if bad or told else 0)


@click.group()
def themes() -> None:
    """主题：规则与例句是否相符，为什么打上或没有打上，还缺哪些词。"""


@themes.command()
@click.argument("file", type=PathName, required=False)
@click.pass_context
def check(ctx: click.Context, file: Path | None) -> None:
    """用主题文件自己的例句试它的规则：hit 都要打上，miss 都不许打上。

    FILE 不写时是 config.yaml 的 themes 所指的文件，没有就是随程序自带的。有不相符的，退出码 1。

    \b
    例：
      zhoubao themes check
      zhoubao themes check 新主题.yaml
    """
    from pipeline.themes import load_themes
    from pipeline.themes_explain import failed_examples

    file = file or settings(ctx).themes
    checked = load_themes(file)
    failed = list(failed_examples(checked))
    for line in failed:
        click.echo(line)
    without = [theme.name for theme in checked.themes if not theme.hit and not theme.miss]
    if without:
        click.echo(f"没有例句的主题：{'、'.join(without)}")
    tried = sum(len(theme.hit) + len(theme.miss) for theme in checked.themes)
    told = f"{tried} 句例句" + (f"，{len(failed)} 句不相符" if failed else "都相符")
    click.echo(
        f"{file or '随程序自带的主题'}：{len(checked.themes)} 个主题，{told if tried else '没有例句可试'}"
    )
    sys.exit(1 if failed else 0)


def doubt_themes(loaded: Settings) -> None:
    """Tells on stderr when the desk's own themes do not do what their examples say."""
    from pipeline.themes import load_themes
    from pipeline.themes_explain import failed_examples

    if not loaded.themes:
        return  # the tests try the bundled ones
    count = sum(1 for _ in failed_examples(load_themes(loaded.themes)))
    if count:
        click.echo(f"注意：{loaded.themes} 有 {count} 句例句不相符；逐句列出：zhoubao themes check", err=True)


@themes.command()
@click.argument("what")
@click.pass_context
def explain(ctx: click.Context, what: str) -> None:
    """WHAT 是文件编号，或一个 UTF-8 文本文件（第一行作标题）。

    \b
    例：
      zhoubao themes explain nbs:t20240219_1947635
      zhoubao themes explain 草稿.txt
    """
    from pipeline.themes import load_themes
    from pipeline.themes_explain import explain as explained

    loaded = settings(ctx)
    title, body = _text_of(loaded, what)
    click.echo(explained(title, body, load_themes(loaded.themes)))


def _text_of(loaded: Settings, what: str) -> tuple[str, str]:
    """Title and body of a stored document or of a text file."""
    from search.store import Store

    file = Path(what)
    if file.is_file():
        try:
            title, _, body = file.read_text(encoding="utf-8").partition("\n")
        except UnicodeDecodeError:
            raise UserError(f"{what}：不是 UTF-8 文本") from None
        if not (title + body).strip():
            raise UserError(f"{what}：里面没有文字")
        return title, body
    with Store(loaded.store_url) as store:
        document = store.get(what)
    if document is None:
        raise UserError(f"{what}：既没有这个编号的文件，也没有这个文本文件")
    return document.title, document.body


@themes.command()
@click.argument("term")
@click.option("--limit", type=click.IntRange(1, 500), default=30, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.pass_context
def suggest(ctx: click.Context, term: str, limit: int, as_json: bool) -> None:
    """与 TERM 同现的词，按 TF-IDF 排列：主题规则可能还缺的词。已在规则里的，写出主题。"""
    import msgspec

    from pipeline.themes import load_themes
    from pipeline.themes_explain import suggest as suggested
    from search.store import Store

    if not term.strip():
        raise UserError("要查的词是空的；例如 zhoubao themes suggest 算力")
    loaded = settings(ctx)
    themes = load_themes(loaded.themes)
    with Store(loaded.store_url) as store:
        texts = (f"{document.title}\n{document.body}" for document in store.documents())
        found = suggested(term, texts, themes, limit)
    if as_json:
        show_json([msgspec.to_builtins(one) for one in found])
    elif found:
        show_table(
            ["词", "权重", "文件", "已在主题"],
            [[one.word, f"{one.weight:.3f}", one.documents, "、".join(one.themes)] for one in found],
        )
    else:
        raise UserError(f"库里没有含“{term}”的文件")


@click.command()
@click.option("--all", "everything", is_flag=True, help="全部重打，不看改了什么；中断后从头再来")
@click.pass_context
def retag(ctx: click.Context, everything: bool) -> None:
    """词典、公司表、规则或程序改变后，只重打会受影响的文件。中断后再运行会接着做。"""
    from rich.console import Console
    from rich.progress import track

    from pipeline.lexicon_changes import changes, snapshot
    from pipeline.tagger import load_lexicon
    from pipeline.tagger import retag as tagged_again
    from search.client import Client
    from search.feeder import feed

    loaded = settings(ctx)
    doubt_themes(loaded)
    lexicon = load_lexicon(loaded.themes, loaded.companies, loaded.company_table)
    older = done = differ = 0
    used = {lexicon.version}
    with Client(loaded) as client:
        store = client.store
        store.remember_lexicon(lexicon.version, snapshot(lexicon))
        # By the lexicon that a document was tagged with; of one that nobody remembers all is redone.
        changed = {} if everything else {v: changes(held, lexicon) for v, held in store.lexicons().items()}
        total, console = store.count(duplicates=True), Console(stderr=True)
        for document in track(store.documents(duplicates=True), "重打标签", total=total, console=console):
            if document.lexicon == lexicon.version and not everything:
                continue
            older += 1
            if document.lexicon in changed and not changed[document.lexicon].touches(document):
                used.add(document.lexicon)
                continue
            new = tagged_again(document, lexicon)
            done += 1
            if said := _difference(document, new):
                differ += 1
                click.echo(f"{document.id} {document.title}\n    {said}")
            store.put(new, run=None, page_url=None)
        store.forget_lexicons(used)
        feed(store, client.engine)
    if not older:
        click.echo("词典、规则与程序没有变化")
        return
    told = f"其中 {differ} 份标签有变" if differ else "标签都没有变"
    kept = f"；{older - done} 份不受影响" if older > done else ""
    click.echo((f"重打 {done} 份，{told}" if done else "没有文件要重打") + kept)


def _difference(old: Document, new: Document) -> str:
    """Tags gained (+) and lost (-), in a line."""
    parts = []
    for was, now in (
        ({t.name for t in old.themes}, {t.name for t in new.themes}),
        ({t.code or t.name for t in old.companies}, {t.code or t.name for t in new.companies}),
        (set(old.kinds), set(new.kinds)),
    ):
        parts += [f"+{name}" for name in sorted(now - was)] + [f"-{name}" for name in sorted(was - now)]
    if old.facts != new.facts:
        parts.append("事实有变")
    return " ".join(parts)


@click.command()
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.pass_context
def programme(ctx: click.Context, code: str, as_json: bool) -> None:
    """一家公司的回购计划：从预案到完成的每份公告，已用上限的多少，前后不一致之处。

    \b
    例：
      zhoubao programme 605398
    """
    import msgspec

    from pipeline.filings.programme import programmes
    from pipeline.kinds import value_name
    from search.store import Store

    with Store(settings(ctx).store_url) as store:
        found = programmes(d for d in store.documents(kind="buyback") if d.code == code)
    if not found:
        raise UserError(f"库里没有 {code} 的回购公告；代码是六位数字")
    if as_json:
        show_json(msgspec.to_builtins(found))
        return
    for line in found:
        bounds = "，".join(f"{_BOUNDS[name]} {n.value:,}{n.unit or ''}" for name, n in line.bounds.items())
        used = f"；已用上限的 {line.used:.2f}%" if line.used is not None else ""
        show_table(
            ["日期", "阶段", "累计股数", "累计金额", "截至", "公告", "注意"],
            [
                [
                    s.published,
                    value_name("stage", s.stage) if s.stage else "",
                    _amount(s.shares),
                    _amount(s.paid),
                    s.as_of or "",
                    s.title,
                    "；".join(s.flags),
                ]
                for s in line.steps
            ],
            title=f"{line.decided_on or ''} {bounds}{used}".strip(),
        )
        for flag in line.flags:
            click.echo(f"注意：{flag}")


_BOUNDS = {
    "amount_min": "金额不低于",
    "amount_max": "金额不超过",
    "price_cap": "价格不超过",
    "shares_min": "股数不低于",
    "shares_max": "股数不超过",
}


def _amount(number: Number | None) -> str:
    return "" if number is None else f"{number.value:,}{number.unit or ''}"
