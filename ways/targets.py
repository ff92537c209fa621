"""Where alerts go: an address that apprise knows, called with one message at a time.

`json://host/path`, `mailtos://…`, `wecombot://KEY`, `dingtalk://…`, `feishu://…`; or `env:NAME`, and the
address is what that environment variable holds when it is needed. Addresses hold secrets: nothing here
puts one into a log or an error.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

import apprise
import msgspec

from pipeline.model import UserError

# Words of apprise's reports that say that a request never reached the target, or that it said no.
_NEVER_REACHED = re.compile(
    r"NewConnectionError|ConnectTimeout|NameResolutionError|Connection refused|Errno -\d|Errno 11[01379]"
    r"|SSLError|error=\d{3}|Missing"
)
_NOT_TAKEN = re.compile(r"SMTP(?:Connect|Authentication|Recipients|Sender|Helo|NotSupported)|\(4\d\d|\(5\d\d")


class Sent(msgspec.Struct, frozen=True):
    """`ok`: acknowledged. `refused`: surely not taken. Neither: nobody knows."""

    ok: bool
    refused: bool = False
    problem: str = ""


class Channel:
    """One address, ready to be called. Raises UserError when it is none."""

    def __init__(self, url: str) -> None:
        with _listening():
            self._plugin = apprise.Apprise.instantiate(_resolved(url))
        if self._plugin is None:
            raise UserError(
                f"接收地址 {shown(url)} 用不了：写作 json://、mailtos://、wecombot://、dingtalk://、"
                "feishu:// 等 apprise 地址，或 env:环境变量名；例子见 docs/alerts.md"
            )
        if len(self._plugin) > 1:
            # One acknowledgement for several recipients could not tell who has it.
            raise UserError(f"接收地址 {shown(url)} 有几个收件人：请一人一个 --to")

    @property
    def room(self) -> int:
        """Bytes of one message; apprise counts characters, but some services count bytes."""
        return int(self._plugin.body_maxlen)

    def send(self, title: str, body: str) -> Sent:
        with _listening() as reports:
            ok = bool(self._plugin.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT))
        if ok:
            return Sent(True)
        told = " ".join(reports)
        refused = bool(_NEVER_REACHED.search(told) or _NOT_TAKEN.search(told))
        return Sent(False, refused, _problem(told, refused))


def shown(url: str) -> str:
    """An address for people: its scheme and host, or the name of its variable."""
    if url.startswith("env:"):
        return url
    scheme, _, rest = url.partition("://")
    if scheme in ("json", "jsons", "mailto", "mailtos", "xml", "xmls", "form", "forms"):
        host = re.split(r"[/?#]", rest.rpartition("@")[2] if "@" in re.split(r"[/?#]", rest)[0] else rest)[0]
        return f"{scheme}://{host}"
    return f"{scheme}://…"


def _resolved(url: str) -> str:
    if not url.startswith("env:"):
        return url
    name = url.removeprefix("env:")
    if not (value := os.environ.get(name)):
        raise UserError(f"接收地址 {url}：环境变量 {name} 没有设置")
    return value


def _problem(told: str, refused: bool) -> str:
    """One line without anything of the address."""
    if found := re.search(r"error=(\d{3})", told):
        return f"对方答复 HTTP {found[1]}"
    if refused and re.search(r"NewConnectionError|Connection refused|Errno|ConnectTimeout|NameRes|SMTPConnect", told):
        return "连不上对方"
    return "对方拒收" if refused else "没有等到对方的答复"


class _Reports(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not record.getMessage().startswith("JSON Payload"):
            self.lines.append(record.getMessage())


@contextmanager
def _listening() -> Iterator[list[str]]:
    """What apprise reports meanwhile: for us only, since it may hold addresses."""
    log = logging.getLogger("apprise")
    level, passes, handler = log.level, log.propagate, _Reports()
    log.setLevel(logging.DEBUG)
    log.propagate = False
    log.addHandler(handler)
    try:
        yield handler.lines
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
        log.propagate = passes
