"""A finding, or an error, as a line: always the same fields in the same order, however it was kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIELDS = (
    *("rule", "severity", "confidence", "path", "start", "end", "resource", "field", "message", "fingerprint"),
    *("status", "also", "reason", "history"),
)
_ERROR_FIELDS = ("path", "message", "line", "column", "hint")
_WITHIN = {
    "start": ("line", "column"),
    "end": ("line", "column"),
    "resource": ("apiVersion", "kind", "namespace", "name"),
    "history": ("first", "last", "at_tip", "first_day", "last_day"),
}


def finding_fields(finding: Mapping[str, Any]) -> dict[str, Any]:
    """The finding in the order of JSON, version 1, and nothing else of it; then `owners`, a list that may be empty."""
    fields = _ordered(finding, _FIELDS)
    for name, order in _WITHIN.items():
        if isinstance(fields.get(name), dict):
            fields[name] = _ordered(fields[name], order)
    fields["owners"] = list(finding.get("owners") or ())
    return fields


def error_fields(error: Mapping[str, Any]) -> dict[str, Any]:
    """One of `errors` in the order of JSON, version 1."""
    return _ordered(error, _ERROR_FIELDS)


def _ordered(fields: Mapping[str, Any], order: tuple[str, ...]) -> dict[str, Any]:
    return {name: fields[name] for name in order if name in fields}
