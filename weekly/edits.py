"""An editor's last word on a week: `<out>/2024-W08.edits.yaml`.

news:
  pin: [sasac:c30019272]        # in, whatever its score
  exclude: [miit:0123…]         # out
  order: [nbs:t20240219_1947635, sasac:c30019272]   # these first, in this order
filings: {exclude: [cninfo:1219123456]}
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.model import UserError
from pipeline.strict_yaml import read_yaml
from pipeline.week import Week

Id = Annotated[str, Field(pattern=r"^[a-z0-9_]+:\S+$")]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    pin: tuple[Id, ...] = ()
    exclude: tuple[Id, ...] = ()
    order: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _one_will(self) -> Section:
        both = set(self.pin) & set(self.exclude)
        if both:
            raise ValueError(f"{'、'.join(sorted(both))} 既在 pin 又在 exclude")
        return self


class Edits(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    news: Section = Section()
    filings: Section = Section()

    @property
    def ids(self) -> set[str]:
        return {id for part in (self.news, self.filings) for id in (*part.pin, *part.exclude, *part.order)}


def edits_file(out: Path, week: Week) -> Path:
    return out / f"{week}.edits.yaml"


def load_edits(out: Path, week: Week) -> Edits:
    """No file: no edits. UserError names the file, the key and what is wrong."""
    path = edits_file(out, week)
    if not path.exists():
        return Edits()
    try:
        raw = read_yaml(path.read_text("utf-8"), path) or {}
        return Edits.model_validate(raw)
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}：读不了（{error}）".replace("\n", " ")) from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "（顶层）"
        if first["type"] == "extra_forbidden":
            message = "没有这个键；可用的是 news、filings，各有 pin、exclude、order"
        elif first["type"] == "string_pattern_mismatch":
            message = f"应是文档编号，例如 sasac:c30019272（现在是 {first['input']!r}）"
        elif first["type"] == "value_error":
            message = str(first["ctx"]["error"])
        else:
            message = "应是文档编号的列表"
        raise UserError(f"{path}：{key}：{message}") from None
