"""Durations as Go reads and writes them. Source: Go, src/time/format.go (`ParseDuration`), time.go (`String`)."""

from __future__ import annotations

from typing import Final

from sealwright.patterns import Pattern

_WHOLE = Pattern(r"[-+]?(?:0|(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)\Z")
_PART = Pattern(r"([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)")
_UNITS: Final = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_MOST: Final = 2**63 - 1


def nanoseconds(text: str) -> int | None:
    """How long it is; None for what Go does not take for a duration."""
    if len(text) > 100 or not _WHOLE.match(text):
        return None
    total = 0
    for whole, fraction, unit in _PART.compiled.findall(text):
        total += int(whole or 0) * _UNITS[unit]
        total += int(fraction or 0) * _UNITS[unit] // 10 ** len(fraction)
    if total > _MOST:
        return None
    return -total if text.startswith("-") else total


def go_duration(text: str) -> str | None:
    """The duration as Go writes it (`1h` is `1h0m0s`), in which form it stays the same when it is read and written."""
    length = nanoseconds(text)
    if length is None:
        return None
    sign, rest = ("-" if length < 0 else ""), abs(length)
    if 0 < rest < 10**9:
        unit = next(name for name in ("ms", "us", "ns") if rest >= _UNITS[name])
        shown = "µs" if unit == "us" else unit
        return f"{sign}{_decimal(rest, _UNITS[unit])}{shown}"
    hours, rest = divmod(rest, _UNITS["h"])
    minutes, rest = divmod(rest, _UNITS["m"])
    seconds = f"{_decimal(rest, 10**9)}s"
    if hours:
        return f"{sign}{hours}h{minutes}m{seconds}"
    return f"{sign}{minutes}m{seconds}" if minutes else f"{sign}{seconds}"


def _decimal(amount: int, unit: int) -> str:
    whole, rest = divmod(amount, unit)
    fraction = f"{rest:0{len(str(unit)) - 1}d}".rstrip("0") if rest else ""
    return f"{whole}.{fraction}" if fraction else str(whole)
