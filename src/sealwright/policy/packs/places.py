"""Which of the paths that made a rule fail a finding shows: one for each thing that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.policy.paths import lookup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sealwright.policy.subject import DocumentPath


def shown(paths: Sequence[DocumentPath], keys: Sequence[str], value: Mapping[str, Any]) -> tuple[DocumentPath, ...]:
    """The paths that end at the first of `keys` that any ends at; else the first one in each item of a list.

    What is there comes before what is missing, and what stands beside the first (`data.a`, `data.b`) is shown as well.
    """
    for key in keys:
        ending = [path for path in paths if _last_key(path) == key]
        if ending:
            return tuple(ending)
    if len(paths) < 2:
        return tuple(paths)
    chosen: dict[DocumentPath, DocumentPath] = {}
    for path in paths:
        item = _item(path)
        known = chosen.get(item)
        if known is None or (lookup(value, known) is None and lookup(value, path) is not None):
            chosen[item] = path
    firsts = set(chosen.values())
    beside = {path[:-1] for path in firsts if lookup(value, path) is not None}
    return tuple(path for path in paths if path in firsts or (path[:-1] in beside and lookup(value, path) is not None))


def _last_key(path: DocumentPath) -> str:
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def _item(path: DocumentPath) -> DocumentPath:
    """The innermost item of a list that holds the path."""
    length = max((index + 1 for index, step in enumerate(path) if isinstance(step, int)), default=0)
    return path[:length]
