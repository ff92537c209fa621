"""Algorithm registrations with the CAC (算法备案), from a company's filing and from a notice's table."""

from __future__ import annotations

import re

from pipeline.filings.checks import Fields
from pipeline.filings.record import Filing
from pipeline.model import Fact, Table, Term

_NUMBER = re.compile(r"网信算备\s*\d{18,21}\s*号|[A-Z][A-Za-z]+-[A-Z][A-Za-z]+-\d{12,18}(?:S\d+)?")
_BATCH = re.compile(r"第[一二三四五六七八九十]+批")
_AUTHORITY = re.compile(
    r"国家互联网信息办公室|国家网信办|中央网信办|[\u4e00-\u9fff]{2,6}(?:省|市|自治区)(?:委)?(?:互联网信息办公室|网信办)"
)
_CATEGORY = re.compile(
    r"深度合成服务算法|生成式人工智能服务|互联网信息服务算法|生成合成类|个性化推送类|检索过滤类|排序精选类|调度决策类|大模型"
)
_NAMED = re.compile(
    r"[“\"「《](?P<n>[^”\"」》]{2,40}?)[”\"」》](?=[^。；]{0,40}?(?:通过|完成|列入|获得|取得|备案|登记))"
    r"|(?P<m>[0-9A-Za-z\u4e00-\u9fff]{2,30}?(?:算法|大模型))(?=(?:已|正式|成功|顺利)*(?:通过|完成|列入|获得|取得))"
)
_LEGAL = re.compile(r"(?P<l>[\u4e00-\u9fff()（）]{4,30}?(?:股份有限公司|有限责任公司|有限公司))")
_PASSED = re.compile(r"通过|完成|列入|获得|取得|发布")
# Columns of the CAC's tables by their head.
_COLUMNS = {
    "算法名称": "name",
    "模型名称": "name",
    "角色": "role",
    "算法类别": "category",
    "主体名称": "legal_person",
    "备案单位": "legal_person",
    "应用产品": "product",
    "备案编号": "number",
    "备案号": "number",
}


def facts(filing: Filing) -> list[Fact]:
    """One fact for each row of a registration table, else one for what the sentences state."""
    rows = [fact for table in filing.tables for fact in _rows(filing, table)]
    return rows or _told(filing)


def _rows(filing: Filing, table: Table) -> list[Fact]:
    """Rows whose first cell is a number; the head may stand once, or again on each page."""
    found: list[Fact] = []
    head: list[str | None] = []
    at = table.start
    for line in filing.body[table.start : table.end].split("\n"):
        cells, place = line.split("\t"), at
        at += len(line) + 1
        names = [_COLUMNS.get(re.sub(r"\s", "", cell)) for cell in cells]
        if sum(name is not None for name in names) >= 3:
            head = names
            continue
        if not head or not cells[0].strip().isdigit():
            continue
        fields: Fields = {}
        for name, cell in zip(head, cells, strict=False):
            words = cell.strip()
            if name is not None and words and words.strip("-—") != "":
                start = place + cell.index(words)
                fields[name] = Term(
                    value=re.sub(r"\s+", "", words), text=words, start=start, end=start + len(words)
                )
            place += len(cell) + 1
        if "name" in fields:
            found.append(Fact(kind="algorithm_registration", company=None, fields=fields))
    return found


_GENERIC = re.compile(r"公司|关于|相关|本次|上述|该|的|旗下|自研")
# Quoted, but no algorithm: the notice that lists it, the rules it follows, “公司” itself.
_PAPER = re.compile(r"(?:公告|公示|通知|规定|办法|清单|信息|公司)$")


def _name(text: str, start: int, end: int) -> re.Match[str] | None:
    """The first name of an algorithm; words such as 公司算法 name none."""
    for found in _NAMED.finditer(text, start, end):
        if not (_PAPER.search(found["n"]) if found["n"] else _GENERIC.search(found["m"])):
            return found
    return None


def _told(filing: Filing) -> list[Fact]:
    text, fields = filing.text, Fields()
    title_end = filing.view.title_end
    # The body first: a title names the matter, the text the algorithm.
    for start, end in sorted(filing.sentences, key=lambda s: s[0] < title_end):
        sentence = text[start:end]
        if "备案" not in sentence and "登记" not in sentence:
            continue
        for field, pattern in (
            ("number", _NUMBER),
            ("batch", _BATCH),
            ("authority", _AUTHORITY),
            ("category", _CATEGORY),
        ):
            if field not in fields and (found := pattern.search(text, start, end)):
                fields[field] = filing.name(found.start(), found.end())
        if "name" not in fields and _PASSED.search(sentence) and (found := _name(text, start, end)):
            group = "n" if found["n"] else "m"
            fields["name"] = filing.name(found.start(group), found.end(group))
            if owner := list(_LEGAL.finditer(text, start, found.start())):
                fields["legal_person"] = filing.name(owner[-1].start("l"), owner[-1].end("l"))
    if "name" not in fields and "number" not in fields:
        return []
    return [Fact(kind="algorithm_registration", company=filing.company, fields=fields)]
