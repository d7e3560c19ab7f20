"""The store that needs nothing: encrypted files, from which values can be copied to another store later.

Each object is a file (`local_format`) in the folder that the configuration names, or beside the key (`local_key`). The
folder may lie in a repository, since its files are ciphertext; the key may not lie in the same one.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sealwright.errors import AlreadyThere, Changed, StoreError
from sealwright.stores import local_files
from sealwright.stores.local_format import Entry, NotReadable, file_name, head_of, opened, sealed
from sealwright.stores.local_key import VARIABLE, data_folder, key_path, make_key, read_key, work_tree
from sealwright.stores.store import Stored, Traits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright import config
    from sealwright.stores.store import Remote

TRAITS = Traits(bundles=True, singles=True, binary=True, empty=True, largest=0)

_FOLDER = "store"
_LARGEST = 16 * 1024 * 1024
"""Far above what Kubernetes takes: more is a mistake."""


def open_store(store: config.Store) -> LocalStore:
    """The store in the configured folder. Reads and writes nothing yet. Raises StoreError."""
    key = key_path()
    folder = os.path.abspath(store.path or os.path.join(os.path.dirname(key), _FOLDER))
    if os.path.dirname(key) == folder:
        hint = f"keep the key elsewhere: {VARIABLE} names its file"
        raise StoreError("the key of the local store lies in the folder of the store", place=key, hint=hint)
    # In the usual folder, beside the usual key, git is told to ignore both.
    shared = work_tree(folder) if store.path or os.path.dirname(key) != data_folder() else ""
    if shared and shared == work_tree(os.path.dirname(key)):
        hint = f"keep the key elsewhere: {VARIABLE} names its file"
        raise StoreError("the key of the local store lies in the same repository as the store", place=key, hint=hint)
    return LocalStore(folder, key)


class LocalStore:
    """Encrypted files in one folder. May be used from several threads and processes at once."""

    traits = TRAITS

    def __init__(self, folder: str, key_file: str) -> None:
        self._folder = folder
        self._key_file = key_file
        self._key: bytes | None = None
        self._tidied = False

    def flaw(self, remote: Remote) -> str:
        """As `Store.flaw`."""
        if not remote.name:
            return "its name is empty"
        if len(remote.body.reveal()) > _LARGEST:
            return f"it is larger than {_LARGEST:,} bytes"
        return ""

    def get(self, name: str, version: str = "") -> Stored | None:
        """As `Store.get`; older versions are not kept."""
        entry = self._read(name)
        if entry is None or version not in {"", str(entry.version)}:
            return None
        return Stored(entry.body, str(entry.version), entry.labels)

    def create(self, remote: Remote) -> str:
        """As `Store.create`."""
        self._the_key()
        with _Plainly(self._folder), self._writing() as writing:
            if self._read(remote.name) is not None:
                raise AlreadyThere(f"{remote.name}: there is such an object")
            return self._put(writing, remote, 1)

    def update(self, remote: Remote, expected: str) -> str:
        """As `Store.update`."""
        with _Plainly(self._folder), self._writing() as writing:
            entry = self._read(remote.name)
            if entry is None or str(entry.version) != expected:
                raise Changed(f"{remote.name}: somebody has changed it", hint="run it again")
            return self._put(writing, remote._replace(labels=entry.labels or remote.labels), entry.version + 1)

    def discard(self, name: str, version: str) -> None:
        """As `Store.discard`. There is no way back."""
        with _Plainly(self._folder), self._writing() as writing:
            entry = self._read(name)
            if entry is None:
                return
            if str(entry.version) != version:
                raise Changed(f"{name}: somebody has changed it", hint="look at it before it is removed")
            writing.remove(file_name(name) + local_files.SUFFIX)

    def names(self) -> list[str]:
        """As `Store.names`. All objects are this program's."""
        return sorted(self._names())

    def _names(self) -> Iterator[str]:
        with _Plainly(self._folder):
            for file in local_files.file_names(self._folder):
                path = os.path.join(self._folder, file)
                try:
                    name = head_of(local_files.read(path) or b"")["name"]
                except NotReadable as error:
                    raise _damaged(path, error) from None
                if file == file_name(name) + local_files.SUFFIX:
                    yield name
                else:
                    raise _damaged(path, NotReadable("it is the file of another object"))

    def _read(self, name: str) -> Entry | None:
        path = os.path.join(self._folder, file_name(name) + local_files.SUFFIX)
        with _Plainly(path):
            content = local_files.read(path)
        if content is None:
            return None
        try:
            return opened(content, self._the_key(), name)
        except NotReadable as error:
            failure = error
        raise _damaged(path, failure)

    def _put(self, writing: local_files.Writing, remote: Remote, version: int) -> str:
        entry = Entry(remote.name, version, remote.form, remote.labels, remote.body)
        writing.put(file_name(remote.name) + local_files.SUFFIX, sealed(entry, self._the_key()))
        return str(version)

    def _writing(self) -> _Locked:
        first, self._tidied = not self._tidied, True
        return _Locked(self._folder, tidy=first)

    def _the_key(self) -> bytes:
        """The key, which is made where nothing was written yet: a lost one must not be replaced in silence."""
        if self._key is None:
            with _Plainly(self._folder):
                written = any(local_files.file_names(self._folder))  # first: another run may be making both
            key = read_key(self._key_file)
            if key is None and written:
                hint = f"bring it back from a backup; {VARIABLE} can name another file"
                raise StoreError("the key of the local store is gone", place=self._key_file, hint=hint)
            self._key = key or make_key(self._key_file)
        return self._key


class _Locked:
    """`local_files.Writing`, with what killed writers left removed first if so wanted."""

    def __init__(self, folder: str, *, tidy: bool) -> None:
        self._writing = local_files.Writing(folder)
        self._tidy = tidy

    def __enter__(self) -> local_files.Writing:
        self._writing.__enter__()
        if self._tidy:
            self._writing.tidy()
        return self._writing

    def __exit__(self, *exception: object) -> None:
        self._writing.__exit__(*exception)


class _Plainly:
    """Inside of the `with` block, an error of the system is a StoreError with the place."""

    def __init__(self, place: str) -> None:
        self._place = place

    def __enter__(self) -> None:
        return None

    def __exit__(self, _: object, error: object, __: object) -> None:
        if isinstance(error, OSError):
            reason = error.strerror or str(error) or type(error).__name__
            hint = "check the folder, its owner and the disk"
            raise StoreError(f"the local store cannot be used: {reason}", place=self._place, hint=hint) from None


def _damaged(path: str, why: NotReadable) -> StoreError:
    hint = f"bring the file or the key back from a backup (or from git); {VARIABLE} names the key's file"
    return StoreError(f"it cannot be opened: {why}", place=path, hint=hint)
