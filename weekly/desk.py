"""What a desk can change without code: the YAML of weekly/templates, read and checked here.

A file of the same name in the desk's own folder takes the place of the bundled one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any

from pipeline.model import UserError
from pipeline.strict_yaml import read_yaml

# A foreign or a local agency may hold the name of one of ours: 英国国家统计局, 山东省国资委.
_NOT_OURS = re.compile(
    r"(?:(?:美国|英国|日本|韩国|德国|法国|印度|俄罗斯|加拿大|澳大利亚|欧盟|新加坡)(?:联邦)?|[省市区县州])$"
)


@dataclass(frozen=True)
class Agency:
    name: str
    site: str
    weight: float
    names: tuple[str, ...]
    source: str | None = None


@dataclass(frozen=True)
class Desk:
    """The four files as mappings; `folder` is where the desk's own may lie."""

    folder: Path | None
    news: dict[str, Any]
    sentences: dict[str, Any]
    filings: dict[str, Any]
    agencies: tuple[Agency, ...]

    @cached_property
    def _agency_pattern(self) -> re.Pattern[str]:
        names = sorted((name for agency in self.agencies for name in agency.names), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, names)))

    @cached_property
    def _by_name(self) -> dict[str, Agency]:
        return {name: agency for agency in self.agencies for name in agency.names}

    @cached_property
    def _by_source(self) -> dict[str, Agency]:
        return {agency.source: agency for agency in self.agencies if agency.source}

    def agencies_in(self, text: str) -> list[tuple[int, int, Agency]]:
        """Where a text names agencies of ours."""
        return [
            (found.start(), found.end(), self._by_name[found[0]])
            for found in self._agency_pattern.finditer(text)
            if not _NOT_OURS.search(text[max(0, found.start() - 6) : found.start()])
        ]

    def agency_of(self, source: str) -> Agency | None:
        return self._by_source.get(source)

    def file(self, name: str) -> bytes:
        """A template (Jinja, Word) as bytes: the desk's own, else the bundled one."""
        own = self.folder / name if self.folder else None
        if own and own.is_file():
            return own.read_bytes()
        return (resources.files("weekly") / "templates" / name).read_bytes()


@cache
def load_desk(folder: Path | None = None) -> Desk:
    """UserError is one line that names the file, the key and what is wrong."""
    if folder and not folder.is_dir():
        raise UserError(f"{folder}：没有这个目录（weekly.templates 应是放模板的目录）")
    read = {name: _read(folder, f"{name}.yaml") for name in ("news", "sentences", "filings", "agencies")}
    where = {name: _where(folder, f"{name}.yaml") for name in read}
    for name, lists in (("news", ("acts", "minus")), ("sentences", ("cues",))):
        for rule in (rule for key in lists for rule in read[name][key]):
            _check_pattern(rule, where[name])
    agencies = []
    for row in read["agencies"]["agencies"]:
        try:
            agencies.append(Agency(**(row | {"names": tuple(row["names"])})))
        except (TypeError, KeyError) as error:
            raise UserError(f"{where['agencies']}：{row} 写法不对（{error}）") from None
    for kind, entry in read["filings"]["kinds"].items():
        if not isinstance(entry, dict) or "default" not in entry.get("forms", {}):
            raise UserError(f"{where['filings']}：kinds.{kind} 要有 forms.default")
    return Desk(folder, read["news"], read["sentences"], read["filings"], tuple(agencies))


_NEEDED = {
    "news": (
        "themes",
        "topics",
        "acts",
        "documents",
        "minus",
        "shortest",
        "longest",
        "sentences",
        "credit",
        "said",
    ),
    "sentences": (
        "cues",
        "first",
        "falls_over",
        "theme",
        "themes_at_most",
        "enough",
        "lowest",
        "in_attachment",
    ),
    "filings": ("kinds", "other", "note", "join"),
    "agencies": ("agencies",),
}


def _where(folder: Path | None, name: str) -> str:
    own = folder / name if folder else None
    return str(own) if own and own.is_file() else f"weekly/templates/{name}"


def _read(folder: Path | None, name: str) -> dict[str, Any]:
    where = _where(folder, name)
    own = folder / name if folder else None
    source = own if own and own.is_file() else resources.files("weekly") / "templates" / name
    try:
        data = read_yaml(source.read_text("utf-8"), where)
    except UnicodeDecodeError:
        raise UserError(f"{where}：不是 UTF-8 文本，请另存为 UTF-8") from None
    missing = [
        key for key in _NEEDED[name.removesuffix(".yaml")] if not isinstance(data, dict) or key not in data
    ]
    if missing:
        raise UserError(f"{where}：缺少 {', '.join(missing)}")
    return data


def _check_pattern(rule: dict[str, Any], where: str) -> None:
    try:
        re.compile(rule["pattern"])
    except (re.error, KeyError, TypeError) as error:
        raise UserError(f"{where}：{rule.get('name', rule)} 的 pattern 写法不对（{error}）") from None
