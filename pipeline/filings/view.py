"""A filing's text with its accidents taken out, and the way back to the printed words.

Full-width letters, digits and brackets become half-width, traditional characters simplified (one for
one), and what a PDF or a news wire put in the middle of things is left out: blanks inside numbers and
dates, wrapped lines, page numbers, quotes injected after names. `View.span` returns where any stretch of
the clean text stands in the title or the body as printed, so evidence is always verbatim.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from pipeline.model import TextField

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Marks that end or part sentences keep their Chinese form: `,` is left to thousands alone.
_KEEP = frozenset("，；！？")
_SAME = {
    ord(char): form
    for chars, form in (
        ("—–－―‐−", "-"),
        ("〜∼～", "~"),
        ("\u3000\xa0\u2002\u2003", " "),
        ("．", "."),
        ("•", "·"),
        ("丨︱", "|"),
        ("﹪", "%"),
    )
    for char in chars
}
_SIMPLE = str.maketrans(
    "購資迴質証證爲為於東業計會關總萬發髮國價實標權佔時減稱對糰團過數間內製經產産務閤規劃億簡議將況報動項勵後體註來個箇記網額華電開銷並併幷進號據現變營約長佈導員銀續財辦結準責監與虧確損傢達錶場機審陳纍題際"
    "廣轉備應聯曏條編係繫職見設眞債擔預訊創凈淨幣獲穫決載潤無書級擬環葯競誤碼虛風別區彆遺該屬戶險囌蘇統學匯彙滙還請麵費構師調響屆託則連臨給點較協覈認評領專車運顯帶龍濟處漲買査諾埰採績詳噹當複這沒讓闆檯臺颱"
    "雲義術氣興寶補單範選問說説類強鎖爾寧獨亞盤張簽籤頭週門馬凍積傳賽從侷卽細綫線維慶繼紅訂組賬兩歸終執鋼償畢療眾衆貝參絡讀負園驗輪裝陽冊榮黃蓆詢談順敎夥擊倉曆歷違戰衛離態視鐵滿貴雙極裏裡勝狀優勢吳樂漢許倫"
    "穩農劉圍節峯測豐貸種麼麽遠鵬誠偉換貨廈恆們餘遊嚴軟紀歐鏈禮異礦辭藍儘熱盡錦襲護嵗歲綜脩試趙騰剛啓筆奧愛檢聞舉凱賣陸彔濱爭錄録層稅儀聲軍隻飛奬樣獎祕擴誌輝廠斷隊隨譽塊羅輸籌纔庫蟻鋁鳥僅夢螞掛纜觀紙論唄曉"
    "腳噸圖踰階壓韆魯糧綠緑羣賃釦鎭鎮誰擁擇攜礎謝適齊訴貿顧樹溫濛攤贖",
    "购资回质证证为为于东业计会关总万发发国价实标权占时减称对团团过数间内制经产产务合规划亿简议将况报动项励后体注来个个记网额华电开销并并并进号据现变营约长布导员银续财办结准责监与亏确损家达表场机审陈累题际"
    "广转备应联向条编系系职见设真债担预讯创净净币获获决载润无书级拟环药竞误码虚风别区别遗该属户险苏苏统学汇汇汇还请面费构师调响届托则连临给点较协核认评领专车运显带龙济处涨买查诺采采绩详当当复这没让板台台台"
    "云义术气兴宝补单范选问说说类强锁尔宁独亚盘张签签头周门马冻积传赛从局即细线线维庆继红订组账两归终执钢偿毕疗众众贝参络读负园验轮装阳册荣黄席询谈顺教伙击仓历历违战卫离态视铁满贵双极里里胜状优势吴乐汉许伦"
    "稳农刘围节峰测丰贷种么么远鹏诚伟换货厦恒们余游严软纪欧链礼异矿辞蓝尽热尽锦袭护岁岁综修试赵腾刚启笔奥爱检闻举凯卖陆录滨争录录层税仪声军只飞奖样奖秘扩志辉厂断队随誉块罗输筹才库蚁铝鸟仅梦蚂挂缆观纸论呗晓"
    "脚吨图逾阶压千鲁粮绿绿群赁扣镇镇谁拥择携础谢适齐诉贸顾树温蒙摊赎",
)
_FORMS = {
    chr(code): form if isinstance(form, str) else chr(form)
    for code, form in (_WIDE | _SAME | _SIMPLE).items()
    if chr(code) not in _KEEP
}
_OTHER_FORM = re.compile("[" + "".join(map(re.escape, _FORMS)) + "]")

# What is left out. Order matters: the longest accident first.
_DROP = re.compile(
    r"(?=[(，,\n \u200b\ufeff\\])(?:"  # what an accident begins with
    r"\((?:SZ|SH|HK)?\d+\.\d+,[-+]?\d+\.\d+,[-+]?\d+\.\d+%\)"  # a quote after a name: (16.450,-0.13,-0.78%)
    r"|(?<=\d)[，,](?:最新|收盘)价:[-\d.]+(?:港?元|美元)?(?=\))"  # a quote beside a code: (SH 600000，收盘价：6.87元)
    r"|(?<=[\d,]),?[ ]*\n[ ]*(?=\d{1,2}(?:\.\d+)?)(?<=,\d)(?=\d{2}(?!\d))"  # 1,193,226,0 / 62.36
    r"|(?<=,\d\d)[ ]*\n[ ]*(?=\d(?!\d))"
    r"|\n\s*(?:-?\s*\d{1,3}\s*-?|\d{1,3}\s*/\s*\d{1,3}|第\s*\d+\s*页(?:\s*共\s*\d+\s*页)?)[ ]*(?=\n(?!\s*\|))"  # page number, not a cell
    r"|[ ]*\n(?=(?!\d{4}年|(?<![\d年]\n)\d{1,2}月\d|\d{1,2}日(?:[早午晚盘]|[上下]午|讯|消息|，))\d*(?:[年月日元%万亿]|股(?![东本份权票])))"  # a unit that begins a line belongs to the line before
    r"|(?<=[\d%元万亿股)])[ ]+(?=[-~][ ]+\d)"  # 10 - 20: a dash, not a sign
    r"|(?<=[为约币计])\n(?=\d)|(?<=每股)\n(?=\d)"  # an amount that the line's end parts from its verb …
    r"|(?<=:)\n(?=(?:人民币|每股)?[ ]?\d[\d,.]*[ ]?(?:[万亿]元|元|股|%))"  # … or from its label
    r"|(?<=\d)\n(?=,\d{3}(?!\d))|(?<=\d,)\n(?=\d{3}(?!\d))"  # 67,168 / ,722
    r"|[ ]+(?![ 0-9A-Za-z+-])|(?<![ 0-9A-Za-z%)])[ ]+|(?<=[0-9A-Za-z%)][ ])[ ]+"  # blanks that part nothing; one parts cells
    r"|\([a-z]*[\u00e0-\u01dc][a-zü]*\)"  # pinyin that a converter put after a word
    r"|[\u200b\ufeff\\])"
)
_BREAK = re.compile(
    r"\n(?!原标题|(?:证券|股票)(?:代码|简称)|20\d\d-\d\d-\d\d|[一二三四五六七八九十]+、|\(|\d+(?:、|\.(?!\d))|[●◆])"
)
FULL = 25  # characters of a line that a page has wrapped; a shorter one ends by itself
_ENDS = frozenset("。；;！!？?：:")
_WIDE_COMMA = re.compile(
    r"，(?:(?:(?<=\d，)|(?<=\d\n，))(?=\d{3}(?:\D|$))|(?:(?<=\D\d，)|(?<=\D\d\d，)|(?<=\D\d\d\d，))(?=\n\d{3}(?:\D|$)))"
)
# A comma beside Chinese words is theirs in either width: pages set whole filings with half-width marks.
_NARROW_COMMA = re.compile(
    r",(?:(?<=[\u4e00-\u9fff”》],)|(?<=[\d)%],)(?=[\u4e00-\u9fff“《])|(?<=[)%],)(?=\d))"
)


def flat(text: str) -> str:
    """The same characters in one form each (half-width, simplified); no offset moves."""
    return _OTHER_FORM.sub(_form, text)


def _form(m: re.Match[str]) -> str:
    return _FORMS[m[0]]


def _wrapped(flat: str, at: int) -> bool:
    """Whether the line that ends at `at` was broken by the page. A reprinted headline ends with
    its source, the line of codes above a title with a number."""
    line = flat[max(0, at - FULL) : at]
    if len(line) < FULL or any(c in line for c in "\n\t|"):
        return False
    if line[-1] in _ENDS or flat.startswith("原标题", flat.rfind("\n", 0, at) + 1):
        return False
    if (
        line.endswith("公告")
        and "《" not in line
        and "关于" in line
        and flat[at + 1 : at + 2] not in "》，。；、"
    ):
        return False  # a filing's own title
    return "来源:" not in line[-16:] and "编号:" not in line


class Place(NamedTuple):
    """Where words stand: `title[start:end]` or `body[start:end]` is `text`."""

    field: TextField
    start: int
    end: int
    text: str


class View:
    """The clean text of a title and a body; the title is its first line."""

    __slots__ = ("_back", "_from", "_raw", "_split", "text", "title_end")

    def __init__(self, title: str, body: str) -> None:
        raw = f"{title}\n{body}"
        self._raw = raw
        self._split = len(title) + 1
        plain = flat(raw)
        if "，" in plain:
            plain = _WIDE_COMMA.sub(",", plain)
        if "," in plain:
            plain = _NARROW_COMMA.sub("，", plain)
        cuts = [m.span() for m in _DROP.finditer(plain) if not m.start() < self._split <= m.end()]
        cuts += [m.span() for m in _BREAK.finditer(plain, self._split + 1) if _wrapped(plain, m.start())]
        cuts.sort()
        parts: list[str] = []
        self._from = [0]  # where a kept stretch begins in the clean text …
        self._back = [0]  # … and in the raw text
        at = size = 0
        for start, end in cuts:
            start = max(start, at)
            if end <= start:
                continue
            parts.append(plain[at:start])
            size += start - at
            at = end
            self._from.append(size)
            self._back.append(end)
        parts.append(plain[at:])
        self.text = "".join(parts)
        self.title_end = self.clean_at(self._split)

    def raw_at(self, at: int) -> int:
        """The raw offset of a clean one (of the character that stands there)."""
        i = bisect_right(self._from, at) - 1
        return self._back[i] + at - self._from[i]

    def clean_at(self, raw: int) -> int:
        """The clean offset of a raw one; of the next kept character where it was left out."""
        i = bisect_right(self._back, raw) - 1
        limit = self._from[i + 1] if i + 1 < len(self._from) else len(self.text)
        return min(self._from[i] + raw - self._back[i], limit)

    def span(self, start: int, end: int) -> Place:
        """The printed words of `text[start:end]`. A stretch across the title's end is the body's part."""
        first, last = self.raw_at(start), (self.raw_at(end - 1) + 1 if end > start else self.raw_at(start))
        if first < self._split - 1:
            last = min(last, self._split - 1)
            return Place("title", first, last, self._raw[first:last])
        first = max(first, self._split)
        last = max(first, last)
        return Place("body", first - self._split, last - self._split, self._raw[first:last])
