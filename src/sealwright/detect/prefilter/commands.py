"""Whether a text may hold a command that takes a credential without a name beside it, or that decodes base64."""

from __future__ import annotations

from sealwright.detect.prefilter.skim import rest_of, skimmed, with_rests

TYPE_CHECKING = False  # `typing` takes a hook as long to load as all of its own modules
if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAMS = (
    (b"mysql", (b"-p",)),
    (b"sshpass", (b"-p",)),
    (b"openssl", (b"-pass", b"pass:")),
    (b"mariadb", (b"-p",)),
    (b"mongo", (b"-p",)),
    (b"login", (b"-p",)),
    (b"rabbitmqadmin", (b"-p",)),
    (b"influx", (b"-p",)),
    (b"7z", (b"-p",)),
    (b"-cli", (b"-a",)),  # of Redis and its kin
    (b"ldap", (b"-w",)),
    (b"zip -", (b"-P",)),
    (b"sqlcmd", (b"-P",)),
    (b"ssh-keygen", (b"-N",)),
    (b"curl", (b"-u", b"-U", b"--user", b"--proxy-user")),
    (b"smbclient", (b"-U",)),
    (b"rpcclient", (b"-U",)),
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
_PROGRAMS_WITH_RESTS = tuple((rest_of(name), name, options) for name, options in _PROGRAMS)
_BY_PLACE_WITH_RESTS = with_rests(_BY_PLACE)
_NEAR = 400
"""Bytes of a command line of several lines."""
_OPENERS = (b" ", b'"', b"'", b"[", b"\t")


def may_run_with_credential(data: bytes) -> bool:
    """Whether one of the programs is named together with its option, or base64 is decoded that stands there."""
    return next(running_places(data), -1) >= 0


def running_places(data: bytes) -> Iterator[int]:
    """Where these programs are named, in no order."""
    left = skimmed(data)
    short = left is data
    for rest, word in _BY_PLACE_WITH_RESTS:
        if short or rest in left:
            yield from _places(data, word)
    if b"-" not in data:
        return
    for rest, name, options in _PROGRAMS_WITH_RESTS:
        for offset in _places(data, name) if short or rest in left else ():
            near = data[offset : offset + _NEAR]
            if any(option in near and any(opener + option in near for opener in _OPENERS) for option in options):
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
