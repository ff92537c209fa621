"""What is bought: each `target N%股权` that is dealt in, not merely held; without a stake the name after 收购."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.filings.names import Names
from pipeline.model import Number

READ = 12_000  # characters
DEED = re.compile(r"收购|购买|受让|购入|竞得|竞买|并购|取得|出售|转让|置入|置出|作价|买下")
_STAKE = re.compile(
    r"(?:的)?(?:合计|剩余|其余|全部|约|不低于|不超过|共计)*(?:(?P<s>\d+(?:\.\d+)?%)的?(?:已发行)?(?:控股|少数|发起人)?(?:股权|股份|股本|权益|出资额?|份额|控股权)"
    r"|(?<![\d%])(?P<w>(?:部分或)?(?:全部|所有|部分|多数|少数|控股)(?:已发行)?(?:股东)?(?:股权|股份|股本|权益|资产)|控股权))"
)
_BEFORE = re.compile(
    r"收购了?|购买|受让|购入|竞得|竞买|并购|取得|出售|转让(?:了|所持|其持)?|持有的?|所持有?的?|合计持有的?|拟将|标的(?:公司|资产)?|(?:全资|控股|参股)?子公司|参股公司|目标公司|其|下属"
    r"|资金|现金|方式|对价|人民币|[万亿]?(?:美|港|欧)?元|有限公司(?=[\u4e00-\u9fff])|股东|控制的|分别|持有$|约定|商定|协商确定|(?:拟|最终|初步)确定|指|[”“\"]|(?<=[股权司])(?:和|及|与|以及)|(?:有关|关于)|了|系(?!统)|名下|旗下|的|公司(?=[\u4e00-\u9fff]{2,})"
)
_BREAK = re.compile(r"[，。；:：、《》\n|/\t]|以及|及(?=[A-Z\u4e00-\u9fff])")
_HOLDS = re.compile(
    r"(?:将|合计|直接|间接|共|仍|已|目前|各自)?(?:持有|拥有|控制|占)(?:了|有)?$|成为[^，。；]{0,6}$|之前[^，。；]{0,8}持有$|比例(?:为|由)?$|增[至加]到?$"
)
# Held through what is bought, or once it is: 从而间接持有其子公司…
_HELD = re.compile(r"(?:从而|进而|将|间接|直接|仍|共计?|合计|已)(?:持有|拥有|控制)了?(?!的)[^，。；]*$")
# Words like 全部股权 are taken as bought only where their own clause says so.
_TAKEN = re.compile(r"(?:收购|购买|受让|购入|竞得|并购|取得|买下)[^，。；]*$")
# 甲公司将持有的乙公司N%股权转让给…
_GIVEN = re.compile(r"[^，。；]{0,12}(?:转让|出售|过户)[给予于至]")
_NOT_TARGET = re.compile(
    r"^公司\(|^(?:[该子]?公司|本公司|其|该|上述|折合|标的|目标|剩余|合计|全部|本次|交易|拟购买|以|约|不|占|总股本|上市公司|共|及|和|股权|对方|一|两|各|相关|议案|项目|有关|对|收购|控股|少数)$|总股本|股本|占比|比例|净资产|收入|不超过|低于|超过|年|收益率|评估|增值|承诺|占|募集|百分|每股|\d%|提升|增长|下降|(?:持有|获得|出售|转让)$"
)
_GENERAL = re.compile(
    r"^(?:提议|完成|结束|圆满|机会|报告|重组|持有|方案|计划|事项|活动|要约|价格|标的|资产|股权|股份|业务|企业|公司|行业|境外|海外|国内|上游|下游|医疗|科技|目标|案|后|前|中)"
)
_LATIN = re.compile(r"[A-Z][A-Za-z][A-Za-z0-9&.,'-]*(?: [A-Za-z0-9&.,'-]+)*$")
_AFTER_VERB = re.compile(
    r"(?<!选择)(?<!可以)(?:收购|并购)(?:了)?(?:[\u4e00-\u9fff]{0,14}(?:公司|企业|创企|厂商|商|专家|品牌|平台|集团|机构))?(?P<n>[A-Z][A-Za-z.-]*(?: ?[A-Z][A-Za-z.-]*){0,5})"
)
# Told the other way round: 完成对…的收购
_FOR = re.compile(
    r"对(?P<n>[\u4e00-\u9fff]{2,14}?|[A-Z][A-Za-z.& -]{1,50}?)(?:公司)?(?: ?\([^()]*\))?(?:的|进行|实施)*(?:私有化)?(?:收购|并购)(?!人|方|价|报告|完成后)"
)
_NOT_FOR = re.compile(r"^(?:外|该|其|此|这|本|标的|目标|上述|公司|相关|部分|资产|股权|企业|两|三)")
# What of its owner is bought where it is no share: 收购甲持有的…平台, 收购乙在法国的零售业务
_ASSET = re.compile(
    r"(?:收购|购买|受让|购入|竞得)了?(?P<n>[\u4e00-\u9fff]{2,24}?)(?:\([^()]*\))?(?:(?:所|合计)?(?:持有|拥有)的?|旗下的?|(?=在[\u4e00-\u9fff]{2,8}的))"
    r"在?(?P<a>[\u4e00-\u9fff]{2,24}?(?:业务|资产|平台|门店|项目|设备|土地使用权|生产线|品牌|物业))(?=[，。；、]|的|，|$)"
)
_VERB = re.compile(r"(?<!选择)(?<!可以)(收购|并购|购买|竞得)(?:了)?")
_LISTED = re.compile(
    r"(?:购买|收购|受让)+了?(?P<l>(?!购买|收购|受让)(?:[\u4e00-\u9fffA-Za-z]{2,10}?、)+(?:[\u4e00-\u9fffA-Za-z]{2,10}?)?)[及和与]?$"
)
_AND = re.compile(r"(?:\([^()]*\))?[、和及与]")
# Whose they are: what stands before these words sells (收购张某、李某合计持有的甲公司51%股权).
_OWNED = re.compile(
    r"(?:先生|女士)?(?:[等共]?(?:[一二三四五六七八九十\d]+)?(?:名|位|个|家)?(?:自然人|股东|交易对方|方|人)?)?(?:各自|分别|合计|共同|所|共)*(?:持有|所持|拥有|控制|名下|项下)的?"
)
# Of one company several stakes, one of each seller: 甲、乙分别持有的丙公司30%、20%的股权
_STAKES = re.compile(r"(?:\d+(?:\.\d+)?%[、和及])+$")
# The same company again, of another seller: …、李某持有的丙公司20%股权
_AGAIN = re.compile(
    r"(?:[、，和与]|以及|及)+(?!其中|包括|即|含|目前|现|已|原|剩余|本?公司)(?:收购|购买|受让)?[^，。；%]{2,24}?(?:持有|所持|拥有)有?的?"
)


class Deal(NamedTuple):
    """A target `text[slice(*target)]` and what of it is bought: a share, or the place of words (全部股权, 零售业务)."""

    target: tuple[int, int]
    stake: Number | tuple[int, int]
    more: tuple[Number, ...] = ()  # further stakes of the same company, each of another seller


def deals_of(text: str, names: Names, stakes: dict[int, Number], start: int, end: int) -> list[Deal]:
    """Each `target N%股权` of a sentence that is dealt in, not merely held."""
    found: list[Deal] = []
    last = start  # where the stake of the deal before ends
    for m in _STAKE.finditer(text, start, end):
        number = stakes.get(m.start("s")) if m["s"] else m.span("w")
        if number is None:
            continue
        run = _STAKES.search(text, max(start, m.start() - 60), m.start()) if m["s"] else None
        first = run.start() if run else m.start()
        more = [stakes[at] for at in sorted(stakes) if first <= at < m.start()] if run else []
        said = _target(text, names, start, first)
        if said is None:
            continue
        begin, place = said
        if run and text[slice(*place)] in names.issuer:
            continue  # who holds the listed company, which buys nothing
        if m["w"] and (" " in text[slice(*place)] or not _TAKEN.search(text, start, begin)):
            continue
        left = text[start:begin]
        after = text[m.end() : min(end, m.end() + 30)]
        given = _GIVEN.match(after) is not None
        if (not given and (_HOLDS.search(left) or _HELD.search(left))) or re.search(
            r"(?:完成|实施|收购|交易|转让)(?:之?后|完毕)[，,][^。；]*$", left
        ):
            continue
        if not DEED.search(left) and not re.match(
            r"(?:[^，。；]{0,12}(?:转让|出售|作价)|[^。；]{0,60}(?:转让[给予于至]|出售[给予于至])|[^，。；]{0,12}经[^，。；]{2,12}价格|的?(?:最终|整体|初步)*(?:交易价格|交易对价|交易作价|转让价格|转让价款|收购价格|对价)(?:确定)?为)|[，,][^，。；]{0,6}(?:作价|交易对价|交易价格|对价)",
            after,
        ):
            continue
        if found and isinstance(number, Number) and _AGAIN.fullmatch(text, last, begin):
            before = found[-1]
            if text[slice(*before.target)] == text[slice(*place)]:
                found[-1] = before._replace(more=(*before.more, *more, number))
                last = m.end()
                continue
        last = m.end()
        found += [Deal(other, number) for other in _beside(names, text, start, begin)]
        found.append(Deal(place, more[0], (*more[1:], stakes[m.start("s")])) if more else Deal(place, number))
    return found


def _beside(names: Names, text: str, start: int, at: int) -> list[tuple[int, int]]:
    """The companies named right before a target, of which the same stake is bought (甲、乙100%股权)."""
    found: list[tuple[int, int]] = []
    for name in reversed(names.between(start, at)):
        if at - name.end > 40:
            break
        if _AND.fullmatch(text, name.end, at):  # not a short name inside the brackets between
            found.insert(0, name.full)
            at = name.start
    if m := _LISTED.search(text, start, at):
        first = max((o.end() for o in _OWNED.finditer(text, m.start("l"), at)), default=m.start("l"))
        places = [part.span() for part in re.compile(r"[^、和及与]+").finditer(text, first, m.end("l"))]
        found = [place for place in places if place not in found] + found
    return found


def _target(text: str, names: Names, start: int, at: int) -> tuple[int, tuple[int, int]] | None:
    """Where the name right before a stake begins, and where it is in full: a known one, else the words after the last verb."""
    end = at
    if text[end - 1 : end] == ")":  # a definition stands between
        open_ = text.rfind("(", start, end)
        if open_ > 0 and re.search(r"称|[“\"]", text[open_:end]):
            end = open_
    for skip in (0, 1, 2):
        known = [n for n in names.between(max(start, end - 44), end) if n.end == end - skip]
        if known and text[end - skip : end] in ("", "的", "公司"):
            name = max(known, key=lambda n: n.end - n.start)
            begin = name.start
            for lead in _BEFORE.finditer(text, begin, name.end - 4):
                if lead.end() < name.end - 4 and re.match(r"收购|购买|受让|竞得|方式|资金|对价", lead[0]):
                    begin = lead.end()
            return begin, name.full if name.full != (name.start, name.end) else (begin, name.end)
    if text[end - 2 : end] == "公司" and (latin := _LATIN.search(text, start, end - 2)):
        return latin.start(), latin.span()
    if latin := _LATIN.search(text, max(start, end - 50), end):
        return latin.start(), (latin.start(), latin.start() + len(latin[0].rstrip()))
    begin = max(start, end - 30)
    for cut in _BREAK.finditer(text, begin, end):
        begin = cut.end()
    for lead in _BEFORE.finditer(text, begin, end):
        if lead.end() < end:
            begin = lead.end()
    while end > begin and text[end - 1] in "的 ":
        end -= 1
    word = text[begin:end]
    if not 2 <= len(word) <= 24 or _NOT_TARGET.search(word):
        return None
    return begin, names.short(word) or names.whole(word) or (begin, end)


def asset(text: str, names: Names, body: int) -> Deal | None:
    """Without a stake: what is bought of its owner, a business, a plant, a platform."""
    for m in _ASSET.finditer(text, body, min(len(text), body + 1_500)):
        if known := [n for n in names.between(m.start("n"), m.end("n")) if n.end == m.end("n")]:
            return Deal(known[-1].full, m.span("a"))
        if not (_NOT_TARGET.search(m["n"]) or _GENERAL.search(m["n"])):
            return Deal(m.span("n"), m.span("a"))
    return None


def bare_target(text: str, names: Names, body: int) -> tuple[int, int] | None:
    """Without a stake: the name right after 收购, else what the title says is bought, as far as the text repeats it."""
    for begin, end in ((body, min(len(text), body + 1_500)), (0, body)):
        for m in _VERB.finditer(text, begin, end):
            name = names.at(m.end())
            if (
                name is not None
                and not names.is_issuer(name)
                and (m[1][1] == "购" or "公司" in names.word(name))
            ):
                return name.full
        if latin := _AFTER_VERB.search(text, begin, end):
            return latin.span("n")
        for m in _FOR.finditer(text, begin, end):
            if not (_NOT_FOR.search(m["n"]) or _NOT_TARGET.search(m["n"]) or _GENERAL.search(m["n"])):
                return m.span("n")
    for m in re.finditer(r"(?:收购|并购)(?:了)?(?P<n>[\u4e00-\u9fff]{2,12})", text[:body]):
        counts = {n: text.count(m["n"][:n], body, READ) for n in range(2, len(m["n"]) + 1)}
        whole = [n for n in counts if counts[n] > 2 and 2 * counts[n] >= counts[2]]
        if whole and not (_NOT_TARGET.search(m["n"][: whole[-1]]) or _GENERAL.search(m["n"][: whole[-1]])):
            return m.start("n"), m.start("n") + whole[-1]
    return None
