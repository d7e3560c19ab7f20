"""`sealwright fleet convert`: a branch and a patch for each repository, of what `sealwright convert` changes in it."""

from __future__ import annotations

import os
import re
import tempfile
import time
from contextlib import closing
from typing import TYPE_CHECKING

from sealwright.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from sealwright.cli.options import Parser
    from sealwright.errors import ExitCode
    from sealwright.fleet.campaign.commits import Author
    from sealwright.fleet.campaign.converting import Campaign
    from sealwright.fleet.heads import Asked

DESCRIPTION = (
    "Convert the head of each repository as `sealwright convert --write` does in a clone of it, with the options after "
    "`--`, and keep what changed as a branch in a bundle and as a patch, without any value. Nothing is pushed, and "
    "nothing is written into a repository, unless you say so."
)
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?=[A-Za-z0-9_-])){0,62}"
_AUTHOR = r"([^<>\n]+?) <([^<>\s]+)>"
_NOT_HERE = ("write", "check", "resume", "undo", "offline", "format", "diff", "worklist", "iam_policy", "secret_store")
_FILES = frozenset({"--certificate", "--cert", "--config", "--stamp-key"})
"""Options of a conversion whose values may be files of this machine."""


def add_options(parser: Parser) -> None:
    """Which repositories, what the campaign is called, and what becomes of the branches."""
    from sealwright.cli.fleet.shared import fleet_options, time_option
    from sealwright.cli.options import remember

    fleet_options(parser)
    name = "what the branches are called: sealwright/NAME"
    parser.add_argument("--campaign", default=None, metavar="NAME", help=name)
    author = 'who commits: "NAME <MAIL>" (default: as git has it)'
    parser.add_argument("--author", default=None, metavar="WHO", help=author)
    check = "show what would change in each, and do nothing else; exit 1 if anything would"
    parser.add_argument("--check", action="store_true", default=None, help=check)
    branch = "also make the branch in repositories of this machine"
    parser.add_argument("--write-branch", action="store_true", default=None, help=branch)
    push = "also push the branch to where each repository is from (`origin` of local ones), never over another"
    parser.add_argument("--push", action="store_true", default=None, help=push)
    time_option(parser)
    parser.add_argument("--no-progress", action="store_true", default=None, help="no counter on a terminal")
    parser.add_argument("--format", choices=("text", "json"), default=None, help="what goes to stdout (default: text)")
    remember(parser)


def run(options: argparse.Namespace) -> ExitCode:
    """Convert, keep, push where that was asked for, and report."""
    from sealwright.fleet.campaign.converting import Campaign

    if not re.fullmatch(_NAME, options.campaign or "") or options.campaign.endswith(".lock"):
        hint = "letters, digits, `-`, `_` and single dots: --campaign seal-2026"
        raise UsageError("a campaign needs a name that a branch can have", hint=hint)
    if options.check and (options.push or options.write_branch):
        raise UsageError("--check changes nothing", hint="leave out --push and --write-branch, or --check")
    if options.check and (options.resume or options.run):
        raise UsageError("--check keeps nothing", hint="leave out --run and --resume, or --check")
    asked = _asked(options)
    if not options.check:
        return _campaign(options, Campaign(options.campaign, _author(options.author)), asked)
    with tempfile.TemporaryDirectory(prefix="sealwright-") as folder:
        options.run = os.path.join(folder, "run")
        return _campaign(options, Campaign(options.campaign, _author("nobody <nobody>"), write=False), asked)


def _campaign(options: argparse.Namespace, campaign: Campaign, asked: Asked) -> ExitCode:
    from sealwright.cli.fleet.asking import open_run
    from sealwright.cli.fleet.campaign_files import Keeper
    from sealwright.cli.fleet.campaign_report import report
    from sealwright.cli.fleet.shared import DEFAULT_RUN
    from sealwright.cli.progress import Counter, somebody_waits
    from sealwright.fleet.cache.base import NoCache
    from sealwright.fleet.campaign.converting import Converted
    from sealwright.fleet.engines import open_engine
    from sealwright.fleet.model import Question
    from sealwright.fleet.singly import Singly

    settings = {"campaign": campaign.name, "command": list(asked.command)}
    question = Question("convert", settings, asked.engine, campaign.author.time)
    keeper = Keeper(options.run or DEFAULT_RUN, campaign)
    with (
        closing(open_run(options, question)) as run_folder,
        closing(open_engine(options.scheduler, options.jobs)) as engine,
    ):
        author = campaign.author._replace(time=run_folder.question.started)
        singly = Singly(engine, NoCache(), Converted(campaign._replace(author=author)), asked)
        listed, done = run_folder.listed(), run_folder.count()
        counter = Counter("repositories", shown=somebody_waits(options))
        for answers in singly.answers(run_folder.missing()):
            run_folder.add([(position, keeper.kept(answer)) for position, answer in answers])
            done += len(answers)
            counter.show(done, listed)
        counter.close()
        for position, account in keeper.delivered(
            run_folder, engine, asked, push=options.push, plant=options.write_branch
        ):
            run_folder.add([(position, account)])
        return report(run_folder, options, campaign)


def _asked(options: argparse.Namespace) -> Asked:
    from sealwright.cli.fleet.asking import mirrors
    from sealwright.fleet.engine_name import engine_name
    from sealwright.fleet.heads import Asked
    from sealwright.fleet.units import SECONDS

    what = "--check" if options.check else "--write"
    command = ("convert", what, "--format=json", "--diff", "--no-progress", "--color=never", *_handed_on(options))
    return Asked(engine_name(), command, mirrors(options), seconds=options.time_limit or SECONDS)


def _handed_on(options: argparse.Namespace) -> Sequence[str]:
    """The options of each conversion, files of this machine by their whole paths. Raises UsageError."""
    from sealwright.cli.conversion.options import check_convert_options
    from sealwright.cli.options import parse

    words = list(getattr(options, "handed_on", ()))
    given = parse(["convert", *words])
    inherited = {action.dest for action in getattr(given, "variables", {}).values()}
    for name in _NOT_HERE:
        if getattr(given, name) and name not in inherited:
            raise UsageError(
                f"--{name.replace('_', '-')} is not for a campaign", hint="see `sealwright fleet convert --help`"
            )
    if any(os.path.isabs(path) for path in given.paths):
        raise UsageError("a campaign takes paths in the repositories", hint="name them from each repository's root")
    check_convert_options(given)
    for at, word in enumerate(words):
        name, sign, value = word.partition("=")
        if name in _FILES and sign and os.path.isfile(value):
            words[at] = f"{name}={os.path.abspath(value)}"
        elif word in _FILES and at + 1 < len(words) and os.path.isfile(words[at + 1]):
            words[at + 1] = os.path.abspath(words[at + 1])
    return words


def _author(text: str | None) -> Author:
    """Who commits, now. Raises UsageError where nobody says."""
    from sealwright.fleet.campaign.commits import Author
    from sealwright.manifest.git_process import run as run_git

    said = text or os.fsdecode(run_git(os.curdir, "var", "GIT_AUTHOR_IDENT").stdout).rpartition(">")[0] + ">"
    match = re.fullmatch(_AUTHOR, said)
    if match is None:
        hint = '--author "NAME <MAIL>", or git config --global user.name and user.email'
        raise UsageError("nobody says who commits", hint=hint)
    return Author(match[1], match[2], int(time.time()))
