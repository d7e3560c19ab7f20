"""`sealwright seal`: to stdout, or in place over many files, all or none."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from sealwright.cli.context import context
from sealwright.errors import ExitCode, SealwrightError, UsageError
from sealwright.finding import Problem
from sealwright.manifest.discover import STDIN_NAME, Target, discover
from sealwright.manifest.source import decode
from sealwright.run.seal import Choice, SealedFile, find_certificate, seal_files

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from sealwright.cli.options import Parser
    from sealwright.manifest.discover import Selection
    from sealwright.manifest.git import Repository

DESCRIPTION = (
    "Seal every Secret of the files, or of standard input (`-`, the default). Other documents, "
    "comments and order stay. Without --in-place the result goes to stdout and nothing is changed."
)
_MANIFESTS = (".yaml", ".yml", ".json")


def add_options(parser: Parser) -> None:
    """What to seal, with which certificate, and where the result goes."""
    from argparse import SUPPRESS

    from sealwright.cli.options import SCOPES, count, remember

    parser.add_argument("paths", nargs="*", metavar="FILE")
    certificate = "a file, an https URL, or a cluster of .sealwright.yaml"
    parser.add_argument("--certificate", "--cert", default=None, metavar="CERT", help=certificate)
    parser.add_argument("--offline", action="store_true", default=None, help="never fetch a certificate")
    parser.add_argument("--fingerprint", default=None, help="refuse any other key than this (sha256:...)")
    parser.add_argument("--in-place", action="store_true", default=None, help="rewrite the files, all of them or none")
    parser.add_argument(
        "--check", action="store_true", default=None, help="change nothing; exit 1 if anything would be"
    )
    parser.add_argument("--scope", choices=SCOPES, default=None, help="default: the Secret's annotations, else strict")
    parser.add_argument("-n", "--namespace", default=None, help="for Secrets that name none")
    references = "seal values such as ${VAR} as they are written"
    parser.add_argument("--allow-references", action="store_true", default=None, help=references)
    parser.add_argument("--allow-empty-data", action="store_true", default=None, help="seal Secrets without any value")
    parser.add_argument(
        "--skip-files", action="append", default=None, metavar="GLOB", help="leave these out (repeatable)"
    )
    parser.add_argument("--depth", type=count, default=None, metavar="N", help="folder levels to go down (0: all)")
    parser.add_argument(
        "--config", default=None, metavar="FILE", help="default: .sealwright.yaml at the repository's root"
    )
    parser.add_argument("--color", choices=("auto", "always", "never"), default=None)
    parser.add_argument("--fixed-is-failure", action="store_true", default=None, help=SUPPRESS)
    remember(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Run the command. Any error in any file means that nothing is written."""
    from sealwright.convert.seal import SealOptions
    from sealwright.sealing.scope import Scope

    selection, repository, config = context(options)
    if not options.certificate:
        names = ", ".join(cluster.name for cluster in config.clusters)
        hint = f"give --certificate: a file, an https URL{f', or a cluster: {names}' if names else ''}"
        raise UsageError("no certificate to seal with", hint=hint)
    in_place = bool(options.in_place or options.check)
    if in_place and (not selection.paths or "-" in selection.paths):
        raise UsageError("--in-place and --check need files or folders", hint="name them; `.` is everything below here")
    certificate = find_certificate(
        options.certificate, config, fingerprint=options.fingerprint or "", network=not options.offline
    )
    seal_options = SealOptions(Scope(options.scope) if options.scope else None, options.namespace or "")
    choice = Choice(in_place, bool(options.allow_references), bool(options.allow_empty_data))
    results = list(seal_files(_targets(selection, repository), certificate, seal_options, choice))
    errors = [result for result in results if isinstance(result, SealwrightError)]
    if errors:
        return _refused(errors)
    files = [result for result in results if isinstance(result, SealedFile)]
    if options.check:
        return _checked(files)
    if not in_place:
        return _printed(files)
    changed = _write_in_place(files)
    if not changed and not options.fixed_is_failure:
        sys.stdout.write("Nothing to seal: no Secret here has a value in clear (embedded ones stay as they are).\n")
    return ExitCode.FINDINGS if changed and options.fixed_is_failure else ExitCode.CLEAN


def _targets(selection: Selection, repository: Repository | None) -> Iterator[Target]:
    if not selection.paths or "-" in selection.paths:
        if sys.stdin is None:
            raise UsageError("standard input is closed", hint="pipe a Secret into it, or name files")
        yield Target(STDIN_NAME, content=sys.stdin.buffer.read())
        selection = selection._replace(paths=tuple(path for path in selection.paths if path != "-"))
        if not selection.paths:
            return
    named = {os.path.normpath(path) for path in selection.paths}
    seen: set[str] = set()
    for target in discover(selection, repository):
        if isinstance(target, Problem):
            raise SealwrightError(target.message, hint=target.hint, place=target.path)
        real = os.path.realpath(target.location)  # hooks name a link and the file that it leads to
        if real in seen:
            continue
        seen.add(real)
        if os.path.normpath(target.location) in named or target.path.lower().endswith(_MANIFESTS):
            yield target


def _refused(errors: list[SealwrightError]) -> ExitCode:
    from sealwright.cli import show_error

    for error in errors:
        show_error(error)
    sys.stderr.write("Nothing was written.\n")
    return max(ExitCode(error.exit_code) for error in errors)


def _checked(files: list[SealedFile]) -> ExitCode:
    changing = [file for file in files if file.sealed]
    for file in changing:
        sys.stdout.write(f"would seal {file.target.path}\n")
    return ExitCode.FINDINGS if changing else ExitCode.CLEAN


def _printed(files: list[SealedFile]) -> ExitCode:
    """Everything to stdout. No Secret at all is an error: the result would pass for sealed."""
    if not any(file.sealed for file in files):
        hint = "only core/v1 Secrets with values are sealed; --allow-empty-data seals empty ones"
        raise SealwrightError("there is no Secret to seal", place=", ".join(f.target.path for f in files), hint=hint)
    if len(files) == 1:
        sys.stdout.buffer.write(files[0].after)
    else:
        sys.stdout.buffer.write(_joined(files))
    sys.stdout.buffer.flush()
    return ExitCode.CLEAN


def _joined(files: list[SealedFile]) -> bytes:
    """One stream of all files, in UTF-8 whatever theirs are, with a marker between any two."""
    parts: list[str] = []
    for file in files:
        text = decode(file.target.path, file.after).text
        if parts and not _begins_document(text):
            parts.append("...\n" if text.startswith("%") else "---\n")
        parts.append(text if text.endswith("\n") else f"{text}\n")
    return "".join(parts).encode()


def _begins_document(text: str) -> bool:
    """Whether a `---` comes before anything but comments."""
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    return first == "---" or first.startswith("--- ")


def _write_in_place(files: list[SealedFile]) -> bool:
    """Rewrite what changed, all files or none; whether there was anything."""
    from sealwright.rewrite.transaction import FileChange, commit

    changing = [file for file in files if file.sealed]
    commit([FileChange(file.target.location, file.before, file.after) for file in changing])
    for file in changing:
        for ref in file.sealed:
            sys.stdout.write(f"sealed {ref} in {file.target.path}\n")
    return bool(changing)
