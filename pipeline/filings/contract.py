"""Awards and contracts. Fields: awarder, project, amount, share_of_revenue, period, signed_on, stage.

`stage` is `candidate` where the award is not final (预中标, 中标候选人, 公示). The amount is that of the award:
a project's investment, a budget, a year's fee and revenues beside it are not.
"""

from __future__ import annotations

import re

from pipeline.filings.checks import Fields
from pipeline.filings.parties import FIRM
from pipeline.filings.record import Filing
from pipeline.model import Fact, Number

READ = 6_000
_BODY = rf"(?:{FIRM}|[\u4e00-\u9fffA-Za-z()]{{3,26}}?(?:局|部|委员会|人民政府|公司|处|中心|医院|大学|学院|办公室|指挥部|集团|署|厅))"
_AWARDER = re.compile(
    rf"收到(?:了)?(?:业主方?|招标人|招标方|采购人|主要客户|客户|业主单位|招标代理机构)?(?P<a>{_BODY})(?:通过[^，。]{{0,12}})?(?:等单位)?(?:发来|发出|下发|送达|签发|出具|发送|发放|授予)"
    rf"|(?:项目业主方?|业主方?|招标人|招标方|招募方|采购人|采购单位|建设单位|招标单位|发包人|业主单位|交易对方|合同对方|甲方|买方)(?:名称)?[:为](?P<b>{_BODY})"
    rf"|(?:近日|公告|\d日|公司|司)[^，。；]{{0,8}}与(?P<c>{_BODY})(?:正式)?(?:签订|签署|就)"
)
_PROJECT = re.compile(
    r"(?:项目|工程|标段)名称:(?P<a>[^；;。\n]{4,90}?)(?=[；;。\n]|\d[、.]|$)"
    r"|[“\"](?P<b>[^”\"\n]{5,90}?)[”\"](?:项目|工程|招标)?(?:\(以下简称[^)]*\))?的?(?:中标|社会资本|第[一二]中标|预中标)"
    r"|(?:为|成为|收到)(?P<c>[^，。；“\n]{6,60}?(?:项目|工程|标段|采购|服务))(?:\((?:以下)?简称[^)]*\))?的?(?:中标(?:人|单位)|第一中标)"
    r"|(?:预?中标|中选)(?:了)?[“《]?(?P<d>(?!公告|通知|结果|金额|价|候选|单位|人|公示|项目)[^，。；：:”》\n]{5,60}?(?:项目(?:\d*标段)?|工程(?:施工)?|标段|采购|特许经营权?|服务采购|合同段|系统[^，。]{0,8}))[”》]?(?=[，。；、,]|$|的|\()"
)
_SUM = re.compile(
    r"(?:中标(?:总)?(?:金额|价|总价|合计|价格)|投标(?:总)?(?:报价|价)|成交(?:总)?(?:金额|价)|合同(?:总)?(?:金额|价款?|总价|额|造价)|总?金额|总价|合计|价格|报价|预算|总投资|中标|订单)[^。；]{0,40}$"
)
_NOT_SUM = re.compile(
    r"营业|收入|净资产|注册资本|净利|总资产|保证金|履约|罚|违约|利润|投资额|建设投资|保底|补贴|每年|单价|市值|注册资金"
)
_BEST = re.compile(r"(?:中标(?:总)?(?:金额|价)|合同(?:总)?(?:金额|价)|总金额|总价|合计)")
_SHARE = re.compile(r"占[^。；%]*(?:营业(?:总)?收入|主营业务(?:总)?收入|营收)[^。；%]{0,12}$")
_PERIOD = re.compile(
    r"(?:工期|期限|服务期|年限|周期|履行期|合作期|时间)[^。；\n\d一二三四五六七八九十]{0,16}(?P<p>(?:\d+(?:\.\d+)?|[一二三四五六七八九十]+)(?:个?(?:日历)?[天日]|个月|年)(?:\([^)]{2,10}\))?)"
)
_CANDIDATE = re.compile(r"预中标|拟中标|候选人|中标公示|预成交|成交\)公告|中标\(成交\)")
_SIGNED = re.compile(r"签(?:订|署)了?")


def facts(filing: Filing) -> list[Fact]:
    text, fields = filing.text, Fields()
    body = filing.view.title_end
    found = _CANDIDATE.search(text, 0, min(len(text), body + 900))
    if found and "中标通知书" not in text[body : body + 1200]:
        fields["stage"] = filing.term("candidate", *found.span())
    for m in _AWARDER.finditer(text, body, READ):
        group = next(g for g in "abc" if m[g])
        if not re.search(r"^(?:本公司|公司|全资|控股|上述|下属|子公司)|中标|联合体", m[group]):
            fields["awarder"] = filing.name(*m.span(group))
            break
    project = _project(text, body) or _project(text, 0)
    if project is not None:
        fields["project"] = filing.name(*project)
    _figures(filing, fields)
    if period := _PERIOD.search(text, body, READ):
        fields["period"] = filing.name(*period.span("p"))
    if not fields.keys() - {"stage", "period"}:
        return []
    return [Fact(kind="contract_award", company=filing.company, fields=fields)]


def _project(text: str, start: int) -> tuple[int, int] | None:
    for group in "abcd":
        for m in _PROJECT.finditer(text, start, READ):
            if m[group]:
                return m.span(group)
    return None


def _is_share(before: str) -> bool:
    """A share of revenue, and not a threshold that the sum is above."""
    return _SHARE.search(before[-70:]) is not None and not re.search(
        r"超过|以上|不足|低于|新增|新签", before[-50:]
    )


def _figures(filing: Filing, fields: Fields) -> None:
    """The first sum with the plainest label, and the share of revenue that stands with it."""
    text = filing.text
    best: tuple[int, Number] | None = None
    for start, end in filing.sentences:
        if start > READ:
            break
        inside = [n for n in filing.figures if start <= n.start < end and n.base is not None]
        for i, number in enumerate(inside):
            lead = text[inside[i - 1].end if i else start : number.start]
            if number.base_unit in ("元", "港元", "美元", "欧元"):
                if (
                    _NOT_SUM.search(lead[-20:])
                    or re.match(r"/|每", text[number.end : number.end + 1])
                    or not _SUM.search(lead)
                ):
                    continue
                if re.search(r"自\d{4}年[^。]*至今|累计收到[^。]*其他|此前", text[start : number.start]):
                    continue
                rank = (
                    0
                    if start < filing.view.title_end
                    else 2
                    if re.search(r"总金额|合计|总价", lead[-14:])
                    else 1
                )
                if best is None or rank > best[0]:
                    best = (rank, number)
            elif number.base_unit == "%" and _is_share(text[start : number.start]):
                fields.setdefault("share_of_revenue", filing.number(number))
    if best is not None:
        fields["amount"] = filing.number(best[1])
