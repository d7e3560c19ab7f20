"""One object of the local store as a file: a line of JSON about it, a line of ciphertext.

AES-256-GCM with a random nonce; the first line (name, version, form, labels, which key) is authenticated with it, so
that no file can be put in another's place, and no label or version be changed. The value is padded to multiples of 256
bytes: its length is not for everybody who sees the file. The nonces are random, 96 bits long: good for 2^32 versions
under one key (NIST SP 800-38D, 8.3).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.plaintext import Plaintext
from sealwright.stores.store import Form

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

KEY_BYTES = 32
_NONCE_BYTES = 12
_PADDED_TO = 256
_LENGTH_BYTES = 8
_FORMAT = 1
_FIELDS = {"format": int, "key": str, "name": str, "version": int, "form": str, "labels": dict}


class Entry(NamedTuple):
    """An object with all that is known of it. `version` counts from 1."""

    name: str
    version: int
    form: Form
    labels: Mapping[str, str]
    body: Plaintext


class NotReadable(Exception):  # noqa: N818 - says what the file is
    """A file that cannot be opened; the text says why."""


def key_id(key: bytes) -> str:
    """What tells a wrong key from a damaged file, and nothing of the key itself: 16 hexadecimal digits."""
    import hmac

    return hmac.digest(key, b"sealwright local store: name of the key", "sha256").hex()[:16]


def file_name(name: str) -> str:
    """Of the file for an object: names have slashes, and some systems do not tell capitals apart."""
    from hashlib import sha256

    return sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:48]


def sealed(entry: Entry, key: bytes) -> bytes:
    """The content of the entry's file."""
    import json
    from base64 import b64encode

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    head = {"format": _FORMAT, "key": key_id(key), "name": entry.name, "version": entry.version}
    head |= {"form": entry.form.value, "labels": dict(entry.labels)}
    line = json.dumps(head, sort_keys=True).encode("ascii")
    nonce = os.urandom(_NONCE_BYTES)
    body = entry.body.reveal()
    padded = len(body).to_bytes(_LENGTH_BYTES, "big") + body
    padded += bytes(-len(padded) % _PADDED_TO)
    return line + b"\n" + b64encode(nonce + AESGCM(key).encrypt(nonce, padded, line)) + b"\n"


def head_of(content: bytes) -> dict[str, Any]:
    """What the first line says, before anything proves it. Raises NotReadable."""
    import json

    try:
        head = json.loads(content.partition(b"\n")[0])
    except (ValueError, RecursionError):
        head = None
    if not isinstance(head, dict) or {name: type(value) for name, value in head.items()} != _FIELDS:
        raise NotReadable("it is damaged, or no file of this store")
    if head["format"] != _FORMAT:
        raise NotReadable("it was written by a newer version of this program")
    return head


def opened(content: bytes, key: bytes, name: str) -> Entry:
    """The entry in a file for the object of that name. Raises NotReadable."""
    from base64 import b64decode

    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    line, _, rest = content.partition(b"\n")
    head = head_of(content)
    if head["key"] != key_id(key):
        raise NotReadable("it was written with another key")
    if head["name"] != name:
        raise NotReadable("it is the file of another object")
    try:
        data = b64decode(rest.removesuffix(b"\n"), validate=True)
        padded = AESGCM(key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], line)
    except (ValueError, InvalidTag):
        padded = b""
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    if not padded or length > len(padded) - _LENGTH_BYTES:
        raise NotReadable("it is damaged, or was changed")
    body = Plaintext(padded[_LENGTH_BYTES : _LENGTH_BYTES + length])
    return Entry(name, head["version"], Form(head["form"]), head["labels"], body)
