"""`sealwright fleet gate`: does the head of each repository pass its own gate?"""

from __future__ import annotations

import os
import time
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING

from sealwright.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from sealwright.cli.fleet.asking import Accounts, Members
    from sealwright.cli.options import Parser
    from sealwright.config import Config
    from sealwright.errors import ExitCode
    from sealwright.fleet.heads import Asked

DESCRIPTION = (
    "Judge the head of each repository as `sealwright gate` does in a clone of it: its own configuration, baseline and "
    "waivers count, and so do its limits. One that was judged already is not judged again until its head changes."
)


def add_options(parser: Parser) -> None:
    """Which repositories, what is asked, where the work is done, and what comes out."""
    from sealwright.cli.fleet.caching import cache_options
    from sealwright.cli.fleet.reporting import report_options
    from sealwright.cli.fleet.shared import fleet_options, time_option
    from sealwright.cli.options import remember

    fleet_options(parser)
    base = "only what is new since the head left this branch or commit counts, in each repository"
    parser.add_argument("--base", default=None, metavar="REF", help=base)
    pack = "rules to judge by: a pack that `sealwright policy list` names, or a path in each repository (repeatable)"
    parser.add_argument("--pack", action="append", default=None, metavar="NAME", help=pack)
    proof = "a sealed item that can be neither proved nor refuted fails, too"
    parser.add_argument("--require-proof", action="store_true", default=None, help=proof)
    render = "judge what kustomizations and charts make of the files (kustomize or kubectl, helm)"
    parser.add_argument("--render", action="store_true", default=None, help=render)
    config = "in place of each repository's own configuration; workers need it at the same path"
    parser.add_argument("--config", default=None, metavar="FILE", help=config)
    time_option(parser)
    cache_options(parser)
    parser.add_argument("--no-progress", action="store_true", default=None, help="no counter on a terminal")
    report_options(parser)
    remember(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Ask every repository, and report."""
    from sealwright.cli.fleet.asking import ask
    from sealwright.cli.fleet.caching import open_cache
    from sealwright.fleet.engines import open_engine
    from sealwright.fleet.gating import gated
    from sealwright.fleet.singly import Singly

    asked, settings = _asked(options)
    rules = asked.question or sha256(b"").hexdigest()
    with open_cache(options, rules) as cache:

        def asking(members: Members) -> Iterator[Accounts]:
            with closing(open_engine(options.scheduler, options.jobs)) as engine:
                for answers in Singly(engine, cache, gated, asked).answers(members):
                    yield [(position, answer.account) for position, answer in answers]  # a gate makes no files

        return ask(options, settings, asking)


def _asked(options: argparse.Namespace) -> tuple[Asked, dict[str, object]]:
    """What is asked, and what the answers depend on as the run keeps it. Raises UsageError, ConfigurationError."""
    from sealwright.cli.fleet.asking import mirrors
    from sealwright.config import Config, load_config
    from sealwright.fleet.engine_name import engine_name
    from sealwright.fleet.heads import Asked, Limits
    from sealwright.fleet.units import SECONDS

    if options.base == "auto":
        raise UsageError("`auto` is for one repository in CI", hint="name a branch: --base origin/main")
    if options.base and options.render:
        raise UsageError("--render judges what is here, --base compares it with files", hint="leave one of them out")
    place = os.path.abspath(options.config) if options.config else ""
    config = load_config(place, required=True) if place else Config()
    limits = Limits(
        options.severity_threshold or "", options.confidence_threshold or "", bool(options.require_proof), place
    )
    command = (*("gate", "--format=json", "--no-progress", "--color=never", "--jobs=1"), *_words(options, place))
    settings: dict[str, object] = {
        "base": options.base or "",
        "command": list(command),
        "configuration": _digest(place, config) if place else "",
    }
    question = "" if options.render else sha256(repr((engine_name(), sorted(settings.items()))).encode()).hexdigest()
    today = time.strftime("%Y-%m-%d", time.gmtime())
    dated = bool(place) or _dated(options.pack)
    seconds = options.time_limit or SECONDS
    where = mirrors(options)
    return Asked(engine_name(), command, where, options.base or "", question, today, dated, seconds, limits), settings


def _words(options: argparse.Namespace, config: str) -> Iterator[str]:
    """The options of each gate."""
    yield from (f"--pack={name}" for name in options.pack or ())
    if options.severity_threshold:
        yield f"--severity-threshold={options.severity_threshold}"
    if options.confidence_threshold:
        yield f"--confidence-threshold={options.confidence_threshold}"
    if options.require_proof:
        yield "--require-proof"
    if options.render:
        yield "--render"
    if config:
        yield f"--config={config}"


def _dated(packs: Sequence[str] | None) -> bool:
    """Whether rules that were asked for go by the day or by history; nobody knows of packs in repositories."""
    from sealwright.fleet.gating import DATED
    from sealwright.policy.packs.load import is_path, load_packs

    names = packs or ("baseline",)
    shipped = [name for name in names if not is_path(name)]
    return len(shipped) < len(names) or any(rule.id in DATED for rule in load_packs(shipped, root="").rules)


def _digest(place: str, config: Config) -> str:
    """Of the configuration that stands in for all, and of the certificates that it names."""
    digest = sha256()
    for path in (place, *(cluster.certificate for cluster in config.clusters)):
        if path and "://" not in path and os.path.isfile(path):
            with open(path, "rb") as file:
                digest.update(sha256(file.read()).digest())
    return digest.hexdigest()
