"""The `zhoubao` command. Each module of this package holds the commands of one room.

Commands are imported when they are called, so that `--help` answers at once. A mistake of the
person at the keyboard (`UserError`) is one line on stderr and exit code 2; trouble in the work
itself (a source that failed, a figure below its floor) is exit code 1.
"""

from __future__ import annotations

import difflib
import importlib
import re
import sys
from pathlib import Path

import click

from pipeline.model import UserError

# command → (module, one line for --help)
COMMANDS = {
    "init": ("week", "在当前目录写一份带注释的 config.yaml"),
    "demo": ("week", "用存档回放一周，生成 2024-W08 周报"),
    "crawl": ("crawl", "抓取来源（或从存档回放）"),
    "read": ("crawl", "读一个已保存的页面或文件，输出 JSON"),
    "sources": ("crawl", "列出来源：栏目、地址、时间"),
    "health": ("crawl", "各来源最近运行情况与故障原因"),
    "run": ("crawl", "常驻：每小时抓取，每周一出周报"),
    "search": ("search", "检索"),
    "show": ("search", "显示一份文件：标签、事实、来源、存档"),
    "like": ("search", "与一份文件相似的其他文件"),
    "reindex": ("search", "从文档库重建索引"),
    "es": ("search", "Elasticsearch：setup status reindex verify repair role"),
    "export": ("ways", "把全部命中导出为 xlsx、csv、jsonl 或 docx"),
    "watch": ("ways", "保存的检索：有新文件即提醒，或按时汇总"),
    "serve": ("ways", "HTTP 接口、Atom 订阅与 MCP"),
    "token": ("ways", "令牌：让别的机器与程序访问 serve"),
    "mcp": ("ways", "MCP 服务（标准输入输出）"),
    "tag": ("tag", "给 JSONL 打标签：公司、主题、公告类型、事实"),
    "themes": ("tag", "主题：explain 为什么打上，suggest 相关词"),
    "companies": ("companies", "公司表：refresh 更新，find 与 show 查询，learn 从公告里学新名字"),
    "programme": ("tag", "一家公司的回购计划从预案到完成"),
    "retag": ("tag", "词典、规则或程序改变后，重打受影响的文件"),
    "issue": ("week", "生成一周的行业要闻与重点公司公告"),
}

EXAMPLES = """\b
例：
  zhoubao demo                                   先看一遍全过程
  zhoubao init                                   写 config.yaml
  zhoubao crawl sasac nbs                        抓取两个来源
  zhoubao search '数据资源 source:nbs'           检索
  zhoubao export 'kind:buyback' -o 回购.xlsx     导出全部命中
  zhoubao watch add ai '人工智能' --to 地址      有新文件即提醒，见 docs/alerts.md
  zhoubao serve                                  HTTP 接口、订阅与 MCP，见 docs/api.md
  zhoubao issue 2024-W08                         生成周报两章
  zhoubao run                                    常驻运行"""


class Lazy(click.Group):
    """A group whose commands are imported only when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Lazy, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    envvar="ZHOUBAO_CONFIG",
    help="设置文件，默认环境变量 ZHOUBAO_CONFIG 所指，再次当前目录的 config.yaml",
)
@click.version_option(package_name="zhoubao", prog_name="zhoubao")
@click.pass_context
def app(ctx: click.Context, config: Path | None) -> None:
    """周报：抓取官方来源，按公司与主题打标签，检索，生成每周两章。"""
    ctx.obj = config


def _told(error: click.UsageError) -> str:
    """What is wrong with the words of a command, in Chinese."""
    match error:
        case click.NoSuchOption():
            close = f"；是否要写 {' 或 '.join(error.possibilities)}" if error.possibilities else ""
            return f"没有选项 {error.option_name}{close}"
        case click.BadOptionUsage():
            return f"选项 {error.option_name} 后面要写一个值"
        case click.MissingParameter() if error.param:
            return f"缺少 {error.param.opts[0] if error.param.opts[0][0] == '-' else error.param.human_readable_name}"
        case click.BadParameter() if error.param:
            return f"{error.param.opts[0]} 的值不对：{_wanted(error.param.type) or error.message}"
    if extra := re.fullmatch(r"Got unexpected extra arguments? \((.+)\)", error.message):
        return f"多出 {extra[1]}：中间有空格的一项请放进引号"
    if unknown := re.fullmatch(r"No such command '(.+?)'.*", error.message, re.S):
        group = error.ctx.command if error.ctx else app
        known = group.list_commands(error.ctx) if error.ctx and isinstance(group, click.Group) else []
        near = difflib.get_close_matches(unknown[1], known, 2)
        return f"没有命令 {unknown[1]}" + (f"；是否要写 {' 或 '.join(near)}" if near else "")
    return error.format_message()


def _wanted(kind: click.ParamType) -> str:
    match kind:
        case click.Choice():
            return f"只能是 {'、'.join(map(str, kind.choices))}"
        case click.IntRange(min=low, max=high):
            return (
                "要写整数"
                + (f"，不小于 {low}" if low is not None else "")
                + (f"，不大于 {high}" if high else "")
            )
        case click.DateTime():
            return "要写成日期，如 2024-02-19"
    return ""


def main() -> None:
    try:
        app.main(prog_name="zhoubao", standalone_mode=False)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # a group by itself; click has it since 8.2
            error.show()
            sys.exit(error.exit_code)
        where = error.ctx.command_path if error.ctx else "zhoubao"
        click.echo(f"zhoubao: {_told(error)}；用法见 {where} --help", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        click.echo(f"zhoubao: {error.format_message()}", err=True)
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except UserError as error:
        click.echo(f"zhoubao: {error}", err=True)
        sys.exit(2)
    except UnicodeEncodeError:
        if not any("\ud800" <= character <= "\udfff" for word in sys.argv for character in word):
            raise  # not of what was typed
        click.echo("zhoubao: 命令里有不是 UTF-8 的文字，请把终端的编码设为 UTF-8", err=True)
        sys.exit(2)
    except BrokenPipeError:  # `zhoubao search … | head`
        sys.stderr.close()
        sys.exit(0)
