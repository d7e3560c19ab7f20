"""Where a repository's objects are on this worker, and which of its commits are asked for.

Everything here happens for each of ten thousand repositories: starting git is most of what a small one costs, so that
one process answers what one can.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import SealwrightError
from sealwright.fleet.engine_name import engine_name
from sealwright.fleet.listing.paths import git_folder
from sealwright.manifest.git_process import object_id, output
from sealwright.manifest.history import Range, resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.fleet.model import Member
    from sealwright.fleet.scope import Scope

_STEERING = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"),
    *("GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_CEILING_DIRECTORIES"),
)
"""What a hook's environment says about its one repository is wrong for every other one."""
_BRANCHES = ("refs/heads/", "refs/remotes/")
_WORDS = {"--all": ("",), "--branches": ("refs/heads/",), "--tags": ("refs/tags/",)}
"""Ranges that a list of refs answers: the beginnings of the names that they mean (git-rev-list)."""


class Commits(NamedTuple):
    """Of one repository: `words` of the range as git takes them, none for trees alone; the `tips` that it begins from;
    `named`, the ids of all commits that the words name, with `^` for those that are left out; and the one at HEAD.
    """

    words: tuple[str, ...] = ()
    tips: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    head: str = ""

    def within(self, root: str) -> Range:
        """The range, for a repository that is there."""
        return Range(root, self.words, self.tips)


class _Ref(NamedTuple):
    name: str
    oid: str
    time: int
    is_head: bool


def settled(engine: str) -> None:
    """Make this process fit for a task. Raises SealwrightError where another version of sealwright asks."""
    for name in _STEERING:
        os.environ.pop(name, None)
    if engine != engine_name():
        hint = "install the same version of sealwright on the workers, and start them again"
        raise SealwrightError("a worker runs another version of sealwright than this", hint=hint)


def root_of(member: Member, scope: Scope, pinned: Sequence[str] = ()) -> str:
    """A folder to start git in. Raises SealwrightError where the repository cannot be had, Deferred where it can later.

    With `pinned`, ids of commits that must be there, no host is asked as long as they are.
    """
    root = member.location
    if member.is_remote:
        from sealwright.fleet.mirrors import Depth, located

        root = located(member, scope.mirrors, Depth.of(scope.history, branches=scope.branches), pinned=pinned)
    elif not git_folder(root):
        hint = "see that workers have its folder at the same path; take it out of the list if it is gone"
        raise SealwrightError("there is no such repository on this worker", hint=hint)
    # A folder that is no repository any more must not be taken for the one that it lies in.
    os.environ["GIT_CEILING_DIRECTORIES"] = os.path.dirname(os.path.abspath(root))
    return root


def commits_of(root: str, scope: Scope) -> Commits:
    """The commits that the scope asks for; none in a repository that has none."""
    refs = _refs(root)
    head = next((ref.oid for ref in refs if ref.is_head), "") or object_id(root, "HEAD^{commit}")
    if not refs and not head:
        return Commits()
    if scope.history:
        return _range(root, scope.history, refs, head)
    if not head and not scope.branches:
        hint = "give the repository a HEAD that is there, or scan --branches"
        raise SealwrightError("HEAD names no commit, although there are some: not checked", hint=hint)
    branches = [ref.oid for ref in refs if ref.name.startswith(_BRANCHES)] if scope.branches else []
    tips = tuple(dict.fromkeys(filter(None, [head, *branches])))
    return Commits((), tips, tips, head)


def _range(root: str, text: str, refs: list[_Ref], head: str) -> Commits:
    if text == "HEAD" and head:
        return Commits((text,), (head,), (head,), head)
    beginnings = _WORDS.get(text)
    if beginnings is not None:
        meant = [(ref.time, ref.oid) for ref in refs if ref.name.startswith(beginnings)]
        meant += [(0, head)] if head and text == "--all" else []
        tips = tuple(dict.fromkeys(oid for _, oid in sorted(meant, key=lambda one: -one[0])))
        return Commits((text,), tips, tuple(sorted(tips)), head)
    found = resolve(root, text)
    named = output(root, "rev-parse", "--revs-only", *found.words).decode("ascii", "replace").split()
    return Commits(found.words, found.tips, tuple(sorted({*named, *found.tips})), head)


def _refs(root: str) -> list[_Ref]:
    """Every name that leads to a commit, from one process. Raises SealwrightError for what is no repository."""
    fields = ("%(HEAD)", "%(objecttype)", "%(objectname)", "%(committerdate:unix)")
    peeled = ("%(*objecttype)", "%(*objectname)", "%(*committerdate:unix)", "%(refname)")
    found = []
    for line in output(root, "for-each-ref", f"--format={'%00'.join((*fields, *peeled))}").splitlines():
        at_head, *fields_of, name = line.decode("utf-8", "surrogateescape").split("\0")
        for kind, oid, time in (fields_of[:3], fields_of[3:]):
            if kind == "commit":
                found.append(_Ref(name, oid, int(time) if time.isdigit() else 0, at_head == "*"))
    return found
