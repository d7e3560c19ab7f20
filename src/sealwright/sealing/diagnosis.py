"""Why a sealed value does not open: the key, the label it was sealed for, or damage.

Upstream says only "no key could decrypt secret". A private key can tell more: one raw RSA operation and the
OAEP unmasking of RFC 8017 §7.1.2 (step 3) show SHA-256(label) || 00..00 || 01 || K. The number of zeros is
fixed by the modulus and the size of K, so random bytes pass for a session key with a probability below
2**-200 at 1024 bits and less beyond, and the digest names the very label that the sealer used.

Python's arithmetic takes a time that depends on the key: for the owner of the key on their own machine, never
behind a service that answers others.
"""

from __future__ import annotations

from enum import Enum
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from sealwright.sealing.raw_oaep import unmask
from sealwright.sealing.scheme import CannotOpen, TooShort, fits, open_sealed, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sealwright.sealing.keys import PrivateKey


class Cause(Enum):
    """What is wrong, as far as it can be known."""

    TOO_SHORT = "too-short"
    """The blob ends before its RSA block does: cut off. No key was needed to tell."""
    OTHER_KEY_SIZE = "other-key-size"
    """The RSA block has the size of none of the keys: sealed for a key of another size."""
    WRONG_KEY = "wrong-key"
    """Sealed for another key of the same size, or its RSA block is damaged; the two cannot be told apart."""
    WRONG_LABEL = "wrong-label"
    """Sealed for one of the keys, but for another namespace, name or scope."""
    CORRUPTED = "corrupted"
    """Key and label are right; the body behind the RSA block was changed or cut off."""


class Diagnosis(NamedTuple):
    """The cause, and where known: the text for the label it was sealed for, the short fingerprint of the key."""

    cause: Cause
    label: str = ""
    key: str = ""


def label_index(labels: Iterable[tuple[str, bytes]]) -> dict[bytes, str]:
    """From (text, label) pairs: SHA-256 of each label -> the text to show for it; the first text given stays."""
    index: dict[bytes, str] = {}
    for text, label in labels:
        index.setdefault(sha256(label).digest(), text)
    return index


def diagnose(
    private_keys: Sequence[PrivateKey], blob: bytes, label: bytes, candidates: Mapping[bytes, str]
) -> Diagnosis:
    """The reason why none of these keys opened the blob with this label.

    `candidates` comes from `label_index`: every label that the value may have been sealed for. It is looked
    up, not tried, so thousands cost nothing. Takes about 50 ms for each key of 4096 bits that does not fit.

    Raises ValueError for an item that does open: then there is nothing to explain.
    """
    try:
        block, _ = split(blob)
    except TooShort:
        return Diagnosis(Cause.TOO_SHORT)
    for private_key in private_keys:
        found = sealed_for(private_key, block)
        if found is not None:
            return _explain(private_key, blob, label, found, candidates)
    sizes = {_size(private_key) for private_key in private_keys}
    other_size = bool(sizes) and len(block) not in sizes
    return Diagnosis(Cause.OTHER_KEY_SIZE if other_size else Cause.WRONG_KEY)


def sealed_for(private_key: PrivateKey, block: bytes) -> bytes | None:
    """SHA-256 of the label that an RSA block was sealed for, if for this key; as slow as `diagnose`."""
    if not fits(private_key.bits, block):
        return None
    return unmask(private_key.key.private_numbers(), block)


def _explain(
    private_key: PrivateKey, blob: bytes, label: bytes, sealed_for: bytes, candidates: Mapping[bytes, str]
) -> Diagnosis:
    """The cause, once the key is known to be right."""
    sealed_label = candidates.get(sealed_for, "")
    if sealed_for != sha256(label).digest():
        return Diagnosis(Cause.WRONG_LABEL, sealed_label, private_key.short)
    try:
        open_sealed(private_key.key, blob, label)
    except CannotOpen:
        return Diagnosis(Cause.CORRUPTED, sealed_label, private_key.short)
    raise ValueError("the item opens with this key and label")


def _size(private_key: PrivateKey) -> int:
    """Bytes of the modulus."""
    return (private_key.bits + 7) // 8
