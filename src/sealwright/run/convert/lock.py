"""The lock file of stores: which object of which store holds the values of which Secret. No value, and no hash of one.

One line for each object, sorted:

    store object namespace/name key,key conversion

What is neither a letter, a digit nor one of `_.-~/` is percent-encoded; `-` stands for no namespace. The conversion is
a random number: a line that comes back from Git may be of one that was taken back. Two branches are merged by keeping
the lines of both.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

from sealwright.errors import ConfigurationError, UnreadableError
from sealwright.manifest.discover import Target, read_target
from sealwright.rewrite.transaction import FileChange

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sealwright.manifest.git import Repository
    from sealwright.run.convert.plan import Move

NAME = ".sealwright-stores.lock"
_HEADER = (
    "# Where the values are that were in this repository: store, object, Secret, keys. No value is here, and no hash.\n"
    "# Written by `sealwright convert`; keep it in Git. After a merge conflict, keep the lines of both sides.\n"
)
_MOST_BYTES = 16 * 1024 * 1024
_NONE = "-"


class Held(NamedTuple):
    """An object, the Secret that it was made for, and the keys whose values are in it."""

    store: str
    name: str
    namespace: str
    secret: str
    keys: tuple[str, ...]
    run: str = ""


def held_by(moves: Iterable[Move], run: str = "") -> set[Held]:
    """What the lock file says about these moves, put there by the conversion `run`."""
    return {
        Held(move.store, remote.name, move.facts.namespace, move.facts.name, _keys(move, remote.name), run)
        for move in moves
        for remote in move.placement.remotes
    }


def read_lock(repository: Repository) -> tuple[bytes | None, set[Held]]:
    """The bytes of the lock file, None where there is none, and what it says. Raises ConfigurationError."""
    path = os.path.join(repository.root, NAME)
    if not os.path.lexists(path):
        return None, set()
    if os.path.islink(path):
        raise ConfigurationError("it is a symbolic link", place=NAME, hint="put a regular file in its place")
    try:
        data = read_target(Target(NAME, path), _MOST_BYTES)
    except UnreadableError as error:
        hint = "get it back from Git, or remove it"
        raise ConfigurationError(error.message, place=NAME, hint=hint) from None
    if len(data) > _MOST_BYTES:
        raise ConfigurationError("it is larger than 16 MiB", place=NAME, hint="is it the right file?")
    held = set()
    for number, line in enumerate(data.decode("utf-8-sig", "replace").splitlines(), 1):
        if line and not line.startswith("#"):
            held.add(_held(line, number))
    return data, held


def lock_change(repository: Repository, moves: Iterable[Move], run: str) -> FileChange:
    """The lock file with these moves in it. An object that holds other keys now has one line, the new one."""
    data, held = read_lock(repository)
    new = held_by(moves, run)
    replaced = {(one.store, one.name) for one in new}
    lines = sorted(_line(one) for one in new | {one for one in held if (one.store, one.name) not in replaced})
    content = _HEADER + "".join(f"{line}\n" for line in lines)
    return FileChange(os.path.join(repository.root, NAME), data, content.encode("ascii"))


def _keys(move: Move, name: str) -> tuple[str, ...]:
    return tuple(sorted(key for key, reference in move.placement.references.items() if reference.name == name))


def _line(held: Held) -> str:
    secret = f"{quote(held.namespace, safe='') or _NONE}/{quote(held.secret, safe='')}"
    keys = ",".join(quote(key, safe="") for key in held.keys)
    return " ".join((quote(held.store), quote(held.name), secret, keys, quote(held.run, safe="")))


def _held(line: str, number: int) -> Held:
    fields = line.split(" ")
    if len(fields) != 5 or fields[2].count("/") != 1:
        hint = "after a merge conflict keep the lines of both sides, without the marks; or restore the file from Git"
        raise ConfigurationError("this line says of no object where it is", place=f"{NAME}:{number}", hint=hint)
    namespace, _, secret = fields[2].partition("/")
    where = "" if namespace == _NONE else unquote(namespace)
    keys = tuple(unquote(key) for key in fields[3].split(","))
    return Held(unquote(fields[0]), unquote(fields[1]), where, unquote(secret), keys, unquote(fields[4]))
