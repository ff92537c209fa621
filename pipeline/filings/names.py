"""Names of holders, companies and authorities in a filing's clean text.

A name has no dictionary: it is what stands between the words that lead up to it (控股股东, 收到, 质押给 …) and the
ending of organisations (有限公司, 合伙企业(有限合伙), 银行…支行), or a title of politeness (先生, 女士). A short name
that the text defines (以下简称“…”) stands for the name it was defined for.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

from pipeline.filings import issuer

_CJK = r"\u4e00-\u9fff\u3007"
_END = re.compile(
    r"(?:有限责任公司|股份有限公司|有限公司|集团公司|公司(?:(?<=集团公司)|(?=\(|集团))|合伙企业|资产管理计划|"
    r"(?:管理|投资|咨询|创业投资|服务|合伙|发展)中心(?=\(有限)|基金(?=\()|银行(?!间|理财|业|卡|贷|监|转|板|系统|存款|账户|借款|融资|股份|有限))"
    r"(?:\((?:有限|普通)合伙\))?"
    rf"(?:(?:(?![和与及、])(?:(?!公司)[{_CJK}]){{1,16}}?|\([{_CJK}]{{2,6}}\))?(?:分行|支行|分公司|营业部|办事处|分中心))*"
)
_IN_NAME = re.compile(
    rf"(?:[{_CJK}A-Za-z0-9&·.]|(?<=[A-Za-z,.]) (?=[A-Za-z&])|\((?!以下|下称|简称|占|持有|即|原|含|包括|持股|系|证券|股票)[{_CJK}A-Za-z]{{1,8}}\))"
)
# Words after which a name begins. The last one inside a run decides.
_LEAD = re.compile(
    r"控股股东之?|第[一二三四]大股东|大股东|全体股东|法人股东|股东(?!大会|会)|实际控制人|控制人|一致行动人|关联方|董事长|总经理|董事会秘书|董事|监事|高管|管理人员"
    r"|财务总监|总裁|主席|出资人|权人|资金融出方|联合体|交易对方|合作方|采购人|招标人|业主方?|发包人|建设单位|客户|买方|卖方|甲方|乙方|受让方|转让方"
    r"|(?:全资|控股|参股|下属|所属|子|孙|本|上市|分|母|该|其|原|对|我|各)(?:级)?(?:全资|控股)?子?公司(?=[^(集]{3})|接到?|收到|获悉|获知|知悉|关于|根据|按照|通过|与(?=[^会])|以及|及其?|质押[给予]了?|抵押给|给(?=[^排])|质押于|现就"
    r"|转让给|融资给|将|由(?=[^中])|向(?=[^日阳荣])|委托|授权|名称[:为]?|情况|[:：]|(?<=\d)日|(?<=\d)年|经(?=[^纬济营贸])|(?<!美)的(?=[^士])|了|为(?=[^民])|系(?=[^统])|(?<=[司人东士生团股行部疗技药])和(?=[^谐])|在(?=[^线])|对(?=[^外])|至(?=[^尊诚])|是(?=[^蓉])|把|被|从|自(?=[^动然来])"
    r"|收购|购买|受让|出售|转让|持有|所持|其中|包括|同意|拟|向|(?<![\u4e00-\u9fff])因|称|公告|公布|披露(?:义务人)?|发布|获(?=[^嘉])|证券简称|原标题|以(?=[^太岭])|代表|确认|确定|(?:继续|拟|累计)[增减]持(?=[^计股方])"
    r"|\d+(?:\.\d+)?[万亿]?(?:%|股|元)|于(?=[^洪])|名下|设立|(?<=[^()])公司(?=[^(集]{3})|下属|(?<!中小)(?<!小微)(?<!国有)企业(?=[^(]{4})|标的|(?<=[司人东团局院)])联合(?=[^体国会])|(?<=[近今昨])日|(?<=[人东等])之|参加|当事人|入股|中标(?=.{3})|成为|签署|签订|导致|致使"
)
_SHORT = re.compile(
    r"\((?:证券代码[:：]?\d{6}[,，;；])?\(?(?:以下|下|股票|证券)?(?:统|合|并)?(?:简)?称(?:之)?为?[:：]?"
    r"[\"“「『'‘〝”]?(?P<a>[^\"”」』'’〞()、，,；;:：“]{1,20})[\"”」』'’〞“]?(?:\(\d{6}\))?"
    r"(?:(?:、|或者?|及|，|,|/)[\"“「『'‘](?P<c>[^()\"”」』'’]{0,20})[^()]{0,30}|[，,；;][^()]{2,70}|,? ?(?:股票|证券)代码[:：]?\d{6})?\)|\([\"“'‘](?P<b>[^\"”'’()“]{1,20})[\"”'’]\)"
)
# Who does what a clause tells: its first words, up to what qualifies the act.
_SUBJECT = re.compile(
    r"(?:(?:而|其中|同时|此外|其后|随后|近日|日前|目前|公告(?:称|显示)|据悉|获悉)[,，:]?)?"
    r"(?P<n>(?:[*\u4e00-\u9fff·]|[A-Z][A-Za-z.&]+ ?)+?)(?:\([^()]*\))?(?:先生|女士)?(?:及其一致行动人)?"
    r"(?=于[\d近本当]|自\d|从\d|在\d|通过|经由|拟|计划|决定|宣布|表示|宣告|已|累计|合计|共[计减增]|尚|[未没]|将|[以用](?:自有|集中|每股|约?\d|现金|其)"
    r"|因|提前|完成|分别|近日|日前|举牌|先后|成功|正式|顺利|此次|本次|再[次度]?|又|首次|预|联合|被动|签署|当[天日]|等(?:高管|股东|人|\d|[两三四五多])|减持|增持|中标|中选|收购|并购|受让|购买|竞得|斩获|:拟|[，,](?:通过|于|拟|以|自|在|已)|还|正在|同意|耗资|斥资|公告|公布|为|的减|的增|股份有限|集团股份|\d)"
)
_NOT_SUBJECT = re.compile(
    r"^[午晚早今昨][间日盘]|^(?:针对|去年|今年|发布|通过|公开|挂牌|摘牌|又|先后|[买卖]方)|(?:的|选择|没有|可能|进行|表示|预期|业绩|近)$|^(?:前次|预计|涉及|择机|继续|关于|根据|此前|此外|且|即|并|如|若|或|不|占|总|任意|由于|因|为|还|再|再次|全部|部分|已|未|原|单个|净买|净卖|涉资|耗资|斥资|拟|据|该等|股票|累计|股份$|资金|主动|陆续|证券|账户|上述|这|那|另|与|对|经|据|按|根据|至|自)"
    r"|股本|股份数|股东大会|比例|数量|任意|连续|超过|以上|以下|合计|金额|价格|市值|期间|时间|现金|资金|方式|协议"
    r"|^(?:本?公司|上市公司|其|该|上述|相关|部分|控股股东|股东|大股东|实际控制人|董事会|监事会|本次|此次|截[至止].*|计划|期间|方式|价格|预计|一致行动人|双方|各方|.*(?:证监|交易所|法院|讯|记者|网|财经|公告|快讯|消息|收到|接到|显示|减持|增持|中标|收购|报告|计划))$"
)
_POLITE = re.compile(r"(?:先生|女士|小姐)")
# The lookahead names what a role begins with: it makes the search three times as fast.
_ROLE = re.compile(
    r"(?=[控实第大股一副董总监高财主C核行首])(?:控股股东|实际控制人|实控人|第[一二三四五六七八九]大股东|大股东|股东(?!大会|会|权益|名称|性质|的|所|身份|股份|及|减|增|拟|质|单位)|一致行动(?:协议)?人|副董事长|董事长|副总经理|总经理|董事(?<!独立董事)(?!会|长|局)|监事(?!会)|"
    r"高级管理人员|高管|财务总监|董事会秘书|副总裁|总裁|主席|CEO|核心技术人员|(?<=银行)副?行长|总会计师|总工程师|总法律顾问|首席(?:风险|财务|运营|执行|技术|信息)官)"
    r"(?:[、，]?(?:实际控制人|控股股东|一致行动人|副?董事长|副?总经理|董事(?!会)|监事(?!会)|总裁|财务总监|董事会秘书|之一(?!致)|之(?!一)|兼|暨|及|即|为))*[:：]?[\"“]?"
)
# Another person beside one: 、李某、王某自…
_FURTHER = re.compile(
    r"(?:先生|女士)?[、和及](?P<n>[\u4e00-\u9fff]{2,3}(?:(?=[、和及])|(?=等|其|拟|自(?=\d)|于|计划|通过|合计|均|未|尚|已|先生|女士|的|持|分别|减持|增持|[，。；]))|[\u4e00-\u9fff]{4}(?=、))"
)
_PLAIN = re.compile(rf"(?:[{_CJK}·]|[A-Za-z&*.]+ ?|\((?!现任|时任|原|持股|以下|公司|系)[{_CJK}]{{2,6}}\))+")
_ROLE_END = re.compile(r"(?:股东|董事|监事|经理|总裁|控制人|行动人|人员|主席|秘书|总监|董事长)$")
_STOP = re.compile(
    r"先生|女士|小姐|计划|基于|关于|当[天日]|也|等|提出|陆续|主动|宣布|(?:集中|大宗|协议)|(?<=[^先])拟|于|将|共|持有|持股|减持|增持|通过|累计|质押|所持|办理|自(?=\d|[己身有筹愿])|以(?=\d|自|其|集|大|每|均|上)|因|的|在|与|及|和(?=[^{邦])(?!于(?:[\d近本]|$)|及其|拟|计划|通过|持有|[增减]持|累计|合计|质押|所持|[以自][\d自]|已|尚|未|将|[，。；])|、|出具|提交|发来|函告|告知|通知|"
    r"合计|本次|近日|解除|解押|解质|被|已|完成|向|近期|预计|提前|终止|未|宣布|\d|再|为|等|之|一致|股份|股票|此次|披露|倒计时|就|即|尚(?=未|有)|趁|部分|对|发布|持|最近|经|所|分别|期限|时间|承诺|买入|卖出|公告|今|昨|日前|从|到|按|"
    r"退出|套现|再度|又|连续|首次|完毕|约|斥|不|系|是|有|根据|控制|担任|还|均|实施|继续|先后|期间|届满|清仓|追加|继|购回|成功|耗资|合共|场内|所属|间接|直接|包括|曾(?=[于在经任将因通以被先为向减增买卖质])|此|称|表示|遭"
)
_NOT_NAME = re.compile(
    r"^(?:目前|截至|近期|公司|本公司|上市公司|其|该|股东|董事|监事|先生|女士|高级|管理|人员|控股|实际|一致|行动|之一|部分|持股|股份|权益|减持|增持|及|和|的|变更|身份|大会|会议|所|本|子公司|代表|公告|单位|主体|名称|计划|或|也|性质|资金|高管|直接|间接|上述|情况|个人|保证|自身|发生|严格|每日|集中|股权|解除|全资|有限公司$|重要|相关|无|任何|全体|应|需|可|未|锁定|限售|流通|先前|合计|承诺|协议|大宗|进行|办理|A股|集团有限|资信|信用|财务状况|经营状况|违规|超比例|汇总)"
    r"|^[\d.\s]+$|公告|减持|增持|质押|股东|证券交易|证券登记|登记结算|董事会|减$|增$|拟$"
)
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍桑桂濮牛寿通边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧沃利蔚越隆师巩聂晁勾敖融冷辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权盖益桓公岳肖付代覃佟库仝涂揭冼仉初占帅苑闫兰车岩展牟逯楼冒来但训佘哈原由俸修植门鹿麦丘区练斯商苟郗敬母呙亓况亢栗冶英邝郇靖隋粟阳言青辜智战宾眭仓南矫汝区候銮檀税续楚祁尉"
)


_CLAUSE = re.compile(
    r"[，。；:：|、\n!！?？】]|(?<=[\u4e00-\u9fff])讯|%(?:以上)?(?:股[份权])?的(?:(?:特定|控股|第[一二三四]大)?股东)?"
)


class Name(NamedTuple):
    """A mention `text[start:end]`; `full` is where the name that it stands for is printed in full."""

    start: int
    end: int
    full: tuple[int, int]


class Names:
    """The mentions of one text. `issuer` holds the names that stand for the listed company itself."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._own: set[tuple[int, int]] = set()
        spans = [*self._organisations(), *self._persons()]
        self._shorts = self._defined(spans)
        self.issuer = self._issuers(spans)
        self.all = self._resolved(spans)
        self._starts = [n.start for n in self.all]
        self._is_issuer: dict[Name, bool] = {}  # asked of one name for each figure of its sentence

    # -------------------------------------------------------- finding

    def _organisations(self) -> list[tuple[int, int]]:
        text, found = self.text, list[tuple[int, int]]()
        last = 0
        for m in _END.finditer(text):
            at = _back(text, m.start(), max(last, m.start() - 44))
            start = at
            for lead in _LEAD.finditer(text, at, m.start()):
                start = lead.end()
            while start < m.start() and text[start] in ",. ":
                start += 1
            if code := re.match(r"\d{3,}(?=[\u4e00-\u9fff])", text[start : m.start()]):
                start += code.end()
            if m.start() - start >= 2 and not _NOT_NAME.match(text[start : m.end()]):
                found.append((start, m.end()))
                last = m.end()
        return found

    def _persons(self) -> list[tuple[int, int]]:
        text, found = self.text, list[tuple[int, int]]()
        for m in _POLITE.finditer(text):
            head = text[max(0, m.start() - 5) : m.start()]
            sizes = (
                (2, 3, 4)
                if _ROLE_END.search(text, max(0, m.start() - 8), max(0, m.start() - 2))
                else (3, 2, 4)
            )
            for size in sizes:
                if (
                    len(head) >= size
                    and head[-size] in _SURNAMES
                    and re.fullmatch(rf"[{_CJK}·]+", head[-size:])
                ):
                    found.append((m.start() - size, m.start()))
                    break
        return found

    def _defined(self, spans: list[tuple[int, int]]) -> dict[str, tuple[int, int]]:
        """Short names and what they were defined for: the name that ends where the definition begins."""
        text, ends = self.text, {end: (start, end) for start, end in spans}
        shorts: dict[str, tuple[int, int]] = {}
        for m in _SHORT.finditer(text):
            short = (m["a"] or m["b"]).strip()
            at = m.start()
            at -= text[at - 1 : at] == "的"
            full = ends.get(at) or ends.get(at - 2)
            if full is None:
                run = _back(text, at, max(0, at - 44))
                start = run
                for lead in _LEAD.finditer(text, run, at):
                    start = lead.end()
                if at - start < 2 or _NOT_NAME.match(text[start:at]):
                    continue
                full = (start, at)
                spans.append(full)
            shorts.setdefault(short, full)
            if m["c"]:
                shorts.setdefault(m["c"], full)
        return shorts

    def _issuers(self, spans: list[tuple[int, int]]) -> frozenset[str]:
        text, shorts = self.text, self._shorts
        self._announced = issuer.announced(text, spans)
        defined = [shorts[word] for word in issuer.WORDS if word in shorts]
        own = {text[slice(*place)] for place in (*defined, *self._announced, *issuer.headed(text))}
        own |= {text[slice(*shorts[word])] for word in own & shorts.keys()}
        defined_for = {word for word, full in shorts.items() if text[slice(*full)] in own}
        return frozenset(own | defined_for | {*issuer.WORDS})

    def _resolved(self, spans: list[tuple[int, int]]) -> list[Name]:
        text = self.text
        spans = [self._led(span) for span in spans]
        ordered = sorted(spans)
        found = {span: Name(*span, self._shorts.get(text[slice(*span)], span)) for span in spans}
        words = [w for w in self._shorts if len(w) > 1 and w not in issuer.WORDS]
        if words:
            pattern = re.compile("|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)))
            for m in pattern.finditer(text):
                span = m.span()
                if span not in found and not _inside(ordered, span[0]):
                    found[span] = Name(*span, self._shorts[m[0]])
        taken = sorted(found)
        for m in _ROLE.finditer(text):
            at = m.end()
            i = bisect_left(taken, (at, 0))
            if i < len(taken) and taken[i][0] - at <= 1:
                continue
            run = _PLAIN.match(text, at)
            if run is None:
                continue
            stop = _STOP.search(text, at, min(run.end(), at + 40))
            end = min(stop.start() if stop else run.end(), run.end())
            while end > at and text[end - 1] == " ":
                end -= 1
            word = text[at:end]
            if (
                2 <= len(word) <= (40 if word.isascii() else 12)
                and not _NOT_NAME.search(word)
                and (at, end) not in found
            ) and not _inside(ordered, at):
                found[(at, end)] = Name(at, end, self._shorts.get(word) or (at, end))
                while (further := _FURTHER.match(text, end)) and further["n"][0] in _SURNAMES:
                    span = further.span("n")
                    found.setdefault(span, Name(*span, span))
                    end = span[1]
        self._again(found)
        first: dict[str, tuple[int, int]] = {}  # one place stands for all mentions of a name
        for span in sorted(found):
            first.setdefault(text[slice(*found[span].full)], found[span].full)
        return [
            Name(name.start, name.end, first[text[slice(*name.full)]]) for _, name in sorted(found.items())
        ]

    def _led(self, span: tuple[int, int]) -> tuple[int, int]:
        """An organisation's name without a short name that leads to it: 海山因山海证券股份有限公司…."""
        start, end = span
        for short in self._shorts:
            at = start + len(short)
            if (
                2 < len(short) < end - start - 6
                and self.text.startswith(short, start)
                and self.text[at] in "因将与由"
            ):
                return at + 1, end
        return span

    def _again(self, found: dict[tuple[int, int], Name]) -> None:
        """Further mentions of short names (persons without 先生) that were recognised once."""
        known = {self.text[s:e]: name.full for (s, e), name in found.items() if 2 <= e - s <= 6}
        if not known:
            return
        taken = sorted(found)
        pattern = re.compile("|".join(re.escape(w) for w in sorted(known, key=len, reverse=True)))
        for m in pattern.finditer(self.text):
            i = bisect_left(taken, (m.end(), 0)) - 1
            if i < 0 or taken[i][1] <= m.start():
                found.setdefault(m.span(), Name(*m.span(), known[m[0]]))

    # -------------------------------------------------------- asking

    def word(self, name: Name) -> str:
        return self.text[slice(*name.full)]

    def is_issuer(self, name: Name) -> bool:
        known = self._is_issuer.get(name)
        if known is None:
            word = self.word(name)
            known = self._is_issuer[name] = (
                word in self.issuer
                or self.text[name.start : name.end] in self.issuer
                # after a header without line ends
                or any(len(own) > 6 and word.endswith(own) for own in self.issuer)
            )
        return known

    def between(self, start: int, end: int) -> list[Name]:
        """Mentions that begin in `text[start:end]`, in order."""
        return self.all[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def at(self, start: int) -> Name | None:
        """The longest mention that begins at `start`."""
        return max(self.between(start, start + 1), key=lambda n: n.end, default=None)

    def subject(self, start: int, verb: int) -> Name | None:
        """Who does what the verb at `verb` says: the first words of its clause, or of one before it in `text[start:verb]`."""
        cuts = [start, *(m.end() for m in _CLAUSE.finditer(self.text, start, verb))]
        for begin in reversed(cuts):
            m = _SUBJECT.match(self.text, begin, verb + 2)
            if m is None:
                continue
            at = m.start("n")
            for lead in _LEAD.finditer(self.text, at):
                if lead.end() > m.end("n") - 2:
                    break
                at = lead.end()
            word = self.text[at : m.end("n")].rstrip()
            if not 2 <= len(word) <= (40 if word.isascii() else 14) or _NOT_SUBJECT.search(word):
                continue
            if _NOT_NAME.search(word) or issuer.LABEL.fullmatch(word):
                continue
            span = (at, at + len(word))
            known = self.at(at)
            if known is not None and (
                known.end >= span[1]
                or _POLITE.match(self.text, known.end)
                or self.text[known.end : span[1]] in ("其", "等")
            ):
                return known
            return Name(*span, self._shorts.get(word, span))
        return None

    def issuer_place(self, at: int = 0) -> tuple[int, int] | None:
        """Where the listed company is named: in full where 公司 is defined, else the name that announces; in a digest of
        items under 【headlines】 the one of the item that `at` stands in."""
        if place := issuer.of_item(self.text, at):
            return place
        for word in issuer.WORDS:
            if word in self._shorts:
                return self._shorts[word]
        return next(iter(self._announced), None)

    def issuer_named(self, at: int = 0) -> tuple[int, int] | None:
        """As `issuer_place`, else where the head prints the name that the header of codes or the title gives."""
        if place := self.issuer_place(at):
            return place
        words = sorted(self.issuer.difference(issuer.WORDS), key=lambda word: (-len(word), word))
        found = ((self.text.find(word, 0, 800), len(word)) for word in words)
        return next(((start, start + size) for start, size in found if start >= 0), None)

    def whole(self, word: str) -> tuple[int, int] | None:
        """Where the one company is printed in full that `word` (惠海公司, 远山集团) is a short form of; else None."""
        core = re.sub(r"公司$", "", word)
        if core == word and not word.endswith(("集团", "医院")):
            return None
        found = {self.word(n): n.full for n in self.all if core in self.word(n)}
        found = {
            w: full for w, full in found.items() if len(w) > len(word) and re.search(r"^[^和与及]+公司$", w)
        }
        return next(iter(found.values())) if len(core) > 1 and len(found) == 1 else None

    def short(self, word: str) -> tuple[int, int] | None:
        """Where the name that `word` was defined for is printed."""
        return self._shorts.get(word)


def _inside(ordered: list[tuple[int, int]], at: int) -> bool:
    """Whether `at` lies inside one of the spans, which are few and short."""
    i = bisect_left(ordered, (at + 1, 0))
    return any(start <= at < end for start, end in ordered[max(0, i - 4) : i])


def _back(text: str, end: int, limit: int) -> int:
    """The start of the run of name characters that ends at `end`."""
    at = end
    while at > limit:
        char = text[at - 1]
        if (
            "\u4e00" <= char <= "\u9fff"
            or (char.isascii() and (char.isalnum() or char in "&.,"))
            or char in "·〇"
        ):
            at -= 1
            continue
        if char == " " and at - 2 >= limit and text[at - 2].isascii() and text[at - 2].isalpha():
            at -= 1
            continue
        if char == ")":
            open_ = text.rfind("(", max(limit, at - 12), at)
            if open_ > 0 and _IN_NAME.fullmatch(text[open_:at]):
                at = open_
                continue
        break
    while at < end and text[at] in ",. ":
        at += 1
    return at
