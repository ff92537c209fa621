"""The fields of a forecast as they are shown, for tests of forecasts."""

from __future__ import annotations

from pipeline.filings.forecast import facts
from pipeline.filings.record import Filing
from pipeline.model import Number, Term

TITLE = "某某股份2022年度业绩预告"


def read(text: str, title: str = TITLE) -> dict[str, str]:
    found: dict[str, str] = {}
    for fact in facts(Filing(title, text)):
        for name, value in fact.fields.items():
            assert isinstance(value, Number | Term)
            where = title if value.field == "title" else text
            assert where[value.start : value.end] == value.text
            found[name] = f"{value.value}{value.unit or ''}"
    return found


YEAR = {"period": "2022-01-01/2022-12-31"}
