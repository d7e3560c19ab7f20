"""What the verbs of `sealwright fleet` that ask repositories have in common."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sealwright.cli.options import Parser

DEFAULT_RUN = "fleet-run"
"""The folder of a run, where none is named."""


def fleet_options(parser: Parser) -> None:
    """Which repositories, where the work is done, and where the run is kept."""
    from sealwright.cli.options import count

    parser.add_argument(
        "repositories",
        nargs="*",
        metavar="REPOSITORY",
        help="a URL, a repository, a folder of them, or a file that lists them (`-`: standard input)",
    )
    parser.add_argument("--run", default=None, metavar="FOLDER", help=f"where the run is kept (default: {DEFAULT_RUN})")
    parser.add_argument(
        "--resume", action="store_true", default=None, help="go on with the run in that folder; takes no REPOSITORY"
    )
    scheduler = "a Dask scheduler that runs, as tcp://HOST:PORT (default: workers on this machine, as --jobs says)"
    parser.add_argument("--scheduler", default=None, metavar="ADDRESS", help=scheduler)
    jobs = "workers on this machine (0: one for each core, which is the default; 1: in this process, without Dask)"
    parser.add_argument("--jobs", type=count, default=None, metavar="N", help=jobs)
    mirrors = "where copies of remote repositories are kept and updated"
    parser.add_argument("--mirrors", default=None, metavar="FOLDER", help=mirrors)


def cache_folder() -> str:
    """Where this program keeps what it can get again: XDG_CACHE_HOME/sealwright, or ~/.cache/sealwright."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(home, "sealwright")


def time_option(parser: Parser) -> None:
    """How long one repository may take where a command runs in each."""
    from sealwright.cli.options import count

    limit = "for which one repository may be worked on (default: 3600)"
    parser.add_argument("--time-limit", type=count, default=None, metavar="SECONDS", help=limit)
