"""The issue as one HTML file that needs nothing else. Everything from outside is escaped."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from weekly.model import Issue
from weekly.render.notes import sections


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("weekly", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["safe_url"] = safe_url
    return environment.get_template("issue.html")


def render(issue: Issue) -> str:
    return _template().render(issue=issue, sections=sections(issue))


def safe_url(url: str) -> str:
    """Only a web address becomes a link; `javascript:` and the like do not."""
    return url if url.startswith(("https://", "http://")) else ""
