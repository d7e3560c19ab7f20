"""What this machine sealed, so that a value that has not changed keeps its ciphertext, byte for byte.

For each ciphertext, named by its digest, an HMAC-SHA256 of that and of what it was made from (key, label, item, value)
under a random key of this machine. Nobody without that key can try values against it; it is kept apart from every
repository. Without an entry a value is sealed again, which is never wrong. Of too many entries the oldest go.
"""

from __future__ import annotations

import hmac
import os
from hashlib import sha256
from typing import TYPE_CHECKING

from sealwright.run.ledger import file as ledger_file
from sealwright.sealing.go_base64 import BadBase64, decode
from sealwright.sealing.stamps import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.convert.sealer import Sealing

_MAGIC = b"sealwright ledger 1\n"
_KEY_BYTES = 32
_DIGEST_BYTES = 32
_HEADER = len(_MAGIC) + _KEY_BYTES
MOST_ENTRIES = 32_768


class Ledger:
    """Entries by what they were made from. `flaw` says why there are none, or why none can be kept; '' is well."""

    def __init__(self, folder: str, key: bytes, entries: dict[bytes, bytes], flaw: str = "") -> None:
        self.flaw = flaw
        self._folder = folder
        self._key = key
        self._entries = entries
        self._known = set(entries.values())
        self._new: dict[bytes, bytes] = {}

    def __repr__(self) -> str:
        return f"Ledger({len(self._entries)} entries)"

    def made(self, digest: str, sealing: Sealing) -> bool:
        """Whether the ciphertext of that digest is known to have been made from just this."""
        return bool(digest) and self._mark(sealing, digest) in self._entries

    def knows(self, digest: str) -> bool:
        """Whether this machine made the ciphertext, from whatever it was."""
        return bool(digest) and bytes.fromhex(digest) in self._known

    def remember(self, sealing: Sealing, digest: str) -> None:
        """Add an entry; `save` keeps it."""
        self._new[self._mark(sealing, digest)] = bytes.fromhex(digest)

    def save(self) -> None:
        """Put new entries into the file, beside those that others have put there meanwhile. Never raises."""
        if not self._new or not self._folder:
            return
        try:
            with ledger_file.Locked(self._folder) as file:
                key, entries = _parsed(ledger_file.read(self._folder))
                if entries and key != self._key:  # another run has made the file meanwhile: ours cannot be read with it
                    return
                for mark, digest in self._new.items():
                    entries.pop(mark, None)  # what is used again is young again
                    entries[mark] = digest
                kept = list(entries.items())[-MOST_ENTRIES:]
                file.write(_MAGIC + self._key + b"".join(part for entry in kept for part in entry))
                self._new = {}
        except OSError as error:
            self.flaw = f"it cannot be written: {error.strerror or error}"

    def _mark(self, sealing: Sealing, digest: str) -> bytes:
        """The digest is part of it: equal values must not show by equal entries, nor take each other's place."""
        mac = hmac.new(self._key, bytes.fromhex(digest), sha256)
        for part in (sealing.key.encode(), sealing.label, sealing.item.encode(), sealing.plaintext.reveal()):
            mac.update(len(part).to_bytes(8, "big"))
            mac.update(part)
        return mac.digest()


def load_ledger(repository: str = "") -> Ledger:
    """This user's ledger, empty where there is none. One inside of `repository`, a folder, is not used."""
    folder = ledger_file.state_folder()
    fresh = os.urandom(_KEY_BYTES)
    if not folder:
        return Ledger("", fresh, {}, "this user has no folder for state")
    if repository and _is_inside(folder, repository):
        return Ledger("", fresh, {}, "the folder for state lies in the repository")
    try:
        content = ledger_file.read(folder)
        key, entries = _parsed(content)
    except OSError as error:
        return Ledger("", fresh, {}, f"it cannot be read: {error.strerror or error}")
    return Ledger(folder, key or fresh, entries, "" if key or content is None else "it was damaged; a new one is begun")


def _parsed(content: bytes | None) -> tuple[bytes, dict[bytes, bytes]]:
    """The key and the entries, the oldest first; nothing of a file that is no ledger of this kind."""
    if content is None or len(content) > ledger_file.MOST_BYTES or not content.startswith(_MAGIC):
        return b"", {}
    size = 2 * _DIGEST_BYTES
    if len(content) < _HEADER or (len(content) - _HEADER) % size:
        return b"", {}
    entries = {
        content[at : at + _DIGEST_BYTES]: content[at + _DIGEST_BYTES : at + size]
        for at in range(_HEADER, len(content), size)
    }
    return content[len(_MAGIC) : _HEADER], entries


def _is_inside(folder: str, repository: str) -> bool:
    root = os.path.join(os.path.realpath(repository), "")
    return os.path.join(os.path.realpath(folder), "").startswith(root)


class Recollection:
    """The memory of a sealer: the ledger, and what stands in the file which is to be changed.

    `standing` tells the ciphertext at (namespace, name, item). Only the one at an item's own place may stay there:
    another one of the same value would tell everybody that the two are the same.
    """

    def __init__(self, ledger: Ledger, standing: Callable[[str, str, str], str | None] = lambda *_: None) -> None:
        self.ledger = ledger
        self._standing = standing

    def standing(self, sealing: Sealing, namespace: str, name: str) -> str | None:
        """What stands at the place, if it was made from just this."""
        text = self._standing(namespace, name, sealing.item)
        return text if text is not None and self.ledger.made(digest_of_text(text), sealing) else None

    def remember(self, sealing: Sealing, digest: str) -> None:
        """For the next time."""
        self.ledger.remember(sealing, digest)


def digest_of_text(text: str) -> str:
    """The digest of a ciphertext in base64; '' of what is not base64."""
    try:
        return digest_of(decode(text))
    except BadBase64:
        return ""
