"""From a repository of the fleet to a folder that has its objects."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sealwright.errors import SealwrightError
from sealwright.fleet.listing.paths import git_folder
from sealwright.fleet.mirrors.blobs import absent, bring, is_partial, is_shallow
from sealwright.fleet.mirrors.depth import Depth
from sealwright.fleet.mirrors.folders import place
from sealwright.fleet.mirrors.locks import locked
from sealwright.fleet.mirrors.updating import Want, updated
from sealwright.manifest.git_process import refuse, run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.fleet.mirrors.folders import Place
    from sealwright.fleet.model import Member


def located(member: Member, mirrors: str, wanted: Depth, *, pinned: Sequence[str] = (), blobless: bool = False) -> str:
    """A folder to start git in that has what is wanted of a repository: its own, or that of its mirror below `mirrors`.

    A mirror is made where there is none, updated, and deepened where more is wanted than it has. With `pinned`, ids of
    commits (or of other objects) that must be there, nobody is asked as long as they are: that is how every worker of a
    run sees the same. `blobless`: what files hold may be left out, and comes by `fetched` when it is needed.
    Only one process at a time changes a mirror; others may read it. Raises SealwrightError where the repository cannot
    be had, and Deferred where it can be later.
    """
    if not member.is_remote:
        return _local(member)
    mirror = place(member, mirrors)
    if pinned and _has(mirror, wanted, pinned, blobless=blobless):
        return mirror.root
    with locked(mirror.lock, member.name):
        if pinned and _has(mirror, wanted, pinned, blobless=blobless):
            return mirror.root
        updated(mirror, Want(wanted, member.branch, blobless))
        missing = absent(mirror.root, pinned)
        if missing:
            bring(mirror, missing, cut=wanted < Depth.HISTORY)
    return mirror.root


def _has(mirror: Place, wanted: Depth, pinned: Sequence[str], *, blobless: bool) -> bool:
    if not os.path.isdir(mirror.repository) or (wanted >= Depth.HISTORY and is_shallow(mirror.root)):
        return False
    if not blobless and is_partial(mirror.root):
        return False
    return not absent(mirror.root, pinned)


def _local(member: Member) -> str:
    """The path itself, if git means the repository there, and not one around it."""
    root = member.location
    folder = git_folder(root)
    if not folder:
        hint = "workers on other machines need the folder at the same path"
        raise SealwrightError("there is no repository any more", hint=hint, place=member.name)
    result = run(root, "rev-parse", "--absolute-git-dir")
    if result.returncode:
        refuse("rev-parse", result.stderr)
    if os.path.realpath(os.fsdecode(result.stdout.rstrip(b"\r\n"))) != folder:
        raise SealwrightError("the repository is damaged", hint="see git fsck", place=member.name)
    return root
