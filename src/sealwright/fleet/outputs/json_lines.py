"""JSON Lines: an object on each line, of a finding or of a repository, as soon as its repository is done."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sealwright.finding import Status
from sealwright.fleet.outputs.files import Growing
from sealwright.fleet.outputs.rows import error_fields, finding_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.fleet.model import Account
    from sealwright.fleet.outputs.base import Look


class _Lines(Growing):
    """What both have in common."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._thresholds = look.thresholds

    def add(self, _position: int, account: Account) -> None:
        """The lines of an account."""
        self._append(json.dumps(entry, separators=(",", ":")) + "\n" for entry in self._entries(account))

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
