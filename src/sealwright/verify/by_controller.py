"""Ask the controller itself: some key that it has now opens an item under its label, or none does.

It says yes or no for a whole object, and takes two questions a second. So each object is asked about once, and item by
item only where the answer is no. What items were made for instead is found out by asking under other labels, while that
stays cheap. What it answered before it stopped answering is told; of the rest nothing is known.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from sealwright.errors import NetworkError
from sealwright.finding import Outcome, Problem, ResourceRef, Verdict
from sealwright.sealing import go_base64
from sealwright.sealing.controller.client import ObjectRefused
from sealwright.sealing.scope import Scope, label_in_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sealwright.sealing.controller.client import ControllerClient
    from sealwright.verify.sealed_items import SealedItem

_PER_OBJECT = 6
"""Other labels that are tried for one object: three seconds."""
_PER_RUN = 60
"""Other labels that are tried in one run: half a minute."""
_MOST_REFUSED = 10
"""Objects in a row that it cannot read; what refuses more than that refuses everything."""

_OPENS = "by a key that the controller has now"
_UNKNOWN = (
    "the controller has no key that opens it here: sealed for another cluster, name, namespace or scope, or damaged"
)
_NOT_ASKED = "the controller was not asked: it had stopped answering"
_NOT_READ = "the controller does not take the object, so that nothing is known of it"
_WHOLE = (
    "some key opens it, but it is `spec.data`, the format of before 2019: a key backup would tell whether it holds a "
    "whole Secret, as it has to"
)


class ControllerExaminer:
    """`opens` or `fails`. The controller gives no reasons; those that can be found out are given all the same."""

    failure = Outcome.FAILS

    def __init__(self, client: ControllerClient) -> None:
        self._client = client
        self._known: list[ResourceRef] = []
        self._guesses = _PER_RUN
        self._says_no = False
        self._answered = False
        self._refused: list[ObjectRefused] = []
        self._stopped: NetworkError | None = None

    def examine(self, items: Sequence[SealedItem], known: Collection[ResourceRef]) -> Iterator[Verdict | Problem]:
        """As examiner.Examiner has it. Raises NetworkError when it answers nothing at all, or is no controller."""
        self._known = sorted(set(known))
        self._guesses = _PER_RUN
        told = False
        for _, group in groupby(items, lambda item: (item.location.path, item.resource, item.scope)):
            for item, result in self._object(list(group)):
                if isinstance(result, Verdict):
                    yield result
                    continue
                stopped = result is self._stopped
                if not (stopped and told):
                    yield _problem(result, item)
                told = told or stopped
                yield _verdict(item, Outcome.UNKNOWN, _NOT_ASKED if stopped else _NOT_READ)
        if self._refused and not self._answered:
            raise self._refused[0]

    def _object(self, items: list[SealedItem]) -> Iterator[tuple[SealedItem, Verdict | NetworkError]]:
        """A verdict for each item of one object, or why there is none."""
        missing = items[0].missing
        if missing:
            reason = f"the manifest names no {missing}, which the item is bound to"
            yield from ((item, _verdict(item, Outcome.FAILS, reason)) for item in items)
            return
        opening = self._opening(items)
        failing = [item for item, opens in zip(items, opening, strict=True) if opens is False]
        reason = self._reason(failing) if failing else ""
        for item, opens in zip(items, opening, strict=True):
            if isinstance(opens, NetworkError):
                yield item, opens
            else:
                yield item, _opened(item) if opens else _verdict(item, Outcome.FAILS, reason)

    def _opening(self, items: list[SealedItem]) -> list[bool | NetworkError]:
        """Whether each item opens where it stands, or why that was not answered."""
        here = (items[0].scope, items[0].resource.namespace, items[0].resource.name)
        whole = self._asked(items, here)
        if whole is True or len(items) == 1:
            return [whole] * len(items)
        return [self._asked([item], here) for item in items]

    def _asked(self, items: Sequence[SealedItem], label: tuple[Scope, str, str]) -> bool | NetworkError:
        """The answer, or why there is none. Raises NetworkError where there has never been one."""
        if self._stopped is not None:
            return self._stopped
        try:
            return self._opens(items, label)
        except NetworkError as error:
            if isinstance(error, ObjectRefused):
                place = f"{items[0].location.path}:{items[0].location.start.line}"
                self._refused.append(ObjectRefused(error.message, hint=error.hint, place=place))
                if len(self._refused) < _MOST_REFUSED:
                    return error
            if not self._answered:
                raise
            self._stopped = error
            return error

    def _reason(self, failing: list[SealedItem]) -> str:
        """What items that do not open were sealed for, if all of them were sealed for one of the likeliest labels."""
        first = failing[0]
        here = (first.scope, first.resource.namespace, first.resource.name)
        for label in _candidates(first, self._known):
            if self._guesses <= 0:
                break
            self._guesses -= 1
            if self._asked(failing, label) is True:
                return f"sealed for {label_in_words(*label)}, but stands here as {label_in_words(*here)}"
        return _UNKNOWN

    def _opens(self, items: Sequence[SealedItem], label: tuple[Scope, str, str]) -> bool:
        """Whether all items open under a label."""
        texts = [item.text or "" for item in items]
        opens = self._client.opens(*label, texts)
        self._refused.clear()
        if opens and not self._says_no:
            self._see_that_it_says_no(texts[0], label)
        self._says_no = self._answered = True
        return opens

    def _see_that_it_says_no(self, text: str, label: tuple[Scope, str, str]) -> None:
        """Before its first yes counts, ask about an item that is certainly damaged: anything may answer 200 to all."""
        blob = bytearray(go_base64.decode(text))
        blob[-1:] = bytes([blob[-1] ^ 1]) if blob else b"\0"
        if self._client.opens(*label, [go_base64.encode(bytes(blob))]):
            message = f"{self._client.place} says that it opens what is damaged: it is not a controller"
            raise NetworkError(message, hint="check the address: something there answers yes to everything")


def _problem(error: NetworkError, item: SealedItem) -> Problem:
    """The error at the item where it happened: others may have been answered for."""
    start = item.location.start
    return Problem(item.location.path, error.message, start.line, start.column, error.hint)


def _opened(item: SealedItem) -> Verdict:
    """What the controller was asked about is the ciphertext alone."""
    return _verdict(item, Outcome.UNKNOWN, _WHOLE) if item.whole else _verdict(item, Outcome.OPENS, _OPENS)


def _verdict(item: SealedItem, outcome: Outcome, reason: str) -> Verdict:
    return Verdict(item.location, item.resource, item.name, outcome, reason)


def _candidates(item: SealedItem, known: Sequence[ResourceRef]) -> list[tuple[Scope, str, str]]:
    """Other labels that an item may have been sealed for, the likeliest first: other scopes, then similar names."""
    from difflib import SequenceMatcher

    namespace, name = item.resource.namespace, item.resource.name
    wide = [(Scope.CLUSTER_WIDE, "", "")]
    wide += [(Scope.NAMESPACE_WIDE, namespace, "")] if namespace else []
    pairs = {(ref.namespace, ref.name) for ref in known if ref.namespace and ref.name}
    pairs |= {(ref.namespace, name) for ref in known if ref.namespace and name}

    def unlike(pair: tuple[str, str]) -> tuple[float, str, str]:
        alike = SequenceMatcher(None, pair[1], name).ratio() + SequenceMatcher(None, pair[0], namespace).ratio()
        return (-alike, *pair)

    strict = [(Scope.STRICT, *pair) for pair in sorted(pairs, key=unlike)]
    own = [(Scope.STRICT, namespace, name)] if namespace and name else []
    here = (item.scope, namespace, name)
    found = dict.fromkeys([*(own if item.scope is not Scope.STRICT else []), *wide, *strict])
    bound = {Scope.STRICT: 3, Scope.NAMESPACE_WIDE: 2, Scope.CLUSTER_WIDE: 1}[item.scope]
    return [label for label in found if (label[0], *label[1:])[:bound] != here[:bound]][:_PER_OBJECT]
