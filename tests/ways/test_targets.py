"""What an alert's target answers, told apart: taken, surely not taken, nobody knows. Real servers on this machine."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu

from pipeline.model import UserError
from ways.targets import Channel, Sent, shown


class Mail:
    def __init__(self) -> None:
        self.got: list[Envelope] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answer.startswith("250"):
            self.got.append(envelope)
        return self.answer


@contextmanager
def mail_server(handler: Mail, **more: Any) -> Iterator[int]:
    """Its port."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port, **more)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture
def mail() -> Iterator[tuple[Mail, str]]:
    handler = Mail()
    with mail_server(handler) as port:
        yield handler, f"mailto://127.0.0.1:{port}/?from=zhoubao@desk.example&to=wang@desk.example"


def test_mail(mail: tuple[Mail, str]) -> None:
    handler, url = mail
    assert Channel(url).send("人工智能：1 份新文件", "标题\n2024-02-19 sasac [sasac:c1]") == Sent(True)
    (envelope,) = handler.got
    message = message_from_bytes(envelope.content)  # type: ignore[arg-type]
    assert envelope.rcpt_tos == ["wang@desk.example"]
    text = next(part for part in message.walk() if part.get_content_type() == "text/plain")
    assert "[sasac:c1]" in text.get_payload(decode=True).decode()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("552 mailbox full", "邮件服务器答复 552（邮箱满了，或信太大）：mailbox full"),
        ("451 4.7.1 Try again later", "邮件服务器答复 451（暂时不收）：4.7.1 Try again later"),
        (
            "550 5.1.1 <wang@desk.example>: user unknown",
            "邮件服务器答复 550（收件人或发件人不被接受）：5.1.1 …: user unknown",
        ),
        ('554 it\'s "spam"', '邮件服务器答复 554（当作垃圾邮件，或不合对方规则）：it\'s "spam"'),
        ("554 疑似垃圾邮件", "邮件服务器答复 554（当作垃圾邮件，或不合对方规则）：疑似垃圾邮件"),
        ("599", "邮件服务器答复 599（拒收）"),
    ],
)
def test_mail_refused(mail: tuple[Mail, str], answer: str, told: str) -> None:
    handler, url = mail
    handler.answer = answer
    assert Channel(url).send("t", "b") == Sent(False, True, told)
    assert handler.got == []


def test_a_login_that_is_refused_is_told_without_what_was_shown() -> None:
    def login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        coded = base64.b64encode(b"\0" + data.login + b"\0" + data.password).decode()
        words = f"535 Login fail for {data.login.decode()} {data.password.decode()} {coded}, use another code"
        return AuthResult(success=False, handled=False, message=words)

    with mail_server(Mail(), authenticator=login, auth_require_tls=False) as port:
        url = f"mailto://analyst:sEcReT@127.0.0.1:{port}/?from=a@desk.example&to=b@desk.example"
        assert Channel(url).send("t", "b") == Sent(
            False,
            True,
            "邮件服务器答复 535（登录不了：用户名、密码或授权码不对）："
            "Login fail for … … …, use another code",
        )


@pytest.mark.parametrize("scheme", ["mailto", "mailtos"])
def test_a_mail_server_without_login_or_encryption_has_surely_taken_nothing(
    mail: tuple[Mail, str], scheme: str
) -> None:
    handler, url = mail
    url = url.replace("mailto://", f"{scheme}://me:secret@")
    sent = Channel(url).send("t", "b")
    assert (sent.ok, sent.refused, sent.problem) == (False, True, "邮件服务器不支持这样登录或加密")
    assert handler.got == []


class Bot:
    """A chat service: answers what the test says, keeps what it was sent."""

    def __init__(self) -> None:
        self.answer: tuple[int, bytes] = (200, b"{}")
        self.got: list[dict[str, Any]] = []
        self.paths: list[str] = []
        bot = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                bot.paths.append(self.path)
                bot.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(bot.answer[0])
                self.send_header("Content-Length", str(len(bot.answer[1])))
                self.end_headers()
                self.wfile.write(bot.answer[1])

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def bot() -> Iterator[Bot]:
    one = Bot()
    yield one
    one.server.shutdown()
    one.server.server_close()


def _wecom(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> Channel:
    channel = Channel("wecombot://botkey")
    channel.plugin.api_url = f"{bot.url}/send?key=botkey"
    return channel


def _dingtalk(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> Channel:
    monkeypatch.setattr(NotifyDingTalk, "notify_url", f"{bot.url}/send?access_token={{token}}")
    return Channel("dingtalk://SECsecret@token123/")


def _feishu(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> Channel:
    monkeypatch.setattr(NotifyFeishu, "notify_url", f"{bot.url}/hook/{{token}}/")
    return Channel("feishu://token123")


@pytest.mark.parametrize("make", [_wecom, _dingtalk, _feishu])
def test_a_bot_that_says_no_with_status_200_is_not_taken_for_a_yes(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, make: Any
) -> None:
    channel = make(bot, monkeypatch)
    channel.plugin.request_rate_per_sec = 0
    yes, no = (
        (b'{"code":0}', b'{"code":9499}') if make is _feishu else (b'{"errcode":0}', b'{"errcode":45009}')
    )
    bot.answer = (200, yes)
    assert channel.send("人工智能：1 份新文件", "标题 [sasac:c1]") == Sent(True)
    assert "[sasac:c1]" in json.dumps(bot.got[0], ensure_ascii=False)
    bot.answer = (200, no)
    assert channel.send("t", "b") == Sent(False, True, f"对方答复错误 {9499 if make is _feishu else 45009}")
    bot.answer = (504, b"")
    assert channel.send("t", "b") == Sent(False, False, "对方答复错误 504")
    if make is _dingtalk:
        assert "sign=" in bot.paths[0] and "timestamp=" in bot.paths[0]


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "用不了"),
        ("nonsense", "用不了"),
        ("nosuch://host", "用不了"),
        ("wecombot://", "用不了"),
        ("env:ZHOUBAO_ALERT_NONE", "没有设置"),
        ("env:PATH", "ZHOUBAO_ALERT_ 开头"),
        ("mailto://h.example/?from=a@h.example&to=b@h.example,c@h.example", "一人一个"),
    ],
)
def test_what_is_no_address_is_refused(url: str, problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        Channel(url)


@pytest.mark.parametrize("url", ["env:wecombot://botkey", "json:/user:botkey@host", "botkey"])
def test_a_slip_in_an_address_does_not_show_its_secret(url: str) -> None:
    with pytest.raises(UserError) as told:
        Channel(url)
    assert "botkey" not in str(told.value)


def test_an_address_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHOUBAO_ALERT_DESK", "json://127.0.0.1:1/hook")
    assert Channel("env:ZHOUBAO_ALERT_DESK").send("t", "b") == Sent(False, True, "连不上对方")


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("json://user:pass@host.example:80/key?-token=t", "json://host.example:80"),
        ("mailtos://me:pw@mail.example/?to=x@y.example", "mailtos://mail.example"),
        ("wecombot://botkey", "wecombot://…"),
        ("dingtalk://secret@token", "dingtalk://…"),
        ("env:ZHOUBAO_ALERT_DESK", "env:ZHOUBAO_ALERT_DESK"),
        ("env:wecombot://botkey", "env:…"),
        ("693a91f6-7aaa-4bc4-97a0-0ec2", "…"),
        ("json:/user:pass@host", "…"),
        ("mailtos:me:pw@mail.example", "…"),
        ("me:pw@json://host", "…"),
    ],
)
def test_an_address_is_shown_without_its_secrets(url: str, text: str) -> None:
    assert shown(url) == text
