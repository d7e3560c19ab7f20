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


class WaiverRecord(NamedTuple):
    """A waiver of the configuration that was in force: who accepted what, why, and until when."""

    rule: str
    reason: str
    owner: str = ""
    path: str = ""
    ticket: str = ""
    approved_by: tuple[str, ...] = ()
    created: str = ""
    expires: str = ""


class Record(NamedTuple):
    """One run. Times are UTC, YYYY-MM-DDThh:mm:ssZ; `commit` and `tree` are git's ids, '' outside of a repository.

    `dirty`: the work tree differed from the commit. `command` is the subcommand. `controls` maps `framework/control` to
    the rules that serve it.
    `base` is the commit that was compared with. `params` are those that the configuration sets, as JSON.
    `partial`: something was left out on the command line, or something else than files of the tree was looked at.
    `files` are SHA-256 digests (hex) of what was looked at, by path: only where `commit` does not say what that was.
    `configuration` are digests of the files that the run went by.
    `threshold` and `confidence` are what fails a run: findings at least this severe, of which it is at least this sure.
    `rules` are all that were asked, `silent` those of them that found nothing to be about. `url` is where a CI service
    shows the run. `relaxed`: the configuration turns rules off or down somewhere: not all that is there is found.
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
    partial: bool = False
    files: Mapping[str, str] = {}
    configuration: Mapping[str, str] = {}
    waivers: tuple[WaiverRecord, ...] = ()
    rules: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    url: str = ""
    confidence: str = ""
    relaxed: bool = False

    @property
    def is_of_commit(self) -> bool:
        """Whether what was looked at is the commit, all of it and nothing else."""
        return bool(self.commit) and not self.dirty and not self.partial
