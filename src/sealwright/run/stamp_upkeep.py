"""Care for stamps that are there: new ones of what was just opened, and those gone that speak of nothing any more."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.config import LOCK_NAME
from sealwright.errors import StampError, UsageError
from sealwright.finding import Problem
from sealwright.manifest.discover import DEFAULT_MAX_BYTES, Selection, discover, read_target
from sealwright.manifest.documents import read_documents
from sealwright.manifest.source import decode
from sealwright.rewrite.transaction import commit
from sealwright.run.stamping import entries_of, lock_change, lock_content
from sealwright.sealing import go_base64
from sealwright.sealing.stamp_lines import read_stamps
from sealwright.sealing.stamps import digest_of
from sealwright.verify.rendered import sealed_texts
from sealwright.verify.sealed_items import KIND, SealedItem, sealed_items

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sealwright.manifest.git import Repository
    from sealwright.run.stamping import Keeping
    from sealwright.sealing.stamps import Stamp


_LARGEST = 256 * 1024 * 1024


class Kept(NamedTuple):
    """What became of the lock file: stamps that were added or are signed now, and stamps that were taken out."""

    added: int
    pruned: int


def keep_up(
    repository: Repository | None,
    proved: Sequence[Stamp],
    keeping: Keeping,
    *,
    prune: bool = False,
    here_only: bool = False,
) -> Kept:
    """Write the lock file with stamps of what was proved to open; with `prune`, without those of which no file holds
    the ciphertext: no file here, and, unless `here_only`, none at the tip of a branch, a tag or the stash.

    Raises UsageError outside of a repository, what `with_stamps` raises, and StampError where a file that may hold
    ciphertext cannot be read.
    """
    if repository is None:
        raise UsageError(f"{LOCK_NAME} belongs to a Git repository, and this is none", hint="run it inside of one")
    before = lock_content(repository)
    there = read_stamps(before or b"", LOCK_NAME)
    new = [entry for entry in entries_of(proved, keeping) if entry not in there]
    # A stamp with a signature says all that the same one without it does.
    signed = {entry.stamp for entry in new if entry.signer}
    entries = [*(entry for entry in there if entry.signer or entry.stamp not in signed), *new]
    left = entries
    if prune:
        held = set(_held_here(repository))
        if not here_only and any(entry.stamp.digest not in held for entry in entries):
            held.update(_held_elsewhere(repository))
        left = [entry for entry in entries if entry.stamp.digest in held]
    if left != there:
        commit([lock_change(repository, before, left)])
    return Kept(len(set(new)), len(entries) - len(left))


def _held_here(repository: Repository) -> Iterator[str]:
    """The digests of all ciphertext in the work tree, whatever the selection of the run is."""
    for target in discover(Selection((repository.root,)), repository):
        if isinstance(target, Problem):
            raise _not_read(target.path)
        data = read_target(target, _LARGEST)
        if len(data) > _LARGEST:
            raise _not_read(target.path)
        yield from digests_in(target.path, data)


def _held_elsewhere(repository: Repository) -> Iterator[str]:
    """The same for what branches (also those of remotes), tags and the stash have at their tips."""
    from sealwright.manifest.contents import contents
    from sealwright.manifest.history import everything, resolve

    root = repository.root
    paths = {oid: path for tip in resolve(root, "--all").tips for path, oid in everything(root, tip)}
    for content in contents(repository.root, list(paths)):
        path = os.fsdecode(paths[content.oid])
        if content.file is None or content.size > _LARGEST:
            raise _not_read(path)
        yield from digests_in(path, content.file.read())


def digests_in(path: str, data: bytes) -> Iterator[str]:
    """The digest of everything in a file that is sealed or looks so, whatever the file is."""
    source = decode(path, data)
    yield from _digests(sealed_texts(source.text))
    if (KIND in source.text or "\\" in source.text) and len(data) <= DEFAULT_MAX_BYTES:
        items = (item for document in read_documents(source) for item in sealed_items(document))
        yield from _digests(item.text for item in items if isinstance(item, SealedItem) and item.text)


def _digests(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        if go_base64.flaw_of(text) < 0:
            yield digest_of(go_base64.decode(text))


def _not_read(path: str) -> StampError:
    hint = "nothing was pruned: what it holds may need its stamps"
    return StampError("it cannot be read as a whole", place=path, hint=hint)
