"""`sealwright store`: which stores there are, what this program has put there, and copies from one to another."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

from sealwright.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from sealwright import config
    from sealwright.cli.options import Parser
    from sealwright.stores.copying import Opened

DESCRIPTION = "List the stores of .sealwright.yaml and what is in them, or copy everything from one to another."

LOCAL = "local"
"""The store that needs no configuration."""

T = TypeVar("T")


def add_options(parser: Parser) -> None:
    """One verb, and what it needs."""
    from sealwright.cli.options import Parser

    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=Parser)
    listing = verbs.add_parser("list", help="the stores, or the objects in one of them", allow_abbrev=False)
    listing.add_argument("name", nargs="?", default=None, metavar="NAME", help="a store of .sealwright.yaml, or local")
    _shared_options(listing)
    _copy_parser(verbs.add_parser("copy", help="put what is in one store into another", allow_abbrev=False))


def _copy_parser(parser: Parser) -> None:
    parser.add_argument("source", metavar="FROM", help="a store of .sealwright.yaml, or local")
    parser.add_argument("target", metavar="TO", help="another one")
    update = "put a new version over another value that is there; else that is an error"
    parser.add_argument("--update", action="store_true", default=None, help=update)
    parser.add_argument("--no-progress", action="store_true", default=None, help="no counter on a terminal")
    _shared_options(parser)


def _shared_options(parser: Parser) -> None:
    from sealwright.cli.options import remember

    parser.add_argument("--format", choices=("text", "json"), default=None, help="default: text")
    parser.add_argument(
        "--config", default=None, metavar="FILE", help="default: .sealwright.yaml at the repository's root"
    )
    remember(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Do what the verb says."""
    known = _stores(options)
    if options.verb == "copy":
        return _copy(options, known)
    return _list(options, known)


def _stores(options: argparse.Namespace) -> dict[str, config.Store]:
    from sealwright.cli.context import configuration
    from sealwright.config import Store
    from sealwright.manifest.git import find_repository

    stores = configuration(options.config, find_repository()).stores
    return {LOCAL: Store(LOCAL, LOCAL)} | {store.name: store for store in stores}


def _opened(name: str, known: dict[str, config.Store]) -> Opened:
    from sealwright.stores.copying import Opened
    from sealwright.stores.registry import open_store

    if name not in known:
        raise UsageError("there is no store of that name", hint=f"there are: {', '.join(known)}")
    return Opened(known[name], open_store(known[name]))


def _list(options: argparse.Namespace, known: dict[str, config.Store]) -> ExitCode:
    from sealwright.cli.store_text import objects, objects_json, stores, stores_json

    as_json = options.format == "json"
    if options.name is None:
        sys.stdout.write(stores_json(known.values()) if as_json else stores(list(known.values())))
        return ExitCode.CLEAN
    settings, store = _opened(options.name, known)
    names = store.names()
    sys.stdout.write(objects_json(settings, names) if as_json else objects(settings, names))
    return ExitCode.CLEAN


def _copy(options: argparse.Namespace, known: dict[str, config.Store]) -> ExitCode:
    from sealwright.cli.store_text import Report, copied_json, copied_text, names_read
    from sealwright.manifest.git import find_repository
    from sealwright.run.convert.referrers import referrers
    from sealwright.stores.copying import copied, read_objects, secrets_of

    source, target = _opened(options.source, known), _opened(options.target, known)
    if options.source == options.target:
        raise UsageError("both are the same store", hint="name another one to copy to")
    names = source.store.names()
    found = _counted(options, "objects read", len(names), read_objects(source.store, names))
    secrets, problems = secrets_of(source, found)
    copies = copied(secrets, target, update=bool(options.update))
    done = list(_counted(options, "Secrets copied", len(secrets), copies))
    report = Report(source.settings, target.settings, done, problems, len(secrets) - len(done))
    repository = find_repository()
    if repository is not None and report.good:
        report = report._replace(manifests=referrers(repository, source.settings, names_read(report)))
    sys.stdout.write(copied_json(report) if options.format == "json" else copied_text(report))
    return ExitCode.CLEAN if report.is_whole else ExitCode.INCOMPLETE


def _counted(options: argparse.Namespace, noun: str, total: int, items: Iterable[T]) -> Iterator[T]:
    """The same, with a counter for who waits."""
    from sealwright.cli.progress import Counter, somebody_waits

    counter = Counter(noun, shown=somebody_waits(options))
    try:
        for number, item in enumerate(items):
            counter.show(number, total)
            yield item
    finally:
        counter.close()
