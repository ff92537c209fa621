"""A client of a cluster: its addresses and authority from the settings, its key from the environment."""

from __future__ import annotations

import base64
import os
import re
from typing import Any

from elastic_transport import Transport, TransportApiResponse
from elasticsearch import Elasticsearch, SerializationError
from elasticsearch.serializer import CompatibilityModeJsonSerializer

from config import Elasticsearch as Cluster
from pipeline.model import UserError
from search.elastic_errors import RETRY, NotElasticsearch

_API_KEY = re.compile(r"[A-Za-z0-9+/=_-]+")


def connect(cluster: Cluster) -> Elasticsearch:
    """Credentials come from the environment. Nothing is sent yet."""
    login: dict[str, Any] = _credentials()
    if (authority := cluster.authority) is not None:
        if not authority.is_file():
            raise UserError(f"search.elasticsearch.ca：没有文件 {authority}")
        login["ca_certs"] = str(authority)
    try:
        return Elasticsearch(
            cluster.addresses,
            request_timeout=cluster.timeout,
            retry_on_timeout=True,
            retry_on_status=tuple(RETRY - {429}),  # 429 is answered by waiting, which the feeder does
            max_retries=max(3, len(cluster.addresses)),
            serializers={each.mimetype: each() for each in (_Json, _PlainJson)},
            transport_class=_Transport,
            **login,
        )
    except ValueError as error:
        shown = re.sub(r"//[^/@\s]*@", "//…@", str(error))  # an address may hold a password
        raise UserError(f"search.elasticsearch.urls：{shown}") from None


class _Json(CompatibilityModeJsonSerializer):
    def loads(self, data: bytes) -> Any:
        """What is no JSON as text: so its status is not lost, and one that is worth a retry gets it."""
        try:
            return super().loads(data)
        except SerializationError:
            return data.decode(errors="replace")


class _PlainJson(_Json):
    mimetype = "application/json"


class _Transport(Transport):
    def perform_request(self, *args: Any, **more: Any) -> TransportApiResponse:
        answer = super().perform_request(*args, **more)
        if isinstance(answer.body, str):  # nothing that we ask for is text
            raise NotElasticsearch(answer.meta, answer.body)
        return answer


def _credentials() -> dict[str, Any]:
    """Read from a file, a secret often ends in a newline. What cannot be one is refused here: as a header
    the HTTP client would refuse it too, and print it.
    """
    if key := os.environ.get("ZHOUBAO_ES_API_KEY", "").strip():
        if not _API_KEY.fullmatch(key):
            raise UserError(
                "环境变量 ZHOUBAO_ES_API_KEY 不像 API key：里面有汉字、空格等字符；"
                "应是建立时答复中 encoded 一项（Base64）"
            )
        return {"api_key": key}
    if user := os.environ.get("ZHOUBAO_ES_USER", "").strip():
        password = os.environ.get("ZHOUBAO_ES_PASSWORD", "").strip("\r\n")
        # Encoded here: the client takes a pair in ASCII only, and a password may be of any characters.
        return {"basic_auth": base64.b64encode(f"{user}:{password}".encode()).decode()}
    return {}
