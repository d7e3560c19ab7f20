"""Whether a text may hold a command that takes a credential without a name beside it, or that decodes base64."""

from __future__ import annotations

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
    for word in _BY_PLACE:
        if word in data:
            return True
    if b"-" not in data:
        return False
    for option, names in _PROGRAMS:
        for name in names:
            if name in data and _is_given(data, name, option):
                return True
    return b"base64" in data and _decodes(data)


def _is_given(data: bytes, name: bytes, option: bytes) -> bool:
    """Whether the option stands near one of the places of the name."""
    offset = data.find(name)
    while offset >= 0:
        near = data[offset : offset + _NEAR]
        if option in near and any(opener + option in near for opener in _OPENERS):
            return True
        offset = data.find(name, offset + len(name))
    return False


def _decodes(data: bytes) -> bool:
    """`echo aHVudGVyMg== | base64 -d`, `base64 -d <<< aHVudGVyMg==`."""
    offset = data.find(b"base64")
    while offset >= 0:
        near = data[max(offset - _NEAR, 0) : offset + _NEAR]
        if b"echo" in near or b"printf" in near or b"<<" in near:
            return True
        offset = data.find(b"base64", offset + 6)
    return False
