"""What a reporter is: results go in one by one, text comes out; some formats speak at once, some only at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from sealwright.errors import ExitCode
from sealwright.finding import Finding, Outcome, Severity, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Protocol, TypeAlias

    from sealwright.finding import Problem, Verdict
    from sealwright.policy.packs.model import Rule
    from sealwright.report.record import Record

Reported: TypeAlias = "Finding | Problem | Verdict"
_Result = TypeVar("_Result")


def apart(result: _Result) -> tuple[_Result | Finding, ...]:
    """What each rule has found, where a finding tells several together."""
    return (isinstance(result, Finding) and result.also) or (result,)


class Summary(NamedTuple):
    """The figures of a run. `findings` counts by severity label what is neither waived nor known.

    `gating`: the run was a gate.
    `verifying`: the run was about verdicts, even if there were none; `proved` counts those that a stamp proves, and
    `unknown` those that prove nothing.
    `unsure` counts what is in `findings` but not sure enough to fail; `passed_over` counts the files of which the byte
    test said that nothing can be in them; `notes` are closing lines for people.
    `code`: what the run comes to, whatever --exit-zero makes of it.
    """

    files: int = 0
    documents: int = 0
    seconds: float = 0.0
    findings: Mapping[str, int] = {}
    files_with_findings: int = 0
    waived: int = 0
    known: int = 0
    unsure: int = 0
    passed_over: int = 0
    problems: int = 0
    verdicts: int = 0
    failed: int = 0
    proved: int = 0
    unknown: int = 0
    verifying: bool = False
    gating: bool = False
    notes: tuple[str, ...] = ()
    code: ExitCode = ExitCode.CLEAN

    @property
    def command(self) -> str:
        """The subcommand that ran."""
        return "gate" if self.gating else "verify" if self.verifying else "scan"


class Style(NamedTuple):
    """How text may look, and what the commands in it name.

    `terminal`: a closing line even when there is nothing to say, and lines of at most `width` columns (0: any).
    `explain`: say for each finding why it is one. `proof`: what can be neither proved nor refuted fails, too.
    `every`: one line for each item, however many open.
    `gating`: the findings of a gate, with the line, why it matters, what to change and how to waive it; `rules` are the
    policy rules of the run.
    `certificate` and `root` (the repository's root as seen from the current folder) make the fix work when copied.
    `record`: what the run was, for the formats that are evidence; None where nobody has said.
    `blocks` says of a finding or a verdict whether it alone makes the run fail; None where there are no limits.
    """

    colour: bool = False
    terminal: bool = False
    width: int = 0
    certificate: str = "CERT"
    root: str = ""
    explain: bool = False
    proof: bool = False
    every: bool = False
    gating: bool = False
    rules: tuple[Rule, ...] = ()
    record: Record | None = None
    blocks: Callable[[Finding | Verdict], bool] | None = None

    def fails(self, result: Finding | Verdict) -> bool:
        """Whether the result fails the run; without limits, everything does that is new and more than a remark."""
        if self.blocks is not None:
            return self.blocks(result)
        if isinstance(result, Finding):
            return result.status is Status.NEW and result.severity > Severity.INFO
        failed = result.outcome.is_failure and result.status is Status.NEW
        return failed or (self.proof and result.outcome is Outcome.UNKNOWN)


if TYPE_CHECKING:  # nobody asks for it at run time, and to build a protocol takes a millisecond

    class Reporter(Protocol):
        """`write` for every result in order, then `finish` once. What they return, joined, is the report."""

        def write(self, result: Reported, /) -> str:
            """Text to show now ('' if this format waits)."""
            ...

        def finish(self, summary: Summary, /) -> str:
            """The rest of the report."""
            ...
