"""The tree that a change began from, as far as it bears on what the change brings.

Only files that differ, and those in which something is found now, are looked at again: what is the same in both trees
and silent now was silent then. Rules over several objects need all objects of the old tree, so that they are asked only
where they have found something now.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from sealwright.errors import SealwrightError
from sealwright.finding import Finding, Problem, Status
from sealwright.gate.comparison import compare
from sealwright.manifest.ages import changed_on
from sealwright.manifest.applied import Applied
from sealwright.manifest.discover import DEFAULT_MAX_BYTES, Target, read_target, too_large
from sealwright.manifest.index import CommitTree, Index
from sealwright.manifest.links import behind
from sealwright.manifest.merge_base import renames
from sealwright.manifest.places import Places
from sealwright.manifest.purposes import APPLIED, purposes_in
from sealwright.manifest.selected import Selected
from sealwright.manifest.snapshots import uncommitted
from sealwright.run.gate.head import overridden
from sealwright.run.gate.legible import hidden
from sealwright.run.gate.moved import Objects, Trees
from sealwright.run.gate.partial import Patches
from sealwright.run.gate.policy import is_in_module, is_manifest, is_read_by_policy
from sealwright.run.gate.tree_policy import TreePolicy
from sealwright.run.scan import scan_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sealwright.finding import Verdict
    from sealwright.gate.comparison import Comparison
    from sealwright.manifest.git import Repository
    from sealwright.manifest.merge_base import Branch
    from sealwright.run.gate.asked import Asked
    from sealwright.run.gate.legible import Legible

_EVIDENCE = (".pem", ".crt", ".cert", ".sealwright.yaml", ".sealwright.lock")
"""Ends of the names of files that items are judged by."""


class Base:
    """The commit that the branch began from, beside what is gated."""

    def __init__(self, asked: Asked, repository: Repository, branch: Branch) -> None:
        self._asked = asked
        self._repository = repository
        self._branch = branch
        self._limit = asked.selection.max_bytes or DEFAULT_MAX_BYTES
        self._index = Index(repository, self._limit)
        self.problems: list[Problem] = []

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self._branch.name

    @property
    def commit(self) -> str:
        """Its id."""
        return self._branch.base

    def compared(self, judged: Sequence[Finding], legible: Callable[[str], Legible]) -> Comparison:
        """The findings of the tree that is gated, those known that the base has as well; and what is gone.

        `legible` tells what policy could read of a file of that tree; what it cannot read any more is a problem.
        """
        renamed = renames(self._repository.root, self._branch.base)
        interesting = {finding.location.path for finding in judged} | set(renamed.values()) | self.changed
        world = {rule.id for rule in self._asked.rules.world}
        related = any(finding.rule in world for finding in judged)
        tree = CommitTree(self._repository, self._branch.base, self._limit)
        try:
            policy = self._policy(related=related)
            found = overridden(self._found(tree, policy, interesting), self._asked)
            for path in sorted(self.changed):
                old = policy.legible(renamed.get(path, path))
                problem = hidden(path, old, legible(path), self._is_there, self._branch.name)
                self.problems.extend([problem] if problem is not None else [])
            self.problems.extend(self._left_out(tree))
            held = {path for path, _ in tree.files()}
            before = Objects(lambda path: (self._read(tree, path) or b"") if path in held else None, policy.legible)
            trees = Trees(before, Objects(self._now, legible))
            return compare(found, judged, renamed, self._branch.name, trees.has_moved)
        finally:
            tree.close()
            self._index.close()

    def touched(self, paths: Iterable[str]) -> list[str]:
        """Those of the files that the change touches, relative to the root; paths are as somebody wrote them."""
        places = Places(self._repository)
        return sorted({shown for shown in (places.shown(path) for path in paths if path) if shown in self.changed})

    def judged_items(self, verdicts: Sequence[Verdict]) -> list[Verdict]:
        """Items that do not open are known in files that are as they were, if what judges them is as it was, too."""
        if any(path.endswith(_EVIDENCE) for path in self.changed):
            return list(verdicts)
        return [
            verdict._replace(status=Status.KNOWN)
            if verdict.outcome.is_failure and verdict.location.path not in self.changed
            else verdict
            for verdict in verdicts
        ]

    def _policy(self, *, related: bool) -> TreePolicy:
        asked = self._asked
        return TreePolicy(
            asked.rules, asked.today, whole=asked.whole, rendered=False, related=related, marking=asked.marking
        )

    def _found(self, base: CommitTree, policy: TreePolicy, interesting: set[str]) -> Iterator[Finding]:
        asked, related, selected = self._asked, policy.is_related, Selected(self._asked.selection, self._repository)
        purposes, patches, applied = purposes_in(base), Patches(base), _applied(base, interesting, related=related)
        for path in (path for path, _ in base.files() if selected(path)):
            named = path in applied
            judged = (named or is_read_by_policy(path)) and (related or path in interesting or is_in_module(path))
            data = self._read(base, path) if judged or path in interesting else None
            if data is None:
                policy.name(path)
                continue
            if path in interesting:
                purpose = purposes(Target(path, content=data)) or (APPLIED if named else "")
                results = scan_bytes(path, data, purpose=purpose, checks=asked.checks)
                yield from (result for result in results if isinstance(result, Finding))
            if judged:
                policy.take(path, data, applied=named)
            else:
                policy.name(path)
        found = policy.findings(
            lambda path: (self._read(base, path) or b"").decode("utf-8", "replace"),
            lambda path, first, last: changed_on(self._repository.root, path, first, last, self._branch.base),
            lambda path: patches.holds(Target(path, content=b"")),
        )
        yield from (finding for finding in found if isinstance(finding, Finding))

    def _left_out(self, base: CommitTree) -> Iterator[Problem]:
        """A problem for each file that the change brings and a sparse checkout has not put here."""
        root, selected = self._repository.root, Selected(self._asked.selection, self._repository)
        brought = {path for path, _ in set(self._index.files()) - set(base.files())}
        absent = {path for path in brought if selected(path) and not os.path.lexists(os.path.join(root, path))}
        if absent and not self._asked.selection.staged:
            for path in sorted(absent & self._repository.left_out()):
                yield Problem(
                    path, "a sparse checkout has left it out: not checked", hint="git sparse-checkout disable"
                )

    def _is_there(self, path: str) -> bool:
        return self._now(path) is not None

    def _now(self, path: str) -> bytes | None:
        """A file of the tree that is gated: None where there is none, nothing where it cannot be read."""
        target = Target(path, os.path.join(self._repository.root, path))
        try:
            if self._asked.selection.staged:
                return self._index.read(path) if self._index.holds(target) else None
            return read_target(target, self._limit) if os.path.isfile(target.location) else None
        except SealwrightError:
            return b""

    def _read(self, base: CommitTree, path: str) -> bytes | None:
        """None where it cannot be read, which is a problem: what stands there now would count as new."""
        try:
            return base.read(path)
        except SealwrightError as error:
            if error.message != too_large(path, self._limit).message:
                self.problems.append(Problem(path, f"in {self._branch.name}: {error.message}", hint=error.hint))
            return None

    @cached_property
    def changed(self) -> set[str]:
        """Files of either tree whose content is not the same in the other, or that the other does not have."""
        base = CommitTree(self._repository, self._branch.base, self._limit)
        different = {path for path, _ in set(base.files()) ^ set(self._index.files())}
        # It is the work tree that is gated, unless the index is.
        return different if self._asked.selection.staged else different | uncommitted(self._repository)


def _applied(base: CommitTree, interesting: set[str], *, related: bool) -> frozenset[str]:
    """The files among these, or in the whole tree, that kustomizations apply under names that are no manifests'."""
    asking = Applied(base)
    found: set[str] = set()
    paths = [path for path, _ in base.files()]
    others = [path for path in paths if (related or path in interesting) and not is_manifest(path)]
    for path in paths if others else ():
        found.update(other.path for other in asking.named_by(Target(path)))
    linked = behind(base.links(), base, asking, is_manifest) if others else ()
    found.update(other.path for other in linked if not isinstance(other, Problem))
    found.update(path for path in others if path not in found and asking.holds(Target(path)))
    return frozenset(path for path in found if not is_manifest(path))
