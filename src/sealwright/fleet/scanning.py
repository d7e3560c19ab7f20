"""The work itself: contents are read and looked at, whichever repositories they are from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import SealwrightError
from sealwright.fleet.encoding import encoded
from sealwright.fleet.standing import root_of, settled
from sealwright.manifest.contents import contents
from sealwright.run.history.versions import scan_version, version_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.fleet.model import Member
    from sealwright.fleet.scope import Scope


class Piece(NamedTuple):
    """A content and where it stands: (path, purpose, key of the result)."""

    oid: str
    size: int
    places: tuple[tuple[str, str, bytes], ...]


class Part(NamedTuple):
    """The pieces of a shard that one repository has; `tips` are commits that it must have for it."""

    member: Member
    tips: tuple[str, ...]
    pieces: tuple[Piece, ...]


class Looked(NamedTuple):
    """What became of a shard: results by key, as `encoding` has them, and the keys of contents that were not there."""

    results: dict[bytes, bytes]
    absent: tuple[bytes, ...]


def look(parts: Sequence[Part], scope: Scope) -> Looked:
    """Look at every piece. What a repository does not give any more is absent; everything else has a result."""
    settled(scope.engine)
    results: dict[bytes, bytes] = {}
    absent: list[bytes] = []
    for part in parts:
        for key, result in _part(part, scope):
            if result is None:
                absent.append(key)
            else:
                results[key] = result
    return Looked(results, tuple(absent))


def _part(part: Part, scope: Scope) -> Iterator[tuple[bytes, bytes | None]]:
    try:
        root = root_of(part.member, scope, part.tips)
    except SealwrightError:
        yield from ((key, None) for piece in part.pieces for _, _, key in piece.places)
        return
    read = contents(root, [piece.oid for piece in part.pieces])
    for piece, content in zip(part.pieces, read, strict=False):
        stands = tuple((path, purpose) for path, purpose, _ in piece.places)
        version = version_of(content, stands, scope.max_bytes)
        for path, purpose, key in piece.places:
            if version is None:
                yield key, None
            else:
                one = version._replace(places=((path, purpose),), checks=scope.checks)
                yield key, encoded(scan_version(one)[1])
