"""A commit as a bundle that git fetches from: a header, and a pack of what its parent does not have.

The pack is thin: contents of files are differences to those of the parent, so that what stays in a file, and what was
taken out of it, is in nobody's hands who does not have the repository (Documentation/gitformat-bundle.txt and
gitformat-pack.txt).
"""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING

from sealwright.fleet.campaign.deltas import delta

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.fleet.campaign.commits import Made

_KINDS = {"commit": 1, "tree": 2, "blob": 3}
_DELTA = 7
_SHA1_DIGITS = 40


def bundle(made: Made, branch: str) -> bytes:
    """`git fetch FILE BRANCH` in a clone that has the parent makes the commit of it. `branch` is the whole ref."""
    entries = [*(_whole(kind, content) for kind, _, content in made.objects), *_contents(made)]
    pack = b"".join((b"PACK", (2).to_bytes(4, "big"), len(entries).to_bytes(4, "big"), *entries))
    short = len(made.oid) == _SHA1_DIGITS
    digest = hashlib.sha1(pack, usedforsecurity=False) if short else hashlib.sha256(pack)
    head = "# v2 git bundle\n" if short else "# v3 git bundle\n@object-format=sha256\n"
    names = f"-{made.parent}\n{made.oid} {branch}\n\n"
    return f"{head}{names}".encode() + pack + digest.digest()


def _contents(made: Made) -> Iterator[bytes]:
    """The contents of files that are new to the repository, each once."""
    seen = set()
    for change in made.changes:
        if change.new is None or change.new_oid in seen:
            continue
        seen.add(change.new_oid)
        if not change.old or not change.new:
            yield _whole("blob", change.new)
        else:
            data = delta(change.old, change.new)
            yield _header(_DELTA, len(data)) + bytes.fromhex(change.old_oid) + zlib.compress(data)


def _whole(kind: str, content: bytes) -> bytes:
    return _header(_KINDS[kind], len(content)) + zlib.compress(content)


def _header(kind: int, size: int) -> bytes:
    """The type and four bits of the size, then seven bits in each byte."""
    out = bytearray([kind << 4 | size & 0x0F])
    size >>= 4
    while size:
        out[-1] |= 0x80
        out.append(size & 0x7F)
        size >>= 7
    return bytes(out)
