"""Timestamps and durations: how they are made, and their parts, in UTC or in a time zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.patterns import Pattern
from sealwright.policy.cel.definitions import define
from sealwright.policy.cel.errors import EvaluationError
from sealwright.policy.cel.functions.instants import DAY, EPOCH, read_duration, read_timestamp
from sealwright.policy.cel.operators import SECOND, timestamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from sealwright.policy.cel.values import Duration, Timestamp

_CYCLE, _CYCLE_YEARS = 146_097, 400
"""Days and years after which the calendar repeats itself."""
_OFFSET = Pattern(r"([+-]?)([0-9]{2}):([0-9]{2})")


def _same(value: Any) -> Any:
    return value


def _timestamp_of_seconds(seconds: int) -> Timestamp:
    return timestamp(seconds * SECOND)


def _local(value: Timestamp, zone: str) -> int:
    """Seconds since 1970 that a clock in that zone shows."""
    seconds = value.nanoseconds // SECOND
    if zone in {"", "UTC"}:
        return seconds
    offset = _OFFSET.fullmatch(zone)
    if offset:
        east = int(offset[2]) * 3_600 + int(offset[3]) * 60
        return seconds - east if offset[1] == "-" else seconds + east
    return seconds + _offset_of(zone, seconds)


def _offset_of(zone: str, seconds: int) -> int:
    from datetime import datetime, timedelta, timezone
    from zoneinfo import ZoneInfo

    try:
        there = ZoneInfo(zone)
    except (ValueError, OSError, KeyError):  # unknown, not a key, or no data for it
        raise EvaluationError("unknown time zone") from None
    try:
        moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=seconds)
        offset = moment.astimezone(there).utcoffset()
    except OverflowError:  # the first or last hours that datetime has: the same moment of the calendar's cycle
        return _offset_of(zone, seconds + (_CYCLE if seconds < 0 else -_CYCLE) * DAY)
    return round(offset.total_seconds()) if offset is not None else 0


def _day(value: Timestamp, zone: str) -> tuple[date, int]:
    """The day, and years to add to it: a zone's clock may show the year 0 or 10000, which `date` does not have."""
    from datetime import date

    ordinal = _local(value, zone) // DAY + EPOCH
    if ordinal < 1:
        return date.fromordinal(ordinal + _CYCLE), -_CYCLE_YEARS
    if ordinal > date.max.toordinal():
        return date.fromordinal(ordinal - _CYCLE), _CYCLE_YEARS
    return date.fromordinal(ordinal), 0


def _day_of_year(value: Timestamp, zone: str) -> int:
    day, _ = _day(value, zone)
    return day.toordinal() - day.replace(month=1, day=1).toordinal()


def _year(value: Timestamp, zone: str) -> int:
    day, years = _day(value, zone)
    return day.year + years


_PARTS: dict[str, Callable[[Timestamp, str], int]] = {
    "getDate": lambda value, zone: _day(value, zone)[0].day,
    "getDayOfMonth": lambda value, zone: _day(value, zone)[0].day - 1,
    "getDayOfWeek": lambda value, zone: _day(value, zone)[0].isoweekday() % 7,
    "getDayOfYear": _day_of_year,
    "getFullYear": _year,
    "getMonth": lambda value, zone: _day(value, zone)[0].month - 1,
    "getHours": lambda value, zone: _local(value, zone) // 3_600 % 24,
    "getMinutes": lambda value, zone: _local(value, zone) // 60 % 60,
    "getSeconds": lambda value, zone: _local(value, zone) % 60,
    "getMilliseconds": lambda value, _: value.nanoseconds % SECOND // 1_000_000,
}


def _in_utc(part: Callable[[Timestamp, str], int]) -> Callable[[Timestamp], int]:
    return lambda value: part(value, "UTC")


def _towards_zero(nanoseconds: int, unit: int) -> int:
    return abs(nanoseconds) // unit * (-1 if nanoseconds < 0 else 1)


_LENGTHS: dict[str, Callable[[Duration], int]] = {
    "getHours": lambda value: _towards_zero(value.nanoseconds, 3_600 * SECOND),
    "getMinutes": lambda value: _towards_zero(value.nanoseconds, 60 * SECOND),
    "getSeconds": lambda value: _towards_zero(value.nanoseconds, SECOND),
    # As the specification has it: the part below a second, not the whole in milliseconds.
    "getMilliseconds": lambda value: (
        _towards_zero(value.nanoseconds, 1_000_000) - 1_000 * _LENGTHS["getSeconds"](value)
    ),
}

FUNCTIONS = (
    *define(_same, "timestamp(timestamp): timestamp", "duration(duration): duration"),
    *define(read_timestamp, "timestamp(string): timestamp"),
    *define(_timestamp_of_seconds, "timestamp(int): timestamp"),
    *define(read_duration, "duration(string): duration"),
    *(row for name, part in _PARTS.items() for row in define(part, f"timestamp {name}(string): int")),
    *(row for name, part in _PARTS.items() for row in define(_in_utc(part), f"timestamp {name}(): int")),
    *(row for name, part in _LENGTHS.items() for row in define(part, f"duration {name}(): int")),
)
