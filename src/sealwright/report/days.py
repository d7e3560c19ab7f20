"""Days as people read them. All of them come in as YYYY-MM-DD; what is no such day stays as it is."""

from __future__ import annotations

from datetime import date

from sealwright.report.wording import plural

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
SOON = 30
"""Days before the end of a certificate from which on it is time to renew it."""
_LONG = 90
"""Days from which on months say more."""


def parsed(day: str) -> date | None:
    """The day; None for what is none. A time of day behind it is left out."""
    try:
        return date.fromisoformat(day[:10])
    except ValueError:
        return None


def days_between(first: str, second: str) -> int | None:
    """From the first day to the second; None where one of them is not known."""
    start, end = parsed(first), parsed(second)
    return None if start is None or end is None else (end - start).days


def long_day(day: str) -> str:
    """`3 March 2025`."""
    known = parsed(day)
    return day if known is None else f"{known.day} {MONTHS[known.month - 1]} {known.year}"


def month(day: date) -> str:
    """`Mar 2025`."""
    return f"{MONTHS[day.month - 1][:3]} {day.year}"


def duration(days: int) -> str:
    """`12 days`, `5 months`, `2 years`."""
    if days < _LONG:
        return plural(days, "day")
    return plural(days * 12 // 365, "month") if days < 2 * 365 else plural(days // 365, "year")
