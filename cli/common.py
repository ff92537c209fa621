"""What several commands need: the settings, the one query path, output for people and machines."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click
from loguru import logger

from config import Settings, load

if TYPE_CHECKING:
    from loguru import Record


def settings(ctx: click.Context) -> Settings:
    """The settings of this call; reading them also sets up the log."""
    loaded = load(ctx.obj)
    start_log(loaded, to_file=False)
    return loaded


def start_log(settings: Settings, *, to_file: bool, shown: str = "WARNING") -> None:
    """`shown` and worse goes to stderr for a person; the daemon and its children log to data/logs too.

    Traces are for the file: a person gets the line.
    """
    logger.remove()
    zone = ZoneInfo(settings.timezone)

    def local(record: Record) -> str:
        record["extra"]["clock"] = f"{record['time'].astimezone(zone):%H:%M:%S}"
        return "{extra[clock]} {level:<7} {message}\n"

    logger.add(sys.stderr, level=shown, format=local, diagnose=False)
    if to_file:
        logger.add(
            settings.data / "logs" / "zhoubao.log",
            level=settings.logging.level,
            serialize=settings.logging.json_lines,
            rotation="20 MB",
            retention=10,
            enqueue=True,
            diagnose=False,
        )


def show_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def show_table(head: Sequence[str], rows: Iterable[Sequence[object]], title: str | None = None) -> None:
    """A table for a person; Chinese takes two columns a character, which rich knows."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, box=None, pad_edge=False, header_style="bold")
    for name in head:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    if sys.stdout.isatty():
        Console().print(table)
        return
    # In a pipe a line stays a line, so that addresses can be copied and rows counted.
    console = Console(width=400)
    with console.capture() as printed:
        console.print(table)
    click.echo("\n".join(line.rstrip() for line in printed.get().splitlines()))


class Querying(click.Command):
    """A command whose query may begin with a minus, as `-回购 has:fact`.

    Only an option of the command, letter for letter, is an option. click by itself reads `-回购 h` as short
    options in a row, the help among them.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = {
            name: param
            for param in self.get_params(ctx)
            if isinstance(param, click.Option)
            for name in param.opts
        }
        options: list[str] = []
        query: list[str] = []
        rest = iter(args)
        for arg in rest:
            name, valued, _ = arg.partition("=") if arg.startswith("--") else (arg, "", "")
            if arg == "--":
                query += rest
            elif name in known:
                options.append(arg)
                if not (valued or known[name].is_flag):
                    value = next(rest, None)
                    if value is None:
                        return super().parse_args(ctx, [arg])  # says that a value is missing
                    options.append(value)
            elif _LONG_OPTION.match(arg):
                options.append(arg)  # mistyped, and refused as such
            else:
                query.append(arg)
        return super().parse_args(ctx, [*options, "--", *query])


_LONG_OPTION = re.compile(r"--[a-z]")

PathName = click.Path(path_type=Path)
