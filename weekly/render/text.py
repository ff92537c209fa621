"""Markdown and HTML through Jinja templates; everything from outside is escaped."""

from __future__ import annotations

import re

import jinja2

from pipeline.model import UserError
from weekly.desk import Desk
from weekly.model import Issue
from weekly.render.view import view

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|~&$#^])")


def escape_markdown(text: str) -> str:
    """No character of a source may act as markup; a line break would end a paragraph."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def safe_url(url: str) -> str:
    """Only a web address becomes a link; blanks and brackets would end one early."""
    if not url.lower().startswith(("https://", "http://")):
        return "#"
    return re.sub(r"[\s<>()\[\]\"'\\]", lambda m: "".join(f"%{byte:02X}" for byte in m[0].encode()), url)


def markdown(issue: Issue, desk: Desk) -> bytes:
    return _render(issue, desk, "issue.md.j2", escape=False)


def html(issue: Issue, desk: Desk) -> bytes:
    return _render(issue, desk, "issue.html.j2", escape=True)


def _render(issue: Issue, desk: Desk, name: str, *, escape: bool) -> bytes:
    environment = jinja2.Environment(
        autoescape=escape,  # noqa: S701 - on for HTML; Markdown has its own filter
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["md"] = escape_markdown
    environment.filters["url"] = safe_url
    try:
        template = environment.from_string(desk.file(name).decode("utf-8"))
        return template.render(issue=view(issue)).encode("utf-8")
    except (jinja2.TemplateError, UnicodeDecodeError) as error:
        raise UserError(f"模板 {name} 用不了：{error}") from None
