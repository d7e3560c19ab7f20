"""The commands, one module each: what it offers (`DESCRIPTION`, `add_options`) and what it does (`run`)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from sealwright.cli.plain import plain_options
from sealwright.errors import SealwrightError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from sealwright.errors import ExitCode

COMMANDS = {
    "scan": "find plaintext secrets in manifests",
    "seal": "turn Secrets into SealedSecrets, in place or on stdout",
    "convert": "turn plaintext Secrets into references to a store, or into SealedSecrets",
    "verify": "do SealedSecrets open with the cluster's key?",
    "gate": "may this be merged? policy, scan and verification",
    "inventory": "every secret and how it is held",
    "reseal": "re-encrypt items to the cluster's newest key",
    "open": "show the Secrets in a SealedSecret, for who holds the keys",
    "edit": "change the values of a SealedSecret in an editor",
    "cluster": "pin the key of a cluster, or check what is pinned",
    "store": "list what is in a store, or copy it to another",
    "policy": "list the rules, or show one",
    "fleet": "ask many repositories at once, here or on a Dask cluster",
    "init": "write the first configuration, hooks and workflow into a repository",
    "doctor": "check that hooks, CI, clusters and stores have what they need",
    "demo": "see it stop, seal, verify and gate, on a throw-away repository",
    "completion": "print a script that completes in bash, zsh or fish",
    "version": "print the version",
}
"""Each command and the line that `--help` has for it. The module of that name is loaded when it is asked for."""


class Command(Protocol):
    """What a module of this package has."""

    DESCRIPTION: str

    def add_options(self, parser: argparse.ArgumentParser, /) -> None:
        """Say what the command takes."""

    def run(self, options: argparse.Namespace, /) -> ExitCode:
        """Do it. Raises SealwrightError for whatever the person can mend."""


def command_module(name: str) -> Command:
    """The module of a command in COMMANDS."""
    return cast("Command", import_module(f"{__name__}.{name}"))


def run(argv: Sequence[str]) -> ExitCode:
    """Parse and run one command. Raises SealwrightError for whatever the person can mend."""
    options = plain_options(argv)
    if options is None:
        from sealwright.cli.options import parse

        options = parse(argv)
    try:
        return command_module(options.command).run(options)
    except SealwrightError as error:
        from sealwright.cli.environment import name_variables

        name_variables(error, options)
        raise
