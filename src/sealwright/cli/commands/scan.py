"""`sealwright scan`: plaintext secrets in files, in the index, or in commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.cli.context import context, formats, process_count, read_stdin, report, spreading, wants_record
from sealwright.cli.style import style

if TYPE_CHECKING:
    import argparse

    from sealwright.cli.options import Parser
    from sealwright.errors import ExitCode

DESCRIPTION = "Find plaintext secrets. Without PATH: the whole repository as git sees it; `-` is standard input."


def add_options(parser: Parser) -> None:
    """Files or commits, thresholds, what is accepted, and reports."""
    from sealwright.cli.options import CONFIDENCES, SEVERITIES, count, remember, report_options, selection_options

    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders")
    parser.add_argument(
        "--staged", action="store_true", default=None, help="what the next commit holds, not the work tree"
    )
    history = "everything that these commits added or changed: main..HEAD, HEAD, --all; auto: those of this CI event"
    parser.add_argument("--history", default=None, metavar="RANGE", help=history)
    threshold = "fail at or above this severity (default: low)"
    parser.add_argument("--severity-threshold", choices=SEVERITIES, default=None, help=threshold)
    sureness = "fail when at least this sure (default: likely)"
    parser.add_argument("--confidence-threshold", choices=CONFIDENCES, default=None, help=sureness)
    parser.add_argument("--explain", action="store_true", default=None, help="why each is found, and what to do (text)")
    _baseline_options(parser)
    parser.add_argument(
        "--jobs",
        type=count,
        default=None,
        metavar="N",
        help="processes (0: one for each core; default: that for large scans, else 1)",
    )
    selection_options(parser)
    report_options(parser)
    remember(parser)


def _baseline_options(parser: Parser) -> None:
    from sealwright.cli.options import baseline_options

    baseline_options(parser)
    update = "write the baseline, so that what is there now is known"
    parser.add_argument("--update-baseline", action="store_true", default=None, help=update)
    imported = "with --update-baseline: take in what this baseline of detect-secrets lists, and no more"
    parser.add_argument("--import-baseline", default=None, metavar="FILE", help=imported)
    # Not SEALWRIGHT_BASELINE_KEY, which is the key itself.
    key = "compare values with the baseline's, under this key (or under SEALWRIGHT_BASELINE_KEY)"
    parser.add_argument(
        "--baseline-key", "--baseline-key-file", dest="baseline_key_file", default=None, metavar="FILE", help=key
    )


def run(options: argparse.Namespace) -> ExitCode:
    """Scan, judge, report."""
    from sealwright.cli.exceptions import exceptions
    from sealwright.run.scan import scan

    selection, repository, config = context(options)
    accepting = exceptions(options, repository, config)
    if "html" in formats(options):
        accepting = accepting.with_excerpts()
    if accepting.skip:
        selection = selection._replace(skip_files=(*selection.skip_files, accepting.skip))
    stdin = None
    if options.history is not None:
        from sealwright.cli.history import history_results

        results = history_results(options, selection, repository, jobs=process_count(options), checks=accepting.checks)
    else:
        stdin, selection = read_stdin(selection)
        jobs, worth = spreading(options)
        results = scan(selection, repository, stdin=stdin, jobs=jobs, worth=worth, checks=accepting.checks)
    look = style(options.color, repository, config)._replace(explain=bool(options.explain))
    if wants_record(options):
        from sealwright.cli.recording import Ran, scan_record

        ran = Ran(options, selection, repository, config, stdin, (accepting.accepted.path,))
        look = look._replace(record=scan_record(ran))
    return report(options, accepting.judged(results), look, accepting.closing)
