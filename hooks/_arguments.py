"""What every hook does with its command line: tell options from file names that look like options.

pre-commit and prek put file names behind the options, without a `--` in between. A file named `-x.yaml` must be
scanned, and a file named `--exit-zero` must not switch the hook off.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # as in `typing`, whose import would be a tenth of what a clean file costs
if TYPE_CHECKING:
    from collections.abc import Sequence

WITH_VALUE = frozenset(
    {
        "--aws-account",
        "--aws-role",
        "--azure-client",
        "--azure-principal",
        "--azure-resource-group",
        "--azure-subscription",
        "--azure-tenant",
        "--base",
        "--baseline",
        "--baseline-key",
        "--baseline-key-file",
        "--cert",
        "--certificate",
        "--cluster",
        "--color",
        "--confidence-threshold",
        "--config",
        "--controller",
        "--controller-name",
        "--controller-namespace",
        "--delete",
        "--depth",
        "--eks-cluster",
        "--fingerprint",
        "--format",
        "--from-file",
        "--gcp-member",
        "--history",
        "--iam-policy",
        "--import-baseline",
        "--into",
        "--jobs",
        "--key",
        "--max-bytes",
        "--merge-into",
        "--name",
        "--namespace",
        "--oidc-provider",
        "--output",
        "--pack",
        "--private-key",
        "--recovery-private-key",
        "--refresh-interval",
        "--scope",
        "--sealed-secret-file",
        "--secret-file",
        "--secret-store",
        "--service-account",
        "--severity-threshold",
        "--skip-files",
        "--stamp-key",
        "--store",
        "--takeover",
        "--to",
        "--vault-role",
        "--worklist",
        "-f",
        "-n",
        "-o",
        "-w",
    }
)
FLAGS = frozenset(
    {
        "--allow-empty-data",
        "--allow-growth",
        "--allow-references",
        "--allow-refused",
        "--any-key",
        "--build",
        "--check",
        "--diff",
        "--exit-zero",
        "--explain",
        "--fetch-cert",
        "--fix",
        "--fixed-is-failure",
        "--help",
        "--in-place",
        "--no-baseline",
        "--no-ledger",
        "--no-progress",
        "--no-stamps",
        "--offline",
        "--pod-identity",
        "--prune",
        "--prune-stamps",
        "--raw",
        "--re-encrypt",
        "--recovery-unseal",
        "--render",
        "--require-match",
        "--require-proof",
        "--restart-annotations",
        "--resume",
        "--rotate",
        "--staged",
        "--strict-values",
        "--this-branch-only",
        "--undo",
        "--update",
        "--update-baseline",
        "--validate",
        "--verbose",
        "--write",
        "--write-stamps",
        "-h",
        "-v",
    }
)
"""The options of the commands that have a hook, held against the parser by a test: to ask the parser costs time."""


def run_hook(command: str, arguments: Sequence[str], *fixed: str) -> int:
    """Run a command with `fixed` options, the user's options and the files, in this order."""
    from sealwright.cli import main, show_error
    from sealwright.errors import UsageError

    try:
        options, files = split(arguments)
    except UsageError as error:
        show_error(error)
        return int(error.exit_code)
    if not files and command in {"seal", "convert"}:
        return 0
    os.environ.pop("SEALWRIGHT_HISTORY", None)  # who starts a hook has said what it is to look at
    code = main([command, *fixed, *options, "--", *files])
    _hurry()
    return code


def _hurry() -> None:
    """Python would look through everything once more before it ends, for garbage that the end takes away anyhow."""
    import gc

    gc.freeze()


def split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """(options, files). Raises UsageError where a word is an option by its form and a file on the disk as well."""
    options: list[str] = []
    files: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            files.extend(_as_file(rest) for rest in words)
        elif not word.startswith("-") or word == "-":
            files.append(_as_file(word))
        elif os.path.lexists(word):
            _refuse_option(word)
            files.append(_as_file(word))
        else:
            options.append(word)
            if word in WITH_VALUE:
                options.extend(value for value in [next(words, None)] if value is not None)
    return options, files


def _refuse_option(word: str) -> None:
    from sealwright.errors import UsageError

    name = word.split("=", 1)[0]
    if name in WITH_VALUE or name in FLAGS:
        hint = "rename the file: its name could switch the hook off"
        raise UsageError("a file is named like an option", place=word, hint=hint)


def _as_file(word: str) -> str:
    """`-` is a file here, not standard input, which a hook does not have."""
    return f"./{word}" if word.startswith("-") else word
