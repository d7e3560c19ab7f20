"""What can be known of items without any private key: stamps prove, form and certificate refute, the rest is unknown.

A stamp for exactly these bytes says with which key and for which label they were sealed. If that is one of the
cluster's keys and today's label, the item opens, as far as the stamp is to be believed. If not, it does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.finding import Outcome, Verdict
from sealwright.sealing import go_base64
from sealwright.sealing.fingerprint import short_of
from sealwright.sealing.scope import label_in_words
from sealwright.sealing.stamps import bound, digest_of
from sealwright.sealing.structure import broken, excluded, shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from sealwright.finding import ResourceRef
    from sealwright.sealing.stamps import Book, Stamp
    from sealwright.verify.sealed_items import SealedItem

_SEALED_FOR = 5
"""Fields of a stamp up to its label; what is behind them is about the bytes."""
_UNPROVED = "no stamp proves it, and nothing is wrong with its form"
_SETTLE = "a key backup or the controller would tell"
_WHOLE = "as `spec.data`, the format of before 2019, for which a stamp proves too little: it has to hold a whole Secret"


class KnownKeys(NamedTuple):
    """What is known of a cluster's keys, as fingerprints; `gap` says why nothing is, where nothing is.

    `current` are those of the certificates that seal for it now, `previous` those it had before and still opens with,
    `elsewhere` those of other clusters, with their names. `name` is '' for certificates that were named themselves.
    `moduli` gives the numbers of the current keys when it is asked, () where there is no certificate.
    """

    name: str = ""
    current: frozenset[str] = frozenset()
    previous: frozenset[str] = frozenset()
    elsewhere: Mapping[str, str] = {}
    moduli: Callable[[], Sequence[int]] = tuple
    gap: str = ""


class CertificateExaminer:
    """Judges items by the stamps that were kept and by the public keys of their cluster."""

    failure = Outcome.REFUTED

    def __init__(self, keys: KnownKeys, stamps: Book) -> None:
        self._keys = keys
        self._stamps = stamps
        self._moduli: Sequence[int] = ()
        self._last: tuple[object, tuple[Outcome, str, str]] = None, (Outcome.UNKNOWN, "", "")

    def examine(self, items: Sequence[SealedItem], known: Collection[ResourceRef]) -> Iterator[Verdict]:
        """As examiner.Examiner has it."""
        del known  # a stamp says by itself what an item was sealed for
        self._moduli = self._keys.moduli() if items else ()
        for item in items:
            outcome, reason, key = self._judge(item, go_base64.decode_sound(item.text or ""))
            yield Verdict(item.location, item.resource, item.name, outcome, reason, key)

    def _judge(self, item: SealedItem, blob: bytes) -> tuple[Outcome, str, str]:
        """Outcome, reason, and the key in short where one is proved."""
        stamps, doubt = self._stamps.of(digest_of(blob))
        if len(stamps) > 1 and len({stamp[:-1] for stamp in stamps}) > 1:
            return Outcome.UNKNOWN, "its stamps contradict each other: one of them is wrong", ""
        if stamps:
            asked = (stamps[0][1:_SEALED_FOR], item.scope, item.resource, item.whole)
            if asked != self._last[0]:  # the items of an object are most often sealed alike
                self._last = asked, self._by_stamp(item, stamps[0])
            return self._last[1]
        reason = broken(blob) or self._changed(blob)
        if reason:
            return Outcome.REFUTED, reason, ""
        return self._by_form(blob, doubt)

    def _by_stamp(self, item: SealedItem, stamp: Stamp) -> tuple[Outcome, str, str]:
        label, missing = _another_label(item, stamp), item.missing
        key, fits = self._about_key(stamp.key)
        sealed_for = label_in_words(stamp.scope, stamp.namespace, stamp.name)
        faults = [f"sealed for {sealed_for}: {label} after sealing"] if label else []
        faults += [] if fits is not False else [key]
        if faults:
            return Outcome.REFUTED, "; ".join(faults), ""
        if missing:
            return Outcome.UNKNOWN, f"sealed for {sealed_for}, but the manifest names no {missing}; render it first", ""
        if fits is None:
            return Outcome.UNKNOWN, f"sealed for {sealed_for} {key}", ""
        if item.whole:
            return Outcome.UNKNOWN, f"sealed for {sealed_for} with {key}, but {_WHOLE}", ""
        return Outcome.PROVED, f"stamped: {key}, for {sealed_for}", short_of(stamp.key)

    def _about_key(self, key: str) -> tuple[str, bool | None]:
        """What there is to say of the key that a stamp names, and whether it is the cluster's; None: no cluster."""
        keys, short = self._keys, short_of(key)
        if key in keys.current:
            return f"key {short}", True
        if key in keys.previous:
            return f"key {short} (an earlier one: old, not broken; `sealwright reseal` renews it)", True
        elsewhere = keys.elsewhere.get(key)
        if keys.gap:
            return f"with {f'the key of cluster {elsewhere}' if elsewhere else f'key {short}'}; {keys.gap}", None
        if elsewhere:
            return f"sealed with the key of cluster {elsewhere}", False
        if keys.name:
            listed = (
                f"which is none that is known of cluster {keys.name}; if it had it, list it in previous-fingerprints"
            )
            return f"sealed with key {short}, {listed}", False
        return f"sealed with key {short}, not with that of the certificate", False

    def _changed(self, blob: bytes) -> str:
        stamp = self._stamps.changed_from(blob)
        if stamp is None:
            return ""
        was = label_in_words(stamp.scope, stamp.namespace, stamp.name)
        return f"its content was changed or cut off after sealing (it was sealed for {was})"

    def _by_form(self, blob: bytes, doubt: str) -> tuple[Outcome, str, str]:
        moduli = self._moduli
        if self._keys.gap:
            return Outcome.UNKNOWN, self._keys.gap, ""
        reason = excluded(blob, moduli) if moduli else ""
        if reason and not self._keys.previous:
            return Outcome.REFUTED, reason, ""
        if reason:
            return Outcome.UNKNOWN, f"{reason}; an earlier key of the cluster may open it", ""
        if moduli and shortened(blob, moduli):
            return (
                Outcome.UNKNOWN,
                f"its RSA block is shorter than the key, which no known sealer writes; {_SETTLE}",
                "",
            )
        why = f"{doubt}, so that it proves nothing" if doubt else _UNPROVED
        return Outcome.UNKNOWN, f"{why}; {_SETTLE}", ""


def _another_label(item: SealedItem, stamp: Stamp) -> str:
    """What was done to the object since, if that changed its label; '' where the label is the same or not known yet."""
    ref = item.resource
    if stamp.scope is item.scope and (stamp.namespace, stamp.name) == bound(item.scope, ref.namespace, ref.name):
        return ""
    if stamp.scope is not item.scope:
        return f"its scope was changed to {item.scope.value}"
    renamed = bool(stamp.name and ref.name and ref.name != stamp.name)
    moved = bool(ref.namespace and ref.namespace != stamp.namespace)
    done = ["renamed"] if renamed else []
    done += ["moved to another namespace"] if moved else []
    return " and ".join(done)
