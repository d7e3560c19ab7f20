"""A run from its repositories to its end: what `fleet scan`, `gate` and `convert` have in common."""

from __future__ import annotations

import os
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

from sealwright.cli.fleet.shared import DEFAULT_RUN, cache_folder
from sealwright.cli.progress import Counter, somebody_waits
from sealwright.cli.streams import standard_input
from sealwright.errors import UsageError
from sealwright.finding import Problem
from sealwright.fleet.engine_name import engine_name
from sealwright.fleet.model import Account, Member, Question
from sealwright.fleet.run_folder import RunFolder

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import TypeAlias

    from sealwright.errors import ExitCode

    Members: TypeAlias = Iterable[tuple[int, Member]]
    Accounts: TypeAlias = list[tuple[int, Account]]


def mirrors(options: argparse.Namespace) -> str:
    """Where copies of remote repositories are kept, as an absolute path."""
    return os.path.abspath(options.mirrors or os.path.join(cache_folder(), "mirrors"))


def ask(
    options: argparse.Namespace, settings: Mapping[str, Any], asking: Callable[[Members], Iterator[Accounts]]
) -> ExitCode:
    """Begin a run or go on with one, ask for every account that is missing, and report.

    `settings` are what the answers depend on. Raises UsageError for a run that asked something else.
    """
    question = Question(options.verb, settings, engine_name(), int(time.time()))
    with closing(open_run(options, question)) as run:
        from sealwright.cli.fleet.reporting import Report

        listed, done = run.listed(), run.count()
        counter = Counter("repositories", shown=somebody_waits(options))
        with Report(options, run.question) as report:
            following = _Following(run, report.add)
            following.go_on()
            for accounts in asking(run.missing()):
                run.add(accounts)
                following.go_on()
                done += len(accounts)  # to ask for it each time would read the whole table
                counter.show(done, listed)
            counter.close()
            return report.finish(listed)


class _Following:
    """Gives accounts on in the order of the list, each as soon as all before it are there."""

    def __init__(self, run: RunFolder, give: Callable[[int, Account], None]) -> None:
        self._run = run
        self._give = give
        self._next = 0

    def go_on(self) -> None:
        """As far as the accounts go without a gap."""
        for position, account in self._run.accounts(self._next):
            if position != self._next:
                break
            self._give(position, account)
            self._next += 1


def open_run(options: argparse.Namespace, question: Question) -> RunFolder:
    """A new run, or the one that --resume means. Raises UsageError for one that asked something else."""
    folder = options.run or DEFAULT_RUN
    if options.resume:
        if options.repositories:
            raise UsageError("--resume takes no REPOSITORY", hint="the run knows which repositories it is about")
        return _resumed(folder, question)
    if not options.repositories:
        hint = "name URLs, repositories, a folder of them, or a file that lists them; or --resume a run"
        raise UsageError("no repositories to ask", hint=hint)
    return _begun(folder, question, options)


def _resumed(folder: str, question: Question) -> RunFolder:
    run = RunFolder.open(folder)
    before = run.question
    if (before.command, dict(before.settings)) != (question.command, dict(question.settings)):
        run.close()
        hint = "give the same options as when it was begun, or begin another: --run FOLDER"
        raise UsageError("this run asked something else", place=folder, hint=hint)
    if before.engine != question.engine:
        run.close()
        hint = "go on with the version that began it, or begin another run: --run FOLDER"
        raise UsageError("this run was begun with another version of sealwright", place=folder, hint=hint)
    run.reopen()
    return run


def _begun(folder: str, question: Question, options: argparse.Namespace) -> RunFolder:
    from sealwright.fleet.listing import members

    troubles: list[tuple[int, Account]] = []

    def listed() -> Iterator[Member]:
        for position, item in enumerate(members(options.repositories, stdin=standard_input)):
            if isinstance(item, Problem):
                member = Member(f"{item.path} (entry {item.line or position + 1})", "")
                error = {"path": item.path, "message": item.message, "hint": item.hint}
                troubles.append((position, Account(member, errors=(error,))))
                yield member
            else:
                yield item

    run = RunFolder.create(folder, question, listed())
    run.add(troubles)
    return run
