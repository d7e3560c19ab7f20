"""How the report may look: colour, width, and the names that make its commands work when copied."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from sealwright.report.base import Style

if TYPE_CHECKING:
    from sealwright.config import Config
    from sealwright.manifest.git import Repository


def style(color: str | None, repository: Repository | None, config: Config) -> Style:
    """The style for what stdout is now, and for where the command runs."""
    on_terminal = sys.stdout is not None and sys.stdout.isatty()
    # With colours on, pre-commit and prek run hooks on a terminal of their own: it looks like one, nobody sits there.
    terminal = on_terminal and not os.environ.get("PRE_COMMIT")
    wanted = on_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    colour = color == "always" or (color != "never" and wanted)
    root = _root(repository)
    return Style(colour, terminal, _columns() if terminal else 0, _certificate(config), root)


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        return 0


def _root(repository: Repository | None) -> str:
    if repository is None:
        return ""
    try:
        relative = os.path.relpath(os.path.realpath(repository.root), os.path.realpath(os.curdir))
    except ValueError:  # on Windows: another drive
        return repository.root
    return "" if relative == os.curdir else relative


def _certificate(config: Config) -> str:
    """The cluster to seal for, where there is only one and sealing for it would not be refused."""
    usable = [cluster.name for cluster in config.clusters if cluster.certificate and cluster.fingerprint]
    if len(usable) != 1 or len(config.clusters) != 1:
        return "CERT"
    from shlex import quote

    return quote(usable[0])
