"""Where a run keeps what the next one need not find out again."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from sealwright.cli.fleet.shared import cache_folder
from sealwright.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from sealwright.cli.options import Parser
    from sealwright.fleet.cache.base import Cache


def cache_options(parser: Parser) -> None:
    """Whether and where."""
    cache = "what is known of contents is kept here: a folder, or a URL of fsspec such as s3://BUCKET/FOLDER"
    parser.add_argument("--cache", default=None, metavar="PLACE", help=cache)
    parser.add_argument("--no-cache", action="store_true", default=None, help="look at everything anew")


@contextmanager
def open_cache(options: argparse.Namespace, rules: str) -> Iterator[Cache]:
    """The cache of what is found by these rules (a digest): for this run alone where nothing may be kept, or can be.

    What went wrong with it is told at the end. Raises UsageError where the one that is named is none.
    """
    with ExitStack() as stack:
        try:
            cache = None if options.no_cache else _kept(options, rules)
        except UsageError as error:
            if options.cache:
                raise
            sys.stderr.write(f"note: {error}; nothing is kept for the next run\n")
            cache = None
        if cache is None:
            from tempfile import TemporaryDirectory

            from sealwright.fleet.cache.local import LocalCache

            cache = LocalCache(stack.enter_context(TemporaryDirectory(prefix="sealwright-")), rules)
        stack.callback(cache.close)
        yield cache
    if cache.trouble:
        sys.stderr.write(f"note: {cache.trouble}\n")


def _kept(options: argparse.Namespace, rules: str) -> Cache:
    from sealwright.fleet.cache.local import LocalCache

    if options.cache and "://" in options.cache:
        from sealwright.fleet.cache.shared import SharedCache

        return SharedCache(options.cache, cache_folder(), rules)
    return LocalCache(options.cache or os.path.join(cache_folder(), "fleet"), rules)
