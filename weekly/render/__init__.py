"""An issue as files: Markdown, HTML, Word, JSON. The same issue gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from weekly.desk import load_desk
from weekly.model import Issue
from weekly.render import data, text, word


def write(
    issue: Issue,
    formats: Iterable[str],
    out: Path,
    template: Path | None = None,
    templates: Path | None = None,
) -> list[Path]:
    """Writes `<out>/<week>.<format>` for each format (md, html, docx, json) and gives the paths.

    `template` is the desk's own Word template; `templates` its folder of all templates.
    A file is put in place whole: a reader never sees half of one.
    """
    desk = load_desk(templates)
    made = {
        "md": lambda: text.markdown(issue, desk),
        "html": lambda: text.html(issue, desk),
        "docx": lambda: word.docx(issue, desk, template),
        "json": lambda: data.json(issue),
    }
    out.mkdir(parents=True, exist_ok=True)
    files = []
    for form in formats:
        path = out / f"{issue.week}.{form}"
        part = path.with_name(path.name + ".part")
        part.write_bytes(made[form]())
        part.replace(path)
        files.append(path)
    return files
