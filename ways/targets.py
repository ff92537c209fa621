"""Where alerts go: an address that apprise knows, called with one message at a time.

`json://host/path`, `mailtos://…`, `wecombot://KEY`, `dingtalk://…`, `feishu://…`; or `env:ZHOUBAO_ALERT_…`,
and the address is what that environment variable holds when it is needed. Addresses hold secrets: nothing here
puts one into a log or an error.
"""

from __future__ import annotations

import logging
import os
import re
from ast import literal_eval
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import apprise
import msgspec
import requests
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.wecombot import NotifyWeComBot

from pipeline.model import UserError

ENVIRONMENT = "ZHOUBAO_ALERT_"
_VARIABLE = re.compile(r"env:[A-Z_][A-Z0-9_]*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,19}")  # RFC 3986; apprise's are shorter

# apprise says no more than yes or no; its reports tell a call that never reached the target, or that the
# target refused, from one that may have been received. Only these lines: others hold the message itself.
_TELLING = re.compile(r"Failed to|Feishu rejected|Socket Exception|.*onnection error|Sending email")
_NEVER_REACHED = re.compile(
    r"NewConnectionError|ConnectTimeout|NameResolutionError|Connection refused|Errno -\d|Errno 11[013]|SSLError"
)
# A gateway that gives up (502, 504) may have handed the message on.
_NOT_TAKEN = re.compile(
    r"(?:error|code)=(?!502|504)-?\d+|SMTP(?:Connect|Authentication|Recipients|Sender|Helo)|\([45]\d\d, "
)
# What smtplib says before it has handed over anything (SMTPNotSupportedError, no way to log in).
_NOT_OFFERED = re.compile(r"extension not supported|does not advertise|No suitable authentication method")
# As smtplib gives an answer: its code, and the words as the source text of bytes.
_MAIL_ANSWER = re.compile(r"""\(([45]\d\d), (b'(?:[^'\\]|\\.)*'|b"(?:[^"\\]|\\.)*")""")
_MAIL_ADDRESS = re.compile(r"<?[\w.+-]+@[\w.-]+>?")
# RFC 5321 and RFC 4954, as the mail services of the country use them.
_MAIL_CODES = {
    "530": "要先登录",
    "534": "要另一种登录方式",
    "535": "登录不了：用户名、密码或授权码不对",
    "550": "收件人或发件人不被接受",
    "551": "收件人不在这里",
    "552": "邮箱满了，或信太大",
    "553": "收件人或发件人不被接受",
    "554": "当作垃圾邮件，或不合对方规则",
}


class Sent(msgspec.Struct, frozen=True):
    """`ok`: acknowledged. `refused`: surely not taken. Neither: nobody knows."""

    ok: bool
    refused: bool = False
    problem: str = ""


class Channel:
    """One address, ready to be called. Raises UserError when it is none."""

    def __init__(self, url: str) -> None:
        self._apprise = apprise.Apprise()
        with _listening():
            plugin = apprise.Apprise.instantiate(_resolved(url))
        if plugin is None:
            raise UserError(
                f"接收地址 {shown(url)} 用不了：写作 json://、mailtos://、wecombot://、dingtalk://、"
                "feishu:// 等 apprise 地址，或 env:ZHOUBAO_ALERT_名称；例子见 docs/alerts.md"
            )
        if len(plugin) > 1:
            # One acknowledgement for several recipients could not tell who has it.
            raise UserError(f"接收地址 {shown(url)} 有几个收件人：请一人一个 --to")

        self._apprise.add(plugin)
        self.plugin = plugin
        # Bytes of one message: apprise counts characters, but some services count bytes.
        self.room = int(plugin.body_maxlen)

    def send(self, title: str, body: str) -> Sent:
        if isinstance(self.plugin, NotifyWeComBot):
            return _post(self.plugin.api_url, {}, f"{title}\n\n{body}")
        if isinstance(self.plugin, NotifyDingTalk):
            signed = self.plugin.get_signature() if self.plugin.secret else None
            signs = dict(zip(("timestamp", "sign"), signed, strict=True)) if signed else {}
            return _post(self.plugin.notify_url.format(token=self.plugin.token), signs, f"{title}\n\n{body}")
        with _listening() as reports:
            ok = bool(self._apprise.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT))
        if ok:
            return Sent(True)
        secrets = [one for one in (self.plugin.user, self.plugin.password) if one]
        # A mail server may repeat what it was sent: each in base64, and both at once (RFC 4616).
        secrets += [b64encode(one.encode()).decode() for one in (*secrets, "\0" + "\0".join(secrets))]
        secrets.sort(key=len, reverse=True)  # one may hold another
        return _failed(" ".join(reports), secrets)


def _post(url: str, params: dict[str, str], text: str) -> Sent:
    """企业微信 and 钉钉 say no with status 200 and an `errcode`, which apprise takes for a yes."""
    payload: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
    try:
        answer = requests.post(url, params=params, json=payload, timeout=(4, 10), allow_redirects=False)
        code = answer.json().get("errcode", -1) if answer.status_code == 200 else answer.status_code
    except requests.RequestException as error:
        return _failed(f"Socket Exception: {error}")
    except (ValueError, AttributeError):
        return Sent(False, False, "对方的答复读不懂")
    return Sent(True) if code == 0 else _failed(f"Failed to send: error={code}")


def _failed(told: str, secrets: Sequence[str] = ()) -> Sent:
    refused = any(surely.search(told) for surely in (_NEVER_REACHED, _NOT_TAKEN, _NOT_OFFERED))
    return Sent(False, refused, _problem(told, refused, secrets))


def shown(url: str) -> str:
    """An address for people: its scheme and host, or the name of its variable. Of what is neither, nothing:
    it may be a secret alone."""
    if url.startswith("env:"):
        return url if _VARIABLE.fullmatch(url) else "env:…"
    scheme, slashes, rest = url.partition("://")
    if not slashes or not _SCHEME.fullmatch(scheme):
        return "…"
    before = re.split(r"[/?#]", rest)[0]
    with_host = scheme in ("json", "jsons", "mailto", "mailtos", "xml", "xmls", "form", "forms")
    # An @ further on may belong to a password: then nothing is shown.
    if with_host and "@" not in re.split(r"[?#]", rest)[0].removeprefix(before):
        return f"{scheme}://{before.rpartition('@')[2]}"
    return f"{scheme}://…"


def _resolved(url: str) -> str:
    if not url.startswith("env:"):
        return url
    name = url.removeprefix("env:")
    if not name.startswith(ENVIRONMENT):
        raise UserError(f"接收地址 {shown(url)}：环境变量名要以 {ENVIRONMENT} 开头，其余变量不外发")
    if not (value := os.environ.get(name)):
        raise UserError(f"接收地址 {url}：环境变量 {name} 没有设置")
    return value


def _problem(told: str, refused: bool, secrets: Sequence[str]) -> str:
    """One line without anything of the address."""
    if found := _MAIL_ANSWER.search(told):
        return _mail_problem(found[1], literal_eval(found[2]), secrets)
    if found := re.search(r"(?:error|code)=(-?\d+)", told):
        return f"对方答复错误 {found[1]}"
    if _NEVER_REACHED.search(told):
        return "连不上对方"
    if _NOT_OFFERED.search(told):
        return "邮件服务器不支持这样登录或加密"
    return "对方拒收" if refused else "没有等到对方的答复"


def _mail_problem(code: str, said: bytes, secrets: Sequence[str]) -> str:
    """The code, what it means, and the server's own words: these say what to do (get a code, wait, write less)."""
    try:
        text = said.decode()
    except UnicodeDecodeError:
        text = said.decode("gb18030", "replace")
    text = _MAIL_ADDRESS.sub("…", " ".join(filter(str.isprintable, text.split())))
    for secret in secrets:
        text = text.replace(secret, "…")
    meaning = _MAIL_CODES.get(code, "暂时不收" if code.startswith("4") else "拒收")
    return f"邮件服务器答复 {code}（{meaning}）" + (f"：{text[:150]}" if text else "")


class _Reports(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if _TELLING.match(record.getMessage()):
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
