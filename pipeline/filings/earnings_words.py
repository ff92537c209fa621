"""The stream of meaning in earnings prose: names of figures, figures, directions, periods, and what parts them.

`words_of` gives the tokens of a stretch of clean text in order. What stands between two tokens is either
filler (为, 约, 人民币, 较上年同期 …), which connects them, or other words, which part them (`Token.parted`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

from msgspec.structs import replace

from pipeline.filings.earnings_period import Period, periods
from pipeline.filings.numbers import base_of
from pipeline.filings.record import Filing
from pipeline.model import Number

_OWNER = (
    r"(?:归属于?(?:于)?(?:上市公司|挂牌公司|母公司|本公司|本行|本集团|集团|公司|银行)?(?:的)?(?:普通股)?"
    r"(?:股东|所有者|拥有人|股权持有人)?(?:所有)?(?:应占)?(?:的)?|归母|公司拥有人应占|股东应占)"
)
_EX = r"(?:(?:扣除(?:了)?(?:非经常性?(?:损益|性损益))(?:项目)?(?:的?影响)?(?:后|前后)?(?:的)?|扣非(?:后)?(?:的)?),?)"
_PROFIT = r"(?:净利润额?|净利(?!率|息)|净亏损|净亏(?!损)|利润净额)"


# Labels that a narrow cell tears, by the name of their figures.
_LABELS = {
    "net_profit_parent_ex_nonrecurring": (
        "扣除非经常性损益后的净利润",
        "归属于上市公司股东的扣除非经常性损益的净利润",
    ),
    "net_profit_parent": ("归属于上市公司股东的净利润", "归属于母公司所有者的净利润"),
}


def _torn(name: str) -> str:
    """The first part of a label whose rest stands behind figures, mostly on a line further down."""
    parts = [
        rf"{label[:at]}(?=[^。净]{{2,120}}?[\n元%股\d)]{label[at:]})"
        for label in _LABELS[name]
        for at in range(len(label) - 2, 4, -1)
    ]
    return "|".join(parts)


def rests(name: str, part: str) -> tuple[str, ...]:
    """What may follow further down where a label of this name was torn behind `part`; none of a whole label."""
    return tuple(
        label[len(part) :] for label in _LABELS.get(name, ()) if label.startswith(part) and label != part
    )


# The lookahead names every letter with which an alternative begins: it makes the search four times as fast.
_WORD = re.compile(
    r"(?=[按扭归扣净后股每平总毛费现非营综负资收投订销产补减稀息分主利基E加上去一1-9环较转由亏盈首续预略增溢将大小升提扩涨下降跌变同按yY。；;!！?？\n剔不若假子控全参行板业母公事除税所])(?:"
    rf"(?P<ex>(?:{_OWNER})?{_EX}(?:{_OWNER})?(?:的)?{_PROFIT}|{_OWNER}{_PROFIT}\(扣(?:非|除)[^()]*\)|归母扣非{_PROFIT}?|扣非归母{_PROFIT}?|扣非{_PROFIT})"
    rf"|(?P<parent>{_OWNER}(?:的)?(?:{_PROFIT}|亏损|溢利|利润(?!总额))|归母利润)"
    rf"|(?P<torn_ex>{_torn('net_profit_parent_ex_nonrecurring')})"
    rf"|(?P<torn>{_torn('net_profit_parent')})"
    r"|(?P<other>每股净资产|每股(?:经营)?(?:活动)?(?:产生的)?现金(?:流量)?(?:净额)?|(?:平均)?(?:总)?资产收益率|毛利率?|净利率|净利润率|费用率?|现金流(?:量)?(?:净额)?|股本|非经常性损益(?:合计|净额)?|"
    r"营业成本|营业利润率|综合收益总额|总负债|资产负债率|收益率|投资收益|订单|销量|产量|补助|减值|稀释每股收益|"
    rf"(?:{_EX})(?:基本)?每股收益|(?:{_EX})(?:加权平均)?净资产收益率|股息|分红|主营业务利润|利息)"
    r"|(?P<eps>基本(?:和|及|/)?(?:稀释)?每股(?:收益|盈利)|每股(?:基本)?(?:收益|盈利)|EPS)"
    r"|(?P<roe>(?:加权平均)?净资产收益率|加权平均资产收益率)"
    rf"|(?P<equity>{_OWNER}(?:所有者权益|股东权益|净资产|权益))"
    r"|(?P<assets>(?:总资产|资产总额|资产总计)(?!收益|负债|规模|减))"
    r"|(?P<revenue>营业总收入|(?<!其他)(?<!外)营业收入|主营业务收入|营业额|(?<![线务品端源方地区内外])总?营收(?!占)|(?:(?<=[，,、。：:得现入司年)度])|(?<=总营))收入(?!占|来|为主)|总收入)"
    r"|(?P<operating>营业利润(?!率))|(?P<total>利润总额)|(?P<net>(?<!调整后)(?<!净)净利润(?!率)额?|净利(?!率|息|润)|净亏损|净亏(?!损)|利润净额)"
    r"|(?P<last>(?:上年度?|去年|上一年度?|(?:19|20)\d\d年度?)(?:同期|同季)(?:数|的)?|去年同季|上年数)"
    r"|(?P<qoq>环比|较(?:上|一|二|三|四|第一|第二|第三)季度|较上季)"
    r"|(?P<respective>分别)"
    r"|(?P<turn>扭亏(?:为盈)?|转亏为盈|由亏转盈|亏转盈|由盈转亏|转盈为亏|盈转亏|首亏|续亏|续盈|预增|预减|预盈|预亏|预升|预降|略增|略减|减亏|增亏|转亏)"
    r"|(?P<plan>预计|(?<![超于合出的们])预期|预告|预测|预估)"
    r"|(?P<loss>亏损(?:额|金额)?|亏(?=\d)|净亏(?=\d))|(?P<gain>盈利|溢利)"
    r"|(?P<up>(?:将)?(?:大幅|小幅|略有|略微)?(?:增长|增加|上升|上涨|提升|提高|增幅(?:为)?|升|增|扩大|涨)(?:了|约|幅度)?(?:率)?(?:为)?)"
    r"|(?P<down>(?:将)?(?:大幅|小幅|略有|略微)?(?:减少|下降|下滑|下跌|降低|降幅(?:为)?|跌|降|减(?![持资值])|收窄)(?:了|约|幅度)?(?:为)?)"
    r"|(?P<change>(?:同比)?(?:变动|变化)(?:幅度)?(?:为)?|同比|按年|yoy|YOY|YoY)"
    r"|(?P<stop>[。；;!！?？\n])"
    r"|(?P<subject>剔除|加回|不考虑|不含(?!税)|若(?!干)|假设|子公司|控股子公司|全资子公司|参股公司|行业平均|所属[^，。\n]{0,12}行业|行业(?=已|个股|净利润|营收|收入|整体)|分部|事业部|板块|业务(?=全年|实现|营|预计|收入)|母公司(?!(?:的)?(?:股东|所有者|普通股|净|权益))))"
)
_NAME = {
    "ex": "net_profit_parent_ex_nonrecurring",
    "parent": "net_profit_parent",
    "torn": "net_profit_parent",
    "torn_ex": "net_profit_parent_ex_nonrecurring",
    "net": "net_profit",
    "revenue": "revenue",
    "operating": "operating_profit",
    "total": "total_profit",
    "eps": "eps",
    "roe": "roe",
    "equity": "equity_parent",
    "assets": "total_assets",
    "other": "",
}
# Words that connect a name with its figure.
_FILLER = re.compile(
    r"(?:(?:公司|本集团|本行|本公司|集团)?(?:报告期内?|本报告期|本期|当期|期内|期末|期初|年末|年初|年度|全年|累计|未经审计)|较|比|与|同|为|是|约|达到?|实现|完成|录得|取得|"
    r"人民币|合计|总额|共|计|的|将|净额|均|相比|相|出现|则|至|到|在|了|后|不低于|不少于|不超过|不高于|不多于|超过|至少|至多|逾|(?:经营)?业绩(?:情况)?|元/股|万元|区间|范围|之间|左右|以上|以下|期|末|初|数|"
    r"上年(?:度)?(?:同期)?|去年(?:同期)?|上一年(?:度)?|同期|同向|幅度|金额|数据|法定披露(?:数据)?|追溯调整后|重述后|追溯重述后|调整后|减亏|大致|基本|持平|微|略|大幅|仍|续|有|由|从|"
    r"[:：,，、()/+\-~\[\]（）“”\"]|和|及|以及|与|其中|\s|盈利|亏损|港币|美元|\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:度|末)?|\|)*"
)


class Token(NamedTuple):
    """`kind` is name, money, percent, points, last, up, down, change, period, … ; `parted`: other words before."""

    kind: str
    start: int
    end: int
    name: str = ""
    number: Number | None = None
    period: Period | None = None
    parted: bool = False
    gap: str = ""


def words_of(filing: Filing, start: int, end: int, numbers: list[Number] | None = None) -> list[Token]:
    """`numbers` are the figures of the stretch, where all of the filing's are not asked for."""
    text = filing.text
    tokens = []
    for m in _WORD.finditer(text, start, end):
        kind = m.lastgroup or ""
        if kind in _NAME:
            tokens.append(Token("name" if _NAME[kind] else "other", *m.span(), name=_NAME[kind]))
        else:
            tokens.append(Token(kind, *m.span()))
    taken = sorted((t.start, t.end) for t in tokens)
    if numbers is None:
        numbers = filing.figures_in(start, end)
    for number in numbers:
        kind = _kind_of(number)
        if kind:
            tokens.append(Token(kind, number.start, number.end, number=_money(number)))
    for period in periods(text, start, end, filing.published):
        at = bisect_left(taken, (period.start, 0))
        inside = (at < len(taken) and taken[at][0] < period.end) or (at and taken[at - 1][1] > period.start)
        if not inside:
            tokens.append(Token("period", period.start, period.end, period=period))
    tokens.sort(key=_place)
    return _parted(text, tokens, start)


def _place(token: Token) -> tuple[int, int]:
    return token.start, -token.end


def _kind_of(number: Number) -> str:
    if number.unit in ("%",):
        return "percent"
    if number.base_unit == "个百分点":
        return "points"
    if number.base_unit in ("元", "港元", "美元", "日元", "欧元", "元/股", "港元/股", "美元/股"):
        return "money"
    if number.unit in ("万", "亿", "百万", "千万"):
        return "money"
    if number.base_unit == "倍":
        return "times"
    return "figure"


def _money(number: Number) -> Number:
    """`1500万` of an earnings text is 万元."""
    if number.unit in ("万", "亿", "百万", "千万"):
        base, name = base_of(number.value, number.unit + "元")
        return replace(number, base=base, base_unit=name)
    return number


def negated(number: Number) -> Number:
    return replace(number, value=-number.value, base=None if number.base is None else -number.base)


def sided(number: Number, negative: bool) -> Number:
    """The figure as a negative one, where a word says so and no sign does."""
    return negated(number) if negative and number.value > 0 else number


def without_dash(number: Number) -> Number:
    """The figure without the dash that stands before it."""
    return replace(negated(number), text=number.text[1:], start=number.start + 1)


def with_minus(number: Number) -> Number:
    """The figure with the minus sign that stands before it."""
    return replace(negated(number), text=f"-{number.text}", start=number.start - 1)


def _parted(text: str, tokens: list[Token], start: int) -> list[Token]:
    found: list[Token] = []
    at = start
    for token in tokens:
        if token.start < at:
            continue  # inside another
        gap = text[at : token.start]
        parted = bool(gap) and _FILLER.fullmatch(gap) is None
        found.append(Token(*token[:6], parted, gap))
        at = token.end
    return found
