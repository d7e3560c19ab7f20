"""Files that say what is accepted: our baseline, one of detect-secrets, and the key that values are compared under."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any, NamedTuple

from sealwright.config import BASELINE_NAME
from sealwright.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from sealwright.gate.baseline import Place
    from sealwright.gate.keyed import Key
    from sealwright.gate.listed import Listed
    from sealwright.manifest.git import Repository

KEY_VARIABLE = "SEALWRIGHT_BASELINE_KEY"
_MAX_BYTES = 32 * 1024 * 1024
_NEW_KEY = "make one outside of the repository: openssl rand -hex 32"


class Accepted(NamedTuple):
    """`path` is our baseline's ('' for none); `key` is None where nothing is to be compared."""

    path: str = ""
    known: Mapping[Place, frozenset[str]] = {}
    listed: Listed | None = None
    key: Key | None = None


def baseline_path(options: argparse.Namespace, repository: Repository | None) -> str:
    """The baseline that the options name; the default one where it exists or is to be written; '' for none."""
    if options.no_baseline:
        return ""
    if options.baseline:
        return str(options.baseline)
    path = os.path.normpath(os.path.join(_relative(repository.root), BASELINE_NAME)) if repository else BASELINE_NAME
    if options.staged and not options.update_baseline:
        return path if _staged(path, repository) is not None else ""
    if not os.path.lexists(path):
        return path if options.update_baseline else ""
    if not os.path.isfile(path):  # it lies in a repository, and must not stop us for ever
        raise ConfigurationError("it is not a regular file", place=path, hint="remove it, or name another")
    return path


def accepted(path: str, options: argparse.Namespace, repository: Repository | None) -> Accepted:
    """Read the baseline and what the options name beside it. Raises ConfigurationError, UsageError."""
    from sealwright.gate.baseline import read_baseline
    from sealwright.gate.listed import is_listed

    updating = bool(options.update_baseline)
    staged = _staged(path, repository) if options.staged and not updating else None
    content = _content(path, missing_is_empty=updating, data=staged)
    if is_listed(content):
        if options.update_baseline:
            hint = "convert it: sealwright scan --update-baseline --import-baseline FILE"
            raise UsageError("is a baseline of detect-secrets, which is not written here", place=path, hint=hint)
        return Accepted(listed=_listed(content, path))
    known = read_baseline(content, path)
    listed = None
    if options.import_baseline:
        listed = _listed(_content(options.import_baseline), options.import_baseline)
    # Without a digest on either side there is nothing to compare.
    needed = options.update_baseline or any(any(digests) for digests in known.values())
    return Accepted(path, known, listed, _key(options.baseline_key_file, repository) if needed else None)


def place_in(path: str, repository: Repository | None) -> str:
    """A glob for our baseline among the files of the repository: it was read to the last word. '' for none."""
    root = os.path.realpath(repository.root if repository else os.curdir)
    real = os.path.realpath(path)
    if not path or not real.startswith(os.path.join(root, "")) or os.path.islink(path):
        return ""
    relative = os.path.relpath(real, root).replace(os.sep, "/")
    return "" if any(letter in relative for letter in "*?[\\") else f"/{relative}"


def _relative(root: str) -> str:
    try:
        return os.path.relpath(root)
    except ValueError:  # on Windows: another drive
        return root


def _staged(path: str, repository: Repository | None) -> bytes | None:
    """What the next commit accepts; None where the index has no such file."""
    if repository is None:
        return None
    from sealwright.manifest.staged import staged_content

    return staged_content(repository, path, _MAX_BYTES)


def _content(path: str, *, missing_is_empty: bool = False, data: bytes | None = None) -> Any:
    from sealwright.gate.baseline import VERSION, parse_json

    if data is None:
        data = _read(path) if os.path.lexists(path) or not missing_is_empty else b""
    if len(data) > _MAX_BYTES:
        raise ConfigurationError("it is larger than 32 MiB", place=path, hint="is it the right file?")
    return parse_json(data, path) if data.strip() else {"version": VERSION, "entries": []}


def _listed(content: Any, path: str) -> Listed:
    from sealwright.gate.listed import is_listed, read_listed

    listed = read_listed(content) if is_listed(content) else None
    if listed is None:
        hint = "it is what `detect-secrets scan > FILE` writes"
        raise ConfigurationError("it is not a baseline of detect-secrets", place=path, hint=hint)
    return listed


def _key(path: str | None, repository: Repository | None) -> Key | None:
    from sealwright.gate.keyed import SHORTEST, Key

    data = _key_file(path, repository) if path else os.fsencode(os.environ.get(KEY_VARIABLE, ""))
    if not path and not data:
        return None
    data = data.rstrip(b"\r\n")
    if len(data) < SHORTEST:
        raise UsageError(f"the key of the baseline is shorter than {SHORTEST} bytes", hint=_NEW_KEY)
    return Key(data)


def _key_file(path: str, repository: Repository | None) -> bytes:
    data = _read(path)
    if os.name == "posix" and stat.S_IMODE(os.stat(path).st_mode) & 0o077:
        raise UsageError("others may read this key", place=path, hint="chmod 600, and make a new one if they did")
    if repository is not None and _is_shared(path, repository):
        raise UsageError("this key lies in the repository, where it protects nothing", place=path, hint=_NEW_KEY)
    return data


def _is_shared(path: str, repository: Repository) -> bool:
    root = os.path.realpath(repository.root)
    real = os.path.realpath(path)
    inside = real.startswith(os.path.join(root, ""))
    return inside and not repository.ignores(os.path.relpath(real, root).replace(os.sep, "/"))


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        hint = "check the path; --update-baseline makes a new one"
        raise ConfigurationError("no such file", place=path, hint=hint) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError(f"cannot be read: {reason}", place=path, hint="check the path") from None
