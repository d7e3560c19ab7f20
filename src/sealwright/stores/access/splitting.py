"""A policy that is too long as several, since AWS counts characters: those of one folder stay together.

Source: IAM and AWS STS quotas: 6,144 characters for a managed policy, white space not counted, and ten for a role.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sealwright.stores.access.party import Document

LARGEST = 6144
MOST = 10


def size_of(document: Document) -> int:
    """Characters as AWS counts them."""
    return len("".join(json.dumps(document, separators=(",", ":")).split()))


def split(build: Callable[[Sequence[str]], Document], names: Sequence[str]) -> list[Document]:
    """What `build` makes of all names if that is short enough, else of parts of them, in their order."""
    ordered = sorted(set(names))
    whole = build(ordered)
    return [whole] if size_of(whole) <= LARGEST else [build(part) for part in _parts(build, ordered)]


def _parts(build: Callable[[Sequence[str]], Document], names: list[str]) -> Iterator[list[str]]:
    first = names[0]
    alone = size_of(build([first]))
    # What one name more costs does not depend on the others, or is less where folders stand for names.
    costs = {name: size_of(build([first, name])) - alone for name in names[1:]}
    costs[first] = max(costs.values(), default=0)
    room = LARGEST - alone
    part: list[str] = []
    used = 0
    for _, group in groupby(names, key=lambda name: name.rpartition("/")[0]):
        folder = list(group)
        needed = sum(costs[name] for name in folder)
        if part and used + needed > room >= needed:
            yield part
            part, used = [], 0
        for name in folder:
            if part and used + costs[name] > room:
                yield part
                part, used = [], 0
            part.append(name)
            used += costs[name]
    yield part
