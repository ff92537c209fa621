"""The listed company that a text is about: where the text announces it, prints it beside its code, or titles itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]

WORDS = ("公司", "本公司", "上市公司")  # what a text of its own calls it, the first that it defines
_HEAD, _TITLES = 600, 800  # characters in which it is announced, and in which a page prints the title
# A name before its code, before 公告, or at the head of a headline.
_CODE = re.compile(r"\((?:[\u4e00-\u9fff]{2,4}代码:)?(?:(?:SH|SZ|BJ|HK)[ .:]?)?\d{5,6}(?!\d)")
_CODED = re.compile(
    r"(?:(?=\*)|(?<![\u4e00-\u9fff*])|(?<=公司)|(?<=[讯日于称股东]))(?P<n>[*\u4e00-\u9fffA-Z]{2,8}|[\u4e00-\u9fff()]{4,30}公司)$"
)
_ANNOUNCES = re.compile(
    r"(?:^|[\n，。|!！)】讯]) ?(?:原标题:)?(?P<n>[*\u4e00-\u9fffA-Z]{2,8}?)"
    r"(?:\([^()]{0,16}\))? ?(?:[\d年月日晚间今早上午下]{0,12})?(?:最新)?(?:发布)?(?:公告|公布)"
)
_OWN_NOTICE = re.compile(
    r"(?:\([^()]{0,16}\))?(?:[\d年月日晚间今早上午下]{0,12})?(?:发布|披露)?公告(?:称|显示|[，,:])"
)
_TELLS = re.compile(r"公告|公布")
_REACH = 50  # characters of an announcement, from the mark before its name to its verb
# The title that a page prints without line ends: 示例股份有限公司关于…
_TITLED = re.compile(
    r"(?:^|\n|(?<=\d))\s*([\u4e00-\u9fff()A-Za-z]{4,30}?(?:股份有限公司|集团有限公司|有限公司))(?=关于|\n|重大|(?:控股)?股东(?:减|增|股份|部分))"
)
_TITLED_END = re.compile(r"有限公司(?=关于|\n|重大|(?:控股)?股东(?:减|增|股份|部分))")
_NOT_ANNOUNCER = re.compile(
    r"^(?:截[至止]|自本|自该|将|发布|披露|特此|核心|观点|点评|事件|事项|投资|项目|工程|建设地点|现予?|予以|原标题|摘要|导读|核心提示|记者|日期|注|备注|本?公司|[午晚早今昨][间日]|重要|最新|根据|据|按照|随着|由于)|^.{0,4}来源|没有|尚未|未|[将的已在]$|(?:单位|名称|地点|方式|编号|价格?|内容|期限?|日期|时间|金额|代码|(?:招标|中标|采购|投标|发包|承包|负责|联系)人|资金|规模)$|表示|(?:公告|消息|快讯|日报|报道)$"
)
_HEADED = re.compile(r"(?:^|[\n|!！])(?:原标题:)?(?P<n>[*\u4e00-\u9fffA-Z]{2,8})(?:\([^()]{0,16}\))?[:：]")
_REPRINTED = re.compile(r"原标题:")
_COLON = re.compile(r"(?:\([^()]{0,16}\))?:")
_CODES = re.compile(
    r"(?:证券|股票)简称[:：]?([*\u4e00-\u9fffA-Z]{2,8}?)(?=(?:证券|股票|公告|债券|转债)?(?:代码|编号|简称)|[^*\u4e00-\u9fffA-Z]|$)"
)
# A word of a title (重大项目, 资产) or the label of a row (合同类型及金额, 证券代码): what a filing is about, nobody.
LABEL = re.compile(
    r"(?:(?:重大|日常|经营|生产|相关|有关|部分|多个|本|新|拟|签订|关于)*(?:项目|工程|标段|合同|订单|协议|采购|招标|中标|资产|股权|股份|业务|人民币|美元|现金|资金|通知书?|公告|发行)+"
    r"|(?:合同|项目|工程|中标|招标|投标|采购|发包|承包|证券|股票|公告|标的|交易|协议|服务|建设|债券|转债)[\u4e00-\u9fff]{0,4}(?:金额|类型|期限|工期|代码|简称|编号|名称|内容|方式|价格?|总价|日期|时间|地点|规模|范围|概况|情况|标的|对方|单位|[人方])"
    r"|工期|业主|甲方|乙方|[买卖]方|发出|收到|发来)"
)


def announced(text: str, organisations: list[Span]) -> list[Span]:
    """Where the head names who announces, the surest first; the `organisations` among them last."""
    notices = [place for place in organisations if place[1] < _HEAD and _OWN_NOTICE.match(text, place[1])]
    return [*_announcing(text), *notices]


def headed(text: str) -> Iterator[Span]:
    """The short names in the line of codes, and the name in the title."""
    yield from (m.span(1) for m in _CODES.finditer(text, 0, _HEAD))
    for end in _TITLED_END.finditer(text, 0, _TITLES):
        if title := _TITLED.search(text, max(0, end.start() - _REACH), _TITLES):
            yield title.span(1)
            return


def of_item(text: str, at: int) -> Span | None:
    """In a digest of items under 【headlines】, who announces in the one that `at` stands in."""
    if text.count("【") > 2 and (item := text.rfind("【", 0, at)) > 0:
        for m in _ANNOUNCES.finditer(text, item, min(at + 120, len(text))):
            if not _NOT_ANNOUNCER.search(m["n"]):
                return m.span("n")
    return None


def _announcing(text: str) -> Iterator[Span]:
    """Names before a code, before 公告, at the head of a headline that the text repeats: the surest first."""
    limit = min(_HEAD, len(text))
    for code in _CODE.finditer(text, 0, limit):
        if m := _CODED.search(text, max(0, code.start() - 36), code.start()):
            start, end = m.span("n")
            kind = re.match(r".{1,6}公司(?=.{3})", m["n"])  # A股公司远山通讯(…)
            yield start + (kind.end() if kind and not m["n"].endswith("公司") else 0), end
    last = 0
    for verb in _TELLS.finditer(text, 0, limit):  # a name is looked for where one is announced alone
        m = _ANNOUNCES.search(text, max(last, verb.start() - _REACH), verb.end())
        if m is None:
            continue
        last = m.end()
        if not (_NOT_ANNOUNCER.search(m["n"]) or LABEL.fullmatch(m["n"])):
            yield m.span("n")
    heads = [0, *(m.end() for m in _REPRINTED.finditer(text, 0, limit))]
    for m in _HEADED.finditer(text, 0, limit):
        headlines = sum(
            text.startswith(m["n"], at) and _COLON.match(text, at + len(m["n"])) is not None for at in heads
        )
        label = _NOT_ANNOUNCER.search(m["n"]) or LABEL.fullmatch(m["n"])
        if text.count(m["n"]) > headlines and not label:
            yield m.span("n")
