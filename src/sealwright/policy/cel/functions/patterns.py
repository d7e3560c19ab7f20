"""Regular expressions in the syntax of RE2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.policy.cel.definitions import define

if TYPE_CHECKING:
    from sealwright.policy.cel.regex import Expression


def _read(pattern: str) -> Expression:
    """The engine is loaded when an expression gets that far."""
    from sealwright.policy.cel.regex import compiled

    return compiled(pattern)


def _matches(text: str, pattern: str) -> bool:
    return _read(pattern).test(text)


def _find(text: str, pattern: str) -> str:
    found = _read(pattern).search(text)
    return text[found[0] : found[1]] if found else ""


def _find_all(text: str, pattern: str, limit: int = -1) -> list[str]:
    result: list[str] = []
    for start, end in _read(pattern).spans(text):
        if len(result) == limit:
            break
        result.append(text[start:end])
    return result


FUNCTIONS = (
    *define(_matches, "string matches(string): bool", "matches(string, string): bool"),
    *define(_find, "string find(string): string"),
    *define(_find_all, "string findAll(string): list(string)", "string findAll(string, int): list(string)"),
)
