"""`sealwright reseal`: every item under the cluster's newest key, and nothing else of the files changed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sealwright.cli.context import context, core_count, keeping
from sealwright.cli.style import style
from sealwright.errors import ExitCode, UsageError
from sealwright.finding import Problem

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from sealwright.cli.options import Parser
    from sealwright.cli.reseal_report import Done
    from sealwright.config import Config
    from sealwright.manifest.discover import Selection, Target
    from sealwright.manifest.git import Repository
    from sealwright.run.reseal import ResealedFile
    from sealwright.run.reseal.resealers import Resealers

DESCRIPTION = (
    "Re-encrypt items to the cluster's newest key, with private keys or by the controller. Only ciphertext changes: "
    "comments, order, quoting and templates stay. Without --in-place nothing is changed."
)


def add_options(parser: Parser) -> None:
    """Which items, with what, and what is written."""
    from sealwright.cli.options import remember, selection_options, stamp_options

    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders (default: all)")
    keys = "open with these: a PEM file or a backup of the controller's key Secrets (repeatable)"
    parser.add_argument("--private-key", action="append", default=None, metavar="FILE", help=keys)
    certificate = "of the new key: a file, an https URL, or a cluster (default: the backup's newest key)"
    parser.add_argument("--certificate", "--cert", default=None, metavar="CERT", help=certificate)
    parser.add_argument("--fingerprint", default=None, help="refuse any other new key than this (sha256:...)")
    controller = "let the controller do it: an https URL, or a cluster of .sealwright.yaml that says where it is"
    parser.add_argument("--controller", default=None, metavar="URL", help=controller)
    in_place = "rewrite the files; without it, say what would change"
    parser.add_argument("--in-place", "--write", action="store_true", default=None, help=in_place)
    parser.add_argument(
        "--check", action="store_true", default=None, help="change nothing; exit 1 if anything would be"
    )
    only_old = "with a controller: leave items alone of which no stamp tells the key"
    parser.add_argument("--only-old", action="store_true", default=None, help=only_old)
    parser.add_argument("-n", "--namespace", default=None, help="for SealedSecrets that name none")
    selection_options(parser)
    stamp_options(parser)
    parser.add_argument("--format", choices=("text", "json"), default=None, help="what goes to stdout (default: text)")
    parser.add_argument("--no-progress", action="store_true", default=None, help="no counter on a terminal")
    parser.add_argument("--color", choices=("auto", "always", "never"), default=None, help="default: auto")
    remember(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Plan or re-encrypt, and report."""
    from sealwright.cli.reseal_report import as_json, as_text

    _refuse_contradictions(options)
    selection, repository, config = context(options)
    if not (options.private_key or options.controller or any(cluster.controller for cluster in config.clusters)):
        hint = "give --private-key FILE, a backup of the controller's key Secrets, or --controller URL"
        raise UsageError("nothing to re-encrypt with", hint=hint)
    if "-" in selection.paths:
        raise UsageError("reseal does not read standard input", hint="name files or folders")
    done = _done(options, selection, repository, config)
    look = style(options.color, repository, config)
    sys.stdout.write(as_json(done) if options.format == "json" else as_text(done, look))
    return done.exit_code(check=bool(options.check))


def _refuse_contradictions(options: argparse.Namespace) -> None:
    if options.private_key and options.controller:
        hint = "leave one out: keys open and seal here, the controller re-encrypts by itself"
        raise UsageError("--private-key and --controller contradict each other", hint=hint)
    if options.in_place and options.check:
        raise UsageError("--in-place and --check contradict each other", hint="leave one of them out")
    if options.only_old and options.private_key:
        hint = "leave --only-old out: with private keys each item's key is known"
        raise UsageError("--only-old is for controllers", hint=hint)


def _done(options: argparse.Namespace, selection: Selection, repository: Repository | None, config: Config) -> Done:
    from sealwright.cli.reseal_report import Done
    from sealwright.run.reseal import explained, reseal, written
    from sealwright.run.sealed_manifests import manifest_targets

    resealers = _resealers(options, repository, config)
    found = list(manifest_targets(selection, repository))
    targets = [target for target in found if not isinstance(target, Problem)]
    problems = [target for target in found if isinstance(target, Problem)]
    namespace, limit = options.namespace or "", selection.max_bytes
    results = reseal(_counted(options, targets), resealers.for_path, namespace=namespace, max_bytes=limit)
    files = []
    for result in written(results, repository, keeping(options, config)) if options.in_place else results:
        if isinstance(result, Problem):
            problems.append(result)
        else:
            files.append(result)
            problems.extend(result.problems)
    known = {ref for file in files for ref in file.known}
    renewals = explained([one for file in files for one in file.renewals], known, resealers.for_path)
    return Done(renewals, problems, bool(options.in_place), len(targets), _changed(files), resealers.notes)


def _changed(files: Sequence[ResealedFile]) -> int:
    from sealwright.run.reseal.renewal import Fate

    return sum(any(renewal.fate is Fate.RESEALED for renewal in file.renewals) for file in files)


def _counted(options: argparse.Namespace, targets: Sequence[Target]) -> Iterator[Target]:
    """The same, with a counter for who waits."""
    from sealwright.cli.progress import Counter, somebody_waits

    counter = Counter("files", shown=somebody_waits(options))
    try:
        for number, target in enumerate(targets):
            counter.show(number, len(targets))
            yield target
    finally:
        counter.close()


def _resealers(options: argparse.Namespace, repository: Repository | None, config: Config) -> Resealers:
    from sealwright.run.reseal.resealers import Resealers, Wanted
    from sealwright.run.stamping import kept_stamps

    keyring = None
    if options.private_key:
        from sealwright.verify.keys.keyring import load_keyring

        keyring = load_keyring(options.private_key, retired_suffice=True)
    wanted = Wanted(
        options.certificate or "",
        len(options.private_key or ()),
        options.fingerprint or "",
        options.controller or "",
        workers=core_count(),
        asking=bool(options.in_place),
        only_old=bool(options.only_old),
    )
    return Resealers(config, repository, wanted, kept_stamps(repository, config.stamps), keyring)
