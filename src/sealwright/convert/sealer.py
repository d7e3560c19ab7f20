"""One value after another to its ciphertext, for one certificate; what already stands there for it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from sealwright.sealing.scheme import encode, seal
from sealwright.sealing.scope import label
from sealwright.sealing.stamps import stamp_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sealwright.convert.secret_model import Value
    from sealwright.plaintext import Plaintext
    from sealwright.sealing.certificate import SealingCertificate
    from sealwright.sealing.scope import Scope
    from sealwright.sealing.sealing_key import SealingKey
    from sealwright.sealing.stamps import Stamp


class Sealing(NamedTuple):
    """All that a ciphertext depends on: the key's fingerprint, the label that binds it, the item's name, the value."""

    key: str
    label: bytes
    item: str
    plaintext: Plaintext


class Memory(Protocol):
    """Knows which ciphertexts were made from what."""

    def standing(self, sealing: Sealing, namespace: str, name: str) -> str | None:
        """The ciphertext (base64) that stands at the item's place, if it was made from just this; else None."""

    def remember(self, sealing: Sealing, digest: str) -> None:
        """A ciphertext, by the digest of its bytes, was made from this."""


class Sealer:
    """Seals for one certificate, asked for when there is something to seal. `stamps` are those of what was sealed."""

    def __init__(
        self, certificate_for: Callable[[], SealingCertificate | SealingKey], memory: Memory | None = None
    ) -> None:
        self.stamps: list[Stamp] = []
        self._certificate_for = certificate_for
        self._memory = memory

    def items(self, values: Iterable[Value], scope: Scope, namespace: str, name: str) -> dict[str, str]:
        """The ciphertext of each value, by key. Raises SealingError where the scope needs what is not given."""
        mark = label(scope, namespace, name)
        bound = scope, namespace, name
        given = list(values)
        if not given:
            return {}
        certificate = self._certificate_for()
        items: dict[str, str] = {}
        for value in given:
            sealing = Sealing(certificate.fingerprint, mark, value.key, value.plaintext)
            standing = self._memory.standing(sealing, namespace, name) if self._memory else None
            items[value.key] = self._sealed(certificate, sealing, bound) if standing is None else standing
        return items

    def _sealed(
        self, certificate: SealingCertificate | SealingKey, sealing: Sealing, bound: tuple[Scope, str, str]
    ) -> str:
        blob = seal(certificate.public_key, sealing.plaintext, sealing.label)
        stamp = stamp_of(blob, sealing.key, *bound)
        self.stamps.append(stamp)
        if self._memory:
            self._memory.remember(sealing, stamp.digest)
        return encode(blob)
