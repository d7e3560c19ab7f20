"""Looking into the values of objects, whatever somebody has written there."""

from __future__ import annotations

from typing import Any

LONGEST = 400
"""Characters of a name that are kept: what a manifest calls one may be anything."""


def mapping(value: Any, *way: str) -> dict[str, Any]:
    """The mapping at the end of these keys; an empty one where there is none."""
    for key in way:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def items(value: Any, *way: str) -> list[Any]:
    """The list at the end of these keys; an empty one where there is none."""
    *above, last = way
    found = mapping(value, *above).get(last)
    return found if isinstance(found, list) else []


def text(value: Any, *way: str) -> str:
    """The text at the end of these keys, or a number as text; '' where there is none."""
    *above, last = way
    return word(mapping(value, *above).get(last))


def word(value: Any) -> str:
    """A text or a number, in one line of bounded length; '' for anything else."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    shown = str(value).strip()
    shown = shown if len(shown) <= LONGEST else f"{shown[:60]}\u2026"
    return " ".join(shown.split()) if "\n" in shown or "\t" in shown else shown


def address(text_: str) -> str:
    """Scheme, host and port of an address: what else is in one may be a credential. What is no address stays."""
    scheme, sign, rest = text_.partition("://")
    if not sign:
        return text_.rpartition("@")[2] if ":" in text_.partition("@")[0] else text_
    host = rest.replace("?", "/").replace("#", "/").partition("/")[0]
    return f"{scheme}://{host.rpartition('@')[2]}"
