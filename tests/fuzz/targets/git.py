"""What git prints, with paths and contents that an attacker chose: they come back as they are, or git has stopped."""

from __future__ import annotations

import io

from sealwright.errors import SealwrightError
from sealwright.manifest.contents import _answer
from sealwright.manifest.git import _split
from sealwright.manifest.history import Change, _fields, _files, _parsed, _words

_ID = "1234567890abcdef1234567890abcdef12345678"
_NONE = "0" * 40
SEEDS = (
    b"apps/a.yaml\0b\n.yaml\0:colon\0\xff\xfe\0 leading\0tab\there",
    b"HEAD~3..HEAD\0main\0--all\0-x\0:(top)a",
    b"kind: Secret\nblob 12\n" + _ID.encode() + b" blob 5\n",
    b"\n\n:100644",
)
WORDS = (
    b"\0",
    b"\n",
    b"\t",
    b" ",
    b":",
    b"::",
    b"100644",
    b"160000",
    _ID.encode(),
    b" missing\n",
    b"blob",
    b"..",
    b"...",
    b"^",
    b"--",
)


def run(data: bytes) -> None:
    paths = [path for path in data.split(b"\0") if path]
    _listings(paths)
    _contents(data)
    _ranges(paths)


def _listings(paths: list[bytes]) -> None:
    listing = b"".join(f"100644 blob {_ID}\t".encode() + path + b"\0" for path in paths)
    assert list(_files(listing)) == [(path, _ID) for path in paths]
    assert _split(b"".join(path + b"\0" for path in paths)) == paths
    changed = [f":100644 100755 {_NONE} {_ID} M\0".encode() + path + b"\0" for path in paths]
    merged = [f"::100644 100644 100644 {_NONE} {_ID} {_ID} MM\0".encode() + path + b"\0" for path in paths]
    stream = io.BytesIO(f"{_ID} 1700000000 {_NONE} {_ID}\0\n".encode() + b"".join(changed + merged))
    found = [item.path for item in _parsed(_fields(stream)) if isinstance(item, Change)]
    assert found == paths + paths


def _contents(data: bytes) -> None:
    whole = f"{_ID} blob {len(data)}\n".encode() + data + b"\n"
    cut = len(whole) - len(data) % 50
    for stream in (io.BytesIO(whole), io.BytesIO(whole[:cut]), io.BytesIO(data)):
        for content in _answer(_ID, stream):
            if content.file is not None and stream.getbuffer().nbytes == len(whole):
                assert content.file.read() == data


def _ranges(paths: list[bytes]) -> None:
    """What comes through as words of a range holds no option but those that are known."""
    for path in paths[:3]:
        try:
            words = _words(path.decode("utf-8", "surrogateescape"))
        except SealwrightError:
            continue
        known = ("--all", "--branches", "--tags", "--not", "--remotes")
        assert all(word.startswith(known) for word in words if word.startswith("-"))
