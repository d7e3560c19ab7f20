"""`sealwright inventory`: every secret of a repository and how it is held. It tells, and fails for nothing."""

from __future__ import annotations

import sys
from argparse import Namespace
from time import perf_counter
from typing import TYPE_CHECKING

from sealwright.cli.asking import judged, prepare
from sealwright.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from sealwright.cli.options import Parser
    from sealwright.cli.recording import Ran
    from sealwright.finding import Finding, Problem
    from sealwright.inventory.model import Control, Inventory
    from sealwright.policy.packs.model import Rule, Rules
    from sealwright.run.gate.asked import Asked, Seen
    from sealwright.run.inventory.past import PastSecrets

DESCRIPTION = (
    "Every secret and how it is held: in clear, encrypted, sealed, or in a store. Without PATH: the whole repository; "
    "`-` is rendered manifests on standard input."
)
POINTS = 24
MOST_POINTS = 200
"""Each takes git a listing of all files."""
_WITH_PAST = frozenset({"html"})
"""Formats that show the past unless they are told not to: the others are quicker without it."""
_UNASKED = (
    *("staged", "import_baseline", "baseline_key_file", "update_baseline", "allow_growth"),
    *("history", "require_proof"),
)
"""What a gate can be told, and an inventory cannot."""


def add_options(parser: Parser) -> None:
    """What is looked at, how far back, and reports."""
    from sealwright.cli.options import baseline_options, count, remember, selection_options
    from sealwright.report.inventories import INVENTORY_FORMATS

    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders, or `-`")
    points = f"commits of the past to count at, 0 for none (default: {POINTS} for html, else none)"
    parser.add_argument("--points", type=count, default=None, metavar="N", help=points)
    history = "look for values that were in clear in all of these commits, which takes long: HEAD, main..HEAD"
    parser.add_argument("--history", default=None, metavar="RANGE", help=history)
    pack = "rules to judge by: a pack that `sealwright policy list` names, or a path in the repository (repeatable)"
    parser.add_argument("--pack", action="append", default=None, metavar="NAME", help=pack)
    baseline_options(parser)
    jobs = "processes for the scan (0: one for each core; default: that for large ones, else 1)"
    parser.add_argument("--jobs", type=count, default=None, metavar="N", help=jobs)
    selection_options(parser)
    formats = tuple(INVENTORY_FORMATS)
    parser.add_argument("--format", choices=formats, default=None, help="what goes to stdout (default: text)")
    also = "also into a file (repeatable)"
    parser.add_argument("--output", action="append", default=None, metavar="FORMAT=FILE", help=also)
    parser.add_argument("--no-progress", action="store_true", default=None, help="no counter on a terminal")
    remember(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Look, collect, report: 3 where something could not be read, else 0."""
    from sealwright.cli.outputs import format_and_file, refuse_the_same, write_whole
    from sealwright.report.inventories import INVENTORY_FORMATS, writer

    main = writer(options.format or "text")
    named = [format_and_file(text, INVENTORY_FORMATS) for text in options.output or ()]
    files = [(path, writer(name)) for name, path in named]
    refuse_the_same([path for path, _ in files])
    inventory, rules = _inventory(options, {options.format or "text", *(name for name, _ in named)})
    sys.stdout.write(main(inventory, rules))
    sys.stdout.flush()
    for path, write in files:
        write_whole(path, write(inventory, rules), "the report")
    return ExitCode.INCOMPLETE if inventory.problems else ExitCode.CLEAN


def _inventory(options: argparse.Namespace, formats: set[str]) -> tuple[Inventory, Sequence[Rule]]:
    """The inventory, and the rules of policy that its findings are of."""
    from sealwright.cli.recording import Ran, started
    from sealwright.run.gate.head import look
    from sealwright.run.inventory.collect import collect
    from sealwright.run.stamping import kept_stamps

    began = perf_counter()
    gating = Namespace(**{**vars(options), **dict.fromkeys(_UNASKED)})
    asked, accepting, config = prepare(gating, [])
    repository, rules = asked.repository, asked.rules
    seen = look(asked)
    findings, _ = judged(accepting, seen)
    past, history, problems = _past(options, asked, formats)
    seen.problems.extend(problems)
    inventory = collect(
        asked,
        seen,
        findings,
        config,
        stamps=kept_stamps(repository, config.stamps),
        controls=_controls(Ran(gating, asked.selection, repository, config), rules, findings, seen),
        past=past,
        history=history,
    )
    return inventory._replace(seconds=perf_counter() - began, made=started()), rules.rules


def _past(
    options: argparse.Namespace, asked: Asked, formats: set[str]
) -> tuple[PastSecrets, list[Finding], list[Problem]]:
    """What commits of the past held, what a range of commits brought, and what of it could not be read."""
    from sealwright.cli.progress import Counter, somebody_waits
    from sealwright.finding import Finding, Problem
    from sealwright.run.inventory.past import PastSecrets, look_back

    count = options.points if options.points is not None else POINTS if formats & _WITH_PAST else 0
    if count > MOST_POINTS:
        raise UsageError(f"--points takes {MOST_POINTS} at most", hint="that is one every other week for seven years")
    past = PastSecrets()
    if asked.stdin is None:
        counter = Counter("versions of files", shown=somebody_waits(options))
        past = look_back(asked, count, counter.show)
    if options.history is None:
        return past, [], []
    from sealwright.cli.history import history_results

    results = list(history_results(options, asked.selection, asked.repository, jobs=asked.jobs, checks=asked.checks))
    found = [result for result in results if isinstance(result, Finding)]
    return past, found, [result for result in results if isinstance(result, Problem)]


def _controls(ran: Ran, rules: Rules, findings: list[Finding], seen: Seen) -> tuple[Control, ...]:
    """As in the evidence of a gate over the same tree."""
    from sealwright.cli.asking import pack_names
    from sealwright.cli.recording import gate_controls
    from sealwright.inventory.controls import controls
    from sealwright.policy.packs.load import chosen
    from sealwright.report.entries import TITLES, failure

    packs, _ = chosen(pack_names(ran.options, ran.config), ran.repository.root if ran.repository is not None else ".")
    failures = filter(None, map(failure, seen.verdicts))
    silent = {*seen.silent(), *(() if seen.verdicts else TITLES)}
    return controls((*findings, *failures), gate_controls(ran, rules, [pack.name for pack in packs]), silent)
