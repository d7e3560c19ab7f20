"""Ask the controller itself: some key that it has now opens an item under its label, or none does.

It says yes or no for a whole object, and takes two questions a second. So each object is asked about once, and item by
item only where the answer is no. What items were made for instead is found out by asking under other labels, while that
stays cheap.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from sealwright.errors import NetworkError
from sealwright.finding import Outcome, ResourceRef, Verdict
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

_OPENS = "by a key that the controller has now"
_UNKNOWN = (
    "the controller has no key that opens it here: sealed for another cluster, name, namespace or scope, or damaged"
)


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

    def examine(self, items: Sequence[SealedItem], known: Collection[ResourceRef]) -> Iterator[Verdict]:
        """As examiner.Examiner has it. Raises NetworkError when the controller cannot be asked, or is none."""
        self._known = sorted(set(known))
        self._guesses = _PER_RUN
        for _, group in groupby(items, lambda item: (item.location.path, item.resource, item.scope)):
            yield from self._object(list(group))

    def _object(self, items: list[SealedItem]) -> Iterator[Verdict]:
        """A verdict for each item of one object."""
        missing = items[0].missing
        if missing:
            for item in items:
                yield _verdict(item, Outcome.FAILS, f"the manifest names no {missing}, which the item is bound to")
            return
        opening = self._opening(items)
        failing = [item for item, opens in zip(items, opening, strict=True) if not opens]
        reason = self._reason(failing) if failing else ""
        for item, opens in zip(items, opening, strict=True):
            yield _opened(item) if opens else _verdict(item, Outcome.FAILS, reason)

    def _opening(self, items: list[SealedItem]) -> list[bool]:
        """Whether each item opens where it stands."""
        here = (items[0].scope, items[0].resource.namespace, items[0].resource.name)
        try:
            whole = self._opens(items, here)
        except ObjectRefused as error:
            if len(items) == 1:
                place = f"{items[0].location.path}:{items[0].location.start.line}"
                raise NetworkError(error.message, hint=error.hint, place=place) from None
            whole = False
        return [whole or (len(items) > 1 and self._opens([item], here)) for item in items]

    def _reason(self, failing: list[SealedItem]) -> str:
        """What items that do not open were sealed for, if all of them were sealed for one of the likeliest labels."""
        first = failing[0]
        here = (first.scope, first.resource.namespace, first.resource.name)
        for label in _candidates(first, self._known):
            if self._guesses <= 0:
                break
            self._guesses -= 1
            if self._opens(failing, label):
                return f"sealed for {label_in_words(*label)}, but stands here as {label_in_words(*here)}"
        return _UNKNOWN

    def _opens(self, items: Sequence[SealedItem], label: tuple[Scope, str, str]) -> bool:
        """Whether all items open under a label."""
        texts = [item.text or "" for item in items]
        opens = self._client.opens(*label, texts)
        if opens and not self._says_no:
            self._see_that_it_says_no(texts[0], label)
        self._says_no = True
        return opens

    def _see_that_it_says_no(self, text: str, label: tuple[Scope, str, str]) -> None:
        """Before its first yes counts, ask about an item that is certainly damaged: anything may answer 200 to all."""
        blob = bytearray(go_base64.decode(text))
        blob[-1:] = bytes([blob[-1] ^ 1]) if blob else b"\0"
        if self._client.opens(*label, [go_base64.encode(bytes(blob))]):
            message = f"{self._client.place} says that it opens what is damaged: it is not a controller"
            raise NetworkError(message, hint="check the address: something there answers yes to everything")


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
