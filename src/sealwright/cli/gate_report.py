"""The report of a gate, and its exit code: that of the gate's verdict, whatever the reporters count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.cli.outputs import Limits, Outputs
from sealwright.cli.outputs import report as write
from sealwright.errors import ExitCode
from sealwright.gate.verdict import GateVerdict
from sealwright.report.closing import may_be_merged
from sealwright.run.results import FileDone

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sealwright.gate.verdict import GateLimits
    from sealwright.report.base import Style
    from sealwright.run.results import Result


def report_gate(  # noqa: PLR0913 - what a run was about is said by whoever ran it
    options: argparse.Namespace,
    results: Iterable[Result],
    look: Style,
    limits: GateLimits,
    closing: Callable[[], Sequence[str]],
    *,
    started: float,
) -> ExitCode:
    """Every result to every reporter; the exit code of the gate. `started`: when it began, by time.perf_counter."""
    verdict = GateVerdict(limits)
    with Outputs(options.format or "text", options.output or (), look._replace(blocks=verdict.blocks)) as outputs:
        usual = Limits(limits.severity, limits.confidence, limits.proof)
        counted, lines = _counted(results, verdict), lambda: [*closing(), *_may(verdict)]
        decide = verdict.exit_code
        code = write(counted, outputs, usual, gating=True, closing=lines, decide=decide, started=started)
    return ExitCode.CLEAN if options.exit_zero and code is ExitCode.FINDINGS else code


def _counted(results: Iterable[Result], verdict: GateVerdict) -> Iterator[Result]:
    for result in results:
        if not isinstance(result, FileDone):
            verdict.count(result)
        yield result


def _may(verdict: GateVerdict) -> Iterator[str]:
    """The verdict in a sentence, where it is no success."""
    code = verdict.exit_code()
    stands = "1 finding stands" if verdict.blocking == 1 else f"{verdict.blocking:,} findings stand"
    if code is not ExitCode.CLEAN:
        yield may_be_merged(code, f"{stands} in the way" if code is ExitCode.FINDINGS else "")
