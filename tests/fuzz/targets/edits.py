"""Edits of a text: outside of them not a character changes, and what cannot be is refused as a whole."""

from __future__ import annotations

from fuzz.manifests import SECRET, WORDS

from sealwright.errors import RewriteError
from sealwright.rewrite.edit import Edit, apply_edits

SEEDS = (
    b"\x02\x00\x05\x02\x20\x28\x01" + SECRET.encode(),
    b"\x01\x00\x00\x03" + SECRET.encode(),
    b"\x03\x10\x05\x02\x02\x08\x01\x05\x05\x00text",
)

__all__ = ["SEEDS", "WORDS", "run"]


def run(data: bytes) -> None:
    count = data[0] % 8 if data else 0
    numbers, text = data[1 : 1 + 3 * count], data[1 + 3 * count :].decode("utf-8", "replace")
    places = list(zip(numbers[::3], numbers[1::3], numbers[2::3], strict=False))
    edits = [Edit(start - 1, start - 1 + size, "\ue000" * length) for start, size, length in places]
    fits = all(0 <= edit.start <= edit.end <= len(text) for edit in edits)
    try:
        result = apply_edits(text, edits)
    except RewriteError:
        return
    assert fits
    kept = list(text)
    for edit in edits:
        kept[edit.start : edit.end] = [""] * (edit.end - edit.start)
    assert result.replace("\ue000", "") == "".join(kept).replace("\ue000", "")
    assert len(result) == len("".join(kept)) + sum(len(edit.text) for edit in edits)
