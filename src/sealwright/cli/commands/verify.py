"""`sealwright verify`: does every item of every SealedSecret open on the cluster that it is meant for?"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from sealwright.cli.context import context, core_count, keeping, read_stdin, report, wants_record
from sealwright.cli.style import style
from sealwright.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from sealwright.cli.options import Parser
    from sealwright.config import Config
    from sealwright.errors import ExitCode
    from sealwright.finding import Problem
    from sealwright.manifest.git import Repository
    from sealwright.run.key_evidence import KeyEvidence
    from sealwright.verify.examiner import Examiner

DESCRIPTION = (
    "Judge every item of every SealedSecret, and say exactly why one does not open: with private keys, by asking a "
    "controller, or offline with certificates and the stamps that sealing leaves. Without any of them, the clusters of "
    ".sealwright.yaml say which certificate a file is for."
)


def add_options(parser: Parser) -> None:
    """What to verify with, files and reports."""
    from sealwright.cli.options import remember, report_options, selection_options

    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders (default: all)")
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
    verbose = "a line for each item on a terminal, however many open"
    parser.add_argument("-v", "--verbose", action="store_true", default=None, help=verbose)
    _stamp_options(parser)
    selection_options(parser)
    report_options(parser)
    remember(parser)


def _stamp_options(parser: Parser) -> None:
    write = "with --private-key: stamp in .sealwright.lock what opens, so that it can be proved without the key"
    parser.add_argument("--write-stamps", action="store_true", default=None, help=write)
    key = "with --write-stamps: sign them with this Ed25519 key (PEM)"
    parser.add_argument("--stamp-key", default=None, metavar="FILE", help=key)
    prune = "take stamps out of which no file here and no branch, tag or stash has the ciphertext"
    parser.add_argument("--prune-stamps", action="store_true", default=None, help=prune)
    here = "with --prune-stamps: only what is here counts, whatever other branches have"
    parser.add_argument("--this-branch-only", action="store_true", default=None, help=here)


class _Run(NamedTuple):
    """What a run gathers: closing lines, problems of the evidence itself, and the keys that prove something."""

    notes: list[str]
    problems: list[Problem]
    keys: list[KeyEvidence]


def run(options: argparse.Namespace) -> ExitCode:
    """Verify and report. Of several kinds of evidence the strongest counts."""
    from sealwright.run.verify import verify

    _refuse_contradictions(options)
    gathered = _Run([], [], [])
    selection, repository, config = context(options)
    examiner_for = _examiner_for(options, repository, config, gathered)
    stdin, selection = read_stdin(selection)
    found = verify(selection, repository, examiner_for, stdin=stdin, render=bool(options.render))
    look = style(options.color, repository, config)._replace(
        proof=bool(options.require_proof), every=bool(options.verbose)
    )
    if wants_record(options):
        from sealwright.cli.recording import Ran, verify_record

        look = look._replace(record=verify_record(Ran(options, selection, repository, config, stdin)))
    code = report(options, chain(gathered.problems, found), look, lambda: gathered.notes)
    if options.write_stamps or options.prune_stamps:
        _keep_up(options, repository, config, gathered.keys)
    return code


def _keep_up(
    options: argparse.Namespace, repository: Repository | None, config: Config, keys: Sequence[KeyEvidence]
) -> None:
    """The lock file, and what was done to it."""
    from sealwright.cli.streams import complain
    from sealwright.report.wording import plural
    from sealwright.run.stamp_upkeep import keep_up

    proved = [stamp for evidence in keys for stamp in evidence.proved] if options.write_stamps else []
    here, prune = bool(options.this_branch_only), bool(options.prune_stamps)
    kept = keep_up(repository, proved, keeping(options, config), prune=prune, here_only=here)
    signed = "signed " if options.stamp_key else ""
    added = [f"{plural(kept.added, f'{signed}stamp')} added"] if options.write_stamps else []
    pruned = [f"{plural(kept.pruned, 'stamp')} taken out"] if prune else []
    complain(f"{', '.join([*added, *pruned])}: .sealwright.lock\n")


def _refuse_contradictions(options: argparse.Namespace) -> None:
    if options.write_stamps and not options.private_key:
        hint = "give --private-key; a controller does not say which key opened an item, and a stamp proves only itself"
        raise UsageError("--write-stamps needs private keys", hint=hint)
    if (options.write_stamps or options.prune_stamps) and options.staged:
        raise UsageError("--staged reads the index, and stamps are written beside it", hint="leave --staged out")
    if options.this_branch_only and not options.prune_stamps:
        raise UsageError("--this-branch-only needs --prune-stamps", hint="it says what is pruned")


def _examiner_for(
    options: argparse.Namespace,
    repository: Repository | None,
    config: Config,
    gathered: _Run,
) -> Callable[[str], Examiner]:
    """What a file is judged with, by its path."""
    if options.private_key:
        from sealwright.run.key_evidence import KeyEvidence

        asked, any_key = options.cluster or "", bool(options.any_key)
        keys = KeyEvidence(options.private_key, config, asked=asked, any_key=any_key, workers=core_count())
        gathered.problems.extend(keys.problems)
        gathered.keys.append(keys)
        return keys.by_path
    if options.controller:
        if options.offline:
            raise UsageError("--controller asks over the network", hint="leave out --offline, or use certificates")
        from sealwright.run.controllers import controller_examiner, controller_named

        if options.cluster and config.cluster(options.cluster) is None:
            raise UsageError("--cluster names no cluster of the configuration", hint="leave it out, or check its name")
        if options.cluster and "://" not in options.controller and options.controller != options.cluster:
            raise UsageError("--controller and --cluster name two clusters", hint="leave one of them out")
        asking = controller_examiner(controller_named(options.controller, config), repository)
        return lambda _: asking
    return _by_certificate(options, repository, config, gathered.notes)


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
