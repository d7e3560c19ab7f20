"""Whether a text may hold a URL with a password, or the `auth` of a container registry."""

from __future__ import annotations

_LONGEST = 700
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_BETWEEN = b"\"'\\ \t:="
_SHORTEST_AUTH = 6


def holds_url_credential(data: bytes) -> bool:
    """`scheme://user:password@host`, or a URL with parameters."""
    offset = data.find(b"://")
    while offset >= 0:
        if _may_hold(data, offset + 3):
            return True
        offset = data.find(b"://", offset + 3)
    return b":\\/\\/" in data or b"jdbc:oracle:" in data


def _may_hold(data: bytes, offset: int) -> bool:
    rest = data[offset : offset + _LONGEST]
    line = rest.split(b"\n", 1)[0]
    if b"{{" in line and b"@" in line:
        return True  # template actions have blanks and quotes of their own
    for end in (b"\n", b" ", b'"', b"'"):
        cut = rest.find(end)
        rest = rest if cut < 0 else rest[:cut]
    authority = rest.split(b"/", 1)[0]
    if b"@" in authority:
        before = authority.rpartition(b"@")[0]
        return b":" in before or len(before) >= 16
    return (b"=" in rest and b"?" in rest) or b";" in rest


def holds_docker_auth(data: bytes) -> bool:
    """`"auth": "<base64>"`, and whatever else stands in `auths`."""
    if b"auths" in data:
        return True
    offset = data.find(b"auth")
    while offset >= 0:
        rest = data[offset + 4 : offset + 40]
        value = rest.lstrip(_BETWEEN)
        if (
            len(value) < len(rest)
            and rest[:1] in b"\"':\\"
            and len(value) - len(value.lstrip(_BASE64)) >= _SHORTEST_AUTH
        ):
            return True
        offset = data.find(b"auth", offset + 4)
    return False
