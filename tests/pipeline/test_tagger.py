from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

import pipeline
from pipeline.companies import Matcher
from pipeline.companies_table import Company, CompanyTable
from pipeline.lexicon_changes import changes, snapshot
from pipeline.model import Extract, Link, Table, UserError, decode, encode
from pipeline.tagger import Lexicon, code_version, document, load_lexicon
from tests.pipeline.build import article

LEXICON = load_lexicon()
ROWS = (
    "序号\t算法名称\t角色\t主体名称\t应用产品\t备案编号\n"
    "1\t示例合成算法\t服务提供者\t某市某某科技有限公司\t某应用\t网信算备110000000000000000001号\n"
    "2\t39健康医疗内容生成算法\t服务提供者\t贵阳朗玛信息技术股份有限公司\t39\t网信算备520000000000000000002号"
)


def extract(text: str) -> Extract:
    return Extract(media="docx", outcome="read", text=text, tables=(Table(start=0, end=len(text)),))


def test_files_follow_the_page_s_text_and_their_tables_move_with_it() -> None:
    read = (Link(url="u1", name="附件1"), "aa", extract("一\t二\n三\t四"))
    failed = (Link(url="u2", name="附件2"), "bb", Extract(media="html", outcome="not_docx"))
    made = document(article(body="正文。"), (read, failed), LEXICON)
    assert made.body == "正文。\n\n一\t二\n三\t四"
    assert made.tables[0].rows(made.body) == [["一", "二"], ["三", "四"]]
    assert [(a.name, a.outcome, made.body[a.start : a.end]) for a in made.attachments] == [
        ("附件1", "read", "一\t二\n三\t四"),
        ("附件2", "not_docx", ""),
    ]
    assert decode(encode(made)) == made


def test_agency_items_are_news_and_a_table_of_registrations_gives_facts() -> None:
    notice = article(
        source="cac",
        title="国家互联网信息办公室关于发布第四批深度合成服务算法备案信息的公告",
        body="现公布名单。",
    )
    made = document(notice, [(Link(url="u", name="名单"), "aa", extract(ROWS))], LEXICON)
    assert made.kinds == ("news",)
    assert [(tag.code, tag.role) for tag in made.companies] == [("300288", "mentioned")]
    assert [(fact.company, fact.company_name) for fact in made.facts] == [
        (None, None),
        ("300288", "朗玛信息"),
    ]
    assert "算法治理" in {tag.name for tag in made.themes}


def test_a_filing_s_own_code_is_its_subject_and_its_title_gives_the_kind() -> None:
    filing = article(
        source="cninfo",
        code="605398",
        title="关于以集中竞价交易方式回购股份方案的公告",
        body="新炬网络拟回购股份。",
    )
    made = document(filing, (), LEXICON)
    assert made.kind == "buyback"
    assert [(tag.code, tag.role) for tag in made.companies] == [("605398", "subject")]
    assert made.lexicon == LEXICON.version


def test_an_article_without_a_date_is_tagged_too() -> None:
    assert document(article(published=None, body="朗玛信息公告"), (), LEXICON).companies[0].code == "300288"


# ---------------------------------------------------------------- what a changed lexicon touches


def desk(tmp_path: Path, themes: str | None = None, companies: str | None = None) -> Lexicon:
    paths: list[Path | None] = [None, None]
    for at, text in enumerate((themes, companies)):
        if text is not None:
            path = tmp_path / f"{at}.yaml"
            path.write_text(text, encoding="utf-8")
            paths[at] = path
    return load_lexicon(paths[0], paths[1])


def test_an_unchanged_lexicon_touches_nothing() -> None:
    found = changes(snapshot(LEXICON), load_lexicon())
    assert not found
    assert not found.touches(document(article(body="朗玛信息谈算力"), (), LEXICON))


def test_a_new_name_touches_the_documents_that_hold_it(tmp_path: Path) -> None:
    new = desk(tmp_path, companies='aliases: {寒王: "688256"}')
    found = changes(snapshot(LEXICON), new)
    assert found.words == {"寒王"}
    assert found.touches(document(article(body="寒 王大涨"), (), LEXICON))
    assert not found.touches(document(article(body="寒武纪大涨"), (), LEXICON))


def table(*companies: Company, old_codes: dict[str, str] | None = None) -> Lexicon:
    return Lexicon(Matcher(CompanyTable(companies, old_codes=old_codes)), LEXICON.themes)


def test_a_new_code_touches_the_documents_that_print_it_or_are_filed_under_it() -> None:
    first = Company(code="600111", exchange="SSE", board="主板", short="甲辰股份")
    second = Company(code="688222", exchange="SSE", board="科创板", short="癸丑生物")
    old = table(first)
    found = changes(snapshot(old), table(first, second, old_codes={"830222": "688222"}))
    assert found.words == {"癸丑生物", "688222", "830222"}
    assert found.touches(document(article(body="新股（688222）上市"), (), old))
    assert found.touches(document(article(body="原代码830222"), (), old))
    assert found.touches(document(article(body="没有印代码", code="688222"), (), old))
    assert not found.touches(document(article(body="甲辰股份（600111）", code="600111"), (), old))


def test_a_delisting_touches_only_the_documents_with_a_name_that_is_shared() -> None:
    one = Company(code="600111", exchange="SSE", board="主板", short="甲辰股份")
    two = Company(code="600112", exchange="SSE", board="主板", short="乙巳重工")
    other = Company(code="000111", exchange="SZSE", board="主板", short="乙巳重工")
    gone = [msgspec.structs.replace(company, gone=True, org_id="9900000001") for company in (one, two)]
    found = changes(snapshot(table(one, two, other)), table(*gone, other))
    assert found.words == {"乙巳重工"}


def test_a_new_company_touches_its_name_its_printed_code_and_its_own_filings(tmp_path: Path) -> None:
    def listed(*rows: str) -> Lexicon:
        head = "code\texchange\tboard\tshort_name\tlist_date\tstatus\n"
        (tmp_path / "companies.tsv").write_text(head + "".join(rows), encoding="utf-8")
        (tmp_path / "aliases.tsv").write_text("code\talias\tkind\tuntil\n", encoding="utf-8")
        return load_lexicon(table=tmp_path)

    old = "600001\tSSE\t主板\t庚辛电气\t2001-01-01\tL\n"
    new = "300009\tSZSE\t创业板\t壬癸机床\t2019-01-01\tL\n"
    found = changes(snapshot(listed(old)), listed(old, new))
    assert found.words == {"壬癸机床", "300009"}
    texts = ("壬癸机床公告", "某公司（300009）公告", "庚辛电气公告")
    touched = [found.touches(document(article(body=text), (), LEXICON)) for text in texts]
    assert touched == [True, True, False]
    assert found.touches(document(article(code="300009"), (), LEXICON))


def test_a_changed_rule_touches_the_documents_with_its_old_or_new_words(tmp_path: Path) -> None:
    old = desk(tmp_path, themes="甲: {rules: [{any: [旧词]}]}\n乙: {rules: [{any: [别词]}]}\n")
    before = snapshot(old)
    new = desk(
        tmp_path, themes="甲: {rules: [{any: [新词]}], hit: [有新词的句子]}\n乙: {rules: [{any: [别词]}]}\n"
    )
    found = changes(before, new)
    assert found.words == {"旧词", "新词"}
    touched = [
        found.touches(document(article(body=text), (), new)) for text in ("一个旧词", "一个新词", "一个别词")
    ]
    assert touched == [True, True, False]


def test_new_examples_alone_touch_nothing(tmp_path: Path) -> None:
    before = snapshot(desk(tmp_path, themes="甲: {rules: [{any: [旧词]}]}"))
    assert not changes(before, desk(tmp_path, themes="甲: {rules: [{any: [旧词]}], hit: [有旧词]}"))


def test_changed_code_touches_everything() -> None:
    before = msgspec.json.decode(snapshot(LEXICON)) | {"code": "older"}
    assert changes(msgspec.json.encode(before), LEXICON).touches(document(article(), (), LEXICON))


@pytest.mark.parametrize(
    ("file", "counts"),
    [("companies.py", True), ("filings/pledge.py", True), ("present.py", False), ("read/sse.py", False)],
)
def test_the_version_of_the_code_is_that_of_what_tags(tmp_path: Path, file: str, counts: bool) -> None:
    copy = tmp_path / "pipeline"
    shutil.copytree(Path(pipeline.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    before = code_version(copy)
    (copy / file).write_text((copy / file).read_text(encoding="utf-8") + "\n# more\n", encoding="utf-8")
    assert (code_version(copy) != before) is counts


def test_a_snapshot_that_is_none_is_one_clear_line() -> None:
    with pytest.raises(UserError, match="快照读不了"):
        changes(b"{", LEXICON)
