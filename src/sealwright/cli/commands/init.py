"""`sealwright init`: the files that a repository begins with. What is there already is never touched."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from sealwright.cli.options import Parser
    from sealwright.manifest.git import Repository

DESCRIPTION = (
    "Write .pre-commit-config.yaml, .sealwright.yaml and a workflow for your CI service, where they are not there yet; "
    "for a file that is there, show what to add. Which service it is, is told by files and by where the remote is."
)
_NO_SERVICE = "none"


class _File(NamedTuple):
    """`path` as people see it, from the current folder."""

    path: str
    text: str
    is_there: bool
    names_us: bool


def add_options(parser: Parser) -> None:
    """Which CI service, and whether to write at all."""
    from sealwright.cli.options import remember
    from sealwright.cli.start.workflows import WORKFLOWS

    service = "write the workflow for this CI service (default: the one that the repository seems to use)"
    parser.add_argument("--ci", choices=(*WORKFLOWS, _NO_SERVICE), default=None, help=service)
    parser.add_argument("--dry-run", action="store_true", default=None, help="show the files, write nothing")
    remember(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Show what will be written, write it, all or nothing, and say what to do next."""
    from sealwright.manifest.git import find_repository

    repository = find_repository()
    if repository is None:
        raise UsageError("this is no git repository", hint="change into one, or begin with `git init`")
    service, why = _service(options.ci, repository)
    files = _files(repository.root, service)
    missing = [file for file in files if not file.is_there]
    sys.stdout.write(f"{why}\n")
    for file in files:
        sys.stdout.write(_told(file, dry=bool(options.dry_run)))
    if missing and not options.dry_run:
        sys.stdout.flush()
        _write(missing, os.path.realpath(repository.root))
        sys.stdout.write(f"Written: {', '.join(file.path for file in missing)}.\n")
    sys.stdout.write(_next(service))
    return ExitCode.CLEAN


def _service(wanted: str | None, repository: Repository) -> tuple[str, str]:
    """The CI service, or `none`, and a line that says where that is known from."""
    from sealwright.cli.start.services import detected
    from sealwright.cli.start.workflows import WORKFLOWS

    if wanted is not None:
        return wanted, f"CI: {WORKFLOWS[wanted].title if wanted in WORKFLOWS else wanted}, as you said"
    found = detected(repository)
    if not found:
        return _NO_SERVICE, f"CI: none that is known here; to choose one: --ci {'|'.join(WORKFLOWS)}"
    others = "".join(f", or --ci {name}" for name in found[1:])
    return found[0], f"CI: {WORKFLOWS[found[0]].title}, as the repository seems to use it{others}"


def _files(root: str, service: str) -> list[_File]:
    from sealwright.cli.start.services import names_us, naming
    from sealwright.cli.start.starters import CONFIGURATION, HOOKS
    from sealwright.cli.start.workflows import WORKFLOWS
    from sealwright.config import FILE_NAME

    texts = {".pre-commit-config.yaml": HOOKS, FILE_NAME: CONFIGURATION}
    if service in WORKFLOWS:
        # Another of its workflows may name us already.
        name = next(iter(naming(root, service)), WORKFLOWS[service].path)
        texts[name] = WORKFLOWS[service].text
    shown = os.path.relpath(root)
    files = []
    for name, text in texts.items():
        path = os.path.normpath(os.path.join(shown, name))
        files.append(_File(path, text, os.path.lexists(path), name == FILE_NAME or names_us(path)))
    return files


def _write(files: Sequence[_File], root: str) -> None:
    from sealwright.rewrite.folders import make_folder
    from sealwright.rewrite.transaction import FileChange, commit

    folders = [os.path.dirname(file.path) or os.curdir for file in files]
    for folder in folders:
        if os.path.commonpath((os.path.realpath(folder), root)) != root:
            raise UsageError("a link leads out of the repository", place=folder, hint="take the link away")
    for folder in folders:
        make_folder(folder)
    commit([FileChange(file.path, None, file.text.encode("utf-8")) for file in files])


def _told(file: _File, *, dry: bool) -> str:
    if file.is_there and file.names_us:
        return f"{file.path}: is there already\n"
    if file.is_there:
        return _shown(f"{file.path}: is there already and stays as it is; what could be added to it", file.text)
    return _shown(f"{file.path}: {'would' if dry else 'will'} be written", file.text)


def _shown(head: str, text: str) -> str:
    lines = "".join(f"    {line}\n" if line else "\n" for line in text.splitlines())
    return f"{head}:\n\n{lines}\n"


def _next(service: str) -> str:
    from sealwright.cli.start.workflows import WORKFLOWS

    steps = ["`pre-commit install`", "`sealwright scan` to see what is in clear already", "`sealwright doctor`"]
    text = f"Next: {', then '.join(steps[:2])}, and {steps[2]}.\n"
    return text + (f"In CI: {WORKFLOWS[service].next_step}.\n" if service in WORKFLOWS else "")
