"""The store, the index and the one query path: `from search import Client`."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from search.client import Client

__all__ = ["Client"]


def __getattr__(name: str) -> Any:
    # Only when it is asked for: whoever needs the store alone does not wait for dictionaries.
    if name == "Client":
        from search.client import Client

        return Client
    raise AttributeError(name)
