"""The query language by itself: what parses to what, and what a mistake is answered with."""

from __future__ import annotations

from importlib import resources

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.companies_table import Company, CompanyTable
from search.analyse import fold
from search.names import CompanyNames
from search.plan import Planner
from search.query import And, Everything, Field, Not, Or, Phrase, Query, QueryError, Range, Word, parse
from search.synonyms import load_synonyms


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", Everything()),
        ("　 ", Everything()),
        ("数据资源", Word("数据资源")),
        ("数据 资源", And((Word("数据"), Word("资源")))),
        ("数据，资源", And((Word("数据"), Word("资源")))),
        ("数据　资源", And((Word("数据"), Word("资源")))),
        ("a AND b", And((Word("a"), Word("b")))),
        ("a && b || c", Or((And((Word("a"), Word("b"))), Word("c")))),
        ("a OR b c", Or((Word("a"), And((Word("b"), Word("c")))))),
        ("（a OR b） c", And((Or((Word("a"), Word("b"))), Word("c")))),
        ("-a", Not(Word("a"))),
        ("－a", Not(Word("a"))),
        ("NOT a", Not(Word("a"))),
        ("-(a b)", Not(And((Word("a"), Word("b"))))),
        ("a-b", Word("a-b")),
        ("!a", Not(Word("a"))),
        ("a && !b", And((Word("a"), Not(Word("b"))))),
        ("a ！b", And((Word("a"), Not(Word("b"))))),
        ('!"a b" !(a b)', And((Not(Phrase("a b")), Not(And((Word("a"), Word("b"))))))),
        ("真好！买它", And((Word("真好"), Word("买它")))),
        ("真的？！买它", And((Word("真的"), Word("买它")))),
        ("好! 买", And((Word("好!"), Word("买")))),
        ("NOT -", Not(Word("-"))),
        ('"a b"', Phrase("a b")),
        ("“a b”", Phrase("a b")),
        ('“他说"好"”', Phrase('他说"好"')),
        (r'"他说\"好\""', Phrase('他说"好"')),
        ('"开展“AI+”行动"', Phrase("开展“AI+”行动")),
        ("source:nbs", Field("source", "nbs")),
        ("source:nbs 数据资源", And((Field("source", "nbs"), Word("数据资源")))),
        (
            "-company:甲 乙 week:2024-W08 丙",
            And((Not(Field("company", "甲")), Word("乙"), Field("week", "2024-W08"), Word("丙"))),
        ),
        (
            'source:(nbs "sasac") 数据',
            And((Or((Field("source", "nbs"), Field("source", "sasac"))), Word("数据"))),
        ),
        ("source：nbs", Field("source", "nbs")),
        ("source: nbs", Field("source", "nbs")),
        ("source:(nbs OR sasac)", Or((Field("source", "nbs"), Field("source", "sasac")))),
        ("source:(nbs sasac)", Or((Field("source", "nbs"), Field("source", "sasac")))),
        ("kind:(NOT buyback)", Not(Field("kind", "buyback"))),
        ("kind:(buyback -pledge)", And((Field("kind", "buyback"), Not(Field("kind", "pledge"))))),
        ("source:(nbs NOT sasac)", And((Field("source", "nbs"), Not(Field("source", "sasac"))))),
        ("theme:(人工智能 AND 算力)", And((Field("theme", "人工智能"), Field("theme", "算力")))),
        ("kind：（a && b） 数据", And((Field("kind", "a"), Field("kind", "b"), Word("数据")))),
        (
            "kind:(a b !c NOT d)",
            And(
                (
                    Or((Field("kind", "a"), Field("kind", "b"))),
                    Not(Field("kind", "c")),
                    Not(Field("kind", "d")),
                )
            ),
        ),
        (
            "kind:(a OR (b -c) || d)",
            Or(
                (
                    Field("kind", "a"),
                    And((Field("kind", "b"), Not(Field("kind", "c")))),
                    Field("kind", "d"),
                )
            ),
        ),
        ("-kind:(a OR b)", Not(Or((Field("kind", "a"), Field("kind", "b"))))),
        ("kind:(-(a b))", Not(Or((Field("kind", "a"), Field("kind", "b"))))),
        ('source:("AND" nbs)', Or((Field("source", "AND"), Field("source", "nbs")))),
        (
            "amount:(>1亿 AND <=5亿)",
            And((Range("amount", "1亿", None, with_low=False), Range("amount", None, "5亿"))),
        ),
        (
            "change:(-50% OR [1 TO 2])",
            Or((Range("change", "-50%", "-50%"), Range("change", "1", "2"))),
        ),
        ("change:(NOT 50%)", Not(Range("change", "50%", "50%"))),
        ('publisher:"国家 数据局"', Field("publisher", "国家 数据局")),
        ("company:*ST华微", Field("company", "*ST华微")),
        ("docno:国资发（2024）1号", Field("docno", "国资发(2024)1号")),
        ("amount:>1亿", Range("amount", "1亿", None, with_low=False)),
        ("amount：＞＝1亿", Range("amount", "1亿", None)),
        ("amount:≥1亿", Range("amount", "1亿", None)),
        ("amount:≤1亿", Range("amount", None, "1亿")),
        ("amount:>1，000万", Range("amount", "1,000万", None, with_low=False)),
        ("amount:>１，０００，０００元", Range("amount", "1,000,000元", None, with_low=False)),
        ("2023，100家", And((Word("2023"), Word("100家")))),
        ("amount:｛5000万 TO １亿｝", Range("amount", "5000万", "1亿", with_low=False, with_high=False)),
        ("week：２０２４－Ｗ０８", Field("week", "2024-W08")),
        ("Source:nbs", Field("source", "nbs")),
        ("KIND：buyback -Theme:AI", And((Field("kind", "buyback"), Not(Field("theme", "AI"))))),
        ("docno:(2024)5号", Field("docno", "(2024)5号")),
        ("docno：（2024）5号 数据", And((Field("docno", "(2024)5号"), Word("数据")))),
        ('theme:"ＡＩ*"', Field("theme", "ＡＩ*")),
        ("amount:>100 万科", And((Range("amount", "100", None, with_low=False), Word("万科")))),
        ("change:<-50%", Range("change", None, "-50%", with_high=False)),
        ("change:-50%", Range("change", "-50%", "-50%")),
        ("amount:1亿..2亿", Range("amount", "1亿", "2亿")),
        ("amount:[1亿 TO *]", Range("amount", "1亿", None)),
        ("amount:{1亿 TO 2亿]", Range("amount", "1亿", "2亿", with_low=False)),
        ("10:30", Word("10:30")),
        ("*ST华微", Word("*ST华微")),
        ("5*8", Word("5*8")),
        ("路在何方?", Word("路在何方?")),
        ("AI：赋能", Word("AI:赋能")),
        ("中信证券：维持", Word("中信证券:维持")),
        ("etf:放量", Word("etf:放量")),
        ("lpr：下调10个基点", Word("lpr:下调10个基点")),
        ("金额:>1亿", Range("amount", "1亿", None, with_low=False)),
        ("回购 金额：≥1亿元", And((Word("回购"), Range("amount", "1亿元", None)))),
        ("-（金额：5000万..1亿）", Not(Range("amount", "5000万", "1亿"))),
        ("金额:[5000万 TO 1亿]", Range("amount", "5000万", "1亿")),
        ("amount>1亿", Range("amount", "1亿", None, with_low=False)),
        ("价格＜＝30元/股", Range("price", None, "30元/股")),
        ("变动:<−50%", Range("change", None, "-50%", with_high=False)),
        ("change:<−50%", Range("change", None, "-50%", with_high=False)),
        ("周：2024-W08", Field("week", "2024-W08")),
        ("自:2024-02-19 至:2024年2月", And((Field("from", "2024-02-19"), Field("to", "2024年2月")))),
        ("含：附件", Field("has", "attachment")),
        ("标题:数据", Field("title", "数据")),
        ("发布机构:统计局", Field("publisher", "统计局")),
        ("文号：国数资源〔2024〕5号", Field("docno", "国数资源〔2024〕5号")),
        ("比例:大幅提升", Word("比例:大幅提升")),
        ("金额:超1亿元", Word("金额:超1亿元")),
        ("自:由行", Word("自:由行")),
        ("回购金额:5000万", Word("回购金额:5000万")),
        ("价格>成本", Word("价格>成本")),
        ("真的要来了?华为回应", And((Word("真的要来了"), Word("华为回应")))),
        ("http://a.b/c", Word("http://a.b/c")),
        ("https://a.b/c?d=1", Word("https://a.b/c?d=1")),
        ("S*ST佳通", Word("S*ST佳通")),
    ],
)
def test_what_is_understood(text: str, query: Query) -> None:
    assert parse(text) == query
    assert parse(str(query)) == query


@pytest.mark.parametrize(
    ("text", "marked", "problem"),
    [
        ('数据 "资源', '"', "引号没有配对"),
        ("数据 （资源", "", "括号没有配对"),
        ("数据）", "）", "右括号之前"),
        ("OR 数据", "OR", "两边"),
        ("数据 OR", "", "没有写完"),
        ("AND", "AND", "AND 的两边要有要查的词"),
        ("AND 数据", "AND", "两边"),
        ("数据 AND", "", "没有写完"),
        ("数据 && || 资源", "||", "两边"),
        ("NOT", "NOT", "NOT 的后面要有要查的词"),
        ("回购 (||股份)", "||股份", "|| 的两边"),
        ("回购 （&&股份）", "&&股份", "&& 的两边"),
        ('回购 ""', '""', "引号里没有要查的字"),
        ("，。", "，。", "要查全部文件，查询留空"),
        ("kind:(NOT)", "NOT", "后面要有"),
        ("kind:(OR buyback)", "OR", "两边"),
        ("kind:(buyback OR)", ")", ""),
        ("kind:(buyback - pledge)", "-", "不要空格"),
        ("kind:(buyback", "", "右括号"),
        ("kind:AND", "AND", "两边"),
        ("sorce:nbs", "sorce:", "是否要写 source:？"),
        ("foo:bar", "foo:", "可用的有 company、theme"),
        ("数据 week:2024-W60", "2024-W60", "2024 年有 52 周"),
        ("from:昨天", "昨天", "2024-02-01"),
        ("has:picture", "picture", "fact、attachment、table"),
        ("amount:>很多", "很多", "1亿"),
        ("amount:>5%", "5%", "1亿"),
        ("source:>3", "3", "amount、shares"),
        ("from:>2024", "2024", "from:… to:…"),
        ("source:", "", "没有写完"),
        ("source: kind:a", "kind:a", ""),
        ('source:""', '""', "后面要写"),
        ("docno:1", "1", "两个字"),
        ("科技^2", "科技^2", "不支持"),
        ("科技~", "科技~", "不支持"),
        ("algo*", "algo*", "不支持 * 通配"),
        ("回购 数*据", "数*据", "不支持 * 通配"),
        ("*数据", "*数据", "不支持 * 通配"),
        ("数据＊", "数据＊", "不支持 * 通配"),
        ("dat?资源", "dat?资源", "不支持 ? 通配"),
        ("*", "*", "要查全部文件，查询留空"),
        ("*:*", "*:*", "要查全部文件，查询留空"),
        ("kind:*", "*", "不支持 * 通配"),
        ("/回购.+/", "/回购.+/", "不支持正则表达式"),
        ("week:2021-W53", "2021-W53", "没有这一周：2021 年有 52 周"),
        ("周:2024-W60", "2024-W60", "没有这一周"),
        ("from:2024-02-30", "2024-02-30", "没有这一天：2024 年 2 月有 29 天"),
        ("自:2023-02-29", "2023-02-29", "没有这一天"),
        ("amount >1亿", ">1亿", "amount:>1亿"),
        ("金额 >1亿", ">1亿", "amount:>1亿"),
        ("sorce:国家统计局", "sorce:", "是否要写 source:？"),
        ("数据～", "数据～", "不支持 ~ 模糊"),
        ("theme:人工*", "人工*", "不支持 * 通配"),
        ("source:(nbs sas*)", "sas*", "不支持 * 通配"),
        ("amount:>1.5 亿元 回购", "亿元", "数与单位之间不要空格：1.5亿元"),
        ("-ratio:5 %", "%", "5%"),
        ("(回购 amount:>1.5) 亿元", "亿元", "1.5亿元"),
        ("amount:5000万 TO 1亿", "TO", "amount:[5000万 TO 1亿]"),
        ("week:2024-W07 TO 2024-W08", "TO", "from:… to:…"),
        ("回购 - 词", "-", "不要空格"),
        ("--回购", "--回购", "一个减号"),
        ("回购 !!增持", "!!增持", "一个减号"),
        ("回购 ！ 词 ! 词", "!", "不要空格"),
        ("amount:[2亿 TO 1亿]", "[2亿 TO 1亿]", "两头写反了：2亿 大于 1亿"),
        ("price:40..30", "40..30", "写反了"),
        ("(" * 40 + "a" + ")" * 40, "(", "最多套"),
        ("a" * 3000, "a" * 1000, "太长"),
        ('数据 "\udcbb\udcd8"', "\udcbb\udcd8", "不是 UTF-8"),
        ("company:\ud83d", "\ud83d", "不是 UTF-8"),
    ],
)
def test_a_mistake_is_one_sentence_with_its_place(text: str, marked: str, problem: str) -> None:
    if text == "source: kind:a":  # a value that looks like a field is a value
        assert parse(text) == Field("source", "kind:a")
        return
    with pytest.raises(QueryError) as caught:
        parse(text)
    error = caught.value
    assert text[error.start : error.end] == marked
    assert problem in error.problem
    assert "\n" not in str(error)
    assert len(str(error)) < 400


PIECES = st.sampled_from(
    ["数据", "资源", "AI", "a-b", "-", "--", "OR", "AND", "NOT", "||", "&&", "(||", "kind:(", "(", ")", "（", "）", '"', "“", "”", "\\", "source:", "nbs",
     "week:2024-W08", "amount:", ">", "<=", "1亿", "..", "[", "]", " TO ", "*", "：", "，", " ", "　", "\n", "~", "^2", "{", "}",
     "\x00", "\u200b", "𠀀", "é", "!", "！", "＊", "?", "TO", "亿", "≥", "Source:", "公司:", "金额:", "etf:", "标题：", "−", "(2024)", "5,000.00", "%", "foo:", "kind:(a b)", "'"]
)  # fmt: skip
TYPED = st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=40)


@settings(max_examples=600)
@given(TYPED)
@example("(OR) b")
@example("-AND -(-a)")
@example("回购 (||股份)")
@example("kind:(a -(b || c))")
@example("kind:(-OR !!b)")
def test_anything_typed_is_understood_or_answered(text: str) -> None:
    try:
        query = parse(text)
    except QueryError as error:
        assert 0 <= error.start <= error.end <= len(text)
        return
    assert parse(str(query)) == query
    try:
        PLANNER.plan(query)
    except QueryError as error:
        assert error.problem.startswith(("太复杂", "里面没有可以查的字"))


PLANNER = Planner(
    CompanyNames(CompanyTable([Company(code="603019", exchange="SSE", board="主板", short="中科曙光")])),
    load_synonyms(),
)


def test_a_query_has_a_limit_of_cost() -> None:
    long = "".join(chr(0x4E00 + 7 * n) for n in range(1900))
    text = f"回购　{long} 增持"
    with pytest.raises(QueryError, match="太复杂") as caught:
        PLANNER.plan(parse(text), text)
    assert text[caught.value.start : caught.value.end] == long


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("公司：中科曙光", Field("company", "中科曙光")),
        ("-公司:中科曙光 快报", And((Not(Field("company", "中科曙光")), Word("快报")))),
        ("公司:（中科曙光 OR 甲乙）", Or((Field("company", "中科曙光"), Field("company", "甲乙")))),
        ('公司:"中科曙光"', Field("company", "中科曙光")),
        ("类型:(NOT 回购)", Not(Field("kind", "回购"))),
        ("公司:前三季度净利预增", Word("公司:前三季度净利预增")),
        ("公司:中科曙光净利预增", Word("公司:中科曙光净利预增")),
        ("来源:证券时报", Word("来源:证券时报")),
        ("(公司:) 中科曙光", And((Word("公司:"), Word("中科曙光")))),
    ],
)
def test_a_chinese_name_makes_a_field_where_its_value_is_known(text: str, query: Query) -> None:
    def known(field: str, value: str) -> bool:
        return (field, value) in {("company", "中科曙光"), ("kind", "回购")}

    assert parse(text, known) == query
    assert parse(str(query), known) == query


@pytest.mark.parametrize("text", ["😀", "-", "！ ＊ 😀"])
def test_a_query_without_anything_to_look_for_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="没有可以查的字"):
        PLANNER.plan(parse(text))


NAMES = [
    fold(str(name))
    for group in yaml.safe_load(resources.files("search").joinpath("synonyms.yaml").read_text("utf-8"))[
        "words"
    ]
    for name in group
]


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_a_thing_stands_by_itself(name: str) -> None:
    assert [piece for piece, others in load_synonyms().split(name) if others] == [name]


@pytest.mark.parametrize(
    "run", ["中央行政", "自信创造", "工信部门", "科技部长", "各地统计局长", "最大模型", "国家网信办公室"]
)
def test_synonyms_do_not_cut_through_words(run: str) -> None:
    assert load_synonyms().split(run) == [(run, ())]


@pytest.mark.parametrize(
    ("run", "name"),
    [
        ("央行数字货币", "央行"),
        ("国产信创替代", "信创"),
        ("地方国资委", "国资委"),
        ("中央行政与央行政策", "央行"),
        ("首次公开发行股票注册", "首次公开发行股票"),
        ("ipo注册", "ipo"),
    ],
)
def test_synonyms_stand_between_words(run: str, name: str) -> None:
    assert [piece for piece, others in load_synonyms().split(run) if others] == [name]


def test_synonyms_apply_to_words_and_never_inside_letters() -> None:
    assert load_synonyms().split("工信部ai手机mail") == [
        ("工信部", ("工业和信息化部",)),
        ("ai", ("人工智能",)),
        ("手机mail", ()),
    ]


@pytest.mark.parametrize(
    "name", ["中科曙光", "603019", "６０３０１９", "603019.SH", "sh603019", "SH.603019", "603019．ss"]
)
def test_a_company_goes_by_name_and_code(name: str) -> None:
    node = PLANNER.plan(parse(f"company:{name}")).node
    assert "603019" in str(node)


@pytest.mark.parametrize("name", ["603019.SZ", "bj603019", "603018.SH"])
def test_a_code_of_another_exchange_is_no_company_of_the_table(name: str) -> None:
    assert "Terms(field='company'," not in str(PLANNER.plan(parse(f"company:{name}")).node)
