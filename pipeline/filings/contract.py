"""Awards and contracts. Fields: `winner`, `awarder`, `project`, `amount`, `share_of_revenue`, `period`, `signed_on`, `stage`.

`stage` is `candidate` where the award is not final (预中标, 中标候选人, 公示). The amount is that of the award: revenue,
yearly fees, unit prices and an estimated investment of a concession are not.
"""

from __future__ import annotations

import itertools
import re

from pipeline.filings.checks import Fields
from pipeline.filings.names import Names
from pipeline.filings.record import Filing
from pipeline.model import Fact, Number, Term

READ = 6_000  # characters
_BODY = r"[\u4e00-\u9fffA-Za-z()·.]{2,40}?"
_CLIENT = r"(?:项目)?(?:业主(?:单位|方)?|招标(?:人|方|单位)|招募方|采购(?:人|方|单位)|建设单位|发包(?:人|方)|委托方|合同对方|交易对方|甲方|买方|客户|征集人)"
_AWARDER = (
    re.compile(rf"{_CLIENT}(?:名称|为|是)?\s*[:为]\s*(?P<n>[^；;。，,\n(\d]{{3,40}}?)(?=[；;。，,\n(\d]|$)"),
    re.compile(
        rf"(?:{_CLIENT})(?P<n>(?:(?!通过)[\u4e00-\u9fff()]){{4,36}}?)(?:(?=发来|发出|确定)|(?<=[司局会心厅府院团室行学部站所处社])(?=、|的))"
    ),
    re.compile(
        rf"(?:收到|接到)(?:了|由)*(?:{_CLIENT}|主要客户)?(?P<n>{_BODY})(?=、采购代理|(?:通过[^，。；]{{2,16}})?(?:等单位)?(?:发来|发出|下发|送达|签发|出具|发送|发放|授予|颁发|正式通知|的《?中标通知书))"
    ),
    re.compile(rf"(?:收到|接到)(?P<n>{_BODY})(?:采购订单|的?(?:定点|订单))"),
    re.compile(
        r"与(?P<n>[\u4e00-\u9fffA-Za-z()]{3,36}?)(?:\(以下[^)]*\))?(?:\(发包人\))?(?:正式|共同|就)?(?:签订|签署|签约)"
    ),
    re.compile(r"与(?P<n>[A-Z][A-Za-z.& ]{4,50}?)(?:印尼|公司|正式)?(?:签订|签署)"),
    re.compile(r"(?P<n>[A-Z][A-Za-z.& ]{6,50}?)[\u4e00-\u9fff]{0,4}公司签订"),
    re.compile(r"(?P<n>[\u4e00-\u9fff()]{6,30}(?:有限公司|局|委员会))在[^，。；]{4,40}发布了?《"),
    re.compile(
        r"(?:中(?:标|选)(?:了)?|公司[为是])[“\"]?(?:\d{4}年)?(?P<n>[\u4e00-\u9fff]{2,14}?(?:银行|证券|保险|农险|移动|联通|电信|铁塔|电网|集团|有限公司|石油|石化|联盟))(?=[\u4e00-\u9fffA-Z\d“])(?![^，。；]{0,3}标段)"
    ),
    re.compile(
        r"(?:[，。、日]|^)(?P<n>[\u4e00-\u9fff()]{4,30}?(?:公司|集团|局|厅|委员会|中心|医院|大学|银行))(?:\([^()]*称[^()]*\))?[“《][^”》]{4,60}[”》](?:项目)?(?:招标|中标|成交|采购)(?:结果|公示)"
    ),
    re.compile(r"根据[“《](?P<n>[\u4e00-\u9fff]{3,20}?(?:厅|局|委员会|政府|中心))[^”》]{6,60}(?:中标|成交)"),
)
_NOT_AWARDER = re.compile(
    r"^(?:招标|中标|相关|本公司|公司|全资|控股|上述|下属|子公司|某|其|该|关于|联合体)|中标|公告|交易中心$|公示|项目|联合体|关联|业务|类似|合同|采购$|签订|协议|约定|规定|义务|情况|当事人|^成员|^牵头|代理机构"
)
_AGENCY = re.compile(r"招标(?:代理|有限|股份|集团|咨询)")  # sends the letter, and awards nothing
_THING = r"(?:项目|工程|标段|采购|服务|特许经营权?|合同段|系统|总承包|包件|设备|供应权|标包|监理|设计|施工)"
_PROJECT = (
    re.compile(
        r"(?:项目|工程|标段|合同)名称\s*:\s*(?P<n>[^；;。\n]{4,120}?)(?=[；;。\n]|(?<![包段第])\d{1,2}[、.](?=[^、。；;\n:]{2,12}:)|中标(?=单位|人|产品|金额|价|供应商)|项目编号|建设地点|招标(?=编号|[人方]|单位|代理|范围|内容)|采购编号|$)"
    ),
    re.compile(
        r"[“《\"](?P<n>[^”》\"\n]{4,110}?)[”》\"](?:项目|工程|招标)?(?:\((?:以下)?简称[^)]*\))?(?:第?\S{1,4}标?[包段])?的?(?:拟|第一)?(?:中标|社会资本|成交|中选|供应商)"
    ),
    re.compile(r"(?:预|拟)?中(?:标|选)(?:了)?[“《\"](?P<n>[^”》\"\n]{4,90}?)[”》\"](?!公告|等)"),
    re.compile(
        r"(?:确[定认认][^，。；“]{0,60}?(?:为|成为)|公司(?:被[^，。；]{0,10})?(?:为|成为)|联合体[，,]?成为)[“\"]?(?P<n>[^，。；”\"\n]{5,90}?)[”\"]?(?:\((?:以下)?简称[^)]*\))?的?(?:第一|预|拟)?(?:中标(?:人|单位|候选人|供应商)|成交供应商|社会资本方)"
    ),
    re.compile(
        rf"(?:预|拟)?中(?:标|选)(?:了)?(?P<n>(?!公告|通知|结果|总?金额|价|候选|单位|人|公示|项目|总量|以下|及|的|[\d.,]+[万亿])[^，。；：:“”《》\n]{{4,80}}{_THING}(?:\([^()]{{1,12}}\)(?:项目|工程|标段)?)?(?:\d{{0,2}}标段)?)(?=[，。；、,】\n]|$|的|来源|，|\()"
    ),
    re.compile(
        r"(?:预|拟)?中(?:标|选)(?P<n>(?!公告|通知|结果)[^，。；\n]{3,40}[“\"][^”\"]{2,20}[”\"][^，。；\n]{2,20}?)(?=[，。；]|$)"
    ),
    re.compile(r"(?:[，。；\n]|^)(?P<n>[^，。；\n]{6,120}?(?:项目|工程|标段))由(?:本)?公司中标"),
    re.compile(r"签(?:订|署)了?(?P<n>(?!《)[^，。；《\n]{6,60}?(?:项目|工程|标段))的?《"),
    re.compile(r"签(?:订|署)了?[^，。；《\n]{0,12}(?P<n>《[^》\n]{4,60}合同》)"),
    re.compile(r"中标(?P<n>[\u4e00-\u9fff]{4,24}系统(?:\([^()]{1,10}\))?)"),
)
_NOT_PROJECT = re.compile(
    r"^[多两三四五数\d][个项]|^的?[多两三四五数\d]+[个项]|通知书|公告|^项目$|^本|^上述|以下|候选人|结果|^以下简称|供应商|[\d.]+[万亿]元"
)
_NOTE = re.compile(r"\((?:[^()]*为准|(?:以下)?(?:简称|称)[^()]*|具体[^()]*)\)$")
_MONEY = ("元", "美元", "港元", "欧元", "英镑", "日元", "澳元", "加元", "新元", "卢布")
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
            r"(?:中标(?:总)?(?:价格?|金额|额|造价)|合同(?:总)?(?:金额|价款?|价格|额|预估价)|成交(?:总)?(?:金额|价格?)|投标(?:总)?报价|订单金额|签约合同价|服务费)[^。；，\d]{0,26}$"
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
_PER = re.compile(r"/(?!股)|每|一?个?年(?!度)|P/年")
_SHARE = re.compile(r"占[^。；%]*(?:营业(?:总)?收入|主营业务(?:总)?收入|营收|销售收入)[^；%]{0,30}$")
_CONCESSION = re.compile(r"特许经营")
_PERIOD = re.compile(
    r"(?:工期|工程期限|(?:合同|服务|经营|履行|合作|特许经营|承包|委托|运营|建设|供货|协议)(?:服务|履行)?(?:的)?(?:期限?|年限|周期|时间)|服务年限|交货期|周期)(?:总|为|共|约|\s|:|是|(?:自|从)[^，。；]{2,20}起)*(?P<p>(?:\d+(?:\.\d+)?|[一二三四五六七八九十]+)\s*(?:个?(?:日历)?[天日]|个?月|年)(?:\((?:不含|含)[^)]{2,14}\))?)"
    r"|服务\((?P<q>\d+(?:个月|年))\)"
)
_CANDIDATE = re.compile(
    r"预中标|拟中标|中标候选人|第一候选人|中标公示|预成交|公示期|中标\(成交\)|评标结果公示"
)
_FINAL = re.compile(
    r"(?:收到|取得|获得|接到)[^。；]{0,60}(?:《?中标通知书|正式通知)(?![^。；]{0,20}(?:尚|存在|后))|(?:为|成为)[^。；候]{2,80}(?<!拟)(?<!预)中标(?:单位|人)(?!公示)"
)


_WINS = re.compile(r"(?:预|拟)?中(?:标|选)(?!麒麟|软件|公告|结果|金额|价|标的|率)|候选人(?!公示)|供应商")
_NAMED_WINNER = re.compile(r"中(?:标|选)(?:人|单位|供应商|公司|方)(?:名称)?:")
_CONFIRMED = re.compile(
    r"(?:确[定认]|通知)(?P<w>[^，。；“《]{2,90}?)(?:被)?(?:正式)?(?:确定)?(?:为|成为|中标)"
)
_MADE = re.compile(
    r"(?<=[，；。])(?P<w>[^，。；]{4,40}?)被(?:正式)?(?:确[定认])?(?:为|成为)[^，。；]{4,80}中标"
)
_CONSORTIUM = re.compile(
    r"(?P<l>[^，。；:\n]{4,160}?)(?:(?:等(?:单位|公司|企业)?)?(?:共同)?(?:组成|组建)的?(?:投标)?联合体|等\d+家(?:单位|公司|企业)?(?:分别|共同)?(?:预?中|获)|(?:近日|日前|近期)?(?:联合|共同)(?:预|拟)?中标)"
)
_AND = re.compile(r"作为牵头人|联合(?!体)|[、与和及]")
_SELF = re.compile(
    r"(?:(?<![\u4e00-\u9fff])|(?<=[认定与和及由知]))(?:本)?公司(?=与|和|、|及|联合|作为|近[日期]|于|为|成|被|收|，|预|中|组|$)|由(?:本)?公司(?=中)"
)
_FROM = re.compile(r"(?:股东|收到|接到|经|据|向|由|在|参加|参与|根据|控制人|委托)(?:了)?$")
_OF = re.compile(
    r"(?:\([^()]*\))?(?:的?(?:全资|控股|下属|所属|子公司|孙公司|境外)|旗下|发来|发出|发布|送达|下发|招标|的?《|公示|关于)"
)


def facts(filing: Filing) -> list[Fact]:
    text, fields = filing.text, Fields()
    if not re.search(r"中标|中选|合同|订单|协议|定点|成交|特许经营|签约", text[:READ]):
        return []
    body = filing.view.title_end
    names = Names(text[:READ])
    for pattern in _AWARDER:
        if place := _first(pattern, text, body, _NOT_AWARDER, names):
            fields["awarder"] = filing.name(*place)
            break
    project = _project(text, body)
    awards = _listed(text, body)
    if project is not None and awards < 2:
        start, end = project
        fields["project"] = filing.name(*_without_client(text, start, end, fields, filing))
    _amount(filing, fields, body)
    if awards < 2 and (period := _PERIOD.search(text, body, READ)):
        group = "p" if period["p"] else "q"
        fields["period"] = filing.name(*period.span(group))
    _signed(filing, fields, body)
    spans = [s for s in filing.sentences if body <= s[0] < READ and not text.startswith("原标题", s[0])]
    if places := _winners(names, text, body, spans):
        winners = tuple(filing.name(*place) for place in places[:8])
        fields["winner"] = winners[0] if len(winners) == 1 else winners
    found = _CANDIDATE.search(text, 0, min(len(text), READ))
    if found and not _final(text, body):
        fields["stage"] = filing.term("candidate", *found.span())
    if not fields.keys() - {"stage", "period", "winner", "signed_on"}:
        return []
    return [Fact(kind="contract_award", company=filing.company, fields=fields)]


def _final(text: str, body: int) -> bool:
    """Whether the award is told as a fact, not as what may come (如…, 若…, 尚未…)."""
    for m in _FINAL.finditer(text, body, READ):
        begin = max(text.rfind(mark, body, m.start()) for mark in "。；\n") + 1
        if not re.search(r"如|若|能否|尚|未|待|方可", text[max(begin, 0) : m.end()]):
            return True
    return False


def _first(
    pattern: re.Pattern[str], text: str, body: int, unless: re.Pattern[str], names: Names
) -> tuple[int, int] | None:
    for m in pattern.finditer(text, body, READ):
        start, end = m.span("n")
        if re.match(r"成员|牵头|联合体", m["n"]):
            continue
        if known := [n for n in names.between(start, end) if n.end >= end - 1]:
            if names.is_issuer(known[-1]) or _AGENCY.search(names.word(known[-1])):
                continue
            return (
                known[-1].full
                if known[-1].full[1] - known[-1].full[0] > end - start
                else (known[-1].start, end)
            )
        if not unless.search(text[start:end]):
            return start, end
    return None


def _listed(text: str, body: int) -> int:
    """How many awards a list of them tells (一、…中标…；二、…中标…)."""
    return len(
        re.findall(
            r"(?:^|[；。\n])[一二三四五六七八九十]+、[^；。\n]{0,60}中标[^；。\n]{0,200}中标价",
            text[body:READ],
        )
    )


def _project(text: str, body: int) -> tuple[int, int] | None:
    for begin, end in ((body, min(len(text), READ)), (0, body)):
        for pattern in _PROJECT:
            for m in pattern.finditer(text, begin, end):
                if not _NOT_PROJECT.search(m["n"]):
                    note = _NOTE.search(m["n"])
                    return m.start("n"), m.start("n") + (note.start() if note else len(m["n"]))
    return None


def _without_client(text: str, start: int, end: int, fields: Fields, filing: Filing) -> tuple[int, int]:
    """A project that begins with its client's name (吉林省生态环境厅吉林省水…, 远山银行研发平台…): the client is the awarder."""
    m = re.match(
        r"(?:\d{4}年)?(?P<n>[\u4e00-\u9fff]{2,4}省[\u4e00-\u9fff]{2,10}(?:厅|局|委员会))(?=[\u4e00-\u9fff]{2,3}省)",
        text[start:end],
    )
    if m is not None:
        fields.setdefault("awarder", filing.name(start + m.start("n"), start + m.end("n")))
        return start + m.end(), end
    client = fields.get("awarder")
    if isinstance(client, Term):
        size = sum(
            1
            for _ in itertools.takewhile(
                lambda ab: ab[0] == ab[1], zip(client.value, text[start:end], strict=False)
            )
        )
        whole = re.match(r"(?:股份|集团|有限|公司|$)", client.value[size:])
        if size > 3 and whole and end - start > size + 4:
            return start + size, end
    return start, end


def _amount(filing: Filing, fields: Fields, body: int) -> None:
    text = filing.text
    best: tuple[int, int, Number] | None = None
    concession = _CONCESSION.search(text, 0, min(len(text), body + 800)) is not None
    for start, end in filing.sentences:
        if start > READ:
            break
        inside = [n for n in filing.figures if start <= n.start < end and n.base is not None]
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
            unit = n.unit in ("万", "亿") or n.base_unit in _MONEY
            if not unit or n.base_unit not in _MONEY or _PER.match(after) or _NOT_SUM.search(left[-24:]):
                continue
            if _EARLIER.search(before) or re.search(r"自\d{4}年[^。]*至今", text[start : n.start]):
                continue
            rank = next((r for r, p in _SUMS if p.search(left)), 0)
            if re.match(r"\(?[￥¥]?$", left[-2:]) and best is not None and n.base == best[2].base:
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
                best = (rank, n.start, n)
    if best is not None:
        n = best[2]
        fields["amount"] = filing.number(_in_digits(filing, n))


def _in_digits(filing: Filing, n: Number) -> Number:
    """人民币壹亿…元整(120,783,443元): the digits in brackets are the exact figure."""
    for m in filing.figures:
        if (
            (
                n.end <= m.start <= n.end + 14
                and m.base_unit == n.base_unit
                and "(" in filing.text[n.end : m.start]
            )
            and m.base
            and n.base
            and abs(m.base - n.base) < 1 + n.base / 1000
        ):
            return m
    return n


def _signed(filing: Filing, fields: Fields, body: int) -> None:
    text = filing.text
    for d in filing.days:
        if (
            body <= d.start < READ
            and re.match(
                r"[，,]?[^。；]{0,50}?签(?:订|署)了?(?!的?《?(?:联合体|联合|框架))[^。；]{0,60}(?:合同|协议)",
                text[d.end : d.end + 130],
            )
            and not re.match(
                r"[，,]?[^，。；]{0,10}(?:发布|披露|召开|公告)|[^。；]{0,60}联合体缔约",
                text[d.end : d.end + 80],
            )
        ):
            fields["signed_on"] = filing.day(d)
            return


def _winners(names: Names, text: str, body: int, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Who wins: those named before 中标 in the first sentence that says so, else the company that announces."""
    if (m := _NAMED_WINNER.search(text, 0, READ)) and (name := names.at(m.end())):
        return [name.full]
    for start, end in spans:
        if text.startswith("【", start) and (shut := text.find("】", start, end)) > 0:
            start = shut + 1  # a headline before its text
        verb = _WINS.search(text, start, end)
        if verb is None:
            continue
        found = _together(names, text, start, verb.end())
        if not found:
            begin, stop = start, verb.start()
            if (made := _MADE.search(text, start, end)) and (found := _parties(names, text, *made.span("w"))):
                return found
            if said := _CONFIRMED.search(text, start, end):
                begin, stop = said.span("w")
                if re.fullmatch("该公司|其", text[begin:stop]):
                    begin, stop = start, begin
            found = _parties(names, text, begin, stop)
        if found:
            return found
    told = next((start for start, end in spans if _WINS.search(text, start, end)), 0)
    if own := names.issuer_place(told):
        return [own]
    for start, end in [(0, body), *spans]:
        if (verb := _WINS.search(text, start, end)) and (who := names.subject(start, verb.start())):
            return [who.full]
    return []


def _parties(names: Names, text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The companies of a stretch that take part: not whose letter came, nor whose shareholder or parent is meant."""
    found: list[tuple[int, int]] = []
    places = [(n.start, n.end, n.full) for n in names.between(start, end)]
    if own := names.issuer_place():
        places += [(*m.span(), own) for m in _SELF.finditer(text, start, end)]
        beside = re.compile(rf"{re.escape(text[slice(*own)])}(?=(?:\([^()]*\))?[及与和、](?!其))")
        places += [(*m.span(), own) for m in beside.finditer(text, start, end)]
    for first, last, full in sorted(places):
        if last > end or full in found:
            continue
        if _FROM.search(text[max(start, first - 8) : first]) or _OF.match(text, last):
            continue
        if any(full[0] <= a and b <= full[1] for a, b in found):
            continue
        found.append(full)
    return found


def _together(names: Names, text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The members of a consortium (甲、乙和丙组成的联合体)."""
    m = _CONSORTIUM.search(text, start, end)
    if m is None:
        return []
    found: list[tuple[int, int]] = []
    at = m.start("l")
    for cut in [*_AND.finditer(text, at, m.end("l")), None]:
        first, last = at, cut.start() if cut else m.end("l")
        at = cut.end() if cut else last
        if inside := _parties(names, text, first, last):
            found += inside
            continue
        lead = re.match(
            r"(?:本?公司)?(?:的|之)?(?:全资|控股)?(?:子公司|下属|所属|孙公司)|近日|由", text[first:last]
        )
        first += lead.end() if lead else 0
        if 4 <= last - first <= 24 and not re.search(r"\d|联合体|单位$", text[first:last]):
            found.append((first, last))
    return found if len(found) > 1 else []
