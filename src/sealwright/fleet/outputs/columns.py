"""A finding as a row of a table: which columns there are, and what stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXTS = (
    *("repository", "rule", "severity", "confidence", "status", "reason", "path", "api_version", "kind", "namespace"),
    *("name", "field", "message", "fingerprint", "first_commit", "first_day", "last_commit", "last_day"),
)
LISTS = ("also", "owners")
NUMBERS = ("line", "column", "end_line", "end_column")
COLUMNS = (
    *("repository", "rule", "severity", "confidence", "status", "reason", "path"),
    *("line", "column", "end_line", "end_column"),
    *("api_version", "kind", "namespace", "name", "field", "message", "fingerprint"),
    *LISTS,
    *("first_commit", "first_day", "last_commit", "last_day", "at_tip"),
)
"""In this order. TEXTS are '' where there is nothing, LISTS hold texts, `at_tip` is None without a history."""


def row(repository: str, finding: Mapping[str, Any]) -> dict[str, Any]:
    """All columns of a finding, as text that UTF-8 can hold."""
    about, history = finding["resource"], finding.get("history") or {}
    cells = {
        "repository": repository,
        **{name: finding[name] for name in ("rule", "severity", "confidence", "status", "path")},
        "reason": finding.get("reason", ""),
        "line": finding["start"]["line"],
        "column": finding["start"]["column"],
        "end_line": finding["end"]["line"],
        "end_column": finding["end"]["column"],
        "api_version": about["apiVersion"],
        **{name: about[name] for name in ("kind", "namespace", "name")},
        **{name: finding[name] for name in ("field", "message", "fingerprint")},
        **{name: [_text(each) for each in finding.get(name) or ()] for name in LISTS},
        "first_commit": history.get("first", ""),
        "first_day": history.get("first_day", ""),
        "last_commit": history.get("last", ""),
        "last_day": history.get("last_day", ""),
        "at_tip": history.get("at_tip"),
    }
    return {name: _text(cell) if isinstance(cell, str) else cell for name, cell in cells.items()}


def _text(text: str) -> str:
    """Bytes of a name that are not UTF-8 as escapes."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")
