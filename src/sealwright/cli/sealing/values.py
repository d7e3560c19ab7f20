"""Values that are given one by one: from standard input, typed where nobody sees them, or from files."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from sealwright.cli.streams import standard_input
from sealwright.errors import UnreadableError, UsageError
from sealwright.patterns import Pattern
from sealwright.plaintext import Plaintext

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

_KEY = Pattern(r"[-._a-zA-Z0-9]{1,253}\Z")
_MOST_BYTES = 1024 * 1024
"""A Secret of more is refused by every cluster."""


def one_value(options: argparse.Namespace, what: str) -> Plaintext:
    """The value from --from-file, or from standard input. Raises UsageError, UnreadableError."""
    if options.from_file:
        return _read(_split(options.from_file[0])[1], options)
    if sys.stdin is not None and sys.stdin.isatty():
        return _typed(what, options)
    return _given(standard_input(what), what, options)


def named_values(options: argparse.Namespace) -> list[tuple[str, Plaintext]]:
    """Every value of the command line with its key, in the order given. Raises UsageError, UnreadableError."""
    given = [_split(text) for text in options.from_file or ()]
    if options.key:
        _check_key(options.key)
        if given and given[0][0] not in {"", options.key}:
            raise UsageError("--key and --from-file name two keys for one value", hint="leave one of them out")
        return [(options.key, one_value(options, f"the value of `{options.key}`"))]
    _check_standard_input(given)
    found: dict[str, Plaintext] = {}
    for name, path in given:
        key = name or os.path.basename(path)
        _check_key(key)
        if key in found:
            raise UsageError(f"two values for `{key}`", hint="name each once")
        found[key] = _read(path, options)
    return list(found.items())


def _check_standard_input(given: Sequence[tuple[str, str]]) -> None:
    """It can be read once, and has no name that could be the key. Raises UsageError."""
    keys = [key for key, path in given if path == "-"]
    if len(keys) > 1:
        raise UsageError("standard input holds one value, and is named twice", hint="put the others into files")
    if "" in keys:
        raise UsageError("standard input has no name to take the key from", hint="name it: --from-file KEY=-")


def _split(text: str) -> tuple[str, str]:
    """`KEY=FILE`, or a file by itself."""
    key, equals, path = text.partition("=")
    return (key, path) if equals and _KEY.match(key) else ("", text)


def _check_key(key: str) -> None:
    if not _KEY.match(key):
        hint = "a key has letters, digits, `-`, `_` and `.` only; name it: --from-file KEY=FILE"
        raise UsageError("that is no key of a Secret", hint=hint)


def _read(path: str, options: argparse.Namespace) -> Plaintext:
    if path == "-":
        return _given(standard_input("a value"), "a value", options)
    try:
        with open(path, "rb") as file:
            return _checked(file.read(_MOST_BYTES + 1), path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableError(f"cannot be read: {reason}", place=path, hint="check --from-file") from None


def _typed(what: str, options: argparse.Namespace) -> Plaintext:
    from getpass import getpass

    return _given(getpass(f"{what} (it is not shown): ").encode(), what, options)


def _given(value: bytes, what: str, options: argparse.Namespace) -> Plaintext:
    """What came in, unless it is nothing: `false | sealwright seal --key token` must not seal an empty token."""
    if not value and not options.allow_empty_data:
        hint = "the command in front of the pipe may have failed; --allow-empty-data seals the empty value"
        raise UsageError(f"standard input is empty where {what} should be", hint=hint)
    return _checked(value, "-")


def _checked(value: bytes, place: str) -> Plaintext:
    if len(value) > _MOST_BYTES:
        place = "standard input" if place == "-" else place
        raise UnreadableError("larger than 1 MiB, which no Secret may be", place=place, hint="split it")
    return Plaintext(value)
