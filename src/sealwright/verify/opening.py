"""Try private keys on sealed items, and say exactly why one does not open.

A key that is known not to fit an item's size is not tried; the key that opened the last item is tried first, since
neighbours were usually sealed together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.finding import Outcome, Verdict
from sealwright.sealing import go_base64
from sealwright.sealing.diagnosis import Cause, diagnose, label_index
from sealwright.sealing.scheme import CannotOpen, open_sealed
from sealwright.sealing.scope import Scope, label_as_read
from sealwright.verify.sealed_items import Malformed, SealedItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sealwright.finding import ResourceRef
    from sealwright.sealing.keys import PrivateKey

_MAX_COMBINATIONS = 200_000
"""Names times namespaces that are looked up when a label is wrong; more than any repository has."""


class Opener:
    """Opens items with a fixed set of keys. `known` is every object of the run: where an item may have come from."""

    def __init__(self, keys: Sequence[PrivateKey], known: Iterable[ResourceRef]) -> None:
        self._keys = list(keys)
        self._known = set(known)
        self._index: Mapping[bytes, str] | None = None

    def verdict(self, item: SealedItem | Malformed) -> Verdict:
        """`opens` with the key, or `fails` with the reason."""
        if isinstance(item, Malformed):
            return Verdict(item.location, item.resource, "", Outcome.FAILS, item.reason)
        if item.text is None:
            return self._fails(item, "it is not a string")
        try:
            blob = go_base64.decode(item.text)
        except go_base64.BadBase64 as error:
            return self._fails(item, f"it is not base64: character {error.offset + 1} was changed or cut off")
        label = label_as_read(item.scope, item.resource.namespace, item.resource.name)
        for key in list(self._keys):
            try:
                open_sealed(key.key, blob, label)
            except CannotOpen:
                continue
            self._keys.remove(key)
            self._keys.insert(0, key)
            return Verdict(item.location, item.resource, item.name, Outcome.OPENS, f"key {key.short}", key.short)
        return self._fails(item, self._reason(item, blob, label))

    def _fails(self, item: SealedItem, reason: str) -> Verdict:
        return Verdict(item.location, item.resource, item.name, Outcome.FAILS, reason)

    def _reason(self, item: SealedItem, blob: bytes, label: bytes) -> str:
        diagnosis = diagnose(self._keys, blob, label, self._labels())
        if diagnosis.cause is Cause.WRONG_LABEL:
            return _wrong_label(item, diagnosis.label, diagnosis.key)
        if diagnosis.cause is Cause.CORRUPTED:
            return f"its content was changed or cut off after sealing (key {diagnosis.key} and the name fit)"
        if diagnosis.cause is Cause.TOO_SHORT:
            return "it was cut off: it is shorter than any sealed value"
        if diagnosis.cause is Cause.OTHER_KEY_SIZE:
            return "sealed with a key of another size than the given ones, so for another cluster"
        return (
            "sealed with another key than the given ones (another cluster, or a key that is missing here), or damaged"
        )

    def _labels(self) -> Mapping[bytes, str]:
        """SHA-256 of every label that anything here could have been sealed for; made when first needed."""
        if self._index is None:
            namespaces = sorted({ref.namespace for ref in self._known} | {"", "default"})
            names = sorted({ref.name for ref in self._known})
            labels = [("cluster-wide", b"")]
            labels += [(f"{space} (namespace-wide)", space.encode()) for space in namespaces if space]
            own = [(ref.namespace, ref.name) for ref in self._known]
            if len(namespaces) * len(names) <= _MAX_COMBINATIONS:
                own += [(space, name) for space in namespaces for name in names]
            labels += [(f"{space}/{name} (strict)", label_as_read(Scope.STRICT, space, name)) for space, name in own]
            self._index = label_index(labels)
        return self._index


def _wrong_label(item: SealedItem, sealed_for: str, key: str) -> str:
    now = f"{item.resource.namespace}/{item.resource.name} ({item.scope.value})"
    if item.scope is not Scope.STRICT:
        now = "cluster-wide" if item.scope is Scope.CLUSTER_WIDE else f"{item.resource.namespace} (namespace-wide)"
    what = sealed_for or "another name, namespace or scope, none that this run knows"
    fix = "" if item.resource.namespace or item.scope is Scope.CLUSTER_WIDE else "; the manifest names no namespace"
    return f"sealed for {what}, but stands here as {now}{fix} (key {key})"
