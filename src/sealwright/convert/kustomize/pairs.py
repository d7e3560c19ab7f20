"""Keys and values as kustomize takes them from literals and from files, byte for byte.

Where kustomize is silent about what it leaves out, or its versions differ, this refuses. Source: kustomize 5.5,
`api/kv/kv.go` and `api/internal/generators/utils.go`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sealwright.convert.kustomize.refusal import Refused
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEY = Pattern(r"(?!\.\.?\Z|\.\.)[-._a-zA-Z0-9]{1,253}\Z")
_BOM = "\ufeff"
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""What Go's `unicode.IsSpace` takes for a space."""
_LONGEST = 64 * 1024 - 2
"""Bytes in a line. At a longer one kustomize stops reading, and says nothing."""
_MAKE_ONE = "write `key=value`"
_ENCRYPTED = (b"\0GITCRYPT\0", b"age-encryption.org/v1", b"-----BEGIN AGE ENCRYPTED FILE-----")
_SOPS = (b"ENC[AES256_GCM,", b"sops_mac=")
_LFS = b"version https://git-lfs.github.com/spec/"


class Pair(NamedTuple):
    """One key and its bytes."""

    key: str
    value: bytes

    def __repr__(self) -> str:
        return "Pair(********)"


def literal_pair(text: str) -> Pair:
    """What `key=value` makes: a pair of quotes around the value goes. Raises Refused."""
    key, found, value = text.partition("=")
    if not (key and found):
        raise Refused("a literal that is not `key=value`, which kustomize does not take", _MAKE_ONE)
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return Pair(checked_key(key), value.encode())


def file_source(text: str) -> tuple[str, str]:
    """(key, path) of an entry of `files`: `path`, of which the last part is the key, or `key=path`. Raises Refused."""
    key, found, path = text.partition("=")
    if not found:
        key, path = text.rstrip("/").rpartition("/")[2], text
    if not key or not path or "=" in path:
        raise Refused("an entry of `files` that is neither `path` nor `key=path`", "write one of the two")
    return checked_key(key), path


def env_pairs(data: bytes) -> Iterator[Pair]:
    """What the lines of an env file make. Quotes, `export` and spaces behind the `=` are part of it. Raises Refused."""
    for number, line in enumerate(data.split(b"\n")):
        pair = _env_pair(line, number)
        if pair is not None:
            yield pair


def checked_key(key: str) -> str:
    """The key, if a Secret may have it. Raises Refused, whose text does not repeat it: it may be a value."""
    if not _KEY.match(key):
        hint = "a key has letters, digits, `-`, `_` and `.` only"
        raise Refused("a key that no Secret may have", hint)
    return key


def refuse_ciphertext(data: bytes) -> None:
    """Raises Refused for a file that something else decrypts before kustomize reads it."""
    if data.startswith(_ENCRYPTED) or any(mark in data for mark in _SOPS):
        hint = "decrypt it and convert it then, or leave it as it is"
        raise Refused("a file that is encrypted in the repository: its value is known to nobody here", hint)
    if data.startswith(_LFS):
        raise Refused("a file that git-lfs keeps elsewhere", "fetch it: git lfs pull")


def _env_pair(line: bytes, number: int) -> Pair | None:
    if len(line) > _LONGEST:
        hint = "put the value into a file of its own, under `files`"
        raise Refused(f"line {number + 1} of an env file is so long that kustomize stops reading there", hint)
    try:
        text = line.removesuffix(b"\r").decode()
    except UnicodeDecodeError:
        hint = "put the value into a file of its own, under `files`"
        raise Refused(f"line {number + 1} of an env file is not UTF-8, which kustomize does not take", hint) from None
    if number == 0:
        text = text.removeprefix(_BOM)
    text = text.lstrip(_SPACE)
    if not text or text[0] == "#":
        return None
    key, found, value = text.partition("=")
    if not found:
        hint = "write `KEY=` for an empty value; versions of kustomize before 5 took it from the environment"
        raise Refused(f"line {number + 1} of an env file has no `=`", hint)
    if not key:
        raise Refused(f"line {number + 1} of an env file has no key, and kustomize leaves it out", "remove the line")
    try:
        return Pair(checked_key(key), value.encode())
    except Refused as refused:
        raise Refused(f"{refused.message}, in line {number + 1} of an env file", refused.hint) from None
