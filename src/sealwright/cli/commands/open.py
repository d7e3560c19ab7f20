"""`sealwright open`: the Secrets in a SealedSecret, for who holds the keys."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sealwright.cli.context import opening_keys
from sealwright.cli.streams import complain, standard_input
from sealwright.errors import ExitCode, UsageError
from sealwright.finding import STDIN_NAME, Verdict

if TYPE_CHECKING:
    import argparse

    from sealwright.cli.options import Parser
    from sealwright.manifest.discover import Target
    from sealwright.plaintext import Plaintext
    from sealwright.run.open import Picked
    from sealwright.verify.keys.opened import Opener

DESCRIPTION = (
    "Show the Secrets in a SealedSecret, or one value, for who holds the private keys. All items of a file must open, "
    "else nothing is shown. `-` is standard input."
)


def add_options(parser: Parser) -> None:
    """What to open, with which keys, and where it goes."""
    from sealwright.cli.options import SCOPES, opening_option, remember

    parser.add_argument("paths", nargs="?", metavar="FILE", help="a manifest; with --raw, one sealed value in base64")
    opening_option(parser)
    parser.add_argument("--key", default=None, metavar="ITEM", help="the bytes of this item alone, as they are")
    parser.add_argument("--name", default=None, help="only the SealedSecret of this name")
    namespace = "only those of this namespace; also for SealedSecrets that name none"
    parser.add_argument("-n", "--namespace", default=None, help=namespace)
    out = "into a new file (mode 0600), never one that git sees"
    parser.add_argument("-o", "--output-file", default=None, metavar="FILE", help=out)
    strings = "text in clear under `stringData` instead of base64"
    parser.add_argument("--string-data", action="store_true", default=None, help=strings)
    parser.add_argument("--format", choices=("yaml", "json"), default=None, help="default: yaml")
    raw = "one value without its SealedSecret, as `kubeseal --raw` writes it"
    parser.add_argument("--raw", action="store_true", default=None, help=raw)
    parser.add_argument("--scope", choices=SCOPES, default=None, help="with --raw: what it was sealed for")
    remember(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Open and show."""
    from sealwright.run.open import Picked, failure_words

    keys = opening_keys(options)
    _refuse_contradictions(options)
    from sealwright.verify.keys.keyring import load_keyring
    from sealwright.verify.keys.opened import Opener

    opener = Opener(load_keyring(keys, retired_suffice=True))
    picked = Picked(options.name or "", options.namespace or "")
    opened = _raw(options, opener, picked) if options.raw else _from_manifest(options, opener, picked)
    if isinstance(opened, list):
        for line in failure_words(opened):
            complain(f"error: {line}\n")
        complain(
            "hint:  nothing is shown unless all of it opens; --key shows a single item\n" if not options.key else ""
        )
        return ExitCode.FINDINGS
    from sealwright.cli.private_file import write_private, write_stdout

    if options.output_file:
        write_private(options.output_file, opened)
    else:
        write_stdout(opened)
    return ExitCode.CLEAN


def _refuse_contradictions(options: argparse.Namespace) -> None:
    if options.scope and not options.raw:
        hint = "leave it out: a SealedSecret says its scope in its annotations"
        raise UsageError("--scope is for --raw", hint=hint)
    shape = options.string_data or options.format
    if shape and (options.raw or options.key):
        hint = "leave --string-data and --format out: one value comes as its bytes"
        raise UsageError("there is no Secret to write", hint=hint)
    if options.raw and options.key:
        raise UsageError("--raw and --key contradict each other", hint="a raw value has no name")


def _target(options: argparse.Namespace) -> Target:
    from sealwright.manifest.discover import Target

    path = options.paths or ("-" if options.raw else "")
    if not path:
        raise UsageError("nothing to open", hint="name a manifest with SealedSecrets, or `-` for standard input")
    if path == "-":
        return Target(STDIN_NAME, content=standard_input("a manifest"))
    if not os.path.lexists(path):
        raise UsageError("no such file", place=path, hint="check the spelling, or the current folder")
    return Target(path, path)


def _from_manifest(options: argparse.Namespace, opener: Opener, picked: Picked) -> Plaintext | list[Verdict]:
    from sealwright.convert.opened_secret import secrets_json, secrets_yaml
    from sealwright.run.open import manifest_of, opened_file, opened_key

    manifest = manifest_of(_target(options))
    if options.key:
        found = opened_key(manifest, opener, picked, options.key)
        return [found] if isinstance(found, Verdict) else found
    opening = opened_file(manifest, opener, picked)
    if opening.failures:
        return list(opening.failures)
    for note in opening.notes:
        complain(f"note:  {note}\n")
    write = secrets_json if options.format == "json" else secrets_yaml
    return write(opening.secrets, strings=bool(options.string_data))


def _raw(options: argparse.Namespace, opener: Opener, picked: Picked) -> Plaintext | list[Verdict]:
    from sealwright.manifest.discover import DEFAULT_MAX_BYTES, read_target
    from sealwright.manifest.source import decode
    from sealwright.run.open import opened_raw
    from sealwright.sealing.scope import Scope

    target = _target(options)
    text = decode(target.path, read_target(target, DEFAULT_MAX_BYTES)).text
    found = opened_raw(text, Scope(options.scope or "strict"), picked, opener, target.path)
    return [found] if isinstance(found, Verdict) else found
