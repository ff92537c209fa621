"""One clear line for everything a cluster can answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from elastic_transport import TlsError
from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    ConnectionTimeout,
    NotFoundError,
    TransportError,
)

from pipeline.model import UserError
from search.engine import EngineDown, IndexBroken

# Worth asking again later: overload, a node that goes, an index that is read-only while the disk is full.
RETRY = frozenset({408, 429, 502, 503, 504})


@contextmanager
def told() -> Iterator[None]:
    """Errors of the client become UserError, EngineDown or IndexBroken."""
    try:
        yield
    except AuthenticationException:
        raise UserError(
            "Elasticsearch 不认这把钥匙：请核对环境变量 ZHOUBAO_ES_API_KEY，或 ZHOUBAO_ES_USER 与 ZHOUBAO_ES_PASSWORD"
        ) from None
    except AuthorizationException as error:
        if "cluster_block" in str(error):
            raise EngineDown(f"Elasticsearch 暂不接受写入：{reason(error)}") from None
        raise UserError(f"这把钥匙权限不足：{reason(error)}；所需权限见 zhoubao es role") from None
    except NotFoundError as error:
        raise IndexBroken(reason(error)) from None
    except TlsError as error:
        raise UserError(
            f"Elasticsearch 的证书不被信任：请核对 search.elasticsearch.ca（{_short(error)}）"
        ) from None
    except ConnectionTimeout:
        raise EngineDown("Elasticsearch 没有按时回答（search.elasticsearch.timeout）") from None
    except TransportError as error:
        raise EngineDown(f"连不上 Elasticsearch（{_unreached(error)}）") from None
    except ApiError as error:
        if error.status_code in RETRY:
            raise EngineDown(f"Elasticsearch 暂时忙不过来（{error.status_code}）：{reason(error)}") from None
        raise UserError(f"Elasticsearch 拒绝了请求（{error.status_code}）：{reason(error)}") from None


def reason(error: ApiError) -> str:
    body = error.body
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        return item_reason(body["error"])
    return _short(error)


def item_reason(error: object) -> str:
    """Of one item of a bulk, with what caused it."""
    if not isinstance(error, dict):
        return str(error)[:300]
    text = f"{error.get('type')}: {error.get('reason')}"
    cause = error.get("caused_by")
    if isinstance(cause, dict):
        text += f" ({cause.get('reason')})"
    return text.replace("\n", " ")[:300]


_HOST = re.compile(r"host='([^']+)', port=(\d+)")
_CAUSE = re.compile(r"\[Errno -?\d+\] ([^')\n]+)|Read timed out|Connection aborted|\w+Closed\w*")


def _unreached(error: object) -> str:
    """Where and why, out of the errors that the client wraps in one another."""
    host, cause = _HOST.search(str(error)), _CAUSE.search(str(error))
    if not cause:
        return _short(error)
    why = cause[1] or cause[0]
    return f"{host[1]}:{host[2]} {why}" if host else why


def _short(error: object) -> str:
    return str(error).split("\n")[0][:200]
