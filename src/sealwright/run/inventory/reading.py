"""All files of a tree, read for the secrets in them; of a part of a tree, the rest is read for who uses them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import SealwrightError
from sealwright.finding import Problem
from sealwright.manifest.discover import DEFAULT_MAX_BYTES, Selection, read_target
from sealwright.manifest.source import decode
from sealwright.run.inventory.file import may_hold_secrets, read_file
from sealwright.run.scan import targets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.manifest.discover import Target
    from sealwright.run.gate.asked import Asked
    from sealwright.run.inventory.file import FileSecrets
    from sealwright.sealing.stamps import Book


class Read(NamedTuple):
    """`files` are those that were asked for, `around` others of the repository; `looked_at` counts all."""

    files: list[FileSecrets]
    around: list[FileSecrets]
    looked_at: int


def read_tree(asked: Asked, stamps: Book | None, look: Callable[[str, bytes], None]) -> Read:
    """Read what is asked for, and what is around it. `look` is shown every file that is asked for.

    What cannot be read is left out: the scan tells of it.
    """
    limit = asked.selection.max_bytes or DEFAULT_MAX_BYTES
    seen: set[str] = set()
    files: list[FileSecrets] = []
    for target in _targets(asked.selection, asked):
        data = _content(target, limit)
        seen.add(_place(target))
        if data is not None:
            look(target.path, data)
            if may_hold_secrets(target.path, data):
                files.append(read_file(decode(target.path, data), stamps))
    around: list[FileSecrets] = []
    if not asked.whole and asked.repository is not None and asked.stdin is None:
        for target in _targets(Selection(max_bytes=limit), asked):
            data = _content(target, limit) if _place(target) not in seen else None
            if data is not None and may_hold_secrets(target.path, data):
                around.append(read_file(decode(target.path, data)))
    return Read(files, around, len(seen))


def _targets(selection: Selection, asked: Asked) -> Iterator[Target]:
    for target in targets(selection, asked.repository, asked.stdin):
        if not isinstance(target, Problem):
            yield target


def _place(target: Target) -> str:
    return os.path.realpath(target.location) if target.location else target.path


def _content(target: Target, limit: int) -> bytes | None:
    try:
        data = read_target(target, limit)
    except SealwrightError:
        return None
    return data if len(data) <= limit else None
