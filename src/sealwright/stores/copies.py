"""Contents of files that may hold secrets, kept for a while: encrypted, with the key in another place than the copies.

AES-256-GCM with a random nonce for each copy and its name as associated data, so that copies cannot change places.
"""

from __future__ import annotations

import os

from sealwright.errors import StoreError

_KEY_BYTES = 32
_NONCE_BYTES = 12
_PRIVATE = 0o700
_HINT = "run it as the user who began, with the same HOME; or settle the files by hand and remove this folder"


class Copies:
    """Copies in `folder`, which is made where it is missing. `key_folder` holds the key, made at the first use.

    Both are readable by their owner only. Raises OSError where they cannot be written.
    """

    def __init__(self, folder: str, key_folder: str) -> None:
        self._folder = folder
        self._key_folder = key_folder

    def keep(self, name: str, content: bytes) -> None:
        """Write a copy, flushed to the disk."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        os.makedirs(self._folder, _PRIVATE, exist_ok=True)
        nonce = os.urandom(_NONCE_BYTES)
        _write(os.path.join(self._folder, name), nonce + AESGCM(self._key()).encrypt(nonce, content, name.encode()))

    def read(self, name: str) -> bytes:
        """The content of a copy. Raises StoreError where it is gone, was changed, or the key is another one."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        path = os.path.join(self._folder, name)
        try:
            with open(path, "rb") as file:
                sealed = file.read()
            with open(self._key_path, "rb") as file:
                key = file.read()
            return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode())
        except OSError as error:
            raise StoreError(f"a kept copy cannot be read: {error.strerror}", hint=_HINT, place=path) from None
        except (InvalidTag, ValueError):
            raise StoreError("a kept copy is damaged, or was made under another key", hint=_HINT, place=path) from None

    @property
    def _key_path(self) -> str:
        return os.path.join(self._key_folder, "copies.key")

    def _key(self) -> bytes:
        """The key of this user's copies; of two runs that make it at once, one wins."""
        os.makedirs(self._key_folder, _PRIVATE, exist_ok=True)
        if not os.path.exists(self._key_path):
            fresh = f"{self._key_path}.{os.getpid()}"
            _write(fresh, os.urandom(_KEY_BYTES))
            try:
                os.link(fresh, self._key_path)
            except FileExistsError:
                pass
            finally:
                os.unlink(fresh)
        with open(self._key_path, "rb") as file:
            return file.read()


def _write(path: str, content: bytes) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with open(fd, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(fd)
