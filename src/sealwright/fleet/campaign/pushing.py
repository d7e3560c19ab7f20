"""The branch of a campaign, from its bundle into a repository: the remote one that a member came from, or one here.

A branch that is there already with another commit is somebody's: it is never moved, unless it is the one that this run
has put there.
"""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import SealwrightError, UsageError
from sealwright.fleet.checkouts import borrowed
from sealwright.fleet.heads import Head, root_of
from sealwright.fleet.listing.addresses import address
from sealwright.fleet.mirrors.failures import failure
from sealwright.fleet.standing import settled
from sealwright.manifest.git_process import fetching, object_id, output, run

if TYPE_CHECKING:
    from sealwright.fleet.checkouts import Checkout
    from sealwright.fleet.heads import Asked
    from sealwright.fleet.model import Member

_REMOTE = "sealwright"
_SECONDS = 600.0
_TRANSPORTS = "https:ssh:git:file"
_FIXED = ("--quiet", "--no-verify", "--no-signed", "--no-follow-tags", "--recurse-submodules=no")
_TAKEN = "give the campaign another name, or remove the branch there"


class Branch(NamedTuple):
    """What is pushed: the whole ref, its commit, the commit that it is based on, and the bundle."""

    ref: str
    commit: str
    parent: str
    bundle: bytes


def pushed(member: Member, branch: Branch, asked: Asked) -> str:
    """Push a branch to where the member is from; '' or why that failed. Raises SealwrightError for unfit workers."""
    settled(asked.engine)
    try:
        root = root_of(member, Head(branch.parent), asked)
        location = member.location if member.is_remote else _origin(root)
        with borrowed(root) as checkout:
            checkout.git("config", f"remote.{_REMOTE}.url", location)
            _unbundled(checkout, branch)
            return _push(member.name, checkout.root, branch, plain=location.startswith("http:"))
    except SealwrightError as error:
        return f"{error}; {error.hint}" if error.hint else str(error)


def planted(member: Member, branch: Branch, asked: Asked) -> str:
    """Make the branch in the member's own repository, which lies here; '' or why it could not be."""
    settled(asked.engine)
    try:
        root = root_of(member, Head(branch.parent), asked)
        there = object_id(root, branch.ref)
        if there and there != branch.commit:
            return f"there is a branch of that name with another commit; {_TAKEN}"
        if not there:
            _unbundle(root, branch)
            output(root, "update-ref", branch.ref, branch.commit, "0" * len(branch.commit))
    except SealwrightError as error:
        return f"{error}; {error.hint}" if error.hint else str(error)
    return ""


def _origin(root: str) -> str:
    """The address of the remote `origin`, or a path. Raises UsageError for none, or for one with a credential."""
    for name in ("pushurl", "url"):
        urls = run(root, "config", "--get-all", f"remote.origin.{name}").stdout.decode("utf-8", "surrogateescape")
        if urls.strip():
            location = urls.splitlines()[-1]
            found = address(location)
            return found.location if found is not None else os.path.join(root, location)
    raise UsageError("it has no remote `origin`", hint="git remote add origin URL, or push the branch by hand")


def _unbundled(checkout: Checkout, branch: Branch) -> None:
    _unbundle(checkout.root, branch)
    checkout.git("update-ref", branch.ref, branch.commit)


def _unbundle(root: str, branch: Branch) -> None:
    """The objects of the bundle into the repository; no name leads to them yet."""
    with tempfile.TemporaryDirectory(prefix="sealwright-") as folder:
        path = os.path.join(folder, "branch.bundle")
        with open(path, "wb") as file:
            file.write(branch.bundle)
        output(root, "bundle", "unbundle", path)


def _push(name: str, root: str, branch: Branch, *, plain: bool) -> str:
    transports = f"{_TRANSPORTS}:http" if plain else _TRANSPORTS
    listed = fetching(root, "ls-remote", _REMOTE, branch.ref, seconds=_SECONDS, transports=transports)
    if listed.returncode:
        raise failure(listed.stderr.decode("utf-8", "replace"), name)
    there = listed.stdout.split(b"\t")[0].decode("ascii", "replace")
    if there == branch.commit:
        return ""
    if there:
        return f"there is a branch of that name with another commit; {_TAKEN}"
    absent = f"--force-with-lease={branch.ref}:"  # it must still not be there when the push arrives
    words = ("push", *_FIXED, absent, _REMOTE, f"{branch.commit}:{branch.ref}")
    done = fetching(root, *words, seconds=_SECONDS, transports=transports)
    if done.returncode == 0:
        return ""
    said = done.stderr.decode("utf-8", "replace")
    if "[remote rejected]" in said or "pre-receive hook declined" in said:
        return "the host does not take the branch; see its rules for branches and pushes"
    if "[rejected]" in said:
        return f"somebody has made a branch of that name; {_TAKEN}"
    error = failure(said, name)
    return f"{error.message.replace('could not fetch it', 'could not push the branch')}; {error.hint}"
