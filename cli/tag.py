"""Commands of the lexicon: tag, themes, companies, retag, programme."""

from __future__ import annotations

import json
import sys

import click

from cli.common import settings
from pipeline.model import UserError


@click.command()
@click.option("--explain", is_flag=True, help="写成一段说明，而不是 JSON")
@click.pass_context
def tag(ctx: click.Context, explain: bool) -> None:
    """给 JSONL 打标签：一行一份，从标准输入到标准输出。格式见 docs/tagging.md。

    一行读不了时在标准错误里指出行号，其余照做，最后退出码 1。

    \b
    例：
      zhoubao tag < 公告.jsonl > 标签.jsonl
    """
    from pipeline.present import article_of, parse_line, tags_of
    from pipeline.present import explain as explained
    from pipeline.tagger import document, load_lexicon

    loaded = settings(ctx)
    lexicon = load_lexicon(loaded.themes, loaded.companies)
    bad = 0
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            article = article_of(parse_line(line))
        except UserError as error:
            bad += 1
            click.echo(f"第 {number} 行：{error}", err=True)
            continue
        tagged = document(article, (), lexicon)
        if explain:
            click.echo(explained(tagged))
        else:
            click.echo(json.dumps(tags_of(tagged), ensure_ascii=False))
    sys.exit(1 if bad else 0)
