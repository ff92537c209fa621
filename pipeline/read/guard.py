"""Recognises answers that are not the page that was asked for.

A status of 200 is no success here: firewalls answer a script, sites an empty shell.
"""

from __future__ import annotations

import re

from pipeline.model import Page

_MARKERS = (
    b"acw_sc__v2",
    b"__jsl_clearance",
    b"__jsluid",
    b"wzws",
    b"please enable javascript and refresh the page",
    b"$_ts=",
    b"captcha",
)
_INVISIBLE = re.compile(
    rb"<(script|style|noscript)\b.*?(?:</\1\s*>|\Z)|<!--.*?-->|<[^>]*>|&nbsp;|\s+", re.I | re.S
)
_CHALLENGE_STATUS = {412, 521}  # what two Chinese firewalls answer a challenge with
_CHALLENGE_TEXT = 400  # bytes; a challenge shows a sentence at most
_CHALLENGE_SIZE = 100_000
_SHELL_SIZE = 10_000  # a larger page without text is found out by its reader


def visible(body: bytes) -> int:
    """Bytes of text that a reader of the page would see (roughly; never a full parse)."""
    return len(_INVISIBLE.sub(b"", body))


def is_html(body: bytes) -> bool:
    return body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def check(page: Page) -> str | None:
    """`challenge`, `empty_shell`, or None for a page that is worth reading."""
    body = page.body
    if page.status in _CHALLENGE_STATUS:
        return "challenge"
    if not body.strip():
        return "empty_shell"
    if not is_html(body):
        return None
    # The markers also stand in the scripts of honest pages, so only a page that shows nothing counts.
    if len(body) < _CHALLENGE_SIZE:
        lowered = body.lower()
        if any(marker in lowered for marker in _MARKERS) and visible(body) < _CHALLENGE_TEXT:
            return "challenge"
    if (
        len(body) < _SHELL_SIZE
        and b"build/unit" not in body
        and b"channelid" not in body
        and visible(body) == 0
    ):
        return "empty_shell"
    return None
