"""Names of those who hold, buy, sell or lend: the words after a role, up to what they do."""

from __future__ import annotations

import re

_ROLE = (
    r"(?:控股股东|实际控制人|第[一二三]大股东|持股(?:比例)?(?:超过)?\d+(?:\.\d+)?%(?:以上)?的?(?:非第一大)?股东|大股东|董事长|董事会秘书|董事|监事会主席|监事"
    r"|副?总经理|副?总裁|高级管理人员|高管|联席主席|主席|一致行动人|股东|财务总监|全资子公司|控股子公司|非第一大股东)"
)
_JOIN = r"(?:及其|以及|[、,，:兼及之]|-+|的)*"
LATIN = r"[A-Z][A-Za-z0-9&.,' -]{3,60}?(?:LLC|Limited|LTD\.?|Ltd\.?|Inc\.?|Co\.)(?![A-Za-z])"
FIRM = (
    r"(?![于将与其由以拟在])[\u4e00-\u9fffA-Za-z0-9()·]{2,30}?"
    r"(?:股份有限(?:责任)?公司|有限责任公司|集团有限公司|有限公司|(?:合伙企业)?\((?:有限|普通)合伙\)|合伙企业|基金|资管计划)(?:[\u4e00-\u9fff]{2,6}(?:分行|支行))?"
)
_DOES = (
    r"先生|女士|于\d|于近|自\d|计划|拟|将|持有|直接|质押|解除|减持|增持|累计|分别|所持|近日|通知|函告|通过|以|的通知|的函|的告|办理|提前|(?:、|及|和)(?=[\u4e00-\u9fff]{2,3}(?:先生|女士))"
    r"|\(以下|\(下称|\d[\d,.]*万?股|共|合计|变更|被|因|与|\d{1,2}月|本次|一致|出具|披露|及其|非公开|转让|发来|出资|采取"
)
_SHORT = r"(?![\u4e00-\u9fff]{0,3}(?:股份|公司|方式|比例|部分|计划))[\u4e00-\u9fff·]{2,6}?"
HOLDER = re.compile(rf"(?:{_ROLE}{_JOIN})+(?P<n>{LATIN}|{FIRM}|{_SHORT})(?={_DOES}|$|[,，。(])")
_NOT_NAME = re.compile(
    r"公司|股东|董事|计划|股份|减持|增持|质押|质押|近日|通知|函告|持有|部分|拟|所持|关于|以上|本次|集中|合计|分别|提前|及其|控制|高级|之一|人员|方案|变更|完成|解除|办理|被动|公告|增持|拟增|披露|发布|累计|部份|权益|接连|减持|套现|采取"
)


def holders(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The places of holders' names in a stretch of clean text, each once."""
    found: list[tuple[int, int]] = []
    seen: set[str] = set()
    for m in HOLDER.finditer(text, start, end):
        name = m["n"]
        firm = re.fullmatch(FIRM, name) or re.fullmatch(LATIN, name)
        if name in seen or (not firm and _NOT_NAME.search(name)):
            continue
        seen.add(name)
        found.append(m.span("n"))
    return found
