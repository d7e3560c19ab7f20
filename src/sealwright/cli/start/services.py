"""Which CI service a repository uses, told by files that are there and by where its remotes are. Nothing is asked."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sealwright.cli.start.workflows import WORKFLOWS
from sealwright.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.manifest.git import Repository

NAME = b"sealwright"
_MAX_BYTES = 1024 * 1024
_MOST_FILES = 200


def detected(repository: Repository) -> list[str]:
    """Names in WORKFLOWS, the likeliest first.

    A file counts for more than a remote, since a repository is often built elsewhere than it is kept; both count most.
    A bare `.github` folder, which holds templates for issues as well, counts like a remote.
    """
    hosts = list(_hosts(repository))
    scores = {name: _score(repository.root, hosts, name) for name in WORKFLOWS}
    return sorted((name for name in scores if scores[name]), key=lambda name: -scores[name])


def naming(root: str, name: str) -> list[str]:
    """The files of this CI service that name us, relative to the root."""
    return [path for path in _files(root, name) if names_us(os.path.join(root, path))]


def names_us(path: str) -> bool:
    """Whether a file can be read and says `sealwright`."""
    return NAME in beginning(path)


def beginning(path: str) -> bytes:
    """The first MiB of a file of the repository; nothing where it cannot be read. Never waits for a pipe."""
    from sealwright.manifest.discover import Target, read_target

    try:
        return read_target(Target(path, path), _MAX_BYTES)
    except UnreadableError:
        return b""


def _score(root: str, hosts: list[str], name: str) -> int:
    workflow = WORKFLOWS[name]
    there = [os.path.lexists(os.path.join(root, folder)) for folder in workflow.folders]
    at_home = any(host == end or host.endswith(f".{end}") for host in hosts for end in workflow.hosts)
    return 2 * there[0] + any(there[1:]) + at_home


def _hosts(repository: Repository) -> Iterator[str]:
    """The host of each remote: `https://HOST/...`, `ssh://user@HOST:22/...` or `user@HOST:path`."""
    from sealwright.manifest.git_process import run

    found = run(repository.root, "config", "--get-regexp", r"^remote\..*\.url$").stdout
    for line in found.decode("utf-8", "replace").splitlines():
        address = line.partition(" ")[2]
        _, scheme, rest = address.rpartition("://")
        authority = (rest if scheme else address).partition("/")[0]
        yield authority.rpartition("@")[2].partition(":")[0].lower()


def _files(root: str, name: str) -> Iterator[str]:
    path = WORKFLOWS[name].path
    folder = os.path.dirname(path)
    if not folder:
        yield path
        return
    try:
        names = sorted(os.listdir(os.path.join(root, folder)))[:_MOST_FILES]
    except OSError:
        return
    yield from (f"{folder}/{name}" for name in names if name.endswith((".yml", ".yaml")))
