"""The options of `sealwright seal`: what kubeseal has under the same names, and what it has not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealwright.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from sealwright.cli.options import Parser

_ELSEWHERE = {
    "recovery_unseal": ("--recovery-unseal", "sealwright open --private-key KEY FILE"),
    "validate": ("--validate", "sealwright verify FILE (with --private-key, --certificate or --controller)"),
    "re_encrypt": ("--re-encrypt", "sealwright reseal --in-place FILE"),
}
"""What kubeseal does with a flag and we with a command: the option's name, the flag, the command."""


def add_seal_options_to_parser(parser: Parser) -> None:
    """What to seal, with which certificate, and where the result goes."""
    from sealwright.cli.options import SCOPES, remember, stamp_options

    parser.add_argument("paths", nargs="*", metavar="FILE", help="manifests and folders")
    parser.add_argument("-f", "--secret-file", action="append", default=None, metavar="FILE", help="same as FILE")
    certificate = "a file, an https URL, or a cluster of .sealwright.yaml"
    parser.add_argument("--certificate", "--cert", default=None, metavar="CERT", help=certificate)
    cluster = "seal for this cluster of .sealwright.yaml (repeatable, with {cluster} in -w or --into)"
    parser.add_argument("--cluster", action="append", default=None, metavar="NAME", help=cluster)
    parser.add_argument("--offline", action="store_true", default=None, help="never fetch a certificate")
    parser.add_argument("--fingerprint", default=None, help="refuse any other key than this (sha256:...)")
    parser.add_argument("--in-place", action="store_true", default=None, help="rewrite the files, all of them or none")
    parser.add_argument(
        "--check", action="store_true", default=None, help="change nothing; exit 1 if anything would be"
    )
    written = "write the result to FILE; {cluster} in it stands for the cluster's name"
    parser.add_argument("-w", "--sealed-secret-file", default=None, metavar="FILE", help=written)
    form = "print new documents in this form instead of keeping the input's text"
    forms = ("json", "yaml")
    parser.add_argument("-o", "--format", choices=forms, default=None, dest="sealed_format", help=form)
    into = "merge into the SealedSecret in FILE: only what changes is changed"
    parser.add_argument("--into", "--merge-into", default=None, metavar="FILE", help=into)
    parser.add_argument("--key", default=None, help="with --into: seal standard input as this item")
    from_file = "with --into or --raw: a value from a file, - for standard input (repeatable with --into)"
    parser.add_argument("--from-file", action="append", default=None, metavar="[KEY=]FILE", help=from_file)
    delete = "with --into: take this item out (repeatable)"
    parser.add_argument("--delete", action="append", default=None, metavar="KEY", help=delete)
    prune = "with --into: take out what the Secret does not have"
    parser.add_argument("--prune", action="store_true", default=None, help=prune)
    parser.add_argument("--raw", action="store_true", default=None, help="seal one value, print its ciphertext alone")
    parser.add_argument("--scope", choices=SCOPES, default=None, help="default: the Secret's annotations, else strict")
    parser.add_argument("-n", "--namespace", default=None, help="for Secrets that name none")
    parser.add_argument("--name", default=None, help="seal the Secret under this name")
    references = "seal values such as ${VAR} as they are written"
    parser.add_argument("--allow-references", action="store_true", default=None, help=references)
    parser.add_argument("--allow-empty-data", action="store_true", default=None, help="seal Secrets without any value")
    strict = "warnings stop it: seal nothing while there are any"
    parser.add_argument("--strict-values", action="store_true", default=None, help=strict)
    in_vain = "with --in-place or --into: what no cluster takes, too (bad names, more than 1 MiB)"
    parser.add_argument("--allow-refused", action="store_true", default=None, help=in_vain)
    ledger = "do not keep on this machine what was sealed (no value is ever kept)"
    parser.add_argument("--no-ledger", action="store_true", default=None, help=ledger)
    parser.add_argument("--fetch-cert", action="store_true", default=None, help="print the certificate and end")
    controller = "with --fetch-cert: an https URL, or a cluster of .sealwright.yaml that says where it is"
    parser.add_argument("--controller", default=None, metavar="URL", help=controller)
    for name in ("--controller-name", "--controller-namespace"):
        parser.add_argument(name, default=None, metavar="NAME", help="with --fetch-cert: the controller's Service")
    stamp_options(parser)
    _add_rest_to_parser(parser)
    remember(parser)


def _add_rest_to_parser(parser: Parser) -> None:
    from argparse import SUPPRESS

    from sealwright.cli.options import count

    parser.add_argument(
        "--skip-files", action="append", default=None, metavar="GLOB", help="leave these out (repeatable)"
    )
    parser.add_argument("--depth", type=count, default=None, metavar="N", help="folder levels to go down (0: all)")
    parser.add_argument(
        "--config", default=None, metavar="FILE", help="default: .sealwright.yaml at the repository's root"
    )
    parser.add_argument("--color", choices=("auto", "always", "never"), default=None, help="default: auto")
    parser.add_argument("--fixed-is-failure", action="store_true", default=None, help=SUPPRESS)
    for name in ("--recovery-unseal", "--validate", "--re-encrypt"):
        others = ("--rotate",) if name == "--re-encrypt" else ()
        parser.add_argument(name, *others, action="store_true", default=None, help=SUPPRESS)
    parser.add_argument("--recovery-private-key", default=None, help=SUPPRESS)


def check_options(options: argparse.Namespace) -> None:
    """Raises UsageError for what does not go together, or belongs to another command."""
    for name, (flag, command) in _ELSEWHERE.items():
        if getattr(options, name):
            raise UsageError(f"{flag} is a command of its own here", hint=command)
    if options.recovery_private_key:
        raise UsageError("--recovery-private-key does not seal", hint=_ELSEWHERE["recovery_unseal"][1])
    if options.certificate and options.cluster:
        raise UsageError("--certificate and --cluster both say what to seal for", hint="give one of them")
    _check_places(options)
    _check_values(options)


def _check_places(options: argparse.Namespace) -> None:
    places = [flag for flag, name in _PLACES.items() if getattr(options, name)]
    if len(places) > 1 and set(places) != {"--raw", "--into"}:
        raise UsageError(f"{places[0]} and {places[1]} do not go together", hint="give one of them")
    if options.in_place and options.sealed_format:
        raise UsageError("--in-place keeps each file's own form", hint="leave -o out, or write elsewhere with -w")
    if options.check and not (options.into or options.sealed_secret_file or options.in_place) and options.raw:
        raise UsageError("--check has nothing to check with --raw", hint="leave it out")
    target = options.into or options.sealed_secret_file or ""
    if len(options.cluster or ()) > 1 and "{cluster}" not in target:
        hint = "say where each goes: -w 'clusters/{cluster}/db.yaml', or --into with {cluster}"
        raise UsageError("several clusters need several files", hint=hint)


def _check_values(options: argparse.Namespace) -> None:
    if not options.into:
        for flag, name in _MERGING.items():
            if getattr(options, name):
                raise UsageError(f"{flag} needs --into FILE", hint="it says which SealedSecret to change")
        if options.from_file and not options.raw:
            raise UsageError("--from-file needs --into FILE or --raw", hint="it gives one value, not a Secret")
    if options.raw and not options.into and len(options.from_file or ()) > 1:
        raise UsageError("--raw seals one value", hint="give --from-file once")
    if options.key and len(options.from_file or ()) > 1:
        raise UsageError("--key names one value", hint="name each: --from-file KEY=FILE")
    if (options.key or options.raw) and [path for path in _named(options) if path != "-"]:
        hint = "pipe it in, or name the file with --from-file"
        raise UsageError("a value is read from standard input, not from a Secret", hint=hint)


def _named(options: argparse.Namespace) -> list[str]:
    return [*options.paths, *(options.secret_file or ())]


_PLACES = {"--in-place": "in_place", "-w": "sealed_secret_file", "--into": "into", "--raw": "raw"}
_MERGING = {"--key": "key", "--delete": "delete", "--prune": "prune"}
