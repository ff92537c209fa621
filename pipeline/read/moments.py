"""Times as pages print them, read as Shanghai time with the precision that is printed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from pipeline.model import SHANGHAI, Precision

Moment = tuple[datetime, Precision]

_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)\s*日?"
    r"(?:[\sT-]*(?<!\d)(\d{1,2})\s*[:：]\s*(\d{2})(?::(\d{2}))?)?"
)
_LABEL = re.compile(r"(?:发布|公布|印发)?(?:时间|日期)\s*[:：]?\s*")


def read_moment(text: str, *, day_only: bool = False) -> Moment | None:
    """The date that a `发布时间：` label introduces, else the first one in the text.

    A clock of 00:00 is no clock: systems print it when they store a date only.
    """
    labels = [found.end() for found in _LABEL.finditer(text)]
    for start in [*labels, 0]:
        found = _DATE.search(text, start)
        if not found:
            continue
        year, month, day, hour, minute, _ = found.groups()
        try:
            at = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), tzinfo=SHANGHAI)
        except ValueError:
            continue
        has_clock = hour is not None and (at.hour, at.minute) != (0, 0) and not day_only
        if not has_clock:
            at = at.replace(hour=0, minute=0)
        return at, "minute" if has_clock else "day"
    return None


def from_millis(value: int | str) -> Moment:
    """Milliseconds since 1970 as the exchanges' JSON has them; raises ValueError."""
    millis = int(value)
    if not 0 < millis < 4_102_444_800_000:  # year 2100
        raise ValueError(f"{millis} is not a time in milliseconds")
    at = datetime.fromtimestamp(millis // 60_000 * 60, SHANGHAI)
    return at, "day" if (at.hour, at.minute) == (0, 0) else "minute"


def too_late(published: datetime, fetched: datetime) -> bool:
    """True when a page is dated later than any site pre-dates (long holidays included)."""
    return published > fetched + timedelta(days=12)
