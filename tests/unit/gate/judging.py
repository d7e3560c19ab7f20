"""Files through the scan and the judge, for tables of cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sealwright.finding import Finding, Problem
from sealwright.gate.baseline import Known, parse_json, read_baseline, write_baseline
from sealwright.gate.judge import Adopting, Judge, Scope
from sealwright.gate.keyed import Key
from sealwright.gate.source_checks import SourceChecks
from sealwright.gate.waiver import Waivers
from sealwright.run.judged import judged
from sealwright.run.results import Result
from sealwright.run.scan import scan_bytes

KEY = Key(b"0123456789abcdef")
OTHER_KEY = Key(b"fedcba9876543210")


def results(files: Mapping[str, str | None], checks: SourceChecks | None = None) -> list[Result]:
    """What a scan yields for these files; None stands for a file that cannot be read."""
    found: list[Result] = []
    for path, text in files.items():
        read = scan_bytes(path, text.encode(), checks=checks) if text is not None else [Problem(path, "unreadable")]
        found.extend(read)
    return found


def judge(
    files: Mapping[str, str | None],
    baseline: Known | None = None,
    adopting: Adopting = Adopting.NONE,
    *,
    checks: SourceChecks | None = None,
    waivers: Waivers | None = None,
    scope: Scope = Scope.WHOLE,
) -> tuple[Judge, list[Finding]]:
    """The judge after a run over the files, and the findings as it gave them."""
    known = read_baseline(parse_json(write_baseline(baseline or {}).encode(), "b"), "b")
    judge = Judge(waivers, known, adopting, scope)
    given = list(judged(results(files, checks), judge))
    return judge, [result for result in given if isinstance(result, Finding)]


def baseline_of(files: Mapping[str, str | None], key: Key | None = None) -> Known:
    """The baseline that takes in everything in the files."""
    return judge(files, adopting=Adopting.ALL, checks=SourceChecks(key=key))[0].updated()


def statuses(findings: Sequence[Finding]) -> dict[str, str]:
    """Status by field."""
    return {finding.field: finding.status.value for finding in findings}
