"""Where a branch began: the commit that a gate compares with, and the files that were renamed since then.

What others have committed to the base in the meantime is not the branch's doing. So it is not the tip of the base that
counts, but the commit that both have in common (`git merge-base`); in the merge commit that CI services check out, that
is the tip.
"""

from __future__ import annotations

import os
from typing import NamedTuple

from sealwright.errors import SealwrightError, UsageError
from sealwright.manifest.git_process import object_id, output, run
from sealwright.manifest.history import cut_off

_FETCH = "fetch more of it: git fetch --deepen=1000, or --unshallow; in CI, fetch-depth: 0 (GitLab: GIT_DEPTH: 0)"
_LONGEST = 10_000
_SHOWN = 100
"""Characters of a name that are repeated."""


class Branch(NamedTuple):
    """`base` and `head` are commit ids; `name` is what a person called the base."""

    base: str
    head: str
    name: str


def find_branch(root: str, name: str, head: str = "HEAD") -> Branch:
    """What `head` is compared with when a person says `--base NAME`.

    Raises UsageError where there is no such commit, and SealwrightError where the two have none in common, or the clone
    does not reach so far: exit code 3, since nothing can be said of what is new.
    """
    tip, theirs = _commit(root, head), _commit(root, name)
    if not tip:
        raise UsageError("there is no commit to compare", hint="commit something first")
    if not theirs:
        raise _unknown(root, name, tip)
    result = run(root, "merge-base", theirs, tip)
    if result.returncode == 0 and result.stdout:
        return Branch(result.stdout.decode("ascii").split()[0], tip, name)
    if cut_off(root):
        message = f"this clone is shallow: it does not reach back to where the branch left `{_shown(name)}`"
        raise SealwrightError(message, hint=_FETCH)
    if result.returncode > 1:
        raise SealwrightError("git could not look for the merge base", hint="run git fsck")
    message = f"`{_shown(name)}` and the branch have no commit in common"
    raise SealwrightError(message, hint="name a branch that this one was made from, or gate everything without --base")


def renames(root: str, base: str) -> dict[str, str]:
    """The old path for each file that git takes for a renamed one between a commit and the index."""
    out = output(
        root, "diff-index", "--cached", "--raw", "-z", "-M", "-l1000", "--no-ext-diff", "--diff-filter=R", base
    )
    fields = out.split(b"\0")[:-1]
    return {os.fsdecode(new): os.fsdecode(old) for _, old, new in zip(*[iter(fields)] * 3, strict=True)}


def _commit(root: str, name: str) -> str:
    """The id of the commit of that name; '' where there is none. What begins with a hyphen is no name."""
    if not name or name.startswith("-") or len(name) > _LONGEST:
        return ""
    oid = object_id(root, name)  # `:/subject` takes all that follows for the subject
    return object_id(root, f"{oid}^{{commit}}") if oid else ""


def _unknown(root: str, name: str, tip: str) -> SealwrightError:
    """A remote's name of what is checked out is never proposed: that is the branch itself, of which nothing is new."""
    from difflib import get_close_matches

    listed = output(root, "for-each-ref", "--format=%(objectname) %(*objectname) %(refname:short)")
    refs = [line.split(" ", 2) for line in listed.decode("utf-8", "replace").split("\n")[:-1]]
    names = [known for oid, peeled, known in refs if tip not in {oid, peeled} or "/" not in known]
    far = [known for known in names if known.endswith(f"/{name}")]
    close = far or get_close_matches(name[:_SHOWN], names, n=1, cutoff=0.75)
    if ".." in name:
        hint = "name one commit, without dots: the head is what is checked out"
    elif cut_off(root):
        return SealwrightError(f"this clone is shallow and has no commit `{_shown(name)}`", hint=_FETCH)
    elif close:
        hint = f"did you mean `{close[0]}`?"
    else:
        hint = "fetch it first: git fetch origin BRANCH, then --base origin/BRANCH; in CI, fetch-depth: 0"
    return UsageError(f"--base: this repository has no commit `{_shown(name)}`", hint=hint)


def _shown(name: str) -> str:
    return name if len(name) <= _SHOWN and name.isprintable() else "..."
