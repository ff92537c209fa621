"""Letters of the exchanges and their answers. Fields: from, subject, letter_no, received_on, stage."""

from __future__ import annotations

import re

from pipeline.filings.checks import Fields
from pipeline.filings.record import Filing
from pipeline.model import Fact

READ = 4_000
_FROM = re.compile(
    r"(?:上海证券交易所|深圳证券交易所|北京证券交易所|全国中小企业股份转让系统|上交所|深交所|北交所|中国证券监督管理委员会|中国证监会|[\u4e00-\u9fff]{2,4}证监局)"
    r"(?:(?:上市公司管理|公司管理|创业板公司管理|中小板公司管理|公司监管|上市审核|科创板公司管理|上市公司监管)[一二三]?(?:部|中心)(?:[一二三]部)?)?"
)
_NUMBER = re.compile(r"[\u4e00-\u9fff()]{2,24}[〔【\[(]\d{4}[〕】\])]第?\d+号")
_SUBJECT = re.compile(r"《[^《》]*(?:[《〈<][^《》]*[》〉>][^《》]*)*函[^《》]{0,4}》")
_RECEIVED = re.compile(r"收到")
_STAGE = (
    ("delay", re.compile(r"延期|延迟|推迟")),
    ("reply", re.compile(r"回复|答复|回函|核实")),
    ("received", re.compile(r"收到|收(?=.{0,6}函)")),
    ("issued", re.compile(r"发出|下发|发布|发来|出具")),
)


def facts(filing: Filing) -> list[Fact]:
    text, fields = filing.text, Fields()
    body = filing.view.title_end
    if found := _FROM.search(text, body, READ) or _FROM.search(text, 0, READ):
        fields["from"] = filing.name(*found.span())
    for m in _FROM.finditer(text, body, READ):  # the sentence of receipt names the department
        if "收到" in text[max(0, m.start() - 6) : m.start()] or re.match(
            r"[^。，]{0,24}(?:下发|出具|发出|发来)", text[m.end() : m.end() + 40]
        ):
            fields["from"] = filing.name(*m.span())
            break
    for m in _SUBJECT.finditer(text, body, READ):
        if not re.search(r"回复|公告$|以下简称", m[0]) and len(m[0]) > 8:
            fields["subject"] = filing.name(*m.span())
            break
    for m in _NUMBER.finditer(text, 0, READ):
        start = m.start() + (1 if text[m.start()] == "(" else 0)
        if "公告" not in m[0]:
            fields["letter_no"] = filing.name(start, m.end())
            break
    for start, end in filing.sentences:
        if start > READ:
            break
        got = _RECEIVED.search(text, start, end)
        days = [d for d in filing.days if got and start <= d.start < got.start() < d.end + 14]
        if days:
            fields["received_on"] = filing.day(days[-1])
            break
    for name, pattern in _STAGE:
        if found := pattern.search(text, 0, body + 300):
            fields["stage"] = filing.term(name, *found.span())
            break
    return (
        [Fact(kind="inquiry_letter", company=filing.company, fields=fields)]
        if fields.keys() - {"stage"}
        else []
    )
