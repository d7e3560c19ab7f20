"""`sealwright gate`: may this be merged? Plaintext, policy and what is sealed, joined in one verdict."""

from __future__ import annotations

from itertools import chain
from time import perf_counter
from typing import TYPE_CHECKING

from sealwright.cli.asking import judged, pack_names, place_of, prepare
from sealwright.cli.context import wants_record
from sealwright.cli.style import style
from sealwright.errors import ConfigurationError, ExitCode, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from sealwright.cli.exceptions import Exceptions
    from sealwright.cli.options import Parser
    from sealwright.config import Config
    from sealwright.finding import Finding, Verdict
    from sealwright.gate.comparison import Comparison
    from sealwright.gate.source_checks import SourceChecks
    from sealwright.gate.verdict import GateLimits
    from sealwright.run.gate.asked import Asked, Seen
    from sealwright.run.gate.base import Base

DESCRIPTION = (
    "Decide whether this may be merged: no plaintext, no broken rule, nothing sealed that cannot open. With --base, "
    "only what a change brings counts. Without PATH: the whole repository; `-` is rendered manifests on standard input."
)


def add_options(parser: Parser) -> None:
    """What is asked, what is accepted, and reports."""
    from sealwright.cli.options import CONFIDENCES, SEVERITIES, count, remember, report_options, selection_options

    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders")
    base = "compare with where the branch left this one, and fail only for what is new; `auto`: as the CI service says"
    parser.add_argument("--base", default=None, metavar="REF", help=base)
    pack = "rules to judge by: a pack that `sealwright policy list` names, or a path in the repository (repeatable)"
    parser.add_argument("--pack", action="append", default=None, metavar="NAME", help=pack)
    threshold = "fail at or above this severity (default: what the configuration says, or medium)"
    parser.add_argument("--severity-threshold", choices=SEVERITIES, default=None, help=threshold)
    sureness = "fail when at least this sure (default: likely)"
    parser.add_argument("--confidence-threshold", choices=CONFIDENCES, default=None, help=sureness)
    proof = "a sealed item that can be neither proved nor refuted fails, too"
    parser.add_argument("--require-proof", action="store_true", default=None, help=proof)
    match = "fail (3) where there is no object that a rule is about"
    parser.add_argument("--require-match", action="store_true", default=None, help=match)
    parser.add_argument(
        "--staged", action="store_true", default=None, help="what the next commit holds, not the work tree"
    )
    render = "judge what kustomizations and charts make of the files (kustomize or kubectl, helm)"
    parser.add_argument("--render", action="store_true", default=None, help=render)
    fix = "mend what rules can mend mechanically, prove it, and judge again"
    parser.add_argument("--fix", action="store_true", default=None, help=fix)
    parser.add_argument("--explain", action="store_true", default=None, help="everything about each finding (text)")
    _baseline_options(parser)
    jobs = "processes for the scan (0: one for each core; default: that for large ones, else 1)"
    parser.add_argument("--jobs", type=count, default=None, metavar="N", help=jobs)
    selection_options(parser)
    report_options(parser)
    remember(parser)


def _baseline_options(parser: Parser) -> None:
    from sealwright.cli.options import baseline_options

    baseline_options(parser)
    update = "write the baseline, so that what is there now is known; one that is there may only shrink"
    parser.add_argument("--update-baseline", action="store_true", default=None, help=update)
    growth = "with --update-baseline: let it grow"
    parser.add_argument("--allow-growth", action="store_true", default=None, help=growth)
    parser.set_defaults(import_baseline=None, baseline_key_file=None, history=None)


def run(options: argparse.Namespace) -> ExitCode:
    """Look, judge, compare, report."""
    from sealwright.cli.exceptions import gate_exceptions
    from sealwright.run.gate.head import look

    started = perf_counter()
    notes: list[str] = []
    asked, accepting, config = prepare(options, notes)
    repository, rules = asked.repository, asked.rules
    if not rules.rules:
        raise _without_rules(config)
    asked = asked._replace(render=_renders(options, asked.stdin))
    if options.base:
        asked = asked._replace(checks=_marking(accepting))
    base = _base(options, asked)
    if options.base and base is None:
        notes.append("Everything counts: there is nothing that this event is compared with.")
    if base is not None:
        asked = asked._replace(touched=base.changed)
    seen = look(asked)
    if options.fix:
        notes.extend(_mended(asked, accepting, seen, base))
        accepting, base = gate_exceptions(options, repository, config, rules), _base(options, asked)
        seen = look(asked)
    if options.require_match and not seen.objects:
        from sealwright.finding import Problem

        seen.problems.append(Problem(".", "there is no object that a rule is about", hint="check the paths"))
    findings, complaints = judged(accepting, seen)
    if base is not None:
        compared = base.compared(findings, seen.legible)
        findings = compared.findings
        seen.problems.extend(base.problems)
        terms = _terms(options, config, accepting, repository.root if repository is not None else "")
        notes.extend(_compared_notes(base.name, compared, base.touched(terms)))
    verdicts = base.judged_items(seen.verdicts) if base is not None else seen.verdicts
    limits = _limits(options, config)
    if seen.templates:
        notes.append(_templates(seen.templates))
    look_of_it = style(options.color, repository, config)._replace(
        proof=bool(options.require_proof), explain=bool(options.explain), gating=True, rules=rules.rules
    )
    if wants_record(options):
        from sealwright.cli.recording import Ran, gate_record

        ran = Ran(options, asked.selection, repository, config, asked.stdin, (accepting.accepted.path,))
        record = gate_record(ran, rules, base.commit if base is not None else "", seen.silent())
        look_of_it = look_of_it._replace(record=record)
    from sealwright.cli.gate_report import report_gate
    from sealwright.run.gate.twins import told_once

    results = chain(seen.problems, _by_file([*told_once(findings), *complaints], verdicts), seen.done)
    return report_gate(options, results, look_of_it, limits, lambda: [*accepting.closing(), *notes], started=started)


def _without_rules(config: Config) -> ConfigurationError:
    """Somebody asks for a gate, and for no rules: it would pass whatever policy is there to stop."""
    empty = config.policy.packs == ()
    message = "policy.packs names no pack" if empty else "the packs that are asked for have no rule"
    hint = "leave `packs` out for baseline, name a pack, or use `sealwright scan` and `sealwright verify`"
    return ConfigurationError(f"{message}: nothing would be judged by policy", place=config.path, hint=hint)


def _marking(accepting: Exceptions) -> SourceChecks:
    """A value that is another than the base's is new, wherever it stands: both are marked under a key of this run."""
    from secrets import token_bytes

    from sealwright.gate.keyed import Key
    from sealwright.gate.source_checks import SourceChecks

    return (accepting.checks or SourceChecks())._replace(marking=Key(token_bytes(32)))


def _renders(options: argparse.Namespace, stdin: bytes | None) -> bool:
    if not options.render:
        return False
    if options.base:
        raise UsageError("--render judges what is here, --base compares it with files", hint="leave one of them out")
    if options.fix:
        raise UsageError("--fix mends files, --render judges what is made of them", hint="leave one of them out")
    if stdin is not None:
        raise UsageError("standard input is rendered already", hint="leave out --render or `-`")
    return True


def _base(options: argparse.Namespace, asked: Asked) -> Base | None:
    if not options.base:
        return None
    from sealwright.cli.ci_change import AUTO, change_of_event, is_ci_run

    repository = asked.repository
    if repository is None and options.base == AUTO and is_ci_run():
        return None  # checked out without git: there is nothing to compare with
    if repository is None:
        raise UsageError("--base needs a git repository", hint="run it inside one, or leave --base out")
    if asked.stdin is not None:
        raise UsageError("--base compares commits, which standard input is not", hint="leave one of them out")
    from sealwright.manifest.merge_base import find_branch
    from sealwright.run.gate.base import Base

    if options.base != AUTO:
        return Base(asked, repository, find_branch(repository.root, options.base))
    change = change_of_event(repository.root)
    if not change.base:
        return None
    return Base(asked, repository, find_branch(repository.root, change.base)._replace(name=change.name))


def _mended(asked: Asked, accepting: Exceptions, seen: Seen, base: Base | None) -> Iterator[str]:
    """Mend the files where something is new; a line for each thing that was mended or could not be."""
    if asked.selection.staged or asked.stdin is not None:
        raise UsageError("--fix changes files of the work tree", hint="leave out --staged and `-`")
    from sealwright.finding import Status
    from sealwright.report.wording import printable
    from sealwright.run.gate.mend import mend

    findings, _ = judged(accepting, seen)
    if base is not None:
        findings = base.compared(findings, seen.legible).findings
    for repair in mend(asked, [finding for finding in findings if finding.status is Status.NEW]):
        what = f"{repair.path}: {repair.rule} {repair.resource} {repair.field}".rstrip()
        yield printable(f"not mended: {what}: {repair.reason}" if repair.reason else f"mended: {what}")


def _terms(options: argparse.Namespace, config: Config, accepting: Exceptions, root: str) -> list[str]:
    """The files that say what counts, as paths from here; some may be ''."""
    import os

    from sealwright.policy.packs.load import is_path

    packs = (os.path.join(root, name) for name in pack_names(options, config) if is_path(name))
    return [config.path, accepting.accepted.path, *packs]


def _compared_notes(name: str, compared: Comparison, terms: list[str]) -> Iterator[str]:
    """Closing lines about what was there before, and about what the change says of itself."""
    from sealwright.finding import Status
    from sealwright.gate.judge import KNOWN
    from sealwright.report.wording import printable

    unchanged = sum(finding.status is Status.KNOWN and finding.reason != KNOWN for finding in compared.findings)
    gone = len(compared.gone)
    if unchanged or gone:
        yield f"Compared with {name}: {unchanged:,} unchanged, {gone:,} gone."
    if compared.excused:
        count = "1 finding is" if compared.excused == 1 else f"{compared.excused:,} findings are"
        yield f"{count} not in {name} and accepted by a comment, a waiver or the baseline: was that agreed to?"
    if terms:
        yield printable(f"This change edits what it is judged by: {', '.join(terms)}. Have its owner agree.")


def _limits(options: argparse.Namespace, config: Config) -> GateLimits:
    from sealwright.finding import Confidence, Severity
    from sealwright.gate.verdict import GateLimits

    severity = options.severity_threshold or config.policy.threshold or "medium"
    confidence = Confidence(options.confidence_threshold or "likely")
    overrides = () if options.severity_threshold else config.policy.overrides
    proof = bool(options.require_proof)
    return GateLimits(Severity[severity.upper()], confidence, overrides, proof)


def _templates(count: int) -> str:
    documents = "1 document is a template" if count == 1 else f"{count:,} documents are templates"
    return (
        f"{documents} that policy cannot read: render the chart and hand it over, helm template . | sealwright gate -"
    )


def _by_file(findings: Iterable[Finding], verdicts: Iterable[Verdict]) -> list[Finding | Verdict]:
    """Everything about one file together, in the order of its lines."""
    return sorted([*findings, *verdicts], key=place_of)
