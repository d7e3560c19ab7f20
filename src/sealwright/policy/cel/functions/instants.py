"""Timestamps and durations as text."""

from __future__ import annotations

from sealwright.patterns import Pattern
from sealwright.policy.cel.errors import EvaluationError
from sealwright.policy.cel.operators import SECOND, duration, timestamp
from sealwright.policy.cel.values import Duration, Timestamp

_TIMESTAMP = Pattern(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[.,]([0-9]+))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))"
)
_DURATION = Pattern(r"([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)")
_UNITS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": SECOND,
    "m": 60 * SECOND,
    "h": 3_600 * SECOND,
}
_LONGEST = 100
"""Characters of a duration; each of its numbers is converted, and long ones slowly."""
EPOCH = 719_163
"""The ordinal of 1970-01-01."""
DAY = 86_400


def read_timestamp(text: str) -> Timestamp:
    """A timestamp of RFC 3339."""
    from datetime import date

    parts = _TIMESTAMP.fullmatch(text)
    if parts is None:
        raise EvaluationError("timestamp(): the string is not a time of RFC 3339")
    year, month, day, hour, minute, second = (int(number) for number in parts.groups()[:6])
    fraction, sign, hours, minutes = parts.groups()[6:]
    try:
        days = date(year, month, day).toordinal() - EPOCH
    except ValueError:
        days = None
    east = (int(hours) * 3_600 + int(minutes) * 60) * (-1 if sign == "-" else 1) if sign else 0
    beyond = sign and (int(hours) > 24 or int(minutes) > 59)
    if days is None or hour > 23 or minute > 59 or second > 59 or beyond:
        raise EvaluationError("timestamp(): there is no such time")
    seconds = days * DAY + hour * 3_600 + minute * 60 + second - east
    return timestamp(seconds * SECOND + int((fraction or "0")[:9].ljust(9, "0")))


def timestamp_text(value: Timestamp) -> str:
    """RFC 3339 in UTC, with as many digits as are needed."""
    from datetime import date

    seconds, nanoseconds = divmod(value.nanoseconds, SECOND)
    days, rest = divmod(seconds, DAY)
    day = date.fromordinal(days + EPOCH).isoformat()
    return f"{day}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}{_fraction(nanoseconds)}Z"


def _fraction(nanoseconds: int) -> str:
    return f".{nanoseconds:09d}".rstrip("0") if nanoseconds else ""


def read_duration(text: str) -> Duration:
    """A duration as Go writes it: `1h30m`, `-1.5s`, `0`."""
    rest = text[1:] if text[:1] in {"+", "-"} else text
    if rest == "0":
        return Duration(0)
    nanoseconds, position = 0, 0
    while position < len(rest):
        part = _DURATION.match(rest, position) if len(rest) <= _LONGEST else None
        if part is None or not (part[1] or part[2]):
            break
        unit = _UNITS[part[3]]
        fraction = part[2] or ""
        nanoseconds += int(part[1] or 0) * unit + int(fraction or 0) * unit // 10 ** len(fraction)
        position = part.end()
    if not rest or position < len(rest):
        raise EvaluationError("duration(): the string is not a duration")
    return duration(-nanoseconds if text[0] == "-" else nanoseconds)


def duration_text(value: Duration) -> str:
    """In seconds: `5400s`, `-1.5s`."""
    seconds, nanoseconds = divmod(abs(value.nanoseconds), SECOND)
    return f"{'-' if value.nanoseconds < 0 else ''}{seconds}{_fraction(nanoseconds)}s"
