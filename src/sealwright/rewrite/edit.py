"""Edits as data, and the one function that applies them.

Whoever converts something returns edits; nothing but `apply_edits` turns them into text, so a character that no
edit covers is the same character afterwards: line endings, byte order mark and missing final newline included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import RewriteError

if TYPE_CHECKING:
    from collections.abc import Iterable


class Edit(NamedTuple):
    """Put `text` in place of the half-open range `start` to `end`, in code points of the decoded text.

    `start == end` inserts; an empty `text` deletes.
    """

    start: int
    end: int
    text: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with every edit applied, in time linear in the text (plus sorting the edits).

    All offsets refer to `text` as given, and the order in which the edits come does not matter. Edits may touch.
    An insertion at the border of a replacement is applied outside of it: before the new text where the replacement
    starts, after the new text where it ends. An insertion between two adjacent replacements stands between them.

    Raises `RewriteError`, before anything is applied, for an edit outside the text, one that ends before it starts,
    edits that overlap (an insertion strictly inside a replacement does), and two insertions at one offset, whose
    order nobody could tell. The message names offsets, never text.
    """
    parts: list[str] = []
    before = Edit(0, 0, "")
    inserted_at = -1
    for edit in sorted(edits, key=_position):
        _refuse_outside(edit, len(text))
        if edit.start < before.end:
            raise _refusal(f"the edits at {_range(before)} and {_range(edit)} overlap")
        if edit.start == edit.end:
            if inserted_at == edit.start:
                raise _refusal(f"two insertions at offset {edit.start} have no order")
            inserted_at = edit.start
        parts += (text[before.end : edit.start], edit.text)
        before = edit
    parts.append(text[before.end :])
    return "".join(parts)


def _position(edit: Edit) -> tuple[int, int]:
    """Sorts an insertion before the replacement that starts where it inserts."""
    return edit.start, edit.end


def _refuse_outside(edit: Edit, length: int) -> None:
    if edit.end < edit.start:
        raise _refusal(f"the edit at {_range(edit)} ends before it starts")
    if edit.start < 0 or edit.end > length:
        raise _refusal(f"the edit at {_range(edit)} is outside the text, which has {length} code points")


def _range(edit: Edit) -> str:
    return f"{edit.start}:{edit.end}"


def _refusal(reason: str) -> RewriteError:
    return RewriteError(reason, hint="this is a defect of whatever planned the edits; please report it")
