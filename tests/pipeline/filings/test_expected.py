"""A flash against the company's earlier forecast. All companies and figures are made up."""

from __future__ import annotations

from pipeline.filings.expected import with_forecast
from pipeline.model import Check, Document
from tests.pipeline.filings.documents import filing


def forecast(day: int, low: str, high: str, year: int = 2023, code: str = "600999") -> Document:
    body = f"预计{year}年度实现归属于上市公司股东的净利润为{low}万元至{high}万元，与上年同期相比，将增加。"
    return filing(day, f"{year}年度业绩预告", body, code)


def flash(profit: str) -> Document:
    body = (
        "单位：万元\n项目\t本报告期\t上年同期\t增减变动幅度（%）\n营业总收入\t100,000.00\t80,000.00\t25.00\n"
        f"归属于上市公司股东的净利润\t{profit}\t4,000.00\t25.00"
    )
    return filing(40, "2023年度业绩快报公告", body)


def added(document: Document, forecasts: list[Document]) -> list[Check]:
    (fact,) = [f for f in with_forecast(document, forecasts).facts if f.kind == "earnings_flash"]
    return [c for c in fact.checks if c.name.endswith("in forecast")]


def test_inside_and_outside_the_range() -> None:
    (inside,) = added(flash("5,000.00"), [forecast(0, "4,800", "5,200")])
    assert (inside.name, inside.ok, inside.fields) == (
        "net_profit_parent in forecast",
        True,
        ("net_profit_parent",),
    )
    (outside,) = added(flash("4,600.00"), [forecast(0, "4,800", "5,200")])
    assert outside.ok is False
    assert (
        outside.detail
        == "快报 4,600.00万元，2024-01-20 业绩预告为 4,800万元 至 5,200万元（cninfo:600999-0），超出预告"
    )


def test_the_printed_digits_round() -> None:
    (rounded,) = added(flash("4,799.60"), [forecast(0, "4,800", "5,200")])
    assert rounded.ok is True


def test_the_last_forecast_before_the_flash_counts() -> None:
    (check,) = added(flash("5,000.00"), [forecast(10, "2,000", "2,500"), forecast(0, "4,800", "5,200")])
    assert check.ok is False and "cninfo:600999-10" in check.detail
    (check,) = added(flash("5,000.00"), [forecast(60, "2,000", "2,500"), forecast(0, "4,800", "5,200")])
    assert check.ok is True  # what is told after the flash is no forecast of it


def test_other_companies_and_periods_have_no_part() -> None:
    other = [forecast(0, "1", "2", year=2022), forecast(0, "1", "2", code="600998")]
    assert added(flash("5,000.00"), other) == []
    plain = flash("5,000.00")
    assert with_forecast(plain, other) is plain
