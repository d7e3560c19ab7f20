"""Which of the paths that made a rule fail a finding shows: one for each thing that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sealwright.policy.paths import lookup

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sealwright.policy.subject import DocumentPath


def shown(paths: Sequence[DocumentPath], keys: Sequence[str], value: Mapping[str, Any]) -> tuple[DocumentPath, ...]:
    """The paths that end at the first of `keys` that any ends at; else the first one in each item of a list.

    Other items of the same list have a best key of their own, so that none hides what is wrong in another.
    What is there comes before what is missing; and of what is there everything is shown that is not part of another
    (`data.a`, `data.b` and `stringData.c`): each is wrong by itself.
    """
    best: dict[DocumentPath, str] = {}
    for key in keys:
        lists = {item[:-1] for item in best}
        for item in [_outermost_item(path) for path in paths if _last_key(path) == key]:
            if not lists or item[:-1] in lists:
                best.setdefault(item, key)
    if best:
        return tuple(path for path in paths if best.get(_outermost_item(path)) == _last_key(path))
    if len(paths) < 2:
        return tuple(paths)
    there = [path for path in paths if lookup(value, path) is not None]
    chosen: dict[DocumentPath, DocumentPath] = {}
    for path in [*there, *paths]:
        chosen.setdefault(_item(path), path)
    found = set(chosen.values())
    above = {part for path in found for part in _parts(path)}
    for path in there:
        if path not in above and found.isdisjoint(_parts(path)):
            found.add(path)
            above.update(_parts(path))
    return tuple(path for path in paths if path in found)


def _parts(path: DocumentPath) -> Iterator[DocumentPath]:
    """What the path is in, from the outermost on, and itself."""
    return (path[:length] for length in range(len(path) + 1))


def _last_key(path: DocumentPath) -> str:
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def _outermost_item(path: DocumentPath) -> DocumentPath:
    """The outermost item of a list that holds the path; () where none does."""
    length = next((index + 1 for index, step in enumerate(path) if isinstance(step, int)), 0)
    return path[:length]


def _item(path: DocumentPath) -> DocumentPath:
    """The innermost item of a list that holds the path."""
    length = max((index + 1 for index, step in enumerate(path) if isinstance(step, int)), default=0)
    return path[:length]
