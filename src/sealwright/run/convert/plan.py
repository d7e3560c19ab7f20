"""What a conversion would do, as data: what moves where, what stays and why, which files change."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.convert.helm.leftovers import LeftInChart
    from sealwright.convert.secret_facts import SecretFacts
    from sealwright.finding import Problem, ResourceRef
    from sealwright.rewrite.transaction import FileChange
    from sealwright.run.convert.goal import Goal
    from sealwright.sealing.stamps import Stamp
    from sealwright.stores.reference import Placement


class Move(NamedTuple):
    """A Secret that becomes something else. `line` is where it stands in the file at `path`, from 1.

    `placement` is where its values will be, empty for a SealedSecret. `notes` are for people. `workloads` use it, as
    kubectl names them; `accounts` are their pods' service accounts. `origin` is the file that its values stood in where
    it had no manifest: the kustomization that generated it, or that of a chart's values, of the `release` then.
    `namespace` is where it ends up, '' where nobody can say. `written` says under which names its keys' values stood.
    """

    ref: ResourceRef
    path: str
    line: int
    facts: SecretFacts
    goal: Goal
    placement: Placement
    notes: tuple[str, ...] = ()
    workloads: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    origin: str = ""
    namespace: str = ""
    release: str = ""
    written: Mapping[str, str] = {}

    @property
    def place(self) -> str:
        """Where people find it: what becomes of a chart's values stands where they stood."""
        return self.origin if self.release else self.path

    @property
    def store(self) -> str:
        """The name of the store that its values go to; '' for none."""
        return self.goal.store.name if self.goal.store is not None else ""


class Stay(NamedTuple):
    """A Secret that stays as it is, why, and what can be done instead."""

    ref: ResourceRef
    path: str
    line: int
    reason: str
    hint: str = ""


class Consumer(NamedTuple):
    """An object that changes because of what it uses."""

    ref: ResourceRef
    path: str
    what: str


class Plan(NamedTuple):
    """The whole of it. `changes` are the files with their bytes before and after; `shown` their paths for people.

    `charts` are credentials in values for charts that are told and left.
    """

    moves: tuple[Move, ...] = ()
    stays: tuple[Stay, ...] = ()
    consumers: tuple[Consumer, ...] = ()
    changes: tuple[FileChange, ...] = ()
    shown: Mapping[str, str] = {}
    stamps: tuple[Stamp, ...] = ()
    problems: tuple[Problem, ...] = ()
    charts: tuple[LeftInChart, ...] = ()

    @property
    def values(self) -> int:
        """How many values go to stores."""
        return sum(len(move.placement.references) for move in self.moves)
