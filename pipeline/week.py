"""Weeks: Monday to Sunday in Asia/Shanghai, named by ISO (`2024-W08` is 19–25 Feb 2024)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pipeline.model import SHANGHAI, UserError

_NAME = re.compile(r"(\d{4})-?[Ww](\d{2})")


@dataclass(frozen=True, order=True)
class Week:
    year: int
    number: int

    @classmethod
    def parse(cls, name: str) -> Week:
        """`2024-W08`; raises UserError that says what is allowed."""
        found = _NAME.fullmatch(name.strip())
        if not found:
            raise UserError(f"{name!r} 不是一周的名字：写作 2024-W08")
        year, number = int(found[1]), int(found[2])
        try:
            date.fromisocalendar(year, number, 1)
        except ValueError:
            raise UserError(f"{name!r}：{year} 年没有第 {number} 周") from None
        return cls(year, number)

    @classmethod
    def of(cls, moment: datetime | date) -> Week:
        """The week of a moment, by its date in Shanghai. A naive datetime is refused."""
        if isinstance(moment, datetime):
            if moment.tzinfo is None:
                raise ValueError("a week needs an aware datetime")
            moment = moment.astimezone(SHANGHAI).date()
        year, number, _ = moment.isocalendar()
        return cls(year, number)

    @property
    def monday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def start(self) -> datetime:
        return datetime.combine(self.monday, time(), SHANGHAI)

    @property
    def end(self) -> datetime:
        """The first moment after the week."""
        return self.start + timedelta(days=7)

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02d}"
