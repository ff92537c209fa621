"""One clear line for everything a cluster can answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from elastic_transport import ApiResponseMeta, TlsError
from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    ConnectionTimeout,
    NotFoundError,
    SerializationError,
    TransportError,
    UnsupportedProductError,
)

from pipeline.model import UserError
from search.engine import EngineDown, IndexBroken

# Worth asking again later: overload, a node that goes, an index that is read-only while the disk is full.
RETRY = frozenset({408, 429, 502, 503, 504})

WRONG_KEY = (
    "Elasticsearch 不认这把钥匙：请核对环境变量 ZHOUBAO_ES_API_KEY，或 ZHOUBAO_ES_USER 与 ZHOUBAO_ES_PASSWORD"
)


class NotElasticsearch(TransportError):
    """An answer that is no JSON: not the server's, but that of a gateway before it."""

    def __init__(self, meta: ApiResponseMeta, text: str) -> None:
        self.status = meta.status
        title = _TITLE.search(text)
        said = " ".join(_TAG.sub(" ", title[1] if title else text).split())[:100]
        who = meta.headers.get("server") or f"{meta.node.host}:{meta.node.port} 前的网关"
        super().__init__(f"{who} 答了 {meta.status}，不是 Elasticsearch 的答复：{said or '（空）'}")


_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


@contextmanager
def told() -> Iterator[None]:
    """Errors of the client become UserError, EngineDown or IndexBroken."""
    try:
        yield
    except AuthenticationException:
        raise UserError(WRONG_KEY) from None
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
    except NotElasticsearch as error:
        raise EngineDown(error.message) from None
    except SerializationError as error:
        raise EngineDown(f"读不懂 Elasticsearch 地址上的答复（{_short(error.message)}）") from None
    except TransportError as error:
        raise EngineDown(f"连不上 Elasticsearch（{_unreached(error)}）") from None
    except UnsupportedProductError:
        raise UserError("答话的不是 Elasticsearch：请核对 search.elasticsearch.urls") from None
    except ApiError as error:
        if error.status_code in RETRY:
            raise EngineDown(f"Elasticsearch 暂时忙不过来（{error.status_code}）：{reason(error)}") from None
        if error.status_code >= 500:
            raise EngineDown(f"Elasticsearch 出错（{error.status_code}）：{reason(error)}") from None
        raise UserError(f"Elasticsearch 拒绝了请求（{error.status_code}）：{reason(error)}") from None


def reason(error: ApiError) -> str:
    """Whole: of a clash, say, the end names the way out."""
    body = error.body
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        return _with_cause(body["error"])
    return _short(error)


def item_reason(error: object) -> str:
    """Of one item of a bulk, with what caused it; cut, for it may quote the document."""
    return (_with_cause(error) if isinstance(error, dict) else str(error))[:300]


def _with_cause(error: dict[str, Any]) -> str:
    text = f"{error.get('type')}: {error.get('reason')}"
    cause = error.get("caused_by")
    if isinstance(cause, dict):
        text += f" ({cause.get('reason')})"
    return text.replace("\n", " ")


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
