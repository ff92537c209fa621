"""Algorithm registrations with the CAC (算法备案), from a company's filing and from a notice's table."""

from __future__ import annotations

import re

from msgspec.structs import replace

from pipeline.filings.checks import Fields, field_of
from pipeline.filings.record import Filing
from pipeline.model import Fact, Table, Term

# 网信算备…号 of an algorithm; of a model Beijing-Name-20230821, with a count behind the day since 2024 (202409230018),
# and an S before it where a service is registered by its province (20250714S0096).
_NUMBER = re.compile(r"网信算备\s*\d{18,21}\s*号|[A-Z][A-Za-z]+-[0-9A-Za-z]+-\d{8,14}(?:S\d{2,6})?")
_BATCH = re.compile(r"第[一二三四五六七八九十]+批")
_AUTHORITY = re.compile(
    r"国家互联网信息办公室|国家网信办|中央网信办|中央网络安全和信息化委员会办公室"
    r"|(?:(?:黑龙江|[\u4e00-\u9fff]{2})省|(?:内蒙古|广西壮族|西藏|宁夏回族|新疆维吾尔)自治区|[\u4e00-\u9fff]{2}市)委?(?:互联网信息办公室|网信办)"
)
_ROLE = re.compile(r"服务(?:提供者|技术支持者)")
_PRODUCT = re.compile(r"应用产品(?:名称)?(?:为|是|包括|:)(?P<p>(?:[^，；。\n()]|\([^)]{0,60}\))+)")
_CATEGORY = re.compile(
    r"深度合成服务算法|生成式人工智能服务|互联网信息服务算法|生成合成类|个性化推送类|检索过滤类|排序精选类|调度决策类|大模型"
)
_MODEL = r"(?:算法|大模型|模型|引擎|智能体)"
_NAMED = re.compile(
    rf"[“\"「](?P<n>[^”\"」《》“]{{1,40}}?)[”\"」](?P<tail>(?:(?!通过|完成|已|备案|登记|的|获|列入|入选|作为|成功)[\u4e00-\u9fffA-Za-z]){{0,14}}?{_MODEL})?(?=[^。；]{{0,60}}?(?:通过|完成|列入|入选|获得|取得|备案|登记|发布))"
    rf"|(?:完成|获得|通过)(?P<o>[0-9A-Za-z\u4e00-\u9fff]{{2,20}}?{_MODEL})在?(?:网信办|国家网信办)?的?(?:备案|登记)"
    rf"|大模型(?P<q>[A-Z][A-Za-z0-9-]{{2,20}})(?=于|已|通过|完成)"
    rf"|(?P<m>[0-9A-Za-z\u4e00-\u9fff]{{2,30}}?{_MODEL})(?=(?:已|已经|正式|成功|顺利|作为[^，。]{{2,12}}，[^。]{{0,20}})*(?:通过|完成|列入|获得|取得|成为|是国内首)|作为)"
)
_LEGAL = re.compile(r"(?P<l>[\u4e00-\u9fff()（）]{4,30}?(?:股份有限公司|有限责任公司|有限公司))")
_PASSED = re.compile(r"通过|完成|列入|入选|获得|取得|发布")
_REGIME = re.compile(
    r"双备案|大模型备案|深度合成(?:服务)?算法备案|生成式(?:人工智能服务|算法)?备案|算法备案|备案|登记"
)
# Columns of the CAC's and its provinces' tables by their head; the same words stand before colons in filings.
_COLUMNS = (
    ("name", re.compile(r"(?:算法|大?模型|应用|功能|服务|产品|[()（）/、或])+名称")),
    ("role", re.compile(r"(?:算法)?角色")),
    ("category", re.compile(r"算法类[别型]")),
    ("legal_person", re.compile(r"(?:备案|登记)?主体(?:名称)?|(?:备案|登记)单位(?:名称)?")),
    ("product", re.compile(r"应用产品(?:名称)?")),
    ("number", re.compile(r"(?:备案|登记|上线)编?号")),
)
_COLON = re.compile(r"(?<![\u4e00-\u9fff])(?P<l>[\u4e00-\u9fff()/、]{2,12})\s*:\s*")
_OURS = re.compile(r"算法|模型")  # other products have names and registers too
_STOP = re.compile(r"[；;。\n]|[，,、](?=[\u4e00-\u9fff]{2,8}:)")


def _column(words: str) -> str | None:
    plain = re.sub(r"\s", "", words)
    return next((field for field, pattern in _COLUMNS if pattern.fullmatch(plain)), None)


def facts(filing: Filing) -> list[Fact]:
    """One fact for each row of a registration table, else one for what the sentences state."""
    said = _notice(filing) if filing.tables else {}
    rows = [fact for table in filing.tables for fact in _rows(filing, table, said)]
    return rows or _piped(filing) or _listed(filing) or _told(filing)


def _notice(filing: Filing) -> Fields:
    """What a notice's title says of all rows of its table: the authority, the batch, the category."""
    end = filing.view.title_end
    return {
        field: filing.name(*found.span())
        for field, pattern in (("authority", _AUTHORITY), ("batch", _BATCH), ("category", _CATEGORY))
        if (found := pattern.search(filing.text, 0, end))
    }


def _head(cells: list[str]) -> list[str | None] | None:
    """The field of each column, where a row is a table's head."""
    names = [_column(cell) for cell in cells]
    known = {name for name in names if name is not None}
    return names if len(known) >= 3 or known >= {"name", "legal_person"} else None


def _row(head: list[str | None], cells: list[str], place: int) -> Fields:
    """The fields of a row that begins at `place` of the body, its cells parted by one character; `--` is nothing."""
    fields: Fields = {}
    for name, cell in zip(head, cells, strict=False):
        words = cell.strip()
        if name is not None and name not in fields and words.strip("-—"):
            start = place + cell.index(words)
            fields[name] = Term(
                value=re.sub(r"\s+", "", words), text=words, start=start, end=start + len(words)
            )
        place += len(cell) + 1
    return fields


def _rows(filing: Filing, table: Table, said: Fields) -> list[Fact]:
    """Rows whose first cell is a number; the head may stand once, or again on each page."""
    found: list[Fact] = []
    head: list[str | None] = []
    at = table.start
    for line in filing.body[table.start : table.end].split("\n"):
        cells, place = line.split("\t"), at
        at += len(line) + 1
        if names := _head(cells):
            head = names
            continue
        if not head or not cells[0].strip().isdigit():
            continue
        fields = _row(head, cells, place)
        if "name" in fields:
            found.append(Fact(kind="algorithm_registration", company=None, fields=said | fields))
    return found


def _piped(filing: Filing) -> list[Fact]:
    """Rows of a table whose cells are parted by bars; the batch may stand in the heading above."""
    found: list[Fact] = []
    head: list[str | None] = []
    batch: tuple[int, int] | None = None
    at = 0
    for line in filing.body.split("\n"):
        place = at
        at += len(line) + 1
        if line.count("|") < 4:
            if m := _BATCH.search(line):
                batch = (place + m.start(), place + m.end())
            continue
        cells = line.split("|")
        if names := _head(cells):
            head = names
            continue
        fields = _row(head, cells, place)
        if "name" in fields:
            if batch is not None:
                said = filing.body[batch[0] : batch[1]]
                fields["batch"] = Term(value=said, text=said, start=batch[0], end=batch[1])
            found.append(Fact(kind="algorithm_registration", company=None, fields=fields))
    return found


def _listed(filing: Filing) -> list[Fact]:
    """Facts whose fields stand behind colons, in lines or in a sentence: 算法名称：…；角色：…"""
    text, records, sure = filing.text, list[Fields](), set[int]()
    for m in _COLON.finditer(text, filing.view.title_end):
        field = _column(m["l"])
        if field is None:
            continue
        stop = _STOP.search(text, m.end())
        value = text[m.end() : stop.start() if stop else len(text)].rstrip()
        number = _NUMBER.match(value) if field == "number" else None
        if number:
            value = number[0]  # what a lost line's end has joined to it is left
        if not value.strip("-—"):
            continue
        if field == "name" or not records:
            records.append({})
        records[-1].setdefault(field, filing.name(m.end(), m.end() + len(value)))
        if number or (field == "name" and _OURS.search(m["l"])):
            sure.add(len(records) - 1)
    if not sure:
        return []
    said = {f: v for fact in _told(filing) for f, v in fact.fields.items() if f in _SAID}
    return [
        Fact(kind="algorithm_registration", company=filing.company, fields=said | fields)
        for i, fields in enumerate(records)
        if i in sure and "name" in fields and len(fields) > 1
    ]


_SAID = ("authority", "batch", "regime")
_GENERIC = re.compile(
    r"办公室|网信|(?:深度合成)?服务算法$|公司|关于|相关|本次|上述|该|旗下|率先|行业内|项|首个|文心|生成式算法$|^(?:人工智能|生成式)?(?:人工智能)?大?模型$|其中|已有|国内"
)
# Quoted, but no algorithm: the notice that lists it, the rules it follows, “公司” itself.
_PAPER = re.compile(r"(?:公告|公示|通知|规定|办法|清单|信息|公司)$")


def _names(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The names of algorithms in one sentence; words such as 公司算法 name none, nor what a notice is called."""
    found: list[tuple[int, int]] = []
    for m in _NAMED.finditer(text, start, end):
        group = next(g for g in "noqm" if m[g])
        words = m[group]
        if group == "n":
            if (
                not _PAPER.search(words)
                and not re.search(r"备案|^[\u4e00-\u9fff]{1,3}\+", words)
                and (m["tail"] or re.search(_MODEL, words))
            ):
                found.append((m.start("n"), m.end("tail") if m["tail"] else m.end("n")))
        elif group == "q" or not _GENERIC.search(words):
            found.append(m.span(group))
    return found


# What stands before a subsidiary's name: 公司控股子公司杭州示例科技有限公司
_BELONGS = re.compile(
    r"(?:.*(?:子公司|孙公司|旗下)(?:之一)?|本?公司的?|(?:近日|由|系|为|即|及|和|与|其|从|收到)+)(?=[\u4e00-\u9fff()]{4,}公司)"
)


def _owner(filing: Filing, start: int, end: int) -> Term | None:
    """The legal person named last in a stretch, without the words that say whose it is."""
    found = list(_LEGAL.finditer(filing.text, start, end))
    if not found:
        return None
    first, last = found[-1].span("l")
    if before := _BELONGS.match(filing.text, first, last):
        first = before.end()
    return filing.name(first, last)


def _name(filing: Filing, place: tuple[int, int]) -> Term:
    """A name without the quotes that it is printed in: “示例”大模型"""
    found = filing.name(*place)
    return replace(found, value=re.sub(r"[“”\"]", "", found.value))


def _told(filing: Filing) -> list[Fact]:
    text, fields = filing.text, Fields()
    title_end = filing.view.title_end
    numbers: dict[str, Term] = {}
    names: dict[str, Term] = {}
    # The body first: a title names the matter, the text the algorithm.
    for start, end in sorted(filing.sentences, key=lambda s: s[0] < title_end):
        sentence = text[start:end]
        if "备案" not in sentence and "登记" not in sentence:
            continue
        numbered = [filing.name(*m.span()) for m in _NUMBER.finditer(text, start, end)]
        for number in numbered:
            numbers.setdefault(number.value, number)
        for field, pattern in (("batch", _BATCH), ("authority", _AUTHORITY), ("category", _CATEGORY)):
            if field not in fields and (found := pattern.search(text, start, end)):
                fields[field] = filing.name(found.start(), found.end())
        if not _PASSED.search(sentence):
            continue
        # After the first sentence with names only one with a number adds to them: it is another registration.
        if (not names or numbered) and (places := _names(text, start, end)):
            if not names and (owner := _owner(filing, max(0, start - 40), places[0][0])) is not None:
                fields["legal_person"] = owner
            for place in places:
                name = _name(filing, place)
                names.setdefault(name.value, name)
        if "role" not in fields and (found := _ROLE.search(text, start, end)):
            fields["role"] = filing.name(found.start(), found.end())
        if "product" not in fields and (found := _PRODUCT.search(text, start, end)):
            fields["product"] = filing.name(*found.span("p"))
        if "regime" not in fields and (found := _REGIME.search(sentence)):
            fields["regime"] = filing.name(start + found.start(), start + found.end())
    for field, values in (("name", names), ("number", numbers)):
        if values:
            fields[field] = field_of([*values.values()])
    if "name" not in fields and "number" not in fields and "regime" not in fields:
        return []
    return [Fact(kind="algorithm_registration", company=filing.company, fields=fields)]
