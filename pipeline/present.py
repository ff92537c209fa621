"""A document's tags and facts as other programs and people read them.

`tags_of` is the published schema of `zhoubao tag` (docs/tagging.md); `describe` and `explain` are
for a person. `parse_line` reads one line of the input of `zhoubao tag`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from difflib import unified_diff
from typing import Any

import msgspec

from pipeline.companies_table import SHOWN
from pipeline.kinds import field_name, kind_name, value_name
from pipeline.model import SHANGHAI, Article, CompanyTag, Document, Fact, FactField, Number, Span, UserError

EXCERPT = 24  # characters shown on each side of the words that caused a tag


class Given(msgspec.Struct, frozen=True):
    """One line of the input of `zhoubao tag`."""

    id: str
    title: str
    body: str
    published: str | None = None  # ISO date or time
    source: str | None = None
    code: str | None = None


KEYS = Given.__struct_fields__


def parse_line(line: bytes) -> tuple[Given, list[str]]:
    """What a line gives, and its keys that are none of KEYS; UserError names what is wrong with the line."""
    unknown: list[str] = []
    try:
        raw = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"))  # a mark of Windows
        unknown += [key for key in raw if key not in KEYS] if isinstance(raw, dict) else []
        return msgspec.convert(raw, Given), unknown
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        strange = f"；不认识的键 {'、'.join(unknown)}" if unknown else ""
        raise UserError(
            f"读不了（{error}{strange}）；应是一行 JSON：id、title、body 为文字，可加 published、source、code"
        ) from None


def article_of(given: Given) -> Article:
    """The article of a line; UserError for a date that is none. A line without a date gets none."""
    if given.code is not None and not re.fullmatch("[0-9]{6}", given.code):
        raise UserError(f'code {given.code!r} 不是证券代码；写作六位数字，例如 "300288"')
    moment = None
    if given.published:
        try:
            moment = datetime.fromisoformat(given.published)
        except ValueError:
            raise UserError(
                f"published {given.published!r} 不是日期；写作 2024-02-19 或 2024-02-19T09:30"
            ) from None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=SHANGHAI)
    return Article(
        id=given.id,
        source=given.source or "",
        column="",
        url="",
        title=given.title,
        published=moment,
        precision="minute" if given.published and len(given.published) > 10 else "day",
        body=given.body,
        code=given.code,
    )


def tags_of(document: Document) -> dict[str, Any]:
    """The published schema: absent is not stated; several values of one field are a list."""
    return {
        "id": document.id,
        "kind": document.kind,
        "kinds": list(document.kinds),
        "companies": [msgspec.to_builtins(tag) for tag in document.companies],
        "themes": [msgspec.to_builtins(tag) for tag in document.themes],
        "facts": [_fact(fact) for fact in document.facts],
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "kind": fact.kind,
        "company": fact.company,
        "fields": {
            name: [msgspec.to_builtins(v) for v in value]
            if isinstance(value, tuple)
            else msgspec.to_builtins(value)
            for name, value in fact.fields.items()
        },
        "checks": [msgspec.to_builtins(check) for check in fact.checks],
    }


def describe(document: Document, notes: Iterable[str] = ()) -> str:
    """A document for a person: head, what the store knows beside it, tags with their causes, facts with
    checks, body."""
    return "\n".join([*_head(document), *notes, *explain_lines(document), "", document.body])


def differences(old: Document, new: Document) -> Iterator[str]:
    """What a new version changed, for a person: fields, then paragraphs, `-` as it was and `+` as it is."""
    for name, shown in _COMPARED.items():
        was, now = shown(old), shown(new)
        if was != now:
            yield f"{name}：{was or '无'} → {now or '无'}"
    lines = unified_diff(old.body.split("\n"), new.body.split("\n"), n=1, lineterm="")
    yield from list(lines)[2:]  # without the names of two files


_COMPARED: dict[str, Callable[[Document], str]] = {
    "标题": lambda d: d.title,
    "时间": lambda d: d.published.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if d.published else "",
    "发布机构": lambda d: d.publisher or "",
    "文号": lambda d: d.document_number or "",
    "附件": lambda d: "、".join(f"{a.name}（{a.outcome}）" for a in d.attachments),
    "撤下": lambda d: d.withdrawn.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if d.withdrawn else "",
}


def explain(document: Document) -> str:
    """Why each tag and figure is there, in lines that point at the words."""
    return "\n".join([document.title or document.id, *explain_lines(document), ""])


def explain_lines(document: Document) -> Iterator[str]:
    yield f"类型：{'、'.join(map(_kind, document.kinds)) or '未识别'}"
    for company in document.companies:
        who = f"{company.name}（{company.code}）" if company.code else f"{company.name}（{_unsure(company)}）"
        role = "主体" if company.role == "subject" else "提及"
        note = f"；{company.note}" if company.note else ""
        yield f"公司：{who} {role}，依据{SHOWN[company.how]}{note}{_where(document, company.spans)}"
    for theme in document.themes:
        yield f"主题：{theme.name} 强度 {theme.strength:.2f}，规则 {theme.rule}{_where(document, theme.spans)}"
    names = {company.code: company.name for company in document.companies if company.code}
    for fact in document.facts:
        name = fact.company_name or names.get(fact.company or "", "")
        yield f"事实：{_kind(fact.kind)} {name}{f'（{fact.company}）' if fact.company else ''}".rstrip()
        for name, value in fact.fields.items():
            for one in value if isinstance(value, tuple) else (value,):
                yield f"    {field_name(name)}：{_value(name, one)}  ← “{_flat(one.text)}”"
        for check in fact.checks:
            mark = {True: "✓", False: "✗", None: "–"}[check.ok]
            yield f"    {mark} {check.detail}"


def _kind(kind: str) -> str:
    return f"{kind_name(kind)}（{kind}）"


def _unsure(company: CompanyTag) -> str:
    return f"可能是 {'、'.join(company.candidates)}" if company.candidates else "未上市"


def _head(document: Document) -> Iterator[str]:
    yield document.title
    form = "%Y-%m-%d" if document.precision == "day" else "%Y-%m-%d %H:%M"
    when = document.published.astimezone(SHANGHAI).strftime(form) if document.published else "日期未知"
    yield f"编号 {document.id}  {when}  {document.publisher or document.source}"
    yield document.url
    if document.withdrawn:
        yield f"注意：来源已撤下此文（{document.withdrawn.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 发现），这里是撤下前的样子"
    for attachment in document.attachments:
        yield f"附件：{attachment.name}（{attachment.media}，{attachment.outcome}）{attachment.url}"
    for problem in document.problems:
        yield f"注意：{problem}"


def _where(document: Document, spans: tuple[Span, ...]) -> str:
    """The first places, with a little text around them."""
    shown = []
    for span in spans[:2]:
        text = document.title if span.field == "title" else document.body
        before = text[max(0, span.start - EXCERPT) : span.start]
        after = text[span.end : span.end + EXCERPT]
        where = "标题" if span.field == "title" else "正文"
        shown.append(f"\n    {where} …{_flat(before)}【{_flat(span.text)}】{_flat(after)}…")
    more = f"\n    另有 {len(spans) - 2} 处" if len(spans) > 2 else ""
    return "".join(shown) + more


def _value(name: str, field: FactField) -> str:
    if isinstance(field, Number):
        return f"{field.value:,}{field.unit or ''}"
    return value_name(name, str(field.value))


def _flat(text: str) -> str:
    return " ".join(text.split())
