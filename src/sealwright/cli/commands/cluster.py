"""`sealwright cluster`: pin a cluster's key, see whether what is pinned is still right, list what there is."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from sealwright.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse

    from sealwright.cli.options import Parser
    from sealwright.config import Config, Controller
    from sealwright.manifest.git import Repository
    from sealwright.run.clusters.health import Health
    from sealwright.run.clusters.pin import Pin

DESCRIPTION = "Pin the key of a cluster in .sealwright.yaml, or check what is pinned."


def add_options(parser: Parser) -> None:
    """One verb, and what it needs."""
    from sealwright.cli.options import Parser

    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=Parser)
    _add_parser(verbs.add_parser("add", help="get a cluster's certificate, show it, and pin it", allow_abbrev=False))
    _check_parser(verbs.add_parser("check", help="expired, stale, exchanged, too small?", allow_abbrev=False))
    listing = verbs.add_parser("list", help="the clusters of .sealwright.yaml", allow_abbrev=False)
    _shared_options(listing)


def _shared_options(parser: Parser) -> None:
    from sealwright.cli.options import remember

    parser.add_argument(
        "--config", default=None, metavar="FILE", help="default: .sealwright.yaml at the repository's root"
    )
    remember(parser)


def _add_parser(parser: Parser) -> None:
    parser.add_argument("name", metavar="NAME", help="how the cluster is to be called here")
    parser.add_argument("--controller", default=None, metavar="URL", help="the controller's own address")
    parser.add_argument("--certificate", "--cert", default=None, metavar="FILE", help="a certificate, to pin as it is")
    kubeconfig = "ask through the cluster's API (with --context alone: the usual kubeconfig)"
    parser.add_argument("--kubeconfig", default=None, metavar="FILE", help=kubeconfig)
    parser.add_argument("--context", default=None, metavar="NAME", help="a context of the kubeconfig")
    service = "the controller's Service (default: sealed-secrets-controller)"
    parser.add_argument("--controller-name", default=None, metavar="NAME", help=service)
    parser.add_argument("--controller-namespace", default=None, metavar="NAME", help="and its namespace (kube-system)")
    parser.add_argument("--fingerprint", default=None, help="refuse any other key than this (sha256:...)")
    paths = "files whose SealedSecrets are for this cluster (repeatable)"
    parser.add_argument("--paths", action="append", default=None, metavar="GLOB", help=paths)
    rotated = "the controller has renewed its key: pin the new one, keep the old one among the earlier"
    parser.add_argument("--rotated", action="store_true", default=None, help=rotated)
    replace = "the cluster is another one now: pin its key in place of the old one"
    parser.add_argument("--replace", action="store_true", default=None, help=replace)
    _shared_options(parser)


def _check_parser(parser: Parser) -> None:
    from sealwright.cli.options import count

    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all")
    parser.add_argument("--expiry-days", type=count, default=None, metavar="N", help="warn so many days before (30)")
    keys = "the controller's key backup: does it belong to the certificate? (repeatable)"
    parser.add_argument("--private-key", action="append", default=None, metavar="FILE", help=keys)
    parser.add_argument("--offline", action="store_true", default=None, help="ask no controller")
    parser.add_argument("--format", choices=("text", "json"), default=None, help="default: text")
    _shared_options(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Do what the verb says."""
    repository, config, path = _configuration(options)
    if options.verb == "add":
        return _add(options, repository, config, path)
    if options.verb == "check":
        return _check(options, repository, config)
    from sealwright.cli.cluster_text import listed

    sys.stdout.write(listed(config))
    return ExitCode.CLEAN


def _configuration(options: argparse.Namespace) -> tuple[Repository | None, Config, str]:
    """The repository, the configuration, and where it is or is to be."""
    from sealwright.cli.context import configuration_path
    from sealwright.config import load_config
    from sealwright.manifest.git import find_repository

    repository = find_repository()
    path = configuration_path(options.config, repository)
    required = options.config is not None and options.verb != "add"
    return repository, load_config(path, required=required), path


def _add(options: argparse.Namespace, repository: Repository | None, config: Config, path: str) -> ExitCode:
    from sealwright.cli.cluster_text import pinned
    from sealwright.rewrite.folders import make_folder
    from sealwright.rewrite.transaction import commit
    from sealwright.run.clusters.pin import Wish, pin

    paths, replace, rotated = tuple(options.paths or ()), bool(options.replace), bool(options.rotated)
    where = _controller(options)
    wish = Wish(options.name, options.certificate or "", where, options.fingerprint or "", paths, replace, rotated)
    found: Pin = pin(wish, config, path, repository)
    changes = [change for change in found.changes if change.before != change.after]
    for change in changes:
        make_folder(os.path.dirname(os.path.abspath(change.path)))
    written = commit(changes)
    sys.stdout.write(pinned(wish, found, [os.path.relpath(name) for name in written]))
    return ExitCode.CLEAN


def _controller(options: argparse.Namespace) -> Controller | None:
    """Where the controller is, as the options say; None where they do not."""
    from sealwright.config import Controller

    through_api = (options.kubeconfig, options.context, options.controller_namespace, options.controller_name)
    if options.controller and any(through_api):
        hint = "give the controller's own address, or the way through the cluster's API"
        raise UsageError("--controller does not go together with --kubeconfig and its like", hint=hint)
    if options.controller:
        return Controller(url=options.controller)
    return Controller("", *(text or "" for text in through_api)) if any(through_api) else None


def _check(options: argparse.Namespace, repository: Repository | None, config: Config) -> ExitCode:
    from sealwright.cli.cluster_text import checked, checked_json
    from sealwright.run.clusters.health import WARNING_DAYS, Checks, health

    unknown = [name for name in options.names if config.cluster(name) is None]
    if unknown or not config.clusters:
        names = ", ".join(cluster.name for cluster in config.clusters)
        hint = f"there are: {names}" if names else "pin one: sealwright cluster add NAME --controller URL"
        raise UsageError("there is no cluster of that name" if names else "no clusters are configured", hint=hint)
    keyring = None
    if options.private_key:
        from sealwright.verify.keys.keyring import load_keyring

        keyring = load_keyring(options.private_key)
    days = WARNING_DAYS if options.expiry_days is None else options.expiry_days
    checks = Checks(config, repository, keyring, not options.offline, days)
    wanted = [cluster for cluster in config.clusters if not options.names or cluster.name in options.names]
    found = [health(cluster, checks) for cluster in wanted]
    sys.stdout.write(checked_json(found) if options.format == "json" else checked(found))
    return _code(found)


def _code(found: list[Health]) -> ExitCode:
    """3 where a controller could not be asked: what was not checked is never right."""
    levels = {remark.level for each in found for remark in each.remarks}
    if "unknown" in levels:
        return ExitCode.INCOMPLETE
    return ExitCode.FINDINGS if "error" in levels else ExitCode.CLEAN
