"""The commits that a mirror offers: of HEAD, of branches, of a range, as tests ask for them."""

from __future__ import annotations

import os

from sealwright.errors import SealwrightError
from sealwright.fleet.mirrors.depth import Depth
from sealwright.manifest.git_process import object_id, output, run
from sealwright.manifest.history import resolve

_BRANCHES = "refs/heads/"
_USUAL = ("refs/heads/main", "refs/heads/master")


def tips(root: str, wanted: Depth, history: str = "") -> tuple[tuple[str, str], ...]:
    """(ref, commit id) of HEAD, of every branch, or of what a range begins from; none where there are no commits.

    For branches: HEAD first, then local ones and those that a clone keeps of others; a commit comes once. In a range a
    commit that no name leads to has the ref ''. Raises SealwrightError for a HEAD that leads nowhere where other
    branches are, UsageError for a range that names no commits.
    """
    refs = _refs(root)
    head = object_id(root, "HEAD^{commit}")
    if not head and not refs:
        return ()
    if history:
        names = {oid: name for name, oid in reversed(refs)}
        return tuple((names.get(oid, ""), oid) for oid in resolve(root, history).tips)
    if wanted is not Depth.HEAD:
        branches = [(name, oid) for name, oid in refs if name.startswith((_BRANCHES, "refs/remotes/"))]
        everything = ([("HEAD", head)] if head else []) + branches
        return tuple((name, oid) for oid, name in {oid: name for name, oid in reversed(everything)}.items())[::-1]
    return (_head(root, head, dict(refs)),)


def _head(root: str, head: str, refs: dict[str, str]) -> tuple[str, str]:
    if head:
        name = os.fsdecode(run(root, "symbolic-ref", "--quiet", "HEAD").stdout.rstrip(b"\r\n"))
        return name or "HEAD", head
    branches = [name for name in refs if name.startswith(_BRANCHES)]
    likely = [name for name in _USUAL if name in refs] or (branches if len(branches) == 1 else [])
    if not likely:
        hint = "mend HEAD there, or look at all branches: --branches"
        raise SealwrightError("HEAD names a branch that does not exist", place=root, hint=hint)
    return likely[0], refs[likely[0]]


def _refs(root: str) -> list[tuple[str, str]]:
    """Every name that leads to a commit, but for those that stand for other names."""
    form = "--format=%(objectname) %(objecttype) %(*objectname) %(*objecttype) %(symref) %(refname)"
    found = []
    for line in output(root, "for-each-ref", form).splitlines():
        oid, kind, peeled, peeled_kind, stands_for, name = line.split(b" ", 5)
        commit = oid if kind == b"commit" else peeled if peeled_kind == b"commit" else b""
        if commit and not stands_for:
            found.append((os.fsdecode(name), commit.decode("ascii")))
    return found
