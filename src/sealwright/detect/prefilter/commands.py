"""Whether a text may hold a command that takes a credential without a name beside it, or that decodes base64."""

from __future__ import annotations

_DECODING = (b"base64 -", b'base64"', b"base64'", b"base64,")
_PROGRAMS = (
    (b"-p", (b"mysql", b"mariadb", b"mongo", b"login", b"rabbitmqadmin", b"influx", b"7z")),
    (b"-a", (b"redis-cli", b"valkey-cli", b"keydb-cli", b"http", b"xh")),
    (b"-w", (b"ldap",)),
    (b"-P", (b"zip", b"sqlcmd", b"bcp")),
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
_BY_THEMSELVES = (*_DECODING, *_BY_PLACE)
_OPENERS = (b" ", b'"', b"'", b"[", b"\t")


def may_run_with_credential(data: bytes) -> bool:
    """Whether one of the programs is named together with its option."""
    for word in _BY_THEMSELVES:
        if word in data:
            return True
    if b"-" not in data:
        return False
    for option, names in _PROGRAMS:
        for name in names:
            if name in data and _is_given(data, option):
                return True
    return False


def _is_given(data: bytes, option: bytes) -> bool:
    return any(opener + option in data for opener in _OPENERS)
