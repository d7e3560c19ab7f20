"""The lock file of stamps, and the ledger: refused with a line, or the same again when they are written."""

from __future__ import annotations

from sealwright.errors import ConfigurationError, StampError
from sealwright.run.convert.lock import _held, _line
from sealwright.run.ledger import _parsed
from sealwright.sealing.scope import Scope
from sealwright.sealing.stamp_lines import read_stamps, write_stamps
from sealwright.sealing.stamps import Entry, stamp_of
from sealwright.stores.local_format import NotReadable, head_of, opened

_FINGERPRINT = "sha256:" + "ab" * 32
_ENTRIES = [Entry(stamp_of(b"\x01\x00" + bytes(300), _FINGERPRINT, scope, "shop", "db é%"), "") for scope in Scope]
SEEDS = (
    write_stamps(_ENTRIES),
    write_stamps(_ENTRIES, "\r\n"),
    b"sealwright ledger 1\n" + bytes(32) + bytes(range(64)),
    b'{"format": 1, "key": "a", "name": "x", "version": 1, "form": "text", "labels": {}}\nAAAA\n',
    b"aws shop/db shop db a,b run\n",
)
WORDS = (
    b"strict ",
    b"namespace-wide ",
    b"cluster-wide ",
    b"*",
    b"/",
    b" ",
    b"\n",
    b"%2F",
    b"%",
    b"sha256:",
    b"#",
    b"<<<<<<< a\n",
    b"\xc3\xa9",
)


def run(data: bytes) -> None:
    try:
        entries = read_stamps(data, ".sealwright.lock")
    except StampError as error:
        assert error.place
    else:
        assert set(read_stamps(write_stamps(entries), "")) == set(entries)
    for line in data.decode("utf-8", "replace").split("\n"):
        try:
            held = _held(line, 1)
        except ConfigurationError:
            continue
        written = _line(held)
        assert written.isascii()
        assert _held(written, 1) == held
    _parsed(data)
    try:
        head_of(data)
        opened(data, bytes(32), "x")
    except NotReadable:
        pass
