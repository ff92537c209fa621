"""The company table, the desk's own file, and what filings teach either."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.companies import Matcher
from pipeline.companies_learn import Usage, as_yaml, learn, word_like
from pipeline.companies_refresh import write_rows
from pipeline.companies_table import Company, CompanyTable, load_companies, read_table, unmarked
from pipeline.model import UserError
from pipeline.tagger import Lexicon, document
from pipeline.themes import Themes
from tests.pipeline.build import article

TABLE = load_companies()
MATCHER = Matcher(TABLE)


# ---------------------------------------------------------------- the table


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("300288", "朗玛信息"),
        ("605398", "新炬网络"),
        ("688049", "炬芯科技"),
        ("603019", "中科曙光"),
        ("000002", "万科A"),
    ],
)
def test_the_bundled_table_knows_the_desk_s_companies(code: str, name: str) -> None:
    assert TABLE.name(code) == name


def test_industries_and_sectors() -> None:
    assert TABLE.sector("002439") == "软件和信息技术服务业"
    assert TABLE.in_sector("002439", "软件")
    assert not TABLE.in_sector("600519", "软件")
    assert TABLE.sector("999999") is None


def test_old_beijing_codes_map_to_their_new_ones() -> None:
    assert TABLE.current("430047") == "920047"
    assert TABLE.current("831832") == "920932"  # one of the exceptions to the rule
    assert [tag.code for tag in MATCHER.tag("", "诺思兰德（430047）公告")] == ["920047"]


def test_the_bundled_table_says_what_it_does_not_know() -> None:
    """Its lists of B shares and of Beijing are older, and that of Shenzhen's B shares has no dates."""
    assert TABLE.companies["200002"].gone is None
    assert TABLE.companies["000033"].gone is True  # on the main board, whose list is read to its end
    assert TABLE.companies["300288"].gone is False
    boards = {f"{c.exchange} {c.board}" for c in TABLE.companies.values() if c.gone is None}
    assert boards == {"SZSE B股", "SSE B股"}
    assert TABLE.lookup("万科")[0].code == "000002"


@pytest.mark.parametrize(("status", "gone"), [("L", False), ("D", True), ("", None)])
def test_whether_a_company_is_listed_is_yes_no_or_not_known(
    tmp_path: Path, status: str, gone: bool | None
) -> None:
    company = Company(code="200002", exchange="SZSE", board="B股", short="甲乙B", gone=gone)
    write_rows(tmp_path, [company], [])
    assert (tmp_path / "companies.tsv").read_text("utf-8").splitlines()[1].split("\t")[8] == status
    assert read_table(tmp_path).companies["200002"] == company


def test_a_status_that_is_none_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "companies.tsv").write_text(
        "code\texchange\tshort_name\tstatus\n200002\tSZSE\t甲乙B\tX\n", encoding="utf-8"
    )
    (tmp_path / "aliases.tsv").write_text("code\talias\tkind\n", encoding="utf-8")
    with pytest.raises(UserError, match="第 2 行：status 应为 L、D 或空，实为 'X'"):
        read_table(tmp_path)


def test_a_folder_can_take_the_table_s_place(tmp_path: Path) -> None:
    (tmp_path / "companies.tsv").write_text(
        "code\texchange\tboard\tshort_name\tfull_name\tformer_names\n"
        "300001\tSZSE\t创业板\t甲乙科技\t北京甲乙科技股份有限公司\t丙丁科技|ST丙丁\n",
        encoding="utf-8",
    )
    (tmp_path / "aliases.tsv").write_text(
        "code\talias\tkind\tuntil\n300001\t戊己软件\tformer_short\t2020-01-01\n", encoding="utf-8"
    )
    matcher = Matcher(read_table(tmp_path))
    for name in ("甲乙科技", "北京甲乙科技股份有限公司", "丙丁科技", "戊己软件"):
        assert [tag.code for tag in matcher.tag("", f"{name}公告")] == ["300001"], name


def test_an_unknown_kind_of_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "companies.tsv").write_text(
        "code\texchange\tshort_name\n300001\tSZSE\t甲乙科技\n", encoding="utf-8"
    )
    (tmp_path / "aliases.tsv").write_text("code\talias\tkind\n300001\t甲乙\tnickname\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"aliases.tsv 第 2 行：没有名称类别 'nickname'"):
        read_table(tmp_path)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("code\tname\n300001\t甲乙科技\n", "companies.tsv 第 2 行：缺 exchange、short_name 列"),
        ("code\texchange\tshort_name\n300001\n", "companies.tsv 第 2 行：缺 exchange、short_name 列"),
        ("code\texchange\tshort_name\tlist_date\n300001\tSZSE\t甲乙\t昨天\n", "第 2 行：'昨天' 不是日期"),
        ("code\texchange\tshort_name\n300001\tSZSE\t甲乙科技\n", "aliases.tsv：读不了"),
    ],
)
def test_a_damaged_table_is_one_line_that_names_the_place(tmp_path: Path, table: str, told: str) -> None:
    (tmp_path / "companies.tsv").write_text(table, encoding="utf-8")
    with pytest.raises(UserError) as error:
        read_table(tmp_path)
    assert told in str(error.value) and "\n" not in str(error.value)


def test_a_code_a_name_or_a_part_of_one_is_looked_up() -> None:
    assert [c.code for c in TABLE.lookup("430047")] == ["920047"]
    assert [c.code for c in TABLE.lookup("万 科Ａ")] == ["000002"]
    assert [c.code for c in TABLE.lookup("朗玛")] == ["300288"]
    assert TABLE.lookup("tcl")[0].code == "000100"
    parts = TABLE.lookup("中科")
    assert all(c.short.startswith("中科") for c in parts[:10]) and len(parts) > 10
    assert [c.code for c in TABLE.lookup("贵阳朗玛信息技术股份有限公司")] == ["300288"]
    for said in ("300288.SZ", "sz300288", "SZ.300288", "３００２８８．ＳＺ", "300288"):
        assert [c.code for c in TABLE.lookup(said)] == ["300288"], said
    assert TABLE.lookup("000016.SH") == []  # an index; 000016.SZ is a share
    assert TABLE.lookup("") == TABLE.lookup(" ") == []
    assert TABLE.lookup("科") == TABLE.lookup("没有这家") == []


def test_the_bundled_table_has_no_mark_for_a_name() -> None:
    assert TABLE.name("601398") == "工商银行"
    assert (TABLE.name("000016"), TABLE.companies["000016"].marked) == ("深康佳A", "*ST康佳A")
    assert [tag.code for tag in MATCHER.tag("", "*ST康佳A公告")] == ["000016"]
    names = [n.text for n in TABLE.names if n.how in ("short", "former")]
    assert [name for name in names if unmarked(name) != name and not name.endswith("退")] == []


@pytest.mark.parametrize(
    "text",
    [
        "*ST甲乙A公告",
        "ST甲乙A公告",
        "*ST甲乙公告",
        "ST甲乙公告",
        "＊ST 甲乙公告",
        "S*ST甲乙公告",
        "甲乙A公告",
    ],
)
def test_the_marks_of_a_name_come_and_go(text: str) -> None:
    table = CompanyTable(
        [Company(code="000016", exchange="SZSE", board="主板", short="甲乙A", marked="*ST甲乙A")]
    )
    assert [tag.code for tag in Matcher(table).tag("", text)] == ["000016"]
    assert Matcher(table).tag("", "甲乙公告") == ()  # two characters are too little


@pytest.mark.parametrize(
    ("marked", "full", "name"),
    [
        ("ST华微", "吉林华微电子股份有限公司", "华微电子"),
        ("*ST西发", "西藏发展股份有限公司", "西藏发展"),
        ("ST通葡", "通化葡萄酒股份有限公司", None),  # 通化葡萄 cuts a word
        ("*ST和科", "深圳市和科达精密清洗设备股份有限公司", None),
        ("ST吉林", "吉林省股份有限公司", None),
        ("ST某某", "甲乙丙丁股份有限公司", None),
    ],
)
def test_the_name_behind_a_mark_is_read_off_the_full_name(marked: str, full: str, name: str | None) -> None:
    firm = Company(
        code="600360", exchange="SSE", board="主板", short=unmarked(marked), marked=marked, full=full
    )
    forms = {n.text for n in CompanyTable([firm]).names} - {marked, marked.lstrip("*"), full, full[:-6]}
    assert forms == ({name} - {full[:-6]} if name else set())
    if name:
        assert [tag.code for tag in Matcher(CompanyTable([firm])).tag("", f"{name}公告")] == ["600360"]
        other = Company(code="600361", exchange="SSE", board="主板", short=name)
        assert [tag.code for tag in Matcher(CompanyTable([firm, other])).tag("", f"{name}公告")] == ["600361"]


# ---------------------------------------------------------------- the desk's file


def test_the_desk_adds_names_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "desk.yaml"
    file.write_text(
        'aliases: {寒王: "688256"}\n'
        'full_names: {曙光信息产业股份有限公司: "603019"}\n'
        'subsidiaries: {贵州图灵网络技术有限公司: "300288"}\n'
        "unlisted: {华为: [华为技术有限公司]}\n"
        'sectors: {计算机: ["300288", "603019"]}\n',
        encoding="utf-8",
    )
    table = load_companies(file)
    tags = Matcher(table).tag(
        "", "寒王大涨。曙光信息产业股份有限公司、贵州图灵网络技术有限公司与华为技术有限公司签约。"
    )
    assert [(tag.code, tag.name, tag.how) for tag in tags] == [
        ("688256", "寒武纪", "alias"),
        ("603019", "中科曙光", "full"),
        ("300288", "朗玛信息", "subsidiary"),
        (None, "华为", "unlisted"),
    ]
    assert table.in_sector("300288", "计算机")
    assert not table.in_sector("002439", "计算机")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("aliases: {寒王: 688256}", "aliases.寒王 的代码 688256 应为带引号的六位数字"),
        ('alias: {寒王: "688256"}', "未知的键 alias；可用：aliases"),
        ("unlisted: {华为: 华为技术}", "unlisted.华为 应为列表"),
        ('aliases: {寒王: "688256", 寒王: "300288"}', "寒王 写了两次"),
        ('aliases: {寒王: "999999"}', "代码 999999 不在公司表中"),
        ("aliases: [寒王]", "aliases 之下应为“名称: 内容”"),
        ("words: 先锋电子", "words 应为列表"),
        ("aliases: {寒: ", "第 1 行：不是合法的 YAML"),
        ('unlisted: {"\\u200b\\u200b": []}', "应为两个字以上的文字"),
        ('aliases: {"123456": "688256"}', "应为两个字以上的文字，不能只是数字"),
        ('aliases: {寒王: "６８８２５６"}', "应为带引号的六位数字"),
        ("words: [先峰电子]", "words 之下的 先峰电子 不是公司表里的名称"),
        ("certain: [机器仁]", "certain 之下的 机器仁 不是公司表里的名称"),
    ],
)
def test_a_bad_file_is_one_clear_line(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "desk.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as error:
        load_companies(file)
    assert str(file) in str(error.value)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_name_that_the_desk_enters_as_a_company_needs_no_context(tmp_path: Path) -> None:
    file = tmp_path / "desk.yaml"
    file.write_text("unlisted: {华为: []}\n", encoding="utf-8")
    (tag,) = Matcher(load_companies(file)).tag("", "华为发布新品。")
    assert (tag.code, tag.name) == (None, "华为")
    file.write_text("unlisted: {华为: []}\nwords: [华为]\n", encoding="utf-8")
    assert Matcher(load_companies(file)).tag("", "华为发布新品。") == ()


def test_the_desk_s_word_on_a_name_outranks_the_frequencies(tmp_path: Path) -> None:
    file = tmp_path / "desk.yaml"
    file.write_text("words: [先锋电子]\ncertain: [机器人]\n", encoding="utf-8")
    matcher = Matcher(load_companies(file))
    assert [tag.code for tag in matcher.tag("", "先锋电子的展台。机器人的展台")] == ["300024"]
    assert [tag.code for tag in matcher.tag("", "先锋电子公告")] == ["002767"]


# ---------------------------------------------------------------- learning from filings


def test_filings_teach_names_that_the_table_lacks() -> None:
    body = "证券代码：603019\n曙光信息产业股份有限公司（以下简称“公司”）董事会"
    lexicon = Lexicon(MATCHER, Themes([]))
    filings = [
        document(article(id="cninfo:1", code="603019", company="曙光新名", body=body), (), lexicon),
        document(article(id="cninfo:2", code="603019", company="中科曙光", body=body), (), lexicon),
        document(article(id="sse:3", code="603019", company="XD中科曙"), (), lexicon),  # of one day, and cut
    ]
    learnt = learn(filings, TABLE)
    assert as_yaml(learnt) == (
        'aliases:\n  曙光新名: "603019"  # cninfo:1\nfull_names:\n  曙光信息产业股份有限公司: "603019"  # cninfo:1\n'
    )


def test_texts_teach_which_names_are_used_as_words() -> None:
    texts = ["先锋电子的展台前站满了人"] * 12 + ["格力电器公告，拟回购股份"] * 12
    assert word_like(texts, MATCHER) == [Usage(name="先锋电子", seen=12, with_context=0)]
