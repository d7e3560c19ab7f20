"""Whether a text may hold a command that takes a credential without a name beside it, or that decodes base64."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAMS = (
    (b"-p", (b"mysql", b"mariadb", b"mongo", b"login", b"rabbitmqadmin", b"influx", b"7z")),
    (b"-a", (b"redis-cli", b"valkey-cli", b"keydb-cli")),
    (b"-w", (b"ldap",)),
    (b"-P", (b"zip -", b"sqlcmd")),
    (b"-N", (b"ssh-keygen",)),
    (b"-u", (b"curl",)),
    (b"-U", (b"curl", b"smbclient", b"rpcclient")),
    (b"--user", (b"curl",)),
    (b"--proxy-user", (b"curl",)),
)
_BY_PLACE = (
    b"from-literal",
    b"rabbitmqctl",
    b"mc alias",
    b"mc config",
    b"vault login",
    b"unseal",
    b"-stdin",
    b"/dev/stdin",
)
_NEAR = 400
"""Bytes of a command line of several lines."""
_OPENERS = (b" ", b'"', b"'", b"[", b"\t")


def may_run_with_credential(data: bytes) -> bool:
    """Whether one of the programs is named together with its option, or base64 is decoded that stands there."""
    return next(running_places(data), -1) >= 0


def running_places(data: bytes) -> Iterator[int]:
    """Where these programs are named, in no order."""
    for word in _BY_PLACE:
        yield from _places(data, word)
    if b"-" not in data:
        return
    for option, names in _PROGRAMS:
        for name in names:
            for offset in _places(data, name):
                near = data[offset : offset + _NEAR]
                if option in near and any(opener + option in near for opener in _OPENERS):
                    yield offset
    for offset in _places(data, b"base64"):  # `echo aHVudGVyMg== | base64 -d`, `base64 -d <<< aHVudGVyMg==`
        near = data[max(offset - _NEAR, 0) : offset + _NEAR]
        if b"echo" in near or b"printf" in near or b"<<" in near:
            yield offset


def _places(data: bytes, word: bytes) -> Iterator[int]:
    offset = data.find(word)
    while offset >= 0:
        yield offset
        offset = data.find(word, offset + len(word))
