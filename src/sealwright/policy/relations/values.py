"""Reading values that nobody promised anything about: wherever the shape is another one, there is nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.policy.subject import DocumentPath

_NAME = Pattern(r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\Z")
_LONGEST = 253
_DEEPEST = 60


def at(value: Any, *keys: str) -> Any:
    """What stands below these keys; None where one is missing or is not in a mapping."""
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def mapping(value: Any, *keys: str) -> dict[str, Any]:
    """As `at`; an empty mapping for anything that is none."""
    found = at(value, *keys)
    return found if isinstance(found, dict) else {}


def items(value: Any, *keys: str) -> list[Any]:
    """As `at`; an empty list for anything that is none."""
    found = at(value, *keys)
    return found if isinstance(found, list) else []


def text(value: Any, *keys: str) -> str:
    """As `at`; '' for anything that is no string."""
    found = at(value, *keys)
    return found if isinstance(found, str) else ""


def is_name(name: str) -> bool:
    """Whether a text is the name of an object as it stands: no template, no variable."""
    return 0 < len(name) <= _LONGEST and _NAME.match(name) is not None


def strings(value: Any, path: DocumentPath = ()) -> Iterator[tuple[DocumentPath, str]]:
    """Every string below, with its path; what is too deep for anyone to mean it is left out."""
    if isinstance(value, str):
        yield path, value
    elif len(path) < _DEEPEST:
        pairs: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, inner in pairs:
            yield from strings(inner, (*path, key))
