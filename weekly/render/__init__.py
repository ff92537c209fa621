"""An issue as files: Markdown, HTML, Word, JSON. The same issue gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipeline.model import UserError
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
    files = []
    for form in dict.fromkeys(formats):
        path = out / f"{issue.week}.{form}"
        part = path.with_name(path.name + ".part")
        content = made[form]()
        try:
            out.mkdir(parents=True, exist_ok=True)
            part.write_bytes(content)
            part.replace(path)
        except OSError as error:
            raise UserError(f"{path}：写不了（{error.strerror}）；换一个目录：--out 或 weekly.out") from None
        files.append(path)
    return files
