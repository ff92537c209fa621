"""YAML that people write: a key that stands twice is refused, for YAML itself takes the last unsaid."""

from __future__ import annotations

from typing import Any

import yaml


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


def read_yaml(text: str) -> Any:
    """yaml.YAMLError, with the place where it is known."""
    return yaml.load(text, _Loader)  # noqa: S506
