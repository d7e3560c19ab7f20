"""The key of the local stores: one for each person, outside of every repository, made when it is first needed.

SEALWRIGHT_LOCAL_KEY names another file. Whoever has the key and the store's folder has the values: it belongs into a
password manager too, since nothing can be opened without it.
"""

from __future__ import annotations

import os
import sys

from sealwright.errors import StoreError
from sealwright.stores import local_files
from sealwright.stores.local_format import KEY_BYTES

VARIABLE = "SEALWRIGHT_LOCAL_KEY"
_FILE = "local.key"
_BEGIN = b"sealwright-local-key:"
_EVERYONE_ELSE = 0o077


def data_folder() -> str:
    """This person's folder for data, '' where none is known (XDG Base Directory Specification; Known Folders)."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
    else:
        base = os.environ.get("XDG_DATA_HOME", "")
        if not os.path.isabs(base):  # the specification: such a value is to be ignored
            home = os.path.expanduser("~")
            base = os.path.join(home, ".local", "share") if os.path.isabs(home) else ""
    return os.path.join(base, "sealwright") if base else ""


def key_path() -> str:
    """Where the key is, or will be. Raises StoreError where there is no place for it."""
    named = os.environ.get(VARIABLE, "")
    if named:
        return os.path.abspath(os.path.expanduser(named))
    folder = data_folder()
    if not folder:
        hint = f"set HOME, or name a file for the key in {VARIABLE}"
        raise StoreError("there is no folder where the key of the local store could be", hint=hint)
    return os.path.join(folder, _FILE)


def read_key(path: str) -> bytes | None:
    """The key, None where there is none yet. Raises StoreError for what is no key, or not private."""
    try:
        content = local_files.read(path)
        if content is None:
            return None
        status = os.stat(path)
    except OSError as error:
        raise _unusable(path, f"cannot be read: {error.strerror or type(error).__name__}") from None
    if sys.platform != "win32" and (status.st_mode & _EVERYONE_ELSE or status.st_uid != os.geteuid()):
        hint = "make it yours alone (chown, chmod 600); if others may have read it, rotate the values"
        raise StoreError("others can read the key of the local store, or change it", place=path, hint=hint)
    return _parsed(content, path)


def make_key(path: str) -> bytes:
    """A new key, written so that whoever comes first makes the one that all use. Raises StoreError."""
    from base64 import b64encode

    folder, name = os.path.split(path)
    try:
        with local_files.Writing(folder) as writing:
            existing = read_key(path)
            if existing is not None:
                return existing
            if folder == data_folder():
                writing.put(".gitignore", b"*\n")  # for who keeps the whole home in a repository
            writing.put(name, _BEGIN + b64encode(os.urandom(KEY_BYTES)) + b"\n", new=True)
    except OSError as error:
        raise _unusable(path, f"cannot be written: {error.strerror or type(error).__name__}") from None
    made = read_key(path)
    if made is None:
        raise _unusable(path, "is gone again")
    return made


def work_tree(path: str) -> str:
    """The root of the git work tree that a path lies in, '' for none."""
    folder = os.path.realpath(path)
    while True:
        if os.path.lexists(os.path.join(folder, ".git")):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return ""
        folder = parent


def _parsed(content: bytes, path: str) -> bytes:
    from base64 import b64decode

    try:
        key = b64decode(content.strip().removeprefix(_BEGIN), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise _unusable(path, "is no key of a local store")
    return key


def _unusable(path: str, why: str) -> StoreError:
    hint = f"bring the key back from a backup; {VARIABLE} can name another file"
    return StoreError(f"the key of the local store {why}", place=path, hint=hint)
