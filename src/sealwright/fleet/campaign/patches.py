"""A commit as a patch for `git am` and `git apply` that has no removed line: git's binary form, one way only.

A patch in text would have every value in its removed lines. A binary one may be a difference to the old content, which
it names by its id; the way back, which git writes as well, may be left out (apply.c, parse_binary).
"""

from __future__ import annotations

import zlib
from base64 import b85encode
from email.header import Header
from email.utils import formataddr, formatdate
from typing import TYPE_CHECKING

from sealwright.fleet.campaign.deltas import delta

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.fleet.campaign.commits import Author, FileChange, Made

_BYTES_IN_A_LINE = 52
_LETTERS = 26


def patch(made: Made, message: str, author: Author) -> bytes:
    """The whole mail."""
    subject, _, body = message.partition("\n\n")
    lines = [
        f"From {made.oid} Mon Sep 17 00:00:00 2001",  # that day in every mail of git's (git-format-patch)
        f"From: {formataddr((author.name, author.mail), 'utf-8')}",
        f"Date: {formatdate(author.time).replace('-0000', '+0000')}",
        f"Subject: {Header(f'[PATCH] {subject}', 'utf-8' if not subject.isascii() else 'us-ascii').encode()}",
        *("MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: 8bit", ""),
        body.rstrip("\n"),
        "---",
        "",
        *(line for change in made.changes for line in _file(change)),
        *("-- ", "sealwright", "", ""),
    ]
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def _file(change: FileChange) -> Iterator[str]:
    nothing = "0" * len(change.old_oid or change.new_oid)
    yield f"diff --git {_named('a', change.shown)} {_named('b', change.shown)}"
    ids = f"index {change.old_oid or nothing}..{change.new_oid or nothing}"
    if change.old is None:
        yield f"new file mode {change.mode}"
    elif change.new is None:
        yield f"deleted file mode {change.mode}"
    else:
        ids = f"{ids} {change.mode}"
    yield ids
    yield "GIT binary patch"
    if not change.old or not change.new:
        content = change.new or b""
        yield f"literal {len(content)}"
    else:
        content = delta(change.old, change.new)
        yield f"delta {len(content)}"
    yield from _lines(zlib.compress(content))
    yield ""


def _named(side: str, shown: str) -> str:
    return f'"{side}/{shown[1:]}' if shown.startswith('"') else f"{side}/{shown}"


def _lines(data: bytes) -> Iterator[str]:
    """A letter for the number of bytes, and five characters for each four of them."""
    for start in range(0, len(data), _BYTES_IN_A_LINE):
        part = data[start : start + _BYTES_IN_A_LINE]
        count = len(part) - 1
        letter = chr(ord("A") + count) if count < _LETTERS else chr(ord("a") + count - _LETTERS)
        yield letter + b85encode(part, pad=True).decode("ascii")
