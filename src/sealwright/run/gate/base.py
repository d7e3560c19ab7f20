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
from sealwright.finding import Finding, Problem
from sealwright.gate.comparison import compare
from sealwright.manifest.ages import changed_on
from sealwright.manifest.discover import DEFAULT_MAX_BYTES, Target, too_large
from sealwright.manifest.globs import compile_globs
from sealwright.manifest.index import CommitTree, Index
from sealwright.manifest.merge_base import renames
from sealwright.manifest.places import Places
from sealwright.manifest.purposes import purposes_in
from sealwright.manifest.snapshots import uncommitted
from sealwright.run.gate.head import overridden
from sealwright.run.gate.partial import Patches
from sealwright.run.gate.policy import is_in_module, is_read_by_policy
from sealwright.run.gate.tree_policy import TreePolicy
from sealwright.run.scan import scan_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sealwright.finding import Verdict
    from sealwright.gate.comparison import Comparison
    from sealwright.manifest.git import Repository
    from sealwright.manifest.globs import Globs
    from sealwright.manifest.merge_base import Branch
    from sealwright.run.gate.asked import Asked

_EVIDENCE = (".pem", ".crt", ".cert", ".sealwright.yaml", ".sealwright.lock")
"""Ends of the names of files that items are judged by."""


class Base:
    """The commit that the branch began from, beside what is gated."""

    def __init__(self, asked: Asked, repository: Repository, branch: Branch) -> None:
        self._asked = asked
        self._repository = repository
        self._branch = branch
        self._limit = asked.selection.max_bytes or DEFAULT_MAX_BYTES
        self.problems: list[Problem] = []

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self._branch.name

    @property
    def commit(self) -> str:
        """Its id."""
        return self._branch.base

    def compared(self, judged: Sequence[Finding]) -> Comparison:
        """The findings of the tree that is gated, those known that the base has as well; and what is gone."""
        staged = self._asked.selection.staged
        renamed = renames(self._repository.root, self._branch.base, "" if staged else self._branch.head)
        interesting = {finding.location.path for finding in judged} | set(renamed.values()) | self.changed
        world = {rule.id for rule in self._asked.rules.world}
        related = any(finding.rule in world for finding in judged)
        tree = CommitTree(self._repository, self._branch.base, self._limit)
        try:
            found = overridden(self._found(tree, interesting, related=related), self._asked)
        finally:
            tree.close()
        return compare(found, judged, renamed, self._branch.name)

    def unchanged_failures(self, verdicts: Sequence[Verdict]) -> frozenset[Verdict]:
        """The items that do not open in files that are as they were, if what they are judged by is as it was, too."""
        failed = [verdict for verdict in verdicts if verdict.outcome.is_failure]
        if not failed or any(path.endswith(_EVIDENCE) for path in self.changed):
            return frozenset()
        return frozenset(verdict for verdict in failed if verdict.location.path not in self.changed)

    def _found(self, base: CommitTree, interesting: set[str], *, related: bool) -> Iterator[Finding]:
        asked = self._asked
        policy = TreePolicy(
            asked.rules, asked.today, whole=asked.whole, rendered=False, related=related, marking=asked.marking
        )
        purposes, patches = purposes_in(base), Patches(base)
        for path, _ in base.files():
            judged = is_read_by_policy(path) and (related or path in interesting or is_in_module(path))
            data = self._read(base, path) if self._is_selected(path) and (judged or path in interesting) else None
            if data is None:
                policy.name(path)
                continue
            if path in interesting:
                results = scan_bytes(path, data, purpose=purposes(Target(path, content=data)), checks=asked.checks)
                yield from (result for result in results if isinstance(result, Finding))
            if judged:
                policy.take(path, data)
            else:
                policy.name(path)
        found = policy.findings(
            lambda path: (self._read(base, path) or b"").decode("utf-8", "replace"),
            lambda path, first, last: changed_on(self._repository.root, path, first, last, self._branch.base),
            lambda path: patches.holds(Target(path, content=b"")),
        )
        yield from (finding for finding in found if isinstance(finding, Finding))

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
        staged = self._asked.selection.staged
        head = (
            Index(self._repository, self._limit)
            if staged
            else CommitTree(self._repository, self._branch.head, self._limit)
        )
        base = CommitTree(self._repository, self._branch.base, self._limit)
        different = {path for path, _ in set(base.files()) ^ set(head.files())}
        # It is the work tree that is gated, unless the index is.
        return different if staged else different | uncommitted(self._repository)

    def _is_selected(self, path: str) -> bool:
        """Whether a path of the old tree is in what was selected in this one."""
        wanted, skip = self._selection
        inside = not wanted or any(place in {"", os.curdir} or f"{path}/".startswith(f"{place}/") for place in wanted)
        return inside and not (skip is not None and skip.match(path))

    @cached_property
    def _selection(self) -> tuple[tuple[str, ...], Globs | None]:
        selection, places = self._asked.selection, Places(self._repository)
        wanted = tuple(places.shown(path).rstrip("/") for path in selection.paths)
        return wanted, compile_globs(selection.skip_files)
