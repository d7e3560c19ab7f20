"""Which commit is checked out, whether the files still are those of it, and what the repository is called."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sealwright.manifest.git_process import object_id, run
from sealwright.manifest.snapshots import uncommitted
from sealwright.patterns import Pattern

if TYPE_CHECKING:
    from sealwright.manifest.git import Repository

_SHORT_FORM = Pattern(r"(?:[^/@:]+@)?([A-Za-z0-9.-]+):([^/:][^:@?#]*)\Z")
"""`git@host:owner/name`, as scp writes places."""
_PATH = Pattern(r"[A-Za-z0-9._~/-]+\Z")


class Revision(NamedTuple):
    """Git's ids, '' before the first commit. `dirty`: the index or the files on the disk are not as in the commit."""

    commit: str
    tree: str
    dirty: bool


def revision(repository: Repository) -> Revision:
    """What is checked out. Files are compared by their bytes, new ones too, but for those that git ignores."""
    commit, tree = (object_id(repository.root, f"HEAD^{{{kind}}}") for kind in ("commit", "tree"))
    if not commit:
        return Revision("", "", dirty=True)
    staged = run(repository.root, "diff-index", "--cached", "--quiet", "--no-ext-diff", "HEAD").returncode != 0
    return Revision(commit, tree, staged or bool(uncommitted(repository)))


def repository_name(repository: Repository | None) -> str:
    """`host/owner/name` by the remote `origin`, without who logs in there; else the folder's name."""
    root = os.path.realpath(repository.root if repository is not None else os.curdir)
    if repository is not None:
        address = run(repository.root, "config", "--get", "remote.origin.url").stdout.decode("utf-8", "replace").strip()
        name = _without_user(address)
        if name:
            return name
    return os.path.basename(root) or "repository"


def _without_user(address: str) -> str:
    """'' for what is no address of a server, or may hold more than a place."""
    short = _SHORT_FORM.match(address)
    if short is not None:
        host, path = short.groups()
    elif "://" in address:
        from urllib.parse import urlsplit

        try:
            parts = urlsplit(address)
            host, path = parts.hostname or "", parts.path
        except ValueError:
            return ""
    else:
        return ""
    path = path.strip("/").removesuffix(".git")
    return f"{host}/{path}" if host and _PATH.match(path) else ""
