"""What a run was: the tree it looked at, the rules it went by, and what it decided. For reports that are evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class PackRecord(NamedTuple):
    """A pack of rules: `digest` is the SHA-256 of what its rules say, in hex."""

    name: str
    version: str
    digest: str
    rules: tuple[str, ...] = ()


class Record(NamedTuple):
    """One run. Times are UTC, YYYY-MM-DDThh:mm:ssZ; `commit` and `tree` are git's ids, '' outside of a repository.

    `dirty`: the work tree differed from the commit. `command` is the subcommand. `controls` maps `framework/control` to
    the rules that serve it.
    """

    command: str
    repository: str
    started: str
    commit: str = ""
    tree: str = ""
    dirty: bool = False
    base: str = ""
    threshold: str = ""
    packs: tuple[PackRecord, ...] = ()
    params: Mapping[str, str] = {}
    controls: Mapping[str, tuple[str, ...]] = {}
