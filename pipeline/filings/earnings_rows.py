"""The words of earnings tables: rows, column heads, units. All patterns run on text without blanks.

The rows are those of 业绩快报 (exchange form 编制临时报告 in all its versions since 2007), of 主要会计数据 in
periodic reports, and the rows that stand between them, so that a row of ours never takes their figures.
"""

from __future__ import annotations

import re

# 归属于上市公司股东的, 归属于母公司所有者的, 归属上市公司股东, 归母 …
_OWNER = (
    r"(?:归属于?(?:于)?(?:上市公司|挂牌公司|母公司|本公司|本行|本集团|集团|公司|银行|发行人)?(?:的)?(?:普通股)?"
    r"(?:股东|所有者|股权持有人|权益持有人)?(?:所有)?(?:的)?|归母)"
)
_EX = r"(?:扣除(?:了)?(?:非经常性?(?:损益|性损益)|非经营性损益|非常性损益)(?:项目)?(?:的影响)?(?:前)?(?:后)?(?:的)?|扣非(?:后)?(?:的)?)"
# PDFs lose the last letter of a label that stands alone on its line: 率, 润, 益 may be missing.
_ROE = r"净资产收益率?"
_SHARE = r"每股(?:收益|盈利)"
_CURRENCY = "人民币|港币|港元|美元|美金|欧元|日元|英镑|澳元|新元"
_MONEY = "(?:元|港元|美元|欧元|日元|英镑|澳元|新元)"
_SCALE = "(?:百万|千万|亿|万|千)"
_UNIT = rf"(?:{_CURRENCY})?{_SCALE}?{_MONEY}(?:人民币|港币)?(?:/股|每股)?|%|股|万股|倍"

# name → pattern. The first alternative that matches at a place wins, so longer rows stand first.
# Names that start with "_" are rows that are known and not facts.
ROWS: dict[str, str] = {
    "_share_capital": r"(?:期末)?(?:总)?股本(?:总数|总额)?",
    "_revenue_adjusted": r"扣除与主营业务无关的业务收入和不具备商业实质的收入后的营业收入|营业收入扣除金额|扣除[^扣]{0,24}后的营业收入",
    "_margin": r"主营业务利润(?:率)?|其[他它]业务利润|营业利润率|净利润率|(?:信用|资产)(?:及其他资产)?减值损失前(?:的)?营业利润|拨备前(?:营业)?利润",
    "_per_share_assets": rf"(?:调整后的?)?(?:{_OWNER})?每股净资产",
    "_per_share_cash": r"每股经营(?:活动|性)(?:产生的)?现金(?:流量|净流量)(?:净额)?",
    "roe_ex_nonrecurring": (
        rf"(?:加权平均|加权)?{_ROE}%?\\((?:依据)?归属于[^()]{{0,16}}扣除[^()]{{0,16}}净利润计算\\)|"
        rf"{_EX}(?:基础)?(?:的)?(?:加权平均|加权)?(?:的)?{_ROE}%?"
        rf"|(?:按月平均)?(?:加权平均|加权法计算的)?{_ROE}(?:\(%\)|%)?\((?:以)?(?:扣除非经常性损益(?:的净利润为基础|后)?|扣非后)\)?"
    ),
    "_roe_diluted": rf"(?:{_EX})?全面摊薄(?:的)?{_ROE}|{_ROE}\(全面摊薄\)|(?:{_EX})全面摊薄{_ROE}",
    "_roe_monthly": rf"按月平均加权法计算的{_ROE}",
    "roe": rf"(?:加权平均|加权)?{_ROE}%?\\((?:依据)?归属于[^()扣]{{0,16}}净利润计算\\)|(?:加权平均|加权)?{_ROE}(?:\((?:加权平均|加权|扣非前|扣除非经常性损益前)\))?(?:%)?(?:\((?:加权平均|加权|扣非前|扣除非经常性损益前)\))?",
    "_asset_return": r"(?:平均)?(?:总)?资产(?:收益率|回报率|利润率)",
    "_eps_monthly": rf"按月平均加权法计算的{_SHARE}",
    "eps_ex_nonrecurring": rf"{_EX}(?:基本)?(?:/|和|及)?(?:稀释)?{_SHARE}(?:\((?:摊薄|基本|全面摊薄)\))?",
    "_eps_ex_weighted": rf"{_EX}{_SHARE}\(加权\)",
    "_eps_latest": rf"(?:用最新股本计算的)?全面摊薄{_SHARE}|{_SHARE}\((?:加权|稀释)\)",
    "eps_diluted": rf"稀释(?:后)?的?{_SHARE}",
    "eps": rf"基本(?:和|/|及|与)?(?:稀释)?{_SHARE}|{_SHARE}(?:\((?:摊薄|基本|全面摊薄)\))?",
    "net_profit_parent_ex_nonrecurring": (
        rf"(?:{_OWNER})?(?:的)?{_EX}(?:{_OWNER})?(?:的)?净利润?(?!率)|{_OWNER}净利润\((?:扣除非经常性损益(?:后)?|扣非后?)\)"
    ),
    "net_profit_parent": rf"(?:{_OWNER})净利润?(?!率)|净利润\(归(?:属|母)[^()]{{0,16}}\)",
    "_net_profit_minority": r"少数股东(?:损益|权益)",
    "equity_parent": (
        rf"{_OWNER}(?:所有者权益?|股东权益|净资产|权益|所有者的权益|股东的权益)(?:合计)?"
        r"|(?:所有者权益|股东权益|净资产)(?:\((?:元|万元)?\))?\((?:不含少数股东权益|归(?:属|母)[^()]{0,16})\)"
    ),
    "equity": r"(?:所有者权益|股东权益|净资产)(?:\(或(?:股东权益|所有者权益)\))?(?:合计|总额)?",
    "operating_cash_flow": r"经营活动(?:产生|所得)?的?现金流量净额|经营(?:活动)?现金流(?:量)?净额",
    "revenue": r"营业总收入|营业收入|主营业务收入",
    "operating_profit": r"营业利润",
    "total_profit": r"利润总额|(?:除)?税前利润",
    "net_profit": r"净利润(?!率)",
    "total_assets": r"总资产|资产总(?:额|计)",
}
_SUFFIX = rf"(?:\((?:单位:|以)?(?:{_UNIT})?\)|\((?:注\d*|或净亏损)\)?|%|/(?:元|股))*"

# The lookahead names every letter with which a row begins: it makes the search three times as fast.
ROW = re.compile(
    "(?=[的期总股扣营主其信资拨归调每按加净全平用稀基少所经利除税])(?:"
    + "|".join(f"(?P<{name}>{pattern}){_SUFFIX}" for name, pattern in ROWS.items())
    + ")"
)
ROW_UNIT = re.compile(rf"\((?:单位:|以)?(?P<u>{_UNIT})\)|%")
MONEY_ROWS = frozenset(name for name in ROWS if name[0] != "_" and not name.startswith(("roe", "eps")))

# 单位：元, （货币单位：人民币百万元）, (金额单位:人民币元), 单位:人民币(元), 单位:元 币种:港币, 单位：港币千元
UNIT_LINE = re.compile(
    rf"(?=[单(])(?:单\s*位\s*[:：]?\s*(?:为)?\s*\(?(?P<c>{_CURRENCY})?\)?\s*\(?\s*(?P<u>{_SCALE}?{_MONEY})(?!/)"
    rf"(?:\)?[\s，,;；]*币\s*种\s*[:：]\s*(?P<kind>{_CURRENCY}))?"
    rf"|\(\s*(?P<d>{_CURRENCY})?\s*(?P<v>{_SCALE}{_MONEY})\s*\)\s*$)",
    re.M,
)
_PARTS = re.compile(
    rf"(?P<before>{_CURRENCY})?(?P<scale>{_SCALE}?)(?P<name>{_MONEY})(?P<after>人民币|港币)?(?P<per>/股|每股)?"
)
_NAMES = {"人民币": "元", "港币": "港元", "美金": "美元"}


def table_unit(printed: str, *currencies: str | None) -> str:
    """The unit of a table or a label as `numbers.base_of` knows it: 港币千元 → 千港元. `currencies` stand beside it."""
    m = _PARTS.fullmatch(printed)
    if m is None:
        return printed  # %, 股
    told = [_NAMES.get(word, word) for word in (m["before"], m["name"], m["after"], *currencies) if word]
    name = next((word for word in told if word != "元"), "元")
    return f"{m['scale']}{name}{'/股' if m['per'] else ''}"


# Words that only column heads have. A correction's whole table stands under 更正前：, one with both columns under words
# without a colon.
_CORRECTED = r"(?:修正|更正|修订)"
_MOVED = r"(?:增减|变动|增长)"
_AGAINST_LAST = r"(?:上年|上期|年初|期初|去年)(?:同期|期末|年末|度末|末|度)?(?:相比)?"
_OF_PERIOD = rf"(?:本(?:报告)?(?:期|年|年末|期末)(?:末)?(?:比|较){_AGAINST_LAST})?(?:同比)?(?:的)?"
HEAD = re.compile(
    r"(?=[§单¶报修更调重追法原披\(经本同增变差期年当上去初第12])(?:(?P<section>§|单位:)|(?P<sentence>¶)|(?P<ratios>报告期利润)"
    rf"|(?P<before>{_CORRECTED}前:)|(?P<after>{_CORRECTED}后:)"
    rf"|(?P<difference>{_CORRECTED}[前后](?:数据?)?(?:与|和|及|较|比){_CORRECTED}[前后](?:数据?)?(?:相比)?(?:的)?(?:差异|差额|{_MOVED})(?:变动)?(?:额|金额|数|率|幅度|比例)?"
    rf"|{_CORRECTED}前后(?:的)?(?:差异|差额|{_MOVED})(?:变动)?(?:额|金额|数|率|幅度|比例)?"
    rf"|{_OF_PERIOD}(?:差异|{_MOVED}{{1,2}})(?:额|金额|数额|数(?!据))|差异(?:率|幅度|比例)?|差额)"
    rf"|(?P<old_change>{_CORRECTED}前(?:(?:与|较|比){_AGAINST_LAST})?(?:的)?(?:同比)?{_MOVED})"
    rf"|(?P<new_change>{_CORRECTED}后(?:(?:与|较|比){_AGAINST_LAST})?(?:的)?(?:同比)?{_MOVED}{{1,2}}(?:幅度|比例|比率|率)?)"
    rf"|(?P<corr_old>{_CORRECTED}前(?!后))|(?P<corr_new>{_CORRECTED}后(?!的?增减|与|的变动))"
    r"|(?P<old>调整前|重述前|追溯前|法定披露(?:数据|数)?|(?:原)?披露数)|(?P<new>调整后(?!的?每股|的?增减)|重述后|追溯(?:调整)?后|重述(?:调整)?数据|\\(重述\\)|经重述)"
    rf"|(?P<change>{_OF_PERIOD}{_MOVED}(?:变动)?(?:幅度|比例|比率|率)?|同比(?:\(%\))?)"
    r"|(?P<this>(?:本报告期(?:末|数)?|本期(?:末|数|金额)?|本年(?:度|末|数)?)(?!初)|报告期末|期末数?|年末数?|当期)"
    r"|(?P<last>上年(?:度)?同期数?|上年度?(?:末|数)?|去年同期|上期(?:末|数|金额)?|本?(?:报告)?期初数?|年初数?|上年度期末)"
    r"|(?P<quarter>第[一二三四1-4]季度)|(?P<cumulative>年初至(?:本)?报告期(?:期)?末)"
    r"|(?P<year>(?:19|20)\d\d)(?:年(?:度|末|期末|\d{1,2}月\d{1,2}日|\d{1,2}(?:-\d{1,2})?月|上半年|半年度|第?[一二三四]季度|前三季度)?|[-/.]\d{1,2}[-/.]\d{1,2})?(?!年?(?:年度)?(?:报告|业绩|半年度报告)))"
)
