"""JSON Lines: an object on each line, of a finding or of a repository, as soon as its repository is done."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sealwright.finding import Status
from sealwright.fleet.outputs.files import Streamed
from sealwright.fleet.outputs.rows import error_fields, finding_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sealwright.fleet.model import Account
    from sealwright.fleet.outputs.base import Look


class _Lines:
    """What both have in common."""

    def __init__(self, look: Look) -> None:
        self._thresholds = look.thresholds
        self._file: Streamed | None = None

    def open(self, path: str) -> None:
        """An empty file."""
        self._file = Streamed(path)

    def add(self, _position: int, account: Account) -> None:
        """The lines of an account; all of them are in the file when the next one is asked for."""
        if self._file is not None:
            self._file.write(json.dumps(entry, separators=(",", ":")) + "\n" for entry in self._entries(account))
            self._file.flush()

    def close(self, _summary: Mapping[str, Any]) -> None:
        """Nothing more comes."""
        if self._file is not None:
            self._file.close()

    def abandon(self) -> None:
        """What is there stays: it is true."""
        if self._file is not None:
            self._file.abandon()

    def _entries(self, account: Account) -> Iterator[dict[str, Any]]:
        raise NotImplementedError


class FindingLines(_Lines):
    """A line for each finding: `repository`, then what JSON, version 1, has, `owners`, and the days of `history`."""

    def _entries(self, account: Account) -> Iterator[dict[str, Any]]:
        for finding in account.findings:
            yield {"repository": account.member.name, **finding_fields(finding)}


class RepositoryLines(_Lines):
    """A line for each repository, those that could not be read among them. Whether one is clean can be told by it."""

    def _entries(self, account: Account) -> Iterator[dict[str, Any]]:
        new = [finding["severity"] for finding in account.findings if finding["status"] == Status.NEW.value]
        entry: dict[str, Any] = {
            "repository": account.member.name,
            "location": account.member.location,
            "branch": account.member.branch,
            "tips": list(account.tips),
            "files": account.files,
            "documents": account.documents,
            "contents": account.contents,
            "fresh": account.fresh,
            "findings": {severity: new.count(severity) for severity in sorted(set(new))},
            "failing": sum(map(self._thresholds.fails, account.findings)),
            "waived": sum(finding["status"] == Status.WAIVED.value for finding in account.findings),
            "known": sum(finding["status"] == Status.KNOWN.value for finding in account.findings),
            "errors": [error_fields(error) for error in account.errors],
        }
        if account.patch is not None:
            entry["patch"] = {name: account.patch[name] for name in sorted(account.patch)}
        yield entry
