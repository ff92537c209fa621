from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.duplicates import Kept, corrected, fingerprint, groups, keys
from pipeline.model import SHANGHAI, CompanyTag, Document, Span

DAY = datetime(2024, 2, 19, 9, 30, tzinfo=SHANGHAI)
STORY = (
    "国家统计局2月19日发布数据，1月份全国发电量8,120.5亿千瓦时，同比增长6.3%，火电占71.2%，"
    "水电下降12.4%，核电增长5.15%。"
)


def filing(title: str, body: str, code: str = "300288") -> str:
    return fingerprint("cninfo", code, title, DAY, body)


def story(body: str, title: str = "题", source: str = "nbs", published: datetime | None = DAY) -> str:
    return fingerprint(source, None, title, published, body)


def test_a_filing_listed_twice_is_one() -> None:
    assert filing("关于回购的公告", "正文 一。") == filing("关于回购的公告 ", "正文一。")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("关于第二次回购的公告", "关于第三次回购的公告"),
        ("2023年年度报告", "2023年年度报告摘要"),
        ("关于回购的公告", "关于回购的公告（更正后）"),
    ],
)
def test_look_alike_titles_stay_apart(a: str, b: str) -> None:
    assert filing(a, "同样的正文。") != filing(b, "同样的正文。")


def test_filings_of_two_companies_stay_apart() -> None:
    assert filing("公告", "正文。", "300288") != filing("公告", "正文。", "300289")


@pytest.mark.parametrize(
    "told",
    [
        STORY.replace("8,120.5", "8120.5"),
        "央视网消息：" + STORY,
        "【1月发电量出炉】" + STORY,
        STORY.replace("国家统计局2月19日发布数据，", "记者从国家统计局获悉，") + "（记者 某某）",
        STORY.replace("%", "％"),
    ],
)
def test_a_story_reposted_is_one(told: str) -> None:
    assert story(told, title="又一个题", source="miit") == story(STORY)


@pytest.mark.parametrize(
    "other",
    [
        STORY.replace("6.3%", "6.4%"),
        STORY.replace("1月份", "2月份"),
        STORY + "截至3月底另有说明。",
        STORY + "现公布第五批名单。",
        STORY + "现公开征求意见。",
    ],
)
def test_look_alike_stories_stay_apart(other: str) -> None:
    assert story(other) != story(STORY)


def test_a_story_with_few_figures_is_one_only_to_the_letter() -> None:
    text = "两部门印发通知，要求各地把老旧小区的加装电梯放在前面办，先易后难，一件一件办好。"
    assert story(text) == story("央视网消息：" + text)
    assert story(text) != story(text.replace("电梯", "充电桩"))


def test_without_a_text_the_title_and_the_day_are_all_there_is() -> None:
    assert story("") == story(" ", published=DAY + timedelta(hours=1))
    assert story("") != story("", published=DAY + timedelta(days=1))
    assert story("", published=None) != story("")


def test_a_long_text_is_the_same_filing_under_another_title_but_not_under_another_version() -> None:
    text = (
        "本公司及董事会全体成员保证信息披露的内容真实、准确、完整，没有虚假记载、误导性陈述或重大遗漏。" * 6
    )
    assert filing("关于回购股份的公告", text) == filing("甲股份有限公司回购股份公告", text)
    assert filing("关于回购股份的公告", text) != filing("关于回购股份的公告（更正后）", text)
    assert filing("2023年年度报告", text) != filing("2023年年度报告摘要", text)
    assert filing("A股公告", text) != filing("B股公告", text)


def test_filings_without_a_text_are_not_told_by_it() -> None:
    assert filing("关于回购进展的公告", "") == ""


# ---------------------------------------------------------------- the same filing on several sites


def document(
    id: str, title: str, code: str | None = "600000", company: str = "某某科技", own: int = 0
) -> Document:
    spans = (Span(field="title", start=0, end=own, text=title[:own]),) if own else ()
    tag = CompanyTag(code=code, name=company, role="subject", how="full", spans=spans)
    return Document(
        id=id,
        source=id.partition(":")[0],
        column="",
        url="",
        title=title,
        published=DAY,
        precision="day",
        code=code,
        company=company,
        companies=(tag,) if code else (),
    )


def test_titles_of_several_sites_are_one_name() -> None:
    full = "某某科技股份有限公司"
    named = {
        keys(document("cninfo:1", "关于回购股份的公告")).named,
        keys(document("sse:1", "某某科技关于回购股份的公告")).named,
        keys(document("cninfo:2", "某某科技：关于回购股份的公告")).named,
        keys(document("sse:2", f"{full}关于回购股份的公告", own=len(full))).named,
        keys(document("eastmoney:1", "关于回购股份公告")).named,
    }
    assert len(named) == 1


@pytest.mark.parametrize(
    "other",
    [
        document("sse:1", "关于回购股份的公告", code="900901"),
        document("sse:1", "关于第三次回购股份的公告"),
        document("sse:1", "关于回购股份的公告（更正后）"),
        document("sse:1", "关于回购B股股份的公告"),
        document("sse:1", "关于回购股份的公告摘要"),
        document("sse:1", "另一科技股份有限公司关于回购股份的公告"),
    ],
)
def test_look_alikes_have_another_name(other: Document) -> None:
    assert keys(other).named != keys(document("cninfo:1", "关于回购股份的公告")).named


def test_only_cninfo_and_szse_have_cninfos_number() -> None:
    assert [
        keys(document(id, "公告")).number for id in ("cninfo:1219", "szse:1219", "szse:uuid-1", "sse:1219")
    ] == ["1219", "1219", None, None]
    assert keys(document("nbs:1", "公告", code=None)) == keys(document("cninfo:1", "公告", code=None))


def kept(id: str, **more: object) -> Kept:
    given = {"published": 1, "complete": True, "fingerprint": "", "named": "n", "day": 20240219}
    return Kept(id=id, source=id.partition(":")[0], **(given | more))  # type: ignore[arg-type]


def told(*many: Kept) -> list[list[str]]:
    return sorted([each.id for each in group] for group in groups(many))


def test_one_title_of_one_day_is_one_and_the_exchange_comes_first() -> None:
    three = kept("eastmoney:A"), kept("cninfo:1"), kept("sse:x")
    assert told(*three) == [["sse:x", "cninfo:1", "eastmoney:A"]]
    assert told(kept("cninfo:1"), kept("sse:x", day=20240220)) == [["cninfo:1"], ["sse:x"]]


def test_what_has_its_file_comes_before_what_lacks_it() -> None:
    assert told(kept("sse:x", complete=False), kept("cninfo:1")) == [["cninfo:1", "sse:x"]]


def test_what_has_a_text_comes_before_a_scan() -> None:
    assert told(kept("sse:x"), kept("eastmoney:1", fingerprint="t")) == [["eastmoney:1", "sse:x"]]


def test_titles_that_a_site_uses_twice_tell_nothing() -> None:
    twice = kept("cninfo:1", fingerprint="a"), kept("cninfo:2", fingerprint="b")
    assert told(*twice, kept("sse:x")) == [["cninfo:1"], ["cninfo:2"], ["sse:x"]]
    assert told(*twice, kept("sse:x", fingerprint="b")) == [["cninfo:1"], ["sse:x", "cninfo:2"]]


def test_two_numbers_are_two_filings_and_one_number_is_one() -> None:
    assert told(kept("cninfo:1", number="1"), kept("szse:2", number="2")) == [["cninfo:1"], ["szse:2"]]
    other = kept("szse:1", number="1", named="m", day=20240218)
    assert told(kept("cninfo:1", number="1"), other) == [["szse:1", "cninfo:1"]]


@given(
    st.lists(
        st.builds(
            lambda source, n, print_, named, day, number: kept(
                f"{source}:{n}",
                fingerprint=print_,
                named=named,
                day=day,
                number=number if source in ("cninfo", "szse") else None,
            ),
            st.sampled_from(["sse", "szse", "cninfo", "eastmoney"]),
            st.integers(1, 3),
            st.sampled_from(["", "f", "g"]),
            st.sampled_from(["n", "m"]),
            st.integers(20240218, 20240219),
            st.sampled_from([None, "1", "2"]),
        ),
        max_size=8,
        unique_by=lambda each: each.id,
    ),
    st.randoms(),
)
def test_groups_do_not_depend_on_the_order(many: list[Kept], draw: object) -> None:
    shuffled = many[:]
    draw.shuffle(shuffled)  # type: ignore[attr-defined]
    assert told(*shuffled) == told(*many)
    assert sorted(id for group in told(*many) for id in group) == sorted(each.id for each in many)


@pytest.mark.parametrize(
    ("title", "what"),
    [
        ("关于2023年度业绩快报的更正公告", "2023年度业绩快报"),
        ("2023年年度报告更正后", "2023年年度报告"),
        ("关于2023年年度报告及其摘要的补充更正公告", "2023年年度报告"),
        ("关于更正2023年第三季度报告的公告", "2023年第三季度报告的公告"),
        ("关于2026年一季度报告会计差错更正的公告", "2026年一季度报告"),
        ("关于控股股东部分股份被冻结的公告修订版", "关于控股股东部分股份被冻结的公告"),
        ("关于修订公司章程的公告", None),
        ("关于不向下修正转股价格的公告", None),
        ("关于补充流动资金的公告", None),
        ("更正公告", None),
    ],
)
def test_a_correction_names_what_it_corrects(title: str, what: str | None) -> None:
    assert corrected(title) == what


def test_a_correction_points_at_the_name_of_its_original() -> None:
    original = keys(document("sse:1", "某某科技2023年度业绩快报公告"))
    notice = keys(document("cninfo:2", "关于2023年度业绩快报的更正公告"))
    assert (notice.corrects, original.corrects) == (original.named, None)


@given(st.text(max_size=80), st.text(max_size=200))
def test_any_text_gives_one_answer(title: str, body: str) -> None:
    assert story(body, title) == story(body, title)
    assert len(filing(title, "正文。" + body)) == 16
