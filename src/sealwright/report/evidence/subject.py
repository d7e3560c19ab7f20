"""What evidence is about: a commit where all of it and nothing else was looked at, otherwise the files themselves."""

from __future__ import annotations

import os
import time
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sealwright import PAGES, __version__
from sealwright.report.entries import TITLES
from sealwright.report.record import Record
from sealwright.report.wording import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.report.base import Style

PLAN = f"{PAGES}/docs/evidence.md"
ENGINE = f"pkg:pypi/sealwright@{__version__}"
_MOST_FILES = 500
"""Those that are listed one by one; transparency logs refuse what is too large, and `dirHash` has them all."""


def record_of(style: Style) -> Record:
    """The record of the run. Who made none has looked at nothing that could be named."""
    if style.record is not None:
        return style.record
    return Record("", "repository", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), partial=True)


def silent(record: Record, *, items: bool) -> set[str]:
    """The rules that had nothing to be about. `items`: there were sealed items to verify."""
    return {*record.silent, *(() if items else TITLES)}


def subjects(record: Record, *, one_by_one: bool) -> list[dict[str, Any]]:
    """As resource descriptors of in-toto, each with a digest and a name of its own.

    `one_by_one`: files of no commit are listed, too. Not where one of them holds a value in clear: with a digest of the
    file alone, whoever knows the rest of it could try values.
    """
    name = printable(record.repository)
    if record.is_of_commit:
        return [{"name": name, "digest": {"gitCommit": record.commit, "gitTree": record.tree}}]
    files = sorted(record.files.items()) if one_by_one and len(record.files) <= _MOST_FILES else []
    single = [{"name": printable(path), "digest": {"sha256": digest}} for path, digest in files]
    return [{"name": f"{name} (files)", "digest": {"dirHash": directory_hash(record.files)}}, *single]


def directory_hash(files: Mapping[str, str]) -> str:
    """Go's Hash1 in hex, as in-toto's `dirHash`: SHA-256 over `digest  path` lines, sorted by the bytes of the path."""
    lines = sorted((os.fsencode(path), digest) for path, digest in files.items())
    return sha256(b"".join(digest.encode("ascii") + b"  " + path + b"\n" for path, digest in lines)).hexdigest()
