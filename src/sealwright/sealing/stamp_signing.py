"""Who wrote a stamp: Ed25519 signatures over single lines, so that they survive a merge.

A repository's stamps are as good as its review: whoever may write the lock file may write anything into it. Signed,
they are as good as the care for the key that signs, which is in nobody's repository.
"""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING, NamedTuple

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sealwright.errors import KeyFileError
from sealwright.sealing.go_base64 import encode
from sealwright.sealing.stamp_lines import content
from sealwright.sealing.stamps import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sealwright.sealing.stamps import Stamp

_PREFIX = "ed25519:"
_CONTEXT = b"sealwright stamp 1\n"
"""Signed before each line, so that a signature means this and nothing else that the key may sign."""
_MAX_BYTES = 64 * 1024
_MAKE = "make one with `openssl genpkey -algorithm ed25519 -out stamp.key`, and keep it out of the repository"


class SigningKey(NamedTuple):
    """A private key, and its public half as the configuration names it."""

    private: Ed25519PrivateKey
    public: str

    def __repr__(self) -> str:
        return f"SigningKey({self.public})"

    def sign(self, stamp: Stamp) -> Entry:
        """The stamp with this key's signature; the same each time."""
        return Entry(stamp, self.public, encode(self.private.sign(_signed(stamp))))


def load_signing_key(path: str) -> SigningKey:
    """The Ed25519 key of a PEM file (PKCS#8, not encrypted). Raises KeyFileError."""
    try:
        with open(path, "rb") as file:  # a pipe is welcome: `--stamp-key <(sops decrypt stamp.key)`
            data = file.read(_MAX_BYTES)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise KeyFileError(f"cannot be read: {reason}", place=path, hint="check --stamp-key") from None
    try:
        key = load_pem_private_key(data, password=None)
    except TypeError:
        hint = "give it decrypted through a pipe: --stamp-key <(openssl pkey -in stamp.key)"
        raise KeyFileError("the key is encrypted with a passphrase", place=path, hint=hint) from None
    except (ValueError, UnsupportedAlgorithm):
        raise KeyFileError("there is no private key in it that can be read", place=path, hint=_MAKE) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError("stamps are signed with an Ed25519 key, and this is another", place=path, hint=_MAKE)
    return SigningKey(key, _PREFIX + encode(key.public_key().public_bytes_raw()))


def doubts(trusted: Collection[str]) -> Callable[[Entry], str]:
    """Why an entry must not be believed, '' if it may: a signature by one of the `trusted` keys is what counts."""
    keys = {name: Ed25519PublicKey.from_public_bytes(_raw(name)) for name in trusted}

    def doubt(entry: Entry) -> str:
        if not entry.signer:
            return "its stamp is not signed"
        key = keys.get(entry.signer)
        if key is None:
            return "its stamp is signed with a key that is not trusted here"
        try:
            key.verify(binascii.a2b_base64(entry.signature), _signed(entry.stamp))
        except InvalidSignature:
            return "the signature of its stamp is wrong"
        return ""

    return doubt


def _raw(name: str) -> bytes:
    return binascii.a2b_base64(name.removeprefix(_PREFIX))


def _signed(stamp: Stamp) -> bytes:
    return _CONTEXT + content(stamp).encode("ascii")
