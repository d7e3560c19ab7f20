"""What a run over many repositories is about, and what it finds out. Nothing here can hold a secret's value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Member(NamedTuple):
    """A repository of the fleet.

    `name` is unique in its run and what reports call it: `github.com/owner/name`, or a path relative to the folder that
    was searched. `location` is an absolute path (a work tree, or a bare repository) or a URL without credentials.
    `branch` is the default branch where a listing gives it, else ''.
    """

    name: str
    location: str
    branch: str = ""

    @property
    def is_remote(self) -> bool:
        """Whether the objects have to be fetched: a URL, or `host:path` as ssh takes it."""
        return bool(self.location) and not self.location.startswith("/") and self.location[1:3] not in (":\\", ":/")


class Account(NamedTuple):
    """What a run found out about one repository.

    `findings` and `errors` are as in JSON, version 1; a finding has `owners` (of CODEOWNERS) as well, and its `history`
    has `first_day` and `last_day` (YYYY-MM-DD). `contents` counts the different contents of files that were asked for,
    `fresh` those of them that this run looked at itself. `patch` is what a campaign prepared: file names and a branch.
    `code` is what the repository's own gate, or its conversion, ended with, where the run was about that.
    """

    member: Member
    tips: tuple[str, ...] = ()
    findings: tuple[Mapping[str, Any], ...] = ()
    errors: tuple[Mapping[str, Any], ...] = ()
    files: int = 0
    documents: int = 0
    contents: int = 0
    fresh: int = 0
    patch: Mapping[str, Any] | None = None
    code: int = 0


class Question(NamedTuple):
    """What a run asks of every repository. Two runs with the same one can be compared, and one can go on as the other.

    `command` is `scan`, `gate` or `convert`; `settings` are what changes the answers (JSON values); `engine` names the
    version of sealwright and its rules; `started` is in seconds since 1970 and no part of what is asked.
    """

    command: str
    settings: Mapping[str, Any]
    engine: str
    started: int = 0
