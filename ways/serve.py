"""The HTTP door on a port."""

from __future__ import annotations

import socket
from contextlib import suppress

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from pipeline.model import UserError
from search.client import Client
from ways.app import create_app
from ways.problems import Problem

_GRACE_SECONDS = 5  # for answers under way when it is told to stop: a caller who never reads waits for ever


class _Protocol(H11Protocol):
    """Also what is no HTTP at all, mostly an address with raw Chinese in it, is answered as a problem."""

    def send_400_response(self, msg: str) -> None:
        answer = Problem(
            400,
            "不是合法的 HTTP 请求；地址里的汉字要按 UTF-8 编码（%E6…），curl 用 -G --data-urlencode 'q=…'",
        ).response()
        head = h11.Response(
            status_code=400, headers=[*answer.raw_headers, (b"connection", b"close")], reason=b"Bad Request"
        )
        for event in (head, h11.Data(data=bytes(answer.body)), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


def listen(host: str, port: int) -> socket.socket:
    """Raises UserError where nobody may listen, or somebody does already."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        why = str(error.strerror).partition(" (")[0]
        raise UserError(
            f"不能在 {host} 的端口 {port} 监听（{why}）；也许已有一个 zhoubao serve，或换一个 --host、--port"
        ) from None


def address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(client: Client, listening: socket.socket) -> None:
    """Until it is told to stop. Nobody's word about where a request came from is taken, and no address is logged."""
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(client),
            http=_Protocol,
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
    )
    with suppress(KeyboardInterrupt):  # it has ended in order by then
        server.run(sockets=[listening])
