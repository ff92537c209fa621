"""Who may ask what, and how often. The same for HTTP, feeds and MCP.

On this machine (loopback) nobody needs a token unless `api.tokens` is set; a token that is shown counts all
the same. Whoever listens wider asks everybody for one. A token goes into `Authorization: Bearer …`, or as
the password of HTTP Basic for feed readers; never into an address, which ends up in logs.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import threading
import time
from collections.abc import Callable, Iterable, Mapping

import msgspec

from pipeline.model import UserError
from search.tokens import SCOPES, Token, Tokens
from ways.problems import Problem

_MOST_CALLERS = 10_000  # remembered at once
_LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


class Caller(msgspec.Struct, frozen=True):
    name: str
    scopes: frozenset[str]


class RateLimit:
    """A bucket for each caller: holds a minute's requests, fills evenly."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = per_minute, clock
        self._buckets: dict[str, tuple[float, float]] = {}  # what is left, and when that was
        self._lock = threading.Lock()

    def take(self, name: str) -> float:
        """0 when the request may pass, else the seconds to wait."""
        per_second = self._most / 60
        with self._lock:
            now = self._clock()
            left, then = self._buckets.pop(name, (float(self._most), now))
            left = min(self._most, left + (now - then) * per_second)
            wait = 0.0 if left >= 1 else (1 - left) / per_second
            self._buckets[name] = (left if wait else left - 1, now)
            while len(self._buckets) > _MOST_CALLERS:
                del self._buckets[next(iter(self._buckets))]  # who has asked longest ago
        return wait


class Guard:
    def __init__(self, tokens: Tokens, *, required: bool, per_minute: int, names: Iterable[str] = ()) -> None:
        self._tokens = tokens
        self._required = required
        self._limit = RateLimit(per_minute)
        self._names = {*_LOCAL_NAMES, *(name.lower() for name in names)}

    def admit(self, headers: Mapping[str, str], address: str, scope: str) -> Caller:
        """Raises Problem 401, 403, 421 or 429."""
        if not self._required and _host(headers.get("host", "")) not in self._names:
            # A page of another site that has its name point here must not read this machine's answers.
            raise Problem(421, "本机没有这个域名；要用它请写进 api.names")
        shown = headers.get("authorization")
        token = self._tokens.find(_secret(shown)) if shown is not None else None
        if token is None and (self._required or shown is not None):
            self._count(f"address {address}")
            text = "令牌无效" if shown is not None else "请出示令牌：Authorization: Bearer …"
            raise Problem(401, text, {"WWW-Authenticate": 'Bearer realm="zhoubao", Basic realm="zhoubao"'})
        caller = _caller(token, address)
        self._count(caller.name)
        if scope not in caller.scopes:
            raise Problem(403, f"这把令牌没有 {scope} 权限")
        return caller

    def _count(self, name: str) -> None:
        if wait := self._limit.take(name):
            raise Problem(429, "请求太多，请稍后再试", {"Retry-After": str(int(wait) + 1)})


def is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_listening(host: str, tokens: Tokens) -> None:
    """Raises UserError rather than listen beyond this machine with nobody able to log in."""
    if not is_local(host) and not tokens.all():
        raise UserError(f"监听 {host} 会让别的机器访问，须先有令牌：zhoubao token add 名称 --scope read")


def _caller(token: Token | None, address: str) -> Caller:
    if token is None:
        return Caller(f"address {address}", frozenset(SCOPES))
    return Caller(f"token {token.name}", frozenset(token.scopes))


def _secret(header: str) -> str:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def _host(header: str) -> str:
    """Without its port."""
    name, colon, port = header.lower().rpartition(":")
    return name if colon and port.isdigit() else header.lower()
