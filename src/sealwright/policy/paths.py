"""Paths into objects: following one, and writing one so that reordering a list changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from sealwright.policy.subject import DocumentPath

_WORD = Pattern(r"[A-Za-z_$][\w$-]*\Z")
_SHOWN = 63
"""Letters of a name: no longer one names a container, a volume or a variable that matters, and a value might."""


def lookup(value: Any, path: DocumentPath) -> Any:
    """What stands at `path`; None where it is not there (and where it is null)."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def keyed(value: Any, path: DocumentPath) -> str:
    """The path in dots: `spec.containers[name=api].env[name=DB]`, `rules[2]`, `data["tls.crt"]`; '' for the object.

    An item of a list is named by its `name` where it has one that no other item has.
    """
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{_item(value, step)}]")
        elif _WORD.match(step):
            parts.append(f".{step}" if parts else step)
        else:
            quoted = step.replace("\\", "\\\\").replace('"', '\\"')
            parts.append(f'["{quoted}"]')
        value = lookup(value, (step,))
    return "".join(parts)


def _item(value: Any, index: int) -> str:
    name = _name(value[index]) if isinstance(value, list) and 0 <= index < len(value) else ""
    if name and sum(_name(item) == name for item in value) == 1:
        return f"name={name}"
    return str(index)


def _name(item: Any) -> str:
    name = item.get("name") if isinstance(item, dict) else None
    return name if isinstance(name, str) and 0 < len(name) <= _SHOWN else ""
