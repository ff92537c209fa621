"""Help with names, from a small table."""

from __future__ import annotations

import pytest

from crawlers.sources import load_sources
from pipeline.companies_refresh import write_rows
from pipeline.companies_table import Company, CompanyTable, Other
from pipeline.filings import FACT_KINDS
from pipeline.filings.titles import load_titles
from pipeline.kinds import kind_names
from search.suggest import Suggester
from search.synonyms import load_synonyms
from tests.search.conftest import Open


def company(code: str, short: str) -> Company:
    return Company(code=code, exchange="SSE", board="主板", short=short)


SUGGESTER = Suggester(
    CompanyTable(
        [
            company("603019", "中科曙光"),
            company("300624", "万兴科技"),
            company("000034", "神州数码"),
            company("600887", "伊利股份"),
        ],
        [("000034", "深信泰丰", "former", None)],
    ),
    ["人工智能", "低空经济"],
)

# Of sources that have documents.
PUBLISHERS = {name: source.publisher for name, source in load_sources().items() if not source.issuers}


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("中科", "company:603019"),
        ("曙光", "company:603019"),
        ("zksg", "company:603019"),
        ("zhongkesh", "company:603019"),
        ("6030", "company:603019"),
        ("深信", "company:000034"),
        ("人工", "theme:人工智能"),
        ("dkjj", "theme:低空经济"),
    ],
)
def test_while_typing(typed: str, first: str) -> None:
    assert SUGGESTER.complete(typed)[0].query == first


def test_nothing_typed_suggests_nothing() -> None:
    assert SUGGESTER.complete("  ") == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("中科署光", ["company:603019"]),
        ("中科曙", ["company:603019"]),
        ("万星科技", ["company:300624"]),
        ("一力股份", ["company:600887"]),
        ("深信泰丰", ["company:000034"]),
        ("人工只能", ["theme:人工智能"]),
        ("中科曙光", []),
        ("完全不同的词", []),
    ],
)
def test_what_may_have_been_meant(typed: str, meant: list[str]) -> None:
    assert [each.query for each in SUGGESTER.near(typed)] == meant


@pytest.mark.parametrize(
    ("full", "first"),
    [
        ("曙光信息产业股份有限公司", "company:603019"),
        ("万兴科技集团股份有限公司", "company:300624"),
        ("内蒙古伊利实业集团股份有限公司", "company:600887"),
        ("神州数码集团股份有限公司", "company:000034"),
        ("伊利实业", "company:600887"),
        ("南方电网储能股份有限公司", None),
    ],
)
def test_a_full_name_that_the_table_lacks_leads_to_the_short_one(full: str, first: str | None) -> None:
    alike = [each.query for each in SUGGESTER.alike(full)]
    assert (alike[0] if alike else None) == first


def test_a_former_name_is_shown_with_the_present_one() -> None:
    assert SUGGESTER.complete("深信")[0].shown == "深信泰丰（神州数码 000034）"


def test_every_source_and_kind_has_a_chinese_name() -> None:
    synonyms = load_synonyms()
    kinds = {*load_titles().names, "news", *FACT_KINDS}
    for field, values in (("source", PUBLISHERS), ("kind", kinds)):
        names = {value: synonyms.label(field, value) for value in values}
        assert [value for value, name in names.items() if name == value] == []
        assert len(set(names.values())) == len(names)


def test_a_source_is_asked_for_by_the_name_that_its_own_file_gives_it() -> None:
    synonyms = load_synonyms()
    assert {synonyms.value("source", publisher): publisher for publisher in PUBLISHERS.values()} == PUBLISHERS


def test_a_name_stands_for_one_value() -> None:
    named = [name for names in kind_names().values() for name in names]
    assert sorted(named) == sorted(set(named))


def test_a_refreshed_company_table_counts_from_the_next_question_on(open_client: Open) -> None:
    client = open_client()
    assert "603019" not in repr(client.plan("company:曙光新名"))
    assert [one.value for one in client.suggest("曙光新")] == []
    companies = [Company(code="603019", exchange="SSE", board="主板", short="曙光新名")]
    others = [Other(code="603019", text="中科曙光", kind="former_short")]
    write_rows(client.settings.data / "companies", companies, others)
    for name in ("曙光新名", "中科曙光"):
        assert "603019" in repr(client.plan(f"company:{name}"))
    assert [one.value for one in client.suggest("曙光新")] == ["603019"]
