"""A flash read through the client is held against the forecast that the store has."""

from __future__ import annotations

from datetime import timedelta

from pipeline.model import Fact, Term
from pipeline.week import Week
from search.client import Client
from search.shown import shown
from tests.search.conftest import Open
from tests.search.documents import MONDAY, document, figure


def _term(value: str) -> Term:
    return Term(value=value, text=value, start=0, end=1)


def _open(open_client: Open) -> Client:
    client = open_client("embedded")
    forecast = Fact(
        kind="earnings_forecast",
        company=None,
        fields={
            "period": _term("2023-01-01/2023-12-31"),
            "net_profit_min": figure("4800", "元"),
            "net_profit_max": figure("5200", "元"),
        },
    )
    flash = Fact(
        kind="earnings_flash",
        company=None,
        fields={"period": _term("2023FY"), "net_profit_parent": figure("4600", "元")},
    )
    client.store.put_many(
        [
            document(
                "cninfo:1",
                "业绩预告",
                days=-30,
                code="600999",
                kinds=("earnings_forecast",),
                facts=(forecast,),
            ),
            document(
                "cninfo:2", "业绩快报", days=1, code="600999", kinds=("earnings_flash",), facts=(flash,)
            ),
            document(
                "cninfo:3", "业绩快报", days=2, code="600998", kinds=("earnings_flash",), facts=(flash,)
            ),
        ]
    )
    return client


def test_wherever_it_is_shown(open_client: Open) -> None:
    client = _open(open_client)
    shown = client.document("cninfo:2")
    assert shown is not None
    week = {d.id: d for d in client.week(Week.of(MONDAY + timedelta(days=1)))}
    for one in (shown, week["cninfo:2"]):
        (check,) = one.facts[0].checks
        assert check.ok is False
        assert "cninfo:1" in check.detail
    assert week["cninfo:3"].facts[0].checks == ()
    stored = client.store.get("cninfo:2")
    assert stored is not None and stored.facts[0].checks == ()  # the store keeps what the filing says


def test_the_command_shows_it_too(open_client: Open) -> None:
    client = _open(open_client)
    told = shown(client.store, "cninfo:2")
    assert told is not None and "cninfo:1" in told.facts[0].checks[0].detail
    assert ([origin.id for origin in told.origins], told.corrects, told.corrected_by) == (
        ["cninfo:2"],
        None,
        (),
    )
    assert shown(client.store, "cninfo:9") is None


def test_a_correction_and_what_it_corrects_name_each_other(open_client: Open) -> None:
    client = open_client("embedded")
    first = document("cninfo:7", "2023年度业绩快报", "甲", code="600999")
    client.store.put_many(
        [first, document("cninfo:8", "2023年度业绩快报更正公告", "乙", days=2, code="600999")]
    )
    told, by = shown(client.store, "cninfo:8"), shown(client.store, "cninfo:7")
    assert told is not None and told.corrects == "cninfo:7"
    assert by is not None and by.corrected_by == ("cninfo:8",)
