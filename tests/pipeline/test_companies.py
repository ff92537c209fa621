"""Which companies a text names, and which of them it is about."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.companies import Matcher
from pipeline.companies_context import load_context
from pipeline.companies_table import Company, CompanyTable, load_companies
from pipeline.model import CompanyTag

TABLE = load_companies()
MATCHER = Matcher(TABLE)
TABLE_CODE = {company.short: company.code for company in TABLE.companies.values()}


def codes(text: str, title: str = "") -> list[str | None]:
    return [tag.code for tag in MATCHER.tag(title, text)]


def one(text: str, title: str = "", **known: object) -> CompanyTag:
    (tag,) = MATCHER.tag(title, text, **known)  # type: ignore[arg-type]
    return tag


# ---------------------------------------------------------------- matching


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("北方华创、贵州茅台、格林美分别净卖出", ["002371", "600519", "002340"]),
        ("关于 万  科Ａ的公告", ["000002"]),
        ("朗玛信\n息（300288）", ["300288"]),
        ("国际医学院成立", []),
        ("工业机器人产业加快发展", []),
        ("这台机器人会叠衣服", []),
        ("机器人、科大讯飞等个股涨停", ["300024", "002230"]),
        ("屋顶装太阳能板", []),
        ("太阳能（000591.SZ）公告", ["000591"]),
        ("太平洋地区形势", []),
        ("据同花顺iFinD数据", []),
        ("同花顺公告，拟回购股份", ["300033"]),
        ("《金太阳》内刊印了三百本", []),
        ("三六零科技集团有限公司成立", []),
        ("从上海环境能源交易所获悉", []),
        ("广州白云山天心制药股份有限公司", []),
        ("集团科技股份有限公司", []),
        ("海康威视技术团队获奖，宁德时代路演，比亚迪产业链走强", ["002415", "300750", "002594"]),
        ("机器人产业链走强，中国卫星产业起步", []),
        ("这条路叫贵州茅台路，通往茅台镇", []),
        ("四方达信披违规，格林美分析师换人", ["300179", "002340"]),
        ("2月22日上海银行间同业拆放利率（Shibor）上涨", []),
        ("中国银行间市场交易商协会、北京银行间债券市场", []),
        ("上海银行间接持有股份", ["601229"]),
        ("招商银行与上海银行间的合作", ["600036", "601229"]),
        ("中国化学工程第九建设有限公司承建", []),
        ("陕西煤业化工集团在榜上升十位", []),
        ("陕西煤业产量创新高", ["601225"]),
        ("招商证券分析师认为，行业回暖", []),
        ("招商证券表示，行业回暖", []),
        ("招商证券表示，公司拟设立子公司", ["600999"]),
    ],
)
def test_names_in_their_surroundings(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_a_legal_name_leads_to_the_listed_company_it_holds() -> None:
    assert one("贵阳朗玛信息技术股份有限公司").code == "300288"
    assert codes("湖南红宇耐磨新大陆股份有限公司") == []  # ends in a word that is a name by chance
    assert one("浙江海亮股份有限公司关于减持的公告").code == "002203"  # 股份 belongs to the name
    assert codes("浙江海亮有限公司关于减持的公告") == []
    assert codes("深圳市杰普特光电股份有限公司") == [TABLE_CODE["杰普特"]]  # not 光电股份
    assert codes("苏州金螳螂建筑装饰股份有限公司") == [TABLE_CODE["金螳螂"]]  # words of its trade
    # A short name may break off a word of its legal name.
    assert codes("无锡威孚高科技集团股份有限公司") == [TABLE_CODE["威孚高科"]]
    assert codes("深圳莱宝高科技股份有限公司") == [TABLE_CODE["莱宝高科"]]
    assert codes("富奥汽车零部件股份有限公司") == []  # not the B share of 富奥股份
    assert codes("中国石油化工股份有限公司") == []  # not 中国石油
    assert codes("特此公告上海莱士血液制品股份有限公司董事会") == ["002252"]


def test_a_line_break_ends_a_name_before_the_next() -> None:
    tag = one("证券代码：300288 证券简称：朗玛信息\n贵阳朗玛信息技术股份有限公司（以下简称“公司”）")
    assert [span.text for span in tag.spans] == ["300288", "朗玛信息", "朗玛信息"]


def test_a_name_of_six_characters_or_more_may_be_torn_over_two_lines() -> None:
    """Two lines that meet may make a short name by chance."""
    assert codes("主要业务在中国\n电影公告") == []
    assert codes("朗玛信\n息公告") == []
    full = "贵阳朗玛信息技术股份有限公司"
    firm = Company(code="300288", exchange="SZSE", board="创业板", short="朗玛信息", full=full)
    (tag,) = Matcher(CompanyTable([firm])).tag("", "贵阳朗玛信\n息技术股份有限公司公告")
    assert (tag.code, tag.spans[0].text) == ("300288", "贵阳朗玛信\n息技术股份有限公司")


def test_a_long_list_links_in_one_pass() -> None:
    rows = [f"{i}\t算法{i}\t某某科技有限公司\t备{i}" for i in range(300)]
    rows[150] = "150\t39健康医疗内容生成算法\t贵阳朗玛信息技术股份有限公司\t39"
    tag = one("\n".join(rows))
    assert (tag.code, tag.role, len(tag.spans)) == ("300288", "mentioned", 1)


def test_a_printed_code_outranks_the_name_and_says_so() -> None:
    tag = one("贵州茅台（600518）公告")
    assert (tag.code, tag.how) == ("600518", "code")
    assert tag.note == "文中“贵州茅台”旁印的代码 600518 属于康美药业，以代码为准"


@pytest.mark.parametrize(
    "text", ["300624.SZ", "（300624）", "证券代码：300624", "SZ300624 涨停", "万兴科技（300624，股吧）"]
)
def test_printed_codes_are_evidence(text: str) -> None:
    assert codes(text) == ["300624"]


def test_an_index_is_not_the_company_that_has_its_code_elsewhere() -> None:
    assert codes("科创50（000688.SH）、上证50（000016.SH）与SH000905下跌。") == []
    assert codes("某公司（000688.SZ）公告。某公司（０００１００．ＳＺ）公告。") == ["000688", "000100"]


@pytest.mark.parametrize(
    "text", ["证券代码：603019\n证券简称：朗玛信息\n", "证券简称：朗玛信息 证券代码：603019"]
)
def test_a_filing_s_head_whose_code_and_name_differ_says_so(text: str) -> None:
    tag = one(text)
    assert tag.code == "603019"
    assert tag.note == "文中“朗玛信息”旁印的代码 603019 属于中科曙光，以代码为准"


def test_a_blank_between_letters_and_characters_does_not_hide_a_name() -> None:
    assert codes("TCL 科技受益面板涨价。") == ["000100"]
    assert codes("ＴＣＬ　科技受益面板涨价。") == ["000100"]


@pytest.mark.parametrize(
    "text",
    [
        "海通证券：维持朗玛信息“增持”评级。",
        "国金证券股份有限公司近期对朗玛信息进行研究并发布了研究报告。",
        "（作者：中信建投 张三）朗玛信息涨停。",
        "朗玛信息点评。机构：海通证券",
        "朗玛信息点评。海通证券研究部整理。",
    ],
)
def test_the_broker_that_writes_is_not_the_subject(text: str) -> None:
    roles = {tag.name: tag.role for tag in MATCHER.tag("", text)}
    assert "朗玛信息" in roles
    assert "subject" not in [role for name, role in roles.items() if name != "朗玛信息"]


def test_a_word_in_a_list_with_a_company_is_one() -> None:
    assert codes("太阳能（000591）、机器人、中关村等个股涨停。") == ["000591", "300024", "000931"]


def test_six_digits_are_not_a_code_by_themselves() -> None:
    assert codes("订单 300624 件，金额 600519.00 元") == []


def test_a_name_needs_context_again_without_its_own_filing() -> None:
    text = "机器人的产销量增长"
    assert codes(text) == []
    tag = one(text, title="关于回购的公告", code="300024")
    assert (tag.code, tag.role, tag.how) == ("300024", "subject", "short")


def test_a_filing_whose_text_names_nobody_says_so() -> None:
    tag = one("各位股东：", title="通知", code="300288")
    assert (tag.role, tag.how, tag.spans) == ("subject", "exchange", ())
    assert tag.note == "正文和标题中都没有出现这家公司的名称或代码"


def test_a_code_that_the_table_does_not_know_is_said_to_be_unknown() -> None:
    tag = one("某某股份拟回购", title="公告", code="999999")
    assert (tag.code, tag.name, tag.role) == ("999999", "999999", "subject")
    assert tag.note is not None and tag.note.startswith("公司表里没有 999999")


# ---------------------------------------------------------------- names of several codes

SHARED = CompanyTable(
    [
        Company(code="000001", exchange="SZSE", board="主板", short="甲乙重工", listed=date(1995, 1, 1)),
        Company(code="600001", exchange="SSE", board="主板", short="丙丁船舶", listed=date(1996, 1, 1)),
        Company(code="200001", exchange="SZSE", board="B股", short="戊己实业", listed=date(1993, 1, 1)),
        Company(code="000003", exchange="SZSE", board="主板", short="戊己实业", listed=date(1993, 1, 1)),
        Company(code="300009", exchange="SZSE", board="创业板", short="庚辛电气", listed=date(2019, 1, 1)),
    ],
    [
        ("600001", "庚辛电气", "former", date(2016, 6, 30)),
        ("000001", "壬癸机床", "former", None),
        ("600001", "壬癸机床", "former", None),
    ],
)


def test_a_reused_name_is_decided_by_the_date() -> None:
    matcher = Matcher(SHARED)
    assert [t.code for t in matcher.tag("", "庚辛电气公告", published=date(2015, 5, 1))] == ["600001"]
    assert [t.code for t in matcher.tag("", "庚辛电气公告", published=date(2024, 2, 19))] == ["300009"]


def test_a_shared_name_without_evidence_is_ambiguous_never_a_guess() -> None:
    matcher = Matcher(SHARED)
    (tag,) = matcher.tag("", "壬癸机床公告")
    assert (tag.code, tag.candidates) == (None, ("000001", "600001"))
    (tag,) = matcher.tag("", "壬癸机床（600001）公告")
    assert (tag.code, tag.candidates) == ("600001", ())
    (tag,) = matcher.tag("", "壬癸机床公告", code="000001")
    assert tag.code == "000001"


def test_of_a_and_b_shares_the_a_share_is_meant() -> None:
    matcher = Matcher(SHARED)
    assert [t.code for t in matcher.tag("", "戊己实业公告")] == ["000003"]
    (tag,) = matcher.tag("", "戊己实业B股涨停")
    assert tag.candidates == ("000003", "200001")


def test_a_beijing_company_is_no_b_share() -> None:
    shared = [
        Company(code="920111", exchange="BSE", board="北交所", short="甲辰股份"),
        Company(code="900911", exchange="SSE", board="B股", short="甲辰股份"),
    ]
    (tag,) = Matcher(CompanyTable(shared)).tag("", "甲辰股份公告")
    assert tag.code == "920111"


# ---------------------------------------------------------------- roles


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("6月17日晚间，朗玛信息公告，拟回购股份", "subject"),
        ("朗玛信息股东减持", "subject"),
        ("某基金三季度买入朗玛信息", "mentioned"),
        ("公司日前与朗玛信息签约", "mentioned"),
        ("证券代码：300288 公告编号：1", "subject"),
        ("同行还有某公司（300288）", "mentioned"),
        # Something is done to it, but it is what the sentence is about.
        ("某评级机构昨日下调朗玛信息主体评级", "subject"),
        ("一百二十名股民上周联名起诉朗玛信息虚假陈述", "subject"),
        ("某投资机构今年上半年收购朗玛信息的厂房", "mentioned"),
        ("一家上市公司昨日公告换股吸收合并朗玛信息", "mentioned"),
        # The head of a clause, a number or a time behind the name.
        ("作为西南最早的一批互联网医疗企业，朗玛信息用户已过千万", "subject"),
        ("董事长等三名高管去年年底先后离职 朗玛信息5日起停牌", "subject"),
        ("去年全年医疗信息化订单金额位列第三，仅次于朗玛信息和另一家", "mentioned"),
        ("深交所创业板公司管理部近日已向朗玛信息下发关注函", "subject"),
        ("深交所创业板公司管理部近日已向朗玛信息和另一家介绍经验", "mentioned"),
        ("不法分子冒用朗玛信息、某某等企业名义", "mentioned"),
        # Behind a legal name the sentence goes on.
        ("某券商去年以来保荐的贵阳朗玛信息技术股份有限公司过会", "subject"),
    ],
)
def test_who_the_sentence_is_about(text: str, role: str) -> None:
    assert one(text).role == role


# ---------------------------------------------------------------- weights from data


def test_how_ordinary_a_name_is_comes_from_frequencies() -> None:
    context = load_context()
    assert {
        name: context.weight(name) for name in ("机器人", "信息发展", "比亚迪", "朗玛信息", "招商银行")
    } == {
        "机器人": "common",
        "信息发展": "common",
        "比亚迪": "weak",
        "朗玛信息": "clear",
        "招商银行": "clear",
    }


# ---------------------------------------------------------------- properties

PIECES = st.lists(
    st.sampled_from(
        [
            "朗玛信息",
            "万  科Ａ",
            "机器人",
            "（300624）",
            "600519.SH",
            "格林美分别",
            "据",
            "公告",
            "。",
            "\n",
            "\t",
            "与",
            "İ",
            "𠮷",
            "A",
            "(9.540,-0.13,-1.34%)",
            "股份有限公司",
            "《",
            "》",
            "：",
            "太平洋",
            "贵州茅台",
        ]
    ),
    max_size=24,
).map("".join)


@given(st.one_of(PIECES, st.text(max_size=150)), st.one_of(PIECES, st.text(max_size=60)))
@settings(max_examples=200)
def test_spans_cut_the_very_text_and_any_input_gives_an_answer(body: str, title: str) -> None:
    for tag in MATCHER.tag(title, body):
        assert tag.spans
        assert tag.code in TABLE or len(tag.candidates) > 1
        for span in tag.spans:
            assert (title if span.field == "title" else body)[span.start : span.end] == span.text


@given(PIECES, PIECES)
@settings(max_examples=200)
def test_text_elsewhere_removes_no_tag(body: str, more: str) -> None:
    """Another paragraph can add evidence, and settle an ambiguous name; it takes no code away, and
    makes no subject a mention."""
    body += "。"
    before = {tag.code: tag.role for tag in MATCHER.tag("", body) if tag.code}
    after = {tag.code: tag.role for tag in MATCHER.tag("", f"{body}\n\n。{more}") if tag.code}
    assert before.keys() <= after.keys()
    assert all(after[code] == "subject" for code, role in before.items() if role == "subject")
