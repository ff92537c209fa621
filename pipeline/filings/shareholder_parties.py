"""Who sells or buys: the holders that a text on trades of shares names, by their names or by their part in the company."""

from __future__ import annotations

import re

from pipeline.filings.names import Name, Names
from pipeline.filings.partners import with_partners
from pipeline.filings.shareholder_trades import joined
from pipeline.filings.shareholder_words import NOT_HOLDER

# The company whose shares they are: 减持海山股份股票, 其所持“海山股份”无限售流通股.
_SHARES_OF = re.compile(r"持[有]?[“\"]?$|[减增]持了?[“\"]?$|(?:买入|卖出|出售|售出|购[买入])了?[“\"]?$")
_SHARES = re.compile(
    r"[”\"]?(?:的)?(?:\([^()]*\))?(?:约?\d[\d.]*%(?:的)?)?(?:[AHB]?股(?:[份票权]|普通|无限|[（(\d])|股权|无限售|有限售|流通股|普通股)"
)
_ACCOUNT = re.compile(r"账[户号]|计划|产品|信托|基金")
_DEFINED = re.compile(r"(?:称|为|即)[“\"]$")
# Holders told by what they are, where no name stands: 部分董事、高级管理人员; 三名股东.
_ROLE = re.compile(
    r"董监高|高级管理人员|高管(?!变动)|董事(?!会|长|局|、?(?:副?总经理|董事会))|监事(?!会|、?职工)|核心(?:管理|技术)人员|(?<!控股)(?<!大)股东(?!大?会|名册|户)"
)
_BESIDE = re.compile(r"(?:、|和|及|与|以及|(?:公司|重要|部分|其他|子公司|控股|重要子公司))+")
_ET_AL = re.compile(
    r"(?:先生|女士)?等(?:公司)?(?:多|[一二三四五六七八九十\d]+)?[名位家人]?(?:公司)?(?:持股5%以上)?"
)
_CLAUSE_END = re.compile(r"[，。；;\n]")
_THOSE = re.compile(r"(?:上述|该等)(?:人员|股东|高管|主体|增持人)")
_SOME = re.compile(
    r"(?:部分|全体|若干|多[名位]|上述|[一二三四五六七八九十\d]+(?:余)?[名位家])(?:公司|时任|持股5%以上)?的?$"
)


class Holders(Names):
    """Offsets are of the text; a sentence is `text[start:end]`."""

    def __init__(self, text: str, verb: re.Pattern[str]) -> None:
        super().__init__(text)
        self.verb = verb

    def holders(self, start: int, end: int) -> list[Name]:
        return [name for name in self.between(start, end) if self._may_hold(name, start)]

    def _may_hold(self, name: Name, start: int) -> bool:
        text = self.text
        left = text[max(start, name.start - 6) : name.start]
        if (
            self.is_issuer(name)
            or NOT_HOLDER.search(self.word(name))
            or left.endswith(
                ("通过", "委托", "因", "通过“", "(原“", "(原", "(原名", "更名前", "简称", "称“", "称为“")
            )
            or (_SHARES_OF.search(left) and _SHARES.match(text, name.end))
        ):
            return False
        quoted = text.rfind("“", max(start, name.start - 40), name.start)
        if quoted < 0 or "”" in text[quoted : name.start]:
            return True
        # an account by which somebody trades: “山海证券-海石1号资产管理计划”
        closed = text.find("”", name.end, name.end + 60)
        return _DEFINED.search(text[: quoted + 1][-3:]) is not None or not _ACCOUNT.search(
            text[quoted : max(closed + 3, name.end)]
        )

    def group(self, start: int, end: int) -> tuple[Name, ...]:
        """The holder named first, with those named beside it."""
        names = self.holders(start, end)
        if not names:
            return ()
        group = [names[0]]
        for name in names[1:]:
            if not joined(self.text[group[-1].end : name.start]):
                break
            if self.word(name) != self.word(group[-1]):
                group.append(name)
        return with_partners(self, tuple(group))

    def nearest(self, start: int, at: int) -> tuple[Name, ...]:
        """The holder named last before a figure, with those named beside it."""
        names = self.holders(start, at)
        if not names:
            verb = None
            clause_end = _CLAUSE_END.search(self.text, at, at + 40)
            for verb in self.verb.finditer(self.text, start, clause_end.start() if clause_end else at + 40):
                if verb.start() > at - 2:
                    break
            who = self.subject(start, verb.start()) if verb else None
            if who is not None and not self.is_issuer(who) and not self.is_role(who):
                return with_partners(self, (who,))
            return self.roles(start, at, some=who is None and _THOSE.search(self.text, start, at) is None)
        of_company = _ROLE.match(self.text, names[-1].end) is not None  # 海山银行高管
        if roles := self.roles(names[-1].end, at, some=not of_company):
            led = _ET_AL.fullmatch(self.text, names[-1].end, roles[0].start)
            return (*self._run(names), *roles) if led else roles
        return with_partners(self, self._run(names))

    def _run(self, names: list[Name]) -> tuple[Name, ...]:
        """The last of the names with those named right before it."""
        group = [names[-1]]
        for name in reversed(names[:-1]):
            if not joined(self.text[name.end : group[0].start]):
                break
            if self.word(name) != self.word(group[0]):
                group.insert(0, name)
        return tuple(group)

    def is_role(self, name: Name) -> bool:
        return _ROLE.fullmatch(self.word(name)) is not None

    def roles(self, start: int, at: int, *, some: bool) -> tuple[Name, ...]:
        """What the holders are (董事, 监事); `some`: only where the text counts them (部分, 三名)."""
        group: list[Name] = []
        for m in _ROLE.finditer(self.text, start, at):
            if group and not _BESIDE.fullmatch(self.text, group[-1].end, m.start()):
                group = []
            group.append(Name(*m.span(), m.span()))
        some = some or {self.word(name) for name in group} == {"股东"}
        if group and some and not _SOME.search(self.text, max(start, group[0].start - 16), group[0].start):
            return ()
        return tuple({self.word(name): name for name in group}.values())
