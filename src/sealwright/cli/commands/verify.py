"""`sealwright verify`: does every item of every SealedSecret open on the cluster that it is meant for?"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from sealwright.cli.context import context, core_count, read_stdin, report
from sealwright.cli.style import style
from sealwright.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from sealwright.cli.options import Parser
    from sealwright.config import Config
    from sealwright.errors import ExitCode
    from sealwright.finding import Problem
    from sealwright.manifest.git import Repository
    from sealwright.verify.examiner import Examiner

DESCRIPTION = (
    "Judge every item of every SealedSecret, and say exactly why one does not open: with private keys, by asking a "
    "controller, or offline with certificates and the stamps that sealing leaves. Without any of them, the clusters of "
    ".sealwright.yaml say which certificate a file is for."
)


def add_options(parser: Parser) -> None:
    """What to verify with, files and reports."""
    from sealwright.cli.options import remember, report_options, selection_options

    parser.add_argument("paths", nargs="*", metavar="PATH")
    keys = "a PEM file or a backup of the controller's key Secrets; CLUSTER=FILE says whose it is (repeatable)"
    parser.add_argument("--private-key", action="append", default=None, metavar="FILE", help=keys)
    any_key = "keys that the controller does not use (their Secrets are not labelled `active`) count, too"
    parser.add_argument("--any-key", action="store_true", default=None, help=any_key)
    controller = "ask this controller: an https address, or a cluster of .sealwright.yaml"
    parser.add_argument("--controller", default=None, metavar="URL", help=controller)
    certificate = "a file, an https URL, or a cluster of .sealwright.yaml (repeatable: newest first)"
    parser.add_argument("--certificate", "--cert", action="append", default=None, metavar="CERT", help=certificate)
    parser.add_argument("--fingerprint", default=None, help="refuse any other certificate than this key's (sha256:...)")
    parser.add_argument("--cluster", default=None, metavar="NAME", help="judge every file for this cluster")
    parser.add_argument("--offline", action="store_true", default=None, help="never fetch and never ask")
    proof = "an item that can be neither proved nor refuted fails, too"
    parser.add_argument("--require-proof", action="store_true", default=None, help=proof)
    render = "judge what kustomizations and charts make of the files (kustomize or kubectl, helm)"
    parser.add_argument("--render", action="store_true", default=None, help=render)
    parser.add_argument(
        "--staged", action="store_true", default=None, help="what the next commit holds, not the work tree"
    )
    selection_options(parser)
    report_options(parser)
    remember(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Verify and report. Of several kinds of evidence the strongest counts."""
    from sealwright.run.verify import verify

    notes: list[str] = []
    problems: list[Problem] = []
    selection, repository, config = context(options)
    examiner_for = _examiner_for(options, repository, config, notes, problems)
    stdin, selection = read_stdin(selection)
    results = chain(problems, verify(selection, repository, examiner_for, stdin=stdin, render=bool(options.render)))
    look = style(options.color, repository, config)._replace(proof=bool(options.require_proof))
    return report(options, results, look, lambda: notes)


def _examiner_for(
    options: argparse.Namespace,
    repository: Repository | None,
    config: Config,
    notes: list[str],
    problems: list[Problem],
) -> Callable[[str], Examiner]:
    """What a file is judged with, by its path. `notes` takes what there is to say in the end, `problems` at once."""
    if options.private_key:
        from sealwright.run.key_evidence import KeyEvidence

        asked, any_key = options.cluster or "", bool(options.any_key)
        keys = KeyEvidence(options.private_key, config, asked=asked, any_key=any_key, workers=core_count())
        problems.extend(keys.problems)
        return keys.by_path
    if options.controller:
        if options.offline:
            raise UsageError("--controller asks over the network", hint="leave out --offline, or use certificates")
        from sealwright.run.controllers import controller_examiner, controller_named

        asking = controller_examiner(controller_named(options.controller, config), repository)
        return lambda _: asking
    return _by_certificate(options, repository, config, notes)


def _by_certificate(
    options: argparse.Namespace, repository: Repository | None, config: Config, notes: list[str]
) -> Callable[[str], Examiner]:
    """Addresses in the configuration are fetched only for the cluster that the person named."""
    from sealwright.run.evidence import Evidence
    from sealwright.run.stamping import kept_stamps

    named = bool(options.certificate or options.cluster)
    if options.fingerprint and not named:
        hint = "give --certificate or --cluster, too; what the configuration pins is always checked"
        raise UsageError("--fingerprint pins what one of them names, and neither is given", hint=hint)
    if not named and not config.clusters:
        hint = "give --certificate, --private-key or --controller, or configure clusters in .sealwright.yaml"
        raise UsageError("nothing to verify with", hint=hint)
    stamps = kept_stamps(repository, config.stamps, staged=bool(options.staged))
    evidence = Evidence(config, stamps, network=named and not options.offline, notes=notes)
    if not named:
        return evidence.by_path
    if options.certificate and options.cluster:
        raise UsageError("--certificate and --cluster both say what to verify with", hint="give one of them")
    examiner = (
        evidence.of_cluster(options.cluster, options.fingerprint or "")
        if options.cluster
        else evidence.of_certificates(options.certificate, options.fingerprint or "")
    )
    return lambda _: examiner
