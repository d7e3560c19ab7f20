"""A folder with a SARIF file for each repository, those without a finding as well: uploading that closes old alerts."""

from __future__ import annotations

import os
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sealwright.finding import Finding, Status
from sealwright.fleet.outputs.files import folder
from sealwright.fleet.outputs.results import finding_of, problem_of
from sealwright.patterns import Pattern
from sealwright.report.base import Style, Summary
from sealwright.report.registry import reporter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealwright.finding import Verdict
    from sealwright.fleet.model import Account
    from sealwright.fleet.outputs.base import Look
    from sealwright.policy.packs.model import Rule

_OTHER = Pattern(r"[^A-Za-z0-9._-]+")
_LONGEST = 120


class SarifFiles:
    """A file as soon as its repository is done, each whole."""

    def __init__(self, look: Look) -> None:
        self._write = look.write_whole
        self._thresholds = look.thresholds
        self._gating = look.command == "gate"
        self._folder = ""

    def open(self, path: str) -> None:
        """Makes the folder. What is in it already stays, unless it is of a repository of this run."""
        self._folder = path
        folder(path)

    def add(self, _position: int, account: Account) -> None:
        """The file of this repository."""
        sarif = reporter("sarif", Style(blocks=self._blocks, rules=_policy_rules(account) if self._gating else ()))
        for entry in account.findings:
            sarif.write(finding_of(entry))
        for error in account.errors:
            sarif.write(problem_of(error))
        new = Counter(entry["severity"] for entry in account.findings if entry["status"] == Status.NEW.value)
        about = Summary(account.files, account.documents, findings=new, gating=self._gating)
        text = sarif.finish(about._replace(problems=len(account.errors)))
        self._write(os.path.join(self._folder, file_name(account.member.name)), text, "the report")

    def _blocks(self, result: Finding | Verdict) -> bool:
        if not isinstance(result, Finding):
            return False
        severity, confidence = result.severity.label, result.confidence.value
        return self._thresholds.fails({"status": result.status.value, "severity": severity, "confidence": confidence})

    def close(self, _summary: Mapping[str, Any]) -> None:
        """Every file is there."""

    def abandon(self) -> None:
        """The files that are there are whole."""


def file_name(repository: str) -> str:
    """A name that every system takes, and that no other repository has, whatever the case of letters."""
    digest = sha256(repository.encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return f"{_OTHER.sub('_', repository).lstrip('.')[:_LONGEST]}-{digest}.sarif"


def _policy_rules(account: Account) -> tuple[Rule, ...]:
    """What is known of the rules of policy that findings are of: those that come with the program."""
    from sealwright.policy.packs.catalogue import shipped

    catalogue = shipped()
    names = {finding["rule"] for finding in account.findings} & catalogue.ids()
    return tuple(catalogue.rule(name) for name in sorted(names))
