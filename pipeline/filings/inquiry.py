"""Letters of an exchange or a regulator, their receipt, delays and answers.

Fields: `stage` (issued, received, delay, reply), `from` (with its department), `subject` (the letter's title), `letter_no`,
`received_on`, `reply_by`.
"""

from __future__ import annotations

import re

from pipeline.filings.checks import Fields
from pipeline.filings.record import Filing
from pipeline.model import Fact, Term

READ = 4_000  # characters
# The regions that the securities regulator has a bureau in.
_REGION = r"(?:北京|天津|河北|山西|内蒙古|辽宁|吉林|黑龙江|上海|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南|重庆|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|深圳|大连|宁波|厦门|青岛)"
# The lookahead names what a sender begins with: it makes the search twice as fast.
_FROM = re.compile(
    r"(?=[上深北全香中证天河山内辽吉黑江浙安福湖广海重四贵云西陕甘青宁新大厦])(?:上海证券交易所|深圳证券交易所|北京证券交易所|全国中小企业股份转让系统有限责任公司|全国股转公司|香港联合交易所|上交所|深交所|北交所"
    rf"|(?:中国证券监督管理委员会|中国证监会|证监会)(?:(?:派出机构)?{_REGION}(?:证监局|监管局))?|{_REGION}证监局)"
    r"(?:(?:科创板|创业板|中小板|中小企业板|主板)?(?:上市)?(?:公司)?(?:管理|监管|审核|融资并购)[一二三四五]?(?:部|中心|处)(?:[一二三四五]部)?)?"
)
_LETTER = r"(?:问询|关注|监管工作|监管|审核|工作|落实|反馈意见|意见落实|警示)函"
_SENT = re.compile(r"出具|下发|发来|发出|发布|送达|印发|给予|的|收到|接到|收|向")
_NUMBER = re.compile(
    r"(?<=[(,，:\"“])?(?P<n>[\u4e00-\u9fff]{2,14}(?:\([\u4e00-\u9fff]{2,8}\))?[\[〔【(]\d{4}[\]〕】)](?:第)?\d{1,9}号)"
)
_BARE_SUBJECT = re.compile(
    rf"(?P<s>(?:关于[^，。；《》]{{2,70}}?的)?(?:\d{{4}}年[^，。；《》、]{{0,12}}?的)?(?:第[一二三]轮|[一二三]次)?(?:审核)?{_LETTER})"
)
_RECEIVED = re.compile(rf"(?:收到|接到|收)[^。；]{{0,90}}?{_LETTER}")
_ISSUED = re.compile(rf"(?:发出|下发|发布|出具|发来|发函)[^。；]{{0,60}}|{_LETTER}")
_DELAY = re.compile(
    r"(?:延期|延迟|推迟|延缓|延后)[^，。；]{0,8}(?:回复|披露|答复|提交)|(?:回复|披露|答复)[^，。；]{0,8}(?:延期|延迟|推迟)"
)
_REPLY = re.compile(
    rf"(?:回复|答复|说明|回函)(?:情况)?(?:如下|的?公告|的?意见)|(?:进行|予以|作出|做出)了?(?:认真)?(?:回复|答复|说明)(?!材料)|(?m:^)[^，。；\n]{{0,24}}(?:回复|回应|答复)[^，。；\n]{{0,20}}{_LETTER}|{_LETTER}[^，。；\n]{{0,12}}(?:回复|答复)(?:公告|的|意见|内容|$)|回复内容(?:披露|公告)?如下"
)
_BY = re.compile(r"(?:在|于)$")


def facts(filing: Filing) -> list[Fact]:
    text, fields = filing.text, Fields()
    body = filing.view.title_end
    if "函" not in text and "问询" not in text:
        return []
    # The body first: a title shortens names.
    for start, end in sorted(filing.sentences, key=lambda s: s[0] < body):
        if start > READ:
            continue
        if "函" in text[start:end]:
            _sentence(filing, fields, start, end)
    if not fields and not re.search(_LETTER, text[:READ]):
        return []
    if (said := _stage(text, body)) is not None:
        fields["stage"] = filing.term(*said)
    return [Fact(kind="inquiry_letter", company=filing.company, fields=fields)]


def _sentence(filing: Filing, fields: Fields, start: int, end: int) -> None:
    text = filing.text
    if re.search(_LETTER, text[start:end]) is None:
        return
    for m in _FROM.finditer(text, start, end):
        inside = text.rfind("《", start, m.start()) > text.rfind("》", start, m.start())
        if not inside and (
            _SENT.search(text, m.end(), min(end, m.end() + 80))
            or _SENT.search(text, max(start, m.start() - 12), m.start())
            or _nearby(text, m.end(), end)
        ):
            _put_sender(fields, filing.name(*m.span()))
    if "subject" not in fields and (place := _subject(text, start, end)):
        fields["subject"] = filing.name(*place)
    if "letter_no" not in fields and (number := _NUMBER.search(text, start, end)):
        fields["letter_no"] = filing.name(*number.span("n"))
    for d in filing.days_in(start, end):
        if (
            "received_on" not in fields
            and re.match(r"[，,]?[^，。；]{0,40}?(?:收到|接到)", text[d.end : end])
            and "函" in text[d.end : end]
        ):
            fields["received_on"] = filing.day(d)
        elif (
            "reply_by" not in fields
            and re.match(r"前", text[d.end : end])
            and _BY.search(text, start, d.start)
        ):
            fields["reply_by"] = filing.day(d)


def _put_sender(fields: Fields, sender: Term) -> None:
    """The first sender, or the same one named with its department."""
    old = fields.get("from")
    if old is None or (
        isinstance(old, Term) and sender.value != old.value and sender.value.startswith(old.value)
    ):
        fields["from"] = sender


def _nearby(text: str, at: int, end: int) -> bool:
    """深交所关注函: the letter right after its sender."""
    return re.match(_LETTER, text[at:end]) is not None


def _subject(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The letter's title in 《》, nested ones whole; else what the letter is said to be about."""
    depth = 0
    opened = -1
    for i in range(start, end):
        if text[i] == "《":
            opened = i if depth == 0 else opened
            depth += 1
        elif text[i] == "》" and depth:
            depth -= 1
            if (
                depth == 0
                and re.search(rf"{_LETTER}$|{_LETTER}》$", text[opened + 1 : i])
                and len(text[opened:i]) > 8
            ) and not re.search(r"回复|延期|公告", text[opened:i]):
                return opened, i + 1
    for m in _BARE_SUBJECT.finditer(text, start, end):
        if re.search(r"关于|\d{4}年", m["s"]) and not re.search(r"回复|延期", m["s"]):
            return m.span("s")
    return None


def _stage(text: str, body: int) -> tuple[str, int, int] | None:
    title, head = (0, body), (body, min(len(text), body + 1_500))
    for name, pattern in (
        ("delay", _DELAY),
        ("reply", _REPLY),
        ("received", _RECEIVED),
        ("issued", _ISSUED),
    ):
        for start, end in (title, head):
            if found := pattern.search(text, start, end):
                return name, *found.span()
    return None
