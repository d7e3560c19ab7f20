"""A mirror as the repository is now: made, updated, deepened, or made anew where it is damaged."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import NetworkError, UsageError
from sealwright.fleet.listing.addresses import address
from sealwright.fleet.mirrors import folders
from sealwright.fleet.mirrors.blobs import complete, is_partial, is_shallow, mark_partial
from sealwright.fleet.mirrors.deferred import Deferred
from sealwright.fleet.mirrors.depth import Depth
from sealwright.fleet.mirrors.failures import UnexplainedError
from sealwright.fleet.mirrors.remote import DETACHED, NAME, Refs, asked, fetch, made
from sealwright.manifest.git_process import output, run

if TYPE_CHECKING:
    from sealwright.fleet.mirrors.folders import Place

_WHOLE = "--depth=2147483647"
"""As --unshallow, which is an error where nothing is missing (git-fetch)."""
_SHA256_DIGITS = 64
_NOTHING = Refs("", {})


class Want(NamedTuple):
    """How much of a repository. `branch` is the default one where nothing else says so; `blobless`: no contents."""

    depth: Depth
    branch: str = ""
    blobless: bool = False

    @property
    def prefixes(self) -> tuple[str, ...]:
        """Of the names that matter."""
        return self.depth.prefixes if self.depth is not Depth.HEAD else Depth.BRANCHES.prefixes

    def scope(self, theirs: Refs) -> dict[str, str]:
        """The names, with ids, that are to be here as they are there."""
        if self.depth is Depth.HEAD:
            return {theirs.head: theirs.ids[theirs.head]} if theirs.head else {}
        return theirs.ids

    def covers(self, name: str) -> bool:
        """Whether a name that is not there any more must not be here either."""
        return self.depth is not Depth.HEAD and name.startswith(self.prefixes)


def updated(mirror: Place, want: Want) -> None:
    """Bring the mirror to what the other side has now. Under its lock. Raises SealwrightError, or Deferred.

    What fails for a reason that may be the mirror's own is tried once more, from nothing.
    """
    here = _own(mirror)
    if here is None:
        _anew(mirror, want)
        return
    folders.tidy(mirror)
    theirs = asked(mirror, want.prefixes, want.branch)
    try:
        _bring(mirror, want, theirs, here)
    except (Deferred, NetworkError) as error:
        if not isinstance(error, UnexplainedError) and _is_sound(mirror):
            raise
        _anew(mirror, want)


def _anew(mirror: Place, want: Want) -> None:
    beside = folders.fresh(mirror)
    try:
        made(beside)
        theirs = asked(beside, want.prefixes, want.branch)
        if any(len(oid) == _SHA256_DIGITS for oid in theirs.ids.values()):
            folders.drop(beside)
            beside = folders.fresh(mirror)
            made(beside, "sha256")
        _bring(beside, want, theirs, _NOTHING)
        output(beside.root, "pack-refs", "--all")  # one file, not one for each name
        folders.put(beside, mirror)
    finally:
        folders.drop(beside)


def _bring(mirror: Place, want: Want, theirs: Refs, here: Refs) -> None:
    """Fetch what differs, and let HEAD be what it is there."""
    scope = want.scope(theirs)
    known = {name: oid for name, oid in here.ids.items() if name in scope or want.covers(name)}
    deepen = want.depth >= Depth.HISTORY and is_shallow(mirror.root)
    partial = is_partial(mirror.root)
    if scope != known or deepen:
        if want.blobless and not here.ids and not partial:
            mark_partial(mirror)
            partial = True
        fetch(mirror, _options(mirror, want, here, deepen=deepen), _refspecs(want, theirs, scope), partial=partial)
    if partial and not want.blobless:
        complete(mirror)
    if want.depth >= Depth.HISTORY:  # `--all` has to mean the same, whatever was asked before
        _forget(mirror, [name for name in here.ids if name not in scope and not want.covers(name)])
    if theirs.head and theirs.head != here.head:
        _point(mirror, theirs)


def _options(mirror: Place, want: Want, here: Refs, *, deepen: bool) -> list[str]:
    # Never cut off a mirror that has everything: that would throw it away.
    cut = want.depth < Depth.HISTORY and (not here.ids or is_shallow(mirror.root))
    options = [_WHOLE] if deepen else ["--depth=1"] if cut else []
    return options + (["--prune"] if want.depth is not Depth.HEAD else [])


def _refspecs(want: Want, theirs: Refs, scope: dict[str, str]) -> list[str]:
    detached = [f"+HEAD:{DETACHED}"] if theirs.head == DETACHED else []
    if want.depth is Depth.HEAD:
        return detached or [f"+{name}:{name}" for name in scope]
    return [*want.depth.refspecs, *detached]


def _own(mirror: Place) -> Refs | None:
    """What the mirror has; None for one that is missing, half made, damaged, or of something else."""
    if not os.path.isdir(mirror.repository):
        return None
    url = os.fsdecode(run(mirror.root, "config", "--get", f"remote.{NAME}.url").stdout.rstrip(b"\r\n"))
    if url != mirror.location:
        if not _is_same(url, mirror.location):
            return None
        output(mirror.root, "config", f"remote.{NAME}.url", mirror.location)
    # The type makes git look for each object: a pack that is gone or cut short is noticed.
    listed = run(mirror.root, "for-each-ref", "--format=%(HEAD)%(objectname) %(objecttype) %(refname)")
    if listed.returncode:
        return None
    head = ""
    ids = {}
    for line in listed.stdout.splitlines():
        oid, _, name = line[1:].split(b" ", 2)
        ids[os.fsdecode(name)] = oid.decode("ascii")
        head = os.fsdecode(name) if line.startswith(b"*") else head
    return Refs(head, ids)


def _is_same(url: str, location: str) -> bool:
    """Whether these are two spellings of one address."""
    try:
        one, other = address(url), address(location)
    except UsageError:
        return False
    return one is not None and other is not None and one.key == other.key


def _is_sound(mirror: Place) -> bool:
    """Whether all that the names lead to is there: read once, and only where a fetch has failed."""
    left_out = ["--filter=blob:none"] if is_partial(mirror.root) else []
    return run(mirror.root, "rev-list", "--objects", "--quiet", *left_out, "--all").returncode == 0


def _forget(mirror: Place, names: list[str]) -> None:
    if names:
        request = "".join(f"delete {name}\0\0" for name in names)
        output(mirror.root, "update-ref", "--stdin", "-z", request=os.fsencode(request))


def _point(mirror: Place, theirs: Refs) -> None:
    if theirs.head == DETACHED:
        output(mirror.root, "update-ref", "--no-deref", "HEAD", theirs.ids[DETACHED])
    else:
        output(mirror.root, "symbolic-ref", "HEAD", theirs.head)
