"""The mechanical repairs of a tree: all files or none, each repair proved before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.finding import Problem
from sealwright.manifest.discover import DEFAULT_MAX_BYTES, read_target
from sealwright.manifest.source import decode
from sealwright.policy.fixing import fixed
from sealwright.rewrite.transaction import FileChange, commit
from sealwright.run.scan import targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sealwright.finding import Finding
    from sealwright.policy.fixing import Repair
    from sealwright.run.gate.asked import Asked


def mend(asked: Asked, findings: Sequence[Finding]) -> list[Repair]:
    """Mend what these findings name, in the work tree. Raises RewriteError, with every file as it was."""
    fixable = {rule.id for rule in asked.rules.rules if rule.fix is not None}
    keys = {
        (finding.location.path, finding.rule, str(finding.resource), finding.field)
        for finding in findings
        if finding.rule in fixable
    }
    paths = {path for path, *_ in keys}
    limit = asked.selection.max_bytes or DEFAULT_MAX_BYTES
    changes: list[FileChange] = []
    repairs: list[Repair] = []
    for target in targets(asked.selection, asked.repository, None):
        if isinstance(target, Problem) or target.path not in paths:
            continue
        data = read_target(target, limit)
        source = decode(target.path, data)
        text, made = fixed(source, asked.rules, {key[1:] for key in keys if key[0] == target.path})
        repairs += made
        if text != source.text:
            changes.append(FileChange(target.location, data, source.encode(text)))
    commit(changes)
    return repairs
