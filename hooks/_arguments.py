"""What every hook does with its command line: tell options from file names that look like options.

pre-commit and prek put file names behind the options, without a `--` in between. A file named `-x.yaml` must be
scanned, and a file named `--exit-zero` must not switch the hook off.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WITH_VALUE = frozenset(
    {
        "--format",
        "--output",
        "--severity-threshold",
        "--skip-files",
        "--config",
        "--color",
        "--max-bytes",
        "--jobs",
        "--certificate",
        "--cert",
        "--fingerprint",
        "--scope",
        "--namespace",
        "-n",
    }
)


def run_hook(command: str, arguments: Sequence[str], *fixed: str) -> int:
    """Run a command with `fixed` options, the user's options and the files, in this order."""
    from sealwright.cli import main, show_error
    from sealwright.errors import UsageError

    try:
        options, files = split(arguments)
    except UsageError as error:
        show_error(error)
        return int(error.exit_code)
    if not files and command == "seal":
        return 0
    return main([command, *fixed, *options, "--", *files])


def split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """(options, files). Raises UsageError where a word is an option by its form and a file on the disk as well."""
    from sealwright.errors import UsageError

    options: list[str] = []
    files: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            files.extend(words)
        elif not word.startswith("-") or word == "-":
            files.append(word)
        elif word.startswith("--") and os.path.lexists(word):
            hint = "rename the file: its name could switch the hook off"
            raise UsageError("a file is named like an option", place=word, hint=hint)
        elif os.path.lexists(word):
            files.append(word)
        else:
            options.append(word)
            if word in _WITH_VALUE:
                options.extend(value for value in [next(words, None)] if value is not None)
    return options, files
