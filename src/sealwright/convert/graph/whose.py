"""Which of several Secrets of one name a pod means: by what is applied together, by namespaces, by folders.

Overlays, clusters and applications have Secrets of the same names, and manifests that name them often leave the
namespace out. Whoever edits a pod must be sure. Source: how kustomize puts files together; the rest is convention.
"""

from __future__ import annotations

import posixpath
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.convert.graph.roots import Roots
    from sealwright.manifest.resource import Resource


class Claim(NamedTuple):
    """A Secret that the pod may mean: its file, and the namespaces that it may be in; `maker` is None for the one that
    is asked about."""

    path: str
    namespaces: frozenset[str]
    maker: Resource | None = None

    @property
    def place(self) -> str:
        """path:line of what makes it."""
        if self.maker is None:
            return self.path
        return f"{self.path}:{self.maker.document.source.position(self.maker.node.start).line}"


class Whose(Enum):
    """Whose the use is."""

    OWN = "own"
    ANOTHERS = "another's"


class Verdict(NamedTuple):
    """`others` are the places of Secrets that the same text means in other overlays. `against`: nobody can say whose it
    is, or the text is also applied where no Secret is."""

    whose: Whose
    others: tuple[str, ...] = ()
    against: str = ""


def judged(roots: Roots, path: str, namespaces: frozenset[str], own: Claim, rivals: Sequence[Claim]) -> Verdict:
    """Whether a pod in the file at `path`, which may be in these namespaces, means `own` or one of its rivals."""
    tops = roots.tops(path)
    mine = _rank(roots, path, namespaces, own)
    others: list[str] = []
    doubtful = ""
    for rival in rivals:
        its = _rank(roots, path, namespaces, rival)
        if its != mine and all(one >= other for one, other in zip(its, mine, strict=True)):
            return Verdict(Whose.ANOTHERS)
        if its == mine or not all(one <= other for one, other in zip(its, mine, strict=True)):
            apart = mine[0] and its[0] and roots.tops(own.path).isdisjoint(roots.tops(rival.path))
            if apart:
                others.append(rival.place)
            else:
                doubtful = doubtful or rival.place
    if doubtful:
        return Verdict(Whose.OWN, (), f"nobody can say whether it means this Secret or the one in {doubtful}")
    served = roots.tops(own.path).union(*(roots.tops(rival.path) for rival in rivals))
    lacking = sorted(tops - served) if mine[0] and roots.above(path) else []
    if lacking:
        return Verdict(Whose.OWN, (), f"it is also part of {lacking[0]}, where nothing in Git makes the Secret")
    return Verdict(Whose.OWN, tuple(dict.fromkeys(others)))


def _rank(roots: Roots, path: str, namespaces: frozenset[str], claim: Claim) -> tuple[bool, bool, int]:
    """Applied together; in a namespace that both say; folders that both paths have in common. More is nearer."""
    ways = [posixpath.dirname(one).split("/") for one in (path, claim.path)]
    common = 0
    for one, other in zip(*ways, strict=False):
        if one != other or not one:
            break
        common += 1
    together = roots.together(path, claim.path)
    # What is in one kustomization may lie anywhere in it.
    near = 0 if together and roots.above(path) else common
    return together, not namespaces.isdisjoint(claim.namespaces), near
