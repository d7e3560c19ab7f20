"""Try private keys on sealed items, and say exactly why one does not open.

A key whose size does not fit an item is not tried on it; the key of the last item is tried first, since neighbours
were usually sealed together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.finding import Outcome, Verdict
from sealwright.sealing import go_base64
from sealwright.sealing.diagnosis import Cause, Diagnosis, diagnose
from sealwright.sealing.scheme import CannotOpen, TooShort, open_sealed, split
from sealwright.sealing.scope import Scope, label_as_read
from sealwright.verify.labels import Labels, strict_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sealwright.finding import ResourceRef
    from sealwright.sealing.keys import PrivateKey
    from sealwright.verify.keyring import Keyring
    from sealwright.verify.sealed_items import SealedItem

_LOST_BYTES = 8
"""Leading zero bytes that an RSA block may have lost, as sealing.diagnosis has it."""

_NO_LABEL = b"\xff"
"""Not UTF-8, so nothing was ever sealed for it: asks the diagnosis for what the item was sealed for instead."""

_REASONS = {
    Cause.TOO_SHORT: "it was cut off: it is shorter than any sealed value",
    Cause.OTHER_KEY_SIZE: "sealed with a key of another size than the given ones, so for another cluster; or damaged",
    Cause.WRONG_KEY: "sealed with another key than the given ones (another cluster, or a key that is missing here); "
    "or damaged",
}


class KeyExaminer:
    """Opens items with a fixed keyring: `opens` with the key, or `fails` with the reason."""

    failure = Outcome.FAILS

    def __init__(self, keyring: Keyring) -> None:
        self._keys = list(keyring.keys)
        self._retired = keyring.retired
        self._labels = Labels(())

    def examine(self, items: Sequence[SealedItem], known: Collection[ResourceRef]) -> Iterator[Verdict]:
        """As examiner.Examiner has it."""
        self._labels = Labels(known)
        for item in items:
            yield self._verdict(item)

    def _verdict(self, item: SealedItem) -> Verdict:
        blob = go_base64.decode(item.text or "")
        missing = _missing(item)
        label = _NO_LABEL if missing else label_as_read(item.scope, item.resource.namespace, item.resource.name)
        key = None if missing else _first_that_opens(self._keys, blob, label)
        if key is None:
            names_none = f"the manifest names no {missing}, which the item is bound to; " if missing else ""
            return _fails(item, names_none + self._reason(item, blob, label))
        self._prefer(key.short)
        return Verdict(item.location, item.resource, item.name, Outcome.OPENS, f"key {key.short}", key.short)

    def _reason(self, item: SealedItem, blob: bytes, label: bytes) -> str:
        """Why none of the keys opens it."""
        old = _first_that_opens([retired.key for retired in self._retired], blob, label)
        if old is not None:
            return f"it opens with key {old.short} only, which the controller does not use{self._label(old.short)}"
        keys = [*self._keys, *(retired.key for retired in self._retired)]
        found = diagnose(keys, blob, label, self._labels.near(item.resource))
        self._prefer(found.key)
        if found.cause is Cause.WRONG_LABEL:
            return _wrong_label(item, found) + self._note(found.key)
        if found.cause is Cause.CORRUPTED:
            fits = (
                f"key {found.key} and its {_bound_to(item.scope)} fit" if item.scope is not Scope.CLUSTER_WIDE else ""
            )
            fits = fits or f"key {found.key} fits"
            return f"its content was changed or cut off after sealing ({fits})" + self._note(found.key)
        return _REASONS[found.cause]

    def _prefer(self, short: str) -> None:
        """Put the key at the front, for the next item; a key that is not in use stays where it is."""
        for index, key in enumerate(self._keys):
            if index and key.short == short:
                self._keys.insert(0, self._keys.pop(index))
                return

    def _note(self, short: str) -> str:
        label = self._label(short)
        return f"; besides, the controller does not use that key{label}" if label else ""

    def _label(self, short: str) -> str:
        """How the Secret of a key that is not in use marks it; '' for the others."""
        return next((f" (its Secret is labelled `{old.label}`)" for old in self._retired if old.key.short == short), "")


def _fails(item: SealedItem, reason: str) -> Verdict:
    return Verdict(item.location, item.resource, item.name, Outcome.FAILS, reason)


def _missing(item: SealedItem) -> str:
    """What the scope binds to but the manifest does not give: in a cluster no object is without it."""
    if item.scope is Scope.CLUSTER_WIDE:
        return ""
    if not item.resource.namespace:
        return "namespace"
    return "name" if item.scope is Scope.STRICT and not item.resource.name else ""


def _first_that_opens(keys: Sequence[PrivateKey], blob: bytes, label: bytes) -> PrivateKey | None:
    try:
        width = len(split(blob)[0])
    except TooShort:
        return None
    for key in keys:
        if 0 <= (key.bits + 7) // 8 - width <= _LOST_BYTES:
            try:
                open_sealed(key.key, blob, label)
            except CannotOpen:
                continue
            return key
    return None


def _wrong_label(item: SealedItem, found: Diagnosis) -> str:
    sealed_for = found.label or "another name, namespace or scope, none that this run knows"
    if _missing(item):
        return f"it was sealed for {sealed_for} (key {found.key})"
    return f"sealed for {sealed_for}, but stands here as {_stands(item)} (key {found.key})"


def _stands(item: SealedItem) -> str:
    if item.scope is Scope.CLUSTER_WIDE:
        return "cluster-wide"
    if item.scope is Scope.NAMESPACE_WIDE:
        return f"{item.resource.namespace} (namespace-wide)"
    return strict_words(item.resource.namespace, item.resource.name)


def _bound_to(scope: Scope) -> str:
    return "namespace" if scope is Scope.NAMESPACE_WIDE else "name and namespace"
