"""`sealwright init`: the files that a repository begins with. What is there already is never touched."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from sealwright.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse

    from sealwright.cli.options import Parser

DESCRIPTION = (
    "Write .pre-commit-config.yaml and .sealwright.yaml at the root of the repository, where they are not there yet; "
    "for one that is there, show what to add."
)
_HOOK_FILE = ".pre-commit-config.yaml"


def add_options(parser: Parser) -> None:
    """Whether to write at all."""
    from sealwright.cli.options import remember

    parser.add_argument("--dry-run", action="store_true", default=None, help="show the files, write nothing")
    remember(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Write what is missing, all or nothing, and say what to do next."""
    from sealwright.cli.start.starters import CONFIGURATION, HOOKS
    from sealwright.config import FILE_NAME
    from sealwright.manifest.git import find_repository
    from sealwright.rewrite.transaction import FileChange, commit

    repository = find_repository()
    if repository is None:
        raise UsageError("this is no git repository", hint="change into one, or begin with `git init`")
    root = os.path.relpath(repository.root)
    texts = {_HOOK_FILE: HOOKS, FILE_NAME: CONFIGURATION}
    paths = {name: os.path.normpath(os.path.join(root, name)) for name in texts}
    missing = [name for name, path in paths.items() if not os.path.lexists(path)]
    if not options.dry_run:
        commit([FileChange(paths[name], None, texts[name].encode("utf-8")) for name in missing])
    for name, text in texts.items():
        if name not in missing and (name == FILE_NAME or _names_us(paths[name])):
            sys.stdout.write(f"{name}: is there already\n")
        elif name not in missing:
            _show(f"{name}: is there already and stays as it is; what could be added to it", text)
        elif options.dry_run:
            _show(f"{name}: would be written", text)
        else:
            sys.stdout.write(f"{name}: written\n")
    sys.stdout.write(
        "Next: `pre-commit install`, then `sealwright scan` to see what is in clear already, and `sealwright doctor`.\n"
    )
    return ExitCode.CLEAN


def _show(head: str, text: str) -> None:
    lines = "".join(f"    {line}\n" if line else "\n" for line in text.splitlines())
    sys.stdout.write(f"{head}:\n\n{lines}\n")


def _names_us(path: str) -> bool:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return "sealwright" in file.read(1024 * 1024)
    except OSError:
        return False
