"""Awards and contracts. Fields: `winner`, `awarder`, `project`, `amount`, `amount_so_far`, `share_of_revenue`, `period`, `signed_on`, `stage`.

`stage` is `candidate` where the award is not final (预中标, 中标候选人, 公示). The amount is that of the award: revenue,
yearly fees, unit prices and an estimated investment of a concession are not.
"""

from __future__ import annotations

import itertools
import re

from pipeline.filings.checks import Fields, field_of
from pipeline.filings.contract_parties import READ, awarder, bought, winners
from pipeline.filings.names import Names
from pipeline.filings.numbers import CURRENCIES
from pipeline.filings.record import Filing
from pipeline.model import Fact, Number, Term

_THING = r"(?:项目|工程|标段|采购|服务|特许经营权?|合同段|系统|总承包|包件|设备|供应权|标包|监理|设计|施工)"
_PROJECT = (
    re.compile(
        r"(?:项目|工程|标段|合同)名称\s*:\s*(?P<n>[^；;。\n]{4,120}?)(?=[；;。\n]|\d{1,2}[、.](?:招标|中标|工程|建设|合同|采购|工期|发包|业主|投标|服务|金额|承包|计划|质量|施工|投资|项目)[^、。；;\n:]{0,10}:|(?<![包段第])\d{1,2}[、.](?=[^、。；;\n:]{2,12}:)|中标(?=单位|人|产品|金额|价|供应商)|项目编号|建设地点|招标(?=编号|[人方]|单位|代理|范围|内容)|采购编号|$)"
    ),
    re.compile(r"中标(?:项目|工程|标的)(?:分别)?为:?(?P<n>[^，。；“《\n]{6,120}?)(?=[，。；\n]|$)"),
    re.compile(
        r"[“《\"](?P<n>[^”》\"\n]{4,110}?)[”》\"](?:项目|工程|招标)?(?:\((?:以下)?简称[^)]*\))?(?:第?\S{1,4}标?[包段])?的?(?:拟|第一)?(?:中标|社会资本|成交|中选|供应商|招标结果|定标|评标)"
    ),
    re.compile(r"(?:预|拟)?中(?:标|选)(?:了)?[“《\"](?P<n>[^”》\"\n]{4,90}?)[”》\"](?!公告|等)"),
    re.compile(
        r"(?:确[定认认][^，。；“]{0,60}?(?:为|成为)|公司(?:被[^，。；]{0,10})?(?:为|成为)|联合体[，,]?(?:被[^，。；]{0,10}|成)?为)[“\"]?(?P<n>[^，。；”\"\n]{5,90}?)[”\"]?(?:\((?:以下)?简称[^)]*\))?的?(?:第一|预|拟)?(?:中标(?:人|单位|候选人|供应商)|成交供应商|社会资本方)"
    ),
    re.compile(
        rf"(?:预|拟)?中(?:标|选)(?:了)?(?P<n>(?!麒麟|软件|公告|通知|结果|总?金额|价|候选|单位|人|公示|项目|工程(?:分别)?为|总量|以下|及|的|[\d.,]+[万亿])[^，。；：:“”《》\n]{{4,80}}{_THING}(?:\([^()]{{1,12}}\)(?:项目|工程|标段)?)?(?:\d{{0,2}}标段)?)(?=[，。；、,】\n]|$|的|来源|，|\()"
    ),
    re.compile(
        r"(?:预|拟)?中(?:标|选)(?P<n>(?!公告|通知|结果)[^，。；\n]{3,40}[“\"][^”\"]{2,20}[”\"][^，。；\n]{2,20}?)(?=[，。；]|$)"
    ),
    re.compile(r"(?:[，。；\n]|^)(?P<n>[^，。；\n]{6,120}?(?:项目|工程|标段))由(?:本)?公司中标"),
    re.compile(r"签(?:订|署)了?(?P<n>(?!《)[^，。；《\n]{6,60}?(?:项目|工程|标段))的?《"),
    re.compile(r"签(?:订|署)了?[^，。；《\n]{0,12}(?P<n>《[^》\n]{4,60}合同》)"),
    re.compile(r"中标(?!麒麟|软件)(?P<n>[\u4e00-\u9fff]{4,24}系统(?:\([^()]{1,10}\))?)"),
    re.compile(r"(?:包括|包含)(?P<n>[^，。；\n]{4,80}、[^，。；\n]{4,80}等(?:项目|工程))(?=[，。；])"),
    re.compile(
        r"(?:预|拟)?中标(?:约|近|超)?\d[\d.,]*(?:万|亿|万亿)元(?P<n>[\u4e00-\u9fffA-Z]{2,24}(?:项目|工程|订单))"
    ),
    re.compile(
        r"(?:公司|集团|局|厅|委员会|管理中心|医院|大学|银行|\(\d{5,6}[^()]*\))(?P<n>[^，。；:《》“”\n]{3,60}?)(?:中标|成交|中选|定标)(?:候选人|结果)?(?:公示|公告|结果|[^，。；]{0,4}公布)"
    ),
    re.compile(
        r"参加了?(?P<n>[^，。；《》“”\n]{6,80}?(?:项目|工程|标段|采购))(?:的|选择)?[^，。；]{0,8}(?:招标|投标)"
    ),
    re.compile(
        r"在(?P<n>[^，。；《》“”\n]{6,160}?(?:采购|招标|项目|集采))(?:活动)?中[，,]?[^，。；]{0,20}中标"
    ),
    re.compile(
        r"产品(?P<n>[^，。；:\n]{3,30}?(?:片|胶囊|注射液|注射剂|颗粒|口服液|滴眼液|软膏|混悬液|散|丸|剂))[^，。；]{0,30}?(?:中标|中选)"
    ),
)
_NOT_PROJECT = re.compile(
    r"^(?:收到|接到|重大)|^(?:的|共计?)?[多两二三四五六七八九十数\d]+[个项]|通知书|公告|^项目$|^本|^上述|以下|候选人|结果|^以下简称|供应商|[\d.]+[万亿]元"
)
_CLIENT_FIRST = re.compile(
    r"(?:\d{4}年)?(?P<n>[\u4e00-\u9fff]{2,4}省[\u4e00-\u9fff]{2,10}(?:厅|局|委员会)(?=[\u4e00-\u9fff]{2,3}省)|[\u4e00-\u9fff]{4,24}?(?:有限公司|分公司|委员会|管理中心)(?!子公司|分公司|下属)(?=[^，。(]{6}))"
)
_FURTHER = re.compile(r"(?:此外|另外?|同时|同日)[，,]?")
_AND_SO_ON = re.compile(r"等(?:[多\d]+个)?(?:重大)?(?:项目|工程|产品)$")
_ROW = re.compile(r"[、和及与](?!其)")
_BOTH = re.compile(
    r"(?:(?<=项目|工程|标段)(?:,?[及和]|[、与])|(?<=采购)[、和])(?=[^，。；、]{4,60}(?:项目|工程|标段|采购)(?:$|[、和及与]))"
)
_BESIDE = re.compile(r"[”》](?:[、和及与]|以及)?[“《](?P<n>[^”》\n]{4,110})(?=[”》])")
_HEAD = re.compile(r"(?:(?<=[\n。】；;！!？? ])|^)【[^】\n]{6,60}】")
_TOLD = re.compile(r"(?:中标|中选)(?!麒麟|软件)|签(?:订|署)[^。；]{0,30}(?:合同|订单)")
_NOTE = re.compile(r"\((?:[^()]*为准|(?:以下)?(?:简称|称)[^()]*|具体[^()]*)\)$")
# How well the words before a sum say that it is the award's, best first.
_SUMS = (
    (6, re.compile(r"(?:上述|以上|前述)[^。；]{0,20}(?:合计|共计|总计)[^。；，\d]{0,14}$")),
    (
        5,
        re.compile(
            r"(?:合计|共计|总计|累计)[^。；，\d]{0,14}$|(?:总金额|总额|总价款?|总造价)(?:约|为|合计|是|:|人民币|含税|不含税|暂估|￥|\()*$"
        ),
    ),
    (
        4,
        re.compile(
            r"(?:中标(?:总)?(?:价格?|金额|额|造价)|合同(?:总)?(?:金额|价款?|价格|额|预估价)|成交(?:总)?(?:金额|价格?)|投标(?:总)?报价|订单金额|签约合同价|服务费|新签(?:合同|订单))[^。；，\d]{0,26}$"
        ),
    ),
    (3, re.compile(r"(?:中标|签订|签署|签约|订单|采购|生产设备|承接|获得|斩获)[^。；，\d]{0,30}$")),
    (
        2,
        re.compile(
            r"(?:总投资(?:额)?|预算(?:金额)?|投资总额|投资金额|投资额|报价|金额|价)[^。；，\d]{0,14}$"
        ),
    ),
)
_NOT_SUM = re.compile(
    r"营业(?:总)?收入|主营业务|净资产|注册资本|净利|总资产|保证金|罚|违约|利润|保底|补贴|单价|市值|处理费|融资|成交额|两市|总部|股本|募集|年均|估算|折合|初始|此前|其他中标"
)
_EARLIER = re.compile(
    r"至今|此前|上年|去年|今年以来|以来|中标候选人，拟中标金额|其中[:：,，(]?[^，。；]{0,20}$"
)
# The sum of the year so far stands beside that of the month.
_SO_FAR = re.compile(
    r"(?:(?:(?<!\d)1月?份?[-至到~]\d{1,2}月|年初至[^。；，]{1,8}|年前\d{1,2}个?月)[^。；，\d]{0,10}(?:累计|合计|共计?)|(?:今年|本年度?|年内)[^。；，\d]{0,10}累计)[^。；，\d]{0,14}$"
    r"|(?<!\d)1月?份?[-至到~]\d{1,2}月份?[^。；，\d]{0,10}新签(?:合同|订单)[^。；，\d]{0,10}$"
)
_PER = re.compile(r"(?:\(含[^)]*\))?及?以上|/(?!股)|每|一?个?年(?!度)|P/年")
_SHARE = re.compile(r"占[^。；%]*(?:营业(?:总)?收入|主营业务(?:总)?收入|营收|销售收入)[^；%]{0,30}$")
_CONCESSION = re.compile(r"特许经营")
_MONTH = r"20\d\d(?:年\d{1,2}月(?:\d{1,2}日|底|初)?|年|[./-]\d{1,2}[./-]\d{1,2})"
_PERIOD = re.compile(
    r"(?:工期|工程期限|(?:合同|服务|经营|履行|合作|特许经营|承包|委托|运营|建设|供货|协议)(?:服务|履行)?(?:的)?(?:期限?|年限|周期|时间)|服务年限|交货期|周期)(?:总|为|共|约|\s|:|是|(?:自|从)[^，。；]{2,20}起)*(?P<p>"
    rf"(?:自|从)?{_MONTH}(?:\([^()]*\))?(?:起|开始)?(?:至|到|-|~)+(?:{_MONTH}|\d{{1,2}}月(?:\d{{1,2}}日|底)?)(?:止)?|"
    r"(?!20\d\d年)(?:\d+(?:\.\d+)?|[一二三四五六七八九十]+)\s*(?:个?(?:日历)?[天日]|个?月|年)(?:\((?:不含|含)[^)]{2,14}\))?)"
    r"|服务\((?P<q>\d+(?:个月|年))\)"
)
_CANDIDATE = re.compile(
    r"预中标|拟中标|中标候选人|第一候选人|中标公示|预成交|公示期|中标\(成交\)|评标结果公示"
)
_FINAL = re.compile(
    r"(?:收到|取得|获得|接到)[^。；]{0,60}(?:《?中标通知书|正式通知)(?![^。；]{0,20}(?:尚|存在|后))|(?:为|成为)[^。；候]{2,80}(?<!拟)(?<!预)中标(?:单位|人)(?!公示)"
)


def facts(filing: Filing) -> list[Fact]:
    text, fields = filing.text, Fields()
    if not re.search(r"中标|中选|合同|订单|协议|定点|成交|特许经营|签约", text[:READ]):
        return []
    body = filing.view.title_end
    names = Names(text[:READ])
    body, stop = _item(text, body)
    spans = [s for s in filing.sentences if body <= s[0] < stop and not text.startswith("原标题", s[0])]
    if parties := bought(names, text, body, stop):
        won = [parties.winner.full] if parties.winner else []
        place = parties.awarder
    else:
        won = winners(names, text, body, spans)
        place = awarder(names, text, body, stop, won)
    if place:
        fields["awarder"] = filing.name(*place)
    awards = _listed(text, body)
    if awards < 2 and (projects := _projects(text, body, stop)):
        fields["project"] = field_of(
            [filing.name(*_without_client(text, *place, fields, filing)) for place in projects]
        )
    _amount(filing, fields, body, stop)
    if awards < 2 and (period := _PERIOD.search(text, body, stop)):
        group = "p" if period["p"] else "q"
        fields["period"] = filing.name(*period.span(group))
    _signed(filing, fields, body)
    if won:
        fields["winner"] = field_of([filing.name(*place) for place in won[:8]])
    further = [s for s in spans if _FURTHER.match(text, *s) and _TOLD.search(text, *s)]
    found = next((m for m in _CANDIDATE.finditer(text, 0, stop) if not _among(further, m.start())), None)
    if found and not _final(text, body):
        fields["stage"] = filing.term("candidate", *found.span())
    if not fields.keys() - {"stage", "period", "winner", "signed_on"}:
        return []
    made = [fields, *(one for s in further if (one := _another(filing, fields, s)))]
    return [Fact(kind="contract_award", company=filing.company, fields=one) for one in made]


def _among(spans: list[tuple[int, int]], at: int) -> bool:
    return any(start <= at < end for start, end in spans)


def _another(filing: Filing, first: Fields, span: tuple[int, int]) -> Fields | None:
    """A second award that a sentence of its own tells with project and sum (此外，公司预中标…，金额…)."""
    fields = Fields()
    projects = _projects(filing.text, *span)
    _amount(filing, fields, *span)
    if not projects or "amount" not in fields or fields["amount"] == first.get("amount"):
        return None
    shown = [filing.name(*place) for place in projects]
    fields["project"] = field_of(shown)
    if shown[0] == first.get("project"):
        return None
    if "winner" in first:
        fields["winner"] = first["winner"]
    if found := _CANDIDATE.search(filing.text, *span):
        fields["stage"] = filing.term("candidate", *found.span())
    return fields


def _final(text: str, body: int) -> bool:
    """Whether the award is told as a fact, not as what may come (如…, 若…, 尚未…)."""
    for m in _FINAL.finditer(text, body, READ):
        begin = max(text.rfind(mark, body, m.start()) for mark in "。；\n") + 1
        if not re.search(r"如|若|能否|尚|未|待|方可", text[max(begin, 0) : m.end()]):
            return True
    return False


def _item(text: str, body: int) -> tuple[int, int]:
    """In a digest of 【headlines】 the item that tells the award; else all that is read of the text."""
    stop = min(len(text), READ)
    heads = [m.start() for m in _HEAD.finditer(text, body, stop)]
    if len(heads) < 2:
        return body, stop
    told = _TOLD.search(text, heads[0], stop)
    if told is None:
        return body, heads[0]
    begin = max(head for head in heads if head <= told.start())
    return begin, min((head for head in heads if head > begin), default=stop)


def _listed(text: str, body: int) -> int:
    """How many awards a list of them tells (一、…中标…；二、…中标…)."""
    return len(
        re.findall(
            r"(?:^|[；。\n])[一二三四五六七八九十]+、[^；。\n]{0,60}中标[^；。\n]{0,200}中标价",
            text[body:READ],
        )
    )


def _projects(text: str, body: int, stop: int) -> list[tuple[int, int]]:
    """What is awarded; several where they are told in a row (甲项目和乙项目, 甲、乙等项目)."""
    for begin, end in ((body, stop), (0, body)):
        for pattern in _PROJECT:
            for m in pattern.finditer(text, begin, end):
                if not _NOT_PROJECT.search(m["n"]):
                    note = _NOTE.search(m["n"])
                    first, last = m.start("n"), m.start("n") + (note.start() if note else len(m["n"]))
                    places = _apart(text, first, last)
                    while beside := _BESIDE.match(text, places[-1][1], end):
                        places.append(beside.span("n"))
                    return places
    return []


def _apart(text: str, start: int, end: int) -> list[tuple[int, int]]:
    cut = _ROW if (whole := _AND_SO_ON.search(text, start, end)) else _BOTH
    last = whole.start() if whole else end
    parts: list[tuple[int, int]] = []
    at = start
    for m in [*cut.finditer(text, start, last), None]:
        parts.append((at, m.start() if m else last))
        at = m.end() if m else last
    if len(parts) < 2 or any(b - a < 4 or text.count("(", a, b) != text.count(")", a, b) for a, b in parts):
        return [(start, end)]
    return parts


def _without_client(text: str, start: int, end: int, fields: Fields, filing: Filing) -> tuple[int, int]:
    """A project that begins with its client's name (吉林省生态环境厅吉林省水…, 远山银行研发平台…): the client is the awarder."""
    m = _CLIENT_FIRST.match(text, start, end)
    if m is not None and getattr(fields.get("awarder"), "value", m["n"]) == m["n"]:
        fields.setdefault("awarder", filing.name(*m.span("n")))
        return m.end(), end
    client = fields.get("awarder")
    if isinstance(client, Term):
        size = sum(
            1
            for _ in itertools.takewhile(
                lambda ab: ab[0] == ab[1], zip(client.value, text[start:end], strict=False)
            )
        )
        whole = re.match(r"(?:股份|集团|有限|公司|$)", client.value[size:])
        own = not text.startswith(("子公司", "下属", "分公司"), start + size)
        if size > 3 and whole and own and end - start > size + 4:
            return start + size, end
    return start, end


def _amount(filing: Filing, fields: Fields, body: int, stop: int) -> None:
    text = filing.text
    best: tuple[int, Number] | None = None
    so_far: Number | None = None
    concession = _CONCESSION.search(text, 0, min(len(text), body + 800)) is not None
    for start, end in filing.sentences:
        if start >= stop:
            break
        if body > filing.view.title_end and start < body:
            continue  # another item of a digest
        inside = [n for n in filing.figures_in(start, end) if n.base is not None]
        for i, n in enumerate(inside):
            left = text[inside[i - 1].end if i else start : n.start]
            before = text[max(start, n.start - 60) : n.start]
            after = text[n.end : n.end + 8]
            if (
                n.base_unit == "%"
                and "share_of_revenue" not in fields
                and _SHARE.search(text[max(0, start - 60) : n.start])
            ):
                if not re.search(r"超过|以上|不足|低于|新签|新增", text[max(start, n.start - 40) : n.start]):
                    fields["share_of_revenue"] = filing.number(n)
                continue
            if n.base_unit not in CURRENCIES or _PER.match(after) or _NOT_SUM.search(left[-24:]):
                continue
            if _EARLIER.search(before) or re.search(r"自\d{4}年[^。]*至今", text[start : n.start]):
                continue
            if _SO_FAR.search(before):
                so_far = so_far or n
                continue
            rank = next((r for r, p in _SUMS if p.search(left)), 0)
            if re.match(r"\(?[￥¥]?$", left[-2:]) and best is not None and n.base == best[1].base:
                continue
            if re.match(r"[\u4e00-\u9fff]*(?:招标|项目|大单|订单|合同|工程)", after) and rank < 3:
                rank = 1
            if concession and rank in (2, 5) and re.search(r"投资", left):
                continue
            if not rank:
                continue
            if start < body or text.startswith("原标题", start):
                rank = 1
            if best is None or rank > best[0]:
                best = (rank, n)
    if best is not None:
        fields["amount"] = filing.number(_in_digits(filing, best[1]))
    if so_far is not None:
        fields["amount_so_far"] = filing.number(so_far)


def _in_digits(filing: Filing, n: Number) -> Number:
    """人民币壹亿…元整(120,783,443元): the digits in brackets are the exact figure."""
    for m in filing.figures_in(n.end, n.end + 15):
        bracketed = m.base_unit == n.base_unit and "(" in filing.text[n.end : m.start]
        if bracketed and m.base and n.base and abs(m.base - n.base) < 1 + n.base / 1000:
            return m
    return n


def _signed(filing: Filing, fields: Fields, body: int) -> None:
    text = filing.text
    for d in filing.days_in(body, READ):
        if re.match(
            r"[，,]?[^。；]{0,50}?签(?:订|署)了?(?!的?《?(?:联合体|联合|框架))[^。；]{0,60}(?:合同|协议)",
            text[d.end : d.end + 130],
        ) and not re.match(
            r"[，,]?[^，。；]{0,10}(?:发布|披露|召开|公告)|[^。；]{0,60}联合体缔约",
            text[d.end : d.end + 80],
        ):
            fields["signed_on"] = filing.day(d)
            return
