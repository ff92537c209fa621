"""The desk's own names: aliases, full names, subsidiaries, unlisted companies, sectors.

aliases:                      # other names of listed companies, each with its quoted code
  寒王: "688256"
full_names:
  贵阳朗玛信息技术股份有限公司: "300288"
subsidiaries:                 # links to the listed parent
  贵州图灵网络技术有限公司: "300288"
unlisted:                     # a name, and how else it is written
  华为: [华为技术有限公司]
sectors:                      # watch-list sectors of the desk's own
  计算机: ["300288", "603019"]
words: [中国化学]              # names that are words in this desk's texts: only with context
certain: [寒武纪]              # names that are never words here: without context too
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pipeline.model import Record, UserError
from pipeline.normalise import normal
from pipeline.strict_yaml import read_yaml

_KEYS: dict[str, Literal["alias", "full", "subsidiary"]] = {
    "aliases": "alias",
    "full_names": "full",
    "subsidiaries": "subsidiary",
}

_NAMES = ("words", "certain")


class DeskName(Record, frozen=True):
    text: str
    code: str
    how: Literal["alias", "full", "subsidiary"]


class Desk(Record, frozen=True):
    aliases: tuple[DeskName, ...]
    unlisted: dict[str, tuple[str, ...]]
    sectors: dict[str, tuple[str, ...]]
    words: tuple[str, ...]
    certain: tuple[str, ...]
    where: str  # the file, for messages


def read_desk(path: Path) -> Desk:
    """UserError with one line for people when the file cannot be used."""
    try:
        raw = read_yaml(path.read_text(encoding="utf-8"), path) or {}
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: 无法读取（{error}）") from None
    allowed = [*_KEYS, "unlisted", "sectors", *_NAMES]
    if not isinstance(raw, dict):
        raise UserError(f"{path}: 顶层应为 {', '.join(allowed)} 之下的条目")
    for key, value in raw.items():
        if key not in allowed:
            raise UserError(f"{path}: 未知的键 {key}；可用：{', '.join(allowed)}")
        if key in _NAMES:
            if not isinstance(value, list):
                raise UserError(f"{path}: {key} 应为列表，写作 [甲, 乙]，实为 {value!r}")
        elif not isinstance(value, dict):
            raise UserError(f"{path}: {key} 之下应为“名称: 内容”，实为 {value!r}")
    return Desk(
        aliases=tuple(
            DeskName(text=_text(path, key, name), code=_code(path, key, name, code), how=how)
            for key, how in _KEYS.items()
            for name, code in raw.get(key, {}).items()
        ),
        unlisted={
            _text(path, "unlisted", name): tuple(
                _text(path, f"unlisted.{name}", form) for form in forms or ()
            )
            for name, forms in _lists(path, "unlisted", raw)
        },
        sectors={
            _text(path, "sectors", name): tuple(_code(path, "sectors", name, code) for code in codes or ())
            for name, codes in _lists(path, "sectors", raw)
        },
        words=tuple(_text(path, "words", name) for name in raw.get("words", [])),
        certain=tuple(_text(path, "certain", name) for name in raw.get("certain", [])),
        where=str(path),
    )


def _lists(path: Path, key: str, raw: dict[str, Any]) -> list[tuple[Any, list[Any]]]:
    for name, value in raw.get(key, {}).items():
        if value is not None and not isinstance(value, list):
            raise UserError(f"{path}: {key}.{name} 应为列表，写作 [甲, 乙]，实为 {value!r}")
    return list(raw.get(key, {}).items())


def _text(path: Path, key: str, value: object) -> str:
    if not isinstance(value, str) or len(normal(value)) < 2 or normal(value).isdigit():
        raise UserError(f"{path}: {key} 之下的名称 {value!r} 应为两个字以上的文字，不能只是数字")
    return value.strip()


def _code(path: Path, key: str, name: object, code: object) -> str:
    if not isinstance(code, str) or len(code) != 6 or not (code.isascii() and code.isdigit()):
        # YAML reads 000034 without quotes as a number.
        raise UserError(f'{path}: {key}.{name} 的代码 {code!r} 应为带引号的六位数字，如 "000034"')
    return code
