"""Tokens by which programs and people on other machines are let in: hashed, each with its scopes."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from pipeline.model import UserError
from search.store import Store
from search.tables import tokens

# What each lets a caller do. None holds another: a token has those that it was given.
SCOPES = {
    "read": "检索、文件、周报、事实、导出、订阅、MCP",
    "desk": "增删保存的检索与提醒",
    "admin": "查看与作废令牌",
}
_NAME = re.compile(r"[\w.-]{1,60}")
_STAMP_EVERY = 3600  # seconds; not a write for every request


class Token(msgspec.Struct, frozen=True):
    name: str
    scopes: tuple[str, ...]
    created: datetime
    used: datetime | None  # within an hour


class Tokens:
    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, name: str, scopes: Collection[str]) -> str:
        """The token: shown this once, kept nowhere. Raises UserError."""
        if not _NAME.fullmatch(name):
            raise UserError(f"名称 {name!r}：用字母、汉字、数字、. _ -，最多 60 个字")
        unknown = [scope for scope in scopes if scope not in SCOPES]
        if unknown or not scopes:
            raise UserError(f"权限 {' '.join(unknown) or '（空）'}：只能是 {'、'.join(SCOPES)}")
        token = f"zb_{secrets.token_urlsafe(32)}"
        row = {"name": name, "hash": _hash(token), "scopes": " ".join(s for s in SCOPES if s in scopes)}
        try:
            with self._store.writing() as connection:
                connection.execute(insert(tokens).values(**row, created=self._store.now()))
        except IntegrityError:
            raise UserError(f"已有名为 {name} 的令牌；换个名称，或先 zhoubao token remove {name}") from None
        return token

    def remove(self, name: str) -> bool:
        with self._store.writing() as connection:
            return bool(connection.execute(delete(tokens).where(tokens.c.name == name)).rowcount)

    def all(self) -> list[Token]:
        with self._store.reading() as connection:
            return [_token(row) for row in connection.execute(select(tokens).order_by(tokens.c.name))]

    def find(self, token: str) -> Token | None:
        """Whose it is; None when it is nobody's."""
        hashed, now = _hash(token), self._store.now()
        with self._store.reading() as connection:
            row = connection.execute(select(tokens).where(tokens.c.hash == hashed)).first()
        if row is None:
            return None
        if row.used is None or row.used < now - _STAMP_EVERY:
            with self._store.writing() as connection:
                connection.execute(update(tokens).where(tokens.c.hash == hashed).values(used=now))
        return _token(row)


def _hash(token: str) -> str:
    # 256 random bits: no salt, nothing to guess.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _token(row: Any) -> Token:
    name, _, scopes, created, used = row
    return Token(name, tuple(scopes.split()), _moment(created), None if used is None else _moment(used))


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
