"""Single objects: which a repository lacks, and how they are brought, many at once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sealwright.errors import SealwrightError
from sealwright.fleet.mirrors.folders import Place
from sealwright.fleet.mirrors.remote import NAME, fetch
from sealwright.manifest.git_process import output, run

if TYPE_CHECKING:
    from collections.abc import Sequence

_BATCH = 20_000
"""Ids in one request: a megabyte of them."""
_PARTIAL = f"remote.{NAME}.partial"
"""A name of ours in the configuration of a mirror; git does not know it."""


def absent(root: str, oids: Sequence[str]) -> list[str]:
    """Those of the objects that the repository does not have."""
    if not oids:
        return []
    request = "".join(f"{oid}\n" for oid in oids).encode("ascii", "replace")
    out = output(root, "cat-file", "--batch-check=%(objectname)", request=request)
    return [line.split()[0].decode("ascii") for line in out.splitlines() if line.endswith(b" missing")]


def fetched(root: str, oids: Sequence[str]) -> None:
    """Bring those of the objects that a mirror left out. Raises SealwrightError where they are not to be had."""
    missing = absent(root, oids)
    if missing:
        url = run(root, "config", "--get", f"remote.{NAME}.url").stdout.decode("utf-8", "surrogateescape").rstrip("\n")
        if not url:
            raise SealwrightError("the repository lacks objects", place=root, hint="see git fsck; fetch them")
        bring(Place(root, url, url), missing, cut=is_shallow(root))


def bring(mirror: Place, oids: Sequence[str], *, cut: bool = False) -> None:
    """Bring objects by their ids, whether or not a name leads to them. Hosts may refuse those that none leads to.

    `cut`: of commits, only these, and not those before.
    """
    options = ["--stdin", *(["--depth=1"] if cut else [])]
    partial = is_partial(mirror.root)
    for start in range(0, len(oids), _BATCH):
        request = "".join(f"{oid}\n" for oid in oids[start : start + _BATCH]).encode("ascii")
        fetch(mirror, options, (), request=request, partial=partial)


def complete(mirror: Place) -> None:
    """Bring everything that a mirror left out."""
    listed = output(mirror.root, "rev-list", "--objects", "--missing=print", "--all")
    bring(mirror, [line[1:].decode("ascii") for line in listed.splitlines() if line.startswith(b"?")])
    output(mirror.root, "config", "--unset", _PARTIAL)


def mark_partial(mirror: Place) -> None:
    """From now on contents may be left out."""
    output(mirror.root, "config", _PARTIAL, "true")


def is_partial(root: str) -> bool:
    """Whether the mirror leaves out contents until they are asked for."""
    return run(root, "config", "--get", _PARTIAL).returncode == 0


def is_shallow(root: str) -> bool:
    """Whether the mirror leaves out parents of some commits."""
    try:
        return os.path.getsize(os.path.join(root, ".git", "shallow")) > 0
    except OSError:
        return False
