"""Kinds of evidence, behind one door: private keys, a certificate with stamps, or the controller itself.

What is wrong with an item whatever it is examined with is said here, once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sealwright.finding import Outcome, Verdict
from sealwright.sealing import go_base64
from sealwright.verify.sealed_items import Malformed, SealedItem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sealwright.finding import Problem, ResourceRef


class Examiner(Protocol):
    """Judges items of one cluster. `failure` is the outcome for what certainly does not open: fails, or refuted."""

    failure: Outcome

    def examine(self, items: Sequence[SealedItem], known: Collection[ResourceRef]) -> Iterable[Verdict | Problem]:
        """A verdict for each item, in order. Every item has base64 text and a label that can be known.

        `known` is every object of the run: where an item may have come from. What could not be asked is a problem
        beside the verdicts, and `unknown` among them.
        """


def at_first_sight(item: SealedItem | Malformed, failure: Outcome) -> Verdict | None:
    """The verdict on what needs no evidence; None for an item that is worth examining."""
    if isinstance(item, Malformed):
        outcome = failure if item.certain else Outcome.UNKNOWN
        return Verdict(item.location, item.resource, "", outcome, item.reason)
    if item.doubt:
        return Verdict(item.location, item.resource, item.name, Outcome.UNKNOWN, item.doubt)
    reason = "it is not a string" if item.text is None else _bad_base64(item.text)
    return Verdict(item.location, item.resource, item.name, failure, reason) if reason else None


def _bad_base64(text: str) -> str:
    offset = go_base64.flaw_of(text)
    return f"it is not base64: character {offset + 1} was changed or cut off" if offset >= 0 else ""
