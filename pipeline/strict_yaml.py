"""YAML that people write: a key that stands twice is refused, for YAML itself takes the last unsaid."""

from __future__ import annotations

from typing import Any

import yaml

from pipeline.model import UserError


class _Loader(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue  # a list or a mapping as a key is refused below
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value} 写了两次", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_yaml(text: str, where: object, fault: type[UserError] = UserError) -> Any:
    """What the text of a file says. `fault` is one line that names the file, `where`, and the line in it."""
    try:
        return yaml.load(text, _Loader)  # noqa: S506
    except RecursionError:
        raise fault(f"{where}：嵌套太深，读不了") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" 第 {mark.line + 1} 行" if mark else ""
        raise fault(f"{where}{line}：不是合法的 YAML（{getattr(error, 'problem', error)}）") from None
